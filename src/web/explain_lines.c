/* Every item with its verdict, as lines for programs: /explain?…&format=tsv, details or jsonl. */
#include <stdlib.h>

#include <tamis/explain.h>

#include "web/served.h"
#include "web/web_private.h"

#define BYTES_MAX ((size_t)64 << 20)

struct lines {
	struct web_filter filter;
	struct tms_arena arena;  /* of the filter */
	struct tms_query *query; /* its own: the feed may go meanwhile */
	struct tms_query_options options;
	struct tms_advice advice;   /* of the query */
	struct tms_missing missing; /* terms that are looked for */
	bool is_noted; /* what is worth saying stands in the first line, or is not asked for */
	uint64_t reloads;
	struct tms_explaining *explaining;
	struct tms_buf buf;
	enum tms_explain_form form;
};

static void lines_free(void *state)
{
	struct lines *lines = state;

	tms_explaining_free(lines->explaining);
	tms_query_free(lines->query);
	tms_advice_free(&lines->advice);
	tms_arena_free(&lines->arena);
	tms_buf_free(&lines->buf);
	free(lines);
}

static void free_bytes(void *owner)
{
	free(owner);
}

/* The bytes are lent: they are too many to be copied in one piece. */
static void answer(const struct turn *turn, struct lines *lines)
{
	struct tms_str body = tms_buf_str(&lines->buf);
	const struct tms_answer answer = {
		.response = { .status = 200,
			.content_type =
				lines->form == TMS_EXPLAIN_JSONL
					? TMS_STR("application/jsonl; charset=utf-8")
					: TMS_STR("text/tab-separated-values; charset=utf-8"),
			.cache_control = answer_cache_control(turn->kept) },
		.pieces = &body,
		.piece_count = 1,
		.release = free_bytes,
		.owner = lines->buf.ptr,
	};

	lines->buf = (struct tms_buf){ 0 };
	(void)tms_exchange_answer(turn->exchange, &answer);
}

/* Terms that nothing has, a few a piece; for another configuration they are not looked for. */
static enum turn_word write_notes(struct turn *turn, struct lines *lines)
{
	struct tms_emptied_query query = { .query = lines->query,
		.now = tms_clock_now(turn->web->service->world.clock),
		.options = &lines->options };
	bool is_same = lines->reloads == turn->web->service->reload.taken, more = false;
	enum turn_word word = TURN_MORE;
	const struct tms_served *served = is_same ? web_served(turn, &lines->filter, &word) : NULL;

	if (is_same && !served)
		return word;
	if (served &&
		web_missing_step(turn->web, served, &lines->missing, &query, &more) == TMS_OK &&
		more)
		return TURN_MORE;
	tms_explain_notes_write(&lines->advice, &lines->buf);
	lines->is_noted = true;
	return TURN_MORE;
}

static enum turn_word step(struct turn *turn, const struct tms_request *request)
{
	struct lines *lines = turn->state;
	bool more = false;

	(void)request;
	if (!lines->is_noted)
		return write_notes(turn, lines);
	enum tms_status st = tms_explaining_step(
		lines->explaining, web_items_a_piece(lines->advice.cost), &lines->buf, &more);
	if (st == TMS_OK && more)
		return TURN_MORE;
	if (st == TMS_OK)
		answer(turn, lines);
	else
		answer_no_memory(turn->exchange);
	return TURN_OVER;
}

static enum tms_status begin(
	struct tms_web *web, const struct tms_served *served, struct lines *lines)
{
	struct tms_str match = lines->filter.match;
	struct tms_view *view = NULL;

	tms_conf_query_options(web->service->world.conf, NULL, &lines->options);
	enum tms_status st =
		tms_query_parse_advised(match, &lines->options, &lines->query, &lines->advice);
	if (st == TMS_OK)
		web_look_around(web, served, lines->query, match, &lines->advice);
	if (st == TMS_OK)
		st = tms_shelf_view(served->shelf, &view);
	if (st == TMS_OK)
		st = tms_explaining_new(lines->query, view,
			tms_clock_now(web->service->world.clock), lines->form, &lines->explaining);
	lines->is_noted = lines->form != TMS_EXPLAIN_JSONL;
	lines->missing = (struct tms_missing){ .advice = &lines->advice,
		.text = match,
		.items = st == TMS_OK ? tms_view_count(view) : 0 };
	tms_view_free(view);
	return st;
}

static enum tms_explain_form form_of(struct tms_str format)
{
	if (tms_str_equal(format, TMS_STR("jsonl")))
		return TMS_EXPLAIN_JSONL;
	return tms_str_equal(format, TMS_STR("details")) ? TMS_EXPLAIN_DETAILS : TMS_EXPLAIN_TSV;
}

enum turn_word explain_lines_begin(struct turn *turn, struct tms_str query)
{
	struct lines *lines = calloc(1, sizeof(*lines));
	enum turn_word word = TURN_OVER;

	if (!lines) {
		answer_no_memory(turn->exchange);
		return TURN_OVER;
	}
	lines->buf.max = BYTES_MAX;
	lines->reloads = turn->web->service->reload.taken;
	web_filter_read(turn->web->service->world.conf, &lines->arena, query, &lines->filter);
	lines->form = form_of(lines->filter.format);
	const struct tms_served *served = web_served(turn, &lines->filter, &word);
	if (served && begin(turn->web, served, lines) == TMS_OK) {
		turn->state = lines;
		turn->free_state = lines_free;
		turn->step = step;
		return TURN_MORE;
	}
	if (served)
		answer_no_memory(turn->exchange);
	lines_free(lines);
	return word;
}
