#include "shadow.h"

#include <stdlib.h>

#define LENGTH_MAX (1u << 28)
#define JOINED_TERMS_MAX (1u << 29)

uint32_t index_shadow_find(const struct index_shadow *shadow, uint32_t term)
{
	uint32_t low = 0, high = shadow->terms_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (shadow->terms[middle] < term)
			low = middle + 1;
		else
			high = middle;
	}
	return low < shadow->terms_count && shadow->terms[low] == term ? low : INDEX_NONE;
}

static uint32_t width_of(size_t terms)
{
	return terms <= 1 << 8 ? 1 : terms <= 1 << 16 ? 2 : 4;
}

static size_t block_bytes(size_t terms, size_t joined, size_t texts, size_t length)
{
	return sizeof(struct index_shadow) + terms * sizeof(uint32_t) +
	       joined * sizeof(struct index_joined) + texts * sizeof(struct index_text) +
	       length * width_of(terms);
}

size_t index_shadow_bytes(const struct index_shadow *shadow)
{
	return block_bytes(
		shadow->terms_count, shadow->joined_count, shadow->texts_count, shadow->length);
}

static int by_term(const void *a, const void *b)
{
	const struct index_distinct *x = *(const struct index_distinct *const *)a;
	const struct index_distinct *y = *(const struct index_distinct *const *)b;

	return x->term < y->term ? -1 : x->term > y->term;
}

static void put_place(struct index_shadow *shadow, void *places, size_t at, uint32_t place)
{
	if (shadow->width == 1)
		((uint8_t *)places)[at] = (uint8_t)place;
	else if (shadow->width == 2)
		((uint16_t *)places)[at] = (uint16_t)place;
	else
		((uint32_t *)places)[at] = place;
}

static unsigned bit_of(enum tms_field field)
{
	return (unsigned)__builtin_ctz((unsigned)field);
}

static void fill_texts(struct index_shadow *shadow, const struct index_reading *reading)
{
	struct index_joined *joined = (void *)(uintptr_t)index_shadow_joined(shadow);
	struct index_text *texts = (void *)(uintptr_t)index_shadow_texts(shadow);
	void *places = (void *)(uintptr_t)index_shadow_places(shadow);
	size_t at = 0, run = 0;

	for (size_t i = 0; i < reading->doc.texts_count; i++) {
		const struct tms_doc_text *text = &reading->doc.texts[i];
		texts[i].start = (uint32_t)at & (LENGTH_MAX - 1);
		texts[i].field = bit_of(text->field) & 15;
		for (size_t k = 0; k < text->words.joined_count; k++, run++) {
			uint32_t place = reading->list[reading->joined[run]].place;
			joined[run].at = (uint32_t)at + text->words.joined[k].first;
			joined[run].term = place & (JOINED_TERMS_MAX - 1);
			joined[run].span = text->words.joined[k].key.span & 7;
		}
		for (size_t k = 0; k < text->words.count; k++, at++)
			put_place(shadow, places, at, reading->list[reading->words[at]].place);
	}
}

enum tms_status index_shadow_make(struct index_reading *reading, struct index_shadow **out)
{
	size_t bytes = block_bytes(
		reading->count, reading->joined_count, reading->doc.texts_count, reading->length);

	if (reading->length >= LENGTH_MAX || reading->count >= JOINED_TERMS_MAX)
		return TMS_ELIMIT;
	struct index_shadow *shadow = malloc(bytes);
	struct index_distinct **order = calloc(reading->count + 1, sizeof(struct index_distinct *));
	if (!shadow || !order) {
		free(shadow);
		free(order);
		return TMS_ENOMEM;
	}
	*shadow = (struct index_shadow){ .terms_count = (uint32_t)reading->count,
		.joined_count = (uint32_t)reading->joined_count,
		.texts_count = (uint32_t)reading->doc.texts_count,
		.length = (uint32_t)reading->length,
		.words = (uint32_t)reading->doc.words,
		.width = width_of(reading->count) };
	for (size_t i = 0; i < reading->count; i++)
		order[i] = &reading->list[i];
	qsort(order, reading->count, sizeof(struct index_distinct *), by_term);
	for (size_t i = 0; i < reading->count; i++) {
		order[i]->place = (uint32_t)i;
		shadow->terms[i] = order[i]->term;
	}
	free(order);
	fill_texts(shadow, reading);
	*out = shadow;
	return TMS_OK;
}
