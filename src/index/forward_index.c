/* The forward index of an item, made and searched; forward_index.h has its layout. */
#include "forward_index.h"

#include <stdlib.h>

#include "item_words.h"

#define LENGTH_MAX (1u << 28)
#define JOINED_TERMS_MAX (1u << 29)
_Static_assert(TMS_WORDS_JOINED_MAX < 1 << 3, "a span has three bits in struct index_joined");

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

uint32_t index_forward_find(const struct index_forward *forward, uint32_t term)
{
	const void *terms = index_forward_terms(forward);

	return forward->term_width == 2 ? find_narrow(terms, forward->terms_count, term)
					: find_wide(terms, forward->terms_count, term);
}

static uint16_t width_of(size_t terms)
{
	return terms <= 1 << 8 ? 1 : terms <= 1 << 16 ? 2 : 4;
}

static size_t block_bytes(const struct index_forward *head)
{
	return sizeof(*head) + head->joined_count * sizeof(struct index_joined) +
	       head->texts_count * sizeof(struct index_text) +
	       index_terms_bytes(head->terms_count, head->term_width) +
	       (size_t)head->length * head->width;
}

size_t index_forward_bytes(const struct index_forward *forward)
{
	return block_bytes(forward);
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

static unsigned field_of(unsigned fields)
{
	return fields == TMS_FIELDS_BODY ? INDEX_TEXT_BODY : (unsigned)__builtin_ctz(fields);
}

static void fill_texts(struct index_forward *forward, const struct index_item_words *words)
{
	struct index_joined *joined = (void *)(uintptr_t)index_forward_joined(forward);
	struct index_text *texts = (void *)(uintptr_t)index_forward_texts(forward);
	void *places = (void *)(uintptr_t)index_forward_places(forward);
	size_t at = 0, run = 0;

	for (size_t i = 0; i < words->doc.texts_count; i++) {
		const struct tms_doc_text *text = &words->doc.texts[i];
		texts[i].start = (uint32_t)at & (LENGTH_MAX - 1);
		texts[i].field = field_of(text->fields) & 15;
		for (size_t k = 0; k < text->words.joined_count; k++, run++) {
			uint32_t place = words->list[words->of_joined[run]].place;
			joined[run].at = (uint32_t)at + text->words.joined[k].first;
			joined[run].term = place & (JOINED_TERMS_MAX - 1);
			joined[run].span = text->words.joined[k].key.span & 7;
		}
		for (size_t k = 0; k < text->words.count; k++, at++)
			put_number(
				places, forward->width, at, words->list[words->of_word[at]].place);
	}
}

enum tms_status index_forward_make(struct index_item_words *words, struct index_forward **out)
{
	struct index_forward head = { .terms_count = (uint32_t)words->count,
		.joined_count = (uint32_t)words->joined_count,
		.texts_count = (uint32_t)words->doc.texts_count,
		.length = (uint32_t)words->length,
		.words = (uint32_t)words->doc.words,
		.width = width_of(words->count),
		.term_width = 2 };

	if (words->length >= LENGTH_MAX || words->count >= JOINED_TERMS_MAX)
		return TMS_ELIMIT;
	for (size_t i = 0; i < words->count; i++)
		if (words->list[i].term > UINT16_MAX)
			head.term_width = 4;
	struct index_forward *forward = malloc(block_bytes(&head));
	struct index_distinct **room =
		calloc(2 * words->count + 1, sizeof(struct index_distinct *));
	if (!forward || !room) {
		free(forward);
		free(room);
		return TMS_ENOMEM;
	}
	*forward = head;
	for (size_t i = 0; i < words->count; i++)
		room[i] = &words->list[i];
	struct index_distinct **order =
		sort_by_term(room, room + words->count, words->count, head.term_width == 4);
	void *terms = (void *)(uintptr_t)index_forward_terms(forward);
	for (size_t i = 0; i < words->count; i++) {
		order[i]->place = (uint32_t)i;
		put_number(terms, head.term_width, i, order[i]->term);
	}
	free(room);
	fill_texts(forward, words);
	*out = forward;
	return TMS_OK;
}
