/* What people are told: where something is wrong, and one sentence without blame. */
#ifndef TAMIS_DIAG_H
#define TAMIS_DIAG_H

#include <stdarg.h>

#include <tamis/buf.h>
#include <tamis/status.h>
#include <tamis/str.h>

#define TMS_DIAG_TEXT_BYTES 400

/** One message for a person. line and column count from 1; 0 means the place has no such number. */
struct tms_diag {
	uint32_t line;
	uint32_t column; /* in characters, not bytes */
	char text[TMS_DIAG_TEXT_BYTES];
};

/**
 * Fill *diag; a longer sentence is cut on a character and ends in "…". A NULL diag is accepted.
 * Sentences quote what strangers wrote, and are printed on terminals: bytes that are not UTF-8
 * become '?'; control characters, and those that turn the direction of text, a space.
 */
void tms_diag_set(struct tms_diag *diag, uint32_t line, uint32_t column, const char *format, ...)
	TMS_PRINTF(4, 5);
/** The same for functions that were given `args` by theirs. */
void tms_diag_vset(struct tms_diag *diag, uint32_t line, uint32_t column, const char *format,
	va_list args) TMS_PRINTF(4, 0);
/** Put words before the sentence that is there ("sources.arxiv: …"). */
void tms_diag_prefix(struct tms_diag *diag, const char *format, ...) TMS_PRINTF(2, 3);
/**
 * Append the message as people read it where its text is at hand: "2:7: sentence", then the line of
 * `text` that it speaks of, and a caret under the place. A long line is shown around the place,
 * with "…" where it was cut. Without a line number the sentence alone. Ends in a newline.
 */
void tms_diag_write(struct tms_buf *buf, const struct tms_diag *diag, struct tms_str text);
/** Line and column (from 1, in UTF-8 characters) of a byte offset in a text. */
void tms_diag_locate(struct tms_str text, size_t offset, uint32_t *line, uint32_t *column);

#endif
