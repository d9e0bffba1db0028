#include "service/sources.h"

#include <stdlib.h>

#include "service/source_state.h"

void sources_fini(struct tms_sources *sources)
{
	for (size_t i = 0; i < sources->count; i++)
		source_free(sources->list[i]);
	free(sources->list);
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
	size_t at = find_at(sources, name, &is_there);

	return is_there ? sources->list[at] : NULL;
}

static bool make_room(struct tms_sources *sources, size_t count)
{
	size_t capacity = sources->capacity ? sources->capacity : 16;

	while (capacity < sources->count + count)
		capacity *= 2;
	if (capacity == sources->capacity)
		return true;
	struct tms_source **grown =
		reallocarray(sources->list, capacity, sizeof(struct tms_source *));
	if (!grown)
		return false;
	sources->list = grown;
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
	sources->count++;
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

enum tms_status sources_have_all(struct tms_sources *sources, const struct tms_conf *conf)
{
	struct tms_source **made =
		calloc(conf->sources_count ? conf->sources_count : 1, sizeof(struct tms_source *));
	size_t count = 0;

	enum tms_status st = made && make_room(sources, conf->sources_count) ? TMS_OK : TMS_ENOMEM;
	for (size_t i = 0; st == TMS_OK && i < conf->sources_count; i++) {
		if (tms_sources_find(sources, conf->sources[i].name))
			continue;
		made[count] = source_new(sources->world, conf->sources[i].name);
		st = made[count] ? TMS_OK : TMS_ENOMEM;
		count += st == TMS_OK;
	}
	for (size_t i = 0; i < count; i++)
		if (st == TMS_OK)
			insert(sources, made[i]);
		else
			source_free(made[i]);
	free(made);
	return st;
}

void sources_configure(struct tms_sources *sources)
{
	for (size_t i = 0; i < sources->count; i++)
		source_configure(sources->list[i],
			tms_conf_find_source(sources->world->conf, sources->list[i]->name));
}

void sources_keep(struct tms_sources *sources, struct tms_str name)
{
	struct tms_source *source = sources_have(sources, name);

	if (source)
		source_load(source);
}
