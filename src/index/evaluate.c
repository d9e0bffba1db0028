/* Boolean evaluation of programs: over the rows of large owners, or for one item at a moment. Pages
 * of small owners: narrow.c. */
#include "evaluate.h"

#include "narrow.h"

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
	if (all)
		memcpy(bits, e->scope->masks, e->scope->small * sizeof(*bits));
	else
		memset(bits, 0, e->scope->small * sizeof(*bits));
}

static bool is_empty(const uint64_t *bits, size_t words)
{
	uint64_t any = 0;

	for (size_t i = 0; i < words; i++)
		any |= bits[i];
	return any == 0;
}

/* bits |= masks & ~row */
static enum tms_status or_not(const struct index_evaluation *e, const struct index_row *row,
	const uint64_t *masks, size_t count, uint64_t *bits)
{
	size_t mark = tms_arena_mark(e->scratch);
	uint64_t *rest = TMS_ARENA_ROOM(e->scratch, uint64_t, count);

	if (!rest)
		return e->scratch->status;
	memcpy(rest, masks, count * sizeof(*rest));
	index_row_subtract(row, rest, count);
	for (size_t i = 0; i < count; i++)
		bits[i] |= rest[i];
	tms_arena_rewind(e->scratch, mark);
	return TMS_OK;
}

/* The pages of a large owner: by the leaf's row. */
static enum tms_status join_row(const struct index_evaluation *e, uint32_t word, enum join join,
	const struct index_segment *segment, uint64_t *bits)
{
	bool negated = word & INDEX_WORD_NOT;
	const struct index_row *row;

	bits += segment->first;
	enum tms_status st =
		index_leaf_row(e->leaves, word & INDEX_WORD_BELOW, segment->owner, e->now, &row);
	if (st != TMS_OK)
		return st;
	if (join == JOIN_OR && negated)
		return or_not(e, row, e->scope->masks + segment->first, segment->count, bits);
	if (join == JOIN_OR)
		index_row_or(row, bits, segment->count);
	else if (negated)
		index_row_subtract(row, bits, segment->count);
	else
		index_row_and(row, bits, segment->count);
	return TMS_OK;
}

static enum tms_status join_leaf(
	const struct index_evaluation *e, uint32_t word, enum join join, uint64_t *bits)
{
	const struct index_scope *scope = e->scope;
	enum tms_status st = TMS_OK;

	if (index_leaf_at(e->leaves, word & INDEX_WORD_BELOW)->flags & e->open) {
		if (e->open_holds == (join == JOIN_OR))
			all_or_none(e, e->open_holds, bits);
		return TMS_OK;
	}
	for (size_t i = 0; i < scope->segments_count && st == TMS_OK; i++)
		st = join_row(e, word, join, &scope->segments[i], bits);
	return st;
}

static enum tms_status evaluate(
	const struct index_evaluation *e, const uint32_t *words, uint64_t *bits);

static enum tms_status join_group(
	const struct index_evaluation *e, const uint32_t *words, enum join join, uint64_t *bits)
{
	size_t mark = tms_arena_mark(e->scratch);
	uint64_t *group = TMS_ARENA_ROOM(e->scratch, uint64_t, e->scope->small);

	enum tms_status st = group ? evaluate(e, words, group) : e->scratch->status;
	for (size_t i = 0; st == TMS_OK && i < e->scope->small; i++)
		bits[i] = join == JOIN_OR ? bits[i] | group[i] : bits[i] & group[i];
	tms_arena_rewind(e->scratch, mark);
	return st;
}

/* The part that begins here, into bits: for the pages of large owners. */
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
		if (join == JOIN_AND && is_empty(bits, e->scope->small))
			break;
		st = words[at] & INDEX_WORD_GROUP ? join_group(e, words + at, join, bits)
						  : join_leaf(e, words[at], join, bits);
	}
	return st;
}

/* The pages of small owners. */
static struct index_area small_area(const struct index_evaluation *e)
{
	const struct index_scope *scope = e->scope;

	return (struct index_area){ { scope->pages + scope->small, scope->count - scope->small,
					    e->filter },
		scope->masks + scope->small };
}

enum tms_status index_evaluate(const struct index_evaluation *evaluation, uint64_t *bits)
{
	const struct index_scope *scope = evaluation->scope;
	size_t mark = tms_arena_mark(evaluation->scratch);
	enum tms_status st = TMS_OK;

	if (scope->small > 0)
		st = evaluate(evaluation, evaluation->program.words, bits);
	for (size_t i = 0; i < scope->small; i++)
		bits[i] &= scope->masks[i]; /* rows know of slots that are not in it */
	if (st == TMS_OK && scope->small < scope->count) {
		const struct index_area area = small_area(evaluation);
		st = index_narrow(evaluation, &area, bits + scope->small);
	}
	tms_arena_rewind(evaluation->scratch, mark);
	return st;
}

/* One item at one moment. */
struct asking {
	struct index_evaluation *e;
	const struct tms_merged *item;
	struct index_moment moment;
	size_t position;
	enum tms_status status;
};

/* A leaf of all positions, into bits that are clear. */
static enum tms_status ask_all(const struct index_evaluation *e, uint32_t leaf, uint64_t *bits)
{
	enum tms_status st = join_leaf(e, leaf, JOIN_OR, bits);

	if (st != TMS_OK || e->scope->small == e->scope->count)
		return st;
	const struct index_area area = small_area(e);
	return index_narrow_leaf(e, leaf, &area, bits + e->scope->small);
}

/* The positions for which a leaf holds that does not move: asked for all of them once. */
static const uint64_t *known(struct asking *a, const uint32_t *word)
{
	struct index_evaluation *e = a->e;
	size_t at = (size_t)(word - e->program.words), count = e->scope->count;

	if (!e->known)
		e->known = TMS_ARENA_ARRAY(e->scratch, uint64_t *, e->program.count);
	if (e->known && !e->known[at]) {
		uint64_t *bits = TMS_ARENA_ARRAY(e->scratch, uint64_t, count);
		if (bits)
			a->status = ask_all(e, *word & INDEX_WORD_BELOW, bits);
		e->known[at] = bits && a->status == TMS_OK ? bits : NULL;
	}
	if (e->scratch->status != TMS_OK)
		a->status = e->scratch->status;
	return e->known && a->status == TMS_OK ? e->known[at] : NULL;
}

static bool leaf_holds(struct asking *a, const uint32_t *word)
{
	uint32_t leaf = *word & INDEX_WORD_BELOW;
	bool holds = false;

	if (index_leaf_at(a->e->leaves, leaf)->flags & INDEX_LEAF_MOVES) {
		holds = index_leaf_holds(
			a->e->leaves, leaf, a->item, a->moment.now, a->moment.numbers_at);
	} else if (a->status == TMS_OK) {
		const uint64_t *bits = known(a, word);
		holds = bits && (bits[a->position / INDEX_PAGE] >> a->position % INDEX_PAGE & 1);
	}
	return holds != (bool)(*word & INDEX_WORD_NOT);
}

static bool holds_here(struct asking *a, const uint32_t *words)
{
	bool any = words[0] & INDEX_WORD_ANY;
	size_t end = index_word_extent(words[0]);

	if (!(words[0] & INDEX_WORD_GROUP))
		return leaf_holds(a, words);
	for (size_t at = 1; at < end; at += index_word_extent(words[at]))
		if (holds_here(a, words + at) == any)
			return any;
	return !any;
}

enum tms_status index_evaluate_at(struct index_evaluation *evaluation, size_t position,
	const struct tms_merged *item, struct index_moment moment, bool *holds)
{
	struct asking a = { evaluation, item, moment, position, TMS_OK };

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
