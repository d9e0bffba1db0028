/* Text into XML: escaped so that nothing in it can be taken for markup, and only characters that
 * XML 1.0 can hold. */
#ifndef TAMIS_FEED_ESCAPE_H
#define TAMIS_FEED_ESCAPE_H

#include <tamis/buf.h>

/**
 * Append text with & < > " as entities; right in elements, in double-quoted attributes, and in
 * HTML. What XML cannot hold, broken UTF-8, U+FFFD and the C1 controls become "?": W3C's validator
 * warns of the last two.
 */
void tms_escape_text(struct tms_buf *buf, struct tms_str s);
/** The same with every run of white space as one space and none at the ends. */
void tms_escape_line(struct tms_buf *buf, struct tms_str s);
/** An absolute address as an attribute value: every byte that a URI (RFC 3986) cannot hold is
 * percent-encoded first. */
void tms_escape_uri(struct tms_buf *buf, struct tms_str uri);

#endif
