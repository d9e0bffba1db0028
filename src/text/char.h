/* What kind of character it is, for cutting words. */
#ifndef TAMIS_TEXT_CHAR_H
#define TAMIS_TEXT_CHAR_H

#include <stdbool.h>
#include <stdint.h>

enum tms_char_kind {
	TMS_CHAR_OTHER, /* divides words */
	TMS_CHAR_LETTER,
	TMS_CHAR_MARK,
	TMS_CHAR_DIGIT,   /* every number: decimal, letter and other */
	TMS_CHAR_IGNORED, /* as if it were not there */
};

/** Source: Unicode general categories, as utf8proc has them. */
enum tms_char_kind char_kind(int32_t c);
/** The same for ASCII, without a call: most characters of most texts. */
static inline enum tms_char_kind tms_char_ascii_kind(unsigned char byte)
{
	if ((unsigned char)((byte | 0x20) - 'a') < 26)
		return TMS_CHAR_LETTER;
	return (unsigned char)(byte - '0') < 10 ? TMS_CHAR_DIGIT : TMS_CHAR_OTHER;
}
/** Han, kana, hangul, bopomofo: written without spaces, or with particles that stick to words. */
bool char_is_cjk(int32_t c);

#endif
