/* Inside the text layer: what each HTML element means to the text, to the sanitiser and to titles.
 */
#ifndef TAMIS_TEXT_HTML_ELEMENT_H
#define TAMIS_TEXT_HTML_ELEMENT_H

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
};

struct html_element {
	const char *name;
	uint32_t flags;
	const char *attributes; /* allowed beside the global ones: names between spaces */
	const char *closes;     /* open elements of these names end where this one starts */
};

/** NULL: no element of HTML. Letters count caseless. Static. */
const struct html_element *html_element_find(struct tms_str name);

#endif
