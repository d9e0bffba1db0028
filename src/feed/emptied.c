/*
 * Which part leaves a feed empty. Every dropped item names the parts that dropped it; each part so
 * named is a query of its own, and asked alone it tells how many items it finds.
 */
#include <tamis/explain.h>

#include <stdlib.h>

/* So many different parts are weighed; a query of more is too large for one culprit. */
#define PARTS_MAX 64

struct part {
	struct tms_str text;
	bool excludes;
	size_t blamed; /* items that it helped to drop */
};

struct search {
	struct tms_arena *arena; /* of the parts' text */
	struct tms_arena one;    /* of one explanation */
	const struct tms_query *query;
	const struct tms_view *view;
	tms_time now;
	struct part parts[PARTS_MAX];
	size_t parts_count;
};

static void blame(struct search *s, const struct tms_query_reason *reason)
{
	for (size_t i = 0; i < s->parts_count; i++) {
		if (s->parts[i].excludes == reason->holds &&
			tms_str_equal(s->parts[i].text, reason->part)) {
			s->parts[i].blamed++;
			return;
		}
	}
	if (s->parts_count == PARTS_MAX)
		return;
	s->parts[s->parts_count++] = (struct part){ .text = tms_arena_copy(s->arena, reason->part),
		.excludes = reason->holds,
		.blamed = 1 };
}

/* Collect what drops the items. *kept: one of them is not dropped, and there is nothing to look
 * for. */
static enum tms_status collect(struct search *s, bool *kept)
{
	*kept = false;
	for (size_t i = 0; i < tms_view_count(s->view); i++) {
		struct tms_view_item *item = tms_view_at(s->view, i);
		const struct tms_doc *doc = tms_view_item_doc(item);
		struct tms_query_explanation why = { 0 };
		if (!doc)
			return TMS_ENOMEM;
		tms_arena_rewind(&s->one, 0);
		enum tms_status st =
			tms_query_explain(s->query, &item->merged, doc, s->now, &s->one, &why);
		if (st != TMS_OK)
			return st;
		if (why.kept) {
			*kept = true;
			return TMS_OK;
		}
		for (size_t j = 0; j < why.reasons_count; j++)
			blame(s, &why.reasons[j]);
	}
	return s->arena->status;
}

/* How many items the part finds when it is asked alone. */
static enum tms_status count_matches(const struct search *s, struct tms_str part,
	const struct tms_query_options *rules, size_t *matches)
{
	struct tms_query *alone = NULL;
	size_t count = 0;

	enum tms_status st = tms_query_parse(part, rules, &alone, NULL);
	for (size_t i = 0; st == TMS_OK && i < tms_view_count(s->view); i++) {
		struct tms_view_item *item = tms_view_at(s->view, i);
		const struct tms_doc *doc = tms_view_item_doc(item);
		if (!doc)
			st = TMS_ENOMEM;
		else if (tms_query_matches(alone, &item->merged, doc, s->now))
			count++;
	}
	tms_query_free(alone);
	if (st == TMS_OK)
		*matches = count;
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

enum tms_status tms_explain_emptied(struct tms_arena *arena, const struct tms_query *query,
	const struct tms_view *view, tms_time now, const struct tms_query_options *rules,
	struct tms_emptied *out)
{
	struct search s = { .arena = arena, .query = query, .view = view, .now = now };
	struct tms_emptied worst = { 0 };
	bool kept = true;

	enum tms_status st = query ? collect(&s, &kept) : TMS_OK;
	for (size_t i = 0; st == TMS_OK && !kept && i < s.parts_count; i++) {
		struct tms_emptied one = { .part = s.parts[i].text,
			.excludes = s.parts[i].excludes };
		st = count_matches(&s, one.part, rules, &one.matches);
		if (st == TMS_OK && is_worse(&one, &worst, tms_view_count(view)))
			worst = one;
		else if (st == TMS_EINVAL || st == TMS_ELIMIT)
			st = TMS_OK; /* a part that cannot be asked alone is passed over */
	}
	tms_arena_free(&s.one);
	if (st == TMS_OK)
		*out = worst;
	return st;
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
