/* The item side of the index: items put, replaced and removed, postings kept in step. */
#include "items_private.h"

#include <stdlib.h>

#include "bigram_filter.h"
#include "item_words.h"
#include "window/view_item.h"

/* Cutting a paper takes about 30 KB; a chunk that one huge article needed is given back. */
#define SCRATCH_KEPT_BYTES (256 * 1024)
/* Few papers have more words. */
#define PAPER_WORDS 512

enum tms_status index_items_new(struct tms_hash_seed seed, struct index_items **out)
{
	struct index_items *items = calloc(1, sizeof(*items));

	if (!items)
		return TMS_ENOMEM;
	index_vocabulary_init(&items->vocabulary, seed);
	index_atoms_init(&items->atoms, &items->vocabulary);
	items->slots.size = sizeof(struct index_slot);
	items->by_id.pool = &items->slots;
	items->pages.open = INDEX_PAGE_NONE;
	uint32_t first;
	enum tms_status st = index_page_owner_new(items, &first);
	if (st == TMS_OK) {
		index_owner_at(items, first)->is_rowed = true;
		*out = items;
	} else {
		index_items_free(items);
	}
	return st;
}

void index_items_free(struct index_items *items)
{
	if (!items)
		return;
	for (uint32_t i = 0; i < items->slots.used; i++) {
		struct index_slot *slot = index_slot_at(items, i);
		if (!slot->item)
			continue;
		tms_view_item_unref(slot->item);
		free(slot->forward);
	}
	record_table_free(&items->by_id);
	record_pool_free(&items->slots);
	index_atoms_fini(&items->atoms);
	index_vocabulary_fini(&items->vocabulary);
	index_subjects_fini(&items->subjects);
	free(items->lists);
	index_page_table_free(items);
	tms_arena_free(&items->scratch);
	free(items);
}

void index_scratch_done(struct index_items *items)
{
	if (items->scratch.status != TMS_OK || items->scratch.used_bytes > SCRATCH_KEPT_BYTES)
		tms_arena_free(&items->scratch);
	else
		tms_arena_rewind(&items->scratch, 0);
}

static uint32_t id_hash(const struct index_items *items, struct tms_str id)
{
	return (uint32_t)tms_hash(items->vocabulary.seed, id);
}

static bool has_id(const struct index_items *items, uint32_t slot, struct tms_str id)
{
	return tms_str_equal(index_slot_at(items, slot)->item->merged.item.id, id);
}

static uint32_t first_with(const struct index_items *items, uint32_t hash, struct tms_str id)
{
	uint32_t slot = record_table_first(&items->by_id, hash);

	while (slot != RECORD_NONE && !has_id(items, slot, id))
		slot = record_table_next(&items->by_id, slot);
	return slot;
}

uint32_t index_items_first(const struct index_items *items, struct tms_str id)
{
	return first_with(items, id_hash(items, id), id);
}

uint32_t index_items_first_of(const struct index_items *items, uint32_t slot)
{
	const struct index_slot *record = index_slot_at(items, slot);

	return first_with(items, record->link.hash, record->item->merged.item.id);
}

uint32_t index_items_next(const struct index_items *items, uint32_t slot)
{
	const struct tms_str id = index_slot_at(items, slot)->item->merged.item.id;

	do
		slot = record_table_next(&items->by_id, slot);
	while (slot != RECORD_NONE && !has_id(items, slot, id));
	return slot;
}

uint32_t index_items_find(const struct index_items *items, uint32_t owner, struct tms_str id)
{
	uint32_t slot = index_items_first(items, id);

	while (slot != RECORD_NONE && index_slot_owner(items, slot) != owner)
		slot = index_items_next(items, slot);
	return slot;
}

/* What putting an item changes. */
enum put {
	PUT_NEW,
	PUT_TEXT, /* replaced: anything may be different */
	/* Replaced: only numbers, their history, and times (first_seen, published, updated,
	 * submitted) may be; all leaves that are about anything else hold as before. */
	PUT_NUMBERS,
};

static enum put what_changes(
	const struct index_items *items, uint32_t slot, const struct tms_view_item *item)
{
	if (slot == INDEX_SLOT_NONE)
		return PUT_NEW;
	return view_item_same_text(index_slot_at(items, slot)->item, item) ? PUT_NUMBERS : PUT_TEXT;
}

/* A term that no item has any more goes. */
static void let_go(struct index_items *items, uint32_t number)
{
	if (index_term_at(&items->vocabulary, number)->entries.count > 0)
		return;
	index_term_leave(&items->atoms, number);
	index_term_drop(&items->vocabulary, number);
}

static void let_go_fresh(struct index_items *items, const struct index_item_words *words)
{
	for (size_t i = 0; i < words->count; i++)
		if (words->list[i].is_fresh)
			let_go(items, words->list[i].term);
}

static enum tms_status make_term(struct index_items *items, struct index_distinct *distinct)
{
	enum tms_status st = index_term_new(
		&items->vocabulary, &distinct->wanted, distinct->name, &distinct->term);

	if (st != TMS_OK)
		return st;
	st = index_term_join(&items->atoms, distinct->term);
	if (st == TMS_OK)
		distinct->is_fresh = true;
	else
		index_term_drop(&items->vocabulary, distinct->term);
	return st;
}

/* The terms of an item lie all over the vocabulary: they are fetched together, not one by one. */
static void prefetch_terms(const struct index_items *items, struct index_item_words *words)
{
	const struct index_vocabulary *vocabulary = &items->vocabulary;

	for (size_t i = 0; i < words->count; i++) {
		struct index_distinct *distinct = &words->list[i];
		distinct->name = index_term_hash(vocabulary, &distinct->wanted);
		record_table_prefetch(&vocabulary->by_base, distinct->name);
	}
	for (size_t i = 0; i < words->count; i++)
		record_table_prefetch_first(&vocabulary->by_base, words->list[i].name);
}

/* Terms of all that the item says; on failure none is new. */
static enum tms_status find_terms(struct index_items *items, struct index_item_words *words)
{
	enum tms_status st = TMS_OK;

	prefetch_terms(items, words);
	for (size_t i = 0; i < words->count && st == TMS_OK; i++) {
		struct index_distinct *distinct = &words->list[i];
		distinct->term =
			index_term_find(&items->vocabulary, &distinct->wanted, distinct->name);
		if (distinct->term == RECORD_NONE)
			st = make_term(items, distinct);
	}
	if (st != TMS_OK)
		let_go_fresh(items, words);
	return st;
}

static bool had_term(const struct index_forward *before, uint32_t term)
{
	return before && index_forward_find(before, term) != RECORD_NONE;
}

static void remove_entries(struct index_items *items, uint32_t slot,
	const struct index_item_words *words, size_t count, const struct index_forward *before)
{
	for (size_t i = 0; i < count; i++) {
		uint32_t term = words->list[i].term;
		if (!had_term(before, term))
			index_term_remove_entry(
				&items->vocabulary, index_term_at(&items->vocabulary, term), slot);
	}
}

/* Enter the slot under the terms that it did not have; on failure under none of them. */
static enum tms_status add_entries(struct index_items *items, uint32_t slot,
	const struct index_item_words *words, const struct index_forward *before)
{
	for (size_t i = 0; i < words->count; i++)
		entry_list_prefetch(
			&index_term_at(&items->vocabulary, words->list[i].term)->entries, slot);
	for (size_t i = 0; i < words->count; i++) {
		const struct index_distinct *distinct = &words->list[i];
		struct index_term *term = index_term_at(&items->vocabulary, distinct->term);
		if (had_term(before, distinct->term) ||
			index_term_add_entry(&items->vocabulary, term, slot, distinct->fields) ==
				TMS_OK)
			continue;
		remove_entries(items, slot, words, i, before);
		return TMS_ENOMEM;
	}
	return TMS_OK;
}

/* What an item leaves lies all over memory, as what it comes to. */
static void prefetch_forward(
	const struct index_items *items, uint32_t slot, const struct index_forward *forward)
{
	const struct index_vocabulary *vocabulary = &items->vocabulary;

	for (uint32_t i = 0; i < forward->terms_count; i++)
		__builtin_prefetch(index_term_at(vocabulary, index_forward_term(forward, i)), 1);
	for (uint32_t i = 0; i < forward->terms_count; i++)
		entry_list_prefetch(
			&index_term_at(vocabulary, index_forward_term(forward, i))->entries, slot);
}

/* Nothing of this can fail. */
static void forget_forward(struct index_items *items, uint32_t slot, struct index_forward *forward,
	const struct index_forward *after)
{
	if (forward && !after)
		prefetch_forward(items, slot, forward);
	for (uint32_t i = 0; forward && i < forward->terms_count; i++) {
		uint32_t number = index_forward_term(forward, i);
		if (had_term(after, number))
			continue;
		index_term_remove_entry(
			&items->vocabulary, index_term_at(&items->vocabulary, number), slot);
		let_go(items, number);
	}
	if (forward)
		items->forward_bytes -= index_forward_bytes(forward);
	free(forward);
}

/* Terms that stay may stand in other fields now. */
static void set_fields(struct index_items *items, uint32_t slot,
	const struct index_item_words *words, const struct index_forward *before)
{
	for (size_t i = 0; i < words->count && before; i++)
		if (had_term(before, words->list[i].term))
			index_term_set_fields(
				index_term_at(&items->vocabulary, words->list[i].term), slot,
				words->list[i].fields);
}

/* A slot that has its place in `by_id`, but no item yet. */
static enum tms_status take_slot(
	struct index_items *items, uint32_t owner, const struct tms_view_item *item, uint32_t *slot)
{
	enum tms_status st = index_page_take(items, owner, slot);

	if (st != TMS_OK)
		return st;
	index_slot_at(items, *slot)->link.hash = id_hash(items, item->merged.item.id);
	st = record_table_add(&items->by_id, *slot);
	if (st != TMS_OK)
		index_page_give_back(items, *slot);
	return st;
}

static void give_slot(struct index_items *items, uint32_t slot)
{
	record_table_remove(&items->by_id, slot);
	index_slot_at(items, slot)->item = NULL;
	index_slot_at(items, slot)->forward = NULL;
	index_page_give_back(items, slot);
}

/* What the item says takes the place of what the slot's item said. */
static enum tms_status put_text(
	struct index_items *items, uint32_t slot, const struct tms_view_item *item)
{
	struct index_slot *record = index_slot_at(items, slot);
	struct index_forward *forward = NULL;
	struct index_item_words words = { 0 };

	enum tms_status st = index_item_words_make(
		&items->scratch, items->vocabulary.seed, &item->merged, &words);
	if (st == TMS_OK)
		st = find_terms(items, &words);
	if (st != TMS_OK)
		goto out;
	st = index_forward_make(&words, &forward);
	if (st == TMS_OK)
		st = add_entries(items, slot, &words, record->forward);
	if (st != TMS_OK) {
		let_go_fresh(items, &words);
		free(forward);
		goto out;
	}
	set_fields(items, slot, &words, record->forward);
	forget_forward(items, slot, record->forward, forward);
	record->forward = forward;
	index_bigram_filter_set(items, slot, forward);
	items->forward_bytes += index_forward_bytes(forward);
out:
	index_scratch_done(items);
	return st;
}

/* Numbers and times, and the item itself. */
static void put_rest(struct index_items *items, uint32_t slot, struct tms_view_item *item)
{
	struct index_slot *record = index_slot_at(items, slot);
	struct index_owner *owner = index_owner_at(items, index_slot_owner(items, slot));
	struct tms_view_item *before = record->item;

	if (before)
		index_order_remove(items, owner, slot);
	else
		owner->count++;
	record->item = tms_view_item_ref(item);
	index_columns_set(items, slot, &item->merged, record->forward);
	index_order_add(items, owner, slot);
	tms_view_item_unref(before);
}

/* What is kept of its page and its owner was made before this. */
static void note(struct index_items *items, uint32_t slot, enum put what)
{
	struct index_page *page = index_page_of(items, slot);
	struct index_owner *owner = index_owner_at(items, index_slot_owner(items, slot));

	owner->numbers_version++;
	if (what == PUT_NUMBERS)
		return;
	page->version = ++items->pages.versions;
	if (owner->changed)
		owner->changed[owner->text_version % INDEX_ROW_CHANGES] = slot;
	owner->text_version++;
}

enum tms_status index_items_put(
	struct index_items *items, uint32_t owner, struct tms_view_item *item, uint32_t *slot)
{
	uint32_t at = index_items_find(items, owner, item->merged.item.id);
	enum put put = what_changes(items, at, item);
	enum tms_status st = TMS_OK;

	if (put == PUT_NEW)
		st = take_slot(items, owner, item, &at);
	if (st != TMS_OK)
		return st;
	if (put != PUT_NUMBERS) {
		st = put_text(items, at, item);
		index_subjects_forget(items, at);
	}
	if (st != TMS_OK) {
		if (put == PUT_NEW)
			give_slot(items, at);
		return st;
	}
	put_rest(items, at, item);
	if (put == PUT_NEW) {
		index_page_of(items, at)->there |= UINT64_C(1) << at % INDEX_PAGE;
		items->count++;
	}
	note(items, at, put);
	*slot = at;
	return TMS_OK;
}

void index_items_remove(struct index_items *items, uint32_t slot)
{
	struct index_slot *record = index_slot_at(items, slot);
	struct index_page *page = index_page_of(items, slot);
	struct index_owner *owner = index_owner_at(items, index_slot_owner(items, slot));
	uint64_t bit = UINT64_C(1) << slot % INDEX_PAGE;

	index_order_remove(items, owner, slot);
	note(items, slot, PUT_TEXT);
	page->there &= ~bit;
	page->apart &= ~bit;
	owner->count--;
	items->count--;
	forget_forward(items, slot, record->forward, NULL);
	index_subjects_forget(items, slot);
	struct tms_view_item *item = record->item;
	give_slot(items, slot);
	tms_view_item_unref(item);
}

struct tms_view_item *index_items_at(const struct index_items *items, uint32_t slot)
{
	return slot < items->slots.used ? index_slot_at(items, slot)->item : NULL;
}

size_t index_items_count(const struct index_items *items)
{
	return items->count;
}

size_t index_items_slots(const struct index_items *items)
{
	return (size_t)items->pages.count * INDEX_PAGE;
}

size_t index_items_bytes(const struct index_items *items)
{
	return sizeof(*items) + index_vocabulary_bytes(&items->vocabulary) +
	       record_pool_bytes(&items->slots) + record_table_bytes(&items->by_id) +
	       items->forward_bytes + index_page_table_bytes(items) + items->subjects.texts_bytes +
	       items->subjects.texts_room * sizeof(void *);
}

size_t index_items_rule_bytes(const struct index_items *items)
{
	return index_subjects_rule_bytes(&items->subjects) + index_lists_bytes(items);
}

size_t index_items_weight(const struct index_items *items, uint32_t slot)
{
	return 1 + index_slot_at(items, slot)->forward->length / PAPER_WORDS;
}

uint64_t index_items_verified(const struct index_items *items)
{
	return items->verified;
}

uint64_t index_items_topics_compiled(const struct index_items *items)
{
	return items->subjects.compilations;
}
