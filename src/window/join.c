#include <tamis/join.h>

static bool is_arxiv(enum tms_origin origin)
{
	return origin == TMS_ORIGIN_ARXIV_API || origin == TMS_ORIGIN_ARXIV_FEED;
}

/* Sightings stand best origin first. */
const struct tms_sighting *tms_join_said(const struct tms_record *record)
{
	for (size_t i = 0; i < record->sightings_count; i++) {
		const struct tms_item *item = &record->sightings[i].packed->item;
		if (is_arxiv(item->origin) && item->categories_count > 0)
			return &record->sightings[i];
	}
	return NULL;
}

uint64_t tms_join_version(const struct tms_sighting *said)
{
	const struct tms_item *item = &said->packed->item;
	struct tms_hash_seed seed = { item->categories_count, 1 };

	for (size_t i = 0; i < item->categories_count; i++) {
		seed.k0 = tms_hash(seed, item->categories[i].term);
		seed.k0 = tms_hash(seed, item->categories[i].label);
	}
	return seed.k0;
}

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
		const struct tms_sighting *said = record ? tms_join_said(record) : NULL;
		if (said && (!best || says_it_better(said, best)))
			best = said;
	}
	return best;
}

static bool has_same(const struct tms_record *known, const struct tms_sighting *said)
{
	for (size_t i = 0; known && i < known->sightings_count; i++)
		if (known->sightings[i].packed->item.origin == said->packed->item.origin)
			return tms_join_version(&known->sightings[i]) == tms_join_version(said);
	return false;
}

enum tms_join_need tms_join_need(const struct tms_record *record, struct tms_window *const *sources,
	size_t count, const struct tms_window *known, tms_time now, struct tms_item *out)
{
	if (!tms_str_starts(record->id, TMS_STR("arxiv:")) || tms_join_said(record))
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
	if (have && (tms_join_said(have) || (now >= have->last_listed &&
						    now - have->last_listed < TMS_JOIN_RETRY_S)))
		return TMS_JOIN_NOTHING;
	return TMS_JOIN_ASK;
}

bool tms_join_is_hf(const struct tms_record *record)
{
	for (size_t i = 0; i < record->sightings_count; i++) {
		enum tms_origin origin = record->sightings[i].packed->item.origin;
		if (origin == TMS_ORIGIN_HF_API || origin == TMS_ORIGIN_HF_PAGE)
			return true;
	}
	return false;
}
