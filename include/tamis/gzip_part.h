/*
 * Parts of a gzip member that are compressed once and then joined in any order.
 *
 * A part is raw deflate that looks at nothing before it and ends at a full flush, on a byte
 * boundary; so whatever parts stand one behind the other are one stream (RFC 1951 section 3.2, zlib
 * on Z_FULL_FLUSH). The checksum of the whole is put together from those of the parts. Joining
 * costs no compression, and the parts are sent from where they lie; it is larger than compressing
 * the whole, as no part can refer to another.
 */
#ifndef TAMIS_GZIP_PART_H
#define TAMIS_GZIP_PART_H

#include <tamis/buf.h>

struct tms_gzip_part {
	struct tms_str bytes; /* on the heap: tms_gzip_part_fini; empty: not made */
	/** At the front of the bytes, stored as it is: what divides the text from one before it.
	 * Not sent when it comes first; 0: there is none. */
	size_t divider_bytes;
	uint32_t divider_crc;
	size_t divider_text_bytes;
	/* of the text behind it: */
	size_t text_bytes;
	uint32_t crc;
	uint32_t crc_shift; /* what zlib needs to put another checksum before this one */
};

/** Frees it; it is {0} again. */
void tms_gzip_part_fini(struct tms_gzip_part *part);

/** Compresses parts; keeps its memory for the next one. Not for two threads at once. */
struct tms_gzip_maker;
/** TMS_OK sets *out (given); TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status tms_gzip_maker_new(struct tms_gzip_maker **out);
/** NULL is accepted. */
void tms_gzip_maker_free(struct tms_gzip_maker *maker);
/**
 * Compress a text. *out is given.
 * divider_bytes  of its front: what divides it from a text before it; 0: nothing; below 64 KiB
 * TMS_OK, TMS_ENOMEM, TMS_ELIMIT (a text of 16 MiB or more).
 */
TMS_MUST_CHECK enum tms_status tms_gzip_part_make(struct tms_gzip_maker *maker, struct tms_str text,
	size_t divider_bytes, struct tms_gzip_part *out);

/** What stands around the parts; checksum and length grow with each. {0} is ready to begin. */
struct tms_gzip_joint {
	uint32_t crc;
	uint32_t text_bytes; /* modulo 2^32, as the format says */
	bool has_parts;
};

/** Append the start of the member, with a text that stands in it as it is: what is said once is not
 * worth compressing. Failure stays in out->status. */
void tms_gzip_join_start(struct tms_gzip_joint *joint, struct tms_buf *out, struct tms_str text);
/** Count a part that is sent next. Returns what of it is to be sent: all, or without its
 * divider. */
struct tms_str tms_gzip_join(struct tms_gzip_joint *joint, const struct tms_gzip_part *part);
/** Append the last text, as it is, and the end of the member. */
void tms_gzip_join_end(struct tms_gzip_joint *joint, struct tms_buf *out, struct tms_str text);

#endif
