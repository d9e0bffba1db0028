/*
 * The world of the test of sets: six windows that list the same papers (two as arXiv lists them,
 * two as Hugging Face does, two private ones that claim anything), what is known of categories, the
 * sets over them with their rules, and what the reference says of each.
 */
#ifndef TAMIS_TESTS_INDEX_SET_WORLD_H
#define TAMIS_TESTS_INDEX_SET_WORLD_H

#include "live_rule.h"
#include "sets.h"

#define POOL_MAX 300
#define SET_RULES 10
#define SET_LISTED_MAX 60  /* of one listing */
#define SET_WINDOWS_OPEN 4 /* the first ones; the others are private */

/** What the reference says of an item by one rule, as long as neither it nor the time moves. */
struct verdict {
	uint64_t rule; /* serial number, 0: nothing yet */
	tms_time now, entered, change;
	bool holds;
};

/** What those sets show of a paper whose windows, of those that list it, are these. */
struct showing {
	struct showing *next;
	unsigned windows;
	struct tms_view_item *item; /* made of the records at hand, by nobody's cache */
	struct subject subject;
	struct verdict verdicts[SET_RULES + 1]; /* the last: of no rule */
};

struct pool_paper {
	char id[32];
	unsigned listed; /* by these windows */
	struct showing *showings;
};

struct set_rule {
	struct live_rule live;
	uint64_t serial;
};

struct world_set {
	unsigned windows;                                   /* 0: there is no such set */
	uint32_t numbers[SET_RULES], references[SET_RULES]; /* 0 references: it has not that rule */
	uint64_t since[SET_RULES];                          /* serial number of that it has it */
	bool is_prepared[SET_RULES + 1];                    /* once, for some time */
};

struct set_world {
	struct dice dice;
	struct real_items real;
	struct tms_window *windows[SET_WINDOWS], *known;
	struct tms_buf older[SET_WINDOWS]; /* a record as the store had it once */
	size_t older_of[SET_WINDOWS];
	struct pool_paper pool[POOL_MAX];
	size_t order[POOL_MAX], pool_count; /* by id */
	struct named_rules named;
	struct set_rule rules[SET_RULES];
	uint64_t serials;
	struct sets *sets;
	size_t empty_bytes; /* that it holds without windows and sets */
	struct world_set list[SETS_MAX];
	size_t batch_window;
	tms_time now;
	uint64_t seed, pairs, kept, batch_pairs, batch_kept, steps, expiring, shared, joined, fresh;
	size_t epoch;
	uint64_t wanted, epoch_end; /* pairs */
};

/* ---- set_cases.c ---- */

/** All cases, as a program's main returns it. */
int set_cases_run(void);

/* ---- set_world.c: what happens ---- */

/** Windows of new papers, without sets and rules. */
void set_world_begin(struct set_world *world, size_t pool_count);
/** Everything goes, one after the other; nothing of it is left. */
void set_world_end(struct set_world *world);
/** Something of the windows, the sets, the rules or the time changes. */
void set_world_change(struct set_world *world);
/** The clock goes on, or steps back. */
void set_world_move_time(struct set_world *world);
/** One more rule of some sets, or one less. */
void set_world_change_rule(struct set_world *world);
/** Sets show what their windows have now; some steps of it, when not all. */
void set_world_follow(struct set_world *world, bool all);

/* ---- set_windows.c: what is listed ---- */

/** An empty window under this number. */
void set_window_new(struct set_world *world, size_t window);
/** It lists up to so many papers, new or known; only_votes: known ones, of which numbers moved. */
void set_window_list(struct set_world *world, size_t window, uint32_t most, bool only_votes);
/** What its lists no longer have leaves, and what is too much. */
void set_window_retire(struct set_world *world, struct tms_window *window);
/** The store has a record as it is now, or puts one back, as another instance's word. */
void set_window_store(struct set_world *world, size_t window);
/** As the service goes through its windows: private ones neither say nor want categories. */
void set_world_learn(struct set_world *world);

/* ---- set_reference.c: what is right ---- */

/** The paper is listed otherwise than before. */
void pool_touch(struct set_world *world, size_t paper);
void pool_touch_all(struct set_world *world);
/** What a set shows of the paper, or NULL. */
struct showing *pool_show(struct set_world *world, size_t paper, unsigned windows);
/** What the reference says of it. rule: SET_RULES for none. */
const struct verdict *showing_ask(struct set_world *world, struct showing *showing, size_t rule);

/* ---- set_compare.c: what the sets say ---- */

/** Print seed, step, set, rule and item, and what is said of it by all who can be asked; fail.
 * rule: SET_RULES for none. showing: NULL when there is none to name. */
void set_world_differ(const struct set_world *world, size_t set, size_t rule,
	const struct showing *showing, const char *what, int64_t got, int64_t reference);
/** Ask all that a set can be asked, against the reference. */
void set_world_compare(struct set_world *world, size_t set);
/** Ask some rules of the set against an index of a view that are made for it alone. */
void set_world_compare_fresh(struct set_world *world, size_t set);
/** A batch, against the reference. */
void set_world_compare_batch(struct set_world *world);

#endif
