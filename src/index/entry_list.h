/*
 * Lists of entries: the slots that have a term, ascending, each with the fields where it stands. Up
 * to four lie in the record, more in an array, and above ENTRY_CHUNK_MAX in chunks under a
 * directory: so an entry that comes or goes moves one chunk at most, however long the list is.
 */
#ifndef TAMIS_INDEX_ENTRY_LIST_H
#define TAMIS_INDEX_ENTRY_LIST_H

#include <tamis/doc.h>
#include <tamis/status.h>

#include <stddef.h>
#include <stdint.h>

/** Of an entry: a bit for each field that has the term; the slot stands above them. */
#define INDEX_FIELD_BITS TMS_FIELDS
#define INDEX_FIELDS_ALL ((unsigned)TMS_FIELDS_ANY)

#define ENTRY_LIST_FEW 4
#define ENTRY_CHUNK_MAX 512

/** {0} is empty, and has no heap. */
struct entry_list {
	uint32_t
		few[ENTRY_LIST_FEW]; /* or, in the first two, where the array or the directory is */
	uint32_t count : 31, is_chunked : 1;
};

/** A run of entries. */
struct entry_chunk {
	uint32_t *entries;
	uint32_t first; /* slot of the first one */
	uint32_t count;
};

/** Free its heap; empty again. heap_bytes, here and below: what all lists of the owner hold. */
void entry_list_clear(struct entry_list *list, size_t *heap_bytes);
/** Put in a slot that is not there. TMS_OK; TMS_ENOMEM: the list has what it had. */
TMS_MUST_CHECK enum tms_status entry_list_add(
	struct entry_list *list, uint32_t slot, unsigned fields, size_t *heap_bytes);
/** Take out a slot that is there. */
void entry_list_remove(struct entry_list *list, uint32_t slot, size_t *heap_bytes);
/** Other fields for a slot that is there. */
void entry_list_set(struct entry_list *list, uint32_t slot, unsigned fields);
/** The fields of a slot; 0: it is not there. */
unsigned entry_list_fields(const struct entry_list *list, uint32_t slot);
/** Tell the processor that the slot will be put in or taken out soon. */
void entry_list_prefetch(const struct entry_list *list, uint32_t slot);
/**
 * All entries in runs that follow each other, none of them empty. Borrowed until the list changes.
 * one  room for the run that there is when there is just one
 */
const struct entry_chunk *entry_list_chunks(
	const struct entry_list *list, struct entry_chunk *one, size_t *count);

#endif
