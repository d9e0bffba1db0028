/* Texts into tokens, as the specification of the scorer cuts them, not as queries are cut. */
#ifndef TAMIS_TOPIC_TOKENS_H
#define TAMIS_TOPIC_TOKENS_H

#include "model.h"

/** Of longer words only so much counts. */
#define TOPIC_WORD_BYTES_MAX 64

/** What stood before a word, since the one before it. */
enum topic_gap {
	TOPIC_GAP_SENTENCE = 1, /* one of , . ; : ( ) */
	TOPIC_GAP_CHOICE = 2,   /* one of , / ; : ( ) & + */
};

struct topic_token {
	uint32_t token;
	uint32_t gap;        /* bits of enum topic_gap */
	uint32_t start, end; /* bytes of the text */
};

struct topic_tokens {
	struct topic_token *list;
	size_t count, capacity;
};

/**
 * Append the tokens of a text (valid UTF-8; other bytes divide words): runs of a-z and 0-9 in its
 * compatibility decomposition without marks, in small letters, stemmed. At most `max` in the list.
 * False on failure; arena->status says why.
 */
TMS_MUST_CHECK bool topic_cut(struct tms_arena *arena, const struct tms_topic_model *model,
	struct tms_str text, size_t max, struct topic_tokens *out);

#endif
