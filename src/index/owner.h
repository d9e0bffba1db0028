/*
 * Owners: who the slots of the index belong to. An owner is whatever its maker takes it for: a
 * window, or a combination of windows whose items are merged. An id stands once with each owner.
 * Owners get slots in blocks of 16, four blocks are a page; the slots of small owners share pages.
 *
 * The index's own owner (INDEX_OWNER_FIRST, of tms_index_put) is there from the beginning.
 */
#ifndef TAMIS_INDEX_OWNER_H
#define TAMIS_INDEX_OWNER_H

#include <tamis/index.h>

#define INDEX_OWNER_FIRST 0
#define INDEX_OWNER_NONE UINT32_MAX

/** Without slots. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status index_owner_new(struct tms_index *index, uint32_t *owner);
/** It has no items any more; its number may be used again. */
void index_owner_free(struct tms_index *index, uint32_t owner);

/** Put an item in, in place of the owner's own of the same id. Takes a reference. *slot: until it
 * is taken out. TMS_OK, TMS_ENOMEM, TMS_ELIMIT (no slot left); on failure nothing has changed. */
TMS_MUST_CHECK enum tms_status index_put(
	struct tms_index *index, uint32_t owner, struct tms_view_item *item, uint32_t *slot);
/** Take the item in this slot out. */
void index_take_out(struct tms_index *index, uint32_t slot);

/** The slots of an id, in no order: the first one, or TMS_INDEX_NONE; the first of those with the id
 * of this one, which is sooner; the next one, or TMS_INDEX_NONE. */
uint32_t index_chain_first(const struct tms_index *index, struct tms_str id);
uint32_t index_chain_of(const struct tms_index *index, uint32_t slot);
uint32_t index_chain_next(const struct tms_index *index, uint32_t slot);
/** Whose slot it is. */
uint32_t index_owner_of(const struct tms_index *index, uint32_t slot);
/** The owner's first slot with an item at or behind this one, or TMS_INDEX_NONE: begin with 0. */
uint32_t index_owner_next(const struct tms_index *index, uint32_t owner, uint32_t slot);
/** The same of the slots that are set apart. */
uint32_t index_owner_next_apart(const struct tms_index *index, uint32_t owner, uint32_t slot);
/** Set the slot apart, or not any more: scopes that take the whole owner leave it out, and are told
 * of it one by one. False at first. */
void index_set_apart(struct tms_index *index, uint32_t slot, bool is_apart);

#endif
