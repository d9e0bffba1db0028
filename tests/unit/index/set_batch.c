/* Batches of sets: which rules of which sets are told of which items. */
#include "set_world.h"

#include "test.h"

#define NUMBERS_MAX (SET_RULES * 8) /* of a set's rules; they are used again */

struct told {
	uint64_t masks[SETS_MAX][NUMBERS_MAX];
	bool is_twice[SETS_MAX][NUMBERS_MAX];
};

struct asked {
	size_t papers[TMS_BATCH_ITEMS_MAX];
	struct tms_str ids[TMS_BATCH_ITEMS_MAX];
	size_t count;
	/* as each set has its rules when the batch begins; others may or may not be told of */
	uint64_t since[SETS_MAX][SET_RULES];
};

static void tell(void *context, size_t set, uint32_t rule, uint64_t items)
{
	struct told *told = context;

	assert_true(set < SETS_MAX && rule < NUMBERS_MAX && items != 0);
	told->is_twice[set][rule] |= told->masks[set][rule] != 0;
	told->masks[set][rule] |= items;
}

static void roll_ids(struct set_world *world, struct asked *asked)
{
	size_t most = 1 + roll(&world->dice, TMS_BATCH_ITEMS_MAX);

	for (size_t i = roll(&world->dice, (uint32_t)world->pool_count);
		i < world->pool_count && asked->count < most; i += 1 + roll(&world->dice, 2)) {
		asked->papers[asked->count] = i;
		asked->ids[asked->count++] = tms_str_from(world->pool[i].id);
	}
	for (size_t s = 0; s < SETS_MAX; s++)
		for (size_t r = 0; r < SET_RULES; r++)
			if (world->list[s].references[r])
				asked->since[s][r] = world->list[s].since[r];
}

/* What is wanted of a rule that was there all the time. */
static void compare_rule(struct set_world *world, const struct asked *asked,
	const struct told *told, size_t window, size_t set, size_t rule)
{
	unsigned windows = world->list[set].windows;
	uint32_t number = world->list[set].numbers[rule];

	if (told->is_twice[set][number])
		set_world_differ(world, set, rule, NULL, "times that a rule is told of", 2, 1);
	for (size_t i = 0; i < asked->count; i++) {
		struct showing *showing =
			windows >> window & 1 ? pool_show(world, asked->papers[i], windows) : NULL;
		bool holds = showing && showing_ask(world, showing, rule)->holds;
		bool is_told = told->masks[set][number] >> i & 1;
		if (is_told != holds)
			set_world_differ(world, set, rule, showing, "batch", is_told, holds);
		world->batch_kept += holds;
		world->batch_pairs += showing != NULL;
	}
}

/* Rules that are told of, and that no set has: those that came or went meanwhile apart. */
static void compare_masks(struct set_world *world, const struct asked *asked,
	const struct told *told, bool is_disturbed)
{
	for (size_t s = 0; s < SETS_MAX; s++) {
		uint64_t known[NUMBERS_MAX] = { 0 };
		for (size_t r = 0; r < SET_RULES; r++) {
			if (!world->list[s].references[r])
				continue;
			known[world->list[s].numbers[r]] = 1;
			if (asked->since[s][r] == world->list[s].since[r])
				compare_rule(world, asked, told, world->batch_window, s, r);
		}
		for (size_t n = 0; n < NUMBERS_MAX && !is_disturbed; n++)
			if (told->masks[s][n] != 0 && !known[n])
				set_world_differ(world, s, SET_RULES, NULL, "told of no rule",
					(int64_t)n, -1);
	}
}

void set_world_compare_batch(struct set_world *world)
{
	static const size_t works[] = { 1, 3, 50, TMS_BATCH_ALL, TMS_BATCH_ALL };
	struct asked asked = { .count = 0 };
	struct told told = { 0 };
	size_t work = ROLL_FROM(&world->dice, works);
	bool disturbs = chance(&world->dice, 3), is_disturbed = false;

	roll_ids(world, &asked);
	world->batch_window = roll(&world->dice, SET_WINDOWS);
	sets_batch_begin(world->sets, world->batch_window, asked.ids, asked.count, world->now);
	while (sets_batch_step(world->sets, work, tell, &told)) {
		if (chance(&world->dice, 200)) { /* as when it is overtaken */
			sets_batch_end(world->sets);
			return;
		}
		if (disturbs && chance(&world->dice, 8)) {
			set_world_change_rule(world);
			is_disturbed = true;
		}
	}
	sets_batch_end(world->sets);
	compare_masks(world, &asked, &told, is_disturbed);
}
