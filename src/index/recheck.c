/* What only the query itself can say, of items whose words do not contradict it. */
#include "plan_private.h"

/* No regular expression that the configuration let through is larger. */
#define REGEX_SIZE_MAX (1u << 22)

/* A rule was read with limits that are not known here, so none of them is in the way again; only
 * the size of a regular expression is raised by steps, because memory is given by it. */
static enum tms_status parse(struct tms_str print, struct tms_query **out)
{
	struct tms_query_options options = { .limits = { .bytes = SIZE_MAX / 2,
						     .terms = SIZE_MAX / 2,
						     .cost = SIZE_MAX / 2,
						     .regex_size = TMS_QUERY_REGEX_SIZE_DEFAULT } };
	enum tms_status st = tms_query_parse(print, &options, out, NULL);

	while (st == TMS_ELIMIT && options.limits.regex_size < REGEX_SIZE_MAX) {
		options.limits.regex_size *= 4;
		st = tms_query_parse(print, &options, out, NULL);
	}
	return st;
}

/* Queries are kept by turns: one takes 4 KB, and a regular expression up to 2 MB. */
static enum tms_status parsed(
	struct index_items *items, const struct index_plan *plan, const struct tms_query **out)
{
	struct index_parsed *kept = &items->parsed[plan->hash % INDEX_PARSED];
	struct tms_query *query = NULL;

	if (kept->plan != plan) {
		enum tms_status st = parse(index_plan_print(plan), &query);
		if (st != TMS_OK)
			return st;
		tms_query_free(kept->query);
		*kept = (struct index_parsed){ plan, query };
	}
	*out = kept->query;
	return TMS_OK;
}

void index_recheck_forget(struct index_items *items, const struct index_plan *plan)
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
		return tms_doc_make_part(&items->scratch, item, leaf->field->fields, out);
	case LEAF_REGEX:
		return tms_doc_make_uncut(&items->scratch, item, leaf->field->fields, out);
	case LEAF_TOPIC:
	case LEAF_VALUE_REGEX:
	case LEAF_EXACT:
	case LEAF_ID:
	case LEAF_NEAR: /* index/near.c answers it */
	case LEAF_URL:
	case LEAF_HAS:
	case LEAF_NUMBER:
	case LEAF_WORD_COUNT:
	case LEAF_AGE:
	case LEAF_DATE:
	case LEAF_DAY:
		break;
	}
	return TMS_OK; /* these look at the item alone */
}

static bool is_plain_word(struct tms_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!tms_is_alnum(s.ptr[i]))
			return false;
	return s.len > 0 && s.len < TMS_WORD_MAX_BYTES;
}

/* Before or behind the word stands what certainly divides words, or nothing. */
static bool is_divider(struct tms_str text, size_t at)
{
	return at >= text.len || memchr(" ,;:()\n", text.ptr[at], 8) != NULL;
}

static bool may_hold_tex(struct tms_str text)
{
	return text.len > 0 &&
	       (memchr(text.ptr, '\\', text.len) || memchr(text.ptr, '$', text.len));
}

/*
 * "=RAG": a plain word is there as it stands when its bytes are, divided from all else by spaces or
 * commas. Looking for that takes a microsecond, cutting an abstract into words forty. What it does
 * not find may still be there, behind a quote or a hyphen, in TeX or in other letters.
 */
static bool surely_stands(const struct query_leaf *leaf, const struct tms_doc *uncut)
{
	struct tms_str word = leaf->pattern.text;

	for (size_t i = 0; i < uncut->texts_count; i++) {
		struct tms_str text = uncut->texts[i].words.text;
		if (may_hold_tex(text))
			continue;
		for (size_t at = tms_str_find(text, word, 0); at != SIZE_MAX;
			at = tms_str_find(text, word, at + 1))
			if (is_divider(text, at + word.len) &&
				(at == 0 || is_divider(text, at - 1)))
				return true;
	}
	return false;
}

static enum tms_status look_for_word(struct index_items *items, const struct query_leaf *leaf,
	const struct tms_merged *item, bool *holds)
{
	struct tms_doc doc = { 0 };

	if (leaf->kind != LEAF_WORDS || leaf->pattern.mode != WORD_EXACT ||
		!is_plain_word(leaf->pattern.text))
		return TMS_OK;
	enum tms_status st = tms_doc_make_uncut(&items->scratch, item, leaf->field->fields, &doc);
	if (st == TMS_OK)
		*holds = surely_stands(leaf, &doc);
	return st;
}

enum tms_status index_recheck_holds(
	struct index_items *items, const struct index_plan *plan, uint32_t slot, bool *holds)
{
	const struct tms_merged *item = &index_slot_at(items, slot)->item->merged;
	size_t mark = tms_arena_mark(&items->scratch);
	const struct tms_query *query = NULL;
	struct tms_doc doc = { 0 };

	*holds = false;
	enum tms_status st = parsed(items, plan, &query);
	if (st == TMS_OK)
		st = look_for_word(items, &query->leaves[0], item, holds);
	if (st == TMS_OK && !*holds)
		st = make_doc(items, &query->leaves[0], item, &doc);
	if (st == TMS_OK && !*holds) {
		struct query_subject subject = { query, item, &doc, 0, TMS_TIME_MAX };
		*holds = query_leaf_holds(&subject, &query->leaves[0]);
	}
	tms_arena_rewind(&items->scratch, mark);
	return st;
}
