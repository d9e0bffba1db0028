/*
 * An item as a feed sees it: the sightings of the feed's own sources merged into one, with the times that Tamis
 * itself has kept. Queries are tested against this, entries are written from it.
 */
#ifndef TAMIS_MERGED_H
#define TAMIS_MERGED_H

#include <tamis/item.h>

/** From `at` on the number had this value, until the next step. */
struct tms_step {
	tms_time at;
	int64_t value;
};

/** The steps of one number, oldest first; bounded, the highest values and their times are never dropped. */
struct tms_history {
	const struct tms_step *steps;
	size_t count;
};

struct tms_merged {
	struct tms_item item; /* `published` is never TMS_TIME_NONE here (first_seen stands in) and never in the future of first_seen's listing */
	tms_time first_seen;  /* first listed by one of these sources */
	tms_time updated;     /* title, summary, authors or links really changed; else = published */
	struct tms_history numbers[TMS_NUMBERS]; /* item.numbers holds the newest value */
	const struct tms_str *sources; /* names of the sources that list it, in byte order */
	size_t sources_count;
};

#endif
