/*
 * The subjects that leaves ask for, each once whatever the thresholds, as one set of topics; and of
 * each item the words that topics look at, made when a topic first looks.
 */
#ifndef TAMIS_INDEX_SUBJECT_H
#define TAMIS_INDEX_SUBJECT_H

#include <tamis/hash.h>
#include <tamis/topic_set.h>

#include "query/checked_query.h"

struct index_items;
struct index_postings;

/** Compiled ones at hand: rows are asked one behind the other. */
#define INDEX_SUBJECTS_COMPILED 4

struct index_subject {
	struct tms_str text; /* what it is about: lines, behind this record */
	uint32_t refs;
	uint32_t place;  /* in the list */
	uint32_t number; /* in the set, once it is there */
	bool is_in_set;
	uint32_t threshold; /* the lowest that was asked for */
	uint64_t entered;   /* the how many-th that went into the set */
};

/** {0} is without subjects. */
struct index_subjects {
	struct tms_topic_model *model; /* of the first query with a topic; borrowed */
	const struct tms_topic_scorer *scorer;
	struct tms_topic_set *set;
	struct tms_map by_text;
	struct index_subject **list; /* by number; NULL: free */
	uint32_t count, capacity, first_free;
	uint32_t *of_number, numbers;  /* of the set → subjects */
	struct tms_topic_text **texts; /* by slot; NULL: not made yet */
	size_t texts_room, texts_bytes;
	struct {
		uint32_t subject;
		struct tms_topic *topic;
	} compiled[INDEX_SUBJECTS_COMPILED];
	struct tms_arena scratch;
	size_t text_bytes;
	uint64_t entries;                /* into the set */
	uint32_t outside, first_outside; /* not in the set yet; none stands before the first */
	uint64_t compilations;
};

/** All leaves must be free before. */
void index_subjects_fini(struct index_subjects *subjects);
size_t index_subjects_rule_bytes(const struct index_subjects *subjects);

/** What compiling a subject takes of work, in microseconds. */
#define INDEX_SUBJECT_WORK 1000

/** The subject with one more reference. It is compiled when somebody looks. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status index_subject_ref(
	struct index_items *items, const struct query_topic *topic, uint32_t *subject);
/** The last reference takes the subject out of the set. */
void index_subject_unref(struct index_items *items, uint32_t subject);

/** How much the item in the slot is about it. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status index_subject_score(
	struct index_items *items, uint32_t subject, uint32_t slot, uint32_t *score);
/** The slot's words are others now, or it has no item. */
void index_subjects_forget(struct index_items *items, uint32_t slot);
/** One subject that the set does not have yet goes in; *work is in sixteenths of a microsecond.
 * True: there was one, or memory is out. */
bool index_subjects_enter_one(struct index_items *items, size_t *work, enum tms_status *st);
/** This one goes in, if it is not there: cheap when it was scored just now. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status index_subject_enter(struct index_items *items, uint32_t subject);
/** Tell of every subject of the set that has its lowest threshold for the item in the slot.
 * TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status index_subjects_of(struct index_items *items, uint32_t slot,
	size_t *work, tms_topic_hit_fn tell, void *context);

#endif
