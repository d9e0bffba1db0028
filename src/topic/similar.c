/* The text that items are compared with: terms with weights, together of length one. */
#include "compile_private.h"

#include <stdlib.h>

#include "fixed_point.h"

#define NEAREST_TIMES 4 /* of the terms that join; and some more */
#define NEAREST_MORE 50

/* Terms with weights that grow; a q16. */
struct similar {
	struct topic_compiler *c;
	struct topic_term_weight *list;
	size_t count, capacity;
};

static struct topic_term_weight *find(const struct similar *s, uint32_t term)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->list[i].term == term)
			return &s->list[i];
	return NULL;
}

static void add(struct similar *s, uint32_t term, uint32_t weight)
{
	struct topic_term_weight *there = find(s, term);

	if (there)
		there->weight += weight;
	else if (tms_arena_grow(s->c->arena, &s->list, s->count, &s->capacity, sizeof(*s->list)))
		s->list[s->count++] = (struct topic_term_weight){ term, weight };
}

static void raise(struct similar *s, uint32_t term, uint32_t weight)
{
	struct topic_term_weight *there = find(s, term);

	if (!there)
		add(s, term, weight);
	else if (there->weight < weight)
		there->weight = weight;
}

static uint32_t idf_of(const struct topic_compiler *c, uint32_t term)
{
	uint32_t idf = c->model->idf[term];

	return term < c->model->words_count ? idf : topic_times(idf, c->scorer->pair_similarity);
}

/* Of length `length`, a q16. */
static void stretch(struct topic_term_weight *list, size_t count, uint32_t length)
{
	uint64_t square = 0;

	for (size_t i = 0; i < count; i++)
		square += (uint64_t)list[i].weight * list[i].weight;
	uint64_t root = topic_root(square);
	for (size_t i = 0; i < count && root > 0; i++)
		list[i].weight = (uint32_t)(((uint64_t)list[i].weight * length + root / 2) / root);
}

static void add_all(struct similar *s, const struct topic_term_weight *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add(s, list[i].term, list[i].weight);
}

static void add_text(struct similar *s, struct tms_str text)
{
	struct topic_term_weight *terms = NULL;
	size_t count = 0;

	if (!topic_terms_of(s->c->arena, s->c->model, text, &terms, &count))
		return;
	for (size_t i = 0; i < count; i++)
		terms[i].weight = idf_of(s->c, terms[i].term);
	stretch(terms, count, TMS_TOPIC_ONE);
	add_all(s, terms, count);
}

/* The terms of one phrase, each by its highest weight. */
static void raise_phrase(struct similar *s, const struct topic_phrase *phrase)
{
	const struct tms_topic_model *m = s->c->model;
	uint32_t before = TOPIC_NONE;

	for (size_t i = 0; i < phrase->len; i++) {
		uint32_t token = phrase->tokens[i];
		uint32_t pair = before == TOPIC_NONE ? TOPIC_NONE : topic_pair_of(m, before, token);
		bool is_stop = topic_is_stop(m, token);
		if (!is_stop && topic_is_term(m, token))
			raise(s, token, topic_times(phrase->weight, idf_of(s->c, token)));
		if (!is_stop && topic_is_term(m, pair))
			raise(s, pair, topic_times(phrase->weight, idf_of(s->c, pair)));
		before = is_stop ? TOPIC_NONE : token;
	}
}

/* What is left of a name without the methods in it; a method alone as its kind is called. */
static void add_facets(struct similar *s)
{
	struct topic_compiler *c = s->c;
	struct similar of_names = { .c = c };

	for (size_t i = 0; i < c->facets_count - c->has_soft; i++)
		for (size_t k = 0; k < c->facets[i].count; k++)
			if (c->facets[i].list[k].is_spelt)
				raise_phrase(&of_names, &c->facets[i].list[k]);
	stretch(of_names.list, of_names.count, TMS_TOPIC_ONE);
	add_all(s, of_names.list, of_names.count);
}

static void add_written(struct similar *s)
{
	struct similar of_phrases = { .c = s->c };

	for (size_t i = 0; i < s->c->written.count; i++)
		raise_phrase(&of_phrases, &s->c->written.list[i]);
	stretch(of_phrases.list, of_phrases.count, s->c->scorer->lexicon_similarity);
	add_all(s, of_phrases.list, of_phrases.count);
}

/* The terms that are nearest to the text and not in it. */
static void join_nearest(struct similar *s)
{
	const struct tms_topic_scorer *scorer = s->c->scorer;
	size_t max = (size_t)scorer->similarity_expansions * NEAREST_TIMES + NEAREST_MORE;
	struct topic_near *nearest = TMS_ARENA_ARRAY(s->c->arena, struct topic_near, max);
	struct similar joined = { .c = s->c };
	struct topic_vector direction;
	struct topic_halves q;

	if (!nearest || !topic_terms_vector(s->c->model, s->list, s->count, &direction))
		return;
	topic_halve(&direction, &q);
	size_t count = topic_nearest(s->c->model, &q, nearest, max);
	for (size_t i = 0; i < count && joined.count < scorer->similarity_expansions; i++) {
		uint32_t term = s->c->model->vector_term[nearest[i].row];
		uint32_t likeness = topic_row_likeness(s->c->model, &q, nearest[i].row);
		if (likeness > 0 && !find(s, term))
			add(&joined, term, topic_times(likeness, idf_of(s->c, term)));
	}
	stretch(joined.list, joined.count, scorer->similarity_expansion);
	add_all(s, joined.list, joined.count);
}

static int compare_terms(const void *a, const void *b)
{
	const struct topic_term_weight *x = a, *y = b;

	return x->term < y->term ? -1 : x->term > y->term;
}

void topic_similar_make(struct topic_compiler *c, const struct tms_topic_definition *definition,
	bool written, struct topic_term_weight **out, size_t *count)
{
	struct similar s = { .c = c };
	size_t kept = 0;

	if (c->is_softened)
		add_facets(&s);
	else
		add_text(&s, definition->name);
	add_text(&s, definition->about);
	add_text(&s, definition->keywords);
	if (written && c->scorer->lexicon_similarity > 0)
		add_written(&s);
	stretch(s.list, s.count, TMS_TOPIC_ONE);
	if (c->scorer->similarity_expansions > 0) {
		join_nearest(&s);
		stretch(s.list, s.count, TMS_TOPIC_ONE);
	}
	for (size_t i = 0; i < s.count; i++) {
		uint32_t weight = (s.list[i].weight + (1u << (15 - TOPIC_ASKED_TERM_BITS))) >>
				  (16 - TOPIC_ASKED_TERM_BITS);
		if (weight > 0 && s.list[i].weight >= c->scorer->weight_least)
			s.list[kept++] = (struct topic_term_weight){ s.list[i].term, weight };
	}
	if (kept > 0)
		qsort(s.list, kept, sizeof(*s.list), compare_terms);
	*out = s.list;
	*count = kept;
}
