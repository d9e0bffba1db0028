/* A request forwarded to another thread, and its answer: deep copies of both. */
#include "errand.h"

#include <stdlib.h>

void errand_free(struct errand *errand)
{
	tms_arena_free(&errand->arena);
	free(errand);
}

bool errand_has_left(const struct errand *errand)
{
	return atomic_load_explicit(&errand->is_gone, memory_order_relaxed);
}

/* NULL when memory is out, as the arena says. */
static const struct tms_header *copy_headers(
	struct tms_arena *arena, const struct tms_header *from, size_t count)
{
	struct tms_header *headers = TMS_ARENA_ARRAY(arena, struct tms_header, count);

	for (size_t i = 0; headers && i < count; i++) {
		headers[i].name = tms_arena_copy(arena, from[i].name);
		headers[i].value = tms_arena_copy(arena, from[i].value);
	}
	return headers;
}

/* All that is borrowed from the connection, into the errand. */
static void copy_request(struct errand *errand, const struct tms_request *from)
{
	struct tms_arena *arena = &errand->arena;
	struct tms_request *to = &errand->request;

	*to = *from;
	to->target = tms_arena_copy(arena, from->target);
	to->path = tms_arena_copy(arena, from->path);
	to->query = tms_arena_copy(arena, from->query);
	to->host = tms_arena_copy(arena, from->host);
	to->body = tms_arena_copy(arena, from->body);
	to->headers = copy_headers(arena, from->headers, from->header_count);
}

struct errand *errand_new(
	struct tms_exchange exchange, const struct tms_request *request, struct tms_str peer)
{
	struct errand *errand = calloc(1, sizeof(*errand));

	if (!errand)
		return NULL;
	errand->exchange = exchange;
	copy_request(errand, request);
	errand->peer = tms_arena_copy(&errand->arena, peer);
	if (errand->arena.status == TMS_OK)
		return errand;
	errand_free(errand);
	return NULL;
}

static void copy_response(
	struct tms_arena *arena, const struct tms_response *from, struct tms_response *to)
{
	*to = *from;
	to->policy = tms_arena_copy(arena, from->policy);
	to->content_type = tms_arena_copy(arena, from->content_type);
	to->content_encoding = tms_arena_copy(arena, from->content_encoding);
	to->cache_control = tms_arena_copy(arena, from->cache_control);
	to->etag = tms_arena_copy(arena, from->etag);
	to->allow = tms_arena_copy(arena, from->allow);
	to->location = tms_arena_copy(arena, from->location);
	to->headers = copy_headers(arena, from->headers, from->header_count);
}

bool errand_take_answer(struct errand *errand, const struct tms_answer *answer)
{
	struct tms_arena *arena = &errand->arena;
	struct tms_str *pieces = NULL;

	copy_response(arena, &answer->response, &errand->answer.response);
	errand->answer.head = tms_arena_copy(arena, answer->head);
	pieces = TMS_ARENA_ARRAY(arena, struct tms_str, answer->piece_count);
	for (size_t i = 0; pieces && i < answer->piece_count; i++)
		pieces[i] = answer->release ? answer->pieces[i]
					    : tms_arena_copy(arena, answer->pieces[i]);
	errand->answer.pieces = pieces;
	errand->answer.piece_count = answer->piece_count;
	errand->answer.file = answer->file;
	if (arena->status != TMS_OK)
		return false;
	errand->release = answer->release;
	errand->owner = answer->owner;
	return true;
}

void errand_take_text(struct errand *errand, int status, struct tms_str text, int64_t retry_after_s)
{
	errand->has_text = true;
	errand->text = tms_arena_copy(&errand->arena, text);
	errand->answer.response.status = status;
	errand->answer.response.retry_after_s = retry_after_s;
}
