/* Text into XML: escaped so that nothing in it can be taken for markup, and only characters that
 * XML 1.0 can hold. And the same characters without markup, for other forms. */
#ifndef TAMIS_FEED_ESCAPE_H
#define TAMIS_FEED_ESCAPE_H

#include <tamis/buf.h>

/**
 * Append text with & < > " as entities; right in elements, in double-quoted attributes, and in
 * HTML. What XML cannot hold, broken UTF-8, U+FFFD and the C1 controls become "?": W3C's validator
 * warns of the last two.
 */
void escape_text(struct tms_buf *buf, struct tms_str s);
/** The same with every run of white space as one space and none at the ends. */
void escape_line(struct tms_buf *buf, struct tms_str s);
/** An absolute address as an attribute value: every byte that a URI (RFC 3986) cannot hold is
 * percent-encoded first. */
void escape_uri(struct tms_buf *buf, struct tms_str uri);
/** Plain text of RSS on one line, not for attributes: & and < as &#x26; and &#x3C;, as its profile
 * recommends; text that looks like HTML is escaped as HTML before, so that readers that take it for
 * HTML show it as it is. */
void escape_rss(struct tms_buf *buf, struct tms_str s);

/** As escape_text, escape_line and escape_uri, without entities. */
void escape_plain_text(struct tms_buf *buf, struct tms_str s);
void escape_plain_line(struct tms_buf *buf, struct tms_str s);
void escape_plain_uri(struct tms_buf *buf, struct tms_str uri);

#endif
