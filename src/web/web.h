/*
 * What the service shows over HTTP: feeds, explanations, one page for people, health and metrics.
 * Every answer is made from what is in memory; nothing here waits for an upstream or for the store.
 */
#ifndef TAMIS_WEB_WEB_H
#define TAMIS_WEB_WEB_H

#include "serve/server.h"
#include "service/service.h"

/** What the handler needs; borrowed, outlives the server. */
struct tms_web {
	struct tms_service *service;
	struct tms_server *server;
	uint64_t feeds_served, feeds_unchanged; /* 200 and 304 of feeds */
};

/** The handler of the server; context is a struct tms_web. */
void tms_web_handle(void *context, struct tms_exchange exchange, const struct tms_request *request);

#endif
