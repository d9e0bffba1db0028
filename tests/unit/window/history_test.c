/*
 * What is listed is never lost, and what is not listed leaves in the end: invented histories of a source with pauses,
 * outages, 304s, parts of listings, clocks that step, plans that change and restarts from what was stored.
 * TAMIS_SEED begins elsewhere, TAMIS_HISTORIES says how many.
 */
#include "../make.h"

#include <stdio.h>
#include <stdlib.h>

#define ITEMS 48
#define LISTS 24
#define EVENTS 500
#define KEEP_S (30 * DAY)
/* A clock that steps is right again before this, see <tamis/window.h>. */
#define WRONG_S (23 * HOUR)

/* What the test knows of one list, in real time. */
struct list {
	char key[24];
	bool is_asked, is_down, is_changed;
	bool is_steady;     /* asked ever since it was read last */
	bool has[ITEMS];    /* upstream has it now */
	bool ever[ITEMS];   /* it named it once */
	bool whole[ITEMS];  /* its last whole listing did */
	bool named[ITEMS];  /* that one did, or its last one, which was a part */
	bool missed[ITEMS]; /* a whole listing since then did not */
	bool was_read;
};

struct history {
	unsigned long long seed;
	uint64_t random;
	unsigned kind; /* 0: one list, 1: three, 2: a steady one and one of each week */
	tms_time now;  /* really */
	int64_t wrong_s;
	tms_time right_at; /* when a clock that stepped is right again */
	size_t keep;
	struct list lists[LISTS];
	size_t count;   /* of lists */
	tms_time begun; /* the newest list of kind 2 */
	char ids[ITEMS][16];
	tms_time named_at[ITEMS]; /* really; TMS_TIME_NONE: never */
	tms_time entered[ITEMS];  /* first_seen as it was; TMS_TIME_NONE: never in the window */
	tms_time gone_at[ITEMS];  /* really; TMS_TIME_NONE: it is in the window */
	bool is_early[ITEMS];     /* named only by a clock that was behind */
	bool is_crowded;          /* entries may go because there are too many */
	struct tms_window *window;
	struct tms_buf store[ITEMS], state;
	size_t left, restarts, returned;
};

static uint64_t draw(struct history *h, uint64_t below)
{
	h->random ^= h->random << 13;
	h->random ^= h->random >> 7;
	h->random ^= h->random << 17;
	return (h->random >> 11) % below;
}

static tms_time clock_of(const struct history *h)
{
	return h->now + h->wrong_s;
}

static size_t number_of(struct tms_str id)
{
	int64_t number = -1;

	assert_true(tms_str_int64(tms_str_slice(id, 3, id.len), &number) && number < ITEMS);
	return (size_t)number;
}

/* ---- the store ---- */

static void store(struct history *h, const struct tms_apply_report *report)
{
	for (size_t i = 0; i < report->touched_count + report->forgotten_count; i++) {
		bool is_kept = i < report->touched_count;
		struct tms_str id =
			is_kept ? report->touched[i] : report->forgotten[i - report->touched_count];
		struct tms_buf *bytes = &h->store[number_of(id)];
		tms_buf_clear(bytes);
		if (is_kept)
			assert_int_equal(tms_window_write_record(h->window, id, bytes), TMS_OK);
	}
	tms_buf_clear(&h->state);
	tms_window_write_state(h->window, &h->state);
	assert_int_equal(h->state.status, TMS_OK);
}

static void restart(struct history *h)
{
	tms_window_free(h->window);
	h->window = make_window("s");
	if (h->state.len > 0)
		assert_int_equal(
			tms_window_load_state(h->window, tms_buf_str(&h->state), NULL), TMS_OK);
	for (size_t i = 0; i < ITEMS; i++)
		if (h->store[i].len > 0)
			assert_int_equal(
				tms_window_load_record(h->window, tms_buf_str(&h->store[i]), NULL),
				TMS_OK);
	h->restarts++;
}

/* ---- what must hold ---- */

static bool has(const struct history *h, size_t item)
{
	return tms_window_find(h->window, tms_str_from(h->ids[item])) != NULL;
}

static tms_time listed_at(const struct history *h, size_t item)
{
	return tms_window_find(h->window, tms_str_from(h->ids[item]))->last_listed;
}

static void check_item(struct history *h, size_t item)
{
	const struct tms_record *record = tms_window_find(h->window, tms_str_from(h->ids[item]));

	if (!record) {
		if (h->entered[item] != TMS_TIME_NONE && h->gone_at[item] == TMS_TIME_NONE) {
			h->gone_at[item] = h->now;
			h->left++;
			if (!h->is_crowded && !h->is_early[item] &&
				h->now - h->named_at[item] <= KEEP_S)
				fail_msg("seed %llu: %s left %lld s after it was listed", h->seed,
					h->ids[item], (long long)(h->now - h->named_at[item]));
		}
		return;
	}
	if (record->first_seen != h->entered[item] && h->entered[item] != TMS_TIME_NONE &&
		(h->gone_at[item] == TMS_TIME_NONE || h->now - h->gone_at[item] < 300 * DAY))
		fail_msg("seed %llu: %s is new a second time", h->seed, h->ids[item]);
	h->returned += h->gone_at[item] != TMS_TIME_NONE && record->first_seen == h->entered[item];
	h->entered[item] = record->first_seen;
	h->gone_at[item] = TMS_TIME_NONE;
}

static void check(struct history *h)
{
	for (size_t k = 0; k < h->count; k++) {
		const struct list *list = &h->lists[k];
		if (!list->is_asked || !list->is_steady)
			continue;
		for (size_t i = 0; i < ITEMS; i++)
			if (list->named[i] && !has(h, i))
				fail_msg("seed %llu: %s is listed by %s and lost", h->seed,
					h->ids[i], list->key);
	}
	for (size_t i = 0; i < ITEMS; i++)
		check_item(h, i);
}

static void retire(struct history *h)
{
	struct tms_str keys[LISTS];
	struct tms_apply_report report = { 0 };
	size_t count = 0;

	for (size_t k = 0; k < h->count; k++)
		if (h->lists[k].is_asked)
			keys[count++] = tms_str_from(h->lists[k].key);
	tms_window_set_asked(h->window, keys, count);
	assert_int_equal(
		tms_window_retire(h->window, clock_of(h), KEEP_S, h->keep, &report), TMS_OK);
	store(h, &report);
}

/* ---- what happens ---- */

/* What was refused had retired, and was missing from a listing of this list. */
static void take_named(struct history *h, struct list *list, bool is_part, const bool *named)
{
	for (size_t i = 0; i < ITEMS; i++) {
		if (!named[i]) {
			list->missed[i] |= !is_part;
			/* what retired while the list was not asked is not lost */
			list->whole[i] &= is_part && (list->is_steady || has(h, i));
			list->named[i] = list->whole[i];
			continue;
		}
		bool is_in = has(h, i);
		if (!is_in && list->ever[i] && !list->missed[i])
			fail_msg("seed %llu: %s was not missing and does not come back", h->seed,
				h->ids[i]);
		if (is_in) {
			h->is_early[i] = h->wrong_s < 0 && listed_at(h, i) < h->now;
			h->named_at[i] = h->now;
			list->ever[i] = true;
			list->missed[i] = false;
		}
		list->named[i] = is_in;
		list->whole[i] = is_part ? list->whole[i] : is_in;
	}
}

static void read_list(struct history *h, struct list *list)
{
	struct tms_item items[ITEMS];
	bool named[ITEMS] = { false };
	struct tms_listing listing = { .items = items };
	struct tms_apply how = { .now = clock_of(h), .poll = tms_str_from(list->key) };
	struct tms_apply_report report = { 0 };
	size_t from = draw(h, ITEMS);
	bool is_empty = draw(h, 30) == 0;

	how.is_part = draw(h, 12) == 0;
	for (size_t n = 0; n < ITEMS && !is_empty; n++) { /* in any order */
		size_t i = (from + n) % ITEMS;
		if (!list->has[i] || (how.is_part && draw(h, 2)))
			continue;
		named[i] = true;
		items[listing.items_count++] = make_item(h->ids[i], "T", TMS_ORIGIN_OTHER);
	}
	assert_int_equal(tms_window_apply(h->window, &listing, &how, &report), TMS_OK);
	store(h, &report);
	if (report.outcome != TMS_HEALTH_GOOD)
		return;
	take_named(h, list, how.is_part, named);
	list->was_read = true;
	list->is_changed = how.is_part;
	list->is_steady = true;
	check(h);
	retire(h);
}

static void poll(struct history *h, struct list *list)
{
	if (!list->is_asked || list->is_down)
		return;
	if (list->was_read && !list->is_changed && draw(h, 2)) {
		tms_window_confirm(h->window, tms_str_from(list->key), clock_of(h));
		for (size_t i = 0; i < ITEMS; i++)
			if (list->named[i] && has(h, i) && h->wrong_s >= 0)
				h->named_at[i] = h->now;
		retire(h);
		return;
	}
	read_list(h, list);
}

static void move_items(struct history *h, struct list *list)
{
	for (size_t n = draw(h, 4); n > 0; n--) {
		size_t i = draw(h, ITEMS);
		list->has[i] = !list->has[i] && draw(h, 3) == 0;
	}
	for (size_t n = draw(h, 3); n > 0; n--)
		list->has[draw(h, ITEMS)] = true;
	list->is_changed = true;
}

static void begin_list(struct history *h)
{
	struct list *list = &h->lists[h->count];

	*list = (struct list){ .is_asked = true };
	(void)snprintf(list->key, sizeof(list->key), "list/%zu", h->count++);
	for (int i = 0; i < 6; i++)
		list->has[draw(h, ITEMS)] = true;
	h->begun = h->now;
}

/* A list of a week is asked for two, then never again, but by a clock that is behind. */
static void plan(struct history *h)
{
	if (h->kind != 2)
		return;
	while (h->count < LISTS && h->now - h->begun > 7 * DAY)
		begin_list(h);
	for (size_t k = 1; k < h->count; k++) {
		bool is_asked = k + 2 >= h->count || (h->wrong_s < 0 && k + 6 >= h->count);
		h->lists[k].is_steady &= is_asked;
		h->lists[k].is_asked = is_asked;
	}
}

static void step_clock(struct history *h)
{
	if (h->wrong_s == 0 && draw(h, 6) == 0) {
		static const int64_t steps[] = { 31 * DAY, -31 * DAY, DAY, -DAY, 70 * DAY, -HOUR };
		h->wrong_s = steps[draw(h, TMS_COUNT(steps))];
		h->right_at = h->now + (draw(h, 2) ? 12 : (int64_t)draw(h, WRONG_S));
	}
}

static void pass_time(struct history *h, int64_t seconds)
{
	h->now += seconds;
	if (h->now >= h->right_at)
		h->wrong_s = 0;
	plan(h);
}

static void happen(struct history *h)
{
	static const int64_t waits[] = { 10, HOUR, 6 * HOUR, 6 * HOUR, 12 * HOUR, 12 * HOUR, DAY };
	struct list *list = &h->lists[draw(h, h->count)];

	switch (draw(h, 16)) {
	case 0:
		move_items(h, list);
		break;
	case 1:
		list->is_down = draw(h, 2);
		break;
	case 2:
		restart(h);
		break;
	case 3:
		step_clock(h);
		break;
	case 4:
		if (draw(h, 8) == 0) /* a pause, of everything */
			pass_time(h, (int64_t)draw(h, 40) * DAY);
		break;
	case 5:
		if (draw(h, 6) == 0) /* nobody answers for long */
			for (int n = 0; n < 40; n++)
				pass_time(h, DAY);
		break;
	default:
		pass_time(h, waits[draw(h, TMS_COUNT(waits))]);
		for (size_t k = 0; k < h->count; k++)
			poll(h, &h->lists[k]);
	}
	check(h);
}

/* All is well again and nothing changes: what no list has leaves, what one has stays. */
static void what_is_left_in_the_end(struct history *h)
{
	bool is_listed[ITEMS] = { false };

	pass_time(h, DAY);
	for (size_t k = 0; k < h->count; k++)
		h->lists[k].is_down = false;
	for (int64_t half = 0; half < 2 * (KEEP_S / DAY) + 60; half++) {
		h->now += DAY / 2;
		for (size_t k = 0; k < h->count; k++)
			poll(h, &h->lists[k]);
	}
	for (size_t k = 0; k < h->count; k++)
		for (size_t i = 0; i < ITEMS; i++)
			is_listed[i] |= h->lists[k].is_asked && h->lists[k].named[i];
	for (size_t i = 0; i < ITEMS; i++)
		if (has(h, i) != is_listed[i])
			fail_msg("seed %llu: %s is %s in the end", h->seed, h->ids[i],
				is_listed[i] ? "lost" : "not gone");
}

static void play(uint64_t seed, size_t totals[3])
{
	struct history *h = calloc(1, sizeof(*h));

	assert_non_null(h);
	h->seed = seed;
	h->random = seed * 0x9e3779b97f4a7c15u + 1;
	h->now = NOON;
	h->kind = (unsigned)draw(h, 3);
	h->is_crowded = draw(h, 4) == 0;
	h->keep = h->is_crowded ? 5 : 1000;
	h->window = make_window("s");
	for (size_t i = 0; i < ITEMS; i++) {
		(void)snprintf(h->ids[i], sizeof(h->ids[i]), "id:%zu", i);
		h->named_at[i] = h->entered[i] = h->gone_at[i] = TMS_TIME_NONE;
	}
	for (size_t n = h->kind == 1 ? 3 : 1; n > 0; n--)
		begin_list(h);
	for (int n = 0; n < EVENTS; n++)
		happen(h);
	what_is_left_in_the_end(h);
	totals[0] += h->left;
	totals[1] += h->restarts;
	totals[2] += h->returned;
	tms_window_free(h->window);
	for (size_t i = 0; i < ITEMS; i++)
		tms_buf_free(&h->store[i]);
	tms_buf_free(&h->state);
	free(h);
}

static void nothing_listed_is_lost_or_new_twice_and_the_rest_leaves(void **state)
{
	const char *from = getenv("TAMIS_SEED"), *histories = getenv("TAMIS_HISTORIES");
	uint64_t seed = from ? strtoull(from, NULL, 10) : 1;
	uint64_t count = histories ? strtoull(histories, NULL, 10) : 60;
	size_t totals[3] = { 0 };
	(void)state;

	for (uint64_t n = 0; n < count; n++)
		play(seed + n, totals);
	print_message("%zu items left, %zu restarts, %zu came back as they were\n", totals[0],
		totals[1], totals[2]);
	if (count >= 60)
		assert_true(totals[0] > 0 && totals[1] > 0 && totals[2] > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_listed_is_lost_or_new_twice_and_the_rest_leaves),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
