#include <stdlib.h>

#include <tamis/conditional.h>

#include "service/source_words.h"
#include "service/stored_results.h"
#include "web/web_private.h"

#define STARTING_RETRY_S 30
#define STORE_RETRY_S 10
/* Fronts look through all that they hold after so many renditions were dropped, or so long. */
#define SWEEP_DROPPED 64
#define SWEEP_MS 1000

static void answer_text(struct tms_exchange exchange, int status, struct tms_str text)
{
	(void)tms_exchange_answer_text(
		exchange, status, text, status == 503 ? STARTING_RETRY_S : 0);
}

/* Hands a rendition to the serving loop that asked; what was dropped meanwhile is to come back from
 * all of them, so that the bound of the cache holds. Takes the reference. */
static void send_rendition(
	struct tms_web *web, struct tms_exchange exchange, struct tms_rendition *rendition)
{
	uint64_t dropped = web->service->feeds.dropped;
	int64_t now_ms = 0;

	front_hand_over(exchange, rendition);
	if (web->swept == dropped)
		return;
	now_ms = tms_monotonic_ms();
	if (dropped - web->swept < SWEEP_DROPPED && now_ms - web->swept_ms < SWEEP_MS)
		return;
	web->swept = dropped;
	web->swept_ms = now_ms;
	loops_sweep(web->loops);
}

#define REASONS_MAX 10 /* sources that an answer speaks of */

/* What keeps a feed from being served, with the sources that have nothing yet; in the arena. */
static struct tms_str not_yet(
	struct tms_web *web, struct tms_arena *arena, const struct tms_shelf *shelf)
{
	tms_time now = tms_clock_now(web->service->clock);
	struct tms_buf words = { 0 };
	size_t told = 0;

	tms_buf_add_cstr(
		&words, "The first listing has not been read yet. Try again in a moment.\n");
	for (size_t i = 0; i < shelf->count && told < REASONS_MAX; i++) {
		if (tms_window_count(shelf->sources[i]->window) > 0)
			continue;
		tms_source_reason_words(&words, shelf->sources[i], now);
		tms_buf_add_char(&words, '\n');
		told++;
	}
	return tms_arena_take(arena, &words);
}

/* A reader that asked before the items were read, and the store's answer to what the feed held last. */
struct early {
	struct tms_web *web;
	struct tms_exchange exchange;
	struct tms_str not_yet; /* in the exchange's arena */
};

static bool holds_kept(const struct early *early, const struct tms_request *request,
	const struct tms_result *result, struct tms_str coding, struct tms_response *response)
{
	struct tms_buf etag = { 0 };

	tms_result_etag(result, coding, &etag);
	response->etag = tms_arena_take(tms_exchange_arena(early->exchange), &etag);
	const struct tms_validators validators = { response->etag, result->modified };
	return tms_request_holds(request, &validators, tms_clock_now(early->web->service->clock));
}

static void on_kept(void *context, const struct tms_result *result)
{
	struct early early = *(struct early *)context;
	const struct tms_request *request = tms_exchange_request(early.exchange);
	struct tms_answer answer = { .response = { .status = 304,
					     .cache_control = TMS_STR("private, max-age=900"),
					     .varies_by_coding = true } };

	free(context);
	if (!request)
		return;
	if (result && (holds_kept(&early, request, result, TMS_STR("gzip"), &answer.response) ||
			      holds_kept(&early, request, result, TMS_STR(""), &answer.response))) {
		early.web->feeds_unchanged++;
		(void)tms_exchange_answer(early.exchange, &answer);
	} else {
		answer_text(early.exchange, 503, early.not_yet);
	}
}

/* Before the items are read a reader that has the feed already can still be told that nothing has changed. */
static void answer_early(
	struct tms_web *web, struct tms_exchange exchange, const struct tms_served *served)
{
	struct early *early = served->key.len == 0 ? malloc(sizeof(*early)) : NULL;
	struct tms_str why = not_yet(web, tms_exchange_arena(exchange), served->shelf);

	if (early)
		*early = (struct early){ web, exchange, why };
	if (!early || !tms_stored_results_ask(web->service, served, on_kept, early)) {
		free(early);
		answer_text(exchange, 503, why);
	}
}

/* Sources that no feed has asked for together yet are being indexed, and the first reader's entries
 * are being written: it takes a moment. */
static enum turn_word serve_feed(
	struct turn *turn, const struct tms_request *request, struct tms_served *served)
{
	struct tms_web *web = turn->web;
	struct tms_rendition *rendition = NULL;

	(void)request;
	if (served->is_over) {
		answer_text(turn->exchange, 410,
			TMS_STR("This feed is gone. It was deleted, or taken out of the configuration.\n"));
		return TURN_OVER;
	}
	if (!tms_served_is_ready(served)) {
		answer_early(web, turn->exchange, served);
		return TURN_OVER;
	}
	turn->shelf = served->shelf;
	if (!served->shelf->is_filled)
		return TURN_WAIT;
	if (!tms_served_prepare(web->service, served))
		return TURN_MORE;
	enum tms_status st = tms_served_rendition(web->service, served, &turn->missing, &rendition);
	if (st == TMS_OK)
		send_rendition(web, turn->exchange, rendition);
	else if (st == TMS_EUNAVAIL)
		return TURN_MORE;
	else
		answer_text(turn->exchange, 503,
			TMS_STR("There is not enough memory to make this feed now.\n"));
	return TURN_OVER;
}

/* /f/TOKEN.atom, .rss, .json */
static enum turn_word person_feed(struct turn *turn, const struct tms_request *request)
{
	struct tms_web *web = turn->web;
	struct tms_exchange exchange = turn->exchange;
	struct tms_str token = tms_str_slice(request->path, 3, request->path.len);
	enum tms_form form = TMS_FORM_ATOM;

	if (!tms_form_cut(&token, &form)) {
		answer_text(exchange, 404, TMS_STR("There is no feed at this address.\n"));
		return TURN_OVER;
	}
	struct tms_served *served =
		tms_token_is_well_formed(token) ? tms_feeds_find(web->service, token, form) : NULL;
	if (served)
		return serve_feed(turn, request, served);
	if (!tms_service_knows_feeds(web->service))
		(void)tms_exchange_answer_text(exchange, 503,
			TMS_STR("The store cannot be read now, so it is not known whether there is a feed at this "
				"address. Try again soon.\n"),
			STORE_RETRY_S);
	else if (limiter_lets_guess(
			 loops_limiter(web->loops), loops_rules(web->loops), exchange, request))
		answer_text(exchange, 404, TMS_STR("There is no feed at this address.\n"));
	return TURN_OVER;
}

/* False, and answered, when filter addresses are off. */
static bool filter_is_on(struct tms_web *web, struct tms_exchange exchange)
{
	if (web->service->conf->filter_addresses_on)
		return true;
	answer_text(exchange, 403,
		TMS_STR("Filter addresses are off here. The setting is filter_addresses (auto: on only while no users "
			"are configured).\n"));
	return false;
}

struct tms_served *web_served(struct turn *turn, const struct web_filter *filter,
	struct tms_str target, enum turn_word *word)
{
	const struct tms_address_query query = { .sources = filter->sources,
		.sources_count = filter->sources_count,
		.match = filter->match,
		.limit = filter->limit,
		.target = target,
		.form = filter->form };
	struct tms_arena *arena = tms_exchange_arena(turn->exchange);
	struct tms_served *served = NULL;
	struct tms_diag diag = { 0 };

	*word = TURN_OVER;
	enum tms_status st = tms_feeds_address(turn->web->service, &query, &served, &diag);
	if (st == TMS_OK) {
		turn->shelf = served->shelf;
		*word = served->shelf->is_filled ? TURN_MORE : TURN_WAIT;
		if (served->shelf->is_filled && tms_served_prepare(turn->web->service, served))
			return served;
		return NULL;
	}
	if (st == TMS_EUNAVAIL)
		answer_text(turn->exchange, 503, TMS_WEB_SETS_FULL);
	else if (st == TMS_ENOMEM)
		answer_text(turn->exchange, 503, TMS_WEB_NO_MEMORY);
	else
		answer_text(
			turn->exchange, 400, web_filter_query_error(arena, filter->match, &diag));
	return NULL;
}

/* /filter.atom, .rss, .json */
static bool is_filter(const struct tms_request *request, enum tms_form *form)
{
	struct tms_str path = request->path;

	return tms_form_cut(&path, form) && tms_str_equal(path, TMS_STR("/filter"));
}

/* False, and answered, when filter addresses are off or this one is wrong. */
static bool read_filter(
	struct turn *turn, const struct tms_request *request, struct web_filter *out)
{
	if (!filter_is_on(turn->web, turn->exchange))
		return false;
	web_filter_read(
		turn->web->service->conf, tms_exchange_arena(turn->exchange), request->query, out);
	if (out->status != 0)
		answer_text(turn->exchange, out->status, out->error);
	return out->status == 0;
}

static enum turn_word filter_feed(struct turn *turn, const struct tms_request *request)
{
	struct tms_arena *arena = tms_exchange_arena(turn->exchange);
	enum turn_word word = TURN_OVER;
	enum tms_form form = TMS_FORM_ATOM;
	struct web_filter filter;

	if (!read_filter(turn, request, &filter))
		return TURN_OVER;
	(void)is_filter(request, &form);
	filter.form = form;
	struct tms_served *served =
		web_served(turn, &filter, web_filter_target(arena, &filter), &word);
	return served ? serve_feed(turn, request, served) : word;
}

void tms_web_fini(struct tms_web *web)
{
	turns_fini(&web->turns);
}

static void answer_ready(struct tms_web *web, struct tms_exchange exchange)
{
	struct tms_buf buf = { 0 };
	bool is_ready = tms_web_write_ready(&buf, web->service);

	answer_text(exchange, is_ready && buf.status == TMS_OK ? 200 : 503, tms_buf_str(&buf));
	tms_buf_free(&buf);
}

static void answer_document(struct tms_exchange exchange, struct tms_str content_type,
	const struct tms_buf *buf, struct tms_str cache_control)
{
	struct tms_str body = tms_buf_str(buf);
	const struct tms_answer answer = { .response = { .status = 200,
						   .content_type = content_type,
						   .cache_control = cache_control },
		.pieces = &body,
		.piece_count = 1 };

	if (buf->status != TMS_OK)
		answer_text(exchange, 503,
			TMS_STR("There is not enough memory for this answer now.\n"));
	else
		(void)tms_exchange_answer(exchange, &answer);
}

/* False, and answered, when this client may not watch the service. */
static bool may_watch(
	struct tms_web *web, struct tms_exchange exchange, const struct tms_request *request)
{
	if (limiter_lets_watch(loops_rules(web->loops), exchange, request))
		return true;
	answer_text(exchange, 403,
		TMS_STR("This is for the addresses that the setting metrics_networks names.\n"));
	return false;
}

static void answer_metrics(struct tms_web *web, struct tms_exchange exchange)
{
	struct tms_buf buf = { 0 };

	web_write_metrics(web, &buf);
	answer_document(exchange, TMS_STR("text/plain; version=0.0.4; charset=utf-8"), &buf,
		TMS_STR("no-store"));
	tms_buf_free(&buf);
}

enum turn_word web_page(struct turn *turn, const struct tms_request *request)
{
	return web_page_begin(turn, request->query, false);
}

enum turn_word web_explain(struct turn *turn, const struct tms_request *request)
{
	struct web_filter filter;

	if (!read_filter(turn, request, &filter))
		return TURN_OVER;
	if (tms_str_equal(filter.format, TMS_STR("summary")))
		return explain_summary_begin(turn, request->query);
	if (tms_str_equal(filter.format, TMS_STR("tsv")) ||
		tms_str_equal(filter.format, TMS_STR("jsonl")))
		return explain_lines_begin(turn, &filter);
	return web_page_begin(turn, request->query, true);
}

static void answer_style(struct tms_exchange exchange)
{
	struct tms_str body = web_style();
	const struct tms_answer answer = {
		.response = { .status = 200,
			.content_type = TMS_STR("text/css; charset=utf-8"),
			.cache_control = TMS_STR("public, max-age=3600") },
		.pieces = &body,
		.piece_count = 1
	};

	(void)tms_exchange_answer(exchange, &answer);
}

static bool is_path(const struct tms_request *request, const char *path)
{
	return tms_str_equal(request->path, tms_str_from(path));
}

void tms_web_handle(void *context, struct tms_exchange exchange, const struct tms_request *request)
{
	struct tms_web *web = context;
	enum tms_form form = TMS_FORM_ATOM;

	if (request->method != TMS_METHOD_GET && request->method != TMS_METHOD_HEAD) {
		struct tms_str body = TMS_STR("Only GET and HEAD are answered here.\n");
		const struct tms_answer answer = { .response = { .status = 405,
							   .allow = TMS_STR("GET, HEAD"),
							   .content_type = TMS_STR(
								   "text/plain; charset=utf-8") },
			.pieces = &body,
			.piece_count = 1 };
		(void)tms_exchange_answer(exchange, &answer);
	} else if (tms_str_starts(request->path, TMS_STR("/f/"))) {
		turn_now(web, exchange, request, person_feed);
	} else if (is_filter(request, &form)) {
		turn_begin(web, exchange, filter_feed);
	} else if (is_path(request, "/")) {
		turn_begin(web, exchange, web_page);
	} else if (is_path(request, "/explain")) {
		turn_begin(web, exchange, web_explain);
	} else if (is_path(request, "/style.css")) {
		answer_style(exchange);
	} else if (is_path(request, "/healthz")) {
		answer_text(exchange, 200, TMS_STR("ok\n"));
	} else if (is_path(request, "/readyz")) {
		answer_ready(web, exchange);
	} else if (is_path(request, "/sources")) {
		if (may_watch(web, exchange, request))
			web_sources(web, exchange);
	} else if (is_path(request, "/recipes")) {
		web_recipes(web, exchange);
	} else if (tms_str_starts(request->path, TMS_STR("/recipes/"))) {
		web_recipe(web, exchange, tms_str_slice(request->path, 9, SIZE_MAX));
	} else if (is_path(request, "/metrics")) {
		if (may_watch(web, exchange, request))
			answer_metrics(web, exchange);
	} else {
		answer_text(exchange, 404, TMS_STR("There is nothing at this address.\n"));
	}
}
