/* Boolean evaluation of programs: over bitmaps of all items, or for one item at a moment. */
#include "evaluate.h"

unsigned index_program_flags(const struct index_leaves *leaves, struct index_program program)
{
	unsigned flags = 0;

	for (size_t i = 0; i < program.count; i++) {
		if (program.words[i] & INDEX_WORD_GROUP)
			continue;
		const struct index_leaf *leaf =
			index_leaf_at(leaves, program.words[i] & INDEX_WORD_BELOW);
		flags |= leaf->flags;
		if (leaf->row != SLAB_NONE) /* it will be asked for soon */
			__builtin_prefetch(slab_at(&leaves->rows.cells, leaf->row));
	}
	return flags;
}

enum join { JOIN_OR, JOIN_AND };

static void all_or_none(const struct index_evaluation *e, bool all, uint64_t *bits)
{
	const uint64_t *there = index_items_all(e->leaves->items);

	if (e->words == 0)
		return;
	if (all)
		memcpy(bits, there, e->words * sizeof(*bits));
	else
		memset(bits, 0, e->words * sizeof(*bits));
}

static bool is_empty(const uint64_t *bits, size_t words)
{
	uint64_t any = 0;

	for (size_t i = 0; i < words; i++)
		any |= bits[i];
	return any == 0;
}

/* bits |= all & ~row */
static enum tms_status or_not(
	const struct index_evaluation *e, const struct index_row *row, uint64_t *bits)
{
	uint64_t *rest = TMS_ARENA_ARRAY(e->scratch, uint64_t, e->words);

	if (!rest)
		return e->scratch->status;
	all_or_none(e, true, rest);
	index_row_subtract(row, rest, e->words);
	for (size_t i = 0; i < e->words; i++)
		bits[i] |= rest[i];
	return TMS_OK;
}

static enum tms_status join_leaf(
	const struct index_evaluation *e, uint32_t word, enum join join, uint64_t *bits)
{
	uint32_t leaf = word & INDEX_WORD_BELOW;
	bool negated = word & INDEX_WORD_NOT;
	const struct index_row *row;

	if (index_leaf_at(e->leaves, leaf)->flags & e->open) {
		if (e->open_holds == (join == JOIN_OR))
			all_or_none(e, e->open_holds, bits);
		return TMS_OK;
	}
	enum tms_status st = index_leaf_row(e->leaves, leaf, e->now, &row);
	if (st != TMS_OK)
		return st;
	if (join == JOIN_OR && negated)
		return or_not(e, row, bits);
	if (join == JOIN_OR)
		index_row_or(row, bits, e->words);
	else if (negated)
		index_row_subtract(row, bits, e->words);
	else
		index_row_and(row, bits, e->words);
	return TMS_OK;
}

static enum tms_status evaluate(
	const struct index_evaluation *e, const uint32_t *words, uint64_t *bits);

static enum tms_status join_group(
	const struct index_evaluation *e, const uint32_t *words, enum join join, uint64_t *bits)
{
	size_t mark = tms_arena_mark(e->scratch);
	uint64_t *group = TMS_ARENA_ARRAY(e->scratch, uint64_t, e->words);

	enum tms_status st = group ? evaluate(e, words, group) : e->scratch->status;
	for (size_t i = 0; st == TMS_OK && i < e->words; i++)
		bits[i] = join == JOIN_OR ? bits[i] | group[i] : bits[i] & group[i];
	tms_arena_rewind(e->scratch, mark);
	return st;
}

/* The part that begins here, into bits. */
static enum tms_status evaluate(
	const struct index_evaluation *e, const uint32_t *words, uint64_t *bits)
{
	enum join join = words[0] & INDEX_WORD_ANY ? JOIN_OR : JOIN_AND;
	enum tms_status st = TMS_OK;
	size_t end = index_word_extent(words[0]);

	if (!(words[0] & INDEX_WORD_GROUP)) {
		bool negated = words[0] & INDEX_WORD_NOT;
		all_or_none(e, negated, bits);
		return join_leaf(e, words[0], negated ? JOIN_AND : JOIN_OR, bits);
	}
	if (end == 1) {
		all_or_none(e, join == JOIN_AND, bits);
		return TMS_OK;
	}
	st = evaluate(e, words + 1, bits);
	for (size_t at = 1 + index_word_extent(words[1]); st == TMS_OK && at < end;
		at += index_word_extent(words[at])) {
		if (join == JOIN_AND && is_empty(bits, e->words))
			break;
		st = words[at] & INDEX_WORD_GROUP ? join_group(e, words + at, join, bits)
						  : join_leaf(e, words[at], join, bits);
	}
	return st;
}

enum tms_status index_evaluate(const struct index_evaluation *evaluation, uint64_t *bits)
{
	size_t mark = tms_arena_mark(evaluation->scratch);
	enum tms_status st = evaluate(evaluation, evaluation->program.words, bits);

	tms_arena_rewind(evaluation->scratch, mark);
	return st;
}

/* One item at one moment. */
struct asking {
	const struct index_evaluation *e;
	const struct tms_merged *item;
	struct index_moment moment;
	uint32_t slot;
	enum tms_status status;
};

static bool leaf_holds(struct asking *a, uint32_t word)
{
	uint32_t leaf = word & INDEX_WORD_BELOW;
	const struct index_row *row;
	bool holds = false;

	if (index_leaf_at(a->e->leaves, leaf)->flags & INDEX_LEAF_MOVES) {
		holds = index_leaf_holds(
			a->e->leaves, leaf, a->item, a->moment.now, a->moment.numbers_at);
	} else if (a->status == TMS_OK) {
		a->status = index_leaf_row(a->e->leaves, leaf, a->e->now, &row);
		holds = a->status == TMS_OK && index_row_has(row, a->slot);
	}
	return holds != (bool)(word & INDEX_WORD_NOT);
}

static bool holds_here(struct asking *a, const uint32_t *words)
{
	bool any = words[0] & INDEX_WORD_ANY;
	size_t end = index_word_extent(words[0]);

	if (!(words[0] & INDEX_WORD_GROUP))
		return leaf_holds(a, words[0]);
	for (size_t at = 1; at < end; at += index_word_extent(words[at]))
		if (holds_here(a, words + at) == any)
			return any;
	return !any;
}

enum tms_status index_evaluate_at(const struct index_evaluation *evaluation, uint32_t slot,
	const struct tms_merged *item, struct index_moment moment, bool *holds)
{
	struct asking a = { evaluation, item, moment, slot, TMS_OK };

	*holds = holds_here(&a, evaluation->program.words);
	return a.status;
}

tms_time index_evaluate_turn(const struct index_evaluation *evaluation,
	const struct tms_merged *item, tms_time after, tms_time best)
{
	struct index_program program = evaluation->program;

	for (size_t i = 0; i < program.count; i++) {
		uint32_t leaf = program.words[i] & INDEX_WORD_BELOW;
		if (!(program.words[i] & INDEX_WORD_GROUP) &&
			(index_leaf_at(evaluation->leaves, leaf)->flags & INDEX_LEAF_CLOCK))
			best = index_leaf_turn(evaluation->leaves, leaf, item, after, best);
	}
	return best;
}
