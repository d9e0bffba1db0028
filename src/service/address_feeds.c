/* Feeds of filter addresses (/filter?…): made, found again by what was asked, dropped for room. */
#include "service/address_feeds.h"

#include <stdlib.h>

#include "service/sources.h"

#define ADDRESS_FEEDS_MAX 1000

/* Lets go of what a feed straight from an address holds, itself apart. */
static void address_fini(struct tms_feeds *feeds, struct tms_served *served)
{
	struct tms_shelf *shelf = served->shelf;

	served_feed_drop_rendition(feeds, served);
	if (shelf)
		shelf_rules_remove(shelf, served->place);
	shelves_release(feeds->shelves, shelf);
	tms_arena_free(&served->arena);
	free(served);
}

static void forget_address(struct tms_feeds *feeds, struct tms_served *served)
{
	(void)tms_map_remove(&feeds->by_key, served->key);
	address_fini(feeds, served);
}

void address_feeds_forget_shelf(struct tms_feeds *feeds, const struct tms_shelf *shelf)
{
	size_t cursor = 0;
	void *value = NULL;

	while (tms_map_next(&feeds->by_key, &cursor, NULL, &value))
		if (((struct tms_served *)value)->shelf == shelf)
			forget_address(feeds, value);
}

void address_feeds_forget(struct tms_feeds *feeds)
{
	size_t cursor = 0;
	void *value = NULL;

	while (tms_map_next(&feeds->by_key, &cursor, NULL, &value))
		forget_address(feeds, value);
}

/* Where the entries of a feed straight from an address lead: to Hugging Face when one of its
 * sources is there. */
static enum tms_feed_link default_link(const struct tms_shelf *shelf)
{
	for (size_t i = 0; i < tms_shelf_sources(shelf); i++) {
		const struct tms_conf_source *conf = shelf_source(shelf, i)->conf;
		if (conf && tms_conf_source_is_hf(conf))
			return TMS_FEED_LINK_HF;
	}
	return TMS_FEED_LINK_ARXIV;
}

/* The configuration names them, so they are there. */
static struct tms_shelf *find_shelf(
	struct tms_feeds *feeds, const struct tms_str *names, size_t count)
{
	struct tms_source **list = calloc(count + 1, sizeof(struct tms_source *));
	size_t found = 0;

	for (size_t i = 0; list && i < count; i++) {
		list[found] = tms_sources_find(feeds->world->sources, names[i]);
		found += list[found] != NULL;
	}
	struct tms_shelf *shelf = list ? shelves_get(feeds->shelves, list, found) : NULL;
	free(list);
	return shelf;
}

/* Takes a place on the shelf of its sources, for its rule. */
static enum tms_status shelve(struct tms_feeds *feeds, struct tms_served *served,
	struct tms_str match, const struct tms_query_options *options, struct tms_diag *diag)
{
	served->place = served->rule = TMS_INDEX_NONE;
	served->shelf = find_shelf(feeds, served->feed.sources, served->feed.sources_count);
	if (!served->shelf)
		return TMS_ENOMEM;
	if (tms_str_trim(match).len == 0)
		return TMS_OK;
	enum tms_status st = shelf_rules_add(served->shelf, match, options,
		(size_t)feeds->world->conf->limits.scan_cost, &served->place, diag);
	if (st == TMS_OK)
		served->rule = shelf_rule(served->shelf, served->place);
	return st;
}

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

/* The arena of one fits: its key, the list of names in it, its own address. */
static void expect(const struct tms_feeds *feeds, struct tms_arena *arena, struct tms_str key,
	const struct tms_address_query *query)
{
	tms_arena_expect(arena,
		tms_arena_copy_bytes(key.len) + query->sources_count * sizeof(struct tms_str) +
			tms_arena_copy_bytes(
				feeds->world->conf->public_url.len + query->target.len) +
			(query->match.len > 0
					? 0
					: tms_arena_copy_bytes(query->sources[0]->title.len)));
}

/* The key begins with them. */
static struct tms_str *names_of(
	struct tms_arena *arena, struct tms_str key, const struct tms_address_query *query)
{
	struct tms_str *names = TMS_ARENA_ARRAY(arena, struct tms_str, query->sources_count);

	for (size_t i = 0; names && i < query->sources_count; i++)
		(void)tms_str_split(&key, ',', &names[i]);
	return names;
}

static enum tms_status address_new(struct tms_feeds *feeds, struct tms_str key,
	const struct tms_address_query *query, struct tms_served **out, struct tms_diag *diag)
{
	struct tms_query_options options = { 0 };
	struct tms_served *served = calloc(1, sizeof(*served));
	struct tms_arena *arena = served ? &served->arena : NULL;
	const struct tms_conf_limits *limits = &feeds->world->conf->limits;

	if (!served)
		return TMS_ENOMEM;
	tms_conf_query_options(feeds->world->conf, NULL, &options);
	expect(feeds, arena, key, query);
	key = served->key = tms_arena_copy(arena, key);
	struct tms_str match = tms_str_slice(key, key.len - query->match.len, key.len);
	struct tms_str *names = names_of(arena, key, query);
	served->feed = (struct tms_feed_definition){
		.query = match,
		.sources = names,
		.sources_count = names ? query->sources_count : 0,
		.title = match.len > 0 ? match : tms_arena_copy(arena, query->sources[0]->title),
		.self_url = tms_arena_format(arena, "%.*s%.*s",
			TMS_STR_ARGS(feeds->world->conf->public_url), TMS_STR_ARGS(query->target)),
		.entries_max = (size_t)(query->limit ? query->limit : limits->feed_entries),
		.form = query->form,
	};
	enum tms_status st = arena->status;
	if (st == TMS_OK)
		st = shelve(feeds, served, match, &options, diag);
	if (st == TMS_OK) {
		served_feed_dress(feeds, served);
		served->feed.link = default_link(served->shelf);
		st = tms_map_put(&feeds->by_key, served->key, served);
	}
	if (st == TMS_OK)
		*out = served;
	else
		address_fini(feeds, served);
	return st;
}

/* Makes room by dropping what was used longest ago; feeds never shown go first. */
static void make_room(struct tms_feeds *feeds)
{
	size_t cursor = 0;
	void *value = NULL;

	if (feeds->by_key.count < ADDRESS_FEEDS_MAX)
		return;
	served_feed_pass_over_used(feeds);
	for (struct tms_served *served = feeds->oldest; served; served = served->newer)
		if (served->key.len > 0) {
			forget_address(feeds, served);
			return;
		}
	if (tms_map_next(&feeds->by_key, &cursor, NULL, &value))
		forget_address(feeds, value);
}

enum tms_status tms_feeds_address(struct tms_feeds *feeds, const struct tms_address_query *query,
	struct tms_served **out, struct tms_diag *diag)
{
	struct tms_arena scratch = { 0 };

	struct tms_str key = key_of(&scratch, query);
	struct tms_served *known = tms_map_find(&feeds->by_key, key);
	enum tms_status st = scratch.status;
	if (st == TMS_OK && !known) {
		make_room(feeds);
		st = address_new(feeds, key, query, out, diag);
	}
	tms_arena_free(&scratch);
	if (st != TMS_OK)
		return st;
	if (known)
		*out = known;
	shelf_lru_touch(&feeds->shelves->lru, (*out)->shelf);
	return known || shelves_make_room(feeds->shelves, (*out)->shelf) ? TMS_OK : TMS_EUNAVAIL;
}
