/*
 * Items, searchable: a slot each; an inverted index, the words that they have (terms) with the
 * slots that have them; and of each item a forward index, its text as numbers of terms. No text is
 * kept; what words cannot decide is read from the item itself.
 */
#ifndef TAMIS_INDEX_ITEMS_H
#define TAMIS_INDEX_ITEMS_H

#include <tamis/doc.h>
#include <tamis/hash.h>
#include <tamis/view.h>

struct index_items;

#define INDEX_SLOT_NONE UINT32_MAX
/** Slots are below this: what the bits of fields leave of 32 (struct index_term). */
#define INDEX_SLOTS_MAX (UINT32_C(1) << (32 - TMS_FIELDS))
_Static_assert(INDEX_SLOTS_MAX >= UINT32_C(1) << 20, "fields leave room for a million items");

/** Given. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status index_items_new(struct tms_hash_seed seed, struct index_items **out);
/** All plans must be free before. NULL is accepted. */
void index_items_free(struct index_items *items);

/**
 * Put an item in, in place of the owner's own of the same id (then in its slot). Takes a reference.
 * TMS_OK, TMS_ENOMEM, TMS_ELIMIT (no slot left, a text of 4 GiB); on failure nothing is changed.
 */
TMS_MUST_CHECK enum tms_status index_items_put(
	struct index_items *items, uint32_t owner, struct tms_view_item *item, uint32_t *slot);
/** Take the item in that slot out. */
void index_items_remove(struct index_items *items, uint32_t slot);

/** The slots of an id, in no order: the first one, or INDEX_SLOT_NONE; the first of those with the
 * id of this one; the next one, or INDEX_SLOT_NONE. */
uint32_t index_items_first(const struct index_items *items, struct tms_str id);
uint32_t index_items_first_of(const struct index_items *items, uint32_t slot);
uint32_t index_items_next(const struct index_items *items, uint32_t slot);
/** The owner's own; INDEX_SLOT_NONE: not there. */
uint32_t index_items_find(const struct index_items *items, uint32_t owner, struct tms_str id);
/** NULL: an empty slot. */
struct tms_view_item *index_items_at(const struct index_items *items, uint32_t slot);
/** Items that are there. */
size_t index_items_count(const struct index_items *items);
/** Slots are numbers below this. */
size_t index_items_slots(const struct index_items *items);

/** Heap that the items hold here, the items themselves not counted. */
size_t index_items_bytes(const struct index_items *items);
/** Heap that the subjects of rules hold. */
size_t index_items_rule_bytes(const struct index_items *items);
/** What looking at the words of an item takes, against those of a paper, which is 1. */
size_t index_items_weight(const struct index_items *items, uint32_t slot);
/** Items that were looked at closely because their words did not decide, by their weight. */
uint64_t index_items_verified(const struct index_items *items);
/** Subjects that were compiled, each time. */
uint64_t index_items_topics_compiled(const struct index_items *items);

#endif
