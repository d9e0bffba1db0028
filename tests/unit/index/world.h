/* Everything that the differential test turns over, and how it tells of a difference. */
#ifndef TAMIS_TESTS_INDEX_WORLD_H
#define TAMIS_TESTS_INDEX_WORLD_H

#include <tamis/index.h>

#include "live_rule.h"
#include "papers.h"

#define PAPERS_MAX 700
#define RULES_MAX 64

struct world {
	struct dice dice;
	struct real_items real;
	struct tms_index *index;
	struct paper papers[PAPERS_MAX];
	size_t papers_count;
	struct live_rule rules[RULES_MAX];
	size_t rules_count;
	struct named_rules named;
	tms_time now;
	uint64_t seed, pairs, kept, batch_pairs, batch_kept, steps, expiring;
	size_t epoch;
	uint64_t wanted, epoch_end; /* pairs */
};

/** Print seed, step, rule and item, what each part of the rule says of the item by everyone who can
 * be asked, and fail. rule, paper: NULL when there is none to name. */
void world_differ(const struct world *world, const struct live_rule *rule, struct paper *paper,
	const char *what, int64_t index, int64_t reference);

/** What the index selects by a rule, or by none, in which order and until when, compared; counts the
 * pairs. */
void world_ask_rule(struct world *world, const struct live_rule *rule);

#endif
