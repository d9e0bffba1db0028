/*
 * Persons' feeds: from definitions to records of the registry, and from a record to what is served
 * when its token is asked for.
 */
#ifndef TAMIS_SERVICE_PERSON_FEEDS_H
#define TAMIS_SERVICE_PERSON_FEEDS_H

#include "service/feeds.h"

/** The feed of a token in one form, or NULL. Borrowed until the next call. */
struct tms_served *tms_feeds_find(
	struct tms_feeds *feeds, struct tms_str token, enum tms_form form);

/**
 * A person's feed is so from now on: added, or put in the place of the one with its key. One whose
 * rule cannot be read stands still: it is kept, and has no entries that are newer.
 * key       "user/name", of the definition
 * revision  of it in the store, 0: not there yet
 * TMS_OK, TMS_ENOMEM, TMS_ELIMIT; on failure the old one stays.
 */
TMS_MUST_CHECK enum tms_status person_feeds_define(struct tms_feeds *feeds, struct tms_str key,
	const struct tms_definition *definition, int64_t revision, uint32_t *number);
/** One of several feeds that are so from now on. */
struct defined_feed {
	struct tms_str key;
	struct tms_definition definition; /* sealed on the way */
	int64_t revision;
	enum tms_status status; /* set: as person_feeds_define returns it */
	uint32_t number;        /* set where that is TMS_OK */
};
#define DEFINED_FEEDS_MAX 16
/** Each, in this order, as one by one but sooner. count: at most DEFINED_FEEDS_MAX. */
void person_feeds_define_all(struct tms_feeds *feeds, struct defined_feed *list, size_t count);
/** It is gone, and its address unknown. A number that is free is fine. */
void person_feeds_undefine(struct tms_feeds *feeds, uint32_t number);
/** What is known of it, whole, with sources and the rule as text; false when there is none of that
 * number. Borrowed until the registry changes; the sources are in the arena, see arena->status. */
bool person_feeds_definition(const struct tms_feeds *feeds, uint32_t number,
	struct tms_arena *arena, struct registered_feed *out);

#endif
