/* A hash table of the masks of leaves. */
#include "mask_table.h"

#include <stdlib.h>

#define SMALLEST_BITS 6
#define LARGEST_BITS 31

void index_mask_table_free(struct index_mask_table *table)
{
	free(table->list);
	*table = (struct index_mask_table){ 0 };
}

static void enter(struct index_mask_table *table, uint32_t leaf, uint64_t mask)
{
	uint32_t at = index_mask_table_home(table, leaf);

	while (table->list[at].is_used)
		at = (at + 1) & (table->room - 1);
	table->list[at] = (struct index_mask){ mask, leaf, true };
}

static enum tms_status grow(struct index_mask_table *table)
{
	uint32_t bits = table->room ? 33 - table->shift : SMALLEST_BITS;
	struct index_mask_table grown = { .shift = 32 - bits, .count = table->count };

	if (bits > LARGEST_BITS)
		return TMS_ENOMEM;
	grown.room = UINT32_C(1) << bits;
	grown.list = calloc(grown.room, sizeof(*grown.list));
	if (!grown.list)
		return TMS_ENOMEM;
	for (uint32_t i = 0; i < table->room; i++)
		if (table->list[i].is_used)
			enter(&grown, table->list[i].leaf, table->list[i].mask);
	free(table->list);
	*table = grown;
	return TMS_OK;
}

enum tms_status index_mask_table_add(struct index_mask_table *table, uint32_t leaf, uint64_t mask)
{
	if (table->count >= table->room / 2 && grow(table) != TMS_OK)
		return TMS_ENOMEM;
	enter(table, leaf, mask);
	table->count++;
	return TMS_OK;
}
