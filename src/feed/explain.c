/*
 * Reasons for the items of a view, in slices, as TSV or lines of JSON: what is kept, newest first,
 * then what is dropped, nearest first. So every item is looked at before the first line is written.
 */
#include <tamis/explain.h>

#include <stdlib.h>

#include <tamis/doc.h>
#include <tamis/json.h>

#include "explain_candidate.h"
#include "explain_row.h"

/* Down to where it belongs: the first of all stands in front. */
static void sink(struct explain_candidate *heap, size_t count, size_t at)
{
	for (size_t child; (child = 2 * at + 1) < count; at = child) {
		if (child + 1 < count &&
			explain_candidate_compare(&heap[child + 1], &heap[child]) < 0)
			child++;
		if (explain_candidate_compare(&heap[at], &heap[child]) <= 0)
			return;
		struct explain_candidate up = heap[child];
		heap[child] = heap[at];
		heap[at] = up;
	}
}

struct tms_explaining {
	const struct tms_query *query; /* NULL keeps everything */
	tms_time now;
	enum tms_explain_form form;
	/* looked at one by one; then a heap, because to sort many thousands takes longer than one
	 * step may */
	struct explain_candidate *items;
	size_t count, looked_at; /* of the items that are left */
	bool is_heap;
	struct tms_explain_counts counts;
	struct tms_arena arena; /* of one item at a time */
	struct explain_texts texts;
};

enum tms_status tms_explaining_new(const struct tms_query *query, const struct tms_view *view,
	tms_time now, enum tms_explain_form form, struct tms_explaining **out)
{
	size_t count = tms_view_count(view);
	struct tms_explaining *e = calloc(1, sizeof(*e));

	if (!e)
		return TMS_ENOMEM;
	*e = (struct tms_explaining){ .query = query, .now = now, .form = form };
	e->items = calloc(count + 1, sizeof(*e->items));
	if (!e->items) {
		free(e);
		return TMS_ENOMEM;
	}
	for (; e->count < count; e->count++)
		e->items[e->count].item = tms_view_item_ref(tms_view_at(view, e->count));
	*out = e;
	return TMS_OK;
}

static enum tms_status explain_item(
	struct tms_explaining *e, const struct tms_merged *merged, struct tms_buf *out)
{
	struct tms_query_explanation found = { .kept = true };
	struct tms_snippet snippet = { 0 };
	const struct explain_row row = { &merged->item, &found, &snippet, &e->texts };
	struct tms_doc doc;

	tms_arena_rewind(&e->arena, 0);
	if (e->query) {
		enum tms_status st = tms_doc_make(&e->arena, merged, &doc);
		if (st == TMS_OK)
			st = tms_query_explain(e->query, merged, &doc, e->now, &e->arena, &found);
		if (st == TMS_OK)
			st = tms_snippet_make(&found, &doc, &e->arena, &snippet);
		if (st != TMS_OK)
			return st;
	}
	*(found.kept ? &e->counts.kept : &e->counts.dropped) += 1;
	return explain_row_write(&row, e->form, out);
}

static enum tms_status write_first(struct tms_explaining *e, struct tms_buf *out)
{
	for (size_t i = e->count / 2; !e->is_heap && i > 0; i--)
		sink(e->items, e->count, i - 1);
	e->is_heap = true;
	struct tms_view_item *item = e->items[0].item;
	e->items[0] = e->items[--e->count];
	sink(e->items, e->count, 0);
	enum tms_status st = explain_item(e, &item->merged, out);
	tms_view_item_unref(item);
	return st;
}

enum tms_status tms_explaining_step(
	struct tms_explaining *e, size_t items, struct tms_buf *out, bool *more)
{
	enum tms_status st = TMS_OK;

	for (; st == TMS_OK && items > 0 && !e->is_heap && e->looked_at < e->count; items--)
		st = explain_candidate_look(&e->items[e->looked_at++], e->query, e->now, &e->arena);
	for (; st == TMS_OK && items > 0 && e->count > 0; items--)
		st = write_first(e, out);
	if (st == TMS_OK)
		*more = e->count > 0;
	return st;
}

void tms_explaining_free(struct tms_explaining *e)
{
	if (!e)
		return;
	for (size_t i = 0; i < e->count; i++)
		tms_view_item_unref(e->items[i].item);
	free(e->items);
	explain_texts_fini(&e->texts);
	tms_arena_free(&e->arena);
	free(e);
}

enum tms_status tms_explain_write(const struct tms_query *query, const struct tms_view *view,
	tms_time now, enum tms_explain_form form, struct tms_buf *out,
	struct tms_explain_counts *counts)
{
	struct tms_explaining *e = NULL;
	bool more;

	enum tms_status st = tms_explaining_new(query, view, now, form, &e);
	if (st == TMS_OK)
		st = tms_explaining_step(e, SIZE_MAX, out, &more);
	if (st == TMS_OK && counts)
		*counts = e->counts;
	tms_explaining_free(e);
	return st;
}

void tms_explain_notes_write(const struct tms_advice *advice, struct tms_buf *out)
{
	struct tms_json_writer w = { .buf = out };

	if (advice->count == 0)
		return;
	tms_json_begin(&w, '{');
	tms_json_key(&w, "notes");
	tms_advice_write_json(&w, advice);
	tms_json_end(&w);
	tms_buf_add_char(out, '\n');
}
