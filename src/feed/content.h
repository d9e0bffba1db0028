/* The content of an entry, as HTML of simple elements. */
#ifndef TAMIS_FEED_CONTENT_H
#define TAMIS_FEED_CONTENT_H

#include <tamis/feed.h>

/**
 * Append the item's text, then a line of links, then what else stays true of it (keywords, comment,
 * journal). Never empty, and nothing in it moves with votes. HTML, not yet escaped for XML. url:
 * where the entry leads, may be empty.
 */
void content_write(struct tms_buf *html, struct tms_arena *scratch, const struct tms_item *item,
	struct tms_str url);

/** True when a page of the item on Hugging Face is known. */
bool content_is_on_hf(const struct tms_item *item);

#endif
