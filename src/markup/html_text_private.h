/* HTML to plain text with its steps counted, for who wants to see them. */
#ifndef TAMIS_MARKUP_HTML_TEXT_PRIVATE_H
#define TAMIS_MARKUP_HTML_TEXT_PRIVATE_H

#include <tamis/html_text.h>
#include <tamis/steps.h>

/** As the public ones of their names, which call them with tms_html_text_steps. */
struct tms_str html_to_text(struct tms_arena *arena, struct tms_str html, struct tms_steps *steps);
struct tms_str html_title_to_text(
	struct tms_arena *arena, struct tms_str title, struct tms_steps *steps);
struct tms_str html_line_to_text(
	struct tms_arena *arena, struct tms_str html, struct tms_steps *steps);

#endif
