/* Documents and entries in JSON Feed 1.1 (jsonfeed.org). Why so: <tamis/fragment.h>. */
#include <tamis/json.h>
#include <tamis/url.h>

#include "escape.h"
#include "form_writer.h"
#include "instant.h"
#include "language.h"

/* What the others' escaping would show, as a JSON string. */
static void add_text(struct tms_json_writer *w, struct tms_str text,
	void (*clean)(struct tms_buf *, struct tms_str))
{
	struct tms_buf plain = { 0 };

	clean(&plain, text);
	tms_json_add_str(w, tms_buf_str(&plain));
	if (w->buf->status == TMS_OK)
		w->buf->status = plain.status;
	tms_buf_free(&plain);
}

static void member_line(struct tms_json_writer *w, const char *key, struct tms_str text)
{
	tms_json_key(w, key);
	add_text(w, text, escape_plain_line);
}

static void member_url(struct tms_json_writer *w, const char *key, struct tms_str url)
{
	tms_json_key(w, key);
	add_text(w, url, escape_plain_uri);
}

static void member_web(struct tms_json_writer *w, const char *key, struct tms_str url)
{
	if (tms_url_is_http(url))
		member_url(w, key, url);
}

static void member_instant(struct tms_json_writer *w, const char *key, int64_t us)
{
	struct tms_buf text = { 0 };

	instant_write(&text, us);
	tms_json_member_str(w, key, tms_buf_str(&text));
	if (w->buf->status == TMS_OK)
		w->buf->status = text.status;
	tms_buf_free(&text);
}

static void write_header(struct tms_buf *buf, const struct tms_feed_definition *feed, size_t *cut)
{
	struct tms_json_writer w = { .buf = buf };

	*cut = SIZE_MAX;
	tms_json_begin(&w, '{');
	tms_json_member_str(&w, "version", TMS_STR("https://jsonfeed.org/version/1.1"));
	member_line(&w, "title", tms_feed_title(feed));
	member_web(&w, "home_page_url", feed->site_url);
	member_web(&w, "feed_url", feed->self_url);
	if (tms_str_trim(feed->subtitle).len > 0)
		member_line(&w, "description", feed->subtitle);
	member_web(&w, "icon", feed->icon_url);
	if (language_is(feed->language))
		tms_json_member_str(&w, "language", feed->language);
	/* closed by the footer */
	tms_json_key(&w, "items");
	tms_buf_add_cstr(buf, "[\n");
}

/* ---- entries ---- */

static void member_links(struct tms_json_writer *w, const struct feed_entry *entry)
{
	bool has_external = false;

	for (size_t i = 0; i < entry->links_count; i++) {
		const struct feed_entry_link *link = &entry->links[i];
		if (link->rel == FEED_REL_ALTERNATE)
			member_url(w, "url", link->href);
		if (link->rel == FEED_REL_RELATED && !has_external) {
			member_url(w, "external_url", link->href);
			has_external = true;
		}
	}
}

static void member_people(struct tms_json_writer *w, const struct feed_entry *entry)
{
	if (entry->authors_count > 0) {
		tms_json_key(w, "authors");
		tms_json_begin(w, '[');
		for (size_t i = 0; i < entry->authors_count; i++) {
			tms_json_begin(w, '{');
			member_line(w, "name", entry->authors[i]);
			tms_json_end(w);
		}
		tms_json_end(w);
	}
	if (entry->categories_count > 0) {
		tms_json_key(w, "tags");
		tms_json_begin(w, '[');
		for (size_t i = 0; i < entry->categories_count; i++)
			add_text(w, entry->categories[i].term, escape_plain_line);
		tms_json_end(w);
	}
}

static void member_attachments(struct tms_json_writer *w, const struct feed_entry *entry)
{
	bool is_open = false;

	for (size_t i = 0; i < entry->links_count; i++) {
		const struct feed_entry_link *link = &entry->links[i];
		if (link->rel != FEED_REL_ENCLOSURE)
			continue;
		if (!is_open) {
			tms_json_key(w, "attachments");
			tms_json_begin(w, '[');
			is_open = true;
		}
		tms_json_begin(w, '{');
		member_url(w, "url", link->href);
		tms_json_member_str(w, "mime_type", link->type);
		if (link->length > 0)
			tms_json_member_int(w, "size_in_bytes", link->length);
		tms_json_end(w);
	}
	if (is_open)
		tms_json_end(w);
}

static void member_numbers(struct tms_json_writer *w, const struct feed_entry *entry)
{
	bool is_open = false;

	for (int i = 0; i < TMS_NUMBERS; i++) {
		if (entry->numbers[i] == TMS_NUMBER_NONE)
			continue;
		if (!is_open) {
			tms_json_key(w, "_tamis");
			tms_json_begin(w, '{');
			is_open = true;
		}
		tms_json_member_int(w, tms_number_name((enum tms_number)i), entry->numbers[i]);
	}
	if (is_open)
		tms_json_end(w);
}

static void write_entry(struct tms_buf *buf, const struct feed_entry *entry, size_t *numbers)
{
	struct tms_json_writer w = { .buf = buf };

	tms_buf_add(buf, json_feed_writer.divider);
	tms_json_begin(&w, '{');
	member_url(&w, "id", entry->id);
	member_line(&w, "title", entry->title);
	member_links(&w, entry);
	member_instant(&w, "date_published", entry->published_us);
	member_instant(&w, "date_modified", entry->updated_us);
	if (entry->language.len > 0)
		tms_json_member_str(&w, "language", entry->language);
	member_people(&w, entry);
	tms_json_key(&w, "content_html");
	add_text(&w, entry->html, escape_plain_text);
	member_attachments(&w, entry);
	*numbers = buf->len;
	member_numbers(&w, entry);
	tms_json_end(&w);
}

const struct form_writer json_feed_writer = {
	.name = TMS_STR_INIT("json"),
	.title = TMS_STR_INIT("JSON Feed"),
	.content_type = TMS_STR_INIT("application/feed+json; charset=utf-8"),
	.divider = TMS_STR_INIT(",\n"),
	.footer = TMS_STR_INIT("\n]}\n"),
	.header = write_header,
	.entry = write_entry,
};
