/* Kept items for programs: one JSON object per line. */
#ifndef TAMIS_JSONL_H
#define TAMIS_JSONL_H

#include <tamis/feed.h>

/**
 * Append one line with a newline behind it, all keys always there and in this order:
 *   {"id","title","link","summary","authors","categories","keywords","published","updated",
 *    "upvotes","comments","stars","source"}
 * id is the identity ("arxiv:2508.12345"); text that is not known is ""; authors (names),
 * categories (terms) and keywords are arrays, perhaps empty; published and updated are RFC 3339;
 * numbers that are not known are null; source names every source that lists the item, joined by
 * ", ".
 * Failure stays in buf->status.
 */
void tms_jsonl_write(struct tms_buf *buf, const struct tms_merged *item, enum tms_feed_link link);

#endif
