/* What an item says, before it is put in: its words and values, each once. */
#ifndef TAMIS_INDEX_ITEM_WORDS_H
#define TAMIS_INDEX_ITEM_WORDS_H

#include "term.h"

/** Segments of paths share so many terms, by their hash: most are of one item alone, and a term of its
 * own would take more than all else that the index has of an address. Who asks looks at the item. */
#define INDEX_SEGMENTS 1024
#define INDEX_SEGMENT_DIGITS 3
/** The text of the term of a segment, in the room. */
struct tms_str index_segment_text(uint32_t hash, char room[INDEX_SEGMENT_DIGITS]);

/** A term of an item that is being put in. */
struct index_distinct {
	struct index_wanted wanted;
	uint32_t hash; /* of the text, in the table below */
	uint32_t name; /* index_term_hash */
	uint32_t term;
	uint32_t place; /* among the terms, once they are in order */
	unsigned fields;
	bool is_fresh; /* made for this item */
};

/** What an item says, before it is put in. Lives in the arena, borrows the item. */
struct index_item_words {
	struct tms_doc doc;
	struct index_distinct *list;
	size_t count;
	uint32_t *table; /* of numbers in the list, + 1, by hash */
	size_t table_room;
	struct tms_hash_seed seed;
	uint32_t *of_word;   /* of every word of every text its number in the list */
	uint32_t *of_joined; /* the same for hyphenated runs */
	size_t length, joined_count;
};

/** Cut the item's texts and collect its words and values. TMS_OK, TMS_ENOMEM, TMS_ELIMIT. */
TMS_MUST_CHECK enum tms_status index_item_words_make(struct tms_arena *arena,
	struct tms_hash_seed seed, const struct tms_merged *item, struct index_item_words *out);

#endif
