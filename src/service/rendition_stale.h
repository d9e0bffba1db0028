/*
 * Who decides that a feed is stale. A shelf that has published marks all its renditions, some
 * thousand a slice (is_stale: any thread sees the flag, and then leaves the answer to the main
 * thread). The main thread asks the rule of a marked one before it is served next: when it still
 * chooses the same versions of the same items, the flag is taken back; else the feed is written
 * anew. The clock makes one stale as well (expires), and it is stale for good when the feed, its
 * rule or its shelf goes.
 */
#ifndef TAMIS_SERVICE_RENDITION_STALE_H
#define TAMIS_SERVICE_RENDITION_STALE_H

#include "service/rendition.h"

struct tms_view_item;

/** It was made from that shelf, and is told of what is published there. */
void rendition_shelve(struct tms_rendition *rendition, struct tms_shelf *shelf);
/** The feed, its rule or its shelf goes, or it is made anew: stale for good, for those who still
 * hold it. */
void rendition_retire(struct tms_rendition *rendition);
/** The shelf has published: all that it has now are to be marked, and may be confirmed then. */
void rendition_mark_from(struct tms_shelf *shelf);
/** Mark so many of them. */
void rendition_mark_some(struct tms_shelf *shelf, size_t count);
/** May it be served at `now`? Asks its rule when it is marked, and takes the flag back when nothing
 * has changed. */
bool rendition_is_current(struct tms_rendition *rendition, tms_time now);
/** What is remembered of a chosen item: its version (a hash) and when it entered, in one number. */
uint64_t rendition_chosen(const struct tms_view_item *item, tms_time entered);

#endif
