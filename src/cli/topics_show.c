/* tamis topics, tamis topics show: what there is to ask for. */
#include <stdio.h>

#include "topics_private.h"

static bool is_first_of_group(const struct tms_topic_list *list, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (tms_str_equal(list->items[k].group, list->items[i].group))
			return false;
	return true;
}

static void write_group(struct tms_buf *out, const struct tms_topic_list *list, size_t first)
{
	struct tms_str group = list->items[first].group;

	tms_buf_format(out, "%s%.*s\n", out->len > 0 ? "\n" : "",
		TMS_STR_ARGS(group.len > 0 ? group : TMS_STR("Topics")));
	for (size_t i = first; i < list->count; i++)
		if (tms_str_equal(list->items[i].group, group))
			tms_buf_format(out, "  %-24.*s %.*s\n", TMS_STR_ARGS(list->items[i].id),
				TMS_STR_ARGS(list->items[i].name));
}

int topics_list(const struct topics_options *how)
{
	struct tms_arena arena = { 0 };
	struct tms_topic_list list = { 0 };
	struct tms_buf out = { 0 };

	int status = topics_load(&arena, how->rules, &list);
	for (size_t i = 0; status == TMS_EXIT_DONE && i < list.count; i++)
		if (is_first_of_group(&list, i))
			write_group(&out, &list, i);
	if (status == TMS_EXIT_DONE && (out.status != TMS_OK || !cli_write(tms_buf_str(&out))))
		status = TMS_EXIT_TROUBLE;
	tms_buf_free(&out);
	tms_arena_free(&arena);
	return status;
}

/* ---- one ---- */

static void write_part(struct tms_buf *out, const char *name, struct tms_str text)
{
	if (text.len > 0)
		tms_buf_format(out, "%s = %.*s\n", name, TMS_STR_ARGS(text));
}

static void write_topic(struct tms_buf *out, const struct tms_topic_definition *topic)
{
	tms_buf_format(out, "[topic %.*s]\n", TMS_STR_ARGS(topic->id));
	write_part(out, "name", topic->name);
	write_part(out, "group", topic->group);
	write_part(out, "about", topic->about);
	write_part(out, "keywords", topic->keywords);
	write_part(out, "all", topic->all);
}

int topics_show(const struct topics_options *how, const char *id)
{
	struct tms_arena arena = { 0 };
	struct tms_topic_list list = { 0 };
	struct tms_buf out = { 0 };

	int status = topics_load(&arena, how->rules, &list);
	for (size_t i = 0; status == TMS_EXIT_DONE && i < list.count; i++)
		if (tms_str_equal(list.items[i].id, tms_str_from(id)))
			write_topic(&out, &list.items[i]);
	if (status == TMS_EXIT_DONE && out.len == 0) {
		tms_cli_error("there is no topic \"%s\"; `tamis topics` lists them", id);
		status = TMS_EXIT_INPUT;
	}
	if (status == TMS_EXIT_DONE && (out.status != TMS_OK || !cli_write(tms_buf_str(&out))))
		status = TMS_EXIT_TROUBLE;
	tms_buf_free(&out);
	tms_arena_free(&arena);
	return status;
}
