/* What tests of batches share: items and rules of a few words, and what was told. */
#ifndef TAMIS_TESTS_INDEX_BATCHES_H
#define TAMIS_TESTS_INDEX_BATCHES_H

#include "search.h"

#define RULES_MAX 1024

/* What a batch told: the items of each rule. */
struct told {
	uint64_t items[RULES_MAX];
	size_t count, twice;
};

static inline void tell(void *context, uint32_t rule, uint64_t items)
{
	struct told *told = context;

	assert_in_range(rule, 0, RULES_MAX - 1);
	assert_int_not_equal(items, 0);
	told->twice += told->items[rule] != 0;
	told->items[rule] = items;
	told->count++;
}

static const char *const batch_words[] = { "agents", "memory", "tools", "diffusion", "video",
	"speech", "graph", "robot", "policy", "token" };

/* Items 0 to count - 1, in slots of these numbers; of each some words. */
static inline void list_some(struct world *w, size_t count)
{
	char id[8], title[64];

	for (size_t i = 0; i < count; i++) {
		(void)snprintf(id, sizeof(id), "%02zu", i);
		(void)snprintf(title, sizeof(title), "%s %s and %s", batch_words[i % 10],
			batch_words[(i * 3 + 1) % 10], batch_words[(i * 7 + i / 10) % 10]);
		list_title(w, id, title, NOON + (tms_time)i);
	}
}

static inline size_t add_some(struct world *w)
{
	char text[64];
	size_t count = 0;

	for (size_t a = 0; a < 10; a++) {
		for (size_t b = 0; b < 10; b++, count += 3) {
			(void)snprintf(text, sizeof(text), "%s %s", batch_words[a], batch_words[b]);
			(void)add_rule(w, text);
			(void)snprintf(
				text, sizeof(text), "%s -%s", batch_words[a], batch_words[b]);
			(void)add_rule(w, text);
			(void)snprintf(text, sizeof(text), "\"%s and %s\" OR /%s.+t/",
				batch_words[a], batch_words[b], batch_words[a]);
			(void)add_rule(w, text);
		}
	}
	return count;
}

static inline struct tms_batch *new_batch(struct world *w, size_t count)
{
	uint32_t slots[TMS_BATCH_ITEMS_MAX];
	struct tms_batch *batch = NULL;

	for (size_t i = 0; i < count; i++)
		slots[i] = tms_index_find(w->index, tms_view_at(w->view, i)->merged.item.id);
	assert_int_equal(tms_batch_new(w->index, slots, count, NOON + DAY, &batch), TMS_OK);
	return batch;
}

#endif
