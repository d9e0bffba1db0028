/*
 * A fetch goes: queued until its host may be asked → a transfer → one reply, or, when it is a
 * redirect, queued again for the next host: each hop is judged anew, and asked as politely as a
 * first one. A host that is paused ends the fetch. The reply is always delivered from the loop.
 */
#include "fetch/fetch.h"

#include <stdlib.h>
#include <strings.h>

#include "fetch/file.h"
#include "fetch/hosts.h"
#include "fetch/transfer.h"
#include "loop/clock.h"
#include "loop/timer.h"

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
	bool has_looked;            /* others were asked whether the host of this hop is paused */
	bool was_conditional;       /* this hop */
	struct curl_slist *cookies; /* owned; set on the way, for the rest of it */
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
	tms_fetcher_look_fn *look; /* NULL: nobody else knows of pauses */
	void *look_context;
};

static void schedule(struct tms_fetcher *fetcher, int64_t wait_ms)
{
	(void)tms_timer_in(fetcher->queue_timer, wait_ms);
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
	transfer_free(fetch->transfer);
	curl_slist_free_all(fetch->cookies);
	tms_arena_free(&fetch->arena);
	free(fetch);
}

static void deliver(struct tms_fetch *fetch, struct tms_fetch_reply *reply)
{
	struct tms_fetcher *fetcher = fetch->fetcher;

	reply->took_ms = fetch->started_ms ? tms_monotonic_ms() - fetch->started_ms : 0;
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

static void deliver_paused(struct tms_fetch *fetch, struct tms_host_clocks now)
{
	int64_t wait_ms = host_paused_ms(fetch->host, now);
	struct tms_fetch_reply reply = { .answer = { .outcome = TMS_OUTCOME_PAUSED,
						 .final_url = fetch->url,
						 .paused_until =
							 (now.wall_ms + wait_ms + 999) / 1000,
						 .error = TMS_STR("its host asks for a pause") } };

	deliver(fetch, &reply);
}

/* Waits for the host of its next address. */
static void queue_again(struct tms_fetch *fetch)
{
	struct tms_fetcher *fetcher = fetch->fetcher;
	char buffer[TMS_HOST_NAME_BYTES];

	leave_host(fetch);
	fetch->queued = true;
	fetch->has_looked = false;
	fetcher->counts.running--;
	fetcher->counts.queued++;
	fetch->host = hosts_get(&fetcher->hosts, tms_hosts_name(fetch->url, buffer));
	if (fetch->host)
		schedule(fetcher, 0);
	else
		deliver_error(
			fetch, TMS_OUTCOME_UNREACHABLE, "the fetch could not go on: out of memory");
}

static void take_cookies(struct tms_fetch *fetch)
{
	curl_slist_free_all(fetch->cookies);
	fetch->cookies = transfer_cookies(fetch->transfer);
}

/* True when the answer was a redirect and the next hop waits its turn (or the fetch has ended). */
static bool follow(struct tms_fetch *fetch, const struct tms_fetch_reply *reply)
{
	struct tms_diag diag = { 0 };
	int status = reply->answer.http_status;
	struct tms_str target = transfer_redirect(fetch->transfer);

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
	take_cookies(fetch);
	transfer_free(fetch->transfer);
	fetch->transfer = NULL;
	if (tms_guard_url(fetch->url, &diag) != TMS_OK) {
		tms_diag_prefix(&diag, "it redirects to an address that is not fetched: ");
		deliver_error(fetch, TMS_OUTCOME_DENIED, diag.text);
		return true;
	}
	queue_again(fetch);
	return true;
}

static void on_transfer_done(void *context, CURL *easy, CURLcode result)
{
	struct tms_fetch_reply reply = { 0 };
	struct tms_fetch *fetch = NULL;

	(void)context;
	(void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)(void *)&fetch);
	transfer_finish(fetch->transfer, result, &reply);
	if (follow(fetch, &reply))
		return;
	if (reply.answer.outcome == TMS_OUTCOME_UNCHANGED && !fetch->was_conditional) {
		reply.answer.outcome = TMS_OUTCOME_STATUS;
		reply.answer.error = TMS_STR(
			"the host answered 304 (not modified) without having been asked for that");
	}
	reply.answer.final_url = fetch->url;
	reply.answer.permanent_redirect = fetch->redirects > 0 && fetch->all_permanent;
	deliver(fetch, &reply);
}

static void begin_transfer(struct tms_fetch *fetch)
{
	const struct tms_fetch_request *asked = &fetch->request;
	struct tms_transfer_request request = {
		.url = fetch->url,
		.cookies = fetch->cookies,
		.options = &fetch->fetcher->options,
		.context = fetch,
	};

	/* an address gets only the validators that it gave itself (RFC 9110 section 8.8) */
	if (tms_str_equal(fetch->url, asked->validated_url)) {
		request.etag = asked->etag;
		request.last_modified = asked->last_modified;
	}
	fetch->was_conditional = request.etag.len + request.last_modified.len > 0;
	fetch->transfer = transfer_new(&fetch->fetcher->multi, &request);
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

	reply.answer.outcome = file_fetch(&fetch->request, &body, modified, &diag);
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
	fetcher->counts.started += fetch->redirects == 0;
	int64_t now_ms = tms_monotonic_ms();
	if (fetch->redirects == 0)
		fetch->started_ms = now_ms;
	if (fetch->host) {
		fetch->host->running++;
		fetch->host->next_start_ms =
			now_ms + hosts_interval_ms(fetch->host, fetcher->options.host_interval_ms);
	}
	if (fetch->request.allow_file && tms_str_starts_caseless(fetch->url, TMS_STR("file:")))
		begin_file(fetch);
	else if (tms_guard_url(fetch->url, &diag) != TMS_OK)
		deliver_error(fetch, TMS_OUTCOME_DENIED, diag.text);
	else
		begin_transfer(fetch);
}

/* Others may know of a pause that is not known here. True when their answer has to be waited for. */
static bool looks(struct tms_fetch *fetch)
{
	struct tms_fetcher *fetcher = fetch->fetcher;

	if (!fetcher->look || fetch->has_looked)
		return false;
	if (!fetch->host->is_looked_up) {
		fetch->host->is_looked_up = true;
		fetcher->look(fetcher->look_context, fetch->host->name);
	}
	return !fetch->has_looked;
}

/* Goes on with a fetch that waits. Returns the milliseconds after which it may go on; 0: it has
 * gone on, and may have ended; -1: something else will tell. */
static int64_t go_on(struct tms_fetch *fetch, struct tms_host_clocks now)
{
	int64_t wait_ms = 0;

	if (fetch->host && host_paused_ms(fetch->host, now) > 0) {
		deliver_paused(fetch, now);
		return 0;
	}
	if (fetch->host)
		wait_ms = host_wait_ms(fetch->host, fetch->fetcher->options.host_parallel, now);
	if (wait_ms != 0)
		return wait_ms;
	if (fetch->host && looks(fetch))
		return -1;
	if (fetch->host && host_paused_ms(fetch->host, now) > 0)
		deliver_paused(fetch, now); /* that was told while looking */
	else
		begin(fetch);
	return 0;
}

/* Starts what may start now; a fetch can end inside go_on(), so the walk begins again after each.
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
		int64_t wait_ms = fetch->queued ? go_on(fetch, now) : -1;
		if (wait_ms == 0) {
			soonest_ms = 0;
			break;
		}
		if (wait_ms > 0 && (soonest_ms < 0 || wait_ms < soonest_ms))
			soonest_ms = wait_ms;
		fetch = next;
	}
	if (fetcher->clock->driven && soonest_ms > DRIVEN_LOOK_MS)
		soonest_ms = DRIVEN_LOOK_MS;
	if (soonest_ms >= 0)
		schedule(fetcher, soonest_ms);
	if (!fetcher->first && fetcher->hosts.by_name.count > SWEEP_AT_HOSTS)
		hosts_sweep(&fetcher->hosts, now);
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

struct tms_fetch *tms_fetch_start(struct tms_fetcher *fetcher,
	const struct tms_fetch_request *request, tms_fetch_done_fn *done, void *context)
{
	struct tms_fetch *fetch = calloc(1, sizeof(*fetch));
	char buffer[TMS_HOST_NAME_BYTES];
	struct tms_str host = tms_hosts_name(request->url, buffer);

	if (!fetch)
		return NULL;
	*fetch = (struct tms_fetch){
		.fetcher = fetcher, .done = done, .context = context, .queued = true
	};
	fetch->request = *request;
	fetch->request.url = fetch->url = tms_arena_copy(&fetch->arena, request->url);
	fetch->request.etag = tms_arena_copy(&fetch->arena, request->etag);
	fetch->request.last_modified = tms_arena_copy(&fetch->arena, request->last_modified);
	fetch->request.validated_url =
		request->validated_url.len > 0
			? tms_arena_copy(&fetch->arena, request->validated_url)
			: fetch->url;
	fetch->host = host.len > 0 ? hosts_get(&fetcher->hosts, host) : NULL;
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

/* What is known already stays when it is later, and no nonsense of another clock. */
static void pause_host(struct tms_fetcher *fetcher, struct tms_host *host, tms_time until)
{
	if (host_paused_ms(host, clocks_of(fetcher)) == 0 || host->paused_until_ms < until * 1000)
		host->paused_until_ms = until * 1000;
	schedule(fetcher, 0);
}

void tms_fetcher_pause_host(struct tms_fetcher *fetcher, struct tms_str url, tms_time until)
{
	char buffer[TMS_HOST_NAME_BYTES];
	struct tms_host *host = hosts_get(&fetcher->hosts, tms_hosts_name(url, buffer));

	if (host)
		pause_host(fetcher, host, until);
}

tms_time tms_fetcher_paused_until(const struct tms_fetcher *fetcher, struct tms_str url)
{
	char buffer[TMS_HOST_NAME_BYTES];
	const struct tms_host *host = hosts_find(&fetcher->hosts, tms_hosts_name(url, buffer));

	return host && host_paused_ms(host, clocks_of(fetcher)) > 0
		       ? (host->paused_until_ms + 999) / 1000
		       : 0;
}

void tms_fetcher_look_with(struct tms_fetcher *fetcher, tms_fetcher_look_fn *look, void *context)
{
	fetcher->look = look;
	fetcher->look_context = context;
}

void tms_fetcher_told_host(struct tms_fetcher *fetcher, struct tms_str name, tms_time until)
{
	struct tms_host *host = hosts_find(&fetcher->hosts, name);

	if (!host)
		return; /* who asked was cancelled, and the host forgotten */
	host->is_looked_up = false;
	for (struct tms_fetch *fetch = fetcher->first; fetch; fetch = fetch->next)
		fetch->has_looked = fetch->has_looked || (fetch->queued && fetch->host == host);
	pause_host(fetcher, host, until);
}

struct tms_fetch_counts tms_fetcher_counts(const struct tms_fetcher *fetcher)
{
	return fetcher->counts;
}
