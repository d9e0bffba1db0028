/* UTF-8: the only encoding inside Tamis. Source: RFC 3629; replacement as in Unicode 15 section 3.9
 * (maximal subparts). */
#ifndef TAMIS_UTF8_H
#define TAMIS_UTF8_H

#include <tamis/arena.h>
#include <tamis/buf.h>

#define TMS_UTF8_REPLACEMENT UINT32_C(0xfffd)

/** No overlong forms, no surrogates, nothing above U+10FFFF. Control characters are valid UTF-8. */
bool tms_utf8_is_valid(struct tms_str s);
/** Bytes of the longest valid beginning. */
size_t tms_utf8_valid_prefix(struct tms_str s);
/** Offset of the first byte that is not valid UTF-8, or SIZE_MAX. */
size_t tms_utf8_fault(struct tms_str s);
/**
 * The code point at *at, which moves behind it; *at < s.len.
 * Broken bytes give U+FFFD, one for each maximal subpart (so *at always moves).
 */
uint32_t tms_utf8_next(struct tms_str s, size_t *at);
/** What is no code point is written as U+FFFD. */
void tms_utf8_write(struct tms_buf *buf, uint32_t code_point);
/** Code points in the run; broken bytes count as they would be replaced. */
size_t tms_utf8_length(struct tms_str s);
/** The longest beginning of at most `bytes` bytes that does not split a character. */
struct tms_str tms_utf8_cut(struct tms_str s, size_t bytes);

/** A character that XML 1.0 lets stand in a document (section 2.2): no controls but \t \n \r, no
 * U+FFFE, U+FFFF. */
bool tms_utf8_is_xml_char(uint32_t code_point);
/**
 * Valid UTF-8 that XML can carry: broken bytes, NUL and forbidden characters become U+FFFD.
 * Returns s itself (borrowed) when it is clean already. *replaced, when not NULL, counts the
 * replacements. Empty on failure; see arena->status.
 */
struct tms_str tms_utf8_sanitise(struct tms_arena *arena, struct tms_str s, size_t *replaced);

#endif
