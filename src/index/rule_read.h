/*
 * The fast reader of rules, for the words that most of them are written in: bare words, quoted
 * phrases, the fields of text, "-", OR, AND and parentheses. Whatever is unusual, wrong or large is
 * left to tms_query_parse, so that there is one place that says no; what is read here is read as
 * there.
 */
#ifndef TAMIS_INDEX_RULE_READ_H
#define TAMIS_INDEX_RULE_READ_H

#include "leaf.h"

/** A rule as it was read; lives in the arena. */
struct index_rule_read {
	struct query_node *root;
	uint32_t *leaves; /* of each that nodes name; the reader holds a reference to each */
	size_t leaves_count;
	struct tms_str text; /* what says the rule, borrowed */
};

/** A usual rule being read; lives in the arena. What lies anywhere in memory is asked for ahead,
 * so that several rules can be read by turns, each waiting while others go on. */
struct index_rule_reader {
	struct index_leaves *leaves;
	struct tms_arena *arena;
	struct tms_query_limits limits; /* as they are, without 0 */
	struct tms_str text;
	struct query_node *root;
	size_t at, depth;
	struct index_rule_term *terms; /* that were read; nodes name them by place */
	size_t terms_count, terms_capacity;
};

/**
 * Read the words, and ask for what is remembered of them.
 * reader  with leaves, arena, limits, text (borrowed) and nothing else
 * False: the rule is not usual, or memory is out (as the arena says); tms_query_parse has to be
 * asked.
 */
bool index_rule_read_begin(struct index_rule_reader *reader);
/** Ask for the leaves that are remembered. */
void index_rule_read_prefetch(const struct index_rule_reader *reader);
/** Find or make the leaves. TMS_OK; TMS_EINVAL: it is not usual; TMS_ENOMEM, TMS_ELIMIT. */
TMS_MUST_CHECK enum tms_status index_rule_read_leaves(
	struct index_rule_reader *reader, struct index_rule_read *out);
/**
 * Any rule: tms_query_parse, and its leaves. *query is given: out->root lives in it.
 * As tms_query_parse; TMS_ELIMIT too when the index has no place for one of the leaves.
 */
TMS_MUST_CHECK enum tms_status index_rule_read_any(struct index_leaves *leaves,
	struct tms_arena *arena, struct tms_str text, const struct tms_query_options *options,
	struct index_rule_read *out, struct tms_query **query, struct tms_diag *diag);
/** Drops the references. */
void index_rule_read_done(struct index_leaves *leaves, struct index_rule_read *read);

#endif
