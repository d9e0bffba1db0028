/* The table of hosts: transfers under way, pauses, when the next one may start. */
#include "fetch/hosts.h"

#include <stdlib.h>

#include <tamis/poll.h>

#define ARXIV_INTERVAL_MS 3000
#define PAUSE_MAX_MS ((TMS_PAUSE_MAX_S + INT64_C(60)) * 1000)

void hosts_free(struct hosts *hosts)
{
	size_t cursor = 0;
	void *host = NULL;

	while (tms_map_next(&hosts->by_name, &cursor, NULL, &host))
		free(host);
	tms_map_free(&hosts->by_name);
}

static void strip_default_port(struct tms_str *host, struct tms_str scheme)
{
	struct tms_str port =
		tms_str_equal_caseless(scheme, TMS_STR("https")) ? TMS_STR(":443") : TMS_STR(":80");

	if (tms_str_ends(*host, port))
		host->len -= port.len;
}

struct tms_str tms_hosts_name(struct tms_str url, char buffer[TMS_HOST_NAME_BYTES])
{
	size_t start = tms_str_find(url, TMS_STR("://"), 0);
	size_t len = 0;

	if (start == SIZE_MAX)
		return (struct tms_str){ 0 };
	struct tms_str scheme = tms_str_slice(url, 0, start);
	for (size_t i = start + 3; i < url.len && !strchr("/?#\\", url.ptr[i]); i++) {
		if (url.ptr[i] == '@')
			len = 0; /* what came was a user */
		else if (len < TMS_HOST_NAME_BYTES)
			buffer[len++] = tms_lower(url.ptr[i]);
	}
	struct tms_str host = { buffer, len };
	strip_default_port(&host, scheme);
	if (host.len > 1 && host.ptr[host.len - 1] == '.')
		host.len--;
	return host;
}

struct host *hosts_find(const struct hosts *hosts, struct tms_str name)
{
	return tms_map_find(&hosts->by_name, name);
}

struct host *hosts_get(struct hosts *hosts, struct tms_str name)
{
	struct host *host = tms_map_find(&hosts->by_name, name);

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

int64_t host_paused_ms(const struct host *host, struct host_clocks now)
{
	int64_t pause_ms = host->paused_until_ms - now.wall_ms;

	/* longer than any pause: the wall clock was set back */
	return pause_ms > 0 && pause_ms <= PAUSE_MAX_MS ? pause_ms : 0;
}

int64_t host_wait_ms(const struct host *host, unsigned parallel_max, struct host_clocks now)
{
	int64_t start_ms = host->next_start_ms - now.monotonic_ms;

	if (host->running >= parallel_max)
		return -1;
	return start_ms > 0 ? start_ms : 0;
}

int64_t hosts_interval_ms(const struct host *host, int64_t interval_ms)
{
	if (interval_ms == 0 || !(tms_str_equal(host->name, TMS_STR("arxiv.org")) ||
					tms_str_ends(host->name, TMS_STR(".arxiv.org"))))
		return interval_ms;
	return interval_ms * 3 > ARXIV_INTERVAL_MS ? interval_ms * 3 : ARXIV_INTERVAL_MS;
}

void hosts_sweep(struct hosts *hosts, struct host_clocks now)
{
	size_t cursor = 0;
	void *value = NULL;

	while (tms_map_next(&hosts->by_name, &cursor, NULL, &value)) {
		struct host *host = value;
		if (host_wait_ms(host, 1, now) != 0 || host_paused_ms(host, now) > 0)
			continue;
		(void)tms_map_remove(&hosts->by_name, host->name);
		free(host);
	}
}
