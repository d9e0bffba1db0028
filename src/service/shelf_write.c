/* The entries of a shelf's items: written and compressed before readers ask for them. */
#include "service/shelf.h"

#include <stdlib.h>

/* Of more, the newest are not written first: to put them in order would hold up others. */
#define ORDERED_MAX 500

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
