#include "gather.h"

#include <stdlib.h>

void index_batch_free(struct index_batch *batch)
{
	if (!batch)
		return;
	free(batch->atoms);
	free(batch->table);
	free(batch->present);
	free(batch->places);
	free(batch->trail);
	free(batch->hits);
	free(batch);
}

static size_t home_of(const struct index_batch *batch, uint32_t atom)
{
	return (atom * UINT32_C(2654435769)) >> 7 & (batch->room - 1);
}

const struct index_present *index_batch_find(const struct index_batch *batch, uint32_t atom)
{
	size_t at = home_of(batch, atom);

	for (; batch->table[at] != 0; at = (at + 1) & (batch->room - 1))
		if (batch->atoms[batch->table[at] - 1] == atom)
			return &batch->present[batch->table[at] - 1];
	return NULL;
}

static void enter(struct index_batch *batch, uint32_t atom)
{
	size_t at = home_of(batch, atom);

	while (batch->table[at] != 0)
		at = (at + 1) & (batch->room - 1);
	batch->table[at] = (uint32_t)batch->atoms_count + 1;
	batch->atoms[batch->atoms_count++] = atom;
}

static enum tms_status grow(struct index_batch *batch)
{
	size_t room = batch->room ? batch->room * 2 : 256, count = batch->atoms_count;
	uint32_t *table = calloc(room, sizeof(*table));
	uint32_t *atoms = reallocarray(batch->atoms, room / 2, sizeof(*atoms));
	struct index_present *present = reallocarray(batch->present, room / 2, sizeof(*present));

	batch->atoms = atoms ? atoms : batch->atoms;
	batch->present = present ? present : batch->present;
	if (!table || !atoms || !present) {
		free(table);
		return TMS_ENOMEM;
	}
	free(batch->table);
	batch->table = table;
	batch->room = room;
	batch->atoms_count = 0;
	for (size_t i = 0; i < count; i++)
		enter(batch, atoms[i]);
	return TMS_OK;
}

static enum tms_status follow(struct index_batch *batch, uint32_t number)
{
	if (batch->trail_count == batch->trail_room) {
		size_t room = batch->trail_room ? 2 * batch->trail_room : 512;
		uint32_t *trail = reallocarray(batch->trail, room, sizeof(*trail));
		if (!trail)
			return TMS_ENOMEM;
		batch->trail = trail;
		batch->trail_room = room;
	}
	batch->trail[batch->trail_count++] = number;
	return TMS_OK;
}

static enum tms_status add_atom(
	struct index_batch *batch, uint32_t atom, size_t item, unsigned fields)
{
	const struct index_present *found = index_batch_find(batch, atom);
	uint64_t bit = UINT64_C(1) << item;

	if (!found) {
		if (2 * batch->atoms_count >= batch->room && grow(batch) != TMS_OK)
			return TMS_ENOMEM;
		found = &batch->present[batch->atoms_count];
		batch->present[batch->atoms_count] = (struct index_present){ 0 };
		enter(batch, atom);
	}
	size_t number = (size_t)(found - batch->present);
	struct index_present *present = &batch->present[number];
	if (fields & TMS_FIELD_TITLE)
		present->items[GROUP_TITLE] |= bit;
	if (fields & TMS_FIELD_ABSTRACT)
		present->items[GROUP_ABSTRACT] |= bit;
	if (fields & ~(unsigned)TMS_FIELDS_TEXT)
		present->items[GROUP_REST] |= bit;
	return follow(batch, (uint32_t)number);
}

/* The fields of each of an item's terms; values stand in no text and count for all. */
static void find_fields(const struct index_shadow *shadow, uint16_t *fields)
{
	const struct index_joined *joined = index_shadow_joined(shadow);
	const struct index_text *texts = index_shadow_texts(shadow);
	uint32_t run = 0;

	for (size_t i = 0; i < shadow->texts_count; i++) {
		uint16_t field = (uint16_t)(1u << texts[i].field);
		size_t end = index_text_end(shadow, i);
		for (size_t at = texts[i].start; at < end; at++)
			fields[index_shadow_at(shadow, at)] |= field;
		for (; run < shadow->joined_count && joined[run].at < end; run++)
			fields[joined[run].term] |= field;
	}
	for (uint32_t i = 0; i < shadow->terms_count; i++)
		if (fields[i] == 0)
			fields[i] = INDEX_FIELDS_ALL;
}

static enum tms_status add_terms(struct index_items *items, struct index_batch *batch, size_t item)
{
	const struct index_shadow *shadow = index_slot_at(items, batch->slots[item])->shadow;
	uint16_t *fields = TMS_ARENA_ARRAY(&items->scratch, uint16_t, shadow->terms_count + 1);
	enum tms_status status = fields ? TMS_OK : TMS_ENOMEM;

	if (status == TMS_OK)
		find_fields(shadow, fields);
	for (uint32_t i = 0; status == TMS_OK && i < shadow->terms_count; i++) {
		const struct index_term *term =
			index_term_at(&items->vocabulary, index_shadow_term(shadow, i));
		const uint32_t *atoms = index_term_atoms(term);
		for (uint32_t k = 0; k < term->atoms_count && status == TMS_OK; k++)
			status = add_atom(batch, atoms[k], item, fields[i]);
	}
	index_scratch_done(items);
	return status;
}

/* Ids and addresses that some plan asks for by name. */
static enum tms_status add_ids(struct index_items *items, struct index_batch *batch, size_t item)
{
	const struct tms_item *model = &index_slot_at(items, batch->slots[item])->item->merged.item;
	const struct tms_str names[] = { model->id, model->upstream_id, model->link };
	enum tms_status status = TMS_OK;

	for (size_t i = 0; i < TMS_COUNT(names) && status == TMS_OK && items->atoms.ids > 0; i++) {
		struct tms_str lower = tms_arena_copy(&items->scratch, names[i]);
		char *bytes = (char *)(uintptr_t)lower.ptr;
		for (size_t k = 0; k < lower.len; k++)
			bytes[k] = tms_lower(bytes[k]);
		uint32_t atom = index_atom_find(&items->atoms, ATOM_ID, lower);
		status = items->scratch.status == TMS_OK ? TMS_OK : TMS_ENOMEM;
		if (status == TMS_OK && atom != RECORD_NONE)
			status = add_atom(batch, atom, item, INDEX_FIELDS_ALL);
	}
	index_scratch_done(items);
	return status;
}

static enum index_group group_of(unsigned field_bit)
{
	return field_bit == 0 ? GROUP_TITLE : field_bit == 1 ? GROUP_ABSTRACT : GROUP_REST;
}

/* Where each term of an item stands; false when there are not bits enough. */
static bool find_places(const struct index_shadow *shadow, struct index_places *of_terms,
	struct index_places *of_groups)
{
	const struct index_text *texts = index_shadow_texts(shadow);

	if (shadow->length + shadow->texts_count > INDEX_PLACES * 64)
		return false;
	for (size_t i = 0; i < shadow->texts_count; i++) {
		size_t end = index_text_end(shadow, i);
		struct index_places *group = &of_groups[group_of(texts[i].field)];
		for (size_t at = texts[i].start; at < end; at++) {
			uint64_t bit = UINT64_C(1) << (at + i) % 64;
			of_terms[index_shadow_at(shadow, at)].bits[(at + i) / 64] |= bit;
			group->bits[(at + i) / 64] |= bit;
		}
	}
	return true;
}

/* One item's places, under the atoms that were found for its terms. */
static enum tms_status add_places(
	struct index_items *items, struct index_batch *batch, size_t item, size_t *trail)
{
	const struct index_shadow *shadow = index_slot_at(items, batch->slots[item])->shadow;
	const struct index_joined *joined = index_shadow_joined(shadow);
	size_t count = shadow->terms_count;
	struct index_places *places =
		TMS_ARENA_ARRAY(&items->scratch, struct index_places, count + 1);
	bool *is_joined = TMS_ARENA_ARRAY(&items->scratch, bool, count + 1);
	enum tms_status status = places && is_joined ? TMS_OK : TMS_ENOMEM;

	if (status == TMS_OK && !find_places(shadow, places, batch->fields[item]))
		batch->beyond |= UINT64_C(1) << item;
	for (uint32_t i = 0; status == TMS_OK && i < shadow->joined_count; i++)
		is_joined[joined[i].term] = true;
	for (size_t i = 0; status == TMS_OK && i < count; i++) {
		uint32_t term = index_shadow_term(shadow, i);
		size_t atoms = index_term_at(&items->vocabulary, term)->atoms_count;
		for (size_t k = 0; k < atoms; k++, ++*trail) {
			/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): every atom left a trail */
			struct index_present *present = &batch->present[batch->trail[*trail]];
			struct index_places *to = (void *)(uintptr_t)index_present_places(
				batch, present, (unsigned)item);
			for (size_t w = 0; w < INDEX_PLACES; w++)
				to->bits[w] |= places[i].bits[w];
			present->joined |= (uint64_t)is_joined[i] << item;
		}
	}
	index_scratch_done(items);
	return status;
}

static enum tms_status add_all_places(struct index_items *items, struct index_batch *batch)
{
	size_t total = 0, trail = 0;
	enum tms_status status = TMS_OK;

	for (size_t i = 0; i < batch->atoms_count; i++) {
		batch->present[i].first = (uint32_t)total;
		total += (size_t)__builtin_popcountll(index_present_any(&batch->present[i]));
	}
	batch->places = calloc(total + 1, sizeof(*batch->places));
	if (!batch->places)
		return TMS_ENOMEM;
	for (size_t i = 0; i < batch->count && status == TMS_OK; i++)
		status = add_places(items, batch, i, &trail);
	free(batch->trail);
	batch->trail = NULL;
	batch->trail_room = batch->trail_count = 0;
	return status;
}

enum tms_status index_batch_new(struct index_items *items, const uint32_t *slots, size_t count,
	tms_time now, struct index_batch **out)
{
	struct index_batch *batch = calloc(1, sizeof(*batch));
	enum tms_status status = batch ? grow(batch) : TMS_ENOMEM;

	for (size_t i = 0; i < count && status == TMS_OK; i++) {
		batch->now = now;
		batch->slots[i] = slots[i];
		batch->count = i + 1;
		status = add_terms(items, batch, i);
	}
	size_t terms = status == TMS_OK ? batch->trail_count : 0;
	for (size_t i = 0; i < count && status == TMS_OK; i++)
		status = add_ids(items, batch, i);
	if (status == TMS_OK) {
		batch->trail_count = terms; /* ids stand nowhere */
		status = add_all_places(items, batch);
	}
	if (status == TMS_OK)
		*out = batch;
	else
		index_batch_free(batch);
	return status;
}

const uint32_t *index_batch_atoms(const struct index_batch *batch, size_t *count)
{
	*count = batch->atoms_count;
	return batch->atoms;
}

/* ---- subjects ---- */

struct scoring {
	struct index_batch *batch;
	enum tms_status status;
};

static void note_hit(void *context, uint32_t subject, uint32_t score)
{
	struct scoring *scoring = context;
	struct index_batch *batch = scoring->batch;

	if (batch->hits_count == batch->hits_room) {
		size_t room = batch->hits_room ? 2 * batch->hits_room : 64;
		struct index_hit *grown = reallocarray(batch->hits, room, sizeof(*grown));
		if (!grown) {
			scoring->status = TMS_ENOMEM;
			return;
		}
		batch->hits = grown;
		batch->hits_room = room;
	}
	batch->hits[batch->hits_count++] =
		(struct index_hit){ subject, (uint32_t)batch->scored, score };
}

static int compare_hits(const void *a, const void *b)
{
	const struct index_hit *x = a, *y = b;

	if (x->subject != y->subject)
		return x->subject < y->subject ? -1 : 1;
	return x->item < y->item ? -1 : x->item > y->item;
}

/* The subjects that were found are atoms that the batch has. */
static enum tms_status add_subjects(struct index_items *items, struct index_batch *batch)
{
	enum tms_status status = TMS_OK;

	if (batch->hits_count > 0)
		qsort(batch->hits, batch->hits_count, sizeof(*batch->hits), compare_hits);
	for (size_t i = 0; i < batch->hits_count && status == TMS_OK; i++) {
		const struct tms_str key = { (const char *)&batch->hits[i].subject,
			sizeof(uint32_t) };
		uint32_t atom = index_atom_find(&items->atoms, ATOM_SUBJECT, key);
		if (atom != RECORD_NONE)
			status = add_atom(batch, atom, batch->hits[i].item, INDEX_FIELDS_ALL);
	}
	free(batch->trail);
	batch->trail = NULL;
	batch->trail_room = batch->trail_count = 0;
	return status;
}

enum tms_status index_batch_score(
	struct index_items *items, struct index_batch *batch, size_t *work, bool *done)
{
	struct scoring scoring = { .batch = batch };
	size_t before = batch->hits_count;

	*done = batch->is_scored;
	if (*done)
		return TMS_OK;
	enum tms_status st = TMS_OK;
	if (index_subjects_enter_one(items, work, &st))
		return st;
	if (batch->scored < batch->count) {
		st = index_subjects_of(
			items, batch->slots[batch->scored], work, note_hit, &scoring);
		if (st != TMS_OK || scoring.status != TMS_OK) {
			batch->hits_count = before;
			return TMS_ENOMEM;
		}
		batch->scored++;
		return TMS_OK;
	}
	st = add_subjects(items, batch);
	*done = batch->is_scored = st == TMS_OK;
	return st;
}
