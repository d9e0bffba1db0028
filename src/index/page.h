/*
 * Pages: 64 slots each, in four blocks that belong to owners, with what is kept for each slot
 * beside its record. An owner that is small shares pages with others; from its fourth block on it
 * gets whole pages. The pages of an owner are numbered in the order in which it got them (places),
 * and none but the last one ever goes before all do: so a place means the same page for as long as
 * anything in it does.
 */
#ifndef TAMIS_INDEX_PAGE_H
#define TAMIS_INDEX_PAGE_H

#include "owner.h"
#include "term.h"

#define INDEX_PAGE 64 /* slots */
#define INDEX_BLOCK 16
#define INDEX_BLOCKS (INDEX_PAGE / INDEX_BLOCK)
#define INDEX_PAGE_NONE UINT32_MAX
/** An owner of more pages is large: it has an order of its items, and rows. */
#define INDEX_PAGES_SMALL 4

/** Bits of an item, of which each bigram sets two: a paper's 170 leave six words of seven that
 * stand apart to be seen as such. */
#define INDEX_BIGRAM_FILTER_BITS 640
/** 64 slots: word h has the items with a bigram of that hash. */
struct index_bigram_filter {
	uint64_t words[INDEX_BIGRAM_FILTER_BITS];
};

/** Columns: what ranges of numbers, dates and lengths look at, one array of each a page, so that
 * asking all items reads eight bytes of each. 5,000 items are 40 KB a column: reading it takes less
 * than finding a place in a sorted one and marking the slots behind it, and there is nothing to
 * keep in order. */
enum index_column {
	COLUMN_HIGHEST, /* TMS_NUMBERS of them: the highest value ever, or TMS_NUMBER_NONE */
	COLUMN_PUBLISHED = COLUMN_HIGHEST + TMS_NUMBERS, /* enum query_date of them */
	COLUMN_SUBMITTED,
	COLUMN_UPDATED,
	COLUMN_SEEN,
	COLUMN_WORDS,
	COLUMNS,
};

struct index_page {
	uint32_t owners[INDEX_BLOCKS]; /* numbers, or INDEX_OWNER_NONE */
	uint32_t places[INDEX_BLOCKS]; /* of the page, among the owner's */
	uint32_t next, before;         /* of the pages with a free block */
	uint64_t there;                /* slots with an item */
	uint64_t apart;                /* of these, set apart */
	uint64_t version;              /* moves when an item comes, goes, or changes its text */
	int64_t seen;                  /* no item of it was first seen later */
	int64_t columns[COLUMNS][INDEX_PAGE];
	struct index_bigram_filter bigrams;
};

struct index_page_table {
	struct index_page **list; /* by number; NULL: free */
	uint32_t count, capacity; /* numbers are below count */
	uint32_t vacant;          /* no free number stands before this one */
	uint32_t open;            /* the first page with a free block, or INDEX_PAGE_NONE */
	size_t live;
	uint64_t versions;
};

/** Changes that are remembered of an owner; rows made before them are made again. */
#define INDEX_ROW_CHANGES 64

struct index_owner {
	uint32_t *pages; /* by place */
	uint32_t pages_count, pages_capacity;
	uint32_t room, count;     /* slots that it has, and that have an item */
	uint32_t hint;            /* no free slot stands in a place before this one */
	uint32_t stamp;           /* no two owners ever had the same; 0: the number is free */
	bool is_rowed;            /* large, however small it is */
	bool is_mixed;            /* its pages do not ascend */
	uint64_t text_version;    /* rises when an item comes, goes, or changes its text */
	uint64_t numbers_version; /* rises when anything about an item changes */
	uint32_t *changed;        /* INDEX_ROW_CHANGES slots, by text version; NULL: none yet */
	uint32_t *order;          /* its slots with an item, see index/order.c; as long as room */
};

struct index_owners {
	struct index_owner *list;
	uint32_t count, capacity;
	uint32_t vacant; /* no free number stands before this one */
	uint32_t stamps;
};

struct index_items;

static inline bool index_owner_is_large(const struct index_owner *owner)
{
	return owner->is_rowed || owner->pages_count > INDEX_PAGES_SMALL;
}

/** An owner without slots. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status index_page_owner_new(struct index_items *items, uint32_t *number);
/** The number of one that has no items is free. */
void index_page_owner_free(struct index_items *items, uint32_t number);
/** A free slot for the owner, from now on its own; its bit in `there` is not set yet.
 * TMS_OK, TMS_ENOMEM, TMS_ELIMIT. */
TMS_MUST_CHECK enum tms_status index_page_take(
	struct index_items *items, uint32_t owner, uint32_t *slot);
/** A slot that has no item any more. */
void index_page_give_back(struct index_items *items, uint32_t slot);
/** The slots of the page that are the owner's. */
static inline uint64_t index_page_mask(const struct index_page *page, uint32_t owner)
{
	const uint64_t block = (UINT64_C(1) << INDEX_BLOCK) - 1;
	const uint32_t *owners = page->owners;
	uint64_t mask = 0;

	if (((owners[0] ^ owner) | (owners[1] ^ owner) | (owners[2] ^ owner) |
		    (owners[3] ^ owner)) == 0)
		return UINT64_MAX; /* nearly all of a large owner */
	for (size_t i = 0; i < INDEX_BLOCKS; i++)
		mask |= owners[i] == owner ? block << (i * INDEX_BLOCK) : 0;
	return mask;
}
/** All pages and owners. */
void index_page_table_free(struct index_items *items);
/** Heap of pages and owners. */
size_t index_page_table_bytes(const struct index_items *items);

#endif
