/* Documents and entries in RSS 2.0, by the profile of rssboard.org. Why so: <tamis/fragment.h>. */
#include <tamis/url.h>

#include "escape.h"
#include "form_writer.h"
#include "instant.h"
#include "language.h"

static void write_text(
	struct tms_buf *buf, const char *open, struct tms_str text, const char *close)
{
	tms_buf_add_cstr(buf, open);
	escape_rss(buf, text);
	tms_buf_add_cstr(buf, close);
}

static void write_uri(struct tms_buf *buf, const char *open, struct tms_str uri, const char *close)
{
	tms_buf_add_cstr(buf, open);
	escape_uri(buf, uri);
	tms_buf_add_cstr(buf, close);
}

/* RSS has no room for the brackets of an address of version 6. */
static bool is_rss_url(struct tms_str url)
{
	return tms_url_is_http(url) && tms_str_find_byte(url, '[', 0) == SIZE_MAX;
}

static void write_moment(struct tms_buf *buf, int64_t us)
{
	tms_time_write_http(buf, us / TMS_US_PER_S);
}

/* The channel's link must be there: the page, else the feed itself, else what identifies it. */
static void write_page(
	struct tms_buf *buf, const struct tms_feed_definition *feed, struct tms_arena *scratch)
{
	struct tms_str page = feed->site_url;

	if (!is_rss_url(page))
		page = feed->self_url;
	if (!is_rss_url(page))
		page = tms_feed_id(scratch, feed);
	write_uri(buf, "<link>", page, "</link>\n");
}

static void write_image(
	struct tms_buf *buf, const struct tms_feed_definition *feed, struct tms_arena *scratch)
{
	if (!tms_url_is_http(feed->icon_url))
		return;
	write_uri(buf, "<image>\n<url>", feed->icon_url, "</url>\n");
	write_text(buf, "<title>", tms_feed_title(feed), "</title>\n");
	write_page(buf, feed, scratch);
	tms_buf_add_cstr(buf, "</image>\n");
}

static void write_header(struct tms_buf *buf, const struct tms_feed_definition *feed, size_t *cut)
{
	struct tms_arena scratch = { 0 };
	struct tms_str about = tms_str_trim(feed->subtitle);

	tms_buf_add_cstr(buf, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
			      "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\" "
			      "xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n<channel>\n");
	write_text(buf, "<title>", tms_feed_title(feed), "</title>\n");
	write_page(buf, feed, &scratch);
	write_text(buf, "<description>", about.len > 0 ? about : tms_feed_title(feed),
		"</description>\n");
	if (language_is(feed->language))
		write_text(buf, "<language>", feed->language, "</language>\n");
	tms_buf_add_cstr(buf, "<lastBuildDate>");
	*cut = buf->len;
	tms_buf_add_cstr(buf, "</lastBuildDate>\n");
	if (tms_url_is_http(feed->self_url))
		write_uri(buf, "<atom:link rel=\"self\" type=\"application/rss+xml\" href=\"",
			feed->self_url, "\"/>\n");
	tms_buf_add_cstr(buf, "<generator>Tamis</generator>\n");
	write_image(buf, feed, &scratch);
	if (buf->status == TMS_OK)
		buf->status = scratch.status;
	tms_arena_free(&scratch);
}

/* ---- entries ---- */

static const struct feed_entry_link *find_link(
	const struct feed_entry *entry, enum feed_entry_rel rel)
{
	for (size_t i = 0; i < entry->links_count; i++)
		if (entry->links[i].rel == rel)
			return &entry->links[i];
	return NULL;
}

/* W3C's validator wants a host with a dot, perhaps a port, then a path. */
static bool is_rss_enclosure(const struct feed_entry_link *link)
{
	struct tms_str url = link->href;
	size_t at = tms_str_find(url, TMS_STR("://"), 0), dots = 0;

	if (link->rel != FEED_REL_ENCLOSURE || at == SIZE_MAX || !is_rss_url(url))
		return false;
	at += 3;
	for (size_t start = at; at < url.len; at++) {
		if (url.ptr[at] == '.' && at > start && url.ptr[at - 1] != '.')
			dots++;
		else if (!tms_is_alnum(url.ptr[at]) && url.ptr[at] != '-')
			break;
	}
	if (dots == 0 || url.ptr[at - 1] == '.')
		return false;
	if (at < url.len && url.ptr[at] == ':')
		for (at++; at < url.len && tms_is_digit(url.ptr[at]);)
			at++;
	return at < url.len && url.ptr[at] == '/';
}

static void write_atom_link(
	struct tms_buf *buf, const char *rel, const struct feed_entry_link *link)
{
	tms_buf_format(buf, "<atom:link rel=\"%s\"", rel);
	if (link->type.len > 0)
		tms_buf_format(buf, " type=\"%.*s\"", TMS_STR_ARGS(link->type));
	if (link->length > 0)
		tms_buf_format(buf, " length=\"%lld\"", (long long)link->length);
	write_uri(buf, " href=\"", link->href, "\"/>\n");
}

static void write_links(struct tms_buf *buf, const struct feed_entry *entry)
{
	bool has_enclosure = false;

	for (size_t i = 0; i < entry->links_count; i++) {
		const struct feed_entry_link *link = &entry->links[i];
		if (link->rel == FEED_REL_RELATED)
			write_atom_link(buf, "related", link);
		if (link->rel != FEED_REL_ENCLOSURE)
			continue;
		if (has_enclosure || !is_rss_enclosure(link)) {
			write_atom_link(buf, "enclosure", link);
			continue;
		}
		has_enclosure = true;
		write_uri(buf, "<enclosure url=\"", link->href, "\"");
		tms_buf_format(buf, " length=\"%lld\" type=\"%.*s\"/>\n",
			(long long)(link->length > 0 ? link->length : 0), TMS_STR_ARGS(link->type));
	}
}

static void write_category(struct tms_buf *buf, const struct feed_entry_category *category)
{
	tms_buf_add_cstr(buf, "<category");
	if (category->scheme.len > 0)
		write_uri(buf, " domain=\"", category->scheme, "\"");
	write_text(buf, ">", category->term, "</category>\n");
}

static void write_entry(struct tms_buf *buf, const struct feed_entry *entry, size_t *numbers)
{
	const struct feed_entry_link *page = find_link(entry, FEED_REL_ALTERNATE);
	const struct feed_entry_link *replies = find_link(entry, FEED_REL_REPLIES);

	tms_buf_add_cstr(buf, "<item");
	language_write(buf, entry->language);
	write_text(buf, ">\n<title>", entry->title, "</title>\n");
	if (page && is_rss_url(page->href))
		write_uri(buf, "<link>", page->href, "</link>\n");
	write_uri(buf, "<guid isPermaLink=\"false\">", entry->id, "</guid>\n<pubDate>");
	write_moment(buf, entry->published_us);
	tms_buf_add_cstr(buf, "</pubDate>\n<atom:updated>");
	instant_write(buf, entry->updated_us);
	tms_buf_add_cstr(buf, "</atom:updated>\n");
	for (size_t i = 0; i < entry->authors_count; i++)
		write_text(buf, "<dc:creator>", entry->authors[i], "</dc:creator>\n");
	for (size_t i = 0; i < entry->categories_count; i++)
		write_category(buf, &entry->categories[i]);
	if (replies && is_rss_url(replies->href))
		write_uri(buf, "<comments>", replies->href, "</comments>\n");
	write_links(buf, entry);
	tms_buf_add_cstr(buf, "<description>");
	escape_text(buf, entry->html);
	tms_buf_add_cstr(buf, "</description>\n");
	*numbers = buf->len;
	entry_write_numbers(buf, entry);
	tms_buf_add_cstr(buf, "</item>\n");
}

const struct form_writer rss_writer = {
	.name = TMS_STR_INIT("rss"),
	.title = TMS_STR_INIT("RSS"),
	.content_type = TMS_STR_INIT("application/rss+xml; charset=utf-8"),
	.footer = TMS_STR_INIT("</channel>\n</rss>\n"),
	.header = write_header,
	.moment = write_moment,
	.entry = write_entry,
};
