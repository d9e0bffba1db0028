/*
 * A name is facets: "reinforcement learning for LLM reasoning" is about reinforcement learning, and
 * LLMs, and reasoning. Words like "for" stand between facets; "and", "or" and marks between what
 * one facet may be.
 */
#include "compile_private.h"

#define CHOICE_RUN_MAX 4 /* so many words with "of", "the" in them are one phrase */

/* One name while it is split. */
struct splitter {
	struct topic_compiler *c;
	struct tms_str name;
	const struct topic_token *tokens;
};

static const char *const connectors[] = { "for", "of", "in", "on", "with", "via", "using", "to",
	"from", "by", "at", "into", "based", "under", "through" };
static const char *const choices[] = { "and", "or" };

static bool is_one_of(const struct splitter *s, size_t i, const char *const *words, size_t count)
{
	struct tms_str word = tms_str_slice(s->name, s->tokens[i].start, s->tokens[i].end);

	for (size_t k = 0; k < count; k++)
		if (tms_str_equal_caseless(word, tms_str_from(words[k])))
			return true;
	return false;
}

/* Phrases of one choice, still without weight. */
static void add_part(
	struct splitter *s, struct topic_lexicon *parts, const uint32_t *tokens, size_t len)
{
	if (len > 0)
		topic_lexicon_add(s->c, parts, (struct topic_phrase){ tokens, len, 0 });
}

/* The name from one token up to another, as it is written. */
static struct tms_str written_as(const struct splitter *s, size_t first, size_t end)
{
	return tms_str_slice(s->name, s->tokens[first].start, s->tokens[end - 1].end);
}

/* Where the words of a phrase are written: it is a run of the segment without its stop words. */
static struct tms_str phrase_written_as(
	const struct splitter *s, size_t first, size_t end, const struct topic_phrase *phrase)
{
	size_t found = 0, from = first;

	for (size_t i = first; i < end; i++) {
		if (s->tokens[i].token == phrase->tokens[found]) {
			from = found++ == 0 ? i : from;
			if (found == phrase->len)
				return written_as(s, from, i + 1);
		} else if (!topic_is_stop(s->c->model, s->tokens[i].token)) {
			found = 0;
		}
	}
	return written_as(s, first, end);
}

/* Words without stop words between; a known acronym stands for itself. */
static void split_choice(struct splitter *s, size_t first, size_t end, struct topic_lexicon *parts)
{
	const struct tms_topic_model *m = s->c->model;
	uint32_t *raw = TMS_ARENA_ARRAY(s->c->arena, uint32_t, end - first);
	uint32_t *kept = TMS_ARENA_ARRAY(s->c->arena, uint32_t, end - first);
	size_t raw_count = end - first, kept_count = 0, from = 0;
	bool has_acronym = false;

	if (!raw || !kept)
		return;
	for (size_t i = first; i < end; i++) {
		uint32_t token = s->tokens[i].token;
		raw[i - first] = token;
		has_acronym |= topic_is_flagged(m, token, TOPIC_ACRONYM);
		if (!topic_is_stop(m, token))
			kept[kept_count++] = token;
	}
	if (kept_count == 0)
		return;
	if (raw_count <= CHOICE_RUN_MAX && kept_count < raw_count && !has_acronym) {
		add_part(s, parts, raw, raw_count);
		return;
	}
	for (size_t i = 0; i < kept_count && kept_count > 1; i++) {
		if (!topic_is_flagged(m, kept[i], TOPIC_ACRONYM))
			continue;
		add_part(s, parts, kept + from, i - from);
		add_part(s, parts, kept + i, 1);
		from = i + 1;
	}
	add_part(s, parts, kept + from, kept_count - from);
}

static void add_facet(struct topic_compiler *c, struct topic_lexicon facet)
{
	if (c->facets_count == TMS_TOPIC_FACETS_MAX) {
		topic_fail(c, TMS_ELIMIT,
			"a topic has at most %d facets (what stands between words like \"for\" and "
			"\"with\"); say it with fewer",
			TMS_TOPIC_FACETS_MAX);
		return;
	}
	c->facets[c->facets_count++] = facet;
}

/* Words between two connectors: facets of their own when there is no choice, else one. */
static void split_segment(struct splitter *s, size_t first, size_t end)
{
	struct topic_lexicon parts = { 0 };
	size_t from = first, alternatives = 0;

	for (size_t i = first; i <= end; i++) {
		bool is_word = i < end && is_one_of(s, i, choices, TMS_COUNT(choices));
		if (i < end && !is_word && !(i > first && (s->tokens[i].gap & TOPIC_GAP_CHOICE)))
			continue;
		size_t before = parts.count;
		if (i > from)
			split_choice(s, from, i, &parts);
		alternatives += parts.count > before;
		from = is_word ? i + 1 : i;
	}
	if (alternatives > 1) {
		parts.name = written_as(s, first, end);
		add_facet(s->c, parts);
		return;
	}
	for (size_t i = 0; i < parts.count && topic_goes_on(s->c); i++) {
		struct topic_lexicon one = { .name = phrase_written_as(
						     s, first, end, &parts.list[i]) };
		topic_lexicon_add(s->c, &one, parts.list[i]);
		add_facet(s->c, one);
	}
}

static bool is_generic(const struct topic_compiler *c, const struct topic_lexicon *facet)
{
	for (size_t i = 0; i < facet->count; i++)
		if (facet->list[i].len > 1 ||
			!topic_is_flagged(c->model, facet->list[i].tokens[0], TOPIC_GENERIC))
			return false;
	return true;
}

/* Facets that are one word like "model" go, unless nothing would be left. */
static void drop_generic(struct topic_compiler *c)
{
	size_t kept = 0, generic = 0;

	for (size_t i = 0; i < c->facets_count; i++)
		generic += is_generic(c, &c->facets[i]);
	if (generic == c->facets_count)
		return;
	for (size_t i = 0; i < c->facets_count; i++)
		if (!is_generic(c, &c->facets[i]))
			c->facets[kept++] = c->facets[i];
	c->facets_count = kept;
}

void topic_split_name(struct topic_compiler *c, struct tms_str name)
{
	struct topic_tokens tokens = { 0 };
	struct splitter s = { .c = c, .name = name };
	size_t from = 0;

	if (!topic_cut(c->arena, c->model, name, SIZE_MAX, &tokens))
		return;
	s.tokens = tokens.list;
	for (size_t i = 0; i <= tokens.count && topic_goes_on(c); i++) {
		if (i < tokens.count && !is_one_of(&s, i, connectors, TMS_COUNT(connectors)))
			continue;
		if (i > from)
			split_segment(&s, from, i);
		from = i + 1;
	}
	drop_generic(c);
}
