/* Numbers and times of items, from the columns; histories only where a test is about when. */
#include "plan_inside.h"

static bool is_within(const struct index_test *test, int64_t value)
{
	return test->least <= value && value <= test->most;
}

static bool number_holds(
	const struct index_items *items, const struct index_test *test, uint32_t slot)
{
	const struct tms_merged *item = &index_slot_at(items, slot)->item->merged;
	const struct query_subject subject = { .item = item, .numbers_at = TMS_TIME_MAX };
	int64_t highest = items->columns[COLUMN_HIGHEST + test->which][slot];

	if (test->within_s < 0)
		return highest != TMS_NUMBER_NONE && is_within(test, highest);
	if (highest < test->least) /* it was never so high, whenever that was */
		return false;
	highest = query_number_highest(&subject, (enum tms_number)test->which, test->within_s);
	return highest != TMS_NUMBER_NONE && is_within(test, highest);
}

bool index_test_holds(
	const struct index_items *items, const struct index_test *test, uint32_t slot, tms_time now)
{
	int64_t value;

	switch ((enum leaf_kind)test->leaf) {
	case LEAF_NUMBER:
		return number_holds(items, test, slot);
	case LEAF_WORD_COUNT:
		return is_within(test, items->columns[COLUMN_WORDS][slot]);
	case LEAF_AGE:
		value = items->columns[COLUMN_PUBLISHED][slot];
		return value != TMS_TIME_NONE && is_within(test, now - value);
	case LEAF_DATE:
		value = items->columns[COLUMN_PUBLISHED + test->which][slot];
		return value != TMS_TIME_NONE && is_within(test, value);
	case LEAF_TOPIC:
	case LEAF_WORDS:
	case LEAF_NEAR:
	case LEAF_REGEX:
	case LEAF_EXACT:
	case LEAF_ID:
	case LEAF_URL:
	case LEAF_HAS:
		break;
	}
	return false;
}
