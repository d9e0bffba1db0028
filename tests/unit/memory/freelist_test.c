/* Small blocks by number: what one holds stays where it is, and its room is used again. */
#include "test.h"

#include "memory/freelist.h"

#define COUNT 3000

static size_t bytes_of(uint32_t i)
{
	return i % (2 * FREELIST_MAX); /* half of them lie on the heap */
}

static void fill(struct freelist *freelist, uint32_t *blocks)
{
	for (uint32_t i = 0; i < COUNT; i++) {
		assert_int_equal(freelist_take(freelist, bytes_of(i), &blocks[i]), TMS_OK);
		memset(freelist_at(freelist, blocks[i], bytes_of(i)), (int)(i % 251), bytes_of(i));
	}
}

static void empty(struct freelist *freelist, const uint32_t *blocks)
{
	for (uint32_t i = 0; i < COUNT; i++)
		freelist_give_back(freelist, blocks[i], bytes_of(i));
	freelist_free(freelist);
	assert_int_equal(freelist->bytes, 0);
}

static void blocks_keep_their_bytes_whatever_comes_and_goes(void **state)
{
	static uint32_t blocks[COUNT];
	struct freelist freelist = { 0 };
	(void)state;

	fill(&freelist, blocks);
	for (uint32_t i = 0; i < COUNT; i += 2) {
		freelist_give_back(&freelist, blocks[i], bytes_of(i));
		assert_int_equal(freelist_take(&freelist, bytes_of(i), &blocks[i]), TMS_OK);
		memset(freelist_at(&freelist, blocks[i], bytes_of(i)), 255, bytes_of(i));
	}
	for (uint32_t i = 0; i < COUNT; i++) {
		const unsigned char *at = freelist_at(&freelist, blocks[i], bytes_of(i));
		for (size_t k = 0; k < bytes_of(i); k++)
			assert_int_equal(at[k], i % 2 ? i % 251 : 255);
	}
	empty(&freelist, blocks);
}

static void what_is_given_back_is_used_again(void **state)
{
	static uint32_t blocks[COUNT];
	struct freelist freelist = { 0 };
	(void)state;

	fill(&freelist, blocks);
	size_t bytes = freelist.bytes;
	for (int round = 0; round < 5; round++) {
		for (uint32_t i = 0; i < COUNT; i++)
			freelist_give_back(&freelist, blocks[i], bytes_of(i));
		fill(&freelist, blocks);
		assert_int_equal(freelist.bytes, bytes);
	}
	empty(&freelist, blocks);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_keep_their_bytes_whatever_comes_and_goes),
		cmocka_unit_test(what_is_given_back_is_used_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
