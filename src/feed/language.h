/* Language tags on elements. */
#ifndef TAMIS_FEED_LANGUAGE_H
#define TAMIS_FEED_LANGUAGE_H

#include <tamis/buf.h>

#include "text/language.h"

/** Append ` xml:lang="…"` when the tag has the form of one; else nothing. */
void language_write(struct tms_buf *buf, struct tms_str tag);

#endif
