/* An item's words, once for all topics: its tokens in order, and its terms with their weights. */
#include <stdlib.h>

#include "topic_private.h"
#include "fixed_point.h"

/* Terms with how often they were found, weighed by field. */
struct counted {
	struct topic_term_weight *list;
	size_t count, capacity;
};

static bool count_term(
	struct tms_arena *arena, struct counted *counted, uint32_t term, uint32_t times)
{
	if (!tms_arena_grow(arena, &counted->list, counted->count, &counted->capacity,
		    sizeof(*counted->list)))
		return false;
	counted->list[counted->count++] = (struct topic_term_weight){ term, times };
	return true;
}

/* Words and pairs of neighbours that the model counts. */
static bool count_terms(struct tms_arena *arena, const struct tms_topic_model *model,
	const struct topic_token *tokens, size_t count, uint32_t times, struct counted *counted)
{
	uint32_t before = TOPIC_NONE;

	for (size_t i = 0; i < count; i++) {
		uint32_t token = tokens[i].token;
		if (token == TOPIC_TOKEN_BREAK || topic_is_stop(model, token)) {
			before = TOPIC_NONE;
			continue;
		}
		uint32_t pair =
			before == TOPIC_NONE ? TOPIC_NONE : topic_pair_of(model, before, token);
		if (topic_is_term(model, token) && !count_term(arena, counted, token, times))
			return false;
		if (topic_is_term(model, pair) && !count_term(arena, counted, pair, times))
			return false;
		before = token;
	}
	return true;
}

static int compare_terms(const void *a, const void *b)
{
	const struct topic_term_weight *x = a, *y = b;

	return x->term < y->term ? -1 : x->term > y->term;
}

/* Each term once, by number, the counts added up. */
static void join_equal(struct counted *counted)
{
	size_t kept = 0;

	if (counted->count > 0)
		qsort(counted->list, counted->count, sizeof(*counted->list), compare_terms);
	for (size_t i = 0; i < counted->count; i++) {
		if (kept > 0 && counted->list[kept - 1].term == counted->list[i].term)
			counted->list[kept - 1].weight += counted->list[i].weight;
		else
			counted->list[kept++] = counted->list[i];
	}
	counted->count = kept;
}

bool topic_terms_of(struct tms_arena *arena, const struct tms_topic_model *model,
	struct tms_str text, struct topic_term_weight **out, size_t *count)
{
	struct topic_tokens tokens = { 0 };
	struct counted counted = { 0 };

	if (!topic_cut(arena, model, text, SIZE_MAX, &tokens) ||
		!count_terms(arena, model, tokens.list, tokens.count, 1, &counted))
		return false;
	join_equal(&counted);
	*out = counted.list;
	*count = counted.count;
	return true;
}

/* Counts become weights: more often is more, but less and less; rare terms are more; length one. */
static void weigh(const struct tms_topic_model *model, const struct tms_topic_scorer *scorer,
	size_t abstract_words, struct counted *counted)
{
	uint64_t length_part = ((uint64_t)abstract_words << 32) / model->mean_words; /* a q16 */
	uint64_t damping =
		TMS_TOPIC_ONE - scorer->length_part + (scorer->length_part * length_part >> 16);
	uint64_t square = 0;

	damping = scorer->frequency * damping >> 16;
	for (size_t i = 0; i < counted->count; i++) {
		struct topic_term_weight *t = &counted->list[i];
		uint64_t times = t->weight;
		t->weight = (uint32_t)(times * (scorer->frequency + TMS_TOPIC_ONE) *
				       model->idf[t->term] / ((times << 16) + damping));
		square += (uint64_t)t->weight * t->weight;
	}
	uint64_t length = topic_root(square);
	for (size_t i = 0; i < counted->count && length > 0; i++)
		counted->list[i].weight =
			(uint32_t)((((uint64_t)counted->list[i].weight << TOPIC_TERM_BITS) +
					   length / 2) /
				   length);
}

/* One text of the item, behind the others. */
struct reader {
	struct tms_arena *arena;
	const struct tms_topic_model *model;
	struct topic_tokens tokens;
	struct counted counted;
};

static bool read_text(struct reader *r, struct tms_str text, uint32_t times)
{
	size_t first = r->tokens.count;

	if (times > 0 && !topic_cut(r->arena, r->model, text, TMS_TOPIC_TEXT_WORDS_MAX, &r->tokens))
		return false;
	if (times > 0 && !count_terms(r->arena, r->model, r->tokens.list + first,
				 r->tokens.count - first, times, &r->counted))
		return false;
	if (!tms_arena_grow(r->arena, &r->tokens.list, r->tokens.count, &r->tokens.capacity,
		    sizeof(*r->tokens.list)))
		return false;
	r->tokens.list[r->tokens.count++] = (struct topic_token){ .token = TOPIC_TOKEN_BREAK };
	return true;
}

enum tms_status tms_topic_text_make(struct tms_arena *arena, struct tms_topic_model *model,
	const struct tms_topic_scorer *scorer, const struct tms_topic_item *item,
	const struct tms_topic_text **out)
{
	struct reader r = { .arena = arena, .model = model };
	struct tms_topic_text *text = TMS_ARENA_NEW(arena, struct tms_topic_text);

	if (!text || !read_text(&r, item->title, scorer->title_times))
		return arena->status;
	text->title_end = r.tokens.count;
	if (!read_text(&r, item->abstract, 1))
		return arena->status;
	text->abstract_end = r.tokens.count;
	for (size_t i = 0; i < item->keywords_count && scorer->keyword_times > 0; i++)
		if (!read_text(&r, item->keywords[i], scorer->keyword_times))
			return arena->status;
	text->count = r.tokens.count;
	join_equal(&r.counted);
	weigh(model, scorer, text->abstract_end - text->title_end - 1, &r.counted);
	uint32_t *tokens = TMS_ARENA_ARRAY(arena, uint32_t, text->count);
	if (!tokens)
		return arena->status;
	for (size_t i = 0; i < text->count; i++)
		tokens[i] = r.tokens.list[i].token;
	text->tokens = tokens;
	text->places = r.tokens.list;
	text->terms = r.counted.list;
	text->terms_count = r.counted.count;
	*out = text;
	return TMS_OK;
}

size_t tms_topic_text_bytes(const struct tms_topic_text *text)
{
	return sizeof(*text) + text->terms_count * sizeof(*text->terms) +
	       text->count * sizeof(*text->tokens);
}

struct tms_topic_text *tms_topic_text_keep(const struct tms_topic_text *text)
{
	struct tms_topic_text *kept = malloc(tms_topic_text_bytes(text));

	if (!kept)
		return NULL;
	struct topic_term_weight *terms = (void *)(kept + 1);
	uint32_t *tokens = (void *)(terms + text->terms_count);
	if (text->terms_count > 0)
		memcpy(terms, text->terms, text->terms_count * sizeof(*terms));
	memcpy(tokens, text->tokens, text->count * sizeof(*tokens));
	*kept = *text;
	kept->terms = terms;
	kept->tokens = tokens;
	kept->places = NULL;
	return kept;
}
