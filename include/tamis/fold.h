/* Folding: texts as they are compared, without case, accents and the forms of punctuation. */
#ifndef TAMIS_FOLD_H
#define TAMIS_FOLD_H

#include <tamis/utf8.h>

/**
 * The ASCII character that a curly, angled or full-width one stands for: quotes → " or ', dashes
 * that join or subtract (U+2010 to U+2013, U+2212, maqaf) → -, every space and line break → ' ',
 * a sharp → #, the Arabic decimal point → ., full-width forms → their narrow ones. Others as they
 * are.
 */
int32_t tms_fold_punctuation(int32_t c);

/**
 * What words are compared by: compatibility decomposition (NFKD), case folded, without the
 * diacritics of alphabets (points of Hebrew and Arabic among them), with ø, ł, đ, æ, œ, þ, ð, ħ, ı and ȷ as their plain letters; appended to
 * *buf as UTF-8. Letters of Arabic that are written in several
 * ways are one, as Lucene's ArabicNormalizer and PersianNormalizer list them: forms of alef, yeh,
 * kaf and heh; tatweel is gone. Decimal digits of every script are 0 to 9. Hangul is composed into
 * syllables and kana with their voicing marks, so that a character is never the beginning of
 * another's bytes. Everything but letters, marks and digits is passed on through
 * tms_fold_punctuation.
 */
void tms_fold(struct tms_buf *buf, struct tms_str s);

/**
 * Equal as they stand: NFKD on both sides, punctuation by tms_fold_punctuation, a run of spaces is
 * one; case does not count when `caseless`.
 */
bool tms_fold_same(struct tms_str a, struct tms_str b, bool caseless);
/** True when a character of it is an upper-case (or title-case) letter. */
bool tms_has_capital(struct tms_str s);

#endif
