/* Politeness: how many transfers a host carries, and when the next may start. Has no clock. */
#ifndef TAMIS_FETCH_HOSTS_H
#define TAMIS_FETCH_HOSTS_H

#include <tamis/hash.h>

#include "memory/pairing_heap.h"

struct tms_fetch;

/** One host (name and port). */
struct host {
	struct tms_str name; /* owned */
	unsigned running;
	int64_t next_start_ms;          /* monotonic; no start before */
	int64_t paused_until_ms;        /* wall clock; it asks to be left alone */
	bool is_looked_up;              /* others are being asked whether it is paused */
	struct tms_fetch *first, *last; /* that wait for it, oldest first (host_queue.c) */
	struct pairing_link place;      /* among those that are ready, or that wait for a moment */
};

struct hosts {
	struct tms_map by_name;
};

/** No fetch has one of them any more. */
void hosts_free(struct hosts *hosts);
#define TMS_HOST_NAME_BYTES 300
/** The host of an http or https URL in the buffer: "example.org:8080", lower case, without a port
 * that its scheme has anyway, a dot at its end, or a user. Empty: the URL has none. */
struct tms_str tms_hosts_name(struct tms_str url, char buffer[TMS_HOST_NAME_BYTES]);
/** The entry, or NULL. */
struct host *hosts_find(const struct hosts *hosts, struct tms_str name);
/** The entry, made when there is none; NULL when memory is out. Hosts at rest are forgotten by
 * hosts_sweep. */
struct host *hosts_get(struct hosts *hosts, struct tms_str name);
/** The two clocks that a wait is counted by, in milliseconds. */
struct host_clocks {
	int64_t monotonic_ms;
	int64_t wall_ms;
};
/** Milliseconds until the host's pause ends; 0: it is not paused. */
int64_t host_paused_ms(const struct host *host, struct host_clocks now);
/** Milliseconds until a transfer to the host may start; 0: now; -1: when a running one has ended.
 * Its pause is not looked at. */
int64_t host_wait_ms(const struct host *host, unsigned parallel_max, struct host_clocks now);
/** arXiv asks for one request in three seconds (its API terms of use). */
int64_t hosts_interval_ms(const struct host *host, int64_t interval_ms);
/** Forget hosts that carry nothing and wait for nothing. */
void hosts_sweep(struct hosts *hosts, struct host_clocks now);

#endif
