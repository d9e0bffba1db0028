/*
 * A fetch goes: queued until its host may be asked → a transfer → one reply, or, when it is a
 * redirect, queued again for the next host: each hop is judged anew, and asked as politely as a
 * first one. A host that is paused ends the fetch. The reply is always delivered from the loop.
 */
#include "fetch/fetch_private.h"

#include <stdlib.h>

#include "fetch/file.h"
#include "fetch/transfer.h"
#include "loop/clock.h"
#include "loop/timer.h"

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
	if (fetch->queued) {
		host_queue_leave(fetch);
	} else if (fetch->host) {
		fetch->host->running--;
		host_queue_place(fetch->fetcher, fetch->host);
	}
	fetch->host = NULL;
}

void fetch_free(struct tms_fetch *fetch)
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
	(void)tms_timer_soon(fetcher->queue_timer); /* the next of this host may start */
}

static void deliver_error(struct tms_fetch *fetch, enum tms_outcome outcome, const char *sentence)
{
	struct tms_fetch_reply reply = { .answer = { .outcome = outcome,
						 .final_url = fetch->url,
						 .error = tms_str_from(sentence) } };

	deliver(fetch, &reply);
}

static void deliver_paused(struct tms_fetch *fetch, struct host_clocks now)
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
	host_queue_put(fetch);
	if (fetch->host)
		(void)tms_timer_soon(fetcher->queue_timer);
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

void fetch_finish(struct tms_fetch *fetch, CURLcode result)
{
	struct tms_fetch_reply reply = { 0 };

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
	struct transfer_request request = {
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
	char modified[FILE_MODIFIED_BYTES] = "";
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

	host_queue_leave(fetch);
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
		host_queue_place(fetcher, fetch->host);
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

int64_t fetch_go_on(struct tms_fetch *fetch, struct host_clocks now)
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
	fetch->age = fetcher->starts++;
	host_queue_put(fetch);
	fetch->previous = fetcher->last;
	*(fetcher->last ? &fetcher->last->next : &fetcher->first) = fetch;
	fetcher->last = fetch;
	fetcher->counts.queued++;
	(void)tms_timer_soon(fetcher->queue_timer);
	return fetch;
}

void tms_fetch_cancel(struct tms_fetch *fetch)
{
	if (fetch)
		fetch_free(fetch);
}
