/*
 * Words that are left open: an index that has met their text before need not cut them again. Left
 * open is only what no check could refuse, where it is written as it would be printed.
 */
#include "parse_private.h"

#include <tamis/fold.h>

/* No byte of words adds more to what they cost: "a-b-c-d", where a word of two bytes is a unit and
 * begins four. */
#define COST_OF_BYTE 3
/* More words than a phrase may have, and what stands between them, are more bytes. */
#define OPEN_BYTES_MAX (2 * TMS_QUERY_PHRASE_WORDS_MAX)

bool query_leave_open(
	const struct query_parser *p, const struct query_written *written, struct query_leaf *leaf)
{
	struct tms_str print = tms_str_slice(p->text, written->at, p->at), text = written->text;

	if (!p->query->may_leave_open || !written->is_plain || written->exact || written->stem ||
		text.len > OPEN_BYTES_MAX)
		return false;
	if (!written->quoted && (query_is_operator(text) || (tms_is_digit(text.ptr[0]) &&
								    text.ptr[text.len - 1] == '+')))
		return false;
	struct tms_str name = query_printed_name(leaf->field);
	size_t around = (name.len > 0 ? name.len + 1 : 0) + (written->quoted ? 2 : 0);
	if (print.len != around + text.len || !tms_str_starts(print, name))
		return false;
	leaf->print = print;
	leaf->pattern.text = text;
	return true;
}

size_t query_open_cost(const struct query_leaf *leaf)
{
	return COST_OF_BYTE * leaf->pattern.text.len;
}

enum tms_status query_leaf_close(struct tms_arena *arena, struct query_leaf *leaf)
{
	struct query_pattern *pattern = &leaf->pattern;

	pattern->caseless = !tms_has_capital(pattern->text);
	return query_cut(arena, leaf->field, pattern->mode, pattern->text, &pattern->words);
}

/* Closes it where it is open, and counts it. */
static void close_leaf(struct query_parser *p, struct query_leaf *leaf)
{
	if (query_leaf_is_open(leaf) && query_leaf_close(p->arena, leaf) != TMS_OK)
		(void)query_fail_memory(p);
	p->query->cost += query_leaf_cost(leaf);
}

void query_close_leaves(struct query_parser *p, struct query_leaf *last)
{
	struct tms_query *query = p->query;

	query->may_leave_open = false;
	query->cost = 0;
	for (size_t i = 0; i < query->leaves_count; i++)
		close_leaf(p, &query->leaves[i]);
	close_leaf(p, last);
}
