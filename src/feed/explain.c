#include <tamis/explain.h>

#include <stdlib.h>

#include <tamis/json.h>

static int compare_rows(const void *a, const void *b)
{
	const struct tms_item *x = &(*(struct tms_view_item *const *)a)->merged.item;
	const struct tms_item *y = &(*(struct tms_view_item *const *)b)->merged.item;

	if (x->published != y->published)
		return x->published < y->published ? 1 : -1;
	return tms_str_compare(x->id, y->id);
}

/* The view's items, newest published first; malloc'ed. NULL: no memory. */
static struct tms_view_item **sorted(const struct tms_view *view)
{
	size_t count = tms_view_count(view);
	struct tms_view_item **items = malloc((count > 0 ? count : 1) * sizeof(*items));

	if (!items)
		return NULL;
	for (size_t i = 0; i < count; i++)
		items[i] = tms_view_at(view, i);
	qsort(items, count, sizeof(*items), compare_rows);
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
	const struct tms_query_explanation *explanation, struct tms_str why)
{
	struct tms_json_writer w = { .buf = out };

	tms_json_begin(&w, '{');
	tms_json_member_str(&w, "verdict", explanation->kept ? TMS_STR("keep") : TMS_STR("drop"));
	tms_json_member_str(&w, "id", item->id);
	tms_json_member_str(&w, "title", item->title);
	tms_json_member_str(&w, "why", why);
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

struct explainer {
	const struct tms_query *query; /* NULL keeps everything */
	tms_time now;
	struct tms_arena arena; /* of one explanation at a time */
	struct tms_query_explanation found;
};

static enum tms_status explain(struct explainer *e, struct tms_view_item *item)
{
	tms_arena_rewind(&e->arena, 0);
	e->found = (struct tms_query_explanation){ .kept = true };
	if (!e->query)
		return TMS_OK;
	const struct tms_doc *doc = tms_view_item_doc(item);
	if (!doc)
		return TMS_ENOMEM;
	return tms_query_explain(e->query, &item->merged, doc, e->now, &e->arena, &e->found);
}

enum tms_status tms_explain_write(const struct tms_query *query, const struct tms_view *view,
	tms_time now, enum tms_explain_form form, struct tms_buf *out,
	struct tms_explain_counts *counts)
{
	struct explainer e = { .query = query, .now = now };
	struct tms_explain_counts sum = { 0 };
	struct tms_buf why = { 0 };
	struct tms_view_item **items = sorted(view);
	enum tms_status st = items ? TMS_OK : TMS_ENOMEM;

	for (size_t i = 0; st == TMS_OK && i < tms_view_count(view); i++) {
		const struct tms_item *item = &items[i]->merged.item;
		st = explain(&e, items[i]);
		if (st != TMS_OK)
			break;
		tms_buf_clear(&why);
		tms_query_explanation_print(&e.found, &why);
		if (form == TMS_EXPLAIN_TSV)
			write_tsv(out, item, e.found.kept, tms_buf_str(&why));
		else
			write_json(out, item, &e.found, tms_buf_str(&why));
		*(e.found.kept ? &sum.kept : &sum.dropped) += 1;
		st = why.status != TMS_OK ? why.status : out->status;
	}
	if (st == TMS_OK && counts)
		*counts = sum;
	free(items);
	tms_buf_free(&why);
	tms_arena_free(&e.arena);
	return st;
}
