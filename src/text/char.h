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
	CHAR_EMOJI,   /* a word of its own */
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
/** No character below, and no first byte below, is one of these. */
#define CHAR_UNSPACED_MIN 0xE00
#define CHAR_UNSPACED_BYTE 0xE0
/** Letters of scripts that are written without spaces, or with particles that stick to words: Han,
 * kana, hangul, bopomofo, Thai, Lao, Khmer, Burmese. */
bool char_is_unspaced(int32_t c);
/** What is one with the character before it without being a mark: vowels and finals of hangul that
 * is written letter by letter, and the colour of an emoji's skin. */
bool char_joins_before(int32_t c);
/** Two of them are a flag. */
bool char_is_flag_letter(int32_t c);

#endif
