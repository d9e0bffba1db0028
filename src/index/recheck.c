/* What only the query itself, or a list of authors, can say of items whose words do not contradict
 * it. */
#include "plan_private.h"

#include <stdlib.h>

#include "query/author_list.h"

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
	case LEAF_LISTED:
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

/* ---- lists of authors ---- */

/* The forms of a word that is compared in full. */
static void add_forms(struct index_items *items, const struct query_pattern *pattern, size_t i,
	struct tms_buf *out, enum tms_status *st)
{
	struct index_step step = { .form = tms_words_form(&pattern->words, i),
		.kind = (enum tms_word_kind)pattern->words.list[i].key.kind };
	struct index_meaning meaning;

	if (step.kind != TMS_WORD_PLAIN) { /* in every way that it may have a gap */
		step.kind = TMS_WORD_LOOSE;
		*st = index_step_means(items, TMS_FIELD_AUTHOR, pattern, &step, &meaning);
		if (*st == TMS_OK)
			tms_buf_add(out, meaning.key);
	} else {
		tms_buf_add_char(out, '\n');
		tms_buf_add(out, step.form);
	}
}

/* All words that some entry has in full, each behind a line break. */
static enum tms_status collect_forms(
	struct index_items *items, const struct tms_author_list *list, struct tms_buf *out)
{
	enum tms_status st = TMS_OK;

	for (size_t i = 0; i < list->count && st == TMS_OK; i++) {
		const struct query_pattern *pattern = &list->entries[i].pattern;
		const struct tms_words *words = &pattern->words;
		for (size_t k = 0; k < words->count && st == TMS_OK; k++)
			if (author_list_has_word(list, tms_words_form(words, k)))
				add_forms(items, pattern, k, out, &st);
		for (size_t k = 0; k < words->joined_count; k++) {
			tms_buf_add_char(out, '\n');
			tms_buf_add(out, tms_words_joined_form(words, k));
		}
	}
	return st == TMS_OK ? out->status : st;
}

static int by_bytes(const void *a, const void *b)
{
	return tms_str_compare(*(const struct tms_str *)a, *(const struct tms_str *)b);
}

/* The same in order, none twice. */
static enum tms_status sort_forms(
	struct tms_arena *arena, struct tms_str forms, struct tms_buf *out)
{
	struct tms_str *list = NULL, form;
	size_t count = 0, capacity = 0;

	for (forms = tms_str_slice(forms, 1, forms.len); tms_str_split(&forms, '\n', &form);) {
		if (!tms_arena_grow(arena, &list, count, &capacity, sizeof(*list)))
			return TMS_ENOMEM;
		list[count++] = form;
	}
	if (count > 0)
		qsort(list, count, sizeof(*list), by_bytes);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || !tms_str_equal(list[i - 1], list[i])) {
			tms_buf_add_char(out, '\n');
			tms_buf_add(out, list[i]);
		}
	return out->status;
}

static enum tms_status make_list_atom(struct index_items *items, struct index_list *list)
{
	struct tms_buf forms = { 0 }, key = { 0 };
	size_t mark = tms_arena_mark(&items->scratch);

	enum tms_status st = collect_forms(items, list->read, &forms);
	if (st == TMS_OK)
		st = sort_forms(&items->scratch, tms_buf_str(&forms), &key);
	if (st == TMS_OK)
		st = index_atom_ref(&items->atoms, ATOM_LISTED, tms_buf_str(&key), &list->atom);
	tms_buf_free(&forms);
	tms_buf_free(&key);
	tms_arena_rewind(&items->scratch, mark);
	return st == TMS_OK ? TMS_OK : TMS_ENOMEM;
}

/* A place that is free, or SIZE_MAX. */
static size_t take_place(struct index_items *items)
{
	size_t i = 0;

	while (i < items->lists_count && items->lists[i].refs > 0)
		i++;
	if (i < items->lists_count)
		return i;
	struct index_list *grown = reallocarray(items->lists, i + 1, sizeof(*grown));
	if (!grown)
		return SIZE_MAX;
	items->lists = grown;
	items->lists[items->lists_count++] = (struct index_list){ 0 };
	return i;
}

static enum tms_status add_list(struct index_items *items, struct tms_str text, size_t i)
{
	struct index_list *list = &items->lists[i];

	/* it was checked when the query was read */
	enum tms_status st = tms_author_list_read(&list->arena, text, &list->read, NULL);
	if (st == TMS_OK)
		st = make_list_atom(items, list);
	if (st == TMS_OK)
		list->refs = 1;
	else
		tms_arena_free(&list->arena);
	return st == TMS_OK ? TMS_OK : TMS_ENOMEM;
}

enum tms_status index_list_ref(
	struct index_items *items, const struct query_leaf *leaf, uint32_t *number, uint32_t *atom)
{
	struct tms_str text = leaf->listed->text;
	enum tms_status st = TMS_OK;
	size_t i = 0;

	while (i < items->lists_count &&
		(items->lists[i].refs == 0 ||
			!tms_str_equal(tms_author_list_text(items->lists[i].read), text)))
		i++;
	if (i < items->lists_count) {
		items->lists[i].refs++;
	} else {
		i = take_place(items);
		st = i == SIZE_MAX ? TMS_ENOMEM : add_list(items, text, i);
	}
	if (st != TMS_OK)
		return st;
	*number = (uint32_t)i;
	*atom = items->lists[i].atom;
	index_atom_at(&items->atoms, *atom)->refs++;
	return TMS_OK;
}

void index_list_unref(struct index_items *items, uint32_t number)
{
	struct index_list *list = &items->lists[number];

	if (--list->refs > 0)
		return;
	index_atom_unref(&items->atoms, list->atom);
	tms_arena_free(&list->arena);
	while (items->lists_count > 0 && items->lists[items->lists_count - 1].refs == 0)
		items->lists_count--;
	if (items->lists_count == 0) {
		free(items->lists);
		items->lists = NULL;
	}
}

size_t index_lists_bytes(const struct index_items *items)
{
	size_t bytes = items->lists_count * sizeof(*items->lists);

	for (size_t i = 0; i < items->lists_count; i++)
		bytes += tms_arena_bytes(&items->lists[i].arena);
	return bytes;
}

static enum tms_status list_holds(
	struct index_items *items, uint32_t number, const struct tms_merged *item, bool *holds)
{
	const struct author_entry *entry;
	struct tms_doc doc = { 0 };
	size_t text;

	enum tms_status st =
		tms_doc_make_part(&items->scratch, item, TMS_FIELD_AUTHOR | TMS_FIELD_ORG, &doc);
	*holds =
		st == TMS_OK && author_list_find(items->lists[number].read, &doc, 0, &text, &entry);
	return st;
}

/* ---- asking ---- */

enum tms_status index_recheck_holds(
	struct index_items *items, const struct index_plan *plan, uint32_t slot, bool *holds)
{
	const struct tms_merged *item = &index_slot_at(items, slot)->item->merged;
	size_t mark = tms_arena_mark(&items->scratch);
	const struct tms_query *query = NULL;
	struct tms_doc doc = { 0 };

	*holds = false;
	if (plan->flags & INDEX_PLAN_LISTED) {
		enum tms_status listed = list_holds(items, index_plan_list(plan), item, holds);
		tms_arena_rewind(&items->scratch, mark);
		return listed;
	}
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
