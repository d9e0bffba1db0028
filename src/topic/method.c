/*
 * Words that say how a thing is done, not what it is about: "AI", "machine learning", "LLM", and
 * "model", "system". In a name they weigh little beside what it is about. The kinds stand in each
 * other: whoever asks for AI is glad of machine learning, of neural networks, of language models.
 */
#include "compile_private.h"

static const struct {
	const char *words;
	enum topic_method kind;
	bool is_spelling; /* only another way to write one of the kind: its words stand in the text */
} methods[] = {
	{ "language model", TOPIC_METHOD_LANGUAGE_MODEL, false },
	{ "LLM", TOPIC_METHOD_LANGUAGE_MODEL, false },
	{ "large language model", TOPIC_METHOD_LANGUAGE_MODEL, true },
	{ "LM", TOPIC_METHOD_LANGUAGE_MODEL, true },
	{ "neural network", TOPIC_METHOD_NETWORK, false },
	{ "deep neural network", TOPIC_METHOD_NETWORK, true },
	{ "neural net", TOPIC_METHOD_NETWORK, true },
	{ "deep learning", TOPIC_METHOD_DEEP, false },
	{ "machine learning", TOPIC_METHOD_MACHINE, false },
	{ "ML", TOPIC_METHOD_MACHINE, true },
	{ "artificial intelligence", TOPIC_METHOD_AI, false },
	{ "AI", TOPIC_METHOD_AI, false },
	{ "model", TOPIC_METHOD_PART, true },
	{ "system", TOPIC_METHOD_PART, true },
	{ "method", TOPIC_METHOD_WEAK, true },
	{ "approach", TOPIC_METHOD_WEAK, true },
	{ "technique", TOPIC_METHOD_WEAK, true },
	{ "algorithm", TOPIC_METHOD_PART, true },
	{ "framework", TOPIC_METHOD_PART, true },
};

void topic_methods_make(struct topic_compiler *c)
{
	_Static_assert(TMS_COUNT(methods) == TOPIC_METHODS, "as many as there is room for");
	for (size_t i = 0; i < TOPIC_METHODS; i++) {
		struct topic_tokens tokens = { 0 };
		struct topic_phrase *phrase = &c->methods[i];
		uint32_t *list = TMS_ARENA_ARRAY(c->arena, uint32_t, TOPIC_METHOD_WORDS);
		if (!list || !topic_cut(c->arena, c->model, tms_str_from(methods[i].words),
				     TOPIC_METHOD_WORDS, &tokens))
			return;
		for (size_t k = 0; k < tokens.count; k++)
			list[k] = tokens.list[k].token;
		*phrase = (struct topic_phrase){
			.tokens = list, .len = tokens.count, .method = methods[i].kind
		};
	}
}

size_t topic_method_at(const struct topic_compiler *c, const uint32_t *tokens, size_t count,
	enum topic_method *kind)
{
	size_t longest = 0;

	for (size_t i = 0; i < TOPIC_METHODS; i++) {
		const struct topic_phrase *m = &c->methods[i];
		if (m->len > longest && m->len <= count &&
			memcmp(m->tokens, tokens, m->len * sizeof(*tokens)) == 0) {
			longest = m->len;
			*kind = m->method;
		}
	}
	return longest;
}

bool topic_is_all_method(const struct topic_compiler *c, const uint32_t *tokens, size_t count)
{
	enum topic_method kind;

	for (size_t at = 0; at < count;) {
		size_t len = topic_method_at(c, tokens + at, count - at, &kind);
		bool says_nothing = topic_is_stop(c->model, tokens[at]) ||
				    topic_is_flagged(c->model, tokens[at], TOPIC_GENERIC);
		if (len == 0 && !says_nothing)
			return false;
		at += len > 0 ? len : 1;
	}
	return true;
}

void topic_method_add(struct topic_compiler *c, struct topic_lexicon *lexicon,
	enum topic_method kind, enum topic_method least)
{
	for (size_t i = 0; i < TOPIC_METHODS; i++)
		if (!methods[i].is_spelling && methods[i].kind <= kind && methods[i].kind >= least)
			topic_lexicon_add(c, lexicon, c->methods[i]);
}
