/* What a configuration keeps of what it was read from. */
#include "parse.h"

#define MANY 500

/* Of the arena, with so many feeds of two sources each. */
static size_t bytes_of_feeds(size_t count)
{
	struct tms_buf yaml = { 0 };

	tms_buf_add_cstr(&yaml, "limits: {feeds_per_user: 1000}\n"
				"sources: {a: {preset: hf-weekly}, b: {preset: hf-daily-papers}}\n"
				"users:\n  u:\n    feeds:\n");
	for (size_t i = 0; i < count; i++)
		tms_buf_format(&yaml,
			"      f%zu: {sources: [a, b], match: 'language model w%zu'}\n", i + 10000,
			i + 10000);
	tms_buf_add_char(&yaml, '\0');
	struct parsed p = parse(yaml.ptr);
	assert_right(&p);
	assert_int_equal(p.conf->users[0].feeds_count, count);
	size_t bytes = p.arena.used_bytes;
	tms_arena_free(&p.arena);
	tms_buf_free(&yaml);
	return bytes;
}

static void a_feed_takes_its_texts_and_not_what_it_was_read_from(void **state)
{
	(void)state;
	size_t each = (bytes_of_feeds(2 * MANY) - bytes_of_feeds(MANY)) / MANY;

	/* its structure, its name, what it keeps, two pointers */
	if (each > sizeof(struct tms_conf_feed) + 16 + 32 + 16 + 16)
		fail_msg("%zu bytes a feed", each);
}

static void recipes_outlive_what_they_were_read_from(void **state)
{
	char yaml[] = "sources: {s: {url: 'https://example.org/list', recipe: r}}\n"
		      "recipes:\n  r: {items: article, fields: {title: h2, link: 'a @href'}}\n";
	(void)state;
	struct parsed p = parse(yaml);

	assert_right(&p);
	memset(yaml, '#', sizeof(yaml) - 1);
	assert_int_equal(p.conf->recipes_count, 1);
	const struct tms_recipe *recipe = p.conf->recipes[0];
	assert_ptr_equal(p.conf->sources[0].recipe, recipe);
	assert_str(recipe->name, "r");
	assert_str(recipe->layouts[0].items.text, "article");
	assert_str(recipe->layouts[0].rules[0].value.ways[0].select.text, "a @href");
	assert_str(recipe->layouts[0].rules[1].value.ways[0].select.text, "h2");
	tms_arena_free(&p.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_feed_takes_its_texts_and_not_what_it_was_read_from),
		cmocka_unit_test(recipes_outlive_what_they_were_read_from),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
