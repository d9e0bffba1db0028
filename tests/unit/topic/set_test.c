/* Many topics at once say what each says alone, whatever comes and goes, in steps of any size. */
#include "test.h"

#include <stdlib.h>

#include <tamis/topic_set.h>

#include "shipped/shipped.h"

#define TOPICS_MAX 40
#define THRESHOLD (TMS_TOPIC_ONE / 20)

static const struct tms_topic_item items[] = {
	{ TMS_STR_INIT("Rewards for mathematical reasoning with GRPO"),
		TMS_STR_INIT(
			"We train LLMs with reinforcement learning, and reasoning improves. Agents "
			"call tools. Tools, tools, tools.") },
	{ TMS_STR_INIT("Answering questions with RAG"),
		TMS_STR_INIT("Retrieval-augmented generation helps language model agents.") },
	{ TMS_STR_INIT(""), TMS_STR_INIT("") },
};

struct hits {
	uint32_t scores[TOPICS_MAX];
	size_t told;
};

static void note(void *context, uint32_t number, uint32_t score)
{
	struct hits *hits = context;

	assert_true(number < TOPICS_MAX);
	assert_int_equal(hits->scores[number], 0);
	hits->scores[number] = score;
	hits->told++;
}

struct world {
	struct tms_shipped shipped;
	struct tms_arena arena;
	struct tms_topic_set *set;
	struct tms_topic *topics[TOPICS_MAX]; /* by number; NULL: not in the set */
	const struct tms_topic_text *texts[TMS_COUNT(items)];
};

static void ask_all(struct world *w, size_t step)
{
	for (size_t i = 0; i < TMS_COUNT(items); i++) {
		struct hits hits = { 0 };
		size_t work;
		assert_int_equal(tms_topic_set_begin(w->set, w->texts[i]), TMS_OK);
		do
			work = step;
		while (!tms_topic_set_step(w->set, &work, note, &hits));
		for (uint32_t t = 0; t < TOPICS_MAX; t++) {
			uint32_t want =
				w->topics[t] ? tms_topic_score(w->topics[t], w->texts[i]) : 0;
			assert_int_equal(hits.scores[t], want >= THRESHOLD ? want : 0);
		}
	}
}

static void topics_come_and_go_and_say_what_they_say_alone(void **state)
{
	struct world w = { 0 };
	struct tms_diag diag = { 0 };

	(void)state;
	assert_int_equal(tms_shipped_open(&w.shipped, &diag), TMS_OK);
	assert_int_equal(tms_topic_set_new(w.shipped.topics.scorer, &w.set), TMS_OK);
	size_t empty = tms_topic_set_bytes(w.set);
	for (size_t i = 0; i < TMS_COUNT(items); i++)
		assert_int_equal(tms_topic_text_make(&w.arena, w.shipped.topics.model,
					 w.shipped.topics.scorer, &items[i], &w.texts[i]),
			TMS_OK);
	for (size_t turn = 0; turn < 60; turn++) {
		struct tms_topic *topic = NULL;
		uint32_t number = 0;
		size_t out = turn * 7 % TOPICS_MAX;
		assert_int_equal(
			tms_topic_compile(w.shipped.topics.model, w.shipped.topics.scorer,
				&w.shipped.catalogue.items[turn % w.shipped.catalogue.count],
				turn % 3 ? TMS_TOPIC_AS_WRITTEN : TMS_TOPIC_BY_NAME, &topic, &diag),
			TMS_OK);
		assert_int_equal(tms_topic_set_add(w.set, topic, THRESHOLD, &number), TMS_OK);
		assert_true(number < TOPICS_MAX);
		assert_null(w.topics[number]);
		w.topics[number] = topic;
		if (turn % 2 && w.topics[out]) {
			tms_topic_set_remove(w.set, (uint32_t)out, w.topics[out]);
			tms_topic_free(w.topics[out]);
			w.topics[out] = NULL;
		}
		ask_all(&w, turn % 2 ? SIZE_MAX : 1 + turn);
		if (tms_topic_set_count(w.set) == TOPICS_MAX - 2)
			break;
	}
	assert_true(tms_topic_set_count(w.set) > 10);
	assert_true(tms_topic_set_bytes(w.set) > empty);
	for (uint32_t t = 0; t < TOPICS_MAX; t++)
		if (w.topics[t]) {
			tms_topic_set_remove(w.set, t, w.topics[t]);
			tms_topic_free(w.topics[t]);
			w.topics[t] = NULL;
			ask_all(&w, SIZE_MAX);
		}
	assert_int_equal(tms_topic_set_count(w.set), 0);
	assert_int_equal(tms_topic_set_bytes(w.set), empty);
	tms_topic_set_free(w.set);
	tms_arena_free(&w.arena);
	tms_shipped_close(&w.shipped);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(topics_come_and_go_and_say_what_they_say_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
