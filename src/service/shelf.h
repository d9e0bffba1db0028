/*
 * Shelves: for each set of sources that some feed asks for, one view of their windows and one index
 * over it, shared by all these feeds.
 *
 * A shelf follows its sources in slices between other events, each below a millisecond; what was
 * made before is served meanwhile. When a shelf has caught up it publishes: all its renditions are
 * told that they may be overtaken, and each is looked at again before it is served next, which
 * costs microseconds. So a change is seen as soon as the items are in, however many rules there
 * are. Behind that, in slices as well, renditions that still hold are told so, and all rules are
 * asked of the new items.
 */
#ifndef TAMIS_SERVICE_SHELF_H
#define TAMIS_SERVICE_SHELF_H

#include <tamis/index.h>

#include "service/rendition.h"
#include "service/shelf_lru.h"
#include "service/shelf_ask.h"
#include "service/source.h"

struct event;
struct tms_service;

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
	struct tms_str key; /* names joined by commas; owned */
	struct tms_view *view;
	struct tms_index *index;     /* of the view's items, and of the feeds' rules */
	struct tms_source **sources; /* owned array */
	struct tms_window **windows; /* owned array */
	size_t count;
	size_t users;                     /* feeds over these sources */
	size_t pins;                      /* of these: places of persons' feeds; 0: it is a set */
	struct shelf_lru_link lru;        /* while it is one */
	bool is_left;                     /* nobody waits any more for its first publication */
	uint64_t version;                 /* counts publications */
	bool is_behind;                   /* a window has changed */
	bool has_news;                    /* … of its own, or an item has */
	bool is_filled;                   /* has published once */
	bool saves;                       /* what was published is to be stored */
	struct tms_rendition *renditions; /* all that live, newest first */
	struct tms_rendition *to_mark;    /* from here on they are not told yet of the last
					     publication */
	struct tms_rendition *to_confirm; /* from here on they may be told that they still hold */
	struct tms_shelf_ask ask;
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

struct tms_shelves {
	struct tms_service *service;
	struct tms_map by_key; /* key → tms_shelf */
	struct tms_shelf *all;
	struct shelf_lru lru;
	size_t unused;      /* shelves without users that are still there */
	struct event *step; /* goes on with what is behind */
	uint64_t slices, published, confirmed;
	struct tms_shelf_counts counts;
};

/** TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status shelves_init(
	struct tms_shelves *shelves, struct tms_service *service);
/** Frees all shelves; nothing uses them any more. */
void shelves_fini(struct tms_shelves *shelves);
/** A source's window has changed: its shelves catch up, and then give to the store what waits for
 * it. False: there is none. */
bool shelves_touch(struct tms_shelves *shelves, const struct tms_source *source);

/** How many do not show yet what their windows hold. */
size_t tms_shelves_behind(const struct tms_shelves *shelves);

/**
 * The shelf of these sources, made when there is none, with one more user: shelf_release.
 * Sources that are not there are left out until it is asked for again. It is a set, of which there
 * are as many as limits.sets_bytes allows, unless a place uses it. NULL when memory is out.
 */
struct tms_shelf *shelf_get(struct tms_shelves *shelves, const struct tms_str *names, size_t count);
/** NULL is accepted. */
void shelf_release(struct tms_shelves *shelves, struct tms_shelf *shelf);
/** The same for a place of persons' feeds: while there is one it stays, however large it is. */
struct tms_shelf *shelf_pin(struct tms_shelves *shelves, const struct tms_str *names, size_t count);
void shelf_unpin(struct tms_shelves *shelves, struct tms_shelf *shelf);
/** Take it away, with what addresses show of it. Who waits is told. */
void shelf_put_out(struct tms_shelves *shelves, struct tms_shelf *shelf, enum tms_shelf_word word);
/** Memory of its view and its index, and of itself. */
size_t shelf_bytes(const struct tms_shelf *shelf);
/** Catch up at once, however long it takes. TMS_OK, TMS_ENOMEM, TMS_ELIMIT. */
TMS_MUST_CHECK enum tms_status shelf_fill(struct tms_shelves *shelves, struct tms_shelf *shelf);
/** Write the entries of an item that readers of these feeds will ask for. One that cannot be written
 * is tried again when a reader does, and said then. */
void shelf_write(struct tms_shelf *shelf, struct tms_view_item *item);
/** Later, between other events; taken from the end. Without memory a reader's request writes it. */
void shelf_write_later(struct tms_shelf *shelf, struct tms_view_item *item);
/** Feeds show the newest first, whatever order they were listed in. */
void shelf_order_unwritten(struct tms_shelf *shelf);
void shelf_write_some(struct tms_shelf *shelf, size_t count);
/** Tell once, from the loop, when the shelf has been filled, or will not be; as `wait` says, which is copied.
 * False: no memory. */
TMS_MUST_CHECK bool tms_shelf_wait(
	struct tms_shelves *shelves, struct tms_shelf *shelf, const struct tms_shelf_wait *wait);

/* Between the files of shelves: */

/** Go on with what is behind, after so long. */
void shelves_wake(struct tms_shelves *shelves, int64_t wait_ms);
/** That of the slices, given (event_free); NULL when memory is out. */
struct event *shelves_timer(struct tms_shelves *shelves);
/** It has to catch up. has_news: though its windows may not say so. */
void shelf_fall_behind(struct tms_shelves *shelves, struct tms_shelf *shelf, bool has_news);
void shelf_end_waits(struct tms_shelf *shelf, enum tms_shelf_word word);
/** Who has left is not waited for; when all have, the shelf is not filled for nobody. */
void shelf_drop_left(struct tms_shelf *shelf);

#endif
