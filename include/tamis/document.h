/*
 * Documents: a dressed result (<tamis/result.h>) as the bytes that readers get, in its feed's form.
 * Header and footer stand round the entries, which are fragments (<tamis/fragment.h>).
 */
#ifndef TAMIS_DOCUMENT_H
#define TAMIS_DOCUMENT_H

#include <tamis/result.h>

/**
 * Append everything before the first entry, but for the moment of the newest change, which is not
 * known before the entries are: *cut is where it belongs, SIZE_MAX where the form does not say it.
 * Failure stays in buf->status.
 */
void tms_document_write_header(
	struct tms_buf *buf, const struct tms_feed_definition *feed, size_t *cut);
/** Append that moment, in microseconds since 1970. Failure stays in buf->status. */
void tms_document_write_moment(struct tms_buf *buf, enum tms_form form, int64_t us);
/** Everything behind the last entry. Static. */
struct tms_str tms_document_footer(enum tms_form form);

/**
 * The document as runs to be sent one after the other: header, fragments by reference, footer.
 * *pieces live in the arena, what they point at as long as the result.
 * TMS_OK, TMS_ENOMEM, TMS_ELIMIT.
 */
TMS_MUST_CHECK enum tms_status tms_document_pieces(struct tms_arena *arena,
	const struct tms_result *result, struct tms_str **pieces, size_t *count);
/**
 * The same as one gzip member, joined from the fragments' compressed forms. Start and end live in
 * the arena too. TMS_OK, TMS_ENOMEM, TMS_ELIMIT; TMS_EINVAL: a fragment has no compressed form.
 */
TMS_MUST_CHECK enum tms_status tms_document_gzip_pieces(struct tms_arena *arena,
	const struct tms_result *result, struct tms_str **pieces, size_t *count);
/** The document in one run, not compressed. Failure stays in buf->status. */
void tms_document_write(struct tms_buf *buf, const struct tms_result *result);

#endif
