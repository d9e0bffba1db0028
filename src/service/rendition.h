/* The bytes of a feed as they stand now, with their validators: made once, sent by reference,
 * shared by all readers. */
#ifndef TAMIS_SERVICE_RENDITION_H
#define TAMIS_SERVICE_RENDITION_H

#include <tamis/result.h>

/** Immutable but for the compressed form, which is made when first asked for. One thread only. */
struct tms_rendition {
	uint32_t refs;
	struct tms_arena arena;   /* header, pieces, validators */
	struct tms_result result; /* holds the fragments */
	struct tms_str *pieces;
	size_t pieces_count;
	size_t bytes;        /* of all pieces */
	struct tms_buf gzip; /* empty until asked for */
	struct tms_str etag_plain, etag_gzip;
	uint64_t view_version; /* of the view that it was made from */
};

/** Evaluate and write. *out is given with one reference. TMS_OK, TMS_ENOMEM, TMS_ELIMIT. */
TMS_MUST_CHECK enum tms_status tms_rendition_new(const struct tms_feed_definition *feed,
	const struct tms_query *query, const struct tms_view *view, struct tms_fragments *fragments,
	tms_time now, struct tms_rendition **out);
struct tms_rendition *tms_rendition_ref(struct tms_rendition *rendition);
/** NULL is accepted. */
void tms_rendition_unref(struct tms_rendition *rendition);
/** The compressed bytes; empty when memory is out. */
struct tms_str tms_rendition_gzip(struct tms_rendition *rendition);
/** Memory that it holds itself, shared fragments apart. */
size_t tms_rendition_footprint(const struct tms_rendition *rendition);

#endif
