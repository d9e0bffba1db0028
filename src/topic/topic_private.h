/* A compiled topic and a text as topics look at it, from inside; compiling stands in
 * compile_private.h. */
#ifndef TAMIS_TOPIC_TOPIC_PRIVATE_H
#define TAMIS_TOPIC_TOPIC_PRIVATE_H

#include "tokens.h"

/** Longer phrases of a name are left out: its parts are there. */
#define TOPIC_PHRASE_TOKENS_MAX 16
#define TOPIC_PHRASES_MAX 2048
/** Weights of phrases: steps of 1/4096. */
#define TOPIC_LEVELS 4096
/** Evidence has 14 bits behind the point. */
#define TOPIC_EVIDENCE_BITS 14
/** Weights of terms, so that two texts of length one give at most 2^30: of an item's a q15, of a
 * topic's a q12. */
#define TOPIC_TERM_BITS 15
#define TOPIC_ASKED_TERM_BITS 12
#define TOPIC_LIKENESS_SHIFT (30 - TOPIC_TERM_BITS - TOPIC_ASKED_TERM_BITS)

struct topic_compiled_phrase {
	uint32_t tokens_at; /* in topic->tokens */
	uint16_t weight;    /* 1 to TOPIC_LEVELS */
	uint8_t len, facet; /* of words near each other: `len` 3, TOPIC_TOKEN_NEAR between */
	uint16_t written;   /* which of those written out it is, from 1; 0: none */
};

struct topic_term_weight {
	uint32_t term;
	uint32_t weight; /* see TOPIC_TERM_BITS */
};

/** How evidence becomes a score. Shares and gates are parts of TOPIC_SHARE_ONE. */
#define TOPIC_SHARE_ONE 32768
struct topic_shape {
	uint32_t scale; /* name_scale or lexicon_scale */
	uint32_t facets;
	/** What is left without the last facet, which then only adds and takes away; 0: it is as others. */
	uint16_t soft_least;
	uint16_t share[TMS_TOPIC_FACETS_MAX]; /* together one */
	uint16_t gate[TMS_TOPIC_FACETS_MAX];
};

#define TOPIC_STARTS_WORDS 8

struct tms_topic {
	const struct tms_topic_scorer *scorer;
	struct topic_shape shape;
	uint32_t phrases_count, terms_count;
	struct topic_compiled_phrase *phrases; /* by first token */
	uint32_t *tokens;
	struct topic_term_weight *terms;            /* by term */
	struct tms_str names[TMS_TOPIC_FACETS_MAX]; /* of the facets */
	uint64_t starts[TOPIC_STARTS_WORDS];        /* a bit for the hash of each first token */
};

struct tms_topic_text {
	const uint32_t *tokens; /* title, abstract, keywords; TOPIC_TOKEN_BREAK behind each */
	const struct topic_token *places; /* the same with where they stand */
	size_t title_end, abstract_end, count;
	const struct topic_term_weight *terms; /* by term; of length one */
	size_t terms_count;
};

/** Bit of a first token in tms_topic.starts. */
static inline uint32_t topic_start_bit(uint32_t token)
{
	return token * UINT32_C(0x9e3779b1) >> 23;
}

/** What a phrase of this weight (in levels) says that was found `times` times, weighed by field. */
uint32_t topic_evidence(const struct tms_topic_scorer *scorer, uint32_t level, uint32_t times);
/** How much a word counts that begins at this token. */
static inline uint32_t topic_times_at(
	const struct tms_topic_scorer *scorer, const struct tms_topic_text *text, size_t at)
{
	return at < text->title_end      ? scorer->title_times
	       : at < text->abstract_end ? 1
					 : scorer->keyword_times;
}
/** Where what is near this token ends: after near_words, or where its text does. */
static inline size_t topic_near_end(
	const struct tms_topic_scorer *scorer, const struct tms_topic_text *text, size_t at)
{
	size_t last = at + scorer->near_words, end = at + 1;

	while (end <= last && end < text->count && text->tokens[end] != TOPIC_TOKEN_BREAK)
		end++;
	return end;
}
/** 1 - e^-(mean / scale), a q30; the mean is a q30, the scale a q16. */
uint32_t topic_saturate(uint64_t mean, uint32_t scale);
/** Of the geometric mean of the evidence, each facet with its share; a q30. */
uint32_t topic_facets_score(const struct tms_topic_scorer *scorer, const struct topic_shape *shape,
	const uint32_t *evidence);
/**
 * Phrases that begin in the text at this token: `tell` is called with the index of each and the
 * token behind it.
 */
typedef void (*topic_found_fn)(void *context, size_t phrase, size_t at, size_t end);
void topic_find_at(const struct tms_topic *topic, const struct tms_topic_text *text, size_t at,
	topic_found_fn tell, void *context);
/** How alike the topic's text and this one are: a q30. */
uint32_t topic_likeness_of(const struct tms_topic *topic, const struct tms_topic_text *text);
/** The score of a topic with this evidence for each facet and this likeness of texts (a q30). */
uint32_t topic_score_of(const struct tms_topic_scorer *scorer, const struct topic_shape *shape,
	const uint32_t *evidence, uint32_t likeness);

/**
 * The terms of a text, each once, by number; their weights are not set. Words that stand next to
 * each other make pairs; stop words divide. False on failure; arena->status says why.
 */
TMS_MUST_CHECK bool topic_terms_of(struct tms_arena *arena, const struct tms_topic_model *model,
	struct tms_str text, struct topic_term_weight **out, size_t *count);

#endif
