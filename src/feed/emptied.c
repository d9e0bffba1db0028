/*
 * Which part leaves a feed empty. Every dropped item names the parts that dropped it; each part so
 * named is a query of its own, and asked alone it tells how many items it finds. A part that is
 * worth naming drops nearly all items, so that asking some is enough to hear of it.
 */
#include <tamis/doc.h>
#include <tamis/explain.h>

#include <stdlib.h>

#include "part.h"

/* So many different parts are weighed; a query of more is too large for one culprit. */
#define PARTS_MAX 64
/* Items that are asked for the parts that drop them, evenly spread over all. */
#define SAMPLE_MAX 64

struct emptied_part {
	struct tms_str text;
	bool excludes;
	struct tms_query *alone; /* NULL: it cannot be asked alone, or the index is asked */
	bool is_counted;
	size_t matches;
};

struct emptied_search {
	struct tms_arena *arena; /* of the parts' text */
	struct tms_arena one;    /* of one item */
	const struct tms_emptied_query *q;
	struct emptied_part parts[PARTS_MAX];
	size_t parts_count;
};

struct tms_emptying {
	struct emptied_search search;
	struct tms_emptied_query q; /* without view and index, which may go between two steps */
	struct tms_arena texts;
	struct tms_view_item *sample[SAMPLE_MAX]; /* one reference each */
	size_t sample_count, items_count;
	size_t looked_at, counted; /* of the sample; of the parts */
	size_t tries;              /* of the part that is counted */
	bool is_kept;
};

static void blame(struct emptied_search *s, const struct tms_query_reason *reason)
{
	for (size_t i = 0; i < s->parts_count; i++)
		if (s->parts[i].excludes == reason->holds &&
			tms_str_equal(s->parts[i].text, reason->part))
			return;
	if (s->parts_count < PARTS_MAX)
		s->parts[s->parts_count++] =
			(struct emptied_part){ .text = tms_arena_copy(s->arena, reason->part),
				.excludes = reason->holds };
}

/* Collect what drops this item. *kept: it is not dropped, and there is nothing to look for. */
static enum tms_status collect_from(
	struct emptied_search *s, const struct tms_merged *merged, bool *kept)
{
	struct tms_query_explanation why = { 0 };
	struct tms_doc doc;

	tms_arena_rewind(&s->one, 0);
	enum tms_status st = tms_doc_make(&s->one, merged, &doc);
	if (st == TMS_OK)
		st = tms_query_explain(s->q->query, merged, &doc, s->q->now, &s->one, &why);
	if (st != TMS_OK)
		return st;
	*kept = why.kept;
	for (size_t j = 0; j < why.reasons_count; j++)
		blame(s, &why.reasons[j]);
	return s->arena->status;
}

static size_t sample_step(size_t count)
{
	return count / SAMPLE_MAX + 1;
}

static enum tms_status collect(struct emptied_search *s, bool *kept)
{
	size_t count = tms_view_count(s->q->view);
	enum tms_status st = TMS_OK;

	*kept = false;
	for (size_t i = 0; st == TMS_OK && i < count && !*kept; i += sample_step(count))
		st = collect_from(s, &tms_view_at(s->q->view, i)->merged, kept);
	return st;
}

static enum tms_status count_by_index(struct emptied_search *s, const struct part_asked *asked,
	struct emptied_part *part, size_t work)
{
	return part_count(asked, part->text, work, &part->is_counted, &part->matches);
}

static enum tms_status read_parts(struct emptied_search *s)
{
	for (size_t i = 0; i < s->parts_count; i++) {
		struct emptied_part *part = &s->parts[i];
		enum tms_status st = tms_query_parse(part->text, s->q->options, &part->alone, NULL);
		part->is_counted = st == TMS_OK;
		if (st == TMS_ENOMEM)
			return st;
	}
	return TMS_OK;
}

/* Every item once, by all parts. */
static enum tms_status count_by_looking(struct emptied_search *s, bool *kept)
{
	enum tms_status st = read_parts(s);

	for (size_t i = 0; st == TMS_OK && !*kept && i < tms_view_count(s->q->view); i++) {
		const struct tms_merged *merged = &tms_view_at(s->q->view, i)->merged;
		struct tms_doc doc;
		tms_arena_rewind(&s->one, 0);
		st = tms_doc_make(&s->one, merged, &doc);
		if (st != TMS_OK)
			break;
		*kept = tms_query_matches(s->q->query, merged, &doc, s->q->now);
		for (size_t k = 0; k < s->parts_count; k++)
			if (s->parts[k].is_counted)
				s->parts[k].matches += tms_query_matches(
					s->parts[k].alone, merged, &doc, s->q->now);
	}
	return st;
}

static enum tms_status count_matches(struct emptied_search *s, bool *kept)
{
	const struct part_asked asked = {
		.index = s->q->index, .options = s->q->options, .now = s->q->now, .arena = &s->one
	};
	enum tms_status st = TMS_OK;

	if (!s->q->index)
		return count_by_looking(s, kept);
	for (size_t i = 0; st == TMS_OK && i < s->parts_count; i++)
		st = count_by_index(s, &asked, &s->parts[i], SIZE_MAX);
	return st;
}

/* Is `a` more to blame than `b`? */
static bool is_worse(const struct tms_emptied *a, const struct tms_emptied *b, size_t items)
{
	bool a_alone = a->excludes ? a->matches == items : a->matches == 0;
	bool b_alone = b->excludes ? b->matches == items : b->matches == 0;

	if (b->part.len == 0)
		return true;
	if (a_alone != b_alone)
		return a_alone;
	if (a->excludes != b->excludes)
		return !a->excludes;
	return a->excludes ? a->matches > b->matches : a->matches < b->matches;
}

static struct tms_emptied worst_of(const struct emptied_search *s, size_t items)
{
	struct tms_emptied worst = { 0 };

	for (size_t i = 0; i < s->parts_count; i++) {
		const struct emptied_part *part = &s->parts[i];
		struct tms_emptied one = { part->text, part->matches, part->excludes };
		if (part->is_counted && is_worse(&one, &worst, items))
			worst = one;
	}
	return worst;
}

enum tms_status tms_explain_emptied(
	struct tms_arena *arena, const struct tms_emptied_query *query, struct tms_emptied *out)
{
	struct emptied_search s = { .arena = arena, .q = query };
	const struct tms_emptied nothing = { 0 };
	bool kept = true;

	enum tms_status st = query->query ? collect(&s, &kept) : TMS_OK;
	if (st == TMS_OK && !kept)
		st = count_matches(&s, &kept);
	for (size_t i = 0; i < s.parts_count; i++)
		tms_query_free(s.parts[i].alone);
	tms_arena_free(&s.one);
	if (st == TMS_OK)
		*out = nothing;
	if (st == TMS_OK && !kept)
		*out = worst_of(&s, tms_view_count(query->view));
	return st;
}

/* ---- in steps ---- */

enum tms_status tms_emptying_new(const struct tms_emptied_query *query, struct tms_emptying **out)
{
	struct tms_emptying *e = calloc(1, sizeof(*e));

	if (!e)
		return TMS_ENOMEM;
	e->q = *query;
	e->q.view = NULL;
	e->q.index = NULL;
	e->search.arena = &e->texts;
	e->search.q = &e->q;
	e->items_count = tms_view_count(query->view);
	e->is_kept = !query->query;
	for (size_t i = 0; i < e->items_count; i += sample_step(e->items_count))
		e->sample[e->sample_count++] = tms_view_item_ref(tms_view_at(query->view, i));
	*out = e;
	return TMS_OK;
}

/* A part that takes long is worked out over several steps: its leaves are those of the query, whose
 * rule is in the index. One that does not get there is passed over. */
static enum tms_status count_next(
	struct tms_emptying *e, const struct part_asked *asked, size_t *items)
{
	enum tms_status st =
		count_by_index(&e->search, asked, &e->search.parts[e->counted], PART_WORK);

	if (st == TMS_EUNAVAIL && e->tries++ < e->items_count + PART_TRIES) {
		*items = 1; /* enough for this step */
		return TMS_OK;
	}
	e->tries = 0;
	e->counted++;
	return st == TMS_EUNAVAIL ? TMS_OK : st;
}

enum tms_status tms_emptying_step(struct tms_emptying *e, struct tms_index *index,
	struct tms_scope *scope, size_t items, bool *more)
{
	const struct part_asked asked = { .index = index,
		.scope = scope,
		.options = e->q.options,
		.now = e->q.now,
		.arena = &e->search.one };
	enum tms_status st = TMS_OK;

	for (; st == TMS_OK && items > 0 && !e->is_kept && e->looked_at < e->sample_count; items--)
		st = collect_from(&e->search, &e->sample[e->looked_at++]->merged, &e->is_kept);
	for (; st == TMS_OK && items > 0 && !e->is_kept && e->counted < e->search.parts_count;
		items--)
		st = count_next(e, &asked, &items);
	*more = !e->is_kept &&
		(e->looked_at < e->sample_count || e->counted < e->search.parts_count);
	return st;
}

struct tms_emptied tms_emptying_result(const struct tms_emptying *e)
{
	const struct tms_emptied nothing = { 0 };

	return e->is_kept ? nothing : worst_of(&e->search, e->items_count);
}

void tms_emptying_free(struct tms_emptying *e)
{
	if (!e)
		return;
	while (e->sample_count > 0)
		tms_view_item_unref(e->sample[--e->sample_count]);
	tms_arena_free(&e->search.one);
	tms_arena_free(&e->texts);
	free(e);
}

void tms_emptied_print(const struct tms_emptied *emptied, struct tms_buf *buf)
{
	if (emptied->part.len == 0)
		return;
	if (emptied->excludes)
		tms_buf_format(buf, "%zu items are excluded by ", emptied->matches);
	else if (emptied->matches == 0)
		tms_buf_add_cstr(buf, "no item has ");
	else
		tms_buf_format(buf, "no item meets all parts; only %zu %s ", emptied->matches,
			emptied->matches == 1 ? "has" : "have");
	tms_buf_add(buf, emptied->part);
}
