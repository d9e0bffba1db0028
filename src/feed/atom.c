#include <tamis/atom.h>

#include <tamis/result.h>
#include <tamis/url.h>

#include "escape.h"
#include "language.h"

static void write_element(
	struct tms_buf *buf, const char *open, struct tms_str text, const char *close)
{
	tms_buf_add_cstr(buf, open);
	tms_escape_line(buf, text);
	tms_buf_add_cstr(buf, close);
}

static void write_uri(struct tms_buf *buf, const char *open, struct tms_str uri, const char *close)
{
	if (!tms_url_is_http(uri))
		return;
	tms_buf_add_cstr(buf, open);
	tms_escape_uri(buf, uri);
	tms_buf_add_cstr(buf, close);
}

void tms_atom_write_header(struct tms_buf *buf, const struct tms_feed_definition *feed, size_t *cut)
{
	struct tms_arena scratch = { 0 };

	tms_buf_add_cstr(buf, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
			      "<feed xmlns=\"http://www.w3.org/2005/Atom\"");
	tms_language_write(buf, feed->language);
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

struct tms_str tms_atom_footer(void)
{
	return TMS_STR("</feed>\n");
}

enum tms_status tms_atom_pieces(struct tms_arena *arena, const struct tms_result *result,
	struct tms_str **pieces, size_t *count)
{
	size_t total = result->entries_count + 2;
	struct tms_str *made = TMS_ARENA_ARRAY(arena, struct tms_str, total);

	if (!made)
		return arena->status;
	made[0] = tms_buf_str(&result->header);
	for (size_t i = 0; i < result->entries_count; i++)
		made[i + 1] = result->entries[i].fragment->bytes;
	made[total - 1] = tms_atom_footer();
	*pieces = made;
	*count = total;
	return TMS_OK;
}

enum tms_status tms_atom_gzip_pieces(struct tms_arena *arena, const struct tms_result *result,
	struct tms_str **pieces, size_t *count)
{
	size_t total = result->entries_count + 2;
	struct tms_str *made = TMS_ARENA_ARRAY(arena, struct tms_str, total);
	struct tms_buf text = { 0 };
	struct tms_gzip_joint joint = { 0 };

	if (!made)
		return arena->status;
	tms_gzip_join_start(&joint, &text, tms_buf_str(&result->header));
	size_t start = text.len;
	for (size_t i = 0; i < result->entries_count; i++) {
		const struct tms_gzip_part *part = &result->entries[i].fragment->gzip;
		if (part->bytes.len == 0) {
			tms_buf_free(&text);
			return TMS_EINVAL;
		}
		tms_gzip_join(&joint, part);
		made[i + 1] = part->bytes;
	}
	tms_gzip_join_end(&joint, &text, tms_atom_footer());
	struct tms_str both = tms_arena_copy(arena, tms_buf_str(&text));
	enum tms_status st = text.status != TMS_OK ? text.status : arena->status;
	tms_buf_free(&text);
	if (st != TMS_OK)
		return st;
	made[0] = tms_str_slice(both, 0, start);
	made[total - 1] = tms_str_slice(both, start, both.len);
	*pieces = made;
	*count = total;
	return TMS_OK;
}

void tms_atom_write(struct tms_buf *buf, const struct tms_result *result)
{
	tms_buf_add(buf, tms_buf_str(&result->header));
	for (size_t i = 0; i < result->entries_count; i++)
		tms_buf_add(buf, result->entries[i].fragment->bytes);
	tms_buf_add(buf, tms_atom_footer());
}
