/* An index over one window, for tests: items that are made from words, rules, and what the query
 * language says of both. */
#ifndef TAMIS_TESTS_INDEX_SEARCH_H
#define TAMIS_TESTS_INDEX_SEARCH_H

#include "../make.h"

#include <stdio.h>
#include <stdlib.h>

#include <tamis/doc.h>
#include <tamis/index.h>

struct world {
	struct tms_window *window;
	struct tms_view *view;
	struct tms_index *index;
};

static inline struct world make_world(void)
{
	struct world w = { .window = make_window("hf") };

	assert_int_equal(tms_view_new(&w.view), TMS_OK);
	assert_int_equal(tms_index_new((struct tms_hash_seed){ 1, 2 }, &w.index), TMS_OK);
	return w;
}

static inline void free_world(struct world *w)
{
	tms_index_free(w->index);
	tms_view_free(w->view);
	tms_window_free(w->window);
}

static inline size_t rules_count(const struct tms_index *index)
{
	struct tms_index_stats stats;

	tms_index_stats(index, &stats);
	return stats.rules;
}

/* List the items at `now`, and put what the view has then into the index. */
static inline void list_items(struct world *w, struct tms_item *items, size_t count, tms_time now)
{
	(void)apply_items(w->window, items, count, now);
	assert_int_equal(tms_view_refresh(w->view, &w->window, 1), TMS_OK);
	for (size_t i = 0; i < tms_view_count(w->view); i++)
		assert_int_equal(tms_index_put(w->index, tms_view_at(w->view, i), NULL), TMS_OK);
}

static inline void list_title(struct world *w, const char *id, const char *title, tms_time now)
{
	struct tms_item item = make_item(id, title, TMS_ORIGIN_HF_API);

	list_items(w, &item, 1, now);
}

static inline uint32_t add_rule(struct world *w, const char *text)
{
	struct tms_diag diag = { 0 };
	uint32_t rule = TMS_INDEX_NONE;

	if (tms_index_add_rule(w->index, tms_str_from(text), NULL, &rule, &diag) != TMS_OK)
		fail_msg("\"%s\": %s", text, diag.text);
	return rule;
}

/* The ids that a rule keeps, in order, with spaces between; in the arena. */
static inline struct tms_str kept_ids(
	struct world *w, struct tms_arena *arena, uint32_t rule, tms_time now)
{
	struct tms_selection selection = { 0 };
	struct tms_str ids = { 0 };

	assert_int_equal(
		tms_index_select(w->index, rule, now, SIZE_MAX, arena, &selection), TMS_OK);
	assert_int_equal(selection.count, selection.kept_count);
	for (size_t i = 0; i < selection.count; i++)
		ids = tms_arena_format(arena, "%.*s%s%.*s", TMS_STR_ARGS(ids), i ? " " : "",
			TMS_STR_ARGS(selection.list[i].item->merged.item.id));
	return ids;
}

static inline struct tms_index_stats stats_of(const struct world *w)
{
	struct tms_index_stats stats;

	tms_index_stats(w->index, &stats);
	return stats;
}

/* A fixed sequence of numbers that look random. */
static inline uint32_t next_number(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*state >> 33);
}

#endif
