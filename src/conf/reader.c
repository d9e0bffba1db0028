/* What is said of nodes that are not what they should be. */
#include "conf_private.h"

#include <tamis/utf8.h>

void reader_expect(struct conf_reader *reader, const struct conf_node *node, struct tms_str name,
	const struct tms_setting *setting)
{
	struct tms_buf expected = { .max = TMS_DIAG_TEXT_BYTES };
	struct tms_str text = tms_str_slice(node->text, 0, 60);
	const char *found = "nothing";

	tms_setting_write_expected(&expected, setting);
	if (node->kind == CONF_NODE_MAP)
		found = "settings";
	else if (node->kind == CONF_NODE_LIST)
		found = "a list";
	if (node->kind == CONF_NODE_TEXT)
		messages_at(&reader->errors, node, "%.*s: found \"%.*s\"; expected %.*s",
			TMS_STR_ARGS(name), TMS_STR_ARGS(tms_utf8_cut(text, 60)),
			TMS_STR_ARGS(tms_buf_str(&expected)));
	else
		messages_at(&reader->errors, node, "%.*s: found %s; expected %.*s",
			TMS_STR_ARGS(name), found, TMS_STR_ARGS(tms_buf_str(&expected)));
	tms_buf_free(&expected);
}

bool reader_is_map(struct conf_reader *reader, const struct conf_node *node, const char *what)
{
	if (!node || node->kind == CONF_NODE_MAP || node->kind == CONF_NODE_NULL)
		return true;
	messages_at(&reader->errors, node, "found %s; expected %s",
		node->kind == CONF_NODE_LIST ? "a list" : "a text", what);
	return false;
}

bool reader_check_count(struct conf_reader *reader, const struct conf_node *node, int64_t limit,
	const char *setting)
{
	if (!node || node->count <= (uint64_t)limit)
		return true;
	messages_at(&reader->errors, node, "%zu of them; limits.%s allows %lld", node->count,
		setting, (long long)limit);
	return false;
}
