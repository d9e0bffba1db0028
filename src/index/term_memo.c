/* A memo of rules' terms and their leaves: linear hashing, one term a place. */
#include "term_memo.h"

#include <stdlib.h>

#define CHUNK_TERMS 128

/* Which of so many places: those below the greatest power of two that are split already have one
 * bit more of the hash read (W. Litwin, "Linear hashing", 1980). */
static uint32_t bucket(uint32_t places, uint32_t hash)
{
	uint32_t low = UINT32_C(1) << (31 - __builtin_clz(places));
	uint32_t place = hash & (2 * low - 1);

	return place < places ? place : hash & (low - 1);
}

static struct index_memo_term *at(const struct index_term_memo *terms, uint32_t place)
{
	return &terms->chunks[place / CHUNK_TERMS][place % CHUNK_TERMS];
}

void index_term_memo_free(struct index_term_memo *terms)
{
	for (uint32_t i = 0; i < terms->chunks_count; i++)
		free(terms->chunks[i]);
	free((void *)terms->chunks);
	*terms = (struct index_term_memo){ .seed = terms->seed };
}

static struct index_memo_term *place_of(
	const struct index_term_memo *terms, uint32_t hash, uint32_t *place)
{
	*place = bucket(terms->count, hash);
	return at(terms, *place);
}

void index_term_memo_prefetch(const struct index_term_memo *terms, uint32_t hash)
{
	uint32_t place;

	if (terms->count > 0)
		__builtin_prefetch(place_of(terms, hash, &place));
}

uint32_t index_term_memo_guess(const struct index_term_memo *terms, uint32_t hash)
{
	uint32_t place;

	if (terms->count == 0)
		return UINT32_MAX;
	const struct index_memo_term *term = place_of(terms, hash, &place);
	return term->leaf != UINT32_MAX && term->hash == hash ? term->leaf : UINT32_MAX;
}

uint32_t index_term_memo_find(
	const struct index_term_memo *terms, struct tms_str text, uint32_t hash)
{
	uint32_t place;

	if (terms->count == 0)
		return UINT32_MAX;
	const struct index_memo_term *term = place_of(terms, hash, &place);
	if (term->leaf == UINT32_MAX || term->hash != hash || term->len != text.len ||
		memcmp(term->text, text.ptr, text.len) != 0)
		return UINT32_MAX;
	return term->leaf;
}

void index_term_memo_put(struct index_term_memo *terms, struct tms_str text, uint32_t hash,
	uint32_t leaf, uint32_t *place, uint32_t *forgotten)
{
	*place = INDEX_TERM_MEMO_NONE;
	*forgotten = UINT32_MAX;
	if (terms->count == 0 || text.len > INDEX_TERM_MEMO_BYTES)
		return;
	struct index_memo_term *term = place_of(terms, hash, place);
	*forgotten = term->leaf;
	term->hash = hash;
	term->leaf = leaf;
	term->len = (uint8_t)text.len;
	memcpy(term->text, text.ptr, text.len);
}

void index_term_memo_forget(struct index_term_memo *terms, uint32_t place)
{
	at(terms, place)->leaf = UINT32_MAX;
}

void index_term_memo_grow(struct index_term_memo *terms, uint32_t *moved, uint32_t *to)
{
	*moved = UINT32_MAX;
	if (terms->count == INDEX_TERM_MEMO_MAX)
		return;
	if (terms->count == terms->chunks_count * CHUNK_TERMS) {
		void *grown = reallocarray(
			(void *)terms->chunks, terms->chunks_count + 1, sizeof(void *));
		if (!grown)
			return; /* it only remembers less */
		terms->chunks = grown;
		terms->chunks[terms->chunks_count] =
			malloc(CHUNK_TERMS * sizeof(struct index_memo_term));
		if (!terms->chunks[terms->chunks_count])
			return;
		terms->chunks_count++;
	}
	uint32_t last = terms->count++, from;
	struct index_memo_term *fresh = at(terms, last);
	fresh->leaf = UINT32_MAX;
	if (last == 0)
		return;
	from = bucket(last, last); /* where what belongs here was up to now */
	struct index_memo_term *old = at(terms, from);
	if (old->leaf == UINT32_MAX || bucket(terms->count, old->hash) != last)
		return;
	*fresh = *old;
	old->leaf = UINT32_MAX;
	*moved = fresh->leaf;
	*to = last;
}

uint32_t index_term_memo_shrink(struct index_term_memo *terms)
{
	uint32_t forgotten = at(terms, --terms->count)->leaf;

	if (terms->count == (terms->chunks_count - 1) * CHUNK_TERMS) {
		free(terms->chunks[--terms->chunks_count]);
		if (terms->chunks_count == 0)
			index_term_memo_free(terms);
	}
	return forgotten;
}

size_t index_term_memo_bytes(const struct index_term_memo *terms)
{
	return terms->chunks_count *
	       (CHUNK_TERMS * sizeof(struct index_memo_term) + sizeof(void *));
}
