/* Feeds for readers: a person's, /f/TOKEN.FORM, and those that addresses make, /filter.FORM. */
#include <stdlib.h>

#include <tamis/conditional.h>

#include "service/person_feeds.h"
#include "service/source_words.h"
#include "service/stored_results.h"
#include "web/served.h"
#include "web/web_private.h"

#define STORE_RETRY_S 10
/* Fronts look through all that they hold after so many renditions were dropped, or so long. */
#define SWEEP_DROPPED 64
#define SWEEP_MS 1000
#define REASONS_MAX 10 /* sources that an answer speaks of */

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

/* What keeps a feed from being served, with the sources that have nothing yet; in the arena. */
static struct tms_str not_yet(
	struct tms_web *web, struct tms_arena *arena, const struct tms_served *served)
{
	tms_time now = tms_clock_now(web->service->world.clock);
	struct tms_buf words = { 0 };
	size_t told = 0;

	tms_buf_add_cstr(
		&words, "The first listing has not been read yet. Try again in a moment.\n");
	for (size_t i = 0; i < tms_shelf_sources(served->shelf) && told < REASONS_MAX; i++) {
		struct tms_source *source = tms_served_source(&web->service->feeds, served, i);
		if (tms_window_count(source->window) > 0)
			continue;
		tms_source_reason_words(&words, source, now);
		tms_buf_add_char(&words, '\n');
		told++;
	}
	return tms_arena_take(arena, &words);
}

/* A reader that asked before the items were read, and the store's answer to what the feed held
 * last. */
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
	return tms_request_holds(
		request, &validators, tms_clock_now(early->web->service->world.clock));
}

static void on_kept(void *context, struct tms_result *result)
{
	struct early early = *(struct early *)context;
	const struct tms_request *request = tms_exchange_request(early.exchange);
	struct tms_answer answer = { .response = { .status = 304,
					     .cache_control =
						     answer_cache_control(WEB_KEPT_BY_READER),
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

/* Before the items are read, a reader that has the feed already can still be told that nothing has
 * changed. */
static void answer_early(
	struct tms_web *web, struct tms_exchange exchange, const struct tms_served *served)
{
	struct early *early = served->key.len == 0 ? malloc(sizeof(*early)) : NULL;
	struct tms_str why = not_yet(web, tms_exchange_arena(exchange), served);

	if (early)
		*early = (struct early){ web, exchange, why };
	if (!early || !tms_stored_results_ask(web->service->world.store, served, on_kept, early)) {
		free(early);
		answer_text(exchange, 503, why);
	}
}

/* A reader of a feed that stands still, and the store's answer to what the feed showed last. */
struct still {
	struct tms_web *web;
	struct tms_exchange exchange;
	enum web_kept kept;
};

/* The feed may have been closed meanwhile; then it is opened again. */
static struct tms_served *find_person(
	struct tms_web *web, const struct tms_request *request, bool *has_form)
{
	struct tms_str token = tms_str_slice(request->path, 3, request->path.len);
	enum tms_form form = TMS_FORM_ATOM;

	*has_form = tms_form_cut(&token, &form);
	return *has_form && tms_token_is_well_formed(token)
		       ? tms_feeds_find(&web->service->feeds, token, form)
		       : NULL;
}

static void on_shown(void *context, struct tms_result *result)
{
	struct still still = *(struct still *)context;
	const struct tms_request *request = tms_exchange_request(still.exchange);
	const struct web_call call = {
		.web = still.web, .exchange = still.exchange, .request = request, .kept = still.kept
	};
	bool has_form = false;

	free(context);
	if (!request)
		return;
	struct tms_served *served = result ? find_person(still.web, request, &has_form) : NULL;
	if (!result)
		answer_text(still.exchange, 503,
			TMS_STR("The rule of this feed cannot be read by this version of Tamis, and what the feed "
				"showed last is not known. It stands still until it is written anew. "
				"/sources says more.\n"));
	else if (served && served->stands_still && served_feed_show(served, result) != TMS_OK)
		answer_no_memory(still.exchange);
	else
		turn_now(&call, web_person_feed);
}

/* False: what it shows is known. Else it is asked for, and the answer comes later. */
static bool asks_what_is_shown(const struct turn *turn, const struct tms_served *served)
{
	struct tms_web *web = turn->web;
	struct still *still = NULL;

	if (!served->stands_still || served->shown)
		return false;
	still = malloc(sizeof(*still));
	if (still)
		*still = (struct still){ web, turn->exchange, turn->kept };
	if (!still ||
		!tms_stored_results_ask_shown(web->service->world.store, served, on_shown, still)) {
		free(still);
		answer_no_memory(turn->exchange);
	}
	return true;
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
	if (asks_what_is_shown(turn, served))
		return TURN_OVER;
	if (!tms_served_is_ready(served)) {
		tms_served_hasten(served);
		answer_early(web, turn->exchange, served);
		return TURN_OVER;
	}
	turn->shelf = served->shelf;
	if (!tms_served_holds(&web->service->feeds, served)) {
		if (!tms_shelf_is_filled(served->shelf))
			return TURN_WAIT;
		if (!tms_served_prepare(&web->service->feeds, served))
			return TURN_MORE;
	}
	enum tms_status st =
		tms_served_rendition(&web->service->feeds, served, &turn->missing, &rendition);
	if (st == TMS_OK)
		send_rendition(web, turn->exchange, rendition);
	else if (st == TMS_EUNAVAIL)
		return TURN_MORE;
	else
		answer_text(turn->exchange, 503,
			TMS_STR("There is not enough memory to make this feed now.\n"));
	return TURN_OVER;
}

enum turn_word web_person_feed(struct turn *turn, const struct tms_request *request)
{
	struct tms_web *web = turn->web;
	struct tms_exchange exchange = turn->exchange;
	bool has_form = false;
	struct tms_served *served = find_person(web, request, &has_form);

	if (served)
		return serve_feed(turn, request, served);
	if (!has_form)
		answer_text(exchange, 404, TMS_STR("There is no feed at this address.\n"));
	else if (!tms_service_knows_feeds(web->service))
		answer_later(exchange,
			TMS_STR("The store cannot be read now, so it is not known whether there is a feed at this "
				"address. Try again soon.\n"),
			STORE_RETRY_S);
	else if (limiter_lets_guess(
			 loops_limiter(web->loops), loops_rules(web->loops), exchange, request))
		answer_text(exchange, 404, TMS_STR("There is no feed at this address.\n"));
	return TURN_OVER;
}

enum turn_word web_filter_feed(struct turn *turn, const struct tms_request *request)
{
	enum turn_word word = TURN_OVER;
	struct tms_str path = request->path;
	enum tms_form form = TMS_FORM_ATOM;
	struct web_filter filter;

	if (!served_filter(turn, request, &filter))
		return TURN_OVER;
	(void)tms_form_cut(&path, &form);
	filter.form = form;
	struct tms_served *served = web_served(turn, &filter, &word);
	return served ? serve_feed(turn, request, served) : word;
}
