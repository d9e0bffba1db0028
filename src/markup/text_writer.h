/* Plain text written with its white space collapsed. */
#ifndef TAMIS_MARKUP_TEXT_WRITER_H
#define TAMIS_MARKUP_TEXT_WRITER_H

#include <tamis/arena.h>
#include <tamis/buf.h>

/** What is owed before the next character; the larger one wins. */
enum text_gap { TEXT_JOINED, TEXT_SPACE, TEXT_LINE, TEXT_PARAGRAPH };

/** How a line break in the text counts. */
enum text_breaks {
	TEXT_BREAKS_ARE_SPACES,
	TEXT_BREAKS_ARE_LINES,      /* preformatted */
	TEXT_BREAKS_IN_TWOS_DIVIDE, /* an empty line divides paragraphs, one break is a space */
};

struct text_writer {
	struct tms_buf out;
	enum text_gap gap;
	enum text_breaks breaks;
	bool after_break; /* only white space since the last line break of the text */
};

/** At least this gap is left before the next character. */
void text_writer_gap(struct text_writer *writer, enum text_gap gap);
/** Valid or broken UTF-8; white space collapses, controls vanish, broken bytes become U+FFFD. */
void text_writer_add(struct text_writer *writer, struct tms_str text);
/** The text so far in the arena; the writer is empty again. Empty on failure (arena->status). */
struct tms_str text_writer_finish(struct text_writer *writer, struct tms_arena *arena);

#endif
