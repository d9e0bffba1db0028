/* Scans counted by source: how many feeds ask for each, and what they cost together. */
#include "service/scan_costs.h"

#include <stdlib.h>

#include <sodium.h>

struct scan_record {
	struct record_link link;
	uint32_t source, cost, refs;
	uint64_t print; /* hash of what it asks */
};

/* A rule that comes or goes. */
struct scan_change {
	struct scan_costs *costs;
	const uint32_t *sources;
	size_t count, most;
	struct scan_refusal *refusal;
	enum tms_status status;
	size_t told, stop; /* scans of the rule: so many were told, or are to be taken back */
};

void scan_costs_init(struct scan_costs *costs)
{
	*costs = (struct scan_costs){ .pool = { .size = sizeof(struct scan_record) },
		.table = { .pool = &costs->pool } };
	randombytes_buf(&costs->seed, sizeof(costs->seed));
}

void scan_costs_fini(struct scan_costs *costs)
{
	record_table_free(&costs->table);
	record_pool_free(&costs->pool);
	free(costs->sums);
	*costs = (struct scan_costs){ 0 };
}

size_t scan_costs_of(const struct scan_costs *costs, uint32_t source)
{
	return source < costs->sums_count ? costs->sums[source] : 0;
}

static struct scan_record *record_at(const struct scan_costs *costs, uint32_t number)
{
	return record_pool_at(&costs->pool, number);
}

static uint32_t hash_of(uint32_t source, uint64_t print)
{
	return (uint32_t)(print ^ print >> 32) ^ source * UINT32_C(0x9e3779b9);
}

static uint32_t find(const struct scan_costs *costs, uint32_t source, uint64_t print)
{
	uint32_t number = record_table_first(&costs->table, hash_of(source, print));

	while (number != RECORD_NONE && (record_at(costs, number)->source != source ||
						record_at(costs, number)->print != print))
		number = record_table_next(&costs->table, number);
	return number;
}

/* ---- one scan of one source ---- */

static bool have_sum(struct scan_costs *costs, uint32_t source)
{
	if (source < costs->sums_count)
		return true;
	size_t count = (size_t)source + source / 4 + 16;
	size_t *grown = reallocarray(costs->sums, count, sizeof(*grown));
	if (!grown)
		return false;
	memset(grown + costs->sums_count, 0, (count - costs->sums_count) * sizeof(*grown));
	costs->sums = grown;
	costs->sums_count = count;
	return true;
}

static enum tms_status add_one(
	struct scan_costs *costs, uint32_t source, uint64_t print, size_t cost, size_t most)
{
	uint32_t number = find(costs, source, print);

	if (number != RECORD_NONE) {
		record_at(costs, number)->refs++;
		return TMS_OK;
	}
	if (!have_sum(costs, source))
		return TMS_ENOMEM;
	if (costs->sums[source] + cost > most)
		return TMS_ELIMIT;
	enum tms_status st = record_pool_take(&costs->pool, &number);
	if (st != TMS_OK)
		return st;
	*record_at(costs, number) =
		(struct scan_record){ .link = { .hash = hash_of(source, print) },
			.source = source,
			.cost = (uint32_t)cost,
			.refs = 1,
			.print = print };
	st = record_table_add(&costs->table, number);
	if (st != TMS_OK) {
		record_pool_give_back(&costs->pool, number);
		return st;
	}
	costs->sums[source] += cost;
	return TMS_OK;
}

static void remove_one(struct scan_costs *costs, uint32_t source, uint64_t print)
{
	uint32_t number = find(costs, source, print);

	if (number == RECORD_NONE || --record_at(costs, number)->refs > 0)
		return;
	costs->sums[source] -= record_at(costs, number)->cost;
	record_table_remove(&costs->table, number);
	record_pool_give_back(&costs->pool, number);
}

/* ---- rules ---- */

static void on_added(void *context, struct tms_str print, size_t cost)
{
	struct scan_change *change = context;
	uint64_t hash = tms_hash(change->costs->seed, print);
	size_t done = 0;

	for (; change->status == TMS_OK && done < change->count; done++)
		change->status =
			add_one(change->costs, change->sources[done], hash, cost, change->most);
	if (change->status == TMS_OK) {
		change->told++;
		return;
	}
	if (done == 0) /* one before has failed */
		return;
	if (change->status == TMS_ELIMIT)
		*change->refusal = (struct scan_refusal){ print, change->sources[done - 1],
			scan_costs_of(change->costs, change->sources[done - 1]) + cost };
	for (done--; done > 0; done--)
		remove_one(change->costs, change->sources[done - 1], hash);
}

static void on_removed(void *context, struct tms_str print, size_t cost)
{
	struct scan_change *change = context;
	uint64_t hash = tms_hash(change->costs->seed, print);

	(void)cost;
	if (change->told++ >= change->stop)
		return;
	for (size_t i = 0; i < change->count; i++)
		remove_one(change->costs, change->sources[i], hash);
}

enum tms_status scan_costs_add(struct scan_costs *costs, const struct tms_index *index,
	uint32_t rule, const uint32_t *sources, size_t count, size_t most,
	struct scan_refusal *refusal)
{
	struct scan_change change = {
		.costs = costs, .sources = sources, .count = count, .most = most, .refusal = refusal
	};

	tms_index_rule_scans(index, rule, on_added, &change);
	if (change.status == TMS_OK)
		return TMS_OK;
	enum tms_status st = change.status;
	change.stop = change.told; /* in the same order: those that came before */
	change.told = 0;
	tms_index_rule_scans(index, rule, on_removed, &change);
	return st;
}

void scan_costs_remove(struct scan_costs *costs, const struct tms_index *index, uint32_t rule,
	const uint32_t *sources, size_t count)
{
	struct scan_change change = {
		.costs = costs, .sources = sources, .count = count, .stop = SIZE_MAX
	};

	tms_index_rule_scans(index, rule, on_removed, &change);
}
