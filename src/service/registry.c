/*
 * Settling what the store remembers of feeds with what the configuration says now. The
 * configuration decides what a feed shows; the store decides its address. What is new is written,
 * what is gone is dated, what was renamed keeps the address of its first name; then the registry is
 * built from the result.
 */
#include <stdlib.h>

#include "service/service.h"

#define INSTANCE_KEY "instance" /* no slash, so it is never a feed's */

/* One run of settling; everything lives in `arena`, which becomes the registry's. */
struct settling {
	struct tms_service *service;
	struct tms_arena arena;
	struct tms_definition *definitions; /* the stored ones first, new ones behind */
	int64_t *revisions;                 /* of the store; 0: not there */
	bool *is_dirty, *is_dropped;
	size_t count;
	tms_time now;
};

static struct tms_definition *find(struct settling *s, struct tms_str user, struct tms_str name)
{
	for (size_t i = 0; i < s->count; i++)
		if (!s->is_dropped[i] && tms_str_equal(s->definitions[i].user, user) &&
			tms_str_equal(s->definitions[i].name, name))
			return &s->definitions[i];
	return NULL;
}

static size_t index_of(const struct settling *s, const struct tms_definition *d)
{
	return (size_t)(d - s->definitions);
}

/* A definition for a feed that the store does not know, perhaps under its old name. */
static struct tms_definition *add(
	struct settling *s, const struct tms_conf_user *user, const struct tms_conf_feed *feed)
{
	struct tms_definition *old = feed->was.len > 0 ? find(s, user->name, feed->was) : NULL;
	struct tms_definition *made = &s->definitions[s->count++];

	*made = (struct tms_definition){
		.user = tms_arena_copy(&s->arena, user->name),
		.name = tms_arena_copy(&s->arena, feed->name),
		.address_name =
			tms_arena_copy(&s->arena, feed->was.len > 0 ? feed->was : feed->name),
	};
	if (old && !tms_conf_find_feed(user, feed->was)) {
		made->address_name = old->address_name;
		made->generation = old->generation;
		s->is_dropped[index_of(s, old)] = true;
	}
	return made;
}

/* The rules written out, so that the copy stands without the configuration. */
static struct tms_str expand(
	struct settling *s, const struct tms_conf_user *user, struct tms_str match)
{
	struct tms_query_options options = { 0 };
	struct tms_query *query = NULL;
	struct tms_buf text = { 0 };

	tms_conf_query_options(s->service->conf, user, &options);
	if (tms_query_parse(match, &options, &query, NULL) == TMS_OK)
		tms_query_print_expanded(query, &text);
	tms_query_free(query);
	struct tms_str copy = tms_arena_copy(&s->arena, tms_buf_str(&text));
	if (text.status != TMS_OK)
		s->arena.status = text.status;
	tms_buf_free(&text);
	return copy;
}

static void settle_feed(
	struct settling *s, const struct tms_conf_user *user, const struct tms_conf_feed *feed)
{
	struct tms_definition *d = find(s, user->name, feed->name);
	bool is_new = d == NULL;

	if (!d)
		d = add(s, user, feed);
	if (d->is_deleted)
		d->generation++; /* deleted and defined again: another address, so that the old one
				    stays gone */
	if (!is_new && d->hash == feed->hash && d->removed_at == 0 && !d->is_deleted)
		return;
	d->revised = s->now;
	d->removed_at = 0;
	d->is_deleted = false;
	d->hash = feed->hash;
	d->title = tms_arena_copy(&s->arena, feed->title);
	d->match = expand(s, user, feed->match);
	d->limit = feed->limit;
	d->link = feed->link;
	d->date = feed->date;
	d->sources = TMS_ARENA_ARRAY(&s->arena, struct tms_str, feed->sources_count);
	d->sources_count = 0;
	for (size_t i = 0; d->sources && i < feed->sources_count; i++)
		d->sources[d->sources_count++] = tms_arena_copy(&s->arena, feed->sources[i]->name);
	s->is_dirty[index_of(s, d)] = true;
}

static void settle_removed(struct settling *s, struct tms_definition *d)
{
	const struct tms_conf_user *user = tms_conf_find_user(s->service->conf, d->user);

	if ((user && tms_conf_find_feed(user, d->name)) || d->is_deleted)
		return;
	if (d->removed_at == 0) {
		d->removed_at = s->now;
		s->is_dirty[index_of(s, d)] = true;
	}
	if (!tms_definition_is_over(d, s->service->conf->limits.removed_feeds_s, s->now)) {
		s->service->feeds.removed_count++;
		TMS_LOG(s->service->log, TMS_LOG_WARNING,
			"a feed is gone from the configuration; it is served for limits.removed_feeds longer",
			{ "user", d->user }, { "feed", d->name });
	}
}

static size_t count_feeds(const struct tms_conf *conf)
{
	size_t count = 0;

	for (size_t i = 0; i < conf->users_count; i++)
		count += conf->users[i].feeds_count;
	return count;
}

/* Sources that only feeds in their grace still need are read from the store, and polled no more. */
static void wake_sources(struct settling *s)
{
	for (size_t i = 0; i < s->count; i++)
		for (size_t k = 0; !s->is_dropped[i] && k < s->definitions[i].sources_count; k++)
			tms_service_keep_source(s->service, s->definitions[i].sources[k]);
}

static void on_changed(void *context, const struct tms_store_reply *reply)
{
	struct tms_service *service = context;

	if (reply->status == TMS_OK) {
		service->revision = reply->revision;
		return;
	}
	service->is_registered = service->is_registered && reply->status != TMS_ECONFLICT;
	TMS_LOG(service->log, TMS_LOG_WARNING,
		"feed definitions could not be stored; they are settled again",
		{ "why", tms_str_from(reply->diag->text) });
	service->revision = -1; /* the next look at the store's revision lists them again */
}

static void store_changes(struct settling *s)
{
	struct tms_store_change *changes =
		TMS_ARENA_ARRAY(&s->arena, struct tms_store_change, s->count + 1);
	size_t count = 0;

	if (!changes)
		return;
	if (!s->service->has_instance)
		changes[count++] = (struct tms_store_change){ .key = TMS_STR(INSTANCE_KEY),
			.bytes = tms_str_from(s->service->instance.text),
			.expected = 0 };
	for (size_t i = 0; i < s->count; i++) {
		struct tms_buf bytes = { 0 };
		if (!s->is_dirty[i] && !s->is_dropped[i])
			continue;
		if (!s->is_dropped[i])
			tms_definition_write(&bytes, &s->definitions[i]);
		changes[count++] = (struct tms_store_change){
			.key = tms_definition_key(
				&s->arena, s->definitions[i].user, s->definitions[i].name),
			.bytes = tms_arena_copy(&s->arena, tms_buf_str(&bytes)),
			.expected = s->revisions[i],
			.remove = s->is_dropped[i],
		};
		tms_buf_free(&bytes);
	}
	if (count > 0 && s->arena.status == TMS_OK)
		(void)tms_store_definitions_change(s->service->store, changes, count,
			(struct tms_store_call){ .done = on_changed, .context = s->service });
}

/* Takes dropped definitions out of the list, so that the registry sees only what is. */
static void compact(struct settling *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->count; i++)
		if (!s->is_dropped[i])
			s->definitions[kept++] = s->definitions[i];
	s->count = kept;
}

static void settle(struct tms_service *service)
{
	struct settling s = { .service = service, .now = tms_clock_now(service->clock) };
	size_t room = service->listed_count + count_feeds(service->conf);

	s.arena = service->listing_arena;
	service->listing_arena = (struct tms_arena){ 0 };
	s.definitions = TMS_ARENA_ARRAY(&s.arena, struct tms_definition, room);
	s.revisions = TMS_ARENA_ARRAY(&s.arena, int64_t, room);
	s.is_dirty = TMS_ARENA_ARRAY(&s.arena, bool, room);
	s.is_dropped = TMS_ARENA_ARRAY(&s.arena, bool, room);
	if (s.arena.status != TMS_OK)
		goto out;
	s.count = service->listed_count;
	if (s.count > 0) {
		memcpy(s.definitions, service->listed, s.count * sizeof(*s.definitions));
		memcpy(s.revisions, service->listed_revisions, s.count * sizeof(*s.revisions));
	}
	service->feeds.removed_count = 0;
	for (size_t i = 0; i < service->conf->users_count; i++)
		for (size_t k = 0; k < service->conf->users[i].feeds_count; k++)
			settle_feed(
				&s, &service->conf->users[i], &service->conf->users[i].feeds[k]);
	for (size_t i = 0; i < s.count; i++)
		if (!s.is_dropped[i])
			settle_removed(&s, &s.definitions[i]);
	wake_sources(&s);
	store_changes(&s);
	compact(&s);
	if (s.arena.status == TMS_OK &&
		tms_feeds_build(service, &s.arena, s.definitions, s.count) == TMS_OK) {
		service->is_registered = true;
		service->has_instance = true;
		tms_service_wake(service);
	}
out:
	tms_arena_free(&s.arena);
	service->listed = NULL;
	service->listed_count = service->listed_capacity = 0;
	service->listed_revisions = NULL;
	service->listed_revisions_capacity = 0;
}

static void on_definition(void *context, const struct tms_store_row *row)
{
	struct tms_service *service = context;
	struct tms_arena *arena = &service->listing_arena;
	struct tms_diag diag = { 0 };

	if (row->kind != TMS_STORE_ROW_DEFINITION)
		return;
	if (tms_str_equal(row->key, TMS_STR(INSTANCE_KEY))) {
		if (row->bytes.len == TMS_UUID_CHARS) {
			memcpy(service->instance.text, row->bytes.ptr, TMS_UUID_CHARS);
			service->has_instance = true;
		}
		return;
	}
	if (!tms_arena_grow(arena, &service->listed, service->listed_count,
		    &service->listed_capacity, sizeof(*service->listed)) ||
		!tms_arena_grow(arena, &service->listed_revisions, service->listed_count,
			&service->listed_revisions_capacity, sizeof(*service->listed_revisions)))
		return;
	if (tms_definition_parse(arena, row->key, row->bytes,
		    &service->listed[service->listed_count], &diag) != TMS_OK) {
		TMS_LOG(service->log, TMS_LOG_ERROR,
			"a stored feed definition cannot be read and is left alone",
			{ "key", row->key }, { "why", tms_str_from(diag.text) });
		return;
	}
	service->listed_revisions[service->listed_count++] = row->number;
}

static void on_listed(void *context, const struct tms_store_reply *reply)
{
	struct tms_service *service = context;

	service->is_listing = false;
	if (reply->status != TMS_OK || service->listing_arena.status != TMS_OK) {
		TMS_LOG(service->log, TMS_LOG_WARNING, "feed definitions cannot be read yet",
			{ "why", tms_str_from(reply->diag->text) });
		tms_arena_free(&service->listing_arena);
		service->listed = NULL;
		service->listed_revisions = NULL;
		service->listed_count = service->listed_capacity =
			service->listed_revisions_capacity = 0;
		return;
	}
	service->revision = reply->revision;
	settle(service);
}

void tms_service_register(struct tms_service *service)
{
	if (service->is_listing)
		return;
	service->is_listing = tms_store_definitions_list(
				      service->store, (struct tms_store_call){ .done = on_listed,
							      .row = on_definition,
							      .context = service }) != NULL;
}
