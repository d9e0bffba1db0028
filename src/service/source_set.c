#include "source_set.h"

#include <stdlib.h>

#include "service.h"

static void place_free(struct tms_place *place)
{
	free(place->names);
	free((char *)(uintptr_t)place->sources.ptr);
	free(place);
}

void places_fini(struct tms_places *places, struct tms_shelves *shelves)
{
	for (size_t i = 0; i < places->count; i++) {
		if (!places->list[i])
			continue;
		shelf_displace(shelves, places->list[i]->shelf);
		place_free(places->list[i]);
	}
	free(places->list);
	tms_map_free(&places->by_sources);
	*places = (struct tms_places){ .by_sources.seed = places->by_sources.seed };
}

/* The first free number, with room for its place; false when memory is out. */
static bool take_number(struct tms_places *places, uint32_t *number)
{
	size_t at = 0;

	while (at < places->count && places->list[at])
		at++;
	if (at == places->capacity) {
		size_t capacity = places->capacity ? places->capacity * 2 : 16;
		struct tms_place **grown =
			reallocarray(places->list, capacity, sizeof(struct tms_place *));
		if (!grown)
			return false;
		places->list = grown;
		places->capacity = capacity;
	}
	*number = (uint32_t)at;
	return true;
}

static bool copy_sources(struct tms_place *place, struct tms_str sources)
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
	place->sources = rest = (struct tms_str){ copy, sources.len };
	place->names = calloc(most, sizeof(*place->names));
	while (place->names && tms_str_split(&rest, ',', &name))
		place->names[place->names_count++] = name;
	return place->names != NULL;
}

/* Sources that only feeds gone from the configuration still need are read from the store, and
 * polled no more. */
static struct tms_place *place_new(
	struct tms_places *places, struct tms_service *service, struct tms_str sources)
{
	struct tms_place *place = calloc(1, sizeof(*place));

	if (!place || !copy_sources(place, sources) || !take_number(places, &place->number))
		goto fail;
	for (size_t i = 0; i < place->names_count; i++)
		service_keep_source(service, place->names[i]);
	place->shelf = shelf_place(&service->shelves, place->names, place->names_count);
	if (!place->shelf)
		goto fail;
	if (tms_map_put(&places->by_sources, place->sources, place) != TMS_OK) {
		shelf_displace(&service->shelves, place->shelf);
		goto fail;
	}
	places->list[place->number] = place;
	if (place->number == places->count)
		places->count++;
	return place;
fail:
	if (place)
		place_free(place);
	return NULL;
}

enum tms_status source_set_get(struct tms_places *places, struct tms_service *service,
	struct tms_str sources, struct tms_place **out)
{
	struct tms_place *place = places->last;

	if (!place || !tms_str_equal(place->sources, sources))
		place = tms_map_find(&places->by_sources, sources);
	if (!place)
		place = place_new(places, service, sources);
	if (!place)
		return TMS_ENOMEM;
	places->last = place;
	place->users++;
	*out = place;
	return TMS_OK;
}

void source_set_release(
	struct tms_places *places, struct tms_shelves *shelves, struct tms_place *place)
{
	if (--place->users > 0)
		return;
	if (places->last == place)
		places->last = NULL;
	places->list[place->number] = NULL;
	(void)tms_map_remove(&places->by_sources, place->sources);
	shelf_displace(shelves, place->shelf);
	place_free(place);
}
