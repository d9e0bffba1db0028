/*
 * Scopes, from inside: a set of slots, as pages with masks, that rules are asked of. A scope is a
 * picture of the moment: whoever made it makes another one when an owner's items have come, gone or
 * been set apart; items that are replaced in their slots do not matter, and neither do slots of its
 * owners that it does not have, though their pages come and go.
 */
#ifndef TAMIS_INDEX_SCOPE_H
#define TAMIS_INDEX_SCOPE_H

#include "owner.h"

struct index_scope;

/** Without slots, given: index_scope_free. Owners and slots are added, each once and none of a slot
 * twice, then it is sealed, and asked from then on. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status index_scope_new(struct tms_index *index, struct index_scope **out);
/** NULL is accepted. */
void index_scope_free(struct index_scope *scope);
/** All slots of the owner but those set apart. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status index_scope_add_owner(struct index_scope *scope, uint32_t owner);
/** This one slot, of any owner. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status index_scope_add_slot(struct index_scope *scope, uint32_t slot);
TMS_MUST_CHECK enum tms_status index_scope_seal(struct index_scope *scope);

/** Heap that it holds. */
size_t index_scope_bytes(const struct index_scope *scope);
/** How many slots it has. */
size_t index_scope_count(const struct index_scope *scope);
/** Pages, each counted once a group of slots that are asked together. */
size_t index_scope_pages(const struct index_scope *scope);
/** Its first slot at or behind *place, in some order, or TMS_INDEX_NONE: *place, 0 at first, moves
 * behind it. */
uint32_t index_scope_next(const struct index_scope *scope, size_t *place);
bool index_scope_has(const struct index_scope *scope, uint32_t slot);

/* As tms_index_prepare and so on. */
TMS_MUST_CHECK enum tms_status index_scope_prepare(
	struct index_scope *scope, uint32_t rule, tms_time now, size_t work, bool *more);
TMS_MUST_CHECK enum tms_status index_scope_select(struct index_scope *scope, uint32_t rule,
	tms_time now, size_t max, struct tms_arena *arena, struct tms_selection *out);
TMS_MUST_CHECK enum tms_status index_scope_select_dropped(struct index_scope *scope, uint32_t rule,
	tms_time now, size_t max, struct tms_arena *arena, struct tms_selection *out);
TMS_MUST_CHECK enum tms_status index_scope_differ(struct index_scope *scope, uint32_t old_rule,
	uint32_t new_rule, tms_time now, struct tms_difference *out);

#endif
