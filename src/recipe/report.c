/* What the selectors of a recipe found and missed, for people and for programs. */
#include <tamis/recipe.h>

#include <tamis/utf8.h>

#include "listing/listing_json.h"

#define SHOWN_BYTES 60

/* ---- lines ---- */

static void write_sample(struct tms_buf *out, struct tms_str text)
{
	struct tms_str cut = tms_utf8_cut(text, SHOWN_BYTES);

	tms_buf_add_char(out, '"');
	for (size_t i = 0; i < cut.len; i++) { /* one line, whatever it holds */
		bool is_control = (unsigned char)cut.ptr[i] < ' ' || cut.ptr[i] == 0x7f;
		if (!is_control)
			tms_buf_add_char(out, cut.ptr[i]);
		else if (i > 0 && (unsigned char)cut.ptr[i - 1] > ' ')
			tms_buf_add_char(out, ' ');
	}
	tms_buf_add_cstr(out, cut.len < text.len ? "…\"" : "\"");
}

static void write_ways(struct tms_buf *out, const struct tms_recipe_finding *f)
{
	if (f->ways_count < 2)
		return;
	tms_buf_add_cstr(out, "                 by way ");
	for (size_t i = 0; i < f->ways_count; i++)
		tms_buf_format(out, "%s%zu: %zu", i > 0 ? ", " : "", i + 1, f->ways[i]);
	tms_buf_add_char(out, '\n');
}

static void write_finding(struct tms_buf *out, const struct tms_recipe_finding *f, size_t items)
{
	tms_buf_format(out, "%-14.*s %zu of %zu", TMS_STR_ARGS(f->name), f->found, items);
	for (size_t i = 0; i < f->samples_count; i++) {
		tms_buf_add_cstr(out, i == 0 ? "  " : ", ");
		write_sample(out, f->samples[i]);
	}
	tms_buf_add_char(out, '\n');
	if (f->missed > 0) {
		tms_buf_format(
			out, "             %s nothing found in ", f->is_optional ? "   " : "(!)");
		for (size_t i = 0; i < f->misses_count; i++)
			tms_buf_format(out, "%s%zu", i > 0 ? ", " : "item ", f->misses[i]);
		if (f->missed > f->misses_count)
			tms_buf_format(out, " and %zu more", f->missed - f->misses_count);
		tms_buf_add_char(out, '\n');
	}
	if (f->unread > 0) {
		tms_buf_format(out,
			"             (!) of no use in %zu, first in item %zu: ", f->unread,
			f->unread_item);
		write_sample(out, f->unread_sample);
		tms_buf_format(out, " %.*s\n", TMS_STR_ARGS(f->unread_why));
	}
	write_ways(out, f);
}

static void write_note(struct tms_buf *out, const struct tms_diag *note)
{
	tms_buf_format(out, "note           ");
	if (note->line > 0)
		tms_buf_format(out, "line %u: ", note->line);
	tms_buf_format(out, "%s\n", note->text);
}

void tms_recipe_report_write(struct tms_buf *out, const struct tms_recipe_report *report,
	const struct tms_listing *listing)
{
	for (size_t i = 0; i < report->layout && i < report->layouts_count; i++)
		if (report->passed[i].len > 0) /* else it was not come to */
			tms_buf_format(out, "layout %zu       passed over: %.*s\n", i + 1,
				TMS_STR_ARGS(report->passed[i]));
	if (report->layout < report->layouts_count && report->layouts_count > 1)
		tms_buf_format(out, "layout %zu       taken\n", report->layout + 1);
	tms_buf_format(out, "items          %zu found", report->items);
	if (listing)
		tms_buf_format(out, ", %zu used, %zu left out, %zu twice", listing->items_count,
			listing->skipped_count, listing->duplicates_count);
	tms_buf_add_char(out, '\n');
	for (size_t i = 0; i < report->findings_count; i++)
		write_finding(out, &report->findings[i], report->items);
	if (report->next_url.len > 0)
		tms_buf_format(out, "next page      %.*s\n", TMS_STR_ARGS(report->next_url));
	for (size_t i = 0; listing && i < listing->notes_count; i++)
		write_note(out, &listing->notes[i]);
	tms_buf_format(out, "steps          %llu of %llu\n", (unsigned long long)report->steps,
		(unsigned long long)TMS_RECIPE_STEPS);
}

/* ---- JSON ---- */

static void add_finding(struct tms_json_writer *w, const struct tms_recipe_finding *f)
{
	tms_json_begin(w, '{');
	tms_json_member_str(w, "name", f->name);
	tms_json_member_bool(w, "optional", f->is_optional);
	tms_json_member_int(w, "found", (int64_t)f->found);
	tms_json_member_int(w, "missed", (int64_t)f->missed);
	tms_json_member_int(w, "unread", (int64_t)f->unread);
	tms_json_key(w, "samples");
	tms_json_begin(w, '[');
	for (size_t i = 0; i < f->samples_count; i++)
		tms_json_add_str(w, f->samples[i]);
	tms_json_end(w);
	tms_json_key(w, "missed_in");
	tms_json_begin(w, '[');
	for (size_t i = 0; i < f->misses_count; i++)
		tms_json_add_int(w, (int64_t)f->misses[i]);
	tms_json_end(w);
	if (f->unread > 0) {
		tms_json_member_int(w, "unread_in", (int64_t)f->unread_item);
		tms_json_member_str(w, "unread_sample", f->unread_sample);
		tms_json_member_str(w, "unread_why", f->unread_why);
	}
	tms_json_key(w, "ways");
	tms_json_begin(w, '[');
	for (size_t i = 0; i < f->ways_count; i++)
		tms_json_add_int(w, (int64_t)f->ways[i]);
	tms_json_end(w);
	tms_json_end(w);
}

static void add_listing(struct tms_json_writer *w, const struct tms_listing *listing)
{
	tms_json_member_int(w, "used", (int64_t)listing->items_count);
	tms_json_member_int(w, "left_out", (int64_t)listing->skipped_count);
	tms_json_member_int(w, "twice", (int64_t)listing->duplicates_count);
	listing_json_notes(w, listing);
}

void tms_recipe_report_write_json(struct tms_buf *out, const struct tms_recipe_report *report,
	const struct tms_listing *listing)
{
	struct tms_json_writer w = { .buf = out };

	tms_json_begin(&w, '{');
	tms_json_key(&w, "passed_over");
	tms_json_begin(&w, '[');
	for (size_t i = 0; i < report->layout && i < report->layouts_count; i++)
		tms_json_add_str(&w, report->passed[i]);
	tms_json_end(&w);
	if (report->layout < report->layouts_count)
		tms_json_member_int(&w, "layout", (int64_t)report->layout + 1);
	tms_json_member_int(&w, "items", (int64_t)report->items);
	if (listing)
		add_listing(&w, listing);
	tms_json_key(&w, "fields");
	tms_json_begin(&w, '[');
	for (size_t i = 0; i < report->findings_count; i++)
		add_finding(&w, &report->findings[i]);
	tms_json_end(&w);
	if (report->next_url.len > 0)
		tms_json_member_str(&w, "next_page", report->next_url);
	tms_json_member_int(&w, "steps", (int64_t)report->steps);
	tms_json_end(&w);
	tms_buf_add_char(out, '\n');
}
