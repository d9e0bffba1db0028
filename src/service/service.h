/*
 * The service: the driver that holds everything together. It reads the store, keeps the schedule,
 * applies listings, publishes what feeds show, and takes a new configuration whole or not at all.
 */
#ifndef TAMIS_SERVICE_SERVICE_H
#define TAMIS_SERVICE_SERVICE_H

#include <tamis/conf.h>

#include "service/categories.h"
#include "service/feeds.h"
#include "service/pauses.h"
#include "service/reconcile.h"
#include "service/reload.h"
#include "service/shelves.h"
#include "service/sources.h"
#include "service/world.h"

struct event;

/** What a service is made from; base, inbox, clock and log are borrowed and outlive it. */
struct tms_service_options {
	struct event_base *base;
	struct tms_queue *inbox; /* of that loop, for what other threads send */
	struct tms_clock *clock;
	struct tms_log *log;
	struct tms_key key;            /* of the instance */
	struct tms_str version;        /* of the program; static */
	struct tms_str store_password; /* read from its file; copied */
};

struct tms_service {
	struct service_world world; /* what the parts share; store, fetcher and worker are owned */
	struct tms_key key;
	struct tms_str version;
	struct tms_arena conf_arena; /* of world.conf */
	struct tms_worker *copyist;  /* of the store: no page keeps it waiting */
	struct pauses pauses;
	struct tms_sources sources;
	struct tms_shelves shelves;
	struct tms_categories categories;
	struct tms_feeds feeds;
	struct event *tick;   /* the schedule */
	struct event *follow; /* definitions changed by others */
	struct reconciler reconciler;
	struct tms_reload reload; /* the last one */
	bool is_following, is_draining;
	/* append a line for each thing that is seen outside, and that somebody should look at; or
	 * NULL */
	void (*write_outside)(void *outside, struct tms_buf *buf);
	void *outside;
	char warned[TMS_DIAG_TEXT_BYTES]; /* of the store, in the log last */
	struct {
		uint64_t told; /* hash of why it is away, as the log said; 0: it is there */
		int64_t up_ms; /* since when it can be used again; monotonic; 0: it cannot */
	} outage;
	tms_time started_at;
};

/**
 * Make a service. conf_arena is taken, with conf in it. It starts working when the loop runs.
 * TMS_OK sets *out (given); TMS_ENOMEM, TMS_EINVAL (the store's address; diag), on failure
 * conf_arena is freed too.
 */
TMS_MUST_CHECK enum tms_status tms_service_new(const struct tms_service_options *options,
	struct tms_arena *conf_arena, const struct tms_conf *conf, struct tms_service **out,
	struct tms_diag *diag);
/** Saves nothing more; see tms_service_drain. NULL is accepted. */
void tms_service_free(struct tms_service *service);
/**
 * Take another configuration; conf_arena is taken. What cannot change without a restart (listen,
 * store, data_dir, key) stays as it is and is said in the log. TMS_OK, TMS_ENOMEM: then the old one
 * stays whole.
 */
TMS_MUST_CHECK enum tms_status tms_service_configure(
	struct tms_service *service, struct tms_arena *conf_arena, const struct tms_conf *conf);
/**
 * Start no more rounds, let the pages that are being read end, and write what waits to the store,
 * all within timeout_ms. False: a page is still being read (said in the log), and its thread cannot
 * be stopped; then the service must not be freed: tms_service_leave, and the process ends.
 */
TMS_MUST_CHECK bool tms_service_drain(struct tms_service *service, int64_t timeout_ms);
/** Close the store and touch nothing that a thread may still use. */
void tms_service_leave(struct tms_service *service);

/** True when the registry is what the store holds, as far as a few seconds tell: a token that it
 * lacks is nobody's. */
bool tms_service_knows_feeds(const struct tms_service *service);
/** True when the store was read and every source has been asked once. */
bool tms_service_is_ready(const struct tms_service *service);

#endif
