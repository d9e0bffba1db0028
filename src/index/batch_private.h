/* Batches from inside; for the files that ask them. */
#ifndef TAMIS_INDEX_BATCH_PRIVATE_H
#define TAMIS_INDEX_BATCH_PRIVATE_H

#include "index_private.h"
#include "mask_table.h"

/** What is counted as work, in sixteenths of a microsecond. */
#define INDEX_BATCH_UNIT 16

struct tms_batch {
	struct tms_index *index;
	struct tms_batch *next;
	struct index_postings *postings;
	uint64_t full;   /* all items of the batch */
	uint32_t leaves; /* numbers of leaves were below this */
	uint32_t rules;  /* bits in `later` */
	uint64_t *later; /* bit i: rule i came later; NULL: none did */
	struct index_mask_table masks;
	/* while some of it is asked */
	size_t work;   /* that is left */
	bool is_short; /* work or memory was not enough to know a leaf's mask */
	/* of all rules */
	uint64_t *touched; /* bit i: leaf i has a mask, and items in it; NULL: not begun */
	size_t atom;       /* next one whose leaves are asked; the atoms, then INDEX_ATOM_ANY */
	uint32_t left;     /* its leaves that are left to ask, UINT32_MAX: not begun */
	bool has_masks;    /* all leaves that are not touched hold for no item */
	bool was_listed;   /* masks may be there that no atom led to */
	struct size_class_walk walk;
	/* of lists */
	size_t credit; /* work below a microsecond that was given and not used */
};

static inline bool index_batch_came_later(const struct tms_batch *batch, uint32_t rule)
{
	return batch->later && rule < batch->rules && (batch->later[rule / 64] >> (rule % 64) & 1);
}

static inline void index_batch_spend(struct tms_batch *batch, size_t work)
{
	batch->work -= batch->work < work ? batch->work : work;
}

/** Holds the leaf for no item, by its anchor? */
bool index_batch_lacks(const struct tms_batch *batch, uint32_t leaf);
/** The items for which a program holds. Masks that are not known are worked out: it is right when
 * batch->is_short is false. */
uint64_t index_batch_mask(struct tms_batch *batch, const uint32_t *words);

#endif
