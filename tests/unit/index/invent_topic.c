/* Topics made by dice: some subjects of the invented words, any threshold. The reference scores one
 * topic and one item at a time; the index has to say the same of all of them at once. */
#include "invent.h"

#include <assert.h>

#include "shipped/shipped.h"

static const char definitions[] =
	"[topic agents]\nname = Language model agents\nabout = Agents that learn a policy from reward.\n"
	"[topic hacking]\nname = Reward hacking\n"
	"[topic tuning]\nname = Fine-tuning of LLMs\nkeywords = finetuning; RAG; MoE\n"
	"[topic facets]\nname = Facets\nall = 1:model, .5:agent, .3:AI && 1:learning, .7:policy optimization\n"
	"[topic wide]\nname = Attention and reward for text or image with GPT-4\n"
	"[topic flat]\nname = Any of many\nall = .01:a, .02:the model, .9:zebra, 1:quokka, 1:quokkas\n"
	"[topic chain]\nname = Chain-of-thought\nall = 1:chain-of-thought, .5:thought && .4:GPT && .1:4\n"
	"[topic stop]\nname = The art of tuning\n"
	"[topic soft]\nname = AI policy\n"
	"[topic apart]\nname = Neural networks for reward\n"
	"[topic llm]\nname = LLM agents\n"
	"[topic method]\nname = Large language models\n";

#define TOPICS 12

static struct {
	struct tms_shipped shipped;
	struct tms_topic_list lists[2];
	struct tms_query_topics topics;
	struct tms_topic *compiled[TOPICS];
} made; /* for as long as the program runs */

const struct tms_query_topics *invented_topics(void)
{
	struct tms_diag diag = { 0 };

	if (made.topics.model)
		return &made.topics;
	enum tms_status st = tms_shipped_open(&made.shipped, &diag);
	assert(st == TMS_OK);
	st = tms_topic_file_parse(
		&made.shipped.arena, tms_str_from(definitions), &made.lists[1], &diag);
	assert(st == TMS_OK && made.lists[1].count == TOPICS);
	made.lists[0] = made.shipped.catalogue;
	made.topics = made.shipped.topics;
	made.topics.lists = made.lists;
	made.topics.lists_count = 2;
	return &made.topics;
}

static const struct tms_topic *topic_at(size_t i)
{
	const struct tms_query_topics *topics = invented_topics();

	if (!made.compiled[i]) {
		enum tms_status st = tms_topic_compile(topics->model, topics->scorer,
			&made.lists[1].items[i], TMS_TOPIC_AS_WRITTEN, &made.compiled[i], NULL);
		assert(st == TMS_OK);
	}
	return made.compiled[i];
}

static struct tms_str about_text(struct tms_arena *arena, const struct tms_topic_definition *d)
{
	return tms_arena_format(arena, "about:\"%.*s|%.*s | %.*s|%.*s\"", TMS_STR_ARGS(d->name),
		TMS_STR_ARGS(d->about), TMS_STR_ARGS(d->keywords), TMS_STR_ARGS(d->all));
}

struct ask *invent_topic_leaf(struct rule_maker *maker)
{
	const char *prefix;
	struct ask *ask = invent_plain_leaf(maker, ASK_TOPIC, &prefix);
	uint32_t hundredths = 1 + roll(maker->dice, 80);

	ask->topic = roll(maker->dice, TOPICS);
	(void)invented_topics();
	const struct tms_topic_definition *d = &made.lists[1].items[ask->topic];
	ask->threshold = (hundredths * TMS_TOPIC_ONE + 50) / 100;
	struct tms_str name = chance(maker->dice, 2) ? tms_arena_format(maker->arena, "topic:%.*s",
							       TMS_STR_ARGS(d->id))
						     : about_text(maker->arena, d);
	ask->print = tms_arena_format(maker->arena, "%.*s@0.%02u", TMS_STR_ARGS(name), hundredths);
	if (chance(maker->dice, 4)) {
		ask->threshold = TMS_TOPIC_NORMAL;
		ask->print = name;
	}
	return ask;
}

/* Of the content, its first three hundred words. */
static struct tms_str beginning_of(const struct subject *subject)
{
	for (size_t i = 0; i < subject->texts_count; i++) {
		const struct tms_words *words = &subject->texts[i].cut.words;
		if (subject->texts[i].field == TMS_FIELD_CONTENT)
			return words->count <= 300
				       ? words->text
				       : tms_str_slice(words->text, 0, words->list[299].end);
	}
	return TMS_STR_NONE;
}

bool reference_topic_holds(const struct ask *ask, const struct subject *subject)
{
	const struct tms_item *item = &subject->merged->item;
	const struct tms_topic_item texts = { item->title,
		item->summary.len > 0 ? item->summary : beginning_of(subject), item->keywords,
		item->keywords_count };
	const struct tms_topic_text *text = NULL;
	struct tms_arena arena = { 0 };

	enum tms_status st = tms_topic_text_make(
		&arena, invented_topics()->model, invented_topics()->scorer, &texts, &text);
	assert(st == TMS_OK);
	bool holds = tms_topic_score(topic_at(ask->topic), text) >= ask->threshold;
	tms_arena_free(&arena);
	return holds;
}
