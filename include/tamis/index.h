/*
 * The index: items, searchable, and the rules that are asked of them. These functions are about
 * the items of one view; those of many sets of sources share an index through <tamis/catalog.h>.
 *
 * A rule is a query that is kept: added once however many feeds ask for it, compiled to a program
 * over shared leaves. A leaf's items are a row of bits, so a rule's are a few operations on words.
 * What an index says is what the query language says of each item (<tamis/query.h>); the index only
 * says it sooner.
 *
 * Items and rules come and go in any order, each at a bounded cost: nothing is ever rebuilt as a
 * whole. A rule sees all items that are there when it is asked; a new item is seen by all rules.
 * Opens nothing, reads no clock. Not for two threads at once.
 */
#ifndef TAMIS_INDEX_H
#define TAMIS_INDEX_H

#include <tamis/query.h>
#include <tamis/view.h>

struct tms_index;

#define TMS_INDEX_NONE UINT32_MAX
/** Items that one batch looks at. */
#define TMS_BATCH_ITEMS_MAX 64

/** An empty index, given. seed: what its hash tables are keyed by. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status tms_index_new(struct tms_hash_seed seed, struct tms_index **out);
/** Lets go of all items. NULL is accepted. */
void tms_index_free(struct tms_index *index);
/** What was found out of leaves and items (rows and probes) is kept up to about so many bytes, and
 * goes by last use; 8 MiB at first. */
void tms_index_bound_rows(struct tms_index *index, size_t bytes);

/* ---- rules ---- */

/**
 * Add a rule, or one more reference to it when an equal one is there: equal as programs, however
 * they are written.
 * text, options  as tms_query_parse takes them; borrowed
 * *rule          a number, stable until the last reference is removed; then it may name another
 * TMS_OK; TMS_EINVAL, TMS_ELIMIT (the query is wrong or too large: diag, as tms_query_parse says
 * it); TMS_ENOMEM. On failure the index is as it was.
 */
TMS_MUST_CHECK enum tms_status tms_index_add_rule(struct tms_index *index, struct tms_str text,
	const struct tms_query_options *options, uint32_t *rule, struct tms_diag *diag);
/** One of several rules to be added, as tms_index_add_rule takes them. */
struct tms_index_addition {
	struct tms_str text;
	const struct tms_query_options *options;
	struct tms_diag *diag;  /* may be NULL */
	enum tms_status status; /* set: as tms_index_add_rule returns it */
	uint32_t rule;          /* set where that is TMS_OK */
};
/** Add each, or not, in this order: as one by one, but sooner. */
void tms_index_add_rules(struct tms_index *index, struct tms_index_addition *list, size_t count);
/** Drop one reference. */
void tms_index_remove_rule(struct tms_index *index, uint32_t rule);
/** A text that tms_query_parse reads, without rules to look up, as this rule; lives as long as the
 * rule. Of equal rules written differently, one. */
struct tms_str tms_index_rule_text(const struct tms_index *index, uint32_t rule);
/** Tell of its scans, each once or more often, in an order that stays (see tms_query_scans); what is
 * told is borrowed as long as the rule lives. Limits on them that are not those of the whole index
 * are counted by it. */
void tms_index_rule_scans(
	const struct tms_index *index, uint32_t rule, tms_query_scan_fn tell, void *context);
/** A scan that would cost too much. */
struct tms_index_refused_scan {
	struct tms_str print;  /* what it asks */
	struct tms_str source; /* that is full; empty: it is the whole index */
	size_t cost, most;     /* of all together with it, and what is allowed (limits.scan_cost) */
};
/** Say why it is refused. diag may be NULL. */
void tms_index_tell_scan_refused(
	struct tms_diag *diag, const struct tms_index_refused_scan *refused);

/* ---- items ---- */

/**
 * Put an item in, in place of one of the same id. Takes a reference. Cheap when only numbers moved.
 * *slot  its number until it is removed; stays the same when the item is replaced. May be NULL.
 * TMS_OK, TMS_ENOMEM; on failure the index is as it was.
 */
TMS_MUST_CHECK enum tms_status tms_index_put(
	struct tms_index *index, struct tms_view_item *item, uint32_t *slot);
/** Take an item out; an id that is not there is fine. */
void tms_index_remove(struct tms_index *index, struct tms_str id);
/** Items that are in it. */
size_t tms_index_count(const struct tms_index *index);
/** Slots are numbers below this one; some may be empty. */
size_t tms_index_slots(const struct tms_index *index);
/** The item in a slot, or NULL; borrowed. */
struct tms_view_item *tms_index_at(const struct tms_index *index, uint32_t slot);
/** The slot of an identity, or TMS_INDEX_NONE. */
uint32_t tms_index_find(const struct tms_index *index, struct tms_str id);

/* ---- asking one rule ---- */

struct tms_selected {
	struct tms_view_item *item; /* borrowed from the index until it changes */
	tms_time entered;           /* see tms_query_entered */
};

/** Everything but the items lives in the arena that it was selected into. */
struct tms_selection {
	struct tms_selected *list; /* by entered, then published, both newest first, then by id */
	size_t count;              /* at most what was asked for */
	size_t kept_count;         /* items that the rule keeps */
	size_t seen_count;         /* items in the index */
	tms_time expires; /* from here on the clock alone may change it; TMS_TIME_MAX: never */
};

/**
 * Work out some of what asking a rule at `now` takes, for about `work` microseconds' worth on a
 * slow machine (counted work, no clock), so that tms_index_select, which does the rest at once, is
 * quick.
 * *more  there is more to do; a change of items in between may begin some of it again
 * TMS_OK, TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status tms_index_prepare(
	struct tms_index *index, uint32_t rule, tms_time now, size_t work, bool *more);
/**
 * The first `max` items that a rule keeps at `now`.
 * rule  TMS_INDEX_NONE keeps everything
 * TMS_OK, TMS_ENOMEM, TMS_ELIMIT (the arena's).
 */
TMS_MUST_CHECK enum tms_status tms_index_select(struct tms_index *index, uint32_t rule,
	tms_time now, size_t max, struct tms_arena *arena, struct tms_selection *out);

/**
 * The first `max` items that it does not keep at `now`, by first_seen, the newest first; `entered`
 * and `expires` say nothing. TMS_OK, TMS_ENOMEM, TMS_ELIMIT (the arena's).
 */
TMS_MUST_CHECK enum tms_status tms_index_select_dropped(struct tms_index *index, uint32_t rule,
	tms_time now, size_t max, struct tms_arena *arena, struct tms_selection *out);

/** What becomes of the items that a rule keeps when another takes its place. */
struct tms_difference {
	size_t seen_count; /* items in the index */
	size_t kept_count; /* that the old rule keeps */
	size_t leave, come;
};
/**
 * Of two rules, at `now`. TMS_INDEX_NONE keeps everything.
 * TMS_OK, TMS_ENOMEM, TMS_ELIMIT (the arena's).
 */
TMS_MUST_CHECK enum tms_status tms_index_differ(struct tms_index *index, uint32_t old_rule,
	uint32_t new_rule, tms_time now, struct tms_difference *out);

/**
 * Bring near what the rules need that will be asked next, one behind the other: of the first 16.
 * Changes no answer; TMS_INDEX_NONE is passed over.
 */
void tms_index_prefetch(const struct tms_index *index, const uint32_t *rules, size_t count);

/* ---- asking all rules, or some, of some items ---- */

/**
 * A rule that keeps items of a batch: bit i is slot i of the batch. Must not change the index. An
 * item that is in several slots (as several sets of sources show it) is told of in each that the
 * batch has: whoever owns the rule looks only at the bits of the slots that its set shows.
 */
typedef void (*tms_batch_fn)(void *context, uint32_t rule, uint64_t items);

struct tms_batch;

/** What looking at the words of an item takes, against those of a paper: 1, more for long contents. Of
 * a batch they should be TMS_BATCH_ITEMS_MAX together, at most: it looks at all of them in one go. */
size_t tms_index_weight(const struct tms_index *index, uint32_t slot);

/**
 * Ask which of these items rules keep at `now`: all rules by tms_batch_step, those of lists by
 * tms_batch_ask, or both, in any order.
 * slots  1 to TMS_BATCH_ITEMS_MAX, each with an item; copied
 * *out   given: tms_batch_free. Rules may be added and removed between steps: one that was added
 *        since the batch began is not told of. These items
 *        must not be put again or removed until it is freed.
 * TMS_OK, TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status tms_batch_new(struct tms_index *index, const uint32_t *slots,
	size_t count, tms_time now, struct tms_batch **out);
/**
 * Go on asking all rules for about `work` microseconds' worth on a slow machine (counted work, no
 * clock: see TMS_BATCH_ALL), telling of each rule that keeps an item exactly once over all steps;
 * one that was removed meanwhile may or may not be told of. False when all is done.
 */
bool tms_batch_step(struct tms_batch *batch, size_t work, tms_batch_fn tell, void *context);
#define TMS_BATCH_ALL SIZE_MAX
/**
 * Ask some rules, in this order, for about *work microseconds' worth, telling of each that keeps an
 * item. It says the same of a rule as tms_batch_step, and looks at no others.
 * rules   borrowed for the call. Each must be in the index then; between calls the list may change
 *         as it likes. A rule that stands twice is told of twice: the list is a multiset, nothing
 *         is remembered about what was asked, only about what rules look at.
 * *work   what it took is taken off, TMS_BATCH_ALL stays: another list may be asked with the rest
 * Returns how many were asked, from the first on. When that is less than count, *work is 0; ask
 * again from there (when memory is out, also). Any work that is not 0 brings it on.
 */
size_t tms_batch_ask(struct tms_batch *batch, const uint32_t *rules, size_t count, size_t *work,
	tms_batch_fn tell, void *context);
/** Does asking so many rules by lists take less than asking all of them? */
bool tms_batch_prefers_list(const struct tms_index *index, size_t count);
/** NULL is accepted. */
void tms_batch_free(struct tms_batch *batch);

/* ---- what it holds ---- */

/** Counted when asked, never timed; for metrics and for tests that guard cost. */
struct tms_index_stats {
	size_t items, rules, rule_references, leaves; /* distinct ones */
	/** Heap that rules hold: texts, programs, leaves, tables. */
	size_t rule_bytes;
	/** Of these, what was found out of leaves and items, see tms_index_bound_rows. */
	size_t row_bytes;
	/** Heap that items hold here: words, rows, tables; not the items themselves. */
	size_t item_bytes;
	uint64_t rows_made;      /* rows worked out from the words of the window */
	uint64_t items_verified; /* items that a leaf's words pointed at and that were looked at, by
				     their weight */
	uint64_t rules_visited;  /* programs run by batches */
	uint64_t topics_compiled; /* subjects, also again when they were forgotten */
	uint64_t words_walked;    /* words of programs, asked of one item at one moment */
};
/** What it holds and has done since it was made. */
void tms_index_stats(const struct tms_index *index, struct tms_index_stats *out);

#endif
