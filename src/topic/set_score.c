/* All topics of a set, one item. */
#include <stdlib.h>

#include "set_private.h"

/* What is counted as work, in sixteenths of a microsecond. */
#define POSTINGS_A_UNIT 24
#define TOPICS_A_UNIT 16
#define WORK_EXACT 8

/* ---- which phrases stand in the item ---- */

static bool note(struct tms_topic_set *set, uint32_t number, uint32_t times)
{
	struct topic_state *state = &set->states[number];

	if (state->postings.count == 0)
		return true;
	if (state->times == 0) {
		if (!topic_grow(&set->found, set->found_count, &set->found_capacity,
			    sizeof(*set->found), &set->bytes))
			return false;
		set->found[set->found_count++] = number;
	}
	state->times += times;
	return true;
}

/* What is looked for near the token at `at`, which led to this state. */
static bool find_near(struct tms_topic_set *set, const struct tms_topic_text *text, size_t at,
	uint32_t state, uint32_t times)
{
	uint32_t near = set->scorer->near_words > 0 ? topic_state_next(set, state, TOPIC_TOKEN_NEAR)
						    : TOPIC_NONE;

	if (near == TOPIC_NONE)
		return true;
	size_t end = topic_near_end(set->scorer, text, at);
	for (size_t i = at + 1; i < end; i++) {
		uint32_t found = topic_state_next(set, near, text->tokens[i]);
		if (found != TOPIC_NONE && !note(set, found, times))
			return false;
	}
	return true;
}

static bool find_phrases(struct tms_topic_set *set, const struct tms_topic_text *text)
{
	for (size_t at = 0; at < text->count; at++) {
		uint32_t state = 0, times = topic_times_at(set->scorer, text, at);
		for (size_t k = at; k < text->count; k++) {
			state = topic_state_next(set, state, text->tokens[k]);
			if (state == TOPIC_NONE)
				break;
			if (!note(set, state, times) ||
				(k == at && !find_near(set, text, at, state, times)))
				return false;
		}
	}
	return true;
}

/* ---- what they say ---- */

/* What each weight says of something found so often; NULL: too often for a table. */
static const uint16_t *table_of(struct tms_topic_set *set, uint32_t times)
{
	if (times >= TOPIC_TABLES)
		return NULL;
	uint16_t *table = set->tables[times];
	if (table)
		return table;
	table = malloc((TOPIC_LEVELS + 1) * sizeof(*table));
	if (!table)
		return NULL;
	for (uint32_t level = 0; level <= TOPIC_LEVELS; level++)
		table[level] = (uint16_t)topic_evidence(set->scorer, level, times);
	set->tables[times] = table;
	set->bytes += (TOPIC_LEVELS + 1) * sizeof(*table);
	return table;
}

static uint32_t least(uint32_t a, size_t b)
{
	return a < b ? a : (uint32_t)b;
}

/* Postings from `within` on, as far as the work goes; true at the end of the list. */
static bool add_evidence(struct tms_topic_set *set, const struct topic_state *state, size_t *work)
{
	const uint32_t *list = state->postings.list;
	const uint16_t *table = table_of(set, state->times);
	uint32_t end =
		set->within + least(state->postings.count - set->within, *work * POSTINGS_A_UNIT);
	uint32_t *evidence = set->evidence;

	*work -= (end - set->within + POSTINGS_A_UNIT - 1) / POSTINGS_A_UNIT;
	if (table)
		for (uint32_t i = set->within; i < end; i++)
			evidence[topic_posting_number(list[i])] +=
				table[topic_posting_weight(list[i])];
	else
		for (uint32_t i = set->within; i < end; i++)
			evidence[topic_posting_number(list[i])] += topic_evidence(
				set->scorer, topic_posting_weight(list[i]), state->times);
	set->within = end;
	return end == state->postings.count;
}

static bool add_likeness(struct tms_topic_set *set, const struct topic_postings *terms,
	uint32_t weight, size_t *work)
{
	const uint32_t *list = terms->list;
	uint32_t end = set->within + least(terms->count - set->within, *work * POSTINGS_A_UNIT);
	uint32_t *likeness = set->likeness;

	*work -= (end - set->within + POSTINGS_A_UNIT - 1) / POSTINGS_A_UNIT;
	for (uint32_t i = set->within; i < end; i++)
		likeness[topic_posting_number(list[i])] += topic_posting_weight(list[i]) * weight;
	set->within = end;
	return end == terms->count;
}

/* ---- scores ---- */

/*
 * Can it have its threshold at all? The geometric mean of the evidence is not above the arithmetic
 * one. Never says no where the score says yes.
 */
static inline bool may_reach(const struct tms_topic_set *set, const struct topic_member *topic,
	uint64_t mean, uint32_t likeness)
{
	uint64_t text =
		((uint64_t)likeness << TOPIC_LIKENESS_SHIFT) * set->scorer->similarity_scale >>
		31; /* of 2^15 */
	uint64_t most = (set->scorer->similarity_max >> 1) + 1, step = mean * topic->steps >> 32;
	uint64_t facets = mean == 0 ? 0 : set->curve[step < TOPIC_CURVE ? step : TOPIC_CURVE - 1];

	text = text + 1 < most ? text + 1 : most;
	if (step >= TOPIC_CURVE)
		facets = TOPIC_CURVE_ONE;
	uint64_t miss = (TOPIC_CURVE_ONE - facets) * (TOPIC_CURVE_ONE - text) >> 15;
	return 2 * (TOPIC_CURVE_ONE - miss) + 2 >= topic->threshold;
}

static uint32_t exact_score(
	const struct tms_topic_set *set, const struct topic_member *topic, uint32_t likeness)
{
	struct topic_shape shape = {
		.scale = topic->scale, .facets = topic->facets, .soft_least = topic->soft_least
	};

	memcpy(shape.share, set->shares + topic->first_facet, topic->facets * sizeof(*shape.share));
	memcpy(shape.gate, set->gates + topic->first_facet, topic->facets * sizeof(*shape.gate));
	return topic_score_of(set->scorer, &shape, set->evidence + topic->first_facet,
		likeness << TOPIC_LIKENESS_SHIFT);
}

/* Rounded up, and the shares' own rounding with it; 0 where what is there is no use. */
static inline uint64_t mean_evidence(
	const struct tms_topic_set *set, const struct topic_member *topic, bool needs_all)
{
	const uint32_t *evidence = set->evidence + topic->first_facet;
	const uint16_t *shares = set->shares + topic->first_facet;
	uint64_t mean = 0;

	if (topic->facets <= TOPIC_FEW && !needs_all) {
		/* no loop: how often one turns is not foreseen from topic to topic */
		for (uint32_t i = 0; i < TOPIC_FEW; i++)
			mean += (uint64_t)evidence[i] * topic->few[i];
		return mean == 0 ? 0 : (mean >> 15) + 2;
	}
	for (uint32_t i = 0; i < topic->facets; i++) {
		if (evidence[i] == 0 && needs_all)
			return 0;
		mean += (uint64_t)evidence[i] * shares[i];
	}
	return mean == 0 ? 0 : (mean >> 15) + 2;
}

static inline void look_at(struct tms_topic_set *set, uint32_t number, size_t *work,
	tms_topic_hit_fn tell, void *context)
{
	const struct topic_member *topic = &set->topics[number];
	uint64_t mean = mean_evidence(set, topic, set->scorer->missing == 0);

	if (!may_reach(set, topic, mean, set->likeness[number]))
		return;
	*work -= least(WORK_EXACT, *work);
	uint32_t score = exact_score(set, topic, set->likeness[number]);
	if (score >= topic->threshold)
		tell(context, number, score);
}

/* ---- steps ---- */

enum tms_status tms_topic_set_begin(struct tms_topic_set *set, const struct tms_topic_text *text)
{
	set->text = text;
	set->found_count = 0;
	set->at = set->within = 0;
	set->phase = TOPIC_PHASE_PHRASES;
	if (set->count > 0 && find_phrases(set, text))
		return TMS_OK;
	for (uint32_t i = 0; i < set->found_count; i++)
		set->states[set->found[i]].times = 0;
	set->phase = TOPIC_PHASE_NONE;
	return set->count > 0 ? TMS_ENOMEM : TMS_OK;
}

static void next_phase(struct tms_topic_set *set, enum topic_phase phase)
{
	set->phase = phase;
	set->at = set->within = 0;
}

static void step_phrases(struct tms_topic_set *set, size_t *work)
{
	while (*work > 0 && set->at < set->found_count) {
		struct topic_state *state = &set->states[set->found[set->at]];
		if (!add_evidence(set, state, work))
			continue;
		state->times = 0;
		set->within = 0;
		set->at++;
	}
	if (set->at == set->found_count)
		next_phase(set, TOPIC_PHASE_TERMS);
}

static void step_terms(struct tms_topic_set *set, size_t *work)
{
	const struct tms_topic_text *text = set->text;

	while (*work > 0 && set->at < text->terms_count) {
		uint32_t term = text->terms[set->at].term;
		if (term < set->terms_capacity && set->terms[term].count > 0 &&
			!add_likeness(set, &set->terms[term], text->terms[set->at].weight, work))
			continue;
		set->within = 0;
		set->at++;
	}
	if (set->at == text->terms_count)
		next_phase(set, TOPIC_PHASE_TOPICS);
}

bool tms_topic_set_step(
	struct tms_topic_set *set, size_t *work, tms_topic_hit_fn tell, void *context)
{
	if (set->phase == TOPIC_PHASE_PHRASES)
		step_phrases(set, work);
	if (set->phase == TOPIC_PHASE_TERMS)
		step_terms(set, work);
	while (set->phase == TOPIC_PHASE_TOPICS && *work > 0) {
		uint32_t end = set->at + least(set->topics_count - set->at, TOPICS_A_UNIT);
		*work -= 1;
		for (; set->at < end; set->at++)
			look_at(set, set->at, work, tell, context);
		if (set->at == set->topics_count) {
			memset(set->evidence, 0, set->facets_count * sizeof(*set->evidence));
			memset(set->likeness, 0, set->topics_count * sizeof(*set->likeness));
			set->phase = TOPIC_PHASE_NONE;
		}
	}
	return set->phase == TOPIC_PHASE_NONE;
}
