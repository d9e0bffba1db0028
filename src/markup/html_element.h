/* What each HTML element means to the text, to the sanitiser and to titles. */
#ifndef TAMIS_MARKUP_HTML_ELEMENT_H
#define TAMIS_MARKUP_HTML_ELEMENT_H

#include <tamis/str.h>

enum html_flag {
	HTML_BLOCK = 1 << 0, /* divides paragraphs; closes an open <p> */
	HTML_LINE = 1 << 1,  /* divides lines */
	HTML_CELL = 1 << 2,  /* divides words */
	HTML_DROP = 1 << 3,  /* its content is not shown */
	HTML_RAW = 1 << 4,   /* its content is no markup */
	HTML_VOID = 1 << 5,  /* has no content and no end tag */
	HTML_ALLOW = 1 << 6, /* the sanitiser lets it through */
	HTML_SCOPE = 1 << 7, /* an end tag inside it closes nothing outside it */
	/* what others may end where they start */
	HTML_A = 1 << 8,
	HTML_P = 1 << 9,
	HTML_LI = 1 << 10,
	HTML_TERM = 1 << 11,    /* dt, dd */
	HTML_DATA = 1 << 12,    /* td, th */
	HTML_ROW = 1 << 13,     /* tr */
	HTML_ROWS = 1 << 14,    /* thead, tbody, tfoot */
	HTML_COLUMNS = 1 << 15, /* colgroup, caption */
};

/* Attributes that the sanitiser lets through somewhere. */
enum html_attribute {
	ATTRIBUTE_HREF = 1 << 0,
	ATTRIBUTE_HREFLANG = 1 << 1,
	ATTRIBUTE_TITLE = 1 << 2,
	ATTRIBUTE_LANG = 1 << 3,
	ATTRIBUTE_DIR = 1 << 4,
	ATTRIBUTE_SRC = 1 << 5,
	ATTRIBUTE_ALT = 1 << 6,
	ATTRIBUTE_WIDTH = 1 << 7,
	ATTRIBUTE_HEIGHT = 1 << 8,
	ATTRIBUTE_CITE = 1 << 9,
	ATTRIBUTE_DATETIME = 1 << 10,
	ATTRIBUTE_SPAN = 1 << 11,
	ATTRIBUTE_VALUE = 1 << 12,
	ATTRIBUTE_START = 1 << 13,
	ATTRIBUTE_REVERSED = 1 << 14,
	ATTRIBUTE_TYPE = 1 << 15,
	ATTRIBUTE_COLSPAN = 1 << 16,
	ATTRIBUTE_ROWSPAN = 1 << 17,
	ATTRIBUTE_SCOPE = 1 << 18,
	ATTRIBUTE_GLOBAL = ATTRIBUTE_TITLE | ATTRIBUTE_LANG | ATTRIBUTE_DIR,
	ATTRIBUTE_URLS = ATTRIBUTE_HREF | ATTRIBUTE_SRC | ATTRIBUTE_CITE,
	ATTRIBUTE_NUMBERS = ATTRIBUTE_WIDTH | ATTRIBUTE_HEIGHT | ATTRIBUTE_COLSPAN |
			    ATTRIBUTE_ROWSPAN | ATTRIBUTE_START | ATTRIBUTE_VALUE | ATTRIBUTE_SPAN,
	ATTRIBUTE_WORDS = ATTRIBUTE_DIR | ATTRIBUTE_LANG | ATTRIBUTE_HREFLANG | ATTRIBUTE_TYPE |
			  ATTRIBUTE_SCOPE | ATTRIBUTE_DATETIME,
};

struct html_element {
	const char *name;
	uint32_t flags;
	uint32_t attributes; /* allowed beside the global ones */
	uint32_t closes;     /* open elements with one of these flags end where this one starts */
};

/** NULL: no element of HTML. Letters count caseless. Static. */
const struct html_element *html_element_find(struct tms_str name);
/** 0: none of those. Letters count caseless. */
uint32_t html_attribute_find(struct tms_str name);
/** The name of one attribute. Static. */
const char *html_attribute_name(uint32_t attribute);

#endif
