/*
 * What the test of sets asks: the items of some windows, searchable for many sets of these windows
 * at once. An implementation is one file: sets_by_view.c has a view and an index for each set,
 * sets_by_catalog.c one index and a scope for each.
 *
 * Windows and sets are small numbers that the test gives. Each set shows the items that its windows
 * list, merged, with the categories that are known joined; it has rules of its own. What goes wrong
 * in here fails the test.
 */
#ifndef TAMIS_TESTS_INDEX_SETS_H
#define TAMIS_TESTS_INDEX_SETS_H

#include <tamis/index.h>

#define SETS_MAX 12
#define SET_WINDOWS 6

struct sets;

/** Nothing yet, given. known: borrowed; the window whose categories are joined. */
struct sets *sets_new(struct tms_hash_seed seed, struct tms_window *known);
/** Everything goes, whatever is there. */
void sets_free(struct sets *sets);

/** A window is there from now on; borrowed until it goes. */
void sets_window_comes(struct sets *sets, size_t window, struct tms_window *borrowed);
/** It goes: no set has it any more. Another one may come under its number. */
void sets_window_goes(struct sets *sets, size_t window);

/** A set of these windows (a bit each, at least one), which no other set has. */
void sets_make(struct sets *sets, size_t set, unsigned windows);
/** It goes; its rules have gone. Nothing of it may be left. */
void sets_drop(struct sets *sets, size_t set);
/** What was found out for it and can be found out again is forgotten. */
void sets_forget(struct sets *sets, size_t set);

/** Windows have changed, or sets come: go about so far (counted, see tms_view_step) towards what
 * they are now. False when all is shown. In between anything may happen, and sets show some of it.
 */
bool sets_follow(struct sets *sets, size_t work);

/** A rule of this set, or one more reference to it, as tms_index_add_rule has it. *rule: its number
 * there. False when it is refused: diag. */
bool sets_add_rule(struct sets *sets, size_t set, struct tms_str text,
	const struct tms_query_options *options, uint32_t *rule, struct tms_diag *diag);
/** One reference less. */
void sets_remove_rule(struct sets *sets, size_t set, uint32_t rule);

/** How many items a set shows. */
size_t sets_count(const struct sets *sets, size_t set);
/** Item i < count, in byte order of the ids. */
struct tms_view_item *sets_at(const struct sets *sets, size_t set, size_t i);

/** As tms_index_prepare, …_prefetch, …_select, …_select_dropped and …_differ, of a set's items and
 * rules. */
bool sets_prepare(struct sets *sets, size_t set, uint32_t rule, tms_time now, size_t work);
void sets_prefetch(struct sets *sets, size_t set, const uint32_t *rules, size_t count);
void sets_select(struct sets *sets, size_t set, uint32_t rule, tms_time now, size_t max,
	struct tms_arena *arena, struct tms_selection *out);
void sets_select_dropped(struct sets *sets, size_t set, uint32_t rule, tms_time now, size_t max,
	struct tms_arena *arena, struct tms_selection *out);
void sets_differ(struct sets *sets, size_t set, uint32_t old_rule, uint32_t new_rule, tms_time now,
	struct tms_difference *out);

/** A rule of a set that keeps items of a batch: bit i is id i of the batch. */
typedef void (*sets_tell_fn)(void *context, size_t set, uint32_t rule, uint64_t items);
/**
 * Ask the rules of all sets that have this window which of these items they keep: of each, what the
 * set shows under the id, if it does. One batch at a time.
 * ids  1 to TMS_BATCH_ITEMS_MAX, each once; borrowed for the call
 */
void sets_batch_begin(
	struct sets *sets, size_t window, const struct tms_str *ids, size_t count, tms_time now);
/** Go on, as tms_batch_step. Rules may come and go between steps; windows and sets must not. */
bool sets_batch_step(struct sets *sets, size_t work, sets_tell_fn tell, void *context);
/** It ends, also before all is told. */
void sets_batch_end(struct sets *sets);

/** What it holds, and what it holds on the heap by its own count. */
struct sets_stats {
	size_t items, rules, references, leaves, bytes;
};
void sets_stats(const struct sets *sets, struct sets_stats *out);
/** Whatever else it promises itself holds, or the test fails. */
void sets_check(const struct sets *sets);

#endif
