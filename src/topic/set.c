/*
 * The postings: each phrase, and each term, knows the facets (topics) that ask for it, with the
 * weight. Phrases are states of a trie of tokens. Scoring an item: find its phrases and how often
 * they stand in it; add what each says to the facets that ask for it; then look at every topic
 * once. What is added are whole numbers, so the order does not matter.
 */
#include <tamis/topic_set.h>

#include <stdlib.h>

#include "set_private.h"

/* ---- growing ---- */

bool topic_grow(void *items, uint32_t count, uint32_t *capacity, size_t size, size_t *bytes)
{
	uint32_t wanted = *capacity + *capacity / 2 + 16;
	void *list = NULL; /* stays the owner's when there is no memory */

	if (count < *capacity)
		return true;
	memcpy(&list, items, sizeof(list));
	void *grown = reallocarray(list, wanted, size);
	if (!grown)
		return false;
	memset((char *)grown + *capacity * size, 0, (wanted - *capacity) * size);
	memcpy(items, &grown, sizeof(grown));
	*bytes += (wanted - *capacity) * size;
	*capacity = wanted;
	return true; /* cppcheck-suppress memleak ; *items has it */
}

/* ---- postings ---- */

static bool postings_add(
	struct tms_topic_set *set, struct topic_postings *to, uint32_t number, uint32_t weight)
{
	if (to->count == to->capacity) {
		uint32_t wanted = to->capacity + to->capacity / 8 + 1;
		uint32_t *grown = reallocarray(to->list, wanted, sizeof(*grown));
		if (!grown)
			return false;
		set->bytes += (wanted - to->capacity) * sizeof(*grown);
		to->list = grown;
		to->capacity = wanted;
	}
	to->list[to->count++] = number << TOPIC_POSTING_BITS | (weight - 1);
	return true;
}

/* The last takes its place; order does not matter. */
static void postings_remove(struct topic_postings *from, uint32_t number)
{
	for (uint32_t i = 0; i < from->count; i++)
		if (topic_posting_number(from->list[i]) == number) {
			from->list[i] = from->list[--from->count];
			return;
		}
}

/* ---- the tree of phrases ---- */

static uint32_t edge_hash(uint32_t from, uint32_t token)
{
	uint64_t key = (uint64_t)from << 32 | token;

	key *= UINT64_C(0x9e3779b97f4a7c15);
	return (uint32_t)(key >> 32);
}

uint32_t topic_state_next(const struct tms_topic_set *set, uint32_t from, uint32_t token)
{
	if (set->edges_room == 0)
		return TOPIC_NONE;
	for (uint32_t at = edge_hash(from, token) & (set->edges_room - 1); set->edges[at] != 0;
		at = (at + 1) & (set->edges_room - 1)) {
		const struct topic_state *state = &set->states[set->edges[at]];
		if (state->from == from && state->token == token)
			return set->edges[at];
	}
	return TOPIC_NONE;
}

static void put_edge(struct tms_topic_set *set, uint32_t state)
{
	uint32_t at = edge_hash(set->states[state].from, set->states[state].token) &
		      (set->edges_room - 1);

	while (set->edges[at] != 0)
		at = (at + 1) & (set->edges_room - 1);
	set->edges[at] = state;
}

static bool widen_edges(struct tms_topic_set *set)
{
	uint32_t room = set->edges_room ? 2 * set->edges_room : 64;

	if (set->states_count + 1 < set->edges_room / 4 * 3)
		return true;
	uint32_t *edges = calloc(room, sizeof(*edges));
	if (!edges)
		return false;
	free(set->edges);
	set->bytes += (room - set->edges_room) * sizeof(*edges);
	set->edges = edges;
	set->edges_room = room;
	for (uint32_t i = 1; i < set->states_count; i++)
		put_edge(set, i);
	return true;
}

/* The state behind a token, made when it is new; TOPIC_NONE without memory. State 0 is the root. */
static uint32_t make_state(struct tms_topic_set *set, uint32_t from, uint32_t token)
{
	uint32_t state = topic_state_next(set, from, token);

	if (state != TOPIC_NONE)
		return state;
	if (set->states_count == 0) { /* the root */
		if (!topic_grow(&set->states, 0, &set->states_capacity, sizeof(*set->states),
			    &set->bytes))
			return TOPIC_NONE;
		set->states_count = 1;
	}
	if (!widen_edges(set) || !topic_grow(&set->states, set->states_count, &set->states_capacity,
					 sizeof(*set->states), &set->bytes))
		return TOPIC_NONE;
	state = set->states_count++;
	set->states[state] = (struct topic_state){ .from = from, .token = token };
	put_edge(set, state);
	return state;
}

static uint32_t find_state(struct tms_topic_set *set, const struct tms_topic *topic,
	const struct topic_compiled_phrase *phrase, bool make)
{
	uint32_t state = 0;

	for (uint32_t i = 0; i < phrase->len && state != TOPIC_NONE; i++) {
		uint32_t token = topic->tokens[phrase->tokens_at + i];
		state = make ? make_state(set, state, token) : topic_state_next(set, state, token);
	}
	return state;
}

/* ---- topics ---- */

/* Room for so many more. Evidence may be looked at behind the last facet. */
static bool make_facets(struct tms_topic_set *set, uint32_t more)
{
	uint32_t wanted = set->facets_count + more;

	while (set->evidence_capacity < wanted + TOPIC_FEW || set->shares_capacity < wanted ||
		set->gates_capacity < wanted) {
		uint32_t at = set->facets_count + more - 1;
		if (!topic_grow(&set->evidence, at + TOPIC_FEW, &set->evidence_capacity,
			    sizeof(*set->evidence), &set->bytes) ||
			!topic_grow(&set->shares, at, &set->shares_capacity, sizeof(*set->shares),
				&set->bytes) ||
			!topic_grow(&set->gates, at, &set->gates_capacity, sizeof(*set->gates),
				&set->bytes))
			return false;
	}
	return true;
}

/* Facets of a topic are neighbours: numbers that a topic of as many facets left, or new ones. */
static uint32_t take_number(struct tms_topic_set *set, uint32_t facets)
{
	uint32_t number = set->free_by_facets[facets];

	if (number != TOPIC_NONE) {
		set->free_by_facets[facets] = set->topics[number].next_free;
		return number;
	}
	if (!topic_grow(&set->topics, set->topics_count, &set->topics_capacity,
		    sizeof(*set->topics), &set->bytes) ||
		!topic_grow(&set->likeness, set->topics_count, &set->likeness_capacity,
			sizeof(*set->likeness), &set->bytes))
		return TOPIC_NONE;
	if (set->facets_count + facets > TOPIC_NUMBERS_MAX || !make_facets(set, facets))
		return TOPIC_NONE;
	number = set->topics_count++;
	set->topics[number] = (struct topic_member){ .first_facet = set->facets_count };
	set->facets_count += facets;
	return number;
}

static bool put_phrases(
	struct tms_topic_set *set, const struct tms_topic *topic, uint32_t first_facet)
{
	for (uint32_t i = 0; i < topic->phrases_count; i++) {
		const struct topic_compiled_phrase *phrase = &topic->phrases[i];
		uint32_t state = find_state(set, topic, phrase, true);
		if (state == TOPIC_NONE || !postings_add(set, &set->states[state].postings,
						   first_facet + phrase->facet, phrase->weight))
			return false;
	}
	return true;
}

static bool put_terms(struct tms_topic_set *set, const struct tms_topic *topic, uint32_t number)
{
	for (uint32_t i = 0; i < topic->terms_count; i++) {
		uint32_t term = topic->terms[i].term;
		while (term >= set->terms_capacity)
			if (!topic_grow(&set->terms, set->terms_capacity, &set->terms_capacity,
				    sizeof(*set->terms), &set->bytes))
				return false;
		if (!postings_add(set, &set->terms[term], number, topic->terms[i].weight))
			return false;
	}
	return true;
}

static void drop_postings(struct tms_topic_set *set, uint32_t number, const struct tms_topic *topic)
{
	uint32_t first = set->topics[number].first_facet;

	for (uint32_t i = 0; i < topic->phrases_count; i++) {
		uint32_t state = find_state(set, topic, &topic->phrases[i], false);
		if (state != TOPIC_NONE)
			postings_remove(
				&set->states[state].postings, first + topic->phrases[i].facet);
	}
	for (uint32_t i = 0; i < topic->terms_count; i++)
		if (topic->terms[i].term < set->terms_capacity)
			postings_remove(&set->terms[topic->terms[i].term], number);
}

/* Evidence has TOPIC_EVIDENCE_BITS, the scale 16: the mean over the scale, in steps of a curve; the
 * most that a method makes of it. */
static uint32_t steps_of(const struct tms_topic *topic)
{
	uint64_t scale = topic->shape.scale;

	if (topic->shape.soft_least > 0)
		scale = (scale << 16) / topic->scorer->method_most;
	return (uint32_t)((((uint64_t)TOPIC_CURVE_STEPS << (48 - TOPIC_EVIDENCE_BITS)) + scale -
				  1) /
			  scale);
}

enum tms_status tms_topic_set_add(struct tms_topic_set *set, const struct tms_topic *topic,
	uint32_t threshold, uint32_t *number)
{
	uint32_t taken = take_number(set, topic->shape.facets);

	if (taken == TOPIC_NONE)
		return TMS_ENOMEM;
	uint32_t first = set->topics[taken].first_facet;
	set->topics[taken] = (struct topic_member){ .first_facet = first,
		.facets = (uint8_t)topic->shape.facets,
		.threshold = threshold,
		.scale = topic->shape.scale,
		.soft_least = topic->shape.soft_least,
		.steps = steps_of(topic),
		.next_free = TOPIC_NONE };
	for (uint32_t i = 0; i < TOPIC_FEW && i < topic->shape.facets; i++)
		set->topics[taken].few[i] = topic->shape.share[i];
	memcpy(set->shares + first, topic->shape.share, topic->shape.facets * sizeof(*set->shares));
	memcpy(set->gates + first, topic->shape.gate, topic->shape.facets * sizeof(*set->gates));
	set->count++;
	if (!put_phrases(set, topic, first) || !put_terms(set, topic, taken)) {
		tms_topic_set_remove(set, taken, topic);
		return TMS_ENOMEM;
	}
	*number = taken;
	return TMS_OK;
}

/* Empty, as new. */
static void clear(struct tms_topic_set *set)
{
	const struct tms_topic_scorer *scorer = set->scorer;

	for (uint32_t i = 0; i < set->states_count; i++)
		free(set->states[i].postings.list);
	for (uint32_t i = 0; i < set->terms_capacity; i++)
		free(set->terms[i].list);
	for (uint32_t i = 0; i < TOPIC_TABLES; i++)
		free(set->tables[i]);
	free(set->states);
	free(set->edges);
	free(set->terms);
	free(set->topics);
	free(set->evidence);
	free(set->shares);
	free(set->gates);
	free(set->likeness);
	free(set->found);
	*set = (struct tms_topic_set){ .scorer = scorer, .states_count = 0 };
	for (size_t i = 0; i <= TMS_TOPIC_FACETS_MAX; i++)
		set->free_by_facets[i] = TOPIC_NONE;
	for (uint32_t i = 0; i < TOPIC_CURVE; i++) {
		uint64_t mean = (uint64_t)(i + 1) * ((1u << 30) / TOPIC_CURVE_STEPS);
		set->curve[i] = (uint16_t)((topic_saturate(mean, TMS_TOPIC_ONE) >> 15) + 1);
	}
}

void tms_topic_set_threshold(struct tms_topic_set *set, uint32_t number, uint32_t threshold)
{
	set->topics[number].threshold = threshold;
}

void tms_topic_set_remove(struct tms_topic_set *set, uint32_t number, const struct tms_topic *topic)
{
	struct topic_member *member = &set->topics[number];

	drop_postings(set, number, topic);
	member->threshold = UINT32_MAX; /* no score is that high */
	member->next_free = set->free_by_facets[member->facets];
	set->free_by_facets[member->facets] = number;
	if (--set->count == 0)
		clear(set);
}

size_t tms_topic_set_count(const struct tms_topic_set *set)
{
	return set->count;
}

size_t tms_topic_set_bytes(const struct tms_topic_set *set)
{
	return sizeof(*set) + set->bytes;
}

/* ---- the whole ---- */

enum tms_status tms_topic_set_new(const struct tms_topic_scorer *scorer, struct tms_topic_set **out)
{
	struct tms_topic_set *set = calloc(1, sizeof(*set));

	if (!set)
		return TMS_ENOMEM;
	set->scorer = scorer;
	clear(set);
	*out = set;
	return TMS_OK;
}

void tms_topic_set_free(struct tms_topic_set *set)
{
	if (!set)
		return;
	clear(set);
	free(set);
}
