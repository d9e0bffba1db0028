/*
 * Sets of sources of a world: scopes over its catalogue, and, as each set had before, a view with an
 * index of its own; and what asking rules of the one and the other costs.
 */
#ifndef TAMIS_BENCH_SCOPE_SETS_H
#define TAMIS_BENCH_SCOPE_SETS_H

#include "scope_world.h"

#define MICRO 1e6

struct sets {
	struct world world;
	struct tms_str *rules;
	size_t rules_count;
	uint32_t *numbers; /* what the catalogue's index calls rule i */
	char *flush;
	uint64_t sink;
};

/** Read as many bytes as no cache holds. */
void sets_flush(struct sets *b);
/** Random sources; of every second pair both. */
void sets_choose(struct sets *b, size_t *chosen, size_t count);
/** Items of these that two of them list. */
size_t sets_merged(const struct sets *b, const size_t *chosen, size_t count);
/** Not built, given. */
struct tms_scope *sets_scope(const struct sets *b, const size_t *chosen, size_t count);
/** As a whole. */
void sets_build(struct tms_scope *scope);
struct tms_catalog_stats sets_stats(const struct sets *b);

/** One view with its index. */
struct alone {
	struct tms_view *view;
	struct tms_index *index;
	struct tms_window **windows;
	size_t count;
};
void alone_init(const struct sets *b, struct alone *alone, const size_t *chosen, size_t count);
void alone_refresh(struct alone *alone);
void alone_fini(struct alone *alone);

/**
 * Ask so many sets of `size` sources so many random rules each, scope and view in turn, and print
 * what it cost. A selection that differs ends the program.
 */
void sets_ask(struct sets *b, const char *name, size_t size, size_t sets, size_t rules);

#endif
