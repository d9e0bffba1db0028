/*
 * Reconciling what the store remembers of feeds with what the configuration says, and following what
 * others change. The configuration decides what its feeds show; the store decides their addresses.
 * What is new is written, what is gone is dated, what was renamed keeps the address of its first
 * name. Feeds made through an API are the store's alone.
 *
 * The store is listed once, at the start. From then on the log of its changes is followed, row by
 * row; all is listed again only when that has a hole, or after a conflict. A reload reconciles without
 * asking the store. Everything goes in slices between other events: no slice touches more than a
 * few hundred records or writes more than a few dozen.
 */
#ifndef TAMIS_SERVICE_RECONCILE_H
#define TAMIS_SERVICE_RECONCILE_H

#include <tamis/arena.h>
#include <tamis/time.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event;
struct tms_service;
struct tms_store_change;

enum reconcile_phase {
	RECONCILE_RESTING,
	RECONCILE_LISTING,    /* all definitions of the store */
	RECONCILE_FOLLOWING,  /* what changed in it */
	RECONCILE_SWEEPING,   /* what the listing did not have is gone */
	RECONCILE_CONFIGURED, /* each feed of the configuration */
	RECONCILE_DATING,     /* each record that the configuration does not name any more */
};

struct reconciler {
	struct event *step;
	enum reconcile_phase phase;
	bool must_list;      /* once this is done */
	bool must_reconcile; /* the same, without listing */
	bool is_lost; /* the store has lost what it had: what it lacks is written, not removed */
	bool is_mended; /* with is_lost: its revisions go on, and what it has of an earlier one is old */
	bool has_failed;  /* something could not be taken over or written: list again */
	bool was_empty;   /* before this listing */
	int64_t revision; /* of the store, that the registry is at; -1: to be listed */
	uint32_t at;      /* where a slice goes on: number of a record */
	size_t user, feed;
	size_t compared;                  /* rules of feeds with those before them, in this phase */
	struct tms_writing *writing;      /* changes that are not sent yet */
	struct tms_writing *sent;         /* those under way */
	unsigned patience, patience_next; /* looks at the store to let pass before all is listed */
	tms_time now;
	struct reconcile_rows *waiting; /* rows of a listing, see reconcile_row.c; NULL: none */
	struct tms_arena rows_arena;    /* theirs */
	uint64_t listings, followings, rows; /* counted */
	/* feeds of the store whose addresses were made under another key: theirs are unknown here */
	size_t of_other_key;
	bool is_other_key_told;
};

/** TMS_OK, TMS_ENOMEM. */
enum tms_status reconciler_init(struct tms_service *service);
void reconciler_fini(struct tms_service *service);
/** Read all definitions, then reconcile. While something is under way: after that. */
void reconciler_list(struct tms_service *service);
/** Another configuration: reconcile with it. */
void reconciler_configure(struct tms_service *service);
/** The store is at this revision: read what changed, if anything has. */
void reconciler_follow(struct tms_service *service, int64_t revision);
/** What was written did not arrive: all is listed again, as patience allows. */
void reconciler_note_failure(struct tms_service *service);
/** The store is another one, or empty: all that is known here is written again. is_mended: it is the same
 * with less, so what is known here of a later revision is newer. */
void reconciler_restore(struct tms_service *service, bool is_mended);

/* reconcile_row.c, for reconcile.c: */

struct tms_store_row;

/** A definition as the store has it: taken over with those behind it, at once when they are many. */
void reconcile_row(struct tms_service *service, const struct tms_store_row *row);
/** Take over those that wait. */
void reconcile_rows_end(struct tms_service *service);

/* reconcile_feed.c, for reconcile.c: */

struct tms_conf_user;
struct tms_conf_feed;

/** A feed of the configuration: what it shows is taken over, and written when it is new. */
void reconcile_feed(struct tms_service *service, const struct tms_conf_user *user,
	const struct tms_conf_feed *feed);
/** A record that the configuration does not name any more is dated. True when it cost more than a
 * look. */
bool reconcile_date(struct tms_service *service, uint32_t number);
/** A record that the listing did not have goes, or is written again. True when it cost more than a
 * look. */
bool reconcile_sweep(struct tms_service *service, uint32_t number);

#endif
