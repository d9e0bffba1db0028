/*
 * Real upstream history through the parser into a window: March 2026 as it was listed four times a
 * day, and days of the API with votes that rise and an order that follows them.
 */
#include "../make.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#define VOTE_POLLS 8

/* A file of the corpus, read whole; *bytes.ptr is NULL when it is not there. */
static struct tms_buf read_file(const char *path)
{
	struct tms_buf bytes = { 0 };
	FILE *file = fopen(path, "rb");

	while (file && tms_buf_reserve(&bytes, 65536)) {
		size_t n = fread(bytes.ptr + bytes.len, 1, 65536, file);
		bytes.len += n;
		if (n == 0)
			break;
	}
	if (file)
		(void)fclose(file);
	return bytes;
}

static bool corpus_path(char path[4096], const char *below)
{
	const char *corpus = getenv("TAMIS_CORPUS"), *tests = getenv("TAMIS_TESTS");

	if (corpus)
		(void)snprintf(path, 4096, "%s/%s", corpus, below);
	else
		(void)snprintf(path, 4096, "%s/../../shared/corpus/%s", tests ? tests : ".", below);
	DIR *folder = opendir(path);
	if (!folder) {
		print_message("skipped: no corpus at %s\n", path);
		return false;
	}
	(void)closedir(folder);
	return true;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Captures are named after their day or moment, so they begin with a digit. */
static int is_capture(const struct dirent *entry)
{
	return tms_is_digit(entry->d_name[0]) &&
	       tms_str_ends(tms_str_from(entry->d_name), TMS_STR(".json"));
}

static int64_t digits(const char *text, size_t count)
{
	int64_t value = 0;
	assert_true(tms_str_int64((struct tms_str){ text, count }, &value));
	return value;
}

/* "2026-03-02T055647Z.json" or "2026-03-02.json" (then 23:00 of that day). */
static tms_time time_of(const char *name)
{
	struct tms_civil civil = { .year = (int32_t)digits(name, 4),
		.month = (int32_t)digits(name + 5, 2),
		.day = (int32_t)digits(name + 8, 2),
		.hour = 23 };
	tms_time t = 0;

	if (name[10] == 'T') {
		civil.hour = (int32_t)digits(name + 11, 2);
		civil.minute = (int32_t)digits(name + 13, 2);
		civil.second = (int32_t)digits(name + 15, 2);
	}
	assert_true(tms_time_from_civil(&civil, &t));
	return t;
}

struct replay {
	struct tms_window *window;
	struct tms_arena arena; /* all listings; they are small */
	struct tms_map last;    /* id → the item as last listed */
	struct tms_map updated; /* id → its merged `updated` when last looked at */
	size_t added, changed;
};

static struct tms_listing parse(struct replay *replay, const char *path)
{
	struct tms_buf bytes = read_file(path);
	struct tms_listing listing;
	struct tms_diag diag = { 0 };

	struct tms_str body = tms_arena_copy(&replay->arena, tms_buf_str(&bytes));
	tms_buf_free(&bytes);
	if (tms_listing_parse(&replay->arena, body, NULL, &listing, &diag) != TMS_OK)
		fail_msg("%s: %s", path, diag.text);
	return listing;
}

/* Another way to say "really changed": what is left of the text when white space is taken out. */
static struct tms_str ink(struct tms_arena *arena, struct tms_str text)
{
	char *to = tms_arena_alloc(arena, text.len + 1);
	size_t n = 0;

	assert_non_null(to);
	for (size_t i = 0; i < text.len; i++)
		if (!tms_is_space(text.ptr[i]))
			to[n++] = text.ptr[i];
	return (struct tms_str){ to, n };
}

static bool text_changed(
	struct tms_arena *arena, const struct tms_item *before, const struct tms_item *now)
{
	const struct tms_str pairs[][2] = { { before->title, now->title },
		{ before->summary, now->summary }, { before->link, now->link } };

	for (size_t i = 0; i < TMS_COUNT(pairs); i++)
		if (pairs[i][1].len > 0 &&
			!tms_str_equal(ink(arena, pairs[i][0]), ink(arena, pairs[i][1])))
			return true;
	if (now->authors_count == 0)
		return false;
	if (now->authors_count != before->authors_count)
		return true;
	for (size_t i = 0; i < now->authors_count; i++)
		if (!tms_str_equal(
			    ink(arena, before->authors[i].name), ink(arena, now->authors[i].name)))
			return true;
	return false;
}

static void check_item(struct replay *replay, struct tms_item *item, tms_time now)
{
	struct tms_arena scratch = { 0 };
	const struct tms_item *before = tms_map_find(&replay->last, item->id);
	tms_time *updated = tms_map_find(&replay->updated, item->id);
	const struct tms_record *record = tms_window_find(replay->window, item->id);

	if (!record)
		fail_msg("%.*s is listed and not in the window", TMS_STR_ARGS(item->id));
	const char *id = tms_str_cstr(&scratch, item->id);
	struct tms_merged merged = merged_of(&scratch, replay->window, id);
	if (!before) {
		assert_int_equal(merged.first_seen, now);
		assert_int_equal(merged.updated, merged.item.published);
		assert_true(merged.item.published <= now);
		updated = TMS_ARENA_NEW(&replay->arena, tms_time);
	} else if (text_changed(&scratch, before, item)) {
		assert_int_equal(merged.updated, now);
		replay->changed++;
	} else if (merged.updated != *updated) {
		fail_msg("%s: updated moved without a change", id);
	}
	*updated = merged.updated;
	assert_int_equal(tms_map_put(&replay->updated, item->id, updated), TMS_OK);
	assert_int_equal(tms_map_put(&replay->last, item->id, item), TMS_OK);
	tms_arena_free(&scratch);
}

static void poll(struct replay *replay, struct tms_listing *listing, tms_time now)
{
	size_t unknown = 0;

	for (size_t i = 0; i < listing->items_count; i++)
		unknown += tms_map_find(&replay->last, listing->items[i].id) == NULL;
	struct tms_apply_report report = apply_listing(replay->window, listing, now);
	assert_int_equal(report.outcome, TMS_HEALTH_GOOD);
	assert_int_equal(report.counts.added, unknown);
	for (size_t i = 0; i < listing->items_count; i++)
		check_item(replay, &listing->items[i], now);
	replay->added += unknown;
	(void)retire_at(replay->window, now, 0);
	assert_int_equal(tms_window_count(replay->window), replay->last.count);
}

static void replay_free(struct replay *replay)
{
	tms_window_free(replay->window);
	tms_map_free(&replay->last);
	tms_map_free(&replay->updated);
	tms_arena_free(&replay->arena);
}

static void a_fortnight_of_snapshots_loses_nothing_and_doubles_nothing(void **state)
{
	struct replay replay = { .window = NULL };
	struct dirent **names = NULL;
	char folder[4096], path[8192];
	(void)state;

	if (!corpus_path(folder, "hf/history"))
		skip();
	replay.window = make_window("hf");
	int count = scandir(folder, &names, is_capture, by_name);
	assert_true(count > 0);
	for (int i = 0; i < count; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
		struct tms_listing listing = parse(&replay, path);
		tms_time now = time_of(names[i]->d_name);
		if (listing.items_count > 0)
			poll(&replay, &listing, now);
		if (i % 10 == 7) { /* between two good ones, the snapshot of a failure */
			(void)snprintf(path, sizeof(path), "%s/failure-2025-02-12.json", folder);
			struct tms_listing failure = parse(&replay, path);
			uint64_t digest = window_digest(replay.window);
			struct tms_apply_report report =
				apply_listing(replay.window, &failure, now + HOUR);
			assert_int_equal(report.outcome, TMS_HEALTH_SUSPECT);
			assert_true(digest == window_digest(replay.window));
			assert_int_equal(tms_window_health(replay.window)->held_count, 1);
		}
		free(names[i]);
	}
	free(names);
	assert_true(replay.added > 200);
	for (size_t i = 1; i < tms_window_count(replay.window); i++)
		assert_true(tms_str_compare(tms_window_at(replay.window, i - 1)->id,
				    tms_window_at(replay.window, i)->id) < 0);
	print_message("%d snapshots, %zu papers, %zu real changes, %zu bytes\n", count,
		replay.added, replay.changed, tms_window_bytes(replay.window));
	replay_free(&replay);
}

/* The list as it stood after a part of the day: votes scaled, the most loved first. */
static void scale_votes(const struct tms_listing *day, struct tms_item *items, int64_t part)
{
	for (size_t i = 0; i < day->items_count; i++) {
		size_t at = i;
		struct tms_item item = day->items[i];
		int64_t *votes = &item.numbers[TMS_NUMBER_UPVOTES];
		*votes = *votes > 0 ? *votes * part / VOTE_POLLS : *votes;
		for (; at > 0 && items[at - 1].numbers[TMS_NUMBER_UPVOTES] < *votes; at--)
			items[at] = items[at - 1];
		items[at] = item;
	}
}

static void replay_votes(struct replay *replay, const struct tms_listing *day, tms_time evening)
{
	struct tms_item *items = TMS_ARENA_ARRAY(&replay->arena, struct tms_item, day->items_count);

	assert_non_null(items);
	for (int64_t part = 0; part <= VOTE_POLLS; part++) {
		struct tms_listing listing = *day;
		listing.items = items;
		scale_votes(day, items, part);
		poll(replay, &listing, evening - (VOTE_POLLS - part) * HOUR);
	}
	for (size_t i = 0; i < day->items_count; i++) {
		const struct tms_record *record = tms_window_find(replay->window, day->items[i].id);
		const struct tms_track *track = &record->sightings[0].tracks[0];
		assert_int_equal(last_value(track), day->items[i].numbers[TMS_NUMBER_UPVOTES]);
		for (size_t k = 1; k < track->count; k++)
			assert_true(track->steps[k].at > track->steps[k - 1].at &&
				    track->steps[k].value > track->steps[k - 1].value);
	}
}

static void rising_votes_and_their_order_move_numbers_and_nothing_else(void **state)
{
	struct dirent **names = NULL;
	char folder[4096], path[8192];
	size_t days = 0;
	(void)state;

	if (!corpus_path(folder, "hf/api-daily"))
		skip();
	int count = scandir(folder, &names, is_capture, by_name);
	for (int i = 0; i < count; i++) {
		struct replay replay = { .window = make_window("hf") };
		struct tms_listing listing;
		(void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
		struct tms_buf bytes = read_file(path);
		/* some days of that archive are Python's words for objects: refused by the parser
		 */
		if (tms_listing_parse(&replay.arena, tms_buf_str(&bytes), NULL, &listing, NULL) ==
				TMS_OK &&
			listing.items_count > 0) {
			replay_votes(&replay, &listing, time_of(names[i]->d_name));
			assert_int_equal(replay.changed, 0);
			days++;
		}
		replay_free(&replay);
		tms_buf_free(&bytes);
		free(names[i]);
	}
	free(names);
	assert_true(days >= 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fortnight_of_snapshots_loses_nothing_and_doubles_nothing),
		cmocka_unit_test(rising_votes_and_their_order_move_numbers_and_nothing_else),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
