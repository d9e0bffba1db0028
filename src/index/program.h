/*
 * Programs: what rules join leaves to, in words of 32 bits, outside first. A word is a leaf (bit 31
 * clear; bit 30: its negation; below that its number) or a group (bit 31 set; bit 30: one of its
 * parts holds, else all of them; below that how many words its parts take). A group without parts
 * is the constant that it comes to: all of nothing holds, one of nothing does not.
 *
 * Programs are canonical: rules written out, negations moved down to the leaves, no group of one or
 * in one of its kind, parts in order and each once. So rules that say the same in another order are
 * the same words.
 */
#ifndef TAMIS_INDEX_PROGRAM_H
#define TAMIS_INDEX_PROGRAM_H

#include <tamis/arena.h>
#include <tamis/buf.h>

#include "query/checked_query.h"

#define INDEX_WORD_GROUP (UINT32_C(1) << 31)
#define INDEX_WORD_ANY (UINT32_C(1) << 30)
#define INDEX_WORD_NOT (UINT32_C(1) << 30)
#define INDEX_WORD_BELOW (INDEX_WORD_ANY - 1)
#define INDEX_PROGRAM_TRUE INDEX_WORD_GROUP
#define INDEX_PROGRAM_FALSE (INDEX_WORD_GROUP | INDEX_WORD_ANY)

struct index_program {
	const uint32_t *words;
	size_t count;
};

/** Words of the part that begins here, itself included. */
static inline size_t index_word_extent(uint32_t word)
{
	return word & INDEX_WORD_GROUP ? 1 + (size_t)(word & INDEX_WORD_BELOW) : 1;
}

/**
 * The program of a query's tree. Lives in the arena.
 * root    NULL: always true
 * leaves  the number of the leaf for each that nodes name
 * TMS_OK, TMS_ENOMEM, TMS_ELIMIT (the arena's).
 */
TMS_MUST_CHECK enum tms_status index_program_make(struct tms_arena *arena,
	const struct query_node *root, const uint32_t *leaves, struct index_program *out);

/**
 * Write it in the query language: read again, it is the same program. One that always holds is the
 * empty text.
 * asked  the leaves as they were asked for; leaves: their numbers
 */
void index_program_print(struct index_program program, const struct query_leaf *asked,
	const uint32_t *leaves, struct tms_buf *buf);

#endif
