/* What a window is made of; for the files of this folder. */
#ifndef TAMIS_INDEX_PARTS_H
#define TAMIS_INDEX_PARTS_H

#include <tamis/view.h>
#include <tamis/window.h>

#define TMS_POLLS_MAX 128
#define TMS_POLL_BYTES_MAX 2000
/* last_listed and last_seen move at every poll; a record is stored again for them alone only this
 * often */
#define TMS_STORE_LISTED_S (6 * TMS_HOUR_S)

/** A record and what the process keeps with it. */
struct tms_entry {
	struct tms_record record; /* first: a record is its entry */
	struct tms_view_item
		*solo;          /* merged from this record alone; stale when its version differs */
	tms_time stored_listed; /* last_listed as the store has it */
	uint64_t changed;       /* the window's generation when its version moved last */
	uint64_t stamp;         /* the apply that touched it last */
	char id[];
};

struct tms_retired {
	tms_time at;
	size_t id_len;
	char id[];
};

/** How long the last good listing of an address was. */
struct tms_poll_length {
	char *key;
	size_t items;
	tms_time at;
};

struct tms_held {
	struct tms_kept *kept;
	int64_t numbers[TMS_NUMBERS];
	tms_time at; /* of the listing that it was held from */
};

struct tms_ids {
	struct tms_str *ids;
	size_t count, capacity;
};

/** The entry's version moved at this generation. NULL: it has moved again since, or is gone. */
struct tms_change {
	uint64_t generation;
	struct tms_entry *entry;
};

struct tms_window {
	struct tms_str source;    /* own memory */
	struct tms_map records;   /* id → struct tms_entry */
	struct tms_entry **order; /* the same, by id */
	size_t count, capacity;
	struct tms_map retired; /* id → struct tms_retired */
	struct tms_poll_length polls[TMS_POLLS_MAX];
	size_t polls_count;
	struct tms_held held[TMS_HELD_MAX]; /* longest held first */
	size_t held_count;
	struct tms_health health;
	uint64_t generation, digest, applies;
	struct tms_change *changes; /* each entry once, by generation: what a view has not seen yet
				       is at the end */
	size_t changes_count, changes_capacity;
	uint64_t drops; /* entries that have left; a view that missed one looks at all it shows */
	size_t retired_bytes;
	struct tms_arena report; /* of the last apply, retire or release */
	struct tms_ids touched, forgotten;
};

/** Reports are about one change: forget the last one's. */
void tms_window_report_begin(struct tms_window *window);
void tms_window_report_end(const struct tms_window *window, struct tms_apply_report *out);
TMS_MUST_CHECK enum tms_status tms_ids_add(
	struct tms_arena *arena, struct tms_ids *ids, struct tms_str id);

/** A new entry in the window without sightings yet; its version counts in the digest only after a
 * reckoning. */
TMS_MUST_CHECK enum tms_status tms_window_enter(
	struct tms_window *window, struct tms_str id, struct tms_entry **out);
/** Reckon the entry's version again; true when it moved (then so do digest and generation). */
bool tms_window_reckon(struct tms_window *window, struct tms_entry *entry);
/** Where the changes behind that generation begin. */
size_t tms_window_changes_after(const struct tms_window *window, uint64_t generation);
/** Take the entry out and free it. */
void tms_window_drop(struct tms_window *window, struct tms_entry *entry);
/** Remember an id (again). TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status tms_window_remember(
	struct tms_window *window, struct tms_str id, tms_time at);
void tms_window_unremember(struct tms_window *window, struct tms_str id);
/** The known length of a poll's last good listing, of the newest poll when that one is unknown;
 * NULL: none at all. */
const struct tms_poll_length *tms_window_length(
	const struct tms_window *window, struct tms_str poll);
TMS_MUST_CHECK enum tms_status tms_window_set_length(
	struct tms_window *window, struct tms_str poll, size_t items, tms_time at);
/** Hold an item, in place of one of the same id. */
TMS_MUST_CHECK enum tms_status tms_window_hold(
	struct tms_window *window, const struct tms_item *item, tms_time at);
/** Let a held item of that id go; the window no longer has it. */
void tms_window_unhold(struct tms_window *window, struct tms_str id);
/** Write held items' titles into the health. */
void tms_window_show_held(struct tms_window *window);

#endif
