/* The users and their feeds. */
#include "conf_private.h"

#include <tamis/hash.h>

#include <stdlib.h>

/* What the feeds of one user share while they are read. */
struct household {
	struct conf_reader *reader;
	const struct conf_node *feeds; /* the map */
	struct tms_query_options options;
};

static void read_sources(
	struct conf_reader *reader, const struct conf_node_pair *pair, struct tms_conf_feed *feed)
{
	const struct tms_setting *setting =
		tms_setting_find(TMS_STR("users.USER.feeds.FEED.sources"));
	const struct conf_node *node = node_find(pair->value, TMS_STR("sources"));
	const struct tms_conf *conf = &reader->raw.conf;
	struct conf_node list;

	if (node) {
		if (!value_list(reader, setting, node, &list))
			return;
		if (list.count == 0)
			reader_expect(reader, node, TMS_STR("sources"), setting);
		sources_listed(reader, &list, &feed->sources, &feed->sources_count);
		return;
	}
	if (conf->sources_count > 1) {
		messages_at(&reader->errors, pair->key,
			"the feed %.*s has no sources, and there are %zu to choose from; expected \"sources: "
			"[NAME, …]\"",
			TMS_STR_ARGS(pair->key->text), conf->sources_count);
		return;
	}
	const struct tms_conf_source **only =
		TMS_ARENA_ARRAY(reader->arena, const struct tms_conf_source *, 1);
	if (!only || conf->sources_count == 0)
		return;
	only[0] = &conf->sources[0];
	feed->sources = only;
	feed->sources_count = 1;
}

static void set_limit(
	struct conf_reader *reader, const struct conf_node *node, struct tms_conf_feed *feed)
{
	int64_t max = reader->raw.conf.limits.feed_entries;
	const struct conf_node *limit = node_find(node, TMS_STR("limit"));

	if (feed->limit > max && limit)
		messages_at(&reader->errors, limit,
			"limit: found %lld; limits.feed_entries allows %lld",
			(long long)feed->limit, (long long)max);
	if (feed->limit == 0)
		feed->limit = max < TMS_FEED_ENTRIES_DEFAULT ? max : TMS_FEED_ENTRIES_DEFAULT;
}

static enum tms_feed_link settle_link(const struct conf_feed_raw *raw)
{
	switch (raw->link) {
	case CONF_LINK_RAW_HF:
		return TMS_FEED_LINK_HF;
	case CONF_LINK_RAW_ARXIV:
		return TMS_FEED_LINK_ARXIV;
	case CONF_LINK_RAW_PDF:
		return TMS_FEED_LINK_PDF;
	case CONF_LINK_RAW_AUTO:
		break;
	}
	for (size_t i = 0; i < raw->feed.sources_count; i++)
		if (tms_conf_source_is_hf(raw->feed.sources[i]))
			return TMS_FEED_LINK_HF;
	return TMS_FEED_LINK_ARXIV;
}

static void check_was(const struct household *household, const struct conf_node_pair *pair,
	const struct tms_conf_feed *feed)
{
	struct messages *errors = &household->reader->errors;
	const struct conf_node *was = node_find(pair->value, TMS_STR("was"));

	if (!was || feed->was.len == 0)
		return;
	if (node_find(household->feeds, feed->was))
		messages_at(errors, was,
			"was: the feed \"%.*s\" is still here; expected the name of one that is gone",
			TMS_STR_ARGS(feed->was));
	for (size_t i = 0;
		i < household->feeds->count && household->feeds->pairs[i].key != pair->key; i++) {
		const struct conf_node *other =
			node_find(household->feeds->pairs[i].value, TMS_STR("was"));
		if (other && tms_str_equal(tms_str_trim(other->text), feed->was))
			messages_at(errors, was, "was: the feed \"%.*s\" was \"%.*s\" already",
				TMS_STR_ARGS(household->feeds->pairs[i].key->text),
				TMS_STR_ARGS(feed->was));
	}
}

static uint64_t hash_feed(const struct tms_conf_feed *feed, uint64_t query_hash)
{
	struct tms_hash_seed seed = { query_hash, (uint64_t)feed->limit };

	seed.k0 = tms_hash(seed, feed->name);
	seed.k1 = (uint64_t)feed->link << 8 | (uint64_t)feed->date;
	seed.k0 = tms_hash(seed, feed->title);
	seed.k0 = tms_hash(seed, feed->match); /* shown in the document as written */
	for (size_t i = 0; i < feed->sources_count; i++) {
		seed.k1 = feed->sources[i]->hash;
		seed.k0 = tms_hash(seed, feed->sources[i]->name);
	}
	return seed.k0;
}

static void read_feed(const struct household *household, const struct conf_node_pair *pair,
	struct tms_conf_feed *out)
{
	struct conf_reader *reader = household->reader;
	struct conf_feed_raw raw = { .feed = { .name = value_keep(reader, pair->key->text) } };
	const struct conf_node *match = node_find(pair->value, TMS_STR("match"));
	struct rules_query asked = { .node = match,
		.kind = "feed",
		.name = pair->key->text,
		.options = &household->options };
	struct tms_query *query = NULL;
	uint64_t query_hash = 0;

	(void)name_check(reader, pair->key, "a feed");
	setting_map_read(reader, pair->value, "users.USER.feeds.FEED", &raw);
	read_sources(reader, pair, &raw.feed);
	asked.sources = raw.feed.sources;
	asked.sources_count = raw.feed.sources_count;
	if (match && rules_check_query(reader, &asked, &query)) {
		raw.feed.match = value_keep(reader, tms_str_trim(match->text));
		query_hash = tms_query_hash(query);
		scan_cost_check(reader, match, &raw.feed, query);
		tms_query_free(query);
	}
	set_limit(reader, pair->value, &raw.feed);
	check_was(household, pair, &raw.feed);
	if (raw.feed.title.len == 0)
		raw.feed.title = raw.feed.name;
	raw.feed.link = settle_link(&raw);
	raw.feed.hash = hash_feed(&raw.feed, query_hash);
	*out = raw.feed;
}

static void read_user(
	struct conf_reader *reader, const struct conf_node_pair *pair, struct tms_conf_user *out)
{
	const struct tms_conf *conf = &reader->raw.conf;
	struct household household = { .reader = reader,
		.feeds = node_find(pair->value, TMS_STR("feeds")) };
	struct conf_user_raw raw = { 0 };

	out->name = value_keep(reader, pair->key->text);
	reader->user = out->name;
	(void)name_check(reader, pair->key, "a user");
	setting_map_read(reader, pair->value, "users.USER", &raw);
	out->zone = raw.time_zone.len == 0
			    ? conf->zone
			    : zone_named(reader, node_find(pair->value, TMS_STR("time_zone")),
				      tms_str_trim(raw.time_zone));
	out->topics = topics_read(reader, node_find(pair->value, TMS_STR("topics")), conf->topics);
	tms_conf_query_options(conf, NULL, &household.options);
	household.options.zone = out->zone;
	household.options.topics = out->topics;
	authors_read(reader, node_find(pair->value, TMS_STR("authors")), &household.options);
	rules_read(reader, node_find(pair->value, TMS_STR("rules")), &household.options);
	out->authors = household.options.authors;
	out->authors_count = household.options.authors_count;
	out->rules = household.options.rules;
	out->rules_count = household.options.rules_count;
	const struct conf_node *node = household.feeds;
	if (!reader_is_map(reader, node, "names of feeds, each with its settings") ||
		!reader_check_count(reader, node, conf->limits.feeds_per_user, "feeds_per_user") ||
		!node || node->count == 0)
		return;
	struct tms_conf_feed *feeds =
		TMS_ARENA_ARRAY(reader->arena, struct tms_conf_feed, node->count);
	for (size_t i = 0; feeds && i < node->count; i++)
		read_feed(&household, &node->pairs[i], &feeds[i]);
	out->feeds = feeds;
	out->feeds_count = feeds ? node->count : 0;
}

void users_section(struct conf_reader *reader)
{
	const struct conf_node *node = node_find(reader->root, TMS_STR("users"));
	struct tms_conf *conf = &reader->raw.conf;

	if (!reader_is_map(reader, node, "names of users, each with feeds") ||
		!reader_check_count(reader, node, conf->limits.users, "users") || !node ||
		node->count == 0)
		return;
	struct tms_conf_user *users =
		TMS_ARENA_ARRAY(reader->arena, struct tms_conf_user, node->count);
	for (size_t i = 0; users && i < node->count; i++)
		read_user(reader, &node->pairs[i], &users[i]);
	reader->user = TMS_STR_NONE;
	conf->users = users;
	conf->users_count = users ? node->count : 0;
}
