#include <tamis/explain.h>
#include <tamis/jsonl.h>

#include "items.h"

static struct tms_query *parse(const char *text)
{
	struct tms_query *query = NULL;
	struct tms_diag diag = { 0 };

	if (tms_query_parse(tms_str_from(text), NULL, &query, &diag) != TMS_OK)
		fail_msg("%s: %s", text, diag.text);
	return query;
}

static struct tms_window *three_papers(void)
{
	struct tms_item items[] = { test_paper("arxiv:2603.00001", "Agents\tplan \\ act", T0),
		test_paper("arxiv:2603.00002", "A survey of agents", T0 - 1),
		test_paper("arxiv:2603.00003", "Diffusion", T0 - 2) };

	return test_window("a", items, TMS_COUNT(items), T0);
}

static void each_item_has_one_row_of_six_fields(void **state)
{
	struct tms_window *window = three_papers();
	struct tms_view *view = test_view(window);
	struct tms_query *query = parse("title:agents -survey");
	struct tms_explain_counts counts = { 0 };
	struct tms_buf out = { 0 };
	struct tms_str rest, row;

	(void)state;
	assert_int_equal(
		tms_explain_write(query, view, T0, TMS_EXPLAIN_TSV, &out, &counts), TMS_OK);
	assert_int_equal(counts.kept, 1);
	assert_int_equal(counts.dropped, 2);
	rest = tms_buf_str(&out);
	for (size_t rows = 0; tms_str_split(&rest, '\n', &row); rows++) {
		size_t fields = 1;
		for (size_t i = 0; i < row.len; i++)
			fields += row.ptr[i] == '\t';
		assert_int_equal(fields, 6);
		assert_true(rows < 3);
	}
	assert_true(tms_str_starts(
		tms_buf_str(&out), TMS_STR("keep\tarxiv:2603.00001\tAgents\\tplan \\\\ act\t")));
	assert_int_not_equal(
		tms_str_find(tms_buf_str(&out), TMS_STR("drop\tarxiv:2603.00002\t"), 0), SIZE_MAX);
	tms_buf_free(&out);
	tms_query_free(query);
	tms_view_free(view);
	tms_window_free(window);
}

static void without_a_query_everything_is_kept(void **state)
{
	struct tms_window *window = three_papers();
	struct tms_view *view = test_view(window);
	struct tms_explain_counts counts = { 0 };
	struct tms_buf out = { 0 };

	(void)state;
	assert_int_equal(
		tms_explain_write(NULL, view, T0, TMS_EXPLAIN_JSONL, &out, &counts), TMS_OK);
	assert_int_equal(counts.kept, 3);
	assert_true(tms_str_starts(tms_buf_str(&out), TMS_STR("{\"verdict\":\"keep\",")));
	tms_buf_free(&out);
	tms_view_free(view);
	tms_window_free(window);
}

static void expect_culprits(struct tms_view *view, struct tms_index *index)
{
	static const struct {
		const char *why, *query, *want;
	} rows[] = {
		{ "a word that nobody wrote", "title:agents grpo", "no item has grpo" },
		{ "behind words that some wrote", "grpo title:diffusion title:agents",
			"no item has grpo" },
		{ "each is there, never together: the rarest", "title:agents title:diffusion",
			"no item meets all parts; only 1 has title:diffusion" },
		{ "everything is excluded", "-paragraph", "3 items are excluded by paragraph" },
		{ "a number", "upvotes>=1000", "no item has upvotes>=1000" },
		{ "something is kept", "title:agents", "" },
	};
	struct tms_buf text = { 0 };

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_arena arena = { 0 };
		struct tms_emptied emptied = { 0 };
		struct tms_query *query = parse(rows[i].query);
		tms_buf_clear(&text);
		const struct tms_emptied_query asked = { query, view, index, T0, NULL };
		assert_int_equal(tms_explain_emptied(&arena, &asked, &emptied), TMS_OK);
		tms_emptied_print(&emptied, &text);
		if (!tms_str_equal(tms_buf_str(&text), tms_str_from(rows[i].want)))
			fail_msg("%s: got \"%.*s\"", rows[i].why, TMS_STR_ARGS(tms_buf_str(&text)));
		tms_query_free(query);
		tms_arena_free(&arena);
	}
	tms_buf_free(&text);
}

/* Whether each item is looked at, as a command line does, or an index is asked. */
static void the_part_that_empties_a_feed_is_named(void **state)
{
	struct tms_window *window = three_papers();
	struct tms_view *view = test_view(window);
	struct tms_index *index = NULL;
	struct tms_index_stats stats;

	(void)state;
	assert_int_equal(tms_index_new((struct tms_hash_seed){ 1, 2 }, &index), TMS_OK);
	for (size_t i = 0; i < tms_view_count(view); i++)
		assert_int_equal(tms_index_put(index, tms_view_at(view, i), NULL), TMS_OK);
	expect_culprits(view, NULL);
	expect_culprits(view, index);
	tms_index_stats(index, &stats);
	assert_int_equal(stats.rules, 0);
	tms_index_free(index);
	tms_view_free(view);
	tms_window_free(window);
}

/* Kept ones newest first, whatever is nearer among the others. */
static void dropped_items_come_nearest_first(void **state)
{
	struct tms_item items[] = { test_paper("arxiv:2603.00001", "Diffusion", T0),
		test_paper("arxiv:2603.00002", "A survey of plans", T0 - 1),
		test_paper("arxiv:2603.00003", "Agents", T0 - 2),
		test_paper("arxiv:2603.00004", "Agents that plan", T0 - 3),
		test_paper("arxiv:2603.00005", "A survey of agents that plan", T0 - 4),
		test_paper("arxiv:2603.00006", "A survey of agents", T0 - 5),
		test_paper("arxiv:2603.00007", "Agents plan", T0 - 6) };
	static const char order[] = "4735126";
	struct tms_window *window = test_window("a", items, TMS_COUNT(items), T0);
	struct tms_view *view = test_view(window);
	struct tms_query *query = parse("title:agents title:plan -survey");
	struct tms_buf out = { 0 };
	struct tms_str rest, row;
	size_t rows = 0;

	(void)state;
	assert_int_equal(tms_explain_write(query, view, T0, TMS_EXPLAIN_TSV, &out, NULL), TMS_OK);
	for (rest = tms_buf_str(&out); tms_str_split(&rest, '\n', &row) && row.len > 0; rows++)
		assert_int_equal(row.ptr[strlen("keep\tarxiv:2603.0000")], order[rows]);
	assert_int_equal(rows, TMS_COUNT(items));
	tms_buf_free(&out);
	tms_query_free(query);
	tms_view_free(view);
	tms_window_free(window);
}

static void rows_show_where_it_says_so(void **state)
{
	struct tms_window *window = three_papers();
	struct tms_view *view = test_view(window);
	struct tms_query *query = parse("paragraph a");
	struct tms_buf out = { 0 };

	(void)state;
	assert_int_equal(tms_explain_write(query, view, T0, TMS_EXPLAIN_TSV, &out, NULL), TMS_OK);
	tms_buf_add_char(&out, '\0');
	assert_non_null(strstr(out.ptr, "\t\tFirst **paragraph**, **a** < b & c.  Second.\n"));
	tms_buf_clear(&out);
	assert_int_equal(
		tms_explain_write(query, view, T0, TMS_EXPLAIN_TERMINAL, &out, NULL), TMS_OK);
	tms_buf_add_char(&out, '\0');
	assert_non_null(strstr(out.ptr, "\t\tFirst \x1b[1mparagraph\x1b[22m, "));
	tms_buf_clear(&out);
	assert_int_equal(tms_explain_write(query, view, T0, TMS_EXPLAIN_JSONL, &out, NULL), TMS_OK);
	tms_buf_add_char(&out, '\0');
	assert_non_null(strstr(out.ptr,
		"\"snippet\":{\"field\":\"abstract\",\"text\":\"First paragraph, a < b & c."
		"\\n\\nSecond.\",\"start\":0,\"cut_before\":false,\"cut_behind\":false,"
		"\"marks\":[[6,15],[17,18]]}}\n"));
	tms_buf_free(&out);
	tms_query_free(query);
	tms_view_free(view);
	tms_window_free(window);
}

static void rows_of_json_say_how_near_an_item_is(void **state)
{
	struct tms_window *window = three_papers();
	struct tms_view *view = test_view(window);
	struct tms_query *query = parse("title:agents (-survey OR upvotes>=40)");
	struct tms_buf out = { 0 };

	(void)state;
	assert_int_equal(tms_explain_write(query, view, T0, TMS_EXPLAIN_JSONL, &out, NULL), TMS_OK);
	tms_buf_add_char(&out, '\0');
	assert_non_null(
		strstr(out.ptr, "\"nearness\":0.000,\"missing\":\"\",\"missing_parts\":[]"));
	assert_non_null(strstr(out.ptr,
		"\"nearness\":1.000,\"missing\":\"one term short: *title:agents* is missing\","
		"\"missing_parts\":[{\"part\":\"title:agents\",\"rule\":\"\",\"value\":\"\","
		"\"holds\":false,\"instead\":false}]"));
	assert_non_null(strstr(out.ptr, "nearly: *upvotes>=40* is not met (31)"));
	tms_buf_free(&out);
	tms_query_free(query);
	query = parse("title:agents -title:agents");
	assert_int_equal(tms_explain_write(query, view, T0, TMS_EXPLAIN_JSONL, &out, NULL), TMS_OK);
	tms_buf_add_char(&out, '\0');
	assert_non_null(strstr(out.ptr, "\"nearness\":null"));
	tms_buf_free(&out);
	tms_query_free(query);
	tms_view_free(view);
	tms_window_free(window);
}

/* Of many some are kept in mind, whatever order they are looked at in. */
static void the_nearest_of_many_are_found_in_steps(void **state)
{
	struct tms_window *window = three_papers();
	struct tms_view *view = test_view(window);
	struct tms_query *query = parse("title:agents title:plan");
	struct tms_nearest *nearest = NULL;
	bool more = true;

	(void)state;
	assert_int_equal(tms_nearest_new(query, T0, 2, &nearest), TMS_OK);
	for (size_t i = tms_view_count(view); i > 0; i--)
		assert_int_equal(tms_nearest_add(nearest, tms_view_at(view, i - 1)), TMS_OK);
	tms_view_free(view);
	tms_window_free(window);
	for (int steps = 0; more; steps++) {
		assert_in_range(steps, 0, 2);
		assert_int_equal(tms_nearest_step(nearest, 1, &more), TMS_OK);
	}
	assert_int_equal(tms_nearest_count(nearest), 2);
	assert_str(tms_nearest_at(nearest, 0)->merged.item.id, "arxiv:2603.00002");
	assert_str(tms_nearest_at(nearest, 1)->merged.item.id, "arxiv:2603.00003");
	assert_int_equal(tms_nearest_short(nearest), 1);
	tms_nearest_free(nearest);
	tms_query_free(query);
}

/* Lines that are written by and by are those written at once, of the items as they were. */
static void lines_may_be_written_by_and_by(void **state)
{
	struct tms_window *window = three_papers();
	struct tms_view *view = test_view(window);
	struct tms_query *query = parse("title:agents -survey");
	struct tms_buf whole = { 0 }, parts = { 0 };
	struct tms_explaining *explaining = NULL;
	bool more = true;

	(void)state;
	assert_int_equal(tms_explain_write(query, view, T0, TMS_EXPLAIN_TSV, &whole, NULL), TMS_OK);
	assert_int_equal(tms_explaining_new(query, view, T0, TMS_EXPLAIN_TSV, &explaining), TMS_OK);
	tms_view_free(view);
	tms_window_free(window);
	for (int steps = 0; more; steps++) {
		assert_in_range(steps, 0, 5); /* each is looked at, then written */
		assert_int_equal(tms_explaining_step(explaining, 1, &parts, &more), TMS_OK);
	}
	assert_true(tms_str_equal(tms_buf_str(&parts), tms_buf_str(&whole)));
	tms_explaining_free(explaining);
	tms_query_free(query);
	tms_buf_free(&whole);
	tms_buf_free(&parts);
}

static void a_line_of_json_says_all_that_programs_ask_for(void **state)
{
	static struct tms_str sources[] = { TMS_STR_INIT("a"), TMS_STR_INIT("b") };
	struct tms_item item = test_paper("arxiv:2603.00001", "T", T0);
	struct tms_merged merged = test_merged(&item);
	struct tms_buf out = { 0 };

	(void)state;
	merged.sources = sources;
	merged.sources_count = 2;
	tms_jsonl_write(&out, &merged, TMS_FEED_LINK_ARXIV);
	assert_str(tms_buf_str(&out),
		"{\"id\":\"arxiv:2603.00001\",\"title\":\"T\","
		"\"link\":\"https://arxiv.org/abs/2603.00001\","
		"\"summary\":\"First paragraph, a < b & c.\\n\\nSecond.\","
		"\"authors\":[\"Ana B\xc3\xa9\",\"Bo Li\"],\"categories\":[\"cs.CL\"],"
		"\"keywords\":[\"agents\",\"tool use\"],\"published\":\"2026-03-01T12:00:00Z\","
		"\"updated\":\"2026-03-01T12:00:00Z\",\"upvotes\":31,\"comments\":2,"
		"\"stars\":null,\"source\":\"a, b\"}\n");
	tms_buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_item_has_one_row_of_six_fields),
		cmocka_unit_test(without_a_query_everything_is_kept),
		cmocka_unit_test(the_part_that_empties_a_feed_is_named),
		cmocka_unit_test(dropped_items_come_nearest_first),
		cmocka_unit_test(rows_show_where_it_says_so),
		cmocka_unit_test(rows_of_json_say_how_near_an_item_is),
		cmocka_unit_test(the_nearest_of_many_are_found_in_steps),
		cmocka_unit_test(lines_may_be_written_by_and_by),
		cmocka_unit_test(a_line_of_json_says_all_that_programs_ask_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
