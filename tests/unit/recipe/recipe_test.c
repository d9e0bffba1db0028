/* Recipes read pages without feeds, say what they miss, and cost what they may cost. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include <tamis/json.h>
#include <tamis/listing.h>
#include <tamis/recipe_file.h>

#include "../listing/files.inc.c"

static const struct tms_recipe *recipe_of(
	struct tms_arena *arena, struct tms_str yaml, const char *name)
{
	struct tms_conf_messages errors = { 0 };
	const struct tms_recipe *recipe = NULL;

	if (tms_recipe_parse(arena, yaml, tms_str_from(name), TMS_STR_NONE, &recipe, &errors) !=
		TMS_OK)
		fail_msg("%s:%u:%u: %s", name, errors.items[0].diag.line,
			errors.items[0].diag.column, errors.items[0].diag.text);
	return recipe;
}

/* The fixture NAME.what.html is read by NAME.yaml beside it, else by the recipe that comes with Tamis. */
static const struct tms_recipe *recipe_for(struct tms_arena *arena, const char *path)
{
	struct tms_str folder = tms_str_from(path), name = folder;

	while (!tms_str_ends(folder, TMS_STR("/")))
		folder.len--;
	name = tms_str_slice(name, folder.len, name.len);
	name = tms_str_slice(name, 0, tms_str_find_byte(name, '.', 0));
	const char *own = tms_str_cstr(arena,
		tms_arena_format(arena, "%.*s%.*s.yaml", TMS_STR_ARGS(folder), TMS_STR_ARGS(name)));
	struct tms_str yaml = test_read(arena, own);
	if (yaml.len > 0)
		return recipe_of(arena, yaml, own);
	const struct tms_recipe_shipped *shipped = tms_recipe_shipped_find(name);
	if (!shipped)
		fail_msg("%s: no such recipe", own);
	return recipe_of(arena, shipped->yaml, tms_str_cstr(arena, name));
}

static void read_into(struct tms_buf *out, struct tms_arena *arena, const char *path)
{
	struct tms_recipe_report report = { 0 };
	struct tms_listing_hints hints = { .recipe = recipe_for(arena, path), .report = &report };
	struct tms_listing listing;
	struct tms_diag diag = { 0 };

	enum tms_status st =
		tms_recipe_read(arena, test_read(arena, path), &hints, &listing, &diag);
	if (st != TMS_OK)
		tms_buf_format(out, "%s\n%s\n", tms_status_name(st), diag.text);
	tms_recipe_report_write(out, &report, st == TMS_OK ? &listing : NULL);
	if (st == TMS_OK)
		tms_listing_write_json(out, &listing);
}

/* UPDATE=1 writes what is read now; the diff is then for people to judge. */
static void each_fixture_reads_as_its_golden_file_says(void **state)
{
	struct tms_arena paths = { 0 };
	size_t count, compared = 0;
	char **files = test_files(&paths,
		tms_str_cstr(&paths,
			tms_arena_format(&paths, "%s/fixtures/recipe", getenv("TAMIS_TESTS"))),
		&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct tms_arena arena = { 0 };
		struct tms_buf got = { 0 };
		if (strstr(files[i], ".want") || strstr(files[i], ".yaml"))
			continue;
		const char *want_path =
			tms_str_cstr(&arena, tms_arena_format(&arena, "%s.want", files[i]));
		read_into(&got, &arena, files[i]);
		if (getenv("UPDATE"))
			assert_true(test_write(want_path, tms_buf_str(&got)));
		if (!tms_str_equal(test_read(&arena, want_path), tms_buf_str(&got)))
			fail_msg("%s reads differently; now:\n%.*s", files[i],
				TMS_STR_ARGS(tms_buf_str(&got)));
		compared++;
		tms_buf_free(&got);
		tms_arena_free(&arena);
	}
	assert_true(compared >= 7);
	tms_arena_free(&paths);
}

static void compare_item(const char *path, const struct tms_item *a, const struct tms_item *b)
{
	if (!tms_str_equal(a->id, b->id) || !tms_str_equal(a->title, b->title) ||
		!tms_str_equal(a->link, b->link) || !tms_str_equal(a->summary, b->summary) ||
		a->published != b->published || a->published_day_only != b->published_day_only ||
		a->authors_count != b->authors_count || a->keywords_count != b->keywords_count ||
		!tms_str_equal(a->submitter, b->submitter) ||
		!tms_str_equal(a->code_url, b->code_url) ||
		memcmp(a->numbers, b->numbers, sizeof(a->numbers)) != 0)
		fail_msg("%s: %.*s reads differently by the recipe", path, TMS_STR_ARGS(a->id));
}

/* With the data attribute, without it, without the cards, trending, of 2024 and of 2026. */
static void the_shipped_recipe_reads_papers_as_the_built_in_reader_does(void **state)
{
	static const char *const folders[] = { "hf/html", "hf/html-synth" };
	struct tms_arena arena = { 0 };
	const char *corpus = test_corpus(&arena);
	size_t count = 0, pages = 0, items = 0;

	(void)state;
	if (!corpus) {
		tms_arena_free(&arena);
		skip();
		return;
	}
	const struct tms_recipe *recipe =
		recipe_of(&arena, tms_recipe_shipped_find(TMS_STR("hf-papers"))->yaml, "hf-papers");
	for (size_t f = 0; f < TMS_COUNT(folders); f++) {
		char **files = test_files(&arena,
			tms_str_cstr(&arena, tms_arena_format(&arena, "%s/%s", corpus, folders[f])),
			&count);
		for (size_t i = 0; i < count; i++) {
			struct tms_listing_hints hints = {
				.url = TMS_STR("https://huggingface.co/papers")
			};
			struct tms_listing own, by_recipe;
			if (strstr(files[i], "paper-page") || !strstr(files[i], ".html"))
				continue;
			struct tms_str body = test_read(&arena, files[i]);
			assert_int_equal(
				tms_recipe_read(&arena, body, &hints, &own, NULL), TMS_OK);
			hints.recipe = recipe;
			assert_int_equal(
				tms_recipe_read(&arena, body, &hints, &by_recipe, NULL), TMS_OK);
			assert_int_equal(own.items_count, by_recipe.items_count);
			for (size_t k = 0; k < own.items_count; k++)
				compare_item(files[i], &own.items[k], &by_recipe.items[k]);
			items += own.items_count;
			pages++;
		}
	}
	print_message("%zu papers on %zu pages\n", items, pages);
	assert_true(pages >= 6 && items >= 150);
	tms_arena_free(&arena);
}

struct reading {
	struct tms_arena arena;
	struct tms_listing listing;
	struct tms_recipe_report report;
	struct tms_diag diag;
	enum tms_status status;
};

static struct reading read_page(const char *yaml, struct tms_str body, size_t page)
{
	struct reading r = { .arena = { .max_bytes = (size_t)512 << 20 } };
	struct tms_listing_hints hints = { .recipe = recipe_of(
						   &r.arena, tms_str_from(yaml), "t.yaml"),
		.report = &r.report,
		.page = page,
		.url = TMS_STR("https://a.example/list") };

	r.status = tms_recipe_read(&r.arena, body, &hints, &r.listing, &r.diag);
	return r;
}

static void a_page_without_items_is_a_failure_unless_it_says_so(void **state)
{
	static const struct {
		const char *why, *yaml, *body;
		size_t page;
		enum tms_status want;
		const char *part;
	} rows[] = {
		{ "the layout changed", "items: .post\nfields: {title: h2}",
			"<html><p>hello</html>", 0, TMS_ENOTFEED, "`items` finds nothing: .post" },
		{ "the page says that there is nothing",
			"items: .post\nempty: .none\nfields: {title: h2}",
			"<html><p class=none>-</html>", 0, TMS_OK, "" },
		{ "a list of JSON without elements", "items: $.a[*]\nfields: {title: $.t}",
			"{\"a\":[]}", 0, TMS_OK, "" },
		{ "the same, shorter", "items: $.a\nfields: {title: $.t}", "{\"a\":[]}", 0, TMS_OK,
			"" },
		{ "the list is gone", "items: $.a[*]\nfields: {title: $.t}", "{\"b\":[]}", 0,
			TMS_ENOTFEED, "`items` finds nothing: $.a[*]" },
		{ "behind the last page", "items: .post\nfields: {title: h2}", "<html><p>-</html>",
			1, TMS_OK, "" },
		{ "a page where JSON was", "items: $.a[*]\nfields: {title: $.t}",
			"<html>down</html>", 0, TMS_ENOTFEED,
			"it reads JSON, and this document is none" },
		{ "JSON where a page was", "items: .post\nfields: {title: h2}", "{\"error\":1}", 0,
			TMS_ENOTFEED, "this document is JSON" },
		{ "the attribute is gone", "json: 'div@data'\nitems: $.a\nfields: {title: $.t}",
			"<html><div></div></html>", 0, TMS_ENOTFEED,
			"`json` finds nothing: div@data" },
		{ "what stands there is no JSON",
			"json: 'div@data'\nitems: $.a\nfields: {title: $.t}",
			"<html><div data='{\"a\":'></div></html>", 0, TMS_ENOTFEED, "broken" },
		{ "nothing at all", "items: .post\nfields: {title: h2}", " \n", 0, TMS_ENOTFEED,
			"empty" },
		{ "items without anything", "items: .post\nfields: {title: h2}",
			"<html><p class=post>a<p class=post>b</html>", 0, TMS_EMALFORMED,
			"none of the 2 entries" },
	};

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct reading r =
			read_page(rows[i].yaml, tms_str_from(rows[i].body), rows[i].page);
		if (r.status != rows[i].want || !strstr(r.diag.text, rows[i].part))
			fail_msg("%s: status %d: %s", rows[i].why, r.status, r.diag.text);
		tms_arena_free(&r.arena);
	}
}

static void a_field_that_no_item_has_any_more_is_the_first_note(void **state)
{
	struct reading r = read_page(
		"items: p\nfields: {title: b, upvotes: i, stars: {select: u, optional: true}}",
		TMS_STR("<html><p><b>1</b><p><b></b><p><b>3</b></html>"), 0);

	(void)state;
	assert_int_equal(r.status, TMS_OK);
	assert_int_equal(r.listing.items_count, 2);
	assert_string_equal(
		r.listing.notes[0].text, "the recipe t finds in none of the 3 items: upvotes");
	tms_arena_free(&r.arena);
}

static void a_report_tells_what_happened_and_nothing_else(void **state)
{
	struct reading empty = read_page("items: p\nfields: {title: b}", TMS_STR(" "), 0);
	struct reading nowhere = { 0 };
	struct tms_listing_hints hints = { .report = &nowhere.report,
		.recipe = recipe_of(&nowhere.arena,
			TMS_STR("items: p\nfields: {title: b, link: a@href}"), "t.yaml") };
	struct tms_buf text = { 0 };

	(void)state;
	tms_recipe_report_write(&text, &empty.report, NULL);
	assert_string_equal(tms_str_cstr(&empty.arena, tms_buf_str(&text)),
		"items          0 found\nsteps          0 of 20000000\n");
	tms_buf_clear(&text);
	assert_int_equal(tms_recipe_read(&nowhere.arena,
				 TMS_STR("<html><p><b>1</b><a href=x>2</a></html>"), &hints,
				 &nowhere.listing, &nowhere.diag),
		TMS_OK);
	tms_recipe_report_write(&text, &nowhere.report, &nowhere.listing);
	assert_non_null(strstr(tms_str_cstr(&nowhere.arena, tms_buf_str(&text)),
		"\"x\" is no address, or is relative to a page whose address is not known"));
	tms_buf_free(&text);
	tms_arena_free(&empty.arena);
	tms_arena_free(&nowhere.arena);
}

static void pages_follow_a_link_or_a_number_up_to_their_limit(void **state)
{
	static const struct {
		const char *pages;
		size_t page;
		const char *want;
	} rows[] = {
		{ "{next: 'a@href', most: 3}", 0, "https://a.example/older" },
		{ "{next: 'a@href', most: 3}", 1, "https://a.example/older" },
		{ "{next: 'a@href', most: 3}", 2, "" },
		{ "{url: '?p={page}', most: 3}", 0, "https://a.example/list?p=2" },
		{ "{url: '?p={page}', first: 0, most: 3}", 1, "https://a.example/list?p=2" },
		{ "{url: '/all/{page}', first: 0, step: 25, most: 20}", 1,
			"https://a.example/all/50" },
		{ "{next: 'i@href', most: 3}", 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		char yaml[200];
		(void)snprintf(yaml, sizeof(yaml), "items: p\nfields: {title: b}\npages: %s",
			rows[i].pages);
		struct reading r = read_page(yaml,
			TMS_STR("<html><p><b>1</b></p><a href='/older'>x</a></html>"),
			rows[i].page);
		assert_int_equal(r.status, TMS_OK);
		assert_str(r.listing.next_url, rows[i].want);
		tms_arena_free(&r.arena);
	}
}

/* What a user may write, on what a page may hold: refused with the reason, in bounded work. */
static void hostile_recipes_end_when_their_steps_are_used(void **state)
{
	static const char *const recipes[] = {
		"items: p\nfields: {title: {select: '//p', from: document}}",
		"items: //p[contains(.., 'zz')]\nfields: {title: .}",
		"items: p\nfields: {authors: {select: ancestor::body//p, regex: '(.*)x'}, title: .}",
		"items: p\nfields: {title: {select: body, from: document, regex: '(\\pL+\\s*)+\\d$'}}",
		"items: p\nfields: {summary: {select: '..', as: html}}",
		"items: p\nfields: {keywords: {select: 'body', from: document, split: '1'}, title: .}",
	};
	struct tms_buf html = { 0 };

	(void)state;
	tms_buf_add_cstr(&html, "<html><body>");
	for (int i = 0; i < 4900; i++)
		tms_buf_format(&html, "<p>word word word %d</p>", i);
	for (size_t i = 0; i < TMS_COUNT(recipes); i++) {
		struct reading r = read_page(recipes[i], tms_buf_str(&html), 0);
		if (r.status != TMS_ELIMIT || !strstr(r.diag.text, "steps"))
			fail_msg("%s: status %d after %llu steps: %s", recipes[i], r.status,
				(unsigned long long)r.report.steps, r.diag.text);
		tms_arena_free(&r.arena);
	}
	tms_buf_free(&html);
}

static void a_thousand_items_of_a_sound_recipe_take_few_steps(void **state)
{
	struct tms_buf html = { 0 };

	(void)state;
	tms_buf_add_cstr(&html, "<html><body>");
	for (int i = 0; i < 1000; i++)
		tms_buf_format(&html,
			"<article><h2><a href='/%d'>Title %d</a></h2><time datetime='2026-03-01'></time>"
			"<p class=s>A teaser of some words, as they are.</p><i>%d</i></article>",
			i, i, i);
	struct reading r = read_page(
		"items: article\nfields: {title: h2 a, link: h2 a@href, date: time@datetime, "
		"summary: .s, upvotes: i}",
		tms_buf_str(&html), 0);
	assert_int_equal(r.status, TMS_OK);
	assert_int_equal(r.listing.items_count, 1000);
	print_message("%llu steps\n", (unsigned long long)r.report.steps);
	assert_true(r.report.steps < TMS_RECIPE_STEPS / 50);
	tms_arena_free(&r.arena);
	tms_buf_free(&html);
}

static void the_report_is_json_too(void **state)
{
	struct reading r = read_page("items: p\nfields: {title: b, date: i}",
		TMS_STR("<html><p><b>1</b><i>soon</i><p>2</html>"), 0);
	struct tms_buf out = { 0 };
	struct json_t *json = NULL;
	int64_t number = 0;

	(void)state;
	assert_int_equal(r.status, TMS_OK);
	tms_recipe_report_write_json(&out, &r.report, &r.listing);
	assert_int_equal(tms_json_parse(tms_buf_str(&out), NULL, &json, NULL), TMS_OK);
	assert_true(tms_json_int(json, "items", &number) && number == 2);
	assert_true(tms_json_int(json, "used", &number) && number == 1);
	const struct json_t *date = tms_json_at(tms_json_array(json, "fields"), 0);
	assert_str(tms_json_str(date, "name"), "date");
	assert_str(tms_json_str(date, "unread_sample"), "soon");
	assert_true(tms_json_int(date, "missed", &number) && number == 1);
	tms_json_free(json);
	tms_buf_free(&out);
	tms_arena_free(&r.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_fixture_reads_as_its_golden_file_says),
		cmocka_unit_test(the_shipped_recipe_reads_papers_as_the_built_in_reader_does),
		cmocka_unit_test(a_page_without_items_is_a_failure_unless_it_says_so),
		cmocka_unit_test(a_field_that_no_item_has_any_more_is_the_first_note),
		cmocka_unit_test(a_report_tells_what_happened_and_nothing_else),
		cmocka_unit_test(pages_follow_a_link_or_a_number_up_to_their_limit),
		cmocka_unit_test(hostile_recipes_end_when_their_steps_are_used),
		cmocka_unit_test(a_thousand_items_of_a_sound_recipe_take_few_steps),
		cmocka_unit_test(the_report_is_json_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
