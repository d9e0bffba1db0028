/* One feed reconciled: what it is in the configuration, in the registry, and in the store. */
#include "service/person_feeds.h"
#include "service/reconcile_private.h"
#include "service/reload.h"

/* ---- the feeds of the configuration ---- */

/* The rules written out, so that the copy stands without the configuration. */
static struct tms_str expand(struct reconciler *r, struct tms_arena *arena,
	const struct tms_conf_user *user, struct tms_str match)
{
	struct tms_query_options options = { 0 };
	struct tms_query *query = NULL;
	struct tms_buf text = { 0 };

	tms_conf_query_options(r->world->conf, user, &options);
	enum tms_status st = tms_query_parse(match, &options, &query, NULL);
	if (st == TMS_OK)
		tms_query_print_expanded(query, &text);
	tms_query_free(query);
	struct tms_str copy = tms_arena_take(arena, &text);
	if (st != TMS_OK)
		arena->status = TMS_ENOMEM; /* the configuration's rules have all been read once */
	return copy;
}

static struct tms_str join_sources(struct tms_arena *arena, const struct tms_conf_feed *feed)
{
	struct tms_buf buf = { 0 };

	for (size_t i = 0; i < feed->sources_count; i++) {
		if (i > 0)
			tms_buf_add_char(&buf, ',');
		tms_buf_add(&buf, feed->sources[i]->name);
	}
	return tms_arena_take(arena, &buf);
}

/* The record that the feed had under its old name (`was`), and its number; none when there is none
 * that a rename can take over. */
static uint32_t find_old(struct reconciler *r, const struct tms_conf_user *user,
	const struct tms_conf_feed *feed, struct registered_feed *record)
{
	struct tms_arena arena = { 0 };
	uint32_t number = DIGEST_TABLE_NONE;

	if (feed->was.len == 0 || tms_conf_find_feed(user, feed->was))
		return number;
	number = registry_find(
		&r->feeds->registry, tms_definition_key(&arena, user->name, feed->was));
	tms_arena_free(&arena);
	if (!registry_get(&r->feeds->registry, number, record) ||
		record->definition.origin != TMS_ORIGIN_CONF)
		return DIGEST_TABLE_NONE;
	return number;
}

static void take_address(
	struct tms_arena *arena, struct tms_definition *d, const struct registered_feed *old)
{
	d->address_name = tms_arena_copy(arena, old->definition.address_name);
	d->generation = old->definition.generation;
}

/* What the address of a feed is made of that the store does not know, perhaps under its old name.
 * *old is the number of the record whose place it takes, or none. */
static struct tms_definition first_definition(struct reconciler *r, struct tms_arena *arena,
	const struct tms_conf_user *user, const struct tms_conf_feed *feed, uint32_t *old)
{
	struct tms_definition made = { .user = user->name,
		.name = feed->name,
		.address_name = feed->was.len > 0 ? feed->was : feed->name };
	struct registered_feed record;

	*old = find_old(r, user, feed, &record);
	if (*old != DIGEST_TABLE_NONE)
		take_address(arena, &made, &record);
	return made;
}

/* A feed that was renamed before `was` stood there has an address of its own by now. While the old
 * one is served still, that one is given back: it is the one that readers know. */
static uint32_t find_late_rename(struct reconciler *r, const struct tms_conf_user *user,
	const struct tms_conf_feed *feed, struct registered_feed *record)
{
	uint32_t number = find_old(r, user, feed, record);

	if (number == DIGEST_TABLE_NONE)
		return number;
	bool is_over = tms_definition_is_over(
		&record->definition, r->world->conf->limits.removed_feeds_s, r->now);
	TMS_LOG(r->world->log, is_over ? TMS_LOG_WARNING : TMS_LOG_INFO,
		is_over ? "`was` comes too late: the old address is answered with 410 already"
			: "a feed has the address of its old name again",
		{ "user", user->name }, { "feed", feed->name }, { "was", feed->was });
	reload_rename(r->reload, user->name, feed->name, feed->was, is_over);
	return is_over ? DIGEST_TABLE_NONE : number;
}

/* Takes over the definition and notes it to be written. */
static void define(
	struct reconciler *r, struct tms_definition *d, struct tms_str key, int64_t revision)
{
	uint32_t number = 0;

	tms_definition_seal(d, r->world->key, r->feeds->key_tag);
	if (person_feeds_define(r->feeds, key, d, revision, &number) != TMS_OK ||
		!definition_writer_put(&r->writer, key, d, revision))
		r->has_failed = true;
}

static void drop_old(struct reconciler *r, uint32_t number)
{
	struct registered_feed record;

	if (!registry_get(&r->feeds->registry, number, &record))
		return;
	if (record.revision > 0 &&
		!definition_writer_remove(&r->writer, record.key, record.revision))
		r->has_failed = true;
	person_feeds_undefine(r->feeds, number);
}

void reconcile_feed(
	struct reconciler *r, const struct tms_conf_user *user, const struct tms_conf_feed *feed)
{
	struct tms_arena arena = { 0 };
	struct registered_feed record = { 0 }, late = { 0 };
	struct tms_str key = tms_definition_key(&arena, user->name, feed->name);
	uint32_t old = DIGEST_TABLE_NONE;
	struct tms_definition d;

	bool is_known =
		registry_get(&r->feeds->registry, registry_find(&r->feeds->registry, key), &record);
	if (is_known)
		old = find_late_rename(r, user, feed, &late);
	bool is_late = old != DIGEST_TABLE_NONE;
	if (is_known && !is_late && record.revision > 0 && record.definition.hash == feed->hash &&
		record.definition.removed_at == 0 && !record.definition.is_deleted &&
		record.definition.origin == TMS_ORIGIN_CONF)
		goto out;
	d = is_known ? tms_definition_copy(&arena, &record.definition)
		     : first_definition(r, &arena, user, feed, &old);
	if (d.is_deleted)
		d.generation++; /* deleted and defined again: another address, so that the old one
				   stays gone */
	if (is_late)
		take_address(&arena, &d, &late);
	if (!is_known || d.hash != feed->hash || d.removed_at != 0 || d.is_deleted)
		d.revised = r->now;
	d.removed_at = 0;
	d.is_deleted = false;
	d.has_digest = false; /* it may have another address */
	d.origin = TMS_ORIGIN_CONF;
	d.hash = feed->hash;
	d.title = feed->title;
	d.match = expand(r, &arena, user, feed->match);
	d.sources = join_sources(&arena, feed);
	d.limit = feed->limit;
	d.link = feed->link;
	d.date = feed->date;
	if (arena.status != TMS_OK) {
		r->has_failed = true;
		goto out;
	}
	/* both or neither: a feed must not be lost between its names */
	definition_writer_make_room(&r->writer, 2);
	define(r, &d, key, is_known ? record.revision : 0);
	drop_old(r, old);
out:
	tms_arena_free(&arena);
}

/* ---- what the configuration does not name any more ---- */

static bool is_configured(const struct reconciler *r, const struct tms_definition *d)
{
	const struct tms_conf_user *user = tms_conf_find_user(r->world->conf, d->user);

	return user && tms_conf_find_feed(user, d->name);
}

static void warn_of_removal(struct reconciler *r, const struct tms_definition *d)
{
	struct tms_buf until = { 0 };

	tms_time_write_rfc3339(&until, d->removed_at + r->world->conf->limits.removed_feeds_s);
	TMS_LOG(r->world->log, TMS_LOG_WARNING,
		"a feed is gone from the configuration; its address is served until limits.removed_feeds "
		"is over, and another name may take it with `was` as long",
		{ "user", d->user }, { "feed", d->name }, { "until", tms_buf_str(&until) });
	tms_buf_free(&until);
}

bool reconcile_date(struct reconciler *r, uint32_t number)
{
	struct registered_feed record;
	struct tms_arena arena = { 0 };

	if (!registry_is_of_conf(&r->feeds->registry, number) ||
		!registry_get(&r->feeds->registry, number, &record) ||
		record.definition.is_deleted || record.revision == 0 ||
		is_configured(r, &record.definition))
		return false;
	if (record.definition.removed_at == 0 && record.has_rule &&
		person_feeds_definition(r->feeds, number, &arena, &record)) {
		struct tms_definition d = tms_definition_copy(&arena, &record.definition);
		d.removed_at = r->now;
		struct tms_str key = tms_arena_copy(&arena, record.key);
		if (arena.status == TMS_OK)
			define(r, &d, key, record.revision);
		else
			r->has_failed = true;
		tms_arena_free(&arena);
	}
	if (!registry_get(&r->feeds->registry, number, &record))
		return true;
	if (tms_definition_is_over(
		    &record.definition, r->world->conf->limits.removed_feeds_s, r->now))
		r->feeds->over_count++;
	else
		warn_of_removal(r, &record.definition);
	return true;
}

/* ---- what a listing did not have ---- */

bool reconcile_sweep(struct reconciler *r, uint32_t number)
{
	struct tms_feeds *feeds = r->feeds;
	struct registered_feed record;
	struct tms_arena arena = { 0 };

	if (registry_stamp(&feeds->registry, number) == r->feeds->stamp ||
		!registry_get(&feeds->registry, number, &record))
		return false;
	if (record.definition.origin == TMS_ORIGIN_CONF && is_configured(r, &record.definition)) {
		registry_set_revision(&feeds->registry, number, 0); /* it is written again */
		return true;
	}
	if (!r->is_lost) {
		person_feeds_undefine(r->feeds, number);
		return true;
	}
	if (!record.has_rule && !record.definition.is_deleted)
		return false; /* what its rule was is not known here */
	(void)person_feeds_definition(r->feeds, number, &arena, &record);
	struct tms_definition d = tms_definition_copy(&arena, &record.definition);
	struct tms_str key = tms_arena_copy(&arena, record.key);
	registry_set_revision(&feeds->registry, number, 0);
	if (arena.status != TMS_OK || !definition_writer_put(&r->writer, key, &d, 0))
		r->has_failed = true;
	tms_arena_free(&arena);
	return true;
}
