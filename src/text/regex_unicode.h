/*
 * Regular expressions whose \b, \w and \d know Unicode. RE2's know ASCII alone, and nothing in it
 * can look at the character before. So a text with other characters is searched in a form in which
 * ASCII's answer is right, by an expression that is rewritten for that form:
 *
 *   a letter, mark, number or connector beyond ASCII     _c_     between two ASCII word characters
 *   a decimal digit beyond ASCII                         _0c_
 *   an underscore                                        _001_
 *   everything else                                      as it is
 *
 * Each of these is a unit; an expression takes whole units.
 */
#ifndef TAMIS_TEXT_REGEX_UNICODE_H
#define TAMIS_TEXT_REGEX_UNICODE_H

#include <tamis/buf.h>
#include <tamis/diag.h>

/** What is made of an expression that RE2 reads. */
struct regex_unicode {
	bool is_needed;       /* it has one of \b \B \w \W \d \D */
	struct tms_buf units; /* for texts in that form; its first group is the match */
	struct tms_buf loose; /* matches whatever either does: for what a match must hold */
};

/**
 * Rewrite an expression. why: one sentence without a place. TMS_OK, TMS_EINVAL (it has what cannot
 * be rewritten), TMS_ENOMEM. *out: regex_unicode_free, whatever was returned.
 */
TMS_MUST_CHECK enum tms_status regex_unicode_make(
	struct tms_str pattern, struct regex_unicode *out, struct tms_diag *why);
void regex_unicode_free(struct regex_unicode *unicode);

/** True for a text in which ASCII's answers are right. */
bool regex_is_ascii(struct tms_str text);
/** Append the text in that form. */
void regex_add_units(struct tms_buf *out, struct tms_str text);
/** Where byte `at` of the text stands in its form, and back. */
size_t regex_unit_of(struct tms_str text, size_t at);
size_t regex_byte_of(struct tms_str text, size_t unit);

#endif
