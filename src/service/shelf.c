#include "service/shelf.h"

#include <stdlib.h>

#include "service/service.h"

static void shelf_free(struct tms_shelf *shelf)
{
	if (!shelf)
		return;
	tms_view_free(shelf->view);
	free(shelf->sources);
	free(shelf->windows);
	free((char *)(uintptr_t)shelf->key.ptr);
	free(shelf);
}

void tms_shelves_free(struct tms_map *shelves)
{
	size_t cursor = 0;
	void *shelf = NULL;

	while (tms_map_next(shelves, &cursor, NULL, &shelf))
		shelf_free(shelf);
	tms_map_free(shelves);
}

static int by_name(const void *a, const void *b)
{
	return tms_str_compare(*(const struct tms_str *)a, *(const struct tms_str *)b);
}

/* The names in byte order, joined; in `buf`. */
static void write_key(struct tms_buf *buf, const struct tms_str *names, size_t count)
{
	struct tms_str *sorted = calloc(count ? count : 1, sizeof(*sorted));

	if (!sorted) {
		buf->status = TMS_ENOMEM;
		return;
	}
	if (count > 0)
		memcpy(sorted, names, count * sizeof(*names));
	qsort(sorted, count, sizeof(*sorted), by_name);
	tms_buf_add_char(buf, ','); /* so that the key is never empty */
	for (size_t i = 0; i < count; i++) {
		tms_buf_add(buf, sorted[i]);
		tms_buf_add_char(buf, ',');
	}
	free(sorted);
}

/* Takes the key's bytes. */
static struct tms_shelf *shelf_new(
	struct tms_service *service, struct tms_buf *key, const struct tms_str *names, size_t count)
{
	struct tms_shelf *shelf = calloc(1, sizeof(*shelf));

	if (!shelf)
		return NULL;
	shelf->key = tms_buf_str(key);
	*key = (struct tms_buf){ 0 };
	shelf->sources = calloc(count ? count : 1, sizeof(struct tms_source *));
	shelf->windows = calloc(count ? count : 1, sizeof(struct tms_window *));
	if (!shelf->sources || !shelf->windows || tms_view_new(&shelf->view) != TMS_OK) {
		shelf_free(shelf);
		return NULL;
	}
	for (size_t i = 0; i < count; i++) {
		struct tms_source *source = tms_service_source(service, names[i]);
		if (!source)
			continue;
		shelf->sources[shelf->count] = source;
		shelf->windows[shelf->count++] = source->window;
	}
	return shelf;
}

struct tms_shelf *tms_shelf_get(
	struct tms_service *service, const struct tms_str *names, size_t count)
{
	struct tms_map *shelves = &service->feeds.shelves;
	struct tms_buf key = { 0 };

	write_key(&key, names, count);
	struct tms_shelf *shelf =
		key.status == TMS_OK ? tms_map_find(shelves, tms_buf_str(&key)) : NULL;
	if (!shelf && key.status == TMS_OK) {
		shelf = shelf_new(service, &key, names, count);
		if (shelf && tms_map_put(shelves, shelf->key, shelf) != TMS_OK) {
			shelf_free(shelf);
			shelf = NULL;
		}
	}
	tms_buf_free(&key);
	return shelf;
}

struct tms_view *tms_shelf_refresh(struct tms_shelf *shelf)
{
	return tms_view_refresh(shelf->view, shelf->windows, shelf->count) == TMS_OK ? shelf->view
										     : NULL;
}
