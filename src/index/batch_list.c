/*
 * Some rules asked of a few items. Masks of leaves are worked out when a program looks at them, and
 * kept in a table. What a rule needs lies anywhere in memory: of sixteen rules each step (rule,
 * program, leaves, plans) is fetched for all of them before the next.
 */
#include "batch_private.h"

#define TOGETHER 16
#define WORDS_FETCHED 32 /* of a program; longer ones are rare */

#define WORK_RULE 2 /* and one for each eighth word */
#define WORK_WORDS 8

/* A list that is shorter than this part of all rules is asked for less than all rules are. */
#define PART_OF_ALL 10

bool tms_batch_prefers_list(const struct tms_index *index, size_t count)
{
	return count < index->rules.records.count / PART_OF_ALL;
}

static void fetch_leaf(const struct tms_batch *batch, uint32_t leaf)
{
	__builtin_prefetch(index_leaf_at(&batch->index->leaves, leaf));
	index_mask_table_prefetch(&batch->masks, leaf);
}

static void fetch_plan(const struct tms_batch *batch, uint32_t leaf)
{
	if (!index_batch_lacks(batch, leaf))
		__builtin_prefetch(index_leaf_at(&batch->index->leaves, leaf)->plan);
}

static void each_leaf(const struct tms_batch *batch, uint32_t rule,
	void (*fetch)(const struct tms_batch *batch, uint32_t leaf))
{
	struct index_program program = index_rule_program(&batch->index->rules, rule);

	for (size_t i = 0; i < program.count && i < WORDS_FETCHED; i++)
		if (!(program.words[i] & INDEX_WORD_GROUP))
			fetch(batch, program.words[i] & INDEX_WORD_BELOW);
}

static void fetch_rules(const struct tms_batch *batch, const uint32_t *rules, size_t count)
{
	const struct index_rules *all = &batch->index->rules;

	for (size_t i = 0; i < count; i++)
		__builtin_prefetch(index_rule_at(all, rules[i]));
	for (size_t i = 0; i < count; i++)
		__builtin_prefetch(
			size_class_at(&all->programs, index_rule_at(all, rules[i])->program));
	for (size_t i = 0; i < count && !batch->has_masks; i++)
		each_leaf(batch, rules[i], fetch_leaf);
	for (size_t i = 0; i < count && !batch->has_masks; i++)
		each_leaf(batch, rules[i], fetch_plan);
}

/* False when work or memory is out: the next step asks it again. */
static bool ask_rule(struct tms_batch *batch, uint32_t rule, tms_batch_fn tell, void *context)
{
	if (index_batch_came_later(batch, rule)) {
		index_batch_spend(batch, 1);
		return true;
	}
	struct index_program program = index_rule_program(&batch->index->rules, rule);
	batch->is_short = false;
	uint64_t mask = index_batch_mask(batch, program.words);
	if (batch->is_short)
		return false;
	index_batch_spend(batch, WORK_RULE + program.count / WORK_WORDS);
	batch->index->rules_visited++;
	if (mask != 0)
		tell(context, rule, mask);
	return true;
}

/* As many as the work goes; how many were asked. */
static size_t ask_rules(struct tms_batch *batch, const uint32_t *rules, size_t count,
	tms_batch_fn tell, void *context)
{
	size_t asked = 0;

	while (asked < count && batch->work > 0) {
		size_t end = count - asked < TOGETHER ? count : asked + TOGETHER;
		fetch_rules(batch, rules + asked, end - asked);
		while (asked < end && batch->work > 0 &&
			ask_rule(batch, rules[asked], tell, context))
			asked++;
	}
	return asked;
}

size_t tms_batch_ask(struct tms_batch *batch, const uint32_t *rules, size_t count, size_t *work,
	tms_batch_fn tell, void *context)
{
	bool is_all = *work > (SIZE_MAX - INDEX_BATCH_UNIT) / INDEX_BATCH_UNIT;

	batch->work = is_all ? SIZE_MAX : *work * INDEX_BATCH_UNIT + batch->credit;
	if (*work == 0)
		return 0;
	size_t asked = ask_rules(batch, rules, count, tell, context);
	batch->credit = is_all ? 0 : batch->work % INDEX_BATCH_UNIT;
	if (!is_all || asked < count)
		*work = batch->work / INDEX_BATCH_UNIT;
	return asked;
}
