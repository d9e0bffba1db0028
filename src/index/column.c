#include "inside.h"

void index_columns_set(struct index_items *items, uint32_t slot, const struct tms_merged *item,
	const struct index_shadow *shadow)
{
	const struct query_subject subject = { .item = item, .numbers_at = TMS_TIME_MAX };

	for (int i = 0; i < TMS_NUMBERS; i++)
		items->columns[COLUMN_HIGHEST + i][slot] =
			query_number_highest(&subject, (enum tms_number)i, -1);
	items->columns[COLUMN_PUBLISHED][slot] = item->item.published;
	items->columns[COLUMN_SUBMITTED][slot] = item->item.submitted;
	items->columns[COLUMN_UPDATED][slot] = item->updated;
	items->columns[COLUMN_SEEN][slot] = item->first_seen;
	items->columns[COLUMN_WORDS][slot] = shadow->words;
}
