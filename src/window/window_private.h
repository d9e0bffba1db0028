/* What a window is made of; for the files of this folder. */
#ifndef TAMIS_WINDOW_WINDOW_PRIVATE_H
#define TAMIS_WINDOW_WINDOW_PRIVATE_H

#include <tamis/view.h>
#include <tamis/window.h>

/* Lists of one window: bits of tms_record.lists. */
#define WINDOW_LISTS_MAX 64
/* Of these, so many that are no longer asked stay known: the days and months of a preset. */
#define WINDOW_LISTS_PAST 32
#define WINDOW_LIST_KEY_BYTES_MAX 2000
/* last_listed and last_seen move at every poll; a record is stored again for them alone only this
 * often. */
#define WINDOW_STORE_LISTED_S (6 * TMS_HOUR_S)
/* What is kept whole of retired items, for those that a list may still have. */
#define WINDOW_RETIRED_WHOLE_BYTES ((size_t)4 << 20)

/** A record and what the process keeps with it (entry.c). */
struct window_entry {
	struct tms_record record; /* first: a record is its entry */
	/* Merged from this record alone; stale when its version differs. */
	struct tms_view_item *solo;
	tms_time stored_listed; /* last_listed as the store has it */
	uint64_t changed;       /* the window's generation when its version moved last */
	/* The apply that touched it last; 0: none since it was loaded, so last_listed may be
	 * WINDOW_STORE_LISTED_S behind. */
	uint64_t stamp;
	char id[];
};

/** A retired item as it was, on the heap (revive.c). */
struct window_whole {
	tms_time listed; /* when it was last listed */
	uint64_t lists;  /* that had named it */
	size_t len;
	char bytes[]; /* its record's stored form */
};

/** A retired id that is remembered (retired.c). */
struct window_retired {
	tms_time at;
	struct window_whole *whole; /* owned; NULL: it cannot come back */
	size_t id_len;
	char id[];
};

/** Whole listings of one list that say what is missing (evidence.c): the newest first.
 * TMS_TIME_NONE: none. */
struct window_evidence {
	tms_time seen[3];
	tms_time days[2]; /* at least a day apart, the first at most a day before seen[0] */
};

/**
 * One list of the source (source_list.c), by its poll key. Its place is a bit of tms_record.lists
 * and never moves.
 * Times are as the clock said; TMS_TIME_NONE: never.
 */
struct window_list {
	char *key;      /* NULL: the place is free */
	size_t items;   /* of its last good listing */
	tms_time heard; /* its last good listing, whole or in part */
	tms_time whole; /* its last whole one, or when that was last known to be unchanged … */
	tms_time known; /* … and when upstream said so last: what it named is to be told */
	/* The latest first_seen of what it named: later ones it cannot have named. */
	tms_time newest;
	struct window_evidence evidence;
	bool is_asked; /* as tms_window_set_asked was told last */
};

/** An item of a suspect listing (held.c). */
struct window_held {
	struct tms_packed_item *packed;
	int64_t numbers[TMS_NUMBERS];
	tms_time at; /* of the listing that it was held from */
};

/** Ids in the report's arena (report.c). */
struct window_ids {
	struct tms_str *ids;
	size_t count, capacity;
};

/** The entry's version moved at this generation. NULL: it has moved again since, or is gone. */
struct window_change {
	uint64_t generation;
	struct window_entry *entry;
};

struct tms_window {
	struct tms_str source;       /* own memory */
	struct tms_map records;      /* id → struct window_entry */
	struct window_entry **order; /* the same, by id */
	size_t count, capacity;
	struct tms_map retired;    /* id → struct window_retired */
	struct window_list *lists; /* at most WINDOW_LISTS_MAX */
	size_t lists_count, lists_capacity;
	struct window_held held[TMS_HELD_MAX]; /* longest held first */
	size_t held_count;
	struct tms_health health;
	uint64_t generation, applies;
	tms_time newest; /* the latest first_seen of what the last apply named */
	/* Each entry once, by generation: what a view has not seen yet is at the end. */
	struct window_change *changes;
	size_t changes_count, changes_capacity;
	uint64_t drops; /* entries that have left; a view that missed one looks at all it shows */
	size_t retired_bytes;
	struct tms_arena report; /* of the last apply, retire or release */
	struct window_ids touched, forgotten;
};

/* ---- report.c ---- */

/** Reports are about one change: forget the last one's. */
void window_report_begin(struct tms_window *window);
/** The report's id lists; borrowed from the window until its next change. */
void window_report_end(const struct tms_window *window, struct tms_apply_report *out);
/** A record is to be stored again, or deleted from the store. id: copied. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status window_report_touched(struct tms_window *window, struct tms_str id);
TMS_MUST_CHECK enum tms_status window_report_forgotten(
	struct tms_window *window, struct tms_str id);

/* ---- entry.c ---- */

/** A new entry in the window without sightings yet, to be reckoned. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status window_entry_new(
	struct tms_window *window, struct tms_str id, struct window_entry **out);
/** Free an entry that no window has, or that goes with its window. */
void window_entry_free(struct window_entry *entry);
/** Heap bytes of the entry and its histories; what sightings share with views counts too. */
size_t window_entry_bytes(const struct window_entry *entry);
/** last_listed may be so much behind what the lists have said. */
int64_t window_entry_slack_s(const struct window_entry *entry);
/** Where the changes behind that generation begin. */
size_t window_changes_after(const struct tms_window *window, uint64_t generation);
/** Reckon the entry's version again; true when it moved (then so does the generation). */
bool window_entry_reckon(struct tms_window *window, struct window_entry *entry);
/** Take the entry out and free it. */
void window_entry_drop(struct tms_window *window, struct window_entry *entry);

/* ---- retired.c ---- */

/** Remember an id (again). whole: taken, also on failure; may be NULL. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status window_retired_add(
	struct tms_window *window, struct tms_str id, tms_time at, struct window_whole *whole);
/** Remember the id no longer, if it was. */
void window_retired_drop(struct tms_window *window, struct tms_str id);
/** What was kept of the retired item is let go; its id stays remembered. */
void window_retired_drop_whole(struct tms_window *window, struct window_retired *retired);

/* ---- revive.c ---- */

/** What is to be kept of an entry that retires: NULL unless one of its lists may still have it.
 * Given. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status window_whole_new(const struct tms_window *window,
	const struct window_entry *entry, struct window_whole **out);
/**
 * A list names a retired id: *out gets the item as it was, when the list had named it and brought
 * no whole listing without it since; else NULL, and it stays retired. TMS_OK, TMS_ENOMEM,
 * TMS_ELIMIT.
 */
TMS_MUST_CHECK enum tms_status window_revive(struct tms_window *window,
	struct window_retired *retired, size_t list, struct window_entry **out);

/* ---- evidence.c ---- */

extern const struct window_evidence WINDOW_EVIDENCE_NONE;

/** What was seen later than `now` was seen by a clock that was wrong, and counts no more. */
void window_evidence_forget_later(struct window_evidence *evidence, tms_time now);
/** A whole listing came at `now`; later ones are forgotten. */
void window_evidence_add(struct window_evidence *evidence, tms_time now);
/** The moment that three whole listings, over a day, are all at or behind; TMS_TIME_NONE: there are
 * no such three. */
tms_time window_evidence_since(const struct window_evidence *evidence);

/* ---- source_list.c ---- */

#define WINDOW_LIST_NONE SIZE_MAX /* no list: what the owner lets in */
#define WINDOW_LIST_BIT(list) ((list) < WINDOW_LISTS_MAX ? UINT64_C(1) << (list) : 0)

/** The place of a list, or WINDOW_LIST_NONE. */
size_t window_list_find(const struct tms_window *window, struct tms_str key);
/** The list of that key when it was ever heard, else the one heard last; NULL: none was. */
const struct window_list *window_list_last(const struct tms_window *window, struct tms_str key);
/** Forget a list; no record and no retired item has it any more. */
void window_list_free(struct tms_window *window, size_t list);
/** The place of a list, new when it is not known. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status window_list_get(
	struct tms_window *window, struct tms_str key, size_t *list);
/**
 * Tell the items of the list's last whole listing that they were listed until it was last known to
 * be unchanged; those to be stored join the report. TMS_OK, TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status window_list_catch_up(struct tms_window *window, size_t list);

/* ---- held.c ---- */

/** Let a held item of that id go; the window no longer has it. */
void window_unhold(struct tms_window *window, struct tms_str id);
/** Hold an item, in place of one of the same id. TMS_OK, TMS_ENOMEM, TMS_ELIMIT. */
TMS_MUST_CHECK enum tms_status window_hold(
	struct tms_window *window, const struct tms_item *item, tms_time at);
/** Write held items' titles into the health. */
void window_show_held(struct tms_window *window);

/* ---- judge.c ---- */

/** A broken listing that stays shorter for so long is the upstream's normal form. */
#define WINDOW_PARTIAL_S TMS_DAY_S

/** May the listing be taken? EMPTY, MISSHAPEN, SUSPECT or GOOD, as tms_window_apply has them. */
enum tms_health_outcome window_judge(const struct tms_window *window,
	const struct tms_listing *listing, const struct tms_apply *how);

#endif
