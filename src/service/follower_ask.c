/* Rules asked of a source's new items, in batches of 64: which rules gained one. */
#include "service/follower_ask.h"

#include <stdlib.h>

#include "service/shelves.h"

/* To look at one rule of a set takes such a part of a unit of work. */
#define RULES_A_WORK 16
/* Rules of a set that are asked together. */
#define HAND 64
#define WORD_BITS 64

/* A bit for each rule. {0}: none is set. */
struct rule_bits {
	uint64_t *words;
	size_t count;
};

/* Items of the batch that another source had before. */
struct had_before {
	uint32_t source;
	uint64_t items;
};

enum ask_phase {
	ASK_GATHER, /* whose rules count, when all rules are asked */
	ASK_ALL,    /* all rules */
	ASK_LISTS,  /* the rules of sets, one set behind the other */
};

/* A batch, and whom it asks and tells. */
struct ask_round {
	struct tms_batch *batch;
	uint32_t slots[TMS_BATCH_ITEMS_MAX];
	size_t taken;   /* so many of those that wait */
	uint64_t fresh; /* items of the batch that are new */
	struct had_before *before;
	size_t before_count;
	uint32_t *sets; /* that took the source when it began */
	size_t sets_count, rules_count;
	enum ask_phase phase;
	bool asks_all; /* sets that had an item before are asked by lists even then */
	/* All before this place of this set has been done. */
	size_t set;
	uint32_t place;
	uint64_t shown; /* items that are news to the set that is asked */
	struct rule_bits wanted, told, gained;
	size_t told_count, gained_count;
};

static void round_free(struct ask_round *round)
{
	if (!round)
		return;
	tms_batch_free(round->batch);
	free(round->before);
	free(round->sets);
	free(round->wanted.words);
	free(round->told.words);
	free(round->gained.words);
	free(round);
}

void follower_ask_pause(struct follower_ask *ask)
{
	round_free(ask->round);
	ask->round = NULL;
}

void follower_ask_fini(struct follower_ask *ask)
{
	follower_ask_pause(ask);
	free(ask->waiting);
	*ask = (struct follower_ask){ 0 };
}

void follower_ask_note(struct follower_ask *ask, uint32_t slot, bool is_new)
{
	if (ask->count == ask->capacity) {
		size_t capacity = ask->capacity ? 2 * ask->capacity : 16;
		uint32_t *grown = reallocarray(ask->waiting, capacity, sizeof(*grown));
		if (!grown)
			return;
		ask->waiting = grown;
		ask->capacity = capacity;
	}
	ask->waiting[ask->count++] = slot << 1 | is_new;
}

/* ---- bits ---- */

/* False when it was set before, or memory is out. */
static bool set_bit(struct rule_bits *bits, uint32_t rule)
{
	size_t word = rule / WORD_BITS;
	uint64_t bit = UINT64_C(1) << (rule % WORD_BITS);

	if (word >= bits->count) {
		size_t count = word + word / 4 + 16;
		uint64_t *grown = reallocarray(bits->words, count, sizeof(*grown));
		if (!grown)
			return false;
		memset(grown + bits->count, 0, (count - bits->count) * sizeof(*grown));
		bits->words = grown;
		bits->count = count;
	}
	bool was_set = bits->words[word] & bit;
	bits->words[word] |= bit;
	return !was_set;
}

static bool has_bit(const struct rule_bits *bits, uint32_t rule)
{
	size_t word = rule / WORD_BITS;

	return word < bits->count && (bits->words[word] >> (rule % WORD_BITS) & 1);
}

/* ---- a round begins ---- */

/* The first that wait and are still there, each once. A slot may be another's by now, which moves
 * without asking this source. */
static size_t take_slots(
	const struct tms_shelves *shelves, const struct follower *follower, struct ask_round *round)
{
	const struct follower_ask *ask = &follower->ask;
	size_t count = 0, at = 0, weight = 0;

	for (; at < ask->count && weight < TMS_BATCH_ITEMS_MAX; at++) {
		uint32_t slot = ask->waiting[at] >> 1;
		size_t place = 0;
		while (place < count && round->slots[place] != slot)
			place++;
		if (tms_catalog_source_at(shelves->catalog, slot) != follower->number)
			continue;
		if (place == count)
			weight += tms_index_weight(tms_catalog_index(shelves->catalog), slot);
		if (place == count && count > 0 && weight > TMS_BATCH_ITEMS_MAX)
			break;
		round->slots[place] = slot;
		count += place == count;
		round->fresh |= (uint64_t)(ask->waiting[at] & 1) << place;
	}
	round->taken = at;
	return count;
}

static bool note_before(struct ask_round *round, uint32_t source, size_t item)
{
	size_t at = 0;

	while (at < round->before_count && round->before[at].source != source)
		at++;
	if (at == round->before_count) {
		struct had_before *grown =
			reallocarray(round->before, at + 1, sizeof(*round->before));
		if (!grown)
			return false;
		grown[at] = (struct had_before){ .source = source };
		round->before = grown;
		round->before_count++;
	}
	round->before[at].items |= UINT64_C(1) << item;
	return true;
}

/* Who had this new item before the follower's source; of those who have it since the same moment,
 * the first number. */
static bool find_before(
	const struct tms_shelves *shelves, uint32_t own, struct ask_round *round, size_t item)
{
	const struct tms_index *index = tms_catalog_index(shelves->catalog);
	const struct tms_merged *new = &tms_index_at(index, round->slots[item])->merged;
	uint32_t slot = TMS_INDEX_NONE, source;

	while ((source = tms_catalog_next_lister(shelves->catalog, new->item.id, &slot)) !=
		TMS_CATALOG_NONE) {
		tms_time seen = tms_index_at(index, slot)->merged.first_seen;
		if (source == own || seen > new->first_seen ||
			(seen == new->first_seen && source > own))
			continue;
		if (!note_before(round, shelves->numbered[source]->source->number, item))
			return false;
	}
	return true;
}

/* Sets come and go between slices: whom the round asks is settled when it begins. */
static bool take_sets(struct tms_shelves *shelves, uint32_t source, struct ask_round *round)
{
	size_t at = 0, capacity = 0;
	struct source_set *set = NULL;

	while ((set = source_sets_taking(&shelves->sets, source, &at))) {
		if (round->sets_count == capacity) {
			capacity = capacity ? 2 * capacity : 16;
			uint32_t *grown = reallocarray(round->sets, capacity, sizeof(*grown));
			if (!grown)
				return false;
			round->sets = grown;
		}
		round->sets[round->sets_count++] = set->number;
		round->rules_count += set->shelf->rules.count;
	}
	return true;
}

static enum tms_status prepare(
	struct tms_shelves *shelves, const struct follower *follower, struct ask_round *round)
{
	struct tms_index *index = tms_catalog_index(shelves->catalog);
	size_t count = take_slots(shelves, follower, round);
	bool has_room = take_sets(shelves, follower->source->number, round);

	for (size_t i = 0; i < count && has_room; i++)
		if (round->fresh >> i & 1)
			has_room = find_before(shelves, follower->number, round, i);
	if (!has_room)
		return TMS_ENOMEM;
	if (count == 0 || round->rules_count == 0)
		return TMS_EINVAL; /* nothing is to be asked */
	round->asks_all = !tms_batch_prefers_list(index, round->rules_count);
	round->phase = round->asks_all ? ASK_GATHER : ASK_LISTS;
	return tms_batch_new(
		index, round->slots, count, tms_clock_now(shelves->world->clock), &round->batch);
}

/* What waits is done with, or there is no memory for it. */
static void skip(struct follower_ask *ask, size_t count)
{
	ask->count -= count;
	memmove(ask->waiting, ask->waiting + count, ask->count * sizeof(*ask->waiting));
	follower_ask_pause(ask);
	if (ask->count == 0)
		follower_ask_fini(ask);
}

static void begin(struct tms_shelves *shelves, struct follower *follower)
{
	struct follower_ask *ask = &follower->ask;
	struct ask_round *round = calloc(1, sizeof(*round));

	enum tms_status st = round ? prepare(shelves, follower, round) : TMS_ENOMEM;
	if (st == TMS_OK) {
		ask->round = round;
		return;
	}
	skip(ask, st == TMS_EINVAL ? round->taken : ask->count);
	round_free(round);
}

/* ---- whom it asks ---- */

static void on_rule(void *context, uint32_t rule, uint64_t items)
{
	struct ask_round *round = context;

	if (round->phase == ASK_ALL && !has_bit(&round->wanted, rule))
		return;
	if ((items & round->shown) == 0)
		return;
	round->told_count += set_bit(&round->told, rule);
	if (items & round->shown & round->fresh)
		round->gained_count += set_bit(&round->gained, rule);
}

/* The rules of this set, where it is one that is to be asked now. round->shown is what is news to
 * it. */
static const struct shelf_rules *rules_of(
	const struct tms_shelves *shelves, const struct follower *follower, struct ask_round *round)
{
	const struct source_set *set = source_sets_find(&shelves->sets, round->sets[round->set]);

	/* its number may be another set's by now */
	if (!set || !source_set_has(set, follower->source->number))
		return NULL;
	round->shown = UINT64_MAX;
	for (size_t i = 0; i < round->before_count; i++)
		if (source_set_has(set, round->before[i].source))
			round->shown &= ~round->before[i].items;
	bool had_some = round->shown != UINT64_MAX;
	bool is_asked = round->phase == ASK_LISTS ? had_some || !round->asks_all : !had_some;
	return is_asked ? &set->shelf->rules : NULL;
}

/* Some of the set's rules from round->place on, and where they stand. */
static size_t take_hand(const struct shelf_rules *rules, struct ask_round *round,
	uint32_t hand[static HAND], uint32_t places[static HAND])
{
	size_t count = 0;

	for (uint32_t place = round->place; place < rules->count && count < HAND; place++) {
		hand[count] = shelf_rules_at(rules, place);
		places[count] = place;
		count += hand[count] != TMS_INDEX_NONE;
	}
	return count;
}

static void deal_with(struct ask_round *round, const struct shelf_rules *rules, size_t *work)
{
	uint32_t hand[HAND], places[HAND];
	size_t count = take_hand(rules, round, hand, places), done = count;

	if (count == 0) {
		round->place = rules->count;
		return;
	}
	if (round->phase == ASK_LISTS) {
		done = tms_batch_ask(round->batch, hand, count, work, on_rule, round);
	} else {
		for (size_t i = 0; i < count; i++)
			(void)set_bit(&round->wanted, hand[i]);
		*work -= *work < HAND / RULES_A_WORK ? *work : HAND / RULES_A_WORK;
	}
	round->place = done < count ? places[done] : places[count - 1] + 1;
}

/* Some of the rules of the sets: gathered, or asked. False when all have been. */
static bool go_through(const struct tms_shelves *shelves, const struct follower *follower,
	struct ask_round *round, size_t work)
{
	while (round->set < round->sets_count && work > 0) {
		const struct shelf_rules *rules = rules_of(shelves, follower, round);
		if (rules && round->place < rules->count) {
			deal_with(round, rules, &work);
			continue;
		}
		round->set++;
		round->place = 0;
		work--;
	}
	return round->set < round->sets_count;
}

static void enter(struct ask_round *round, enum ask_phase phase)
{
	round->phase = phase;
	round->shown = UINT64_MAX;
	round->set = 0;
	round->place = 0;
}

/* False when all is done. */
static bool go_on(const struct tms_shelves *shelves, const struct follower *follower,
	struct ask_round *round, size_t work)
{
	switch (round->phase) {
	case ASK_GATHER:
		if (!go_through(shelves, follower, round, work))
			enter(round, ASK_ALL);
		return true;
	case ASK_ALL:
		if (tms_batch_step(round->batch, work, on_rule, round))
			return true;
		enter(round, ASK_LISTS);
		return round->before_count > 0;
	case ASK_LISTS:
		return go_through(shelves, follower, round, work);
	}
	return false;
}

void follower_ask_step(struct tms_shelves *shelves, struct follower *follower, size_t work)
{
	struct follower_ask *ask = &follower->ask;
	struct ask_round *round = ask->round;

	if (!round) { /* to begin one is a slice's work */
		begin(shelves, follower);
		return;
	}
	if (go_on(shelves, follower, round, work))
		return;
	shelves->counts.batches++;
	shelves->counts.told += round->told_count;
	shelves->counts.gained += round->gained_count;
	skip(ask, round->taken);
}
