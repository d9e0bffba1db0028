/* The language that a text is written in, as far as its letters alone tell. */
#ifndef TAMIS_TEXT_SCRIPT_H
#define TAMIS_TEXT_SCRIPT_H

#include <tamis/str.h>

/**
 * The language that these texts, of one item, are very probably in: their script where one language
 * is written with it, or nearly all that is (Thai, Greek, hangul, …); han with kana, and without;
 * of Cyrillic, Arabic and others the letters that one of their languages has and the others do not.
 * At least half of the words have to be in it. Looked at are the first 8,000 bytes of each text.
 * Static; empty for Latin letters, which name no language, and for what may be one of several.
 */
struct tms_str script_language(const struct tms_str *texts, size_t count);

#endif
