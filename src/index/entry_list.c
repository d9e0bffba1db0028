/*
 * Lists of entries, in three forms. What an entry that comes or goes may cost:
 *   few     in the record
 *   array   moving what is behind it, up to ENTRY_CHUNK_MAX entries
 *   chunks  a binary search in the directory, then as much in one chunk; now and then a chunk is
 *           cut in two, or two that have become small are joined
 * A chunk has room for what it holds and up to ROOM_STEP - 1 more, so that long lists take no more
 * memory than arrays that grow by half. Two neighbours together are never as small as JOINED_MAX,
 * unless memory was out when they were to be joined.
 */
#include "entry_list.h"

#include <stdlib.h>
#include <string.h>

#include "memory/small_vector.h"

#define ROOM_STEP 32
#define JOINED_MAX (ENTRY_CHUNK_MAX / 2)
/* With so few left the chunks are an array again; fewer than where they began, so that an entry
 * that comes and goes there does not change the form each time. */
#define ARRAY_AGAIN (ENTRY_CHUNK_MAX * 3 / 4)
#define DIRECTORY_STEP 4

struct directory {
	uint32_t count;
	struct entry_chunk chunks[];
};

/* ---- where what is ---- */

static void *heap_of(const struct entry_list *list)
{
	void *heap;

	memcpy(&heap, list->few, sizeof(heap));
	return heap;
}

static void set_heap(struct entry_list *list, void *heap)
{
	_Static_assert(sizeof(heap) <= sizeof(list->few), "an address fits in place of the few");
	memcpy(list->few, &heap, sizeof(heap));
}

/* Of the few, or the array. */
static uint32_t *array_of(struct entry_list *list)
{
	return list->count <= ENTRY_LIST_FEW ? list->few : heap_of(list);
}

/* Where the slot's entry is, or belongs. */
static uint32_t place_in(const uint32_t *entries, uint32_t count, uint32_t slot)
{
	uint32_t low = 0, high = count;

	if (high > 0 && entries[high - 1] >> INDEX_FIELD_BITS < slot)
		return high; /* of a new item, nearly always */
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (entries[middle] >> INDEX_FIELD_BITS < slot)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The chunk that the slot is in, or belongs to. */
static uint32_t chunk_of(const struct directory *directory, uint32_t slot)
{
	uint32_t low = 0, high = directory->count;

	if (directory->chunks[high - 1].first <= slot)
		return high - 1;
	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;
		if (directory->chunks[middle].first <= slot)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* The slot's entry; NULL: it is not there. */
static uint32_t *find(struct entry_list *list, uint32_t slot)
{
	uint32_t *entries = array_of(list), count = list->count;

	if (list->is_chunked) {
		struct directory *directory = heap_of(list);
		const struct entry_chunk *chunk = &directory->chunks[chunk_of(directory, slot)];
		entries = chunk->entries;
		count = chunk->count;
	}
	uint32_t place = place_in(entries, count, slot);
	return place < count && entries[place] >> INDEX_FIELD_BITS == slot ? &entries[place] : NULL;
}

/* ---- an array ---- */

static enum tms_status add_to_array(struct entry_list *list, uint32_t entry, size_t *heap_bytes)
{
	uint32_t count = list->count, *array = array_of(list);
	uint32_t place = place_in(array, count, entry >> INDEX_FIELD_BITS);
	const struct small_vector vector = { list->few, ENTRY_LIST_FEW, &array, &count,
		heap_bytes };

	if (small_vector_insert(&vector, place, entry) != TMS_OK)
		return TMS_ENOMEM;
	list->count = count;
	if (count > ENTRY_LIST_FEW)
		set_heap(list, array);
	return TMS_OK;
}

static void remove_from_array(struct entry_list *list, uint32_t slot, size_t *heap_bytes)
{
	uint32_t count = list->count, *array = array_of(list);
	const struct small_vector vector = { list->few, ENTRY_LIST_FEW, &array, &count,
		heap_bytes };

	small_vector_remove(&vector, place_in(array, count, slot));
	list->count = count;
	if (count > ENTRY_LIST_FEW)
		set_heap(list, array);
}

/* ---- chunks ---- */

static uint32_t up_to_step(uint32_t count, uint32_t step)
{
	return (count + step - 1) / step * step;
}

static size_t chunk_bytes(uint32_t count)
{
	return up_to_step(count, ROOM_STEP) * sizeof(uint32_t);
}

static size_t directory_bytes(uint32_t count)
{
	return sizeof(struct directory) +
	       up_to_step(count, DIRECTORY_STEP) * sizeof(struct entry_chunk);
}

/* Room for so many, which are more or fewer than it has. False: memory is out, and it is as it was.
 */
static bool resize_chunk(struct entry_chunk *chunk, uint32_t count, size_t *heap_bytes)
{
	size_t had = chunk_bytes(chunk->count), bytes = chunk_bytes(count);

	if (bytes == had)
		return true;
	uint32_t *entries = realloc(chunk->entries, bytes);
	if (!entries && bytes > had)
		return false;
	if (entries) /* else there is more room than is used */
		chunk->entries = entries;
	*heap_bytes += bytes - had;
	return true;
}

/* Room in the directory for so many; otherwise as above. */
static bool resize_directory(struct entry_list *list, uint32_t count, size_t *heap_bytes)
{
	struct directory *directory = heap_of(list);
	size_t had = directory_bytes(directory->count), bytes = directory_bytes(count);

	if (bytes == had)
		return true;
	struct directory *moved = realloc(directory, bytes);
	if (!moved && bytes > had)
		return false;
	if (moved) /* else there is more room than is used */
		set_heap(list, moved);
	*heap_bytes += bytes - had;
	return true;
}

/* What a chunk counts and begins with follows from its entries: after each change. */
static void set_count(struct entry_chunk *chunk, uint32_t count)
{
	chunk->count = count;
	chunk->first = chunk->entries[0] >> INDEX_FIELD_BITS;
}

/* The array, which is full, becomes the first chunk. */
static enum tms_status begin_chunks(struct entry_list *list, size_t *heap_bytes)
{
	_Static_assert(ENTRY_CHUNK_MAX % ROOM_STEP == 0, "a full chunk has no room left");
	struct directory *directory = malloc(directory_bytes(1));

	if (!directory)
		return TMS_ENOMEM;
	directory->count = 1;
	directory->chunks[0].entries = heap_of(list);
	set_count(&directory->chunks[0], ENTRY_CHUNK_MAX);
	*heap_bytes += directory_bytes(1) + chunk_bytes(ENTRY_CHUNK_MAX);
	*heap_bytes -= small_vector_bytes(ENTRY_CHUNK_MAX, ENTRY_LIST_FEW);
	set_heap(list, directory);
	list->is_chunked = true;
	return TMS_OK;
}

static void free_chunks(struct directory *directory, size_t *heap_bytes)
{
	for (uint32_t i = 0; i < directory->count; i++) {
		*heap_bytes -= chunk_bytes(directory->chunks[i].count);
		free(directory->chunks[i].entries);
	}
	*heap_bytes -= directory_bytes(directory->count);
	free(directory);
}

/* All chunks become an array again, or the few; they stay when memory is out. */
static bool end_chunks(struct entry_list *list, size_t *heap_bytes)
{
	struct directory *directory = heap_of(list);
	size_t bytes = small_vector_bytes(list->count, ENTRY_LIST_FEW);
	uint32_t *array = bytes > 0 ? malloc(bytes) : list->few, *to = array;

	if (!array)
		return false;
	for (uint32_t i = 0; i < directory->count; i++) {
		const struct entry_chunk *chunk = &directory->chunks[i];
		memcpy(to, chunk->entries, chunk->count * sizeof(*to));
		to += chunk->count;
	}
	free_chunks(directory, heap_bytes);
	*heap_bytes += bytes;
	if (bytes > 0)
		set_heap(list, array);
	list->is_chunked = false;
	return true;
}

/* A full chunk keeps so many; the others are a chunk of their own behind it. */
static enum tms_status split_chunk(
	struct entry_list *list, uint32_t at, uint32_t keep, size_t *heap_bytes)
{
	uint32_t count = ENTRY_CHUNK_MAX - keep;
	uint32_t all = ((struct directory *)heap_of(list))->count;
	uint32_t *entries = malloc(chunk_bytes(count));

	if (!entries || !resize_directory(list, all + 1, heap_bytes)) {
		free(entries);
		return TMS_ENOMEM;
	}
	struct directory *directory = heap_of(list);
	struct entry_chunk *chunk = &directory->chunks[at];
	memmove(chunk + 2, chunk + 1, (all - at - 1) * sizeof(*chunk));
	directory->count++;
	memcpy(entries, chunk->entries + keep, count * sizeof(*entries));
	chunk[1].entries = entries;
	set_count(&chunk[1], count);
	*heap_bytes += chunk_bytes(count);
	(void)resize_chunk(chunk, keep, heap_bytes);
	set_count(chunk, keep);
	return TMS_OK;
}

static enum tms_status add_to_chunk(struct entry_list *list, uint32_t entry, size_t *heap_bytes)
{
	uint32_t slot = entry >> INDEX_FIELD_BITS;
	struct directory *directory = heap_of(list);
	uint32_t at = chunk_of(directory, slot);
	struct entry_chunk *chunk = &directory->chunks[at];
	uint32_t place = place_in(chunk->entries, chunk->count, slot);

	if (chunk->count == ENTRY_CHUNK_MAX) {
		/* what grows at its end leaves full chunks behind */
		bool is_end = at + 1 == directory->count && place == chunk->count;
		uint32_t keep = is_end ? ENTRY_CHUNK_MAX - 1 : ENTRY_CHUNK_MAX / 2;
		if (split_chunk(list, at, keep, heap_bytes) != TMS_OK)
			return TMS_ENOMEM;
		directory = heap_of(list);
		chunk = &directory->chunks[at + (place > keep)];
		place -= place > keep ? keep : 0;
	}
	if (!resize_chunk(chunk, chunk->count + 1, heap_bytes))
		return TMS_ENOMEM;
	memmove(chunk->entries + place + 1, chunk->entries + place,
		(chunk->count - place) * sizeof(entry));
	chunk->entries[place] = entry;
	set_count(chunk, chunk->count + 1);
	list->count++;
	return TMS_OK;
}

/* The chunk's entries, if any, are somewhere else now. */
static void drop_chunk(struct entry_list *list, uint32_t at, size_t *heap_bytes)
{
	struct directory *directory = heap_of(list);
	struct entry_chunk *chunk = &directory->chunks[at];
	uint32_t behind = directory->count - at - 1;

	*heap_bytes -= chunk_bytes(chunk->count);
	free(chunk->entries);
	memmove(chunk, chunk + 1, behind * sizeof(*chunk));
	(void)resize_directory(list, directory->count - 1, heap_bytes);
	directory = heap_of(list);
	directory->count--;
}

/* The chunk and the next one become one when they are small. */
static bool join_chunks(struct entry_list *list, uint32_t at, size_t *heap_bytes)
{
	struct directory *directory = heap_of(list);
	struct entry_chunk *chunk = &directory->chunks[at];

	if (at + 1 >= directory->count || chunk[0].count + chunk[1].count > JOINED_MAX ||
		!resize_chunk(chunk, chunk[0].count + chunk[1].count, heap_bytes))
		return false;
	memcpy(chunk[0].entries + chunk[0].count, chunk[1].entries,
		chunk[1].count * sizeof(*chunk->entries));
	set_count(chunk, chunk[0].count + chunk[1].count);
	drop_chunk(list, at + 1, heap_bytes);
	return true;
}

static void remove_from_chunk(struct entry_list *list, uint32_t slot, size_t *heap_bytes)
{
	struct directory *directory = heap_of(list);
	uint32_t at = chunk_of(directory, slot);
	struct entry_chunk *chunk = &directory->chunks[at];
	uint32_t place = place_in(chunk->entries, chunk->count, slot);

	memmove(chunk->entries + place, chunk->entries + place + 1,
		(chunk->count - 1 - place) * sizeof(*chunk->entries));
	list->count--;
	if (chunk->count == 1) {
		drop_chunk(list, at, heap_bytes);
	} else {
		(void)resize_chunk(chunk, chunk->count - 1, heap_bytes);
		set_count(chunk, chunk->count - 1);
	}
	if (list->count <= ARRAY_AGAIN && end_chunks(list, heap_bytes))
		return;
	if (!join_chunks(list, at, heap_bytes) && at > 0)
		(void)join_chunks(list, at - 1, heap_bytes);
}

/* ---- from outside ---- */

void entry_list_clear(struct entry_list *list, size_t *heap_bytes)
{
	size_t bytes = small_vector_bytes(list->count, ENTRY_LIST_FEW);

	if (list->is_chunked) {
		free_chunks(heap_of(list), heap_bytes);
	} else if (bytes > 0) {
		free(heap_of(list));
		*heap_bytes -= bytes;
	}
	*list = (struct entry_list){ 0 };
}

enum tms_status entry_list_add(
	struct entry_list *list, uint32_t slot, unsigned fields, size_t *heap_bytes)
{
	uint32_t entry = slot << INDEX_FIELD_BITS | fields;

	if (!list->is_chunked && list->count < ENTRY_CHUNK_MAX)
		return add_to_array(list, entry, heap_bytes);
	if (!list->is_chunked && begin_chunks(list, heap_bytes) != TMS_OK)
		return TMS_ENOMEM;
	return add_to_chunk(list, entry, heap_bytes);
}

void entry_list_remove(struct entry_list *list, uint32_t slot, size_t *heap_bytes)
{
	if (list->is_chunked)
		remove_from_chunk(list, slot, heap_bytes);
	else
		remove_from_array(list, slot, heap_bytes);
}

void entry_list_set(struct entry_list *list, uint32_t slot, unsigned fields)
{
	*find(list, slot) = slot << INDEX_FIELD_BITS | fields;
}

unsigned entry_list_fields(const struct entry_list *list, uint32_t slot)
{
	const uint32_t *entry = find((struct entry_list *)list, slot); /* which changes nothing */

	return entry ? *entry & INDEX_FIELDS_ALL : 0;
}

void entry_list_prefetch(const struct entry_list *list, uint32_t slot)
{
	if (list->is_chunked) {
		const struct directory *directory = heap_of(list);
		const struct entry_chunk *chunk = &directory->chunks[chunk_of(directory, slot)];
		__builtin_prefetch(chunk->entries + chunk->count - 1, 1); /* looked at first */
		__builtin_prefetch(chunk->entries + chunk->count / 2, 1);
	} else if (list->count > ENTRY_LIST_FEW) {
		__builtin_prefetch((const uint32_t *)heap_of(list) + list->count, 1);
	}
}

const struct entry_chunk *entry_list_chunks(
	const struct entry_list *list, struct entry_chunk *one, size_t *count)
{
	const struct directory *directory = list->is_chunked ? heap_of(list) : NULL;

	*count = directory ? directory->count : list->count > 0;
	if (directory)
		return directory->chunks;
	one->entries = array_of((struct entry_list *)list);
	if (list->count > 0)
		set_count(one, list->count);
	return one;
}
