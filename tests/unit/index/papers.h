/* Items as views make them, that change as listings make them change: text, numbers, sources. */
#ifndef TAMIS_TESTS_INDEX_PAPERS_H
#define TAMIS_TESTS_INDEX_PAPERS_H

#include "invent.h"

#include <tamis/record.h>

#define PAPER_RECORDS 2

struct paper {
	char id[64];
	struct tms_sighting sightings[PAPER_RECORDS];
	struct tms_record records[PAPER_RECORDS]; /* of one sighting each */
	size_t records_count;
	struct tms_sighting said; /* what arXiv says elsewhere, in … */
	struct tms_record known;
	bool is_known;
	struct tms_view_item *item;  /* as the records say it now */
	struct tms_view_item *older; /* as they said it once; may be NULL */
	struct subject subject;      /* what the reference looks at: of `item` */
	bool is_in;                  /* the index has `item` */
};

void paper_init(struct paper *paper, struct dice *dice, const struct real_items *real, size_t name,
	tms_time now);
/** Say other text. */
void paper_rewrite(
	struct paper *paper, struct dice *dice, const struct real_items *real, tms_time now);
/** Raise, or lower, some numbers. */
void paper_count(struct paper *paper, struct dice *dice, tms_time now);
/** The older one becomes the one that is looked at, and the other way round. */
void paper_swap(struct paper *paper);
void paper_fini(struct paper *paper);

#endif
