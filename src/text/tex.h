/* Text with TeX in it, read as the characters that TeX would print. */
#ifndef TAMIS_TEXT_TEX_H
#define TAMIS_TEXT_TEX_H

#include <tamis/words.h>

#include "tex_script.h"

/** {0} is the empty text. */
struct tex_plain {
	struct tms_str text;
	const struct tms_words_piece *pieces;
	size_t count;
};

/** A quick look that is right for text without TeX: false when no character of it can be TeX. */
static inline bool tex_is_likely(struct tms_str s)
{
	return s.len > 0 &&
	       (memchr(s.ptr, '\\', s.len) || memchr(s.ptr, '$', s.len) || tex_has_script(s));
}

/**
 * What a text says without its TeX: accents composed (\"o is o and a combining mark), letters of
 * other alphabets for their commands, scripts of a formula and of a Greek letter (tex_script.h)
 * joined to what they stand at, braces and the signs around formulas gone. A command that prints no
 * letter divides words. Sums of money, paths and escaped quotes stay what they are. Lives in the
 * arena; the text is borrowed, and below 4 GiB. TMS_OK, TMS_ENOMEM, TMS_ELIMIT (the arena's).
 */
TMS_MUST_CHECK enum tms_status tex_read(
	struct tms_arena *arena, struct tms_str text, struct tex_plain *out);

/** The bytes of the source that plain bytes [start, end) were written with; start < end. A sign of
 * TeX that opens inside and closes right behind, or the other way round, is in it. */
struct tms_str tex_source_of(
	const struct tex_plain *plain, struct tms_str source, size_t start, size_t end);

#endif
