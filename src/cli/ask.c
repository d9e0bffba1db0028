/* One-shot HTTP requests for commands: the service's fetcher on a loop of its own. */
#include "cli/ask.h"

#include <event2/event.h>

#include "fetch/fetching.h"

bool ask_open(struct ask *ask, const struct tms_conf *conf)
{
	const struct tms_fetcher_options options =
		tms_fetching_options(&ask->arena, conf, TMS_STR(TAMIS_VERSION));

	ask->clock = tms_clock_system();
	ask->base = event_base_new();
	if (ask->base && ask->arena.status == TMS_OK)
		ask->fetcher = tms_fetcher_new(ask->base, &ask->clock, &options);
	return ask->fetcher != NULL;
}

void ask_close(struct ask *ask)
{
	tms_fetcher_free(ask->fetcher);
	if (ask->base)
		event_base_free(ask->base);
	tms_arena_free(&ask->arena);
	*ask = (struct ask){ 0 };
}

struct waiting {
	struct event_base *base;
	struct tms_arena *arena;
	struct asked *out;
	bool is_done;
};

static void on_reply(void *context, const struct tms_fetch_reply *reply)
{
	struct waiting *waiting = context;
	struct tms_arena *arena = waiting->arena;

	*waiting->out = (struct asked){
		.outcome = reply->answer.outcome,
		.http_status = reply->answer.http_status,
		.body = tms_arena_copy(arena, reply->body),
		.hints = { .content_type = tms_arena_copy(arena, reply->content_type),
			.content_language = tms_arena_copy(arena, reply->content_language),
			.url = tms_arena_copy(arena, reply->answer.final_url) },
		.error = tms_arena_copy(arena, reply->answer.error),
	};
	waiting->is_done = true;
	(void)event_base_loopbreak(waiting->base);
}

enum tms_status ask_get(
	struct ask *ask, struct tms_arena *arena, struct tms_str url, struct asked *out)
{
	const struct tms_fetch_request request = { .url = url };
	struct waiting waiting = { .base = ask->base, .arena = arena, .out = out };

	if (!tms_fetch_start(ask->fetcher, &request, on_reply, &waiting))
		return TMS_ENOMEM;
	while (!waiting.is_done)
		if (event_base_dispatch(ask->base) != 0)
			return TMS_EIO;
	return arena->status == TMS_OK ? TMS_OK : TMS_ENOMEM;
}
