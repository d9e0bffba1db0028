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
	bool is_object; /* the segment stands behind "of" or "for", and ends the name */
};

static const char *const connectors[] = { "for", "of", "in", "on", "with", "via", "using", "to",
	"from", "by", "at", "into", "based", "under", "through" };
/* What stands behind them is how it is done. */
static const char *const means[] = { "with", "via", "using", "by", "based", "under", "through" };
static const char *const choices[] = { "and", "or" };

static bool is_one_of(const struct splitter *s, size_t i, const char *const *words, size_t count)
{
	struct tms_str word = tms_str_slice(s->name, s->tokens[i].start, s->tokens[i].end);

	for (size_t k = 0; k < count; k++)
		if (tms_str_equal_caseless(word, tms_str_from(words[k])))
			return true;
	return false;
}

/* As "to" in "text-to-image". */
static bool is_inside_word(const struct splitter *s, size_t i)
{
	size_t start = s->tokens[i].start, end = s->tokens[i].end;

	return s->c->scorer->name_saturation > 0 && start > 0 && end < s->name.len &&
	       s->name.ptr[start - 1] == '-' && s->name.ptr[end] == '-';
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
static void split_words(struct splitter *s, size_t first, size_t end, struct topic_lexicon *parts)
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

/* ---- methods ---- */

#define SUBJECT_IDF (TMS_TOPIC_ONE * 2)      /* of words that 1 paper of 7 has, or fewer */
#define SPECIFIC_IDF (TMS_TOPIC_ONE * 9 / 2) /* of words that 1 paper of 90 has, or fewer */

/* "Explainable AI" is about what can be explained, though it has an acronym; "generative AI" is a
 * name, since "generative" says next to nothing. */
static bool is_some_ai(const struct topic_compiler *c, const uint32_t *tokens, size_t count)
{
	bool has_ai = false, has_subject = false;

	for (size_t i = 0; i < count;) {
		enum topic_method kind = TOPIC_METHOD_NONE;
		size_t len = topic_method_at(c, tokens + i, count - i, &kind);
		has_ai |= kind == TOPIC_METHOD_AI;
		has_subject |= len == 0 && topic_idf(c->model, tokens[i]) >= SUBJECT_IDF;
		i += len > 0 ? len : 1;
	}
	return has_ai && has_subject;
}

/* How many tokens are the long form of a known acronym, at their beginning: then a name. */
static size_t acronym_at(const struct topic_compiler *c, const uint32_t *tokens, size_t count)
{
	const struct tms_topic_model *m = c->model;
	size_t longest = 0;

	for (size_t i = 0; i < m->acronyms_count; i++) {
		const uint32_t *meaning = m->acronym_long + m->acronym_long_at[i];
		size_t len = m->acronym_long_at[i + 1] - m->acronym_long_at[i];
		if (len > longest && len <= count && meaning[0] == tokens[0] &&
			memcmp(meaning, tokens, len * sizeof(*meaning)) == 0)
			longest = len;
	}
	return longest;
}

/* Mark the tokens that name methods, unless they are part of a longer name, as in "graph neural
 * network". */
static void mark_methods(const struct splitter *s, size_t first, size_t end,
	enum topic_method *marks, const uint32_t *raw)
{
	for (size_t i = 0; i < end - first;) {
		enum topic_method kind = TOPIC_METHOD_NONE;
		size_t left = end - first - i;
		size_t len = topic_method_at(s->c, raw + i, left, &kind);
		size_t name = acronym_at(s->c, raw + i, left);
		if (name > len && !is_some_ai(s->c, raw + i, name)) {
			i += name;
			continue;
		}
		for (size_t k = 0; k < len; k++)
			marks[i + k] = kind;
		i += len > 0 ? len : 1;
	}
}

/* "model" and the like are part of what is called so, unless that is rare enough without them. */
static void unmark_weak(
	const struct splitter *s, size_t count, enum topic_method *marks, const uint32_t *raw)
{
	uint32_t most = 0;

	for (size_t i = 0; i < count; i++)
		if (marks[i] == TOPIC_METHOD_NONE && !topic_is_stop(s->c->model, raw[i])) {
			uint32_t idf = topic_idf(s->c->model, raw[i]);
			most = idf > most ? idf : most;
		}
	if (most >= SPECIFIC_IDF)
		return;
	for (size_t i = 0; i < count; i++)
		if (marks[i] == TOPIC_METHOD_PART)
			marks[i] = TOPIC_METHOD_NONE;
}

/* "Medical LLMs" are about language models, "LLM safety" is about safety. */
static void unmark_head(size_t count, enum topic_method *marks)
{
	for (size_t i = count; i > 0 && marks[i - 1] == TOPIC_METHOD_LANGUAGE_MODEL; i--)
		marks[i - 1] = TOPIC_METHOD_NONE;
}

/* The widest method of the name. */
static void note_method(
	struct topic_compiler *c, enum topic_method kind, struct tms_str name, bool is_apart)
{
	c->is_softened = true;
	if (kind <= c->soft)
		return;
	c->soft = kind;
	c->soft_name = name;
	c->soft_is_apart = is_apart;
}

/* Parts between the methods; these are noted. */
static void split_around(struct splitter *s, size_t first, size_t end,
	const enum topic_method *marks, struct topic_lexicon *parts)
{
	for (size_t from = first, to; from < end; from = to) {
		enum topic_method kind = marks[from - first];
		for (to = from + 1; to < end && marks[to - first] == kind;)
			to++;
		if (kind == TOPIC_METHOD_NONE)
			split_words(s, from, to, parts);
		else
			note_method(s->c, kind, written_as(s, from, to), false);
	}
}

/* One choice: a method alone, or what it is about, and the method noted. */
static void split_choice(struct splitter *s, size_t first, size_t end, struct topic_lexicon *parts)
{
	size_t count = end - first, unmarked = 0;
	uint32_t *raw = TMS_ARENA_ARRAY(s->c->arena, uint32_t, count);
	enum topic_method *marks = TMS_ARENA_ARRAY(s->c->arena, enum topic_method, count);
	enum topic_method widest = TOPIC_METHOD_NONE;

	if (!raw || !marks)
		return;
	for (size_t i = 0; i < count; i++)
		raw[i] = s->tokens[first + i].token;
	if (s->c->scorer->method_power > 0)
		mark_methods(s, first, end, marks, raw);
	for (size_t i = 0; i < count; i++) {
		widest = marks[i] > widest ? marks[i] : widest;
		unmarked += marks[i] == TOPIC_METHOD_NONE && !topic_is_stop(s->c->model, raw[i]);
	}
	if (unmarked > 0) {
		unmark_weak(s, count, marks, raw);
		unmark_head(count, marks);
		split_around(s, first, end, marks, parts);
		return;
	}
	size_t before = parts->count;
	split_words(s, first, end, parts);
	for (size_t i = before; i < parts->count; i++)
		parts->list[i].method = widest;
}

void topic_fail_facets(struct topic_compiler *c)
{
	topic_fail(c, TMS_ELIMIT,
		"a topic has at most %d facets (what stands between words like \"for\" and "
		"\"with\"); say it with fewer",
		TMS_TOPIC_FACETS_MAX);
}

static void add_facet(struct topic_compiler *c, struct topic_lexicon facet)
{
	if (c->facets_count == TMS_TOPIC_FACETS_MAX) {
		topic_fail_facets(c);
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
	if (parts.count > 0 && parts.list[0].method > TOPIC_METHOD_WEAK) {
		parts.is_object = s->is_object;
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

/* Only methods: the widest of them. */
static enum topic_method method_of(const struct topic_lexicon *facet)
{
	enum topic_method widest = TOPIC_METHOD_NONE;

	for (size_t i = 0; i < facet->count; i++) {
		if (facet->list[i].method == TOPIC_METHOD_NONE)
			return TOPIC_METHOD_NONE;
		widest = facet->list[i].method > widest ? facet->list[i].method : widest;
	}
	return widest;
}

/* Facets that only name a method are one that weighs little, where there are others. */
static void soften(struct topic_compiler *c)
{
	size_t kept = 0, specific = 0;

	for (size_t i = 0; i < c->facets_count; i++)
		specific += method_of(&c->facets[i]) == TOPIC_METHOD_NONE &&
			    !is_generic(c, &c->facets[i]);
	if (specific == 0)
		return;
	for (size_t i = 0; i < c->facets_count; i++) {
		enum topic_method kind = method_of(&c->facets[i]);
		if (kind == TOPIC_METHOD_NONE ||
			(kind == TOPIC_METHOD_LANGUAGE_MODEL && c->facets[i].is_object)) {
			c->facets[kept++] = c->facets[i];
			continue;
		}
		note_method(c, kind, c->facets[i].name, true);
	}
	c->facets_count = kept;
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
		if (i < tokens.count && (!is_one_of(&s, i, connectors, TMS_COUNT(connectors)) ||
						is_inside_word(&s, i)))
			continue;
		if (i > from) {
			s.is_object = from > 0 && i == tokens.count &&
				      !is_one_of(&s, from - 1, means, TMS_COUNT(means));
			split_segment(&s, from, i);
		}
		from = i + 1;
	}
	soften(c);
	drop_generic(c);
	if (c->facets_count == 1 && method_of(&c->facets[0]) > TOPIC_METHOD_WEAK) {
		enum topic_method kind = method_of(&c->facets[0]);
		c->facets[0].count = 0; /* however it is written, it is called what its kind is */
		topic_method_add(c, &c->facets[0], kind, kind);
		c->is_softened = true;
	}
}
