/* The setting `store`: where everything is kept. What may be written for short is known here; the
 * address that comes of it is read by conf/store_address.c. */
#include "conf_private.h"

/* "sqlite" and "unix:PATH" written out; paths of files as the file means them. */
static struct tms_str whole_address(
	struct conf_reader *reader, const struct conf_node *node, struct tms_str text)
{
	static const struct tms_str sqlite = TMS_STR_INIT("sqlite:"),
				    socket = TMS_STR_INIT("unix:");

	if (tms_str_equal(text, TMS_STR("sqlite")))
		return tms_arena_format(reader->arena, "sqlite:%.*s/tamis.db",
			TMS_STR_ARGS(reader->raw.conf.data_dir));
	if (tms_str_starts(text, sqlite) && text.len > sqlite.len)
		return tms_arena_format(reader->arena, "sqlite:%.*s",
			TMS_STR_ARGS(value_path(
				reader, node, tms_str_slice(text, sqlite.len, text.len))));
	if (tms_str_starts(text, socket))
		return tms_arena_format(reader->arena, "redis+%.*s", TMS_STR_ARGS(text));
	return value_keep(reader, text);
}

/* What is written right and leads to no store all the same is told when it is opened. */
static bool read_address(
	struct conf_reader *reader, struct tms_str text, struct tms_conf_store *out)
{
	struct tms_store_address address = { 0 };
	struct tms_diag diag = { 0 };

	enum tms_status st = tms_store_address_parse(&reader->scratch, text, &address, &diag);
	out->url = text;
	out->scheme = address.scheme;
	return st != TMS_EINVAL;
}

void store_section(struct conf_reader *reader)
{
	const struct tms_setting *setting = tms_setting_find(TMS_STR("store"));
	struct conf_node standard = { .kind = CONF_NODE_TEXT,
		.style = CONF_NODE_VARIABLE,
		.text = tms_str_from(setting->standard) };
	const struct conf_node *node = node_find(reader->root, TMS_STR("store"));

	if (!node)
		node = &standard;
	if (node->kind == CONF_NODE_TEXT &&
		read_address(reader, whole_address(reader, node, tms_str_trim(node->text)),
			&reader->raw.conf.store))
		return;
	if (node->kind == CONF_NODE_TEXT && tms_str_starts(node->text, TMS_STR("rediss:")))
		messages_at(&reader->errors, node,
			"store: Redis over TLS is not spoken; put a tunnel (stunnel) in front of it, or expected "
			"redis://HOST:PORT/DB");
	else if (node->kind == CONF_NODE_TEXT && tms_str_find_byte(node->text, '@', 0) != SIZE_MAX)
		/* not shown: what stands before the @ may be a password */
		messages_at(&reader->errors, node,
			"store: expected redis://USER:PASSWORD@HOST:PORT/DB");
	else
		reader_expect(reader, node, TMS_STR("store"), setting);
}
