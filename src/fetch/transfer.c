/* One HTTP transfer (curl easy handle): options, limits, the address guard, its failure told. */
#include "fetch/transfer.h"

#include <arpa/inet.h>
#include <stdlib.h>

#include "fetch/trouble.h"

#define LOW_SPEED_BYTES 100L
#define LOW_SPEED_S 10L
#define HEADER_SETS 14

enum transfer_header {
	HEADER_ETAG,
	HEADER_LAST_MODIFIED,
	HEADER_CACHE_CONTROL,
	HEADER_EXPIRES,
	HEADER_DATE,
	HEADER_AGE,
	HEADER_RETRY_AFTER,
	HEADER_RATE_LIMIT,
	HEADER_RATE_REMAINING,
	HEADER_RATE_RESET,
	HEADER_X_RATE_REMAINING,
	HEADER_X_RATE_RESET,
	HEADER_CONTENT_TYPE,
	HEADER_CONTENT_LANGUAGE
};

static const struct tms_str header_names[HEADER_SETS] = {
	[HEADER_ETAG] = TMS_STR_INIT("etag"),
	[HEADER_LAST_MODIFIED] = TMS_STR_INIT("last-modified"),
	[HEADER_CACHE_CONTROL] = TMS_STR_INIT("cache-control"),
	[HEADER_EXPIRES] = TMS_STR_INIT("expires"),
	[HEADER_DATE] = TMS_STR_INIT("date"),
	[HEADER_AGE] = TMS_STR_INIT("age"),
	[HEADER_RETRY_AFTER] = TMS_STR_INIT("retry-after"),
	[HEADER_RATE_LIMIT] = TMS_STR_INIT("ratelimit"),
	[HEADER_RATE_REMAINING] = TMS_STR_INIT("ratelimit-remaining"),
	[HEADER_RATE_RESET] = TMS_STR_INIT("ratelimit-reset"),
	[HEADER_X_RATE_REMAINING] = TMS_STR_INIT("x-ratelimit-remaining"),
	[HEADER_X_RATE_RESET] = TMS_STR_INIT("x-ratelimit-reset"),
	[HEADER_CONTENT_TYPE] = TMS_STR_INIT("content-type"),
	[HEADER_CONTENT_LANGUAGE] = TMS_STR_INIT("content-language"),
};

struct transfer {
	CURL *easy;
	struct multi *multi;
	struct curl_slist *request_headers;
	const struct tms_fetcher_options *options;
	struct tms_arena arena;
	struct tms_buf body;
	struct tms_str headers[HEADER_SETS];
	size_t header_bytes;
	struct tms_diag refusal; /* the guard's, when it refused an address */
	bool refused, headers_too_large, body_too_large;
	char curl_says[CURL_ERROR_SIZE]; /* libcurl's own words: only looked into, never shown */
};

/* Judges an address; a refusal is kept for the reply. */
static bool judge(struct transfer *transfer, const struct tms_address *address)
{
	char text[INET6_ADDRSTRLEN] = "?";
	const char *why = tms_guard_refusal(&transfer->options->policy, address);

	if (!why)
		return true;
	(void)inet_ntop(address->is_v6 ? AF_INET6 : AF_INET, address->bytes, text, sizeof(text));
	tms_diag_set(&transfer->refusal, 0, 0,
		"it leads to %s, which is refused (%s); if that is meant, add the network to allow_networks",
		text, why);
	transfer->refused = true;
	return false;
}

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct tms_address address = { .is_v6 = to->family == AF_INET6 };

	if (purpose != CURLSOCKTYPE_IPCXN || (to->family != AF_INET && to->family != AF_INET6))
		return CURL_SOCKET_BAD;
	if (address.is_v6)
		memcpy(address.bytes,
			&((const struct sockaddr_in6 *)(const void *)&to->addr)->sin6_addr, 16);
	else
		memcpy(address.bytes,
			&((const struct sockaddr_in *)(const void *)&to->addr)->sin_addr, 4);
	if (!judge(context, &address))
		return CURL_SOCKET_BAD;
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* Also called when a connection is used again, which open_socket is not. */
static int before_request(void *context, char *remote, char *local, int remote_port, int local_port)
{
	struct tms_address address;

	(void)local;
	(void)remote_port;
	(void)local_port;
	if (!tms_address_parse(tms_str_from(remote), &address) || !judge(context, &address))
		return CURL_PREREQFUNC_ABORT;
	return CURL_PREREQFUNC_OK;
}

/* Counts decoded bytes: libcurl 7.88 bounds only what comes over the wire. */
static size_t on_body(char *bytes, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;

	tms_buf_add(&transfer->body, (struct tms_str){ bytes, size * count });
	if (transfer->body.status == TMS_OK)
		return size * count;
	transfer->body_too_large = transfer->body.status == TMS_ELIMIT;
	return 0;
}

static size_t on_header(char *bytes, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;
	struct tms_str line = { bytes, size * count };

	transfer->header_bytes += line.len;
	if (transfer->header_bytes > transfer->options->header_bytes_max) {
		transfer->headers_too_large = true;
		return 0;
	}
	if (tms_str_starts_caseless(line, TMS_STR("HTTP/"))) /* after a 1xx the real head follows */
		memset(transfer->headers, 0, sizeof(transfer->headers));
	size_t colon = tms_str_find_byte(line, ':', 0);
	struct tms_str name = tms_str_slice(line, 0, colon);
	for (size_t i = 0; colon != SIZE_MAX && i < HEADER_SETS; i++)
		if (tms_str_equal_caseless(name, header_names[i]))
			transfer->headers[i] = tms_arena_copy(&transfer->arena,
				tms_str_trim(tms_str_slice(line, colon + 1, line.len)));
	return transfer->arena.status == TMS_OK ? line.len : 0;
}

static bool add_header(struct transfer *transfer, const char *name, struct tms_str value)
{
	struct tms_buf line = { 0 };

	if (value.len == 0)
		return true;
	for (size_t i = 0; i < value.len; i++)
		if (value.ptr[i] == '\r' || value.ptr[i] == '\n' || value.ptr[i] == '\0')
			return true; /* a validator with a line break is none */
	tms_buf_format(&line, "%s: %.*s", name, TMS_STR_ARGS(value));
	tms_buf_add_char(&line, '\0');
	struct curl_slist *longer = line.status == TMS_OK
					    ? curl_slist_append(transfer->request_headers, line.ptr)
					    : NULL;
	tms_buf_free(&line);
	if (longer)
		transfer->request_headers = longer;
	return longer != NULL;
}

static void set_options(struct transfer *transfer, const char *url, const char *user_agent)
{
	const struct tms_fetcher_options *options = transfer->options;
	CURL *easy = transfer->easy;

	(void)curl_easy_setopt(easy, CURLOPT_URL, url);
	(void)curl_easy_setopt(easy, CURLOPT_USERAGENT, user_agent);
	(void)curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	(void)curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	/* a proxy of the environment would hide the address from us */
	(void)curl_easy_setopt(easy, CURLOPT_PROXY, "");
	(void)curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	(void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	/* else a transfer that is over while its name is looked up waits for that, and the loop too */
	(void)curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
	(void)curl_easy_setopt(easy, CURLOPT_COOKIEFILE, ""); /* of no file; of this chain alone */
	(void)curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->curl_says);
	(void)curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
	(void)curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->request_headers);
	(void)curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)options->connect_timeout_ms);
	(void)curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)options->total_timeout_ms);
	(void)curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, LOW_SPEED_BYTES);
	(void)curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, LOW_SPEED_S);
	(void)curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	(void)curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer);
	(void)curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, before_request);
	(void)curl_easy_setopt(easy, CURLOPT_PREREQDATA, transfer);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
	(void)curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	(void)curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
}

struct transfer *transfer_new(struct multi *multi, const struct transfer_request *request)
{
	struct transfer *transfer = calloc(1, sizeof(*transfer));

	if (!transfer)
		return NULL;
	transfer->multi = multi;
	transfer->options = request->options;
	transfer->body.max = request->options->body_bytes_max;
	transfer->easy = curl_easy_init();
	const char *url = tms_str_cstr(&transfer->arena, request->url);
	const char *user_agent = tms_str_cstr(&transfer->arena, request->options->user_agent);
	if (!transfer->easy || !url || !user_agent ||
		!add_header(transfer, "Accept",
			TMS_STR("application/atom+xml, application/rss+xml, "
				"application/feed+json, application/json;q=0.9, "
				"text/html;q=0.8, */*;q=0.5")) ||
		!add_header(transfer, "If-None-Match", request->etag) ||
		!add_header(transfer, "If-Modified-Since", request->last_modified))
		goto fail;
	set_options(transfer, url, user_agent);
	/* each line of the list is as libcurl wrote it; it decides again where each may go */
	for (const struct curl_slist *c = request->cookies; c; c = c->next)
		(void)curl_easy_setopt(transfer->easy, CURLOPT_COOKIELIST, c->data);
	(void)curl_easy_setopt(transfer->easy, CURLOPT_PRIVATE, request->context);
	if (curl_multi_add_handle(multi->curl, transfer->easy) != CURLM_OK)
		goto fail;
	return transfer;
fail:
	transfer_free(transfer);
	return NULL;
}

void transfer_free(struct transfer *transfer)
{
	if (!transfer)
		return;
	if (transfer->easy) {
		(void)curl_multi_remove_handle(transfer->multi->curl, transfer->easy);
		curl_easy_cleanup(transfer->easy);
	}
	curl_slist_free_all(transfer->request_headers);
	tms_buf_free(&transfer->body);
	tms_arena_free(&transfer->arena);
	free(transfer);
}

/* Why there is no body to use, as outcome and sentence. */
static void tell_failure(struct transfer *transfer, CURLcode result, struct tms_poll_answer *answer)
{
	long verified = 0;

	(void)curl_easy_getinfo(transfer->easy, CURLINFO_SSL_VERIFYRESULT, &verified);
	answer->outcome = TMS_OUTCOME_UNREACHABLE;
	answer->error = tms_str_from(fetch_trouble(result, verified, transfer->curl_says));
	if (transfer->body_too_large) {
		answer->outcome = TMS_OUTCOME_TOO_LARGE;
		answer->error = tms_arena_format(&transfer->arena,
			"the answer is larger than limits.body_bytes (%zu)",
			transfer->options->body_bytes_max);
	} else if (transfer->headers_too_large || result == CURLE_OUT_OF_MEMORY) {
		/* libcurl 7.88 calls a header line that it will not hold "out of memory" */
		answer->outcome = TMS_OUTCOME_TOO_LARGE;
		answer->error = tms_arena_format(&transfer->arena,
			"the answer's head is larger than limits.header_bytes (%zu)",
			transfer->options->header_bytes_max);
	} else if (transfer->refused) {
		answer->outcome = TMS_OUTCOME_DENIED;
		answer->error = tms_str_from(transfer->refusal.text);
	}
}

void transfer_finish(struct transfer *transfer, CURLcode result, struct tms_fetch_reply *reply)
{
	struct tms_poll_answer *answer = &reply->answer;
	curl_off_t wire_bytes = 0;
	long status = 0;

	(void)curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(transfer->easy, CURLINFO_SIZE_DOWNLOAD_T, &wire_bytes);
	*reply = (struct tms_fetch_reply){ .wire_bytes = (size_t)wire_bytes,
		.content_type = transfer->headers[HEADER_CONTENT_TYPE],
		.content_language = transfer->headers[HEADER_CONTENT_LANGUAGE] };
	*answer = (struct tms_poll_answer){ .http_status = (int)status,
		.etag = transfer->headers[HEADER_ETAG],
		.last_modified = transfer->headers[HEADER_LAST_MODIFIED],
		.cache_control = transfer->headers[HEADER_CACHE_CONTROL],
		.expires = transfer->headers[HEADER_EXPIRES],
		.date = transfer->headers[HEADER_DATE],
		.age = transfer->headers[HEADER_AGE],
		.retry_after = transfer->headers[HEADER_RETRY_AFTER],
		.rate_limit = transfer->headers[HEADER_RATE_LIMIT] };
	bool is_plain = transfer->headers[HEADER_RATE_REMAINING].len > 0;
	answer->rate_remaining =
		transfer->headers[is_plain ? HEADER_RATE_REMAINING : HEADER_X_RATE_REMAINING];
	answer->rate_reset = transfer->headers[is_plain ? HEADER_RATE_RESET : HEADER_X_RATE_RESET];
	if (result != CURLE_OK) {
		tell_failure(transfer, result, answer);
	} else if (status == 200) {
		answer->outcome = TMS_OUTCOME_LISTED;
		reply->body = tms_buf_str(&transfer->body);
	} else if (status == 304) {
		answer->outcome = TMS_OUTCOME_UNCHANGED;
	} else {
		answer->outcome = TMS_OUTCOME_STATUS;
		answer->error = tms_arena_format(&transfer->arena, "the host answered %ld", status);
	}
}

struct curl_slist *transfer_cookies(const struct transfer *transfer)
{
	struct curl_slist *cookies = NULL;

	(void)curl_easy_getinfo(transfer->easy, CURLINFO_COOKIELIST, &cookies);
	return cookies;
}

struct tms_str transfer_redirect(const struct transfer *transfer)
{
	char *url = NULL;

	(void)curl_easy_getinfo(transfer->easy, CURLINFO_REDIRECT_URL, &url);
	return tms_str_from(url);
}
