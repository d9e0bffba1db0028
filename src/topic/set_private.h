/* A set of topics from inside: set.c keeps it, set_score.c asks it. */
#ifndef TAMIS_TOPIC_SET_PRIVATE_H
#define TAMIS_TOPIC_SET_PRIVATE_H

#include <tamis/topic_set.h>

#include "topic_private.h"

/**
 * Who asks for a phrase or term, and with what weight: the number of a facet, or topic, and 12 bits
 * of the weight, which is 1 to 4096, less one.
 */
struct topic_postings {
	uint32_t *list;
	uint32_t count, capacity;
};
#define TOPIC_POSTING_BITS 12
#define TOPIC_NUMBERS_MAX (UINT32_C(1) << (32 - TOPIC_POSTING_BITS))

static inline uint32_t topic_posting_number(uint32_t posting)
{
	return posting >> TOPIC_POSTING_BITS;
}
static inline uint32_t topic_posting_weight(uint32_t posting)
{
	return (posting & ((1u << TOPIC_POSTING_BITS) - 1)) + 1;
}

/** The beginning of a phrase, or a whole one. */
struct topic_state {
	uint32_t from, token;
	uint32_t times; /* how often it was found in the item that is being scored */
	struct topic_postings postings;
};

/** Most topics have no more facets than these. */
#define TOPIC_FEW 4

struct topic_member {
	uint32_t first_facet;
	uint32_t threshold, scale;
	uint32_t next_free;
	uint32_t steps;          /* of TOPIC_CURVE for the mean of its evidence, times 2^32 */
	uint16_t few[TOPIC_FEW]; /* the shares of its first facets; 0 behind the last */
	uint16_t soft_least;     /* see struct topic_shape */
	uint8_t facets;
};

/**
 * 1 - e^-x by steps of 1/32, as parts of 2^15, each that of its end: never too low. A topic that
 * cannot reach its threshold by it needs no logarithm.
 */
#define TOPIC_CURVE 256
#define TOPIC_CURVE_STEPS 32
#define TOPIC_CURVE_ONE (1u << 15)

/** What each weight says of a phrase that was found so often, in tables while that is rarely. */
#define TOPIC_TABLES 64

enum topic_phase { TOPIC_PHASE_NONE, TOPIC_PHASE_PHRASES, TOPIC_PHASE_TERMS, TOPIC_PHASE_TOPICS };

struct tms_topic_set {
	const struct tms_topic_scorer *scorer;
	struct topic_state *states;
	uint32_t *edges;              /* hash table of states; 0: free */
	struct topic_postings *terms; /* by term */
	struct topic_member *topics;
	uint16_t *shares, *gates; /* by facet: see struct topic_shape */
	uint32_t *evidence; /* by facet, and TOPIC_FEW more: of the item that is being scored */
	uint32_t *likeness; /* by topic */
	uint16_t *tables[TOPIC_TABLES];
	uint16_t curve[TOPIC_CURVE];
	uint32_t states_count, states_capacity, edges_room, terms_capacity;
	uint32_t topics_count, topics_capacity, likeness_capacity;
	uint32_t facets_count, evidence_capacity, shares_capacity, gates_capacity;
	uint32_t free_by_facets[TMS_TOPIC_FACETS_MAX + 1];
	size_t count, bytes;
	/* the item that is being scored */
	const struct tms_topic_text *text;
	uint32_t *found; /* states */
	uint32_t found_count, found_capacity;
	enum topic_phase phase;
	uint32_t at, within; /* where the phase stands */
};

/** Room for one more; false without memory. New elements are zero. */
bool topic_grow(void *items, uint32_t count, uint32_t *capacity, size_t size, size_t *bytes);
/** The state behind that token; TOPIC_NONE: no phrase goes on with it. */
uint32_t topic_state_next(const struct tms_topic_set *set, uint32_t from, uint32_t token);

#endif
