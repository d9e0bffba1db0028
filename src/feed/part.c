/* A part of a query, for so long a rule of the index. */
#include "part.h"

static enum tms_status prepare(
	const struct part_asked *asked, uint32_t rule, size_t work, bool *more)
{
	if (asked->scope)
		return tms_scope_prepare(asked->scope, rule, asked->now, work, more);
	return tms_index_prepare(asked->index, rule, asked->now, work, more);
}

static enum tms_status choose(
	const struct part_asked *asked, uint32_t rule, struct tms_selection *out)
{
	if (asked->scope)
		return tms_scope_select(asked->scope, rule, asked->now, 0, asked->arena, out);
	return tms_index_select(asked->index, rule, asked->now, 0, asked->arena, out);
}

enum tms_status part_begin(const struct part_asked *asked, struct tms_str text, uint32_t *rule)
{
	*rule = TMS_INDEX_NONE;
	enum tms_status st = tms_index_add_rule(asked->index, text, asked->options, rule, NULL);
	return st == TMS_EINVAL || st == TMS_ELIMIT ? TMS_OK : st;
}

enum tms_status part_go_on(
	const struct part_asked *asked, uint32_t rule, size_t work, size_t *matches)
{
	struct tms_selection found;
	enum tms_status st = TMS_OK;
	bool more = false;

	if (work != SIZE_MAX)
		st = prepare(asked, rule, work, &more);
	if (st != TMS_OK || more)
		return st == TMS_OK ? TMS_EUNAVAIL : st;
	tms_arena_rewind(asked->arena, 0);
	st = choose(asked, rule, &found);
	if (st == TMS_OK)
		*matches = found.kept_count;
	return st;
}

enum tms_status part_count(const struct part_asked *asked, struct tms_str text, size_t work,
	bool *is_counted, size_t *matches)
{
	uint32_t rule;

	enum tms_status st = part_begin(asked, text, &rule);
	if (st != TMS_OK || rule == TMS_INDEX_NONE)
		return st;
	st = part_go_on(asked, rule, work, matches);
	*is_counted |= st == TMS_OK;
	tms_index_remove_rule(asked->index, rule);
	return st;
}
