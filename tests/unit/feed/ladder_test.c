/* What the thresholds of a topic do, counted by an index. */
#include <stdio.h>

#include <tamis/ladder.h>
#include <tamis/preview.h>

#include "items.h"
#include "shipped/shipped.h"

#define PAPERS 60

static const char *const titles[] = {
	"Agents that call tools",
	"Multi-agent planning with language models",
	"A survey of rain",
	"Tool use by language model agents",
	"Bees",
	"Agents",
	"Web agents that browse",
	"Diffusion of heat",
	"Language models",
	"An agent benchmark for tool calls",
};

struct world {
	struct tms_shipped shipped;
	struct tms_query_options options;
	struct tms_window *window;
	struct tms_view *view;
	struct tms_index *index;
};

static void open_world(struct world *w)
{
	static struct tms_query_topics topics;
	struct tms_item items[PAPERS];
	char ids[PAPERS][20];
	struct tms_diag diag = { 0 };

	assert_int_equal(tms_shipped_open(&w->shipped, &diag), TMS_OK);
	topics = w->shipped.topics;
	topics.lists = &w->shipped.catalogue;
	topics.lists_count = 1;
	w->options = (struct tms_query_options){ .topics = &topics };
	for (int i = 0; i < PAPERS; i++) {
		(void)snprintf(ids[i], sizeof(ids[i]), "arxiv:2603.%05d", i);
		items[i] = test_paper(ids[i], titles[i % (int)TMS_COUNT(titles)], T0 - i);
		items[i].summary = tms_str_from(titles[i / 3 % (int)TMS_COUNT(titles)]);
	}
	w->window = test_window("a", items, PAPERS, T0);
	w->view = test_view(w->window);
	assert_int_equal(tms_index_new((struct tms_hash_seed){ 1, 2 }, &w->index), TMS_OK);
	for (size_t i = 0; i < tms_view_count(w->view); i++)
		assert_int_equal(tms_index_put(w->index, tms_view_at(w->view, i), NULL), TMS_OK);
}

static void close_world(struct world *w)
{
	tms_index_free(w->index);
	tms_view_free(w->view);
	tms_window_free(w->window);
	tms_shipped_close(&w->shipped);
}

static size_t kept_by(const struct world *w, struct tms_str text)
{
	struct tms_explain_counts counts = { 0 };
	struct tms_query *query = NULL;
	struct tms_buf out = { 0 };

	assert_int_equal(tms_query_parse(text, &w->options, &query, NULL), TMS_OK);
	assert_int_equal(
		tms_explain_write(query, w->view, T0, TMS_EXPLAIN_TSV, &out, &counts), TMS_OK);
	tms_buf_free(&out);
	tms_query_free(query);
	return counts.kept;
}

/* Each step is what each item says by itself. */
static void expect_ladder(const struct world *w, const char *rule, size_t steps)
{
	struct tms_str text = tms_str_from(rule);
	struct tms_advice advice = { 0 };
	struct tms_query *query = NULL;
	struct tms_arena arena = { 0 };
	struct tms_index_stats stats;
	struct tms_preview preview;
	struct tms_ladder ladder;
	bool found = false, more = true;

	assert_int_equal(tms_query_parse_advised(text, &w->options, &query, &advice), TMS_OK);
	const struct tms_emptied_query asked = { query, NULL, w->index, T0, &w->options };
	assert_int_equal(tms_ladder_make(query, text, 0, &arena, &found, &ladder), TMS_OK);
	assert_true(found);
	assert_int_equal(ladder.steps_count, steps);
	ladder.items = PAPERS;
	while (more)
		assert_int_equal(tms_ladder_count(&ladder, &asked, NULL, &more), TMS_OK);
	assert_int_equal(tms_preview_make(query, 0, w->view, &found, &preview), TMS_OK);
	for (size_t i = 0; i < steps; i++) {
		const struct tms_ladder_step *step = &ladder.steps[i];
		assert_true(step->has_about);
		assert_int_equal(step->about, kept_by(w, step->topic));
		if (step->is_asked)
			assert_int_equal(step->about, preview.hits);
		if (strcmp(step->name, "loose") == 0)
			assert_int_equal(step->about, preview.loose);
		assert_int_equal(step->has_kept, !ladder.is_alone);
		if (!ladder.is_alone)
			assert_int_equal(step->kept, kept_by(w, step->text));
		assert_true(i == 0 || ladder.steps[i - 1].about >= step->about);
	}
	assert_true(ladder.steps[0].about > 0);
	tms_index_stats(w->index, &stats);
	assert_int_equal(stats.rules, 0);
	assert_int_equal(tms_ladder_make(query, text, 1, &arena, &found, &ladder), TMS_OK);
	assert_false(found);
	tms_query_free(query);
	tms_advice_free(&advice);
	tms_arena_free(&arena);
}

static void each_step_counts_what_its_own_query_keeps(void **state)
{
	static struct world w;

	(void)state;
	open_world(&w);
	expect_ladder(&w, "topic:agents", 3);
	expect_ladder(&w, " topic:agents@0.20 ", 4);
	expect_ladder(&w, "topic:agents@strict -benchmark", 3);
	expect_ladder(&w, "(about:\"language models\"@0.40 OR bees) -survey", 4);
	expect_ladder(&w, "-topic:agents@loose", 3);
	close_world(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_step_counts_what_its_own_query_keeps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
