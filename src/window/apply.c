/*
 * A listing applied: its items enter the window or update what it has, are held apart, or are left
 * alone, as the listing was judged (judge.c). <tamis/window.h> has the rules.
 */
#include <tamis/item_text.h>
#include <tamis/listing.h>
#include <tamis/window.h>

#include <stdlib.h>

#include "window_private.h"

static struct tms_sighting *sighting_of(struct tms_record *record, enum tms_origin origin)
{
	for (size_t i = 0; i < record->sightings_count; i++)
		if (record->sightings[i].packed->item.origin == origin)
			return &record->sightings[i];
	return NULL;
}

static enum tms_status add_sighting(struct tms_window *window, struct tms_record *record,
	const struct tms_item *item, tms_time now)
{
	struct tms_sighting fresh = { .first_seen = now,
		.last_seen = now,
		.published = tms_sighting_published(item, now),
		.changed_at = TMS_TIME_NONE,
		.source = window->source };
	size_t count = record->sightings_count, at = 0;
	struct tms_sighting *grown =
		realloc(record->sightings, (count + 1) * sizeof(*record->sightings));
	bool moved = false;

	if (!grown)
		return TMS_ENOMEM;
	record->sightings = grown;
	enum tms_status st = tms_packed_item_new(item, &fresh.packed);
	for (size_t i = 0; i < TMS_NUMBERS && st == TMS_OK; i++)
		if (item->numbers[i] >= 0)
			st = tms_track_add(&fresh.tracks[i], now, item->numbers[i], &moved);
	if (st != TMS_OK) {
		tms_sighting_fini(&fresh);
		return st;
	}
	while (at < count && grown[at].packed->item.origin < item->origin)
		at++;
	memmove(&grown[at + 1], &grown[at], (count - at) * sizeof(*grown));
	grown[at] = fresh;
	record->sightings_count++;
	return TMS_OK;
}

static enum tms_status enter_item(struct tms_window *window, const struct tms_item *item,
	tms_time now, struct window_entry **out)
{
	enum tms_status st = window_entry_new(window, item->id, out);

	if (st != TMS_OK)
		return st;
	struct tms_record *record = &(*out)->record;
	record->first_seen = now;
	record->last_listed = now;
	st = add_sighting(window, record, item, now);
	if (st != TMS_OK)
		window_entry_drop(window, *out);
	return st;
}

static enum tms_status update_item(struct tms_window *window, struct window_entry *entry,
	const struct tms_item *item, tms_time now, struct tms_health_counts *counts)
{
	struct tms_sighting *known = sighting_of(&entry->record, item->origin);
	unsigned changed = 0;

	enum tms_status st = known ? tms_sighting_fold(known, item, now, &changed)
				   : add_sighting(window, &entry->record, item, now);
	if (changed & TMS_CHANGED_TEXT)
		counts->changed++;
	else if (changed & TMS_CHANGED_NUMBERS)
		counts->moved++;
	else
		counts->unchanged++;
	return st;
}

/* The entry of an id that may be retired: NULL when it is and stays so, or is not known. */
static enum tms_status find_entry(
	struct tms_window *window, struct tms_str id, size_t list, struct window_entry **out)
{
	struct window_retired *retired = NULL;

	*out = tms_map_find(&window->records, id);
	if (!*out)
		retired = tms_map_find(&window->retired, id);
	return retired ? window_revive(window, retired, list, out) : TMS_OK;
}

/* list: its place in the window, or WINDOW_LIST_NONE. */
static enum tms_status apply_item(struct tms_window *window, const struct tms_item *item,
	size_t list, tms_time now, struct tms_health_counts *counts)
{
	struct window_entry *entry = NULL;

	if (item->id.len == 0)
		return TMS_OK;
	enum tms_status st = find_entry(window, item->id, list, &entry);
	if (st != TMS_OK || (entry && entry->stamp == window->applies))
		return st;
	if (!entry && tms_window_is_retired(window, item->id)) {
		counts->retired++;
		return TMS_OK;
	}
	if (entry) {
		st = update_item(window, entry, item, now, counts);
	} else {
		st = enter_item(window, item, now, &entry);
		counts->added += st == TMS_OK;
	}
	if (st != TMS_OK)
		return st;
	window_unhold(window, item->id);
	entry->stamp = window->applies;
	if (entry->record.first_seen > window->newest)
		window->newest = entry->record.first_seen;
	if (now > entry->record.last_listed)
		entry->record.last_listed = now;
	bool is_touched = (entry->record.lists | WINDOW_LIST_BIT(list)) != entry->record.lists;
	entry->record.lists |= WINDOW_LIST_BIT(list);
	is_touched |= window_entry_reckon(window, entry);
	if (!is_touched && entry->stored_listed != TMS_TIME_NONE &&
		now - entry->stored_listed < WINDOW_STORE_LISTED_S)
		return TMS_OK;
	entry->stored_listed = entry->record.last_listed;
	return window_report_touched(window, entry->record.id);
}

/* What a good listing had wrong: all that was mended, then the first of its other notes, and that not
 * all is searched. */
static void tell_notes(const struct tms_listing *listing, struct tms_diag *note)
{
	struct tms_buf text = { .max = (size_t)TMS_DIAG_TEXT_BYTES * (TMS_LISTING_NOTES_MAX + 1) };
	size_t mended = listing->mended_count;

	if (listing->recovered)
		tms_buf_add_cstr(&text, mended ? "The listing is not well-formed; mended: "
					       : "The listing is not well-formed; what could be "
						 "read was read.");
	else if (mended)
		tms_buf_add_cstr(&text, "Mended: ");
	for (size_t i = 0; i < mended; i++)
		tms_buf_format(&text, "%s%s", i ? "; " : "", listing->notes[i].text);
	if (mended)
		tms_buf_add_char(&text, '.');
	if (listing->notes_count > mended)
		tms_buf_format(&text, "%s%s", text.len ? " " : "", listing->notes[mended].text);
	if (listing->unsearched_count > 0 && listing->unsearched_note != mended)
		tms_buf_format(&text, ". %zu entr%s more words than the %d that are searched",
			listing->unsearched_count,
			listing->unsearched_count == 1 ? "y has" : "ies have", TMS_ITEM_WORDS_MAX);
	tms_diag_set(note, 0, 0, "%.*s", TMS_STR_ARGS(tms_buf_str(&text)));
	tms_buf_free(&text);
}

/* A good listing was applied: how long the list is, and whether what it leaves out is missing. */
static void note_listing(struct tms_window *window, const struct tms_listing *listing,
	const struct tms_apply *how, size_t place)
{
	struct window_list *list = &window->lists[place];
	tms_time since = window->health.partial_since;
	bool is_first = list->heard == TMS_TIME_NONE;
	bool is_part = how->is_part ||
		       (how->is_substitute && !is_first && listing->items_count < list->items);
	bool is_cut = listing->truncated &&
		      (since == TMS_TIME_NONE || how->now - since < WINDOW_PARTIAL_S);

	list->heard = how->now;
	if (!is_part || is_first)
		list->items = listing->items_count;
	if (is_part || is_cut)
		return;
	list->whole = how->now;
	list->newest = window->newest;
	list->known = how->now;
	window_evidence_add(&list->evidence, how->now);
}

static enum tms_status apply_good(struct tms_window *window, const struct tms_listing *listing,
	const struct tms_apply *how, struct tms_apply_report *report)
{
	struct tms_diag note = { 0 };
	size_t list = WINDOW_LIST_NONE;

	window->newest = TMS_TIME_NONE;
	report->counts.items = listing->items_count;
	enum tms_status st = window_list_get(window, how->poll, &list);
	if (st == TMS_OK)
		st = window_list_catch_up(window, list);
	for (size_t i = 0; i < listing->items_count && st == TMS_OK; i++)
		st = apply_item(window, &listing->items[i], list, how->now, &report->counts);
	if (st != TMS_OK)
		return st;
	note_listing(window, listing, how, list);
	tell_notes(listing, &note);
	tms_time since = window->health.partial_since;
	tms_health_good(&window->health, how->now, &report->counts, note.text);
	if (listing->truncated)
		window->health.partial_since = since == TMS_TIME_NONE ? how->now : since;
	return TMS_OK;
}

static enum tms_status hold_all(struct tms_window *window, const struct tms_listing *listing,
	const struct tms_apply *how, struct tms_apply_report *report)
{
	enum tms_status st = TMS_OK;

	for (size_t i = 0; i < listing->items_count && st == TMS_OK; i++)
		st = window_hold(window, &listing->items[i], how->now);
	report->counts.held = listing->items_count;
	return st;
}

static void note_misshapen(
	struct tms_window *window, const struct tms_listing *listing, tms_time now)
{
	struct tms_diag diag = { 0 };

	/* of what was mended, how it ends is told last */
	size_t mended = listing->mended_count;
	tms_diag_set(&diag, 0, 0, "The listing %s after %zu items; none of them was taken%s%s.",
		listing->truncated ? "breaks off" : "is broken", listing->items_count,
		mended ? ": " : "", mended ? listing->notes[mended - 1].text : "");
	tms_health_failed(&window->health, now, TMS_HEALTH_MISSHAPEN, diag.text);
}

enum tms_status tms_window_apply(struct tms_window *window, const struct tms_listing *listing,
	const struct tms_apply *how, struct tms_apply_report *out)
{
	struct tms_apply_report report = { .outcome = window_judge(window, listing, how),
		.state_changed = true };
	enum tms_status st = TMS_OK;

	window_report_begin(window);
	window->applies++;
	switch (report.outcome) {
	case TMS_HEALTH_EMPTY:
		tms_health_empty(&window->health, how->now);
		break;
	case TMS_HEALTH_MISSHAPEN:
		report.counts.items = listing->items_count;
		note_misshapen(window, listing, how->now);
		break;
	case TMS_HEALTH_SUSPECT:
		report.counts.items = listing->items_count;
		st = hold_all(window, listing, how, &report);
		tms_health_suspect(&window->health, how->now);
		break;
	case TMS_HEALTH_NEVER:
	case TMS_HEALTH_UNCHANGED:
	case TMS_HEALTH_FAILED:
	case TMS_HEALTH_GOOD:
		st = apply_good(window, listing, how, &report);
		break;
	}
	window_show_held(window);
	if (st != TMS_OK)
		return st;
	window_report_end(window, &report);
	*out = report;
	return TMS_OK;
}

void tms_window_confirm(struct tms_window *window, struct tms_str poll, tms_time now)
{
	size_t list = window_list_find(window, poll);

	if (list != WINDOW_LIST_NONE && window->lists[list].whole != TMS_TIME_NONE)
		window->lists[list].known = now;
}

enum tms_status tms_window_release(
	struct tms_window *window, tms_time now, struct tms_apply_report *out)
{
	struct tms_apply_report report = { .outcome = TMS_HEALTH_GOOD, .state_changed = true };
	enum tms_status st = TMS_OK;

	window_report_begin(window);
	window->applies++;
	report.counts.items = window->held_count;
	while (window->held_count > 0 && st == TMS_OK) {
		struct tms_packed_item *packed = tms_packed_item_ref(window->held[0].packed);
		struct tms_item item = packed->item;
		memcpy(item.numbers, window->held[0].numbers, sizeof(item.numbers));
		st = apply_item(window, &item, WINDOW_LIST_NONE, now, &report.counts);
		if (st == TMS_OK)
			window_unhold(window, item.id); /* retired meanwhile, perhaps */
		tms_packed_item_unref(packed);
	}
	window_show_held(window);
	if (st != TMS_OK)
		return st;
	window_report_end(window, &report);
	*out = report;
	return TMS_OK;
}
