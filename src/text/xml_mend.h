/* Inside the text layer: ill-formed XML made well-formed before libxml2 reads it, and what was mended. */
#ifndef TAMIS_TEXT_XML_MEND_H
#define TAMIS_TEXT_XML_MEND_H

#include <tamis/arena.h>
#include <tamis/buf.h>
#include <tamis/charset.h>
#include <tamis/xml.h>

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
		uint32_t line; /* of the first, from 1 */
		struct tms_str
			name; /* of the first, where it has one; borrowed from the document */
	} kinds[XML_MENDS];
	struct tms_str cut_in; /* the element in which the document breaks off; empty: in none */
};

#define MENDER_OPEN_MAX 256 /* elements inside each other; the tree allows fewer */

/** A document on its way through the mender. Lines stay where they are. */
struct mender {
	struct tms_str xml;
	size_t at; /* read so far */
	struct tms_buf *out;
	struct xml_mends *mends;
	struct tms_str open[MENDER_OPEN_MAX]; /* names, outermost first */
	size_t open_count;
	bool has_root, has_ended, is_cut; /* cut: the document ends inside a tag */
	size_t line_at;                   /* counted up to here */
	uint32_t line;
	unsigned no_more; /* bits of what is known not to come any more */
};

/**
 * An ill-formed document as it was probably meant: references numeric (HTML's names too), bare "&"
 * and "<" escaped, attributes quoted, elements closed where their end tag is missing and not closed
 * twice; what stands before the first tag and behind the last is left out, and so are comments and
 * instructions. Nothing is closed at the end of a document that breaks off. Elements are only ever
 * made of tags that are there.
 */
void xml_repair(struct tms_buf *out, struct tms_str xml, struct xml_mends *mends);

/* Between the files of the mender. */
/** At a "<" and a letter, or "</": take the tag; false, and nothing done, where it is none. */
bool mender_take_tag(struct mender *m);
/** The reference behind a "&" at `at`, or the "&" itself, written as XML. Returns bytes read. */
size_t mender_write_reference(struct mender *m, size_t at);
/** Text without "&", with the byte that may not stand in it escaped: "<" and, in a value, the quote. */
void mender_write_text(struct mender *m, struct tms_str text, char quote);
void mender_note(struct mender *m, enum xml_mend kind, size_t at, struct tms_str name);
/** As many newlines as the run has, so that what follows keeps its line. */
void mender_write_lines(struct mender *m, struct tms_str left_out);
/** Where needle stands next; SIZE_MAX when nowhere, and then it is never searched again. bit: 0 to 31, its own. */
size_t mender_find(struct mender *m, struct tms_str needle, size_t from, unsigned bit);

/**
 * What a reader should be told of a document: its charset, then what was mended, one sentence part each
 * ("3 bare ampersands, the first in line 12"), in the arena. The first fault stands
 * for itself where nothing else explains it.
 */
void xml_report_words(struct tms_arena *arena, const struct tms_charset_info *charset,
	const struct xml_mends *mends, struct tms_xml_report *report);

#endif
