/*
 * The postings of a batch: a small inverted index, of its items alone. For each atom which of them
 * have it, in which fields, at which places.
 */
#ifndef TAMIS_INDEX_POSTINGS_H
#define TAMIS_INDEX_POSTINGS_H

#include "memory/bits.h"
#include "plan_private.h"

/* Fields are told apart as far as rules are mostly about them. */
enum index_group { GROUP_TITLE, GROUP_ABSTRACT, GROUP_CONTENT, GROUP_REST, GROUPS };

/** Words of an item have a bit each, one left out between two texts; most papers have fewer. */
#define INDEX_PLACES 6
struct index_places {
	uint64_t bits[INDEX_PLACES];
};

/** Of an atom that items of the batch have. */
struct index_posting {
	uint64_t items[GROUPS]; /* that have it there */
	uint64_t joined;        /* that have it as hyphenated words: then places are not all */
	uint32_t first;         /* its places in each item that has it, in order of the items */
};

/** A subject that has its lowest threshold for an item of the batch. */
struct index_hit {
	uint32_t subject, item, score;
};

struct index_postings {
	tms_time now;
	size_t count;
	uint32_t slots[64];
	uint64_t beyond;                        /* items of more words than there are bits for */
	struct index_places fields[64][GROUPS]; /* of each item, where they are */
	size_t atoms_count, room;    /* of the table, a power of two; it is at most half full */
	uint32_t *atoms, *table;     /* table: place among the atoms + 1 */
	struct index_posting *list;  /* of the atoms */
	struct index_places *places; /* of all atoms */
	uint32_t *trail; /* while they are made: for each term of each item its atoms, in order */
	size_t trail_count, trail_room;
	struct index_hit *hits; /* by subject, once all items are scored */
	size_t hits_count, hits_room;
	size_t scored; /* items, for the subjects of the set */
	bool is_scored;
	uint64_t scored_at; /* entries into the set until then: later subjects were not scored */
	bool has_entered, has_all; /* of all subjects: in the set; and all scored */
	struct {
		const struct index_plan *plan; /* NULL: none yet */
		size_t scored;                 /* items */
		uint64_t mask;
	} alone;            /* one subject, by itself */
	size_t alone_count; /* that were, and are in the set */
};

/** NULL: no item has it. */
const struct index_posting *index_postings_find(
	const struct index_postings *postings, uint32_t atom);

/** The fields of each group. */
static const unsigned index_group_fields[GROUPS] = {
	[GROUP_TITLE] = TMS_FIELD_TITLE,
	[GROUP_ABSTRACT] = TMS_FIELD_ABSTRACT,
	[GROUP_CONTENT] = TMS_FIELD_CONTENT,
	[GROUP_REST] = INDEX_FIELDS_ALL & ~(unsigned)TMS_FIELDS_TEXT,
};

static inline uint64_t index_posting_any(const struct index_posting *posting)
{
	return posting->items[GROUP_TITLE] | posting->items[GROUP_ABSTRACT] |
	       posting->items[GROUP_CONTENT] | posting->items[GROUP_REST];
}
/** The places of the atom in an item that has it. */
static inline const struct index_places *index_posting_places(
	const struct index_postings *postings, const struct index_posting *posting, unsigned item)
{
	uint64_t before = index_posting_any(posting) & ((UINT64_C(1) << item) - 1);

	return &postings->places[posting->first + bits_count(before)];
}

#endif
