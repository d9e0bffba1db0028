#include "search.h"

static void rules_that_say_the_same_are_one(void **state)
{
	static const struct {
		const char *why, *one, *other;
	} rows[] = {
		{ "order of all", "agents memory", "memory agents" },
		{ "order of any", "agents OR memory OR tools", "tools OR agents OR memory" },
		{ "AND is what stands between anyway", "agents AND memory", "agents memory" },
		{ "said twice", "agents memory agents", "agents memory" },
		{ "parentheses around what needs none", "((agents) (memory))", "agents memory" },
		{ "groups of one kind", "agents (memory tools)", "tools memory agents" },
		{ "twice not", "NOT (NOT agents)", "agents" },
		{ "De Morgan", "-(agents OR memory)", "-agents -memory" },
		{ "De Morgan, inside", "tools -(agents memory)", "tools (-memory OR -agents)" },
		{ "quotes around one word", "\"agents\"", "agents" },
		{ "plural and singular", "agents", "agent" },
		{ "capitals do not count", "Agents", "agents" },
		{ "the name of a field", "summary:agents", "abstract:agents" },
		{ "always and never", "agents (x -x)", "never -never" },
		{ "what always holds adds nothing", "agents (x OR -x)", "agents" },
		{ "spaces", "  agents   memory ", "agents memory" },
	};
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct world w = make_world();
		uint32_t one = add_rule(&w, rows[i].one), other = add_rule(&w, rows[i].other);
		if (one != other || rules_count(w.index) != 1)
			fail_msg("%s: \"%s\" and \"%s\" are two", rows[i].why, rows[i].one,
				rows[i].other);
		assert_int_equal(stats_of(&w).rule_references, 2);
		free_world(&w);
	}
}

static void rules_that_differ_are_two(void **state)
{
	static const char *const rows[][2] = {
		{ "agents", "-agents" },
		{ "agents memory", "agents OR memory" },
		{ "agents memory", "\"agents memory\"" },
		{ "title:agents", "agents" },
		{ "agents", "=agents" },
		{ "agents -memory", "memory -agents" },
		{ "(agents OR memory) tools", "agents OR (memory tools)" },
		{ "upvotes>=20", "upvotes>=21" },
		{ "upvotes>=20", "upvotes>=20@3d" },
		{ "age<3d", "age<4d" },
	};
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct world w = make_world();
		if (add_rule(&w, rows[i][0]) == add_rule(&w, rows[i][1]))
			fail_msg("\"%s\" and \"%s\" are one", rows[i][0], rows[i][1]);
		assert_int_equal(rules_count(w.index), 2);
		free_world(&w);
	}
}

static void a_rule_stays_until_its_last_reference_goes(void **state)
{
	struct world w = make_world();
	(void)state;

	uint32_t rule = add_rule(&w, "agents memory");
	assert_int_equal(add_rule(&w, "memory agents"), rule);
	tms_index_remove_rule(w.index, rule);
	assert_int_equal(rules_count(w.index), 1);
	assert_str(tms_index_rule_text(w.index, rule), "agents memory");
	tms_index_remove_rule(w.index, rule);
	assert_int_equal(rules_count(w.index), 0);
	assert_int_equal(stats_of(&w).leaves, 0);
	free_world(&w);
}

static void a_new_rule_sees_old_items(void **state)
{
	struct tms_arena arena = { 0 };
	struct world w = make_world();
	(void)state;

	list_title(&w, "a", "Agents that remember", NOON);
	list_title(&w, "b", "Remembering without agents", NOON + 1);
	list_title(&w, "c", "Diffusion", NOON + 2);
	uint32_t rule = add_rule(&w, "agent -diffusion");
	assert_str(kept_ids(&w, &arena, rule, NOON + 9), "b a");
	assert_str(kept_ids(&w, &arena, TMS_INDEX_NONE, NOON + 9), "c b a");
	tms_arena_free(&arena);
	free_world(&w);
}

static void a_new_item_is_seen_by_old_rules(void **state)
{
	static const char *const rules[] = { "agents", "\"state of the art\"", "-memory", "agen*",
		"/rem.mber/", "=Agents", "~remembering", "near(\"agents remember\", 3)",
		"upvotes>=0 OR agents", "fine-tuning OR agents" };
	struct tms_arena arena = { 0 };
	struct world w = make_world();
	uint32_t ids[TMS_COUNT(rules)];
	(void)state;

	list_title(&w, "old", "Memory", NOON);
	for (size_t i = 0; i < TMS_COUNT(rules); i++) {
		ids[i] = add_rule(&w, rules[i]);
		if (kept_ids(&w, &arena, ids[i], NOON + 1).len > 0)
			fail_msg("\"%s\" keeps what it must not", rules[i]);
	}
	list_title(&w, "new", "Agents that remember the state-of-the-art", NOON + 2);
	for (size_t i = 0; i < TMS_COUNT(rules); i++)
		if (!tms_str_equal(kept_ids(&w, &arena, ids[i], NOON + 3), TMS_STR("new")))
			fail_msg("\"%s\" does not see the new item", rules[i]);
	tms_index_remove(w.index, TMS_STR("new"));
	for (size_t i = 0; i < TMS_COUNT(rules); i++)
		if (kept_ids(&w, &arena, ids[i], NOON + 4).len > 0)
			fail_msg("\"%s\" sees an item that is gone", rules[i]);
	tms_arena_free(&arena);
	free_world(&w);
}

/* Rows that are not made, few, many and none; more rules than are fetched; what keeps everything. */
static void prefetching_rules_changes_no_answer_and_makes_nothing(void **state)
{
	static const char *const texts[] = { "agents", "\"state of the art\" -memory", "absent",
		"(agents OR memory) upvotes>=0", "/rem.mber/ agen*" };
	struct tms_arena arena = { 0 };
	struct world w = make_world();
	uint32_t rules[24];
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rules); i++)
		rules[i] = i % 6 == 5 ? TMS_INDEX_NONE : add_rule(&w, texts[i % 6]);
	tms_index_prefetch(w.index, rules, TMS_COUNT(rules));
	list_title(&w, "a", "Agents that remember the state of the art", NOON);
	list_title(&w, "b", "Memory", NOON + 1);
	tms_index_prefetch(w.index, rules, TMS_COUNT(rules));
	assert_int_equal(stats_of(&w).rows_made, 0);
	for (int round = 0; round < 2; round++) {
		assert_str(kept_ids(&w, &arena, rules[0], NOON + 9), "a");
		assert_str(kept_ids(&w, &arena, rules[1], NOON + 9), "a");
		assert_str(kept_ids(&w, &arena, rules[2], NOON + 9), "");
		assert_str(kept_ids(&w, &arena, rules[4], NOON + 9), "a");
		assert_str(kept_ids(&w, &arena, rules[5], NOON + 9), "b a");
		tms_index_prefetch(w.index, rules, TMS_COUNT(rules));
	}
	tms_arena_free(&arena);
	free_world(&w);
}

static void a_row_that_was_dear_is_asked_about_changed_items_only(void **state)
{
	static const char *const dear[] = { "near(\"agents remember\", 2)", "/agents.{0,9}ber/",
		"=Agents" };
	struct tms_arena arena = { 0 };
	struct world w = make_world();
	char id[8];
	(void)state;

	for (int i = 0; i < 300; i++) {
		(void)snprintf(id, sizeof(id), "%d", i);
		list_title(&w, id, i == 7 ? "Agents remember" : "agents of the past do remember",
			NOON + i);
	}
	for (size_t i = 0; i < TMS_COUNT(dear); i++) {
		uint32_t rule = add_rule(&w, dear[i]);
		assert_str(kept_ids(&w, &arena, rule, NOON + HOUR), "7");
		struct tms_index_stats before = stats_of(&w);
		list_title(&w, "new", "Agents remember", NOON + HOUR);
		assert_str(kept_ids(&w, &arena, rule, NOON + 2 * HOUR), "new 7");
		list_title(&w, "7", "agents of the past", NOON + 2 * HOUR);
		assert_str(kept_ids(&w, &arena, rule, NOON + 3 * HOUR), "new");
		tms_index_remove(w.index, TMS_STR("new"));
		list_title(&w, "7", "Agents remember", NOON + 3 * HOUR);
		tms_index_remove(w.index, TMS_STR("new"));
		assert_str(kept_ids(&w, &arena, rule, NOON + 4 * HOUR), "7");
		assert_int_equal(stats_of(&w).rows_made, before.rows_made);
		assert_in_range(stats_of(&w).items_verified - before.items_verified, 1, 20);
	}
	tms_arena_free(&arena);
	free_world(&w);
}

static void only_as_many_items_are_listed_as_were_asked_for(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_selection selection = { 0 };
	struct world w = make_world();
	char id[8];
	(void)state;

	for (int i = 0; i < 9; i++) {
		(void)snprintf(id, sizeof(id), "%d", i);
		list_title(&w, id, "Agents", NOON + i);
	}
	uint32_t rule = add_rule(&w, "agents");
	assert_int_equal(tms_index_select(w.index, rule, NOON + 20, 2, &arena, &selection), TMS_OK);
	assert_int_equal(selection.count, 2);
	assert_int_equal(selection.kept_count, 9);
	assert_int_equal(selection.seen_count, 9);
	assert_int_equal(selection.expires, TMS_TIME_MAX);
	assert_str(selection.list[0].item->merged.item.id, "8");
	assert_int_equal(selection.list[1].entered, NOON + 7);
	tms_arena_free(&arena);
	free_world(&w);
}

static void what_another_rule_would_change_is_counted(void **state)
{
	static const struct {
		const char *why, *old, *new;
		size_t kept, leave, come;
	} rows[] = {
		{ "some leave, some come", "agents", "memory", 3, 2, 1 },
		{ "narrower", "agents", "agents memory", 3, 2, 0 },
		{ "wider", "agents", "agents OR memory", 3, 0, 1 },
		{ "the same items", "agents", "agents -nothing", 3, 0, 0 },
		{ "everything from now on", "memory", NULL, 2, 0, 3 },
		{ "everything until now", NULL, "memory", 5, 3, 0 },
	};
	struct tms_difference change = { 0 };
	struct world w = make_world();
	(void)state;

	list_title(&w, "a", "Agents", NOON);
	list_title(&w, "b", "Agents with a memory", NOON + 1);
	list_title(&w, "c", "Agents at work", NOON + 2);
	list_title(&w, "d", "Memory", NOON + 3);
	list_title(&w, "e", "Diffusion", NOON + 4);
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		uint32_t old = rows[i].old ? add_rule(&w, rows[i].old) : TMS_INDEX_NONE;
		uint32_t new = rows[i].new ? add_rule(&w, rows[i].new) : TMS_INDEX_NONE;
		assert_int_equal(tms_index_differ(w.index, old, new, NOON + 9, &change), TMS_OK);
		if (change.kept_count != rows[i].kept || change.leave != rows[i].leave ||
			change.come != rows[i].come || change.seen_count != 5)
			fail_msg("%s: %zu kept, %zu leave, %zu come of %zu", rows[i].why,
				change.kept_count, change.leave, change.come, change.seen_count);
	}
	free_world(&w);
}

static void what_the_parser_refuses_is_refused_in_its_words(void **state)
{
	static const char *const rows[] = { "\"agents", "agents OR", "(agents", "agents)", "-",
		"a -", "titel:agents", "rule:mine", "agents\xff", "AND agents", "upvotes>=many",
		"()", "ag*ents", "/(/", "agents OR | b", "near(\"a\", 3)", "title:(author:a)",
		"\"  \"", "topic:agents" };
	struct world w = make_world();
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_diag said = { 0 }, wanted = { 0 };
		struct tms_query *query = NULL;
		uint32_t rule = 7;
		enum tms_status st =
			tms_index_add_rule(w.index, tms_str_from(rows[i]), NULL, &rule, &said);
		assert_int_equal(st, tms_query_parse(tms_str_from(rows[i]), NULL, &query, &wanted));
		if (st == TMS_OK)
			fail_msg("\"%s\" is no error", rows[i]);
		assert_string_equal(said.text, wanted.text);
		assert_int_equal(said.line, wanted.line);
		assert_int_equal(said.column, wanted.column);
		assert_int_equal(rule, 7);
	}
	assert_int_equal(stats_of(&w).leaves, 0);
	assert_int_equal(rules_count(w.index), 0);
	free_world(&w);
}

static void limits_are_the_callers(void **state)
{
	static const struct {
		const char *text;
		struct tms_query_limits within, above;
	} rows[] = {
		{ "a b c", { .terms = 3 }, { .terms = 2 } },
		{ "a ((b) OR c)", { .depth = 2 }, { .depth = 1 } },
		{ "-(a -b)", { .depth = 3 }, { .depth = 2 } },
		{ "agents", { .bytes = 6 }, { .bytes = 5 } },
	};
	struct world w = make_world();
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_query_options options = { .limits = rows[i].within };
		struct tms_str text = tms_str_from(rows[i].text);
		uint32_t rule;
		assert_int_equal(tms_index_add_rule(w.index, text, &options, &rule, NULL), TMS_OK);
		options.limits = rows[i].above;
		assert_int_equal(
			tms_index_add_rule(w.index, text, &options, &rule, NULL), TMS_ELIMIT);
	}
	free_world(&w);
}

static void the_text_of_a_rule_needs_no_other_rules(void **state)
{
	static const struct tms_query_rule others[] = {
		{ TMS_STR_INIT("mine"), TMS_STR_INIT("agents OR memory") },
		{ TMS_STR_INIT("all"), TMS_STR_INIT("") },
	};
	static const char *const rows[] = { "rule:mine -tools", "rule:all", "-rule:all",
		"rule:all agents", "agents OR rule:all", "tools (rule:mine OR -rule:all)", "",
		"title:\"deep learning\" OR (~learns upvotes>=3@2d)" };
	const struct tms_query_options options = { .rules = others, .rules_count = 2 };
	struct world w = make_world();
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		uint32_t rule, again;
		assert_int_equal(
			tms_index_add_rule(w.index, tms_str_from(rows[i]), &options, &rule, NULL),
			TMS_OK);
		struct tms_str text = tms_index_rule_text(w.index, rule);
		assert_int_equal(tms_index_add_rule(w.index, text, NULL, &again, NULL), TMS_OK);
		if (again != rule)
			fail_msg("\"%s\" became \"%.*s\"", rows[i], TMS_STR_ARGS(text));
	}
	free_world(&w);
}

/* Numbers of terms take two bytes until there are more than 65,536 of them. */
static void phrases_are_found_among_very_many_words(void **state)
{
	struct tms_arena arena = { 0 };
	struct tms_buf text = { 0 };
	struct world w = make_world();
	(void)state;

	uint32_t late = add_rule(&w, "\"w69999 w12 w65536\""), early = add_rule(&w, "\"w12 w13\"");
	for (int i = 0; i < 70000; i++)
		tms_buf_format(&text, "w%d ", i);
	tms_buf_add_char(&text, '\0');
	list_title(&w, "arxiv:1", text.ptr, 0);
	list_title(&w, "arxiv:2", "w3 w69999 w12 w65536 w70001", 1);
	list_title(&w, "arxiv:3", "w3 w12 w69999 w65536 w70001", 2);
	assert_string_equal(kept_ids(&w, &arena, late, 3).ptr, "arxiv:2");
	assert_string_equal(kept_ids(&w, &arena, early, 3).ptr, "arxiv:1");
	free_world(&w);
	tms_buf_free(&text);
	tms_arena_free(&arena);
}

static void a_long_text_is_kept_whole(void **state)
{
	static char text[70000];
	const struct tms_query_options options = { .limits = { .bytes = sizeof(text),
							   .terms = sizeof(text) } };
	struct world w = make_world();
	uint32_t rule;
	(void)state;

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = i % 7 == 6 ? ' ' : (char)('a' + i * i * 7 / 3 % 23);
	struct tms_str all = { text, sizeof(text) - 1 };
	assert_int_equal(tms_index_add_rule(w.index, all, &options, &rule, NULL), TMS_OK);
	assert_true(tms_str_equal(tms_index_rule_text(w.index, rule), tms_str_trim(all)));
	tms_index_remove_rule(w.index, rule);
	assert_int_equal(stats_of(&w).leaves, 0);
	free_world(&w);
}

static void rules_that_come_together_are_as_if_they_came_one_by_one(void **state)
{
	static const char *const texts[] = { "agents memory", "memory agents", "upvotes>=20",
		"agents OR (", "\"large language models\"", "title:agents -survey", "~fine-tuning",
		"/[/", "agents memory agents", "", "near(\"agents memory\", 3)", "fine-tuning",
		"x -x", "agents", "a-very-long-word-that-nobody-remembers-as-it-stands" };
	static const struct tms_query_options options = { 0 };
	enum { TIMES = 3, COUNT = TIMES * TMS_COUNT(texts) };
	struct world one = make_world(), together = make_world();
	struct tms_index_addition list[COUNT];
	struct tms_diag diags[COUNT] = { 0 };
	size_t refused = 0;
	(void)state;

	for (size_t i = 0; i < COUNT; i++)
		list[i] = (struct tms_index_addition){ .text = tms_str_from(
							       texts[i % TMS_COUNT(texts)]),
			.options = &options,
			.diag = &diags[i] };
	tms_index_add_rules(together.index, list, COUNT);
	for (size_t i = 0; i < COUNT; i++) {
		struct tms_diag diag = { 0 };
		uint32_t rule = TMS_INDEX_NONE;
		enum tms_status st =
			tms_index_add_rule(one.index, list[i].text, &options, &rule, &diag);
		assert_int_equal(list[i].status, st);
		assert_string_equal(diags[i].text, diag.text);
		refused += st != TMS_OK;
		if (st != TMS_OK)
			continue;
		assert_int_equal(list[i].rule, rule);
		assert_true(tms_str_equal(tms_index_rule_text(together.index, list[i].rule),
			tms_index_rule_text(one.index, rule)));
	}
	assert_int_equal(refused, TIMES * 2);
	assert_int_equal(stats_of(&together).rules, stats_of(&one).rules);
	assert_int_equal(stats_of(&together).rule_references, COUNT - refused);
	assert_int_equal(stats_of(&together).leaves, stats_of(&one).leaves);
	for (size_t i = 0; i < COUNT; i++)
		if (list[i].status == TMS_OK)
			tms_index_remove_rule(together.index, list[i].rule);
	assert_int_equal(stats_of(&together).leaves, 0);
	assert_int_equal(stats_of(&together).rule_bytes, 0);
	free_world(&one);
	free_world(&together);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_that_say_the_same_are_one),
		cmocka_unit_test(rules_that_differ_are_two),
		cmocka_unit_test(a_rule_stays_until_its_last_reference_goes),
		cmocka_unit_test(a_new_rule_sees_old_items),
		cmocka_unit_test(a_new_item_is_seen_by_old_rules),
		cmocka_unit_test(prefetching_rules_changes_no_answer_and_makes_nothing),
		cmocka_unit_test(a_row_that_was_dear_is_asked_about_changed_items_only),
		cmocka_unit_test(only_as_many_items_are_listed_as_were_asked_for),
		cmocka_unit_test(what_another_rule_would_change_is_counted),
		cmocka_unit_test(what_the_parser_refuses_is_refused_in_its_words),
		cmocka_unit_test(limits_are_the_callers),
		cmocka_unit_test(the_text_of_a_rule_needs_no_other_rules),
		cmocka_unit_test(phrases_are_found_among_very_many_words),
		cmocka_unit_test(a_long_text_is_kept_whole),
		cmocka_unit_test(rules_that_come_together_are_as_if_they_came_one_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
