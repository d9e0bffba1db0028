/*
 * What topics find. The scores of the first test were computed by the specification that the
 * scorer was written from, in floating point.
 */
#include "test.h"

#include <stdlib.h>

#include <tamis/topic.h>

#include "shipped/shipped.h"

static const char rules[] =
	"[topic rl-reasoning]\n"
	"name = Reinforcement learning for LLM reasoning\n"
	"about = Teaching language models to reason with rewards that can be checked.\n"
	"keywords = GRPO; verifiable rewards\n"
	"[topic retrieval]\n"
	"name = Retrieval and re-ranking\n"
	"about = Finding passages for a question: dense retrievers, rerankers, RAG.\n"
	"keywords = RAG; dense retrieval\n"
	"all = 1:retrieval-augmented generation, 1:RAG, .9:dense retrieval, .7:reranking &&\n"
	"  1:question answering, .8:LLM\n"
	"[topic speech]\n"
	"name = Speech recognition\n"
	"[topic robots]\n"
	"name = Diffusion policies for robots in the home\n"
	"about = Robots that tidy up, wash dishes or fold clothes.\n";

static const struct tms_topic_item items[] = {
	{ TMS_STR_INIT("Rewards that check themselves: GRPO for mathematical reasoning"),
		TMS_STR_INIT(
			"We train LLMs with reinforcement learning. The model's answers are verified "
			"by a program, and GRPO does the rest. Reasoning improves on three tasks.") },
	{ TMS_STR_INIT("Answering questions with RAGs over na\xc3\xafve indexes"),
		TMS_STR_INIT(
			"Retrieval-augmented generation helps question answering. A dense retrieval "
			"step finds passages for the large language model.") },
	{ TMS_STR_INIT("A robot that folds shirts"),
		TMS_STR_INIT(
			"Our household robot learns a diffusion policy from demonstrations and folds "
			"laundry; it also washes dishes.") },
	{ TMS_STR_INIT("ASR for whispered voices"),
		TMS_STR_INIT(
			"Automatic speech recognition fails when people whisper. We adapt acoustic "
			"models with ten hours of whispers.") },
};

struct world {
	struct tms_arena arena;
	struct tms_topic_model *model;
	struct tms_topic_list list;
	struct tms_topic *topics[4];
	const struct tms_topic_text *texts[TMS_COUNT(items)];
};

static void open_world(struct world *w, enum tms_topic_how how)
{
	const struct tms_topic_scorer *scorer = tms_topic_scorer_find(1);

	*w = (struct world){ 0 };
	assert_int_equal(tms_topic_model_open(tms_shipped_topic_model(), &w->model, NULL), TMS_OK);
	assert_int_equal(
		tms_topic_file_parse(&w->arena, tms_str_from(rules), &w->list, NULL), TMS_OK);
	for (size_t i = 0; i < w->list.count; i++)
		assert_int_equal(tms_topic_compile(w->model, scorer, &w->list.items[i], how,
					 &w->topics[i], NULL),
			TMS_OK);
	for (size_t i = 0; i < TMS_COUNT(items); i++)
		assert_int_equal(
			tms_topic_text_make(&w->arena, w->model, scorer, &items[i], &w->texts[i]),
			TMS_OK);
}

static void close_world(struct world *w)
{
	for (size_t i = 0; i < TMS_COUNT(w->topics); i++)
		tms_topic_free(w->topics[i]);
	tms_topic_model_free(w->model);
	tms_arena_free(&w->arena);
}

static void scores_are_those_of_the_specification(void **state)
{
	/* topics by items; anything below .02 the specification does not tell */
	static const double want[2][4][4] = {
		{ { .909724, 0, 0, 0 }, { 0, .939205, 0, 0 }, { 0, 0, 0, .742662 },
			{ 0, 0, .915671, 0 } },
		{ { .899499, 0, 0, 0 }, { 0, .908658, 0, 0 }, { 0, 0, 0, .660091 },
			{ 0, 0, .908169, 0 } },
	};

	(void)state;
	for (size_t mode = 0; mode < 2; mode++) {
		struct world w;
		open_world(&w, mode == 0 ? TMS_TOPIC_BY_NAME : TMS_TOPIC_CURATED);
		for (size_t i = 0; i < 4; i++)
			for (size_t k = 0; k < 4; k++) {
				double got = tms_topic_score(w.topics[i], w.texts[k]) / 65536.;
				double off = got - want[mode][i][k];
				if (off < -.0005 || off > (want[mode][i][k] > 0 ? .0005 : .0205))
					fail_msg("topic %zu, item %zu: %f", i, k, got);
			}
		close_world(&w);
	}
}

static void every_facet_has_to_be_there(void **state)
{
	static const struct tms_topic_item without = { TMS_STR_INIT(
							       "Reinforcement learning with GRPO"),
		TMS_STR_INIT("A wheeled machine moves.") };
	const struct tms_topic_text *text = NULL;
	struct tms_topic_reason reason;
	struct tms_buf line = { 0 };
	struct world w;

	(void)state;
	open_world(&w, TMS_TOPIC_AS_WRITTEN);
	assert_int_equal(
		tms_topic_text_make(&w.arena, w.model, tms_topic_scorer_find(1), &without, &text),
		TMS_OK);
	assert_int_equal(
		tms_topic_explain(&w.arena, w.model, w.topics[0], &without, &reason), TMS_OK);
	assert_int_equal(reason.score, tms_topic_score(w.topics[0], text));
	assert_int_equal(reason.count, 3);
	assert_str(reason.list[0].asked, "Reinforcement learning");
	assert_str(reason.list[1].asked, "LLM");
	assert_str(reason.list[2].asked, "reasoning");
	assert_true(reason.list[0].evidence > 0);
	assert_str(reason.list[0].findings[0].words, "Reinforcement learning");
	assert_string_equal(reason.list[0].findings[0].field, "title");
	assert_int_equal(reason.list[1].evidence, 0);
	assert_int_equal(reason.facets, 0);
	tms_topic_reason_print(&reason, &line);
	assert_non_null(strstr(line.ptr, "nothing of \"LLM\""));
	tms_buf_free(&line);
	close_world(&w);
}

static void an_explanation_gives_the_score_and_the_words_as_they_stand(void **state)
{
	struct world w;

	(void)state;
	open_world(&w, TMS_TOPIC_AS_WRITTEN);
	for (size_t i = 0; i < 4; i++)
		for (size_t k = 0; k < 4; k++) {
			struct tms_topic_reason reason;
			assert_int_equal(tms_topic_explain(&w.arena, w.model, w.topics[i],
						 &items[k], &reason),
				TMS_OK);
			assert_int_equal(reason.score, tms_topic_score(w.topics[i], w.texts[k]));
			for (size_t f = 0; f < reason.count; f++)
				for (size_t j = 0; j < reason.list[f].findings_count; j++) {
					const struct tms_topic_finding *one =
						&reason.list[f].findings[j];
					struct tms_str from = one->field[0] == 't'
								      ? items[k].title
								      : items[k].abstract;
					assert_ptr_equal(one->words.ptr, from.ptr + one->start);
					assert_true(one->evidence > 0);
				}
		}
	close_world(&w);
}

static void what_holds_no_word_is_no_topic(void **state)
{
	static const struct {
		struct tms_topic_definition definition;
		enum tms_status status;
		const char *says;
	} rows[] = {
		{ { .id = TMS_STR_INIT("x"), .name = TMS_STR_INIT("the of") }, TMS_EINVAL,
			"holds no word" },
		{ { .id = TMS_STR_INIT("x"), .name = TMS_STR_INIT("\xe8\xaf\xad\xe8\xa8\x80") },
			TMS_EINVAL, "holds no word" },
		{ { .id = TMS_STR_INIT("x"),
			  .name = TMS_STR_INIT("x"),
			  .all = TMS_STR_INIT("a && ...") },
			TMS_EINVAL, "the phrase \"...\" holds no word" },
		{ { .id = TMS_STR_INIT("x"),
			  .name = TMS_STR_INIT("x"),
			  .all = TMS_STR_INIT("a b c d e f g h i") },
			TMS_ELIMIT, "has 9 words; at most 8" },
		{ { .id = TMS_STR_INIT("x"),
			  .name = TMS_STR_INIT(
				  "cats for dogs for birds for fish for bees for ants for "
				  "mice for cows for pigs for hens for geese for goats for sheep") },
			TMS_ELIMIT, "at most 12 facets" },
	};
	struct world w;

	(void)state;
	open_world(&w, TMS_TOPIC_AS_WRITTEN);
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_topic *topic = NULL;
		struct tms_diag diag = { 0 };
		enum tms_status st = tms_topic_compile(w.model, tms_topic_scorer_find(1),
			&rows[i].definition, TMS_TOPIC_AS_WRITTEN, &topic, &diag);
		if (st != rows[i].status || !strstr(diag.text, rows[i].says))
			fail_msg("row %zu: %d %s", i, st, diag.text);
	}
	close_world(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scores_are_those_of_the_specification),
		cmocka_unit_test(every_facet_has_to_be_there),
		cmocka_unit_test(an_explanation_gives_the_score_and_the_words_as_they_stand),
		cmocka_unit_test(what_holds_no_word_is_no_topic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
