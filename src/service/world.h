/*
 * What the parts of the service share: the loop, the clock, the log, the configuration in force,
 * and what they ask and are answered by. Each part takes this and a struct of its own, so none
 * knows the driver (service/service.h); what it has to tell the driver goes through the three
 * calls.
 */
#ifndef TAMIS_SERVICE_WORLD_H
#define TAMIS_SERVICE_WORLD_H

#include <tamis/conf.h>

#include "fetch/fetch.h"
#include "log/log.h"
#include "loop/clock.h"
#include "loop/worker.h"
#include "store/store.h"

struct event_base;
struct pauses;
struct tms_source;
struct tms_sources;

/** All borrowed; it outlives the parts. The driver alone changes it. */
struct service_world {
	struct event_base *base;
	struct tms_clock *clock;
	struct tms_log *log;
	const struct tms_key *key;   /* of the instance */
	const struct tms_conf *conf; /* the present one */
	struct tms_store *store;     /* NULL while none is open */
	struct tms_fetcher *fetcher;
	struct pauses *pauses;     /* of hosts */
	struct tms_worker *worker; /* reads what was fetched */
	struct tms_sources *sources;
	/** The source's window, its health or its schedule has changed; what waits for the store is
	 * given to it once readers see it. */
	void (*changed)(void *context, struct tms_source *source);
	/** Look at the schedule soon: something changed. */
	void (*wake)(void *context);
	/** Has the store been read, and has every source been asked once? */
	bool (*is_ready)(void *context);
	void *context;
};

#endif
