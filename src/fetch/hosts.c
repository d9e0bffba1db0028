#include "fetch/hosts.h"

#include <stdlib.h>

#define ARXIV_INTERVAL_MS 3000
#define PAUSE_MAX_MS (INT64_C(8) * 24 * 3600 * 1000) /* Retry-After is obeyed up to a week */

void tms_hosts_free(struct tms_hosts *hosts)
{
	size_t cursor = 0;
	void *host = NULL;

	while (tms_map_next(&hosts->by_name, &cursor, NULL, &host))
		free(host);
	tms_map_free(&hosts->by_name);
}

struct tms_str tms_hosts_name(struct tms_str url, char *buffer, size_t size)
{
	size_t start = tms_str_find(url, TMS_STR("://"), 0);
	size_t len = 0;

	if (start == SIZE_MAX)
		return (struct tms_str){ 0 };
	for (size_t i = start + 3; i < url.len && !strchr("/?#", url.ptr[i]) && len < size; i++)
		buffer[len++] = tms_lower(url.ptr[i]);
	return (struct tms_str){ buffer, len };
}

struct tms_host *tms_hosts_get(struct tms_hosts *hosts, struct tms_str name)
{
	struct tms_host *host = tms_map_find(&hosts->by_name, name);

	if (host)
		return host;
	host = calloc(1, sizeof(*host) + name.len);
	if (!host)
		return NULL;
	if (name.len > 0)
		memcpy(host + 1, name.ptr, name.len);
	host->name = (struct tms_str){ (char *)(host + 1), name.len };
	if (tms_map_put(&hosts->by_name, host->name, host) != TMS_OK) {
		free(host);
		return NULL;
	}
	return host;
}

int64_t tms_host_wait_ms(
	const struct tms_host *host, unsigned parallel_max, struct tms_host_clocks now)
{
	int64_t start_ms = host->next_start_ms - now.monotonic_ms;
	int64_t pause_ms = host->paused_until_ms - now.wall_ms;

	if (pause_ms > PAUSE_MAX_MS) /* the wall clock was set back */
		pause_ms = 0;
	if (host->running >= parallel_max)
		return -1;
	if (start_ms < pause_ms)
		start_ms = pause_ms;
	return start_ms > 0 ? start_ms : 0;
}

int64_t tms_host_interval_ms(const struct tms_host *host, int64_t interval_ms)
{
	if (interval_ms == 0 || !(tms_str_equal(host->name, TMS_STR("arxiv.org")) ||
					tms_str_ends(host->name, TMS_STR(".arxiv.org"))))
		return interval_ms;
	return interval_ms * 3 > ARXIV_INTERVAL_MS ? interval_ms * 3 : ARXIV_INTERVAL_MS;
}

void tms_hosts_sweep(struct tms_hosts *hosts, struct tms_host_clocks now)
{
	size_t cursor = 0;
	void *value = NULL;

	while (tms_map_next(&hosts->by_name, &cursor, NULL, &value)) {
		struct tms_host *host = value;
		if (host->running > 0 || tms_host_wait_ms(host, 1, now) != 0)
			continue;
		(void)tms_map_remove(&hosts->by_name, host->name);
		free(host);
	}
}
