/* All sources in one array, sorted by name. */
#include "service/sources.h"

#include <stdlib.h>

#include <sodium.h>

#include "service/source_state.h"

void sources_fini(struct tms_sources *sources)
{
	for (size_t i = 0; i < sources->count; i++)
		source_free(sources->list[i]);
	free(sources->list);
	free(sources->by_number);
	tms_map_free(&sources->by_name);
	*sources = (struct tms_sources){ 0 };
}

/* Where the name is, or has to go. */
static size_t find_at(const struct tms_sources *sources, struct tms_str name, bool *is_there)
{
	size_t low = 0, high = sources->count;

	*is_there = false;
	while (low < high && !*is_there) {
		size_t middle = low + (high - low) / 2;
		int order = tms_str_compare(sources->list[middle]->name, name);
		*is_there = order == 0;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return high;
}

struct tms_source *tms_sources_find(const struct tms_sources *sources, struct tms_str name)
{
	bool is_there = false;

	if (sources->by_name.count == sources->count)
		return tms_map_find(&sources->by_name, name);
	size_t at = find_at(sources, name, &is_there);
	return is_there ? sources->list[at] : NULL;
}

static bool grow(struct tms_source ***list, size_t capacity)
{
	struct tms_source **grown = reallocarray(*list, capacity, sizeof(struct tms_source *));

	if (grown)
		*list = grown;
	return grown != NULL;
}

static bool make_room(struct tms_sources *sources, size_t count)
{
	size_t capacity = sources->capacity ? sources->capacity : 16;

	while (capacity < sources->count + count)
		capacity *= 2;
	if (capacity == sources->capacity)
		return true;
	if (!grow(&sources->list, capacity) || !grow(&sources->by_number, capacity))
		return false;
	sources->capacity = capacity;
	return true;
}

/* There is room. */
static void insert(struct tms_sources *sources, struct tms_source *source)
{
	bool is_there = false;
	size_t at = find_at(sources, source->name, &is_there);

	memmove(&sources->list[at + 1], &sources->list[at],
		(sources->count - at) * sizeof(struct tms_source *));
	sources->list[at] = source;
	source->number = (uint32_t)sources->count;
	sources->by_number[sources->count++] = source;
	if (sources->by_name.count == 0)
		randombytes_buf(&sources->by_name.seed, sizeof(sources->by_name.seed));
	if (tms_map_put(&sources->by_name, source->name, source) != TMS_OK)
		return; /* the list is searched */
}

struct tms_source *sources_have(struct tms_sources *sources, struct tms_str name)
{
	struct tms_source *source = tms_sources_find(sources, name);

	if (source || !make_room(sources, 1))
		return source;
	source = source_new(sources->world, name);
	if (source)
		insert(sources, source);
	return source;
}

enum tms_status sources_make_missing(
	struct tms_sources *sources, const struct tms_conf *conf, struct tms_sources *made)
{
	struct tms_sources missing = { .world = sources->world };

	if (!make_room(sources, conf->sources_count))
		return TMS_ENOMEM;
	for (size_t i = 0; i < conf->sources_count; i++) {
		struct tms_str name = conf->sources[i].name;
		if (tms_sources_find(sources, name) || sources_have(&missing, name))
			continue;
		sources_fini(&missing);
		return TMS_ENOMEM;
	}
	*made = missing;
	return TMS_OK;
}

void sources_take(struct tms_sources *sources, struct tms_sources *made)
{
	for (size_t i = 0; i < made->count; i++)
		insert(sources, made->list[i]);
	free(made->list);
	free(made->by_number);
	tms_map_free(&made->by_name);
	*made = (struct tms_sources){ 0 };
}

void sources_configure(struct tms_sources *sources)
{
	for (size_t i = 0; i < sources->count; i++)
		source_configure(sources->list[i],
			tms_conf_find_source(sources->world->conf, sources->list[i]->name));
}

struct tms_source *sources_keep(struct tms_sources *sources, struct tms_str name)
{
	struct tms_source *source = sources_have(sources, name);

	if (source)
		source_load(source);
	return source;
}
