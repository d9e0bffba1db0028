/*
 * The sanitiser: what a feed calls HTML, made safe to show and well-formed as XHTML.
 * Allow-lists only: an element, an attribute or a URL scheme that is not named in html_element.c does
 * not come out.
 */
#ifndef TAMIS_HTML_CLEAN_H
#define TAMIS_HTML_CLEAN_H

#include <tamis/arena.h>

/**
 * html       valid UTF-8; a fragment or a whole page (then what is in its body)
 * base       absolute URL that relative links are resolved against; empty: relative links are
 * dropped max_bytes  of the output; 0: 1 MiB. More is TMS_ELIMIT, never a cut. *out has only
 * balanced allowed elements with double-quoted attributes, links in http, https and mailto, images
 * in http and https. Scripts, styles, forms, frames, event handlers and comments are gone; the text
 * of other unknown elements stays. Nesting deeper than 100 is flattened. TMS_OK, TMS_ELIMIT,
 * TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status tms_html_clean(struct tms_arena *arena, struct tms_str html,
	struct tms_str base, size_t max_bytes, struct tms_str *out);

#endif
