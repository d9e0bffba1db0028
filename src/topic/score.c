/* One topic, one text. src/index scores many at once; both use what stands here. */
#include "topic_private.h"
#include "fixed_point.h"

#define ONE_Q30 (UINT32_C(1) << 30)

uint32_t topic_evidence(const struct tms_topic_scorer *scorer, uint32_t level, uint32_t times)
{
	uint64_t found = ((uint64_t)level << 18) * times / (times + scorer->saturation); /* a q30 */
	uint64_t square = (uint64_t)times * times;

	if (level == TOPIC_LEVELS && scorer->name_saturation > 0) /* once is in passing */
		found = (square << 30) / (square + scorer->name_saturation);
	uint64_t most = (uint64_t)scorer->evidence_max << 14;

	if (found > most)
		found = most;
	int64_t e = -topic_log2(ONE_Q30 - found, 30) * TOPIC_LN2_Q24;
	return (uint32_t)((e + (INT64_C(1) << 33)) >> (48 - TOPIC_EVIDENCE_BITS));
}

uint32_t topic_saturate(uint64_t mean, uint32_t scale)
{
	uint64_t exponent = (mean << 16) / scale;

	if (exponent > UINT64_C(64) << 30)
		return ONE_Q30;
	return ONE_Q30 - (uint32_t)topic_exp2(-(int64_t)((exponent >> 6) * TOPIC_LOG2E_Q24 >> 24));
}

/*
 * What the method adds and takes away, a q15: the root (method_power) of its evidence, not below
 * soft_least and not above method_most.
 */
static uint64_t soft_share(
	const struct tms_topic_scorer *scorer, const struct topic_shape *shape, uint64_t evidence)
{
	uint64_t least = scorer->missing >> (16 - TOPIC_EVIDENCE_BITS);
	uint64_t most = scorer->method_most >> 1;
	int64_t power = topic_log2(evidence + least, TOPIC_EVIDENCE_BITS) -
			topic_log2((1u << TOPIC_EVIDENCE_BITS) + least, TOPIC_EVIDENCE_BITS);
	uint64_t share = topic_exp2(power * scorer->method_power / TMS_TOPIC_ONE) >> 15;

	return share < shape->soft_least ? shape->soft_least : share < most ? share : most;
}

uint32_t topic_facets_score(const struct tms_topic_scorer *scorer, const struct topic_shape *shape,
	const uint32_t *evidence)
{
	size_t facets = shape->facets - (shape->soft_least > 0);
	uint32_t missing = facets > 1 ? scorer->missing >> (16 - TOPIC_EVIDENCE_BITS) : 0;
	int64_t sum = 0;

	for (size_t i = 0; i < facets; i++) {
		if (evidence[i] + missing == 0)
			return 0;
		sum += topic_log2((uint64_t)evidence[i] + missing, TOPIC_EVIDENCE_BITS) *
		       shape->share[i];
	}
	if (shape->facets == 0)
		return 0;
	uint64_t mean = topic_exp2(sum / TOPIC_SHARE_ONE); /* a q30, below 2^14 */
	uint64_t taken = (uint64_t)missing << (30 - TOPIC_EVIDENCE_BITS);
	if (mean <= taken)
		return 0;
	mean -= taken;
	if (shape->soft_least > 0)
		mean = mean * soft_share(scorer, shape, evidence[facets]) / TOPIC_SHARE_ONE;
	return topic_saturate(mean, shape->scale);
}

/* The likeness of texts counts less where a rare facet has no evidence; a q30. */
static uint64_t gate_of(const struct tms_topic_scorer *scorer, const struct topic_shape *shape,
	const uint32_t *evidence)
{
	uint64_t gate = ONE_Q30;

	for (size_t i = 0; i < shape->facets && scorer->gate > 0; i++) {
		if (shape->gate[i] == 0)
			continue;
		uint64_t exponent =
			((uint64_t)evidence[i] << (40 - TOPIC_EVIDENCE_BITS)) / scorer->gate;
		uint64_t part = exponent > UINT64_C(30) << 24
					? 0
					: topic_exp2(-(int64_t)(exponent * TOPIC_LOG2E_Q24 >> 24));
		gate = gate * (ONE_Q30 - (part * shape->gate[i] >> 15)) >> 30;
	}
	return gate;
}

uint32_t topic_score_of(const struct tms_topic_scorer *scorer, const struct topic_shape *shape,
	const uint32_t *evidence, uint32_t likeness)
{
	uint64_t gated = likeness * gate_of(scorer, shape, evidence) >> 30;
	uint64_t text = gated * scorer->similarity_scale >> 16;
	uint64_t most = (uint64_t)scorer->similarity_max << 14;

	if (text > most)
		text = most;
	uint64_t miss = (uint64_t)(ONE_Q30 - topic_facets_score(scorer, shape, evidence)) *
				(ONE_Q30 - text) >>
			30;
	return (uint32_t)((ONE_Q30 - miss + (1 << 13)) >> 14);
}

/* The token behind the phrase, where it stands at this one; 0: it does not. */
static bool stands_at(const struct tms_topic *topic, const struct topic_compiled_phrase *phrase,
	const struct tms_topic_text *text, size_t at)
{
	return phrase->len <= text->count - at &&
	       memcmp(topic->tokens + phrase->tokens_at, text->tokens + at,
		       phrase->len * sizeof(*text->tokens)) == 0;
}

/* The first phrase that begins with this token, or behind where it would be. */
static size_t first_from(const struct tms_topic *topic, uint32_t token)
{
	size_t low = 0, high = topic->phrases_count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (topic->tokens[topic->phrases[middle].tokens_at] < token)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_near(const struct tms_topic *topic, const struct topic_compiled_phrase *phrase)
{
	return phrase->len == 3 && topic->tokens[phrase->tokens_at + 1] == TOPIC_TOKEN_NEAR;
}

/* Its second word, as often as it stands behind the first. */
static void find_near(const struct tms_topic *topic, size_t phrase,
	const struct tms_topic_text *text, size_t at, topic_found_fn tell, void *context)
{
	uint32_t other = topic->tokens[topic->phrases[phrase].tokens_at + 2];
	size_t end = topic_near_end(topic->scorer, text, at);

	for (size_t i = at + 1; i < end; i++)
		if (text->tokens[i] == other)
			tell(context, phrase, at, i + 1);
}

void topic_find_at(const struct tms_topic *topic, const struct tms_topic_text *text, size_t at,
	topic_found_fn tell, void *context)
{
	uint32_t token = text->tokens[at];
	uint32_t bit = topic_start_bit(token);

	if (!(topic->starts[bit / 64] >> bit % 64 & 1))
		return;
	for (size_t i = first_from(topic, token); i < topic->phrases_count; i++) {
		if (topic->tokens[topic->phrases[i].tokens_at] != token)
			return;
		const struct topic_compiled_phrase *phrase = &topic->phrases[i];
		if (is_near(topic, phrase))
			find_near(topic, i, text, at, tell, context);
		else if (stands_at(topic, phrase, text, at))
			tell(context, i, at, at + phrase->len);
	}
}

/* One text while the phrases in it are counted. */
struct count {
	const struct tms_topic *topic;
	const struct tms_topic_text *text;
	uint32_t times[TOPIC_PHRASES_MAX];
};

static void count_one(void *context, size_t phrase, size_t at, size_t end)
{
	(void)end;
	struct count *count = context;

	count->times[phrase] += topic_times_at(count->topic->scorer, count->text, at);
}

static void count_all(
	const struct tms_topic *topic, const struct tms_topic_text *text, struct count *count)
{
	count->topic = topic;
	count->text = text;
	memset(count->times, 0, topic->phrases_count * sizeof(*count->times));
	for (size_t at = 0; at < text->count; at++)
		topic_find_at(topic, text, at, count_one, count);
}

void tms_topic_count_found(const struct tms_topic *topic, const struct tms_topic_text *text,
	uint32_t *phrases, uint32_t *facets)
{
	struct count count;
	bool has_facet[TMS_TOPIC_FACETS_MAX] = { false };

	count_all(topic, text, &count);
	for (size_t i = 0; i < topic->phrases_count; i++) {
		if (count.times[i] == 0)
			continue;
		has_facet[topic->phrases[i].facet] = true;
		if (phrases && topic->phrases[i].written > 0)
			phrases[topic->phrases[i].written - 1]++;
	}
	for (size_t i = 0; facets && i < topic->shape.facets; i++)
		facets[i] += has_facet[i];
}

uint32_t topic_likeness_of(const struct tms_topic *topic, const struct tms_topic_text *text)
{
	uint32_t sum = 0;

	for (size_t i = 0, k = 0; i < topic->terms_count; i++) {
		while (k < text->terms_count && text->terms[k].term < topic->terms[i].term)
			k++;
		if (k < text->terms_count && text->terms[k].term == topic->terms[i].term)
			sum += topic->terms[i].weight * text->terms[k].weight;
	}
	return sum << TOPIC_LIKENESS_SHIFT;
}

uint32_t tms_topic_score(const struct tms_topic *topic, const struct tms_topic_text *text)
{
	struct count count;
	uint32_t evidence[TMS_TOPIC_FACETS_MAX] = { 0 };

	count_all(topic, text, &count);
	for (size_t i = 0; i < topic->phrases_count; i++)
		if (count.times[i] > 0)
			evidence[topic->phrases[i].facet] += topic_evidence(
				topic->scorer, topic->phrases[i].weight, count.times[i]);
	return topic_score_of(
		topic->scorer, &topic->shape, evidence, topic_likeness_of(topic, text));
}
