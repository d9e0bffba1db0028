/* The rules of one set: added, found and removed by their places; free places are linked. */
#include "service/shelf_rules.h"

#include <stdlib.h>

#include "service/shelves.h"
#include "service/sources.h"

/* There is room for a part more than there are. */
#define ROOM_PART 16
#define ROOM_MIN 1

void shelf_rules_fini(struct shelf_rules *rules)
{
	free(rules->list);
	*rules = (struct shelf_rules){ 0 };
}

static bool make_room(struct shelf_rules *rules)
{
	if (rules->free || rules->count < rules->capacity)
		return true;
	uint32_t capacity = rules->count + rules->count / ROOM_PART + ROOM_MIN;
	uint32_t *grown = capacity < SHELF_RULES_FREE
				  ? reallocarray(rules->list, capacity, sizeof(*grown))
				  : NULL;
	if (!grown)
		return false;
	rules->list = grown;
	rules->capacity = capacity;
	return true;
}

/* There is room. */
static uint32_t put(struct shelf_rules *rules, uint32_t rule)
{
	uint32_t place = rules->free ? rules->free - 1 : rules->count++;

	if (rules->free)
		rules->free = rules->list[place] & ~SHELF_RULES_FREE;
	rules->list[place] = rule;
	return place;
}

static void take_out(struct shelf_rules *rules, uint32_t place)
{
	if (place + 1 == rules->count) {
		rules->count--;
	} else {
		rules->list[place] = SHELF_RULES_FREE | rules->free;
		rules->free = place + 1;
	}
	if (rules->count == 0)
		shelf_rules_fini(rules);
}

static void tell_refused(const struct tms_shelves *shelves, const struct scan_refusal *refusal,
	size_t most, struct tms_diag *diag)
{
	const struct tms_index_refused_scan refused = { .print = refusal->print,
		.source = shelves->world->sources->by_number[refusal->source]->name,
		.cost = refusal->cost,
		.most = most };

	tms_index_tell_scan_refused(diag, &refused);
}

enum tms_status shelf_rules_take(struct tms_shelf *shelf, uint32_t rule, size_t scan_cost_max,
	uint32_t *place, struct tms_diag *diag)
{
	struct tms_shelves *shelves = shelf->home;
	struct tms_index *index = tms_catalog_index(shelves->catalog);
	const struct source_set *set = shelf->set;
	struct scan_refusal refusal = { 0 };

	enum tms_status st = make_room(&shelf->rules) ? TMS_OK : TMS_ENOMEM;
	if (st == TMS_OK)
		st = scan_costs_add(&shelves->scans, index, rule, set->sources, set->count,
			scan_cost_max, &refusal);
	if (st == TMS_ELIMIT)
		tell_refused(shelves, &refusal, scan_cost_max, diag);
	if (st == TMS_OK)
		*place = put(&shelf->rules, rule);
	else
		tms_index_remove_rule(index, rule);
	if (st == TMS_ENOMEM)
		tms_diag_set(diag, 0, 0, "there is no memory left to keep this query");
	return st;
}

enum tms_status shelf_rules_add(struct tms_shelf *shelf, struct tms_str text,
	const struct tms_query_options *options, size_t scan_cost_max, uint32_t *place,
	struct tms_diag *diag)
{
	struct tms_query_options all = options ? *options : (struct tms_query_options){ 0 };
	uint32_t rule = TMS_INDEX_NONE;

	all.limits.scan_cost = SIZE_MAX; /* counted by source, not in the index of all */
	enum tms_status st = tms_index_add_rule(
		tms_catalog_index(shelf->home->catalog), text, &all, &rule, diag);
	return st == TMS_OK ? shelf_rules_take(shelf, rule, scan_cost_max, place, diag) : st;
}

void shelf_rules_remove(struct tms_shelf *shelf, uint32_t place)
{
	struct tms_shelves *shelves = shelf->home;
	struct tms_index *index = tms_catalog_index(shelves->catalog);
	uint32_t rule = shelf_rule(shelf, place);

	if (rule == TMS_INDEX_NONE)
		return;
	scan_costs_remove(&shelves->scans, index, rule, shelf->set->sources, shelf->set->count);
	take_out(&shelf->rules, place);
	tms_index_remove_rule(index, rule);
}

uint32_t shelf_rule(const struct tms_shelf *shelf, uint32_t place)
{
	return place == TMS_INDEX_NONE ? TMS_INDEX_NONE : shelf_rules_at(&shelf->rules, place);
}
