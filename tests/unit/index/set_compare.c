/* What sets say, held against the reference and against an index of their own. */
#include "set_world.h"

#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include "window/view_item.h"

void set_world_differ(const struct set_world *world, size_t set, size_t rule,
	const struct showing *showing, const char *what, int64_t got, int64_t reference)
{
	const struct live_rule *live = rule < SET_RULES ? &world->rules[rule].live : NULL;

	printf("\n%s: sets %lld, reference %lld\nseed %llu, epoch %zu, step %llu, now %lld, %zu "
	       "papers; set %zu of windows %x\nrule: %.*s\n",
		what, (long long)got, (long long)reference, (unsigned long long)world->seed,
		world->epoch, (unsigned long long)world->steps, (long long)world->now,
		world->pool_count, set, world->list[set].windows,
		TMS_STR_ARGS(live ? live->text : TMS_STR_NONE));
	if (showing) {
		printf("listed by %x\n", showing->windows);
		tell_item(&showing->subject);
	}
	if (showing && live)
		tell_rule(live, &world->named, showing->item, &showing->subject, world->now);
	tell_named(&world->named);
	(void)fflush(stdout);
	fail_msg("%s", what);
}

/* ---- one set: its items ---- */

/* A set as it should be, and as it is. */
struct look {
	struct set_world *world;
	size_t set;
	struct showing *shown[POOL_MAX]; /* by id */
	struct tms_view_item *items[POOL_MAX];
	size_t count;
};

static bool is_same_runs(const char *a, const char *b, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct tms_str x, y;
		memcpy(&x, a + i * sizeof(x), sizeof(x));
		memcpy(&y, b + i * sizeof(y), sizeof(y));
		if (!tms_str_equal(x, y))
			return false;
	}
	return true;
}

static bool is_same_list(const struct tms_item_list *list, const char *a, const char *b)
{
	const char *x, *y;
	size_t count, other;

	memcpy(&x, a + list->offset, sizeof(x));
	memcpy(&y, b + list->offset, sizeof(y));
	memcpy(&count, a + list->count_offset, sizeof(count));
	memcpy(&other, b + list->count_offset, sizeof(other));
	if (count != other)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!is_same_runs(x + i * list->size, y + i * list->size, list->runs))
			return false;
	return true;
}

/* Byte by byte, unless both are made of the same packed items. */
static bool is_same_text(const struct tms_view_item *a, const struct tms_view_item *b)
{
	const struct tms_merged *x = &a->merged, *y = &b->merged;
	size_t runs_count, lists_count;
	const struct tms_item_run *runs = tms_item_runs(&runs_count);
	const struct tms_item_list *lists = tms_item_lists(&lists_count);

	if (view_item_same_text(a, b))
		return true;
	if (x->sources_count != y->sources_count ||
		!is_same_runs((const char *)x->sources, (const char *)y->sources, x->sources_count))
		return false;
	for (size_t i = 0; i < x->joined_count; i++)
		if (!tms_str_equal(x->joined[i].term, y->joined[i].term) ||
			!tms_str_equal(x->joined[i].label, y->joined[i].label))
			return false;
	for (size_t i = 0; i < runs_count; i++)
		if (!is_same_runs((const char *)&x->item + runs[i].offset,
			    (const char *)&y->item + runs[i].offset, 1))
			return false;
	for (size_t i = 0; i < lists_count; i++)
		if (!is_same_list(&lists[i], (const char *)&x->item, (const char *)&y->item))
			return false;
	return true;
}

static bool is_same_item(const struct tms_view_item *a, const struct tms_view_item *b)
{
	const struct tms_merged *x = &a->merged, *y = &b->merged;

	if (a->version != b->version || x->joined_count != y->joined_count || !is_same_text(a, b) ||
		x->first_seen != y->first_seen || x->updated != y->updated ||
		x->item.published != y->item.published || x->item.submitted != y->item.submitted)
		return false;
	for (size_t n = 0; n < TMS_NUMBERS; n++) {
		size_t bytes = x->numbers[n].count * sizeof(struct tms_step);
		if (x->item.numbers[n] != y->item.numbers[n] ||
			x->numbers[n].count != y->numbers[n].count ||
			(bytes && memcmp(x->numbers[n].steps, y->numbers[n].steps, bytes) != 0))
			return false;
	}
	return true;
}

/* Each item once, in order, and of what its own windows say. */
static void look_at(struct look *look)
{
	struct set_world *world = look->world;
	unsigned windows = world->list[look->set].windows;

	for (size_t i = 0; i < world->pool_count; i++) {
		struct showing *showing = pool_show(world, world->order[i], windows);
		if (showing)
			look->shown[look->count++] = showing;
	}
	size_t count = sets_count(world->sets, look->set);
	for (size_t i = 0; i < look->count; i++) {
		struct showing *showing = look->shown[i];
		struct tms_str id = showing->item->merged.item.id;
		look->items[i] = i < count ? sets_at(world->sets, look->set, i) : NULL;
		if (!look->items[i] || !tms_str_equal(look->items[i]->merged.item.id, id))
			set_world_differ(
				world, look->set, SET_RULES, showing, "shown", (int64_t)i, 1);
		if (!is_same_item(look->items[i], showing->item))
			set_world_differ(world, look->set, SET_RULES, showing, "what is shown",
				(int64_t)look->items[i]->version, (int64_t)showing->item->version);
		world->shared += showing->item->merged.sources_count > 1;
		world->joined += showing->item->merged.joined_count > 0;
	}
	if (count != look->count)
		set_world_differ(world, look->set, SET_RULES, NULL, "count", (int64_t)count,
			(int64_t)look->count);
}

/* ---- one rule ---- */

struct chosen {
	const struct look *look;
	size_t at;
	tms_time entered;
};

static int by_entered(const void *a, const void *b)
{
	const struct chosen *x = a, *y = b;
	const struct tms_view_item *p = x->look->shown[x->at]->item;
	const struct tms_view_item *q = y->look->shown[y->at]->item;

	if (x->entered != y->entered)
		return x->entered > y->entered ? -1 : 1;
	if (p->merged.item.published != q->merged.item.published)
		return p->merged.item.published > q->merged.item.published ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

static uint32_t number_of(const struct look *look, size_t rule)
{
	return rule < SET_RULES ? look->world->list[look->set].numbers[rule] : TMS_INDEX_NONE;
}

static void compare_list(const struct look *look, size_t rule, const struct tms_selection *got,
	const struct chosen *wanted, bool has_entered)
{
	for (size_t i = 0; i < got->count; i++) {
		const struct showing *showing = look->shown[wanted[i].at];
		if (got->list[i].item != look->items[wanted[i].at])
			set_world_differ(look->world, look->set, rule, showing, "place", (int64_t)i,
				(int64_t)wanted[i].at);
		if (has_entered && got->list[i].entered != wanted[i].entered)
			set_world_differ(look->world, look->set, rule, showing, "entered",
				got->list[i].entered, wanted[i].entered);
	}
}

/* Which item it is, told by asking for all of them. */
static void find_difference(const struct look *look, size_t rule)
{
	struct set_world *world = look->world;
	struct tms_arena arena = { 0 };
	struct tms_selection all;

	sets_select(
		world->sets, look->set, number_of(look, rule), world->now, SIZE_MAX, &arena, &all);
	for (size_t i = 0; i < look->count; i++) {
		bool is_kept = false, holds = showing_ask(world, look->shown[i], rule)->holds;
		for (size_t k = 0; k < all.count; k++)
			is_kept |= all.list[k].item == look->items[i];
		if (is_kept != holds)
			set_world_differ(
				world, look->set, rule, look->shown[i], "kept", is_kept, holds);
	}
	set_world_differ(world, look->set, rule, NULL, "kept_count", (int64_t)all.kept_count, -1);
}

static size_t roll_most(struct set_world *world)
{
	static const size_t most[] = { SIZE_MAX, SIZE_MAX, SIZE_MAX, 100, 20, 3, 1, 0 };

	return ROLL_FROM(&world->dice, most);
}

static void compare_counts(const struct look *look, size_t rule, const struct tms_selection *got,
	size_t kept, size_t listed, size_t most)
{
	if (got->kept_count != kept)
		find_difference(look, rule);
	if (got->seen_count != look->count || got->count != (listed < most ? listed : most))
		set_world_differ(look->world, look->set, rule, NULL, "counts", (int64_t)got->count,
			(int64_t)listed);
}

/* Some of what asking takes is done before, or all of it, as before an answer. */
static void prepare(struct look *look, size_t rule)
{
	struct set_world *world = look->world;
	size_t work = 1 + roll(&world->dice, 40);
	bool all = chance(&world->dice, 2);

	if (rule == SET_RULES || chance(&world->dice, 2))
		return;
	world->list[look->set].is_prepared[rule] = true;
	while (sets_prepare(world->sets, look->set, number_of(look, rule), world->now, work) && all)
		;
}

/* What was prepared at an earlier time may say less, and not more. */
static void compare_expires(const struct look *look, size_t rule, tms_time got, tms_time expires)
{
	const struct set_world *world = look->world;
	bool is_early = got > world->now && got < expires;

	if (rule == SET_RULES || got == expires ||
		(is_early && world->list[look->set].is_prepared[rule]))
		return;
	set_world_differ(world, look->set, rule, NULL, "expires", got, expires);
}

static void compare_rule(struct look *look, size_t rule)
{
	struct set_world *world = look->world;
	struct chosen wanted[POOL_MAX];
	size_t kept = 0, most = roll_most(world);
	tms_time expires = TMS_TIME_MAX;
	struct tms_arena arena = { 0 };
	struct tms_selection got;

	for (size_t i = 0; i < look->count; i++) {
		const struct verdict *verdict = showing_ask(world, look->shown[i], rule);
		expires = verdict->change < expires ? verdict->change : expires;
		if (verdict->holds)
			wanted[kept++] = (struct chosen){ look, i, verdict->entered };
	}
	qsort(wanted, kept, sizeof(*wanted), by_entered);
	prepare(look, rule);
	sets_select(world->sets, look->set, number_of(look, rule), world->now, most, &arena, &got);
	compare_counts(look, rule, &got, kept, kept, most);
	compare_list(look, rule, &got, wanted, true);
	compare_expires(look, rule, got.expires, expires);
	world->pairs += look->count;
	world->kept += kept;
	world->expiring += expires != TMS_TIME_MAX;
	tms_arena_free(&arena);
}

/* What it does not keep, by first_seen. */
static void compare_dropped(struct look *look, size_t rule)
{
	struct set_world *world = look->world;
	struct chosen wanted[POOL_MAX];
	size_t dropped = 0, most = roll_most(world);
	struct tms_arena arena = { 0 };
	struct tms_selection got;

	for (size_t i = 0; i < look->count; i++)
		if (!showing_ask(world, look->shown[i], rule)->holds)
			wanted[dropped++] =
				(struct chosen){ look, i, look->shown[i]->item->merged.first_seen };
	qsort(wanted, dropped, sizeof(*wanted), by_entered);
	sets_select_dropped(
		world->sets, look->set, number_of(look, rule), world->now, most, &arena, &got);
	compare_counts(look, rule, &got, look->count - dropped, dropped, most);
	compare_list(look, rule, &got, wanted, false);
	tms_arena_free(&arena);
}

static void compare_difference(struct look *look, size_t old, size_t new)
{
	struct set_world *world = look->world;
	size_t kept = 0, leave = 0, come = 0;
	struct tms_difference got;

	for (size_t i = 0; i < look->count; i++) {
		bool before = showing_ask(world, look->shown[i], old)->holds;
		bool after = showing_ask(world, look->shown[i], new)->holds;
		kept += before;
		leave += before && !after;
		come += after && !before;
	}
	sets_differ(world->sets, look->set, number_of(look, old), number_of(look, new), world->now,
		&got);
	if (got.seen_count != look->count || got.kept_count != kept)
		set_world_differ(world, look->set, old, NULL, "differ", (int64_t)got.kept_count,
			(int64_t)kept);
	if (got.leave != leave || got.come != come)
		set_world_differ(
			world, look->set, new, NULL, "differ", (int64_t)got.come, (int64_t)come);
}

/* The set's rules from some one on, and none. */
static size_t list_rules(struct set_world *world, size_t set, size_t rules[SET_RULES + 1])
{
	size_t count = 0, from = roll(&world->dice, SET_RULES + 1);

	for (size_t i = 0; i <= SET_RULES; i++) {
		size_t rule = (i + from) % (SET_RULES + 1);
		if (rule == SET_RULES || world->list[set].references[rule])
			rules[count++] = rule;
	}
	return count;
}

void set_world_compare(struct set_world *world, size_t set)
{
	struct look look = { .world = world, .set = set };
	size_t rules[SET_RULES + 1], count = list_rules(world, set, rules);
	uint32_t numbers[SET_RULES + 1];

	look_at(&look);
	for (size_t i = 0; i < count; i++)
		numbers[i] = number_of(&look, rules[i]);
	if (chance(&world->dice, 2))
		sets_prefetch(world->sets, set, numbers, count);
	for (size_t i = 0; i < count; i++)
		compare_rule(&look, rules[i]);
	compare_dropped(&look, rules[roll(&world->dice, (uint32_t)count)]);
	compare_difference(&look, rules[roll(&world->dice, (uint32_t)count)],
		rules[roll(&world->dice, (uint32_t)count)]);
}

/* ---- an index of its own ---- */

static struct tms_view *fresh_view(const struct set_world *world, size_t set)
{
	struct tms_window *windows[SET_WINDOWS];
	struct tms_view *view = NULL;
	size_t count = 0;

	for (size_t w = SET_WINDOWS; w-- > 0;)
		if (world->list[set].windows >> w & 1)
			windows[count++] = world->windows[w];
	assert_int_equal(tms_view_new(&view), TMS_OK);
	tms_view_join(view, world->known);
	assert_int_equal(tms_view_refresh(view, windows, count), TMS_OK);
	return view;
}

static void compare_selections(const struct set_world *world, size_t set, size_t rule,
	const struct tms_selection *got, const struct tms_selection *fresh)
{
	if (got->kept_count != fresh->kept_count || got->count != fresh->count ||
		got->seen_count != fresh->seen_count)
		set_world_differ(world, set, rule, NULL, "fresh: counts", (int64_t)got->kept_count,
			(int64_t)fresh->kept_count);
	if (got->expires != fresh->expires && !world->list[set].is_prepared[rule])
		set_world_differ(
			world, set, rule, NULL, "fresh: expires", got->expires, fresh->expires);
	for (size_t i = 0; i < got->count; i++)
		if (!is_same_item(got->list[i].item, fresh->list[i].item) ||
			got->list[i].entered != fresh->list[i].entered)
			set_world_differ(world, set, rule, NULL, "fresh: place", (int64_t)i,
				got->list[i].entered - fresh->list[i].entered);
}

void set_world_compare_fresh(struct set_world *world, size_t set)
{
	const struct tms_query_options options = live_rule_options(&world->named);
	struct tms_view *view = fresh_view(world, set);
	struct tms_index *index = NULL;
	struct tms_selection got, fresh;
	struct tms_arena arena = { 0 };
	struct tms_diag diag = { 0 };
	size_t rules[SET_RULES + 1], count = list_rules(world, set, rules);

	assert_int_equal(tms_index_new((struct tms_hash_seed){ 1, 2 }, &index), TMS_OK);
	for (size_t i = 0; i < tms_view_count(view); i++)
		assert_int_equal(tms_index_put(index, tms_view_at(view, i), NULL), TMS_OK);
	for (size_t i = 0; i < count; i++) {
		size_t most = roll_most(world);
		uint32_t number = TMS_INDEX_NONE, own = TMS_INDEX_NONE;
		if (rules[i] < SET_RULES) {
			own = world->list[set].numbers[rules[i]];
			assert_int_equal(tms_index_add_rule(index, world->rules[rules[i]].live.text,
						 &options, &number, &diag),
				TMS_OK);
		}
		sets_select(world->sets, set, own, world->now, most, &arena, &got);
		assert_int_equal(
			tms_index_select(index, number, world->now, most, &arena, &fresh), TMS_OK);
		compare_selections(world, set, rules[i], &got, &fresh);
		world->fresh += fresh.seen_count;
	}
	tms_arena_free(&arena);
	tms_index_free(index);
	tms_view_free(view);
}
