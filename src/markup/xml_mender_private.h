/* Inside the text layer: ill-formed XML made well-formed before libxml2 reads it, and what was mended. */
#ifndef TAMIS_MARKUP_XML_MENDER_PRIVATE_H
#define TAMIS_MARKUP_XML_MENDER_PRIVATE_H

#include <tamis/arena.h>
#include <tamis/buf.h>
#include <tamis/charset.h>
#include <tamis/steps.h>
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

/** What the name of an element means where tags are missing. */
enum mender_kind {
	MENDER_ITEM = 1 << 0,      /* stands in a list, and in no other item */
	MENDER_LIST = 1 << 1,      /* holds items */
	MENDER_HOLDER = 1 << 2,    /* a field's children end at the nearest of these */
	MENDER_LINE = 1 << 3,      /* text and nothing else */
	MENDER_TEXT = 1 << 4,      /* text that may hold elements of HTML */
	MENDER_ALSO_HTML = 1 << 5, /* a field whose name is an element of HTML too */
	MENDER_VOID = 1 << 6,      /* of HTML: it never has an end tag */
	MENDER_FLAT = 1 << 7,      /* of HTML: it never holds its like */
};

/** How names are compared: as they are written, or without regard to case. */
enum mender_case { MENDER_EXACT, MENDER_CASELESS, MENDER_CASES };

/** An element that is open, and where the next ones of its kinds are found without a search. */
struct mender_open {
	struct tms_str name;
	uint32_t hashes[MENDER_CASES];
	uint16_t further[MENDER_CASES]; /* the next one further out in its bucket */
	uint16_t innermost_list;        /* up to and with this one */
	uint16_t innermost_field;       /* holder, line or text */
	uint16_t kinds;                 /* bits of enum mender_kind */
};

#define MENDER_OPEN_MAX 256 /* elements inside each other; the tree allows fewer */
#define MENDER_BUCKETS 64

/** The elements that are open, outermost first; each is named by its place, from 1. 0: none. */
struct mender_stack {
	struct mender_open open[MENDER_OPEN_MAX];
	size_t count;
	uint16_t buckets[MENDER_CASES][MENDER_BUCKETS]; /* the innermost of each */
};

/** What is looked for far ahead, and never twice over the same bytes. */
enum mender_mark {
	MENDER_CDATA_END,
	MENDER_COMMENT_END,
	MENDER_INSTRUCTION_END,
	MENDER_DOUBLE_QUOTE,
	MENDER_SINGLE_QUOTE,
	MENDER_TAG_END,
	MENDER_RSS,
	MENDER_FEED,
	MENDER_RDF,
	MENDER_MARKS,
};

/** A document on its way through the mender. Lines stay where they are. */
struct mender {
	struct tms_str xml;
	size_t at; /* read so far */
	struct tms_buf *out;
	struct xml_mends *mends;
	struct tms_steps *steps;
	struct mender_stack stack;
	bool has_root, has_ended, is_cut; /* cut: the document ends inside a tag */
	size_t line_at;                   /* counted up to here */
	uint32_t line;
	struct {
		size_t from, at; /* the first one from `from` on stands at `at` */
		bool is_known;
	} marks[MENDER_MARKS];
	unsigned char *tried; /* bits of places behind values: see xml_mender_tag.c; NULL: none yet */
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
/** Where the mark stands next; SIZE_MAX when nowhere. */
size_t mender_find(struct mender *m, enum mender_mark mark, size_t from);

/** Bits of enum mender_kind; letters count caseless. */
unsigned mender_kinds(struct tms_str name);
/** An element begins; more than there is room for are not followed. */
void mender_open(struct mender *m, struct tms_str name, unsigned kinds);
/** How many elements stay open when one of that name begins. */
size_t mender_depth_for(const struct mender *m, struct tms_str name, unsigned kinds);
/** Place, from 0, of the innermost open element of that name, exactly or else caseless; SIZE_MAX: none is open. */
size_t mender_find_open(struct mender *m, struct tms_str name);
/** End elements until so many are open. is_meant: the last of them has its end tag. */
void mender_close_down_to(struct mender *m, size_t depth, bool is_meant);

/**
 * What a reader should be told of a document: its charset, then what was mended, one sentence part each
 * ("3 bare ampersands, the first in line 12"), in the arena. The first fault stands
 * for itself where nothing else explains it.
 */
void xml_report_words(struct tms_arena *arena, const struct tms_charset_info *charset,
	const struct xml_mends *mends, struct tms_xml_report *report);

#endif
