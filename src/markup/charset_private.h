/* What a charset label means. */
#ifndef TAMIS_MARKUP_CHARSET_PRIVATE_H
#define TAMIS_MARKUP_CHARSET_PRIVATE_H

#include <tamis/charset.h>

/** One charset of the allow-list. */
struct charset {
	const char *name;  /* as the WHATWG spells it, in lower case */
	const char *iconv; /* as glibc spells the closest superset */
	uint8_t unit;      /* bytes of one code unit: what is stepped over where decoding fails */
};

/** NULL when the label is on no list. Static. */
const struct charset *charset_find(struct tms_str label);
/**
 * Does it write a character as two bytes or more (and bytes beyond ASCII therefore come in pairs)?
 */
bool charset_is_double(const struct charset *charset);

/** Does it hold characters beyond ASCII as UTF-8, and no more broken bytes than those? */
bool charset_is_mostly_utf8(struct tms_str body);
/** What the bytes look like; NULL: nothing but ASCII in them, or mostly UTF-8. Static. */
const struct charset *charset_guess(struct tms_str body);

#endif
