/* Language tags on elements. */
#ifndef TAMIS_FEED_LANGUAGE_H
#define TAMIS_FEED_LANGUAGE_H

#include <tamis/buf.h>

/** Has the tag the form of one: BCP 47, the language itself as a code of two or three letters?
 * W3C's validator knows no longer ones. */
bool language_is(struct tms_str tag);
/** Append ` xml:lang="…"` when the tag has the form of one; else nothing. */
void language_write(struct tms_buf *buf, struct tms_str tag);

#endif
