/*
 * What leaves a window, and when. Never by the clock alone: an item leaves when its lists have
 * said, often enough and late enough, that they no longer have it (window.h has the rule).
 */
#include <tamis/window.h>

#include <stdlib.h>

#include "window_private.h"

/* One call of tms_window_retire. */
struct pass {
	struct tms_window *window;
	tms_time now;
	int64_t keep_s;
	size_t keep;
	uint64_t asked;                   /* lists of the plan */
	tms_time since[WINDOW_LISTS_MAX]; /* see window_evidence_since */
	tms_time best;                    /* the latest of them */
	struct tms_apply_report report;
};

static tms_time earlier(tms_time a, tms_time b)
{
	return a < b ? a : b;
}

/* The place of the first list of a set that is not empty. */
static size_t first_of(uint64_t lists)
{
	return (size_t)__builtin_ctzll(lists);
}

/* Learn what the lists say. What a list has told in a time that has not come
 * was told by a clock that was wrong. */
static enum tms_status look_at_lists(struct pass *pass)
{
	struct tms_window *window = pass->window;
	enum tms_status st = TMS_OK;

	pass->best = TMS_TIME_NONE;
	for (size_t i = 0; i < window->lists_count && st == TMS_OK; i++) {
		struct window_list *list = &window->lists[i];
		pass->since[i] = TMS_TIME_NONE;
		if (!list->key)
			continue;
		if (list->is_asked)
			pass->asked |= WINDOW_LIST_BIT(i);
		list->heard = earlier(list->heard, pass->now);
		list->whole = earlier(list->whole, pass->now);
		list->known = earlier(list->known, pass->now);
		window_evidence_forget_later(&list->evidence, pass->now);
		st = window_list_catch_up(window, i);
		pass->since[i] = window_evidence_since(&list->evidence);
		if (pass->since[i] > pass->best)
			pass->best = pass->since[i];
	}
	return st;
}

/* Until when the entry's lists agree that it is missing: each one that is still asked, or any list
 * when none of its own is. */
static tms_time missing_since(const struct pass *pass, const struct tms_record *record)
{
	uint64_t own = record->lists & pass->asked;
	tms_time since = TMS_TIME_MAX;

	if (!own)
		return pass->best;
	for (; own; own &= own - 1)
		since = earlier(since, pass->since[first_of(own)]);
	return since;
}

/* The list's last listing named the entry, or may have: its last whole one, or a part since. */
static bool may_be_named(const struct window_list *list, const struct window_entry *entry)
{
	const struct tms_record *record = &entry->record;
	tms_time listed = record->last_listed + window_entry_slack_s(entry);

	if (list->heard != TMS_TIME_NONE && listed >= list->heard)
		return true;
	return list->whole != TMS_TIME_NONE && record->first_seen <= list->newest &&
	       listed >= list->whole;
}

/* May the entry go because there are too many? */
static bool is_free(const struct pass *pass, const struct window_entry *entry)
{
	uint64_t lists = pass->asked;

	if (entry->record.lists)
		lists &= entry->record.lists;
	for (; lists; lists &= lists - 1)
		if (may_be_named(&pass->window->lists[first_of(lists)], entry))
			return false;
	return true;
}

static enum tms_status retire(struct pass *pass, struct window_entry *entry)
{
	struct tms_window *window = pass->window;
	struct tms_str id = entry->record.id;
	struct window_whole *whole = NULL;

	enum tms_status st = window_report_touched(window, id);
	if (st == TMS_OK)
		st = window_whole_new(window, entry, &whole);
	if (st == TMS_OK)
		st = window_retired_add(window, id, pass->now, whole);
	if (st != TMS_OK)
		return st;
	pass->report.counts.retired++;
	window_entry_drop(window, entry);
	return TMS_OK;
}

/* An entry that may go, and beside it what it is sorted by: entries lie all over memory. */
struct listed {
	tms_time at;
	struct window_entry *entry;
	bool is_due; /* its time is over; else it goes only when there are too many */
};

static int longest_unlisted(const void *a, const void *b)
{
	const struct listed *left = a, *right = b;

	if (left->is_due != right->is_due)
		return left->is_due ? -1 : 1;
	if (left->at != right->at)
		return left->at < right->at ? -1 : 1;
	return tms_str_compare(left->entry->record.id, right->entry->record.id);
}

/*
 * An entry that was last listed in a time that has not come, by a clock that was wrong. When its
 * lists have been read by this one for a day, it is this one that is right, and the entry's time
 * counts from now.
 */
static enum tms_status mend_time(struct pass *pass, struct window_entry *entry, tms_time since)
{
	if (entry->record.last_listed <= pass->now || since == TMS_TIME_NONE)
		return TMS_OK;
	entry->record.last_listed = pass->now;
	entry->stored_listed = pass->now;
	return window_report_touched(pass->window, entry->record.id);
}

/* The entries that may go, those whose time is over first. list: room for all. */
static enum tms_status find_leaving(struct pass *pass, struct listed *list, size_t *out)
{
	const struct tms_window *window = pass->window;
	bool is_full = window->count > pass->keep;
	enum tms_status st = TMS_OK;
	size_t count = 0;

	for (size_t i = 0; i < window->count && st == TMS_OK; i++) {
		struct window_entry *entry = window->order[i];
		tms_time since = missing_since(pass, &entry->record);
		st = mend_time(pass, entry, since);
		tms_time at = entry->record.last_listed;
		bool is_due = since > at + pass->keep_s;
		if (is_due || (is_full && is_free(pass, entry)))
			list[count++] = (struct listed){ at, entry, is_due };
	}
	if (count > 0)
		qsort(list, count, sizeof(*list), longest_unlisted);
	*out = count;
	return st;
}

static enum tms_status retire_all(struct pass *pass)
{
	struct listed *list = calloc(pass->window->count + 1, sizeof(*list));
	size_t count = 0;

	if (!list)
		return TMS_ENOMEM;
	enum tms_status st = find_leaving(pass, list, &count);
	for (size_t i = 0; i < count && st == TMS_OK; i++) {
		if (!list[i].is_due && pass->window->count <= pass->keep)
			break;
		st = retire(pass, list[i].entry);
	}
	free(list);
	return st;
}

static int longest_retired(const void *a, const void *b)
{
	const struct window_retired *left = *(struct window_retired *const *)a;
	const struct window_retired *right = *(struct window_retired *const *)b;

	if (left->at != right->at)
		return left->at < right->at ? -1 : 1;
	return strcmp(left->id, right->id);
}

/* Of what is kept whole, the last retired stay as they are. list: the longest retired first. */
static enum tms_status bound_wholes(struct pass *pass, struct window_retired **list, size_t count)
{
	struct tms_window *window = pass->window;
	enum tms_status st = TMS_OK;
	size_t bytes = 0;

	for (size_t i = count; i > 0 && st == TMS_OK; i--) {
		struct window_retired *retired = list[i - 1];
		bytes += retired->whole ? retired->whole->len : 0;
		if (!retired->whole || bytes <= WINDOW_RETIRED_WHOLE_BYTES)
			continue;
		window_retired_drop_whole(window, retired);
		st = window_report_touched(
			window, (struct tms_str){ retired->id, retired->id_len });
	}
	return st;
}

static enum tms_status forget_old(struct pass *pass)
{
	struct tms_window *window = pass->window;
	size_t count = 0, gone = 0, cursor = 0;
	void *value = NULL;
	struct window_retired **list =
		malloc((window->retired.count + 1) * sizeof(struct window_retired *));

	if (!list)
		return TMS_ENOMEM;
	while (tms_map_next(&window->retired, &cursor, NULL, &value))
		list[count++] = value;
	qsort(list, count, sizeof(struct window_retired *), longest_retired);
	enum tms_status st = TMS_OK;
	while (gone < count && st == TMS_OK) {
		struct tms_str id = { list[gone]->id, list[gone]->id_len };
		if (pass->best <= list[gone]->at + TMS_RETIRED_S && count - gone <= TMS_RETIRED_MAX)
			break;
		st = window_report_forgotten(window, id);
		if (st == TMS_OK)
			window_retired_drop(window, id);
		gone++;
	}
	if (st == TMS_OK)
		st = bound_wholes(pass, list + gone, count - gone);
	free(list);
	return st;
}

/* Of the lists that are no longer asked, those heard last stay known. */
static void forget_lists(struct pass *pass)
{
	struct tms_window *window = pass->window;

	for (;;) {
		size_t oldest = WINDOW_LIST_NONE, past = 0;
		for (size_t i = 0; i < window->lists_count; i++) {
			const struct window_list *list = &window->lists[i];
			if (!list->key || list->is_asked)
				continue;
			past++;
			if (oldest == WINDOW_LIST_NONE || list->heard < window->lists[oldest].heard)
				oldest = i;
		}
		if (past <= WINDOW_LISTS_PAST)
			return;
		window_list_free(window, oldest);
		pass->report.state_changed = true;
	}
}

enum tms_status tms_window_retire(struct tms_window *window, tms_time now, int64_t retention_s,
	size_t max_items, struct tms_apply_report *out)
{
	struct pass pass = { .window = window,
		.now = now,
		.keep_s = retention_s > 0 ? retention_s : TMS_RETENTION_S,
		.keep = max_items > 0 ? max_items : TMS_WINDOW_ITEMS,
		.report = { .outcome = TMS_HEALTH_GOOD } };

	window_report_begin(window);
	enum tms_status st = look_at_lists(&pass);
	if (st == TMS_OK)
		st = retire_all(&pass);
	if (st == TMS_OK)
		st = forget_old(&pass);
	while (window->held_count > 0 && pass.best > window->held[0].at + pass.keep_s) {
		window_unhold(window, window->held[0].packed->item.id);
		pass.report.state_changed = true;
	}
	window_show_held(window);
	forget_lists(&pass);
	if (st != TMS_OK)
		return st;
	if (pass.report.counts.retired > 0) {
		tms_health_left(&window->health, pass.now, pass.report.counts.retired);
		pass.report.state_changed = true;
	}
	window_report_end(window, &pass.report);
	*out = pass.report;
	return TMS_OK;
}
