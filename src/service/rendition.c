#include "service/rendition.h"

#include <stdlib.h>

#include <tamis/gzip.h>

static struct tms_str etag_of(
	struct tms_arena *arena, const struct tms_result *result, struct tms_str coding)
{
	struct tms_buf buf = { 0 };

	tms_result_etag(result, coding, &buf);
	struct tms_str etag = tms_arena_copy(arena, tms_buf_str(&buf));
	if (buf.status != TMS_OK)
		arena->status = buf.status;
	tms_buf_free(&buf);
	return etag;
}

enum tms_status tms_rendition_new(const struct tms_feed_definition *feed,
	const struct tms_query *query, const struct tms_view *view, struct tms_fragments *fragments,
	tms_time now, struct tms_rendition **out)
{
	struct tms_rendition *made = calloc(1, sizeof(*made));

	if (!made)
		return TMS_ENOMEM;
	made->refs = 1;
	made->view_version = tms_view_version(view);
	enum tms_status st = tms_result_select(feed, query, view, now, &made->result);
	if (st == TMS_OK)
		st = tms_result_dress(feed, fragments, &made->result);
	if (st == TMS_OK)
		st = tms_atom_pieces(
			&made->arena, feed, &made->result, &made->pieces, &made->pieces_count);
	if (st != TMS_OK)
		goto fail;
	made->etag_plain = etag_of(&made->arena, &made->result, TMS_STR(""));
	made->etag_gzip = etag_of(&made->arena, &made->result, TMS_STR("gzip"));
	st = made->arena.status;
	if (st != TMS_OK)
		goto fail;
	for (size_t i = 0; i < made->pieces_count; i++)
		made->bytes += made->pieces[i].len;
	*out = made;
	return TMS_OK;
fail:
	tms_rendition_unref(made);
	return st;
}

struct tms_rendition *tms_rendition_ref(struct tms_rendition *rendition)
{
	rendition->refs++;
	return rendition;
}

void tms_rendition_unref(struct tms_rendition *rendition)
{
	if (!rendition || --rendition->refs > 0)
		return;
	tms_result_fini(&rendition->result);
	tms_buf_free(&rendition->gzip);
	tms_arena_free(&rendition->arena);
	free(rendition);
}

struct tms_str tms_rendition_gzip(struct tms_rendition *rendition)
{
	if (rendition->gzip.len == 0 &&
		tms_gzip(&rendition->gzip, rendition->pieces, rendition->pieces_count,
			TMS_GZIP_LEVEL_DEFAULT) != TMS_OK)
		tms_buf_free(&rendition->gzip);
	return tms_buf_str(&rendition->gzip);
}

size_t tms_rendition_footprint(const struct tms_rendition *rendition)
{
	return sizeof(*rendition) + rendition->arena.used_bytes + rendition->gzip.capacity +
	       rendition->result.entries_count * sizeof(*rendition->result.entries);
}
