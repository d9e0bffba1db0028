/*
 * The window of one source: the items that it has listed and that are kept, though the listing has
 * long dropped them.
 *
 * A listing is a glimpse, not the truth: it only ever adds and updates. An empty or broken listing
 * changes the source's health and nothing else; a suspect one's items are held apart.
 *
 * What leaves. An item retires when its lists have said that they no longer have it:
 * - A list says so by three whole listings in a row that do not name the item, all of them later
 *   than the retention after it was last listed, the first and the last at least a day apart. A 304
 *   names what the last whole listing named, and is none of the three.
 * - Its lists are those that ever named it and that are still asked; each of them has to say so. A
 *   list that does not answer says nothing, so nothing leaves it.
 * - Lists of a day or a month end. An item that none of the lists that are still asked ever named
 *   leaves when any one of the source's lists says so.
 * - When there are more items than may be kept, those not listed for longest go at once, but none
 *   that a list which is still asked named in its last listing.
 * So no pause, no outage and no clock that is wrong for less than a day retires anything, and no
 * clock at all retires what is still listed: a listing moves last_listed to its own time, and what
 * was read at a later time than the present one counts no more.
 *
 * The ids of what left are remembered for a year, so that they never return as new. One that was
 * not missing, because its list was not asked between naming it and naming it again, comes back as
 * the item it was.
 *
 * A window opens nothing and reads no clock. The store keeps its records (tms_window_write_record)
 * and its state (tms_window_write_state), and puts both back at start. Not for two threads at once.
 */
#ifndef TAMIS_WINDOW_H
#define TAMIS_WINDOW_H

#include <tamis/hash.h>
#include <tamis/health.h>
#include <tamis/record.h>

struct tms_listing; /* <tamis/listing.h> */
struct tms_window;

#define TMS_RETENTION_S (30 * TMS_DAY_S)
#define TMS_WINDOW_ITEMS 5000
#define TMS_RETIRED_S (365 * TMS_DAY_S)
/** Ids of retired items remembered at most; beyond, the longest retired are forgotten. */
#define TMS_RETIRED_MAX 200000
/** Held items at most; beyond, the longest held are dropped. */
#define TMS_HELD_MAX 20

/** An empty window, given. source: its name, copied; sightings say it. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status tms_window_new(
	struct tms_str source, struct tms_hash_seed seed, struct tms_window **out);
/** NULL is accepted. */
void tms_window_free(struct tms_window *window);

/** Health of the source; the caller may update it (fetch failures, 304). Lives as long as the
 * window. */
struct tms_health *tms_window_health(struct tms_window *window);
/** Moves whenever something that a feed can show has changed; starts anew in each process. */
uint64_t tms_window_generation(const struct tms_window *window);
/** How many records it has. */
size_t tms_window_count(const struct tms_window *window);
/** What any of its items has: bits of enum tms_trait. Of a window of more than `most` items: all, without
 * looking. */
unsigned tms_window_traits(const struct tms_window *window, size_t most);
/** The record at i < count, in byte order of the ids; valid until the window changes. */
const struct tms_record *tms_window_at(const struct tms_window *window, size_t i);
/** The record, or NULL. */
const struct tms_record *tms_window_find(const struct tms_window *window, struct tms_str id);
/** True when the id belongs to a retired item that is still remembered. */
bool tms_window_is_retired(const struct tms_window *window, struct tms_str id);
/** Heap bytes of records, histories and remembered ids, for metrics. */
size_t tms_window_bytes(const struct tms_window *window);

/** What the poller knows of a listing beside its bytes. */
struct tms_apply {
	tms_time now;
	/* Names the list for ever, see tms_poll.key; its pages are one listing. */
	struct tms_str poll;
	bool is_part; /* some of its pages could not be had: what it does not name is not missing */
	/* Of an address that stands in for the list's own: no more is missing, unless it is as long
	 * as the list was. */
	bool is_substitute;
	/* Scheme of the source's usual identity ("arxiv"); empty: learned from what the window
	 * holds. */
	struct tms_str usual;
};

/** What applying or retiring did. The id lists are borrowed from the window, valid until its next
 * change. */
struct tms_apply_report {
	enum tms_health_outcome outcome; /* GOOD, EMPTY, MISSHAPEN (cut off) or SUSPECT */
	struct tms_health_counts counts;
	/* Records to be stored again: new, changed, newly retired, long not stored. */
	const struct tms_str *touched;
	size_t touched_count;
	const struct tms_str *forgotten; /* ids whose stored record is to be deleted */
	size_t forgotten_count;
	bool state_changed; /* tms_window_write_state says something new */
};

/**
 * Apply one fetched listing; updates the health too.
 * - EMPTY: no items. MISSHAPEN: cut off, or not well-formed and shorter than the last good listing
 *   of the same poll (unless it has been so for a day: then that is the upstream's normal form).
 *   Nothing but the health changes.
 * - SUSPECT: one or two items where the last good listing had five or more, none known and none
 *   with the usual identity: held apart, entered when a later listing that is not suspect still has
 *   them, or by tms_window_release.
 * - else GOOD: unknown items enter, known ones are updated, retired ones are refused.
 * An item that the listing holds twice is taken once, its first appearance leading.
 * TMS_OK, TMS_ENOMEM, TMS_ELIMIT; on failure the items before the failing one are applied, and *out
 * is not set.
 */
TMS_MUST_CHECK enum tms_status tms_window_apply(struct tms_window *window,
	const struct tms_listing *listing, const struct tms_apply *how,
	struct tms_apply_report *out);

/** The owner says that the held items are real: they enter now. Statuses as tms_window_apply. */
TMS_MUST_CHECK enum tms_status tms_window_release(
	struct tms_window *window, tms_time now, struct tms_apply_report *out);

/** The list's upstream says that it has not changed (304): what it named last is still listed. */
void tms_window_confirm(struct tms_window *window, struct tms_str poll, tms_time now);

/** These are the keys of the lists that are asked now; until it is said, all that are known are. */
void tms_window_set_asked(struct tms_window *window, const struct tms_str *keys, size_t count);

/**
 * Retire what has left, by the rule above; forget ids that retired more than a year ago, and drop
 * held items that are older than the retention, where whole listings of that time say how late it
 * is. To be called after a listing was applied or confirmed. Costs a look at each record. 0: the
 * defaults above. TMS_OK, TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status tms_window_retire(struct tms_window *window, tms_time now,
	int64_t retention_s, size_t max_items, struct tms_apply_report *out);

/** Append the stored form of a record or of a retired id. TMS_OK; TMS_EINVAL: the window does not
 * know the id. */
TMS_MUST_CHECK enum tms_status tms_window_write_record(
	const struct tms_window *window, struct tms_str id, struct tms_buf *buf);
/**
 * Put a stored record or retired id back (at start, or because another instance has written it); it
 * replaces what the window has under the same id. The state is loaded before the records: which
 * lists named a record is known only of lists that the state knows. Reads only what
 * tms_window_write_record wrote, of any version up to this one. TMS_OK; TMS_EMALFORMED: diag says
 * why, the window is as it was; TMS_ELIMIT, TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status tms_window_load_record(
	struct tms_window *window, struct tms_str bytes, struct tms_diag *diag);

/** Append what is kept beside the records, as one JSON object: what is known of the lists, held
 * items, health. It says which listing was the last: to be stored with the records of that listing,
 * or after them. */
void tms_window_write_state(const struct tms_window *window, struct tms_buf *buf);
/** Statuses as tms_window_load_record. */
TMS_MUST_CHECK enum tms_status tms_window_load_state(
	struct tms_window *window, struct tms_str bytes, struct tms_diag *diag);

#endif
