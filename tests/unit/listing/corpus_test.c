/* Real captures: nothing of them is lost, nothing in them brings a reader down. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include <tamis/identity.h>
#include <tamis/json.h>
#include <tamis/listing.h>

#include "files.inc.c"

static const char *corpus(void **state)
{
	return tms_str_cstr(*state, tms_str_from(test_corpus(*state)));
}

#define NEED_CORPUS(state)                                                                         \
	do {                                                                                       \
		if (!test_corpus(*(state))) {                                                      \
			print_message("no captures (TAMIS_CORPUS, ../shared/corpus): skipped\n");  \
			skip();                                                                    \
		}                                                                                  \
	} while (0)

static size_t occurrences(struct tms_str body, const char *needle)
{
	size_t count = 0;

	for (size_t at = tms_str_find(body, tms_str_from(needle), 0); at != SIZE_MAX;
		at = tms_str_find(body, tms_str_from(needle), at + 1))
		count++;
	return count;
}

/* How many entries the bytes hold, counted without the readers. */
static size_t raw_count(const char *path, struct tms_str body)
{
	struct json_t *value = NULL;
	size_t count = 0;

	if (!strstr(path, ".json"))
		return occurrences(body, "<entry>") + occurrences(body, "<entry ") +
		       occurrences(body, "<item>") + occurrences(body, "<item ");
	if (tms_json_parse(body, NULL, &value, NULL) != TMS_OK)
		return SIZE_MAX;
	count = tms_json_count(
		tms_json_kind_of(value) == TMS_JSON_ARRAY ? value : tms_json_array(value, "items"));
	tms_json_free(value);
	return count;
}

static void check_item(const char *path, const struct tms_item *item)
{
	struct tms_arena arena = { 0 };

	/* one capture has an entry without a title on purpose */
	if (item->id.len == 0 || (item->title.len == 0 && !strstr(path, "All-News-AI")))
		fail_msg("%s: an item without identity or title", path);
	if (tms_str_find_byte(item->title, '\n', 0) != SIZE_MAX)
		fail_msg("%s: a title of two lines", path);
	if (!tms_is_iri(tms_item_atom_id(&arena, item->id)))
		fail_msg("%s: %.*s gives no IRI", path, TMS_STR_ARGS(item->id));
	if (item->published != TMS_TIME_NONE &&
		(item->published < 946684800 || item->published > 1893456000))
		fail_msg("%s: published out of this century's first decades", path);
	tms_arena_free(&arena);
}

static size_t check_directory(void **state, const char *directory)
{
	size_t count;
	char **files = test_files(*state,
		tms_str_cstr(*state, tms_arena_format(*state, "%s/%s", corpus(state), directory)),
		&count);
	size_t read = 0;

	for (size_t i = 0; i < count; i++) {
		struct tms_arena arena = { 0 };
		struct tms_listing listing = { 0 };
		struct tms_diag diag = { 0 };
		if (strstr(files[i], "/_") || strstr(files[i], ".tsv"))
			continue;
		struct tms_str body = test_read(&arena, files[i]);
		enum tms_status st = tms_listing_parse(&arena, body, NULL, &listing, &diag);
		size_t got = listing.items_count + listing.duplicates_count + listing.skipped_count;
		/* what is known to be no listing: an archive's Python text, arXiv's error, voices */
		bool refused = strstr(files[i], "2025-01-02") || strstr(files[i], "id_abc") ||
			       strstr(files[i], "voices_feed");
		if ((st != TMS_OK) != refused)
			fail_msg("%s: %s", files[i], st ? diag.text : "should be refused");
		if (st == TMS_OK && got != raw_count(files[i], body))
			fail_msg("%s: %zu entries read of %zu", files[i], got,
				raw_count(files[i], body));
		if (listing.skipped_count > 0)
			fail_msg("%s: %s", files[i], listing.notes[0].text);
		for (size_t k = 0; k < listing.items_count; k++)
			check_item(files[i], &listing.items[k]);
		read += listing.items_count;
		tms_arena_free(&arena);
	}
	return read;
}

static void every_paper_of_the_api_is_read(void **state)
{
	NEED_CORPUS(state);
	assert_int_equal(check_directory(state, "hf/api-daily"), 431);
	assert_true(check_directory(state, "hf/api") > 50);
}

static void every_snapshot_of_the_history_is_read(void **state)
{
	NEED_CORPUS(state);
	assert_true(check_directory(state, "hf/history") > 500);
}

static void every_entry_of_arxiv_and_the_blogs_is_read(void **state)
{
	NEED_CORPUS(state);
	assert_true(check_directory(state, "arxiv/rss") > 10);
	assert_true(check_directory(state, "arxiv/api") > 60);
	assert_true(check_directory(state, "feeds-2026") > 100);
}

struct page {
	const char *file;
	size_t items;
	enum tms_listing_period period;
	const char *date;
};

static void list_pages_give_the_same_papers_from_data_and_from_cards(void **state)
{
	static const struct page pages[] = {
		{ "hf/html/papers-list-date-2024-08-01.html", 13, TMS_PERIOD_DAY, "2024-08-01" },
		{ "hf/html-synth/date-2026-06-10.articles-only.html", 0, TMS_PERIOD_DAY,
			"2026-06-10" },
		{ "hf/html-synth/date-2026-06-11.props-only.html", 0, TMS_PERIOD_DAY,
			"2026-06-11" },
		{ "hf/html-synth/date-2026-06-09.html", 0, TMS_PERIOD_DAY, "2026-06-09" },
		{ "hf/html-synth/trending-2026-06-12.html", 0, TMS_PERIOD_TRENDING, "" },
	};
	(void)state;
	NEED_CORPUS(state);

	for (size_t i = 0; i < TMS_COUNT(pages); i++) {
		struct tms_arena arena = { 0 };
		struct tms_listing listing;
		struct tms_diag diag = { 0 };
		const char *path = tms_str_cstr(
			&arena, tms_arena_format(&arena, "%s/%s", corpus(state), pages[i].file));
		struct tms_str body = test_read(&arena, path);
		size_t cards = occurrences(body, "<article");
		if (tms_listing_parse(&arena, body, NULL, &listing, &diag) != TMS_OK)
			fail_msg("%s: %s", path, diag.text);
		assert_int_equal(listing.kind, TMS_LISTING_HF_PAGE);
		assert_int_equal(listing.period, pages[i].period);
		assert_str(listing.period_date, pages[i].date);
		if (cards > 0)
			assert_int_equal(listing.items_count, cards);
		if (pages[i].items > 0)
			assert_int_equal(listing.items_count, pages[i].items);
		assert_true(listing.items_count > 0);
		for (size_t k = 0; k < listing.items_count; k++) {
			check_item(path, &listing.items[k]);
			assert_true(tms_identity_arxiv(listing.items[k].id).len > 0);
			assert_int_not_equal(
				listing.items[k].numbers[TMS_NUMBER_UPVOTES], TMS_NUMBER_NONE);
			assert_int_not_equal(
				listing.items[k].numbers[TMS_NUMBER_COMMENTS], TMS_NUMBER_NONE);
		}
		tms_arena_free(&arena);
	}
}

/* Test inputs of other libraries and hostile ones: read or refused with a reason, never worse. */
static void nothing_brings_a_reader_down(void **state)
{
	static const char *const directories[] = { "suites", "security/xml", "security/html",
		"security/json", "arxiv/oai", "hf/html", "oracle/none" };
	size_t ok = 0, all = 0;
	NEED_CORPUS(state);

	for (size_t d = 0; d < TMS_COUNT(directories); d++) {
		size_t count;
		char **files = test_files(*state,
			tms_str_cstr(*state,
				tms_arena_format(*state, "%s/%s", corpus(state), directories[d])),
			&count);
		for (size_t i = 0; i < count; i++) {
			struct tms_arena arena = { .max_bytes = 128u << 20 };
			struct tms_listing listing;
			struct tms_diag diag = { 0 };
			struct tms_buf json = { 0 };
			struct tms_str body = test_read(&arena, files[i]);
			enum tms_status st = tms_listing_parse(&arena, body, NULL, &listing, &diag);
			if (st == TMS_OK)
				tms_listing_write_json(&json, &listing);
			else if (diag.text[0] == '\0')
				fail_msg("%s is refused without a reason", files[i]);
			ok += st == TMS_OK;
			all++;
			tms_buf_free(&json);
			tms_arena_free(&arena);
		}
	}
	print_message("%zu of %zu files are listings\n", ok, all);
	assert_true(ok > 1000);
}

static int set_up(void **state)
{
	static struct tms_arena arena;

	*state = &arena;
	return 0;
}

static int tear_down(void **state)
{
	tms_arena_free(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_paper_of_the_api_is_read),
		cmocka_unit_test(every_snapshot_of_the_history_is_read),
		cmocka_unit_test(every_entry_of_arxiv_and_the_blogs_is_read),
		cmocka_unit_test(list_pages_give_the_same_papers_from_data_and_from_cards),
		cmocka_unit_test(nothing_brings_a_reader_down),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
