/*
 * The rules of a set's feeds, as numbers of the index of all sets: each feed's has a place here,
 * which is what the feed knows. So those to whom a source's news matters are found without looking
 * at all others. Four bytes a feed.
 */
#ifndef TAMIS_SERVICE_SHELF_RULES_H
#define TAMIS_SERVICE_SHELF_RULES_H

#include <tamis/index.h>

struct tms_shelf;

/** {0} is empty. */
struct shelf_rules {
	uint32_t *list; /* rules, and places that are free */
	uint32_t count, capacity;
	uint32_t free; /* the first place that is free, + 1; 0: none */
};

#define SHELF_RULES_FREE (UINT32_C(1) << 31)

/** The rule in this place, below rules->count; TMS_INDEX_NONE: the place is free. */
static inline uint32_t shelf_rules_at(const struct shelf_rules *rules, uint32_t place)
{
	uint32_t rule = rules->list[place];

	return rule & SHELF_RULES_FREE ? TMS_INDEX_NONE : rule;
}

/** Empty again; the rules stay in the index. */
void shelf_rules_fini(struct shelf_rules *rules);
/**
 * Add a rule for a feed of this shelf, as tms_index_add_rule. scan_cost_max: what the regular
 * expressions may cost that every item of one of the shelf's sources has to be read for, see
 * limits.scan_cost; options->limits.scan_cost is not looked at.
 * *place  of the rule here until it is removed
 * TMS_OK; TMS_EINVAL, TMS_ELIMIT (diag); TMS_ENOMEM. On failure nothing has changed.
 */
TMS_MUST_CHECK enum tms_status shelf_rules_add(struct tms_shelf *shelf, struct tms_str text,
	const struct tms_query_options *options, size_t scan_cost_max, uint32_t *place,
	struct tms_diag *diag);
/** The same with a rule that is in the index already: its reference is taken, when it fails too. */
TMS_MUST_CHECK enum tms_status shelf_rules_take(struct tms_shelf *shelf, uint32_t rule,
	size_t scan_cost_max, uint32_t *place, struct tms_diag *diag);
/** It goes, from the index too. TMS_INDEX_NONE is fine. */
void shelf_rules_remove(struct tms_shelf *shelf, uint32_t place);
/** The rule of a feed in this place; TMS_INDEX_NONE of TMS_INDEX_NONE. */
uint32_t shelf_rule(const struct tms_shelf *shelf, uint32_t place);

#endif
