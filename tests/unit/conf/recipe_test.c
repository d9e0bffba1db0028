/* What is wrong with a recipe is said at its place, all of it in one run. */
#include "test.h"

#include <tamis/recipe_file.h>

static struct tms_str messages_of(struct tms_arena *arena, const char *yaml)
{
	struct tms_conf_messages errors = { 0 };
	const struct tms_recipe *recipe = NULL;
	struct tms_buf text = { 0 };

	enum tms_status st = tms_recipe_parse(
		arena, tms_str_from(yaml), TMS_STR("r.yaml"), TMS_STR_NONE, &recipe, &errors);
	assert_int_equal(st == TMS_OK, errors.count == 0);
	for (size_t i = 0; i < errors.count; i++)
		tms_conf_message_write(&text, &errors.items[i]);
	struct tms_str copy = tms_arena_copy(arena, tms_buf_str(&text));
	tms_buf_free(&text);
	return copy;
}

static void every_mistake_is_said_at_its_place(void **state)
{
	static const struct {
		const char *yaml, *want;
	} rows[] = {
		{ "items: p\nfields: {title: b}", "" },
		{ "fields: {title: b}", "r.yaml:1:1: there is no `items`" },
		{ "items: p", "r.yaml:1:1: there are no `fields`" },
		{ "items: p\nfields: {titel: b}",
			"r.yaml:2:10: there is no field \"titel\"; did you mean \"title\"?" },
		{ "items: p\nfeilds: {title: b}",
			"r.yaml:2:1: \"feilds\" has no meaning here; did you mean \"fields\"?" },
		{ "items: p[\nfields: {title: b}",
			"r.yaml:1:10: expected the name of an attribute" },
		{ "items: p\nfields:\n  title: {select: b:hover}",
			"r.yaml:3:21: there is no such pseudo-class" },
		{ "items: p\nfields:\n  title: [b, //p[]", "r.yaml:" },
		{ "items: p\nfields:\n  title: {select: b, regex: 'a('}",
			"r.yaml:3:29: this is no regular expression" },
		{ "items: p\nfields:\n  title: {select: b, regex: '(a{500}){500}'}",
			"r.yaml:3:29: this" },
		{ "items: p\nfields:\n  title: $.t",
			"r.yaml:3:10: a JSON path, where `items` finds elements" },
		{ "items: $.a\nfields:\n  title: b", "r.yaml:3:10: expected a JSON path" },
		{ "items: $.a[\nfields:\n  title: $.b", "r.yaml:1:12: expected a name in quotes" },
		{ "items: p\nfields:\n  date: {select: b, format: '%d.%m'}",
			"r.yaml:3:30: a date of this form has no year" },
		{ "items: p\nfields:\n  title: {select: b, format: '%d'}",
			"r.yaml:3:30: format: only dates" },
		{ "items: p\nfields:\n  date: {select: b, zone: CEST}",
			"r.yaml:3:27: zone: found \"CEST\"" },
		{ "items: p\nfields:\n  link: {template: 'x{a}'}",
			"r.yaml:3:22: there is no field or part" },
		{ "items: p\nfields:\n  link: {template: 'x{1'}",
			"r.yaml:3:22: a brace stands alone" },
		{ "items: p\nfields:\n  title: {template: '{link}'}\n  link: {template: '{title}'}",
			"r.yaml:3:22: this field is itself made of others" },
		{ "items: p\nfields:\n  title: {regex: a}",
			"r.yaml:3:10: neither `select` nor `template`" },
		{ "items: p\nfields:\n  title: {select: b, from: page}",
			"r.yaml:3:28: from: found another text" },
		{ "items: p\nfields: {title: b}\npages: {most: 3}",
			"r.yaml:3:8: pages: expected either" },
		{ "items: p\nfields: {title: b}\npages: {url: 'x', most: 3}",
			"r.yaml:3:14: url: there is no {page}" },
		{ "items: p\nfields: {title: b}\npages: {next: a, most: 300}",
			"r.yaml:3:24: most: expected a whole number" },
		{ "items: p\nfields: {title: b}\nurl: ftp://x",
			"r.yaml:3:6: url: expected an address" },
		{ "layouts: []", "r.yaml:1:10: 0 layouts" },
		{ "items: p\nlayouts: [{items: p, fields: {title: b}}]",
			"r.yaml:1:8: items: stands in each" },
		{ "items: p\nfields: {title: b}\nparts: {title: b}",
			"r.yaml:3:9: \"title\" is the name of a field" },
		{ "items: a #b\nfields: {title: b}", "r.yaml:1:8: \" #\" begins a comment" },
		{ "[]", "r.yaml:1:1: found a list" },
	};

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_arena arena = { 0 };
		struct tms_str got = messages_of(&arena, rows[i].yaml);
		if (rows[i].want[0] == '\0'
				? got.len > 0
				: tms_str_find(got, tms_str_from(rows[i].want), 0) == SIZE_MAX)
			fail_msg("%s\ngot: %.*s", rows[i].yaml, TMS_STR_ARGS(got));
		tms_arena_free(&arena);
	}
}

static void all_mistakes_are_said_in_one_run(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_str got = messages_of(&arena,
		"items: p[\nfields:\n  title: {select: 'b>', regex: '('}\n  date: {select: i, format: '%k'}\n  lnk: a\n");

	(void)state;
	assert_true(tms_str_find(got, TMS_STR("r.yaml:1:10:"), 0) != SIZE_MAX);
	assert_true(tms_str_find(got, TMS_STR("r.yaml:5:3:"), 0) != SIZE_MAX);
	assert_true(tms_str_find(got, TMS_STR("r.yaml:3:22:"), 0) != SIZE_MAX);
	assert_true(tms_str_find(got, TMS_STR("r.yaml:3:32:"), 0) != SIZE_MAX);
	assert_true(tms_str_find(got, TMS_STR("r.yaml:4:30:"), 0) != SIZE_MAX);
	tms_arena_free(&arena);
}

static void every_recipe_that_comes_along_is_right_and_says_what_it_is_for(void **state)
{
	size_t count = 0;
	const struct tms_recipe_shipped *shipped = tms_recipes_shipped(&count);

	(void)state;
	assert_true(count >= 2);
	for (size_t i = 0; i < count; i++) {
		struct tms_arena arena = { 0 };
		struct tms_conf_messages errors = { 0 };
		const struct tms_recipe *recipe = NULL;
		if (tms_recipe_parse(&arena, shipped[i].yaml, shipped[i].name, TMS_STR_NONE,
			    &recipe, &errors) != TMS_OK)
			fail_msg("%.*s: %s", TMS_STR_ARGS(shipped[i].name),
				errors.items[0].diag.text);
		assert_true(recipe->about.len > 0 && recipe->title.len > 0);
		assert_true(tms_str_equal(recipe->name, shipped[i].name));
		assert_true(i == 0 || tms_str_compare(shipped[i - 1].name, shipped[i].name) < 0);
		tms_arena_free(&arena);
	}
}

/* Sources are known by what is asked for and how it is read; another thread reads by a copy. */
static void a_copy_is_the_same_recipe_and_a_change_is_another(void **state)
{
	static const char *const yamls[] = {
		"items: p\nfields: {title: b}",
		"items: q\nfields: {title: b}",
		"items: p\nfields: {title: i}",
		"items: p\nfields: {title: {select: b, required: true}}",
		"items: p\nfields: {title: {select: b, map: {a: b}}}",
		"items: p\nfields: {title: b}\npages: {next: a}",
	};
	uint64_t hashes[TMS_COUNT(yamls)];

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(yamls); i++) {
		struct tms_arena arena = { 0 }, other = { 0 };
		struct tms_conf_messages errors = { 0 };
		const struct tms_recipe *recipe = NULL;
		assert_int_equal(tms_recipe_parse(&arena, tms_str_from(yamls[i]), TMS_STR("r.yaml"),
					 TMS_STR_NONE, &recipe, &errors),
			TMS_OK);
		hashes[i] = tms_recipe_hash(recipe);
		const struct tms_recipe *copy = tms_recipe_copy(&other, recipe);
		tms_arena_free(&arena);
		assert_int_equal(tms_recipe_hash(copy), hashes[i]);
		for (size_t k = 0; k < i; k++)
			assert_int_not_equal(hashes[k], hashes[i]);
		tms_arena_free(&other);
	}
}

static void regular_expressions_are_bounded_together_too(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_buf yaml = { 0 };

	(void)state;
	tms_buf_add_cstr(&yaml, "items: p\nfields:\n  title:\n");
	for (int i = 0; i < 16; i++)
		tms_buf_add_cstr(&yaml, "  - {select: b, regex: 'a{900}b{800}'}\n");
	tms_buf_add_char(&yaml, '\0');
	assert_true(tms_str_find(messages_of(&arena, yaml.ptr), TMS_STR("too large together"), 0) !=
		    SIZE_MAX);
	tms_buf_free(&yaml);
	tms_arena_free(&arena);
}

/* What a configuration says of recipes: its own win over the folder's, these over those that come along. */
static void a_source_names_a_recipe_of_the_file_the_folder_or_tamis(void **state)
{
	static const struct tms_conf_recipe_file files[] = {
		{ TMS_STR_INIT("items: i\nfields: {title: b}\nurl: https://folder.example/"),
			TMS_STR_INIT("recipes/beside.yaml") },
		{ TMS_STR_INIT("items: i\nfields: {title: b}"), TMS_STR_INIT("recipes/own.yaml") },
	};
	struct tms_conf_input in = {
		.file = TMS_STR("t.yaml"),
		.recipes = files,
		.recipes_count = TMS_COUNT(files),
		.yaml = TMS_STR(
			"sources:\n  a: {recipe: beside}\n  b: {recipe: own, url: 'https://b.example/'}\n"
			"  c: {recipe: hf-papers}\n  d: {recipe: hf-papers, file: /tmp/x.html}\n"
			"recipes:\n  own: {items: p, fields: {title: b}, title: Own}\n"),
	};
	struct tms_arena arena = { 0 };
	struct tms_conf_messages errors;
	const struct tms_conf *conf = NULL;

	(void)state;
	if (tms_conf_parse(&arena, &in, &conf, &errors) != TMS_OK)
		fail_msg("%s", errors.items[0].diag.text);
	assert_str(conf->sources[0].url, "https://folder.example/");
	assert_str(conf->sources[1].recipe->layouts[0].items.text, "p");
	assert_str(conf->sources[1].title, "Own");
	assert_str(conf->sources[2].url, "https://huggingface.co/papers");
	assert_str(conf->sources[3].url, "");
	assert_int_not_equal(conf->sources[2].hash, conf->sources[3].hash);
	assert_int_equal(conf->recipes_count, 2);
	tms_arena_free(&arena);
}

static void what_a_source_says_of_its_recipe_is_checked(void **state)
{
	static const struct {
		const char *yaml, *want;
	} rows[] = {
		{ "sources: {a: {recipe: hf-paper}}",
			"t.yaml:1:23: there is no recipe \"hf-paper\"; did you mean \"hf-papers\"?" },
		{ "sources: {a: {recipe: hf-papers, preset: hf-trending}}",
			"a preset is read without one" },
		{ "sources: {a: {recipe: r}}\nrecipes: {r: {items: p, fields: {title: b}}}",
			"1:23: recipe: r has no address of its own" },
		{ "sources: {a: {recipe: r, url: 'https://a.example/'}}\nrecipes: {r: {items: 'p[', fields: {title: b}}}",
			"2:25: expected the name of an attribute" },
		{ "recipes: {R: {items: p, fields: {title: b}}}", "\"R\" cannot name a recipe" },
		{ "recipes: [a]", "found a list" },
	};

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		const struct tms_conf_input in = { .file = TMS_STR("t.yaml"),
			.yaml = tms_str_from(rows[i].yaml) };
		struct tms_arena arena = { 0 };
		struct tms_conf_messages errors;
		const struct tms_conf *conf = NULL;
		struct tms_buf text = { 0 };
		assert_int_equal(tms_conf_parse(&arena, &in, &conf, &errors), TMS_EINVAL);
		tms_conf_message_write(&text, &errors.items[0]);
		if (errors.count != 1 ||
			tms_str_find(tms_buf_str(&text), tms_str_from(rows[i].want), 0) == SIZE_MAX)
			fail_msg("%s: %zu messages, %.*s", rows[i].yaml, errors.count,
				TMS_STR_ARGS(tms_buf_str(&text)));
		tms_buf_free(&text);
		tms_arena_free(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_source_names_a_recipe_of_the_file_the_folder_or_tamis),
		cmocka_unit_test(what_a_source_says_of_its_recipe_is_checked),
		cmocka_unit_test(every_mistake_is_said_at_its_place),
		cmocka_unit_test(all_mistakes_are_said_in_one_run),
		cmocka_unit_test(regular_expressions_are_bounded_together_too),
		cmocka_unit_test(every_recipe_that_comes_along_is_right_and_says_what_it_is_for),
		cmocka_unit_test(a_copy_is_the_same_recipe_and_a_change_is_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
