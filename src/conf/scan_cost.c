/*
 * What every item has to be read for, counted as the index of the same sources will count it: each
 * term once, however many feeds ask for it. Said here, because a feed that the index refuses later
 * would not be served.
 */
#include "conf_private.h"

struct of_sources {
	size_t cost;
	bool is_told; /* one error is enough */
};

struct counting {
	struct conf_reader *reader;
	struct tms_buf key; /* the sources, each with a line break, then a term */
	size_t sources_len;
	struct of_sources *sum;
	bool has_grown;
};

static void *remember(struct counting *c, void *value)
{
	struct tms_arena *arena = c->reader->arena;

	if (c->key.status != TMS_OK)
		arena->status = c->key.status;
	struct tms_str key = tms_arena_copy(arena, tms_buf_str(&c->key));
	if (arena->status != TMS_OK || !value)
		return NULL;
	enum tms_status st = tms_map_put(&c->reader->scans, key, value);
	if (st != TMS_OK)
		arena->status = st;
	return st == TMS_OK ? value : NULL;
}

static struct of_sources *find_sum(struct counting *c, const struct tms_conf_feed *feed)
{
	for (size_t i = 0; i < feed->sources_count; i++) {
		tms_buf_add(&c->key, feed->sources[i]->name);
		tms_buf_add_char(&c->key, '\n');
	}
	c->sources_len = c->key.len;
	struct of_sources *sum = tms_map_find(&c->reader->scans, tms_buf_str(&c->key));
	return sum ? sum : remember(c, TMS_ARENA_NEW(c->reader->arena, struct of_sources));
}

static void count(void *context, struct tms_str print, size_t cost)
{
	struct counting *c = context;

	if (!c->sum)
		return;
	c->key.len = c->sources_len;
	tms_buf_add(&c->key, print);
	if (tms_map_find(&c->reader->scans, tms_buf_str(&c->key)) || !remember(c, c->sum))
		return;
	c->sum->cost += cost;
	c->has_grown = true;
}

void scan_cost_check(struct conf_reader *reader, const struct conf_node *node,
	const struct tms_conf_feed *feed, const struct tms_query *query)
{
	struct counting c = { .reader = reader };
	size_t most = (size_t)reader->raw.conf.limits.scan_cost;

	c.sum = find_sum(&c, feed);
	if (tms_query_scans(query, count, &c) != TMS_OK)
		reader->arena->status = TMS_ENOMEM;
	if (c.sum && c.has_grown && c.sum->cost > most && !c.sum->is_told) {
		c.sum->is_told = true;
		messages_at(&reader->errors, node,
			"up to here the regular expressions of feeds over the same sources cost %zu, more than "
			"%zu (limits.scan_cost); counted are those of which a match needs no three letters or "
			"digits in a row, so that every item has to be read",
			c.sum->cost, most);
	}
	tms_buf_free(&c.key);
}
