/* An item in the order of explanations: what is kept, then what is dropped by its nearness. */
#ifndef TAMIS_FEED_EXPLAIN_CANDIDATE_H
#define TAMIS_FEED_EXPLAIN_CANDIDATE_H

#include <tamis/query.h>
#include <tamis/view.h>

struct explain_candidate {
	struct tms_view_item *item; /* with a reference */
	struct tms_query_nearness nearness;
};

/** Below 0: `a` comes first. Of equally near ones that is the newest published, then by id. */
int explain_candidate_compare(const struct explain_candidate *a, const struct explain_candidate *b);
/** Set its nearness. scratch: rewound. TMS_OK, TMS_ENOMEM, TMS_ELIMIT (the arena's). */
TMS_MUST_CHECK enum tms_status explain_candidate_look(struct explain_candidate *candidate,
	const struct tms_query *query, tms_time now, struct tms_arena *scratch);

#endif
