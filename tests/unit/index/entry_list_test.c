/*
 * Lists of entries against an array with a place for every slot, around the sizes at which their
 * form changes; what they hold and what a change moves is counted, and memory may end (see
 * meson.build).
 */
#include "test.h"

#include "memory/small_vector.h"
#include "index/term.h"

#include <stdlib.h>

#define SLOTS 8192
#define PAGES (SLOTS / 64)

/* ---- memory ---- */

static bool is_memory_out;

void *__real_malloc(size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_realloc(void *old, size_t size);

void *__wrap_malloc(size_t size)
{
	return is_memory_out ? NULL : __real_malloc(size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return is_memory_out ? NULL : __real_realloc(old, size);
}

/* ---- a list and what it should be ---- */

struct model {
	struct entry_list list;
	size_t heap_bytes;
	unsigned fields[SLOTS]; /* 0: not there */
	uint32_t count;
	uint64_t random;
};

static uint32_t next(struct model *m, uint32_t below)
{
	m->random = m->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(m->random >> 33) % below;
}

static unsigned some_fields(struct model *m)
{
	return 1 + next(m, INDEX_FIELDS_ALL);
}

static uint32_t some_slot(struct model *m, bool is_there)
{
	uint32_t slot = next(m, SLOTS);

	while ((m->fields[slot] != 0) != is_there)
		slot = (slot + 1) % SLOTS;
	return slot;
}

static void put(struct model *m, uint32_t slot)
{
	unsigned fields = some_fields(m);

	assert_int_equal(entry_list_add(&m->list, slot, fields, &m->heap_bytes), TMS_OK);
	m->fields[slot] = fields;
	m->count++;
}

static void take(struct model *m, uint32_t slot)
{
	entry_list_remove(&m->list, slot, &m->heap_bytes);
	m->fields[slot] = 0;
	m->count--;
}

static void set(struct model *m, uint32_t slot)
{
	m->fields[slot] = some_fields(m);
	entry_list_set(&m->list, slot, m->fields[slot]);
}

static void bring_to(struct model *m, uint32_t count)
{
	while (m->count < count)
		put(m, some_slot(m, false));
	while (m->count > count)
		take(m, some_slot(m, true));
}

static void expect_same(const struct model *m)
{
	struct entry_chunk one;
	size_t count, slot = 0;
	const struct entry_chunk *chunks = entry_list_chunks(&m->list, &one, &count);

	assert_int_equal(m->list.count, m->count);
	for (size_t c = 0; c < count; c++) {
		assert_in_range(chunks[c].count, 1, ENTRY_CHUNK_MAX);
		assert_int_equal(chunks[c].first, chunks[c].entries[0] >> INDEX_FIELD_BITS);
		for (uint32_t k = 0; k < chunks[c].count; k++, slot++) {
			while (slot < SLOTS && m->fields[slot] == 0)
				slot++;
			assert_in_range(slot, 0, SLOTS - 1);
			assert_int_equal(chunks[c].entries[k],
				(uint32_t)slot << INDEX_FIELD_BITS | m->fields[slot]);
		}
	}
	for (; slot < SLOTS; slot++)
		assert_int_equal(m->fields[slot], 0);
	for (slot = 0; slot < SLOTS; slot++)
		assert_int_equal(entry_list_fields(&m->list, (uint32_t)slot), m->fields[slot]);
}

/* An array takes up to half as much again; a chunk has its place in the directory besides. */
static void expect_small(const struct model *m)
{
	size_t array = small_vector_bytes(m->count, ENTRY_LIST_FEW);

	if (m->count <= ENTRY_LIST_FEW)
		assert_int_equal(m->heap_bytes, 0);
	else if (!m->list.is_chunked)
		assert_int_equal(m->heap_bytes, array);
	else
		assert_in_range(m->heap_bytes, m->count * 4, m->count * 5 + 512);
}

static const uint32_t sizes[] = { 1, 4, 5, 383, 384, 385, 386, 511, 512, 513, 514, 640, 1023, 1024,
	1025, 1026, 2000, 5000 };

static void a_list_is_what_was_put_into_it(void **state)
{
	struct model m = { .random = 1 };
	(void)state;

	for (size_t i = 0; i < 2 * TMS_COUNT(sizes); i++) {
		/* up from size to size, then down again */
		uint32_t size = sizes[i < TMS_COUNT(sizes) ? i : 2 * TMS_COUNT(sizes) - 1 - i];
		bring_to(&m, size);
		expect_same(&m);
		expect_small(&m);
		for (int k = 0; k < 200; k++) {
			uint32_t away = next(&m, 4);
			bring_to(
				&m, next(&m, 2) ? size + away : size - (away < size ? away : size));
			expect_small(&m);
			if (m.count > 0)
				set(&m, some_slot(&m, true));
		}
		expect_same(&m);
	}
	bring_to(&m, 0);
	assert_int_equal(m.heap_bytes, 0);
	assert_false(m.list.is_chunked);
}

static void a_list_that_is_cleared_has_no_heap(void **state)
{
	struct model m = { .random = 2 };
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(sizes); i++) {
		memset(m.fields, 0, sizeof(m.fields));
		m.count = 0;
		bring_to(&m, sizes[i]);
		entry_list_clear(&m.list, &m.heap_bytes);
		assert_int_equal(m.heap_bytes, 0);
		assert_int_equal(m.list.count, 0);
	}
}

/* New items have the highest slots: their lists grow at the end. */
static void what_grows_at_its_end_wastes_nothing(void **state)
{
	struct model m = { .random = 3 };
	(void)state;

	for (uint32_t slot = 0; slot < SLOTS; slot++)
		put(&m, slot);
	expect_same(&m);
	assert_in_range(m.heap_bytes, SLOTS * 4, SLOTS * 4 * 103 / 100);
	for (uint32_t slot = 0; slot < SLOTS; slot++) { /* and old ones go first */
		take(&m, slot);
		expect_small(&m);
	}
	assert_int_equal(m.heap_bytes, 0);
}

static void note_places(const struct model *m, const uint32_t **places)
{
	struct entry_chunk one;
	size_t count;
	const struct entry_chunk *chunks = entry_list_chunks(&m->list, &one, &count);

	memset(places, 0, SLOTS * sizeof(*places));
	for (size_t c = 0; c < count; c++)
		for (uint32_t k = 0; k < chunks[c].count; k++)
			places[chunks[c].entries[k] >> INDEX_FIELD_BITS] = &chunks[c].entries[k];
}

static void a_change_moves_one_chunk_at_most(void **state)
{
	static const uint32_t *before[SLOTS], *after[SLOTS];
	struct model m = { .random = 4 };
	size_t changed = 0;
	(void)state;

	bring_to(&m, 6000);
	for (int i = 0; i < 4000; i++) {
		size_t moved = 0;
		note_places(&m, before);
		if (i < 1500 || (i < 2500 && i % 2))
			put(&m, some_slot(&m, false));
		else
			take(&m, some_slot(&m, true));
		note_places(&m, after);
		for (uint32_t slot = 0; slot < SLOTS; slot++)
			moved += before[slot] && after[slot] && before[slot] != after[slot];
		assert_in_range(moved, 0, ENTRY_CHUNK_MAX);
		changed += moved;
	}
	assert_in_range(changed, 1, 4000 * (ENTRY_CHUNK_MAX / 2));
	entry_list_clear(&m.list, &m.heap_bytes);
}

static void without_memory_a_list_keeps_what_it_has(void **state)
{
	struct model m = { .random = 5 };
	size_t refused = 0;
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(sizes); i++) {
		bring_to(&m, sizes[i]);
		is_memory_out = true;
		for (uint32_t k = 0; k < 600; k++) {
			uint32_t slot = some_slot(&m, false);
			unsigned fields = some_fields(&m);
			if (entry_list_add(&m.list, slot, fields, &m.heap_bytes) != TMS_OK) {
				refused++;
				break;
			}
			m.fields[slot] = fields;
			m.count++;
		}
		expect_same(&m);
		while (m.count > sizes[i] / 2) /* what goes needs none */
			take(&m, some_slot(&m, true));
		expect_same(&m);
		is_memory_out = false;
	}
	assert_int_equal(refused, TMS_COUNT(sizes));
	is_memory_out = true;
	bring_to(&m, 0);
	is_memory_out = false;
	assert_int_equal(m.heap_bytes, 0);
	assert_false(m.list.is_chunked);
}

/* ---- slots by pages ---- */

static uint64_t page_bits(const struct model *m, uint32_t page, unsigned fields)
{
	uint64_t bits = 0;

	for (uint32_t b = 0; b < 64; b++)
		bits |= (uint64_t)((m->fields[64 * page + b] & fields) != 0) << b;
	return bits;
}

/* The filter lets other pages pass too. */
static void set_filter(
	struct model *m, const uint32_t *list, size_t count, struct index_page_filter *filter)
{
	uint32_t more[2 * PAGES];
	size_t all = 0;

	for (; all < count; all++)
		more[all] = list[all];
	for (size_t i = 0; i < PAGES / 8; i++)
		more[all++] = next(m, PAGES);
	index_page_filter_set(filter, more, all);
}

/* Of 256 pages so many, or a stretch without gaps. */
static void choose_pages(struct model *m, uint32_t some, uint32_t *list, struct index_pages *pages)
{
	uint32_t first = next(m, PAGES), end = first + 1 + next(m, PAGES - first);
	bool is_stretch = next(m, 3) == 0;

	for (uint32_t page = 0; page < PAGES; page++)
		if (is_stretch ? page >= first && page < end : next(m, 256) < some)
			list[pages->count++] = page;
}

/* some: of 256 pages, so many are asked for, and of these wanted */
static void expect_marks(struct model *m, uint32_t some, uint32_t some_wanted)
{
	uint64_t out[PAGES], was[PAGES], wanted[PAGES];
	uint32_t list[PAGES];
	struct index_term term = { .entries = m->list };
	struct index_page_filter filter;
	struct index_pages pages = { list, 0, NULL };
	unsigned fields = some_fields(m);

	choose_pages(m, some, list, &pages);
	for (size_t i = 0; i < pages.count; i++) {
		uint64_t some_slots = (uint64_t)next(m, UINT32_MAX) << 33 ^ next(m, UINT32_MAX);
		wanted[i] = next(m, 256) < some_wanted ? some_slots : 0;
		out[i] = was[i] = UINT64_C(1) << next(m, 64);
	}
	set_filter(m, list, pages.count, &filter);
	pages.filter = next(m, 2) ? &filter : NULL;
	index_term_mark(&term, fields, &pages, wanted, out);
	for (size_t i = 0; i < pages.count; i++) {
		uint64_t bits = page_bits(m, list[i], fields);
		assert_true(out[i] == (was[i] | (bits & wanted[i])));
	}
}

static void a_page_has_the_slots_that_stand_in_one_of_the_fields(void **state)
{
	static const uint32_t shares[] = { 2, 20, 128, 256 };
	struct model m = { .random = 6 };
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(sizes); i++) {
		bring_to(&m, sizes[i]);
		for (size_t k = 0; k < 10 * TMS_COUNT(shares) * TMS_COUNT(shares); k++)
			expect_marks(&m, shares[k % TMS_COUNT(shares)],
				shares[k / TMS_COUNT(shares) % TMS_COUNT(shares)]);
	}
	bring_to(&m, 0);
	expect_marks(&m, 257, 257); /* what is in no item is on no page */
}

/* Slots side by side, and others far away: pages that lie in two chunks, and gaps. */
static void pages_are_found_where_slots_stand_close_and_where_they_do_not(void **state)
{
	static const uint32_t shares[] = { 2, 20, 128, 256 };
	struct model m = { .random = 7 };
	(void)state;

	for (uint32_t slot = 100; slot < 3000; slot++)
		put(&m, slot);
	for (uint32_t slot = 5000; slot < SLOTS; slot += 500)
		put(&m, slot);
	put(&m, SLOTS - 1);
	for (size_t k = 0; k < 40 * TMS_COUNT(shares) * TMS_COUNT(shares); k++)
		expect_marks(&m, shares[k % TMS_COUNT(shares)],
			shares[k / TMS_COUNT(shares) % TMS_COUNT(shares)]);
	entry_list_clear(&m.list, &m.heap_bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_is_what_was_put_into_it),
		cmocka_unit_test(a_list_that_is_cleared_has_no_heap),
		cmocka_unit_test(what_grows_at_its_end_wastes_nothing),
		cmocka_unit_test(a_change_moves_one_chunk_at_most),
		cmocka_unit_test(without_memory_a_list_keeps_what_it_has),
		cmocka_unit_test(a_page_has_the_slots_that_stand_in_one_of_the_fields),
		cmocka_unit_test(pages_are_found_where_slots_stand_close_and_where_they_do_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
