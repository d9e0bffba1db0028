/* Retry-After of hosts, kept in the store and looked up there before a host is asked. */
#include "service/pauses.h"

#include <stdlib.h>

#include <jansson.h>

#include "fetch/hosts.h"

struct pause_look {
	LIST_ENTRY(pause_look) link;
	struct pauses *pauses;
	struct tms_store_op *op;
	size_t host_len;
	char host[TMS_HOST_NAME_BYTES];
};

/* ---- what is stored: {"v":1,"until":SECONDS} ---- */

static void write_pause(struct tms_buf *buf, tms_time until)
{
	tms_buf_format(buf, "{\"v\":1,\"until\":%lld}", (long long)until);
}

static tms_time read_pause(struct tms_str bytes)
{
	json_t *object = json_loadb(bytes.ptr ? bytes.ptr : "", bytes.len, 0, NULL);
	tms_time until = json_integer_value(json_object_get(object, "until"));

	json_decref(object);
	return until > 0 && until <= TMS_TIME_MAX ? until : 0;
}

/* ---- looking up ---- */

static void on_state(void *context, const struct tms_store_reply *reply)
{
	struct pause_look *look = context;
	tms_time until = 0; /* a store that is away keeps nobody from asking */

	if (reply->status == TMS_OK && reply->found)
		until = read_pause(reply->value);
	LIST_REMOVE(look, link);
	tms_fetcher_told_host(
		look->pauses->fetcher, (struct tms_str){ look->host, look->host_len }, until);
	free(look);
}

static void look_up(void *context, struct tms_str host)
{
	struct pauses *pauses = context;
	struct pause_look *look = calloc(1, sizeof(*look));

	if (look && host.len > 0 && host.len <= sizeof(look->host)) {
		look->pauses = pauses;
		look->host_len = host.len;
		memcpy(look->host, host.ptr, host.len);
		LIST_INSERT_HEAD(&pauses->looks, look, link);
		look->op = tms_store_state_get(pauses->store, TMS_STORE_STATE_HOST, host,
			(struct tms_store_call){ .done = on_state, .context = look });
		if (look->op)
			return;
		LIST_REMOVE(look, link);
	}
	free(look);
	tms_fetcher_told_host(pauses->fetcher, host, 0);
}

void pauses_init(struct pauses *pauses, struct tms_fetcher *fetcher, struct tms_store *store,
	struct tms_log *log)
{
	*pauses = (struct pauses){ .fetcher = fetcher, .store = store, .log = log };
	LIST_INIT(&pauses->looks);
	tms_fetcher_look_with(fetcher, look_up, pauses);
}

void pauses_fini(struct pauses *pauses)
{
	struct pause_look *next = NULL;

	for (struct pause_look *look = LIST_FIRST(&pauses->looks); look; look = next) {
		next = LIST_NEXT(look, link);
		tms_store_cancel(look->op);
		free(look);
	}
	LIST_INIT(&pauses->looks);
	if (pauses->fetcher)
		tms_fetcher_look_with(pauses->fetcher, NULL, NULL);
}

void pauses_note(struct pauses *pauses, struct tms_str url, tms_time until)
{
	char buffer[TMS_HOST_NAME_BYTES];
	struct tms_str host = tms_hosts_name(url, buffer);
	struct tms_buf bytes = { 0 }, shown = { 0 };

	if (until == 0 || host.len == 0 || tms_fetcher_paused_until(pauses->fetcher, url) >= until)
		return;
	tms_fetcher_pause_host(pauses->fetcher, url, until);
	tms_time_write_rfc3339(&shown, until);
	TMS_LOG(pauses->log, TMS_LOG_WARNING, "a host asks for a pause", { "host", host },
		{ "until", tms_buf_str(&shown) });
	write_pause(&bytes, until);
	/* a store that is away loses it: the fetcher has it */
	if (bytes.status == TMS_OK)
		(void)tms_store_state_put(pauses->store, TMS_STORE_STATE_HOST, host,
			tms_buf_str(&bytes), (struct tms_store_call){ 0 });
	tms_buf_free(&bytes);
	tms_buf_free(&shown);
}
