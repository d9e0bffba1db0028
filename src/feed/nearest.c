/* The nearest of the items that a query drops: in steps, keeping some in mind and the rest to be looked
 * at. */
#include <tamis/doc.h>
#include <tamis/explain.h>

#include <stdlib.h>

#include "explain_candidate.h"

struct tms_nearest {
	const struct tms_query *query;
	tms_time now;
	struct tms_arena arena;       /* of one item at a time */
	struct tms_view_item **items; /* one reference each */
	size_t items_count, items_room, looked_at;
	struct explain_candidate *best; /* in order, with references of their own */
	size_t count, max, short_count;
};

int explain_candidate_compare(const struct explain_candidate *a, const struct explain_candidate *b)
{
	const struct tms_item *x = &a->item->merged.item, *y = &b->item->merged.item;
	int order = tms_query_nearness_compare(&a->nearness, &b->nearness);

	if (order != 0)
		return order;
	if (x->published != y->published)
		return x->published < y->published ? 1 : -1;
	return tms_str_compare(x->id, y->id);
}

enum tms_status explain_candidate_look(struct explain_candidate *candidate,
	const struct tms_query *query, tms_time now, struct tms_arena *scratch)
{
	const struct tms_merged *merged = &candidate->item->merged;
	struct tms_doc doc;

	candidate->nearness = (struct tms_query_nearness){ 0 };
	if (!query)
		return TMS_OK;
	tms_arena_rewind(scratch, 0);
	enum tms_status st = tms_doc_make(scratch, merged, &doc);
	if (st == TMS_OK)
		st = tms_query_nearness(query, merged, &doc, now, scratch, &candidate->nearness);
	return st;
}

enum tms_status tms_nearest_new(
	const struct tms_query *query, tms_time now, size_t max, struct tms_nearest **out)
{
	struct tms_nearest *nearest = calloc(1, sizeof(*nearest));

	if (!nearest)
		return TMS_ENOMEM;
	*nearest = (struct tms_nearest){ .query = query, .now = now, .max = max };
	nearest->best = calloc(max + 1, sizeof(*nearest->best));
	if (!nearest->best) {
		free(nearest);
		return TMS_ENOMEM;
	}
	*out = nearest;
	return TMS_OK;
}

enum tms_status tms_nearest_add(struct tms_nearest *nearest, struct tms_view_item *item)
{
	if (nearest->items_count == nearest->items_room) {
		size_t room = nearest->items_room > 0 ? 2 * nearest->items_room : 64;
		void *items = realloc(nearest->items, room * sizeof(struct tms_view_item *));
		if (!items)
			return TMS_ENOMEM;
		nearest->items = items;
		nearest->items_room = room;
	}
	nearest->items[nearest->items_count++] = tms_view_item_ref(item);
	return TMS_OK;
}

/* At its place, when that is among the best. */
static void keep(struct tms_nearest *nearest, const struct explain_candidate *candidate)
{
	size_t at = nearest->count;

	while (at > 0 && explain_candidate_compare(candidate, &nearest->best[at - 1]) < 0)
		at--;
	if (at == nearest->max)
		return;
	if (nearest->count == nearest->max)
		tms_view_item_unref(nearest->best[--nearest->count].item);
	memmove(nearest->best + at + 1, nearest->best + at,
		(nearest->count - at) * sizeof(*nearest->best));
	nearest->best[at] = *candidate;
	(void)tms_view_item_ref(candidate->item);
	nearest->count++;
}

enum tms_status tms_nearest_step(struct tms_nearest *nearest, size_t items, bool *more)
{
	enum tms_status st = TMS_OK;

	for (; st == TMS_OK && items > 0 && nearest->looked_at < nearest->items_count; items--) {
		struct explain_candidate candidate = {
			.item = nearest->items[nearest->looked_at++]
		};
		st = explain_candidate_look(
			&candidate, nearest->query, nearest->now, &nearest->arena);
		if (st != TMS_OK || (candidate.nearness.terms == 0 && candidate.nearness.rest == 0))
			continue;
		nearest->short_count += candidate.nearness.terms <= TMS_QUERY_NEARNESS_ONE;
		keep(nearest, &candidate);
	}
	if (st == TMS_OK)
		*more = nearest->looked_at < nearest->items_count;
	return st;
}

size_t tms_nearest_count(const struct tms_nearest *nearest)
{
	return nearest->count;
}

const struct tms_view_item *tms_nearest_at(const struct tms_nearest *nearest, size_t i)
{
	return nearest->best[i].item;
}

size_t tms_nearest_short(const struct tms_nearest *nearest)
{
	return nearest->short_count;
}

void tms_nearest_free(struct tms_nearest *nearest)
{
	if (!nearest)
		return;
	for (size_t i = 0; i < nearest->items_count; i++)
		tms_view_item_unref(nearest->items[i]);
	for (size_t i = 0; i < nearest->count; i++)
		tms_view_item_unref(nearest->best[i].item);
	free(nearest->items);
	free(nearest->best);
	tms_arena_free(&nearest->arena);
	free(nearest);
}
