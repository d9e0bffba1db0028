/* Language tags on elements. */
#ifndef TAMIS_FEED_LANGUAGE_H
#define TAMIS_FEED_LANGUAGE_H

#include <tamis/buf.h>

/** Append ` xml:lang="…"` when the tag has the form of one (BCP 47, RFC 4287's schema); else
 * nothing. */
void tms_language_write(struct tms_buf *buf, struct tms_str tag);

#endif
