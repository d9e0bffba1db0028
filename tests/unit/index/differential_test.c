/*
 * The index against the reference: random rules and random and real items, while both come and go,
 * numbers rise, texts change and time moves. After each step every rule is asked, and what the
 * index selects, in which order and until when is what the reference says; and so are the masks of
 * batches.
 *
 * TAMIS_SEED              where the dice begin
 * TAMIS_DIFFERENTIAL_PAIRS  how many verdicts of a rule on an item are compared
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include "turns.h"
#include "world.h"

#define NOON INT64_C(1772452800) /* 2026-03-02T12:00:00Z */
#ifndef __has_feature
#define __has_feature(name) 0
#endif
#if defined(__SANITIZE_THREAD__) || __has_feature(thread_sanitizer) ||                             \
	defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define PAIRS 100000
#else
#define PAIRS 300000
#endif

/* Its words are those of these items. subjects: borrowed; room for 8. */
static struct rule_maker maker_of(struct world *world, const struct subject **subjects)
{
	struct rule_maker maker = { .dice = &world->dice,
		.subjects = subjects,
		.named = world->named.named,
		.named_count = NAMED,
		.now = world->now };

	for (size_t i = 0; world->papers_count > 0 && i < 8; i++) {
		const struct paper *paper =
			&world->papers[roll(&world->dice, (uint32_t)world->papers_count)];
		if (paper->is_in)
			subjects[maker.subjects_count++] = &paper->subject;
	}
	return maker;
}

/* The text that the index keeps of a rule reads as the rule. */
static void check_text(struct world *world, const struct live_rule *rule)
{
	size_t authors_count = 0;
	const struct tms_query_authors *authors = invented_authors(&authors_count);
	const struct tms_query_options plain = {
		.limits = { .bytes = 1000000, .terms = 100000, .depth = 200, .cost = 100000000 },
		.authors = authors,
		.authors_count = authors_count,
		.topics = invented_topics(),
		.zones = invented_zones(),
	};
	struct tms_str text = tms_index_rule_text(world->index, rule->number);
	struct tms_query *query = NULL;
	struct tms_diag diag = { 0 };

	if (tms_query_parse(text, &plain, &query, &diag) != TMS_OK) {
		if (tms_str_find(text, TMS_STR("()"), 0) !=
			SIZE_MAX) /* a rule that asks for nothing */
			return;
		printf("%.*s is kept as %.*s: %s\n", TMS_STR_ARGS(rule->text), TMS_STR_ARGS(text),
			diag.text);
		world_differ(world, rule, NULL, "text", 0, 1);
	}
	for (size_t i = 0; i < world->papers_count && i < 8; i++) {
		struct paper *paper = &world->papers[i];
		bool holds = query_holds(query, paper->item, world->now);
		if (holds != reference_holds(rule->ask, &paper->subject, world->now)) {
			printf("kept as %.*s\n", TMS_STR_ARGS(text));
			world_differ(world, rule, paper, "text", holds, !holds);
		}
	}
	tms_query_free(query);
}

static void add_rule(struct world *world)
{
	const struct tms_query_options options = live_rule_options(&world->named);
	struct live_rule *rule = &world->rules[world->rules_count];
	const struct subject *subjects[8];
	struct tms_diag diag = { 0 };
	uint32_t again;

	if (world->rules_count == RULES_MAX)
		return;
	struct rule_maker maker = maker_of(world, subjects);
	live_rule_make(rule, &maker);
	enum tms_status st =
		tms_index_add_rule(world->index, rule->text, &options, &rule->number, &diag);
	if (st != TMS_OK) {
		printf("%s at %u:%u\n", diag.text, diag.line, diag.column);
		world_differ(world, rule, NULL, "refused", 0, 1);
	}
	if (chance(&world->dice, 4)) { /* the same once more, and let go of */
		assert_int_equal(
			tms_index_add_rule(world->index, rule->text, &options, &again, &diag),
			TMS_OK);
		assert_int_equal(again, rule->number);
		tms_index_remove_rule(world->index, again);
	}
	world->rules_count++;
	check_text(world, rule);
}

static void remove_rule(struct world *world, size_t which)
{
	struct live_rule *rule = &world->rules[which];

	tms_index_remove_rule(world->index, rule->number);
	live_rule_drop(rule);
	*rule = world->rules[--world->rules_count];
}

#define NUMBERS_MAX (RULES_MAX * 4) /* of rules; they are used again */

struct told {
	uint64_t masks[NUMBERS_MAX];
	uint32_t times[NUMBERS_MAX], wanted[NUMBERS_MAX]; /* that it was told of, if it keeps any */
	bool is_new[NUMBERS_MAX]; /* came or went since the batch began: may be told of */
};

static void tell(void *context, uint32_t rule, uint64_t items)
{
	struct told *told = context;

	assert_true(rule < NUMBERS_MAX);
	assert_true(items != 0);
	assert_true(told->times[rule] == 0 || told->masks[rule] == items);
	told->masks[rule] = items;
	told->times[rule]++;
}

/* Rules come and go while a batch is under way. */
static void disturb(struct world *world, struct told *told)
{
	if (chance(&world->dice, 2) && world->rules_count < RULES_MAX) {
		add_rule(world);
		told->is_new[world->rules[world->rules_count - 1].number] = true;
	} else if (world->rules_count > 0) {
		size_t which = roll(&world->dice, (uint32_t)world->rules_count);
		told->is_new[world->rules[which].number] = true;
		remove_rule(world, which);
	}
}

struct asked {
	struct paper *papers[TMS_BATCH_ITEMS_MAX];
	uint32_t slots[TMS_BATCH_ITEMS_MAX];
	size_t count;
};

static void roll_batch(struct world *world, struct asked *asked)
{
	size_t most = 1 + roll(&world->dice, TMS_BATCH_ITEMS_MAX);

	for (size_t i = roll(&world->dice, (uint32_t)world->papers_count);
		i < world->papers_count && asked->count < most; i += 1 + roll(&world->dice, 2)) {
		struct paper *paper = &world->papers[i];
		if (!paper->is_in)
			continue;
		asked->papers[asked->count] = paper;
		asked->slots[asked->count++] =
			tms_index_find(world->index, tms_str_from(paper->id));
	}
}

static void compare_masks(struct world *world, const struct told *told, const struct asked *asked)
{
	bool known[NUMBERS_MAX] = { false };

	for (size_t r = 0; r < world->rules_count; r++) {
		const struct live_rule *rule = &world->rules[r];
		known[rule->number] = true;
		if (told->is_new[rule->number])
			continue;
		if (told->masks[rule->number] != 0 &&
			told->times[rule->number] != told->wanted[rule->number])
			world_differ(world, rule, NULL, "times that a rule is told of",
				told->times[rule->number], told->wanted[rule->number]);
		for (size_t i = 0; i < asked->count; i++) {
			const struct subject *subject = &asked->papers[i]->subject;
			bool told_of = told->masks[rule->number] >> i & 1;
			bool holds = reference_holds(rule->ask, subject, world->now);
			if (told_of != holds)
				world_differ(
					world, rule, asked->papers[i], "batch", told_of, holds);
			world->batch_kept += holds;
			world->batch_pairs++;
		}
	}
	for (size_t r = 0; r < NUMBERS_MAX; r++)
		if (told->masks[r] != 0 && !known[r] && !told->is_new[r])
			world_differ(world, NULL, NULL, "told of no rule", (int64_t)r, -1);
}

/* ---- rules by list: each that there is, some of them more than once ---- */

#define LIST_MAX (RULES_MAX * 2)

struct list {
	uint32_t rules[LIST_MAX];
	size_t count;
};

static void roll_list(struct world *world, struct list *list)
{
	size_t first = roll(&world->dice, RULES_MAX);

	for (size_t i = 0; i < world->rules_count; i++) {
		uint32_t rule = world->rules[(first + i) % world->rules_count].number;
		list->rules[list->count++] = rule;
		if (chance(&world->dice, 4))
			list->rules[list->count++] = rule;
	}
}

/* The first were asked, and others are not in the index any more. */
static void shorten_list(const struct world *world, struct list *list, size_t asked)
{
	size_t count = 0;

	for (size_t i = asked; i < list->count; i++) {
		bool is_there = false;
		for (size_t r = 0; r < world->rules_count; r++)
			is_there |= world->rules[r].number == list->rules[i];
		if (is_there)
			list->rules[count++] = list->rules[i];
	}
	list->count = count;
}

static void step_list(struct world *world, struct tms_batch *batch, size_t work, struct list *list,
	struct told *told)
{
	size_t asked = tms_batch_ask(batch, list->rules, list->count, &work, tell, told);

	for (size_t i = 0; i < asked; i++)
		told->wanted[list->rules[i]]++;
	shorten_list(world, list, asked);
}

/* By lists, by all rules, or by both at once. */
static void ask_batch(struct world *world)
{
	static const size_t works[] = { 1, 3, 50, TMS_BATCH_ALL };
	struct asked asked = { .count = 0 };
	struct told by_list = { 0 }, by_all = { 0 };
	struct list list = { .count = 0 };
	size_t work = ROLL_FROM(&world->dice, works);
	bool disturbed = chance(&world->dice, 2), is_listed = chance(&world->dice, 2);
	bool more = !is_listed || chance(&world->dice, 3), is_all = more;
	struct tms_batch *batch = NULL;

	roll_batch(world, &asked);
	if (asked.count == 0)
		return;
	if (is_listed)
		roll_list(world, &list);
	for (size_t i = 0; i < NUMBERS_MAX; i++)
		by_all.wanted[i] = 1;
	assert_int_equal(
		tms_batch_new(world->index, asked.slots, asked.count, world->now, &batch), TMS_OK);
	while (more || list.count > 0) {
		if (list.count > 0)
			step_list(world, batch, work, &list, &by_list);
		if (more)
			more = tms_batch_step(batch, work, tell, &by_all);
		if ((more || list.count > 0) && disturbed && chance(&world->dice, 8)) {
			disturb(world, &by_all);
			shorten_list(world, &list, 0);
		}
	}
	tms_batch_free(batch);
	memcpy(by_list.is_new, by_all.is_new, sizeof(by_all.is_new));
	if (is_listed)
		compare_masks(world, &by_list, &asked);
	if (is_all)
		compare_masks(world, &by_all, &asked);
}

static void put(struct world *world, struct paper *paper)
{
	uint32_t before = tms_index_find(world->index, tms_str_from(paper->id)), slot;

	assert_int_equal(before != TMS_INDEX_NONE, paper->is_in);
	assert_int_equal(tms_index_put(world->index, paper->item, &slot), TMS_OK);
	if (paper->is_in)
		assert_int_equal(slot, before);
	paper->is_in = true;
	assert_true(slot < tms_index_slots(world->index));
	assert_ptr_equal(tms_index_at(world->index, slot), paper->item);
	assert_int_equal(tms_index_find(world->index, tms_str_from(paper->id)), slot);
}

static void remove_paper(struct world *world, struct paper *paper)
{
	tms_index_remove(world->index, tms_str_from(paper->id));
	paper->is_in = false;
	assert_int_equal(tms_index_find(world->index, tms_str_from(paper->id)), TMS_INDEX_NONE);
}

static void move_time(struct world *world)
{
	static const tms_time steps[] = { 1, 60, TMS_HOUR_S, 5 * TMS_HOUR_S, TMS_DAY_S,
		7 * TMS_DAY_S, -TMS_HOUR_S };

	world->now += ROLL_FROM(&world->dice, steps);
}

static void change_paper(struct world *world)
{
	struct paper *paper = &world->papers[roll(&world->dice, (uint32_t)world->papers_count)];
	uint32_t side = roll(&world->dice, 10);

	if (side < 3) {
		remove_paper(world, paper);
		return;
	}
	if (side < 6)
		paper_rewrite(paper, &world->dice, &world->real, world->now);
	else if (side < 9)
		paper_count(paper, &world->dice, world->now);
	else
		paper_swap(paper);
	put(world, paper);
}

static void step(struct world *world)
{
	uint32_t side = roll(&world->dice, 10);

	world->steps++;
	if (side < 3)
		add_rule(world);
	else if (side == 3 && world->rules_count > 0)
		remove_rule(world, roll(&world->dice, (uint32_t)world->rules_count));
	else if (side == 4)
		move_time(world);
	else
		change_paper(world);
	for (size_t i = 0; i < world->rules_count; i++)
		world_ask_rule(world, &world->rules[i]);
	if (chance(&world->dice, 4))
		world_ask_rule(world, NULL);
	if (chance(&world->dice, 3))
		ask_batch(world);
}

static void begin_epoch(struct world *world)
{
	static const size_t sizes[] = { 1, 4, 20, 40, 70, 140, PAPERS_MAX };
	const struct subject *subjects[8];
	struct tms_hash_seed seed = { world->dice.state, 7 };

	world->epoch_end = world->pairs + world->wanted / TMS_COUNT(sizes) / 2 + 1;
	world->now = NOON + (tms_time)roll(&world->dice, TMS_DAY_S);
	assert_int_equal(tms_index_new(seed, &world->index), TMS_OK);
	world->papers_count = sizes[world->epoch % TMS_COUNT(sizes)];
	for (size_t i = 0; i < world->papers_count; i++) {
		paper_init(&world->papers[i], &world->dice, &world->real, i, world->now);
		put(world, &world->papers[i]);
	}
	struct rule_maker maker = maker_of(world, subjects);
	named_rules_make(&world->named, &maker);
}

/* Everything goes in some order; then nothing is left. */
static void end_epoch(struct world *world)
{
	struct tms_index_stats stats;
	bool rules_first = chance(&world->dice, 2), all = !chance(&world->dice, 4);

	while (all && rules_first && world->rules_count > 0)
		remove_rule(world, roll(&world->dice, (uint32_t)world->rules_count));
	for (size_t i = 0; all && i < world->papers_count; i++)
		remove_paper(world, &world->papers[i]);
	while (all && world->rules_count > 0)
		remove_rule(world, roll(&world->dice, (uint32_t)world->rules_count));
	tms_index_stats(world->index, &stats);
	if (all) {
		assert_int_equal(stats.items, 0);
		assert_int_equal(stats.rules, 0);
		assert_int_equal(stats.rule_references, 0);
		assert_int_equal(stats.leaves, 0);
		assert_int_equal(tms_index_count(world->index), 0);
	}
	while (world->rules_count > 0)
		live_rule_drop(&world->rules[--world->rules_count]);
	tms_index_free(world->index);
	world->index = NULL;
	world->epoch++;
	for (size_t i = 0; i < world->papers_count; i++)
		paper_fini(&world->papers[i]);
	named_rules_drop(&world->named);
}

/* Some steps of the epoch that goes on, or the next one's. */
static bool turn(void *context)
{
	struct world *world = context;

	if (!world->index)
		begin_epoch(world);
	for (int steps = 0; steps < 20 && world->pairs < world->epoch_end; steps++)
		step(world);
	if (world->pairs >= world->epoch_end)
		end_epoch(world);
	return world->index || world->pairs < world->wanted;
}

static void turn_over(bool by_turns)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	world->wanted = number_from("TAMIS_DIFFERENTIAL_PAIRS", PAIRS) / (by_turns ? 4 : 1);
	world->seed = number_from("TAMIS_SEED", 20260301);
	world->dice.state = world->seed;
	real_items_load(&world->real, 400);
	if (by_turns)
		take_turns(turn, world);
	while (turn(world))
		;
	printf("seed %llu: %zu epochs, %llu steps; %llu pairs of a rule and an item, %llu kept, "
	       "%llu answers that expire; %llu pairs in batches, %llu kept; %zu real items; "
	       "0 differences\n",
		(unsigned long long)world->seed, world->epoch, (unsigned long long)world->steps,
		(unsigned long long)world->pairs, (unsigned long long)world->kept,
		(unsigned long long)world->expiring, (unsigned long long)world->batch_pairs,
		(unsigned long long)world->batch_kept, world->real.count);
	assert_in_range(world->kept, world->pairs / 20, world->pairs / 2);
	assert_true(world->expiring > 0);
	real_items_free(&world->real);
	free(world);
}

static void the_index_says_what_the_reference_says(void **state)
{
	(void)state;
	turn_over(false);
}

/* For ThreadSanitizer: nothing of it belongs to the thread that it was made on. */
static void and_does_when_two_threads_take_turns(void **state)
{
	(void)state;
	turn_over(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_index_says_what_the_reference_says),
		cmocka_unit_test(and_does_when_two_threads_take_turns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
