/* Topics of the file: a text in the form of topic files, for everybody or for one user. */
#include "conf_private.h"

/* Each can be compiled, or an error says why not. */
static void check_all(struct conf_reader *reader, const struct conf_node *node,
	const struct tms_query_topics *base, const struct tms_topic_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		struct tms_diag diag = { 0 };
		enum tms_status st = tms_topic_compile(base->model, base->scorer, &list->items[i],
			TMS_TOPIC_AS_WRITTEN, NULL, &diag);
		if (st == TMS_ENOMEM)
			reader->arena->status = TMS_ENOMEM;
		diag.line = list->items[i].line;
		diag.column = 1;
		if (st != TMS_OK)
			messages_inside(&reader->errors, node, &diag);
	}
}

const struct tms_query_topics *topics_read(struct conf_reader *reader, const struct conf_node *node,
	const struct tms_query_topics *base)
{
	struct tms_diag diag = { 0 };

	if (!node || node->kind == CONF_NODE_NULL)
		return base;
	if (node->kind != CONF_NODE_TEXT || !base) {
		messages_at(&reader->errors, node,
			base ? "topics: expected a text (topics: |) with topics as in a topic file"
			     : "topics: there is no model of topics here");
		return base;
	}
	struct tms_topic_list *lists =
		TMS_ARENA_ARRAY(reader->arena, struct tms_topic_list, base->lists_count + 1);
	struct tms_query_topics *out = TMS_ARENA_NEW(reader->arena, struct tms_query_topics);
	if (!lists || !out)
		return base;
	for (size_t i = 0; i < base->lists_count; i++)
		lists[i] = base->lists[i];
	*out = *base;
	out->lists = lists;
	out->lists_count = base->lists_count + 1;
	enum tms_status st = tms_topic_file_parse(
		reader->arena, value_keep(reader, node->text), &lists[base->lists_count], &diag);
	if (st == TMS_OK)
		check_all(reader, node, base, &lists[base->lists_count]);
	else if (st != TMS_ENOMEM)
		messages_inside(&reader->errors, node, &diag);
	return out;
}
