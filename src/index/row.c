/* Compressed bitmaps of slots: in place, sorted list or bits, with and, or, subtract. */
#include "row.h"

#include <stdlib.h>
#include <string.h>

#include "memory/bits.h"
#include "memory/sorted.h"

/* A list is made of bits from here on; below, bits of a few thousand slots would be larger. */
#define LIST_MAX 64

static bool is_few(const struct index_row *row)
{
	return row->room == 0;
}

static bool is_bits(const struct index_row *row)
{
	return (row->room & INDEX_ROW_BITS) != 0;
}

static size_t words_of(const struct index_row *row)
{
	return row->room & ~INDEX_ROW_BITS;
}

/* The slots of a row that is no bits. */
static const uint32_t *slots_of(const struct index_row *row)
{
	return is_few(row) ? row->in.few : row->in.list;
}

void index_row_free(struct index_row *row)
{
	if (!is_few(row))
		free(is_bits(row) ? (void *)row->in.bits : (void *)row->in.list);
	*row = (struct index_row){ 0 };
}

/* Where the slot is among the slots, or belongs. */
static uint32_t place_of(const struct index_row *row, uint32_t slot)
{
	return (uint32_t)sorted_place(slots_of(row), row->count, slot);
}

static bool bits_have(const struct index_row *row, uint32_t slot)
{
	return slot / 64 < words_of(row) && (row->in.bits[slot / 64] >> (slot % 64) & 1) != 0;
}

bool index_row_has(const struct index_row *row, uint32_t slot)
{
	if (is_bits(row))
		return bits_have(row, slot);
	uint32_t at = place_of(row, slot);
	return at < row->count && slots_of(row)[at] == slot;
}

/* From in place to a list, or to a larger one. */
static enum tms_status grow_list(struct index_row *row)
{
	uint32_t room = is_few(row) ? 2 * INDEX_ROW_FEW : row->room * 2;
	uint32_t *list = malloc(room * sizeof(*list));

	if (!list)
		return TMS_ENOMEM;
	memcpy(list, slots_of(row), row->count * sizeof(*list));
	if (!is_few(row))
		free(row->in.list);
	row->in.list = list;
	row->room = room;
	return TMS_OK;
}

static enum tms_status make_bits(struct index_row *row, uint32_t most)
{
	const uint32_t *slots = slots_of(row);
	size_t words = most / 64 + 1;
	uint64_t *bits = calloc(words, sizeof(*bits));

	if (!bits)
		return TMS_ENOMEM;
	for (uint32_t i = 0; i < row->count; i++)
		bits[slots[i] / 64] |= UINT64_C(1) << slots[i] % 64;
	if (!is_few(row))
		free(row->in.list);
	row->in.bits = bits;
	row->room = (uint32_t)words | INDEX_ROW_BITS;
	return TMS_OK;
}

static enum tms_status add_bit(struct index_row *row, uint32_t slot)
{
	size_t words = words_of(row), wanted = slot / 64 + 1;

	if (wanted > words) {
		wanted = wanted < words + words / 2 ? words + words / 2 : wanted;
		uint64_t *bits = reallocarray(row->in.bits, wanted, sizeof(*bits));
		if (!bits)
			return TMS_ENOMEM;
		memset(bits + words, 0, (wanted - words) * sizeof(*bits));
		row->in.bits = bits;
		row->room = (uint32_t)wanted | INDEX_ROW_BITS;
	}
	row->in.bits[slot / 64] |= UINT64_C(1) << slot % 64;
	row->count++;
	return TMS_OK;
}

enum tms_status index_row_add(struct index_row *row, uint32_t slot)
{
	uint32_t room = is_few(row) ? INDEX_ROW_FEW : row->room;
	enum tms_status st = TMS_OK;

	if (index_row_has(row, slot))
		return TMS_OK;
	if (!is_bits(row) && row->count == LIST_MAX) {
		uint32_t last = slots_of(row)[row->count - 1];
		st = make_bits(row, last > slot ? last : slot);
	} else if (!is_bits(row) && row->count == room) {
		st = grow_list(row);
	}
	if (st != TMS_OK)
		return st;
	if (is_bits(row))
		return add_bit(row, slot);
	uint32_t *slots = is_few(row) ? row->in.few : row->in.list;
	uint32_t at = place_of(row, slot);
	memmove(slots + at + 1, slots + at, (row->count - at) * sizeof(*slots));
	slots[at] = slot;
	row->count++;
	return TMS_OK;
}

void index_row_remove(struct index_row *row, uint32_t slot)
{
	if (!index_row_has(row, slot))
		return;
	row->count--;
	if (is_bits(row)) {
		row->in.bits[slot / 64] &= ~(UINT64_C(1) << slot % 64);
		return;
	}
	uint32_t *slots = is_few(row) ? row->in.few : row->in.list;
	uint32_t at = place_of(row, slot);
	memmove(slots + at, slots + at + 1, (row->count - at) * sizeof(*slots));
}

size_t index_row_bytes(const struct index_row *row)
{
	return is_few(row)    ? 0
	       : is_bits(row) ? words_of(row) * sizeof(uint64_t)
			      : row->room * sizeof(uint32_t);
}

static uint32_t count_bits(const uint64_t *bits, size_t words)
{
	uint32_t count = 0;

	for (size_t i = 0; i < words; i++)
		if (bits[i] != 0)
			count += bits_count(bits[i]);
	return count;
}

static void list_bits(const uint64_t *bits, size_t words, uint32_t *slots)
{
	for (size_t i = 0; i < words; i++)
		for (uint64_t rest = bits[i]; rest != 0; rest &= rest - 1)
			*slots++ = (uint32_t)(i * 64) + (uint32_t)__builtin_ctzll(rest);
}

enum tms_status index_row_from_bits(const uint64_t *bits, size_t words, struct index_row *out)
{
	struct index_row row = { .count = count_bits(bits, words) };

	if (row.count <= INDEX_ROW_FEW) {
		list_bits(bits, words, row.in.few);
	} else if (row.count <= LIST_MAX) {
		row.in.list = malloc(row.count * sizeof(uint32_t));
		if (!row.in.list)
			return TMS_ENOMEM;
		row.room = row.count;
		list_bits(bits, words, row.in.list);
	} else {
		row.in.bits = malloc(words * sizeof(uint64_t));
		if (!row.in.bits)
			/* cppcheck-suppress memleak ; the list of the other branch is meant */
			return TMS_ENOMEM;
		memcpy(row.in.bits, bits, words * sizeof(uint64_t));
		row.room = (uint32_t)words | INDEX_ROW_BITS;
	}
	*out = row;
	return TMS_OK;
}

static size_t shared_words(const struct index_row *row, size_t words)
{
	return words_of(row) < words ? words_of(row) : words;
}

void index_row_or(const struct index_row *row, uint64_t *bits, size_t words)
{
	if (is_bits(row)) {
		size_t shared = shared_words(row, words);
		for (size_t i = 0; i < shared; i++)
			bits[i] |= row->in.bits[i];
		return;
	}
	const uint32_t *slots = slots_of(row);
	for (uint32_t i = 0; i < row->count && slots[i] / 64 < words; i++)
		bits[slots[i] / 64] |= UINT64_C(1) << slots[i] % 64;
}

void index_row_and(const struct index_row *row, uint64_t *bits, size_t words)
{
	size_t word = 0;

	if (is_bits(row)) {
		size_t shared = shared_words(row, words);
		for (; word < shared; word++)
			bits[word] &= row->in.bits[word];
		memset(bits + word, 0, (words - word) * sizeof(*bits));
		return;
	}
	const uint32_t *slots = slots_of(row);
	for (uint32_t i = 0; i < row->count && slots[i] / 64 < words;) {
		uint64_t kept = 0;
		size_t at = slots[i] / 64;
		for (; i < row->count && slots[i] / 64 == at; i++)
			kept |= UINT64_C(1) << slots[i] % 64;
		memset(bits + word, 0, (at - word) * sizeof(*bits));
		bits[at] &= kept;
		word = at + 1;
	}
	memset(bits + word, 0, (words - word) * sizeof(*bits));
}

void index_row_subtract(const struct index_row *row, uint64_t *bits, size_t words)
{
	if (is_bits(row)) {
		size_t shared = shared_words(row, words);
		for (size_t i = 0; i < shared; i++)
			bits[i] &= ~row->in.bits[i];
		return;
	}
	const uint32_t *slots = slots_of(row);
	for (uint32_t i = 0; i < row->count && slots[i] / 64 < words; i++)
		bits[slots[i] / 64] &= ~(UINT64_C(1) << slots[i] % 64);
}
