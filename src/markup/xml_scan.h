/* Floods of attributes: what is looked at in a document before libxml2 sees it. */
#ifndef TAMIS_MARKUP_XML_SCAN_H
#define TAMIS_MARKUP_XML_SCAN_H

#include <tamis/str.h>

/**
 * Is there a start tag in this XML with more than `limit` attributes? *offset is where it starts.
 * Never says no where libxml2 would read more; may say yes of text that looks like such a tag.
 */
bool xml_scan_has_flood(struct tms_str xml, size_t limit, size_t *offset);

/** Counts attributes of one HTML start tag over many pieces of it. {0} stands behind its "<"; the
 * tag's name counts as one. */
struct xml_scan_html {
	size_t attributes;
	char quote;    /* inside a quoted value: its quote */
	bool inside;   /* a name or an unquoted value has begun */
	bool unquoted; /* it is a value */
	bool value;    /* behind a "=" */
	bool closed;   /* the tag's ">" has been seen */
};

/** The next piece of the tag. */
void xml_scan_html_feed(struct xml_scan_html *scan, struct tms_str piece);

#endif
