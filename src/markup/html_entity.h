/* Character references of HTML. */
#ifndef TAMIS_MARKUP_HTML_ENTITY_H
#define TAMIS_MARKUP_HTML_ENTITY_H

#include <tamis/buf.h>

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
