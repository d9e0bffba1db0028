/* Items, from inside: what the item side of the index is made of. For its own files. */
#ifndef TAMIS_INDEX_ITEMS_PRIVATE_H
#define TAMIS_INDEX_ITEMS_PRIVATE_H

#include "atom.h"
#include "items.h"
#include "page.h"
#include "plan.h"
#include "forward_index.h"
#include "subject.h"

/** One item of one owner; its number is its slot. */
struct index_slot {
	struct record_link link;    /* by id */
	struct tms_view_item *item; /* NULL: free */
	struct index_forward *forward;
};

/** Parsed queries of heavy plans. */
#define INDEX_PARSED 64
struct index_parsed {
	const struct index_plan *plan; /* NULL: free */
	struct tms_query *query;
};

/** A list of authors that leaves ask for. */
struct index_list {
	struct tms_arena arena;
	const struct tms_author_list *read; /* the arena's */
	uint32_t refs;                      /* 0: free */
	uint32_t atom;                      /* held */
};

struct index_items {
	struct index_vocabulary vocabulary;
	struct index_atoms atoms;
	struct record_pool slots; /* those of a page one behind another */
	struct record_table by_id;
	size_t count;
	struct index_page_table pages;
	struct index_owners owners;
	size_t forward_bytes;
	struct tms_arena scratch; /* rewound by whoever uses it */
	struct index_parsed parsed[INDEX_PARSED];
	struct index_list *lists; /* by number; few */
	size_t lists_count;
	size_t scan_cost; /* of regular expressions that every item is asked */
	struct index_subjects subjects;
	uint64_t verified;
};

static inline struct index_slot *index_slot_at(const struct index_items *items, uint32_t slot)
{
	return record_pool_at(&items->slots, slot);
}
static inline struct index_page *index_page_of(const struct index_items *items, uint32_t slot)
{
	return items->pages.list[slot / INDEX_PAGE];
}
static inline struct index_owner *index_owner_at(const struct index_items *items, uint32_t owner)
{
	return &items->owners.list[owner];
}
static inline uint32_t index_slot_owner(const struct index_items *items, uint32_t slot)
{
	return index_page_of(items, slot)->owners[slot % INDEX_PAGE / INDEX_BLOCK];
}
static inline int64_t index_column_of(
	const struct index_items *items, enum index_column column, uint32_t slot)
{
	return index_page_of(items, slot)->columns[column][slot % INDEX_PAGE];
}

/** Give back what was taken from the scratch arena; all of it when one item took very much. */
void index_scratch_done(struct index_items *items);

/** index/column.c: set what ranges look at. */
void index_columns_set(struct index_items *items, uint32_t slot, const struct tms_merged *item,
	const struct index_forward *forward);

/** index/order.c: the item's place by its times, in the order of its owner, whose count has it (also
 * when it is to be removed). An item must be taken out before its times change. */
void index_order_add(struct index_items *items, struct index_owner *owner, uint32_t slot);
void index_order_remove(struct index_items *items, struct index_owner *owner, uint32_t slot);
/** By first_seen, then published, both newest first, then id: below 0, above, or 0. */
int index_order_compare(const struct index_items *items, uint32_t a, uint32_t b);

#endif
