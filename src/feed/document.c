/* A feed document put together: header, entries by reference, footer; plain or gzip. */
#include <tamis/document.h>

#include "form_writer.h"

void tms_document_write_header(
	struct tms_buf *buf, const struct tms_feed_definition *feed, size_t *cut)
{
	form_writer_of(feed->form)->header(buf, feed, cut);
}

void tms_document_write_moment(struct tms_buf *buf, enum tms_form form, int64_t us)
{
	if (form_writer_of(form)->moment)
		form_writer_of(form)->moment(buf, us);
}

struct tms_str tms_document_footer(enum tms_form form)
{
	return form_writer_of(form)->footer;
}

static struct tms_str entry_bytes(const struct tms_result *result, size_t i)
{
	const struct tms_fragment *fragment = result->entries[i].fragment;

	return tms_str_slice(
		fragment->bytes, i > 0 ? 0 : fragment->divider_bytes, fragment->bytes.len);
}

enum tms_status tms_document_pieces(struct tms_arena *arena, const struct tms_result *result,
	struct tms_str **pieces, size_t *count)
{
	size_t total = result->entries_count + 2;
	struct tms_str *made = TMS_ARENA_ARRAY(arena, struct tms_str, total);

	if (!made)
		return arena->status;
	made[0] = tms_buf_str(&result->header);
	for (size_t i = 0; i < result->entries_count; i++)
		made[i + 1] = entry_bytes(result, i);
	made[total - 1] = tms_document_footer(result->form);
	*pieces = made;
	*count = total;
	return TMS_OK;
}

enum tms_status tms_document_gzip_pieces(struct tms_arena *arena, const struct tms_result *result,
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
		made[i + 1] = tms_gzip_join(&joint, part);
	}
	tms_gzip_join_end(&joint, &text, tms_document_footer(result->form));
	struct tms_str both = tms_arena_take(arena, &text);
	if (arena->status != TMS_OK)
		return arena->status;
	made[0] = tms_str_slice(both, 0, start);
	made[total - 1] = tms_str_slice(both, start, both.len);
	*pieces = made;
	*count = total;
	return TMS_OK;
}

void tms_document_write(struct tms_buf *buf, const struct tms_result *result)
{
	tms_buf_add(buf, tms_buf_str(&result->header));
	for (size_t i = 0; i < result->entries_count; i++)
		tms_buf_add(buf, entry_bytes(result, i));
	tms_buf_add(buf, tms_document_footer(result->form));
}
