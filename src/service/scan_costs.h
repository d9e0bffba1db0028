/*
 * What regular expressions cost of which no index says which items they need to be asked of
 * (scans, see tms_query_scans): for each source the sum of those that feeds over it ask for, each
 * once. limits.scan_cost bounds it, because what every item has to be read for delays what is new;
 * and it is counted by source, so that feeds over other sources are not refused for these.
 */
#ifndef TAMIS_SERVICE_SCAN_COSTS_H
#define TAMIS_SERVICE_SCAN_COSTS_H

#include <tamis/hash.h>
#include <tamis/index.h>

#include "memory/record_table.h"

/** Begin with scan_costs_init. It does not move. */
struct scan_costs {
	struct record_pool pool; /* a scan of a source */
	struct record_table table;
	struct tms_hash_seed seed;
	size_t *sums; /* by source */
	size_t sums_count;
};

void scan_costs_init(struct scan_costs *costs);
/** {0} is accepted. */
void scan_costs_fini(struct scan_costs *costs);
/** Why a rule was refused: this scan, as long as the rule lives, would cost so much with the others
 * of this source. */
struct scan_refusal {
	struct tms_str print;
	uint32_t source;
	size_t cost;
};
/**
 * A feed over these sources asks for this rule from now on.
 * TMS_OK; TMS_ELIMIT: a scan that is new to a source would cost more than `most` there with the
 * others (*refusal says which); TMS_ENOMEM. On failure nothing has changed.
 */
TMS_MUST_CHECK enum tms_status scan_costs_add(struct scan_costs *costs,
	const struct tms_index *index, uint32_t rule, const uint32_t *sources, size_t count,
	size_t most, struct scan_refusal *refusal);
/** It does not any more; the rule is still in the index. */
void scan_costs_remove(struct scan_costs *costs, const struct tms_index *index, uint32_t rule,
	const uint32_t *sources, size_t count);
/** What those of a source cost. */
size_t scan_costs_of(const struct scan_costs *costs, uint32_t source);

#endif
