/* What the windows of the world of sets list, lose and get back, and what is known of categories. */
#include "set_world.h"

#include "test.h"

#include <tamis/join.h>
#include <tamis/listing.h>

static const char *const names[SET_WINDOWS] = { "arxiv-cl", "Arxiv-LG", "daily-papers",
	"hf-trending", "zeitung", "blog" };
static const enum tms_origin origins[SET_WINDOWS][4] = {
	{ TMS_ORIGIN_ARXIV_API, TMS_ORIGIN_ARXIV_API, TMS_ORIGIN_ARXIV_FEED, TMS_ORIGIN_ARXIV_API },
	{ TMS_ORIGIN_ARXIV_FEED, TMS_ORIGIN_ARXIV_FEED, TMS_ORIGIN_ARXIV_FEED,
		TMS_ORIGIN_ARXIV_API },
	{ TMS_ORIGIN_HF_API, TMS_ORIGIN_HF_API, TMS_ORIGIN_HF_PAGE, TMS_ORIGIN_HF_API },
	{ TMS_ORIGIN_HF_PAGE, TMS_ORIGIN_HF_API, TMS_ORIGIN_HF_API, TMS_ORIGIN_HF_API },
	/* private ones say what they like, also that they are arXiv */
	{ TMS_ORIGIN_OTHER, TMS_ORIGIN_OTHER, TMS_ORIGIN_OTHER, TMS_ORIGIN_ARXIV_API },
	{ TMS_ORIGIN_OTHER, TMS_ORIGIN_OTHER, TMS_ORIGIN_ARXIV_FEED, TMS_ORIGIN_HF_API },
};

static struct tms_str id_of(const struct set_world *world, size_t paper)
{
	return tms_str_from(world->pool[paper].id);
}

static size_t number_of(const struct set_world *world, struct tms_str id)
{
	for (size_t i = 0; i < world->pool_count; i++)
		if (tms_str_equal(id_of(world, i), id))
			return i;
	fail_msg("%.*s is not of this world", TMS_STR_ARGS(id));
	return 0;
}

static size_t roll_paper(struct set_world *world)
{
	return roll(&world->dice, (uint32_t)world->pool_count);
}

/* ---- the windows ---- */

/* Which papers a source may list: some of all; those of the open ones are papers of arXiv. */
static bool may_list(const struct set_world *world, size_t window, size_t paper)
{
	return (window >= SET_WINDOWS_OPEN || world->pool[paper].id[0] == 'a') &&
	       (paper * 5 + window * 3) % 8 < 6;
}

/* A listing that is made up, and what it borrows. */
struct made_up {
	struct tms_arena arena;
	struct tms_item items[SET_LISTED_MAX];
	size_t papers[SET_LISTED_MAX];
	struct tms_packed_item *packed[SET_LISTED_MAX];
	size_t count;
};

static void roll_numbers(
	struct set_world *world, const struct tms_sighting *known, struct tms_item *item)
{
	for (size_t n = 0; n < TMS_NUMBERS; n++) {
		const struct tms_track *track = known ? &known->tracks[n] : NULL;
		int64_t last = track && track->count ? track->steps[track->count - 1].value
						     : (int64_t)roll(&world->dice, 40);
		int64_t value = last + (int64_t)roll(&world->dice, 16) - 5;
		item->numbers[n] = chance(&world->dice, 3) || value < 0 ? TMS_NUMBER_NONE : value;
	}
}

/* Few moments, so that many share them. */
static void roll_dates(struct set_world *world, struct tms_item *item)
{
	tms_time day = world->now - world->now % TMS_DAY_S;

	item->submitted = chance(&world->dice, 3)
				  ? TMS_TIME_NONE
				  : world->now - (tms_time)roll(&world->dice, 30 * TMS_DAY_S);
	item->published = TMS_TIME_NONE;
	item->published_day_only = false;
	if (chance(&world->dice, 3))
		return;
	item->published_day_only = chance(&world->dice, 2);
	item->published = item->published_day_only
				  ? day - TMS_DAY_S * (tms_time)roll(&world->dice, 4)
				  : world->now - TMS_HOUR_S * (tms_time)roll(&world->dice, 50);
}

/* As listings have them: none is empty. */
static void drop_empty_keywords(struct tms_arena *arena, struct tms_item *item)
{
	struct tms_str *list = TMS_ARENA_ARRAY(arena, struct tms_str, item->keywords_count + 1);
	size_t count = 0;

	assert_non_null(list);
	for (size_t i = 0; i < item->keywords_count; i++)
		if (item->keywords[i].len > 0)
			list[count++] = item->keywords[i];
	item->keywords = list;
	item->keywords_count = count;
}

static void invent_said(
	struct set_world *world, size_t window, struct made_up *made, struct tms_item *item)
{
	invent_item(&world->dice, &made->arena, &world->real, item);
	drop_empty_keywords(&made->arena, item);
	item->origin = ROLL_FROM(&world->dice, origins[window]);
	bool is_hf = item->origin == TMS_ORIGIN_HF_API || item->origin == TMS_ORIGIN_HF_PAGE;
	if (is_hf && !chance(&world->dice, 4))
		item->categories_count = 0;
	roll_dates(world, item);
}

/* What one of these windows says of the paper, or NULL. */
static const struct tms_sighting *said_by(struct set_world *world, size_t paper, unsigned windows)
{
	size_t window = roll(&world->dice, SET_WINDOWS);

	for (windows &= world->pool[paper].listed; windows; window = (window + 1) % SET_WINDOWS) {
		if (!(windows >> window & 1))
			continue;
		const struct tms_record *record =
			tms_window_find(world->windows[window], id_of(world, paper));
		return &record->sightings[roll(&world->dice, (uint32_t)record->sightings_count)];
	}
	return NULL;
}

/* The same words again, those of another source, or new ones; the numbers have moved. */
static void say(
	struct set_world *world, size_t window, size_t paper, bool only_votes, struct made_up *made)
{
	const struct tms_sighting *known = said_by(world, paper, 1u << window);
	const struct tms_sighting *others = said_by(world, paper, ~(1u << window));
	struct tms_item *item = &made->items[made->count];
	bool is_same = known && (only_votes || !chance(&world->dice, 3));
	bool is_copy = !is_same && others && chance(&world->dice, 2);

	if (is_same || is_copy) {
		made->packed[made->count] =
			tms_packed_item_ref(is_same ? known->packed : others->packed);
		*item = made->packed[made->count]->item;
		if (is_copy)
			item->origin = ROLL_FROM(&world->dice, origins[window]);
	} else {
		invent_said(world, window, made, item);
		item->id = id_of(world, paper);
	}
	roll_numbers(world, known, item);
	made->papers[made->count++] = paper;
}

static bool is_named(const struct made_up *made, size_t paper)
{
	for (size_t i = 0; i < made->count; i++)
		if (made->papers[i] == paper)
			return true;
	return false;
}

static void apply(struct tms_window *window, struct tms_item *items, size_t count,
	struct tms_str poll, tms_time now)
{
	const struct tms_listing listing = { .items = items, .items_count = count };
	const struct tms_apply how = { .now = now, .poll = poll };
	struct tms_apply_report report;

	assert_int_equal(tms_window_apply(window, &listing, &how, &report), TMS_OK);
}

void set_window_list(struct set_world *world, size_t window, uint32_t most, bool only_votes)
{
	struct made_up made = { .count = 0 };

	for (uint32_t n = 1 + roll(&world->dice, most); n > 0 && made.count < SET_LISTED_MAX; n--) {
		size_t paper = roll_paper(world);
		if (may_list(world, window, paper) && !is_named(&made, paper) &&
			(!only_votes || world->pool[paper].listed >> window & 1))
			say(world, window, paper, only_votes, &made);
	}
	apply(world->windows[window], made.items, made.count,
		chance(&world->dice, 3) ? TMS_STR("a") : TMS_STR("b"), world->now);
	for (size_t i = 0; i < made.count; i++) {
		tms_packed_item_unref(made.packed[i]);
		pool_touch(world, made.papers[i]);
	}
	tms_arena_free(&made.arena);
}

void set_window_retire(struct set_world *world, struct tms_window *window)
{
	static const int64_t keeps[] = { TMS_HOUR_S, TMS_DAY_S, 30 * TMS_DAY_S };
	struct tms_apply_report report;
	size_t most = 1 + world->pool_count / (2 + roll(&world->dice, 6));

	assert_int_equal(tms_window_retire(
				 window, world->now, ROLL_FROM(&world->dice, keeps), most, &report),
		TMS_OK);
	pool_touch_all(world);
}

void set_window_store(struct set_world *world, size_t window)
{
	struct tms_buf *older = &world->older[window];
	size_t paper = roll_paper(world);
	struct tms_window *at = world->windows[window];
	struct tms_diag diag = { 0 };

	if (older->len > 0 && chance(&world->dice, 2)) {
		if (tms_window_load_record(at, tms_buf_str(older), &diag) != TMS_OK)
			fail_msg("%s: %.*s", diag.text, TMS_STR_ARGS(tms_buf_str(older)));
		pool_touch(world, world->older_of[window]);
		return;
	}
	if (!tms_window_find(at, id_of(world, paper)) &&
		!tms_window_is_retired(at, id_of(world, paper)))
		return;
	older->len = 0;
	world->older_of[window] = paper;
	assert_int_equal(tms_window_write_record(at, id_of(world, paper), older), TMS_OK);
}

void set_window_new(struct set_world *world, size_t window)
{
	struct tms_hash_seed seed = { world->dice.state, window };

	assert_int_equal(
		tms_window_new(tms_str_from(names[window]), seed, &world->windows[window]), TMS_OK);
	sets_window_comes(world->sets, window, world->windows[window]);
}

/* ---- what is known of categories ---- */

/* What arXiv answers. */
static void answer(
	struct set_world *world, struct tms_arena *arena, struct tms_str id, struct tms_item *out)
{
	struct tms_item item;
	size_t count;

	invent_item(&world->dice, arena, &world->real, &item);
	count = chance(&world->dice, 3) ? 0 : item.categories_count;
	tms_join_item(id, TMS_ORIGIN_ARXIV_API, item.categories, count, out);
}

void set_world_learn(struct set_world *world)
{
	struct tms_item items[SET_LISTED_MAX];
	struct tms_arena arena = { 0 };
	size_t count = 0, from = roll(&world->dice, SET_WINDOWS_OPEN);
	bool asks = chance(&world->dice, 4);

	for (size_t w = 0; w < SET_WINDOWS_OPEN; w++) {
		const struct tms_window *window = world->windows[(w + from) % SET_WINDOWS_OPEN];
		for (size_t i = 0; i < tms_window_count(window) && count < SET_LISTED_MAX; i++) {
			const struct tms_record *record = tms_window_at(window, i);
			enum tms_join_need need = tms_join_need(record, world->windows,
				SET_WINDOWS_OPEN, world->known, world->now, &items[count]);
			if (need == TMS_JOIN_ASK && asks && chance(&world->dice, 4))
				answer(world, &arena, record->id, &items[count++]);
			count += need == TMS_JOIN_COPY;
		}
	}
	apply(world->known, items, count, TMS_STR("categories"), world->now);
	for (size_t i = 0; i < count; i++)
		pool_touch(world, number_of(world, items[i].id));
	tms_arena_free(&arena);
}
