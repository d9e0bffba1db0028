/*
 * HTML fragments as tags and text, for what needs no tree.
 * Follows the WHATWG tokeniser in what opens and ends tags, comments and raw text; linear in the
 * input.
 */
#ifndef TAMIS_MARKUP_HTML_TOKEN_H
#define TAMIS_MARKUP_HTML_TOKEN_H

#include <tamis/buf.h>
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

/**
 * Character references as their characters, appended to buf: named ones of HTML 4, decimal,
 * hexadecimal; numbers 128 to 159 as windows-1252, as browsers do. What is no reference stays.
 */
void html_decode(struct tms_buf *buf, struct tms_str raw);

/**
 * The reference behind an "&" that stands before s: its character, and the bytes of s that it
 * takes; 0 when it is none.
 */
uint32_t html_reference(struct tms_str s, size_t *bytes);

/** The character that a name of HTML 4 stands for; case counts. 0: none. */
uint32_t html_entity_find(struct tms_str name);

/** What browsers show for a control of U+0080 to U+009F, and only for those. */
uint32_t html_windows_1252(uint32_t control);

#endif
