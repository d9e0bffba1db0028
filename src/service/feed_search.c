/*
 * A source's address that brought a listing once is trusted: a login page or an error page for an
 * hour must not lead to another feed. So such an address, and a feed that was found, are searched
 * anew only when they are gone (410), or after two failures and a day. While the page still names
 * the feed that fails, the page is believed.
 */
#include "service/feed_search.h"

#include <tamis/url.h>

#include "log/log.h"
#include "service/page_job.h"

#define LASTING_FAILURES 2
#define LASTING_S TMS_DAY_S

static bool is_lasting(const struct source_poll *state, tms_time now)
{
	return state->state.failures >= LASTING_FAILURES &&
	       now - state->state.last_success >= LASTING_S;
}

static bool may_begin(const struct tms_source *source, const struct source_poll *state,
	const struct tms_poll_answer *answer, const struct page_job *page, tms_time now)
{
	bool is_html = page && page->is_html;

	if (!source->conf || source->conf->preset || source->conf->url.len == 0)
		return false;
	if (!source->choice.url[0])
		return is_html && (state->state.last_success == 0 || is_lasting(state, now));
	return answer->http_status == 410 ||
	       ((is_html || answer->http_status == 404) && is_lasting(state, now));
}

/* The sentence of the feed that fails, for when its page leads nowhere else. */
static void keep_lost(
	struct feed_search *search, struct tms_arena *arena, const struct tms_poll_answer *answer)
{
	search->has_lost = true;
	search->lost = (struct tms_poll_answer){ .outcome = answer->outcome,
		.http_status = answer->http_status,
		.final_url = tms_arena_copy(arena, answer->final_url),
		.error = tms_arena_copy(arena, answer->error) };
}

static bool same_host(struct tms_str a, struct tms_str b)
{
	struct tms_url one, other;

	return tms_url_parse(a, &one) && tms_url_parse(b, &other) &&
	       tms_str_equal_caseless(one.host, other.host);
}

/* No more is asked of the page's host when it cannot or does not want to answer. */
static bool ends_search(const struct feed_search *search, const struct tms_poll_answer *answer)
{
	return same_host(search->url, search->page_url) &&
	       (answer->http_status == 429 || answer->http_status == 503 ||
		       answer->outcome == TMS_OUTCOME_UNREACHABLE);
}

static bool names(const struct tms_feed_choice *choice, struct tms_str url)
{
	for (size_t i = 0; i < choice->page.count; i++)
		if (choice->page.candidates[i].why != TMS_CANDIDATE_GUESS &&
			tms_str_equal(choice->page.candidates[i].url, url))
			return true;
	return false;
}

static bool next_candidate(
	struct feed_search *search, struct tms_arena *arena, const struct tms_feed_choice *choice)
{
	struct tms_str lost = search->has_lost ? tms_str_from(choice->url) : TMS_STR_NONE;

	if (search->has_lost && search->lost.http_status != 410 && names(choice, lost))
		return false;
	while (search->next < choice->page.count) {
		const struct tms_candidate *c = &choice->page.candidates[search->next++];
		/* comments never take the place of what they are about */
		if (search->has_lost && (c->is_comments || tms_str_equal(c->url, lost)))
			continue;
		search->stage = FEED_SEARCH_FEED;
		search->url = tms_arena_copy(arena, c->url);
		search->asked++;
		return true;
	}
	return false;
}

/* Nothing is left to be asked: the round ends with what a person should know. */
static void give_up(struct feed_search *search, struct tms_source *source, struct tms_arena *arena,
	struct tms_poll_answer *answer)
{
	struct tms_buf why = { 0 };

	if (search->has_lost && search->lost.http_status != 410) {
		*answer = search->lost;
		answer->error = tms_arena_format(arena,
			"%.*s; the page that led to it leads to no other feed",
			TMS_STR_ARGS(search->lost.error));
		return;
	}
	feed_choice_failure(&why, &source->choice);
	*answer = (struct tms_poll_answer){ .outcome = TMS_OUTCOME_UNREADABLE,
		.http_status = 200,
		.final_url = source->conf->url,
		.error = tms_arena_take(arena, &why) };
}

/* The page is there: its candidates are what is asked. */
static bool begin(struct feed_search *search, struct tms_source *source, struct tms_arena *arena,
	struct tms_poll_answer *answer, const struct page_job *page)
{
	if (feed_choice_set(&source->choice, &page->discovery) != TMS_OK) {
		answer->error = TMS_STR("out of memory");
		return false;
	}
	search->stage = FEED_SEARCH_FEED;
	search->page_url = tms_arena_copy(arena, answer->final_url);
	if (next_candidate(search, arena, &source->choice))
		return true;
	give_up(search, source, arena, answer);
	return false;
}

bool feed_search_step(struct feed_search *search, struct tms_source *source,
	struct tms_arena *arena, const struct source_poll *state, struct tms_poll_answer *answer,
	const struct page_job *page, tms_time now)
{
	switch (search->stage) {
	case FEED_SEARCH_OFF:
		if (!state || !may_begin(source, state, answer, page, now))
			return false;
		if (!source->choice.url[0])
			return begin(search, source, arena, answer, page);
		keep_lost(search, arena, answer);
		search->stage = FEED_SEARCH_PAGE;
		search->url = tms_arena_copy(arena, source->conf->url);
		return true;
	case FEED_SEARCH_PAGE:
		return page && page->is_html && begin(search, source, arena, answer, page);
	case FEED_SEARCH_FEED:
		if (ends_search(search, answer))
			return false;
		if (next_candidate(search, arena, &source->choice))
			return true;
		give_up(search, source, arena, answer);
		return false;
	}
	return false;
}

bool feed_search_accepts(const struct feed_search *search, enum tms_listing_kind kind)
{
	/* an empty array at a guessed address is no feed */
	return search->stage == FEED_SEARCH_OFF || kind == TMS_LISTING_ATOM ||
	       kind == TMS_LISTING_RSS || kind == TMS_LISTING_JSONFEED;
}

/* What was learned of another address does not hold for this one. */
static void turn_to(struct tms_source *source, struct source_poll *state, struct tms_str url)
{
	if (url.len >= sizeof(source->choice.url))
		url = TMS_STR_NONE;
	if (url.len > 0)
		memmove(source->choice.url, url.ptr, url.len);
	source->choice.url[url.len] = '\0';
	if (!state)
		return;
	state->state.redirects_seen = 0;
	state->state.learned_url[0] = '\0';
	state->state.etag[0] = '\0';
	state->state.last_modified[0] = '\0';
}

tms_time feed_search_end(const struct feed_search *search, struct tms_source *source,
	struct source_poll *state, const struct tms_poll_answer *answer, tms_time now)
{
	struct tms_feed_choice *choice = &source->choice;

	if (search->stage == FEED_SEARCH_OFF || answer->outcome == TMS_OUTCOME_PAUSED)
		return 0; /* a search that a pause has ended begins again after it */
	choice->asked_count = search->asked;
	if (!tms_poll_answer_is_failure(answer)) {
		choice->failed_count = 0;
		turn_to(source, state,
			search->stage == FEED_SEARCH_FEED ? search->url : TMS_STR_NONE);
		TMS_LOG(source->world->log, TMS_LOG_INFO, "a page led to its feed",
			{ "source", source->name }, { "url", tms_log_url(search->url) });
		return 0;
	}
	choice->failed_count += choice->failed_count < UINT32_MAX;
	if (search->has_lost && search->lost.http_status == 410)
		turn_to(source, state, TMS_STR_NONE);
	return now + feed_choice_pause_s(choice);
}
