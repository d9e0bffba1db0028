/* How many items a part of a query finds, asked alone of an index. */
#ifndef TAMIS_FEED_PART_H
#define TAMIS_FEED_PART_H

#include <tamis/catalog.h>
#include <tamis/index.h>
#include <tamis/query.h>

/** Of whom parts are asked, and when. */
struct part_asked {
	struct tms_index *index;
	struct tms_scope *scope; /* NULL: all of the index */
	const struct tms_query_options *options;
	tms_time now;
	struct tms_arena *arena; /* rewound */
};

/** Of one step of counting a part, see tms_index_prepare; and so many steps beside one for each
 * item. */
#define PART_WORK 500
#define PART_TRIES 100

/**
 * Count the items that have it. It is a rule of the index for so long: its terms are those of the
 * rule that is there.
 * *is_counted  stays false for a part that cannot be asked alone
 * TMS_OK; TMS_EUNAVAIL: it takes more than `work`, come again; TMS_ENOMEM, TMS_ELIMIT.
 */
TMS_MUST_CHECK enum tms_status part_count(const struct part_asked *asked, struct tms_str text,
	size_t work, bool *is_counted, size_t *matches);

/* The same of what takes many steps, and whose terms no other rule has: what is found out of them
 * stays while the rule does. */

/** *rule: TMS_INDEX_NONE for a part that cannot be asked; else to be removed. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status part_begin(
	const struct part_asked *asked, struct tms_str text, uint32_t *rule);
/** As part_count. */
TMS_MUST_CHECK enum tms_status part_go_on(
	const struct part_asked *asked, uint32_t rule, size_t work, size_t *matches);

#endif
