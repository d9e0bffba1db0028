/* HTML fragments to plain text. Linear in the input; needs no tree and never fails on bad markup. */
#ifndef TAMIS_HTML_TEXT_H
#define TAMIS_HTML_TEXT_H

#include <tamis/arena.h>
#include <tamis/steps.h>

/**
 * What it may cost, in steps (tamis/steps.h): a few looks at each byte, which take below 3.
 * Reaching it is TMS_ELIMIT in arena->status.
 */
#define TMS_HTML_TEXT_STEPS_PER_BYTE 8
#define TMS_HTML_TEXT_STEPS_LEAST 65536
/** Those of so much HTML. */
static inline struct tms_steps tms_html_text_steps(size_t bytes)
{
	return (struct tms_steps){ (uint64_t)bytes * TMS_HTML_TEXT_STEPS_PER_BYTE +
				   TMS_HTML_TEXT_STEPS_LEAST };
}

/**
 * The text of an HTML fragment (valid UTF-8): paragraphs and other blocks divided by "\n\n", <br>,
 * list items and table rows by "\n", other white space collapsed, entities decoded, no control
 * characters but \n. script, style and other unseen content is dropped. Never longer than the
 * fragment. Empty on failure too; then arena->status says why.
 */
struct tms_str tms_html_to_text(struct tms_arena *arena, struct tms_str html);

/**
 * White space (also U+00A0, U+2028…) collapsed to single spaces and trimmed, control characters and
 * U+FEFF removed. Returns s itself when there is nothing to do. Not for HTML: nothing is decoded.
 */
struct tms_str tms_text_one_line(struct tms_arena *arena, struct tms_str s);
/** As tms_text_one_line, but keeps paragraphs: an empty line stays "\n\n", a single line break
 * becomes a space. */
struct tms_str tms_text_paragraphs(struct tms_arena *arena, struct tms_str s);

/**
 * A title on one line from what feeds put there: markup of known elements is taken off, entities
 * are decoded (twice where "&amp;lt;" shows a double escape of a known element or entity), a "<"
 * that opens no known element
 * ("a < b", "<think>") stays.
 */
struct tms_str tms_html_title_to_text(struct tms_arena *arena, struct tms_str title);

/** The same of what is said to be HTML: there "<!-- … -->" is a comment, and no talk about one. */
struct tms_str tms_html_line_to_text(struct tms_arena *arena, struct tms_str html);

/**
 * Does the text hold markup: a tag of a known HTML element, a character reference, a whole comment
 * that no quote or bracket opens ("<!-- x -->", "<![if IE]>…<![endif]>"), or <?xml…> or <!DOCTYPE…>
 * at its front? A comment that is not closed is talked about: the words behind it are text.
 */
bool tms_html_is_likely(struct tms_str s);

/**
 * What "<![CDATA[…]]>" holds, which is left where something was escaped twice. Only where the text
 * begins with one and ends with one; everything else comes back as it is. Empty on failure, see
 * arena->status.
 */
struct tms_str tms_cdata_to_text(struct tms_arena *arena, struct tms_str s);

#endif
