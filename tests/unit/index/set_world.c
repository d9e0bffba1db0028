/* What happens in the world of sets: rules, sets, time, and all of it by turns. */
#include "set_world.h"

#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#define NOON INT64_C(1772452800) /* 2026-03-02T12:00:00Z */

/* ---- rules ---- */

static void add_rule_to(struct set_world *world, size_t set, size_t rule)
{
	const struct tms_query_options options = live_rule_options(&world->named);
	struct world_set *at = &world->list[set];
	struct tms_diag diag = { 0 };
	uint32_t number = 0;

	if (!sets_add_rule(
		    world->sets, set, world->rules[rule].live.text, &options, &number, &diag)) {
		printf("%s at %u:%u\n", diag.text, diag.line, diag.column);
		set_world_differ(world, set, rule, NULL, "refused", 0, 1);
	}
	if (at->references[rule])
		assert_int_equal(at->numbers[rule], number);
	else
		at->since[rule] = ++world->serials, at->is_prepared[rule] = false;
	at->numbers[rule] = number;
	at->references[rule]++;
}

static void remove_rule_from(struct set_world *world, size_t set, size_t rule)
{
	sets_remove_rule(world->sets, set, world->list[set].numbers[rule]);
	world->list[set].references[rule]--;
}

static void remove_rule(struct set_world *world, size_t rule)
{
	for (size_t s = 0; s < SETS_MAX; s++)
		while (world->list[s].references[rule])
			remove_rule_from(world, s, rule);
	live_rule_drop(&world->rules[rule].live);
}

/* Its words are those of what is shown somewhere. subjects: room for 8. */
static struct rule_maker maker_of(struct set_world *world, const struct subject **subjects)
{
	struct rule_maker maker = { .dice = &world->dice,
		.subjects = subjects,
		.named = world->named.named,
		.named_count = NAMED,
		.now = world->now };

	for (size_t i = 0; i < 8; i++) {
		const struct showing *showing = pool_show(world,
			roll(&world->dice, (uint32_t)world->pool_count), (1u << SET_WINDOWS) - 1);
		if (showing)
			subjects[maker.subjects_count++] = &showing->subject;
	}
	return maker;
}

static void add_rule(struct set_world *world, size_t rule)
{
	static const enum rule_kind kinds[] = { RULE_ANY, RULE_ANY, RULE_ANY, RULE_ANY, RULE_ANY,
		RULE_ANY, RULE_ANY, RULE_SOURCE, RULE_SOURCE, RULE_WIDE };
	const struct subject *subjects[8];
	struct rule_maker maker = maker_of(world, subjects);

	maker.kind = ROLL_FROM(&world->dice, kinds);
	live_rule_make(&world->rules[rule].live, &maker);
	world->rules[rule].serial = ++world->serials;
	for (size_t s = 0; s < SETS_MAX; s++)
		if (world->list[s].windows && !chance(&world->dice, 4))
			add_rule_to(world, s, rule);
}

void set_world_change_rule(struct set_world *world)
{
	size_t rule = roll(&world->dice, SET_RULES), set = roll(&world->dice, SETS_MAX);

	if (!world->rules[rule].live.is_alive)
		add_rule(world, rule);
	else if (chance(&world->dice, 3))
		remove_rule(world, rule);
	else if (world->list[set].references[rule] && chance(&world->dice, 2))
		remove_rule_from(world, set, rule);
	else if (world->list[set].windows && world->list[set].references[rule] < 3)
		add_rule_to(world, set, rule);
}

/* ---- sets ---- */

static bool is_had(const struct set_world *world, unsigned windows)
{
	for (size_t s = 0; s < SETS_MAX; s++)
		if (world->list[s].windows == windows)
			return true;
	return false;
}

/* Of one window to all. */
static void make_set(struct set_world *world, size_t set)
{
	unsigned windows = 0;

	for (uint32_t n = 1 + roll(&world->dice, SET_WINDOWS); n > 0;) {
		unsigned bit = 1u << roll(&world->dice, SET_WINDOWS);
		n -= !(windows & bit);
		windows |= bit;
	}
	if (is_had(world, windows))
		return;
	world->list[set] = (struct world_set){ .windows = windows };
	sets_make(world->sets, set, windows);
	for (size_t r = 0; r < SET_RULES; r++)
		if (world->rules[r].live.is_alive && !chance(&world->dice, 4))
			add_rule_to(world, set, r);
}

static void drop_set(struct set_world *world, size_t set)
{
	for (size_t r = 0; r < SET_RULES; r++)
		while (world->list[set].references[r])
			remove_rule_from(world, set, r);
	sets_drop(world->sets, set);
	world->list[set] = (struct world_set){ 0 };
}

static void change_set(struct set_world *world)
{
	size_t set = roll(&world->dice, SETS_MAX);

	if (!world->list[set].windows)
		make_set(world, set);
	else if (chance(&world->dice, 3))
		drop_set(world, set);
}

static void drop_window(struct set_world *world, size_t window)
{
	for (size_t s = 0; s < SETS_MAX; s++)
		if (world->list[s].windows >> window & 1)
			drop_set(world, s);
	sets_window_goes(world->sets, window);
	tms_window_free(world->windows[window]);
	world->windows[window] = NULL;
}

/* A source is taken away; another one comes in its place. */
static void replace_window(struct set_world *world)
{
	size_t window = roll(&world->dice, SET_WINDOWS);

	drop_window(world, window);
	set_window_new(world, window);
	pool_touch_all(world);
	set_window_list(world, window, 30, false);
}

/* ---- all together ---- */

void set_world_move_time(struct set_world *world)
{
	static const tms_time steps[] = { 1, 20, 60, TMS_HOUR_S, 5 * TMS_HOUR_S, TMS_DAY_S,
		TMS_DAY_S, 7 * TMS_DAY_S, -TMS_HOUR_S, -30, -1 };

	world->now += ROLL_FROM(&world->dice, steps);
}

void set_world_change(struct set_world *world)
{
	static const uint32_t lengths[] = { 1, 1, 4, SET_LISTED_MAX };
	size_t window = roll(&world->dice, SET_WINDOWS);
	uint32_t side = roll(&world->dice, 40);

	if (side < 8)
		set_window_list(world, window, ROLL_FROM(&world->dice, lengths), false);
	else if (side < 14)
		set_window_list(world, window, 8, true);
	else if (side < 16)
		set_window_retire(world, world->windows[window]);
	else if (side < 20)
		set_world_learn(world);
	else if (side < 21)
		set_window_retire(world, world->known);
	else if (side < 24)
		set_window_store(world, window);
	else if (side < 29)
		set_world_move_time(world);
	else if (side < 34)
		set_world_change_rule(world);
	else if (side < 39 || !chance(&world->dice, 4))
		change_set(world);
	else
		replace_window(world);
}

void set_world_follow(struct set_world *world, bool all)
{
	static const size_t works[] = { 1, 10, 200, SIZE_MAX };
	size_t work = ROLL_FROM(&world->dice, works);

	while (sets_follow(world->sets, work) && (all || !chance(&world->dice, 4)))
		;
}

static int by_id(const void *a, const void *b, void *world)
{
	const struct pool_paper *pool = ((struct set_world *)world)->pool;

	return strcmp(pool[*(const size_t *)a].id, pool[*(const size_t *)b].id);
}

void set_world_begin(struct set_world *world, size_t pool_count)
{
	struct tms_hash_seed seed = { world->dice.state, 7 };
	const struct subject *subjects[8];
	struct sets_stats stats;

	world->now = NOON + (tms_time)roll(&world->dice, TMS_DAY_S);
	world->pool_count = pool_count;
	for (size_t i = 0; i < pool_count; i++) {
		(void)snprintf(world->pool[i].id, sizeof(world->pool[i].id),
			i % 8 == 5   ? "url:https://x.org/%zu"
			: i % 8 == 2 ? "id:tag:%zu"
				     : "arxiv:2508.%05zu",
			i);
		world->order[i] = i;
	}
	qsort_r(world->order, pool_count, sizeof(world->order[0]), by_id, world);
	assert_int_equal(tms_window_new(TMS_STR("known"), seed, &world->known), TMS_OK);
	world->sets = sets_new(seed, world->known);
	sets_stats(world->sets, &stats);
	world->empty_bytes = stats.bytes;
	for (size_t w = 0; w < SET_WINDOWS; w++)
		set_window_new(world, w);
	for (size_t w = 0; w < SET_WINDOWS; w++)
		for (size_t n = 0; n < 1 + pool_count / 40; n++)
			set_window_list(world, w, SET_LISTED_MAX, false);
	set_world_learn(world);
	struct rule_maker maker = maker_of(world, subjects);
	named_rules_make(&world->named, &maker);
}

void set_world_end(struct set_world *world)
{
	bool rules_first = chance(&world->dice, 2);
	struct sets_stats stats;

	for (size_t r = 0; rules_first && r < SET_RULES; r++)
		if (world->rules[r].live.is_alive)
			remove_rule(world, r);
	for (size_t s = 0; s < SETS_MAX; s++)
		if (world->list[s].windows)
			drop_set(world, s);
	for (size_t r = 0; r < SET_RULES; r++)
		if (world->rules[r].live.is_alive)
			remove_rule(world, r);
	for (size_t w = 0; w < SET_WINDOWS; w++) {
		drop_window(world, w);
		tms_buf_free(&world->older[w]);
	}
	pool_touch_all(world); /* frees what was shown */
	sets_stats(world->sets, &stats);
	assert_int_equal(stats.items, 0);
	assert_int_equal(stats.rules, 0);
	assert_int_equal(stats.references, 0);
	assert_int_equal(stats.leaves, 0);
	assert_int_equal(stats.bytes, world->empty_bytes);
	sets_free(world->sets);
	tms_window_free(world->known);
	world->sets = NULL;
	world->known = NULL;
	named_rules_drop(&world->named);
}
