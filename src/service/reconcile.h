/*
 * Reconciling what the store remembers of feeds with what the configuration says, and following
 * what others change. The configuration decides what its feeds show; the store decides their
 * addresses. What is new is written, what is gone is dated, what was renamed keeps the address of
 * its first name. Feeds made through an API are the store's alone.
 *
 * The store is listed once, at the start. From then on the log of its changes is followed, row by
 * row; all is listed again only when that has a hole, or after a conflict. A reload reconciles
 * without asking the store. Everything goes in slices between other events: no slice touches more
 * than a few hundred records or writes more than a few dozen.
 */
#ifndef TAMIS_SERVICE_RECONCILE_H
#define TAMIS_SERVICE_RECONCILE_H

#include "service/definition_writer.h"
#include "service/feeds.h"

struct event;
struct tms_reload;

enum reconcile_phase {
	RECONCILE_RESTING,
	RECONCILE_LISTING,    /* all definitions of the store */
	RECONCILE_FOLLOWING,  /* what changed in it */
	RECONCILE_SWEEPING,   /* what the listing did not have is gone */
	RECONCILE_CONFIGURED, /* each feed of the configuration */
	RECONCILE_DATING,     /* each record that the configuration does not name any more */
};

struct reconciler {
	const struct service_world *world; /* these three borrowed */
	struct tms_feeds *feeds;
	struct tms_reload *reload; /* is told what comes of a configuration */
	struct definition_writer writer;
	struct event *step;
	bool is_registered;  /* the registry is reconciled with the store */
	bool has_instance;   /* feeds.instance is what the store says, or will */
	int64_t followed_ms; /* when the store was last asked for changes and answered; monotonic */
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
	unsigned patience, patience_next; /* looks at the store to let pass before all is listed */
	tms_time now;
	struct reconcile_rows *waiting; /* rows of a listing, see reconcile_row.c; NULL: none */
	struct tms_arena rows_arena;    /* theirs */
	uint64_t listings, followings, rows; /* counted */
	/* feeds of the store whose addresses were made under another key: theirs are unknown
	 * here */
	size_t of_other_key;
	bool is_other_key_told;
};

/** All borrowed. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status reconciler_init(struct reconciler *r,
	const struct service_world *world, struct tms_feeds *feeds, struct tms_reload *reload);
/** The store has been freed. {0} is accepted. */
void reconciler_fini(struct reconciler *r);
/** Read all definitions, then reconcile. While something is under way: after that. */
void reconciler_list(struct reconciler *r);
/** Another configuration: reconcile with it. */
void reconciler_configure(struct reconciler *r);
/** The store is at this revision: read what changed, if anything has. */
void reconciler_follow(struct reconciler *r, int64_t revision);
/** The store is another one, or empty: all that is known here is written again. is_mended: it is the
 * same with less, so what is known here of a later revision is newer. */
void reconciler_restore(struct reconciler *r, bool is_mended);

#endif
