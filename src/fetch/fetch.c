/*
 * A fetch goes: queued until its host may be asked → one or more transfers (redirects are followed
 * here, each hop judged anew) → one reply. The reply is always delivered from the loop.
 */
#include "fetch/fetch.h"

#include <stdlib.h>
#include <strings.h>

#include "fetch/file.h"
#include "fetch/hosts.h"
#include "fetch/transfer.h"
#include "loop/clock.h"

#define SWEEP_AT_HOSTS 64
#define DRIVEN_LOOK_MS 10 /* a driven clock jumps: look again soon */

struct tms_fetch {
	struct tms_fetcher *fetcher;
	struct tms_fetch *next, *previous;
	struct tms_transfer *transfer; /* NULL while queued */
	struct tms_host *host;         /* NULL for files */
	tms_fetch_done_fn *done;
	void *context;
	struct tms_arena arena;
	struct tms_fetch_request request; /* in the arena */
	struct tms_str url;               /* of this hop, in the arena */
	int64_t started_ms;
	unsigned redirects;
	bool all_permanent;
	bool queued;
};

struct tms_fetcher {
	struct event_base *base;
	const struct tms_clock *clock;
	struct tms_multi multi;
	struct event *queue_timer;
	struct tms_hosts hosts;
	struct tms_fetch *first, *last; /* all fetches, oldest first */
	struct tms_arena options_arena;
	struct tms_fetcher_options options;
	struct tms_fetch_counts counts;
};

static void schedule(struct tms_fetcher *fetcher, int64_t wait_ms)
{
	struct timeval wait = { wait_ms / 1000, wait_ms % 1000 * 1000 };

	(void)evtimer_add(fetcher->queue_timer, &wait);
}

static struct tms_host_clocks clocks_of(const struct tms_fetcher *fetcher)
{
	return (struct tms_host_clocks){ tms_monotonic_ms(),
		fetcher->clock->wall_ms(fetcher->clock->context) };
}

static void unlink_fetch(struct tms_fetch *fetch)
{
	struct tms_fetcher *fetcher = fetch->fetcher;

	if (fetch->previous)
		fetch->previous->next = fetch->next;
	else
		fetcher->first = fetch->next;
	if (fetch->next)
		fetch->next->previous = fetch->previous;
	else
		fetcher->last = fetch->previous;
	if (fetch->queued)
		fetcher->counts.queued--;
	else
		fetcher->counts.running--;
}

static void leave_host(struct tms_fetch *fetch)
{
	if (fetch->host && !fetch->queued)
		fetch->host->running--;
	fetch->host = NULL;
}

static void fetch_free(struct tms_fetch *fetch)
{
	leave_host(fetch);
	unlink_fetch(fetch);
	tms_transfer_free(fetch->transfer);
	tms_arena_free(&fetch->arena);
	free(fetch);
}

static void deliver(struct tms_fetch *fetch, struct tms_fetch_reply *reply)
{
	struct tms_fetcher *fetcher = fetch->fetcher;

	reply->took_ms = tms_monotonic_ms() - fetch->started_ms;
	fetcher->counts.by_outcome[reply->answer.outcome]++;
	fetcher->counts.denied += reply->answer.outcome == TMS_OUTCOME_DENIED;
	fetcher->counts.wire_bytes += reply->wire_bytes;
	fetcher->counts.body_bytes += reply->body.len;
	fetch->done(fetch->context, reply);
	fetch_free(fetch);
	schedule(fetcher, 0); /* the next of this host may start */
}

static void deliver_error(struct tms_fetch *fetch, enum tms_outcome outcome, const char *sentence)
{
	struct tms_fetch_reply reply = { .answer = { .outcome = outcome,
						 .final_url = fetch->url,
						 .error = tms_str_from(sentence) } };

	deliver(fetch, &reply);
}

static void begin_transfer(struct tms_fetch *fetch);

/* True when the answer was a redirect and the next hop has begun (or the fetch has ended). */
static bool follow(struct tms_fetch *fetch, const struct tms_fetch_reply *reply)
{
	struct tms_diag diag = { 0 };
	int status = reply->answer.http_status;
	struct tms_str target = tms_transfer_redirect(fetch->transfer);

	if (target.len == 0 || !(status == 301 || status == 302 || status == 303 || status == 307 ||
				       status == 308))
		return false;
	fetch->all_permanent =
		(fetch->redirects == 0 || fetch->all_permanent) && (status == 301 || status == 308);
	if (++fetch->redirects > fetch->fetcher->options.redirects_max) {
		tms_diag_set(&diag, 0, 0, "more than %u redirects (limits.redirects)",
			fetch->fetcher->options.redirects_max);
		deliver_error(fetch, TMS_OUTCOME_UNREACHABLE, diag.text);
		return true;
	}
	fetch->url = tms_arena_copy(&fetch->arena, target);
	tms_transfer_free(fetch->transfer);
	fetch->transfer = NULL;
	if (tms_guard_url(fetch->url, &diag) != TMS_OK) {
		tms_diag_prefix(&diag, "it redirects to an address that is not fetched: ");
		deliver_error(fetch, TMS_OUTCOME_DENIED, diag.text);
		return true;
	}
	begin_transfer(fetch);
	return true;
}

static void on_transfer_done(void *context, CURL *easy, CURLcode result)
{
	struct tms_fetch_reply reply = { 0 };
	struct tms_fetch *fetch = NULL;

	(void)context;
	(void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)(void *)&fetch);
	tms_transfer_finish(fetch->transfer, result, &reply);
	if (follow(fetch, &reply))
		return;
	reply.answer.final_url = fetch->url;
	reply.answer.permanent_redirect = fetch->redirects > 0 && fetch->all_permanent;
	deliver(fetch, &reply);
}

static void begin_transfer(struct tms_fetch *fetch)
{
	const struct tms_transfer_request request = {
		.url = fetch->url,
		.etag = fetch->request.etag,
		.last_modified = fetch->request.last_modified,
		.options = &fetch->fetcher->options,
		.context = fetch,
	};

	fetch->transfer = tms_transfer_new(&fetch->fetcher->multi, &request);
	if (!fetch->transfer)
		deliver_error(fetch, TMS_OUTCOME_UNREACHABLE,
			"the fetch could not be started: out of memory");
}

static void begin_file(struct tms_fetch *fetch)
{
	struct tms_buf body = { .max = fetch->fetcher->options.body_bytes_max };
	struct tms_fetch_reply reply = { .answer.final_url = fetch->url };
	char modified[TMS_FILE_MODIFIED_BYTES] = "";
	struct tms_diag diag = { 0 };

	reply.answer.outcome = tms_file_fetch(&fetch->request, &body, modified, &diag);
	reply.answer.error = tms_str_from(diag.text);
	reply.answer.last_modified = tms_str_from(modified);
	reply.body = tms_buf_str(&body);
	reply.answer.http_status = reply.answer.outcome == TMS_OUTCOME_LISTED ? 200 : 0;
	deliver(fetch, &reply);
	tms_buf_free(&body);
}

static void begin(struct tms_fetch *fetch)
{
	struct tms_fetcher *fetcher = fetch->fetcher;
	struct tms_diag diag = { 0 };

	fetch->queued = false;
	fetcher->counts.queued--;
	fetcher->counts.running++;
	fetcher->counts.started++;
	fetch->started_ms = tms_monotonic_ms();
	if (fetch->host) {
		fetch->host->running++;
		fetch->host->next_start_ms =
			fetch->started_ms +
			tms_host_interval_ms(fetch->host, fetcher->options.host_interval_ms);
	}
	if (fetch->request.allow_file && tms_str_starts_caseless(fetch->url, TMS_STR("file:")))
		begin_file(fetch);
	else if (tms_guard_url(fetch->url, &diag) != TMS_OK)
		deliver_error(fetch, TMS_OUTCOME_DENIED, diag.text);
	else
		begin_transfer(fetch);
}

/* Starts what may start now; a fetch can end inside begin(), so the walk begins again after each.
 */
static void on_queue(evutil_socket_t fd, short what, void *context)
{
	struct tms_fetcher *fetcher = context;
	struct tms_host_clocks now = clocks_of(fetcher);
	int64_t soonest_ms = -1;

	(void)fd;
	(void)what;
	for (struct tms_fetch *fetch = fetcher->first;
		fetch && fetcher->counts.running < fetcher->options.parallel;) {
		struct tms_fetch *next = fetch->next;
		if (fetch->queued) {
			int64_t wait_ms = fetch->host ? tms_host_wait_ms(fetch->host,
								fetcher->options.host_parallel, now)
						      : 0;
			if (wait_ms == 0) {
				begin(fetch);
				soonest_ms = 0;
				break;
			}
			if (wait_ms > 0 && (soonest_ms < 0 || wait_ms < soonest_ms))
				soonest_ms = wait_ms;
		}
		fetch = next;
	}
	if (fetcher->clock->driven && soonest_ms > DRIVEN_LOOK_MS)
		soonest_ms = DRIVEN_LOOK_MS;
	if (soonest_ms >= 0)
		schedule(fetcher, soonest_ms);
	if (!fetcher->first && fetcher->hosts.by_name.count > SWEEP_AT_HOSTS)
		tms_hosts_sweep(&fetcher->hosts, now);
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
		tms_multi_init(&fetcher->multi, base, on_transfer_done, fetcher) != TMS_OK ||
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
		tms_multi_fini(&fetcher->multi);
	if (fetcher->queue_timer)
		event_free(fetcher->queue_timer);
	tms_hosts_free(&fetcher->hosts);
	tms_arena_free(&fetcher->options_arena);
	free(fetcher);
	curl_global_cleanup();
}

struct tms_fetch *tms_fetch_start(struct tms_fetcher *fetcher,
	const struct tms_fetch_request *request, tms_fetch_done_fn *done, void *context)
{
	struct tms_fetch *fetch = calloc(1, sizeof(*fetch));
	char buffer[300];
	struct tms_str host = tms_hosts_name(request->url, buffer, sizeof(buffer));

	if (!fetch)
		return NULL;
	*fetch = (struct tms_fetch){
		.fetcher = fetcher, .done = done, .context = context, .queued = true
	};
	fetch->request = *request;
	fetch->request.url = fetch->url = tms_arena_copy(&fetch->arena, request->url);
	fetch->request.etag = tms_arena_copy(&fetch->arena, request->etag);
	fetch->request.last_modified = tms_arena_copy(&fetch->arena, request->last_modified);
	fetch->host = host.len > 0 ? tms_hosts_get(&fetcher->hosts, host) : NULL;
	if (fetch->arena.status != TMS_OK || (host.len > 0 && !fetch->host)) {
		tms_arena_free(&fetch->arena);
		free(fetch);
		return NULL;
	}
	fetch->previous = fetcher->last;
	*(fetcher->last ? &fetcher->last->next : &fetcher->first) = fetch;
	fetcher->last = fetch;
	fetcher->counts.queued++;
	schedule(fetcher, 0);
	return fetch;
}

void tms_fetch_cancel(struct tms_fetch *fetch)
{
	if (fetch)
		fetch_free(fetch);
}

void tms_fetcher_pause_host(struct tms_fetcher *fetcher, struct tms_str url, int64_t pause_ms)
{
	char buffer[300];
	struct tms_host *host =
		tms_hosts_get(&fetcher->hosts, tms_hosts_name(url, buffer, sizeof(buffer)));
	int64_t until_ms = clocks_of(fetcher).wall_ms + pause_ms;

	if (host && host->paused_until_ms < until_ms)
		host->paused_until_ms = until_ms;
}

struct tms_fetch_counts tms_fetcher_counts(const struct tms_fetcher *fetcher)
{
	return fetcher->counts;
}
