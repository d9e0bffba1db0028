/* A plan once it is made: what stands in its block. */
#include "plan_private.h"

size_t index_plan_head_bytes(const struct index_plan *plan)
{
	if (plan->kind == PLAN_RANGE)
		return sizeof(*plan) + sizeof(struct index_range);
	if (plan->kind == PLAN_SCAN)
		return sizeof(*plan) + sizeof(uint32_t);
	return sizeof(*plan) + plan->places * sizeof(uint32_t) +
	       plan->covers * sizeof(struct index_cover) +
	       (plan->has_anchor ? sizeof(uint32_t) : 0);
}

struct index_range index_plan_range(const struct index_plan *plan)
{
	struct index_range range;

	memcpy(&range, plan + 1, sizeof(range));
	return range;
}

struct index_asked_subject index_plan_subject(const struct index_plan *plan)
{
	struct index_asked_subject asked;

	memcpy(&asked, index_plan_print(plan).ptr, sizeof(asked));
	return asked;
}

uint32_t index_plan_list(const struct index_plan *plan)
{
	uint32_t number;

	memcpy(&number, index_plan_print(plan).ptr, sizeof(number));
	return number;
}

struct tms_str index_plan_print(const struct index_plan *plan)
{
	size_t from = index_plan_head_bytes(plan);

	return (struct tms_str){ (const char *)plan + from, plan->bytes - from };
}

uint32_t index_plan_scan_cost(const struct index_plan *plan)
{
	uint32_t cost = 0;

	if (plan->kind == PLAN_SCAN)
		memcpy(&cost, plan + 1, sizeof(cost));
	return cost;
}

uint32_t index_plan_own_anchor(const struct index_plan *plan)
{
	uint32_t anchor;

	memcpy(&anchor, (const char *)plan + index_plan_head_bytes(plan) - sizeof(anchor),
		sizeof(anchor));
	return anchor;
}

/* Bit k: place k is covered by one of the covers. */
static uint64_t covered_places(const struct index_plan *plan)
{
	const struct index_cover *covers = index_plan_covers(plan);
	uint64_t covered = 0;

	for (size_t i = 0; i < plan->covers; i++)
		covered |= ((UINT64_C(1) << covers[i].span) - 1) << covers[i].first;
	return covered;
}

size_t index_plan_bytes(const struct index_plan *plan)
{
	return plan->bytes;
}

uint32_t index_plan_hash(const struct index_plan *plan)
{
	return plan->hash;
}

bool index_plan_equal(const struct index_plan *a, const struct index_plan *b)
{
	return a->hash == b->hash && a->bytes == b->bytes &&
	       memcmp(&a->kind, &b->kind, a->bytes - offsetof(struct index_plan, kind)) == 0;
}

bool index_plan_dated(const struct index_plan *plan)
{
	if (plan->kind != PLAN_RANGE)
		return false;
	uint32_t leaf = index_plan_range(plan).leaf;
	return leaf == LEAF_DATE || leaf == LEAF_DAY;
}

uint32_t index_plan_anchor(const struct index_items *items, const struct index_plan *plan)
{
	uint32_t best = INDEX_ATOM_ANY;
	size_t least = SIZE_MAX;

	if (plan->kind == PLAN_RANGE)
		return INDEX_ATOM_ANY;
	if (plan->has_anchor)
		return index_plan_own_anchor(plan);
	uint64_t covered = covered_places(plan);
	for (size_t i = 0; i < plan->places; i++) {
		if (covered >> i & 1)
			continue;
		size_t weight = index_atom_weight(&items->atoms, index_plan_atoms(plan)[i]);
		if (weight < least) {
			least = weight;
			best = index_plan_atoms(plan)[i];
		}
	}
	return best;
}

size_t index_scan_cost(const struct index_items *items)
{
	return items->scan_cost;
}
