/*
 * Numbers by 64-bit hash, for many millions: sharded open addressing with linear probing, 4,096
 * small tables each of which grows alone, so that nothing ever pauses. A slot is six bytes, a
 * number and 16 bits of its hash (the tag), so that growing looks at no record.
 */
#ifndef TAMIS_MEMORY_DIGEST_TABLE_H
#define TAMIS_MEMORY_DIGEST_TABLE_H

#include <tamis/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIGEST_TABLE_NONE UINT32_MAX
/** Entries that one of the small tables takes: about 200 million in all, of even hashes. */
#define DIGEST_TABLE_SHARD_MAX 50000

struct digest_table_shard;

/** {0} is empty. Equal hashes may stand in it more than once. */
struct digest_table {
	struct digest_table_shard *shards; /* NULL: empty */
	size_t count;
	size_t bytes; /* of the heap */
};

/** Is this number the one that is looked for? */
typedef bool (*digest_table_fn)(const void *context, uint32_t number);

/** Empty again. */
void digest_table_free(struct digest_table *table);
/** Put a number in. hash: evenly spread in all 64 bits. TMS_OK, TMS_ENOMEM, TMS_ELIMIT. */
TMS_MUST_CHECK enum tms_status digest_table_add(
	struct digest_table *table, uint64_t hash, uint32_t number);
/** Tell the processor that this hash will be asked for, or put in, soon. */
void digest_table_prefetch(const struct digest_table *table, uint64_t hash);
/** The first number with that hash (or one much like it) that `is_it`; DIGEST_TABLE_NONE: there is
 * none. */
uint32_t digest_table_find(const struct digest_table *table, uint64_t hash, digest_table_fn is_it,
	const void *context);
/** Take that very number out; what is not there is fine. */
void digest_table_remove(struct digest_table *table, uint64_t hash, uint32_t number);

#endif
