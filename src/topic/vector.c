/* Directions among the model's terms, and the terms that lie nearest to one. */
#include "compile_private.h"

#include <stdlib.h>

#include "fixed_point.h"

#define SUM_BITS 28
#define HALF_BITS 14

/* ---- sums ---- */

static int compare_terms(const void *a, const void *b)
{
	const struct topic_term_weight *x = a, *y = b;

	return x->term != y->term       ? (x->term < y->term ? -1 : 1)
	       : x->weight == y->weight ? 0
					: (x->weight < y->weight ? 1 : -1);
}

struct terms {
	struct topic_term_weight *list;
	size_t count, capacity;
};

static void add_term(struct topic_compiler *c, struct terms *terms, uint32_t term, uint32_t weight)
{
	if (!topic_is_term(c->model, term))
		return;
	if (tms_arena_grow(
		    c->arena, &terms->list, terms->count, &terms->capacity, sizeof(*terms->list)))
		terms->list[terms->count++] = (struct topic_term_weight){ term,
			topic_times(weight, c->model->idf[term]) };
}

/* The terms of a phrase: its words that are no stop words, and their pairs. */
static void add_terms_of(struct topic_compiler *c, struct terms *terms,
	const struct topic_phrase *phrase, uint32_t weight)
{
	uint32_t before = TOPIC_NONE;

	for (size_t i = 0; i < phrase->len; i++) {
		uint32_t token = phrase->tokens[i];
		if (topic_is_stop(c->model, token)) {
			before = TOPIC_NONE;
			continue;
		}
		add_term(c, terms, token, weight);
		if (before != TOPIC_NONE)
			add_term(c, terms, topic_pair_of(c->model, before, token), weight);
		before = token;
	}
}

/* Sum of the terms' vectors, as a direction. False when it is nothing. */
static bool sum_up(
	const struct tms_topic_model *m, const struct terms *terms, struct topic_vector *out)
{
	int64_t sum[TOPIC_DIMENSIONS] = { 0 };
	uint64_t largest = 0, square = 0;
	bool has_any = false;
	unsigned shift = 0;

	for (size_t i = 0; i < terms->count; i++) {
		uint32_t row = m->vector[terms->list[i].term];
		if (row == TOPIC_NONE)
			continue;
		has_any = true;
		const int8_t *values = m->vectors + (size_t)row * TOPIC_DIMENSIONS;
		int64_t times = (int64_t)(((uint64_t)terms->list[i].weight * m->scale[row]) >> 20);
		for (size_t k = 0; k < TOPIC_DIMENSIONS; k++)
			sum[k] += times * values[k];
	}
	*out = (struct topic_vector){ 0 };
	for (size_t k = 0; k < TOPIC_DIMENSIONS; k++) {
		uint64_t size = (uint64_t)llabs(sum[k]);
		largest = size > largest ? size : largest;
	}
	while (largest >> shift >= UINT64_C(1) << SUM_BITS)
		shift++;
	for (size_t k = 0; k < TOPIC_DIMENSIONS; k++) {
		sum[k] /= INT64_C(1) << shift;
		square += (uint64_t)(sum[k] * sum[k]);
	}
	int64_t length = (int64_t)topic_root(square);
	for (size_t k = 0; k < TOPIC_DIMENSIONS && length > 0; k++)
		out->at[k] = (int32_t)(sum[k] * (INT64_C(1) << SUM_BITS) / length);
	return has_any;
}

bool topic_terms_vector(const struct tms_topic_model *model, const struct topic_term_weight *list,
	size_t count, struct topic_vector *out)
{
	struct terms terms = { (struct topic_term_weight *)(uintptr_t)list, count, count };

	return sum_up(model, &terms, out);
}

void topic_lexicon_vector(
	struct topic_compiler *c, const struct topic_lexicon *lexicon, struct topic_vector *out)
{
	struct terms terms = { 0 };
	size_t kept = 0;

	for (size_t i = 0; i < lexicon->count; i++)
		add_terms_of(c, &terms, &lexicon->list[i], lexicon->list[i].weight);
	if (terms.count > 0)
		qsort(terms.list, terms.count, sizeof(*terms.list), compare_terms);
	/* each term once, with its highest weight, which stands first */
	for (size_t i = 0; i < terms.count; i++)
		if (kept == 0 || terms.list[kept - 1].term != terms.list[i].term)
			terms.list[kept++] = terms.list[i];
	terms.count = kept;
	(void)sum_up(c->model, &terms, out);
}

bool topic_phrase_vector(
	struct topic_compiler *c, const struct topic_phrase *phrase, struct topic_vector *out)
{
	struct terms terms = { 0 };

	add_terms_of(c, &terms, phrase, TMS_TOPIC_ONE);
	return sum_up(c->model, &terms, out);
}

int32_t topic_likeness(const struct topic_vector *a, const struct topic_vector *b)
{
	int64_t sum = 0;

	for (size_t k = 0; k < TOPIC_DIMENSIONS; k++)
		sum += (int64_t)a->at[k] * b->at[k] / (1 << 16);
	return (int32_t)(sum / (INT64_C(1) << (2 * SUM_BITS - 32)));
}

/* ---- the nearest terms ---- */

void topic_halve(const struct topic_vector *vector, struct topic_halves *out)
{
	for (size_t k = 0; k < TOPIC_DIMENSIONS; k++) {
		int32_t low = vector->at[k] & ((1 << HALF_BITS) - 1);
		out->low[k] = (int16_t)low;
		out->high[k] = (int16_t)((vector->at[k] - low) / (1 << HALF_BITS));
	}
}

static int64_t product(const struct topic_halves *q, const int8_t *row)
{
	int32_t high = 0, low = 0;

	for (size_t k = 0; k < TOPIC_DIMENSIONS; k++)
		high += q->high[k] * row[k];
	for (size_t k = 0; k < TOPIC_DIMENSIONS; k++)
		low += q->low[k] * row[k];
	return (int64_t)high * (1 << HALF_BITS) + low;
}

static bool is_before(const struct topic_near *a, const struct topic_near *b)
{
	return a->key != b->key ? a->key > b->key : a->row < b->row;
}

int topic_compare_near(const void *a, const void *b)
{
	return is_before(a, b) ? -1 : is_before(b, a);
}

/* The last of the heap gives way; the farthest stands in front. */
static void sink(struct topic_near *heap, size_t count, struct topic_near one)
{
	size_t at = 0;

	for (size_t child = 1; child < count; child = 2 * at + 1) {
		if (child + 1 < count && is_before(&heap[child], &heap[child + 1]))
			child++;
		if (!is_before(&one, &heap[child]))
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = one;
}

/* The nearest rows, nearest first; how many. */
size_t topic_nearest(const struct tms_topic_model *m, const struct topic_halves *q,
	struct topic_near *heap, size_t max)
{
	size_t count = 0;

	for (uint32_t row = 0; row < m->vectors_count; row++) {
		int64_t p = product(q, m->vectors + (size_t)row * TOPIC_DIMENSIONS);
		struct topic_near one = { p / 256 * m->key[row], row };
		if (count < max) {
			heap[count++] = one;
			if (count == max)
				qsort(heap, count, sizeof(*heap), topic_compare_near);
			/* sorted backwards is a heap with the farthest in front */
			for (size_t i = 0; count == max && i < max / 2; i++) {
				struct topic_near swap = heap[i];
				heap[i] = heap[max - 1 - i];
				heap[max - 1 - i] = swap;
			}
		} else if (is_before(&one, &heap[0])) {
			sink(heap, max, one);
		}
	}
	qsort(heap, count, sizeof(*heap), topic_compare_near);
	return count;
}

uint32_t topic_row_likeness(
	const struct tms_topic_model *m, const struct topic_halves *q, uint32_t row)
{
	int64_t p = product(q, m->vectors + (size_t)row * TOPIC_DIMENSIONS);

	if (p <= 0)
		return 0;
	uint64_t part = ((uint64_t)p >> 8) * m->inverse[row]; /* a q58 */
	return (uint32_t)((part + (UINT64_C(1) << 41)) >> 42);
}
