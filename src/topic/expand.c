/*
 * What lies nearest to a lexicon among the model's terms joins it. Nearest to the sum of its
 * phrases is scorer 1; scorer 2 looks at the nearest again and asks how much all of the phrases
 * support each, so that one phrase alone does not draw its own neighbours in.
 */
#include "compile_private.h"

#include <math.h>
#include <stdlib.h>

#include "fixed_point.h"

#define NEAREST_TIMES 5 /* so many times more terms are looked at than joined */

/* Terms that the lexicon says already, whole or as two words. */
static bool says(const struct topic_lexicon *lexicon, const uint32_t *tokens, unsigned len)
{
	return topic_lexicon_has(lexicon, tokens, len) ||
	       (len == 2 && topic_lexicon_has(lexicon, tokens, 1) &&
		       topic_lexicon_has(lexicon, tokens + 1, 1));
}

static void join(struct topic_compiler *c, struct topic_lexicon *lexicon,
	const struct topic_near *nearest, size_t count, uint32_t weight)
{
	const struct topic_lexicon written = *lexicon;

	for (size_t i = 0, joined = 0; i < count && joined < c->scorer->expansions; i++) {
		uint32_t *tokens = TMS_ARENA_ARRAY(c->arena, uint32_t, 2);
		if (!tokens)
			return;
		unsigned len =
			topic_term_tokens(c->model, c->model->vector_term[nearest[i].row], tokens);
		if (says(&written, tokens, len) ||
			(c->scorer->shortlist > 0 && nearest[i].likeness == 0))
			continue;
		uint32_t part = topic_times(weight, nearest[i].likeness);
		topic_lexicon_add(c, lexicon,
			(struct topic_phrase){
				tokens, len, topic_times(part, topic_damp(c, tokens, len)) });
		joined++;
	}
}

/* A phrase that has a direction. */
struct seed {
	struct topic_halves direction;
	uint32_t weight;
};

static struct seed *find_seeds(struct topic_compiler *c, const struct topic_lexicon *lexicon,
	size_t *count, uint64_t *weights)
{
	struct seed *seeds = TMS_ARENA_ARRAY(c->arena, struct seed, lexicon->count + 1);
	struct topic_vector direction;

	*count = 0;
	*weights = 0;
	for (size_t i = 0; seeds && i < lexicon->count; i++) {
		if (!topic_phrase_vector(c, &lexicon->list[i], &direction))
			continue;
		topic_halve(&direction, &seeds[*count].direction);
		seeds[(*count)++].weight = lexicon->list[i].weight;
		*weights += lexicon->list[i].weight;
	}
	return seeds;
}

/*
 * The mean of the roots of how alike it is to each, squared. sqrt is exact to the last bit on every
 * machine (IEEE 754), of whole numbers below 2^53 as here too.
 */
static uint32_t support(const struct tms_topic_model *model, const struct seed *seeds, size_t count,
	uint64_t weights, uint32_t row)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < count; i++) {
		uint64_t likeness = topic_row_likeness(model, &seeds[i].direction, row);
		sum += seeds[i].weight * (uint64_t)sqrt((double)(likeness << 16));
	}
	uint64_t mean = weights > 0 ? sum / weights : 0; /* a q16 */
	return (uint32_t)((mean * mean + 32768) >> 16);
}

/* The shortlist in the order of its support. */
static void weigh_by_support(struct topic_compiler *c, const struct topic_lexicon *lexicon,
	struct topic_near *nearest, size_t count)
{
	const struct tms_topic_model *m = c->model;
	size_t seeds_count = 0;
	uint64_t weights = 0;
	const struct seed *seeds = find_seeds(c, lexicon, &seeds_count, &weights);

	for (size_t i = 0; seeds && i < count; i++) {
		struct topic_near *one = &nearest[i];
		one->likeness = support(m, seeds, seeds_count, weights, one->row);
		/* the root of the term's length is its key over the inverse of its numbers' */
		one->key = (int64_t)(((uint64_t)one->likeness << 14) * m->key[one->row] /
				     m->inverse[one->row]);
	}
	if (seeds && count > 0)
		qsort(nearest, count, sizeof(*nearest), topic_compare_near);
}

void topic_lexicon_expand(struct topic_compiler *c, struct topic_lexicon *lexicon, uint32_t weight)
{
	size_t max = c->scorer->shortlist ? c->scorer->shortlist
					  : (size_t)c->scorer->expansions * NEAREST_TIMES;
	struct topic_near *nearest = TMS_ARENA_ARRAY(c->arena, struct topic_near, max + 1);
	struct topic_vector direction;
	struct topic_halves q;

	if (!nearest || max == 0)
		return;
	topic_lexicon_vector(c, lexicon, &direction);
	topic_halve(&direction, &q);
	size_t count = topic_nearest(c->model, &q, nearest, max);
	for (size_t i = 0; i < count && c->scorer->shortlist == 0; i++)
		nearest[i].likeness = topic_row_likeness(c->model, &q, nearest[i].row);
	if (c->scorer->shortlist > 0)
		weigh_by_support(c, lexicon, nearest, count);
	join(c, lexicon, nearest, count, weight);
}
