/* A definition becomes a compiled topic. */
#include "compile_private.h"

#include <stdlib.h>

#include "definition.h"
#include "fixed_point.h"

/* ---- facets made of the name, the sentence and the keywords ---- */

/* Both words in any order, near each other. */
static void add_near(
	struct topic_compiler *c, struct topic_lexicon *out, const struct topic_phrase *pair)
{
	if (topic_is_stop(c->model, pair->tokens[0]) || topic_is_stop(c->model, pair->tokens[1]))
		return;
	for (size_t i = 0; i < 2; i++) {
		uint32_t *tokens = TMS_ARENA_ARRAY(c->arena, uint32_t, 3);
		if (!tokens)
			return;
		tokens[0] = pair->tokens[i];
		tokens[1] = TOPIC_TOKEN_NEAR;
		tokens[2] = pair->tokens[1 - i];
		topic_lexicon_raise(
			c, out, (struct topic_phrase){ tokens, 3, c->scorer->near_pair });
	}
}

/* How many papers say "reward hacking" of those that say "reward": so much it says alone. */
static uint32_t implied(const struct topic_compiler *c, const struct topic_phrase *p, size_t word)
{
	const struct tms_topic_model *m = c->model;
	uint32_t idf = topic_idf(m, p->tokens[word]), most = 0;

	for (size_t i = word > 0 ? word - 1 : 0; i <= word && i + 1 < p->len; i++) {
		uint32_t pair = topic_pair_of(m, p->tokens[i], p->tokens[i + 1]);
		uint32_t of_pair = topic_is_term(m, pair) ? m->idf[pair] : m->rarest_idf;
		int64_t more = (int64_t)of_pair - idf;
		uint32_t part =
			more <= 0 ? TMS_TOPIC_ONE
				  : (uint32_t)(topic_exp2(-((more << 8) * TOPIC_LOG2E_Q24 >> 24)) >>
					       14);
		most = part > most ? part : most;
	}
	return most;
}

/* What one word of a phrase says alone; is_name: of all that the subject is called. */
static uint32_t word_weight(const struct topic_compiler *c, const struct topic_phrase *phrase,
	size_t word, bool is_name)
{
	uint32_t damp = topic_damp(c, phrase->tokens + word, 1);

	if (!is_name)
		return topic_times(c->scorer->name_single, damp);
	if (topic_is_stop(c->model, phrase->tokens[word]))
		return 0;
	uint64_t most = (uint64_t)implied(c, phrase, word) * c->scorer->name_implied >> 16;
	return damp < most ? damp : (uint32_t)most;
}

/* What a facet's own words say: the whole, its pairs, its words. */
static void spell_out(struct topic_compiler *c, struct topic_lexicon *facet)
{
	const struct tms_topic_scorer *s = c->scorer;
	struct topic_lexicon out = { .name = facet->name, .is_object = facet->is_object };
	bool is_name = s->name_saturation > 0 && c->facets_count == 1 &&
		       (facet->count == 1 || facet->list[0].method != TOPIC_METHOD_NONE);

	for (size_t i = 0; i < facet->count && topic_goes_on(c); i++) {
		struct topic_phrase p = facet->list[i];
		uint32_t damp = topic_damp(c, p.tokens, p.len);
		p.is_name = is_name;
		p.is_spelt = true;
		p.weight = p.len > 1 || is_name        ? TMS_TOPIC_ONE
			   : damp > s->name_word_least ? damp
						       : s->name_word_least;
		topic_lexicon_raise(c, &out, p);
		for (size_t k = 0; p.len > 2 && k + 1 < p.len; k++)
			topic_lexicon_raise(
				c, &out, (struct topic_phrase){ p.tokens + k, 2, s->name_pair });
		for (size_t k = 0; p.len > 1 && k < p.len; k++)
			if (!topic_is_flagged(c->model, p.tokens[k], TOPIC_GENERIC))
				topic_lexicon_raise(c, &out,
					(struct topic_phrase){
						p.tokens + k, 1, word_weight(c, &p, k, is_name) });
	}
	topic_lexicon_add_acronyms(c, &out);
	*facet = out;
}

/* A phrase of the sentence joins the facet that it is most like. */
static void join_nearest(struct topic_compiler *c, const struct topic_phrase *phrase,
	const struct topic_vector *facets)
{
	const struct tms_topic_scorer *s = c->scorer;
	struct topic_vector direction;
	size_t best = 0;
	int32_t likeness = INT32_MIN;

	if (!topic_phrase_vector(c, phrase, &direction))
		return;
	for (size_t i = 0; i < c->facets_count; i++) {
		int32_t one = topic_likeness(&direction, &facets[i]);
		if (one > likeness) {
			likeness = one;
			best = i;
		}
	}
	if (likeness <= (int32_t)s->near_low)
		return;
	uint64_t part = (uint64_t)(likeness - (int32_t)s->near_low) * TMS_TOPIC_ONE /
			(s->near_high - s->near_low);
	if (part > TMS_TOPIC_ONE)
		part = TMS_TOPIC_ONE;
	if (part <= s->near_least)
		return;
	uint32_t share = s->near_floor + topic_times(TMS_TOPIC_ONE - s->near_floor, (uint32_t)part);
	topic_lexicon_raise(c, &c->facets[best],
		(struct topic_phrase){
			phrase->tokens, phrase->len, topic_times(phrase->weight, share) });
}

/* The method that the name says, behind all others. */
static void add_soft_facet(struct topic_compiler *c)
{
	struct topic_lexicon soft = { .name = c->soft_name };

	if (c->soft <= TOPIC_METHOD_WEAK || !topic_goes_on(c))
		return;
	topic_method_add(c, &soft, TOPIC_METHOD_LANGUAGE_MODEL, TOPIC_METHOD_LANGUAGE_MODEL);
	for (size_t i = 0; i < soft.count; i++)
		soft.list[i].weight = TMS_TOPIC_ONE;
	topic_lexicon_add_acronyms(c, &soft);
	if (c->soft > TOPIC_METHOD_LANGUAGE_MODEL) {
		size_t at = soft.count;
		topic_method_add(c, &soft, c->soft, TOPIC_METHOD_NETWORK);
		for (; at < soft.count; at++)
			soft.list[at].weight = TMS_TOPIC_ONE;
	}
	if (c->facets_count == TMS_TOPIC_FACETS_MAX) {
		topic_fail_facets(c);
		return;
	}
	c->facets[c->facets_count++] = soft;
	c->has_soft = true;
}

/* All that the subject is called is one phrase of several words. */
static bool is_compound(const struct topic_lexicon *facet)
{
	return facet->count > 0 && facet->list[0].is_name && facet->list[0].len > 1 &&
	       facet->list[0].method == TOPIC_METHOD_NONE;
}

static void make_facets(struct topic_compiler *c, const struct tms_topic_definition *d)
{
	struct topic_vector directions[TMS_TOPIC_FACETS_MAX];
	struct topic_lexicon more = { 0 };
	struct tms_str rest = d->keywords, keyword;

	if (c->scorer->method_power > 0)
		topic_methods_make(c);
	topic_split_name(c, d->name);
	for (size_t i = 0; i < c->facets_count; i++) {
		spell_out(c, &c->facets[i]);
		topic_lexicon_vector(c, &c->facets[i], &directions[i]);
	}
	if (c->facets_count == 0) {
		topic_fail(c, TMS_EINVAL, "the name \"%.*s\" holds no word to look for",
			TMS_STR_ARGS(tms_str_slice(d->name, 0, 100)));
		return;
	}
	topic_lexicon_add_text(c, &more, d->about, c->scorer->about);
	while (tms_str_split(&rest, ';', &keyword))
		topic_lexicon_add_text(c, &more, keyword, c->scorer->keyword);
	topic_lexicon_add_acronyms(c, &more);
	for (size_t i = 0; i < more.count && topic_goes_on(c); i++)
		if (c->soft == TOPIC_METHOD_NONE ||
			!topic_is_all_method(c, more.list[i].tokens, more.list[i].len))
			join_nearest(c, &more.list[i], directions);
	for (size_t i = 0; i < c->facets_count && c->is_wanted && topic_goes_on(c); i++) {
		struct topic_lexicon *facet = &c->facets[i];
		size_t spelt = facet->count;
		topic_lexicon_expand(c, facet,
			is_compound(facet) ? c->scorer->compound_expansion
					   : c->scorer->name_expansion);
		for (size_t k = 0; k < spelt && c->scorer->near_words > 0; k++)
			if (facet->list[k].is_name && facet->list[k].len == 2)
				add_near(c, facet, &facet->list[k]);
	}
	add_soft_facet(c);
}

/* ---- facets written out ---- */

static void read_phrase(struct topic_compiler *c, const struct topic_written_phrase *written)
{
	struct topic_tokens tokens = { 0 };

	if (!topic_cut(c->arena, c->model, written->text, SIZE_MAX, &tokens))
		return;
	uint32_t *list = TMS_ARENA_ARRAY(c->arena, uint32_t, tokens.count ? tokens.count : 1);
	for (size_t i = 0; list && i < tokens.count; i++)
		list[i] = tokens.list[i].token;
	if (tokens.count == 0)
		topic_fail(c, TMS_EINVAL, "the phrase \"%.*s\" holds no word to look for",
			TMS_STR_ARGS(written->text));
	else if (tokens.count > TMS_TOPIC_PHRASE_WORDS_MAX)
		topic_fail(c, TMS_ELIMIT,
			"the phrase \"%.*s\" has %zu words; at most %d are looked for",
			TMS_STR_ARGS(tms_str_slice(written->text, 0, 100)), tokens.count,
			TMS_TOPIC_PHRASE_WORDS_MAX);
	if (!topic_goes_on(c) || !list)
		return;
	const struct topic_phrase phrase = { list, tokens.count, written->weight,
		c->written.count + 1 };
	topic_lexicon_add(c, &c->facets[written->facet], phrase);
	topic_lexicon_add(c, &c->written, phrase);
}

static void read_facets(struct topic_compiler *c, const struct tms_topic_definition *d)
{
	struct topic_written written = { .rest = d->all };
	struct topic_written_phrase phrase;

	while (topic_goes_on(c) && topic_written_next(&written, &phrase)) {
		if (phrase.facet == c->facets_count)
			c->facets[c->facets_count++].name = phrase.text;
		read_phrase(c, &phrase);
	}
	if (written.fault)
		topic_fail(c, written.status, "%s", written.fault);
	for (size_t i = 0; i < c->facets_count && c->is_wanted && topic_goes_on(c); i++)
		topic_lexicon_expand(c, &c->facets[i], c->scorer->lexicon_expansion);
}

/* ---- the whole ---- */

struct placed {
	const struct topic_phrase *phrase;
	size_t facet, place;
};

static int compare_phrases(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	return x->phrase->tokens[0] != y->phrase->tokens[0]
		       ? (x->phrase->tokens[0] < y->phrase->tokens[0] ? -1 : 1)
	       : x->place < y->place ? -1
				     : 1;
}

/* 0: it does not count. What somebody has written does, however little. */
static uint32_t level_of(const struct topic_compiler *c, const struct topic_phrase *phrase)
{
	if (phrase->len > TOPIC_PHRASE_TOKENS_MAX)
		return 0;
	if (phrase->written == 0 && phrase->weight < c->scorer->weight_least)
		return 0;
	if (phrase->is_name)
		return TOPIC_LEVELS;
	uint32_t level =
		(phrase->weight * (TOPIC_LEVELS / 16) + TMS_TOPIC_ONE / 32) / (TMS_TOPIC_ONE / 16);
	return level == TOPIC_LEVELS && c->scorer->name_saturation > 0 ? level - 1 : level;
}

/* Phrases that count at all, and how long they are together. */
static size_t count_phrases(const struct topic_compiler *c, size_t *tokens)
{
	size_t count = 0;

	*tokens = 0;
	for (size_t i = 0; i < c->facets_count; i++)
		for (size_t k = 0; k < c->facets[i].count; k++)
			if (level_of(c, &c->facets[i].list[k]) > 0) {
				count++;
				*tokens += c->facets[i].list[k].len;
			}
	return count;
}

/* One piece of memory: the topic, its phrases, terms and tokens. */
static struct tms_topic *topic_new(size_t phrases, size_t terms, size_t tokens, size_t names)
{
	size_t bytes = sizeof(struct tms_topic) + phrases * sizeof(struct topic_compiled_phrase) +
		       terms * sizeof(struct topic_term_weight) + tokens * sizeof(uint32_t) + names;
	struct tms_topic *topic = calloc(1, bytes);

	if (!topic)
		return NULL;
	topic->phrases = (void *)(topic + 1);
	topic->terms = (void *)(topic->phrases + phrases);
	topic->tokens = (void *)(topic->terms + terms);
	return topic;
}

static void put_phrase(struct topic_compiler *c, struct tms_topic *topic,
	const struct topic_phrase *phrase, size_t facet, uint32_t *tokens_at)
{
	uint32_t bit = topic_start_bit(phrase->tokens[0]);

	topic->phrases[topic->phrases_count++] = (struct topic_compiled_phrase){
		.tokens_at = *tokens_at,
		.weight = (uint16_t)level_of(c, phrase),
		.len = (uint8_t)phrase->len,
		.facet = (uint8_t)facet,
		.written = (uint16_t)phrase->written,
	};
	memcpy(topic->tokens + *tokens_at, phrase->tokens, phrase->len * sizeof(uint32_t));
	*tokens_at += (uint32_t)phrase->len;
	topic->starts[bit / 64] |= UINT64_C(1) << bit % 64;
}

static void put_phrases(struct topic_compiler *c, struct tms_topic *topic, size_t count)
{
	struct placed *list = TMS_ARENA_ARRAY(c->arena, struct placed, count ? count : 1);
	uint32_t tokens_at = 0;
	size_t placed = 0;

	if (!list)
		return;
	for (size_t i = 0; i < c->facets_count; i++)
		for (size_t k = 0; k < c->facets[i].count; k++)
			if (level_of(c, &c->facets[i].list[k]) > 0) {
				list[placed] = (struct placed){ &c->facets[i].list[k], i, placed };
				placed++;
			}
	if (placed > 0)
		qsort(list, placed, sizeof(*list), compare_phrases);
	for (size_t i = 0; i < placed; i++)
		put_phrase(c, topic, list[i].phrase, list[i].facet, &tokens_at);
}

static void put_names(const struct topic_compiler *c, struct tms_topic *topic, char *at)
{
	for (size_t i = 0; i < c->facets_count; i++) {
		struct tms_str name = c->facets[i].name;
		if (name.len > 0)
			memcpy(at, name.ptr, name.len);
		topic->names[i] = (struct tms_str){ at, name.len };
		at += name.len;
	}
}

static struct tms_topic *assemble(
	struct topic_compiler *c, const struct topic_term_weight *terms, size_t terms_count)
{
	size_t names = 0, tokens = 0, phrases = count_phrases(c, &tokens);
	struct tms_topic *topic = NULL;

	if (phrases > TOPIC_PHRASES_MAX)
		topic_fail(c, TMS_ELIMIT, "the topic has %zu phrases; at most %d are looked for",
			phrases, TOPIC_PHRASES_MAX);
	else if (phrases == 0)
		topic_fail(c, TMS_EINVAL, "the topic holds no word to look for");
	if (!topic_goes_on(c))
		return NULL;
	for (size_t i = 0; i < c->facets_count; i++)
		names += c->facets[i].name.len;
	topic = topic_new(phrases, terms_count, tokens, names);
	if (!topic)
		return NULL;
	topic->scorer = c->scorer;
	topic_shape_make(c, &topic->shape);
	topic->terms_count = (uint32_t)terms_count;
	if (terms_count > 0)
		memcpy(topic->terms, terms, terms_count * sizeof(*terms));
	put_names(c, topic, (char *)(topic->tokens + tokens));
	put_phrases(c, topic, phrases);
	if (topic_goes_on(c))
		return topic;
	free(topic);
	return NULL;
}

enum tms_status tms_topic_compile(struct tms_topic_model *model,
	const struct tms_topic_scorer *scorer, const struct tms_topic_definition *definition,
	enum tms_topic_how how, struct tms_topic **out, struct tms_diag *diag)
{
	struct tms_arena arena = { 0 };
	struct topic_compiler c = { .arena = &arena,
		.model = model,
		.scorer = scorer,
		.diag = diag,
		.is_wanted = out != NULL };
	struct topic_term_weight *terms = NULL;
	size_t terms_count = 0;
	bool is_written = definition->all.len > 0 && how != TMS_TOPIC_BY_NAME;

	if (is_written)
		read_facets(&c, definition);
	else
		make_facets(&c, definition);
	if (!out) {
		enum tms_status checked = c.status != TMS_OK ? c.status : arena.status;
		tms_arena_free(&arena);
		return checked;
	}
	if (topic_goes_on(&c))
		topic_similar_make(&c, definition, is_written, &terms, &terms_count);
	struct tms_topic *topic = topic_goes_on(&c) ? assemble(&c, terms, terms_count) : NULL;
	enum tms_status st = c.status != TMS_OK ? c.status : arena.status;
	if (topic) {
		topic->shape.scale = is_written || how == TMS_TOPIC_CURATED ? scorer->lexicon_scale
									    : scorer->name_scale;
		*out = topic;
	} else if (st == TMS_OK) {
		st = TMS_ENOMEM;
	}
	tms_arena_free(&arena);
	return st;
}

size_t tms_topic_facets_count(const struct tms_topic *topic)
{
	return topic->shape.facets;
}

struct tms_str tms_topic_facet_name(const struct tms_topic *topic, size_t facet)
{
	return topic->names[facet];
}

void tms_topic_free(struct tms_topic *topic)
{
	free(topic);
}
