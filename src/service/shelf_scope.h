/*
 * What a set shows: its scope of the catalogue (<tamis/catalog.h>), asked through here. A scope is
 * built when somebody asks, brought up to date by who asks next, and forgotten when others need its
 * room: what all built ones hold together is bounded (limits.scopes_bytes), and the one asked for
 * longest ago goes. Nothing but a scope brings items of several sources together.
 */
#ifndef TAMIS_SERVICE_SHELF_SCOPE_H
#define TAMIS_SERVICE_SHELF_SCOPE_H

#include <tamis/catalog.h>
#include <tamis/result.h>

struct tms_shelf;

/** A shelf's part in the order of last asking, while its scope is built. */
struct shelf_scope_link {
	struct tms_shelf *newer, *older;
	size_t bytes; /* that are counted of it */
	/** Built for who waited: others make no room of it before it is asked, or before this slice. */
	uint64_t kept_until;
	uint64_t rests_until; /* once it was asked: an answer in pieces asks again */
	bool is_in;
};

/** The built ones. {0} is empty. */
struct shelf_scopes {
	struct tms_shelf *newest, *oldest;
	size_t count, bytes;
	size_t bytes_max; /* 0: no bound */
	uint64_t dropped;
};

/** Build it, for about so much work, see tms_scope_step. TMS_OK sets *more. */
TMS_MUST_CHECK enum tms_status shelf_scope_build(struct tms_shelf *shelf, size_t work, bool *more);
/** Who waited for it asks soon. Else two that have no room beside each other would be built in turns,
 * and neither be asked. */
void shelf_scope_keep(struct tms_shelf *shelf);
bool shelf_scope_is_kept(const struct tms_shelf *shelf);
/** Forget what was built. */
void shelf_scope_drop(struct tms_shelf *shelf);
/** Heap bytes. */
size_t shelf_scope_bytes(const struct tms_shelf *shelf);

/* Of what the shelf shows, as the functions of its scope. A shelf without sources shows nothing. */

TMS_MUST_CHECK enum tms_status shelf_count(struct tms_shelf *shelf, size_t *count);
TMS_MUST_CHECK enum tms_status shelf_prepare(
	struct tms_shelf *shelf, uint32_t rule, tms_time now, size_t work, bool *more);
TMS_MUST_CHECK enum tms_status shelf_select(struct tms_shelf *shelf, uint32_t rule, tms_time now,
	size_t max, struct tms_arena *arena, struct tms_selection *out);
TMS_MUST_CHECK enum tms_status tms_shelf_select_dropped(struct tms_shelf *shelf, uint32_t rule,
	tms_time now, size_t max, struct tms_arena *arena, struct tms_selection *out);
TMS_MUST_CHECK enum tms_status shelf_differ(struct tms_shelf *shelf, uint32_t old_rule,
	uint32_t new_rule, tms_time now, struct tms_difference *out);
/** The first items that a rule keeps, as many as the definition takes, as tms_result_select. */
TMS_MUST_CHECK enum tms_status tms_shelf_choose(struct tms_shelf *shelf,
	const struct tms_feed_definition *feed, uint32_t rule, tms_time now,
	struct tms_result *out);
/** What a result that was read back shows, as far as it is there still; in its order. As
 * tms_shelf_choose. */
TMS_MUST_CHECK enum tms_status shelf_choose_shown(
	struct tms_shelf *shelf, const struct tms_result *shown, struct tms_result *out);
/** All that it shows now, given: tms_view_free. TMS_OK, TMS_ENOMEM, TMS_ELIMIT. */
TMS_MUST_CHECK enum tms_status tms_shelf_view(struct tms_shelf *shelf, struct tms_view **out);

#endif
