/* Snippets: which run of a text is shown, where it is cut, and what is marked. */
#include <tamis/snippet.h>
#include <tamis/utf8.h>

#include "subject.h"

static struct tms_arena arena; /* of the last snippet */

static void snippet_of(const char *text, const struct tms_merged *item, struct tms_buf *buf,
	struct tms_snippet *out)
{
	struct tms_query *query = parsed(text);
	struct tms_query_explanation why;
	struct tms_doc doc;

	tms_arena_free(&arena);
	assert_int_equal(tms_doc_make(&arena, item, &doc), TMS_OK);
	assert_int_equal(tms_query_explain(query, item, &doc, PUBLISHED, &arena, &why), TMS_OK);
	assert_int_equal(tms_snippet_make(&why, &doc, &arena, out), TMS_OK);
	tms_buf_clear(buf);
	tms_snippet_write(out, NULL, buf);
	if (out->text.len > 0) /* borrowed of the item, and in its place */
		assert_true(out->start + out->text.len <=
			    item->item.summary.len + item->item.comment.len);
	for (size_t i = 0; i < out->marks_count; i++)
		assert_true(out->marks[i].start < out->marks[i].end &&
			    out->marks[i].end <= out->text.len &&
			    (i == 0 || out->marks[i - 1].end < out->marks[i].start));
	tms_query_free(query);
}

static int free_arena(void **state)
{
	(void)state;
	tms_arena_free(&arena);
	return 0;
}

static void expect(const char *query, const struct tms_merged *item, const char *want)
{
	struct tms_snippet snippet;
	struct tms_buf buf = { 0 };

	snippet_of(query, item, &buf, &snippet);
	if (!tms_str_equal(tms_buf_str(&buf), tms_str_from(want)))
		fail_msg("%s: got %.*s", query, TMS_STR_ARGS(tms_buf_str(&buf)));
	tms_buf_free(&buf);
}

static const char abstract[] =
	"Language models have changed how people write. This is a long sentence that says nothing of "
	"interest to anybody who reads it, and goes on. We show that agents which call tools plan "
	"better than agents that do not. The tools are simple ones, such as a calculator. At the "
	"end of this abstract stands a survey.";

static void the_run_with_most_of_what_is_asked_for_is_shown(void **state)
{
	static const struct {
		const char *why, *query, *want;
	} rows[] = {
		{ "a sentence from its beginning", "agents tools",
			"\xe2\x80\xa6 We show that **agents** which call **tools** plan better than "
			"**agents** that do not. The **tools** are simple ones, such as a calculator. "
			"At the end of this abstract stands a \xe2\x80\xa6" },
		{ "what is excluded is marked, too", "-calculator",
			"\xe2\x80\xa6 The tools are simple ones, such as a **calculator**. At the end of "
			"this abstract stands a survey." },
		{ "the beginning, when nothing of it stands there", "title:plain",
			"Language models have changed how people write. This is a long sentence that says "
			"nothing of interest to anybody who reads it, and goes on. We show that agents "
			"\xe2\x80\xa6" },
		{ "the end of a text is filled from before it", "survey",
			"\xe2\x80\xa6 The tools are simple ones, such as a calculator. At the end of this "
			"abstract stands a **survey**." },
		{ "different words before one word twice", "language survey agents",
			"\xe2\x80\xa6 that **agents** which call tools plan better than **agents** that "
			"do not. The tools are simple ones, such as a calculator. At the end of this "
			"abstract stands a **survey**." },
		{ "words that touch are marked as one", "\"language models\" models",
			"**Language models** have changed how people write. This is a long sentence that "
			"says nothing of interest to anybody who reads it, and goes on. We show that agents "
			"\xe2\x80\xa6" },
	};
	struct tms_merged item = plain_item();

	(void)state;
	item.item.title = TMS_STR("A plain title of agents");
	item.item.summary = tms_str_from(abstract);
	for (size_t i = 0; i < TMS_COUNT(rows); i++)
		expect(rows[i].query, &item, rows[i].want);
}

/* What is marked may be a part of a word, and stand where there is hardly room. */
static void words_are_not_torn(void **state)
{
	static const char filler[] =
		"and some more words that stand here for nothing at all to be ";
	struct tms_merged item = plain_item();
	struct tms_buf text = { 0 }, buf = { 0 };
	struct tms_snippet snippet;

	(void)state;
	for (size_t between = 0; between < 150; between++) {
		tms_buf_clear(&text);
		tms_buf_format(&text, "%s%s%s multi-agent ", filler, filler, filler);
		for (size_t i = 0; i < between; i++)
			tms_buf_add_char(&text, filler[i % (sizeof(filler) - 1)]);
		tms_buf_format(&text, " language-models~(MLLMs) %s%s%s", filler, filler, filler);
		item.item.summary = tms_buf_str(&text);
		snippet_of("agent language", &item, &buf, &snippet);
		char before = item.item.summary.ptr[snippet.start - 1];
		char behind = item.item.summary.ptr[snippet.start + snippet.text.len];
		if (before != ' ' || behind != ' ')
			fail_msg("%zu: %.*s", between, TMS_STR_ARGS(tms_buf_str(&buf)));
		assert_in_range(snippet.marks_count, 1, 2);
		assert_in_range(snippet.text.len, 100, TMS_SNIPPET_CHARACTERS + 15);
	}
	tms_buf_free(&text);
	tms_buf_free(&buf);
}

static void of_several_texts_the_one_with_most_of_it_is_shown(void **state)
{
	static struct tms_str keywords[] = { TMS_STR_INIT("agents"), TMS_STR_INIT("agents too") };
	struct tms_merged item = plain_item();
	struct tms_snippet snippet;
	struct tms_buf buf = { 0 };

	(void)state;
	item.item.title = TMS_STR("Agents, agents, agents");
	item.item.summary = TMS_STR("On agents.");
	item.item.keywords = keywords;
	item.item.keywords_count = 2;
	item.item.comment = TMS_STR("Code of agents, for agents.");
	snippet_of("any:agents", &item, &buf, &snippet);
	assert_string_equal(snippet.field, "comment");
	assert_str(tms_buf_str(&buf), "Code of **agents**, for **agents**.");
	item.item.comment = TMS_STR("Code of agents");
	snippet_of("any:agents", &item, &buf, &snippet);
	assert_string_equal(snippet.field, "abstract");
	item.item.comment = item.item.summary = (struct tms_str){ 0 };
	snippet_of("any:agents", &item, &buf, &snippet);
	assert_null(snippet.field);
	assert_int_equal(buf.len, 0);
	tms_buf_free(&buf);
}

/* Formulas stand as they are written, and are not cut. */
static void tex_is_shown_as_it_stands(void **state)
{
	struct tms_merged item = plain_item();
	struct tms_buf text = { 0 }, buf = { 0 };
	struct tms_snippet snippet;

	(void)state;
	item.item.summary =
		TMS_STR("Schr\\\"odinger's CO$_2$ costs \\$5 and $\\pi_0$ \\textbf{bold words}.");
	expect("co2 \"bold words\"", &item,
		"Schr\\\"odinger's **CO$_2$** costs \\$5 and $\\pi_0$ \\textbf{**bold words**}.");
	for (int i = 0; i < 60; i++) {
		tms_buf_clear(&text);
		for (int k = 0; k < i; k++)
			tms_buf_add_char(&text, 'y');
		for (int k = 0; k < 12; k++)
			tms_buf_add_cstr(&text, " no $a + b_{i j}$ and \\emph{two words}");
		tms_buf_add_cstr(&text, " agents");
		for (int k = 0; k < 12; k++)
			tms_buf_add_cstr(&text, " no $a + b_{i j}$ and \\emph{two words}");
		item.item.summary = tms_buf_str(&text);
		snippet_of("agents", &item, &buf, &snippet);
		int signs = 0, braces = 0;
		for (size_t k = 0; k < snippet.text.len; k++) {
			signs += snippet.text.ptr[k] == '$';
			braces += (snippet.text.ptr[k] == '{') - (snippet.text.ptr[k] == '}');
		}
		if (signs % 2 != 0 || braces != 0)
			fail_msg("%d: %.*s", i, TMS_STR_ARGS(snippet.text));
	}
	tms_buf_free(&text);
	tms_buf_free(&buf);
}

/* Whatever it is cut from, it is whole characters as readers see them, and not much longer. */
static void nothing_is_cut_inside_what_is_one_character(void **state)
{
	static const char *const units[] = {
		"\xe4\xba\xba",
		"e\xcc\x81\xcc\xa3",
		"\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa",
		"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x94\xac",
		"\xe0\xae\xa8\xe0\xae\xbf",
		"\xff",
		"\xea\xb0\x80",
		"word ",
	};
	struct tms_merged item = plain_item();
	struct tms_buf text = { 0 }, buf = { 0 };
	struct tms_snippet snippet;

	(void)state;
	for (size_t u = 0; u < TMS_COUNT(units); u++)
		for (int before = 0; before < 130; before += 13) {
			tms_buf_clear(&text);
			for (int i = 0; i < before; i++)
				tms_buf_add_cstr(&text, units[u]);
			tms_buf_add_cstr(&text, " agents ");
			for (int i = 0; i < 200; i++)
				tms_buf_add_cstr(&text, units[u]);
			item.item.summary = tms_buf_str(&text);
			snippet_of("agents", &item, &buf, &snippet);
			size_t unit = strlen(units[u]), at = 0, count = 0;
			assert_int_equal(snippet.marks_count, 1);
			for (; at < snippet.text.len; count++)
				(void)tms_utf8_next(snippet.text, &at);
			assert_in_range(count, 20, TMS_SNIPPET_CHARACTERS + 15);
			/* before and behind the word stand whole units */
			size_t mark = snippet.marks[0].start, end = snippet.marks[0].end;
			size_t lead = mark > 0 ? mark - 1 : 0, tail = snippet.text.len - end - 1;
			if (units[u][unit - 1] != ' ' && (lead % unit != 0 || tail % unit != 0))
				fail_msg("%zu: %d: %zu and %zu", u, before, lead, tail);
		}
	tms_buf_free(&text);
	tms_buf_free(&buf);
}

static void a_place_that_is_longer_is_cut_and_marked(void **state)
{
	struct tms_merged item = plain_item();
	struct tms_buf text = { 0 }, buf = { 0 };
	struct tms_snippet snippet;

	(void)state;
	for (int i = 0; i < 100; i++)
		tms_buf_add_cstr(&text, "long \n");
	item.item.summary = tms_buf_str(&text);
	snippet_of("/(long \\s*)+/", &item, &buf, &snippet);
	assert_int_equal(snippet.marks_count, 1);
	assert_true(snippet.is_cut_behind && !snippet.is_cut_before);
	assert_in_range(snippet.text.len, 100, TMS_SNIPPET_CHARACTERS);
	assert_int_equal(tms_str_find_byte(tms_buf_str(&buf), '\n', 0), SIZE_MAX);
	tms_buf_free(&text);
	tms_buf_free(&buf);
}

static void titles_are_marked_whole(void **state)
{
	struct tms_query *query = parsed("agents plans");
	struct tms_merged item = plain_item();
	struct tms_query_explanation why;
	struct tms_arena own = { 0 };
	struct tms_snippet title;
	struct tms_buf buf = { 0 };
	struct tms_doc doc;

	(void)state;
	item.item.title = TMS_STR("Agents with plans, and agents without");
	item.item.summary = TMS_STR("On agents.");
	assert_int_equal(tms_doc_make(&own, &item, &doc), TMS_OK);
	assert_int_equal(tms_query_explain(query, &item, &doc, PUBLISHED, &own, &why), TMS_OK);
	assert_int_equal(tms_snippet_of_title(&why, &doc, &own, &title), TMS_OK);
	tms_snippet_write(&title, NULL, &buf);
	assert_str(tms_buf_str(&buf), "**Agents** with **plans**, and **agents** without");
	tms_buf_free(&buf);
	tms_arena_free(&own);
	tms_query_free(query);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_run_with_most_of_what_is_asked_for_is_shown),
		cmocka_unit_test(words_are_not_torn),
		cmocka_unit_test(of_several_texts_the_one_with_most_of_it_is_shown),
		cmocka_unit_test(tex_is_shown_as_it_stands),
		cmocka_unit_test(nothing_is_cut_inside_what_is_one_character),
		cmocka_unit_test(a_place_that_is_longer_is_cut_and_marked),
		cmocka_unit_test(titles_are_marked_whole),
	};

	return cmocka_run_group_tests(tests, NULL, free_arena);
}
