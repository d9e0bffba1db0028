/* One HTTP exchange: an easy handle with our limits, and its answer in our words. */
#ifndef TAMIS_FETCH_TRANSFER_H
#define TAMIS_FETCH_TRANSFER_H

#include "fetch/fetch.h"
#include "fetch/multi.h"

struct transfer;

struct transfer_request {
	struct tms_str url;
	struct tms_str etag, last_modified;
	const struct curl_slist *cookies; /* of the chain so far, as transfer_cookies gave them */
	const struct tms_fetcher_options *options; /* borrowed until the transfer is freed */
	void *context;                             /* CURLINFO_PRIVATE */
};

/** Given, running; NULL when memory is out. */
struct transfer *transfer_new(struct multi *multi, const struct transfer_request *request);
/** Stops it when it still runs. NULL is accepted. */
void transfer_free(struct transfer *transfer);
/** Tell what came of it; the reply's runs are borrowed from the transfer. */
void transfer_finish(struct transfer *transfer, CURLcode result, struct tms_fetch_reply *reply);
/** The cookies that it knows at its end; given (curl_slist_free_all), NULL: none. */
struct curl_slist *transfer_cookies(const struct transfer *transfer);
/** Absolute address of a redirect, or empty. */
struct tms_str transfer_redirect(const struct transfer *transfer);

#endif
