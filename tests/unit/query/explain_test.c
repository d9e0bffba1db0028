/* Reasons, and queries written back. */
#include <tamis/advice.h>

#include "subject.h"

static const struct tms_query_rule rules[] = {
	{ TMS_STR_INIT("no-noise"), TMS_STR_INIT("-survey -\"technical report\"") },
	{ TMS_STR_INIT("empty"), TMS_STR_INIT("") },
};
static const struct tms_query_options options = { .rules = rules, .rules_count = TMS_COUNT(rules) };

static size_t notes_of(const char *text)
{
	struct tms_advice advice = { 0 };
	struct tms_query *query = NULL;

	assert_int_equal(
		tms_query_parse_advised(tms_str_from(text), &options, &query, &advice), TMS_OK);
	size_t count = advice.count;
	tms_query_free(query);
	tms_advice_free(&advice);
	return count;
}

static void the_deciding_part_is_named_with_its_words_and_place(void **state)
{
	static const struct {
		const char *query, *why;
	} rows[] = {
		{ "", "nothing excludes it" },
		{ "-vision", "nothing excludes it" },
		{ "agents", "agents: title \"Agent\"@2, abstract \"AGENTS\"@3" },
		{ "agents upvotes>=20",
			"agents: title \"Agent\"@2, abstract \"AGENTS\"@3; upvotes>=20: 12, highest 31" },
		{ "\"fine tuning\"", "\"fine tuning\": abstract \"Fine-Tuning\"@14" },
		{ "finetuning OR vision", "finetuning: abstract \"Fine-Tuning\"@14" },
		{ "author:\"y lecun\"", "author:\"y lecun\": author \"Yann LeCun\"@0" },
		{ "category:cs.*", "category:cs.*: category \"cs.CL\"@0" },
		{ "age<7d", "age<7d: 24h" },
		{ "published>=2026", "published>=2026: 2026-03-01" },
		{ "words>3", "words>3: 11" },
		{ "upvotes>=20@2d", "upvotes>=20@2d: 12, highest in time 31" },
		{ "near(\"survey agents\", 3)",
			"near(\"survey agents\", 3): title \"Agent\nSurvey\"@2" },
		{ "/th.ngs?/", "/th.ngs?/: abstract \"things\"@35" },
		{ "text:\"agents\" OR agents",
			"\"agents\": title \"Agent\"@2, abstract \"AGENTS\"@3; "
			"agents: title \"Agent\"@2, abstract \"AGENTS\"@3" },
		{ "(agents -vision) agents", "agents: title \"Agent\"@2, abstract \"AGENTS\"@3" },
		{ "vision", "no vision" },
		{ "vision agents audio", "no vision; no audio" },
		{ "vision OR audio", "no vision; no audio" },
		{ "agents -survey", "excluded by survey: title \"Survey\"@8" },
		{ "agents rule:no-noise",
			"excluded by survey: title \"Survey\"@8 (rule no-noise)" },
		{ "upvotes>=50", "no upvotes>=50: 12, highest 31" },
		{ "comments>1", "no comments>1: missing" },
		{ "submitted>2020", "no submitted>2020: missing" },
		{ "rule:empty", "nothing excludes it" },
		{ "lang:en", "lang:en: lang \"en-US\"@0" },
		{ "-lang:en", "excluded by lang:en: lang \"en-US\"@0" },
		{ "lang:de", "no lang:de: en-US" },
		{ "path:/blog", "path:/blog: path \"https://a.example/blog/one\"@0" },
	};
	static const struct tms_step votes[] = { { PUBLISHED, 3 }, { PUBLISHED + 60, 31 },
		{ PUBLISHED + 90, 12 } };
	static struct tms_person author = { .name = TMS_STR_INIT("Yann LeCun") };
	static struct tms_category category = { .term = TMS_STR_INIT("cs.CL") };
	struct tms_merged item = plain_item();
	struct tms_arena arena = { 0 };
	struct tms_doc doc;

	(void)state;
	item.item.title = TMS_STR("A Agent\nSurvey");
	item.item.language = TMS_STR("en-US");
	item.item.link = TMS_STR("https://a.example/blog/one");
	item.item.summary = TMS_STR("On AGENTS and Fine-Tuning\tof other things");
	item.item.authors = &author;
	item.item.categories = &category;
	item.item.authors_count = item.item.categories_count = 1;
	item.item.numbers[TMS_NUMBER_UPVOTES] = 12;
	item.numbers[TMS_NUMBER_UPVOTES] = (struct tms_history){ votes, TMS_COUNT(votes) };
	assert_int_equal(tms_doc_make(&arena, &item, &doc), TMS_OK);
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_query *query = parsed_with(rows[i].query, &options);
		struct tms_query_explanation why;
		struct tms_buf buf = { 0 }, want = { 0 };
		assert_int_equal(
			tms_query_explain(query, &item, &doc, PUBLISHED + DAY, &arena, &why),
			TMS_OK);
		tms_query_explanation_print(&why, &buf);
		for (const char *c = rows[i].why; *c; c++)
			tms_buf_add_char(&want, *c == '\n' ? ' ' : *c);
		if (!tms_str_equal(tms_buf_str(&buf), tms_buf_str(&want)))
			fail_msg("%s: got %.*s", rows[i].query, TMS_STR_ARGS(tms_buf_str(&buf)));
		assert_int_equal(why.kept, tms_query_matches(query, &item, &doc, PUBLISHED + DAY));
		tms_buf_free(&buf);
		tms_buf_free(&want);
		tms_query_free(query);
	}
	tms_arena_free(&arena);
}

static void html(struct tms_buf *buf, struct tms_str text)
{
	tms_buf_format(buf, "[%.*s]", TMS_STR_ARGS(text));
}

static void people_are_told_in_a_sentence(void **state)
{
	static const struct {
		const char *query, *why;
	} rows[] = {
		{ "", "nothing excludes it" },
		{ "-vision", "nothing excludes it" },
		{ "agents", "*agents* (Agent) in the title and abstract" },
		{ "abstract:things title:survey",
			"*things* in the abstract; *survey* in the title" },
		{ "\"fine tuning\" upvotes>=20",
			"*\"fine tuning\"* (Fine-Tuning) in the abstract; *upvotes>=20* (12, highest 31)" },
		{ "category:cs.CL =Survey", "*category:cs.CL*; *=Survey* in the title" },
		{ "agents -survey",
			"*agents* (Agent) in the title and abstract; taken out by *survey* in the title" },
		{ "agents rule:no-noise",
			"*agents* (Agent) in the title and abstract; taken out by *survey* in the "
			"title (rule no-noise)" },
		{ "things vision upvotes>=50",
			"*things* in the abstract; no *vision*; *upvotes>=50* not met (12, highest 31)" },
		{ "(things OR vision) (vision OR storks)",
			"*things* in the abstract; no *vision*; no *storks*" },
		{ "has:code things", "*things* in the abstract; no *has:code*" },
		{ "lang:en things", "*things* in the abstract; *lang:en* not met (none known)" },
	};
	static const struct tms_query_marks marks = { "<", ">", html };
	static const struct tms_step votes[] = { { PUBLISHED, 31 }, { PUBLISHED + 90, 12 } };
	static struct tms_category category = { .term = TMS_STR_INIT("cs.CL") };
	struct tms_merged item = plain_item();
	struct tms_arena arena = { 0 };
	struct tms_query_explanation why;
	struct tms_buf buf = { 0 };
	struct tms_doc doc;

	(void)state;
	item.item.title = TMS_STR("An Agent\nSurvey");
	item.item.summary = TMS_STR("On AGENTS and Fine-Tuning\tof other things");
	item.item.categories = &category;
	item.item.categories_count = 1;
	item.item.numbers[TMS_NUMBER_UPVOTES] = 12;
	item.numbers[TMS_NUMBER_UPVOTES] = (struct tms_history){ votes, TMS_COUNT(votes) };
	assert_int_equal(tms_doc_make(&arena, &item, &doc), TMS_OK);
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_query *query = parsed_with(rows[i].query, &options);
		assert_int_equal(
			tms_query_explain(query, &item, &doc, PUBLISHED + DAY, &arena, &why),
			TMS_OK);
		tms_buf_clear(&buf);
		tms_query_explanation_say(&why, NULL, &buf);
		if (!tms_str_equal(tms_buf_str(&buf), tms_str_from(rows[i].why)))
			fail_msg("%s: got %.*s", rows[i].query, TMS_STR_ARGS(tms_buf_str(&buf)));
		tms_query_free(query);
	}
	struct tms_query *query = parsed_with("/s.rvey/", &options);
	assert_int_equal(
		tms_query_explain(query, &item, &doc, PUBLISHED + DAY, &arena, &why), TMS_OK);
	tms_buf_clear(&buf);
	tms_query_explanation_say(&why, &marks, &buf);
	assert_str(tms_buf_str(&buf), "<[/s.rvey/]> ([Survey]) in the title");
	tms_query_free(query);
	item.item.title = TMS_STR("モデルの学習");
	item.item.summary = TMS_STR_NONE;
	query = parsed("lang:ja");
	assert_int_equal(
		tms_query_explain(query, &item, &doc, PUBLISHED + DAY, &arena, &why), TMS_OK);
	tms_buf_clear(&buf);
	tms_query_explanation_say(&why, NULL, &buf);
	assert_str(tms_buf_str(&buf), "*lang:ja* (by its letters)");
	tms_query_free(query);
	tms_buf_free(&buf);
	tms_arena_free(&arena);
}

static void places_are_counted_beyond_those_that_are_kept(void **state)
{
	static char text[4000];
	struct tms_merged item = plain_item();
	struct tms_arena arena = { 0 };
	struct tms_query_explanation why;
	struct tms_doc doc;

	(void)state;
	for (size_t i = 0; i + 2 < sizeof(text); i += 2)
		memcpy(text + i, "a ", 2);
	item.item.title = TMS_STR("a a a a a a a a a a");
	assert_int_equal(tms_doc_make(&arena, &item, &doc), TMS_OK);
	struct tms_query *query = parsed("a OR /a/");
	assert_int_equal(tms_query_explain(query, &item, &doc, PUBLISHED, &arena, &why), TMS_OK);
	assert_int_equal(why.reasons_count, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(why.reasons[i].hits_count, TMS_QUERY_HITS_MAX);
		assert_int_equal(why.reasons[i].hits_total, 10);
		assert_int_equal(why.reasons[i].hits[3].start, 6);
	}
	item.item.title = tms_str_from(text);
	assert_int_equal(tms_doc_make(&arena, &item, &doc), TMS_OK);
	assert_int_equal(tms_query_explain(query, &item, &doc, PUBLISHED, &arena, &why), TMS_OK);
	assert_int_equal(why.reasons[1].hits_total, TMS_QUERY_HITS_COUNTED_MAX);
	tms_query_free(query);
	tms_arena_free(&arena);
}

static struct tms_str printed(const struct tms_query *query, struct tms_buf *buf, bool expanded)
{
	tms_buf_clear(buf);
	if (expanded)
		tms_query_print_expanded(query, buf);
	else
		tms_query_print(query, buf);
	return tms_buf_str(buf);
}

static void queries_are_written_back_fully_readable(void **state)
{
	static const struct {
		const char *query, *print;
		bool ambiguous;
	} rows[] = {
		{ "", "", false },
		{ " a   b ", "a b", false },
		{ "a b OR c", "(a b) OR c", true },
		{ "a AND b OR c", "(a b) OR c", true },
		{ "(a b) OR c", "(a b) OR c", false },
		{ "a (b c) d", "a b c d", false },
		{ "a OR (b OR c)", "a OR b OR c", false },
		{ "a (b OR c)", "a (b OR c)", false },
		{ "NOT a", "-a", false },
		{ "NOT NOT a", "-(-a)", false },
		{ "NOT (a OR -b)", "-(a OR -b)", true },
		{ "−a –b", "-a -b", false },
		{ "—a ¬b", "-a -b", false },
		{ "text:—a", "\"—a\"", false },
		{ "text:ＯＲ", "\"ＯＲ\"", false },
		{ "text:and/or", "\"and/or\"", false },
		{ "title:(a OR -b)", "title:a OR -title:b", true },
		{ "=title:(A \"B c\")", "=title:A =title:\"B c\"", false },
		{ "summary:x cat:cs.* text:y", "abstract:x category:cs.* y", false },
		{ "“a\n  b”", "\"a b\"", false },
		{ "text:OR", "\"OR\"", false },
		{ "text:foo:bar", "\"foo:bar\"", false },
		{ "text:foo:bar*", "foo/bar*", false },
		{ "title:~Learning", "title:~Learning", false },
		{ "/a b\\/c/ =title:/D/", "/a b\\/c/ =title:/D/", false },
		{ "near( \"a  b\",5 )", "near(\"a b\", 5)", false },
		{ "upvotes≥20@3d upvotes:3 upvotes=3..", "upvotes>=20@3d upvotes=3 upvotes:3..",
			false },
		{ "published:2026-03-01..", "published:2026-03-01..", false },
		{ "category:\"a b\"", "category:\"a b\"", false },
		{ "agent rule:no-noise", "agent rule:no-noise", false },
		{ "id:\"a\x7f\tb\"", "id:\"a b\"", false },
		{ "has:CODE url:github.com/x", "has:CODE url:github.com/x", false },
		{ "path:/a/b path:c path:/d*", "path:/a/b path:c path:/d*", false },
		{ "path:/a/ path:\"/b/c/\" path:/", "path:\"/a/\" path:\"/b/c/\" path:/", true },
		{ "path:\"/a\" path:\"/(b)/\" path:/(b)/", "path:/a path:\"/(b)/\" path:/(b)/",
			false },
		{ "path:\"/^x\" path:\"a b\"", "path:\"/^x\" path:\"a b\"", false },
		{ "language:en_us -lang:ZH-hans-* lang:*", "lang:en-US -lang:zh-Hans lang:*",
			false },
	};
	struct tms_buf buf = { 0 };

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_query *query = parsed_with(rows[i].query, &options);
		if (!tms_str_equal(printed(query, &buf, false), tms_str_from(rows[i].print)))
			fail_msg("%s: got %.*s", rows[i].query, TMS_STR_ARGS(tms_buf_str(&buf)));
		assert_int_equal(notes_of(rows[i].query), rows[i].ambiguous ? 1 : 0);
		assert_int_equal(tms_query_is_empty(query), rows[i].print[0] == '\0');
		tms_query_free(query);
	}
	tms_buf_free(&buf);
}

static void the_hash_follows_what_rules_say(void **state)
{
	static const struct tms_query_rule other[] = { { TMS_STR_INIT("no-noise"),
		TMS_STR_INIT("-review") } };
	static const struct tms_query_options changed = { .rules = other, .rules_count = 1 };
	struct tms_buf buf = { 0 };

	(void)state;
	struct tms_query *a = parsed_with("agent rule:no-noise -rule:empty", &options);
	assert_str(printed(a, &buf, true), "agent (-survey -\"technical report\") -()");
	struct tms_query *b = parsed_with("agent rule:no-noise", &options);
	struct tms_query *c = parsed_with("agent rule:no-noise", &changed);
	struct tms_query *d = parsed_with(" agent  AND rule:no-noise", &options);
	assert_true(tms_query_hash(b) != tms_query_hash(c));
	assert_true(tms_query_hash(b) == tms_query_hash(d));
	tms_query_free(a);
	tms_query_free(b);
	tms_query_free(c);
	tms_query_free(d);
	tms_buf_free(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_deciding_part_is_named_with_its_words_and_place),
		cmocka_unit_test(people_are_told_in_a_sentence),
		cmocka_unit_test(places_are_counted_beyond_those_that_are_kept),
		cmocka_unit_test(queries_are_written_back_fully_readable),
		cmocka_unit_test(the_hash_follows_what_rules_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
