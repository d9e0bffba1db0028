/*
 * Prefetching. What rules need lies anywhere in memory: the rule, its program, its leaves, their
 * rows, the bits of these, each known only when the one before is there. Of several rules each step
 * is fetched for all of them before the next, so that the waiting is done once and not for each.
 */
#include "index_private.h"

#define TOGETHER 16
#define LINES_OF_BITS 2

typedef void (*step_fn)(const struct tms_index *index, uint32_t rule);
typedef void (*leaf_fn)(const struct index_leaves *leaves, uint32_t leaf);

static void fetch_rule(const struct tms_index *index, uint32_t rule)
{
	__builtin_prefetch(index_rule_at(&index->rules, rule));
}

static void fetch_program(const struct tms_index *index, uint32_t rule)
{
	__builtin_prefetch(
		size_class_at(&index->rules.programs, index_rule_at(&index->rules, rule)->program));
}

static void each_leaf(const struct tms_index *index, uint32_t rule, leaf_fn fetch)
{
	struct index_program program = index_rule_program(&index->rules, rule);

	for (size_t i = 0; i < program.count; i++)
		if (!(program.words[i] & INDEX_WORD_GROUP))
			fetch(&index->leaves, program.words[i] & INDEX_WORD_BELOW);
}

static void fetch_leaf(const struct index_leaves *leaves, uint32_t leaf)
{
	__builtin_prefetch(index_leaf_at(leaves, leaf));
}

static struct index_cached *cached_row(const struct index_leaves *leaves, uint32_t leaf)
{
	uint32_t cell = index_leaf_at(leaves, leaf)->row;

	return cell == SLAB_NONE ? NULL : slab_at(&leaves->rows.cells, cell);
}

static void fetch_row(const struct index_leaves *leaves, uint32_t leaf)
{
	const struct index_cached *row = cached_row(leaves, leaf);

	if (row)
		__builtin_prefetch(row);
}

static void fetch_bits(const struct index_leaves *leaves, uint32_t leaf)
{
	const struct index_cached *row = cached_row(leaves, leaf);

	if (!row || (row->of & INDEX_CACHED_PROBE) || row->in.row.row.room == 0)
		return;
	for (size_t i = 0; i < LINES_OF_BITS; i++)
		__builtin_prefetch((const char *)row->in.row.row.in.bits + i * SLAB_LINE);
}

static void fetch_leaves(const struct tms_index *index, uint32_t rule)
{
	each_leaf(index, rule, fetch_leaf);
}

static void fetch_rows(const struct tms_index *index, uint32_t rule)
{
	each_leaf(index, rule, fetch_row);
}

static void fetch_all_bits(const struct tms_index *index, uint32_t rule)
{
	each_leaf(index, rule, fetch_bits);
}

void tms_index_prefetch(const struct tms_index *index, const uint32_t *rules, size_t count)
{
	static const step_fn steps[] = { fetch_rule, fetch_program, fetch_leaves, fetch_rows,
		fetch_all_bits };

	count = count < TOGETHER ? count : TOGETHER;
	for (size_t step = 0; step < TMS_COUNT(steps); step++)
		for (size_t i = 0; i < count; i++)
			if (rules[i] != TMS_INDEX_NONE)
				steps[step](index, rules[i]);
}
