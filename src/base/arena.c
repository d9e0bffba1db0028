/* The arena: a list of chunks that double, mark and rewind by bytes handed out. */
#include <tamis/arena.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <tamis/buf.h>

#define FIRST_CHUNK_BYTES ((size_t)4096)
#define LARGEST_CHUNK_BYTES ((size_t)256 * 1024)
#define LARGEST_EXPECTED_BYTES ((size_t)1024 * 1024)
#define ALIGNMENT _Alignof(max_align_t)

/* Chunks form a list from the newest to the oldest; `base` is what the arena had handed out before
 * this one. */
struct tms_arena_chunk {
	struct tms_arena_chunk *older;
	size_t base;
	size_t used;
	size_t capacity;
	_Alignas(max_align_t) char bytes[];
};

static void *fail(struct tms_arena *arena, enum tms_status st)
{
	if (arena->status == TMS_OK)
		arena->status = st;
	return NULL;
}

void tms_arena_free(struct tms_arena *arena)
{
	if (!arena)
		return;
	while (arena->newest) {
		struct tms_arena_chunk *older = arena->newest->older;
		free(arena->newest);
		arena->newest = older;
	}
	*arena = (struct tms_arena){ .max_bytes = arena->max_bytes };
}

static struct tms_arena_chunk *add_chunk(struct tms_arena *arena, size_t least, size_t bytes)
{
	size_t capacity = arena->newest ? arena->newest->capacity * 2 : least;
	if (capacity > LARGEST_CHUNK_BYTES)
		capacity = LARGEST_CHUNK_BYTES;
	if (capacity < bytes)
		capacity = bytes;
	struct tms_arena_chunk *chunk = malloc(sizeof(*chunk) + capacity);
	if (!chunk)
		return fail(arena, TMS_ENOMEM);
	*chunk = (struct tms_arena_chunk){
		.older = arena->newest, .base = arena->used_bytes, .capacity = capacity
	};
	arena->newest = chunk;
	return chunk;
}

void tms_arena_expect(struct tms_arena *arena, size_t bytes)
{
	const struct tms_arena_chunk *chunk = arena->newest;
	size_t room = chunk ? chunk->capacity - chunk->used : 0;

	bytes = bytes < LARGEST_EXPECTED_BYTES ? bytes : LARGEST_EXPECTED_BYTES;
	if (arena->max_bytes != 0 && bytes > arena->max_bytes - arena->used_bytes)
		bytes = arena->max_bytes - arena->used_bytes;
	if (bytes > room)
		(void)add_chunk(arena, 0, bytes);
}

size_t tms_arena_bytes(const struct tms_arena *arena)
{
	size_t bytes = 0;

	for (const struct tms_arena_chunk *chunk = arena->newest; chunk; chunk = chunk->older)
		bytes += sizeof(*chunk) + chunk->capacity;
	return bytes;
}

static size_t rounded(size_t bytes)
{
	return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

/* Not zeroed; *bytes is rounded up to what was taken. */
static void *take(struct tms_arena *arena, size_t *wanted)
{
	size_t bytes = *wanted;
	struct tms_arena_chunk *chunk = arena->newest;

	if (bytes == 0)
		bytes = 1;
	if (bytes > SIZE_MAX / 2)
		return fail(arena, TMS_ELIMIT);
	bytes = rounded(bytes);
	if (arena->max_bytes != 0 &&
		(bytes > arena->max_bytes || arena->used_bytes > arena->max_bytes - bytes))
		return fail(arena, TMS_ELIMIT);
	if (!chunk || chunk->capacity - chunk->used < bytes)
		chunk = add_chunk(arena, FIRST_CHUNK_BYTES, bytes);
	if (!chunk)
		return NULL;
	void *given = chunk->bytes + chunk->used;
	chunk->used += bytes;
	arena->used_bytes += bytes;
	*wanted = bytes;
	return given;
}

void *tms_arena_alloc(struct tms_arena *arena, size_t bytes)
{
	void *given = take(arena, &bytes);

	return given ? memset(given, 0, bytes) : NULL;
}

void *tms_arena_room(struct tms_arena *arena, size_t count, size_t size)
{
	size_t bytes = 0;

	if (__builtin_mul_overflow(count, size, &bytes))
		return fail(arena, TMS_ELIMIT);
	return take(arena, &bytes);
}

void *tms_arena_calloc(struct tms_arena *arena, size_t count, size_t size)
{
	size_t bytes = 0;

	if (__builtin_mul_overflow(count, size, &bytes))
		return fail(arena, TMS_ELIMIT);
	return tms_arena_alloc(arena, bytes);
}

struct tms_str tms_arena_copy(struct tms_arena *arena, struct tms_str s)
{
	size_t bytes = s.len + 1;
	char *copy = take(arena, &bytes);

	if (!copy)
		return (struct tms_str){ 0 };
	if (s.len > 0)
		memcpy(copy, s.ptr, s.len);
	copy[s.len] = '\0';
	return (struct tms_str){ copy, s.len };
}

size_t tms_arena_copy_bytes(size_t len)
{
	return rounded(len + 1);
}

struct tms_str tms_arena_take(struct tms_arena *arena, struct tms_buf *buf)
{
	struct tms_str text = { 0 };

	if (buf->status == TMS_OK)
		text = tms_arena_copy(arena, tms_buf_str(buf));
	else
		(void)fail(arena, buf->status);
	tms_buf_free(buf);
	return text;
}

const char *tms_str_cstr(struct tms_arena *arena, struct tms_str s)
{
	return tms_arena_copy(arena, s).ptr;
}

struct tms_str tms_arena_format(struct tms_arena *arena, const char *format, ...)
{
	va_list args, again;

	va_start(args, format);
	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, args);
	char *text = len < 0 ? NULL : tms_arena_alloc(arena, (size_t)len + 1);
	if (text)
		len = vsnprintf(text, (size_t)len + 1, format, again);
	va_end(again);
	va_end(args);
	return text ? (struct tms_str){ text, (size_t)len } : TMS_STR_NONE;
}

size_t tms_arena_mark(const struct tms_arena *arena)
{
	return arena->used_bytes;
}

void tms_arena_rewind(struct tms_arena *arena, size_t mark)
{
	while (arena->newest && arena->newest->base >= mark && arena->newest->older) {
		struct tms_arena_chunk *older = arena->newest->older;
		free(arena->newest);
		arena->newest = older;
	}
	if (arena->newest)
		arena->newest->used = mark - arena->newest->base;
	arena->used_bytes = mark;
}

bool tms_arena_grow(
	struct tms_arena *arena, void *items, size_t count, size_t *capacity, size_t size)
{
	void **array = items;

	if (count < *capacity)
		return true;
	size_t wanted = *capacity ? *capacity * 2 : 4;
	void *grown = tms_arena_calloc(arena, wanted, size);
	if (!grown)
		return false;
	if (count > 0)
		memcpy(grown, *array, count * size);
	*array = grown;
	*capacity = wanted;
	return true;
}
