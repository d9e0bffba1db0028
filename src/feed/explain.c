/* Reasons for the items of a view, newest first, in slices, as TSV or lines of JSON. */
#include <tamis/explain.h>

#include <stdlib.h>

#include <tamis/doc.h>
#include <tamis/json.h>

static int compare_rows(const struct tms_view_item *a, const struct tms_view_item *b)
{
	const struct tms_item *x = &a->merged.item, *y = &b->merged.item;

	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a heap holds items of the view */
	if (x->published != y->published)
		return x->published < y->published ? 1 : -1;
	return tms_str_compare(x->id, y->id);
}

/* Down to where it belongs: the first of all stands in front. */
static void sink(struct tms_view_item **heap, size_t count, size_t at)
{
	for (size_t child; (child = 2 * at + 1) < count; at = child) {
		if (child + 1 < count && compare_rows(heap[child + 1], heap[child]) < 0)
			child++;
		if (compare_rows(heap[at], heap[child]) <= 0)
			return;
		struct tms_view_item *up = heap[child];
		heap[child] = heap[at];
		heap[at] = up;
	}
}

/* The view's items, to be taken newest published first: as a heap, because to sort many thousands
 * takes longer than one step may. malloc'ed. NULL: no memory. */
static struct tms_view_item **heap_of(const struct tms_view *view)
{
	size_t count = tms_view_count(view);
	struct tms_view_item **items = calloc(count + 1, sizeof(*items));

	if (!items)
		return NULL;
	for (size_t i = 0; i < count; i++)
		items[i] = tms_view_item_ref(tms_view_at(view, i));
	for (size_t i = count / 2; i > 0; i--)
		sink(items, count, i - 1);
	return items;
}

/* ---- one row ---- */

static void write_field(struct tms_buf *out, struct tms_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		switch (text.ptr[i]) {
		case '\t':
			tms_buf_add_cstr(out, "\\t");
			break;
		case '\n':
			tms_buf_add_cstr(out, "\\n");
			break;
		case '\r':
			tms_buf_add_cstr(out, "\\r");
			break;
		case '\\':
			tms_buf_add_cstr(out, "\\\\");
			break;
		default:
			tms_buf_add_char(out, text.ptr[i]);
		}
	}
}

static void write_tsv(
	struct tms_buf *out, const struct tms_item *item, bool kept, struct tms_str why)
{
	tms_buf_add_cstr(out, kept ? "keep\t" : "drop\t");
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): it is an item of the heap */
	write_field(out, item->id);
	tms_buf_add_char(out, '\t');
	write_field(out, item->title);
	tms_buf_add_char(out, '\t');
	write_field(out, why);
	tms_buf_add_char(out, '\n');
}

static void write_hits(struct tms_json_writer *w, const struct tms_query_reason *reason)
{
	tms_json_key(w, "hits");
	tms_json_begin(w, '[');
	for (size_t i = 0; i < reason->hits_count; i++) {
		const struct tms_query_hit *hit = &reason->hits[i];
		tms_json_begin(w, '{');
		tms_json_member_str(w, "field", tms_str_from(hit->field));
		tms_json_member_str(w, "words", hit->words);
		tms_json_member_int(w, "start", (int64_t)hit->start);
		tms_json_member_int(w, "value", (int64_t)hit->value);
		tms_json_end(w);
	}
	tms_json_end(w);
	tms_json_member_int(w, "hits_total", (int64_t)reason->hits_total);
}

static void write_json(struct tms_buf *out, const struct tms_item *item,
	const struct tms_query_explanation *explanation, struct tms_str why, struct tms_str details)
{
	struct tms_json_writer w = { .buf = out };

	tms_json_begin(&w, '{');
	tms_json_member_str(&w, "verdict", explanation->kept ? TMS_STR("keep") : TMS_STR("drop"));
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): it is an item of the heap */
	tms_json_member_str(&w, "id", item->id);
	tms_json_member_str(&w, "title", item->title);
	tms_json_member_str(&w, "why", why);
	tms_json_member_str(&w, "details", details);
	tms_json_key(&w, "reasons");
	tms_json_begin(&w, '[');
	for (size_t i = 0; i < explanation->reasons_count; i++) {
		const struct tms_query_reason *reason = &explanation->reasons[i];
		tms_json_begin(&w, '{');
		tms_json_member_str(&w, "part", reason->part);
		tms_json_member_str(&w, "rule", reason->rule);
		tms_json_member_str(&w, "value", reason->value);
		tms_json_member_bool(&w, "holds", reason->holds);
		write_hits(&w, reason);
		tms_json_end(&w);
	}
	tms_json_end(&w);
	tms_json_end(&w);
	tms_buf_add_char(out, '\n');
}

struct tms_explaining {
	const struct tms_query *query; /* NULL keeps everything */
	tms_time now;
	enum tms_explain_form form;
	struct tms_view_item **items; /* each with a reference */
	size_t count;                 /* that are left */
	struct tms_explain_counts counts;
	struct tms_arena arena; /* of one item at a time */
	struct tms_buf why, details;
};

enum tms_status tms_explaining_new(const struct tms_query *query, const struct tms_view *view,
	tms_time now, enum tms_explain_form form, struct tms_explaining **out)
{
	struct tms_explaining *e = calloc(1, sizeof(*e));

	if (!e)
		return TMS_ENOMEM;
	*e = (struct tms_explaining){
		.query = query, .now = now, .form = form, .items = heap_of(view)
	};
	if (!e->items) {
		free(e);
		return TMS_ENOMEM;
	}
	e->count = tms_view_count(view);
	*out = e;
	return TMS_OK;
}

static enum tms_status explain_item(
	struct tms_explaining *e, const struct tms_merged *merged, struct tms_buf *out)
{
	struct tms_query_explanation found = { .kept = true };
	struct tms_doc doc;

	tms_arena_rewind(&e->arena, 0);
	if (e->query) {
		enum tms_status st = tms_doc_make(&e->arena, merged, &doc);
		if (st == TMS_OK)
			st = tms_query_explain(e->query, merged, &doc, e->now, &e->arena, &found);
		if (st != TMS_OK)
			return st;
	}
	tms_buf_clear(&e->why);
	tms_buf_clear(&e->details);
	tms_query_explanation_say(&found, NULL, &e->why);
	tms_query_explanation_print(&found, &e->details);
	struct tms_str why = tms_buf_str(&e->why), details = tms_buf_str(&e->details);
	if (e->form == TMS_EXPLAIN_JSONL)
		write_json(out, &merged->item, &found, why, details);
	else
		write_tsv(out, &merged->item, found.kept,
			e->form == TMS_EXPLAIN_DETAILS ? details : why);
	*(found.kept ? &e->counts.kept : &e->counts.dropped) += 1;
	if (e->details.status != TMS_OK)
		return e->details.status;
	return e->why.status != TMS_OK ? e->why.status : out->status;
}

enum tms_status tms_explaining_step(
	struct tms_explaining *e, size_t items, struct tms_buf *out, bool *more)
{
	enum tms_status st = TMS_OK;

	for (; st == TMS_OK && items > 0 && e->count > 0; items--) {
		struct tms_view_item *item = e->items[0];
		e->items[0] = e->items[--e->count];
		sink(e->items, e->count, 0);
		st = explain_item(e, &item->merged, out);
		tms_view_item_unref(item);
	}
	if (st == TMS_OK)
		*more = e->count > 0;
	return st;
}

void tms_explaining_free(struct tms_explaining *e)
{
	if (!e)
		return;
	for (size_t i = 0; i < e->count; i++)
		tms_view_item_unref(e->items[i]);
	free(e->items);
	tms_buf_free(&e->why);
	tms_buf_free(&e->details);
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
