/* Whether a listing is to be believed: a glimpse that is cut off, broken or suddenly of something
 * else changes nothing. */
#include <tamis/listing.h>

#include "window_private.h"

/* The suspect rule of a listing that "falls from five or more items to one or two". */
#define FALLS_FROM 5
#define FALLS_TO 2

static struct tms_str scheme_of(struct tms_str id)
{
	size_t colon = tms_str_find_byte(id, ':', 0);
	return colon == SIZE_MAX ? TMS_STR_NONE : tms_str_slice(id, 0, colon);
}

/* The scheme that most of the window's ids have; of equals, the one that comes first by id. */
static struct tms_str usual_scheme(const struct tms_window *window)
{
	static const struct tms_str schemes[] = { TMS_STR_INIT("arxiv"), TMS_STR_INIT("id"),
		TMS_STR_INIT("url"), TMS_STR_INIT("hash") };
	size_t counts[TMS_COUNT(schemes)] = { 0 }, best = 0;

	for (size_t i = 0; i < window->count; i++)
		for (size_t k = 0; k < TMS_COUNT(schemes); k++)
			counts[k] +=
				tms_str_equal(scheme_of(window->order[i]->record.id), schemes[k]);
	for (size_t k = 1; k < TMS_COUNT(schemes); k++)
		if (counts[k] > counts[best])
			best = k;
	return counts[best] ? schemes[best] : TMS_STR_NONE;
}

static bool is_suspect(const struct tms_window *window, const struct tms_listing *listing,
	const struct tms_apply *how)
{
	const struct window_list *last = window_list_last(window, how->poll);

	if (!last || last->items < FALLS_FROM || listing->items_count > FALLS_TO)
		return false;
	struct tms_str usual = how->usual.len ? how->usual : usual_scheme(window);
	if (usual.len == 0)
		return false;
	for (size_t i = 0; i < listing->items_count; i++) {
		struct tms_str id = listing->items[i].id;
		if (tms_map_find(&window->records, id) || tms_map_find(&window->retired, id) ||
			tms_str_equal(scheme_of(id), usual))
			return false;
	}
	return true;
}

/*
 * Cut off, or broken and shorter than it was: what is missing is not known to be missing. A first
 * listing replaces nothing, and one that was taken though it was cut off may be so again.
 */
static bool is_misshapen(const struct tms_window *window, const struct tms_listing *listing,
	const struct tms_apply *how)
{
	const struct window_list *last = window_list_last(window, how->poll);
	tms_time since = window->health.partial_since;

	if (!listing->truncated && !listing->recovered &&
		listing->skipped_count <= listing->items_count)
		return false;
	if (!last || !tms_str_equal(tms_str_from(last->key), how->poll))
		return false;
	if (listing->items_count >= last->items && (!listing->truncated || since != TMS_TIME_NONE))
		return false;
	return since == TMS_TIME_NONE || how->now - since < WINDOW_PARTIAL_S;
}

enum tms_health_outcome window_judge(const struct tms_window *window,
	const struct tms_listing *listing, const struct tms_apply *how)
{
	if (listing->items_count == 0)
		return TMS_HEALTH_EMPTY;
	if (is_misshapen(window, listing, how))
		return TMS_HEALTH_MISSHAPEN;
	if (is_suspect(window, listing, how))
		return TMS_HEALTH_SUSPECT;
	return TMS_HEALTH_GOOD;
}
