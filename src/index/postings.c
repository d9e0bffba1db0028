/* The inverted index of one batch of items: atoms to items, fields and word places. */
#include "postings.h"

#include <stdlib.h>

void index_postings_free(struct index_postings *postings)
{
	if (!postings)
		return;
	free(postings->atoms);
	free(postings->table);
	free(postings->list);
	free(postings->places);
	free(postings->trail);
	free(postings->hits);
	free(postings);
}

static size_t home_of(const struct index_postings *postings, uint32_t atom)
{
	return (atom * UINT32_C(2654435769)) >> 7 & (postings->room - 1);
}

const struct index_posting *index_postings_find(
	const struct index_postings *postings, uint32_t atom)
{
	size_t at = home_of(postings, atom);

	for (; postings->table[at] != 0; at = (at + 1) & (postings->room - 1))
		if (postings->atoms[postings->table[at] - 1] == atom)
			return &postings->list[postings->table[at] - 1];
	return NULL;
}

static void enter(struct index_postings *postings, uint32_t atom)
{
	size_t at = home_of(postings, atom);

	while (postings->table[at] != 0)
		at = (at + 1) & (postings->room - 1);
	postings->table[at] = (uint32_t)postings->atoms_count + 1;
	postings->atoms[postings->atoms_count++] = atom;
}

static enum tms_status grow(struct index_postings *postings)
{
	size_t room = postings->room ? postings->room * 2 : 256, count = postings->atoms_count;
	uint32_t *table = calloc(room, sizeof(*table));
	uint32_t *atoms = reallocarray(postings->atoms, room / 2, sizeof(*atoms));
	struct index_posting *list = reallocarray(postings->list, room / 2, sizeof(*list));

	postings->atoms = atoms ? atoms : postings->atoms;
	postings->list = list ? list : postings->list;
	if (!table || !atoms || !list) {
		free(table);
		return TMS_ENOMEM;
	}
	free(postings->table);
	postings->table = table;
	postings->room = room;
	postings->atoms_count = 0;
	for (size_t i = 0; i < count; i++)
		enter(postings, atoms[i]);
	return TMS_OK;
}

static enum tms_status follow(struct index_postings *postings, uint32_t number)
{
	if (postings->trail_count == postings->trail_room) {
		size_t room = postings->trail_room ? 2 * postings->trail_room : 512;
		uint32_t *trail = reallocarray(postings->trail, room, sizeof(*trail));
		if (!trail)
			return TMS_ENOMEM;
		postings->trail = trail;
		postings->trail_room = room;
	}
	postings->trail[postings->trail_count++] = number;
	return TMS_OK;
}

static enum tms_status add_atom(
	struct index_postings *postings, uint32_t atom, size_t item, unsigned fields)
{
	const struct index_posting *found = index_postings_find(postings, atom);
	uint64_t bit = UINT64_C(1) << item;

	if (!found) {
		if (2 * postings->atoms_count >= postings->room && grow(postings) != TMS_OK)
			return TMS_ENOMEM;
		found = &postings->list[postings->atoms_count];
		postings->list[postings->atoms_count] = (struct index_posting){ 0 };
		enter(postings, atom);
	}
	size_t number = (size_t)(found - postings->list);
	struct index_posting *posting = &postings->list[number];
	for (size_t g = 0; g < GROUPS; g++)
		posting->items[g] |= fields & index_group_fields[g] ? bit : 0;
	return follow(postings, (uint32_t)number);
}

/* The fields of each of an item's terms; values stand in no text and count for all. */
static void find_fields(const struct index_forward *forward, uint16_t *fields)
{
	const struct index_joined *joined = index_forward_joined(forward);
	const struct index_text *texts = index_forward_texts(forward);
	uint32_t run = 0;

	for (size_t i = 0; i < forward->texts_count; i++) {
		uint16_t field = (uint16_t)index_text_fields(texts[i]);
		size_t end = index_text_end(forward, i);
		for (size_t at = texts[i].start; at < end; at++)
			fields[index_forward_at(forward, at)] |= field;
		for (; run < forward->joined_count && joined[run].at < end; run++)
			fields[joined[run].term] |= field;
	}
	for (uint32_t i = 0; i < forward->terms_count; i++)
		if (fields[i] == 0)
			fields[i] = INDEX_FIELDS_ALL;
}

static enum tms_status add_terms(
	struct index_items *items, struct index_postings *postings, size_t item)
{
	const struct index_forward *forward = index_slot_at(items, postings->slots[item])->forward;
	uint16_t *fields = TMS_ARENA_ARRAY(&items->scratch, uint16_t, forward->terms_count + 1);
	enum tms_status st = fields ? TMS_OK : TMS_ENOMEM;

	if (st == TMS_OK)
		find_fields(forward, fields);
	for (uint32_t i = 0; st == TMS_OK && i < forward->terms_count; i++) {
		const struct index_term *term =
			index_term_at(&items->vocabulary, index_forward_term(forward, i));
		const uint32_t *atoms = index_term_atoms(term);
		for (uint32_t k = 0; k < term->atoms_count && st == TMS_OK; k++)
			st = add_atom(postings, atoms[k], item, fields[i]);
	}
	index_scratch_done(items);
	return st;
}

/* Ids and addresses that some plan asks for by name. */
static enum tms_status add_ids(
	struct index_items *items, struct index_postings *postings, size_t item)
{
	const struct tms_item *model =
		&index_slot_at(items, postings->slots[item])->item->merged.item;
	const struct tms_str names[] = { model->id, model->upstream_id, model->link };
	enum tms_status st = TMS_OK;

	for (size_t i = 0; i < TMS_COUNT(names) && st == TMS_OK && items->atoms.ids > 0; i++) {
		struct tms_str lower = tms_arena_copy(&items->scratch, names[i]);
		char *bytes = (char *)(uintptr_t)lower.ptr;
		for (size_t k = 0; k < lower.len; k++)
			bytes[k] = tms_lower(bytes[k]);
		uint32_t atom = index_atom_find(&items->atoms, ATOM_ID, lower);
		st = items->scratch.status == TMS_OK ? TMS_OK : TMS_ENOMEM;
		if (st == TMS_OK && atom != RECORD_NONE)
			st = add_atom(postings, atom, item, INDEX_FIELDS_ALL);
	}
	index_scratch_done(items);
	return st;
}

static void add_to_groups(
	struct index_places *of_groups, unsigned fields, const struct index_places *places)
{
	for (size_t g = 0; g < GROUPS; g++)
		for (size_t w = 0; w < INDEX_PLACES && (index_group_fields[g] & fields); w++)
			of_groups[g].bits[w] |= places->bits[w];
}

/* Where each term of an item stands; false when there are not bits enough. */
static bool find_places(const struct index_forward *forward, struct index_places *of_terms,
	struct index_places *of_groups)
{
	const struct index_text *texts = index_forward_texts(forward);

	if (forward->length + forward->texts_count > INDEX_PLACES * 64)
		return false;
	for (size_t i = 0; i < forward->texts_count; i++) {
		size_t end = index_text_end(forward, i);
		struct index_places here = { 0 };
		for (size_t at = texts[i].start; at < end; at++) {
			uint64_t bit = UINT64_C(1) << (at + i) % 64;
			of_terms[index_forward_at(forward, at)].bits[(at + i) / 64] |= bit;
			here.bits[(at + i) / 64] |= bit;
		}
		add_to_groups(of_groups, index_text_fields(texts[i]), &here);
	}
	return true;
}

/* One item's places, under the atoms that were found for its terms. */
static enum tms_status add_places(
	struct index_items *items, struct index_postings *postings, size_t item, size_t *trail)
{
	const struct index_forward *forward = index_slot_at(items, postings->slots[item])->forward;
	const struct index_joined *joined = index_forward_joined(forward);
	size_t count = forward->terms_count;
	struct index_places *places =
		TMS_ARENA_ARRAY(&items->scratch, struct index_places, count + 1);
	bool *is_joined = TMS_ARENA_ARRAY(&items->scratch, bool, count + 1);
	enum tms_status st = places && is_joined ? TMS_OK : TMS_ENOMEM;

	if (st == TMS_OK && !find_places(forward, places, postings->fields[item]))
		postings->beyond |= UINT64_C(1) << item;
	for (uint32_t i = 0; st == TMS_OK && i < forward->joined_count; i++)
		is_joined[joined[i].term] = true;
	for (size_t i = 0; st == TMS_OK && i < count; i++) {
		uint32_t term = index_forward_term(forward, i);
		size_t atoms = index_term_at(&items->vocabulary, term)->atoms_count;
		for (size_t k = 0; k < atoms; k++, ++*trail) {
			/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): each left a trail */
			struct index_posting *posting = &postings->list[postings->trail[*trail]];
			struct index_places *to = (void *)(uintptr_t)index_posting_places(
				postings, posting, (unsigned)item);
			for (size_t w = 0; w < INDEX_PLACES; w++)
				to->bits[w] |= places[i].bits[w];
			posting->joined |= (uint64_t)is_joined[i] << item;
		}
	}
	index_scratch_done(items);
	return st;
}

static enum tms_status add_all_places(struct index_items *items, struct index_postings *postings)
{
	size_t total = 0, trail = 0;
	enum tms_status st = TMS_OK;

	for (size_t i = 0; i < postings->atoms_count; i++) {
		postings->list[i].first = (uint32_t)total;
		total += bits_count(index_posting_any(&postings->list[i]));
	}
	postings->places = calloc(total + 1, sizeof(*postings->places));
	if (!postings->places)
		return TMS_ENOMEM;
	for (size_t i = 0; i < postings->count && st == TMS_OK; i++)
		st = add_places(items, postings, i, &trail);
	free(postings->trail);
	postings->trail = NULL;
	postings->trail_room = postings->trail_count = 0;
	return st;
}

enum tms_status index_postings_new(struct index_items *items, const uint32_t *slots, size_t count,
	tms_time now, struct index_postings **out)
{
	struct index_postings *postings = calloc(1, sizeof(*postings));
	enum tms_status st = postings ? grow(postings) : TMS_ENOMEM;

	for (size_t i = 0; i < count && st == TMS_OK; i++) {
		postings->now = now;
		postings->slots[i] = slots[i];
		postings->count = i + 1;
		st = add_terms(items, postings, i);
	}
	size_t terms = st == TMS_OK ? postings->trail_count : 0;
	for (size_t i = 0; i < count && st == TMS_OK; i++)
		st = add_ids(items, postings, i);
	if (st == TMS_OK) {
		postings->trail_count = terms; /* ids stand nowhere */
		st = add_all_places(items, postings);
	}
	if (st == TMS_OK)
		*out = postings;
	else
		index_postings_free(postings);
	return st;
}

const uint32_t *index_postings_atoms(const struct index_postings *postings, size_t *count)
{
	*count = postings->atoms_count;
	return postings->atoms;
}

/* ---- subjects ---- */

struct scoring {
	struct index_postings *postings;
	enum tms_status status;
};

static void note_hit(void *context, uint32_t subject, uint32_t score)
{
	struct scoring *scoring = context;
	struct index_postings *postings = scoring->postings;

	if (postings->hits_count == postings->hits_room) {
		size_t room = postings->hits_room ? 2 * postings->hits_room : 64;
		struct index_hit *grown = reallocarray(postings->hits, room, sizeof(*grown));
		if (!grown) {
			scoring->status = TMS_ENOMEM;
			return;
		}
		postings->hits = grown;
		postings->hits_room = room;
	}
	postings->hits[postings->hits_count++] =
		(struct index_hit){ subject, (uint32_t)postings->scored, score };
}

static int compare_hits(const void *a, const void *b)
{
	const struct index_hit *x = a, *y = b;

	if (x->subject != y->subject)
		return x->subject < y->subject ? -1 : 1;
	return x->item < y->item ? -1 : x->item > y->item;
}

/* The subjects that were found are atoms that the batch has. */
static enum tms_status add_subjects(struct index_items *items, struct index_postings *postings)
{
	enum tms_status st = TMS_OK;

	if (postings->hits_count > 0)
		qsort(postings->hits, postings->hits_count, sizeof(*postings->hits), compare_hits);
	for (size_t i = 0; i < postings->hits_count && st == TMS_OK; i++) {
		const struct tms_str key = { (const char *)&postings->hits[i].subject,
			sizeof(uint32_t) };
		uint32_t atom = index_atom_find(&items->atoms, ATOM_SUBJECT, key);
		if (atom != RECORD_NONE)
			st = add_atom(postings, atom, postings->hits[i].item, INDEX_FIELDS_ALL);
	}
	free(postings->trail);
	postings->trail = NULL;
	postings->trail_room = postings->trail_count = 0;
	return st;
}

/* The next item, for all subjects that were in the set when the first was scored. */
static enum tms_status score_next(
	struct index_items *items, struct index_postings *postings, size_t *work)
{
	struct scoring scoring = { .postings = postings };
	size_t before = postings->hits_count;

	if (postings->scored == postings->count) {
		enum tms_status st = add_subjects(items, postings);
		postings->is_scored = st == TMS_OK;
		return st;
	}
	if (postings->scored == 0)
		postings->scored_at = items->subjects.entries;
	enum tms_status st = index_subjects_of(
		items, postings->slots[postings->scored], work, note_hit, &scoring);
	if (st != TMS_OK || scoring.status != TMS_OK) {
		postings->hits_count = before;
		return TMS_ENOMEM;
	}
	postings->scored++;
	return TMS_OK;
}

enum tms_status index_postings_score(
	struct index_items *items, struct index_postings *postings, size_t *work, bool *done)
{
	enum tms_status st = TMS_OK;

	*done = postings->has_all;
	if (*done)
		return TMS_OK;
	if (!postings->has_entered && index_subjects_enter_one(items, work, &st))
		return st;
	if (!postings->has_entered && postings->scored_at != items->subjects.entries) {
		postings->scored = postings->hits_count = 0;
		postings->is_scored = false;
	}
	postings->has_entered = true;
	st = score_next(items, postings, work);
	*done = postings->has_all = st == TMS_OK && postings->is_scored;
	return st;
}

bool index_postings_lack(const struct index_items *items, const struct index_postings *postings,
	const struct index_plan *plan, uint32_t anchor)
{
	if (anchor == INDEX_ATOM_ANY || index_postings_find(postings, anchor))
		return false;
	return postings->has_all || items->subjects.by_text.count == 0 ||
	       plan->kind != PLAN_SUBJECT;
}

/* Subjects of the set that are scored together in the time that one by itself takes, most of which
 * compiling it is. */
#define TOGETHER 512
#define WORK_TEXT 1000 /* to cut an item's text */
#define WORK_SCORE 8

/* Does what was found for all subjects of the set say it for this one? */
static bool is_known(const struct index_postings *postings, const struct index_subject *subject)
{
	return postings->has_all || (postings->is_scored && subject->is_in_set &&
					    subject->entered <= postings->scored_at);
}

/* Is it time to score the set? */
static bool is_set_less(const struct index_subjects *subjects,
	const struct index_postings *postings, const struct index_subject *subject)
{
	if (!subject->is_in_set || postings->is_scored ||
		(postings->scored > 0 && subject->entered > postings->scored_at))
		return false;
	return (postings->alone_count + 1) * TOGETHER >= tms_topic_set_count(subjects->set);
}

/* One item scored for one subject. Behind the last the subject goes into the set: the next batch
 * need not compile it. */
static enum tms_status score_alone(
	struct index_items *items, struct index_postings *postings, size_t *work)
{
	const struct index_asked_subject asked = index_plan_subject(postings->alone.plan);
	const struct index_subjects *subjects = &items->subjects;
	uint64_t compilations = subjects->compilations;
	size_t item = postings->alone.scored, texts = subjects->texts_bytes;
	uint32_t score = 0;

	enum tms_status st =
		index_subject_score(items, asked.subject, postings->slots[item], &score);
	if (st == TMS_OK && item + 1 == postings->count)
		st = index_subject_enter(items, asked.subject);
	if (st != TMS_OK)
		return st;
	postings->alone.mask |= (uint64_t)(score >= asked.threshold) << item;
	postings->alone.scored++;
	size_t used = WORK_SCORE;
	used += (size_t)(subjects->compilations - compilations) * INDEX_SUBJECT_WORK * 16;
	used += subjects->texts_bytes > texts ? WORK_TEXT : 0;
	*work -= used < *work ? used : *work;
	return TMS_OK;
}

enum tms_status index_postings_score_for(struct index_items *items, struct index_postings *postings,
	const struct index_plan *plan, size_t *work, bool *done)
{
	const struct index_subject *subject = NULL;
	bool is_alone = postings->alone.plan == plan;

	if (plan->kind == PLAN_SUBJECT)
		subject = items->subjects.list[index_plan_subject(plan).subject];
	*done = !subject || is_known(postings, subject) ||
		(is_alone && postings->alone.scored == postings->count);
	if (*done)
		return TMS_OK;
	if (!is_alone) {
		if (is_set_less(&items->subjects, postings, subject))
			return score_next(items, postings, work);
		postings->alone.plan = plan;
		postings->alone.scored = 0;
		postings->alone.mask = 0;
		postings->alone_count += subject->is_in_set;
	}
	enum tms_status st = score_alone(items, postings, work);
	*done = st == TMS_OK && postings->alone.scored == postings->count;
	return st;
}
