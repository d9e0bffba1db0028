#include "test.h"

#include <tamis/buf.h>
#include <tamis/item_text.h>

static struct tms_str words(struct tms_arena *arena, const char *word, size_t count)
{
	struct tms_buf text = { 0 };

	for (size_t i = 0; i < count; i++)
		tms_buf_format(&text, "%s%s%zu", i > 0 ? " " : "", word, i);
	return tms_arena_take(arena, &text);
}

static struct tms_str paragraph(struct tms_arena *arena, struct tms_str text)
{
	return tms_arena_format(arena, "<p>%.*s</p>", TMS_STR_ARGS(text));
}

static void a_content_is_read_as_text_beside_its_summary(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_item item;
	struct tms_item_text text;
	(void)state;

	tms_item_init(&item);
	item.title = TMS_STR("Walk");
	item.summary = TMS_STR("A teaser.");
	item.content_html = TMS_STR("<p>A <b>heron</b> &amp; a seal.</p><ul><li>One</li></ul>");
	assert_int_equal(tms_item_text(&arena, &item, true, &text), TMS_OK);
	assert_str(text.summary, "A teaser.");
	assert_str(text.content, "A heron & a seal.\n\nOne");
	assert_false(text.is_one);
	assert_int_equal(tms_item_text(&arena, &item, false, &text), TMS_OK);
	assert_int_equal(text.content.len, 0);
	tms_arena_free(&arena);
}

static void a_summary_made_of_the_content_is_one_text_with_it(void **state)
{
	static const struct {
		const char *why, *summary, *html;
		bool is_one;
	} rows[] = {
		{ "the same", "A heron.", "<p>A <i>heron</i>.</p>", true },
		{ "other white space", "A heron. \n\n One", "<p>A heron.</p><ul><li>One</li></ul>",
			true },
		{ "the beginning alone", "A heron.", "<p>A heron. And a seal.</p>", false },
		{ "the beginning, as pages show it", "A heron…", "<p>A heron and a seal.</p>",
			false },
		{ "something else", "A seal.", "<p>A heron.</p>", false },
		{ "more than it", "A heron. A seal.", "<p>A heron.</p>", false },
		{ "nothing", "", "<p>A heron.</p>", false },
		{ "pictures alone", "", "<p><img src=\"https://e.example/i\"/></p>", false },
	};
	struct tms_arena arena = { 0 };
	struct tms_item item;
	struct tms_item_text text;
	(void)state;

	tms_item_init(&item);
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		item.summary = tms_str_from(rows[i].summary);
		item.content_html = tms_str_from(rows[i].html);
		assert_int_equal(tms_item_text(&arena, &item, true, &text), TMS_OK);
		if (text.is_one != rows[i].is_one)
			fail_msg("%s", rows[i].why);
	}
	tms_arena_free(&arena);
}

static void a_shortened_summary_gives_way_to_the_content(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_item item;
	struct tms_item_text text;
	(void)state;

	tms_item_init(&item);
	item.content_html = paragraph(&arena, words(&arena, "w", 500));
	item.summary = tms_arena_format(
		&arena, "%.*s…", TMS_STR_ARGS(words(&arena, "w", TMS_ITEM_ABOUT_WORDS + 1)));
	assert_int_equal(tms_item_text(&arena, &item, true, &text), TMS_OK);
	assert_true(text.is_one);
	assert_true(tms_str_ends(text.summary, TMS_STR("w499")));
	tms_arena_free(&arena);
}

static void twenty_thousand_words_are_searched_from_the_title_on(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_item item;
	struct tms_item_text text;
	(void)state;

	tms_item_init(&item);
	item.title = TMS_STR("Two words");
	item.summary = words(&arena, "s", 1000);
	item.content_html = paragraph(&arena, words(&arena, "c", TMS_ITEM_WORDS_MAX - 1002));
	assert_int_equal(tms_item_text(&arena, &item, true, &text), TMS_OK);
	assert_false(text.is_cut);
	item.title = TMS_STR("Now three words");
	assert_int_equal(tms_item_text(&arena, &item, true, &text), TMS_OK);
	assert_true(text.is_cut);
	assert_true(tms_str_ends(text.content, TMS_STR(" c18996")));
	item.summary = words(&arena, "s", TMS_ITEM_WORDS_MAX);
	assert_int_equal(tms_item_text(&arena, &item, true, &text), TMS_OK);
	assert_true(tms_str_ends(text.summary, TMS_STR(" s19996")));
	assert_int_equal(text.content.len, 0);
	tms_arena_free(&arena);
}

static void what_an_item_is_about_is_said_by_its_summary_or_the_beginning(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_item item;
	(void)state;

	tms_item_init(&item);
	item.summary = words(&arena, "s", 500);
	assert_true(tms_str_equal(tms_item_about(&arena, &item), item.summary));
	item.content_html = paragraph(&arena, words(&arena, "c", 400));
	assert_true(tms_str_equal(tms_item_about(&arena, &item), item.summary));
	item.summary = words(&arena, "c", 400); /* it was made of the content */
	assert_true(tms_str_ends(tms_item_about(&arena, &item), TMS_STR(" c299")));
	item.summary = TMS_STR_NONE;
	assert_true(tms_str_ends(tms_item_about(&arena, &item), TMS_STR(" c299")));
	item.summary = TMS_STR("A teaser.");
	assert_str(tms_item_about(&arena, &item), "A teaser.");
	tms_arena_free(&arena);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_content_is_read_as_text_beside_its_summary),
		cmocka_unit_test(a_summary_made_of_the_content_is_one_text_with_it),
		cmocka_unit_test(a_shortened_summary_gives_way_to_the_content),
		cmocka_unit_test(twenty_thousand_words_are_searched_from_the_title_on),
		cmocka_unit_test(what_an_item_is_about_is_said_by_its_summary_or_the_beginning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
