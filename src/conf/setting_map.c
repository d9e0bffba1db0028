/* A map of settings, read into a structure by the table. */
#include "conf_private.h"

static struct tms_str parent_of(const char *path)
{
	struct tms_str whole = tms_str_from(path);
	size_t end = whole.len;

	while (end > 0 && whole.ptr[end - 1] != '.')
		end--;
	return tms_str_slice(whole, 0, end > 0 ? end - 1 : 0);
}

static struct tms_str key_of(const char *path)
{
	struct tms_str parent = parent_of(path);

	return tms_str_from(path + parent.len + (parent.len > 0 ? 1 : 0));
}

/* The key of a map at `prefix` by which a setting is reached; empty when it lies elsewhere. */
static struct tms_str step_to(const char *path, struct tms_str prefix)
{
	struct tms_str rest = tms_str_from(path), key;

	if (prefix.len > 0) {
		if (!tms_str_starts(rest, prefix) || rest.len == prefix.len ||
			rest.ptr[prefix.len] != '.')
			return (struct tms_str){ 0 };
		rest = tms_str_slice(rest, prefix.len + 1, rest.len);
	}
	return tms_str_split(&rest, '.', &key) ? key : TMS_STR_NONE;
}

static void check_key(
	struct conf_reader *reader, const struct conf_node *key, struct tms_str prefix)
{
	struct suggest suggest = { .word = key->text };
	char advice[SUGGEST_BYTES];
	size_t count = 0;
	const struct tms_setting *settings = tms_settings(&count);

	for (size_t i = 0; i < count; i++) {
		struct tms_str known = step_to(settings[i].path, prefix);
		if (known.len > 0 && tms_str_equal(known, key->text))
			return;
		suggest_offer(&suggest, known);
	}
	(void)suggest_text(&suggest, advice);
	messages_at(&reader->errors, key, "there is no setting \"%.*s\" here%s",
		TMS_STR_ARGS(tms_str_slice(key->text, 0, 80)),
		suggest.best.len > 0 ? advice : "; `tamis describe` lists all");
}

static void read_standard(
	struct conf_reader *reader, const struct tms_setting *setting, void *target)
{
	struct conf_node node = { .kind = CONF_NODE_TEXT, .style = CONF_NODE_VARIABLE };

	if (!setting->standard)
		return;
	node.text = tms_str_from(setting->standard);
	(void)value_read(reader, setting, &node, target);
}

void setting_map_read(
	struct conf_reader *reader, const struct conf_node *node, const char *prefix, void *target)
{
	struct tms_str group = tms_str_from(prefix);
	size_t count = 0;
	const struct tms_setting *settings = tms_settings(&count);

	if (!reader_is_map(reader, node, "settings, each on a line of its own: \"name: value\""))
		node = NULL;
	for (size_t i = 0; node && i < node->count && node->kind == CONF_NODE_MAP; i++)
		check_key(reader, node->pairs[i].key, group);
	for (size_t i = 0; i < count; i++) {
		const struct tms_setting *setting = &settings[i];
		if (!value_is_one(setting->kind) || !tms_str_equal(parent_of(setting->path), group))
			continue;
		const struct conf_node *value = node_find(node, key_of(setting->path));
		if (!value || !value_read(reader, setting, value, target))
			read_standard(reader, setting, target);
	}
}
