/*
 * Many topics at once: what all of them say of one item costs what their phrases that stand in it
 * cost, not what they are. Scores are those of tms_topic_score, exactly.
 */
#ifndef TAMIS_TOPIC_SET_H
#define TAMIS_TOPIC_SET_H

#include <tamis/topic.h>

struct tms_topic_set;

/** An empty set, given; all topics in it have this scorer, borrowed. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status tms_topic_set_new(
	const struct tms_topic_scorer *scorer, struct tms_topic_set **out);
/** NULL is accepted. */
void tms_topic_set_free(struct tms_topic_set *set);

/**
 * Put a topic in. The set copies what it needs: the topic may be freed.
 * threshold  scores below it are of no interest
 * *number    names it until it is taken out; numbers are used again
 * TMS_OK; TMS_ENOMEM: nothing has changed. Not while an item is being scored.
 */
TMS_MUST_CHECK enum tms_status tms_topic_set_add(struct tms_topic_set *set,
	const struct tms_topic *topic, uint32_t threshold, uint32_t *number);
/** Another threshold of a topic that is in it. */
void tms_topic_set_threshold(struct tms_topic_set *set, uint32_t number, uint32_t threshold);
/** Take it out. topic: what was put in, compiled again if need be. */
void tms_topic_set_remove(
	struct tms_topic_set *set, uint32_t number, const struct tms_topic *topic);
/** Topics that are in it. */
size_t tms_topic_set_count(const struct tms_topic_set *set);
/** Heap that it holds. */
size_t tms_topic_set_bytes(const struct tms_topic_set *set);

/** A topic that has at least its threshold. */
typedef void (*tms_topic_hit_fn)(void *context, uint32_t number, uint32_t score);

/** Begin to score an item; the text is borrowed until all is done. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status tms_topic_set_begin(
	struct tms_topic_set *set, const struct tms_topic_text *text);
/**
 * Go on for *work, counted in sixteenths of a microsecond on a slow machine, and take off what it
 * was. True when all is done: every topic that has its threshold was told of once.
 */
bool tms_topic_set_step(
	struct tms_topic_set *set, size_t *work, tms_topic_hit_fn tell, void *context);

#endif
