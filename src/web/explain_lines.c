/* Every item with its verdict, as lines for programs: /explain?…&format=tsv, details or jsonl. */
#include <stdlib.h>

#include <tamis/explain.h>

#include "web/served.h"
#include "web/web_private.h"

#define ITEMS_A_PIECE 8 /* of 60 us each */
#define BYTES_MAX ((size_t)64 << 20)

struct lines {
	struct tms_query *query; /* its own: the feed may go meanwhile */
	struct tms_explaining *explaining;
	struct tms_buf buf;
	enum tms_explain_form form;
};

static void lines_free(void *state)
{
	struct lines *lines = state;

	tms_explaining_free(lines->explaining);
	tms_query_free(lines->query);
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

static enum turn_word step(struct turn *turn, const struct tms_request *request)
{
	struct lines *lines = turn->state;
	bool more = false;

	(void)request;
	enum tms_status st =
		tms_explaining_step(lines->explaining, ITEMS_A_PIECE, &lines->buf, &more);
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
	struct tms_query_options options = { 0 };
	struct tms_advice advice = { 0 };
	struct tms_view *view = NULL;

	tms_conf_query_options(web->service->world.conf, NULL, &options);
	enum tms_status st =
		tms_query_parse_advised(served->feed.query, &options, &lines->query, &advice);
	if (st == TMS_OK)
		web_look_around(web, served, lines->query, served->feed.query, &advice);
	if (st == TMS_OK && lines->form == TMS_EXPLAIN_JSONL)
		tms_explain_notes_write(&advice, &lines->buf);
	tms_advice_free(&advice);
	if (st == TMS_OK)
		st = tms_shelf_view(served->shelf, &view);
	if (st == TMS_OK)
		st = tms_explaining_new(lines->query, view,
			tms_clock_now(web->service->world.clock), lines->form, &lines->explaining);
	tms_view_free(view);
	return st;
}

static enum tms_explain_form form_of(struct tms_str format)
{
	if (tms_str_equal(format, TMS_STR("jsonl")))
		return TMS_EXPLAIN_JSONL;
	return tms_str_equal(format, TMS_STR("details")) ? TMS_EXPLAIN_DETAILS : TMS_EXPLAIN_TSV;
}

enum turn_word explain_lines_begin(struct turn *turn, const struct web_filter *filter)
{
	enum turn_word word = TURN_OVER;
	struct tms_served *served = web_served(turn, filter, &word);
	struct lines *lines = served ? calloc(1, sizeof(*lines)) : NULL;

	if (!served)
		return word;
	turn->state = lines;
	turn->free_state = lines_free;
	turn->step = step;
	if (lines)
		*lines = (struct lines){ .buf = { .max = BYTES_MAX },
			.form = form_of(filter->format) };
	if (lines && begin(turn->web, served, lines) == TMS_OK)
		return TURN_MORE;
	answer_no_memory(turn->exchange);
	return TURN_OVER;
}
