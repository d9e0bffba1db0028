/*
 * What waits, by host: each host has a queue of its own, oldest first, and stands in one of two
 * heaps. Ready are those whose first one may go on, by its age; waiting those that may be asked again
 * at a moment, by that moment. In neither are those that something else tells of: the end of a
 * transfer, the answer of who was asked about a pause. So one that starts or ends costs the same
 * however many wait.
 */
#include "fetch/fetch_private.h"
#include "loop/clock.h"

struct host_clocks host_queue_clocks(const struct tms_fetcher *fetcher)
{
	return (struct host_clocks){ tms_monotonic_ms(),
		fetcher->clock->wall_ms(fetcher->clock->context) };
}

/* Files, and addresses without a host, which end at once, wait for nobody. */
static struct host *host_of(struct tms_fetch *fetch)
{
	return fetch->host ? fetch->host : &fetch->fetcher->hostless;
}

void host_queue_place(struct tms_fetcher *fetcher, struct host *host)
{
	const struct tms_fetch *first = host->first;

	pairing_heap_leave(&host->place);
	if (!first)
		return;
	struct host_clocks now = host_queue_clocks(fetcher);
	bool is_paused = host_paused_ms(host, now) > 0; /* all of them end at once */
	int64_t wait_ms = is_paused ? 0 : host_wait_ms(host, fetcher->options.host_parallel, now);
	bool is_asked_about = fetcher->look && host->is_looked_up && !first->has_looked;
	if (wait_ms > 0)
		pairing_heap_put(&fetcher->waiting, &host->place, host->next_start_ms);
	else if (wait_ms == 0 && (is_paused || !is_asked_about))
		pairing_heap_put(&fetcher->ready, &host->place, first->age);
}

void host_queue_place_all(struct tms_fetcher *fetcher)
{
	size_t cursor = 0;
	void *host = NULL;

	while (tms_map_next(&fetcher->hosts.by_name, &cursor, NULL, &host))
		host_queue_place(fetcher, host);
}

void host_queue_put(struct tms_fetch *fetch)
{
	struct host *host = host_of(fetch);
	struct tms_fetch *before = host->last;

	/* the youngest nearly always; on a next hop the oldest */
	if (before && before->age > fetch->age && host->first->age > fetch->age)
		before = NULL;
	while (before && before->age > fetch->age)
		before = before->waits_before;
	fetch->waits_before = before;
	fetch->waits_next = before ? before->waits_next : host->first;
	*(before ? &before->waits_next : &host->first) = fetch;
	*(fetch->waits_next ? &fetch->waits_next->waits_before : &host->last) = fetch;
	if (host->first == fetch)
		host_queue_place(fetch->fetcher, host);
}

void host_queue_leave(struct tms_fetch *fetch)
{
	struct host *host = host_of(fetch);
	bool was_first = host->first == fetch;

	*(was_first ? &host->first : &fetch->waits_before->waits_next) = fetch->waits_next;
	*(fetch->waits_next ? &fetch->waits_next->waits_before : &host->last) = fetch->waits_before;
	fetch->waits_next = fetch->waits_before = NULL;
	if (was_first)
		host_queue_place(fetch->fetcher, host);
}

static struct host *host_at(const struct pairing_link *link)
{
	return link ? (struct host *)((uintptr_t)link - offsetof(struct host, place)) : NULL;
}

struct host *host_queue_ready(struct tms_fetcher *fetcher)
{
	int64_t now_ms = tms_monotonic_ms();
	struct host *host = NULL;

	while ((host = host_at(fetcher->waiting.first)) && host->place.number <= now_ms)
		host_queue_place(fetcher, host);
	return host_at(fetcher->ready.first);
}

int64_t host_queue_wait_ms(const struct tms_fetcher *fetcher)
{
	const struct pairing_link *first = fetcher->waiting.first;
	int64_t wait_ms = first ? first->number - tms_monotonic_ms() : -1;

	if (fetcher->ready.first)
		return 0;
	return first && wait_ms < 0 ? 0 : wait_ms;
}
