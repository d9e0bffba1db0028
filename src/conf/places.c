/* Where to listen, and where things are kept. */
#include "reader.h"

#include <tamis/url.h>

static const struct tms_setting *setting_of(const char *path)
{
	return tms_setting_find(tms_str_from(path));
}

void listen_section(struct tms_conf_reader *reader)
{
	const struct tms_setting *setting = setting_of("listen");
	struct tms_node standard = { .kind = TMS_NODE_TEXT,
		.style = TMS_NODE_VARIABLE,
		.text = tms_str_from(setting->standard) };
	const struct tms_node *node = node_find(reader->root, TMS_STR("listen"));
	struct tms_node list;

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
		listen[i].text = list.items[i]->text;
		if (tms_listen_parse(listen[i].text, &listen[i].at, &diag) != TMS_OK)
			messages_at(&reader->errors, list.items[i], "listen: %s", diag.text);
	}
	reader->raw.conf.listen = listen;
	reader->raw.conf.listen_count = listen ? list.count : 0;
}

/* ---- store ---- */

static bool is_redis_db(struct tms_str path)
{
	int64_t db = 0;

	if (tms_str_starts(path, TMS_STR("/")))
		path = tms_str_slice(path, 1, path.len);
	return path.len == 0 || (tms_str_int64(path, &db) && db >= 0 && db <= 65535);
}

static bool read_redis(
	struct tms_conf_reader *reader, struct tms_str text, struct tms_conf_store *store)
{
	struct tms_url url;

	if (!tms_url_parse(text, &url) || url.host.len == 0 || url.has_query || url.has_fragment ||
		!is_redis_db(url.path))
		return false;
	store->url = text;
	url.userinfo = (struct tms_str){ 0 };
	struct tms_buf shown = { 0 };
	tms_url_write(&shown, &url);
	store->shown = tms_arena_take(reader->arena, &shown);
	return true;
}

static bool read_socket(
	struct tms_conf_reader *reader, struct tms_str path, struct tms_conf_store *store)
{
	if (!tms_str_starts(path, TMS_STR("/")))
		return false;
	store->url = tms_arena_format(reader->arena, "redis+unix:%.*s", TMS_STR_ARGS(path));
	/* user and password may stand in the longer form only: redis+unix://user:password@/path */
	size_t at =
		tms_str_starts(path, TMS_STR("//")) ? tms_str_find_byte(path, '@', 0) : SIZE_MAX;
	if (at == SIZE_MAX)
		store->shown = store->url;
	else
		store->shown = tms_arena_format(reader->arena, "redis+unix:%.*s",
			TMS_STR_ARGS(tms_str_slice(path, at + 1, path.len)));
	return true;
}

static bool read_sqlite(struct tms_conf_reader *reader, const struct tms_node *node,
	struct tms_str path, struct tms_conf_store *store)
{
	if (path.len == 0)
		path = tms_arena_format(
			reader->arena, "%.*s/tamis.db", TMS_STR_ARGS(reader->raw.conf.data_dir));
	else
		path = value_path(reader, node, path);
	store->kind = TMS_STORE_SQLITE;
	store->url = tms_arena_format(reader->arena, "sqlite:%.*s", TMS_STR_ARGS(path));
	store->shown = store->url;
	return true;
}

static bool read_store(
	struct tms_conf_reader *reader, const struct tms_node *node, struct tms_conf_store *store)
{
	struct tms_str text = tms_str_trim(node->text);

	store->kind = TMS_STORE_REDIS;
	if (tms_str_starts(text, TMS_STR("redis://")))
		return read_redis(reader, text, store);
	if (tms_str_starts(text, TMS_STR("redis+unix:")))
		return read_socket(reader, tms_str_slice(text, 11, text.len), store);
	if (tms_str_starts(text, TMS_STR("unix:")))
		return read_socket(reader, tms_str_slice(text, 5, text.len), store);
	if (tms_str_equal(text, TMS_STR("sqlite")))
		return read_sqlite(reader, node, (struct tms_str){ 0 }, store);
	if (tms_str_starts(text, TMS_STR("sqlite:")) && text.len > 7)
		return read_sqlite(reader, node, tms_str_slice(text, 7, text.len), store);
	return false;
}

void store_section(struct tms_conf_reader *reader)
{
	const struct tms_setting *setting = setting_of("store");
	struct tms_node standard = { .kind = TMS_NODE_TEXT,
		.style = TMS_NODE_VARIABLE,
		.text = tms_str_from(setting->standard) };
	const struct tms_node *node = node_find(reader->root, TMS_STR("store"));
	struct tms_conf_store *store = &reader->raw.conf.store;

	if (!node)
		node = &standard;
	if (node->kind == TMS_NODE_TEXT && read_store(reader, node, store))
		return;
	if (node->kind == TMS_NODE_TEXT && tms_str_starts(node->text, TMS_STR("rediss:")))
		messages_at(&reader->errors, node,
			"store: Redis over TLS is not spoken; put a tunnel (stunnel) in front of it, or expected "
			"redis://HOST:PORT/DB");
	else if (node->kind == TMS_NODE_TEXT && tms_str_find_byte(node->text, '@', 0) != SIZE_MAX)
		/* not shown: what stands before the @ may be a password */
		messages_at(&reader->errors, node,
			"store: expected redis://USER:PASSWORD@HOST:PORT/DB");
	else
		reader_expect(reader, node, TMS_STR("store"), setting);
}
