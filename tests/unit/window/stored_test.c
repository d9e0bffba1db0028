#include "../make.h"

#include <stdio.h>

static struct tms_str stored(const struct tms_window *window, const char *id, struct tms_buf *buf)
{
	tms_buf_clear(buf);
	assert_int_equal(tms_window_write_record(window, tms_str_from(id), buf), TMS_OK);
	return tms_buf_str(buf);
}

static struct tms_person authors[] = { { .name = TMS_STR_INIT("Zoë \"Z\" Ünal"),
					       .uri = TMS_STR_INIT("https://example.org/z"),
					       .email = TMS_STR_INIT("z@example.org") },
	{ .name = TMS_STR_INIT("Bob") } };
static struct tms_category categories[] = { { .term = TMS_STR_INIT("cs.CL"),
	.scheme = TMS_STR_INIT("http://arxiv.org/schemas/atom"),
	.label = TMS_STR_INIT("Computation") } };
static struct tms_str keywords[] = { TMS_STR_INIT("rlhf"), TMS_STR_INIT("back\\slash") };
static struct tms_str media[] = { TMS_STR_INIT("https://example.org/m.mp4") };
static struct tms_link links[] = { { .rel = TMS_STR_INIT("enclosure"),
	.href = TMS_STR_INIT("https://example.org/a.mp3"),
	.type = TMS_STR_INIT("audio/mpeg"),
	.title = TMS_STR_INIT("Listen"),
	.hreflang = TMS_STR_INIT("en"),
	.length = 12345 } };

/* Every field set, each plain one to its own name with what JSON must escape. */
static struct tms_item full_item(struct tms_arena *arena, const char *id, enum tms_origin origin)
{
	struct tms_item item = make_item(id, "", origin);
	size_t count = 0;
	const struct tms_item_run *runs = tms_item_runs(&count);

	for (size_t i = 0; i < count; i++) {
		struct tms_str text = tms_arena_format(
			arena, "%s \"quoted\" \\ \n\n </x> \xf0\x9f\x98\x80", runs[i].name);
		if (runs[i].offset != offsetof(struct tms_item, id))
			memcpy((char *)&item + runs[i].offset, &text, sizeof(text));
	}
	item.authors = authors;
	item.authors_count = TMS_COUNT(authors);
	item.categories = categories;
	item.categories_count = TMS_COUNT(categories);
	item.keywords = keywords;
	item.keywords_count = TMS_COUNT(keywords);
	item.links = links;
	item.links_count = TMS_COUNT(links);
	item.media = media;
	item.media_count = TMS_COUNT(media);
	item.published = NOON - HOUR;
	item.submitted = NOON - 9 * DAY;
	item.published_day_only = true;
	item.withdrawn = true;
	item.numbers[TMS_NUMBER_UPVOTES] = 3;
	item.numbers[TMS_NUMBER_STARS] = 0;
	return item;
}

static struct tms_window *full_window(struct tms_arena *arena)
{
	struct tms_window *window = make_window("hf");
	struct tms_item items[] = { full_item(arena, "arxiv:2603.00001", TMS_ORIGIN_HF_API),
		make_item("id:https://example.org/?a=1&b=2", "Bare", TMS_ORIGIN_OTHER),
		full_item(arena, "arxiv:2603.00003", TMS_ORIGIN_ARXIV_FEED) };
	struct tms_item again = full_item(arena, "arxiv:2603.00001", TMS_ORIGIN_ARXIV_API);

	(void)apply_items(window, items, 3, NOON);
	items[0].numbers[TMS_NUMBER_UPVOTES] = 44;
	items[0].title = TMS_STR("Changed");
	(void)apply_items(window, items, 1, NOON + HOUR);
	(void)apply_items(window, &again, 1, NOON + 2 * HOUR);
	return window;
}

static void a_stored_window_comes_back_to_the_same_bytes_and_the_same_digest(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_window *window = full_window(&arena), *copy = make_window("hf");
	struct tms_buf first = { 0 }, second = { 0 };
	struct tms_diag diag = { 0 };
	(void)state;

	copy_state(window, copy);
	for (size_t i = tms_window_count(window); i-- > 0;) {
		struct tms_str id = tms_window_at(window, i)->id;
		tms_buf_clear(&first);
		assert_int_equal(tms_window_write_record(window, id, &first), TMS_OK);
		if (tms_window_load_record(copy, tms_buf_str(&first), &diag) != TMS_OK)
			fail_msg("%s", diag.text);
		tms_buf_clear(&second);
		assert_int_equal(tms_window_write_record(copy, id, &second), TMS_OK);
		assert_true(tms_str_equal(tms_buf_str(&first), tms_buf_str(&second)));
		assert_true(
			tms_window_find(copy, id)->version == tms_window_find(window, id)->version);
	}
	assert_int_equal(tms_window_count(copy), 3);
	assert_true(window_digest(copy) == window_digest(window));
	/* and again over itself: nothing moves */
	uint64_t generation = tms_window_generation(copy);
	assert_int_equal(tms_window_load_record(copy, tms_buf_str(&first), &diag), TMS_OK);
	assert_int_equal(tms_window_generation(copy), generation);
	/* what comes back is the item, not just its bytes */
	struct tms_merged merged = merged_of(&arena, copy, "arxiv:2603.00001");
	assert_str(merged.item.title, "Changed");
	assert_str(merged.item.authors[0].name, "Zoë \"Z\" Ünal");
	assert_int_equal(merged.item.links[0].length, 12345);
	assert_int_equal(merged.item.numbers[TMS_NUMBER_UPVOTES], 3);
	assert_int_equal(merged.updated, NOON + HOUR);
	assert_true(merged.item.withdrawn);
	tms_buf_free(&first);
	tms_buf_free(&second);
	tms_window_free(window);
	tms_window_free(copy);
	tms_arena_free(&arena);
}

static void a_loaded_window_lives_on_like_the_one_that_was_stored(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_window *window = full_window(&arena), *copy = make_window("hf");
	struct tms_item next = full_item(&arena, "arxiv:2603.00001", TMS_ORIGIN_HF_API);
	struct tms_buf buf = { 0 };
	(void)state;

	copy_state(window, copy);
	for (size_t i = 0; i < tms_window_count(window); i++) {
		tms_buf_clear(&buf);
		assert_int_equal(
			tms_window_write_record(window, tms_window_at(window, i)->id, &buf),
			TMS_OK);
		assert_int_equal(tms_window_load_record(copy, tms_buf_str(&buf), NULL), TMS_OK);
	}
	struct tms_window *both[] = { window, copy };
	next.numbers[TMS_NUMBER_UPVOTES] = 50;
	for (size_t i = 0; i < 2; i++) {
		list_for_a_day(both[i], &next, 1, NOON + 31 * DAY);
		assert_int_equal(retire_at(both[i], NOON + 32 * DAY, 0).counts.retired, 2);
	}
	assert_true(window_digest(copy) == window_digest(window));
	assert_int_equal(tms_window_count(copy), 1);
	tms_buf_free(&buf);
	tms_window_free(window);
	tms_window_free(copy);
	tms_arena_free(&arena);
}

static void a_retired_id_is_stored_in_place_of_its_record(void **state)
{
	struct tms_window *window = make_window("hf"), *copy = make_window("hf");
	struct tms_item item = make_item("arxiv:2603.00001", "T", TMS_ORIGIN_HF_API);
	struct tms_item other = make_item("arxiv:2603.00002", "T", TMS_ORIGIN_HF_API);
	struct tms_buf record = { 0 }, buf = { 0 };
	(void)state;

	(void)apply_items(window, &item, 1, NOON);
	struct tms_str live = stored(window, "arxiv:2603.00001", &record);
	assert_int_equal(tms_window_load_record(copy, live, NULL), TMS_OK);
	list_for_a_day(window, &other, 1, NOON + 31 * DAY);
	(void)retire_at(window, NOON + 32 * DAY, 0);
	struct tms_str retired = stored(window, "arxiv:2603.00001", &buf);
	assert_str(retired, "{\"v\":1,\"id\":\"arxiv:2603.00001\",\"retired\":1775217600}");
	assert_int_equal(tms_window_load_record(copy, retired, NULL), TMS_OK);
	assert_int_equal(tms_window_count(copy), 0);
	assert_int_equal(apply_items(copy, &item, 1, NOON + 40 * DAY).counts.retired, 1);
	assert_int_equal(tms_window_write_record(copy, TMS_STR("id:unknown"), &buf), TMS_EINVAL);
	lose_record(copy, item.id);
	assert_int_equal(apply_items(copy, &item, 1, NOON + 40 * DAY).counts.added, 1);
	tms_buf_free(&record);
	tms_buf_free(&buf);
	tms_window_free(window);
	tms_window_free(copy);
}

static void broken_bytes_are_refused_with_a_reason_and_change_nothing(void **state)
{
	static const struct {
		const char *why, *bytes;
	} rows[] = {
		{ "not JSON", "nonsense" },
		{ "no object", "[1]" },
		{ "no version", "{\"id\":\"x\",\"retired\":1}" },
		{ "a newer version", "{\"v\":2,\"id\":\"x\",\"retired\":1}" },
		{ "no id", "{\"v\":1,\"retired\":1}" },
		{ "a time beyond calendars", "{\"v\":1,\"id\":\"x\",\"retired\":999999999999999}" },
		{ "no times", "{\"v\":1,\"id\":\"x\",\"sightings\":[]}" },
		{ "no sightings",
			"{\"v\":1,\"id\":\"x\",\"first_seen\":1,\"last_listed\":1,\"sightings\":[]}" },
		{ "an unknown origin",
			"{\"v\":1,\"id\":\"x\",\"first_seen\":1,\"last_listed\":1,\"sightings\":"
			"[{\"origin\":9,\"first_seen\":1,\"last_seen\":1,\"published\":1,\"item\":{}}]}" },
		{ "no item",
			"{\"v\":1,\"id\":\"x\",\"first_seen\":1,\"last_listed\":1,\"sightings\":"
			"[{\"origin\":3,\"first_seen\":1,\"last_seen\":1,\"published\":1}]}" },
		{ "a history that runs backwards",
			"{\"v\":1,\"id\":\"x\",\"first_seen\":1,\"last_listed\":1,\"sightings\":"
			"[{\"origin\":3,\"first_seen\":1,\"last_seen\":1,\"published\":1,"
			"\"upvotes\":[[5,1],[4,2]],\"item\":{}}]}" },
		{ "a retired item that was no record",
			"{\"v\":1,\"id\":\"x\",\"retired\":1,\"record\":{\"v\":1,\"id\":\"x\"}}" },
		{ "a retired item that was retired",
			"{\"v\":1,\"id\":\"x\",\"retired\":1,"
			"\"record\":{\"v\":1,\"id\":\"x\",\"retired\":1}}" },
		{ "the same origin twice",
			"{\"v\":1,\"id\":\"x\",\"first_seen\":1,\"last_listed\":1,\"sightings\":"
			"[{\"origin\":3,\"first_seen\":1,\"last_seen\":1,\"published\":1,\"item\":{}},"
			"{\"origin\":3,\"first_seen\":1,\"last_seen\":1,\"published\":1,\"item\":{}}]}" },
	};
	struct tms_window *window = make_window("hf");
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_diag diag = { 0 };
		if (tms_window_load_record(window, tms_str_from(rows[i].bytes), &diag) !=
			TMS_EMALFORMED)
			fail_msg("%s was taken", rows[i].why);
		assert_true(diag.text[0] != '\0');
		assert_int_equal(tms_window_count(window), 0);
	}
	assert_int_equal(
		tms_window_load_record(window,
			TMS_STR("{\"v\":1,\"id\":\"x\",\"retired\":1,\"unknown\":{\"a\":[1]}}"),
			NULL),
		TMS_OK);
	assert_true(tms_window_is_retired(window, TMS_STR("x")));
	tms_window_free(window);
}

static void no_prefix_of_a_record_is_taken_for_one(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_window *window = full_window(&arena), *copy = make_window("hf");
	struct tms_buf buf = { 0 };
	struct tms_str whole = stored(window, "arxiv:2603.00001", &buf);
	(void)state;

	for (size_t len = 0; len < whole.len; len += 7)
		assert_int_equal(tms_window_load_record(copy, tms_str_slice(whole, 0, len), NULL),
			TMS_EMALFORMED);
	assert_int_equal(tms_window_count(copy), 0);
	tms_buf_free(&buf);
	tms_window_free(window);
	tms_window_free(copy);
	tms_arena_free(&arena);
}

static void what_is_held_and_how_long_lists_were_outlives_a_restart(void **state)
{
	struct tms_window *window = make_window("hf"), *copy = make_window("hf");
	struct tms_item items[6], strange = make_item("id:hf/1", "Odd", TMS_ORIGIN_OTHER);
	char ids[6][32];
	struct tms_buf first = { 0 }, second = { 0 };
	struct tms_diag diag = { 0 };
	(void)state;

	strange.numbers[TMS_NUMBER_UPVOTES] = 4;
	for (size_t i = 0; i < 6; i++) {
		(void)snprintf(ids[i], sizeof(ids[i]), "arxiv:2603.0000%zu", i);
		items[i] = make_item(ids[i], "Paper", TMS_ORIGIN_HF_API);
	}
	(void)apply_items(window, items, 6, NOON);
	(void)apply_items(window, &strange, 1, NOON + 1);
	tms_window_write_state(window, &first);
	if (tms_window_load_state(copy, tms_buf_str(&first), &diag) != TMS_OK)
		fail_msg("%s", diag.text);
	tms_window_write_state(copy, &second);
	assert_true(tms_str_equal(tms_buf_str(&first), tms_buf_str(&second)));
	assert_int_equal(tms_window_health(copy)->held_count, 1);
	struct tms_apply_report report = { 0 };
	assert_int_equal(tms_window_release(copy, NOON + 2, &report), TMS_OK);
	const struct tms_record *record = tms_window_find(copy, strange.id);
	assert_non_null(record);
	assert_int_equal(last_value(&record->sightings[0].tracks[0]), 4);
	assert_int_equal(tms_window_load_state(
				 copy, TMS_STR("{\"v\":1,\"polls\":[{\"poll\":\"x\"}]}"), &diag),
		TMS_EMALFORMED);
	tms_buf_free(&first);
	tms_buf_free(&second);
	tms_window_free(window);
	tms_window_free(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stored_window_comes_back_to_the_same_bytes_and_the_same_digest),
		cmocka_unit_test(a_loaded_window_lives_on_like_the_one_that_was_stored),
		cmocka_unit_test(a_retired_id_is_stored_in_place_of_its_record),
		cmocka_unit_test(broken_bytes_are_refused_with_a_reason_and_change_nothing),
		cmocka_unit_test(no_prefix_of_a_record_is_taken_for_one),
		cmocka_unit_test(what_is_held_and_how_long_lists_were_outlives_a_restart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
