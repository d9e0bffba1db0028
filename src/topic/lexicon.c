/* Lexicons: phrases with weights, their acronyms, and the phrases that a text is made of. */
#include "compile_private.h"

#include <stdarg.h>
#include <stdio.h>

#include "fixed_point.h"

#define WHOLE_RUN_MAX 4 /* longer runs of words are no phrase, only their pairs are */

void topic_fail(struct topic_compiler *c, enum tms_status st, const char *format, ...)
{
	char text[TMS_DIAG_TEXT_BYTES];
	va_list args;

	if (c->status != TMS_OK)
		return;
	c->status = st;
	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	tms_diag_set(c->diag, 0, 0, "%s", text);
}

static struct topic_phrase *find(
	const struct topic_lexicon *lexicon, const uint32_t *tokens, size_t len)
{
	for (size_t i = 0; i < lexicon->count; i++) {
		struct topic_phrase *phrase = &lexicon->list[i];
		if (phrase->len == len && phrase->tokens[0] == tokens[0] &&
			memcmp(phrase->tokens, tokens, len * sizeof(*tokens)) == 0)
			return phrase;
	}
	return NULL;
}

void topic_lexicon_add(
	struct topic_compiler *c, struct topic_lexicon *lexicon, struct topic_phrase phrase)
{
	if (tms_arena_grow(c->arena, &lexicon->list, lexicon->count, &lexicon->capacity,
		    sizeof(*lexicon->list)))
		lexicon->list[lexicon->count++] = phrase;
}

void topic_lexicon_raise(
	struct topic_compiler *c, struct topic_lexicon *lexicon, struct topic_phrase phrase)
{
	struct topic_phrase *there = find(lexicon, phrase.tokens, phrase.len);

	if (!there)
		topic_lexicon_add(c, lexicon, phrase);
	else if (there->weight < phrase.weight)
		there->weight = phrase.weight;
	if (there && phrase.is_name)
		there->is_name = true;
}

bool topic_lexicon_has(const struct topic_lexicon *lexicon, const uint32_t *tokens, size_t len)
{
	return find(lexicon, tokens, len) != NULL;
}

uint32_t topic_damp(const struct topic_compiler *c, const uint32_t *tokens, size_t len)
{
	const struct tms_topic_scorer *s = c->scorer;
	uint32_t idf = topic_idf(c->model, tokens[0]);

	if (len > 1)
		return TMS_TOPIC_ONE;
	if (idf <= s->damp_from)
		return s->damp_least;
	uint64_t part = (uint64_t)(idf - s->damp_from) * TMS_TOPIC_ONE / s->damp_range;
	return part < s->damp_least   ? s->damp_least
	       : part > TMS_TOPIC_ONE ? TMS_TOPIC_ONE
				      : (uint32_t)part;
}

/* ---- acronyms ---- */

static void add_short_form(struct topic_compiler *c, struct topic_lexicon *lexicon,
	const struct topic_phrase *phrase, size_t acronym)
{
	const struct tms_topic_model *m = c->model;
	struct tms_str word = topic_word_text(m, m->acronym_short[acronym]);
	uint32_t *token = TMS_ARENA_NEW(c->arena, uint32_t);

	if (!token)
		return;
	*token = topic_token_of(m, topic_stem(m, word));
	topic_lexicon_raise(c, lexicon,
		(struct topic_phrase){ token, 1, topic_times(phrase->weight, c->scorer->acronym) });
}

static size_t count_meanings(const struct tms_topic_model *m, uint32_t acronym)
{
	size_t count = 0;

	for (size_t i = 0; i < m->acronyms_count; i++)
		count += m->acronym_short[i] == acronym;
	return count;
}

static void add_acronyms_of(
	struct topic_compiler *c, struct topic_lexicon *lexicon, const struct topic_phrase *phrase)
{
	const struct tms_topic_model *m = c->model;
	uint32_t weight = topic_times(phrase->weight, c->scorer->acronym);
	bool is_name =
		phrase->is_name && phrase->len == 1 && count_meanings(m, phrase->tokens[0]) == 1;

	if (phrase->len == 1 && !topic_is_flagged(m, phrase->tokens[0], TOPIC_ACRONYM))
		return;
	for (size_t i = 0; i < m->acronyms_count; i++) {
		const uint32_t *meaning = m->acronym_long + m->acronym_long_at[i];
		size_t len = m->acronym_long_at[i + 1] - m->acronym_long_at[i];
		if (phrase->len == 1 && m->acronym_short[i] == phrase->tokens[0])
			topic_lexicon_raise(c, lexicon,
				(struct topic_phrase){ meaning, len, weight, .is_name = is_name });
		else if (phrase->len > 1 && phrase->len == len &&
			 memcmp(meaning, phrase->tokens, len * sizeof(*meaning)) == 0)
			add_short_form(c, lexicon, phrase, i);
	}
}

void topic_lexicon_add_acronyms(struct topic_compiler *c, struct topic_lexicon *lexicon)
{
	size_t count = lexicon->count;
	struct topic_phrase *before = TMS_ARENA_ARRAY(c->arena, struct topic_phrase, count);

	if (!before || count == 0)
		return;
	memcpy(before, lexicon->list, count * sizeof(*before)); /* weights as they are now */
	for (size_t i = 0; i < count && topic_goes_on(c); i++)
		add_acronyms_of(c, lexicon, &before[i]);
}

/* ---- sentences ---- */

static void add_run(struct topic_compiler *c, struct topic_lexicon *lexicon, const uint32_t *run,
	size_t len, uint32_t weight)
{
	const struct tms_topic_scorer *s = c->scorer;
	uint32_t pair = topic_times(weight, s->pair), single = topic_times(weight, s->single);

	if (len == 1) {
		topic_lexicon_raise(c, lexicon,
			(struct topic_phrase){
				run, 1, topic_times(weight, topic_damp(c, run, 1)) });
		return;
	}
	if (len <= WHOLE_RUN_MAX)
		topic_lexicon_raise(c, lexicon, (struct topic_phrase){ run, len, weight });
	for (size_t i = 0; len > 2 && i + 1 < len; i++)
		topic_lexicon_raise(c, lexicon, (struct topic_phrase){ run + i, 2, pair });
	for (size_t i = 0; i < len; i++)
		topic_lexicon_raise(c, lexicon,
			(struct topic_phrase){
				run + i, 1, topic_times(single, topic_damp(c, run + i, 1)) });
}

void topic_lexicon_add_text(struct topic_compiler *c, struct topic_lexicon *lexicon,
	struct tms_str text, uint32_t weight)
{
	struct topic_tokens tokens = { 0 };

	if (!topic_cut(c->arena, c->model, text, SIZE_MAX, &tokens) || tokens.count == 0)
		return;
	uint32_t *run = TMS_ARENA_ARRAY(c->arena, uint32_t, tokens.count);
	size_t len = 0;
	for (size_t i = 0; run && i < tokens.count; i++) {
		const struct topic_token *t = &tokens.list[i];
		bool is_stop = topic_is_stop(c->model, t->token);
		if (len > 0 && (is_stop || (t->gap & TOPIC_GAP_SENTENCE))) {
			add_run(c, lexicon, run, len, weight);
			run += len;
			len = 0;
		}
		if (!is_stop)
			run[len++] = t->token;
	}
	if (run && len > 0)
		add_run(c, lexicon, run, len, weight);
}
