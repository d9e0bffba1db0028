/*
 * A follower: keeps the catalogue up with one source. It takes over what the source's window has,
 * publishes it, and does what comes behind: entries of what is new, what has to be stored, rules
 * asked of new items. Nothing of this is done once a set: however many sets take a source, it is
 * followed once.
 *
 * This is one of them; the driver of all is service/shelf_follow.c.
 */
#ifndef TAMIS_SERVICE_FOLLOWER_H
#define TAMIS_SERVICE_FOLLOWER_H

#include <tamis/catalog.h>
#include <tamis/feed.h>

#include "service/follower_ask.h"
#include "service/source.h"
#include "service/work.h"

struct tms_fragments;

struct follower {
	struct tms_source *source;
	uint32_t number; /* of the source in the catalogue; TMS_CATALOG_NONE: it is not there */
	uint32_t taken, pinned, waited; /* sets that take it; those of persons; those waited for */
	bool is_known;                  /* it follows what is known of categories */
	uint64_t generation;            /* of the window, when it was seen to change last */
	bool is_behind;                 /* it is to be looked at */
	bool has_news;                  /* the window has changed, or an item has */
	bool is_in;                     /* all that the window had was taken over once … */
	bool is_empty;                  /* … and that was nothing */
	bool is_telling;                /* not all sets know yet that it has published */
	bool saves;                     /* what was published is to be stored */
	bool is_leaving;                /* no set takes it: it is taken out of the catalogue */
	struct tms_run_link queued;     /* while it has something to do */
	struct follower_ask ask;
	unsigned styles;                  /* bits: how its entries were asked for, follower_style */
	struct tms_view_item **unwritten; /* whose entries are to be written; one reference each */
	size_t unwritten_count, unwritten_capacity;
};

/** The bit of a form and of what entries lead to. */
static inline unsigned follower_style(enum tms_form form, enum tms_feed_link link)
{
	return 1u << ((unsigned)link * TMS_FORMS + (unsigned)form);
}

/** Of a source that is not in the catalogue yet. Given; NULL when memory is out. */
struct follower *follower_new(struct tms_source *source);
/** NULL is accepted. */
void follower_free(struct follower *follower);
/** What it has to do next. */
enum work_task follower_task(const struct follower *follower);
/** To be called when what it has to do, or who takes it, may have changed: it has its place in the
 * queue then. */
void follower_update(struct follower *follower, struct tms_run_queue *queue);

/** Go on with taking it out of the catalogue, for so much work. False: it has gone. */
bool follower_leave(struct tms_shelves *shelves, struct follower *follower, size_t work);
/** Its window has changed: it has to catch up. */
void follower_fall_behind(struct tms_shelves *shelves, struct follower *follower);

/* Entries of its items that readers will ask for, written before. One that cannot be written is
 * tried again when a reader asks, and said then. */

/** Later, between other events; taken from the end. Without memory a reader's request writes it. */
void follower_write_later(struct follower *follower, struct tms_view_item *item);
/** Feeds show the newest first, whatever order they were listed in. */
void follower_order_unwritten(struct follower *follower);
/** So many of them now. */
void follower_write_some(struct follower *follower, struct tms_fragments *fragments, size_t count);

#endif
