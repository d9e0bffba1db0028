/* Between the files of the mender: a document on its way, and the elements that are open in it. */
#ifndef TAMIS_MARKUP_XML_MENDER_PRIVATE_H
#define TAMIS_MARKUP_XML_MENDER_PRIVATE_H

#include "xml_repair.h"

/** What the name of an element means where tags are missing. */
enum xml_mender_kind {
	XML_MENDER_ITEM = 1 << 0,      /* stands in a list, and in no other item */
	XML_MENDER_LIST = 1 << 1,      /* holds items */
	XML_MENDER_HOLDER = 1 << 2,    /* a field's children end at the nearest of these */
	XML_MENDER_LINE = 1 << 3,      /* text and nothing else */
	XML_MENDER_TEXT = 1 << 4,      /* text that may hold elements of HTML */
	XML_MENDER_ALSO_HTML = 1 << 5, /* a field whose name is an element of HTML too */
	XML_MENDER_VOID = 1 << 6,      /* of HTML: it never has an end tag */
	XML_MENDER_FLAT = 1 << 7,      /* of HTML: it never holds its like */
};

/** How names are compared: as they are written, or without regard to case. */
enum xml_mender_case { XML_MENDER_EXACT, XML_MENDER_CASELESS, XML_MENDER_CASES };

/** An element that is open, and where the next ones of its kinds are found without a search. */
struct xml_mender_open {
	struct tms_str name;
	uint32_t hashes[XML_MENDER_CASES];
	uint16_t further[XML_MENDER_CASES]; /* the next one further out in its bucket */
	uint16_t innermost_list;            /* up to and with this one */
	uint16_t innermost_field;           /* holder, line or text */
	uint16_t kinds;                     /* bits of enum xml_mender_kind */
};

#define XML_MENDER_OPEN_MAX 256 /* elements inside each other; the tree allows fewer */
#define XML_MENDER_BUCKETS 64

/** The elements that are open, outermost first; each is named by its place, from 1. 0: none. */
struct xml_mender_stack {
	struct xml_mender_open open[XML_MENDER_OPEN_MAX];
	size_t count;
	uint16_t buckets[XML_MENDER_CASES][XML_MENDER_BUCKETS]; /* the innermost of each */
};

/** What is looked for far ahead, and never twice over the same bytes. */
enum xml_mender_mark {
	XML_MENDER_CDATA_END,
	XML_MENDER_COMMENT_END,
	XML_MENDER_INSTRUCTION_END,
	XML_MENDER_DOUBLE_QUOTE,
	XML_MENDER_SINGLE_QUOTE,
	XML_MENDER_TAG_END,
	XML_MENDER_RSS,
	XML_MENDER_FEED,
	XML_MENDER_RDF,
	XML_MENDER_MARKS,
};

/** A document on its way through the mender. Lines stay where they are. */
struct xml_mender {
	struct tms_str xml;
	size_t at; /* read so far */
	struct tms_buf *out;
	struct xml_mends *mends;
	struct tms_steps *steps;
	struct xml_mender_stack stack;
	bool has_root, has_ended, is_cut; /* cut: the document ends inside a tag */
	size_t line_at;                   /* counted up to here */
	uint32_t line;
	struct {
		size_t from, at; /* the first one from `from` on stands at `at` */
		bool is_known;
	} marks[XML_MENDER_MARKS];
	/* bits of places behind values: see xml_mender_tag.c; NULL: none yet */
	unsigned char *tried;
};

/* xml_mender.c */

/** One more fault of that kind at `at`; of the first the line is counted and the name kept. */
void xml_mender_note(struct xml_mender *m, enum xml_mend kind, size_t at, struct tms_str name);
/** Where the mark stands next; SIZE_MAX when nowhere. */
size_t xml_mender_find(struct xml_mender *m, enum xml_mender_mark mark, size_t from);
/** As many newlines as the run has, so that what follows keeps its line. */
void xml_mender_write_lines(struct xml_mender *m, struct tms_str left_out);
/** The reference behind a "&" at `at`, or the "&" itself, written as XML. Returns bytes read. */
size_t xml_mender_write_reference(struct xml_mender *m, size_t at);
/**
 * Text without "&", with the byte that may not stand in it escaped: "<" and, in a value, the quote.
 */
void xml_mender_write_text(struct xml_mender *m, struct tms_str text, char quote);

/* xml_mender_open.c: the elements that are open */

/** Bits of enum xml_mender_kind; letters count caseless. */
unsigned xml_mender_kinds(struct tms_str name);
/** An element begins; more than there is room for are not followed. */
void xml_mender_open(struct xml_mender *m, struct tms_str name, unsigned kinds);
/** End elements until so many are open. is_meant: the last of them has its end tag. */
void xml_mender_close_down_to(struct xml_mender *m, size_t depth, bool is_meant);
/** How many elements stay open when one of that name begins. */
size_t xml_mender_depth_for(const struct xml_mender *m, struct tms_str name, unsigned kinds);
/**
 * Place, from 0, of the innermost open element of that name, exactly or else caseless; SIZE_MAX:
 * none is open.
 */
size_t xml_mender_find_open(struct xml_mender *m, struct tms_str name);

/* xml_mender_tag.c */

/** At a "<" and a letter, or "</": take the tag; false, and nothing done, where it is none. */
bool xml_mender_take_tag(struct xml_mender *m);

#endif
