/* One shelf: made, weighed and freed, who waits for it to be filled, and its entries. */
#include "service/shelf.h"

#include <stdlib.h>

#include <sodium.h>

#include "service/rendition_stale.h"

/* What the set of its sources holds of each, and the list of those that take that. */
#define SET_BYTES 8
/* What a view holds of each window that it follows; of each item; and of one that several windows
 * list, which is made for this view alone. About, because the parts are others' business. */
#define SEEN_BYTES 64
#define LISTED_BYTES (2 * sizeof(void *))
/* The allocator takes a part more beside what is asked of it: of 3,000 sets, measured, a fifth. */
#define ALLOCATOR_PART 3
#define MERGED_BYTES (sizeof(struct tms_view_item) + 256)
/* Of more, the newest are not written first: to put them in order would hold up others. */
#define ORDERED_MAX 500

/* ---- who waits for the first publication ---- */

void shelf_end_waits(struct tms_shelf *shelf, enum tms_shelf_word word)
{
	struct tms_shelf_wait *waits = shelf->waits;

	shelf->waits = NULL;
	while (waits) {
		struct tms_shelf_wait *wait = waits;
		waits = wait->next;
		wait->done(wait->context, word);
		free(wait);
	}
}

void shelf_drop_left(struct tms_shelf *shelf)
{
	struct tms_shelf_wait **at = &shelf->waits;

	if (!shelf->waits)
		return;
	while (*at) {
		struct tms_shelf_wait *wait = *at;
		if (wait->is_wanted(wait->context)) {
			at = &wait->next;
			continue;
		}
		*at = wait->next;
		wait->done(wait->context, TMS_SHELF_OVER);
		free(wait);
	}
	shelf->is_left = !shelf->waits && shelf->pins == 0;
}

/* ---- the shelf ---- */

void shelf_free(struct tms_shelf *shelf)
{
	if (!shelf)
		return;
	shelf_queue_leave(shelf);
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
	free(shelf);
}

struct tms_shelf *shelf_new(size_t count)
{
	struct tms_shelf *shelf = calloc(1, sizeof(*shelf));
	struct tms_hash_seed seed = { 0 };

	if (!shelf)
		return NULL;
	randombytes_buf(&seed, sizeof(seed));
	shelf->sources = calloc(count ? count : 1, sizeof(struct tms_source *));
	shelf->windows = calloc(count ? count : 1, sizeof(struct tms_window *));
	if (!shelf->sources || !shelf->windows || tms_view_new(&shelf->view) != TMS_OK ||
		tms_index_new(seed, &shelf->index) != TMS_OK) {
		shelf_free(shelf);
		return NULL;
	}
	return shelf;
}

static int by_name(const void *a, const void *b)
{
	return tms_str_compare(*(const struct tms_str *)a, *(const struct tms_str *)b);
}

struct tms_str shelf_names(struct tms_arena *arena, const struct tms_shelf *shelf)
{
	struct tms_str *names = TMS_ARENA_ARRAY(arena, struct tms_str, shelf->count + 1);
	struct tms_buf buf = { 0 };

	for (size_t i = 0; names && i < shelf->count; i++)
		names[i] = shelf->sources[i]->name;
	if (names)
		qsort(names, shelf->count, sizeof(*names), by_name);
	for (size_t i = 0; names && i < shelf->count; i++) {
		if (i > 0)
			tms_buf_add_char(&buf, ',');
		tms_buf_add(&buf, names[i]);
	}
	return tms_arena_take(arena, &buf);
}

size_t shelf_bytes(const struct tms_shelf *shelf)
{
	struct tms_index_stats stats;

	tms_index_stats(shelf->index, &stats);
	size_t bytes =
		sizeof(*shelf) + shelf->count * (sizeof(void *) * 2 + SET_BYTES + SEEN_BYTES) +
		stats.item_bytes + stats.rule_bytes + tms_view_count(shelf->view) * LISTED_BYTES +
		shelf->merged_count * MERGED_BYTES + shelf->unwritten_capacity * sizeof(void *);
	return bytes + bytes / ALLOCATOR_PART;
}

void shelf_fall_behind(struct tms_shelf *shelf, bool has_news)
{
	shelf->is_behind = true;
	shelf->has_news = shelf->has_news || has_news;
	shelf_queue_update(shelf);
}

/* ---- entries, written and compressed before readers ask for them ---- */

void shelf_write_later(struct tms_shelf *shelf, struct tms_view_item *item)
{
	if (shelf->unwritten_count == shelf->unwritten_capacity) {
		size_t capacity = shelf->unwritten_capacity ? 2 * shelf->unwritten_capacity : 128;
		struct tms_view_item **grown =
			reallocarray(shelf->unwritten, capacity, sizeof(struct tms_view_item *));
		if (!grown)
			return;
		shelf->unwritten = grown;
		shelf->unwritten_capacity = capacity;
	}
	shelf->unwritten[shelf->unwritten_count++] = tms_view_item_ref(item);
}

static int by_age(const void *a, const void *b)
{
	const struct tms_merged *x = &(*(struct tms_view_item *const *)a)->merged;
	const struct tms_merged *y = &(*(struct tms_view_item *const *)b)->merged;

	if (x->first_seen != y->first_seen)
		return x->first_seen < y->first_seen ? -1 : 1;
	return x->item.published < y->item.published ? -1 : x->item.published > y->item.published;
}

void shelf_order_unwritten(struct tms_shelf *shelf)
{
	if (shelf->unwritten_count > 1 && shelf->unwritten_count <= ORDERED_MAX)
		qsort(shelf->unwritten, shelf->unwritten_count, sizeof(struct tms_view_item *),
			by_age);
}

static void write_style(
	struct tms_shelf *shelf, struct tms_view_item *item, struct tms_fragment_style style)
{
	struct tms_fragment *fragment = NULL;

	if (shelf->styles & tms_shelf_style(style.form, style.link) &&
		tms_fragments_get(shelf->fragments, item, style, &fragment) == TMS_OK)
		tms_fragment_unref(fragment);
}

static void write_item(struct tms_shelf *shelf, struct tms_view_item *item)
{
	tms_time published = item->merged.item.published;

	for (int link = TMS_FEED_LINK_HF; link <= TMS_FEED_LINK_PDF; link++)
		for (int form = 0; form < TMS_FORMS; form++)
			write_style(shelf, item,
				(struct tms_fragment_style){
					(enum tms_feed_link)link, published, (enum tms_form)form });
}

void shelf_write_some(struct tms_shelf *shelf, size_t count)
{
	for (; count > 0 && shelf->unwritten_count > 0; count--) {
		struct tms_view_item *item = shelf->unwritten[--shelf->unwritten_count];
		write_item(shelf, item);
		tms_view_item_unref(item);
	}
}
