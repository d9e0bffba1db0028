/*
 * What every item of a source has to be read for, counted as the service will count it: by source,
 * each term once, however many feeds ask for it. Said here, because a feed that is refused later
 * would not be served.
 */
#include "conf_private.h"

struct of_source {
	size_t cost;
	bool is_told; /* one error is enough */
};

struct counting {
	struct conf_reader *reader;
	struct tms_buf key; /* the source with a line break, then a term */
	size_t source_len;
	struct of_source *sum;
	bool has_grown;
};

static void *remember(struct counting *c, void *value)
{
	struct tms_arena *arena = &c->reader->scratch;

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

static struct of_source *find_sum(struct counting *c, struct tms_str source)
{
	tms_buf_add(&c->key, source);
	tms_buf_add_char(&c->key, '\n');
	c->source_len = c->key.len;
	struct of_source *sum = tms_map_find(&c->reader->scans, tms_buf_str(&c->key));
	return sum ? sum : remember(c, TMS_ARENA_NEW(&c->reader->scratch, struct of_source));
}

static void count(void *context, struct tms_str print, size_t cost)
{
	struct counting *c = context;

	if (!c->sum)
		return;
	c->key.len = c->source_len;
	tms_buf_add(&c->key, print);
	if (tms_map_find(&c->reader->scans, tms_buf_str(&c->key)) || !remember(c, c->sum))
		return;
	c->sum->cost += cost;
	c->has_grown = true;
}

static void note_scan(void *context, struct tms_str print, size_t cost)
{
	bool *has_scans = context;

	(void)print;
	(void)cost;
	*has_scans = true;
}

/* False: it is too much by now. */
static bool check_source(struct conf_reader *reader, const struct conf_node *node,
	struct tms_str source, const struct tms_query *query)
{
	struct counting c = { .reader = reader };
	size_t most = (size_t)reader->raw.conf.limits.scan_cost;

	c.sum = find_sum(&c, source);
	if (tms_query_scans(query, count, &c) != TMS_OK)
		reader->arena->status = TMS_ENOMEM;
	bool is_too_much = c.sum && c.has_grown && c.sum->cost > most;
	if (is_too_much && !c.sum->is_told) {
		c.sum->is_told = true;
		messages_at(&reader->errors, node,
			"up to here the regular expressions of feeds that take %.*s cost %zu, more than "
			"%zu (limits.scan_cost); counted are those of which a match needs no three letters or "
			"digits in a row, so that every item has to be read",
			TMS_STR_ARGS(source), c.sum->cost, most);
	}
	tms_buf_free(&c.key);
	return !is_too_much;
}

/* Most queries have none: then no source is looked at. */
void scan_cost_check(struct conf_reader *reader, const struct conf_node *node,
	const struct tms_conf_feed *feed, const struct tms_query *query)
{
	bool has_scans = false, fits = true;

	if (tms_query_scans(query, note_scan, &has_scans) != TMS_OK)
		reader->arena->status = TMS_ENOMEM;
	for (size_t i = 0; has_scans && fits && i < feed->sources_count; i++)
		fits = check_source(reader, node, feed->sources[i]->name, query);
}
