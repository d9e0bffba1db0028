/* Items, from inside: what the item side of the index is made of. For its own files. */
#ifndef TAMIS_INDEX_ITEMS_PRIVATE_H
#define TAMIS_INDEX_ITEMS_PRIVATE_H

#include "atom.h"
#include "items.h"
#include "plan.h"
#include "forward_index.h"
#include "subject.h"

/** One item; its number is its slot. */
struct index_slot {
	struct record_link link;    /* by id */
	struct tms_view_item *item; /* NULL: free */
	struct index_forward *forward;
};

/** Columns: what ranges of numbers, dates and lengths look at, one array each, so that asking all
 * items reads eight bytes of each. 5,000 items are 40 KB an array: reading it takes less than
 * finding a place in a sorted one and marking the slots behind it, and there is nothing to keep in
 * order. */
enum index_column {
	COLUMN_HIGHEST, /* TMS_NUMBERS of them: the highest value ever, or TMS_NUMBER_NONE */
	COLUMN_PUBLISHED = COLUMN_HIGHEST + TMS_NUMBERS, /* enum query_date of them */
	COLUMN_SUBMITTED,
	COLUMN_UPDATED,
	COLUMN_SEEN,
	COLUMN_WORDS,
	COLUMNS,
};

/** Parsed queries of heavy plans. */
#define INDEX_PARSED 64
struct index_parsed {
	const struct index_plan *plan; /* NULL: free */
	struct tms_query *query;
};

struct index_items {
	struct index_vocabulary vocabulary;
	struct index_atoms atoms;
	struct record_pool slots;
	struct record_table by_id;
	size_t count;
	size_t room; /* slots that the arrays below have room for */
	uint64_t *all;
	int64_t *columns[COLUMNS];
	struct index_bigram_filter *bigrams; /* one for 64 slots */
	uint32_t *order;
	size_t order_count;
	size_t forward_bytes;
	struct tms_arena scratch; /* rewound by whoever uses it */
	struct index_parsed parsed[INDEX_PARSED];
	size_t scan_cost; /* of regular expressions that every item is asked */
	struct index_subjects subjects;
	uint64_t verified;
};

static inline struct index_slot *index_slot_at(const struct index_items *items, uint32_t slot)
{
	return record_pool_at(&items->slots, slot);
}

/** Give back what was taken from the scratch arena; all of it when one item took very much. */
void index_scratch_done(struct index_items *items);

/** index/column.c: set what ranges look at. */
void index_columns_set(struct index_items *items, uint32_t slot, const struct tms_merged *item,
	const struct index_forward *forward);

/** index/order.c: the item's place by its times. An item must be taken out before they change. */
void index_order_add(struct index_items *items, uint32_t slot);
void index_order_remove(struct index_items *items, uint32_t slot);

#endif
