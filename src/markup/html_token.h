/*
 * HTML fragments as tags and text, for what needs no tree.
 * Follows the WHATWG tokeniser in what opens and ends tags, comments and raw text; linear in the
 * input.
 */
#ifndef TAMIS_MARKUP_HTML_TOKEN_H
#define TAMIS_MARKUP_HTML_TOKEN_H

#include <tamis/steps.h>

#include "html_element.h"

enum html_token_kind { HTML_TEXT, HTML_START, HTML_END };

struct html_token {
	enum html_token_kind kind;
	struct tms_str source;              /* the whole token as it stands in the input */
	struct tms_str name;                /* of a tag, in its own case */
	struct tms_str attributes;          /* of a start tag: what stands behind its name */
	const struct html_element *element; /* NULL for unknown ones and for text */
};

/** {.rest = html} stands before the first token. */
struct html_tokens {
	struct tms_str rest;
	struct tms_str raw; /* name of the raw element whose content comes next */
	/**
	 * Only known elements are tags, every other "<" is text, comments stay, and content is raw
	 * only if its element ends (titles).
	 */
	bool only_known;
	/* less by what is looked at; where none are left, there are no more tokens */
	struct tms_steps *steps;
	bool is_endless; /* a raw element that has to end did not: no more ends are looked for */
};

/** The next token; comments and declarations are passed over. False at the end. All of it is
 * borrowed. */
bool html_token_next(struct html_tokens *tokens, struct html_token *token);

/** Does this start tag begin content that is not shown? A self-closed one (<iframe/>, as XHTML has
 * it) does not. */
bool html_token_hides(const struct html_token *token);

/** Take the next attribute of a start tag, undecoded; false at the end. */
bool html_attribute_next(struct tms_str *attributes, struct tms_str *name, struct tms_str *value);

#endif
