/*
 * How facets weigh: one that few papers have says more than one that most have, and where it is
 * missing the likeness of texts counts less.
 */
#include "compile_private.h"
#include "fixed_point.h"

#define ONE_Q30 (UINT64_C(1) << 30)
#define TOP_FIVE 5 /* phrases of at least 4/5 of the highest weight say how rare a facet is */
#define SHARE_MOST (ONE_Q30 / 10 * 9)
#define RARITY_LEAST (TMS_TOPIC_ONE * 3 / 10)
#define GATE_FROM TMS_TOPIC_ONE
#define GATE_RANGE (4 * TMS_TOPIC_ONE)
#define GATE_LEAST (TOPIC_SHARE_ONE / 200)
#define COMMON (TMS_TOPIC_ONE * 8 / 10) /* 45 papers of 100; and 13 of 100 are not */
#define COMMON_RANGE (TMS_TOPIC_ONE * 12 / 10)

/* How rare a phrase is, a q16: its rarest pair of neighbours. */
static uint32_t rarity_of_phrase(const struct tms_topic_model *m, const struct topic_phrase *phrase)
{
	uint32_t most = 0;

	if (phrase->len == 1)
		return topic_idf(m, phrase->tokens[0]);
	for (size_t i = 0; i + 1 < phrase->len; i++) {
		uint32_t pair = topic_pair_of(m, phrase->tokens[i], phrase->tokens[i + 1]);
		uint32_t a = topic_idf(m, phrase->tokens[i]),
			 b = topic_idf(m, phrase->tokens[i + 1]);
		uint32_t one = topic_is_term(m, pair) ? m->idf[pair] : a > b ? a : b;
		most = one > most ? one : most;
	}
	return most;
}

/* -ln of the share of papers that have a strong phrase, a q16. */
static uint32_t rarity_of(const struct topic_compiler *c, const struct topic_lexicon *facet)
{
	uint32_t top = 0;
	uint64_t share = 0;

	for (size_t i = 0; i < facet->count; i++)
		top = facet->list[i].weight > top ? facet->list[i].weight : top;
	for (size_t i = 0; i < facet->count; i++) {
		if ((uint64_t)facet->list[i].weight * TOP_FIVE < (uint64_t)top * (TOP_FIVE - 1))
			continue;
		int64_t idf = (int64_t)rarity_of_phrase(c->model, &facet->list[i]) << 8; /* a q24 */
		share += topic_exp2(-(idf * TOPIC_LOG2E_Q24 >> 24));
	}
	share = share > SHARE_MOST ? SHARE_MOST : share == 0 ? 1 : share;
	uint32_t rarity = (uint32_t)(-topic_log2(share, 30) * TOPIC_LN2_Q24 >> 32);
	return rarity > RARITY_LEAST ? rarity : RARITY_LEAST;
}

static uint16_t gate_of(uint32_t rarity)
{
	if (rarity <= GATE_FROM)
		return 0;
	uint32_t part = rarity - GATE_FROM > GATE_RANGE ? GATE_RANGE : rarity - GATE_FROM;
	uint32_t gate = (uint32_t)((uint64_t)part * TOPIC_SHARE_ONE / GATE_RANGE);
	return gate < GATE_LEAST ? 0 : (uint16_t)gate;
}

/*
 * What is left without the method, a q15: beside a rare subject all of it, beside a common one
 * ("generative AI") little; "AI for" anything is about that. A language model is more of a subject
 * than the other methods are: without one as much is left as its evidence says.
 */
static uint16_t soft_least(const struct topic_compiler *c, uint32_t rarity)
{
	uint64_t part = TMS_TOPIC_ONE;

	if (c->soft == TOPIC_METHOD_LANGUAGE_MODEL)
		return 1;
	if (!c->soft_is_apart)
		part = rarity <= COMMON
			       ? 0
			       : (uint64_t)(rarity - COMMON) * TMS_TOPIC_ONE / COMMON_RANGE;
	if (part < c->scorer->method_least)
		part = c->scorer->method_least;
	return (uint16_t)((part < TMS_TOPIC_ONE ? part : TMS_TOPIC_ONE) >> 1);
}

void topic_shape_make(struct topic_compiler *c, struct topic_shape *out)
{
	uint64_t powers[TMS_TOPIC_FACETS_MAX] = { 0 }, sum = 0;
	uint32_t left = TOPIC_SHARE_ONE;

	size_t count = c->facets_count - c->has_soft;
	uint32_t rarest = 0;

	out->facets = (uint32_t)c->facets_count;
	for (size_t i = 0; i < count; i++) {
		uint32_t rarity = rarity_of(c, &c->facets[i]);
		rarest = rarity > rarest ? rarity : rarest;
		powers[i] = topic_exp2(topic_log2(rarity, 16) * c->scorer->rarity_power >> 16);
		sum += powers[i];
		if (count > 1 && c->scorer->gate > 0)
			out->gate[i] = gate_of(rarity);
	}
	for (size_t i = 0; i < count; i++) {
		uint32_t share = (uint32_t)((powers[i] * TOPIC_SHARE_ONE + sum / 2) / sum);
		out->share[i] = (uint16_t)(i + 1 == count ? left : share);
		left -= share;
	}
	if (c->has_soft)
		out->soft_least = soft_least(c, rarest);
}
