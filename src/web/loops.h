/*
 * The serving loops: threads with a server and a front each, all listening on the same addresses
 * and counted by one quota. The main thread, which answers what fronts cannot, starts and ends
 * them.
 */
#ifndef TAMIS_WEB_LOOPS_H
#define TAMIS_WEB_LOOPS_H

#include <tamis/conf.h>

#include "web/front.h"
#include "web/limiter.h"

struct tms_loops;
struct tms_loops_settings;

/** NULL when there is nothing at this path. */
typedef const struct route *(*loops_route_fn)(struct tms_str path);

struct tms_loops_options {
	const struct tms_conf *conf;   /* borrowed for the call */
	struct tms_queue *home;        /* of the main loop; outlives the loops, as the clock does */
	const struct tms_clock *clock; /* may be asked from any thread */
	tms_server_handle_fn handle;   /* of what is forwarded, on the main thread */
	void *context;
	loops_route_fn route; /* what is known of an address; from any thread */
};

/** All on the main thread. Loops at rest. TMS_OK sets *out (given); TMS_ENOMEM, TMS_EIO with the
 * reason in *diag. */
TMS_MUST_CHECK enum tms_status tms_loops_new(
	const struct tms_loops_options *options, struct tms_loops **out, struct tms_diag *diag);
/** Take one more address, before the start; clients are refused until then. TMS_OK; TMS_EINVAL,
 * TMS_EIO, TMS_ENOMEM with the reason in *diag. */
TMS_MUST_CHECK enum tms_status tms_loops_listen(
	struct tms_loops *loops, struct tms_str address, struct tms_diag *diag);
/** Let clients connect, once all addresses are there. TMS_OK; TMS_EIO, TMS_ENOMEM with the reason
 * in *diag. */
TMS_MUST_CHECK enum tms_status tms_loops_start(struct tms_loops *loops, struct tms_diag *diag);
/** The port of address `index`, in order of tms_loops_listen. */
uint16_t tms_loops_port(const struct tms_loops *loops, size_t index);
size_t loops_count(const struct tms_loops *loops);

/** What serving loops need of a configuration: given (one of the next two), NULL when memory is
 * out. */
struct tms_loops_settings *tms_loops_prepare(
	const struct tms_loops *loops, const struct tms_conf *conf);
/** It is not taken after all. NULL is accepted. */
void tms_loops_settings_free(struct tms_loops_settings *settings);
/** The configuration is in force: settings are taken over. */
void tms_loops_configure(struct tms_loops *loops, struct tms_loops_settings *settings);
/** What is limited by address, and the main thread's rules for it; borrowed until the next
 * tms_loops_configure. */
struct limiter *loops_limiter(const struct tms_loops *loops);
const struct limiter_rules *loops_rules(const struct tms_loops *loops);
/** Append a line for each thing that people should look at; loops: a struct tms_loops. */
void tms_loops_write_warnings(void *loops, struct tms_buf *buf);
/** What is held for slow clients, in bytes. */
size_t loops_slow_bytes(const struct tms_loops *loops);
/** Let all fronts give back what has become stale. */
void loops_sweep(struct tms_loops *loops);
/** As tms_server_drain, on every loop; done is called once from the main loop. */
void tms_loops_drain(
	struct tms_loops *loops, uint32_t deadline_ms, tms_server_done_fn done, void *context);
/** End the threads; connections that are left are closed, references given back. */
void tms_loops_stop(struct tms_loops *loops);
/** Stopped before. Exchanges that came from the loops must not be used any more. NULL is
 * accepted. */
void tms_loops_free(struct tms_loops *loops);

/** Requests that were given up because their client had left. */
uint64_t loops_dropped(const struct tms_loops *loops);
/** Sums over all loops. */
void loops_count_all(const struct tms_loops *loops, struct tms_server_counters *server,
	struct front_counts *front);

#endif
