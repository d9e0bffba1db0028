/* All rules asked of a shelf's new items, in batches of 64: which rules gained one. */
#include "service/shelf_ask.h"

#include <stdlib.h>

void shelf_ask_fini(struct shelf_ask *ask)
{
	tms_batch_free(ask->batch);
	free(ask->waiting);
	*ask = (struct shelf_ask){ 0 };
}

void shelf_ask_note(struct shelf_ask *ask, uint32_t slot, bool is_new)
{
	if (ask->count == ask->capacity) {
		size_t capacity = ask->capacity ? 2 * ask->capacity : 128;
		uint32_t *grown = reallocarray(ask->waiting, capacity, sizeof(*grown));
		if (!grown)
			return;
		ask->waiting = grown;
		ask->capacity = capacity;
	}
	ask->waiting[ask->count++] = slot << 1 | is_new;
}

static void end_batch(struct shelf_ask *ask)
{
	tms_batch_free(ask->batch);
	ask->batch = NULL;
	ask->told = ask->gained = 0;
}

void shelf_ask_pause(struct shelf_ask *ask)
{
	if (ask->batch)
		end_batch(ask);
}

/* The first that wait and are still there, each once. False when there are none, or no memory. */
static bool begin(struct shelf_ask *ask, struct tms_index *index, tms_time now)
{
	uint32_t slots[TMS_BATCH_ITEMS_MAX];
	size_t count = 0, at = 0;

	ask->fresh = 0;
	for (; at < ask->count && count < TMS_BATCH_ITEMS_MAX; at++) {
		uint32_t slot = ask->waiting[at] >> 1;
		size_t place = 0;
		while (place < count && slots[place] != slot)
			place++;
		if (slot >= tms_index_slots(index) || !tms_index_at(index, slot))
			continue;
		slots[place] = slot;
		count += place == count;
		ask->fresh |= (uint64_t)(ask->waiting[at] & 1) << place;
	}
	ask->taken = at;
	if (count > 0 && tms_batch_new(index, slots, count, now, &ask->batch) == TMS_OK)
		return true;
	ask->count = 0;
	return false;
}

static void on_rule(void *context, uint32_t rule, uint64_t items)
{
	struct shelf_ask *ask = context;

	(void)rule;
	ask->told++;
	ask->gained += (items & ask->fresh) != 0;
}

bool shelf_ask_step(struct shelf_ask *ask, struct tms_index *index, tms_time now, size_t work,
	struct shelf_ask_counts *counts)
{
	if (!ask->batch) /* to begin one is a slice's work */
		return ask->count > 0 && begin(ask, index, now);
	if (tms_batch_step(ask->batch, work, on_rule, ask))
		return true;
	counts->batches++;
	counts->told += ask->told;
	counts->gained += ask->gained;
	end_batch(ask);
	ask->count -= ask->taken;
	memmove(ask->waiting, ask->waiting + ask->taken, ask->count * sizeof(*ask->waiting));
	return ask->count > 0;
}
