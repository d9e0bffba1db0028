#include "shadow.h"

#include <stdlib.h>

#define LENGTH_MAX (1u << 28)
#define JOINED_TERMS_MAX (1u << 29)

static uint32_t find_narrow(const uint16_t *terms, uint32_t count, uint32_t term)
{
	uint32_t from = 0;

	while (count > 1) { /* without a branch: what is looked for is mostly not there */
		uint32_t half = count / 2;
		from += terms[from + half] <= term ? half : 0;
		count -= half;
	}
	return count == 1 && terms[from] == term ? from : RECORD_NONE;
}

static uint32_t find_wide(const uint32_t *terms, uint32_t count, uint32_t term)
{
	uint32_t from = 0;

	while (count > 1) {
		uint32_t half = count / 2;
		from += terms[from + half] <= term ? half : 0;
		count -= half;
	}
	return count == 1 && terms[from] == term ? from : RECORD_NONE;
}

uint32_t index_shadow_find(const struct index_shadow *shadow, uint32_t term)
{
	const void *terms = index_shadow_terms(shadow);

	return shadow->term_width == 2 ? find_narrow(terms, shadow->terms_count, term)
				       : find_wide(terms, shadow->terms_count, term);
}

static uint16_t width_of(size_t terms)
{
	return terms <= 1 << 8 ? 1 : terms <= 1 << 16 ? 2 : 4;
}

static size_t block_bytes(const struct index_shadow *head)
{
	return sizeof(*head) + head->joined_count * sizeof(struct index_joined) +
	       head->texts_count * sizeof(struct index_text) +
	       index_terms_bytes(head->terms_count, head->term_width) +
	       (size_t)head->length * head->width;
}

size_t index_shadow_bytes(const struct index_shadow *shadow)
{
	return block_bytes(shadow);
}

/* A pass of a radix sort: by the byte of the term that begins at bit `shift`. */
static void sort_by_byte(
	struct index_distinct **from, struct index_distinct **to, size_t count, unsigned shift)
{
	size_t ends[257] = { 0 };

	for (size_t i = 0; i < count; i++)
		ends[(from[i]->term >> shift & 0xFF) + 1]++;
	for (size_t i = 1; i < 257; i++)
		ends[i] += ends[i - 1];
	for (size_t i = 0; i < count; i++)
		to[ends[from[i]->term >> shift & 0xFF]++] = from[i];
}

/* Ascending by term; `other` has the same room. Returns the one of both that holds them. A third of
 * the time of qsort. */
static struct index_distinct **sort_by_term(
	struct index_distinct **list, struct index_distinct **other, size_t count, bool is_wide)
{
	for (unsigned shift = 0; shift < (is_wide ? 32 : 16); shift += 8) {
		struct index_distinct **sorted = other;
		sort_by_byte(list, sorted, count, shift);
		other = list;
		list = sorted;
	}
	return list;
}

static void put_number(void *numbers, size_t width, size_t at, uint32_t number)
{
	if (width == 1)
		((uint8_t *)numbers)[at] = (uint8_t)number;
	else if (width == 2)
		((uint16_t *)numbers)[at] = (uint16_t)number;
	else
		((uint32_t *)numbers)[at] = number;
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
			put_number(
				places, shadow->width, at, reading->list[reading->words[at]].place);
	}
}

enum tms_status index_shadow_make(struct index_reading *reading, struct index_shadow **out)
{
	struct index_shadow head = { .terms_count = (uint32_t)reading->count,
		.joined_count = (uint32_t)reading->joined_count,
		.texts_count = (uint32_t)reading->doc.texts_count,
		.length = (uint32_t)reading->length,
		.words = (uint32_t)reading->doc.words,
		.width = width_of(reading->count),
		.term_width = 2 };

	if (reading->length >= LENGTH_MAX || reading->count >= JOINED_TERMS_MAX)
		return TMS_ELIMIT;
	for (size_t i = 0; i < reading->count; i++)
		if (reading->list[i].term > UINT16_MAX)
			head.term_width = 4;
	struct index_shadow *shadow = malloc(block_bytes(&head));
	struct index_distinct **room =
		calloc(2 * reading->count + 1, sizeof(struct index_distinct *));
	if (!shadow || !room) {
		free(shadow);
		free(room);
		return TMS_ENOMEM;
	}
	*shadow = head;
	for (size_t i = 0; i < reading->count; i++)
		room[i] = &reading->list[i];
	struct index_distinct **order =
		sort_by_term(room, room + reading->count, reading->count, head.term_width == 4);
	void *terms = (void *)(uintptr_t)index_shadow_terms(shadow);
	for (size_t i = 0; i < reading->count; i++) {
		order[i]->place = (uint32_t)i;
		put_number(terms, head.term_width, i, order[i]->term);
	}
	free(room);
	fill_texts(shadow, reading);
	*out = shadow;
	return TMS_OK;
}
