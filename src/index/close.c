/* What only the query itself can say, of items whose words do not contradict it. */
#include "plan_inside.h"

/* No regular expression that the configuration let through is larger. */
#define REGEX_SIZE_MAX (1u << 22)

/* A rule was read with limits that are not known here, so none of them is in the way again; only
 * the size of a regular expression is raised by steps, because memory is given by it. */
static enum tms_status parse(struct tms_str print, struct tms_query **out)
{
	struct tms_query_options options = { .limits = { .bytes = SIZE_MAX / 2,
						     .terms = SIZE_MAX / 2,
						     .regex_size = TMS_QUERY_REGEX_SIZE_DEFAULT } };
	enum tms_status status = tms_query_parse(print, &options, out, NULL);

	while (status == TMS_ELIMIT && options.limits.regex_size < REGEX_SIZE_MAX) {
		options.limits.regex_size *= 4;
		status = tms_query_parse(print, &options, out, NULL);
	}
	return status;
}

/* Queries are kept by turns: one takes 4 KB, and a regular expression up to 2 MB. */
static enum tms_status parsed(
	struct index_items *items, const struct index_plan *plan, const struct tms_query **out)
{
	struct index_parsed *kept = &items->parsed[plan->hash % INDEX_PARSED];
	struct tms_query *query = NULL;

	if (kept->plan != plan) {
		enum tms_status status = parse(index_plan_print(plan), &query);
		if (status != TMS_OK)
			return status;
		tms_query_free(kept->query);
		*kept = (struct index_parsed){ plan, query };
	}
	*out = kept->query;
	return TMS_OK;
}

void index_close_forget(struct index_items *items, const struct index_plan *plan)
{
	struct index_parsed *kept = &items->parsed[plan->hash % INDEX_PARSED];

	if (kept->plan != plan)
		return;
	tms_query_free(kept->query);
	*kept = (struct index_parsed){ 0 };
}

static enum tms_status make_doc(struct index_items *items, const struct query_leaf *leaf,
	const struct tms_merged *item, struct tms_doc *out)
{
	switch (leaf->kind) {
	case LEAF_WORDS:
	case LEAF_NEAR:
		return tms_doc_make_part(&items->scratch, item, leaf->field->fields, out);
	case LEAF_REGEX:
		return tms_doc_make_uncut(&items->scratch, item, leaf->field->fields, out);
	case LEAF_EXACT:
	case LEAF_ID:
	case LEAF_URL:
	case LEAF_HAS:
	case LEAF_NUMBER:
	case LEAF_WORD_COUNT:
	case LEAF_AGE:
	case LEAF_DATE:
		break;
	}
	return TMS_OK; /* these look at the item alone */
}

enum tms_status index_close_holds(
	struct index_items *items, const struct index_plan *plan, uint32_t slot, bool *holds)
{
	const struct tms_merged *item = &index_slot_at(items, slot)->item->merged;
	size_t mark = tms_arena_mark(&items->scratch);
	const struct tms_query *query = NULL;
	struct tms_doc doc = { 0 };

	enum tms_status status = parsed(items, plan, &query);
	if (status == TMS_OK)
		status = make_doc(items, &query->leaves[0], item, &doc);
	if (status == TMS_OK) {
		struct query_subject subject = { query, item, &doc, 0, TMS_TIME_MAX };
		*holds = query_leaf_holds(&subject, &query->leaves[0]);
	}
	tms_arena_rewind(&items->scratch, mark);
	return status;
}
