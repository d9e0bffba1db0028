/* What a threshold does: how many items of a view a topic finds, and the titles next to it. */
#ifndef TAMIS_PREVIEW_H
#define TAMIS_PREVIEW_H

#include <tamis/query.h>
#include <tamis/view.h>

/** Titles on each side of the threshold. */
#define TMS_PREVIEW_TITLES 5

struct tms_preview_title {
	const struct tms_view_item *item; /* the view's */
	uint32_t score;
};

/** Of one topic of a query. Scores are parts of TMS_TOPIC_ONE. */
struct tms_preview {
	struct tms_query_topic topic;
	size_t items;                 /* that the view has */
	size_t loose, normal, strict; /* how many of them have these thresholds */
	size_t hits;                  /* how many have the one that was asked for */
	/** The nearest first. Below: those with a score at all. */
	struct tms_preview_title above[TMS_PREVIEW_TITLES];
	struct tms_preview_title below[TMS_PREVIEW_TITLES];
	size_t above_count, below_count;
};

/**
 * Topic i of a query over the items of a view; false behind the last.
 * TMS_OK sets *out (and *found); TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status tms_preview_make(const struct tms_query *query, size_t i,
	const struct tms_view *view, bool *found, struct tms_preview *out);
/** Lines for a person: the counts, the titles from the highest score down, a line at the threshold.
 * Failure stays in buf->status. */
void tms_preview_print(const struct tms_preview *preview, struct tms_buf *buf);

#endif
