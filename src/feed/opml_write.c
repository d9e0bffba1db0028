/* A list of subscriptions in OPML 2.0 (opml.org), for readers to import. */
#include <tamis/opml.h>

#include <tamis/url.h>

#include "escape.h"

static void write_attribute(struct tms_buf *buf, const char *name, struct tms_str text)
{
	tms_buf_format(buf, " %s=\"", name);
	escape_line(buf, text);
	tms_buf_add_char(buf, '"');
}

static void write_address(struct tms_buf *buf, const char *name, struct tms_str url)
{
	tms_buf_format(buf, " %s=\"", name);
	escape_uri(buf, url);
	tms_buf_add_char(buf, '"');
}

void tms_opml_begin(struct tms_opml_writer *w, struct tms_str title)
{
	tms_buf_add_cstr(w->buf,
		"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<opml version=\"2.0\">\n"
		"<head>\n<title>");
	escape_line(w->buf, title);
	tms_buf_add_cstr(w->buf, "</title>\n</head>\n<body>\n");
}

void tms_opml_begin_group(struct tms_opml_writer *w, struct tms_str title)
{
	tms_buf_add_cstr(w->buf, "<outline");
	write_attribute(w->buf, "text", title);
	write_attribute(w->buf, "title", title);
	tms_buf_add_cstr(w->buf, ">\n");
}

void tms_opml_end_group(struct tms_opml_writer *w)
{
	tms_buf_add_cstr(w->buf, "</outline>\n");
}

void tms_opml_add(struct tms_opml_writer *w, struct tms_str title, struct tms_str xml_url,
	struct tms_str html_url)
{
	w->feeds_count++;
	tms_buf_add_cstr(w->buf, "<outline type=\"rss\"");
	write_attribute(w->buf, "text", title);
	write_attribute(w->buf, "title", title);
	write_address(w->buf, "xmlUrl", xml_url);
	if (tms_url_is_http(html_url))
		write_address(w->buf, "htmlUrl", html_url);
	tms_buf_add_cstr(w->buf, "/>\n");
}

void tms_opml_end(struct tms_opml_writer *w)
{
	if (w->feeds_count == 0)
		tms_buf_add_cstr(w->buf, "<outline text=\"There are no feeds.\"/>\n");
	tms_buf_add_cstr(w->buf, "</body>\n</opml>\n");
}
