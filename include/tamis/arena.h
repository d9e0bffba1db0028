/* Arenas: memory that lives and dies with one job. */
#ifndef TAMIS_ARENA_H
#define TAMIS_ARENA_H

#include <tamis/status.h>
#include <tamis/str.h>

struct tms_arena_chunk;
struct tms_buf;

/**
 * A growing pile of memory, freed as one. {0} is a valid empty arena without a limit.
 * Nothing in it is freed alone; no pointer into it outlives it. Not for two threads at once.
 */
struct tms_arena {
	struct tms_arena_chunk *newest;
	size_t used_bytes; /* handed out, padding included */
	size_t max_bytes;  /* 0: no limit */
	/* The first failure: TMS_ENOMEM, TMS_ELIMIT when max_bytes is reached, or what a function
	 * that writes into the arena left here. It stays. */
	enum tms_status status;
};

/** Free everything; the arena is {0} again but for its limit. NULL is accepted. */
void tms_arena_free(struct tms_arena *arena);
/**
 * Take room for so many bytes from the system at once: a hint, never more than the limit or 1 MiB.
 * What comes bit by bit goes back so, and the kernel clears each page again for the next job. An
 * empty arena takes no more than that, so what is kept by the thousand says how small it is.
 */
void tms_arena_expect(struct tms_arena *arena, size_t bytes);
/** Heap that it holds, handed out or not. */
size_t tms_arena_bytes(const struct tms_arena *arena);
/** Zeroed bytes, aligned for any object, or NULL; then arena->status says why. */
void *tms_arena_alloc(struct tms_arena *arena, size_t bytes);
/** Room for count objects of size bytes each, zeroed, checked for overflow. */
void *tms_arena_calloc(struct tms_arena *arena, size_t count, size_t size);
/** The same, not cleared: for what is written before it is read. */
void *tms_arena_room(struct tms_arena *arena, size_t count, size_t size);
#define TMS_ARENA_NEW(arena, type) ((type *)tms_arena_alloc((arena), sizeof(type)))
#define TMS_ARENA_ARRAY(arena, type, count)                                                        \
	((type *)tms_arena_calloc((arena), (count), sizeof(type)))
#define TMS_ARENA_ROOM(arena, type, count)                                                         \
	((type *)tms_arena_room((arena), (count), sizeof(type)))

/** A copy of the bytes and a NUL behind them (not counted). Empty on failure; see arena->status. */
struct tms_str tms_arena_copy(struct tms_arena *arena, struct tms_str s);
/**
 * What was written into a buffer, as a copy with a NUL behind it, and the buffer freed.
 * Empty on failure; see arena->status. A buffer that failed is one, and nothing of it is given:
 * arena->status has its status then, unless the arena had failed before.
 */
struct tms_str tms_arena_take(struct tms_arena *arena, struct tms_buf *buf);
/** What a copy of so many bytes takes of an arena: for tms_arena_expect. */
size_t tms_arena_copy_bytes(size_t len);
/** A NUL-terminated copy, or NULL. Only for the rim, where a library wants one. */
const char *tms_str_cstr(struct tms_arena *arena, struct tms_str s);
/** printf into the arena. Empty on failure; see arena->status. */
struct tms_str tms_arena_format(struct tms_arena *arena, const char *format, ...) TMS_PRINTF(2, 3);

/** Where the arena stands now; tms_arena_rewind gives back all that was taken since. */
size_t tms_arena_mark(const struct tms_arena *arena);
void tms_arena_rewind(struct tms_arena *arena, size_t mark);

/**
 * Make room for one more element behind `count` of them; the array may move inside the arena.
 * items  pointer to the array pointer; *capacity elements of it are there
 * False on failure; arena->status says why, and the array is as it was.
 */
TMS_MUST_CHECK bool tms_arena_grow(
	struct tms_arena *arena, void *items, size_t count, size_t *capacity, size_t size);

#endif
