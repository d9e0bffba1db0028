/*
 * Lists of people that queries ask for by author:@NAME. One entry a line: a name, and perhaps, behind
 * "; org:", the organisation that an item has to be of as well. "#" begins a comment at the beginning
 * of a line or behind a space; empty lines are passed over.
 */
#ifndef TAMIS_AUTHOR_LIST_H
#define TAMIS_AUTHOR_LIST_H

#include <tamis/arena.h>
#include <tamis/diag.h>

#define TMS_AUTHOR_LIST_BYTES_MAX ((size_t)1024 * 1024)
#define TMS_AUTHOR_LIST_ENTRIES_MAX 20000

/** A list, its entries ready to be looked for. Immutable. */
struct tms_author_list;

/**
 * Read a list. *out lives in the arena and borrows nothing.
 * diag  may be NULL; line and column in `text`, and one sentence
 * TMS_OK; TMS_EINVAL: an entry is wrong, or there is none; TMS_ELIMIT: too many bytes or entries, or
 * the arena's; TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status tms_author_list_read(struct tms_arena *arena, struct tms_str text,
	const struct tms_author_list **out, struct tms_diag *diag);
/** How many entries. */
size_t tms_author_list_count(const struct tms_author_list *list);
/** The entries alone, a line each, as they are compared: reading it gives the same list. The list's. */
struct tms_str tms_author_list_text(const struct tms_author_list *list);

#endif
