/* Items packed: text and arrays deep-copied into one block, shared by counting references. */
#include <tamis/hash.h>
#include <tamis/record.h>

#include <stdlib.h>

#define PACKED_BYTES_MAX ((size_t)16 << 20)

/* One block: the struct, then the arrays (whose sizes keep 8-byte alignment), then all characters.
 */
struct block {
	char *arrays;
	char *text;
};

static struct tms_str *run_at(void *base, size_t offset)
{
	return (struct tms_str *)(void *)((char *)base + offset);
}

static size_t list_count(const struct tms_item *item, const struct tms_item_list *list)
{
	return *(const size_t *)(const void *)((const char *)item + list->count_offset);
}

static char *list_array(const struct tms_item *item, const struct tms_item_list *list)
{
	return *(char *const *)(const void *)((const char *)item + list->offset);
}

static void measure_list(const struct tms_item *item, const struct tms_item_list *list,
	size_t *arrays_bytes, size_t *text_bytes)
{
	size_t count = list_count(item, list);
	const char *array = list_array(item, list);

	*arrays_bytes += count * list->size;
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < list->runs; k++)
			*text_bytes +=
				((const struct tms_str *)(const void *)(array + i * list->size))[k]
					.len;
}

/* Counts and lengths are those of a document in memory, so the sums cannot overflow. */
static void measure(const struct tms_item *item, size_t *arrays_bytes, size_t *text_bytes)
{
	size_t runs_count = 0, lists_count = 0;
	const struct tms_item_run *runs = tms_item_runs(&runs_count);
	const struct tms_item_list *lists = tms_item_lists(&lists_count);

	for (size_t i = 0; i < runs_count; i++)
		*text_bytes += ((const struct tms_str *)(const void *)((const char *)item +
								       runs[i].offset))
				       ->len;
	for (size_t i = 0; i < lists_count; i++)
		measure_list(item, &lists[i], arrays_bytes, text_bytes);
}

static void pack_run(struct block *block, struct tms_str *run)
{
	if (run->len == 0) {
		*run = (struct tms_str){ 0 };
		return;
	}
	memcpy(block->text, run->ptr, run->len);
	run->ptr = block->text;
	block->text += run->len;
}

static void pack_list(struct block *block, struct tms_item *item, const struct tms_item_list *list)
{
	size_t count = list_count(item, list);
	const char *from = list_array(item, list);
	char *to = count ? block->arrays : NULL;

	if (to)
		memcpy(to, from, count * list->size);
	block->arrays += count * list->size;
	*(char **)(void *)((char *)item + list->offset) = to;
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < list->runs; k++)
			pack_run(block, run_at(to, i * list->size) + k);
}

static uint64_t mix(uint64_t hash, const void *bytes, size_t len)
{
	return tms_hash((struct tms_hash_seed){ hash, len }, (struct tms_str){ bytes, len });
}

static uint64_t hash_list(
	uint64_t hash, const struct tms_item *item, const struct tms_item_list *list)
{
	size_t count = list_count(item, list);
	const char *array = list_array(item, list);
	size_t tail = list->runs * sizeof(struct tms_str);

	for (size_t i = 0; i < count; i++) {
		const char *element = array + i * list->size;
		const struct tms_str *runs = (const struct tms_str *)(const void *)element;
		for (size_t k = 0; k < list->runs; k++)
			hash = mix(hash, runs[k].ptr, runs[k].len);
		if (list->size > tail)
			hash = mix(hash, element + tail, list->size - tail);
	}
	return mix(hash, &count, sizeof(count));
}

/* Depends on what the item says, never on where it lies. */
static uint64_t hash_item(struct tms_item *item)
{
	size_t runs_count = 0, lists_count = 0;
	const struct tms_item_run *runs = tms_item_runs(&runs_count);
	const struct tms_item_list *lists = tms_item_lists(&lists_count);
	const int64_t rest[] = { item->published, item->submitted, item->published_day_only,
		item->withdrawn, item->origin };
	uint64_t hash = 0;

	for (size_t i = 0; i < runs_count; i++) {
		const struct tms_str *run = run_at(item, runs[i].offset);
		hash = mix(hash, run->ptr, run->len);
	}
	for (size_t i = 0; i < lists_count; i++)
		hash = hash_list(hash, item, &lists[i]);
	return mix(hash, rest, sizeof(rest));
}

enum tms_status tms_packed_item_new(const struct tms_item *item, struct tms_packed_item **out)
{
	size_t runs_count = 0, lists_count = 0, arrays_bytes = 0, text_bytes = 0;
	const struct tms_item_run *runs = tms_item_runs(&runs_count);
	const struct tms_item_list *lists = tms_item_lists(&lists_count);

	measure(item, &arrays_bytes, &text_bytes);
	if (arrays_bytes + text_bytes > PACKED_BYTES_MAX)
		return TMS_ELIMIT;
	size_t bytes = sizeof(struct tms_packed_item) + arrays_bytes + text_bytes;
	struct tms_packed_item *packed = malloc(bytes);
	if (!packed)
		return TMS_ENOMEM;
	*packed = (struct tms_packed_item){ .item = *item, .refs = 1, .bytes = (uint32_t)bytes };
	/* volatile: histories keep the numbers, and arXiv's feeds rewrite this date at every poll
	 */
	packed->item.upstream_updated = TMS_TIME_NONE;
	for (size_t i = 0; i < TMS_NUMBERS; i++)
		packed->item.numbers[i] = TMS_NUMBER_NONE;
	struct block block = { (char *)(packed + 1), (char *)(packed + 1) + arrays_bytes };
	for (size_t i = 0; i < lists_count; i++)
		pack_list(&block, &packed->item, &lists[i]);
	for (size_t i = 0; i < runs_count; i++)
		pack_run(&block, run_at(&packed->item, runs[i].offset));
	packed->hash = hash_item(&packed->item);
	*out = packed;
	return TMS_OK;
}

struct tms_packed_item *tms_packed_item_ref(struct tms_packed_item *packed)
{
	packed->refs++;
	return packed;
}

void tms_packed_item_unref(struct tms_packed_item *packed)
{
	if (packed && --packed->refs == 0)
		free(packed);
}
