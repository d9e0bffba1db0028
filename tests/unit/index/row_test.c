#include "test.h"

#include "index/row.h"

#include <stdlib.h>

#define SLOTS 1000
#define WORDS ((SLOTS + 63) / 64)

static uint64_t next(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *state >> 33;
}

static bool has(const uint64_t *bits, uint32_t slot)
{
	return (bits[slot / 64] >> slot % 64 & 1) != 0;
}

static void expect_same(const struct index_row *row, const uint64_t *bits)
{
	uint64_t all[WORDS], cut[WORDS], kept[WORDS], gone[WORDS];
	uint32_t count = 0;

	memset(all, 0xFF, sizeof(all));
	memset(cut, 0, sizeof(cut));
	memcpy(kept, all, sizeof(kept));
	memcpy(gone, all, sizeof(gone));
	index_row_or(row, cut, WORDS);
	index_row_and(row, kept, WORDS);
	index_row_subtract(row, gone, WORDS);
	assert_memory_equal(cut, bits, sizeof(cut));
	assert_memory_equal(kept, bits, sizeof(kept));
	for (uint32_t i = 0; i < WORDS; i++)
		assert_true(gone[i] == ~bits[i]);
	for (uint32_t i = 0; i < SLOTS; i++) {
		assert_int_equal(index_row_has(row, i), has(bits, i));
		count += has(bits, i);
	}
	assert_int_equal(row->count, count);
}

/* Up through all three forms and down again. */
static void a_row_is_the_set_that_was_put_into_it(void **state)
{
	static const uint32_t sizes[] = { 1, 4, 5, 9, 63, 64, 65, 300, 900 };
	uint64_t random = 1;
	(void)state;

	for (size_t k = 0; k < TMS_COUNT(sizes); k++) {
		struct index_row row = { 0 }, again = { 0 };
		uint64_t bits[WORDS] = { 0 };
		while (row.count < sizes[k]) {
			uint32_t slot = (uint32_t)(next(&random) % SLOTS);
			assert_int_equal(index_row_add(&row, slot), TMS_OK);
			bits[slot / 64] |= UINT64_C(1) << slot % 64;
		}
		expect_same(&row, bits);
		assert_int_equal(index_row_from_bits(bits, WORDS, &again), TMS_OK);
		expect_same(&again, bits);
		index_row_free(&again);
		for (uint32_t i = 0; i < SLOTS; i++) {
			uint32_t slot = (uint32_t)(next(&random) % SLOTS);
			index_row_remove(&row, slot);
			bits[slot / 64] &= ~(UINT64_C(1) << slot % 64);
		}
		expect_same(&row, bits);
		index_row_free(&row);
		assert_int_equal(row.count, 0);
	}
}

static void a_row_leaves_out_what_does_not_fit(void **state)
{
	struct index_row few = { 0 }, many = { 0 };
	uint64_t bits[1] = { UINT64_MAX };
	(void)state;

	assert_int_equal(index_row_add(&few, 3), TMS_OK);
	assert_int_equal(index_row_add(&few, 70), TMS_OK);
	for (uint32_t i = 0; i < 100; i++)
		assert_int_equal(index_row_add(&many, 3 * i), TMS_OK);
	index_row_and(&few, bits, 1);
	assert_true(bits[0] == 8);
	index_row_and(&many, bits, 1);
	assert_true(bits[0] == 8);
	index_row_subtract(&many, bits, 1);
	assert_true(bits[0] == 0);
	index_row_or(&many, bits, 1);
	assert_true(bits[0] == UINT64_C(0x9249249249249249));
	index_row_or(&few, bits, 1);
	assert_true(bits[0] == UINT64_C(0x9249249249249249));
	assert_false(index_row_has(&many, 100000));
	index_row_free(&few);
	index_row_free(&many);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_is_the_set_that_was_put_into_it),
		cmocka_unit_test(a_row_leaves_out_what_does_not_fit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
