/* One item with its verdict and the reasons for it, as a line of TSV or JSON. */
#include "explain_row.h"

#include <tamis/json.h>

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

static void write_tsv(struct tms_buf *out, const struct explain_row *row, struct tms_str why)
{
	const struct tms_item *item = row->item;

	tms_buf_add_cstr(out, row->why->kept ? "keep\t" : "drop\t");
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): it is an item of the heap */
	write_field(out, item->id);
	tms_buf_add_char(out, '\t');
	write_field(out, item->title);
	tms_buf_add_char(out, '\t');
	write_field(out, why);
	tms_buf_add_char(out, '\t');
	write_field(out, tms_buf_str(&row->texts->missing));
	tms_buf_add_char(out, '\t');
	write_field(out, tms_buf_str(&row->texts->snippet));
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

/* Thousandths, as a number. */
static void write_nearness(struct tms_json_writer *w, const struct tms_query_nearness *nearness)
{
	struct tms_buf number = { 0 };

	tms_json_key(w, "nearness");
	if (nearness->terms == TMS_QUERY_NEVER) {
		tms_json_add_null(w);
		return;
	}
	tms_buf_format(&number, "%u.%03u", nearness->terms / TMS_QUERY_NEARNESS_ONE,
		nearness->terms % TMS_QUERY_NEARNESS_ONE);
	tms_json_add_raw(w, tms_buf_str(&number));
	tms_buf_free(&number);
}

static void begin_reason(struct tms_json_writer *w, const struct tms_query_reason *reason)
{
	tms_json_begin(w, '{');
	tms_json_member_str(w, "part", reason->part);
	tms_json_member_str(w, "rule", reason->rule);
	tms_json_member_str(w, "value", reason->value);
	tms_json_member_bool(w, "holds", reason->holds);
}

static void write_missing(struct tms_json_writer *w, const struct tms_query_explanation *why)
{
	tms_json_key(w, "missing_parts");
	tms_json_begin(w, '[');
	for (size_t i = 0; i < why->missing_count; i++) {
		begin_reason(w, &why->missing[i]);
		tms_json_member_bool(w, "instead", why->missing[i].is_other);
		tms_json_end(w);
	}
	tms_json_end(w);
}

static void write_snippet(struct tms_json_writer *w, const struct tms_snippet *snippet)
{
	tms_json_key(w, "snippet");
	if (!snippet->field) {
		tms_json_add_null(w);
		return;
	}
	tms_json_begin(w, '{');
	tms_json_member_str(w, "field", tms_str_from(snippet->field));
	tms_json_member_str(w, "text", snippet->text);
	tms_json_member_int(w, "start", (int64_t)snippet->start);
	tms_json_member_bool(w, "cut_before", snippet->is_cut_before);
	tms_json_member_bool(w, "cut_behind", snippet->is_cut_behind);
	tms_json_key(w, "marks");
	tms_json_begin(w, '[');
	for (size_t i = 0; i < snippet->marks_count; i++) {
		tms_json_begin(w, '[');
		tms_json_add_int(w, (int64_t)snippet->marks[i].start);
		tms_json_add_int(w, (int64_t)snippet->marks[i].end);
		tms_json_end(w);
	}
	tms_json_end(w);
	tms_json_end(w);
}

static void write_json(struct tms_buf *out, const struct explain_row *row)
{
	const struct tms_query_explanation *why = row->why;
	struct tms_json_writer w = { .buf = out };

	tms_json_begin(&w, '{');
	tms_json_member_str(&w, "verdict", why->kept ? TMS_STR("keep") : TMS_STR("drop"));
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): it is an item of the heap */
	tms_json_member_str(&w, "id", row->item->id);
	tms_json_member_str(&w, "title", row->item->title);
	tms_json_member_str(&w, "why", tms_buf_str(&row->texts->why));
	tms_json_member_str(&w, "details", tms_buf_str(&row->texts->details));
	tms_json_key(&w, "reasons");
	tms_json_begin(&w, '[');
	for (size_t i = 0; i < why->reasons_count; i++) {
		begin_reason(&w, &why->reasons[i]);
		write_hits(&w, &why->reasons[i]);
		tms_json_end(&w);
	}
	tms_json_end(&w);
	write_nearness(&w, &why->nearness);
	tms_json_member_str(&w, "missing", tms_buf_str(&row->texts->missing));
	write_missing(&w, why);
	write_snippet(&w, row->snippet);
	tms_json_end(&w);
	tms_buf_add_char(out, '\n');
}

/* Nothing that a terminal obeys. */
static void add_line(struct tms_buf *buf, struct tms_str text)
{
	for (size_t i = 0; i < text.len; i++)
		tms_buf_add_char(buf, (unsigned char)text.ptr[i] < ' ' || text.ptr[i] == 0x7F
					      ? ' '
					      : text.ptr[i]);
}

enum tms_status explain_row_write(
	const struct explain_row *row, enum tms_explain_form form, struct tms_buf *out)
{
	static const struct tms_query_marks bold = { "\x1b[1m", "\x1b[22m", add_line };
	struct explain_texts *texts = row->texts;

	tms_buf_clear(&texts->why);
	tms_buf_clear(&texts->details);
	tms_buf_clear(&texts->missing);
	tms_buf_clear(&texts->snippet);
	tms_query_explanation_say(row->why, NULL, &texts->why);
	tms_query_explanation_print(row->why, &texts->details);
	tms_query_missing_say(row->why, NULL, &texts->missing);
	tms_snippet_write(
		row->snippet, form == TMS_EXPLAIN_TERMINAL ? &bold : NULL, &texts->snippet);
	if (form == TMS_EXPLAIN_JSONL)
		write_json(out, row);
	else
		write_tsv(out, row,
			tms_buf_str(form == TMS_EXPLAIN_DETAILS ? &texts->details : &texts->why));
	if (texts->why.status != TMS_OK || texts->details.status != TMS_OK ||
		texts->missing.status != TMS_OK || texts->snippet.status != TMS_OK)
		return TMS_ENOMEM;
	return out->status;
}

void explain_texts_fini(struct explain_texts *texts)
{
	tms_buf_free(&texts->why);
	tms_buf_free(&texts->details);
	tms_buf_free(&texts->missing);
	tms_buf_free(&texts->snippet);
}
