#include "service/feeds.h"

#include <stdlib.h>

#include <sodium.h>

#include <tamis/preset.h>

#include "service/stored_results.h"
#include "service/service.h"
#include "service/shelf.h"

#define CHANCES 64 /* feeds in use that are passed over in one search for room */
#define ADDRESS_FEEDS_MAX 1000
#define MAX_AGE_MIN_S 900
#define PIECE_WORK 700 /* of one piece of asking a rule, see tms_index_prepare */
#define MAX_AGE_MAX_S 3600

enum tms_status feeds_init(struct tms_feeds *feeds, struct tms_shelves *shelves,
	const struct tms_key *key, size_t bytes_max)
{
	*feeds = (struct tms_feeds){ .shelves = shelves,
		.rendition_bytes_max = bytes_max,
		.key_tag = tms_key_tag(key),
		.over = { .is_over = true } };
	randombytes_buf(&feeds->registry.seed, sizeof(feeds->registry.seed));
	randombytes_buf(
		&feeds->source_sets.by_sources.seed, sizeof(feeds->source_sets.by_sources.seed));
	randombytes_buf(&feeds->by_key.seed, sizeof(feeds->by_key.seed));
	feeds->opened = calloc(TMS_OPENED_BUCKETS, sizeof(*feeds->opened));
	if (!feeds->opened)
		return TMS_ENOMEM;
	return tms_fragments_new(bytes_max, true, &feeds->fragments);
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

void feeds_drop_rendition(struct tms_feeds *feeds, struct tms_served *served)
{
	if (!served->rendition)
		return;
	unlink_use(feeds, served);
	feeds->rendition_bytes -= rendition_footprint(served->rendition);
	rendition_retire(served->rendition);
	feeds->dropped++;
	tms_rendition_unref(served->rendition);
	served->rendition = NULL;
}

/* What serving threads have answered from since it stood here last goes back to the front, as the
 * second chance of the page replacement of that name. */
static void pass_over_used(struct tms_feeds *feeds)
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
	feeds_drop_rendition(feeds, served);
	served->rendition = rendition;
	feeds->rendition_bytes += rendition_footprint(rendition);
	if (feeds->idle == served)
		feeds->idle = NULL;
	while (is_full(feeds) && feeds->oldest) {
		pass_over_used(feeds);
		if (feeds->oldest->key.len > 0)
			feeds_drop_rendition(feeds, feeds->oldest);
		else
			feeds_close(feeds, feeds->oldest);
	}
	link_use(feeds, served); /* behind the search for room: the newest always stays */
}

/* ---- what is served ---- */

/* Lets go of what a feed straight from an address holds, itself apart. */
static void address_fini(struct tms_feeds *feeds, struct tms_served *served)
{
	struct tms_shelf *shelf = served->shelf;

	feeds_drop_rendition(feeds, served);
	if (shelf && served->rule != TMS_INDEX_NONE)
		tms_index_remove_rule(shelf->index, served->rule);
	shelf_release(feeds->shelves, shelf);
	tms_arena_free(&served->arena);
	free(served);
}

static void forget_address(struct tms_feeds *feeds, struct tms_served *served)
{
	(void)tms_map_remove(&feeds->by_key, served->key);
	address_fini(feeds, served);
}

void feeds_forget_shelf(struct tms_feeds *feeds, const struct tms_shelf *shelf)
{
	size_t cursor = 0;
	void *value = NULL;

	while (tms_map_next(&feeds->by_key, &cursor, NULL, &value))
		if (((struct tms_served *)value)->shelf == shelf)
			forget_address(feeds, value);
}

static void forget_addresses(struct tms_feeds *feeds)
{
	size_t cursor = 0;
	void *value = NULL;

	while (tms_map_next(&feeds->by_key, &cursor, NULL, &value))
		forget_address(feeds, value);
}

void feeds_reset(struct tms_feeds *feeds)
{
	forget_addresses(feeds);
	feeds_close_all(feeds);
}

void feeds_fini(struct tms_feeds *feeds)
{
	if (feeds->opened)
		feeds_reset(feeds);
	free(feeds->opened);
	source_sets_fini(&feeds->source_sets, feeds->shelves);
	registry_fini(&feeds->registry);
	tms_map_free(&feeds->by_key);
	tms_fragments_free(feeds->fragments);
	*feeds = (struct tms_feeds){ 0 };
}

/* Where the entries of a feed straight from an address lead: to Hugging Face when one of its
 * sources is there. */
static enum tms_feed_link default_link(const struct tms_shelf *shelf)
{
	for (size_t i = 0; i < shelf->count; i++) {
		const struct tms_conf_source *conf = shelf->sources[i]->conf;
		if (conf && tms_conf_source_is_hf(conf))
			return TMS_FEED_LINK_HF;
	}
	return TMS_FEED_LINK_ARXIV;
}

/* The page for people: of the only source, where it has one; else this service's own. */
static struct tms_str site_of(
	const struct tms_service *service, const struct tms_shelf *shelf, struct tms_arena *arena)
{
	const struct tms_conf_source *conf = shelf->count == 1 ? shelf->sources[0]->conf : NULL;

	if (conf && conf->preset)
		return conf->preset->site;
	return tms_arena_format(arena, "%.*s/", TMS_STR_ARGS(service->conf->public_url));
}

static int64_t max_age_of(const struct tms_shelf *shelf)
{
	int64_t shortest_s = MAX_AGE_MAX_S;

	for (size_t i = 0; i < shelf->count; i++)
		if (shelf->sources[i]->conf && shelf->sources[i]->conf->every_s < shortest_s)
			shortest_s = shelf->sources[i]->conf->every_s;
	return shortest_s < MAX_AGE_MIN_S ? MAX_AGE_MIN_S : shortest_s;
}

enum tms_status feeds_dress(struct tms_service *service, struct tms_served *served)
{
	struct tms_feed_definition *feed = &served->feed;
	struct tms_arena *arena = &served->arena;

	feed->instance = tms_arena_copy(arena, tms_str_from(service->instance.text));
	feed->bytes_max = (size_t)service->conf->limits.feed_bytes;
	feed->site_url = site_of(service, served->shelf, arena);
	served->max_age_s = max_age_of(served->shelf);
	return arena->status;
}

/* Takes a place on the shelf of its sources, and its rule into the index there. */
static enum tms_status shelve(struct tms_service *service, struct tms_served *served,
	struct tms_str match, const struct tms_query_options *options, struct tms_diag *diag)
{
	served->rule = TMS_INDEX_NONE;
	served->shelf =
		shelf_get(&service->shelves, served->feed.sources, served->feed.sources_count);
	if (!served->shelf)
		return TMS_ENOMEM;
	if (tms_str_trim(match).len == 0)
		return TMS_OK;
	return tms_index_add_rule(served->shelf->index, match, options, &served->rule, diag);
}

/* ---- straight from an address ---- */

static struct tms_str key_of(struct tms_arena *arena, const struct tms_address_query *query)
{
	struct tms_buf buf = { 0 };

	for (size_t i = 0; i < query->sources_count; i++)
		tms_buf_format(&buf, "%.*s,", TMS_STR_ARGS(query->sources[i]->name));
	tms_buf_format(&buf, "%lld,%.*s,", (long long)query->limit,
		TMS_STR_ARGS(tms_form_name(query->form)));
	tms_buf_add(&buf, query->match);
	return tms_arena_take(arena, &buf);
}

static enum tms_status address_new(struct tms_service *service,
	const struct tms_address_query *query, const struct tms_query_options *options,
	struct tms_served **out, struct tms_diag *diag)
{
	struct tms_served *served = calloc(1, sizeof(*served));
	struct tms_arena *arena = served ? &served->arena : NULL;
	const struct tms_conf_limits *limits = &service->conf->limits;

	if (!served)
		return TMS_ENOMEM;
	served->key = key_of(arena, query);
	struct tms_str *names = TMS_ARENA_ARRAY(arena, struct tms_str, query->sources_count);
	for (size_t i = 0; names && i < query->sources_count; i++)
		names[i] = tms_arena_copy(arena, query->sources[i]->name);
	served->feed = (struct tms_feed_definition){
		.query = tms_arena_copy(arena, query->match),
		.sources = names,
		.sources_count = query->sources_count,
		.title = query->match.len > 0 ? tms_arena_copy(arena, query->match)
					      : tms_arena_copy(arena, query->sources[0]->title),
		.self_url = tms_arena_format(arena, "%.*s%.*s",
			TMS_STR_ARGS(service->conf->public_url), TMS_STR_ARGS(query->target)),
		.entries_max = (size_t)(query->limit ? query->limit : limits->feed_entries),
		.form = query->form,
	};
	enum tms_status st = arena->status;
	if (st == TMS_OK)
		st = shelve(service, served, query->match, options, diag);
	if (st == TMS_OK)
		st = feeds_dress(service, served);
	if (st == TMS_OK) {
		served->feed.link = default_link(served->shelf);
		st = tms_map_put(&service->feeds.by_key, served->key, served);
	}
	if (st == TMS_OK)
		*out = served;
	else
		address_fini(&service->feeds, served);
	return st;
}

/* Makes room by dropping what was used longest ago; feeds never shown go first. */
static void make_room(struct tms_feeds *feeds)
{
	size_t cursor = 0;
	void *value = NULL;

	if (feeds->by_key.count < ADDRESS_FEEDS_MAX)
		return;
	pass_over_used(feeds);
	for (struct tms_served *served = feeds->oldest; served; served = served->newer)
		if (served->key.len > 0) {
			forget_address(feeds, served);
			return;
		}
	if (tms_map_next(&feeds->by_key, &cursor, NULL, &value))
		forget_address(feeds, value);
}

enum tms_status tms_feeds_address(struct tms_service *service,
	const struct tms_address_query *query, struct tms_served **out, struct tms_diag *diag)
{
	struct tms_query_options options = { 0 };
	struct tms_arena scratch = { 0 };

	struct tms_str key = key_of(&scratch, query);
	struct tms_served *known = tms_map_find(&service->feeds.by_key, key);
	enum tms_status st = scratch.status;
	tms_arena_free(&scratch);
	if (st != TMS_OK)
		return st;
	if (known) {
		shelf_lru_touch(&service->shelves, known->shelf);
		*out = known;
		return TMS_OK;
	}
	tms_conf_query_options(service->conf, NULL, &options);
	make_room(&service->feeds);
	st = address_new(service, query, &options, out, diag);
	if (st != TMS_OK)
		return st;
	shelf_lru_touch(&service->shelves, (*out)->shelf);
	return shelf_lru_make_room(&service->shelves, (*out)->shelf) ? TMS_OK : TMS_EUNAVAIL;
}

/* ---- serving ---- */

bool tms_served_is_ready(const struct tms_served *served)
{
	bool has_answers = true;

	for (size_t i = 0; i < served->shelf->count; i++) {
		const struct tms_source *source = served->shelf->sources[i];
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

bool tms_served_prepare(struct tms_service *service, const struct tms_served *served)
{
	bool more = false;

	/* without memory it is said by what comes behind */
	return tms_index_prepare(served->shelf->index, served->rule, tms_clock_now(service->clock),
		       PIECE_WORK, &more) != TMS_OK ||
	       !more;
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

enum tms_status tms_served_rendition(struct tms_service *service, struct tms_served *served,
	size_t *unwritten, struct tms_rendition **out)
{
	struct tms_feeds *feeds = &service->feeds;
	struct tms_rendition *made = NULL;
	const struct tms_rendition_order order = { .feed = &served->feed,
		.shelf = served->shelf,
		.rule = served->rule,
		.fragments = feeds->fragments,
		.now = tms_clock_now(service->clock),
		.max_age_s = served->max_age_s,
		.is_public = served->key.len > 0,
		.unwritten = unwritten };

	served->requests++;
	if (served->rendition && rendition_is_current(served->rendition, order.now))
		return reuse(feeds, served, out);
	enum tms_status st = rendition_new(&order, &made);
	/* the shelf writes what is new, which takes some milliseconds: so long the older one holds */
	if (st == TMS_EUNAVAIL && served->rendition && served->shelf->unwritten_count > 0)
		return reuse(feeds, served, out);
	if (st != TMS_OK)
		return st;
	feeds->made++;
	if (served->key.len == 0)
		stored_results_keep(service, served, made);
	rendition_drop_items(made);
	*out = rendition_ref(made);
	keep_rendition(feeds, served, made);
	return TMS_OK;
}
