/*
 * Every item with its verdict, as lines for programs: /explain?…&format=tsv. Explaining thousands
 * takes longer than others may wait for the main thread, so it goes in slices between other events.
 */
#include <stdlib.h>

#include <event2/event.h>

#include <tamis/explain.h>

#include "web/parts.h"

#define ITEMS_A_SLICE 8 /* of 60 us each */
#define BYTES_MAX ((size_t)64 << 20)

struct tms_web_lines {
	struct tms_web *web;
	struct tms_exchange exchange;
	struct tms_query *query; /* its own: the feed may go meanwhile */
	struct tms_explaining *explaining;
	struct tms_buf buf;
	bool is_json;
	struct event *step;
	struct tms_web_lines **link, *next; /* in the list of those under way */
};

static void end(struct tms_web_lines *lines)
{
	if (lines->link) {
		*lines->link = lines->next;
		if (lines->next)
			lines->next->link = lines->link;
	}
	if (lines->step)
		event_free(lines->step);
	tms_explaining_free(lines->explaining);
	tms_query_free(lines->query);
	tms_buf_free(&lines->buf);
	free(lines);
}

void tms_web_fini(struct tms_web *web)
{
	while (web->lines)
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): ending takes it out of the list */
		end(web->lines);
}

static void answer(struct tms_web_lines *lines, enum tms_status st)
{
	struct tms_str body = tms_buf_str(&lines->buf);
	const struct tms_answer answer = {
		.response = { .status = 200,
			.content_type =
				lines->is_json
					? TMS_STR("application/jsonl; charset=utf-8")
					: TMS_STR("text/tab-separated-values; charset=utf-8"),
			.cache_control = TMS_STR("no-store") },
		.pieces = &body,
		.piece_count = 1
	};

	if (st == TMS_OK)
		(void)tms_exchange_answer(lines->exchange, &answer);
	else
		(void)tms_exchange_answer_text(lines->exchange, 503,
			TMS_STR("There is not enough memory for this answer now.\n"), 30);
}

static void go_on(struct tms_web_lines *lines)
{
	struct timeval now = { 0 };

	(void)evtimer_add(lines->step, &now);
}

static void on_step(evutil_socket_t fd, short what, void *context)
{
	struct tms_web_lines *lines = context;
	bool more = false;

	(void)fd;
	(void)what;
	if (!tms_exchange_request(lines->exchange)) {
		end(lines); /* nobody waits any more */
		return;
	}
	enum tms_status st =
		tms_explaining_step(lines->explaining, ITEMS_A_SLICE, &lines->buf, &more);
	if (st == TMS_OK && more) {
		go_on(lines);
		return;
	}
	answer(lines, st);
	end(lines);
}

static enum tms_status begin(struct tms_web_lines *lines, struct tms_served *served)
{
	struct tms_service *service = lines->web->service;
	struct tms_view *view = tms_served_view(service, served);
	struct tms_query_options options = { 0 };

	lines->step = evtimer_new(service->base, on_step, lines);
	if (!view || !lines->step)
		return TMS_ENOMEM;
	tms_conf_query_options(service->conf, NULL, &options);
	enum tms_status st = tms_query_parse(served->feed.query, &options, &lines->query, NULL);
	if (st == TMS_OK)
		st = tms_explaining_new(lines->query, view, tms_clock_now(service->clock),
			lines->is_json ? TMS_EXPLAIN_JSONL : TMS_EXPLAIN_TSV, &lines->explaining);
	return st;
}

void tms_web_lines(
	struct tms_web *web, struct tms_exchange exchange, const struct tms_web_filter *filter)
{
	struct tms_arena *arena = tms_exchange_arena(exchange);
	const struct tms_address_query query = { .sources = filter->sources,
		.sources_count = filter->sources_count,
		.match = filter->match,
		.target = tms_web_filter_target(arena, filter),
		.form = filter->form };
	struct tms_web_lines *lines = calloc(1, sizeof(*lines));
	struct tms_served *served = NULL;
	struct tms_diag diag = { 0 };

	enum tms_status st = tms_feeds_address(web->service, &query, &served, &diag);
	if (st == TMS_EINVAL || st == TMS_ELIMIT) {
		(void)tms_exchange_answer_text(
			exchange, 400, tms_web_query_error(arena, filter->match, &diag), 0);
		free(lines);
		return;
	}
	if (!lines) {
		(void)tms_exchange_answer_text(exchange, 503,
			TMS_STR("There is not enough memory for this answer now.\n"), 30);
		return;
	}
	*lines = (struct tms_web_lines){ .web = web,
		.exchange = exchange,
		.buf = { .max = BYTES_MAX },
		.is_json = tms_str_equal(filter->format, TMS_STR("jsonl")) };
	if (st == TMS_OK)
		st = begin(lines, served);
	if (st != TMS_OK) {
		answer(lines, st);
		end(lines);
		return;
	}
	lines->link = &web->lines;
	lines->next = web->lines;
	if (lines->next)
		lines->next->link = &lines->next;
	web->lines = lines;
	go_on(lines);
}
