/* The catalogue as a whole, and which windows it follows. */
#include <stdlib.h>

#include "catalog_private.h"

enum tms_status tms_catalog_new(struct tms_hash_seed seed, struct tms_catalog **out)
{
	struct tms_catalog *catalog = calloc(1, sizeof(*catalog));

	if (!catalog || tms_index_new(seed, &catalog->index) != TMS_OK) {
		free(catalog);
		return TMS_ENOMEM;
	}
	catalog->seed = seed;
	catalog->free_source = TMS_CATALOG_NONE;
	*out = catalog;
	return TMS_OK;
}

void tms_catalog_free(struct tms_catalog *catalog)
{
	if (!catalog)
		return;
	(void)combination_tidy(catalog, SIZE_MAX);
	tms_index_free(catalog->index);
	id_table_free(&catalog->combinations);
	free(catalog->sources);
	free(catalog->owners);
	free(catalog->unused);
	free((void *)catalog->group);
	free(catalog->listers);
	free(catalog);
}

struct tms_index *tms_catalog_index(struct tms_catalog *catalog)
{
	return catalog->index;
}

/* ---- windows ---- */

static enum tms_status take_number(struct tms_catalog *catalog, uint32_t *source)
{
	uint32_t capacity = catalog->sources_capacity ? 2 * catalog->sources_capacity : 16;

	if (catalog->free_source != TMS_CATALOG_NONE) {
		*source = catalog->free_source;
		catalog->free_source = catalog->sources[*source].next_free;
		return TMS_OK;
	}
	if (catalog->sources_count == catalog->sources_capacity) {
		struct catalog_source *sources =
			reallocarray(catalog->sources, capacity, sizeof(*sources));
		if (!sources)
			return TMS_ENOMEM;
		catalog->sources = sources;
		catalog->sources_capacity = capacity;
	}
	*source = catalog->sources_count++;
	catalog->sources[*source] = (struct catalog_source){ 0 };
	return TMS_OK;
}

static void give_number(struct tms_catalog *catalog, uint32_t source)
{
	if (catalog->sources_live == 0) {
		free(catalog->sources);
		catalog->sources = NULL;
		catalog->sources_count = catalog->sources_capacity = 0;
		catalog->free_source = TMS_CATALOG_NONE;
		return;
	}
	catalog->sources[source].next_free = catalog->free_source;
	catalog->free_source = source;
}

enum tms_status tms_catalog_add(
	struct tms_catalog *catalog, struct tms_window *window, uint32_t *source)
{
	uint32_t number = 0, owner = 0;

	enum tms_status st = take_number(catalog, &number);
	if (st != TMS_OK)
		return st;
	st = owner_map_new(catalog, (struct catalog_owner){ .source = number }, &owner);
	if (st != TMS_OK) {
		give_number(catalog, number);
		return st;
	}
	catalog->sources[number] =
		(struct catalog_source){ .follow = { .window = window }, .owner = owner };
	catalog->sources_live++;
	*source = number;
	return TMS_OK;
}

bool tms_catalog_drain(struct tms_catalog *catalog, uint32_t source, size_t work)
{
	struct catalog_source *drained = &catalog->sources[source];
	struct catalog_step step = { .catalog = catalog };
	uint32_t slot = 0;

	drained->follow = (struct window_follow){ .window = drained->follow.window };
	do {
		slot = index_owner_next(catalog->index, drained->owner, slot);
		if (slot == TMS_INDEX_NONE)
			return false;
		own_slot_drop(&step, source, slot++);
	} while (step.done < work);
	return true;
}

void tms_catalog_remove(struct tms_catalog *catalog, uint32_t source)
{
	struct catalog_source *removed = &catalog->sources[source];

	combination_forget(catalog, source);
	(void)tms_catalog_drain(catalog, source, SIZE_MAX);
	owner_map_free(catalog, removed->owner);
	removed->follow.window = NULL;
	catalog->sources_live--;
	give_number(catalog, source);
}

/* All that is there is looked at, so what was noted of the window up to now needs no look. */
void tms_catalog_join(struct tms_catalog *catalog, struct tms_window *known)
{
	if (catalog->known.window == known)
		return;
	catalog->known = (struct window_follow){ .window = known };
	if (known)
		(void)window_follow_end(&catalog->known);
	catalog->is_sweeping = true;
	catalog->swept = 0;
}

bool tms_catalog_tidy(struct tms_catalog *catalog, size_t work)
{
	return combination_tidy(catalog, work ? work : 1);
}

/* ---- what it holds ---- */

static size_t own_bytes(const struct tms_catalog *catalog)
{
	return sizeof(*catalog) + catalog->sources_capacity * sizeof(*catalog->sources) +
	       catalog->owners_count * sizeof(*catalog->owners) +
	       id_table_bytes(&catalog->combinations) + catalog->combination_bytes +
	       catalog->unused_capacity * sizeof(*catalog->unused) +
	       catalog->room * (sizeof(*catalog->group) + sizeof(*catalog->listers)) +
	       catalog->scope_bytes + catalog->picture_bytes;
}

void tms_catalog_stats(const struct tms_catalog *catalog, struct tms_catalog_stats *out)
{
	*out = (struct tms_catalog_stats){
		.sources = catalog->sources_live,
		.items = catalog->items,
		.merged = catalog->merged,
		.unused = tms_index_count(catalog->index) - catalog->items - catalog->merged,
		.scopes = catalog->scopes,
		.built = catalog->built,
		.bytes = own_bytes(catalog),
		.puts = catalog->puts,
		.visits = catalog->visits,
	};
}
