/* Compiling a topic, from inside: phrases with weights, facets, vectors, and who makes what. */
#ifndef TAMIS_TOPIC_COMPILE_PRIVATE_H
#define TAMIS_TOPIC_COMPILE_PRIVATE_H

#include "topic_private.h"
#include "tokens.h"

/** What a method's name stands for; each contains those before it. */
enum topic_method {
	TOPIC_METHOD_NONE,
	TOPIC_METHOD_PART, /* "model", "system": nothing to look for, and often part of a name */
	TOPIC_METHOD_WEAK, /* "method", "approach": nothing to look for */
	TOPIC_METHOD_LANGUAGE_MODEL,
	TOPIC_METHOD_NETWORK,
	TOPIC_METHOD_DEEP,
	TOPIC_METHOD_MACHINE,
	TOPIC_METHOD_AI,
};
#define TOPIC_METHODS 19
#define TOPIC_METHOD_WORDS 3

struct topic_phrase {
	const uint32_t *tokens;
	size_t len;
	uint32_t weight;          /* a part of TMS_TOPIC_ONE */
	size_t written;           /* which of those written out it is, from 1; 0: none */
	bool is_spelt;            /* a whole part of the name */
	bool is_name;             /* what the subject is called: it counts more than any weight */
	enum topic_method method; /* it is the name of one */
};

/** Phrases and what each of them says of a subject. */
struct topic_lexicon {
	struct tms_str name; /* of a facet: as the definition says it, borrowed */
	struct topic_phrase *list;
	size_t count, capacity;
	bool is_object; /* of a name that ends with it, as "safety of language models" */
};

/** A direction among the terms, of length one; each number a q28. */
struct topic_vector {
	int32_t at[TOPIC_DIMENSIONS];
};

struct topic_compiler {
	struct tms_arena *arena; /* scratch; its status says what failed */
	const struct tms_topic_model *model;
	const struct tms_topic_scorer *scorer;
	struct topic_lexicon facets[TMS_TOPIC_FACETS_MAX];
	size_t facets_count;
	struct topic_lexicon written; /* phrases written out, of all facets */
	/* method.c: of the name; a facet that weighs little, behind the others */
	struct topic_phrase methods[TOPIC_METHODS];
	enum topic_method soft;   /* the widest; TOPIC_METHOD_NONE: there is none */
	struct tms_str soft_name; /* as it is written */
	bool has_soft;            /* the last facet is it */
	bool soft_is_apart;       /* "AI for chemistry", not "AI chemistry" */
	bool is_softened;         /* the name has words that are not asked for */
	bool is_wanted;           /* else the definition is only checked */
	enum tms_status status;   /* what is wrong with the definition, or TMS_OK */
	struct tms_diag *diag;
};

/** lexicon.c. Append, whatever is there. The tokens are borrowed. */
void topic_lexicon_add(
	struct topic_compiler *c, struct topic_lexicon *lexicon, struct topic_phrase phrase);
/** Append, or raise the weight of the same phrase. */
void topic_lexicon_raise(
	struct topic_compiler *c, struct topic_lexicon *lexicon, struct topic_phrase phrase);
/** Is the same phrase there? */
bool topic_lexicon_has(const struct topic_lexicon *lexicon, const uint32_t *tokens, size_t len);
/** For each phrase its acronym or what it stands for. */
void topic_lexicon_add_acronyms(struct topic_compiler *c, struct topic_lexicon *lexicon);
/** The phrases of a sentence or keyword. */
void topic_lexicon_add_text(struct topic_compiler *c, struct topic_lexicon *lexicon,
	struct tms_str text, uint32_t weight);
/** Less than one for a word that many papers have. */
uint32_t topic_damp(const struct topic_compiler *c, const uint32_t *tokens, size_t len);

/** method.c. Make c->methods. */
void topic_methods_make(struct topic_compiler *c);
/** How many of these tokens are a method's name, at their beginning. */
size_t topic_method_at(const struct topic_compiler *c, const uint32_t *tokens, size_t count,
	enum topic_method *kind);
/** Do they say nothing else? */
bool topic_is_all_method(const struct topic_compiler *c, const uint32_t *tokens, size_t count);
/** The words for all methods from `least` to this one. */
void topic_method_add(struct topic_compiler *c, struct topic_lexicon *lexicon,
	enum topic_method kind, enum topic_method least);

/** name_facets.c: the facets that a name is made of. */
void topic_split_name(struct topic_compiler *c, struct tms_str name);

/** A direction in halves of 14 bits, so that products with a row's numbers are added in 32. */
struct topic_halves {
	int16_t high[TOPIC_DIMENSIONS], low[TOPIC_DIMENSIONS];
};

struct topic_near {
	int64_t key; /* likeness times the root of the term's length */
	uint32_t row;
	uint32_t likeness; /* expand.c: a part of TMS_TOPIC_ONE */
};

/** vector.c: the direction of a whole lexicon. */
void topic_lexicon_vector(
	struct topic_compiler *c, const struct topic_lexicon *lexicon, struct topic_vector *out);
/** The direction of one phrase; false when the model knows none of its terms. */
bool topic_phrase_vector(
	struct topic_compiler *c, const struct topic_phrase *phrase, struct topic_vector *out);
/** How alike two directions are, a part of TMS_TOPIC_ONE, or less than 0. */
int32_t topic_likeness(const struct topic_vector *a, const struct topic_vector *b);
/** The direction of terms with these weights; false when the model knows none of them. */
bool topic_terms_vector(const struct tms_topic_model *model, const struct topic_term_weight *list,
	size_t count, struct topic_vector *out);
/** The same direction in halves. */
void topic_halve(const struct topic_vector *vector, struct topic_halves *out);
/** The nearest rows, nearest first; how many. near: room for max. */
size_t topic_nearest(const struct tms_topic_model *m, const struct topic_halves *q,
	struct topic_near *near, size_t max);
/** For qsort: the nearest first. */
int topic_compare_near(const void *a, const void *b);
/** How alike a row is, from 0 to TMS_TOPIC_ONE. */
uint32_t topic_row_likeness(
	const struct tms_topic_model *m, const struct topic_halves *q, uint32_t row);

/** facet_weight.c: how the facets weigh, once they are complete. */
void topic_shape_make(struct topic_compiler *c, struct topic_shape *out);
/** similar.c: the text that items are compared with; by term. written: the facets are written out
 * in the definition. */
void topic_similar_make(struct topic_compiler *c, const struct tms_topic_definition *definition,
	bool written, struct topic_term_weight **out, size_t *count);

/** expand.c: join the terms that are nearest to the lexicon as it stands, each with `weight` times
 * its likeness. */
void topic_lexicon_expand(struct topic_compiler *c, struct topic_lexicon *lexicon, uint32_t weight);

/** True when the compiler may go on; else it has failed, or its arena has. */
static inline bool topic_goes_on(const struct topic_compiler *c)
{
	return c->status == TMS_OK && c->arena->status == TMS_OK;
}
/** There are more facets than there may be. */
void topic_fail_facets(struct topic_compiler *c);
/** Note what is wrong with the definition, the first time. */
void topic_fail(struct topic_compiler *c, enum tms_status st, const char *format, ...)
	TMS_PRINTF(3, 4);

#endif
