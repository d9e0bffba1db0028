/*
 * The shadow of an item: its terms, and its texts as a run of them. Queries that ask for words next
 * to each other are answered from it, without the text.
 *
 * One block: this header, then the hyphenated runs, the texts, the terms (ascending; of two bytes
 * each while no number is larger, else of four), and of every word of every text which of the
 * terms it is, in one byte, two or four.
 */
#ifndef TAMIS_INDEX_SHADOW_H
#define TAMIS_INDEX_SHADOW_H

#include "atom.h"

/** Hyphenated words from `at` on, as one term. */
struct index_joined {
	uint32_t at;
	uint32_t term : 29, span : 3;
};

/** Words of one text begin at `start` and end where the next text's begin. */
struct index_text {
	uint32_t start : 28, field : 4; /* the number of the bit of enum tms_field */
};

struct index_shadow {
	uint32_t terms_count, joined_count, texts_count;
	uint32_t length;     /* words of all texts */
	uint32_t words;      /* of title and abstract */
	uint16_t width;      /* bytes of a place: 1, 2, 4 */
	uint16_t term_width; /* bytes of a term: 2, 4 */
};

static inline const struct index_joined *index_shadow_joined(const struct index_shadow *shadow)
{
	return (const struct index_joined *)(const void *)(shadow + 1);
}
static inline const struct index_text *index_shadow_texts(const struct index_shadow *shadow)
{
	return (const struct index_text *)(const void *)(index_shadow_joined(shadow) +
							 shadow->joined_count);
}
static inline const void *index_shadow_terms(const struct index_shadow *shadow)
{
	return index_shadow_texts(shadow) + shadow->texts_count;
}
static inline uint32_t index_shadow_term(const struct index_shadow *shadow, size_t i)
{
	const void *terms = index_shadow_terms(shadow);

	return shadow->term_width == 2 ? ((const uint16_t *)terms)[i]
				       : ((const uint32_t *)terms)[i];
}
/** Rounded up to whole terms of four bytes, so that places of four bytes are aligned. */
static inline size_t index_terms_bytes(size_t count, size_t width)
{
	return (count * width + 3) & ~(size_t)3;
}
static inline const void *index_shadow_places(const struct index_shadow *shadow)
{
	return (const char *)index_shadow_terms(shadow) +
	       index_terms_bytes(shadow->terms_count, shadow->term_width);
}
/** Which of the terms word `at` is. */
static inline uint32_t index_shadow_at(const struct index_shadow *shadow, size_t at)
{
	const void *places = index_shadow_places(shadow);

	if (shadow->width == 1)
		return ((const uint8_t *)places)[at];
	return shadow->width == 2 ? ((const uint16_t *)places)[at] : ((const uint32_t *)places)[at];
}
static inline size_t index_text_end(const struct index_shadow *shadow, size_t text)
{
	return text + 1 < shadow->texts_count ? index_shadow_texts(shadow)[text + 1].start
					      : shadow->length;
}
/** Which of the terms this one is; RECORD_NONE: it has none. */
uint32_t index_shadow_find(const struct index_shadow *shadow, uint32_t term);
size_t index_shadow_bytes(const struct index_shadow *shadow);

/** A term of an item that is being put in. */
struct index_distinct {
	struct index_wanted wanted;
	uint32_t hash; /* of the text, in this reading's table */
	uint32_t name; /* index_term_hash */
	uint32_t term;
	uint32_t place; /* among the terms, once they are in order */
	unsigned fields;
	bool is_fresh; /* made for this item */
};

/** What an item says, before it is put in. Lives in the arena, borrows the item. */
struct index_reading {
	struct tms_doc doc;
	struct index_distinct *list;
	size_t count;
	uint32_t *table; /* of numbers in the list, + 1, by hash */
	size_t table_room;
	struct tms_hash_seed seed;
	uint32_t *words;  /* of every word of every text its number in the list */
	uint32_t *joined; /* the same for hyphenated runs */
	size_t length, joined_count;
};

/** Cut the item's texts and collect its words and values. TMS_OK, TMS_ENOMEM, TMS_ELIMIT. */
TMS_MUST_CHECK enum tms_status index_reading_make(struct tms_arena *arena,
	struct tms_hash_seed seed, const struct tms_merged *item, struct index_reading *out);
/** The shadow of it; its terms must be set. Given: free(). Puts the list in order of terms.
 * TMS_OK, TMS_ENOMEM, TMS_ELIMIT. */
TMS_MUST_CHECK enum tms_status index_shadow_make(
	struct index_reading *reading, struct index_shadow **out);

#endif
