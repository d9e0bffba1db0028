/*
 * Records: what a window keeps of one item. A record holds one sighting per origin; a sighting is
 * what one origin said of the item through one source, with the times and number histories that
 * Tamis itself has kept.
 *
 * Stored form: one JSON object per record,
 * {"v":1,"id":…,"first_seen":…,"last_listed":…,"lists":[KEY…],"sightings":[…]}, or
 * {"v":1,"id":…,"retired":TIME} for an item that has left, with its "record" when it may come back
 * as it was. Times are seconds since 1970. What is empty is not written; unknown keys are ignored
 * when read.
 */
#ifndef TAMIS_RECORD_H
#define TAMIS_RECORD_H

#include <tamis/merged.h>

/** Steps kept of one number. Steps that set a new highest value do not count against it … */
#define TMS_STEPS_MAX 256
/** … up to here; beyond, the ones nearest in time are thinned, never the first nor the highest. */
#define TMS_PEAKS_MAX 4096

/**
 * The history of one number as it grows: a time series of its steps, on the heap. {0} is empty.
 * Times never fall.
 */
struct tms_track {
	struct tms_step *steps;
	size_t count;
	size_t capacity;
};

/** Frees the steps; it is {0} again. */
void tms_track_free(struct tms_track *track);
/**
 * The number was `value` at `at`. *moved says whether that is a new step: an equal value is none,
 * nor is an `at` before the last step. TMS_OK, TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status tms_track_add(
	struct tms_track *track, tms_time at, int64_t value, bool *moved);

/** An item in one block of memory, never changed once made, shared by the record and by every view
 * that shows it. */
struct tms_packed_item {
	struct tms_item item; /* runs and arrays lie behind it in the same block */
	uint64_t hash;        /* of all text, dates and flags; not of the numbers */
	uint32_t refs;        /* one thread only */
	uint32_t bytes;       /* size of the block */
};

/** A deep copy with one reference, given; numbers and upstream_updated, which move at every poll,
 * are left out. TMS_OK, TMS_ENOMEM, TMS_ELIMIT (an item of 16 MiB or more). */
TMS_MUST_CHECK enum tms_status tms_packed_item_new(
	const struct tms_item *item, struct tms_packed_item **out);
/** One reference more: the same, for whoever takes it. */
struct tms_packed_item *tms_packed_item_ref(struct tms_packed_item *packed);
/** One reference less; the last one frees it. NULL is accepted. */
void tms_packed_item_unref(struct tms_packed_item *packed);

/** What one origin said through one source. */
struct tms_sighting {
	/* One reference; its `published` is what the listing said, unjudged. */
	struct tms_packed_item *packed;
	tms_time first_seen; /* when it was first listed so */
	tms_time last_seen;
	/* Settled at first sight and never moved; never TMS_TIME_NONE, never after first_seen. */
	tms_time published;
	/* Title, summary, authors or links last really changed; TMS_TIME_NONE: never. */
	tms_time changed_at;
	struct tms_track tracks[TMS_NUMBERS];
	struct tms_str source; /* name of the source; borrowed from the window */
};

/** Frees what the sighting holds; it is {0} again. */
void tms_sighting_fini(struct tms_sighting *sighting);

/** What `published` is settled to at first sight (the listing's date; when that is missing, in
 * the future, or the same day without a time: first_seen). */
tms_time tms_sighting_published(const struct tms_item *item, tms_time first_seen);

/** What tms_sighting_fold found: bits. */
#define TMS_CHANGED_TEXT 1u    /* title, summary, authors or links: `updated` moves */
#define TMS_CHANGED_OTHER 2u   /* any other field */
#define TMS_CHANGED_NUMBERS 4u /* a number has a new step */

/**
 * A later listing of the same source and origin says `item`: its non-empty fields win, absence
 * erases nothing, text that differs in white space only, or is the known summary cut short, is not
 * taken. *changed gets TMS_CHANGED_ bits. TMS_OK, TMS_ENOMEM, TMS_ELIMIT; on failure the sighting
 * is as it was (numbers may have got their step).
 */
TMS_MUST_CHECK enum tms_status tms_sighting_fold(struct tms_sighting *sighting,
	const struct tms_item *item, tms_time now, unsigned *changed);

/**
 * Merge the sightings of one item. Depends on the set of them (with their times), not on their
 * order.
 * - id, upstream id, title, link and published: from the sighting first seen earliest that has it
 *   (then the better origin, then the smaller source name), so that no later sighting moves them;
 * - all else from the best origin that has it (then first seen, then source name);
 * - updated: the latest of published and every changed_at;
 * - numbers: from its first step on the best origin's value counts, before that the next one's; a
 *   value of another origin that is higher than all before it stays as a step of its own (two steps
 *   may share a time; the later counts).
 * arena      owns *out's new arrays; all text is borrowed from the sightings' packed items
 * sightings  at least one
 * TMS_OK, TMS_ENOMEM, TMS_ELIMIT.
 */
TMS_MUST_CHECK enum tms_status tms_merge_sightings(struct tms_arena *arena,
	const struct tms_sighting *const *sightings, size_t count, struct tms_merged *out);

/** One item of a window. */
struct tms_record {
	struct tms_str id; /* lives as long as the record */
	tms_time first_seen;
	tms_time last_listed; /* retention counts from here; never before a listing that named it */
	uint64_t lists; /* that ever named it, of those that the window knows: a bit for each */
	struct tms_sighting *sightings; /* one per origin, best origin first */
	size_t sightings_count;
	/* Of all that a feed can show; the same data gives the same version, in any process. */
	uint64_t version;
};

/** arXiv's own word for the categories in this record: the best sighting that has it, or NULL. */
const struct tms_sighting *tms_record_categories(const struct tms_record *record);
/** True when Hugging Face lists it. */
bool tms_record_is_hf(const struct tms_record *record);

#endif
