/* What the parsers of this room share: XPath, CSS selectors and JSON paths are texts of one line. */
#ifndef TAMIS_SELECT_SELECT_PARSER_H
#define TAMIS_SELECT_SELECT_PARSER_H

#include <tamis/arena.h>
#include <tamis/diag.h>

struct select_parser {
	struct tms_arena *arena;
	struct tms_str text;
	struct tms_diag *diag;
	enum tms_status status; /* the first failure; sticky */
	size_t at;
	size_t parts, depth;
};

/** The byte where it stands; NUL at the end. */
static inline char select_peek(const struct select_parser *p)
{
	return p->at < p->text.len ? p->text.ptr[p->at] : '\0';
}

static inline void select_skip_space(struct select_parser *p)
{
	while (p->at < p->text.len && tms_is_space(p->text.ptr[p->at]))
		p->at++;
}

/** Skip space, then take that word if it stands there. */
static inline bool select_take(struct select_parser *p, const char *word)
{
	struct tms_str wanted = tms_str_from(word);

	select_skip_space(p);
	if (!tms_str_starts(tms_str_slice(p->text, p->at, SIZE_MAX), wanted))
		return false;
	p->at += wanted.len;
	return true;
}

#endif
