/*
 * The cases of sets_test.c and sets_catalog_test.c, whatever holds the sets.
 *
 * Many sets over the same windows: six windows that list the same papers, twelve sets of one to six
 * of them that come and go, each with rules of its own, while papers are listed, voted for and
 * retired, categories become known, and time moves. After each step each set shows what its own
 * windows say and nothing else, and each of its rules selects, in which order and until when, what
 * the reference says of just these windows (set_reference.c), and what an index made for the set
 * alone says; and so do batches.
 *
 * TAMIS_SEED       where the dice begin
 * TAMIS_SET_PAIRS  how many verdicts of a set's rule on an item are compared
 */
#include "../make.h"

#include <stdio.h>
#include <stdlib.h>

#include <tamis/join.h>

#include "set_world.h"

#ifndef __has_feature
#define __has_feature(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define PAIRS 100000
#else
#define PAIRS 400000
#endif

static size_t roll_set(struct set_world *world)
{
	return roll(&world->dice, SETS_MAX);
}

/* Some of the windows' changes are shown: nothing is compared, but everything must be whole. */
static void ask_halfway(struct set_world *world)
{
	size_t set = roll_set(world), rule = roll(&world->dice, SET_RULES);
	struct tms_arena arena = { 0 };
	struct tms_selection got;

	if (!world->list[set].windows || !world->list[set].references[rule])
		return;
	sets_select(world->sets, set, world->list[set].numbers[rule], world->now, SIZE_MAX, &arena,
		&got);
	assert_int_equal(got.count, got.kept_count);
	assert_in_range(got.count, 0, got.seen_count);
	assert_int_equal(got.seen_count, sets_count(world->sets, set));
	for (size_t i = 1; i < got.count; i++)
		assert_true(got.list[i - 1].entered >= got.list[i].entered);
	tms_arena_free(&arena);
}

static void forget(struct set_world *world)
{
	size_t set = roll_set(world);

	if (world->list[set].windows && chance(&world->dice, 3))
		sets_forget(world->sets, set);
}

static void compare_all(struct set_world *world)
{
	for (size_t s = 0, from = roll_set(world); s < SETS_MAX; s++)
		if (world->list[(s + from) % SETS_MAX].windows)
			set_world_compare(world, (s + from) % SETS_MAX);
}

static void step(struct set_world *world)
{
	world->steps++;
	for (uint32_t n = 1 + roll(&world->dice, 3); n > 0; n--) {
		set_world_change(world);
		if (!chance(&world->dice, 3))
			continue;
		set_world_follow(world, false);
		ask_halfway(world);
		forget(world);
	}
	set_world_follow(world, true);
	forget(world);
	sets_check(world->sets);
	compare_all(world);
	while (chance(&world->dice, 4)) { /* what is kept of the answers is asked for again */
		if (chance(&world->dice, 2))
			set_world_move_time(world);
		else
			set_world_change_rule(world);
		compare_all(world);
	}
	size_t set = roll_set(world);
	if (chance(&world->dice, 8) && world->list[set].windows)
		set_world_compare_fresh(world, set);
	if (chance(&world->dice, 2))
		set_world_compare_batch(world);
}

static void each_set_says_what_its_own_windows_say(void **state)
{
	static const size_t sizes[] = { 5, 20, 40, 70, POOL_MAX };
	struct set_world *world = calloc(1, sizeof(*world));
	(void)state;

	assert_non_null(world);
	world->wanted = number_from("TAMIS_SET_PAIRS", PAIRS);
	world->seed = number_from("TAMIS_SEED", 20261201);
	world->dice.state = world->seed;
	real_items_load(&world->real, 400);
	while (world->pairs < world->wanted) {
		world->epoch_end = world->pairs + world->wanted / TMS_COUNT(sizes) / 2 + 1;
		set_world_begin(world, sizes[world->epoch % TMS_COUNT(sizes)]);
		while (world->pairs < world->epoch_end)
			step(world);
		set_world_end(world);
		world->epoch++;
	}
	printf("seed %llu: %zu epochs, %llu steps; %llu pairs of a set's rule and an item, %llu "
	       "kept, %llu answers that expire; %llu items of several windows, %llu joined; %llu "
	       "pairs in batches, %llu kept; %llu of fresh indexes; 0 differences\n",
		(unsigned long long)world->seed, world->epoch, (unsigned long long)world->steps,
		(unsigned long long)world->pairs, (unsigned long long)world->kept,
		(unsigned long long)world->expiring, (unsigned long long)world->shared,
		(unsigned long long)world->joined, (unsigned long long)world->batch_pairs,
		(unsigned long long)world->batch_kept, (unsigned long long)world->fresh);
	assert_in_range(world->kept, world->pairs / 20, world->pairs / 5 * 4);
	assert_true(world->expiring > 0 && world->shared > 0 && world->joined > 0);
	assert_true(world->batch_kept > 0 && world->fresh > 0);
	real_items_free(&world->real);
	free(world);
}

/* ---- private sources ---- */

enum { ARXIV, HF, PRIVATE, OTHER_PRIVATE, PLACES };
#define HAS(place) (1u << (place))
#define ONE TMS_STR_INIT("arxiv:2508.00001")
#define TWO TMS_STR_INIT("arxiv:2508.00002")
#define THREE TMS_STR_INIT("arxiv:2508.00003")

static const unsigned takes[] = { HAS(ARXIV), HAS(HF), HAS(ARXIV) | HAS(HF),
	HAS(ARXIV) | HAS(HF) | HAS(OTHER_PRIVATE), HAS(OTHER_PRIVATE), HAS(PRIVATE),
	HAS(ARXIV) | HAS(PRIVATE), HAS(HF) | HAS(PRIVATE), HAS(PRIVATE) | HAS(OTHER_PRIVATE) };

/* Everything that the claim says and nobody else. */
#define CLAIMED "zebra OR category:cs.RO OR upvotes>=100 OR source:private OR id:2508.00003"

struct claims {
	struct tms_window *windows[PLACES], *known;
	struct sets *sets;
	uint32_t claimed[TMS_COUNT(takes)], all[TMS_COUNT(takes)];
	uint64_t before[TMS_COUNT(takes)]; /* what each set showed */
};

static uint32_t add_to(struct claims *claims, size_t set, const char *text)
{
	const struct tms_query_options options = { .limits = { .scan_cost = 1000 } };
	struct tms_diag diag = { 0 };
	uint32_t rule = 0;

	if (!sets_add_rule(claims->sets, set, tms_str_from(text), &options, &rule, &diag))
		fail_msg("%s", diag.text);
	return rule;
}

static void set_up(struct claims *claims)
{
	static const char *const names[PLACES] = { "arxiv", "daily", "private", "other" };

	claims->known = make_window("known");
	claims->sets = sets_new((struct tms_hash_seed){ 1, 2 }, claims->known);
	for (size_t w = 0; w < PLACES; w++) {
		claims->windows[w] = make_window(names[w]);
		sets_window_comes(claims->sets, w, claims->windows[w]);
	}
	for (size_t s = 0; s < TMS_COUNT(takes); s++) {
		sets_make(claims->sets, s, takes[s]);
		claims->claimed[s] = add_to(claims, s, CLAIMED);
		claims->all[s] = add_to(claims, s, "words OR zebra");
	}
}

static void tear_down(struct claims *claims)
{
	sets_free(claims->sets);
	for (size_t w = 0; w < PLACES; w++)
		tms_window_free(claims->windows[w]);
	tms_window_free(claims->known);
}

/* What others say: arXiv of two papers, Hugging Face of one, a person of another. */
static void say_true(struct claims *claims, tms_time now)
{
	static struct tms_category cl[] = { { .term = TMS_STR_INIT("cs.CL") } };
	struct tms_item papers[] = { make_item("arxiv:2508.00001", "Words", TMS_ORIGIN_ARXIV_API),
		make_item("arxiv:2508.00002", "Plain words", TMS_ORIGIN_ARXIV_API) };
	struct tms_item listed = make_item("arxiv:2508.00001", "Words", TMS_ORIGIN_HF_API);
	struct tms_item own = make_item("arxiv:2508.00002", "My words", TMS_ORIGIN_OTHER);

	papers[0].categories = papers[1].categories = cl;
	papers[0].categories_count = papers[1].categories_count = 1;
	listed.numbers[TMS_NUMBER_UPVOTES] = 3;
	(void)apply_items(claims->windows[ARXIV], papers, 2, now);
	(void)apply_items(claims->windows[HF], &listed, 1, now);
	(void)apply_items(claims->windows[OTHER_PRIVATE], &own, 1, now);
}

/* A private source lists them as well: as arXiv, earlier, loved, with other words and categories;
 * and one that nobody has. */
static void say_false(struct claims *claims, tms_time now)
{
	static struct tms_category ro[] = { { .term = TMS_STR_INIT("cs.RO") } };
	struct tms_item claimed[] = { make_item(
					      "arxiv:2508.00001", "A zebra", TMS_ORIGIN_ARXIV_API),
		make_item("arxiv:2508.00002", "Two zebras", TMS_ORIGIN_HF_API),
		make_item("arxiv:2508.00003", "Three zebras", TMS_ORIGIN_ARXIV_FEED) };

	for (size_t i = 0; i < TMS_COUNT(claimed); i++) {
		claimed[i].categories = ro;
		claimed[i].categories_count = 1;
		claimed[i].numbers[TMS_NUMBER_UPVOTES] = 900;
		claimed[i].published = now - 30 * DAY;
	}
	(void)apply_items(claims->windows[PRIVATE], claimed, TMS_COUNT(claimed), now);
}

/* Categories become known as the service lets them: by sources of the configuration. */
static void learn_open(struct claims *claims, tms_time now)
{
	for (size_t i = 0; i < tms_window_count(claims->windows[HF]); i++) {
		struct tms_item item;
		if (tms_join_need(tms_window_at(claims->windows[HF], i), claims->windows, 2,
			    claims->known, now, &item) == TMS_JOIN_COPY)
			(void)apply_items(claims->known, &item, 1, now);
	}
	while (sets_follow(claims->sets, 7))
		;
}

static uint64_t digest(const struct claims *claims, size_t set)
{
	uint64_t sum = sets_count(claims->sets, set);

	for (size_t i = 0; i < sets_count(claims->sets, set); i++) {
		const struct tms_view_item *item = sets_at(claims->sets, set, i);
		sum += tms_hash(
			(struct tms_hash_seed){ item->version, i }, item->merged.item.title);
	}
	return sum;
}

struct heard {
	unsigned claimed, all; /* sets that were told of the rule */
	const struct claims *claims;
};

static void hear(void *context, size_t set, uint32_t rule, uint64_t items)
{
	struct heard *heard = context;

	assert_true(items != 0 && set < TMS_COUNT(takes));
	if (rule == heard->claims->claimed[set])
		heard->claimed |= 1u << set;
	else if (rule == heard->claims->all[set])
		heard->all |= 1u << set;
	else
		fail_msg("told of a rule that the set has not");
}

static size_t kept_of(const struct claims *claims, size_t set, uint32_t rule)
{
	struct tms_arena arena = { 0 };
	struct tms_selection got;

	sets_select(claims->sets, set, rule, NOON + DAY, 10, &arena, &got);
	tms_arena_free(&arena);
	return got.kept_count;
}

/* Nobody else sees a thing of it; those who take the source see all of it. */
static void check_claims(struct claims *claims)
{
	const struct tms_str ids[] = { ONE, TWO, THREE };
	unsigned with = 0, heard_claimed = 0;

	for (size_t s = 0; s < TMS_COUNT(takes); s++) {
		bool has_it = takes[s] & HAS(PRIVATE);
		with |= has_it ? 1u << s : 0;
		assert_int_equal(kept_of(claims, s, claims->claimed[s]), has_it ? 3 : 0);
		assert_int_equal(sets_count(claims->sets, s) == 3, has_it);
		if (!has_it)
			assert_true(digest(claims, s) == claims->before[s]);
	}
	for (size_t w = 0; w < PLACES; w++) {
		struct heard heard = { .claims = claims };
		sets_batch_begin(claims->sets, w, ids, 3, NOON + DAY);
		while (sets_batch_step(claims->sets, 5, hear, &heard))
			;
		sets_batch_end(claims->sets);
		heard_claimed |= heard.claimed;
		for (size_t s = 0; s < TMS_COUNT(takes); s++)
			assert_int_equal(heard.all >> s & 1, takes[s] >> w & 1);
	}
	assert_int_equal(heard_claimed, with);
}

static void what_a_private_source_claims_reaches_no_set_without_it(void **state)
{
	(void)state;

	for (int claims_first = 0; claims_first < 2; claims_first++) {
		struct claims claims = { .known = NULL };
		set_up(&claims);
		say_true(&claims, NOON);
		learn_open(&claims, NOON);
		for (size_t s = 0; s < TMS_COUNT(takes); s++)
			claims.before[s] = digest(&claims, s);
		tear_down(&claims);

		set_up(&claims);
		if (claims_first)
			say_false(&claims, NOON - DAY);
		learn_open(&claims, NOON - DAY);
		say_true(&claims, NOON);
		learn_open(&claims, NOON);
		if (!claims_first)
			say_false(&claims, NOON + HOUR);
		learn_open(&claims, NOON + HOUR);
		assert_null(tms_window_find(claims.known, tms_str_from("arxiv:2508.00003")));
		check_claims(&claims);
		tear_down(&claims);
	}
}

/* Rules of one set are told of by that set alone, however equal the items are. */
static void a_rule_of_one_set_is_told_of_by_no_other(void **state)
{
	const struct tms_str ids[] = { ONE, TWO };
	struct claims claims = { .known = NULL };
	(void)state;

	set_up(&claims);
	say_true(&claims, NOON);
	learn_open(&claims, NOON);
	for (size_t s = 1; s < TMS_COUNT(takes); s++)
		sets_remove_rule(claims.sets, s, claims.all[s]);
	struct heard heard = { .claims = &claims };
	sets_batch_begin(claims.sets, ARXIV, ids, 2, NOON + DAY);
	while (sets_batch_step(claims.sets, TMS_BATCH_ALL, hear, &heard))
		;
	sets_batch_end(claims.sets);
	assert_int_equal(heard.all, 1);
	assert_int_equal(heard.claimed, 0);
	tear_down(&claims);
}

int set_cases_run(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_private_source_claims_reaches_no_set_without_it),
		cmocka_unit_test(a_rule_of_one_set_is_told_of_by_no_other),
		cmocka_unit_test(each_set_says_what_its_own_windows_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
