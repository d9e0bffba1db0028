/*
 * The term memo: terms as they are printed ("title:diffusion", "upvotes>=20", a quoted phrase) and
 * the leaves that they are, for those that were read lately. Most rules of a million ask in words
 * that others have asked in, and then neither cutting words nor compiling a plan is needed. Exact:
 * the text is compared. A table of linear hashing, of one term a place.
 */
#ifndef TAMIS_INDEX_TERM_MEMO_H
#define TAMIS_INDEX_TERM_MEMO_H

#include <tamis/hash.h>

#define INDEX_TERM_MEMO_NONE UINT32_C(0xFFFFFF) /* a leaf that stands for no remembered term */
#define INDEX_TERM_MEMO_MAX (UINT32_C(1) << 17)
#define INDEX_TERM_MEMO_BYTES 23

struct index_memo_term {
	uint32_t hash;
	uint32_t leaf; /* UINT32_MAX: empty */
	uint8_t len;
	char text[INDEX_TERM_MEMO_BYTES];
};

/** Remembers one term of each hash; grows and shrinks by one at a time. {0} remembers none. */
struct index_term_memo {
	struct index_memo_term **chunks;
	uint32_t count, chunks_count;
	struct tms_hash_seed seed;
};

/** All is forgotten, but the seed. */
void index_term_memo_free(struct index_term_memo *terms);
/** It will be asked for soon. */
void index_term_memo_prefetch(const struct index_term_memo *terms, uint32_t hash);
/** What it may lead to, or UINT32_MAX: the hash alone is compared. */
uint32_t index_term_memo_guess(const struct index_term_memo *terms, uint32_t hash);
/** UINT32_MAX: not remembered. */
uint32_t index_term_memo_find(
	const struct index_term_memo *terms, struct tms_str text, uint32_t hash);
/**
 * Remember, when there is place.
 * *place    where, for index_term_memo_forget; INDEX_TERM_MEMO_NONE when it was not remembered
 * *forgotten  the leaf whose term stood there, or UINT32_MAX
 */
void index_term_memo_put(struct index_term_memo *terms, struct tms_str text, uint32_t hash,
	uint32_t leaf, uint32_t *place, uint32_t *forgotten);
/** The leaf whose term stands there goes. */
void index_term_memo_forget(struct index_term_memo *terms, uint32_t place);
/** One more place; *moved is then at place *to (or UINT32_MAX). */
void index_term_memo_grow(struct index_term_memo *terms, uint32_t *moved, uint32_t *to);
/** One place less; the leaf whose term is forgotten, or UINT32_MAX. */
uint32_t index_term_memo_shrink(struct index_term_memo *terms);
/** Heap that it holds. */
size_t index_term_memo_bytes(const struct index_term_memo *terms);

#endif
