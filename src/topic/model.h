/*
 * The model, as it lies in the packed file, and the numbers that words have.
 *
 * A token is a stem: a word of the model by its number, any other by a hash with the highest bit
 * set, so that items and topics that never met agree on it. A term is a token of the model or a
 * pair of neighbouring ones that the model counts.
 */
#ifndef TAMIS_TOPIC_MODEL_H
#define TAMIS_TOPIC_MODEL_H

#include <tamis/topic.h>

struct sb_stemmer;

#define TOPIC_NONE UINT32_MAX
#define TOPIC_TOKEN_OTHER (UINT32_C(1) << 31) /* not a word of the model */
#define TOPIC_TOKEN_OTHER_STOP (UINT32_C(1) << 30)
#define TOPIC_TOKEN_BREAK UINT32_MAX /* between texts: no word, and never a neighbour */
/** In a phrase of three: the words beside it are near each other; never a made-up token, which are
 * even. */
#define TOPIC_TOKEN_NEAR (UINT32_MAX - 2)
#define TOPIC_DIMENSIONS 64

enum topic_word_flag { TOPIC_STOP = 1, TOPIC_GENERIC = 2, TOPIC_ACRONYM = 4 };

/** Words that were stemmed lately: most of a text are. */
#define TOPIC_CACHED_WORDS 4096
#define TOPIC_CACHED_BYTES 23
struct topic_cached {
	uint32_t token;
	uint8_t len; /* 0: free */
	char word[TOPIC_CACHED_BYTES];
};

/* Sections of the file; see deploy/topics/pack_model.py for what each number means. */
struct tms_topic_model {
	uint32_t words_count, pairs_count, vectors_count, acronyms_count;
	uint32_t mean_words; /* of an abstract, a q16 */
	uint32_t rarest_idf; /* of words that the model does not know, a q16 */
	const char *text;
	const uint32_t *word_at;
	const uint8_t *flags;
	const uint32_t *idf;    /* of each term, a q16; 0: none */
	const uint32_t *vector; /* of each term: its row, or TOPIC_NONE */
	const uint32_t *pairs;
	const uint32_t *word_table, *pair_table;
	uint32_t word_mask, pair_mask;
	const uint32_t *vector_term; /* of each row: its term */
	const uint32_t *scale;       /* of each row: what its numbers are times, a q40 */
	const uint32_t *inverse;     /* 1 / length of its numbers, a q38 */
	const uint32_t *key;         /* root of its true length / length of its numbers, a q38 */
	const int8_t *vectors;
	const uint32_t *acronym_short, *acronym_long_at, *acronym_long;
	struct sb_stemmer *stemmer;
	struct topic_cached *cache; /* TOPIC_CACHED_WORDS of them, by hash */
};

/** The number of a stem, made up when the model does not know it. */
uint32_t topic_token_of(const struct tms_topic_model *model, struct tms_str stem);
/** The term of two neighbouring tokens, or TOPIC_NONE. */
uint32_t topic_pair_of(const struct tms_topic_model *model, uint32_t a, uint32_t b);
/** The tokens of a term: 1 or 2. */
unsigned topic_term_tokens(const struct tms_topic_model *model, uint32_t term, uint32_t out[2]);
/** The number of a word's stem. */
uint32_t topic_token_of_word(const struct tms_topic_model *model, struct tms_str word);
/** A word's stem, in the stemmer's memory until the next call; words with digits stay as is. */
struct tms_str topic_stem(const struct tms_topic_model *model, struct tms_str word);
/** The word of the model that an unstemmed acronym is. */
struct tms_str topic_word_text(const struct tms_topic_model *model, uint32_t token);

static inline bool topic_is_known(const struct tms_topic_model *model, uint32_t token)
{
	return token < model->words_count;
}
static inline bool topic_is_flagged(
	const struct tms_topic_model *model, uint32_t token, enum topic_word_flag flag)
{
	return topic_is_known(model, token) && (model->flags[token] & flag);
}
/** Words that say nothing alone, and break runs. */
static inline bool topic_is_stop(const struct tms_topic_model *model, uint32_t token)
{
	return topic_is_known(model, token) ? model->flags[token] & TOPIC_STOP
					    : (token & TOPIC_TOKEN_OTHER_STOP) != 0;
}
/** True for terms that the model counts. */
static inline bool topic_is_term(const struct tms_topic_model *model, uint32_t term)
{
	return term < model->words_count + model->pairs_count && model->idf[term] > 0;
}
/** How rare a token is, a q16. */
static inline uint32_t topic_idf(const struct tms_topic_model *model, uint32_t token)
{
	return topic_is_known(model, token) && model->idf[token] ? model->idf[token]
								 : model->rarest_idf;
}

#endif
