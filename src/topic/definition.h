/* Facets as they are written: "1:reinforcement learning, .8:RL && 1:reasoning". */
#ifndef TAMIS_TOPIC_DEFINITION_H
#define TAMIS_TOPIC_DEFINITION_H

#include <tamis/topic.h>

struct topic_written_phrase {
	struct tms_str text; /* part of the definition's `all` */
	uint32_t weight;     /* a part of TMS_TOPIC_ONE */
	size_t facet;
};

/** Where reading stands; begin with .rest = definition->all and all else 0. */
struct topic_written {
	struct tms_str rest;
	size_t facet, phrases;
	bool is_behind_facet; /* "&&" stood before the rest */
	const char *fault;    /* set when it ends early: one sentence */
	enum tms_status status;
	struct tms_str where; /* the part that the fault is about */
};

/** The next phrase; false at the end, and at a fault. */
bool topic_written_next(struct topic_written *written, struct topic_written_phrase *out);

#endif
