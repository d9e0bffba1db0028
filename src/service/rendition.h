/*
 * The bytes of a feed as they stand at one moment, with their validators and the heads of the
 * answers that send them: made once, sent by reference, shared by all readers.
 *
 * Made, referenced and freed by the main thread alone. What it holds is never changed once it is
 * made, so any thread may read it while the main thread keeps a reference for it; only is_stale
 * and is_used move.
 *
 * Who decides that it is stale: when a source publishes, the renditions of all sets that take it are
 * marked, some thousand a slice (is_stale: any thread sees the flag, and then leaves the answer to
 * the main thread). The main thread asks the rule of a marked one before it is served next: when it
 * still chooses the same versions of the same items, the flag is taken back; else the feed is
 * written anew. The clock makes one stale as well (expires), and it is stale for good when the feed,
 * its rule or its shelf goes.
 */
#ifndef TAMIS_SERVICE_RENDITION_H
#define TAMIS_SERVICE_RENDITION_H

#include <stdatomic.h>

#include <tamis/result.h>

struct tms_shelf;
struct tms_view_item;

/** One coding of it. */
struct tms_rendition_form {
	/** Ready heads of 200 and of 304: all but Date, Connection and the empty line. */
	struct tms_str head, head_unchanged;
	struct tms_str etag;
	const struct tms_str *pieces;
	size_t pieces_count;
	size_t bytes; /* of all pieces */
};

struct tms_rendition {
	/** Set when the feed may have changed; then the main thread looks before it is served again,
	 * and takes the flag back when nothing has. */
	atomic_bool is_stale;
	/** A serving thread has answered from it alone, which the order of last use does not show. */
	atomic_bool is_used;
	/** From here on the clock alone may have changed the feed. */
	tms_time expires;
	tms_time modified; /* Last-Modified */
	struct tms_rendition_form plain, gzip;

	/* The main thread's: */
	uint32_t refs;
	struct tms_arena arena;   /* pieces, validators, heads */
	struct tms_result result; /* its entries only until rendition_drop_items */
	/** That the pieces are of; one reference each from then on. */
	struct tms_fragment **fragments;
	size_t fragments_count;
	/** What was chosen, before the cut by bytes; see rendition_chosen. */
	uint64_t *chosen;
	size_t chosen_count, entries_max;

	struct tms_shelf *shelf; /* that it was made from; NULL: never current again */
	uint32_t rule;
	bool is_still;                       /* not chosen by the rule */
	struct tms_rendition *newer, *older; /* of that shelf */
};

/** What a rendition is made of; borrowed for the call. */
struct rendition_order {
	const struct tms_feed_definition *feed;
	struct tms_shelf *shelf;
	uint32_t rule; /* of the index, or TMS_INDEX_NONE */
	/** Not NULL: what it shows, whatever the rule says; the feed stands still. */
	const struct tms_result *shown;
	struct tms_fragments *fragments;
	tms_time now;
	int64_t max_age_s; /* for Cache-Control */
	bool is_public;
	/** NULL: all is done in this call. Else it may wait while its entries are written, some with
	 * each call; *unwritten is how many there were to write at the last one, SIZE_MAX before
	 * the first. When that does not become less, it waits no longer. */
	size_t *unwritten;
};

/**
 * Evaluate and write. *out is given with one reference. TMS_OK, TMS_ENOMEM, TMS_ELIMIT;
 * TMS_EUNAVAIL: it may wait, and many of its entries are still to be written, which takes some
 * milliseconds; some were written now, so that it is soon there for who asks again.
 */
TMS_MUST_CHECK enum tms_status rendition_new(
	const struct rendition_order *order, struct tms_rendition **out);
/** One more reference. */
struct tms_rendition *rendition_ref(struct tms_rendition *rendition);
/** NULL is accepted. */
void tms_rendition_unref(struct tms_rendition *rendition);
/** Drop what only its result is kept for: the items, which other versions of them have replaced
 * or will. */
void rendition_drop_items(struct tms_rendition *rendition);
/** Note that it was answered from; from any thread. */
void tms_rendition_use(struct tms_rendition *rendition);
/** Was it, since this was asked last? */
bool rendition_was_used(struct tms_rendition *rendition);
/** Memory that it holds itself, shared fragments apart. */
size_t rendition_footprint(const struct tms_rendition *rendition);

/* Is it stale? */

/** It was made from that shelf, and is told of what is published there. */
void rendition_shelve(struct tms_rendition *rendition, struct tms_shelf *shelf);
/** The feed, its rule or its shelf goes, or it is made anew: stale for good, for those who still
 * hold it. */
void rendition_retire(struct tms_rendition *rendition);
/** One of its sources has published: all that it has now are to be marked, and may be confirmed
 * then. */
void rendition_mark_from(struct tms_shelf *shelf);
/** Mark so many of them; returns how many may still be marked in the same slice. */
size_t rendition_mark_some(struct tms_shelf *shelf, size_t count);
/** Is it unmarked, and not expired at `now`? Then it may be served, and nobody is asked. */
bool rendition_holds(const struct tms_rendition *rendition, tms_time now);
/** May it be served at `now`? Asks its rule when it is marked, and takes the flag back when nothing
 * has changed. */
bool rendition_is_current(struct tms_rendition *rendition, tms_time now);
/** What is remembered of a chosen item: its version (a hash) and when it entered, in one number. */
uint64_t rendition_chosen(const struct tms_view_item *item, tms_time entered);

#endif
