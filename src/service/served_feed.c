/* Feeds being served, and the cache of their renditions (LRU with a second chance). */
#include "service/served_feed.h"

#include <stdlib.h>

#include <tamis/preset.h>

#include "service/feeds.h"
#include "service/sources.h"
#include "service/source_state.h"
#include "service/stored_results.h"

#define CHANCES 64 /* feeds in use that are passed over in one search for room */
#define MAX_AGE_MIN_S 900
#define MAX_AGE_MAX_S 3600
/* A person's is written anew at the latest after this: so long before it is forgotten, the store is
 * told again what it holds. */
#define LONGEST_S (INT64_C(10) * 24 * 3600)
#define SHOWN_ID_BYTES 64 /* about; of feeds that stand still */
#define PIECE_WORK 700    /* of one piece of asking a rule, see tms_index_prepare */

/* ---- what follows from the shelf ---- */

/* The page for people: of the only source, where it has one; else this service's own, which the
 * feed's own address begins with. */
static struct tms_str site_of(
	const struct tms_feeds *feeds, const struct tms_shelf *shelf, struct tms_str self_url)
{
	const struct tms_conf_source *conf =
		tms_shelf_sources(shelf) == 1 ? shelf_source(shelf, 0)->conf : NULL;

	if (conf && conf->preset)
		return conf->preset->site;
	return tms_str_slice(self_url, 0, feeds->world->conf->public_url.len + 1);
}

static int64_t max_age_of(const struct tms_shelf *shelf)
{
	int64_t shortest_s = MAX_AGE_MAX_S;

	for (size_t i = 0; i < tms_shelf_sources(shelf); i++) {
		const struct tms_conf_source *conf = shelf_source(shelf, i)->conf;
		if (conf && conf->every_s < shortest_s)
			shortest_s = conf->every_s;
	}
	return shortest_s < MAX_AGE_MIN_S ? MAX_AGE_MIN_S : shortest_s;
}

void served_feed_dress(struct tms_feeds *feeds, struct tms_served *served)
{
	struct tms_feed_definition *feed = &served->feed;

	feed->instance = tms_str_from(feeds->instance.text);
	feed->bytes_max = (size_t)feeds->world->conf->limits.feed_bytes;
	feed->site_url = site_of(feeds, served->shelf, feed->self_url);
	served->max_age_s = max_age_of(served->shelf);
}

/* ---- renditions, by last use ---- */

static void unlink_use(struct tms_feeds *feeds, struct tms_served *served)
{
	*(served->newer ? &served->newer->older : &feeds->newest) = served->older;
	*(served->older ? &served->older->newer : &feeds->oldest) = served->newer;
	served->newer = served->older = NULL;
}

static void link_use(struct tms_feeds *feeds, struct tms_served *served)
{
	served->older = feeds->newest;
	*(feeds->newest ? &feeds->newest->newer : &feeds->oldest) = served;
	feeds->newest = served;
}

/* What a feed with a rendition holds, entries apart. */
static size_t held_by(const struct tms_served *served)
{
	size_t shown = served->shown ? served->shown->entries_count : 0;

	return rendition_footprint(served->rendition) + sizeof(*served) +
	       tms_arena_bytes(&served->arena) +
	       shown * (sizeof(struct tms_result_entry) + SHOWN_ID_BYTES);
}

void served_feed_drop_rendition(struct tms_feeds *feeds, struct tms_served *served)
{
	if (!served->rendition)
		return;
	unlink_use(feeds, served);
	feeds->rendition_bytes -= held_by(served);
	rendition_retire(served->rendition);
	feeds->dropped++;
	tms_rendition_unref(served->rendition);
	served->rendition = NULL;
}

/* ---- opened feeds of persons, by number ---- */

static struct tms_served **bucket_of(struct tms_feeds *feeds, uint32_t number)
{
	return &feeds->opened[number % SERVED_BUCKETS];
}

struct tms_served *served_feed_find_opened(
	struct tms_feeds *feeds, uint32_t number, enum tms_form form)
{
	struct tms_served *served = *bucket_of(feeds, number);

	while (served && (served->number != number || served->feed.form != form))
		served = served->next_opened;
	return served;
}

void served_feed_open(struct tms_feeds *feeds, struct tms_served *served)
{
	struct tms_served **bucket = bucket_of(feeds, served->number);

	served->next_opened = *bucket;
	*bucket = served;
}

void served_feed_close(struct tms_feeds *feeds, struct tms_served *served)
{
	struct tms_served **at = bucket_of(feeds, served->number);

	while (*at != served)
		at = &(*at)->next_opened;
	*at = served->next_opened;
	if (feeds->idle == served)
		feeds->idle = NULL;
	served_feed_drop_rendition(feeds, served);
	if (served->shown)
		tms_result_fini(served->shown);
	free(served->shown);
	tms_arena_free(&served->arena);
	free(served);
}

enum tms_status served_feed_show(struct tms_served *served, struct tms_result *shown)
{
	struct tms_result *kept = served->shown ? NULL : malloc(sizeof(*kept));

	if (!kept) {
		tms_result_fini(shown);
		return served->shown ? TMS_OK : TMS_ENOMEM;
	}
	*kept = *shown;
	*shown = (struct tms_result){ 0 };
	served->shown = kept;
	return TMS_OK;
}

void served_feed_close_all(struct tms_feeds *feeds)
{
	for (size_t i = 0; i < SERVED_BUCKETS; i++)
		while (feeds->opened[i])
			served_feed_close(feeds, feeds->opened[i]);
}

/* ---- room ---- */

void served_feed_pass_over_used(struct tms_feeds *feeds)
{
	for (int i = 0; i < CHANCES && feeds->oldest; i++) {
		struct tms_served *served = feeds->oldest;
		if (!rendition_was_used(served->rendition))
			return;
		unlink_use(feeds, served);
		link_use(feeds, served);
	}
}

static bool is_full(const struct tms_feeds *feeds)
{
	/* renditions hold entries that the cache of entries has let go of: these count as well */
	return feeds->rendition_bytes > feeds->rendition_bytes_max ||
	       tms_fragments_bytes(feeds->fragments) > 2 * feeds->rendition_bytes_max;
}

static void keep_rendition(
	struct tms_feeds *feeds, struct tms_served *served, struct tms_rendition *rendition)
{
	served_feed_drop_rendition(feeds, served);
	served->rendition = rendition;
	feeds->rendition_bytes += held_by(served);
	if (feeds->idle == served)
		feeds->idle = NULL;
	while (is_full(feeds) && feeds->oldest) {
		served_feed_pass_over_used(feeds);
		if (feeds->oldest->key.len > 0)
			served_feed_drop_rendition(feeds, feeds->oldest);
		else
			served_feed_close(feeds, feeds->oldest);
	}
	link_use(feeds, served); /* behind the search for room: the newest always stays */
}

/* ---- serving ---- */

bool tms_served_is_ready(const struct tms_served *served)
{
	bool has_answers = true;

	for (size_t i = 0; i < tms_shelf_sources(served->shelf); i++) {
		const struct tms_source *source = shelf_source(served->shelf, i);
		if (!source->is_loaded)
			return false;
		if (tms_window_count(source->window) > 0)
			return true;
		const struct tms_health *health = tms_window_health(source->window);
		has_answers = has_answers && source->has_answer &&
			      (health->last_success != TMS_TIME_NONE ||
				      health->empty_since != TMS_TIME_NONE);
	}
	return has_answers;
}

void tms_served_hasten(const struct tms_served *served)
{
	for (size_t i = 0; i < tms_shelf_sources(served->shelf); i++)
		source_load(shelf_source(served->shelf, i));
}

bool tms_served_prepare(struct tms_feeds *feeds, const struct tms_served *served)
{
	bool more = false;

	/* without memory it is said by what comes behind */
	return shelf_prepare(served->shelf, served->rule, tms_clock_now(feeds->world->clock),
		       PIECE_WORK, &more) != TMS_OK ||
	       !more;
}

bool tms_served_holds(const struct tms_feeds *feeds, const struct tms_served *served)
{
	return served->rendition &&
	       rendition_holds(served->rendition, tms_clock_now(feeds->world->clock));
}

struct tms_source *tms_served_source(
	const struct tms_feeds *feeds, const struct tms_served *served, size_t i)
{
	struct tms_source *named =
		i < served->feed.sources_count
			? tms_sources_find(feeds->world->sources, served->feed.sources[i])
			: NULL;

	return named ? named : shelf_source(served->shelf, i);
}

static enum tms_status reuse(
	struct tms_feeds *feeds, struct tms_served *served, struct tms_rendition **out)
{
	feeds->reused++;
	unlink_use(feeds, served);
	link_use(feeds, served);
	*out = rendition_ref(served->rendition);
	return TMS_OK;
}

enum tms_status tms_served_rendition(struct tms_feeds *feeds, struct tms_served *served,
	size_t *unwritten, struct tms_rendition **out)
{
	struct tms_rendition *made = NULL;
	const struct rendition_order order = { .feed = &served->feed,
		.shelf = served->shelf,
		.rule = served->rule,
		.shown = served->shown,
		.fragments = feeds->fragments,
		.now = tms_clock_now(feeds->world->clock),
		.max_age_s = served->max_age_s,
		.is_public = served->key.len > 0,
		.unwritten = unwritten };

	served->requests++;
	if (served->rendition && rendition_is_current(served->rendition, order.now))
		return reuse(feeds, served, out);
	enum tms_status st = rendition_new(&order, &made);
	/* what is new is being written, which takes some milliseconds: so long the older one holds */
	if (st == TMS_EUNAVAIL && served->rendition && shelf_has_unwritten(served->shelf))
		return reuse(feeds, served, out);
	if (st != TMS_OK)
		return st;
	feeds->made++;
	if (served->key.len == 0 && made->expires > order.now + LONGEST_S)
		made->expires = order.now + LONGEST_S;
	if (served->key.len == 0 && !served->stands_still) /* else less might be kept each time */
		stored_results_keep(feeds->world->store, served, made);
	rendition_drop_items(made);
	*out = rendition_ref(made);
	keep_rendition(feeds, served, made);
	return TMS_OK;
}
