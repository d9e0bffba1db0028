/*
 * Terms as rules write them ("title:diffusion", a quoted phrase) and the leaves that they are, for
 * those that were read lately: most rules of a million ask in words that others have asked in, and
 * then neither cutting words nor compiling a plan is needed. Exact: the text is compared.
 */
#ifndef TAMIS_INDEX_RECALL_H
#define TAMIS_INDEX_RECALL_H

#include <tamis/hash.h>

#define INDEX_RECALL_NONE UINT32_C(0xFFFFFF) /* a leaf that stands for no remembered term */
#define INDEX_RECALL_MAX (UINT32_C(1) << 17)
#define INDEX_RECALL_BYTES 23

struct index_recalled {
	uint32_t hash;
	uint32_t leaf; /* UINT32_MAX: empty */
	uint8_t len;
	char text[INDEX_RECALL_BYTES];
};

/** Remembers one term of each hash; grows and shrinks by one at a time. {0} remembers none. */
struct index_recall {
	struct index_recalled **chunks;
	uint32_t count, chunks_count;
	struct tms_hash_seed seed;
};

void index_recall_free(struct index_recall *terms);
/** It will be asked for soon. */
void index_recall_fetch(const struct index_recall *terms, uint32_t hash);
/** What it may lead to, or UINT32_MAX: the hash alone is compared. */
uint32_t index_recall_guess(const struct index_recall *terms, uint32_t hash);
/** UINT32_MAX: not remembered. */
uint32_t index_recall_find(const struct index_recall *terms, struct tms_str text, uint32_t hash);
/**
 * Remember, when there is place.
 * *place    where, for index_recall_forget; INDEX_RECALL_NONE when it was not remembered
 * *forgotten  the leaf whose term stood there, or UINT32_MAX
 */
void index_recall_put(struct index_recall *terms, struct tms_str text, uint32_t hash, uint32_t leaf,
	uint32_t *place, uint32_t *forgotten);
void index_recall_forget(struct index_recall *terms, uint32_t place);
/** One more place; *moved is then at place *to (or UINT32_MAX). */
void index_recall_grow(struct index_recall *terms, uint32_t *moved, uint32_t *to);
/** One place less; the leaf whose term is forgotten, or UINT32_MAX. */
uint32_t index_recall_shrink(struct index_recall *terms);
size_t index_recall_bytes(const struct index_recall *terms);

#endif
