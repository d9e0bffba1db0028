/* Which categories are brought to which papers; <tamis/join.h> says why. */
#include <tamis/join.h>

#include "record.h"

void tms_join_item(struct tms_str id, enum tms_origin origin, struct tms_category *categories,
	size_t count, struct tms_item *out)
{
	tms_item_init(out);
	out->id = id;
	out->origin = origin;
	out->categories = categories;
	out->categories_count = count;
}

/* Total on what sources of one origin can differ in; of equals, either will do. */
static bool says_it_better(const struct tms_sighting *a, const struct tms_sighting *b)
{
	const struct tms_item *x = &a->packed->item, *y = &b->packed->item;

	if (x->origin != y->origin)
		return x->origin < y->origin;
	if (x->categories_count != y->categories_count)
		return x->categories_count > y->categories_count;
	return tms_str_compare(a->source, b->source) < 0;
}

static const struct tms_sighting *best_said(
	struct tms_window *const *sources, size_t count, struct tms_str id)
{
	const struct tms_sighting *best = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct tms_record *record = tms_window_find(sources[i], id);
		const struct tms_sighting *said = record ? tms_record_categories(record) : NULL;
		if (said && (!best || says_it_better(said, best)))
			best = said;
	}
	return best;
}

static bool has_same(const struct tms_record *known, const struct tms_sighting *said)
{
	for (size_t i = 0; known && i < known->sightings_count; i++)
		if (known->sightings[i].packed->item.origin == said->packed->item.origin)
			return record_categories_version(&known->sightings[i]) ==
			       record_categories_version(said);
	return false;
}

enum tms_join_need tms_join_need(const struct tms_record *record, struct tms_window *const *sources,
	size_t count, const struct tms_window *known, tms_time now, struct tms_item *out)
{
	if (!tms_str_starts(record->id, TMS_STR("arxiv:")) || tms_record_categories(record))
		return TMS_JOIN_NOTHING;
	const struct tms_sighting *said = best_said(sources, count, record->id);
	const struct tms_record *have = tms_window_find(known, record->id);
	if (said && has_same(have, said))
		return TMS_JOIN_NOTHING;
	if (said) {
		const struct tms_item *item = &said->packed->item;
		tms_join_item(
			record->id, item->origin, item->categories, item->categories_count, out);
		return TMS_JOIN_COPY;
	}
	if (have &&
		(tms_record_categories(have) ||
			(now >= have->last_listed && now - have->last_listed < TMS_JOIN_RETRY_S)))
		return TMS_JOIN_NOTHING;
	return TMS_JOIN_ASK;
}
