#include <tamis/view.h>

#include <stdlib.h>

#include "parts.h"
#include "view_item.h"

struct items {
	struct tms_view_item **list; /* by id, one reference each */
	size_t count;
};

struct tms_view {
	struct items items;
	uint64_t version;
	bool is_fresh; /* was refreshed at least once */
};

static void items_free(struct items *items)
{
	for (size_t i = 0; i < items->count; i++)
		tms_view_item_unref(items->list[i]);
	free(items->list);
	*items = (struct items){ 0 };
}

enum tms_status tms_view_new(struct tms_view **out)
{
	struct tms_view *view = calloc(1, sizeof(*view));

	if (!view)
		return TMS_ENOMEM;
	*out = view;
	return TMS_OK;
}

void tms_view_free(struct tms_view *view)
{
	if (!view)
		return;
	items_free(&view->items);
	free(view);
}

static int by_source(const struct tms_window *a, const struct tms_window *b)
{
	return tms_str_compare(a->source, b->source);
}

/* The windows by name: the order in which they are passed changes nothing. By insertion: a handful.
 */
static struct tms_window **by_name(
	struct tms_arena *scratch, struct tms_window *const *windows, size_t count)
{
	struct tms_window **list = TMS_ARENA_ARRAY(scratch, struct tms_window *, count);

	for (size_t i = 0; list && i < count; i++) {
		size_t at = i;
		for (; at > 0 && by_source(windows[i], list[at - 1]) < 0; at--)
			list[at] = list[at - 1];
		list[at] = windows[i];
	}
	return list;
}

static uint64_t version_of(struct tms_window *const *windows, size_t count)
{
	uint64_t hash = count;

	for (size_t i = 0; i < count; i++)
		hash = tms_hash(
			(struct tms_hash_seed){ hash, windows[i]->digest }, windows[i]->source);
	return hash;
}

/* All records of all windows, by id, then by the windows' order. */
struct rows {
	const struct tms_record **list;
	size_t count;
};

static size_t merge_runs(const struct tms_record **to, const struct tms_record *const *a,
	size_t a_count, const struct tms_record *const *b, size_t b_count)
{
	size_t i = 0, k = 0, n = 0;

	while (i < a_count && k < b_count)
		to[n++] = tms_str_compare(b[k]->id, a[i]->id) < 0 ? b[k++] : a[i++];
	while (i < a_count)
		to[n++] = a[i++];
	while (k < b_count)
		to[n++] = b[k++];
	return n;
}

/* Neighbouring runs are merged two by two until one is left; ends[i] is where run i ends. */
static void merge_all(struct rows *rows, const struct tms_record **spare, size_t *ends, size_t runs)
{
	for (; runs > 1; runs = (runs + 1) / 2) {
		size_t from = 0;
		for (size_t i = 0; i < runs; i += 2) {
			size_t middle = ends[i], end = i + 1 < runs ? ends[i + 1] : ends[i];
			(void)merge_runs(spare + from, rows->list + from, middle - from,
				rows->list + middle, end - middle);
			ends[i / 2] = end;
			from = end;
		}
		const struct tms_record **merged = spare;
		spare = rows->list;
		rows->list = merged;
	}
}

static enum tms_status gather(struct tms_arena *scratch, struct tms_window *const *windows,
	size_t count, struct rows *out)
{
	size_t total = 0, n = 0;

	for (size_t i = 0; i < count; i++)
		total += windows[i]->count;
	struct rows rows = { TMS_ARENA_ARRAY(scratch, const struct tms_record *, total), total };
	const struct tms_record **spare =
		TMS_ARENA_ARRAY(scratch, const struct tms_record *, total);
	size_t *ends = TMS_ARENA_ARRAY(scratch, size_t, count);
	if (scratch->status != TMS_OK)
		return scratch->status;
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < windows[i]->count; k++)
			rows.list[n++] = &windows[i]->order[k]->record;
		ends[i] = n;
	}
	merge_all(&rows, spare, ends, count);
	*out = rows;
	return TMS_OK;
}

/* Listed by one window alone: the item is made once, for every view. */
static enum tms_status solo_item(const struct tms_record *const *record, struct tms_view_item **out)
{
	struct tms_entry *entry = (struct tms_entry *)(void *)(uintptr_t)*record;
	struct tms_view_item *fresh = NULL;

	if (!entry->solo || entry->solo->version != tms_view_item_version(record, 1)) {
		enum tms_status status = tms_view_item_make(record, 1, entry->solo, &fresh);
		if (status != TMS_OK)
			return status;
		tms_view_item_unref(entry->solo);
		entry->solo = fresh;
	}
	*out = tms_view_item_ref(entry->solo);
	return TMS_OK;
}

static enum tms_status shared_item(const struct tms_record *const *records, size_t count,
	struct tms_view_item *before, struct tms_view_item **out)
{
	if (!before || before->version != tms_view_item_version(records, count))
		return tms_view_item_make(records, count, before, out);
	*out = tms_view_item_ref(before);
	return TMS_OK;
}

/* Old items and rows are both by id, so one walk finds what can be used again. */
static struct tms_view_item *step_to(const struct items *old, size_t *at, struct tms_str id)
{
	while (*at < old->count && tms_str_compare(old->list[*at]->merged.item.id, id) < 0)
		(*at)++;
	if (*at < old->count && tms_str_equal(old->list[*at]->merged.item.id, id))
		return old->list[*at];
	return NULL;
}

static enum tms_status build(const struct rows *rows, const struct items *old, struct items *out)
{
	struct items items = { .list = calloc(rows->count + 1, sizeof(struct tms_view_item *)) };
	enum tms_status status = items.list ? TMS_OK : TMS_ENOMEM;
	size_t at = 0;

	for (size_t i = 0, end = 0; i < rows->count && status == TMS_OK; i = end) {
		const struct tms_record *const *group = &rows->list[i];
		for (end = i + 1; end < rows->count; end++)
			if (!tms_str_equal(rows->list[end]->id, group[0]->id))
				break;
		struct tms_view_item **made = &items.list[items.count];
		if (end - i == 1)
			status = solo_item(group, made);
		else
			status = shared_item(group, end - i, step_to(old, &at, group[0]->id), made);
		items.count += status == TMS_OK;
	}
	if (status != TMS_OK) {
		items_free(&items);
		return status;
	}
	*out = items;
	return TMS_OK;
}

enum tms_status tms_view_refresh(
	struct tms_view *view, struct tms_window *const *windows, size_t count)
{
	struct tms_arena scratch = { 0 };
	struct rows rows = { 0 };
	struct items items = { 0 };
	struct tms_window **list = by_name(&scratch, windows, count);
	enum tms_status status = scratch.status;

	if (status == TMS_OK) {
		uint64_t version = version_of(list, count);
		if (view->is_fresh && version == view->version)
			goto out;
		status = gather(&scratch, list, count, &rows);
		if (status == TMS_OK)
			status = build(&rows, &view->items, &items);
		if (status != TMS_OK)
			goto out;
		items_free(&view->items);
		view->items = items;
		view->version = version;
		view->is_fresh = true;
	}
out:
	tms_arena_free(&scratch);
	return status;
}

size_t tms_view_count(const struct tms_view *view)
{
	return view->items.count;
}

struct tms_view_item *tms_view_at(const struct tms_view *view, size_t i)
{
	return view->items.list[i];
}

struct tms_view_item *tms_view_find(const struct tms_view *view, struct tms_str id)
{
	size_t low = 0, high = view->items.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = tms_str_compare(view->items.list[middle]->merged.item.id, id);
		if (order == 0)
			return view->items.list[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

uint64_t tms_view_version(const struct tms_view *view)
{
	return view->version;
}
