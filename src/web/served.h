/* From a filter address to the feed that it asks for, or to the answer that says why there is
 * none. */
#ifndef TAMIS_WEB_SERVED_H
#define TAMIS_WEB_SERVED_H

#include <tamis/explain.h>
#include <tamis/ladder.h>

#include "service/address_feeds.h"
#include "web/filter.h"
#include "web/turn.h"

/** What the request's parameters say. False, and answered, when filter addresses are off or this
 * one is wrong. Runs live in the exchange's arena. */
bool served_filter(struct turn *turn, const struct tms_request *request, struct web_filter *out);
/** The question to tms_feeds_address; borrows of the filter, its target is in the arena. */
struct tms_address_query served_query(struct tms_arena *arena, const struct web_filter *filter);
/** The feed that a filter asks for, ready to be selected from. NULL, and *word is what the piece
 * ends with: it is answered, its shelf is to be waited for, or there is more to do. Borrowed until
 * the next call. */
struct tms_served *web_served(
	struct turn *turn, const struct web_filter *filter, enum turn_word *word);

/** Why the feed's query keeps nothing of what its shelf shows: as tms_emptying_new, which is given
 * its view, and as tms_emptying_step. */
TMS_MUST_CHECK enum tms_status web_emptying_begin(const struct tms_served *served,
	struct tms_emptied_query *query, struct tms_emptying **out);
TMS_MUST_CHECK enum tms_status web_emptying_step(struct tms_web *web,
	const struct tms_served *served, struct tms_emptying *emptying, size_t items, bool *more);

/** Note what the items of the feed's sources never have, by their presets and by what is there. */
void web_look_around(struct tms_web *web, const struct tms_served *served,
	const struct tms_query *query, struct tms_str text, struct tms_advice *advice);
/** Count what a topic's thresholds do, as tms_ladder_count. */
TMS_MUST_CHECK enum tms_status web_ladder_step(struct tms_web *web, const struct tms_served *served,
	struct tms_ladder *ladder, struct tms_emptied_query *query, bool *more);
/** Note the terms that none of its items has, as tms_missing_step. */
TMS_MUST_CHECK enum tms_status web_missing_step(struct tms_web *web,
	const struct tms_served *served, struct tms_missing *missing,
	struct tms_emptied_query *query, bool *more);

#endif
