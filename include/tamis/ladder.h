/* What the thresholds of a topic do to what a query keeps, counted by an index in steps. */
#ifndef TAMIS_LADDER_H
#define TAMIS_LADDER_H

#include <tamis/explain.h>

/** The three that have names, and the one that is asked for. */
#define TMS_LADDER_STEPS 4

struct tms_ladder_step {
	const char *name;     /* "loose", "normal", "strict", or ""; static */
	uint32_t threshold;   /* a part of TMS_TOPIC_ONE */
	bool is_asked;        /* the query has it */
	struct tms_str topic; /* the topic alone with it, as a query */
	struct tms_str text;  /* the query with it; empty when a rule asks for the topic */
	/* what was counted: items that are about it as much, and those that the query keeps then */
	size_t about, kept;
	bool has_about, has_kept;
};

/** Of one topic; lowest threshold first. */
struct tms_ladder {
	struct tms_query_topic topic;
	struct tms_ladder_step steps[TMS_LADDER_STEPS];
	size_t steps_count;
	bool is_alone; /* the query is the topic: what is about it is kept */
	size_t items;  /* that are counted; 0: to be set before the first step */
	/* of tms_ladder_count */
	size_t next, tries;
	uint32_t rule; /* of the index, while something is counted */
	bool has_rule;
};

/**
 * Topic i of a query over what its thresholds would be; false behind the last.
 * text   of the query, as it was given to tms_query_parse_advised
 * arena  its texts live there; they borrow nothing
 * TMS_OK sets *found, and *out when it is; TMS_ENOMEM, TMS_ELIMIT (the arena's).
 */
TMS_MUST_CHECK enum tms_status tms_ladder_make(const struct tms_query *query, struct tms_str text,
	size_t i, struct tms_arena *arena, bool *found, struct tms_ladder *out);
/** Count one step of it, or go on with one, as tms_missing_step. What is counted is a rule of the index
 * from one step to another: who does not go on calls tms_ladder_stop. */
TMS_MUST_CHECK enum tms_status tms_ladder_count(struct tms_ladder *ladder,
	const struct tms_emptied_query *asked, struct tms_scope *scope, bool *more);

/** Take its rule out of the index. {0} is accepted. */
void tms_ladder_stop(struct tms_ladder *ladder, struct tms_index *index);

#endif
