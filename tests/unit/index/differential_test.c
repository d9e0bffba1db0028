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

static uint64_t number_from(const char *name, uint64_t fallback)
{
	const char *text = getenv(name);
	int64_t value = 0;

	return text && tms_str_int64(tms_str_from(text), &value) && value > 0 ? (uint64_t)value
									      : fallback;
}

/* ---- asking ---- */

struct wanted {
	struct paper *paper;
	tms_time entered;
};

static int compare_wanted(const void *a, const void *b)
{
	const struct wanted *x = a, *y = b;
	tms_time p = x->paper->item->merged.item.published;
	tms_time q = y->paper->item->merged.item.published;

	if (x->entered != y->entered)
		return x->entered > y->entered ? -1 : 1;
	if (p != q)
		return p > q ? -1 : 1;
	return strcmp(x->paper->id, y->paper->id);
}

static void compare_lists(const struct world *world, const struct live_rule *rule,
	const struct tms_selection *got, const struct wanted *wanted)
{
	for (size_t i = 0; i < got->count; i++) {
		if (got->list[i].item != wanted[i].paper->item)
			world_differ(world, rule, wanted[i].paper, "place", (int64_t)i, (int64_t)i);
		if (got->list[i].entered != wanted[i].entered)
			world_differ(world, rule, wanted[i].paper, "entered", got->list[i].entered,
				wanted[i].entered);
	}
}

/* The kept ones are told apart by asking for all of them. */
static void find_difference(
	struct world *world, const struct live_rule *rule, struct wanted *wanted, size_t count)
{
	struct tms_arena arena = { 0 };
	struct tms_selection all;

	assert_int_equal(tms_index_select(world->index, rule ? rule->number : TMS_INDEX_NONE,
				 world->now, SIZE_MAX, &arena, &all),
		TMS_OK);
	for (size_t i = 0; i < world->papers_count; i++) {
		struct paper *paper = &world->papers[i];
		bool in_index = false, in_reference = false;
		for (size_t k = 0; k < all.count; k++)
			in_index |= all.list[k].item == paper->item;
		for (size_t k = 0; k < count; k++)
			in_reference |= wanted[k].paper == paper;
		if (in_index != in_reference)
			world_differ(world, rule, paper, "kept", in_index, in_reference);
	}
	world_differ(world, rule, NULL, "kept_count", (int64_t)all.kept_count, (int64_t)count);
}

static void ask_rule(struct world *world, const struct live_rule *rule)
{
	static const size_t most[] = { SIZE_MAX, SIZE_MAX, 100, 3, 1, 0 };
	struct wanted wanted[PAPERS_MAX];
	const struct ask *ask = rule ? rule->ask : NULL;
	size_t kept = 0, count = 0, max = ROLL_FROM(&world->dice, most);
	tms_time expires = TMS_TIME_MAX;
	struct tms_arena arena = { 0 };
	struct tms_selection got;

	for (size_t i = 0; i < world->papers_count; i++) {
		struct paper *paper = &world->papers[i];
		if (!paper->is_in)
			continue;
		count++;
		if (reference_holds(ask, &paper->subject, world->now))
			wanted[kept++] = (struct wanted){ paper,
				reference_entered(ask, &paper->subject, world->now) };
		if (!rule || !rule->has_age)
			continue;
		tms_time change = reference_next_change(ask, &paper->subject, world->now);
		expires = change < expires ? change : expires;
	}
	qsort(wanted, kept, sizeof(*wanted), compare_wanted);
	assert_int_equal(tms_index_select(world->index, rule ? rule->number : TMS_INDEX_NONE,
				 world->now, max, &arena, &got),
		TMS_OK);
	if (got.kept_count != kept)
		find_difference(world, rule, wanted, kept);
	if (got.seen_count != count || got.count != (kept < max ? kept : max))
		world_differ(world, rule, NULL, "counts", (int64_t)got.count, (int64_t)kept);
	compare_lists(world, rule, &got, wanted);
	if (rule && got.expires != expires)
		world_differ(world, rule, NULL, "expires", got.expires, expires);
	world->pairs += count;
	world->kept += kept;
	world->expiring += expires != TMS_TIME_MAX;
	tms_arena_free(&arena);
}

struct told {
	uint64_t masks[RULES_MAX * 4];
	bool twice;
};

static void tell(void *context, uint32_t rule, uint64_t items)
{
	struct told *told = context;

	assert_true(rule < TMS_COUNT(told->masks));
	assert_true(items != 0);
	told->twice |= told->masks[rule] != 0;
	told->masks[rule] = items;
}

static void ask_batch(struct world *world)
{
	struct paper *papers[TMS_BATCH_ITEMS_MAX];
	uint32_t slots[TMS_BATCH_ITEMS_MAX];
	static const size_t works[] = { 1, 3, 50, TMS_BATCH_ALL };
	size_t count = 0, most = 1 + roll(&world->dice, TMS_BATCH_ITEMS_MAX);
	size_t work = ROLL_FROM(&world->dice, works);
	struct told told = { 0 };
	struct tms_batch *batch = NULL;

	for (size_t i = roll(&world->dice, (uint32_t)world->papers_count);
		i < world->papers_count && count < most; i += 1 + roll(&world->dice, 2)) {
		if (!world->papers[i].is_in)
			continue;
		papers[count] = &world->papers[i];
		slots[count++] = tms_index_find(world->index, tms_str_from(world->papers[i].id));
	}
	if (count == 0)
		return;
	assert_int_equal(tms_batch_new(world->index, slots, count, world->now, &batch), TMS_OK);
	while (tms_batch_step(batch, work, tell, &told))
		;
	tms_batch_free(batch);
	if (told.twice)
		world_differ(world, NULL, NULL, "a rule is told of twice", 2, 1);
	for (size_t r = 0; r < world->rules_count; r++) {
		const struct live_rule *rule = &world->rules[r];
		for (size_t i = 0; rule->is_alive && i < count; i++) {
			bool told_of = told.masks[rule->number] >> i & 1;
			bool holds = reference_holds(rule->ask, &papers[i]->subject, world->now);
			if (told_of != holds)
				world_differ(world, rule, papers[i], "batch", told_of, holds);
			world->batch_kept += holds;
			world->batch_pairs++;
		}
	}
	for (size_t r = 0; r < TMS_COUNT(told.masks); r++) {
		bool known = told.masks[r] == 0;
		for (size_t i = 0; i < world->rules_count && !known; i++)
			known = world->rules[i].is_alive && world->rules[i].number == r;
		if (!known)
			world_differ(world, NULL, NULL, "told of a rule that is not there",
				(int64_t)r, -1);
	}
}

/* ---- what happens ---- */

static bool has_age(const struct ask *ask)
{
	for (; ask; ask = ask->next)
		if (ask->kind == ASK_AGE || has_age(ask->children))
			return true;
	return false;
}

static void make_rule(struct world *world, struct live_rule *rule, size_t named_count)
{
	const struct subject *subjects[8];
	struct tms_buf text = { 0 };
	struct rule_maker maker = { .dice = &world->dice,
		.arena = &rule->arena,
		.subjects = subjects,
		.named = world->named,
		.named_count = named_count,
		.now = world->now };

	for (size_t i = 0; world->papers_count > 0 && i < TMS_COUNT(subjects); i++) {
		const struct paper *paper =
			&world->papers[roll(&world->dice, (uint32_t)world->papers_count)];
		if (paper->is_in)
			subjects[maker.subjects_count++] = &paper->subject;
	}
	*rule = (struct live_rule){ .is_alive = true };
	rule->ask = invent_rule(&maker, &text);
	rule->has_age = has_age(rule->ask);
	rule->text = tms_arena_copy(&rule->arena, tms_buf_str(&text));
	tms_buf_free(&text);
}

static void drop_rule(struct live_rule *rule)
{
	ask_free(rule->ask);
	tms_arena_free(&rule->arena);
	*rule = (struct live_rule){ 0 };
}

/* The text that the index keeps of a rule reads as the rule. */
static void check_text(struct world *world, const struct live_rule *rule)
{
	static const struct tms_query_options plain = {
		.limits = { .bytes = 1000000, .terms = 100000, .depth = 200, .cost = 100000000 }
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
		bool holds = tms_query_matches(
			query, &paper->item->merged, tms_view_item_doc(paper->item), world->now);
		if (holds != reference_holds(rule->ask, &paper->subject, world->now)) {
			printf("kept as %.*s\n", TMS_STR_ARGS(text));
			world_differ(world, rule, paper, "text", holds, !holds);
		}
	}
	tms_query_free(query);
}

static void add_rule(struct world *world)
{
	const struct tms_query_options options = world_options(world);
	struct live_rule *rule = &world->rules[world->rules_count];
	struct tms_diag diag = { 0 };
	uint32_t again;

	if (world->rules_count == RULES_MAX)
		return;
	make_rule(world, rule, NAMED);
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

static void remove_rule(struct world *world)
{
	if (world->rules_count == 0)
		return;
	struct live_rule *rule = &world->rules[roll(&world->dice, (uint32_t)world->rules_count)];
	tms_index_remove_rule(world->index, rule->number);
	drop_rule(rule);
	*rule = world->rules[--world->rules_count];
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
	else if (side == 3)
		remove_rule(world);
	else if (side == 4)
		move_time(world);
	else
		change_paper(world);
	for (size_t i = 0; i < world->rules_count; i++)
		ask_rule(world, &world->rules[i]);
	if (chance(&world->dice, 4))
		ask_rule(world, NULL);
	if (chance(&world->dice, 3))
		ask_batch(world);
}

static void begin_epoch(struct world *world)
{
	static const size_t sizes[] = { 1, 4, 20, 40, 70, 140, PAPERS_MAX };
	static const char *const names[NAMED] = { "no-noise", "b", "third", "Über" };
	struct tms_hash_seed seed = { world->dice.state, 7 };

	world->epoch_end = world->pairs + world->wanted / TMS_COUNT(sizes) / 2 + 1;
	world->now = NOON + (tms_time)roll(&world->dice, TMS_DAY_S);
	assert_int_equal(tms_index_new(seed, &world->index), TMS_OK);
	world->papers_count = sizes[world->epoch % TMS_COUNT(sizes)];
	for (size_t i = 0; i < world->papers_count; i++) {
		paper_init(&world->papers[i], &world->dice, &world->real, i, world->now);
		put(world, &world->papers[i]);
	}
	for (size_t i = 0; i < NAMED; i++) {
		struct live_rule *rule = &world->named_rules[i];
		make_rule(world, rule, i);
		world->query_rules[i] =
			(struct tms_query_rule){ tms_str_from(names[i]), rule->text };
		world->named[i] = (struct named_rule){ world->query_rules[i], rule->ask };
	}
}

/* Everything goes in some order; then nothing is left. */
static void end_epoch(struct world *world)
{
	struct tms_index_stats stats;
	bool rules_first = chance(&world->dice, 2), all = !chance(&world->dice, 4);

	while (all && rules_first && world->rules_count > 0)
		remove_rule(world);
	for (size_t i = 0; all && i < world->papers_count; i++)
		remove_paper(world, &world->papers[i]);
	while (all && world->rules_count > 0)
		remove_rule(world);
	tms_index_stats(world->index, &stats);
	if (all) {
		assert_int_equal(stats.items, 0);
		assert_int_equal(stats.rules, 0);
		assert_int_equal(stats.rule_references, 0);
		assert_int_equal(stats.leaves, 0);
		assert_int_equal(tms_index_count(world->index), 0);
	}
	while (world->rules_count > 0)
		drop_rule(&world->rules[--world->rules_count]);
	tms_index_free(world->index);
	world->index = NULL;
	world->epoch++;
	for (size_t i = 0; i < world->papers_count; i++)
		paper_fini(&world->papers[i]);
	for (size_t i = 0; i < NAMED; i++)
		drop_rule(&world->named_rules[i]);
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
