/* Sets of sources, numbered and counted, and the lists of those that take a source. */
#include "service/source_set.h"

#include <stdlib.h>

#include <sodium.h>

#include "memory/sorted.h"

/* Entries of a list that are looked at for each of its sets that goes: about a quarter of a list
 * may have gone then. */
#define SWEPT 4
/* A list has room for an eighth more than it holds, and for these. */
#define ROOM_MIN 2

struct set_record {
	struct record_link link;
	struct source_set *set; /* NULL: the number is free */
};

static struct set_record *record_at(const struct source_sets *sets, uint32_t number)
{
	return record_pool_at(&sets->records, number);
}

void source_sets_init(struct source_sets *sets)
{
	*sets = (struct source_sets){ .records = { .size = sizeof(struct set_record) },
		.by_sources = { .pool = &sets->records } };
	randombytes_buf(&sets->seed, sizeof(sets->seed));
}

void source_sets_fini(struct source_sets *sets)
{
	for (uint32_t number = 0; number < sets->records.used; number++)
		free(record_at(sets, number)->set);
	for (size_t i = 0; i < sets->takers_count; i++)
		free(sets->takers[i].sets);
	free(sets->takers);
	record_table_free(&sets->by_sources);
	record_pool_free(&sets->records);
	*sets = (struct source_sets){ 0 };
}

struct source_set *source_sets_at(const struct source_sets *sets, uint32_t number)
{
	return record_at(sets, number)->set;
}

struct source_set *source_sets_find(const struct source_sets *sets, uint32_t number)
{
	struct source_set *set = number < sets->records.used ? source_sets_at(sets, number) : NULL;

	return set && set->users > 0 ? set : NULL;
}

bool source_set_has(const struct source_set *set, uint32_t source)
{
	return sorted_has(set->sources, set->count, source);
}

/* ---- the lists ---- */

static bool set_capacity(struct source_takers *takers, uint32_t count)
{
	uint32_t capacity = count + count / 8 + ROOM_MIN;
	uint32_t *moved = reallocarray(takers->sets, capacity, sizeof(*moved));

	if (!moved)
		return false;
	takers->sets = moved;
	takers->capacity = capacity;
	return true;
}

static bool have_takers(struct source_sets *sets, uint32_t source)
{
	size_t count = sets->takers_count ? sets->takers_count : 16;

	while (count <= source)
		count *= 2;
	if (count > sets->takers_count) {
		struct source_takers *grown = reallocarray(sets->takers, count, sizeof(*grown));
		if (!grown)
			return false;
		memset(grown + sets->takers_count, 0,
			(count - sets->takers_count) * sizeof(*grown));
		sets->takers = grown;
		sets->takers_count = count;
	}
	struct source_takers *takers = &sets->takers[source];
	return takers->count < takers->capacity || set_capacity(takers, takers->count);
}

static void shrink(struct source_takers *takers)
{
	if (takers->count == 0) {
		free(takers->sets);
		*takers = (struct source_takers){ 0 };
	} else if (takers->count < takers->capacity / 2) {
		(void)set_capacity(takers, takers->count); /* else it stays as large as it is */
	}
}

/* One list less has it, or whoever keeps it. */
static void let_go(struct source_sets *sets, struct source_set *set)
{
	if (--set->listed > 0)
		return;
	record_at(sets, set->number)->set = NULL;
	record_pool_give_back(&sets->records, set->number);
	free(set);
}

/* The last of those that have been told moves to this place, and the last of all to its own. */
static void take_out(struct source_takers *takers, size_t place)
{
	if (place < takers->told) {
		takers->sets[place] = takers->sets[--takers->told];
		place = takers->told;
	}
	takers->sets[place] = takers->sets[--takers->count];
}

/* The set at this place of the list; NULL when it had gone: then another one stands there now, or
 * it was the last. */
static struct source_set *look_at(
	struct source_sets *sets, struct source_takers *takers, size_t place)
{
	struct source_set *set = source_sets_at(sets, takers->sets[place]);

	sets->looked++;
	if (set->users > 0)
		return set;
	take_out(takers, place);
	takers->gone--;
	let_go(sets, set);
	return NULL;
}

static void sweep(struct source_sets *sets, struct source_takers *takers)
{
	uint32_t left = takers->gone == takers->count ? takers->count : SWEPT;

	for (; left > 0 && takers->gone > 0; left--) {
		if (takers->swept >= takers->count)
			takers->swept = 0;
		takers->swept += look_at(sets, takers, takers->swept) != NULL;
	}
	shrink(takers);
}

struct source_set *source_sets_taking(struct source_sets *sets, uint32_t source, size_t *at)
{
	if (source >= sets->takers_count)
		return NULL;
	struct source_takers *takers = &sets->takers[source];
	while (*at < takers->count) {
		struct source_set *set = look_at(sets, takers, *at);
		if (set) {
			++*at;
			return set;
		}
	}
	return NULL;
}

void source_sets_tell_all(struct source_sets *sets, uint32_t source)
{
	if (source < sets->takers_count)
		sets->takers[source].told = 0;
}

struct source_set *source_sets_tell_next(struct source_sets *sets, uint32_t source)
{
	if (source >= sets->takers_count)
		return NULL;
	struct source_takers *takers = &sets->takers[source];
	while (takers->told < takers->count) {
		struct source_set *set = look_at(sets, takers, takers->told);
		if (set) {
			takers->told++;
			return set;
		}
	}
	return NULL;
}

/* ---- the sets ---- */

static struct tms_str bytes_of(const uint32_t *sources, size_t count)
{
	return (struct tms_str){ (const char *)sources, count * sizeof(*sources) };
}

static struct source_set *find(
	struct source_sets *sets, uint32_t hash, const uint32_t *sources, size_t count)
{
	uint32_t number = record_table_first(&sets->by_sources, hash);

	for (; number != RECORD_NONE; number = record_table_next(&sets->by_sources, number)) {
		struct source_set *set = source_sets_at(sets, number);
		sets->looked++;
		if (tms_str_equal(bytes_of(set->sources, set->count), bytes_of(sources, count)))
			return set;
	}
	return NULL;
}

/* A number, and its place by hash. */
static bool enter(struct source_sets *sets, struct source_set *set, uint32_t hash)
{
	if (record_pool_take(&sets->records, &set->number) != TMS_OK)
		return false;
	struct set_record *record = record_at(sets, set->number);
	record->link.hash = hash;
	if (record_table_add(&sets->by_sources, set->number) != TMS_OK) {
		record_pool_give_back(&sets->records, set->number);
		return false;
	}
	record->set = set;
	return true;
}

static struct source_set *set_new(
	struct source_sets *sets, uint32_t hash, const uint32_t *sources, size_t count)
{
	struct source_set *set = calloc(1, sizeof(*set) + count * sizeof(*sources));
	bool has_room = set != NULL;

	for (size_t i = 0; i < count && has_room; i++)
		has_room = have_takers(sets, sources[i]);
	if (!has_room || !enter(sets, set, hash)) {
		free(set);
		return NULL;
	}
	set->count = set->listed = (uint32_t)count;
	for (size_t i = 0; i < count; i++) {
		struct source_takers *takers = &sets->takers[sources[i]];
		set->sources[i] = sources[i];
		takers->sets[takers->count++] = set->number;
	}
	return set;
}

enum tms_status source_set_get(
	struct source_sets *sets, const uint32_t *sources, size_t count, struct source_set **out)
{
	uint32_t hash = (uint32_t)tms_hash(sets->seed, bytes_of(sources, count));
	struct source_set *set = find(sets, hash, sources, count);

	if (!set)
		set = set_new(sets, hash, sources, count);
	if (!set)
		return TMS_ENOMEM;
	set->users++;
	*out = set;
	return TMS_OK;
}

void source_set_release(struct source_sets *sets, struct source_set *set)
{
	if (--set->users > 0)
		return;
	record_table_remove(&sets->by_sources, set->number);
	set->listed++; /* it is there until its own lists have been swept */
	for (size_t i = 0; i < set->count; i++) {
		struct source_takers *takers = &sets->takers[set->sources[i]];
		takers->gone++;
		sweep(sets, takers);
	}
	let_go(sets, set);
}
