/*
 * A result: the items that a feed holds now, ordered and cut, with the validators of the document
 * made of them.
 *
 * Nothing in it depends on when it was computed: `updated` is the newest change of an entry, the
 * entity tag is a hash of what the document says. Live numbers (votes, comments, stars) are no part
 * of that hash, so the tag is weak.
 */
#ifndef TAMIS_RESULT_H
#define TAMIS_RESULT_H

#include <tamis/feed.h>
#include <tamis/fragment.h>
#include <tamis/index.h>

/** Goes up whenever the same items would be written as other bytes: old validators then fail. */
#define TMS_RENDER_VERSION 3

struct tms_result_entry {
	/** The item's identity; borrowed from `item`, or from the result when that is NULL. */
	struct tms_str id;
	/** The first moment the query held. */
	tms_time entered;
	/** Hash of what the entry says, numbers apart; 0 before tms_result_dress. */
	uint64_t content;
	/** One reference; NULL in a result that was read back. */
	struct tms_view_item *item;
	/** One reference; NULL before tms_result_dress. */
	struct tms_fragment *fragment;
};

/** {0} is empty. On the heap: tms_result_fini. Not for two threads at once. */
struct tms_result {
	/** By entered, then published, both newest first, then by id. */
	struct tms_result_entry *entries;
	size_t entries_count;
	size_t seen_count; /* items that were looked at */
	size_t kept_count; /* items that the query keeps, before the cut */
	bool memoryless;   /* see tms_result_forget_entering */
	/** Newest change of an entry, in microseconds since 1970; 0 before tms_result_dress. */
	int64_t updated_us;
	/** Last-Modified: when an entry or the definition last changed; 0 before
	 * tms_result_dress. */
	tms_time modified;
	/** From here on the clock alone may change the result; TMS_TIME_MAX: never. */
	tms_time expires;
	/** Of the document. */
	enum tms_form form;
	/** What the document says; {0, 0} before tms_result_dress. */
	uint64_t hash[2];
	/** Everything before the first entry; empty before tms_result_dress. */
	struct tms_buf header;
	char *ids; /* of a result that was read back */
};

/** Gives its references back; it is {0} again. */
void tms_result_fini(struct tms_result *result);

/**
 * Choose: the first items that a rule of the index keeps at `now`, as many as the definition takes.
 * rule  TMS_INDEX_NONE keeps everything
 * *out  is overwritten; given: tms_result_fini. It holds references to the items.
 * TMS_OK, TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status tms_result_select(const struct tms_feed_definition *feed,
	struct tms_index *index, uint32_t rule, tms_time now, struct tms_result *out);
/** The same of items that were selected already, however. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status tms_result_of(
	const struct tms_selection *chosen, struct tms_result *out);
/**
 * The same by looking at each item of a view in turn: for callers that ask once and would index
 * them for nothing.
 * query  NULL keeps everything
 * TMS_OK, TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status tms_result_sift(const struct tms_feed_definition *feed,
	const struct tms_query *query, const struct tms_view *view, tms_time now,
	struct tms_result *out);

/** How many of its entries are not in the cache, in the style of the feed. */
size_t tms_result_unwritten(const struct tms_feed_definition *feed,
	const struct tms_fragments *fragments, const struct tms_result *result);
/** Write so many of them, the first ones. TMS_OK, TMS_ENOMEM, TMS_ELIMIT. */
TMS_MUST_CHECK enum tms_status tms_result_write_some(const struct tms_feed_definition *feed,
	struct tms_fragments *fragments, const struct tms_result *result, size_t max);
/**
 * Make it fit to be served: attach each entry's fragment (from the cache, written where it is
 * missing), cut to the definition's number of bytes, compute the validators. TMS_OK, TMS_ENOMEM,
 * TMS_ELIMIT; on failure the result is to be thrown away.
 */
TMS_MUST_CHECK enum tms_status tms_result_dress(const struct tms_feed_definition *feed,
	struct tms_fragments *fragments, struct tms_result *result);

/**
 * Take `updated` from the entries' own dates alone. For callers without a memory (the command
 * line), where every item enters at `now` and the document would otherwise change with each run.
 * Before tms_result_dress.
 */
void tms_result_forget_entering(struct tms_result *result);

/** Append the entity tag of one coding ("", "gzip", …): `W/"…"`, different for each coding. Of a
 * dressed result. Failure stays in buf->status. */
void tms_result_etag(const struct tms_result *result, struct tms_str coding, struct tms_buf *buf);

/** Append the cached form: one JSON object with ids, moments of entering and validators; no items.
 * Failure stays in buf->status. */
void tms_result_write_json(const struct tms_result *result, struct tms_buf *buf);
/**
 * Read it back; entries then have no item and no fragment. *out is given.
 * TMS_OK; TMS_EMALFORMED (also of another render version); TMS_ELIMIT, TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status tms_result_parse_json(
	struct tms_str json, struct tms_result *out, struct tms_diag *diag);
/**
 * Read back what was shown, also by another render version: entries, and `updated_us`. There are no
 * validators. *out is given. TMS_OK; TMS_EMALFORMED; TMS_ELIMIT, TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status tms_result_parse_entries(
	struct tms_str json, struct tms_result *out, struct tms_diag *diag);

#endif
