/* Topics and items, from files. */
#include "topics_private.h"

#include <stdio.h>

#include <tamis/json.h>
#include <tamis/utf8.h>

#include "shipped/shipped.h"

#define TITLE_BYTES 100

int topics_load(struct tms_arena *arena, const char *path, struct tms_topic_list *out)
{
	struct tms_str text = tms_shipped_topics();
	struct tms_diag diag = { 0 };
	enum tms_status st = TMS_OK;

	if (path)
		st = cli_read(arena, path, TMS_TOPIC_FILE_BYTES_MAX, &text, &diag);
	if (st == TMS_OK)
		st = tms_topic_file_parse(arena, text, out, &diag);
	if (st == TMS_OK)
		return TMS_EXIT_DONE;
	if (st == TMS_ENOMEM)
		tms_diag_set(&diag, 0, 0, "there is not enough memory");
	cli_complain(path ? path : "the catalogue", &diag);
	return st == TMS_ENOMEM ? TMS_EXIT_TROUBLE : TMS_EXIT_INPUT;
}

static int open_model(struct topics_work *work, const char *path)
{
	struct tms_str bytes = tms_shipped_topic_model();
	struct tms_diag diag = { 0 };
	enum tms_status st = TMS_OK;

	if (path)
		st = cli_read(&work->arena, path, TMS_TOPICS_MODEL_BYTES_MAX, &bytes, &diag);
	if (st == TMS_OK)
		st = tms_topic_model_open(bytes, &work->model, &diag);
	if (st == TMS_OK)
		return TMS_EXIT_DONE;
	if (st == TMS_ENOMEM)
		tms_diag_set(&diag, 0, 0, "there is not enough memory");
	cli_complain(path ? path : "the shipped model", &diag);
	return path && st != TMS_ENOMEM ? TMS_EXIT_INPUT : TMS_EXIT_TROUBLE;
}

static int compile(struct topics_work *work, const struct topics_options *how)
{
	struct tms_diag diag = { 0 };

	work->compiled = TMS_ARENA_ARRAY(&work->arena, struct tms_topic *, work->topics.count + 1);
	for (size_t i = 0; work->compiled && i < work->topics.count; i++) {
		enum tms_status st = tms_topic_compile(work->model, how->scorer,
			&work->topics.items[i], how->how, &work->compiled[i], &diag);
		if (st == TMS_OK)
			continue;
		diag.line = work->topics.items[i].line;
		cli_complain(how->rules ? how->rules : "the catalogue", &diag);
		return st == TMS_ENOMEM ? TMS_EXIT_TROUBLE : TMS_EXIT_INPUT;
	}
	return work->compiled ? TMS_EXIT_DONE : TMS_EXIT_TROUBLE;
}

/* ---- items ---- */

static struct tms_str copy_member(
	struct tms_arena *arena, const struct json_t *object, const char *key, const char *other)
{
	struct tms_str text = tms_json_str(object, key);

	return tms_arena_copy(arena, text.len || !other ? text : tms_json_str(object, other));
}

static void read_keywords(
	struct tms_arena *arena, const struct json_t *object, struct tms_topic_item *out)
{
	const struct json_t *list = tms_json_array(object, "keywords");

	if (!list)
		list = tms_json_array(object, "ai_keywords");
	size_t count = tms_json_count(list);
	struct tms_str *keywords = TMS_ARENA_ARRAY(arena, struct tms_str, count ? count : 1);
	for (size_t i = 0; keywords && i < count; i++)
		keywords[i] = tms_arena_copy(arena, tms_json_text(tms_json_at(list, i)));
	out->keywords = keywords;
	out->keywords_count = keywords ? count : 0;
}

static enum tms_status read_item(
	struct topics_work *work, struct tms_str line, struct tms_diag *diag)
{
	struct tms_arena *arena = &work->arena;
	struct json_t *object = NULL;
	enum tms_status st = tms_json_parse(line, NULL, &object, diag);

	if (st != TMS_OK)
		return st;
	if (tms_arena_grow(arena, &work->items, work->items_count, &work->items_capacity,
		    sizeof(*work->items))) {
		struct topics_item *item = &work->items[work->items_count++];
		*item = (struct topics_item){ 0 };
		item->id = copy_member(arena, object, "id", NULL);
		item->texts.title = copy_member(arena, object, "title", NULL);
		item->texts.abstract = copy_member(arena, object, "abstract", "summary");
		read_keywords(arena, object, &item->texts);
	}
	tms_json_free(object);
	return arena->status;
}

static int read_items(struct topics_work *work, const char *path)
{
	struct tms_str text, rest, line;
	struct tms_diag diag = { 0 };
	uint32_t number = 0;

	enum tms_status st = cli_read(&work->arena, path, TMS_TOPICS_ITEMS_BYTES_MAX, &text, &diag);
	if (st == TMS_OK) {
		rest = text;
		while (st == TMS_OK && tms_str_split(&rest, '\n', &line)) {
			number++;
			if (tms_str_trim(line).len > 0)
				st = read_item(work, line, &diag);
			diag.line = number; /* the place in the file, not in the line */
		}
	}
	if (st == TMS_OK)
		return TMS_EXIT_DONE;
	if (st == TMS_ENOMEM)
		tms_diag_set(&diag, 0, 0, "there is not enough memory");
	cli_complain(path, &diag);
	return st == TMS_ENOMEM ? TMS_EXIT_TROUBLE : TMS_EXIT_INPUT;
}

/* ---- both ---- */

int topics_open(struct topics_work *work, const struct topics_options *how)
{
	int status = topics_load(&work->arena, how->rules, &work->topics);

	if (status == TMS_EXIT_DONE && how->items)
		status = read_items(work, how->items);
	if (status == TMS_EXIT_DONE)
		status = open_model(work, how->model);
	return status == TMS_EXIT_DONE ? compile(work, how) : status;
}

void topics_close(struct topics_work *work)
{
	for (size_t i = 0; work->compiled && i < work->topics.count; i++)
		tms_topic_free(work->compiled[i]);
	tms_topic_model_free(work->model);
	tms_arena_free(&work->arena);
}

void topics_write_title(const struct topics_item *item, struct tms_buf *buf)
{
	struct tms_str title = tms_utf8_cut(item->texts.title, TITLE_BYTES);

	tms_buf_format(buf, "%.*s  ", TMS_STR_ARGS(item->id));
	for (size_t i = 0; i < title.len; i++)
		tms_buf_add_char(buf, tms_is_space(title.ptr[i]) ? ' ' : title.ptr[i]);
	tms_buf_add_char(buf, '\n');
}
