#include "../make.h"
#include "tree_record.h"

#include <stdio.h>

#define RECORDS 300
#define DAMAGES 100

/* ---- invented records ---- */

static size_t roll(uint64_t *random, size_t below)
{
	*random ^= *random << 13;
	*random ^= *random >> 7;
	*random ^= *random << 17;
	return (size_t)((*random >> 11) % below);
}

static struct tms_str invent_text(struct tms_arena *arena, uint64_t *random)
{
	static const char *const pieces[] = { "agents", " ", "\n\n", "\"", "\\", "Z\xc3\xbc rich",
		"\t", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "</p>", "\x01",
		"a longer piece of plain text", "https://example.org/?a=1&b=2", "\xef\xbf\xbd" };
	struct tms_buf buf = { 0 };

	for (size_t n = roll(random, 3) ? roll(random, 8) : 0; n > 0; n--)
		tms_buf_add_cstr(&buf, pieces[roll(random, TMS_COUNT(pieces))]);
	if (roll(random, 30) == 0)
		tms_buf_add_char(&buf, '\0');
	return tms_arena_take(arena, &buf);
}

static void invent_list(struct tms_arena *arena, uint64_t *random, const struct tms_item_list *list,
	struct tms_item *item)
{
	size_t count = roll(random, 4) ? 0 : roll(random, 9);
	char *array = count ? tms_arena_calloc(arena, count, list->size) : NULL;

	for (size_t i = 0; i < count; i++) {
		struct tms_str *runs = (struct tms_str *)(void *)(array + i * list->size);
		for (size_t k = 0; k < list->runs; k++) {
			runs[k] = invent_text(arena, random);
			if (runs[k].len == 0 && k < 2) /* none is without what it means */
				runs[k] = TMS_STR("x");
		}
		if (list->offset == offsetof(struct tms_item, links))
			((struct tms_link *)(void *)runs)->length =
				roll(random, 2) ? TMS_NUMBER_NONE : (int64_t)roll(random, 1 << 30);
	}
	memcpy((char *)item + list->offset, &array, sizeof(array));
	memcpy((char *)item + list->count_offset, &count, sizeof(count));
}

static struct tms_item invent_item(struct tms_arena *arena, uint64_t *random, struct tms_str id)
{
	size_t runs_count = 0, lists_count = 0;
	const struct tms_item_run *runs = tms_item_runs(&runs_count);
	const struct tms_item_list *lists = tms_item_lists(&lists_count);
	struct tms_item item;

	tms_item_init(&item);
	for (size_t i = 0; i < runs_count; i++) {
		struct tms_str text = roll(random, 3) ? TMS_STR_NONE : invent_text(arena, random);
		memcpy((char *)&item + runs[i].offset, &text, sizeof(text));
	}
	for (size_t i = 0; i < lists_count; i++)
		invent_list(arena, random, &lists[i], &item);
	item.id = id;
	item.published = roll(random, 3) ? NOON - (tms_time)roll(random, 1 << 30) : TMS_TIME_NONE;
	item.submitted = roll(random, 3) ? TMS_TIME_NONE : -(tms_time)roll(random, 1 << 30);
	item.published_day_only = roll(random, 2);
	item.withdrawn = roll(random, 9) == 0;
	return item;
}

static void invent_sighting(struct tms_arena *arena, uint64_t *random, struct tms_str id,
	enum tms_origin origin, struct tms_sighting *out)
{
	struct tms_item item = invent_item(arena, random, id);

	*out = (struct tms_sighting){ .first_seen = NOON,
		.last_seen = NOON + (tms_time)roll(random, DAY),
		.published = NOON - (tms_time)roll(random, DAY),
		.changed_at = roll(random, 2) ? TMS_TIME_NONE : NOON + HOUR };
	item.origin = origin;
	assert_int_equal(tms_packed_item_new(&item, &out->packed), TMS_OK);
	for (size_t i = 0; i < TMS_NUMBERS; i++)
		for (size_t n = roll(random, 2) ? 0 : roll(random, 6); n > 0; n--) {
			bool moved = false;
			assert_int_equal(
				tms_track_add(&out->tracks[i], NOON + (tms_time)roll(random, DAY),
					(int64_t)roll(random, 1000), &moved),
				TMS_OK);
		}
}

/* The stored form of a record or, rarely, of a retired id. */
static void invent_record(struct tms_arena *arena, uint64_t *random, struct tms_buf *out)
{
	static const struct tms_str lists[] = { TMS_STR_INIT("daily"), TMS_STR_INIT("l\"2"),
		TMS_STR_INIT("2026-03") };
	struct tms_sighting sightings[TMS_ORIGIN_MAX];
	struct tms_record record = { .id = tms_arena_format(
					     arena, "id:\"%zu\" ", roll(random, 999)),
		.first_seen = NOON,
		.last_listed = NOON + (tms_time)roll(random, DAY),
		.sightings = sightings };
	struct tms_buf live = { 0 };

	for (int origin = 1; origin <= TMS_ORIGIN_MAX; origin++)
		if (roll(random, 3) == 0 ||
			(origin == TMS_ORIGIN_MAX && record.sightings_count == 0))
			invent_sighting(arena, random, record.id, (enum tms_origin)origin,
				&sightings[record.sightings_count++]);
	record_write(&live, &record, lists, roll(random, TMS_COUNT(lists) + 1));
	for (size_t i = 0; i < record.sightings_count; i++)
		tms_sighting_fini(&sightings[i]);
	if (roll(random, 6) > 0) {
		tms_buf_add(out, tms_buf_str(&live));
	} else {
		struct tms_json_writer w = { .buf = out };
		tms_json_begin(&w, '{');
		tms_json_member_int(&w, "v", RECORD_JSON_VERSION);
		tms_json_member_str(&w, "id", record.id);
		tms_json_member_int(&w, "retired", NOON);
		if (roll(random, 2)) {
			tms_json_key(&w, "record");
			tms_json_add_raw(&w, tms_buf_str(&live));
		}
		tms_json_end(&w);
	}
	tms_buf_free(&live);
}

/* ---- damage ---- */

/* Where the value behind a colon or comma ends; text.len: it is none. */
static size_t value_end(struct tms_str text, size_t at)
{
	struct tms_arena arena = { 0 };
	struct json_pull pull;

	json_pull_begin(&pull, &arena, tms_str_slice(text, at, text.len));
	size_t len = json_pull_skip(&pull).len;
	tms_arena_free(&arena);
	return len > 0 ? at + len : text.len;
}

/* Another value in place of one, so that the text stays JSON; or bytes that differ. */
static void damage(struct tms_buf *text, uint64_t *random)
{
	static const char *const values[] = { "null", "true", "\"\"", "\"x\"", "0", "-1", "1.0",
		"1e3", "6", "99999999999999", "[]", "{}", "[[1772452800,3]]", "[[5,1],[4,2]]",
		"[{}]", "{\"v\":1}", "1.5e2", "1,\"later\":{\"a\":[1]}" };
	struct tms_buf made = { 0 };
	struct tms_str old = tms_buf_str(text);
	size_t at = roll(random, old.len), end = at + 1;

	if (roll(random, 3)) {
		while (at < old.len && old.ptr[at] != ':' && old.ptr[at] != '[')
			at++;
		at += at < old.len;
		end = value_end(old, at);
	}
	tms_buf_add(&made, tms_str_slice(old, 0, at));
	if (end > at + 1)
		tms_buf_add_cstr(&made, values[roll(random, TMS_COUNT(values))]);
	else if (roll(random, 2))
		tms_buf_add_char(&made, (char)roll(random, 256));
	tms_buf_add(&made, tms_str_slice(old, end, old.len));
	tms_buf_free(text);
	*text = made;
}

/* ---- comparing ---- */

static void write_sightings(
	struct tms_buf *buf, struct tms_str id, const struct tms_sighting *sightings, size_t count)
{
	struct tms_record record = { .id = id,
		.sightings = (struct tms_sighting *)(uintptr_t)sightings,
		.sightings_count = count };

	record_write(buf, &record, NULL, 0);
	for (size_t i = 0; i < count; i++)
		tms_buf_format(buf, " %016llx", (unsigned long long)sightings[i].packed->hash);
}

static void write_tree(struct tms_buf *buf, const struct tree_record *record)
{
	struct tms_json_writer w = { .buf = buf };

	tms_buf_format(buf, "%lld %lld %lld ", (long long)record->retired,
		(long long)record->first_seen, (long long)record->last_listed);
	for (size_t i = 0; i < tms_json_count(record->lists); i++)
		tms_json_write_str(buf, tms_json_text(tms_json_at(record->lists, i)));
	if (record->whole)
		tms_json_add_value(&w, record->whole);
	write_sightings(buf, record->id, record->sightings, record->sightings_count);
}

static void write_read(struct tms_buf *buf, const struct record_stored *record)
{
	struct tms_json_writer w = { .buf = buf };
	struct json_t *whole = NULL;

	tms_buf_format(buf, "%lld %lld %lld ", (long long)record->retired,
		(long long)record->first_seen, (long long)record->last_listed);
	for (size_t i = 0; i < record->lists_count; i++)
		tms_json_write_str(buf, record->lists[i]);
	if (record->whole.len > 0) {
		assert_int_equal(tms_json_parse(record->whole, NULL, &whole, NULL), TMS_OK);
		tms_json_add_value(&w, whole);
		tms_json_free(whole);
	}
	write_sightings(buf, record->id, record->sightings, record->sightings_count);
}

static enum tms_status by_tree(struct tms_str bytes, struct tms_buf *out)
{
	struct tree_record record = { .id = { 0 } };
	struct json_t *value = NULL;

	enum tms_status st = record_open(bytes, &value, NULL);
	if (st == TMS_OK)
		st = tree_record_read(value, &record, NULL);
	if (st == TMS_OK)
		write_tree(out, &record);
	for (size_t i = 0; st == TMS_OK && i < record.sightings_count; i++)
		tms_sighting_fini(&record.sightings[i]);
	tms_json_free(value);
	return st;
}

static enum tms_status by_reader(struct tms_str bytes, struct tms_buf *out, struct tms_diag *diag)
{
	struct record_stored record = { .id = { 0 } };
	struct tms_arena arena = { 0 };

	enum tms_status st = record_read(&arena, bytes, &record, diag);
	if (st == TMS_OK)
		write_read(out, &record);
	for (size_t i = 0; st == TMS_OK && i < record.sightings_count; i++)
		tms_sighting_fini(&record.sightings[i]);
	tms_arena_free(&arena);
	return st;
}

/* Is it taken, by both? */
static bool agree(struct tms_str bytes)
{
	struct tms_buf tree = { 0 }, read = { 0 };
	struct tms_diag diag = { 0 };

	enum tms_status wanted = by_tree(bytes, &tree), st = by_reader(bytes, &read, &diag);
	if (st != wanted)
		fail_msg("%.*s: status %d, by the tree %d (%s)", TMS_STR_ARGS(bytes), st, wanted,
			diag.text);
	assert_true(st == TMS_OK || diag.text[0] != '\0');
	if (!tms_str_equal(tms_buf_str(&tree), tms_buf_str(&read)))
		fail_msg("%.*s: read as %.*s, by the tree as %.*s", TMS_STR_ARGS(bytes),
			TMS_STR_ARGS(tms_buf_str(&read)), TMS_STR_ARGS(tms_buf_str(&tree)));
	tms_buf_free(&tree);
	tms_buf_free(&read);
	return st == TMS_OK;
}

/* ---- tests ---- */

static void invented_records_are_read_as_from_a_tree_and_so_is_what_damage_leaves(void **state)
{
	uint64_t random = 0x853c49e6748fea9bu;
	size_t taken = 0;
	(void)state;

	for (size_t i = 0; i < RECORDS; i++) {
		struct tms_arena arena = { 0 };
		struct tms_buf whole = { 0 };
		invent_record(&arena, &random, &whole);
		if (!agree(tms_buf_str(&whole)))
			fail_msg("refused: %.*s", TMS_STR_ARGS(tms_buf_str(&whole)));
		for (size_t k = 0; k < DAMAGES; k++) {
			struct tms_buf damaged = { 0 };
			tms_buf_add(&damaged, tms_buf_str(&whole));
			for (size_t n = 1 + roll(&random, 2); n > 0; n--)
				damage(&damaged, &random);
			taken += agree(tms_buf_str(&damaged));
			tms_buf_free(&damaged);
		}
		tms_buf_free(&whole);
		tms_arena_free(&arena);
	}
	assert_true(taken > RECORDS * DAMAGES / 10 && taken < RECORDS * DAMAGES * 9 / 10);
}

static void members_are_read_in_any_order_and_of_two_the_later_one(void **state)
{
	static const char *const rows[] = {
		"{\"sightings\":[{\"item\":{\"published\":3,\"links\":[{\"length\":5,\"href\":\"h\"}],"
		"\"title\":\"T\"},\"upvotes\":[[1,2,9],[4,5]],\"published\":1,\"last_seen\":1,"
		"\"first_seen\":1,\"origin\":3}],\"lists\":[\"a\",1,\"b\"],\"last_listed\":2,"
		"\"first_seen\":1,\"id\":\"x\",\"v\":1}",
		"{\"v\":1,\"id\":\"x\",\"id\":\"y\",\"first_seen\":1,\"last_listed\":1,\"lists\":[\"a\"],"
		"\"lists\":[\"b\"],\"sightings\":[{\"origin\":1,\"first_seen\":1,\"last_seen\":1,"
		"\"published\":1,\"stars\":[[1,1]],\"stars\":[[1,2]],\"item\":{\"title\":\"A\","
		"\"title\":\"B\",\"keywords\":[\"a\",\"b\"],\"keywords\":[\"c\"]}}],\"sightings\":"
		"[{\"origin\":3,\"first_seen\":1,\"last_seen\":1,\"published\":1,\"item\":{}}]}",
		"{\"v\":1,\"id\":\"x\",\"retired\":5,\"sightings\":[{}],\"record\":7}",
		" { \"v\" : 1.0 , \"id\" : \"x\" , \"retired\" : 1e3 } ",
	};
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++)
		if (!agree(tms_str_from(rows[i])))
			fail_msg("refused: %s", rows[i]);
}

static void a_long_history_is_thinned_alike(void **state)
{
	struct tms_buf buf = { 0 };
	(void)state;

	tms_buf_add_cstr(&buf,
		"{\"v\":1,\"id\":\"x\",\"first_seen\":1,\"last_listed\":1,\"sightings\":"
		"[{\"origin\":3,\"first_seen\":1,\"last_seen\":1,\"published\":1,"
		"\"item\":{},\"upvotes\":[[0,0]");
	for (int i = 1; i < 3000; i++)
		tms_buf_format(&buf, ",[%d,%d]", i, i * 7919 % 1009);
	tms_buf_add_cstr(&buf, "]}]}");
	assert_true(agree(tms_buf_str(&buf)));
	tms_buf_free(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			invented_records_are_read_as_from_a_tree_and_so_is_what_damage_leaves),
		cmocka_unit_test(members_are_read_in_any_order_and_of_two_the_later_one),
		cmocka_unit_test(a_long_history_is_thinned_alike),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
