/* Where the words of a text begin and end. */
#ifndef TAMIS_TEXT_WORD_CUTTER_H
#define TAMIS_TEXT_WORD_CUTTER_H

#include <tamis/str.h>

/** Reads one text from left to right, word by word. {0} with a text begins it. */
struct word_cutter {
	struct tms_str text; /* below 4 GiB */
	size_t at;
};

/** The bytes of a word. Of a run that is written without spaces, every character is one, together
 * with the next of the run. */
struct word_extent {
	uint32_t start, end;
	uint32_t char_end; /* of such a run: behind its first character; else 0 */
	uint32_t second;   /* of such a run: where the second begins; 0: it was the last */
};

/** The next words, `max` at most; how many. Fewer than max: there are no more. */
size_t word_cutter_take(struct word_cutter *cut, struct word_extent *out, size_t max);
/** Behind the character at `at` and the marks that belong to it. */
size_t word_char_end(struct tms_str s, size_t at);

#endif
