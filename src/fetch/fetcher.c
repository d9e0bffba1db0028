/*
 * The fetcher: who may be asked now. When a timer says that a host may be asked again, the oldest
 * fetch that may go on does; how many run at once, of all and of a host; the pauses that hosts ask
 * for, known here or told by others.
 */
#include "fetch/fetch_private.h"

#include <stdlib.h>

#include "loop/clock.h"
#include "loop/timer.h"

#define SWEEP_AT_HOSTS 64
#define DRIVEN_LOOK_MS 10 /* a driven clock jumps: look again soon */

/* Starts what may start now: one in a turn of the loop, in which a fetch can end. */
static void on_queue(evutil_socket_t fd, short what, void *context)
{
	struct tms_fetcher *fetcher = context;
	struct host *host = NULL;
	int64_t wait_ms = -1;

	(void)fd;
	(void)what;
	while (wait_ms != 0 && fetcher->counts.running < fetcher->options.parallel &&
		(host = host_queue_ready(fetcher))) {
		wait_ms = fetch_go_on(host->first, host_queue_clocks(fetcher));
		if (wait_ms != 0)
			host_queue_place(fetcher, host);
	}
	if (wait_ms != 0 && fetcher->counts.running < fetcher->options.parallel)
		wait_ms = host_queue_wait_ms(fetcher);
	if (fetcher->clock->driven && wait_ms > DRIVEN_LOOK_MS)
		wait_ms = DRIVEN_LOOK_MS;
	if (wait_ms >= 0)
		(void)tms_timer_in(fetcher->queue_timer, wait_ms);
	if (!fetcher->first && fetcher->hosts.by_name.count > SWEEP_AT_HOSTS)
		hosts_sweep(&fetcher->hosts, host_queue_clocks(fetcher));
}

static void on_transfer_done(void *context, CURL *easy, CURLcode result)
{
	struct tms_fetch *fetch = NULL;

	(void)context;
	(void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)(void *)&fetch);
	fetch_finish(fetch, result);
}

struct tms_fetcher *tms_fetcher_new(struct event_base *base, const struct tms_clock *clock,
	const struct tms_fetcher_options *options)
{
	struct tms_fetcher *fetcher = calloc(1, sizeof(*fetcher));

	if (!fetcher)
		return NULL;
	fetcher->base = base;
	fetcher->clock = clock;
	fetcher->queue_timer = evtimer_new(base, on_queue, fetcher);
	if (!fetcher->queue_timer || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
		multi_init(&fetcher->multi, base, on_transfer_done, fetcher) != TMS_OK ||
		tms_fetcher_set(fetcher, options) != TMS_OK) {
		tms_fetcher_free(fetcher);
		return NULL;
	}
	return fetcher;
}

enum tms_status tms_fetcher_set(
	struct tms_fetcher *fetcher, const struct tms_fetcher_options *options)
{
	struct tms_arena arena = { 0 };
	struct tms_fetcher_options copy = *options;

	copy.user_agent = tms_arena_copy(&arena, options->user_agent);
	struct tms_network *allowed =
		TMS_ARENA_ARRAY(&arena, struct tms_network, options->policy.allowed_count);
	if (arena.status != TMS_OK) {
		tms_arena_free(&arena);
		return TMS_ENOMEM;
	}
	if (options->policy.allowed_count > 0)
		memcpy(allowed, options->policy.allowed,
			options->policy.allowed_count * sizeof(*allowed));
	copy.policy.allowed = allowed;
	tms_arena_free(&fetcher->options_arena);
	fetcher->options_arena = arena;
	fetcher->options = copy;
	host_queue_place_all(fetcher);
	(void)tms_timer_soon(fetcher->queue_timer);
	return TMS_OK;
}

void tms_fetcher_free(struct tms_fetcher *fetcher)
{
	if (!fetcher)
		return;
	while (fetcher->first)
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): each fetch unlinks itself from this very fetcher */
		fetch_free(fetcher->first);
	if (fetcher->multi.curl)
		multi_fini(&fetcher->multi);
	if (fetcher->queue_timer)
		event_free(fetcher->queue_timer);
	hosts_free(&fetcher->hosts);
	tms_arena_free(&fetcher->options_arena);
	free(fetcher);
	curl_global_cleanup();
}

/* What is known already stays when it is later, and no nonsense of another clock. */
static void pause_host(struct tms_fetcher *fetcher, struct host *host, tms_time until)
{
	if (host_paused_ms(host, host_queue_clocks(fetcher)) == 0 ||
		host->paused_until_ms < until * 1000)
		host->paused_until_ms = until * 1000;
	host_queue_place(fetcher, host);
	(void)tms_timer_soon(fetcher->queue_timer);
}

void tms_fetcher_pause_host(struct tms_fetcher *fetcher, struct tms_str url, tms_time until)
{
	char buffer[TMS_HOST_NAME_BYTES];
	struct host *host = hosts_get(&fetcher->hosts, tms_hosts_name(url, buffer));

	if (host)
		pause_host(fetcher, host, until);
}

tms_time tms_fetcher_paused_until(const struct tms_fetcher *fetcher, struct tms_str url)
{
	char buffer[TMS_HOST_NAME_BYTES];
	const struct host *host = hosts_find(&fetcher->hosts, tms_hosts_name(url, buffer));

	return host && host_paused_ms(host, host_queue_clocks(fetcher)) > 0
		       ? (host->paused_until_ms + 999) / 1000
		       : 0;
}

void tms_fetcher_look_with(struct tms_fetcher *fetcher, tms_fetcher_look_fn *look, void *context)
{
	fetcher->look = look;
	fetcher->look_context = context;
	host_queue_place_all(fetcher); /* nobody has to be waited for any more */
}

void tms_fetcher_told_host(struct tms_fetcher *fetcher, struct tms_str name, tms_time until)
{
	struct host *host = hosts_find(&fetcher->hosts, name);

	if (!host)
		return; /* who asked was cancelled, and the host forgotten */
	host->is_looked_up = false;
	for (struct tms_fetch *fetch = host->first; fetch; fetch = fetch->waits_next)
		fetch->has_looked = true;
	pause_host(fetcher, host, until);
}

struct tms_fetch_counts tms_fetcher_counts(const struct tms_fetcher *fetcher)
{
	return fetcher->counts;
}
