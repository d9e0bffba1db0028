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

static int longest_unlisted(const void *a, const void *b)
{
	const struct tms_record *left = &(*(struct tms_entry *const *)a)->record;
	const struct tms_record *right = &(*(struct tms_entry *const *)b)->record;

	if (left->last_listed != right->last_listed)
		return left->last_listed < right->last_listed ? -1 : 1;
	return tms_str_compare(left->id, right->id);
}

/* All entries, the longest unlisted first; given. */
static struct tms_entry **by_listing(const struct tms_window *window)
{
	struct tms_entry **list = malloc((window->count + 1) * sizeof(struct tms_entry *));

	if (!list)
		return NULL;
	if (window->count > 0)
		memcpy(list, window->order, window->count * sizeof(struct tms_entry *));
	qsort(list, window->count, sizeof(struct tms_entry *), longest_unlisted);
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
	struct tms_entry **list = by_listing(window);
	if (!list)
		return TMS_ENOMEM;
	for (size_t i = 0, count = window->count; i < count && status == TMS_OK; i++) {
		if (now - list[i]->record.last_listed <= keep_s && window->count <= keep)
			break;
		status = retire(window, list[i], now, &report);
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
