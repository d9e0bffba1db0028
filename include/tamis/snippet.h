/* What an item says where it has what a query asks for: about a line of its text, the words marked. */
#ifndef TAMIS_SNIPPET_H
#define TAMIS_SNIPPET_H

#include <tamis/query.h>

/** About so many characters, 15 more where that saves a word; a place that is longer alone is cut. */
#define TMS_SNIPPET_CHARACTERS 160

/** Bytes of a snippet's text. */
struct tms_snippet_mark {
	size_t start, end;
};

/** A run of a text as it stands in the item, TeX too: nothing is cut inside a formula, or inside what
 * is one character to a reader. */
struct tms_snippet {
	const char *field;   /* "abstract", …; NULL: there is none */
	struct tms_str text; /* borrowed of the item */
	size_t start;        /* byte offset of it in that field's text */
	bool is_cut_before, is_cut_behind;
	const struct tms_snippet_mark *marks; /* in order, none touches the next */
	size_t marks_count;
};

/**
 * Where most of what was asked for stands close together, in the text that has most of it; the
 * beginning of the first text where nothing of it stands in one. The title, keywords and names are
 * no such texts.
 * why  of that document, with its query; what is excluded and stands there is marked, too
 * TMS_OK, TMS_ENOMEM, TMS_ELIMIT (the arena's).
 */
TMS_MUST_CHECK enum tms_status tms_snippet_make(const struct tms_query_explanation *why,
	const struct tms_doc *doc, struct tms_arena *arena, struct tms_snippet *out);
/** The same of the title, all of it. */
TMS_MUST_CHECK enum tms_status tms_snippet_of_title(const struct tms_query_explanation *why,
	const struct tms_doc *doc, struct tms_arena *arena, struct tms_snippet *out);

/** Append it: `… that **agents** use …`; nothing where there is none. marks: NULL for asterisks and no
 * line breaks. Failure stays in buf->status. */
void tms_snippet_write(const struct tms_snippet *snippet, const struct tms_query_marks *marks,
	struct tms_buf *buf);

#endif
