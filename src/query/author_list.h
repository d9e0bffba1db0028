/* Lists of people from inside: entries, and who of an item's authors is one. */
#ifndef TAMIS_QUERY_AUTHOR_LIST_H
#define TAMIS_QUERY_AUTHOR_LIST_H

#include <tamis/author_list.h>
#include <tamis/doc.h>

#include "checked_query.h"

struct author_entry {
	struct tms_str text;          /* "NAME; org: ORGANISATION" */
	struct query_pattern pattern; /* of WORD_NAME */
	struct query_pattern org;     /* without words: any */
	uint64_t letters;             /* that words of a name have to begin with */
};

/** A whole word of some entry, without spaces. */
struct author_word {
	uint64_t hash;
	uint32_t entry;
};

struct tms_author_list {
	struct tms_str text;
	const struct author_entry *entries;
	size_t count;
	const struct author_word *words; /* in order of hash, then of entry */
	size_t words_count;
};

/**
 * The first text at or behind `from` that is an author of the list, and the first entry that means
 * him. False when there is none.
 * doc  texts of authors, and of organisations
 */
bool author_list_find(const struct tms_author_list *list, const struct tms_doc *doc, size_t from,
	size_t *text, const struct author_entry **entry);
/** Has somebody of the list this word, as a part of a name that is written in full? */
bool author_list_has_word(const struct tms_author_list *list, struct tms_str form);

#endif
