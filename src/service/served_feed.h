/*
 * A feed that is served: at one address, in one form. A person's is opened when its token is asked
 * for, and goes with its rendition; one straight from an address stays until others need its room.
 * Their renditions are kept within limits.cache_bytes, least recently used first out, with a second
 * chance for those that serving threads have answered from.
 *
 * Whether what it shows is stale: service/rendition.h.
 */
#ifndef TAMIS_SERVICE_SERVED_FEED_H
#define TAMIS_SERVICE_SERVED_FEED_H

#include "service/rendition.h"
#include "service/shelf.h"

struct tms_feeds;

/** One feed at an address, in one form. */
struct tms_served {
	/** Runs live in `arena`, which fits them; sources of a person's are in its source set. */
	struct tms_feed_definition feed;
	struct tms_shelf *shelf;  /* of its sources; NULL when is_over */
	uint32_t place;           /* of its rule there, see service/shelf_rules.h */
	uint32_t rule;            /* of the index; TMS_INDEX_NONE keeps everything */
	int64_t max_age_s;        /* rhythm of its sources, 900 to 3,600 s */
	bool is_over;             /* 410 */
	bool stands_still;        /* its rule cannot be read: it shows what it showed last */
	struct tms_result *shown; /* that, once the store has said it; see served_feed_show */
	struct tms_rendition *rendition;  /* newest, or NULL */
	struct tms_served *newer, *older; /* by last use, those with a rendition */
	struct tms_arena arena;
	struct tms_str key;             /* of a feed straight from an address; else empty */
	uint32_t number;                /* of a person's: its record */
	struct tms_served *next_opened; /* of a person's: in its bucket */
	uint64_t requests;
};

#define SERVED_BUCKETS 4096

/** True when a copy may be served: every source has been asked once, or something is there to show.
 */
bool tms_served_is_ready(const struct tms_served *served);
/** Somebody asks for one that is not: its sources are read from the store before others. */
void tms_served_hasten(const struct tms_served *served);
/** Has it bytes that hold now, as far as that is known without asking its rule? */
bool tms_served_holds(const struct tms_feeds *feeds, const struct tms_served *served);
/** Its sources, in the order in which its address names them where it does; see tms_shelf_sources. */
struct tms_source *tms_served_source(
	const struct tms_feeds *feeds, const struct tms_served *served, size_t i);
/**
 * The bytes as of now, made anew when something changed; of a feed whose shelf is filled, or whose
 * bytes hold. *out has
 * one reference for the caller. TMS_OK, TMS_ENOMEM, TMS_ELIMIT; TMS_EUNAVAIL: many of its entries
 * are not written yet, some were now: call again, with the same *unwritten, which is SIZE_MAX
 * before the first call.
 */
TMS_MUST_CHECK enum tms_status tms_served_rendition(struct tms_feeds *feeds,
	struct tms_served *served, size_t *unwritten, struct tms_rendition **out);

/** Work out, a piece at a time, what asking its rule takes; of a feed whose shelf is filled. False:
 * there is more to do. */
bool tms_served_prepare(struct tms_feeds *feeds, const struct tms_served *served);

/* For persons' feeds and those of addresses: */

/** It stands still, and this is what it shows (stored_results_ask_shown). Taken, as long as it is
 * opened; nothing is done when it is known already. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status served_feed_show(
	struct tms_served *served, struct tms_result *shown);
/** Set what follows from its shelf, its self_url and the configuration. */
void served_feed_dress(struct tms_feeds *feeds, struct tms_served *served);
/** An opened feed of a person, by the number of its record; or NULL. */
struct tms_served *served_feed_find_opened(
	struct tms_feeds *feeds, uint32_t number, enum tms_form form);
/** It is found from now on; taken. */
void served_feed_open(struct tms_feeds *feeds, struct tms_served *served);
/** Free an opened feed; all of them. */
void served_feed_close(struct tms_feeds *feeds, struct tms_served *served);
void served_feed_close_all(struct tms_feeds *feeds);
/** Stale for good; whoever sends it still has references of his own. */
void served_feed_drop_rendition(struct tms_feeds *feeds, struct tms_served *served);
/** What serving threads have answered from since it stood last in the order of use goes back to its
 * front: the second chance of the page replacement of that name (CLOCK). */
void served_feed_pass_over_used(struct tms_feeds *feeds);

#endif
