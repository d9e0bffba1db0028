/* What listings of papers do in their own way, whatever format carries them. */
#ifndef TAMIS_LISTING_PAPERS_H
#define TAMIS_LISTING_PAPERS_H

#include "build.h"

/** Set listing->origin when the feed is one of arXiv's; before its entries are read. */
void papers_recognise(struct tms_listing *listing);
/**
 * After an entry is read and before it is ended: arXiv's "arXiv:… Announce Type: …" goes from the
 * abstract, the "Abstract … AI-generated summary …" of Hugging Face scrapers is taken apart,
 * versions leave links.
 */
void papers_polish(struct build *b);
/** arXiv answers errors with a feed of one entry: its message, or empty. */
struct tms_str papers_error(const struct tms_listing *listing);

#endif
