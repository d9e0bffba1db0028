/* Language tags: their form, what a range of them finds, and what people write instead. */
#ifndef TAMIS_TEXT_LANGUAGE_H
#define TAMIS_TEXT_LANGUAGE_H

#include <tamis/arena.h>

/** Has the tag the form of one: BCP 47, the language itself as a code of two or three letters?
 * W3C's validator knows no longer ones. */
bool language_is(struct tms_str tag);
/** Is the tag the range, or longer by whole subtags: "en" finds en-US, "en-GB" does not? Caseless;
 * "_" equals "-"; "*" finds every tag. Source: RFC 4647, 3.3.1 (basic filtering). */
bool language_is_in(struct tms_str tag, struct tms_str range);
/** In the cases that RFC 5646, 2.1.1 recommends, in the arena: "zh_HANS-cn" is zh-Hans-CN. */
struct tms_str language_in_case(struct tms_arena *arena, struct tms_str tag);

/** What is not the tag of a language and means one: its name in English or itself, a code of three
 * letters where there is one of two, its country, a code that was replaced. */
struct language_name {
	const char *tag, *name;
};
/** All of them; static. */
const struct language_name *language_names(size_t *count);
/** The tag that is meant; caseless; static, empty: none. */
struct tms_str language_named(struct tms_str name);

#endif
