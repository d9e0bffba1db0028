/*
 * Masks of leaves that a batch knows: open addressing with linear probing, at most half full. It
 * grows with what was asked, not with the leaves that there are.
 */
#ifndef TAMIS_INDEX_MASK_TABLE_H
#define TAMIS_INDEX_MASK_TABLE_H

#include <tamis/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct index_mask {
	uint64_t mask;
	uint32_t leaf;
	bool is_used;
};

/** {0} is empty; index_mask_table_free. */
struct index_mask_table {
	struct index_mask *list; /* NULL: room is 0 */
	uint32_t room;           /* a power of two */
	uint32_t shift;          /* of a hash */
	uint32_t count;
};

/** Empty again. */
void index_mask_table_free(struct index_mask_table *table);
/** Put in a leaf that is not there. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status index_mask_table_add(
	struct index_mask_table *table, uint32_t leaf, uint64_t mask);

/** Where the leaf is looked for first; the table must have room. */
static inline uint32_t index_mask_table_home(const struct index_mask_table *table, uint32_t leaf)
{
	return leaf * UINT32_C(2654435769) >> table->shift;
}

/** NULL when it is not there. */
static inline const struct index_mask *index_mask_table_find(
	const struct index_mask_table *table, uint32_t leaf)
{
	if (table->room == 0)
		return NULL;
	for (uint32_t at = index_mask_table_home(table, leaf); table->list[at].is_used;
		at = (at + 1) & (table->room - 1))
		if (table->list[at].leaf == leaf)
			return &table->list[at];
	return NULL;
}

/** The leaf will be looked for soon. */
static inline void index_mask_table_prefetch(const struct index_mask_table *table, uint32_t leaf)
{
	if (table->room > 0)
		__builtin_prefetch(&table->list[index_mask_table_home(table, leaf)]);
}

#endif
