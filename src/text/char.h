/* What kind a single character is of, for cutting words. */
#ifndef TAMIS_TEXT_CHAR_H
#define TAMIS_TEXT_CHAR_H

#include <stdbool.h>
#include <stdint.h>

enum char_kind {
	CHAR_OTHER, /* divides words */
	CHAR_LETTER,
	CHAR_MARK,
	CHAR_DIGIT,   /* every number: decimal, letter and other */
	CHAR_IGNORED, /* as if it were not there */
};

/** Source: Unicode general categories, as utf8proc has them. */
enum char_kind char_kind(int32_t c);
/** The same for ASCII, without a call: most characters of most texts. */
static inline enum char_kind char_ascii_kind(unsigned char byte)
{
	if ((unsigned char)((byte | 0x20) - 'a') < 26)
		return CHAR_LETTER;
	return (unsigned char)(byte - '0') < 10 ? CHAR_DIGIT : CHAR_OTHER;
}
/** Han, kana, hangul, bopomofo: written without spaces, or with particles that stick to words. */
bool char_is_cjk(int32_t c);

#endif
