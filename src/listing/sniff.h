/* What kind of document the bytes are: a first look, before a reader takes the whole. */
#ifndef TAMIS_LISTING_SNIFF_H
#define TAMIS_LISTING_SNIFF_H

#include <tamis/charset.h>

enum sniff_kind {
	SNIFF_EMPTY,
	SNIFF_PROLOG, /* nothing but comments, instructions and declarations */
	SNIFF_JSON,
	SNIFF_HTML,
	SNIFF_XML,
	SNIFF_OTHER,
};

/** The bytes, and what was said of them. */
struct sniff_document {
	struct tms_str body;
	struct tms_str content_type;
	size_t bytes_max; /* of a listing: as UTF-8 it may have four times as many */
};

/**
 * An XML declaration counts only at the very start, but feeds do begin with empty lines and
 * comments: without those.
 */
struct tms_str sniff_start(struct tms_str body);

/**
 * Text that can be looked into, whatever its charset: a listing in UTF-16 begins with NULs or a
 * mark. The statuses of tms_charset_to_utf8.
 */
TMS_MUST_CHECK enum tms_status sniff_decode(struct tms_arena *arena,
	const struct sniff_document *document, enum tms_charset_kind kind, struct tms_str *text,
	struct tms_diag *diag);

/**
 * Look at the start of a document, or at all of it where the start is nothing but space and
 * comments; its reader decodes the whole by the rules of its kind. *text is what was looked at when
 * *kind is SNIFF_OTHER, else empty. The statuses of tms_charset_to_utf8.
 */
TMS_MUST_CHECK enum tms_status sniff(struct tms_arena *arena, const struct sniff_document *document,
	enum sniff_kind *kind, struct tms_str *text, struct tms_diag *diag);

#endif
