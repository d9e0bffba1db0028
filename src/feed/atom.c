/* Documents and entries in Atom 1.0 (RFC 4287). Why so: <tamis/fragment.h>. */
#include <tamis/url.h>

#include "escape.h"
#include "form_writer.h"
#include "instant.h"
#include "language.h"

static void write_element(
	struct tms_buf *buf, const char *open, struct tms_str text, const char *close)
{
	tms_buf_add_cstr(buf, open);
	escape_line(buf, text);
	tms_buf_add_cstr(buf, close);
}

static void write_uri(struct tms_buf *buf, const char *open, struct tms_str uri, const char *close)
{
	if (!tms_url_is_http(uri))
		return;
	tms_buf_add_cstr(buf, open);
	escape_uri(buf, uri);
	tms_buf_add_cstr(buf, close);
}

static void write_header(struct tms_buf *buf, const struct tms_feed_definition *feed, size_t *cut)
{
	struct tms_arena scratch = { 0 };

	tms_buf_add_cstr(buf, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
			      "<feed xmlns=\"http://www.w3.org/2005/Atom\"");
	language_write(buf, feed->language);
	tms_buf_add_cstr(buf, ">\n<id>");
	tms_buf_add(buf, tms_feed_id(&scratch, feed));
	tms_buf_add_cstr(buf, "</id>\n");
	write_element(buf, "<title type=\"text\">", tms_feed_title(feed), "</title>\n");
	if (tms_str_trim(feed->subtitle).len > 0)
		write_element(buf, "<subtitle type=\"text\">", feed->subtitle, "</subtitle>\n");
	tms_buf_add_cstr(buf, "<updated>");
	*cut = buf->len;
	tms_buf_add_cstr(buf, "</updated>\n<author><name>Tamis</name></author>\n");
	/* newsboat takes the page of a feed only from a link that says its rel */
	write_uri(buf, "<link rel=\"alternate\" type=\"text/html\" href=\"", feed->site_url,
		"\"/>\n");
	write_uri(buf, "<link rel=\"self\" type=\"application/atom+xml\" href=\"", feed->self_url,
		"\"/>\n");
	tms_buf_add_cstr(buf, "<generator>Tamis</generator>\n");
	write_uri(buf, "<icon>", feed->icon_url, "</icon>\n");
	if (buf->status == TMS_OK)
		buf->status = scratch.status;
	tms_arena_free(&scratch);
}

/* ---- entries ---- */

static void write_instant(struct tms_buf *buf, const char *name, int64_t us)
{
	tms_buf_format(buf, "<%s>", name);
	instant_write(buf, us);
	tms_buf_format(buf, "</%s>\n", name);
}

static void write_link(struct tms_buf *buf, const struct feed_entry_link *link)
{
	static const char *const names[] = { [FEED_REL_ALTERNATE] = "alternate",
		[FEED_REL_RELATED] = "related",
		[FEED_REL_REPLIES] = "replies",
		[FEED_REL_ENCLOSURE] = "enclosure" };

	tms_buf_format(buf, "<link rel=\"%s\"", names[link->rel]);
	if (link->type.len > 0)
		tms_buf_format(buf, " type=\"%.*s\"", TMS_STR_ARGS(link->type));
	tms_buf_add_cstr(buf, " href=\"");
	escape_uri(buf, link->href);
	tms_buf_add_char(buf, '"');
	if (link->length > 0)
		tms_buf_format(buf, " length=\"%lld\"", (long long)link->length);
	tms_buf_add_cstr(buf, "/>\n");
}

static void write_category(struct tms_buf *buf, const struct feed_entry_category *category)
{
	write_element(buf, "<category term=\"", category->term, "\"");
	write_uri(buf, " scheme=\"", category->scheme, "\"");
	if (category->label.len > 0)
		write_element(buf, " label=\"", category->label, "\"");
	tms_buf_add_cstr(buf, "/>\n");
}

static void write_entry(struct tms_buf *buf, const struct feed_entry *entry, size_t *numbers)
{
	tms_buf_add_cstr(buf, "<entry");
	language_write(buf, entry->language);
	tms_buf_add_cstr(buf, ">\n<id>");
	escape_uri(buf, entry->id);
	tms_buf_add_cstr(buf, "</id>\n");
	write_element(buf, "<title type=\"text\">", entry->title, "</title>\n");
	write_instant(buf, "updated", entry->updated_us);
	write_instant(buf, "published", entry->published_us);
	for (size_t i = 0; i < entry->links_count; i++)
		write_link(buf, &entry->links[i]);
	for (size_t i = 0; i < entry->authors_count; i++)
		write_element(buf, "<author><name>", entry->authors[i], "</name></author>\n");
	for (size_t i = 0; i < entry->categories_count; i++)
		write_category(buf, &entry->categories[i]);
	tms_buf_add_cstr(buf, "<content type=\"html\">");
	escape_text(buf, entry->html);
	tms_buf_add_cstr(buf, "</content>\n");
	*numbers = buf->len;
	entry_write_numbers(buf, entry);
	tms_buf_add_cstr(buf, "</entry>\n");
}

const struct form_writer atom_writer = {
	.name = TMS_STR_INIT("atom"),
	.title = TMS_STR_INIT("Atom"),
	.content_type = TMS_STR_INIT("application/atom+xml; charset=utf-8"),
	.footer = TMS_STR_INIT("</feed>\n"),
	.header = write_header,
	.moment = instant_write,
	.entry = write_entry,
};
