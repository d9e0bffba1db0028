/*
 * The registry: every person's feed in few bytes, found by the digest of its token or by its key.
 *
 * A record is 36 bytes: digest, revision, flags, the numbers of its rule and of its source set.
 * What it is called lies beside it, packed. Adding, changing and removing one touches that one: no
 * table is ever copied as a whole. What a feed shows is made from it when it is asked for
 * (service/feeds.h).
 */
#ifndef TAMIS_SERVICE_REGISTRY_H
#define TAMIS_SERVICE_REGISTRY_H

#include <tamis/hash.h>

#include "memory/digest_table.h"
#include "memory/freelist.h"
#include "service/definition.h"

/** Stamps are below. */
#define REGISTRY_STAMPS 64

/** A feed, unpacked. Runs are borrowed from the registry until it changes. */
struct registered_feed {
	/**
	 * As the store has it; `match` and `sources` are empty: the rule and the source set stand
	 * for them. The digest is that of our own key.
	 */
	struct tms_definition definition;
	struct tms_str key; /* "user/name" */
	int64_t revision;   /* of the definition in the store; 0: not there yet */
	/** Its rule's place on the shelf of its source set; TMS_INDEX_NONE: it keeps everything. */
	uint32_t rule;
	uint32_t source_set;
	bool has_rule;  /* false: it has been deleted, or its rule cannot be read */
	unsigned stamp; /* below REGISTRY_STAMPS; free for who lists the store */
};

struct registry {
	struct registry_chunk **chunks;
	size_t chunks_count;
	uint32_t end;   /* numbers are below it */
	uint32_t free;  /* first of those that are free, + 1; 0: none */
	uint32_t count; /* feeds */
	struct freelist cells;
	struct digest_table by_digest, by_key;
	struct tms_hash_seed seed; /* to be set before the first put */
	size_t bytes;              /* of the heap, the parts above apart */
};

/** Frees; the seed stays. What rules and source sets are is not known here. */
void registry_fini(struct registry *registry);

/**
 * Add a feed, or put it in place of the one that has its key. Everything is copied.
 * *number  its number until it is removed; stays the same when it is replaced
 * TMS_OK, TMS_ENOMEM, TMS_ELIMIT; on failure the registry is as it was.
 */
TMS_MUST_CHECK enum tms_status registry_put(
	struct registry *registry, const struct registered_feed *feed, uint32_t *number);
/** Its number is free. A number that is free already is fine. */
void registry_remove(struct registry *registry, uint32_t number);

/** It will be asked for, or put, soon: its place in the tables is on its way then. */
void registry_fetch(const struct registry *registry, struct tms_str key);
void registry_fetch_digest(const struct registry *registry, const struct token_digest *digest);
/** The number of a feed, or DIGEST_TABLE_NONE. */
uint32_t registry_find(const struct registry *registry, struct tms_str key);
uint32_t registry_find_digest(const struct registry *registry, const struct token_digest *digest);
/** False: there is none of that number. */
bool registry_get(const struct registry *registry, uint32_t number, struct registered_feed *out);
/** Cheaper than putting it again. */
void registry_set_revision(struct registry *registry, uint32_t number, int64_t revision);
/** The stamp of a record, which must be there. */
void registry_set_stamp(struct registry *registry, uint32_t number, unsigned stamp);
unsigned registry_stamp(const struct registry *registry, uint32_t number);
/** False when it is of the API, or there is none of that number. */
bool registry_is_of_conf(const struct registry *registry, uint32_t number);
/** Heap bytes of it all. */
size_t registry_bytes(const struct registry *registry);

#endif
