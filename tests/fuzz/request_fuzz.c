/*
 * Any bytes as a stream of requests: no crash, the same outcome however they are cut, and every
 * request that is taken keeps the promises of request.h. The first byte of the input chooses the
 * cut.
 */
#include <stdlib.h>

#include <tamis/accept.h>
#include <tamis/conditional.h>

#include "promise.h"

struct outcome {
	size_t taken;
	size_t bytes; /* of the requests that were taken */
	int refused;  /* 0, or the status */
};

static void check(struct tms_arena *arena, const struct tms_request *request)
{
	const struct tms_validators validators = { TMS_STR_INIT("W/\"e\""), 784111777 };

	PROMISE(request->path.len > 0);
	PROMISE(request->path.ptr[0] == '/' || tms_str_equal(request->path, TMS_STR("*")));
	PROMISE(tms_str_find(request->path, TMS_STR("/../"), 0) == SIZE_MAX);
	for (size_t i = 0; i < request->path.len; i++)
		PROMISE((unsigned char)request->path.ptr[i] >= 0x20);
	PROMISE(request->version_minor == 0 || request->host.len > 0);
	PROMISE(!tms_request_find(request, TMS_STR("Transfer-Encoding")));
	for (size_t i = 0; i < request->header_count; i++)
		PROMISE(!memchr(request->headers[i].value.ptr ? request->headers[i].value.ptr : "",
			'\r', request->headers[i].value.len));
	(void)tms_request_holds(request, &validators, 784111777);
	(void)tms_accept_coding(tms_request_list(arena, request, TMS_STR("Accept-Encoding")));
}

static struct outcome read_all(struct tms_str bytes, size_t step)
{
	const struct tms_request_limits limits = { 512, 64, 8, 128 };
	struct outcome seen = { 0 };
	struct tms_arena arena = { 0 };
	struct tms_request_reader reader;
	struct tms_request request = { 0 };
	struct tms_refusal refusal = { 0 };
	size_t start = 0, arrived = 0;

	tms_request_reader_init(&reader, &limits);
	for (;;) {
		switch (tms_request_read(&reader, &arena, tms_str_slice(bytes, start, arrived),
			&request, &refusal)) {
		case TMS_READING_REFUSED:
			PROMISE(refusal.status >= 400 && refusal.status < 600 && refusal.text[0]);
			seen.refused = refusal.status;
			tms_arena_free(&arena);
			return seen;
		case TMS_READING_DONE:
			check(&arena, &request);
			PROMISE(request.bytes > 0 && request.bytes <= arrived - start);
			start += request.bytes;
			seen.taken++;
			seen.bytes = start;
			tms_request_reader_init(&reader, &limits);
			tms_arena_free(&arena);
			continue;
		case TMS_READING_MORE:
		case TMS_READING_BODY:
			break;
		}
		if (arrived == bytes.len)
			break;
		arrived = step < bytes.len - arrived ? arrived + step : bytes.len;
	}
	tms_arena_free(&arena);
	return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	struct tms_str bytes = { (const char *)data + 1, size - 1 };
	struct outcome whole = read_all(bytes, bytes.len);
	struct outcome cut = read_all(bytes, data[0] ? data[0] : 1);

	PROMISE(whole.taken == cut.taken && whole.bytes == cut.bytes &&
		whole.refused == cut.refused);
	return 0;
}
