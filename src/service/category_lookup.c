/* Categories asked of arXiv's API: leased, batched, halved when an answer fails. */
#include "service/category_lookup.h"

#include <sodium.h>

#include "fetch/fetch.h"
#include "log/log.h"
#include "loop/clock.h"
#include "service/page_job.h"
#include "service/pauses.h"
#include "service/source_log.h"
#include "service/source_state.h"

#define INTERVAL_S 3 /* arXiv: "no more than one request every three seconds" */
#define BACKOFF_S TMS_MINUTE_S
#define ELSEWHERE_S TMS_MINUTE_S
#define LEASE_MS (INT64_C(2) * 60 * 1000) /* longer than a request may take by default */
#define ANSWER_BYTES_MAX ((size_t)64 * 1024 * 1024)
#define POLL_KEY TMS_STR("query")
#define ID_SCHEME TMS_STR("arxiv:")

/* ---- what is wanted ---- */

static size_t place_of(const struct category_lookup *lookup, struct tms_str id)
{
	size_t i = 0;

	while (i < lookup->wanted_count && !tms_str_equal(tms_str_from(lookup->wanted[i]), id))
		i++;
	return i;
}

/* What arXiv's ids are made of, so that none of them means anything else in an address. */
static bool is_askable(struct tms_str id)
{
	if (id.len >= CATEGORY_LOOKUP_ID_BYTES)
		return false;
	for (size_t i = ID_SCHEME.len; i < id.len; i++) {
		char c = id.ptr[i];
		bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
				(c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '/';
		if (!is_plain)
			return false;
	}
	return true;
}

void category_lookup_want(struct category_lookup *lookup, struct tms_str id)
{
	if (lookup->wanted_count == CATEGORY_LOOKUP_PAPERS_MAX || !is_askable(id) ||
		place_of(lookup, id) < lookup->wanted_count)
		return;
	char *room = lookup->wanted[lookup->wanted_count++];
	memcpy(room, id.ptr, id.len);
	room[id.len] = '\0';
}

void category_lookup_forget(struct category_lookup *lookup, struct tms_str id)
{
	size_t at = place_of(lookup, id);

	if (at == lookup->wanted_count)
		return;
	memmove(lookup->wanted[at], lookup->wanted[at + 1],
		(lookup->wanted_count - at - 1) * sizeof(lookup->wanted[0]));
	lookup->wanted_count--;
	if (at < lookup->asked)
		lookup->asked--;
}

void category_lookup_release(struct category_lookup *lookup)
{
	if (lookup->token)
		(void)tms_store_lease_release(lookup->world->store, lookup->known->name,
			lookup->token, (struct tms_store_call){ 0 });
	lookup->token = 0;
}

/* ---- the end of a request ---- */

/* arXiv stumbles over what was asked, or pretends to. */
static bool may_be_a_paper(const struct tms_poll_answer *answer)
{
	return answer->outcome == TMS_OUTCOME_UNREADABLE ||
	       (answer->outcome == TMS_OUTCOME_STATUS &&
		       (answer->http_status == 400 || answer->http_status == 404 ||
			       answer->http_status == 414));
}

/* Nobody knows the paper: that too is kept. */
static void note_unknown(struct category_lookup *lookup, tms_time now)
{
	char id[CATEGORY_LOOKUP_ID_BYTES];
	struct tms_item item;

	memcpy(id, lookup->wanted[0], sizeof(id));
	tms_join_item(tms_str_from(id), TMS_ORIGIN_ARXIV_API, NULL, 0, &item);
	lookup->unknown += lookup->learn(lookup->context, &item, 1, now);
}

static void tell_failure(struct category_lookup *lookup, const struct tms_poll_answer *answer)
{
	TMS_LOG(lookup->world->log, TMS_LOG_WARNING,
		"categories could not be asked of arXiv; it is tried again",
		{ "url", tms_log_url(answer->final_url) }, { "why", answer->error });
}

static const struct tms_rhythm rhythm = { .min_s = INTERVAL_S };
static const struct tms_poll interface = { .every_s = BACKOFF_S };

static void finish(
	struct category_lookup *lookup, const struct tms_poll_answer *answer, tms_time now)
{
	struct tms_source *known = lookup->known;
	struct source_poll *state = source_poll_of(known, POLL_KEY);
	bool has_failed = tms_poll_answer_is_failure(answer);
	size_t asked = lookup->asked;

	lookup->stage = CATEGORY_LOOKUP_RESTS;
	bool is_news = source_log_is_news(known, state ? &state->state : NULL, answer);
	if (state)
		pauses_note(lookup->world->pauses, answer->final_url,
			tms_poll_step(&state->state, &interface, &rhythm, answer, now,
				randombytes_random() / 4294967296.0));
	if (answer->outcome == TMS_OUTCOME_PAUSED) {
		category_lookup_release(lookup); /* others would wait as well */
		lookup->asked = 0;
		lookup->world->wake(lookup->world->context);
		return;
	}
	if (state && !has_failed)
		state->state.next_due = now + INTERVAL_S;
	if (!has_failed)
		source_log_tell_recovery(known, now);
	if (is_news)
		tell_failure(lookup, answer);
	if (has_failed) {
		source_log_note_failure(known, answer, now);
		category_lookup_release(lookup); /* others may see for themselves */
	}
	if (!has_failed) {
		lookup->batch = lookup->batch ? 2 * lookup->batch : 0;
	} else if (may_be_a_paper(answer) && asked > 0) {
		if (asked == 1)
			note_unknown(lookup, now);
		lookup->batch = (asked + 1) / 2;
	}
	if (lookup->batch >= CATEGORY_LOOKUP_PAPERS_MAX)
		lookup->batch = 0;
	lookup->asked = 0;
	known->rounds++;
	known->saver.state_waits = true;
	lookup->world->changed(lookup->world->context, known);
	lookup->ended(lookup->context);
}

/* ---- the answer ---- */

static const struct tms_item *find_item(const struct tms_listing *listing, struct tms_str id)
{
	for (size_t i = 0; i < listing->items_count; i++)
		if (tms_str_equal(listing->items[i].id, id))
			return &listing->items[i];
	return NULL;
}

/* Takes what the answer says of the papers that were asked for. True when it says something. */
static bool take(struct category_lookup *lookup, struct page_job *page, tms_time now)
{
	struct tms_item *items = TMS_ARENA_ARRAY(&page->arena, struct tms_item, lookup->asked + 1);
	struct tms_health_counts counts = { .items = lookup->asked };
	size_t asked = lookup->asked;

	for (size_t i = 0; items && i < asked; i++) {
		struct tms_str id = tms_arena_copy(&page->arena, tms_str_from(lookup->wanted[i]));
		const struct tms_item *item = find_item(&page->listing, id);
		counts.added += item && item->categories_count > 0;
		tms_join_item(id, TMS_ORIGIN_ARXIV_API, item ? item->categories : NULL,
			item ? item->categories_count : 0, &items[i]);
	}
	if (page->arena.status != TMS_OK || (counts.added == 0 && asked > 1))
		return false;
	if (!lookup->learn(lookup->context, items, asked, now))
		return false;
	lookup->found += counts.added;
	lookup->unknown += asked - counts.added;
	tms_health_good(tms_window_health(lookup->known->window), now, &counts, NULL);
	return true;
}

static void on_page(void *context, struct page_job *page)
{
	struct category_lookup *lookup = context;
	tms_time now = tms_clock_now(lookup->world->clock);
	struct tms_poll_answer answer = page->answer;
	const struct tms_listing *listing = &page->listing;

	lookup->page = NULL;
	if (page->status != TMS_OK) {
		answer.outcome =
			page->status == TMS_ELIMIT ? TMS_OUTCOME_TOO_LARGE : TMS_OUTCOME_UNREADABLE;
		answer.error = tms_str_from(
			page->status == TMS_ENOMEM ? "out of memory" : page->diag.text);
	} else if (listing->origin != TMS_ORIGIN_ARXIV_API || listing->truncated) {
		answer.outcome = TMS_OUTCOME_UNREADABLE;
		answer.error = TMS_STR("this is no whole answer of arXiv's interface");
	} else if (!take(lookup, page, now)) {
		answer.outcome = TMS_OUTCOME_UNREADABLE;
		answer.error = TMS_STR("the answer has none of the papers that were asked for");
	}
	finish(lookup, &answer, now);
	page_job_drop(page);
}

static void on_reply(void *context, const struct tms_fetch_reply *reply)
{
	struct category_lookup *lookup = context;
	const struct service_world *world = lookup->world;
	struct tms_poll_answer answer = reply->answer;

	lookup->fetch = NULL;
	if (answer.outcome == TMS_OUTCOME_LISTED) {
		lookup->stage = CATEGORY_LOOKUP_READS;
		const struct page_job_how how = { .body_max =
							  (size_t)world->conf->limits.body_bytes,
			.arena_max = ANSWER_BYTES_MAX };
		lookup->page = page_job_start(world->worker, reply, &how, on_page, lookup);
		if (lookup->page)
			return;
		answer.outcome = TMS_OUTCOME_TOO_LARGE;
		answer.error = TMS_STR("out of memory");
	}
	finish(lookup, &answer, tms_clock_now(world->clock));
}

/* ---- the request ---- */

static void ask(struct category_lookup *lookup)
{
	const struct service_world *world = lookup->world;
	struct tms_str base = world->conf->arxiv_api_url;
	struct tms_buf url = { 0 };

	lookup->asked = lookup->batch && lookup->batch < lookup->wanted_count
				? lookup->batch
				: lookup->wanted_count;
	while (tms_str_ends(base, TMS_STR("/")))
		base.len--;
	tms_buf_format(&url, "%.*s/api/query?id_list=", TMS_STR_ARGS(base));
	for (size_t i = 0; i < lookup->asked; i++)
		tms_buf_format(&url, "%s%s", i ? "," : "", lookup->wanted[i] + ID_SCHEME.len);
	tms_buf_format(&url, "&max_results=%zu", lookup->asked);
	const struct tms_fetch_request request = { .url = tms_buf_str(&url) };
	if (url.status == TMS_OK && lookup->asked > 0)
		lookup->fetch = tms_fetch_start(world->fetcher, &request, on_reply, lookup);
	tms_buf_free(&url);
	lookup->stage = lookup->fetch ? CATEGORY_LOOKUP_ASKS : CATEGORY_LOOKUP_RESTS;
}

/* ---- what others have learned ---- */

static void on_row(void *context, const struct tms_store_row *row)
{
	struct category_lookup *lookup = context;
	struct tms_window *window = lookup->known->window;
	const struct tms_record *record = NULL;

	if (row->kind != TMS_STORE_ROW_ITEM)
		return;
	record = tms_window_find(window, row->key);
	tms_time listed = record ? record->last_listed : TMS_TIME_NONE;
	if (record && tms_record_categories(record))
		return;
	if (tms_window_load_record(window, row->bytes, NULL) != TMS_OK)
		return; /* said when it was loaded at the start, or will be at the next */
	record = tms_window_find(window, row->key);
	if (!record || (record->last_listed <= listed && !tms_record_categories(record)))
		return;
	lookup->learned++;
	category_lookup_forget(lookup, row->key);
}

static void on_rows(void *context, const struct tms_store_reply *reply)
{
	struct category_lookup *lookup = context;
	struct tms_source *known = lookup->known;
	size_t learned = lookup->learned;

	(void)reply;
	lookup->op = NULL;
	lookup->stage = CATEGORY_LOOKUP_RESTS;
	if (learned > 0)
		lookup->world->changed(lookup->world->context, known);
	lookup->world->wake(lookup->world->context);
}

static void learn(struct category_lookup *lookup)
{
	const struct tms_store_call call = { .done = on_rows, .row = on_row, .context = lookup };

	lookup->learned = 0;
	lookup->op = tms_store_items_load(lookup->world->store, lookup->known->name, call);
	lookup->stage = lookup->op ? CATEGORY_LOOKUP_LEARNS : CATEGORY_LOOKUP_RESTS;
}

/* ---- the lease ---- */

static void on_lease(void *context, const struct tms_store_reply *reply)
{
	struct category_lookup *lookup = context;
	bool was_held = lookup->token != 0;

	lookup->op = NULL;
	lookup->stage = CATEGORY_LOOKUP_RESTS;
	if (reply->status == TMS_OK && reply->found && was_held) {
		ask(lookup);
		return;
	}
	lookup->token = reply->status == TMS_OK && reply->found ? reply->revision : 0;
	if (lookup->token == 0)
		lookup->not_before = tms_clock_now(lookup->world->clock) + ELSEWHERE_S;
	if (reply->status == TMS_OK)
		learn(lookup);
}

static void lease(struct category_lookup *lookup)
{
	struct tms_store *store = lookup->world->store;
	const struct tms_store_call call = { .done = on_lease, .context = lookup };

	lookup->op = lookup->token
			     ? tms_store_lease_renew(
				       store, lookup->known->name, lookup->token, LEASE_MS, call)
			     : tms_store_lease_acquire(store, lookup->known->name, LEASE_MS, call);
	lookup->stage = lookup->op ? CATEGORY_LOOKUP_LEASES : CATEGORY_LOOKUP_RESTS;
}

/* ---- the schedule ---- */

static bool may_ask(const struct category_lookup *lookup)
{
	/* what sources have still to say need not be asked for */
	return lookup->world->conf->arxiv_categories == TMS_LOOKUPS_ON &&
	       lookup->world->is_ready(lookup->world->context) &&
	       lookup->stage == CATEGORY_LOOKUP_RESTS;
}

tms_time category_lookup_next_due(const struct category_lookup *lookup, tms_time now)
{
	struct source_poll *poll = NULL;

	if (lookup->wanted_count == 0 || !may_ask(lookup))
		return TMS_TIME_MAX;
	poll = source_poll_of(lookup->known, POLL_KEY);
	tms_time due =
		poll ? tms_poll_due(&poll->state, &interface, &rhythm, now) : now + TMS_MINUTE_S;
	if (lookup->not_before > due && lookup->not_before <= now + ELSEWHERE_S)
		due = lookup->not_before;
	return due;
}

void category_lookup_tick(struct category_lookup *lookup, tms_time now)
{
	if (lookup->stage == CATEGORY_LOOKUP_RESTS && lookup->wanted_count == 0)
		category_lookup_release(lookup);
	else if (category_lookup_next_due(lookup, now) <= now)
		lease(lookup);
}

void category_lookup_fini(struct category_lookup *lookup)
{
	tms_store_cancel(lookup->op);
	tms_fetch_cancel(lookup->fetch);
	page_job_drop(lookup->page);
	*lookup = (struct category_lookup){ 0 };
}
