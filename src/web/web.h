/*
 * What the service shows over HTTP: feeds, explanations, one page for people, health and metrics.
 * Every answer is made from what is in memory; nothing here waits for an upstream or for the store.
 */
#ifndef TAMIS_WEB_WEB_H
#define TAMIS_WEB_WEB_H

#include "serve/server.h"
#include "service/service.h"
#include "web/loops.h"
#include "web/turn.h"

/** What the handler needs; borrowed, outlives the server. */
struct tms_web {
	struct tms_service *service;
	struct tms_loops *loops;
	uint64_t feeds_unchanged; /* 304 before the items were read; else fronts answer */
	uint64_t swept;           /* renditions dropped when fronts were last told to look, */
	int64_t swept_ms;         /* and when that was */
	struct turns turns;       /* answers under way */
};

/** Ends what is under way, without answers. Before the loops and the service go. */
void tms_web_fini(struct tms_web *web);

/** Append a line for each source: name, well|ill|waiting, items, words; divided by tabs. Behind
 * them "the store", ill|warned, where it is, words; when there is something to tell of it. */
void tms_web_write_sources(struct tms_buf *buf, const struct tms_service *service);
/** Append "ready", or what keeps it from being so: one line. True when it is. */
bool tms_web_write_ready(struct tms_buf *buf, const struct tms_service *service);
/** Append a line for each thing that somebody should look at, for anybody to see. Mostly none. */
void tms_web_write_warnings(struct tms_buf *buf, const struct tms_service *service);

/** What is known of an address; NULL when there is nothing at it. Static; from any thread. */
const struct route *tms_web_route(struct tms_str path);
/** The handler of what serving loops forward, on the main thread; context is a struct tms_web. */
void tms_web_handle(void *context, struct tms_exchange exchange, const struct tms_request *request);

#endif
