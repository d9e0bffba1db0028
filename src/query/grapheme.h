/* What is one character to a reader: grapheme clusters, as UAX 29 has them. */
#ifndef TAMIS_QUERY_GRAPHEME_H
#define TAMIS_QUERY_GRAPHEME_H

#include <tamis/str.h>

/** Does one begin at this byte, or end the text? False inside a character of UTF-8. Looks at a bounded
 * number of characters before it. */
bool grapheme_begins(struct tms_str text, size_t at);

#endif
