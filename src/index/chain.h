/*
 * A hash table of numbers whose entries are chained through the things that they name. It grows and
 * shrinks by one bucket at a time (W. Litwin, "Linear hashing", 1980), so that no insertion ever
 * waits for all others to be moved.
 */
#ifndef TAMIS_INDEX_CHAINS_H
#define TAMIS_INDEX_CHAINS_H

#include <tamis/status.h>

#include <stddef.h>
#include <stdint.h>

#define INDEX_CHAINS_NONE UINT32_MAX

/** How the table sees what it names. */
struct index_chains_kind {
	/** Where entry `id` keeps the next one of its chain. */
	uint32_t *(*next)(void *context, uint32_t id);
	uint32_t (*hash)(void *context, uint32_t id);
};

/** {0} is empty. */
struct index_chains {
	uint32_t **chunks; /* heads of chains */
	uint32_t chunks_capacity;
	uint32_t buckets;
	uint32_t count;
};

/** Which of so many buckets has this hash: of those below the greatest power of two, the ones that
 * are split already have one bit more read. */
uint32_t index_chains_bucket(uint32_t buckets, uint32_t hash);

void index_chains_free(struct index_chains *table);
/** Head of the chain that holds whatever has this hash, or INDEX_CHAINS_NONE. */
uint32_t index_chains_first(const struct index_chains *table, uint32_t hash);
/** TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status index_chains_insert(struct index_chains *table,
	const struct index_chains_kind *kind, void *context, uint32_t id, uint32_t hash);
/** Take out an entry that is there. */
void index_chains_remove(struct index_chains *table, const struct index_chains_kind *kind,
	void *context, uint32_t id, uint32_t hash);
size_t index_chains_bytes(const struct index_chains *table);

#endif
