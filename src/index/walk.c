/*
 * Places next to each other, found in the forward index of an item: what query_pattern_find of
 * query/match.c finds in its words. There the pieces of text are compared; here it is known which
 * terms an atom means, so that they are numbers of one set or not.
 */
#include "walk.h"

/* An atom's members are looked up in the forward index; where they are more than this, its terms
 * are looked up in the atom. */
#define MEMBERS_LOOKED_UP 48

static void set(struct index_unit *unit, uint32_t term)
{
	unit->bits[term / 64] |= UINT64_C(1) << term % 64;
	unit->count++;
}

static bool is_in(const struct index_items *items, uint32_t term_number, uint32_t atom)
{
	const struct index_term *term = index_term_at(&items->vocabulary, term_number);
	const uint32_t *atoms = index_term_atoms(term);

	for (uint32_t i = 0; i < term->atoms_count; i++)
		if (atoms[i] == atom)
			return true;
	return false;
}

static void fill(const struct index_walk *w, struct index_unit *unit, uint32_t number)
{
	const struct index_atom *atom = index_atom_at(&w->items->atoms, number);
	const uint32_t *members = index_atom_members(atom);

	for (uint32_t i = 0; i < atom->count && atom->count <= MEMBERS_LOOKED_UP; i++) {
		uint32_t term = index_forward_find(w->forward, members[i]);
		if (term != RECORD_NONE)
			set(unit, term);
	}
	for (uint32_t i = 0; i < w->forward->terms_count && atom->count > MEMBERS_LOOKED_UP; i++)
		if (is_in(w->items, index_forward_term(w->forward, i), number))
			set(unit, i);
}

/* False when some place has neither its own terms nor a cover's: then nothing need be walked. */
static bool fill_all(struct index_walk *w)
{
	const struct index_plan *plan = w->plan;
	const struct index_cover *covers = index_plan_covers(plan);
	uint64_t stood_for = 0;

	for (size_t i = 0; i < w->units_count; i++) {
		struct index_unit *unit = &w->units[i];
		bool is_cover = i >= plan->places;
		unit->first = is_cover ? covers[i - plan->places].first : (uint32_t)i;
		unit->span = is_cover ? covers[i - plan->places].span : 1;
		fill(w, unit, is_cover ? covers[i - plan->places].atom : index_plan_atoms(plan)[i]);
		if (unit->count > 0)
			stood_for |= ((UINT64_C(1) << unit->span) - 1) << unit->first;
		else if (!is_cover && plan->covers == 0)
			return false;
	}
	return stood_for == (UINT64_C(1) << plan->places) - 1;
}

uint32_t index_joined_from(const struct index_forward *forward, size_t at)
{
	const struct index_joined *joined = index_forward_joined(forward);
	uint32_t low = 0, high = forward->joined_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (joined[middle].at < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* All lengths that the unit can take from word `at`, as a mask. */
static uint64_t steps_of(
	const struct index_walk *w, const struct index_unit *unit, size_t at, size_t end)
{
	const struct index_joined *joined = index_forward_joined(w->forward);
	uint64_t lengths = 0;

	if (at >= end)
		return 0;
	if (index_unit_has(unit, index_forward_at(w->forward, at)))
		lengths = UINT64_C(1) << 1;
	for (uint32_t i = index_joined_from(w->forward, at);
		i < w->forward->joined_count && joined[i].at == at; i++)
		if (index_unit_has(unit, joined[i].term))
			lengths |= UINT64_C(1) << joined[i].span;
	return lengths;
}

/* From every offset that was reached, one step on. */
static uint64_t advance(const struct index_walk *w, const struct index_unit *unit, uint64_t from,
	size_t start, size_t end)
{
	uint64_t reached = 0;

	for (; from != 0; from &= from - 1) {
		unsigned offset = (unsigned)__builtin_ctzll(from);
		reached |= steps_of(w, unit, start + offset, end) << offset;
	}
	return reached;
}

uint64_t index_walk_ends(const struct index_walk *w, struct index_run run, size_t start, size_t end)
{
	uint64_t reach[TMS_QUERY_PHRASE_WORDS_MAX + TMS_WORDS_JOINED_MAX + 1];
	size_t cover = w->plan->places + run.cover;

	memset(reach, 0, (run.places + TMS_WORDS_JOINED_MAX + 1) * sizeof(*reach));
	reach[0] = 1;
	for (size_t k = 0; k < run.places; k++) {
		size_t place = run.place + k;
		reach[k + 1] |= advance(w, &w->units[place], reach[k], start, end);
		/* covers are in order of their first place */
		for (; cover < w->units_count && w->units[cover].first == place; cover++)
			reach[k + w->units[cover].span] |=
				advance(w, &w->units[cover], reach[k], start, end);
	}
	return reach[run.places];
}

static bool walk_from(const struct index_walk *w, size_t start, size_t end)
{
	return index_walk_ends(w, (struct index_run){ .places = w->plan->places }, start, end) != 0;
}

static bool may_start(const struct index_walk *w, uint32_t term)
{
	if (index_unit_has(&w->units[0], term))
		return true;
	for (size_t i = w->plan->places; i < w->units_count && w->units[i].first == 0; i++)
		if (index_unit_has(&w->units[i], term))
			return true;
	return false;
}

static bool walk_text(const struct index_walk *w, size_t start, size_t end)
{
	const struct index_joined *joined = index_forward_joined(w->forward);

	for (size_t at = start; at < end; at++)
		if (may_start(w, index_forward_at(w->forward, at)) && walk_from(w, at, end))
			return true;
	for (uint32_t i = index_joined_from(w->forward, start);
		i < w->forward->joined_count && joined[i].at < end; i++)
		if (may_start(w, joined[i].term) && walk_from(w, joined[i].at, end))
			return true;
	return false;
}

static bool walk_texts(const struct index_walk *w)
{
	const struct index_text *texts = index_forward_texts(w->forward);

	for (size_t i = 0; i < w->forward->texts_count; i++)
		if ((w->plan->fields & index_text_fields(texts[i])) &&
			walk_text(w, texts[i].start, index_text_end(w->forward, i)))
			return true;
	return false;
}

/* True when a hyphenated run of the item stands for a place: then steps differ in length. */
static bool has_joined(const struct index_walk *w)
{
	const struct index_joined *joined = index_forward_joined(w->forward);

	for (uint32_t i = 0; i < w->forward->joined_count; i++)
		for (size_t u = 0; u < w->units_count; u++)
			if (index_unit_has(&w->units[u], joined[i].term))
				return true;
	return false;
}

/* Words [at, end) lie in one text, of a field that is asked for. */
static bool is_one_text(const struct index_walk *w, size_t at, size_t end)
{
	const struct index_text *texts = index_forward_texts(w->forward);
	size_t i = 0;

	while (index_text_end(w->forward, i) <= at)
		i++;
	return end <= index_text_end(w->forward, i) &&
	       (w->plan->fields & index_text_fields(texts[i])) != 0;
}

static bool stands_at(const struct index_walk *w, const uint8_t *words, size_t at)
{
	size_t places = w->plan->places;

	if (at + places > w->forward->length)
		return false;
	for (size_t k = 1; k < places; k++)
		if (!index_unit_has(&w->units[k], words[at + k]))
			return false;
	return is_one_text(w, at, at + places);
}

/* Nearly all: words of one byte, and each step is one word. So all words are one run of bytes. */
static bool run_holds(const struct index_walk *w)
{
	const uint8_t *words = index_forward_places(w->forward);
	size_t length = w->forward->length;

	for (size_t i = 0; i < INDEX_UNIT_WORDS; i++)
		for (uint64_t rest = w->units[0].near[i]; rest != 0; rest &= rest - 1) {
			int term = (int)(i * 64) + __builtin_ctzll(rest);
			const uint8_t *at = memchr(words, term, length);
			for (; at; at = memchr(at + 1, term, length - (size_t)(at + 1 - words)))
				if (stands_at(w, words, (size_t)(at - words)))
					return true;
		}
	return false;
}

static bool holds_in(struct index_walk *w)
{
	if (w->plan->covers > 0 || w->forward->width != 1 || has_joined(w))
		return walk_texts(w);
	return run_holds(w);
}

/* Places for the units, and for the bits of items that have more terms. */
static enum tms_status take_bits(struct index_walk *w, struct tms_arena *arena)
{
	size_t words = w->forward->terms_count / 64 + 1;
	bool is_wide = w->forward->width > 1;

	w->units = w->few;
	if (w->units_count > INDEX_WALK_UNITS)
		w->units = TMS_ARENA_ARRAY(arena, struct index_unit, w->units_count);
	else
		memset(w->few, 0, w->units_count * sizeof(*w->few));
	for (size_t i = 0; w->units && i < w->units_count; i++)
		w->units[i].bits =
			is_wide ? TMS_ARENA_ARRAY(arena, uint64_t, words) : w->units[i].near;
	return arena->status == TMS_OK ? TMS_OK : TMS_ENOMEM;
}

enum tms_status index_walk_begin(struct index_items *items, const struct index_plan *plan,
	uint32_t slot, struct index_walk *w, bool *may_hold)
{
	w->items = items;
	w->plan = plan;
	w->forward = index_slot_at(items, slot)->forward;
	w->units_count = (size_t)plan->places + plan->covers;
	enum tms_status st = take_bits(w, &items->scratch);
	if (st == TMS_OK)
		*may_hold = fill_all(w);
	return st;
}

enum tms_status index_walk_holds(
	struct index_items *items, const struct index_plan *plan, uint32_t slot, bool *holds)
{
	size_t mark = tms_arena_mark(&items->scratch);
	struct index_walk w; /* 500 bytes, of which two words need 100 */

	enum tms_status st = index_walk_begin(items, plan, slot, &w, holds);
	if (st == TMS_OK && *holds)
		*holds = holds_in(&w);
	tms_arena_rewind(&items->scratch, mark);
	return st;
}
