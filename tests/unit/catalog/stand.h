/* A catalogue over a few windows, for tests. */
#ifndef TAMIS_TESTS_CATALOG_STAND_H
#define TAMIS_TESTS_CATALOG_STAND_H

#include "../make.h"

#include <stdio.h>

#include <tamis/catalog.h>

enum { ARXIV, HF, BLOG, PRIVATE, WINDOWS };

struct stand {
	struct tms_window *windows[WINDOWS], *known;
	struct tms_catalog *catalog;
	uint32_t sources[WINDOWS];
	tms_time now;
};

static inline void stand_init(struct stand *stand)
{
	static const char *const names[] = { "arxiv", "hf", "blog", "a private one" };

	*stand = (struct stand){ .known = make_window("known"), .now = NOON };
	assert_int_equal(tms_catalog_new((struct tms_hash_seed){ 1, 2 }, &stand->catalog), TMS_OK);
	for (size_t w = 0; w < WINDOWS; w++) {
		stand->windows[w] = make_window(names[w]);
		assert_int_equal(
			tms_catalog_add(stand->catalog, stand->windows[w], &stand->sources[w]),
			TMS_OK);
	}
	tms_catalog_join(stand->catalog, stand->known);
}

static inline void stand_fini(struct stand *stand)
{
	tms_catalog_free(stand->catalog);
	for (size_t w = 0; w < WINDOWS; w++)
		tms_window_free(stand->windows[w]);
	tms_window_free(stand->known);
}

/* The window lists papers from..to-1 with this title, an hour later each time. */
static inline void stand_list(
	struct stand *stand, size_t window, unsigned from, unsigned to, const char *title)
{
	static const enum tms_origin origins[] = { TMS_ORIGIN_ARXIV_API, TMS_ORIGIN_HF_API,
		TMS_ORIGIN_OTHER, TMS_ORIGIN_OTHER };

	stand->now += HOUR;
	for (unsigned i = from; i < to; i++) {
		char id[32], text[200];
		(void)snprintf(id, sizeof(id), "arxiv:2508.%05u", i);
		(void)snprintf(text, sizeof(text), "%s, of paper %u", title, i);
		struct tms_item item = make_item(id, text, origins[window]);
		(void)apply_items(stand->windows[window], &item, 1, stand->now);
	}
}

static inline struct tms_str paper(unsigned number)
{
	static char ids[4][32];
	static size_t next;
	char *id = ids[next++ % TMS_COUNT(ids)];

	(void)snprintf(id, sizeof(ids[0]), "arxiv:2508.%05u", number);
	return tms_str_from(id);
}

/* All that the windows have is shown. */
static inline void stand_follow(struct stand *stand)
{
	bool more = false;

	for (size_t w = 0; w < WINDOWS; w++) {
		assert_int_equal(tms_catalog_step(stand->catalog, stand->sources[w], SIZE_MAX, NULL,
					 NULL, &more),
			TMS_OK);
		assert_false(more);
	}
	assert_int_equal(
		tms_catalog_step_known(stand->catalog, SIZE_MAX, NULL, NULL, &more), TMS_OK);
	assert_false(more);
}

/* arxiv lists 1 to 10, hf 6 to 15, blog 10 to 12. */
static inline void list_some(struct stand *stand)
{
	stand_init(stand);
	stand_list(stand, ARXIV, 1, 11, "As arXiv says");
	stand_list(stand, HF, 6, 16, "As Hugging Face says");
	stand_list(stand, BLOG, 10, 13, "As a blog says");
	stand_follow(stand);
}

#define IN(window) (1u << (window))

static inline struct tms_scope *stand_scope(const struct stand *stand, unsigned windows)
{
	uint32_t sources[WINDOWS];
	struct tms_scope *scope = NULL;
	size_t count = 0;

	for (size_t w = 0; w < WINDOWS; w++)
		if (windows & IN(w))
			sources[count++] = stand->sources[w];
	assert_int_equal(tms_scope_new(stand->catalog, sources, count, &scope), TMS_OK);
	return scope;
}

static inline struct tms_catalog_stats stand_stats(const struct stand *stand)
{
	struct tms_catalog_stats stats;

	tms_catalog_stats(stand->catalog, &stats);
	return stats;
}

static inline size_t count_of(struct tms_scope *scope)
{
	size_t count = 0;

	assert_int_equal(tms_scope_count(scope, &count), TMS_OK);
	return count;
}

/* What it shows of a paper, or NULL. */
static inline struct tms_view_item *shown_of(
	const struct stand *stand, struct tms_scope *scope, unsigned number)
{
	uint32_t slot = tms_scope_find(scope, paper(number));

	return slot == TMS_INDEX_NONE ? NULL
				      : tms_index_at(tms_catalog_index(stand->catalog), slot);
}

static inline size_t sources_of(const struct stand *stand, struct tms_scope *scope, unsigned number)
{
	const struct tms_view_item *item = shown_of(stand, scope, number);

	return item ? item->merged.sources_count : 0;
}

/* Of all that it shows: two that show the same have the same. */
static inline uint64_t digest_of(struct tms_scope *scope)
{
	struct tms_arena arena = { 0 };
	struct tms_view_item **list = NULL;
	size_t count = 0;
	uint64_t sum = 0;

	assert_int_equal(tms_scope_list(scope, &arena, &list, &count), TMS_OK);
	for (size_t i = 0; i < count; i++)
		sum += tms_hash(
			(struct tms_hash_seed){ list[i]->version, 0 }, list[i]->merged.item.id);
	tms_arena_free(&arena);
	return sum;
}

#endif
