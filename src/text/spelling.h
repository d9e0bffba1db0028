/* British and American spelling as one, for the words that texts are searched by. */
#ifndef TAMIS_TEXT_SPELLING_H
#define TAMIS_TEXT_SPELLING_H

#include <tamis/words.h>

/** Shorter words have one spelling: "grey" and "cosy" have two. */
#define SPELLING_BYTES_MIN 4
/** The American spelling of a folded word: its first `keep` bytes, then `tail` (static, or of the
 * word). A word that no rule knows stays as it is, with keep == word.len. */
struct tms_word_base spelling_american(struct tms_str word);

/** Longer words have one spelling. */
#define SPELLING_BYTES_MAX 64
/** text/plural.c: the word whose stem is that of a word of a text: the singular in American spelling when that is
 * spelled otherwise, written into `room`; else the form. */
struct tms_str spelling_to_stem(
	struct tms_str form, struct tms_str as_stands, char room[static SPELLING_BYTES_MAX]);

#endif
