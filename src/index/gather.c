/* The items of a batch and a plan asked of them: what atoms they have, as bits. */
#include "plan_inside.h"

#include <stdlib.h>

/* Fields are told apart as far as rules are mostly about them. */
enum group { GROUP_TITLE, GROUP_ABSTRACT, GROUP_REST, GROUPS };

/* An atom that items of the batch have, and which of them in which fields. */
struct present {
	uint64_t items[GROUPS];
};

struct index_batch {
	tms_time now;
	size_t count;
	uint32_t slots[64];
	size_t atoms_count, room; /* of the table, a power of two; it is at most half full */
	uint32_t *atoms, *table;  /* table: place among the atoms + 1 */
	struct present *present;  /* of the atoms */
};

void index_batch_free(struct index_batch *batch)
{
	if (!batch)
		return;
	free(batch->atoms);
	free(batch->table);
	free(batch->present);
	free(batch);
}

static size_t home_of(const struct index_batch *batch, uint32_t atom)
{
	return (atom * UINT32_C(2654435769)) >> 7 & (batch->room - 1);
}

static const struct present *find_present(const struct index_batch *batch, uint32_t atom)
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
	struct present *present = reallocarray(batch->present, room / 2, sizeof(*present));

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

static enum tms_status add_atom(
	struct index_batch *batch, uint32_t atom, size_t item, unsigned fields)
{
	struct present *present =
		batch->room > 0 ? (void *)(uintptr_t)find_present(batch, atom) : NULL;
	uint64_t bit = UINT64_C(1) << item;

	if (!present) {
		if (2 * batch->atoms_count >= batch->room && grow(batch) != TMS_OK)
			return TMS_ENOMEM;
		present = &batch->present[batch->atoms_count];
		*present = (struct present){ 0 };
		enter(batch, atom);
	}
	if (fields & TMS_FIELD_TITLE)
		present->items[GROUP_TITLE] |= bit;
	if (fields & TMS_FIELD_ABSTRACT)
		present->items[GROUP_ABSTRACT] |= bit;
	if (fields & ~(unsigned)TMS_FIELDS_TEXT)
		present->items[GROUP_REST] |= bit;
	return TMS_OK;
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
		if (status == TMS_OK && atom != INDEX_NONE)
			status = add_atom(batch, atom, item, INDEX_FIELDS_ALL);
	}
	index_scratch_done(items);
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
		if (status == TMS_OK)
			status = add_ids(items, batch, i);
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

static uint64_t everyone(const struct index_batch *batch)
{
	return batch->count == 64 ? UINT64_MAX : (UINT64_C(1) << batch->count) - 1;
}

static void add_present(const struct index_batch *batch, uint32_t atom, struct present *sum)
{
	const struct present *present = find_present(batch, atom);

	for (size_t g = 0; present && g < GROUPS; g++)
		sum->items[g] |= present->items[g];
}

/* Items that have every place, all in the same group of fields. */
static uint64_t candidates(const struct index_plan *plan, const struct index_batch *batch)
{
	const struct index_cover *covers = index_plan_covers(plan);
	bool asked[GROUPS] = { plan->fields & TMS_FIELD_TITLE, plan->fields & TMS_FIELD_ABSTRACT,
		plan->fields & ~(unsigned)TMS_FIELDS_TEXT };
	struct present all = { { UINT64_MAX, UINT64_MAX, UINT64_MAX } };
	uint64_t found = 0;

	for (size_t k = 0; k < plan->places; k++) {
		struct present here = { 0 };
		add_present(batch, index_plan_atoms(plan)[k], &here);
		for (size_t i = 0; i < plan->covers; i++)
			if (covers[i].first <= k && k < (size_t)covers[i].first + covers[i].span)
				add_present(batch, covers[i].atom, &here);
		for (size_t g = 0; g < GROUPS; g++)
			all.items[g] &= here.items[g];
		if ((all.items[0] | all.items[1] | all.items[2]) == 0)
			return 0;
	}
	for (size_t g = 0; g < GROUPS; g++)
		found |= asked[g] ? all.items[g] : 0;
	return found & everyone(batch);
}

/* The rest of the fields is one group: which of them it was, the terms know. */
static bool is_group_exact(const struct index_plan *plan)
{
	unsigned rest = plan->fields & ~(unsigned)TMS_FIELDS_TEXT;

	return rest == 0 || rest == (INDEX_FIELDS_ALL & ~(unsigned)TMS_FIELDS_TEXT);
}

static bool has_in_fields(
	const struct index_items *items, const struct index_plan *plan, uint32_t slot)
{
	const struct index_atom *atom = index_atom_at(&items->atoms, index_plan_atoms(plan)[0]);
	const uint32_t *members = index_atom_members(atom);

	for (uint32_t i = 0; i < atom->count; i++)
		if (index_term_fields(index_term_at(&items->vocabulary, members[i]), slot) &
			plan->fields)
			return true;
	return false;
}

static uint64_t test_mask(const struct index_items *items, const struct index_plan *plan,
	const struct index_batch *batch)
{
	const struct index_test test = index_plan_test(plan);
	uint64_t mask = 0;

	for (size_t i = 0; i < batch->count; i++)
		if (index_test_holds(items, &test, batch->slots[i], batch->now))
			mask |= UINT64_C(1) << i;
	return mask;
}

enum tms_status index_plan_mask(struct index_items *items, const struct index_plan *plan,
	const struct index_batch *batch, uint64_t *out)
{
	enum tms_status status = TMS_OK;

	if (plan->kind == PLAN_TEST) {
		*out = test_mask(items, plan, batch);
		return TMS_OK;
	}
	uint64_t mask = plan->places > 0 ? candidates(plan, batch) : everyone(batch);
	bool verified = (plan->flags & (INDEX_PLAN_WALK | INDEX_PLAN_CLOSE)) != 0;
	bool exact = plan->places != 1 || is_group_exact(plan);
	for (uint64_t rest = mask; rest != 0 && (verified || !exact); rest &= rest - 1) {
		unsigned i = (unsigned)__builtin_ctzll(rest);
		bool holds = exact || has_in_fields(items, plan, batch->slots[i]);
		if (holds && verified)
			status = index_plan_verify(items, plan, batch->slots[i], &holds);
		if (status != TMS_OK)
			break;
		if (!holds)
			mask &= ~(UINT64_C(1) << i);
	}
	if (verified)
		index_scratch_done(items);
	if (status == TMS_OK)
		*out = mask;
	return status;
}
