/* Ill-formed XML made well-formed before libxml2 reads it, and what was mended. */
#ifndef TAMIS_MARKUP_XML_REPAIR_H
#define TAMIS_MARKUP_XML_REPAIR_H

#include <tamis/buf.h>
#include <tamis/steps.h>

enum xml_mend {
	XML_MEND_BEFORE,      /* text before the first tag */
	XML_MEND_DECLARATION, /* an XML declaration that is not at the start */
	XML_MEND_AMPERSAND,   /* a "&" that begins no reference */
	XML_MEND_ENTITY,      /* a name that XML does not know and HTML does */
	XML_MEND_REFERENCE,   /* the number of a character that XML forbids */
	XML_MEND_LESS,        /* a "<" that opens nothing */
	XML_MEND_ATTRIBUTE,   /* without quotes or a value, twice, with "<" in it */
	XML_MEND_UNCLOSED,    /* an element without its end tag */
	XML_MEND_STRAY,       /* an end tag that closes nothing */
	XML_MEND_SECTION,     /* CDATA, comment or instruction without an end */
	XML_MEND_AFTER,       /* something behind the end */
	XML_MENDS,
};

/** What was mended, by kind. {0} is nothing. */
struct xml_mends {
	struct {
		size_t count;
		uint32_t line;       /* of the first, from 1 */
		struct tms_str name; /* of the first, where it has one; borrowed */
	} kinds[XML_MENDS];
	struct tms_str cut_in; /* the element in which the document breaks off; empty: in none */
};

/**
 * An ill-formed document as it was probably meant: references numeric (HTML's names too), bare "&"
 * and "<" escaped, attributes quoted, elements closed where their end tag is missing and not closed
 * twice; what stands before the first tag and behind the last is left out, and so are comments and
 * instructions. Nothing is closed at the end of a document that breaks off. Elements are only ever
 * made of tags that are there.
 * Linear in the document, and counted: *end is how far it came when the steps ran out, else the
 * length of the document. A full buffer is told by out->status.
 */
void xml_repair(struct tms_buf *out, struct tms_str xml, struct xml_mends *mends,
	struct tms_steps *steps, size_t *end);

#endif
