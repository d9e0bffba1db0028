/* Why a topic gave an item its score: the same counting, with the places. */
#include <stdlib.h>

#include "topic_private.h"

#define PART_OF_EVIDENCE (TMS_TOPIC_ONE >> TOPIC_EVIDENCE_BITS)

struct found {
	uint32_t times;
	size_t at, end; /* of the first place */
};

struct search {
	const struct tms_topic *topic;
	const struct tms_topic_text *text;
	struct found *list; /* one for each phrase */
};

static void note(void *context, size_t phrase, size_t at, size_t end)
{
	struct search *search = context;
	struct found *found = &search->list[phrase];

	if (found->times == 0) {
		found->at = at;
		found->end = end;
	}
	found->times += topic_times_at(search->topic->scorer, search->text, at);
}

/* Which keyword a token stands in: as many breaks stand before it, behind the abstract's. */
static size_t keyword_of(const struct tms_topic_text *text, size_t at)
{
	size_t value = 0;

	for (size_t i = text->abstract_end; i < at; i++)
		value += text->tokens[i] == TOPIC_TOKEN_BREAK;
	return value;
}

static struct tms_topic_finding finding_of(const struct search *search,
	const struct tms_topic_item *item, size_t phrase, uint32_t evidence)
{
	const struct tms_topic_text *text = search->text;
	const struct found *found = &search->list[phrase];
	const struct topic_token *first = &text->places[found->at];
	const struct topic_token *last = &text->places[found->end - 1];
	struct tms_topic_finding finding = { .times = found->times,
		.evidence = evidence * PART_OF_EVIDENCE,
		.start = first->start,
		.field = "title" };
	struct tms_str from = item->title;

	if (found->at >= text->abstract_end) {
		finding.field = "keyword";
		finding.value = keyword_of(text, found->at);
		from = item->keywords[finding.value];
	} else if (found->at >= text->title_end) {
		finding.field = "abstract";
		from = item->abstract;
	}
	finding.words = tms_str_slice(from, first->start, last->end);
	return finding;
}

/* The same words are shown once, for the strongest phrase; weaker ones give way. */
static void keep_strongest(struct tms_topic_facet_reason *facet, struct tms_topic_finding finding)
{
	size_t at = facet->findings_count;

	for (size_t i = 0; i < facet->findings_count; i++)
		if (facet->findings[i].words.ptr == finding.words.ptr &&
			facet->findings[i].evidence >= finding.evidence)
			return;
	while (at > 0 && facet->findings[at - 1].evidence < finding.evidence)
		at--;
	if (at == TMS_TOPIC_FINDINGS_MAX)
		return;
	size_t kept = facet->findings_count < TMS_TOPIC_FINDINGS_MAX ? facet->findings_count
								     : TMS_TOPIC_FINDINGS_MAX - 1;
	for (size_t i = kept; i > at; i--)
		facet->findings[i] = facet->findings[i - 1];
	facet->findings[at] = finding;
	facet->findings_count = kept + 1;
}

enum tms_status tms_topic_explain(struct tms_arena *arena, struct tms_topic_model *model,
	const struct tms_topic *topic, const struct tms_topic_item *item,
	struct tms_topic_reason *out)
{
	uint32_t evidence[TMS_TOPIC_FACETS_MAX] = { 0 };
	struct search search = { .topic = topic };

	enum tms_status st = tms_topic_text_make(arena, model, topic->scorer, item, &search.text);
	if (st != TMS_OK)
		return st;
	search.list = TMS_ARENA_ARRAY(arena, struct found, topic->phrases_count);
	struct tms_topic_facet_reason *facets =
		TMS_ARENA_ARRAY(arena, struct tms_topic_facet_reason, topic->shape.facets);
	if (!search.list || !facets)
		return arena->status;
	for (size_t i = 0; i < topic->shape.facets; i++)
		facets[i].asked = topic->names[i];
	for (size_t at = 0; at < search.text->count; at++)
		topic_find_at(topic, search.text, at, note, &search);
	for (size_t i = 0; i < topic->phrases_count; i++) {
		size_t facet = topic->phrases[i].facet;
		if (search.list[i].times == 0)
			continue;
		uint32_t one = topic_evidence(
			topic->scorer, topic->phrases[i].weight, search.list[i].times);
		evidence[facet] += one;
		keep_strongest(&facets[facet], finding_of(&search, item, i, one));
	}
	for (size_t i = 0; i < topic->shape.facets; i++)
		facets[i].evidence = evidence[i] * PART_OF_EVIDENCE;
	if (topic->shape.soft_least > 0)
		facets[topic->shape.facets - 1].weighs_little = true;
	uint32_t likeness = topic_likeness_of(topic, search.text);
	*out = (struct tms_topic_reason){
		.score = topic_score_of(topic->scorer, &topic->shape, evidence, likeness),
		.facets = topic_facets_score(topic->scorer, &topic->shape, evidence) >> 14,
		.similarity = likeness >> 14,
		.list = facets,
		.count = topic->shape.facets,
	};
	return TMS_OK;
}

/* ---- printing ---- */

void tms_topic_part_print(uint32_t part, struct tms_buf *buf)
{
	uint32_t hundredths = (uint32_t)((uint64_t)part * 100 / TMS_TOPIC_ONE);

	if (hundredths >= 100)
		tms_buf_format(buf, "%u", hundredths / 100);
	tms_buf_format(buf, ".%02u", hundredths % 100);
}

static void print_facet(const struct tms_topic_facet_reason *facet, struct tms_buf *buf)
{
	if (facet->findings_count == 0)
		tms_buf_format(buf, "nothing of \"%.*s\"%s", TMS_STR_ARGS(facet->asked),
			facet->weighs_little ? " (weighs little)" : "");
	for (size_t i = 0; i < facet->findings_count; i++) {
		const struct tms_topic_finding *finding = &facet->findings[i];
		if (i > 0 && finding->evidence < TMS_TOPIC_ONE / 100)
			return; /* next to nothing */
		tms_buf_format(buf, "%s\"", i ? ", " : "");
		for (size_t k = 0; k < finding->words.len;
			k++) /* a phrase may go over a line's end */
			tms_buf_add_char(buf,
				tms_is_space(finding->words.ptr[k]) ? ' ' : finding->words.ptr[k]);
		tms_buf_format(buf, "\" (%s) ", finding->field);
		tms_topic_part_print(finding->evidence, buf);
	}
}

void tms_topic_reason_print(const struct tms_topic_reason *reason, struct tms_buf *buf)
{
	for (size_t i = 0; i < reason->count; i++) {
		if (i > 0)
			tms_buf_add_cstr(buf, " + ");
		print_facet(&reason->list[i], buf);
	}
	tms_buf_add_cstr(buf, "; text ");
	tms_topic_part_print(reason->similarity, buf);
	tms_buf_add_cstr(buf, "; score ");
	tms_topic_part_print(reason->score, buf);
}
