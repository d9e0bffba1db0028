/* Why items are kept or dropped, for a whole view at once. */
#ifndef TAMIS_EXPLAIN_H
#define TAMIS_EXPLAIN_H

#include <tamis/advice.h>
#include <tamis/catalog.h>
#include <tamis/index.h>
#include <tamis/query.h>
#include <tamis/view.h>

/**
 * TSV    keep|drop, id, title, why as a sentence, what is missing, a snippet with **words** marked; Tab
 *        between; Tab, line breaks and \ in a field as \t \n \r \\
 * TERMINAL  the same with the words in bold
 * DETAILS  TSV with every place and share, see tms_query_explanation_print
 * JSONL  {"verdict","id","title","why","details","reasons","nearness","missing","missing_parts",
 *        "snippet"}; a reason is {"part","rule","value","holds","hits","hits_total"}, a hit
 *        {"field","words","start","value"}; the nearness is a number of terms (struct
 *        tms_query_nearness), null where nothing would do; a missing part has "instead" where it
 *        would do in place of the one before it; a snippet is null or {"field","text","start",
 *        "cut_before","cut_behind","marks":[[start,end]]}, offsets are bytes;
 *        before them {"notes"} where the query has some, see tms_explain_notes_write
 */
enum tms_explain_form {
	TMS_EXPLAIN_TSV,
	TMS_EXPLAIN_TERMINAL,
	TMS_EXPLAIN_DETAILS,
	TMS_EXPLAIN_JSONL
};

struct tms_explain_counts {
	size_t kept;
	size_t dropped;
};

/**
 * Append one line per item of the view: what is kept, then what is dropped by its nearness; of
 * equal ones the newest published first, then by id.
 * query   NULL keeps everything
 * counts  may be NULL
 * TMS_OK, TMS_ENOMEM, TMS_ELIMIT (the buffer's).
 */
TMS_MUST_CHECK enum tms_status tms_explain_write(const struct tms_query *query,
	const struct tms_view *view, tms_time now, enum tms_explain_form form, struct tms_buf *out,
	struct tms_explain_counts *counts);

/** Append the line {"notes":[…]}, as tms_advice_write_json has them; nothing where there are none.
 * Failure stays in buf->status. */
void tms_explain_notes_write(const struct tms_advice *advice, struct tms_buf *out);

/** Note the terms of a query that no item of the view has; nothing where it has too few to tell.
 * TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status tms_explain_missing(const struct tms_query *query,
	struct tms_str text, const struct tms_view *view, tms_time now, struct tms_advice *advice);

/** The same by and by: what the view shows now, whatever comes to it while the lines are
 * written. */
struct tms_explaining;
/** query: borrowed until the end. *out is given. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status tms_explaining_new(const struct tms_query *query,
	const struct tms_view *view, tms_time now, enum tms_explain_form form,
	struct tms_explaining **out);
/** Look at so many items, about 60 us each: all once before the first line, which orders them, and
 * each again for its line, which is appended. *more: false behind the last. As tms_explain_write. */
TMS_MUST_CHECK enum tms_status tms_explaining_step(
	struct tms_explaining *explaining, size_t items, struct tms_buf *out, bool *more);
/** NULL is accepted. */
void tms_explaining_free(struct tms_explaining *explaining);

/** Of dropped items some that are the nearest to being kept, found in steps. */
struct tms_nearest;
/** query: borrowed until the end. max: so many are kept in mind. *out is given. TMS_OK,
 * TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status tms_nearest_new(
	const struct tms_query *query, tms_time now, size_t max, struct tms_nearest **out);
/** One more to be looked at; referenced. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status tms_nearest_add(
	struct tms_nearest *nearest, struct tms_view_item *item);
/** Look at so many, as tms_explaining_step. *more: false behind the last. What is kept is passed
 * over. TMS_OK, TMS_ENOMEM, TMS_ELIMIT (an arena's). */
TMS_MUST_CHECK enum tms_status tms_nearest_step(
	struct tms_nearest *nearest, size_t items, bool *more);
/** How many are kept in mind, and item i of them, borrowed: the nearest first; of equal ones the
 * newest, then by id. */
size_t tms_nearest_count(const struct tms_nearest *nearest);
const struct tms_view_item *tms_nearest_at(const struct tms_nearest *nearest, size_t i);
/** Of all that were looked at: those that are one term short, or nearer. */
size_t tms_nearest_short(const struct tms_nearest *nearest);
/** NULL is accepted. */
void tms_nearest_free(struct tms_nearest *nearest);

/** A query that keeps nothing, and of what. Everything borrowed. */
struct tms_emptied_query {
	const struct tms_query *query;
	const struct tms_view *view;
	/** Of the view's items, already found to keep none. NULL: each item is looked at. */
	struct tms_index *index;
	tms_time now;
	/** What rule:NAME stands for, as given when the query was parsed; may be NULL. */
	const struct tms_query_options *options;
};

/** The same as tms_explain_missing in steps, by an index. Set before the first step: */
struct tms_missing {
	struct tms_advice *advice;
	struct tms_str text; /* of the query */
	size_t items;        /* that the scope shows */
	size_t next, tries;  /* 0 */
};
/** Look for one term, or go on with it. query: its view is not looked at. TMS_OK sets *more;
 * TMS_ENOMEM, TMS_ELIMIT. */
TMS_MUST_CHECK enum tms_status tms_missing_step(struct tms_missing *missing,
	const struct tms_emptied_query *query, struct tms_scope *scope, bool *more);

/** What leaves a feed empty. */
struct tms_emptied {
	struct tms_str part; /* one part of the query; empty: no single part is to blame */
	size_t matches;      /* items that this part alone finds */
	bool excludes;       /* it is a negated part, and drops them */
};

/**
 * When the query keeps nothing of the view: the part that does it. A required part that no item has
 * comes first; then an exclusion that every item meets; else the required part that the fewest
 * items have, which is what to loosen first.
 * *out   its text lives in the arena; {0} when something is kept, or the view is empty
 * TMS_OK, TMS_ENOMEM, TMS_ELIMIT.
 */
TMS_MUST_CHECK enum tms_status tms_explain_emptied(
	struct tms_arena *arena, const struct tms_emptied_query *query, struct tms_emptied *out);

struct tms_emptying;
/**
 * The same in steps, by an index.
 * query  copied; what it points to outlives this, but for its view and index
 * *out   given: tms_emptying_free. TMS_OK, TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status tms_emptying_new(
	const struct tms_emptied_query *query, struct tms_emptying **out);
/** Look at so many items, or count so many parts. index: a part is a rule of it for so long. scope:
 * that shows the same items, of that index; NULL: the index holds these alone. TMS_OK sets *more;
 * TMS_ENOMEM, TMS_ELIMIT. */
TMS_MUST_CHECK enum tms_status tms_emptying_step(struct tms_emptying *emptying,
	struct tms_index *index, struct tms_scope *scope, size_t items, bool *more);
/** What was found; its text lives as long as this. */
struct tms_emptied tms_emptying_result(const struct tms_emptying *emptying);
/** NULL is accepted. */
void tms_emptying_free(struct tms_emptying *emptying);

/** Append one sentence for a person: `no item has "grpo"`; nothing when no part is to blame.
 * Failure stays in buf->status. */
void tms_emptied_print(const struct tms_emptied *emptied, struct tms_buf *buf);

#endif
