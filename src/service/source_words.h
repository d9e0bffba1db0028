/* When a source is asked next, and why not earlier, in words for people. */
#ifndef TAMIS_SERVICE_SOURCE_WORDS_H
#define TAMIS_SERVICE_SOURCE_WORDS_H

#include "service/source.h"

/** Append a sentence: "Asked again at 14:05 UTC." */
void tms_source_next_words(struct tms_buf *buf, struct tms_source *source, tms_time now);
/** Append its name, why it could not be read when it could not, and when it is asked next; without its
 * address, which readers of a feed need not know. */
void tms_source_reason_words(struct tms_buf *buf, struct tms_source *source, tms_time now);

#endif
