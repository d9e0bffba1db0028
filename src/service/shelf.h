/*
 * A shelf: a materialised, shared search. For each set of sources that some feed asks for there is
 * one view of their windows, kept up to date item by item (incremental view maintenance), and one
 * index over it, with the rules of all the feeds that share it.
 *
 * This is one of them; which there are is service/shelves.h.
 */
#ifndef TAMIS_SERVICE_SHELF_H
#define TAMIS_SERVICE_SHELF_H

#include <tamis/index.h>

#include "service/rendition.h"
#include "service/shelf_ask.h"
#include "service/shelf_lru.h"
#include "service/shelf_queue.h"
#include "service/source.h"
#include "service/source_set.h"

/** What becomes of a wait. */
enum tms_shelf_word {
	TMS_SHELF_FILLED,
	TMS_SHELF_TOO_LARGE, /* the set alone takes more than limits.sets_bytes */
	TMS_SHELF_NO_ROOM,   /* others that are being filled take what there is */
	TMS_SHELF_OVER,      /* the service ends: nothing is to be done but to free the context */
};
/** Told once, from the loop. */
typedef void (*tms_shelf_fn)(void *context, enum tms_shelf_word word);
/** Does anybody wait still? When not, `done` frees the context: it is told TMS_SHELF_OVER. */
typedef bool (*tms_shelf_wanted_fn)(void *context);

struct tms_shelf_wait {
	tms_shelf_wanted_fn is_wanted;
	tms_shelf_fn done;
	void *context;
	struct tms_shelf_wait *next;
};

struct tms_shelf {
	struct source_set *set; /* of its sources; one of the set's users */
	struct tms_view *view;
	struct tms_index *index;     /* of the view's items, and of the feeds' rules */
	struct tms_source **sources; /* owned array */
	struct tms_window **windows; /* owned array */
	size_t count;
	size_t users;                     /* feeds over these sources */
	size_t pins;                      /* of these: persons' feeds; 0: it may be evicted */
	struct shelf_lru_link lru;        /* while it may be */
	struct shelf_queue_link queued;   /* while it has something to do */
	bool is_left;                     /* nobody waits any more for its first publication */
	uint64_t version;                 /* counts publications */
	bool is_behind;                   /* a window has changed */
	bool has_news;                    /* … of its own, or an item has */
	bool is_filled;                   /* has published once */
	bool saves;                       /* what was published is to be stored */
	struct tms_rendition *renditions; /* all that live, newest first */
	/** From here on they are not told yet of the last publication. */
	struct tms_rendition *to_mark;
	/** From here on they may be told that they still hold. */
	struct tms_rendition *to_confirm;
	struct shelf_ask ask;
	struct tms_fragments *fragments;  /* of the newest rendition; NULL: none was made */
	struct tms_view_item **unwritten; /* whose entries are to be written; one reference each */
	size_t unwritten_count, unwritten_capacity;
	size_t merged_count;             /* items that several of its windows list */
	unsigned styles;                 /* bits: how its entries were asked for, tms_shelf_style */
	struct tms_shelf_wait *waits;    /* for the first publication */
	struct tms_shelf *next, *before; /* of all shelves */
};

/** The bit of a form and of what entries lead to. */
static inline unsigned tms_shelf_style(enum tms_form form, enum tms_feed_link link)
{
	return 1u << ((unsigned)link * TMS_FORMS + (unsigned)form);
}

/** A shelf of that many sources, which are still to be set. Given; NULL when memory is out. */
struct tms_shelf *shelf_new(size_t count);
/** Who waits is told TMS_SHELF_OVER. NULL is accepted. */
void shelf_free(struct tms_shelf *shelf);
/** The names of its sources in byte order, joined by commas; in the arena, see arena->status. */
struct tms_str shelf_names(struct tms_arena *arena, const struct tms_shelf *shelf);
/** Memory of its view and its index, and of itself. */
size_t shelf_bytes(const struct tms_shelf *shelf);
/** It has to catch up, once shelves_wake was called. has_news: though its windows may not say so. */
void shelf_fall_behind(struct tms_shelf *shelf, bool has_news);
/** Tell all who wait, and forget them. */
void shelf_end_waits(struct tms_shelf *shelf, enum tms_shelf_word word);
/** Who has left is not waited for; when all have, the shelf is not filled for nobody. */
void shelf_drop_left(struct tms_shelf *shelf);

/* Entries of its items that readers of these feeds will ask for, written before. One that cannot be
 * written is tried again when a reader asks, and said then. */

/** Later, between other events; taken from the end. Without memory a reader's request writes it. */
void shelf_write_later(struct tms_shelf *shelf, struct tms_view_item *item);
/** Feeds show the newest first, whatever order they were listed in. */
void shelf_order_unwritten(struct tms_shelf *shelf);
/** So many of them now. */
void shelf_write_some(struct tms_shelf *shelf, size_t count);

#endif
