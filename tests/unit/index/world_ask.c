/* One rule asked of the index, and of the reference. */
#include "world.h"

#include "test.h"

#include <stdlib.h>

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

void world_ask_rule(struct world *world, const struct live_rule *rule)
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
