/* Everything that the differential test turns over, and how it tells of a difference. */
#ifndef TAMIS_TESTS_INDEX_WORLD_H
#define TAMIS_TESTS_INDEX_WORLD_H

#include <tamis/index.h>

#include "papers.h"

#define PAPERS_MAX 700
#define RULES_MAX 64
#define NAMED 4

struct live_rule {
	struct tms_arena arena;
	struct ask *ask;
	struct tms_str text;
	uint32_t number;
	bool is_alive, has_age;
};

struct world {
	struct dice dice;
	struct real_items real;
	struct tms_index *index;
	struct paper papers[PAPERS_MAX];
	size_t papers_count;
	struct live_rule rules[RULES_MAX];
	size_t rules_count;
	struct live_rule named_rules[NAMED];
	struct named_rule named[NAMED];
	struct tms_query_rule query_rules[NAMED];
	tms_time now;
	uint64_t seed, pairs, kept, batch_pairs, batch_kept, steps, expiring;
	size_t epoch;
	uint64_t wanted, epoch_end; /* pairs */
};

/** What rules are read with: the named ones, and room. */
struct tms_query_options world_options(const struct world *world);
/** Print seed, step, rule and item, what each part of the rule says of the item by everyone who can
 * be asked, and fail. rule, paper: NULL when there is none to name. */
/** What the query itself says of the item. */
bool world_matches(
	const struct world *world, const struct tms_query *query, const struct paper *paper);
void world_differ(const struct world *world, const struct live_rule *rule, struct paper *paper,
	const char *what, int64_t index, int64_t reference);

/** What the index selects by a rule, or by none, in which order and until when, compared; counts the
 * pairs. */
void world_ask_rule(struct world *world, const struct live_rule *rule);

#endif
