/*
 * A round asks for the first page; while pages are full and bring something new it asks for the
 * next; what came is applied as one listing. When the first page cannot be had or read, the
 * fallback address is asked once. A later page that fails leaves what was read, and the round
 * counts as failed, so that it is asked again soon. When what came is a page, its feeds are asked
 * (service/feed_search.c), and the first that answers is the listing of the round.
 */
#include "service/round.h"

#include <stdlib.h>

#include <sodium.h>

#include <tamis/url.h>

#include "loop/clock.h"
#include "log/log.h"
#include "service/page_job.h"
#include "service/pauses.h"
#include "service/round_private.h"
#include "service/source_log.h"
#include "service/source_schedule.h"
#include "service/source_state.h"

/* A list is asked unconditionally once a day: 304 shows no items, and what has left must be missing
 * from whole listings. */
#define FULL_EVERY_S TMS_DAY_S
#define ROUND_BYTES_MAX ((size_t)512 * 1024 * 1024)

static struct source_poll *state_of(struct round *round)
{
	struct tms_source *source = round->source;

	for (size_t i = 0; i < source->polls_count; i++)
		if (strcmp(source->polls[i].key, round->key) == 0)
			return &source->polls[i];
	return NULL;
}

/* The newest page is of no use; a search may read many. */
static void drop_newest(struct round *round)
{
	struct page_job *page = round->read;

	round->read = page->earlier;
	round->page_bytes -= page->arena.used_bytes;
	page_job_drop(page);
}

/* What is stored from here on is again what is known. */
static void uncount_attempt(struct round *round)
{
	struct source_poll *state = state_of(round);

	tms_store_cancel(round->counting);
	round->counting = NULL;
	if (state)
		state->attempt = NULL;
	round->source->saver.state_waits = round->source->saver.state_waits || round->is_counted;
}

static void round_free(struct round *round)
{
	uncount_attempt(round);
	round->source->round = NULL;
	page_job_drop(round->reading);
	while (round->read) {
		struct page_job *earlier = round->read->earlier;
		page_job_drop(round->read);
		round->read = earlier;
	}
	tms_arena_free(&round->arena);
	free(round);
}

void round_cancel(struct round *round)
{
	if (!round)
		return;
	tms_fetch_cancel(round->fetch);
	round_free(round);
}

bool round_is_reading(const struct round *round)
{
	return round && round->reading && round->reading->is_reading;
}

void round_end(struct round *round)
{
	if (round && !round_is_reading(round))
		uncount_attempt(round);
}

static double random_fraction(void)
{
	return randombytes_random() / 4294967296.0;
}

static void on_reply(void *context, const struct tms_fetch_reply *reply);

static enum tms_status ask(struct round *round)
{
	struct tms_source *source = round->source;
	struct source_poll *state = state_of(round);
	tms_time now = tms_clock_now(source->world->clock);
	struct tms_fetch_request request = { .allow_file =
						     source->conf && source->conf->path.len > 0 };

	if (!state)
		return TMS_EINVAL;
	if (round->search.stage != FEED_SEARCH_OFF)
		request.url = round->search.url;
	else if (round->uses_fallback)
		request.url = round->poll.fallback_url;
	else if (round->next_url.len > 0)
		request.url = round->next_url;
	else if (round->pages > 0)
		request.url = tms_poll_page_url(&round->arena, &round->poll, round->pages);
	else
		request.url = tms_poll_url(&state->state, &round->poll);
	if (round->pages == 0 && !round->uses_fallback && round->search.stage == FEED_SEARCH_OFF &&
		tms_poll_is_conditional(&state->state) && now - state->last_whole < FULL_EVERY_S &&
		now >= state->last_whole) {
		request.etag = tms_str_from(state->state.etag);
		request.last_modified = tms_str_from(state->state.last_modified);
		request.validated_url = tms_str_from(state->state.answered_url);
	}
	round->fetch = tms_fetch_start(source->world->fetcher, &request, on_reply, round);
	return round->fetch ? TMS_OK : TMS_ENOMEM;
}

/* The round is over, well or badly: the state of the list, the health, and what is to be stored
 * follow. */
static void finish(struct round *round, struct tms_poll_answer *answer)
{
	struct tms_source *source = round->source;
	const struct service_world *world = source->world;
	struct source_poll *state = state_of(round);
	tms_time now = tms_clock_now(world->clock);
	const struct tms_rhythm rhythm = { .min_s = world->conf->limits.min_interval_s };

	answer->pages = round->pages;
	answer->from_fallback = round->uses_fallback;
	answer->skip = round->listing.skip;
	if (round->uses_fallback && round->pages == 0)
		source_log_join_failures(&round->arena, &round->first, answer);
	bool is_heard = round->pages > 0 && round_apply(round, answer, now);
	if (is_heard && state && answer->outcome == TMS_OUTCOME_LISTED)
		state->last_whole = now;
	if (answer->outcome == TMS_OUTCOME_UNCHANGED) {
		tms_health_unchanged(tms_window_health(source->window), now);
		tms_window_confirm(source->window, round->poll.key, now);
		is_heard = true;
	} else if (tms_poll_answer_is_failure(answer)) {
		source_log_note_failure(source, answer, now);
	}
	bool is_news = source_log_is_news(source, state ? &state->state : NULL, answer);
	tms_time earliest = feed_search_end(&round->search, source, state, answer, now);
	if (state)
		pauses_note(world->pauses, answer->final_url,
			tms_poll_step(&state->state, &round->poll, &rhythm, answer, now,
				random_fraction()));
	if (state && state->state.next_due < earliest) {
		state->state.next_due = earliest;
		state->state.waits_for = TMS_WAIT_BACKOFF;
	}
	if (is_news)
		source_log_tell_failure(source, round->poll.key, answer,
			state ? state->state.next_due : TMS_TIME_NONE);
	if (!tms_poll_answer_is_failure(answer))
		source_log_tell_recovery(source, now);
	source->rounds++;
	source->has_answer = true; /* a pause may last: readiness does not wait for it */
	source->saver.state_waits = true;
	round_free(round);
	source->is_heard |= is_heard;
	source_retire(source, now);
	world->changed(world->context, source);
}

static const struct tms_recipe *recipe_of(const struct round *round)
{
	return round->source->conf ? round->source->conf->recipe : NULL;
}

/* Has the list another page, behind this one that brought so many new items? What a page says is
 * never a file of this machine. */
static bool has_next(struct round *round, const struct tms_listing *listing, int64_t added)
{
	const struct tms_recipe *recipe = recipe_of(round);

	if (recipe) {
		round->next_url = TMS_STR_NONE;
		if (added > 0 && (int64_t)round->pages < recipe->pages &&
			tms_url_is_http(listing->next_url) && round->source->conf->path.len == 0)
			round->next_url = tms_arena_copy(&round->arena, listing->next_url);
		return round->next_url.len > 0;
	}
	return !round->uses_fallback && round->poll.page_items > 0 &&
	       listing->items_count + listing->skipped_count >= round->poll.page_items && added > 0;
}

/* The page was read, well or badly. True when the next one has been asked for; else the answer says
 * how the round ends. */
static bool take_page(struct round *round, struct page_job *page)
{
	struct tms_poll_answer *answer = &page->answer;

	if (page->status != TMS_OK) {
		answer->outcome =
			page->status == TMS_ELIMIT ? TMS_OUTCOME_TOO_LARGE : TMS_OUTCOME_UNREADABLE;
		answer->error = tms_arena_format(&round->arena, "%s%s", page->diag.text,
			page->status == TMS_ENOMEM ? "out of memory" : "");
		return false;
	}
	if (!feed_search_accepts(&round->search, page->listing.kind)) {
		answer->outcome = TMS_OUTCOME_UNREADABLE;
		answer->error = TMS_STR("this is no feed");
		return false;
	}
	int64_t added = round_add_page(round, &page->listing);
	if (!has_next(round, &page->listing, added))
		return false;
	if (round->pages >= TMS_POLL_PAGES_MAX) {
		TMS_LOG(round->source->world->log, TMS_LOG_WARNING,
			"a list has more pages than are read", { "source", round->source->name },
			{ "list", round->poll.key });
		return false;
	}
	return ask(round) == TMS_OK;
}

/* Nothing more is to be read from this address: ask another one, or end. page: what was read of the
 * answer; NULL: nothing. */
static void conclude(
	struct round *round, struct tms_poll_answer *answer, const struct page_job *page)
{
	bool has_failed = tms_poll_answer_is_failure(answer) && round->pages == 0;

	if (has_failed && !round->uses_fallback && round->poll.fallback_url.len > 0 &&
		answer->http_status != 429 && answer->http_status != 503 &&
		answer->outcome != TMS_OUTCOME_DENIED) {
		source_log_tell_fallback(round->source, answer);
		round->uses_fallback = true;
		round->first = (struct tms_poll_answer){ .outcome = answer->outcome,
			.http_status = answer->http_status,
			.final_url = tms_arena_copy(&round->arena, answer->final_url),
			.error = tms_arena_copy(&round->arena, answer->error) };
		if (ask(round) == TMS_OK)
			return;
	}
	if (has_failed &&
		feed_search_step(&round->search, round->source, &round->arena, state_of(round),
			answer, page, tms_clock_now(round->source->world->clock)) &&
		ask(round) == TMS_OK) {
		if (page)
			drop_newest(round);
		return;
	}
	finish(round, answer);
}

static void on_counted(void *context, const struct tms_store_reply *reply)
{
	struct round *round = context;

	(void)reply; /* a store that is away keeps nobody from reading */
	round->counting = NULL;
	page_job_go(round->reading);
}

/* Before a page is read the store says that an attempt has failed, and what is known comes back
 * when it has not: were the process to end over this page, the others are read first after the
 * next start, and this one when a failure's pause is over. False: nothing can be stored. */
static bool count_attempt(struct round *round)
{
	struct tms_source *source = round->source;
	const struct service_world *world = source->world;
	struct source_poll *state = state_of(round);
	const struct tms_rhythm rhythm = { .min_s = world->conf->limits.min_interval_s };
	const struct tms_poll_answer answer = { .outcome = TMS_OUTCOME_UNREADABLE,
		.final_url = round->reading->answer.final_url,
		.error = TMS_STR("the service ended while it read what came") };
	const struct tms_store_call call = { .done = on_counted, .context = round };
	struct tms_buf bytes = { 0 };

	if (!state || !world->store)
		return false;
	round->is_counted = true;
	round->attempt = state->state;
	tms_poll_step(&round->attempt, &round->poll, &rhythm, &answer, tms_clock_now(world->clock),
		random_fraction());
	state->attempt = &round->attempt;
	source_write_state(source, &bytes);
	if (bytes.status == TMS_OK)
		round->counting = tms_store_state_put(world->store, TMS_STORE_STATE_SOURCE,
			source->name, tms_buf_str(&bytes), call);
	tms_buf_free(&bytes);
	return round->counting != NULL;
}

static void on_turn(void *context, struct page_job *page)
{
	struct round *round = context;

	if (round->is_counted || !count_attempt(round))
		page_job_go(page);
}

static void on_page(void *context, struct page_job *page)
{
	struct round *round = context;

	round->reading = NULL;
	page->earlier = round->read;
	round->read = page;
	round->page_bytes += page->arena.used_bytes;
	if (!take_page(round, page))
		conclude(round, &page->answer, page);
}

static void on_reply(void *context, const struct tms_fetch_reply *reply)
{
	struct round *round = context;
	const struct service_world *world = round->source->world;
	struct tms_poll_answer answer = reply->answer;

	round->fetch = NULL;
	if (answer.outcome == TMS_OUTCOME_LISTED) {
		const struct page_job_how how = {
			.body_max = (size_t)world->conf->limits.body_bytes,
			.arena_max = ROUND_BYTES_MAX - round->page_bytes,
			.recipe = recipe_of(round),
			.number = round->pages,
			.turn = on_turn,
		};
		round->reading = page_job_start(world->worker, reply, &how, on_page, round);
		if (round->reading)
			return;
		answer.outcome = TMS_OUTCOME_UNREADABLE;
		answer.error = TMS_STR("out of memory");
	}
	conclude(round, &answer, NULL);
}

enum tms_status round_start(
	struct tms_source *source, struct source_poll *state, const struct tms_poll *poll)
{
	struct round *round = calloc(1, sizeof(*round));

	if (!round)
		return TMS_ENOMEM;
	*round = (struct round){
		.source = source, .arena = { .max_bytes = ROUND_BYTES_MAX }, .poll = *poll
	};
	memcpy(round->key, state->key, sizeof(round->key));
	round->poll.key = tms_arena_copy(&round->arena, poll->key);
	round->poll.url = tms_arena_copy(&round->arena, poll->url);
	round->poll.fallback_url = tms_arena_copy(&round->arena, poll->fallback_url);
	source->round = round;
	enum tms_status st = round->arena.status;
	if (st == TMS_OK)
		st = ask(round);
	if (st != TMS_OK)
		round_free(round);
	return st;
}
