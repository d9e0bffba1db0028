/* tamis topics score: what every topic says of every item. */
#include <stdio.h>

#include "topics_private.h"

#define LEAST_SHOWN (TMS_TOPIC_ONE / 50)
#define MILLION 1000000

static enum tms_status write_why(
	struct topics_work *work, size_t topic, const struct topics_item *item, struct tms_buf *out)
{
	struct tms_topic_reason reason;

	enum tms_status st = tms_topic_explain(
		&work->arena, work->model, work->compiled[topic], &item->texts, &reason);
	if (st != TMS_OK)
		return st;
	tms_buf_add_char(out, '\t');
	tms_topic_reason_print(&reason, out);
	return out->status;
}

static enum tms_status score_item(struct topics_work *work, const struct topics_options *how,
	const struct topics_item *item, struct tms_buf *out)
{
	const struct tms_topic_text *text = NULL;
	size_t mark = tms_arena_mark(&work->arena);

	enum tms_status st =
		tms_topic_text_make(&work->arena, work->model, how->scorer, &item->texts, &text);
	for (size_t i = 0; st == TMS_OK && i < work->topics.count; i++) {
		uint32_t score = tms_topic_score(work->compiled[i], text);
		uint64_t millionths =
			((uint64_t)score * MILLION + TMS_TOPIC_ONE / 2) / TMS_TOPIC_ONE;
		if (score <= LEAST_SHOWN)
			continue;
		tms_buf_format(out, "%.*s\t%.*s\t%u.%06u", TMS_STR_ARGS(work->topics.items[i].id),
			TMS_STR_ARGS(item->id), (unsigned)(millionths / MILLION),
			(unsigned)(millionths % MILLION));
		if (how->with_why)
			st = write_why(work, i, item, out);
		tms_buf_add_char(out, '\n');
	}
	tms_arena_rewind(&work->arena, mark);
	return st == TMS_OK ? out->status : st;
}

int topics_score(const struct topics_options *how)
{
	struct topics_work work = { 0 };
	struct tms_buf out = { 0 };

	int status = topics_open(&work, how);
	for (size_t i = 0; status == TMS_EXIT_DONE && i < work.items_count; i++) {
		enum tms_status st = score_item(&work, how, &work.items[i], &out);
		if (st != TMS_OK)
			tms_cli_error("%s", tms_status_name(st));
		if (st != TMS_OK || !cli_write(tms_buf_str(&out)))
			status = TMS_EXIT_TROUBLE;
		tms_buf_clear(&out);
	}
	topics_close(&work);
	tms_buf_free(&out);
	return status;
}
