/* Regular expressions in linear time: the door to RE2, in C. */
#ifndef TAMIS_TEXT_REGEX_H
#define TAMIS_TEXT_REGEX_H

#include <tamis/buf.h>
#include <tamis/diag.h>

struct regex;

/**
 * Compile a pattern (RE2 syntax; '.' matches a line break, ^ and $ are the ends of the text).
 * max_size  instructions of the compiled program, and the bound of all the memory it may use
 * *out      given: regex_free
 * why       one sentence when it fails, without a place
 * TMS_OK, TMS_EINVAL (not a regular expression), TMS_ELIMIT (too large), TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status regex_compile(struct tms_str pattern, bool caseless, size_t max_size,
	struct regex **out, struct tms_diag *why);
/**
 * The same, and \b, \B, \w, \W, \d, \D know Unicode: letters, marks, numbers and connectors are
 * word characters. TMS_EINVAL also for what cannot be read together with them.
 */
TMS_MUST_CHECK enum tms_status regex_compile_unicode(struct tms_str pattern, bool caseless,
	size_t max_size, struct regex **out, struct tms_diag *why);
/** NULL is allowed. */
void regex_free(struct regex *regex);
/** Instructions of the compiled program; NULL has none. */
size_t regex_size(const struct regex *regex);
/** The leftmost match at or after byte `from`: its bytes in [*start, *end). */
bool regex_find(
	const struct regex *regex, struct tms_str text, size_t from, size_t *start, size_t *end);
/** As regex_find from 0, without the place: much cheaper. */
bool regex_matches(const struct regex *regex, struct tms_str text);

/**
 * The leftmost match and what its groups caught: groups[0] is all of it, groups[1] the first pair
 * of parentheses; one that took no part is empty. At most `max` (and 10) are set, borrowed from
 * text. Returns how many there are; 0: no match.
 */
size_t regex_capture(
	const struct regex *regex, struct tms_str text, struct tms_str *groups, size_t max);

/**
 * What a match must hold: append literals, each behind a line break, of which every text that
 * matches has at least one. They are runs of three or more ASCII letters and digits, in lower case;
 * so must the text be. Nothing is appended when there are none. TMS_OK, TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status regex_literals(const struct regex *regex, struct tms_buf *out);

#endif
