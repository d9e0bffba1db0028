/* Which shelves there are: made, found, and let go. How one follows its windows: shelf_follow.c. */
#include "service/shelf.h"

#include <stdlib.h>

#include <event2/event.h>
#include <sodium.h>

#include "service/service.h"

/* Shelves that no feed uses any more and that are kept: a registry that is built anew, or a reader
 * of a filter address that comes back, finds them filled. */
#define UNUSED_MAX 16
/* What a view holds of each window that it follows; of each item; and of one that several windows
 * list, which is made for this view alone. About, because the parts are others' business. */
#define SEEN_BYTES 64
#define LISTED_BYTES (2 * sizeof(void *))
/* The allocator takes a part more beside what is asked of it: of 3,000 sets, measured, a fifth. */
#define ALLOCATOR_PART 3
#define MERGED_BYTES (sizeof(struct tms_view_item) + 256)

/* ---- one shelf ---- */

static void shelf_free(struct tms_shelf *shelf)
{
	if (!shelf)
		return;
	shelf_end_waits(shelf, TMS_SHELF_OVER);
	while (shelf->renditions)
		rendition_retire(shelf->renditions);
	while (shelf->unwritten_count > 0)
		tms_view_item_unref(shelf->unwritten[--shelf->unwritten_count]);
	free(shelf->unwritten);
	shelf_ask_fini(&shelf->ask);
	tms_index_free(shelf->index);
	tms_view_free(shelf->view);
	free(shelf->sources);
	free(shelf->windows);
	free((char *)(uintptr_t)shelf->key.ptr);
	free(shelf);
}

size_t shelf_bytes(const struct tms_shelf *shelf)
{
	struct tms_index_stats stats;

	tms_index_stats(shelf->index, &stats);
	size_t bytes =
		sizeof(*shelf) + shelf->key.len + shelf->count * (sizeof(void *) * 2 + SEEN_BYTES) +
		stats.item_bytes + stats.rule_bytes + tms_view_count(shelf->view) * LISTED_BYTES +
		shelf->merged_count * MERGED_BYTES + shelf->unwritten_capacity * sizeof(void *);
	return bytes + bytes / ALLOCATOR_PART;
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
static struct tms_shelf *shelf_new(struct tms_buf *key, size_t count)
{
	struct tms_shelf *shelf = calloc(1, sizeof(*shelf));
	struct tms_hash_seed seed = { 0 };

	if (!shelf)
		return NULL;
	randombytes_buf(&seed, sizeof(seed));
	shelf->key = tms_buf_str(key);
	*key = (struct tms_buf){ 0 };
	shelf->sources = calloc(count ? count : 1, sizeof(struct tms_source *));
	shelf->windows = calloc(count ? count : 1, sizeof(struct tms_window *));
	if (!shelf->sources || !shelf->windows || tms_view_new(&shelf->view) != TMS_OK ||
		tms_index_new(seed, &shelf->index) != TMS_OK) {
		shelf_free(shelf);
		return NULL;
	}
	return shelf;
}

/* ---- all shelves ---- */

enum tms_status shelves_init(struct tms_shelves *shelves, struct tms_service *service)
{
	*shelves = (struct tms_shelves){ .service = service };
	randombytes_buf(&shelves->by_key.seed, sizeof(shelves->by_key.seed));
	shelves->step = shelves_timer(shelves);
	return shelves->step ? TMS_OK : TMS_ENOMEM;
}

void shelves_fini(struct tms_shelves *shelves)
{
	while (shelves->all) {
		struct tms_shelf *shelf = shelves->all;
		shelves->all = shelf->next;
		shelf_free(shelf);
	}
	tms_map_free(&shelves->by_key);
	if (shelves->step)
		event_free(shelves->step);
	*shelves = (struct tms_shelves){ 0 };
}

/* Finds the sources again: one may have come since. */
static void resolve(struct tms_shelves *shelves, struct tms_shelf *shelf,
	const struct tms_str *names, size_t count)
{
	size_t known = shelf->count;

	shelf->count = 0;
	tms_view_join(shelf->view, tms_categories_window(&shelves->service->categories));
	for (size_t i = 0; i < count; i++) {
		struct tms_source *source = tms_service_source(shelves->service, names[i]);
		if (!source)
			continue;
		shelf->sources[shelf->count] = source;
		shelf->windows[shelf->count++] = source->window;
	}
	if (shelf->count != known || !shelf->is_filled)
		shelf_fall_behind(shelves, shelf, true);
}

static struct tms_shelf *shelf_add(struct tms_shelves *shelves, struct tms_buf *key, size_t count)
{
	struct tms_shelf *shelf = shelf_new(key, count);

	if (!shelf || tms_map_put(&shelves->by_key, shelf->key, shelf) != TMS_OK) {
		shelf_free(shelf);
		return NULL;
	}
	shelf->next = shelves->all;
	if (shelf->next)
		shelf->next->before = shelf;
	shelves->all = shelf;
	shelves->unused++;
	shelf_lru_add(shelves, shelf);
	return shelf;
}

static void shelf_remove(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	*(shelf->before ? &shelf->before->next : &shelves->all) = shelf->next;
	if (shelf->next)
		shelf->next->before = shelf->before;
	shelf_lru_remove(shelves, shelf);
	shelves->unused--;
	(void)tms_map_remove(&shelves->by_key, shelf->key);
	shelf_free(shelf);
}

struct tms_shelf *shelf_get(struct tms_shelves *shelves, const struct tms_str *names, size_t count)
{
	struct tms_buf key = { 0 };
	struct tms_shelf *shelf = NULL;

	write_key(&key, names, count);
	if (key.status != TMS_OK)
		goto out;
	shelf = tms_map_find(&shelves->by_key, tms_buf_str(&key));
	if (!shelf)
		shelf = shelf_add(shelves, &key, count);
	if (!shelf)
		goto out;
	shelf->is_left = false;
	resolve(shelves, shelf, names, count);
	shelves->unused -= shelf->users == 0;
	shelf->users++;
out:
	tms_buf_free(&key);
	return shelf;
}

void shelf_release(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	if (!shelf || --shelf->users > 0)
		return;
	if (++shelves->unused <= UNUSED_MAX)
		return;
	/* what no place uses is a set; the one asked for longest ago goes */
	struct tms_shelf *gone = shelves->lru.oldest;
	while (gone && (gone->users > 0 || gone->waits))
		gone = gone->lru.newer;
	if (gone)
		shelf_remove(shelves, gone);
}

struct tms_shelf *shelf_pin(struct tms_shelves *shelves, const struct tms_str *names, size_t count)
{
	struct tms_shelf *shelf = shelf_get(shelves, names, count);

	if (shelf && shelf->pins++ == 0)
		shelf_lru_remove(shelves, shelf);
	return shelf;
}

void shelf_unpin(struct tms_shelves *shelves, struct tms_shelf *shelf)
{
	if (shelf && --shelf->pins == 0)
		shelf_lru_add(shelves, shelf);
	shelf_release(shelves, shelf);
}

void shelf_put_out(struct tms_shelves *shelves, struct tms_shelf *shelf, enum tms_shelf_word word)
{
	shelves->unused -= shelf->users == 0;
	shelf->users++; /* so that it is there until its last address is gone */
	feeds_forget_shelf(&shelves->service->feeds, shelf);
	shelf_end_waits(shelf, word);
	shelf->users--;
	shelves->unused++;
	shelf_remove(shelves, shelf);
}
