/*
 * The sanitiser: what a feed calls HTML, made safe to show and well-formed as XHTML.
 * Allow-lists only: an element, an attribute or a URL scheme that is not named in html_element.c
 * does not come out.
 */
#ifndef TAMIS_HTML_CLEAN_H
#define TAMIS_HTML_CLEAN_H

#include <tamis/arena.h>
#include <tamis/steps.h>

/**
 * What cleaning may cost, in steps (tamis/steps.h). It is linear in the HTML; pages take half a
 * step for each byte, and the dearest that we could think of, links against a long base, 8.
 */
#define TMS_HTML_CLEAN_STEPS_PER_BYTE 16
#define TMS_HTML_CLEAN_STEPS_LEAST 65536
/** Those of so much HTML. */
static inline struct tms_steps tms_html_clean_steps(size_t bytes)
{
	return (struct tms_steps){ (uint64_t)bytes * TMS_HTML_CLEAN_STEPS_PER_BYTE +
				   TMS_HTML_CLEAN_STEPS_LEAST };
}

/** {0} means the defaults. Reaching one is TMS_ELIMIT, never a cut. */
struct tms_html_limits {
	size_t bytes; /* of the output; default 1 MiB */
	/* left to take, less by what was taken afterwards, none when that was the limit reached;
	   default: tms_html_clean_steps */
	struct tms_steps *steps;
};

/**
 * Clean a fragment of HTML.
 * arena   owns *out
 * html    valid UTF-8; a fragment or a whole page (then what is in its body)
 * base    absolute URL of at most 2,048 bytes that relative links are resolved against; without
 *         one, or with a longer one, relative links are dropped
 * limits  may be NULL
 * *out has only balanced allowed elements with double-quoted attributes of at most 8,192 bytes,
 * links in http, https and mailto, images in http and https. Scripts, styles, forms, frames, event
 * handlers and comments are gone; the text of other unknown elements stays. Nesting deeper than 100
 * is flattened. Cleaned again, it is the same. TMS_OK, TMS_ELIMIT, TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status tms_html_clean(struct tms_arena *arena, struct tms_str html,
	struct tms_str base, const struct tms_html_limits *limits, struct tms_str *out);

#endif
