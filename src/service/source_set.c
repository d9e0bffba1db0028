/* Sets of sources, numbered and counted, each with its pinned shelf. */
#include "service/source_set.h"

#include <stdlib.h>

#include "service/sources.h"

static void set_free(struct source_set *set)
{
	free(set->names);
	free((char *)(uintptr_t)set->sources.ptr);
	free(set);
}

void source_sets_fini(struct source_sets *sets)
{
	for (size_t i = 0; i < sets->count; i++) {
		if (!sets->list[i])
			continue;
		shelves_unpin(sets->shelves, sets->list[i]->shelf);
		set_free(sets->list[i]);
	}
	free(sets->list);
	tms_map_free(&sets->by_sources);
	*sets = (struct source_sets){ 0 };
}

/* The first free number, with room for its set; false when memory is out. */
static bool take_number(struct source_sets *sets, uint32_t *number)
{
	size_t at = 0;

	while (at < sets->count && sets->list[at])
		at++;
	if (at == sets->capacity) {
		size_t capacity = sets->capacity ? sets->capacity * 2 : 16;
		struct source_set **grown =
			reallocarray(sets->list, capacity, sizeof(struct source_set *));
		if (!grown)
			return false;
		sets->list = grown;
		sets->capacity = capacity;
	}
	*number = (uint32_t)at;
	return true;
}

static bool copy_sources(struct source_set *set, struct tms_str sources)
{
	struct tms_str rest = { 0 }, name = { 0 };
	char *copy = malloc(sources.len + 1);
	size_t most = 1;

	if (!copy)
		return false;
	if (sources.len > 0)
		memcpy(copy, sources.ptr, sources.len);
	for (size_t i = 0; i < sources.len; i++)
		most += copy[i] == ',';
	set->sources = rest = (struct tms_str){ copy, sources.len };
	set->names = calloc(most, sizeof(*set->names));
	while (set->names && tms_str_split(&rest, ',', &name))
		set->names[set->names_count++] = name;
	return set->names != NULL;
}

/* Sources that only feeds gone from the configuration still need are read from the store, and
 * polled no more. */
static struct source_set *set_new(struct source_sets *sets, struct tms_str sources)
{
	struct source_set *set = calloc(1, sizeof(*set));

	if (!set || !copy_sources(set, sources) || !take_number(sets, &set->number))
		goto fail;
	for (size_t i = 0; i < set->names_count; i++)
		sources_keep(sets->shelves->world->sources, set->names[i]);
	set->shelf = shelves_pin(sets->shelves, set->names, set->names_count);
	if (!set->shelf)
		goto fail;
	if (tms_map_put(&sets->by_sources, set->sources, set) != TMS_OK) {
		shelves_unpin(sets->shelves, set->shelf);
		goto fail;
	}
	sets->list[set->number] = set;
	if (set->number == sets->count)
		sets->count++;
	return set;
fail:
	if (set)
		set_free(set);
	return NULL;
}

enum tms_status source_set_get(
	struct source_sets *sets, struct tms_str sources, struct source_set **out)
{
	struct source_set *set = sets->last;

	if (!set || !tms_str_equal(set->sources, sources))
		set = tms_map_find(&sets->by_sources, sources);
	if (!set)
		set = set_new(sets, sources);
	if (!set)
		return TMS_ENOMEM;
	sets->last = set;
	set->users++;
	*out = set;
	return TMS_OK;
}

void source_set_release(struct source_sets *sets, struct source_set *set)
{
	if (--set->users > 0)
		return;
	if (sets->last == set)
		sets->last = NULL;
	sets->list[set->number] = NULL;
	(void)tms_map_remove(&sets->by_sources, set->sources);
	shelves_unpin(sets->shelves, set->shelf);
	set_free(set);
}
