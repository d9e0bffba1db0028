/*
 * The catalogue: the items of all windows in one index, and scopes over it. A scope is what one set
 * of windows shows: each item merged from these windows' records alone, whoever else lists it.
 *
 * An item that one window of a set lists is in the index once, whatever sets there are. An item
 * that several of them list is merged once for each combination of these windows that some scope
 * really has, and goes with the last such scope. Rules are the index's, each once; which scope a
 * rule is asked of is said when it is asked.
 *
 * Opens nothing, reads no clock. Not for two threads at once.
 */
#ifndef TAMIS_CATALOG_H
#define TAMIS_CATALOG_H

#include <tamis/index.h>
#include <tamis/window.h>

struct tms_catalog;
struct tms_scope;

/** Nothing in it, given. seed: what its hash tables are keyed by. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status tms_catalog_new(struct tms_hash_seed seed, struct tms_catalog **out);
/** All scopes must be gone. NULL is accepted. */
void tms_catalog_free(struct tms_catalog *catalog);
/** Where rules are added and removed, and batches asked; items are put by the catalogue alone. */
struct tms_index *tms_catalog_index(struct tms_catalog *catalog);

/* ---- windows ---- */

#define TMS_CATALOG_NONE UINT32_MAX

/** Follow this window from now on; nothing of it is shown before tms_catalog_step. Borrowed until
 * tms_catalog_remove. *source: its number here, until then. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status tms_catalog_add(
	struct tms_catalog *catalog, struct tms_window *window, uint32_t *source);
/** Take out some of its items, for about `work` microseconds' worth: no scope has it any more. A
 * step begins with all of the window again. False when none are left. */
bool tms_catalog_drain(struct tms_catalog *catalog, uint32_t source, size_t work);
/** Its items go, at once, which takes no time behind tms_catalog_drain; no scope has it any more. */
void tms_catalog_remove(struct tms_catalog *catalog, uint32_t source);
/**
 * Join the categories that this window has of a paper to items of which none of the windows they
 * are merged from has arXiv's word (<tamis/join.h>). What this changes comes with the next steps of
 * tms_catalog_step_known. Borrowed until another one or NULL (the default: none) is given.
 */
void tms_catalog_join(struct tms_catalog *catalog, struct tms_window *known);

/**
 * The next source, in no order, that lists the item of this id, or TMS_CATALOG_NONE.
 * *slot  TMS_INDEX_NONE at first; then where the index has what that source says of it alone
 */
uint32_t tms_catalog_next_lister(
	const struct tms_catalog *catalog, struct tms_str id, uint32_t *slot);

/** The source that has this slot of the index for itself; TMS_CATALOG_NONE: nothing is there, or what
 * is merged of several. */
uint32_t tms_catalog_source_at(const struct tms_catalog *catalog, uint32_t slot);

/** What becomes of an item; borrowed for the call. */
struct tms_catalog_change {
	uint32_t source;              /* that lists it; of a merged one, any of those */
	uint32_t slot;                /* in the index; when it has gone, it was there */
	struct tms_view_item *before; /* NULL: it is new */
	struct tms_view_item *after;  /* NULL: it has gone */
	bool is_merged; /* from several windows; tells nothing that was not told of each of them */
};
/** Told behind each change; must not change the catalogue. */
typedef void (*tms_catalog_change_fn)(void *context, const struct tms_catalog_change *change);

/**
 * Go some way towards what the window holds now, changed records first, oldest change first; each
 * step leaves all whole. Costs what has changed, not what there is, but when records have left the
 * window: then all that it has here is looked at. Merged items that scopes have move with it.
 * work    stop when about so many microseconds' worth on a slow machine is done (counted, no
 *         clock); at least one change is made
 * change  may be NULL
 * *more   set on TMS_OK: false when all is shown
 * TMS_OK, TMS_ENOMEM, TMS_ELIMIT: what was not reached comes with the next step.
 */
TMS_MUST_CHECK enum tms_status tms_catalog_step(struct tms_catalog *catalog, uint32_t source,
	size_t work, tms_catalog_change_fn change, void *context, bool *more);
/** The same for what is known of categories: of all items that it is about. */
TMS_MUST_CHECK enum tms_status tms_catalog_step_known(struct tms_catalog *catalog, size_t work,
	tms_catalog_change_fn change, void *context, bool *more);

/**
 * Take out some of the merged items that no scope has any more, for about `work` microseconds'
 * worth. False when there are none left.
 */
bool tms_catalog_tidy(struct tms_catalog *catalog, size_t work);

/* ---- scopes ---- */

/**
 * What these sources show together, given: tms_scope_free. Costs four bytes a source until it is
 * asked something.
 * sources  distinct, at least one, in any order (it changes nothing); copied
 * TMS_OK, TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status tms_scope_new(
	struct tms_catalog *catalog, const uint32_t *sources, size_t count, struct tms_scope **out);
/** NULL is accepted. */
void tms_scope_free(struct tms_scope *scope);
/**
 * Bring it up to date, for about `work` microseconds' worth: find its pages, merge what several of
 * its sources list. Whatever asks a scope does the rest of that at once, but tms_scope_prepare: that
 * does some of it.
 * *more  there is more to do; a source that changes in between may begin some of it again
 * TMS_OK, TMS_ENOMEM, TMS_ELIMIT (no slot left).
 */
TMS_MUST_CHECK enum tms_status tms_scope_step(struct tms_scope *scope, size_t work, bool *more);
/** Is there nothing to do? Then asking it puts nothing into the index. */
bool tms_scope_is_current(const struct tms_scope *scope);
/** Forget what was built for it; it is built again when it is asked. Merged items that no other
 * scope has go, with the next steps of tms_catalog_tidy. */
void tms_scope_drop(struct tms_scope *scope);
/** Heap that it holds, its own merged items and what the index has of them among it (about; of those
 * that several scopes have, a share each). Costs a look at each merged item. */
size_t tms_scope_bytes(const struct tms_scope *scope);

/** How many items it shows. TMS_OK, as tms_scope_step. */
TMS_MUST_CHECK enum tms_status tms_scope_count(struct tms_scope *scope, size_t *count);
/** All of them, in byte order of their ids, borrowed until the next step of a source; the list
 * lives in the arena. TMS_OK, as tms_scope_step, TMS_ELIMIT (the arena's). */
TMS_MUST_CHECK enum tms_status tms_scope_list(struct tms_scope *scope, struct tms_arena *arena,
	struct tms_view_item ***list, size_t *count);
/** The slot of what it shows under that id, or TMS_INDEX_NONE, also when it cannot be brought up to
 * date. */
uint32_t tms_scope_find(struct tms_scope *scope, struct tms_str id);
/** Does it show the item in this slot of the index? False also when it cannot be brought up to
 * date. */
bool tms_scope_has(struct tms_scope *scope, uint32_t slot);

/* Asking one rule: as tms_index_prepare, tms_index_select and so on, of what the scope shows. */

TMS_MUST_CHECK enum tms_status tms_scope_prepare(
	struct tms_scope *scope, uint32_t rule, tms_time now, size_t work, bool *more);
TMS_MUST_CHECK enum tms_status tms_scope_select(struct tms_scope *scope, uint32_t rule,
	tms_time now, size_t max, struct tms_arena *arena, struct tms_selection *out);
TMS_MUST_CHECK enum tms_status tms_scope_select_dropped(struct tms_scope *scope, uint32_t rule,
	tms_time now, size_t max, struct tms_arena *arena, struct tms_selection *out);
TMS_MUST_CHECK enum tms_status tms_scope_differ(struct tms_scope *scope, uint32_t old_rule,
	uint32_t new_rule, tms_time now, struct tms_difference *out);

/* ---- what it holds ---- */

struct tms_catalog_stats {
	size_t sources, items; /* each item once a source */
	size_t merged;         /* merged items that scopes have */
	size_t unused;         /* and those that none has any more: see tms_catalog_tidy */
	size_t scopes, built;  /* of these, with pages */
	size_t bytes;          /* heap of its own, beside the index (tms_index_stats) and items */
	uint64_t puts;         /* items put into the index, since it was made */
	uint64_t visits;       /* pages, and slots set apart, that building scopes has looked at */
};
void tms_catalog_stats(const struct tms_catalog *catalog, struct tms_catalog_stats *out);

#endif
