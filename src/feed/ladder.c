/* What the thresholds of a topic do: how many items are about it, and how many the query keeps then. */
#include <tamis/ladder.h>

#include "part.h"

#define HUNDREDTHS 100

static const struct {
	const char *name;
	uint32_t threshold;
} levels[] = {
	{ "loose", TMS_TOPIC_LOOSE },
	{ "normal", TMS_TOPIC_NORMAL },
	{ "strict", TMS_TOPIC_STRICT },
};

static uint32_t hundredths_of(uint32_t threshold)
{
	return (threshold * HUNDREDTHS + TMS_TOPIC_ONE / 2) / TMS_TOPIC_ONE;
}

static void add_step(struct tms_ladder *ladder, uint32_t threshold, const char *name)
{
	size_t at = ladder->steps_count;

	for (size_t i = 0; i < at; i++)
		if (ladder->steps[i].threshold == threshold)
			return;
	while (at > 0 && ladder->steps[at - 1].threshold > threshold) {
		ladder->steps[at] = ladder->steps[at - 1];
		at--;
	}
	ladder->steps[at] = (struct tms_ladder_step){ .name = name,
		.threshold = threshold,
		.is_asked = threshold == ladder->topic.threshold };
	ladder->steps_count++;
}

static enum tms_status write_texts(const struct tms_query *query, struct tms_str text, size_t i,
	struct tms_arena *arena, struct tms_ladder_step *step)
{
	uint32_t hundredths = hundredths_of(step->threshold);
	struct tms_buf buf = { 0 };

	tms_query_topic_print(query, i, hundredths, &buf);
	step->topic = tms_arena_take(arena, &buf);
	if (tms_query_topic_put(query, text, i, hundredths, &buf))
		step->text = tms_arena_take(arena, &buf);
	tms_buf_free(&buf);
	return arena->status;
}

enum tms_status tms_ladder_make(const struct tms_query *query, struct tms_str text, size_t i,
	struct tms_arena *arena, bool *found, struct tms_ladder *out)
{
	struct tms_ladder ladder = { 0 };
	enum tms_status st = TMS_OK;

	*found = tms_query_topic_at(query, i, &ladder.topic);
	if (!*found)
		return TMS_OK;
	for (size_t k = 0; k < TMS_COUNT(levels); k++)
		add_step(&ladder, levels[k].threshold, levels[k].name);
	add_step(&ladder, ladder.topic.threshold, "");
	for (size_t k = 0; st == TMS_OK && k < ladder.steps_count; k++)
		st = write_texts(query, text, i, arena, &ladder.steps[k]);
	ladder.is_alone = tms_str_equal(tms_str_trim(ladder.steps[0].text), ladder.steps[0].topic);
	if (st == TMS_OK)
		*out = ladder;
	return st;
}

/* Of each step the topic is counted, then the query. */
static bool is_done(const struct tms_ladder *ladder)
{
	return ladder->next == 2 * ladder->steps_count;
}

static enum tms_status go_on(struct tms_ladder *ladder, const struct part_asked *part)
{
	struct tms_ladder_step *step = &ladder->steps[ladder->next / 2];
	bool is_query = ladder->next % 2 == 1;
	struct tms_str text = is_query ? step->text : step->topic;
	enum tms_status st = TMS_OK;

	if (text.len == 0 || (is_query && ladder->is_alone))
		return TMS_OK;
	if (!ladder->has_rule) {
		st = part_begin(part, text, &ladder->rule);
		ladder->has_rule = st == TMS_OK && ladder->rule != TMS_INDEX_NONE;
	}
	if (!ladder->has_rule)
		return st;
	st = part_go_on(part, ladder->rule, PART_WORK, is_query ? &step->kept : &step->about);
	*(is_query ? &step->has_kept : &step->has_about) = st == TMS_OK;
	return st;
}

enum tms_status tms_ladder_count(struct tms_ladder *ladder, const struct tms_emptied_query *asked,
	struct tms_scope *scope, bool *more)
{
	struct tms_arena arena = { 0 };
	const struct part_asked part = { .index = asked->index,
		.scope = scope,
		.options = asked->options,
		.now = asked->now,
		.arena = &arena };

	*more = false;
	if (is_done(ladder))
		return TMS_OK;
	enum tms_status st = go_on(ladder, &part);
	tms_arena_free(&arena);
	if (st != TMS_EUNAVAIL || ladder->tries++ > PART_TRIES + ladder->items) {
		tms_ladder_stop(ladder, asked->index);
		ladder->next++;
		ladder->tries = 0;
	}
	*more = !is_done(ladder);
	return st == TMS_EUNAVAIL ? TMS_OK : st;
}

void tms_ladder_stop(struct tms_ladder *ladder, struct tms_index *index)
{
	if (ladder->has_rule)
		tms_index_remove_rule(index, ladder->rule);
	ladder->has_rule = false;
}
