/*
 * A source at work: its window, what is remembered of each of its lists, and the round of asking
 * that runs now.
 *
 * A round asks one list, page by page, applies what came as one listing, and hands what changed to
 * the store. One round runs at a time; what is due next is always computed from the plan and the
 * states, so nothing is kept that a restart could lose.
 */
#ifndef TAMIS_SERVICE_SOURCE_H
#define TAMIS_SERVICE_SOURCE_H

#include <tamis/conf.h>
#include <tamis/poll.h>
#include <tamis/window.h>

#include "service/feed_choice.h"
#include "service/saver.h"
#include "service/world.h"

/** One list of the source. */
struct source_poll {
	char key[48];
	struct tms_poll_state state;
	/* While a page is read: what is stored instead, so that an attempt that ends the process
	 * has been counted. Of the round; else NULL */
	const struct tms_poll_state *attempt;
	bool was_cut_off; /* the last process ended over it: a start is no reason to ask at once */
	tms_time last_whole; /* a whole answer was applied; 0: never. A day later the list is asked
				unconditionally */
};

struct round;

struct tms_source {
	const struct service_world *world;
	/** NULL: gone from the configuration; kept for feeds in their grace. */
	const struct tms_conf_source *conf;
	struct tms_str name; /* owned */
	/** Among all sources (service/sources.h), for as long as they are. */
	uint32_t number;
	struct tms_window *window;
	struct source_poll *polls; /* owned, of the plan and of lists that have left it */
	size_t polls_count, polls_capacity;
	tms_time first_start;   /* 0: not started yet */
	tms_time last_retired;  /* when old items were last looked for … */
	bool is_heard;          /* … and a list was heard since */
	uint64_t upstream_hash; /* of the configuration that the states belong to */
	/** When its address is a page: the feed that is read instead. */
	struct tms_feed_choice choice;
	struct round *round; /* NULL: resting */
	struct saver saver;
	bool is_loaded; /* what the store has was read; nothing is asked before */
	bool is_loading;
	bool has_lost;   /* a stored item could not be read */
	bool has_answer; /* some round has ended since the start, or the store had a state */
	uint64_t rounds, rounds_failed;
	/** Hashes of what the log said last (service/source_log.h); 0: all is well. */
	uint64_t told, told_fallback;
	int64_t keeps_s, keeps_items; /* 0: as the configuration says */
	struct {
		bool says;       /* some record has arXiv's word for the categories of a paper */
		bool is_due;     /* its records are to be gone through … */
		bool was_loaded; /* … as the source was when that was said last */
		uint64_t generation;
	} join; /* service/categories.c */
};

/** Given; NULL when memory is out. */
struct tms_source *source_new(const struct service_world *world, struct tms_str name);
/** Stops the round; what was not stored is lost unless saved before (saver_flush). NULL is
 * accepted. */
void source_free(struct tms_source *source);

/** The configuration says so now; NULL: nothing any more. */
void source_configure(struct tms_source *source, const struct tms_conf_source *conf);
/** Start a round if one is due. */
void source_tick(struct tms_source *source, tms_time now);
/**
 * A person wants it asked again: every list is due as soon as politeness allows (tms_poll_refresh).
 * Returns when the first of them is asked: not after now, unless it has to wait;
 * tms_source_next_words says why. TMS_TIME_MAX: never; the configuration does not name it, or it
 * has not been read from the store yet.
 */
tms_time tms_source_refresh(struct tms_source *source, tms_time now);
/**
 * The owner says that the held items are real: they enter now, are stored, and readers see them.
 * TMS_OK sets *released to how many have entered, 0 when none was held. TMS_EUNAVAIL: what the
 * store has was not read yet, so what is held is not known; TMS_ENOMEM, TMS_ELIMIT: those that had
 * not entered are still held.
 */
TMS_MUST_CHECK enum tms_status tms_source_release_held(struct tms_source *source, size_t *released);

#endif
