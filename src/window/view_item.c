/*
 * One merged item in one block: the struct, what it holds references to, its histories and the
 * names of its sources. Text stays in the records' packed items, which are never changed, so the
 * item outlives any later change of its records.
 */
#include <tamis/view.h>

#include <stdlib.h>

#include "record.h"
#include "view_item.h"
#include "window_private.h"

struct block {
	struct tms_view_item item; /* first: what callers see */
	uint32_t refs;
	size_t packed_count;
	struct tms_packed_item *packed[]; /* of the sightings, then of what is joined */
};

static struct block *block_of(struct tms_view_item *item)
{
	return (struct block *)item;
}

struct tms_view_item *tms_view_item_ref(struct tms_view_item *item)
{
	block_of(item)->refs++;
	return item;
}

void tms_view_item_unref(struct tms_view_item *item)
{
	struct block *block = item ? block_of(item) : NULL;

	if (!block || --block->refs > 0)
		return;
	if (item->extra)
		item->extra->release(item->extra);
	for (size_t i = 0; i < block->packed_count; i++)
		tms_packed_item_unref(block->packed[i]);
	free(block);
}

static size_t tail_bytes(const struct tms_merged *merged)
{
	size_t bytes = merged->sources_count * sizeof(struct tms_str);

	for (size_t i = 0; i < TMS_NUMBERS; i++)
		bytes += merged->numbers[i].count * sizeof(struct tms_step);
	for (size_t i = 0; i < merged->sources_count; i++)
		bytes += merged->sources[i].len;
	return bytes;
}

/* Histories, then the names' runs, then their characters: the order keeps all aligned. */
static void pack_tail(struct tms_merged *merged, char *at)
{
	for (size_t i = 0; i < TMS_NUMBERS; i++) {
		struct tms_history *history = &merged->numbers[i];
		size_t bytes = history->count * sizeof(struct tms_step);
		if (bytes > 0)
			memcpy(at, history->steps, bytes);
		history->steps = (const struct tms_step *)(const void *)at;
		at += bytes;
	}
	struct tms_str *names = (struct tms_str *)(void *)at;
	at += merged->sources_count * sizeof(struct tms_str);
	for (size_t i = 0; i < merged->sources_count; i++) {
		struct tms_str name = merged->sources[i];
		if (name.len > 0)
			memcpy(at, name.ptr, name.len);
		names[i] = (struct tms_str){ at, name.len };
		at += name.len;
	}
	merged->sources = names;
}

static bool same_text(const struct block *a, const struct block *b)
{
	return a->packed_count == b->packed_count &&
	       memcmp(a->packed, b->packed, a->packed_count * sizeof(a->packed[0])) == 0;
}

bool tms_view_item_says_same(const struct tms_view_item *a, const struct tms_view_item *b)
{
	return same_text((const struct block *)a, (const struct block *)b);
}

/* Which sighting a text is taken from depends on times too: so the merged runs are compared. */
bool view_item_same_text(const struct tms_view_item *a, const struct tms_view_item *b)
{
	const struct tms_merged *x = &a->merged, *y = &b->merged;

	if (x->sources_count != y->sources_count || x->joined != y->joined ||
		memcmp(&x->item, &y->item, offsetof(struct tms_item, published)) != 0)
		return false;
	for (size_t i = 0; i < x->sources_count; i++)
		if (!tms_str_equal(x->sources[i], y->sources[i]))
			return false;
	return true;
}

/* Where nobody among these has arXiv's word for the categories, and it is known elsewhere. */
static const struct tms_sighting *joined_to(
	const struct tms_record *const *records, size_t count, const struct tms_record *known)
{
	const struct tms_sighting *said = known ? tms_record_categories(known) : NULL;

	for (size_t i = 0; said && i < count; i++)
		if (tms_record_categories(records[i]))
			return NULL;
	return said;
}

static enum tms_status make_block(const struct tms_merged *merged,
	const struct tms_sighting *const *sightings, size_t count, struct block **out)
{
	size_t head = sizeof(struct block) + count * sizeof(struct tms_packed_item *);
	struct block *block = malloc(head + tail_bytes(merged));

	if (!block)
		return TMS_ENOMEM;
	*block = (struct block){ .item = { .merged = *merged }, .refs = 1, .packed_count = count };
	for (size_t i = 0; i < count; i++)
		block->packed[i] = tms_packed_item_ref(sightings[i]->packed);
	pack_tail(&block->item.merged, (char *)block + head);
	*out = block;
	return TMS_OK;
}

enum tms_status view_item_make(const struct tms_record *const *records, size_t count,
	const struct tms_record *known, struct tms_view_item **out)
{
	struct tms_arena scratch = { 0 };
	struct tms_merged merged = { 0 };
	struct block *block = NULL;
	size_t total = 0, n = 0;

	for (size_t i = 0; i < count; i++)
		total += records[i]->sightings_count;
	const struct tms_sighting **sightings =
		TMS_ARENA_ARRAY(&scratch, const struct tms_sighting *, total + 1);
	for (size_t i = 0; sightings && i < count; i++)
		for (size_t k = 0; k < records[i]->sightings_count; k++)
			sightings[n++] = &records[i]->sightings[k];
	enum tms_status st = scratch.status;
	if (st == TMS_OK)
		st = tms_merge_sightings(&scratch, sightings, total, &merged);
	const struct tms_sighting *joined = joined_to(records, count, known);
	if (st == TMS_OK && joined) {
		merged.joined = joined->packed->item.categories;
		merged.joined_count = joined->packed->item.categories_count;
		sightings[total++] = joined;
	}
	if (st == TMS_OK)
		st = make_block(&merged, sightings, total, &block);
	if (st == TMS_OK) {
		block->item.version = view_item_version(records, count, known);
		*out = &block->item;
	}
	tms_arena_free(&scratch);
	return st;
}

enum tms_status view_item_solo(
	const struct tms_record *record, const struct tms_record *known, struct tms_view_item **out)
{
	struct window_entry *entry = (struct window_entry *)(void *)(uintptr_t)record;
	struct tms_view_item *fresh = NULL;

	if (!entry->solo || entry->solo->version != view_item_version(&record, 1, known)) {
		enum tms_status st = view_item_make(&record, 1, known, &fresh);
		if (st != TMS_OK)
			return st;
		tms_view_item_unref(entry->solo);
		entry->solo = fresh;
	}
	*out = tms_view_item_ref(entry->solo);
	return TMS_OK;
}

uint64_t view_item_version(
	const struct tms_record *const *records, size_t count, const struct tms_record *known)
{
	const struct tms_sighting *joined = joined_to(records, count, known);
	uint64_t version = joined ? record_categories_version(joined) : 0;

	for (size_t i = 0; i < count; i++) {
		const struct tms_hash_seed seed = { records[i]->version, 0 };
		version += tms_hash(seed, records[i]->sightings[0].source);
	}
	return version;
}
