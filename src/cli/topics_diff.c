/* tamis topics diff: what an edit of a topic file changes. */
#include <stdlib.h>

#include "topics_private.h"

#define TITLES 5
#define NONE SIZE_MAX

/* Of one threshold: items that the old topic has, those of them that the new one has not, and those
 * that only the new one has. */
struct change {
	size_t kept, leave, come;
};

static const struct {
	const char *name;
	uint32_t threshold;
} levels[] = { { "loose", TMS_TOPIC_LOOSE }, { "normal", TMS_TOPIC_NORMAL },
	{ "strict", TMS_TOPIC_STRICT } };

/* A topic of either file. NONE: it is not in that file. */
struct pair {
	size_t old, new;
	struct change changes[TMS_COUNT(levels)];
	struct tms_buf leaving, coming; /* titles at the normal threshold */
	size_t leaving_count, coming_count;
};

struct diff {
	struct topics_work old, new; /* the items are with the old topics */
	struct pair *pairs;
	size_t count;
	struct tms_buf out;
};

/* ---- which topics ---- */

static size_t find(const struct tms_topic_list *list, struct tms_str id)
{
	for (size_t i = 0; i < list->count; i++)
		if (tms_str_equal(list->items[i].id, id))
			return i;
	return NONE;
}

/* The group says nothing of papers. */
static bool is_same(const struct tms_topic_definition *a, const struct tms_topic_definition *b)
{
	return tms_str_equal(a->name, b->name) && tms_str_equal(a->about, b->about) &&
	       tms_str_equal(a->keywords, b->keywords) && tms_str_equal(a->all, b->all);
}

/* Those that were edited, that have come and that have gone. */
static bool pair_all(struct diff *d)
{
	const struct tms_topic_list *old = &d->old.topics, *new = &d->new.topics;

	d->pairs = calloc(old->count + new->count + 1, sizeof(*d->pairs));
	if (!d->pairs)
		return false;
	for (size_t i = 0; i < new->count; i++) {
		size_t at = find(old, new->items[i].id);
		if (at == NONE || !is_same(&old->items[at], &new->items[i]))
			d->pairs[d->count++] = (struct pair){ .old = at, .new = i };
	}
	for (size_t i = 0; i < old->count; i++)
		if (find(new, old->items[i].id) == NONE)
			d->pairs[d->count++] = (struct pair){ .old = i, .new = NONE };
	return true;
}

/* ---- what they say of the items ---- */

static void write_change(
	struct tms_buf *buf, char sign, const uint32_t scores[2], const struct topics_item *item)
{
	tms_buf_format(buf, "  %c ", sign);
	tms_topic_part_print(scores[0], buf);
	tms_buf_add_cstr(buf, " > ");
	tms_topic_part_print(scores[1], buf);
	tms_buf_add_cstr(buf, "  ");
	topics_write_title(item, buf);
}

static void count(struct pair *pair, const uint32_t scores[2], const struct topics_item *item)
{
	for (size_t i = 0; i < TMS_COUNT(levels); i++) {
		bool had = scores[0] >= levels[i].threshold, has = scores[1] >= levels[i].threshold;
		pair->changes[i].kept += had;
		pair->changes[i].leave += had && !has;
		pair->changes[i].come += has && !had;
	}
	bool had = scores[0] >= TMS_TOPIC_NORMAL, has = scores[1] >= TMS_TOPIC_NORMAL;
	if (had && !has && pair->leaving_count++ < TITLES)
		write_change(&pair->leaving, '-', scores, item);
	if (has && !had && pair->coming_count++ < TITLES)
		write_change(&pair->coming, '+', scores, item);
}

static enum tms_status look_at(
	struct diff *d, const struct topics_options *how, const struct topics_item *item)
{
	const struct tms_topic_text *text = NULL;
	size_t mark = tms_arena_mark(&d->old.arena);

	/* both have the same model: its words are the same for the topics of either */
	enum tms_status st =
		tms_topic_text_make(&d->old.arena, d->old.model, how->scorer, &item->texts, &text);
	for (size_t i = 0; st == TMS_OK && i < d->count; i++) {
		struct pair *pair = &d->pairs[i];
		const uint32_t scores[2] = {
			pair->old == NONE ? 0 : tms_topic_score(d->old.compiled[pair->old], text),
			pair->new == NONE ? 0 : tms_topic_score(d->new.compiled[pair->new], text),
		};
		count(pair, scores, item);
	}
	tms_arena_rewind(&d->old.arena, mark);
	return st;
}

/* ---- saying it ---- */

static void write_pair(struct diff *d, struct pair *pair)
{
	const struct tms_topic_definition *topic = pair->new == NONE
							   ? &d->old.topics.items[pair->old]
							   : &d->new.topics.items[pair->new];
	const char *what = pair->old == NONE ? "new" : pair->new == NONE ? "gone" : "edited";

	tms_buf_format(&d->out, "%s%.*s (%.*s), %s, of %zu papers:\n", d->out.len > 0 ? "\n" : "",
		TMS_STR_ARGS(topic->id), TMS_STR_ARGS(topic->name), what, d->old.items_count);
	for (size_t i = 0; i < TMS_COUNT(levels); i++)
		tms_buf_format(&d->out, "  %-6s  %zu kept, %zu leave, %zu come\n", levels[i].name,
			pair->changes[i].kept, pair->changes[i].leave, pair->changes[i].come);
	tms_buf_add(&d->out, tms_buf_str(&pair->leaving));
	tms_buf_add(&d->out, tms_buf_str(&pair->coming));
	if (pair->leaving.status != TMS_OK || pair->coming.status != TMS_OK)
		d->out.status = TMS_ENOMEM;
}

static int compare(struct diff *d, const struct topics_options *how)
{
	enum tms_status st = pair_all(d) ? TMS_OK : TMS_ENOMEM;

	for (size_t i = 0; st == TMS_OK && i < d->old.items_count; i++)
		st = look_at(d, how, &d->old.items[i]);
	for (size_t i = 0; st == TMS_OK && i < d->count; i++)
		write_pair(d, &d->pairs[i]);
	if (st == TMS_OK && d->count == 0)
		tms_buf_add_cstr(&d->out, "no topic differs\n");
	if (st == TMS_OK)
		st = d->out.status;
	if (st != TMS_OK)
		tms_cli_error("%s", tms_status_name(st));
	return st == TMS_OK && cli_write(tms_buf_str(&d->out)) ? TMS_EXIT_DONE : TMS_EXIT_TROUBLE;
}

int topics_diff(const struct topics_options *how, const char *old, const char *new)
{
	struct topics_options old_how = *how, new_how = *how;
	struct diff d = { 0 };

	old_how.rules = old;
	new_how.rules = new;
	new_how.items = NULL;
	int status = topics_open(&d.old, &old_how);
	if (status == TMS_EXIT_DONE)
		status = topics_open(&d.new, &new_how);
	if (status == TMS_EXIT_DONE)
		status = compare(&d, how);
	for (size_t i = 0; i < d.count; i++) {
		tms_buf_free(&d.pairs[i].leaving);
		tms_buf_free(&d.pairs[i].coming);
	}
	free(d.pairs);
	tms_buf_free(&d.out);
	topics_close(&d.old);
	topics_close(&d.new);
	return status;
}
