/* All windows are in one catalogue; a set is a scope over it, and its rules are the one index's. */
#include "sets.h"

#include "test.h"

#include <stdlib.h>

#include <tamis/catalog.h>

#define NUMBERS_MAX 4096 /* of rules, which all sets share */

struct set {
	struct tms_scope *scope; /* NULL: there is no such set */
	unsigned mask;
	uint8_t references[NUMBERS_MAX]; /* of its own to each rule */
	/* What it lists, until something may have changed. */
	struct tms_arena arena;
	struct tms_view_item **items;
	size_t count;
	bool is_listed;
};

/* Slots that are asked together; those of one set are in one chunk. */
struct chunk {
	uint32_t slots[TMS_BATCH_ITEMS_MAX];
	uint8_t places[TMS_BATCH_ITEMS_MAX];
	size_t count;
	unsigned sets;            /* bits */
	uint64_t shown[SETS_MAX]; /* of its slots, by each set */
	struct tms_batch *batch;
};

struct sets {
	struct tms_catalog *catalog;
	struct tms_window *windows[SET_WINDOWS];
	uint32_t sources[SET_WINDOWS];
	struct set list[SETS_MAX];
	struct chunk chunks[SETS_MAX];
	size_t chunks_count;
	uint64_t turns;
};

struct sets *sets_new(struct tms_hash_seed seed, struct tms_window *known)
{
	struct sets *sets = calloc(1, sizeof(*sets));

	assert_non_null(sets);
	assert_int_equal(tms_catalog_new(seed, &sets->catalog), TMS_OK);
	tms_catalog_join(sets->catalog, known);
	return sets;
}

static void forget_list(struct set *set)
{
	tms_arena_free(&set->arena);
	set->is_listed = false;
}

static void forget_lists(struct sets *sets)
{
	for (size_t s = 0; s < SETS_MAX; s++)
		forget_list(&sets->list[s]);
}

void sets_free(struct sets *sets)
{
	sets_batch_end(sets);
	forget_lists(sets);
	for (size_t s = 0; s < SETS_MAX; s++)
		tms_scope_free(sets->list[s].scope);
	tms_catalog_free(sets->catalog);
	free(sets);
}

void sets_window_comes(struct sets *sets, size_t window, struct tms_window *borrowed)
{
	assert_null(sets->windows[window]);
	assert_int_equal(tms_catalog_add(sets->catalog, borrowed, &sets->sources[window]), TMS_OK);
	sets->windows[window] = borrowed;
}

void sets_window_goes(struct sets *sets, size_t window)
{
	for (size_t i = 0; i < SETS_MAX; i++)
		assert_false(sets->list[i].mask >> window & 1);
	tms_catalog_remove(sets->catalog, sets->sources[window]);
	sets->windows[window] = NULL;
}

/* Sources in another order each time: it changes nothing. */
void sets_make(struct sets *sets, size_t set, unsigned windows)
{
	struct set *made = &sets->list[set];
	uint32_t sources[SET_WINDOWS];
	size_t count = 0, from = set % SET_WINDOWS;

	assert_null(made->scope);
	for (size_t w = 0; w < SET_WINDOWS; w++)
		if (windows >> (w + from) % SET_WINDOWS & 1)
			sources[count++] = sets->sources[(w + from) % SET_WINDOWS];
	assert_int_equal(tms_scope_new(sets->catalog, sources, count, &made->scope), TMS_OK);
	made->mask = windows;
}

void sets_drop(struct sets *sets, size_t set)
{
	struct set *dropped = &sets->list[set];

	for (size_t rule = 0; rule < NUMBERS_MAX; rule++)
		assert_int_equal(dropped->references[rule], 0);
	forget_list(dropped);
	tms_scope_free(dropped->scope);
	*dropped = (struct set){ .scope = NULL };
}

void sets_forget(struct sets *sets, size_t set)
{
	forget_list(&sets->list[set]);
	tms_scope_drop(sets->list[set].scope);
}

/* ---- following ---- */

/* What is told of an item: the one that is there now, or was. */
static void check_change(void *context, const struct tms_catalog_change *change)
{
	const struct sets *sets = context;
	struct tms_view_item *at = tms_index_at(tms_catalog_index(sets->catalog), change->slot);
	size_t known = 0;

	assert_true(change->before != change->after);
	assert_true(!change->after || at == change->after);
	assert_true(!change->is_merged || (change->before && change->after));
	if (change->before && change->after)
		assert_true(tms_str_equal(
			change->before->merged.item.id, change->after->merged.item.id));
	for (size_t w = 0; w < SET_WINDOWS; w++)
		known += sets->windows[w] && sets->sources[w] == change->source;
	assert_int_equal(known, 1);
}

/* Sources one after the other, from another one each time; what is known now and then before. */
bool sets_follow(struct sets *sets, size_t work)
{
	bool more = false, any = false;

	forget_lists(sets);
	for (size_t i = 0, from = sets->turns++; i <= SET_WINDOWS; i++) {
		size_t w = (i + from) % (SET_WINDOWS + 1);
		if (w == SET_WINDOWS)
			assert_int_equal(tms_catalog_step_known(
						 sets->catalog, work, check_change, sets, &more),
				TMS_OK);
		else if (sets->windows[w])
			assert_int_equal(tms_catalog_step(sets->catalog, sets->sources[w], work,
						 check_change, sets, &more),
				TMS_OK);
		any = any || more;
		more = false;
	}
	for (size_t s = sets->turns % 3; s < SETS_MAX; s += 3) /* others are built when asked */
		if (sets->list[s].scope)
			assert_int_equal(tms_scope_step(sets->list[s].scope, work, &more), TMS_OK);
	if (sets->turns % 5 == 0)
		(void)tms_catalog_tidy(sets->catalog, work);
	return any;
}

/* ---- rules and items ---- */

bool sets_add_rule(struct sets *sets, size_t set, struct tms_str text,
	const struct tms_query_options *options, uint32_t *rule, struct tms_diag *diag)
{
	struct tms_index *index = tms_catalog_index(sets->catalog);

	if (tms_index_add_rule(index, text, options, rule, diag) != TMS_OK)
		return false;
	assert_in_range(*rule, 0, NUMBERS_MAX - 1);
	sets->list[set].references[*rule]++;
	return true;
}

void sets_remove_rule(struct sets *sets, size_t set, uint32_t rule)
{
	sets->list[set].references[rule]--;
	tms_index_remove_rule(tms_catalog_index(sets->catalog), rule);
}

static const struct set *list(const struct sets *sets, size_t number)
{
	struct set *set = &((struct sets *)(uintptr_t)sets)->list[number];

	if (!set->is_listed)
		assert_int_equal(
			tms_scope_list(set->scope, &set->arena, &set->items, &set->count), TMS_OK);
	set->is_listed = true;
	return set;
}

size_t sets_count(const struct sets *sets, size_t set)
{
	size_t count = 0;

	assert_int_equal(tms_scope_count(sets->list[set].scope, &count), TMS_OK);
	return count;
}

struct tms_view_item *sets_at(const struct sets *sets, size_t set, size_t i)
{
	return list(sets, set)->items[i];
}

bool sets_prepare(struct sets *sets, size_t set, uint32_t rule, tms_time now, size_t work)
{
	bool more = false;

	assert_int_equal(tms_scope_prepare(sets->list[set].scope, rule, now, work, &more), TMS_OK);
	return more;
}

void sets_prefetch(struct sets *sets, size_t set, const uint32_t *rules, size_t count)
{
	(void)set;
	tms_index_prefetch(tms_catalog_index(sets->catalog), rules, count);
}

void sets_select(struct sets *sets, size_t set, uint32_t rule, tms_time now, size_t max,
	struct tms_arena *arena, struct tms_selection *out)
{
	assert_int_equal(
		tms_scope_select(sets->list[set].scope, rule, now, max, arena, out), TMS_OK);
}

void sets_select_dropped(struct sets *sets, size_t set, uint32_t rule, tms_time now, size_t max,
	struct tms_arena *arena, struct tms_selection *out)
{
	assert_int_equal(
		tms_scope_select_dropped(sets->list[set].scope, rule, now, max, arena, out),
		TMS_OK);
}

void sets_differ(struct sets *sets, size_t set, uint32_t old_rule, uint32_t new_rule, tms_time now,
	struct tms_difference *out)
{
	assert_int_equal(
		tms_scope_differ(sets->list[set].scope, old_rule, new_rule, now, out), TMS_OK);
}

/* ---- batches ---- */

static size_t find_in(const struct chunk *chunk, uint32_t slot)
{
	size_t at = 0;

	while (at < chunk->count && chunk->slots[at] != slot)
		at++;
	return at;
}

/* All slots of a set in one chunk, so that it is told of each rule once. False: no room. */
static bool join_chunk(struct chunk *chunk, size_t set, const struct chunk *slots)
{
	struct chunk joined = *chunk;

	for (size_t i = 0; i < slots->count; i++) {
		size_t at = find_in(&joined, slots->slots[i]);
		if (at == TMS_BATCH_ITEMS_MAX)
			return false;
		joined.slots[at] = slots->slots[i];
		joined.places[at] = slots->places[i];
		joined.count += at == joined.count;
		joined.shown[set] |= UINT64_C(1) << at;
	}
	joined.sets |= 1u << set;
	*chunk = joined;
	return true;
}

static struct chunk find_shown(struct set *set, const struct tms_str *ids, size_t count)
{
	struct chunk found = { .count = 0 };

	for (size_t i = 0; i < count; i++) {
		uint32_t slot = tms_scope_find(set->scope, ids[i]);
		if (slot == TMS_INDEX_NONE)
			continue;
		found.slots[found.count] = slot;
		found.places[found.count++] = (uint8_t)i;
	}
	return found;
}

void sets_batch_begin(
	struct sets *sets, size_t window, const struct tms_str *ids, size_t count, tms_time now)
{
	struct tms_index *index = tms_catalog_index(sets->catalog);

	for (size_t s = 0; s < SETS_MAX; s++) {
		if (!(sets->list[s].mask >> window & 1))
			continue;
		struct chunk found = find_shown(&sets->list[s], ids, count);
		if (found.count == 0)
			continue;
		if (sets->chunks_count == 0 ||
			!join_chunk(&sets->chunks[sets->chunks_count - 1], s, &found)) {
			struct chunk *fresh = &sets->chunks[sets->chunks_count++];
			*fresh = (struct chunk){ .count = 0 };
			assert_true(join_chunk(fresh, s, &found));
		}
	}
	for (size_t i = 0; i < sets->chunks_count; i++)
		assert_int_equal(tms_batch_new(index, sets->chunks[i].slots, sets->chunks[i].count,
					 now, &sets->chunks[i].batch),
			TMS_OK);
}

/* Whom a batch tells. */
struct teller {
	const struct sets *sets;
	const struct chunk *chunk;
	sets_tell_fn tell;
	void *context;
};

/* Each set that has the rule is told of what it shows of these. */
static void tell_sets(void *context, uint32_t rule, uint64_t items)
{
	const struct teller *teller = context;

	for (size_t s = 0; s < SETS_MAX; s++) {
		uint64_t shown = items & teller->chunk->shown[s], placed = 0;
		if (!shown || !teller->sets->list[s].references[rule])
			continue;
		for (; shown; shown &= shown - 1)
			placed |= UINT64_C(1) << teller->chunk->places[__builtin_ctzll(shown)];
		teller->tell(teller->context, s, rule, placed);
	}
}

bool sets_batch_step(struct sets *sets, size_t work, sets_tell_fn tell, void *context)
{
	for (size_t i = 0; i < sets->chunks_count; i++) {
		struct chunk *chunk = &sets->chunks[i];
		struct teller teller = { sets, chunk, tell, context };
		if (!chunk->batch)
			continue;
		if (tms_batch_step(chunk->batch, work, tell_sets, &teller))
			return true;
		tms_batch_free(chunk->batch);
		chunk->batch = NULL;
	}
	return false;
}

void sets_batch_end(struct sets *sets)
{
	for (size_t i = 0; i < sets->chunks_count; i++) {
		tms_batch_free(sets->chunks[i].batch);
		sets->chunks[i].batch = NULL;
	}
	sets->chunks_count = 0;
}

/* ---- what it holds ---- */

/* An index without items holds nothing but tables of them. */
void sets_stats(const struct sets *sets, struct sets_stats *out)
{
	struct tms_index_stats stats;
	struct tms_catalog_stats own;

	tms_index_stats(tms_catalog_index(sets->catalog), &stats);
	tms_catalog_stats(sets->catalog, &own);
	*out = (struct sets_stats){ .items = stats.items,
		.rules = stats.rules,
		.references = stats.rule_references,
		.leaves = stats.leaves,
		.bytes = stats.rule_bytes + own.bytes + (stats.items ? stats.item_bytes : 0) };
}

/* A scope has what it lists: each item once, in a slot that it has, under its id. */
static void check_set(const struct sets *sets, size_t number)
{
	const struct set *set = list(sets, number);
	struct tms_index *index = tms_catalog_index(sets->catalog);
	size_t slots = 0;

	assert_int_equal(set->count, sets_count(sets, number));
	for (size_t i = 0; i < set->count; i++) {
		struct tms_str id = set->items[i]->merged.item.id;
		uint32_t slot = tms_scope_find(set->scope, id);
		assert_ptr_equal(tms_index_at(index, slot), set->items[i]);
		assert_true(i == 0 || tms_str_compare(set->items[i - 1]->merged.item.id, id) < 0);
	}
	for (uint32_t slot = 0; slot < tms_index_slots(index); slot++)
		slots += tms_scope_has(set->scope, slot);
	assert_int_equal(slots, set->count);
	assert_true(tms_scope_bytes(set->scope) > 0 && tms_scope_is_current(set->scope));
}

/* Each item is in the index once a source, and once for each combination that scopes have. */
void sets_check(const struct sets *sets)
{
	struct tms_catalog_stats stats;
	size_t records = 0, listed = 0;

	for (size_t s = 0; s < SETS_MAX; s++)
		if (sets->list[s].scope)
			check_set(sets, s);
	tms_catalog_stats(sets->catalog, &stats);
	for (size_t w = 0; w < SET_WINDOWS; w++)
		records += sets->windows[w] ? tms_window_count(sets->windows[w]) : 0;
	for (size_t s = 0; s < SETS_MAX; s++)
		listed += sets->list[s].scope != NULL;
	assert_int_equal(stats.items, records);
	assert_int_equal(stats.scopes, listed);
	assert_int_equal(stats.built, listed);
	assert_int_equal(tms_index_count(tms_catalog_index(sets->catalog)),
		stats.items + stats.merged + stats.unused);
}
