/*
 * Fetching: libcurl's multi interface on the event loop, every connection judged by the guard,
 * every answer bounded, every host asked politely.
 */
#ifndef TAMIS_FETCH_FETCH_H
#define TAMIS_FETCH_FETCH_H

#include <tamis/guard.h>
#include <tamis/poll.h>

struct event_base;
struct tms_clock;
struct tms_fetcher;
struct tms_fetch;

/** Limits and manners; all runs and arrays are copied. */
struct tms_fetcher_options {
	struct tms_str user_agent;
	struct tms_guard_policy policy;
	size_t body_bytes_max; /* decoded */
	size_t header_bytes_max;
	unsigned redirects_max;
	int64_t connect_timeout_ms;
	int64_t total_timeout_ms;
	unsigned parallel;        /* transfers at once */
	unsigned host_parallel;   /* transfers to one host at once */
	/** Between two starts to one host; of arXiv three times as long, at least 3 s, unless 0. */
	int64_t host_interval_ms;
};

/** What to ask for; runs are copied. */
struct tms_fetch_request {
	struct tms_str url;
	struct tms_str etag, last_modified; /* empty: unconditional */
	/** The address that gave them, and gets them, wherever it comes in a chain of redirects;
	 * empty: `url`. */
	struct tms_str validated_url;
	bool allow_file; /* file: addresses, for sources of the configuration file */
};

/**
 * What came back; everything is borrowed for the call. A fetch of a host that is paused was not made:
 * its answer says PAUSED, until when, and at which address of the chain.
 */
struct tms_fetch_reply {
	struct tms_poll_answer answer; /* outcome LISTED here means: status 200 and a whole body */
	struct tms_str body;           /* decoded */
	struct tms_str content_type, content_language;
	size_t wire_bytes;
	int64_t took_ms;
};

/** Called once, from the loop, never inside tms_fetch_start; the fetch is gone when it returns. */
typedef void tms_fetch_done_fn(void *context, const struct tms_fetch_reply *reply);

/** Counters since the start, for metrics. */
struct tms_fetch_counts {
	uint64_t started, denied, wire_bytes, body_bytes;
	uint64_t by_outcome[TMS_OUTCOMES];
	size_t running, queued;
};

/** Given; NULL when memory or libcurl fails. Base and clock (for Retry-After) are borrowed. */
struct tms_fetcher *tms_fetcher_new(struct event_base *base, const struct tms_clock *clock,
	const struct tms_fetcher_options *options);
/** Take other options for fetches that start from now on. TMS_OK; TMS_ENOMEM: the old ones stay. */
TMS_MUST_CHECK enum tms_status tms_fetcher_set(
	struct tms_fetcher *fetcher, const struct tms_fetcher_options *options);
/** Cancels everything; nothing is called back. NULL is accepted. */
void tms_fetcher_free(struct tms_fetcher *fetcher);

/** Queue a fetch. NULL when memory is out; then `done` is never called. */
struct tms_fetch *tms_fetch_start(struct tms_fetcher *fetcher,
	const struct tms_fetch_request *request, tms_fetch_done_fn *done, void *context);
/** Nothing arrives afterwards. */
void tms_fetch_cancel(struct tms_fetch *fetch);
/**
 * Leave the host of an address alone until then: fetches that would ask it, first or on their way,
 * end at once with TMS_OUTCOME_PAUSED. A later moment that is known stays.
 */
void tms_fetcher_pause_host(struct tms_fetcher *fetcher, struct tms_str url, tms_time until);
/** When the pause of an address's host ends; 0: it is not paused, as far as is known here. */
tms_time tms_fetcher_paused_until(const struct tms_fetcher *fetcher, struct tms_str url);

/**
 * Find out whether others know of a pause of the host (a name as tms_hosts_name gives it,
 * borrowed); tms_fetcher_told_host is to be called for it, at once or later.
 */
typedef void tms_fetcher_look_fn(void *context, struct tms_str host);
/** Before each request its host is looked up with this; NULL: no others. */
void tms_fetcher_look_with(struct tms_fetcher *fetcher, tms_fetcher_look_fn *look, void *context);
/** What was found out: the moment until which it is paused; 0: it is not. */
void tms_fetcher_told_host(struct tms_fetcher *fetcher, struct tms_str host, tms_time until);

/** As they are now. */
struct tms_fetch_counts tms_fetcher_counts(const struct tms_fetcher *fetcher);

#endif
