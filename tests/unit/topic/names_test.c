/* What people mean by the name of a subject: methods weigh little, a name in the title is enough, two
 * words are looked for near each other. */
#include "test.h"

#include <stdlib.h>

#include "shipped/shipped.h"

static const struct tms_topic_item items[] = {
	{ TMS_STR_INIT("Safety of bridges"), TMS_STR_INIT("We count rust.") },
	{ TMS_STR_INIT("Chemistry by robots"), TMS_STR_INIT("A robot stirs and heats.") },
	{ TMS_STR_INIT("A benchmark of stirring"), TMS_STR_INIT("A robot stirs and heats.") },
	{ TMS_STR_INIT("Policies that cheat"),
		TMS_STR_INIT("A policy hacks its own reward. Hacking the reward is easy.") },
	{ TMS_STR_INIT("Generative AI"), TMS_STR_INIT("AI generates.") },
	{ TMS_STR_INIT("A text-to-image generator"), TMS_STR_INIT("Text becomes an image.") },
	{ TMS_STR_INIT("Reward models"),
		TMS_STR_INIT(
			"Readers of stories, essays and poems say which they like; a network guesses it, and we count how often it is right.") },
	{ TMS_STR_INIT("LLMs that write letters"), TMS_STR_INIT("A language model writes.") },
};

struct world {
	struct tms_shipped shipped;
	struct tms_arena arena;
};

static void open_world(struct world *w)
{
	struct tms_diag diag = { 0 };

	*w = (struct world){ 0 };
	assert_int_equal(tms_shipped_open(&w->shipped, &diag), TMS_OK);
}

static void close_world(struct world *w)
{
	tms_arena_free(&w->arena);
	tms_shipped_close(&w->shipped);
}

static struct tms_topic *compile(struct world *w, const char *name)
{
	const struct tms_topic_definition definition = { .id = TMS_STR_INIT("x"),
		.name = tms_str_from(name) };
	struct tms_topic *topic = NULL;

	assert_int_equal(tms_topic_compile(w->shipped.topics.model, w->shipped.topics.scorer,
				 &definition, TMS_TOPIC_AS_WRITTEN, &topic, NULL),
		TMS_OK);
	return topic;
}

static uint32_t score(struct world *w, const char *name, size_t item)
{
	const struct tms_topic_text *text = NULL;
	struct tms_topic *topic = compile(w, name);

	assert_int_equal(tms_topic_text_make(&w->arena, w->shipped.topics.model,
				 w->shipped.topics.scorer, &items[item], &text),
		TMS_OK);
	uint32_t found = tms_topic_score(topic, text);
	tms_topic_free(topic);
	return found;
}

static void a_method_takes_nothing_from_what_the_subject_has(void **state)
{
	static const struct {
		const char *name, *subject;
	} rows[] = {
		{ "AI safety", "safety" },
		{ "machine learning for chemistry", "chemistry" },
		{ "chemistry with deep neural networks", "chemistry" },
		{ "approaches to chemistry", "chemistry" },
		{ "AI safety", "LLM safety" },
		{ "deep learning systems for chemistry", "LLMs for chemistry" },
	};
	struct world w;

	(void)state;
	open_world(&w);
	for (size_t i = 0; i < TMS_COUNT(rows); i++)
		for (size_t k = 0; k < TMS_COUNT(items); k++)
			if (score(&w, rows[i].name, k) < score(&w, rows[i].subject, k))
				fail_msg("%s, item %zu", rows[i].name, k);
	close_world(&w);
}

static void what_is_called_so_in_the_title_is_kept(void **state)
{
	static const struct {
		const char *name;
		size_t item;
		bool is_kept;
		const char *why;
	} rows[] = {
		{ "safety", 0, true, "one word" },
		{ "AI safety", 0, true, "and a method" },
		{ "benchmarks", 2, true, "a word that a third of papers have" },
		{ "reward hacking", 3, true, "near each other, in both orders" },
		{ "reward hacking", 6, false, "one of two words" },
		{ "generative AI", 4, true, "a name" },
		{ "generative AI", 5, false, "a word that says next to nothing is not enough" },
		{ "text-to-image", 5, true, "one word, though \"to\" is in it" },
		{ "large language models", 7, true, "as its acronym" },
		{ "medical LLMs", 7, false, "about language models, but nothing medical" },
	};
	struct world w;

	(void)state;
	open_world(&w);
	for (size_t i = 0; i < TMS_COUNT(rows); i++)
		if ((score(&w, rows[i].name, rows[i].item) >= TMS_TOPIC_NORMAL) != rows[i].is_kept)
			fail_msg("%s: %s", rows[i].name, rows[i].why);
	close_world(&w);
}

static void a_reason_says_what_weighs_little_and_shows_both_words(void **state)
{
	struct tms_topic_reason reason;
	struct tms_buf line = { 0 };
	struct world w;

	(void)state;
	open_world(&w);
	struct tms_topic *topic = compile(&w, "machine learning safety");
	assert_int_equal(
		tms_topic_explain(&w.arena, w.shipped.topics.model, topic, &items[0], &reason),
		TMS_OK);
	tms_topic_reason_print(&reason, &line);
	assert_non_null(strstr(line.ptr, "nothing of \"machine learning\" (weighs little)"));
	tms_topic_free(topic);
	line.len = 0;
	topic = compile(&w, "reward hacking");
	assert_int_equal(
		tms_topic_explain(&w.arena, w.shipped.topics.model, topic, &items[3], &reason),
		TMS_OK);
	tms_topic_reason_print(&reason, &line);
	assert_non_null(strstr(line.ptr, "\"hacks its own reward\" (abstract)"));
	tms_topic_free(topic);
	tms_buf_free(&line);
	close_world(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_method_takes_nothing_from_what_the_subject_has),
		cmocka_unit_test(what_is_called_so_in_the_title_is_kept),
		cmocka_unit_test(a_reason_says_what_weighs_little_and_shows_both_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
