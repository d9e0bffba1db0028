/* struct tms_index, from inside: for the files that hold its public functions. */
#ifndef TAMIS_INDEX_INDEX_PRIVATE_H
#define TAMIS_INDEX_INDEX_PRIVATE_H

#include <tamis/index.h>

#include "evaluate.h"
#include "moments.h"
#include "rule.h"
#include "scope_private.h"

struct tms_index {
	struct index_items *items;
	struct index_leaves leaves;
	struct index_rules rules;
	struct tms_arena scratch;
	struct index_moments_list moments;
	struct index_scope *whole;       /* of the index's own owner, or NULL … */
	uint64_t whole_version;          /* … as that was then */
	uint32_t scopes;                 /* that were sealed */
	uint32_t filtered;               /* serial of the scope whose small owners' pages … */
	struct index_page_filter filter; /* … this has */
	struct tms_batch *batches;       /* those that are not freed yet */
	uint64_t rules_visited;
	uint64_t words_walked; /* looked at for one item at one moment */
};

/** All of the index's own items as they are now. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status index_whole(struct tms_index *index, struct index_scope **out);
/** Batches that are under way do not tell of a rule that came later. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status index_batches_note(struct tms_index *index, uint32_t rule);

#endif
