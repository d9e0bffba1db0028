#include <tamis/window.h>

#include <stdlib.h>

#include "parts.h"

static enum tms_status retire(struct tms_window *window, struct tms_entry *entry, tms_time now,
	struct tms_apply_report *report)
{
	struct tms_str id = entry->record.id;

	enum tms_status status = tms_ids_add(&window->report, &window->touched, id);
	if (status == TMS_OK)
		status = tms_window_remember(window, id, now);
	if (status != TMS_OK)
		return status;
	report->counts.retired++;
	tms_window_drop(window, entry);
	return TMS_OK;
}

/* An entry, and beside it what it is sorted by: entries lie all over memory. */
struct listed {
	tms_time at;
	struct tms_entry *entry;
};

static int longest_unlisted(const void *a, const void *b)
{
	const struct listed *left = a, *right = b;

	if (left->at != right->at)
		return left->at < right->at ? -1 : 1;
	return tms_str_compare(left->entry->record.id, right->entry->record.id);
}

/* All entries, the longest unlisted first when one is to go; given. */
static struct listed *by_listing(
	const struct tms_window *window, tms_time now, int64_t keep_s, size_t keep)
{
	struct listed *list = calloc(window->count + 1, sizeof(*list));
	bool is_due = window->count > keep;

	for (size_t i = 0; list && i < window->count; i++) {
		list[i] = (struct listed){ window->order[i]->record.last_listed, window->order[i] };
		is_due = is_due || now - list[i].at > keep_s;
	}
	if (list && is_due)
		qsort(list, window->count, sizeof(*list), longest_unlisted);
	return list;
}

static int longest_retired(const void *a, const void *b)
{
	const struct tms_retired *left = *(struct tms_retired *const *)a;
	const struct tms_retired *right = *(struct tms_retired *const *)b;

	if (left->at != right->at)
		return left->at < right->at ? -1 : 1;
	return strcmp(left->id, right->id);
}

static enum tms_status forget_old(struct tms_window *window, tms_time now)
{
	size_t count = 0, cursor = 0;
	void *value = NULL;
	struct tms_retired **list =
		malloc((window->retired.count + 1) * sizeof(struct tms_retired *));
	enum tms_status status = list ? TMS_OK : TMS_ENOMEM;

	while (list && tms_map_next(&window->retired, &cursor, NULL, &value))
		list[count++] = value;
	if (list)
		qsort(list, count, sizeof(struct tms_retired *), longest_retired);
	for (size_t i = 0; i < count && status == TMS_OK; i++) {
		struct tms_str id = { list[i]->id, list[i]->id_len };
		if (now - list[i]->at <= TMS_RETIRED_S && count - i <= TMS_RETIRED_MAX)
			break;
		status = tms_ids_add(&window->report, &window->forgotten, id);
		if (status == TMS_OK)
			tms_window_unremember(window, id);
	}
	free(list);
	return status;
}

enum tms_status tms_window_retire(struct tms_window *window, tms_time now, int64_t retention_s,
	size_t max_items, struct tms_apply_report *out)
{
	struct tms_apply_report report = { .outcome = TMS_HEALTH_GOOD };
	int64_t keep_s = retention_s > 0 ? retention_s : TMS_RETENTION_S;
	size_t keep = max_items > 0 ? max_items : TMS_WINDOW_ITEMS;
	enum tms_status status = TMS_OK;

	tms_window_report_begin(window);
	struct listed *list = by_listing(window, now, keep_s, keep);
	if (!list)
		return TMS_ENOMEM;
	for (size_t i = 0, count = window->count; i < count && status == TMS_OK; i++) {
		if (now - list[i].at <= keep_s && window->count <= keep)
			break;
		status = retire(window, list[i].entry, now, &report);
	}
	free(list);
	if (status == TMS_OK)
		status = forget_old(window, now);
	while (window->held_count > 0 && now - window->held[0].at > keep_s) {
		tms_window_unhold(window, window->held[0].kept->item.id);
		report.state_changed = true;
	}
	tms_window_show_held(window);
	if (status != TMS_OK)
		return status;
	tms_window_report_end(window, &report);
	*out = report;
	return TMS_OK;
}
