/* The setting `listen`: where to answer. */
#include "conf_private.h"

void listen_section(struct conf_reader *reader)
{
	const struct tms_setting *setting = tms_setting_find(TMS_STR("listen"));
	struct conf_node standard = { .kind = CONF_NODE_TEXT,
		.style = CONF_NODE_VARIABLE,
		.text = tms_str_from(setting->standard) };
	const struct conf_node *node = node_find(reader->root, TMS_STR("listen"));
	struct conf_node list;

	if (!value_list(reader, setting, node ? node : &standard, &list))
		return;
	if (list.count == 0) {
		messages_at(
			&reader->errors, node, "listen: found no address; expected at least one");
		return;
	}
	struct tms_conf_listen *listen =
		TMS_ARENA_ARRAY(reader->arena, struct tms_conf_listen, list.count);
	for (size_t i = 0; listen && i < list.count; i++) {
		struct tms_diag diag = { 0 };
		listen[i].text = value_keep(reader, list.items[i]->text);
		if (tms_listen_parse(listen[i].text, &listen[i].at, &diag) != TMS_OK)
			messages_at(&reader->errors, list.items[i], "listen: %s", diag.text);
	}
	reader->raw.conf.listen = listen;
	reader->raw.conf.listen_count = listen ? list.count : 0;
}
