/*
 * Categories joined: what arXiv says of a paper's categories, brought to items of sources that do
 * not say it (Hugging Face), by the paper's id. Categories are facts that arXiv gives a paper and
 * nobody's opinion, so this crosses from one source of the configuration to another where nothing
 * else does.
 *
 * What is known is kept in one window of its own: a record holds the paper's id and its categories
 * and nothing else; a record without categories says that arXiv was asked and did not know the
 * paper. Views join it (tms_view_join). What comes when, and in which order, changes nothing: a
 * record is a function of what was said, and the window is stored like any other.
 */
#ifndef TAMIS_JOIN_H
#define TAMIS_JOIN_H

#include <tamis/window.h>

/** A paper that arXiv did not know is asked for again after so long. */
#define TMS_JOIN_RETRY_S (7 * TMS_DAY_S)

/** An item of nothing but id, origin and categories, as the window of what is known takes them;
 * borrowed. */
void tms_join_item(struct tms_str id, enum tms_origin origin, struct tms_category *categories,
	size_t count, struct tms_item *out);

enum tms_join_need {
	TMS_JOIN_NOTHING, /* it says the categories itself, they are known, or it is no paper */
	TMS_JOIN_COPY, /* a source of these has them: apply *out to the window of what is known */
	TMS_JOIN_ASK,  /* nobody here knows */
};

/**
 * What is to be done so that a record's categories are known.
 * sources  the windows that may say so; their order changes nothing
 * known    the window of what is known
 * *out     set on TMS_JOIN_COPY; borrowed from a window until it changes
 */
enum tms_join_need tms_join_need(const struct tms_record *record, struct tms_window *const *sources,
	size_t count, const struct tms_window *known, tms_time now, struct tms_item *out);

#endif
