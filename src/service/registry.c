/* A compact table of a million definitions, by key and by token's digest, records packed. */
#include "service/registry.h"

#include <stdlib.h>

#define CHUNK_RECORDS 1024

enum flag {
	FLAG_THERE = 1 << 0,
	FLAG_API = 1 << 1,
	FLAG_DELETED = 1 << 2,
	FLAG_RULE = 1 << 3,
	FLAG_ENTERED = 1 << 4,
	FLAG_LARGE = 1 << 5,  /* its cell is larger than FREELIST_MAX */
	FLAG_LINK = 1 << 6,   /* two bits */
	FLAG_STAMP = 1 << 10, /* six bits */
};

/* Halves of 64 bits, so that there is no padding. */
struct record {
	struct token_digest digest;
	uint32_t revision;      /* low half */
	uint16_t revision_high; /* 48 bits in all */
	uint16_t flags;
	uint32_t cell; /* free: number + 1 of the next that is free */
	uint32_t rule;
	uint32_t source_set;
};

_Static_assert(sizeof(struct record) == 36, "a record is small");

struct registry_chunk {
	struct record records[CHUNK_RECORDS];
};

static struct record *record_at(const struct registry *registry, uint32_t number)
{
	return &registry->chunks[number / CHUNK_RECORDS]->records[number % CHUNK_RECORDS];
}

/* ---- what a feed is called, packed ----
 *
 * The length of the key and the key; a byte that says which fields follow, the others being as they
 * mostly are; these fields, of which text is its length; then the bytes of texts. Numbers are in
 * groups of seven bits, low ones first, all but the last with the high bit. */

#define USUAL_LIMIT TMS_FEED_ENTRIES_DEFAULT
#define EPOCH INT64_C(1577836800) /* 2020-01-01: moments are counted from it */
#define HEAD_BYTES_MAX 80

enum packed {
	PACKED_ADDRESS, /* usually as the name */
	PACKED_TITLE,   /* the same */
	PACKED_GENERATION,
	PACKED_REVISED,
	PACKED_REMOVED_AT,
	PACKED_HASH,
	PACKED_LIMIT,
	PACKED_FIELDS,
};

static size_t write_number(unsigned char *at, uint64_t value)
{
	size_t len = 0;

	for (; value >= 0x80; value >>= 7)
		at[len++] = (unsigned char)(value | 0x80);
	at[len++] = (unsigned char)value;
	return len;
}

static size_t read_number(const unsigned char *at, uint64_t *value)
{
	size_t len = 0;

	*value = 0;
	do
		*value |= (uint64_t)(at[len] & 0x7f) << (7 * len);
	while (at[len++] & 0x80);
	return len;
}

static struct tms_str unless_name(struct tms_str text, struct tms_str name)
{
	return tms_str_equal(text, name) ? TMS_STR_NONE : text;
}

/* The parts of a cell, before they are put together. */
struct packing {
	unsigned char key_head[10], head[HEAD_BYTES_MAX];
	struct tms_str parts[5];
	size_t bytes;
};

static void pack(struct packing *packing, const struct registered_feed *feed)
{
	const struct tms_definition *d = &feed->definition;
	struct tms_str address = unless_name(d->address_name, d->name);
	struct tms_str title = unless_name(d->title, d->name);
	/* 0 stands for what it mostly is */
	const uint64_t fields[PACKED_FIELDS] = {
		[PACKED_ADDRESS] = address.len,
		[PACKED_TITLE] = title.len,
		[PACKED_GENERATION] = d->generation,
		[PACKED_REVISED] = (uint64_t)d->revised - (uint64_t)EPOCH,
		[PACKED_REMOVED_AT] = (uint64_t)d->removed_at,
		[PACKED_HASH] = d->hash,
		[PACKED_LIMIT] = d->limit == USUAL_LIMIT ? 0 : (uint64_t)d->limit,
	};
	size_t len = 1;

	packing->head[0] = 0;
	for (size_t i = 0; i < PACKED_FIELDS; i++) {
		if (fields[i] == 0)
			continue;
		packing->head[0] |= (unsigned char)(1u << i);
		len += write_number(packing->head + len, fields[i]);
	}
	size_t key_head = write_number(packing->key_head, feed->key.len);
	packing->parts[0] = (struct tms_str){ (const char *)packing->key_head, key_head };
	packing->parts[1] = feed->key;
	packing->parts[2] = (struct tms_str){ (const char *)packing->head, len };
	packing->parts[3] = address;
	packing->parts[4] = title;
	packing->bytes = 0;
	for (size_t i = 0; i < TMS_COUNT(packing->parts); i++)
		packing->bytes += packing->parts[i].len;
}

static enum tms_status store_cell(
	struct registry *registry, const struct packing *packing, uint32_t *cell)
{
	enum tms_status st = freelist_take(&registry->cells, packing->bytes, cell);

	if (st != TMS_OK)
		return st;
	unsigned char *at = freelist_at(&registry->cells, *cell, packing->bytes);
	for (size_t i = 0; i < TMS_COUNT(packing->parts); i++) {
		if (packing->parts[i].len > 0)
			memcpy(at, packing->parts[i].ptr, packing->parts[i].len);
		at += packing->parts[i].len;
	}
	return TMS_OK;
}

static const unsigned char *cell_of(const struct registry *registry, const struct record *record)
{
	size_t bytes = record->flags & FLAG_LARGE ? FREELIST_MAX + 1 : 1;

	return freelist_at(&registry->cells, record->cell, bytes);
}

static struct tms_str take_run(const unsigned char **at, uint64_t len)
{
	struct tms_str run = { (const char *)*at, (size_t)len };

	*at += len;
	return run;
}

/* Reads what pack has written; returns the bytes of the cell. */
static size_t unpack(const unsigned char *cell, struct registered_feed *out)
{
	struct tms_definition *d = &out->definition;
	const unsigned char *at = cell;
	uint64_t fields[PACKED_FIELDS] = { 0 }, key_len = 0;

	at += read_number(at, &key_len);
	out->key = take_run(&at, key_len);
	unsigned present = *at++;
	for (size_t i = 0; i < PACKED_FIELDS; i++)
		if (present & (1u << i))
			at += read_number(at, &fields[i]);
	size_t slash = tms_str_find_byte(out->key, '/', 0);
	d->user = tms_str_slice(out->key, 0, slash);
	d->name = tms_str_slice(out->key, slash + 1, out->key.len);
	d->address_name = take_run(&at, fields[PACKED_ADDRESS]);
	d->title = take_run(&at, fields[PACKED_TITLE]);
	if (d->address_name.len == 0)
		d->address_name = d->name;
	if (d->title.len == 0)
		d->title = d->name;
	d->generation = (uint32_t)fields[PACKED_GENERATION];
	d->revised = (tms_time)(fields[PACKED_REVISED] + (uint64_t)EPOCH);
	d->removed_at = (tms_time)fields[PACKED_REMOVED_AT];
	d->hash = fields[PACKED_HASH];
	d->limit = fields[PACKED_LIMIT] ? (int64_t)fields[PACKED_LIMIT] : USUAL_LIMIT;
	return (size_t)(at - cell);
}

/* ---- finding ---- */

/* A digest is even already, and nobody can choose one. */
static uint64_t hash_of_digest(const struct token_digest *digest)
{
	uint64_t hash = 0;

	memcpy(&hash, digest->bytes, sizeof(hash));
	return hash;
}

struct question {
	const struct registry *registry;
	struct tms_str key;
	const struct token_digest *digest;
};

static bool has_key(const void *context, uint32_t number)
{
	const struct question *question = context;
	const unsigned char *at =
		cell_of(question->registry, record_at(question->registry, number));
	uint64_t len = 0;

	at += read_number(at, &len);
	return len == question->key.len && memcmp(at, question->key.ptr, len) == 0;
}

static bool has_digest(const void *context, uint32_t number)
{
	const struct question *question = context;

	return memcmp(record_at(question->registry, number)->digest.bytes, question->digest->bytes,
		       TOKEN_DIGEST_BYTES) == 0;
}

uint32_t registry_find(const struct registry *registry, struct tms_str key)
{
	const struct question question = { .registry = registry, .key = key };

	return digest_table_find(
		&registry->by_key, tms_hash(registry->seed, key), has_key, &question);
}

void registry_fetch(const struct registry *registry, struct tms_str key)
{
	digest_table_prefetch(&registry->by_key, tms_hash(registry->seed, key));
}

void registry_fetch_digest(const struct registry *registry, const struct token_digest *digest)
{
	digest_table_prefetch(&registry->by_digest, hash_of_digest(digest));
}

uint32_t registry_find_digest(const struct registry *registry, const struct token_digest *digest)
{
	const struct question question = { .registry = registry, .digest = digest };

	return digest_table_find(
		&registry->by_digest, hash_of_digest(digest), has_digest, &question);
}

bool registry_get(const struct registry *registry, uint32_t number, struct registered_feed *out)
{
	if (number >= registry->end)
		return false;
	const struct record *record = record_at(registry, number);
	if (!(record->flags & FLAG_THERE))
		return false;
	*out = (struct registered_feed){
		.revision = (int64_t)((uint64_t)record->revision_high << 32 | record->revision),
		.rule = record->rule,
		.source_set = record->source_set,
		.has_rule = record->flags & FLAG_RULE,
		.stamp = record->flags / FLAG_STAMP,
	};
	(void)unpack(cell_of(registry, record), out);
	struct tms_definition *d = &out->definition;
	d->digest = record->digest;
	d->has_digest = true;
	d->origin = record->flags & FLAG_API ? TMS_ORIGIN_API : TMS_ORIGIN_CONF;
	d->is_deleted = record->flags & FLAG_DELETED;
	d->date = record->flags & FLAG_ENTERED ? TMS_FEED_DATE_ENTERED : TMS_FEED_DATE_LISTED;
	d->link = (enum tms_feed_link)(record->flags / FLAG_LINK & 3);
	return true;
}

/* ---- putting and removing ---- */

static uint16_t flags_of(const struct registered_feed *feed, size_t cell_bytes)
{
	const struct tms_definition *d = &feed->definition;
	unsigned flags = FLAG_THERE;

	flags |= d->origin == TMS_ORIGIN_API ? FLAG_API : 0;
	flags |= d->is_deleted ? FLAG_DELETED : 0;
	flags |= feed->has_rule ? FLAG_RULE : 0;
	flags |= d->date == TMS_FEED_DATE_ENTERED ? FLAG_ENTERED : 0;
	flags |= cell_bytes > FREELIST_MAX ? FLAG_LARGE : 0;
	return (uint16_t)(flags | (unsigned)d->link * FLAG_LINK |
			  feed->stamp % REGISTRY_STAMPS * FLAG_STAMP);
}

static void set_revision(struct record *record, int64_t revision)
{
	record->revision = (uint32_t)revision;
	record->revision_high = (uint16_t)(revision >> 32);
}

/* A number that is free, with room for its record. */
static enum tms_status take_number(struct registry *registry, uint32_t *number)
{
	if (registry->free) {
		*number = registry->free - 1;
		registry->free = record_at(registry, *number)->cell;
		return TMS_OK;
	}
	if (registry->end == DIGEST_TABLE_NONE - 1)
		return TMS_ELIMIT;
	size_t count = registry->chunks_count;
	if (registry->end == count * CHUNK_RECORDS) {
		if ((count & (count - 1)) == 0) {
			size_t capacity = count ? count * 2 : 1;
			struct registry_chunk **grown = reallocarray(
				registry->chunks, capacity, sizeof(struct registry_chunk *));
			if (!grown)
				return TMS_ENOMEM;
			registry->bytes += (capacity - count) * sizeof(*grown);
			registry->chunks = grown;
		}
		registry->chunks[count] = calloc(1, sizeof(struct registry_chunk));
		if (!registry->chunks[count])
			return TMS_ENOMEM;
		registry->bytes += sizeof(struct registry_chunk);
		registry->chunks_count++;
	}
	*number = registry->end++;
	return TMS_OK;
}

static void give_number(struct registry *registry, uint32_t number)
{
	*record_at(registry, number) = (struct record){ .cell = registry->free };
	registry->free = number + 1;
}

static void give_cell(struct registry *registry, const struct record *record)
{
	struct registered_feed feed;

	freelist_give_back(
		&registry->cells, record->cell, unpack(cell_of(registry, record), &feed));
}

static void fill(
	struct record *record, const struct registered_feed *feed, uint32_t cell, size_t cell_bytes)
{
	*record = (struct record){ .digest = feed->definition.digest,
		.flags = flags_of(feed, cell_bytes),
		.cell = cell,
		.rule = feed->rule,
		.source_set = feed->source_set };
	set_revision(record, feed->revision);
}

static enum tms_status replace(struct registry *registry, uint32_t number,
	const struct registered_feed *feed, const struct packing *packing)
{
	struct record *record = record_at(registry, number);
	const struct token_digest old = record->digest;
	uint32_t cell = 0;
	bool has_moved = memcmp(&old, &feed->definition.digest, sizeof(old)) != 0;

	enum tms_status st = store_cell(registry, packing, &cell);
	if (st != TMS_OK)
		return st;
	if (has_moved)
		st = digest_table_add(
			&registry->by_digest, hash_of_digest(&feed->definition.digest), number);
	if (st != TMS_OK) {
		freelist_give_back(&registry->cells, cell, packing->bytes);
		return st;
	}
	if (has_moved)
		digest_table_remove(&registry->by_digest, hash_of_digest(&old), number);
	give_cell(registry, record);
	fill(record, feed, cell, packing->bytes);
	return TMS_OK;
}

static enum tms_status add(struct registry *registry, const struct registered_feed *feed,
	const struct packing *packing, uint32_t *number)
{
	uint64_t key_hash = tms_hash(registry->seed, feed->key);
	uint32_t cell = 0;

	enum tms_status st = take_number(registry, number);
	if (st != TMS_OK)
		return st;
	st = store_cell(registry, packing, &cell);
	if (st != TMS_OK) {
		give_number(registry, *number);
		return st;
	}
	fill(record_at(registry, *number), feed, cell, packing->bytes);
	st = digest_table_add(&registry->by_key, key_hash, *number);
	if (st == TMS_OK) {
		st = digest_table_add(
			&registry->by_digest, hash_of_digest(&feed->definition.digest), *number);
		if (st != TMS_OK)
			digest_table_remove(&registry->by_key, key_hash, *number);
	}
	if (st != TMS_OK) {
		freelist_give_back(&registry->cells, cell, packing->bytes);
		give_number(registry, *number);
		return st;
	}
	registry->count++;
	return TMS_OK;
}

enum tms_status registry_put(
	struct registry *registry, const struct registered_feed *feed, uint32_t *number)
{
	struct packing packing;
	uint32_t known = registry_find(registry, feed->key);
	uint32_t made = known;

	pack(&packing, feed);
	enum tms_status st = known == DIGEST_TABLE_NONE ? add(registry, feed, &packing, &made)
							: replace(registry, known, feed, &packing);
	if (st == TMS_OK)
		*number = made;
	return st;
}

void registry_remove(struct registry *registry, uint32_t number)
{
	struct registered_feed feed;

	if (!registry_get(registry, number, &feed))
		return;
	digest_table_remove(&registry->by_digest, hash_of_digest(&feed.definition.digest), number);
	digest_table_remove(&registry->by_key, tms_hash(registry->seed, feed.key), number);
	give_cell(registry, record_at(registry, number));
	give_number(registry, number);
	registry->count--;
}

void registry_set_revision(struct registry *registry, uint32_t number, int64_t revision)
{
	set_revision(record_at(registry, number), revision);
}

void registry_set_stamp(struct registry *registry, uint32_t number, unsigned stamp)
{
	struct record *record = record_at(registry, number);

	record->flags =
		(uint16_t)(record->flags % FLAG_STAMP + stamp % REGISTRY_STAMPS * FLAG_STAMP);
}

unsigned registry_stamp(const struct registry *registry, uint32_t number)
{
	return record_at(registry, number)->flags / FLAG_STAMP;
}

bool registry_is_of_conf(const struct registry *registry, uint32_t number)
{
	return (record_at(registry, number)->flags & (FLAG_THERE | FLAG_API)) == FLAG_THERE;
}

size_t registry_bytes(const struct registry *registry)
{
	return registry->bytes + registry->cells.bytes + registry->by_digest.bytes +
	       registry->by_key.bytes;
}

void registry_fini(struct registry *registry)
{
	struct tms_hash_seed seed = registry->seed;

	/* long ones lie on the heap, and only their records know of them */
	for (uint32_t number = 0; number < registry->end; number++) {
		const struct record *record = record_at(registry, number);
		struct registered_feed feed;
		size_t bytes =
			record->flags & FLAG_THERE ? unpack(cell_of(registry, record), &feed) : 0;
		if (bytes > FREELIST_MAX)
			freelist_give_back(&registry->cells, record->cell, bytes);
	}
	for (size_t i = 0; i < registry->chunks_count; i++)
		free(registry->chunks[i]);
	free(registry->chunks);
	freelist_free(&registry->cells);
	digest_table_free(&registry->by_digest);
	digest_table_free(&registry->by_key);
	*registry = (struct registry){ .seed = seed };
}
