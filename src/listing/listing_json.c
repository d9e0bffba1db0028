/* The whole model as JSON: what `tamis read` shows. Field names are those of the model. */
#include "listing_json.h"

static void add_str(struct tms_json_writer *w, const char *key, struct tms_str text)
{
	if (text.len > 0)
		tms_json_member_str(w, key, text);
}

static void add_time(struct tms_json_writer *w, const char *key, tms_time t)
{
	struct tms_buf text = { 0 };

	if (t == TMS_TIME_NONE)
		return;
	tms_time_write_rfc3339(&text, t);
	tms_json_member_str(w, key, tms_buf_str(&text));
	if (text.status != TMS_OK && w->buf->status == TMS_OK)
		w->buf->status = text.status;
	tms_buf_free(&text);
}

static void add_number(struct tms_json_writer *w, const char *key, int64_t number)
{
	if (number != TMS_NUMBER_NONE)
		tms_json_member_int(w, key, number);
}

static void add_fact(struct tms_json_writer *w, const char *key, bool fact)
{
	if (fact)
		tms_json_member_bool(w, key, true);
}

static void add_list(
	struct tms_json_writer *w, const char *key, const struct tms_str *list, size_t count)
{
	if (count == 0)
		return;
	tms_json_key(w, key);
	tms_json_begin(w, '[');
	for (size_t i = 0; i < count; i++)
		tms_json_add_str(w, list[i]);
	tms_json_end(w);
}

static void add_authors(struct tms_json_writer *w, const struct tms_person *authors, size_t count)
{
	if (count == 0)
		return;
	tms_json_key(w, "authors");
	tms_json_begin(w, '[');
	for (size_t i = 0; i < count; i++) {
		tms_json_begin(w, '{');
		add_str(w, "name", authors[i].name);
		add_str(w, "uri", authors[i].uri);
		add_str(w, "email", authors[i].email);
		tms_json_end(w);
	}
	tms_json_end(w);
}

static void add_categories(
	struct tms_json_writer *w, const struct tms_category *categories, size_t count)
{
	if (count == 0)
		return;
	tms_json_key(w, "categories");
	tms_json_begin(w, '[');
	for (size_t i = 0; i < count; i++) {
		tms_json_begin(w, '{');
		add_str(w, "term", categories[i].term);
		add_str(w, "scheme", categories[i].scheme);
		add_str(w, "label", categories[i].label);
		tms_json_end(w);
	}
	tms_json_end(w);
}

static void add_links(struct tms_json_writer *w, const struct tms_link *links, size_t count)
{
	if (count == 0)
		return;
	tms_json_key(w, "links");
	tms_json_begin(w, '[');
	for (size_t i = 0; i < count; i++) {
		const struct tms_link *link = &links[i];
		tms_json_begin(w, '{');
		add_str(w, "rel", link->rel);
		add_str(w, "href", link->href);
		add_str(w, "type", link->type);
		add_str(w, "title", link->title);
		add_str(w, "hreflang", link->hreflang);
		add_number(w, "length", link->length);
		tms_json_end(w);
	}
	tms_json_end(w);
}

static void add_item(struct tms_json_writer *w, const struct tms_item *item)
{
	tms_json_begin(w, '{');
	add_str(w, "id", item->id);
	add_str(w, "upstream_id", item->upstream_id);
	tms_json_member_str(w, "origin", tms_str_from(tms_origin_name(item->origin)));
	add_str(w, "title", item->title);
	add_str(w, "link", item->link);
	add_time(w, "published", item->published);
	add_fact(w, "published_day_only", item->published_day_only);
	add_time(w, "submitted", item->submitted);
	add_time(w, "upstream_updated", item->upstream_updated);
	for (int i = 0; i < TMS_NUMBERS; i++)
		add_number(w, tms_number_name((enum tms_number)i), item->numbers[i]);
	add_fact(w, "withdrawn", item->withdrawn);
	add_authors(w, item->authors, item->authors_count);
	add_categories(w, item->categories, item->categories_count);
	add_list(w, "keywords", item->keywords, item->keywords_count);
	add_str(w, "organization", item->organization);
	add_str(w, "organization_name", item->organization_name);
	add_str(w, "submitter", item->submitter);
	add_str(w, "submitter_name", item->submitter_name);
	add_str(w, "announce", item->announce);
	add_str(w, "comment", item->comment);
	add_str(w, "journal_ref", item->journal_ref);
	add_str(w, "doi", item->doi);
	add_str(w, "language", item->language);
	add_str(w, "rights", item->rights);
	add_str(w, "code_url", item->code_url);
	add_str(w, "project_url", item->project_url);
	add_str(w, "discussion_url", item->discussion_url);
	add_str(w, "thumbnail", item->thumbnail);
	add_links(w, item->links, item->links_count);
	add_list(w, "media", item->media, item->media_count);
	add_str(w, "summary", item->summary);
	add_str(w, "ai_summary", item->ai_summary);
	add_str(w, "content_html", item->content_html);
	tms_json_end(w);
}

static void add_feed(struct tms_json_writer *w, const struct tms_listing *listing)
{
	tms_json_member_str(w, "kind", tms_str_from(tms_listing_kind_name(listing->kind)));
	add_str(w, "version", listing->version);
	tms_json_member_str(w, "origin", tms_str_from(tms_origin_name(listing->origin)));
	add_str(w, "title", listing->title);
	add_str(w, "subtitle", listing->subtitle);
	add_str(w, "link", listing->link);
	add_str(w, "id", listing->id);
	add_authors(w, listing->authors, listing->authors_count);
	add_categories(w, listing->categories, listing->categories_count);
	add_str(w, "language", listing->language);
	add_str(w, "rights", listing->rights);
	add_str(w, "image", listing->image);
	add_str(w, "generator", listing->generator);
	add_str(w, "self_url", listing->self_url);
	add_str(w, "next_url", listing->next_url);
	add_links(w, listing->links, listing->links_count);
	add_str(w, "query", listing->query);
	add_time(w, "updated", listing->updated);
	if (listing->period != TMS_PERIOD_NONE)
		tms_json_member_str(
			w, "period", tms_str_from(tms_listing_period_name(listing->period)));
	add_str(w, "period_date", listing->period_date);
	add_number(w, "total", listing->total);
}

void listing_json_notes(struct tms_json_writer *w, const struct tms_listing *listing)
{
	tms_json_key(w, "notes");
	tms_json_begin(w, '[');
	for (size_t i = 0; i < listing->notes_count; i++) {
		tms_json_begin(w, '{');
		if (listing->notes[i].line > 0)
			tms_json_member_int(w, "line", listing->notes[i].line);
		tms_json_member_str(w, "text", tms_str_from(listing->notes[i].text));
		tms_json_end(w);
	}
	tms_json_end(w);
}

static void add_notes(struct tms_json_writer *w, const struct tms_listing *listing)
{
	add_fact(w, "recovered", listing->recovered);
	add_fact(w, "truncated", listing->truncated);
	tms_json_member_int(w, "items_count", (int64_t)listing->items_count);
	if (listing->skipped_count > 0)
		tms_json_member_int(w, "skipped_count", (int64_t)listing->skipped_count);
	if (listing->duplicates_count > 0)
		tms_json_member_int(w, "duplicates_count", (int64_t)listing->duplicates_count);
	if (listing->notes_count == 0)
		return;
	if (listing->notes_total > listing->notes_count)
		tms_json_member_int(w, "notes_total", (int64_t)listing->notes_total);
	listing_json_notes(w, listing);
}

/* ---- indentation ---- */

static void new_line(struct tms_buf *out, size_t depth)
{
	tms_buf_add_char(out, '\n');
	for (size_t i = 0; i < depth; i++)
		tms_buf_add_cstr(out, "  ");
}

/* A string in compact JSON, from its opening quote; its length with both quotes. */
static size_t string_length(struct tms_str json, size_t at)
{
	size_t end = at + 1;

	while (end < json.len && json.ptr[end] != '"')
		end += json.ptr[end] == '\\' ? 2 : 1;
	return end + 1 - at;
}

/* Compact JSON with line breaks and two spaces for each level; empty lists stay closed. */
static void write_indented(struct tms_buf *out, struct tms_str json)
{
	size_t depth = 0;

	for (size_t at = 0; at < json.len && out->status == TMS_OK;) {
		char byte = json.ptr[at];
		char next = '\0';

		if (at + 1 < json.len)
			next = json.ptr[at + 1];
		if (byte == '"') {
			size_t len = string_length(json, at);
			tms_buf_add(out, tms_str_slice(json, at, at + len));
			at += len;
			continue;
		}
		if (byte == '}' || byte == ']')
			new_line(out, --depth);
		tms_buf_add_char(out, byte);
		if ((byte == '{' && next == '}') || (byte == '[' && next == ']')) {
			tms_buf_add_char(out, next);
			at++;
		} else if (byte == '{' || byte == '[') {
			new_line(out, ++depth);
		} else if (byte == ',') {
			new_line(out, depth);
		} else if (byte == ':') {
			tms_buf_add_char(out, ' ');
		}
		at++;
	}
}

static void add_listing(struct tms_json_writer *w, const struct tms_listing *listing)
{
	tms_json_begin(w, '{');
	add_feed(w, listing);
	add_notes(w, listing);
	tms_json_key(w, "items");
	tms_json_begin(w, '[');
	for (size_t i = 0; i < listing->items_count; i++)
		add_item(w, &listing->items[i]);
	tms_json_end(w);
	tms_json_end(w);
}

void tms_listing_write_json(struct tms_buf *out, const struct tms_listing *listing)
{
	struct tms_buf compact = { 0 };
	struct tms_json_writer w = { .buf = &compact };

	add_listing(&w, listing);
	if (compact.status == TMS_OK)
		write_indented(out, tms_buf_str(&compact));
	else if (out->status == TMS_OK)
		out->status = compact.status;
	tms_buf_add_char(out, '\n');
	tms_buf_free(&compact);
}

void tms_listing_write_line(
	struct tms_buf *out, struct tms_str name, const struct tms_listing *listing)
{
	struct tms_json_writer w = { .buf = out };

	tms_json_begin(&w, '{');
	tms_json_member_str(&w, "file", name);
	tms_json_key(&w, "listing");
	add_listing(&w, listing);
	tms_json_end(&w);
	tms_buf_add_char(out, '\n');
}

void tms_listing_write_error_line(
	struct tms_buf *out, struct tms_str name, const struct tms_diag *diag)
{
	struct tms_json_writer w = { .buf = out };

	tms_json_begin(&w, '{');
	tms_json_member_str(&w, "file", name);
	if (diag->line > 0)
		tms_json_member_int(&w, "line", diag->line);
	if (diag->column > 0)
		tms_json_member_int(&w, "column", diag->column);
	tms_json_member_str(&w, "error", tms_str_from(diag->text));
	tms_json_end(&w);
	tms_buf_add_char(out, '\n');
}
