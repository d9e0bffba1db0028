/*
 * Columns: the numbers and times of items, an array of each a page, and the range predicates that are
 * answered from them. Histories are looked at only where a range is about when.
 */
#include "plan_private.h"

void index_columns_set(struct index_items *items, uint32_t slot, const struct tms_merged *item,
	const struct index_forward *forward)
{
	const struct query_subject subject = { .item = item, .numbers_at = TMS_TIME_MAX };
	struct index_page *page = index_page_of(items, slot);
	int64_t(*columns)[INDEX_PAGE] = page->columns;
	size_t at = slot % INDEX_PAGE;

	for (int i = 0; i < TMS_NUMBERS; i++)
		columns[COLUMN_HIGHEST + i][at] =
			query_number_highest(&subject, (enum tms_number)i, -1);
	columns[COLUMN_PUBLISHED][at] = item->item.published;
	columns[COLUMN_SUBMITTED][at] = item->item.submitted;
	columns[COLUMN_UPDATED][at] = item->updated;
	columns[COLUMN_SEEN][at] = item->first_seen;
	columns[COLUMN_WORDS][at] = forward->words;
	if (page->seen < item->first_seen)
		page->seen = item->first_seen;
}

static bool is_within(const struct index_range *range, int64_t value)
{
	return range->least <= value && value <= range->most;
}

static bool number_holds(
	const struct index_items *items, const struct index_range *range, uint32_t slot)
{
	const struct tms_merged *item = &index_slot_at(items, slot)->item->merged;
	const struct query_subject subject = { .item = item, .numbers_at = TMS_TIME_MAX };
	int64_t highest = index_column_of(items, COLUMN_HIGHEST + range->which, slot);

	if (range->within_s < 0)
		return highest != TMS_NUMBER_NONE && is_within(range, highest);
	if (highest < range->least) /* it was never so high, whenever that was */
		return false;
	highest = query_number_highest(&subject, (enum tms_number)range->which, range->within_s);
	return highest != TMS_NUMBER_NONE && is_within(range, highest);
}

struct index_range index_range_of(const struct query_leaf *leaf)
{
	struct index_range range;

	memset(&range, 0, sizeof(range));
	range.leaf = (uint32_t)leaf->kind;
	range.which = (uint32_t)leaf->field->which;
	if (leaf->kind == LEAF_DATE || leaf->kind == LEAF_DAY) {
		range.dates = leaf->dates;
	} else {
		range.least = leaf->least;
		range.most = leaf->most;
		range.within_s = leaf->within_s;
	}
	return range;
}

bool index_range_holds(const struct index_items *items, const struct index_range *range,
	uint32_t slot, tms_time now)
{
	int64_t value;

	switch ((enum query_leaf_kind)range->leaf) {
	case LEAF_NUMBER:
		return number_holds(items, range, slot);
	case LEAF_WORD_COUNT:
		return is_within(range, index_column_of(items, COLUMN_WORDS, slot));
	case LEAF_AGE:
		value = index_column_of(items, COLUMN_PUBLISHED, slot);
		return value != TMS_TIME_NONE && is_within(range, now - value);
	case LEAF_DATE:
	case LEAF_DAY:
		value = index_column_of(items, COLUMN_PUBLISHED + range->which, slot);
		return query_dates_hold(&range->dates, value, now);
	case LEAF_TOPIC:
	case LEAF_LISTED:
	case LEAF_WORDS:
	case LEAF_NEAR:
	case LEAF_REGEX:
	case LEAF_VALUE_REGEX:
	case LEAF_EXACT:
	case LEAF_ID:
	case LEAF_URL:
	case LEAF_HAS:
		break;
	}
	return false;
}
