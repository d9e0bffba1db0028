/*
 * The forward index of an item: its terms, and its texts as a run of them. Queries that ask for
 * words next to each other are answered from it, without the text.
 *
 * One block: this header, then the hyphenated runs, the texts, the terms (ascending; of two bytes
 * each while no number is larger, else of four), and of every word of every text which of the
 * terms it is, in one byte, two or four.
 */
#ifndef TAMIS_INDEX_FORWARD_INDEX_H
#define TAMIS_INDEX_FORWARD_INDEX_H

#include "atom.h"

/** Hyphenated words from `at` on, as one term. */
struct index_joined {
	uint32_t at;
	uint32_t term : 29, span : 3;
};

/** Words of one text begin at `start` and end where the next text's begin. */
struct index_text {
	uint32_t start : 28, field : 4; /* enum tms_field_bit, or INDEX_TEXT_BODY */
};
/** Of a text that stands for abstract and content. */
#define INDEX_TEXT_BODY TMS_FIELDS
_Static_assert(INDEX_TEXT_BODY < 1 << 4, "a field has four bits in struct index_text");

/** The fields that the text stands for: bits of enum tms_field. */
static inline unsigned index_text_fields(struct index_text text)
{
	return text.field == INDEX_TEXT_BODY ? TMS_FIELDS_BODY : 1u << text.field;
}

struct index_forward {
	uint32_t terms_count, joined_count, texts_count;
	uint32_t length;     /* words of all texts */
	uint32_t words;      /* as tms_doc counts them */
	uint16_t width;      /* bytes of a place: 1, 2, 4 */
	uint16_t term_width; /* bytes of a term: 2, 4 */
};

static inline const struct index_joined *index_forward_joined(const struct index_forward *forward)
{
	return (const struct index_joined *)(const void *)(forward + 1);
}
static inline const struct index_text *index_forward_texts(const struct index_forward *forward)
{
	return (const struct index_text *)(const void *)(index_forward_joined(forward) +
							 forward->joined_count);
}
static inline const void *index_forward_terms(const struct index_forward *forward)
{
	return index_forward_texts(forward) + forward->texts_count;
}
static inline uint32_t index_forward_term(const struct index_forward *forward, size_t i)
{
	const void *terms = index_forward_terms(forward);

	return forward->term_width == 2 ? ((const uint16_t *)terms)[i]
					: ((const uint32_t *)terms)[i];
}
/** Rounded up to whole terms of four bytes, so that places of four bytes are aligned. */
static inline size_t index_terms_bytes(size_t count, size_t width)
{
	return (count * width + 3) & ~(size_t)3;
}
static inline const void *index_forward_places(const struct index_forward *forward)
{
	return (const char *)index_forward_terms(forward) +
	       index_terms_bytes(forward->terms_count, forward->term_width);
}
/** Which of the terms word `at` is. */
static inline uint32_t index_forward_at(const struct index_forward *forward, size_t at)
{
	const void *places = index_forward_places(forward);

	if (forward->width == 1)
		return ((const uint8_t *)places)[at];
	return forward->width == 2 ? ((const uint16_t *)places)[at]
				   : ((const uint32_t *)places)[at];
}
static inline size_t index_text_end(const struct index_forward *forward, size_t text)
{
	return text + 1 < forward->texts_count ? index_forward_texts(forward)[text + 1].start
					       : forward->length;
}
/** Which of the terms this one is; RECORD_NONE: it has none. */
uint32_t index_forward_find(const struct index_forward *forward, uint32_t term);
/** Bytes of its block. */
size_t index_forward_bytes(const struct index_forward *forward);

struct index_item_words;
/** The forward index of an item: its terms must be set. Puts the list in order of terms.
 * *out  given: free()
 * TMS_OK, TMS_ENOMEM, TMS_ELIMIT. */
TMS_MUST_CHECK enum tms_status index_forward_make(
	struct index_item_words *words, struct index_forward **out);

#endif
