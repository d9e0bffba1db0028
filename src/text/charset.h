/* Inside the text layer: what a charset label means. */
#ifndef TAMIS_TEXT_CHARSET_H
#define TAMIS_TEXT_CHARSET_H

#include <tamis/charset.h>

/** One charset of the allow-list. */
struct charset {
	const char *name;  /* as the WHATWG spells it, in lower case */
	const char *iconv; /* as glibc spells the closest superset */
	uint8_t unit;      /* bytes of one code unit: what is stepped over where decoding fails */
};

/** NULL when the label is on no list. Static. */
const struct charset *charset_find(struct tms_str label);

#endif
