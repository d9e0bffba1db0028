/* One value: from the text of a node to the type of its setting. */
#include "conf_private.h"

#include <tamis/url.h>
#include <tamis/utf8.h>

#define PATH_BYTES_MAX 4096 /* PATH_MAX of Linux, the NUL included */

/* How a setting is called in messages: names of sources and feeds are plain from the place. */
static struct tms_str shown_name(const struct tms_setting *setting)
{
	struct tms_str path = tms_str_from(setting->path);
	size_t start = path.len;

	if (tms_str_find(path, TMS_STR("NAME"), 0) == SIZE_MAX &&
		tms_str_find(path, TMS_STR("USER"), 0) == SIZE_MAX)
		return path;
	while (start > 0 && path.ptr[start - 1] != '.')
		start--;
	return tms_str_slice(path, start, path.len);
}

static bool refuse(
	struct conf_reader *reader, const struct tms_setting *setting, const struct conf_node *node)
{
	reader_expect(reader, node, shown_name(setting), setting);
	return false;
}

static bool is_line(struct tms_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7f)
			return false;
	return true;
}

static bool parse_span_ms(struct tms_str text, int64_t *ms)
{
	int64_t number = 0;

	if (tms_str_ends(text, TMS_STR("ms"))) {
		if (!tms_str_int64(tms_str_slice(text, 0, text.len - 2), &number) || number < 0)
			return false;
		*ms = number;
		return true;
	}
	return tms_span_parse(text, &number) && !__builtin_mul_overflow(number, 1000, ms);
}

static bool read_number(struct conf_reader *reader, const struct tms_setting *setting,
	const struct conf_node *node, void *field)
{
	struct tms_str text = tms_str_trim(node->text);
	int64_t value = 0;
	bool is_read = false;

	if (setting->kind == TMS_SETTING_SPAN)
		is_read = tms_span_parse(text, &value);
	else if (setting->kind == TMS_SETTING_SPAN_MS)
		is_read = parse_span_ms(text, &value);
	else if (setting->kind == TMS_SETTING_BYTES)
		is_read = tms_bytes_parse(text, &value);
	else
		is_read = tms_str_int64(text, &value);
	if (!is_read || value < setting->min || value > setting->max)
		return refuse(reader, setting, node);
	*(int64_t *)field = value;
	return true;
}

/* YAML writes on and off in more than one way, and people do. */
static struct tms_str plain_switch(struct tms_str text)
{
	if (tms_str_equal_caseless(text, TMS_STR("true")) ||
		tms_str_equal_caseless(text, TMS_STR("yes")))
		return TMS_STR("on");
	if (tms_str_equal_caseless(text, TMS_STR("false")) ||
		tms_str_equal_caseless(text, TMS_STR("no")))
		return TMS_STR("off");
	return text;
}

/* Enumerations are kept in fields of their own types; all of them are as wide as int. */
_Static_assert(sizeof(enum tms_switch) == sizeof(int) && sizeof(enum tms_lookups) == sizeof(int) &&
		       sizeof(enum tms_log_level) == sizeof(int) &&
		       sizeof(enum tms_log_format) == sizeof(int) &&
		       sizeof(enum tms_feed_date) == sizeof(int) &&
		       sizeof(enum conf_link_raw) == sizeof(int),
	"a choice is written through a pointer to int");

static bool read_choice(struct conf_reader *reader, const struct tms_setting *setting,
	const struct conf_node *node, void *field)
{
	struct tms_str rest = tms_str_from(setting->choices), choice;
	struct tms_str text = plain_switch(tms_str_trim(node->text));

	for (int i = 0; tms_str_split(&rest, '|', &choice); i++) {
		if (!tms_str_equal_caseless(choice, text))
			continue;
		*(int *)field = i;
		return true;
	}
	return refuse(reader, setting, node);
}

static bool read_url(struct conf_reader *reader, const struct tms_setting *setting,
	const struct conf_node *node, void *field)
{
	struct tms_diag diag = { 0 };
	struct tms_str text = tms_str_trim(node->text);

	if (strcmp(setting->path, "sources.NAME.url") == 0 &&
		tms_str_starts_caseless(text, TMS_STR("file:"))) {
		struct tms_str path = tms_str_slice(text, 5, text.len);
		while (tms_str_starts(path, TMS_STR("//")))
			path = tms_str_slice(path, 1, path.len);
		messages_at(&reader->errors, node,
			"url: names what is fetched by http or https; a file of this machine is named "
			"by its path, \"file: %.*s\" instead of url",
			TMS_STR_ARGS(path.len > 0 ? tms_str_slice(path, 0, 60)
						  : TMS_STR("/srv/list.json")));
		return false;
	}
	if (!tms_url_is_http(text))
		return refuse(reader, setting, node);
	if (tms_guard_url(text, &diag) != TMS_OK) {
		messages_at(&reader->errors, node, "%.*s: %s", TMS_STR_ARGS(shown_name(setting)),
			diag.text);
		return false;
	}
	*(struct tms_str *)field = value_keep(reader, text);
	return true;
}

struct tms_str value_keep(struct conf_reader *reader, struct tms_str text)
{
	return text.len > 0 ? tms_arena_copy(reader->arena, text) : TMS_STR_NONE;
}

struct tms_str value_path(
	struct conf_reader *reader, const struct conf_node *node, struct tms_str path)
{
	/* a variable and a default know nothing of the file's folder */
	if (tms_str_starts(path, TMS_STR("/")) || node->style == CONF_NODE_VARIABLE ||
		reader->folder.len == 0)
		return value_keep(reader, path);
	return tms_arena_format(
		reader->arena, "%.*s%.*s", TMS_STR_ARGS(reader->folder), TMS_STR_ARGS(path));
}

bool value_list(struct conf_reader *reader, const struct tms_setting *setting,
	const struct conf_node *node, struct conf_node *out)
{
	struct tms_str rest = node->text, part;

	*out = (struct conf_node){ .kind = CONF_NODE_LIST,
		.file = node->file,
		.line = node->line,
		.column = node->column };
	if (node->kind == CONF_NODE_LIST) {
		*out = *node;
		for (size_t i = 0; i < node->count; i++)
			if (node->items[i]->kind != CONF_NODE_TEXT)
				return refuse(reader, setting, node->items[i]);
		return true;
	}
	if (node->kind != CONF_NODE_TEXT)
		return refuse(reader, setting, node);
	while (tms_str_split(&rest, ',', &part)) {
		part = tms_str_trim(part);
		struct conf_node *item = node_text(&reader->scratch, node->file, part);
		if (!item || !tms_arena_grow(&reader->scratch, &out->items, out->count,
				     &out->capacity, sizeof(item)))
			return false;
		node_locate(node, (size_t)(part.ptr - node->text.ptr), &item->line, &item->column);
		if (node->style == CONF_NODE_VARIABLE)
			item->column = 0;
		if (item->text.len > 0)
			out->items[out->count++] = item;
	}
	return true;
}

static bool read_networks(struct conf_reader *reader, const struct tms_setting *setting,
	const struct conf_node *node, void *field)
{
	struct conf_node list;
	bool is_right = true;

	if (!value_list(reader, setting, node, &list))
		return false;
	struct tms_network *networks =
		TMS_ARENA_ARRAY(reader->arena, struct tms_network, list.count);
	for (size_t i = 0; networks && i < list.count; i++) {
		struct tms_diag diag = { 0 };
		if (tms_network_parse(list.items[i]->text, &networks[i], &diag) == TMS_OK)
			continue;
		messages_at(&reader->errors, list.items[i], "%s: %s", setting->path, diag.text);
		is_right = false;
	}
	if (!networks || !is_right)
		return false;
	*(struct tms_network_list *)field =
		(struct tms_network_list){ .items = networks, .count = list.count };
	return true;
}

static bool read_text(struct conf_reader *reader, const struct tms_setting *setting,
	const struct conf_node *node, void *field)
{
	struct tms_str text = tms_str_trim(node->text);

	if (!is_line(text) || tms_utf8_length(text) > (uint64_t)setting->max)
		return refuse(reader, setting, node);
	*(struct tms_str *)field = value_keep(reader, text);
	return true;
}

static bool read_name(struct conf_reader *reader, const struct tms_setting *setting,
	const struct conf_node *node, void *field)
{
	struct tms_str text = tms_str_trim(node->text);

	if (!tms_conf_is_name(text))
		return refuse(reader, setting, node);
	*(struct tms_str *)field = value_keep(reader, text);
	return true;
}

static bool read_path(struct conf_reader *reader, const struct tms_setting *setting,
	const struct conf_node *node, void *field)
{
	struct tms_str text = tms_str_trim(node->text);

	if (!is_line(text) || text.len == 0 || text.len >= PATH_BYTES_MAX)
		return refuse(reader, setting, node);
	*(struct tms_str *)field = value_path(reader, node, text);
	return true;
}

/* How each kind is read; what is left out is more than a value, and a section's. */
typedef bool read_fn(struct conf_reader *reader, const struct tms_setting *setting,
	const struct conf_node *node, void *field);
static read_fn *const readers[] = {
	[TMS_SETTING_TEXT] = read_text,
	[TMS_SETTING_NAME] = read_name,
	[TMS_SETTING_URL] = read_url,
	[TMS_SETTING_PATH] = read_path,
	[TMS_SETTING_NUMBER] = read_number,
	[TMS_SETTING_SPAN] = read_number,
	[TMS_SETTING_SPAN_MS] = read_number,
	[TMS_SETTING_BYTES] = read_number,
	[TMS_SETTING_CHOICE] = read_choice,
	[TMS_SETTING_NETWORKS] = read_networks,
};

bool value_is_one(enum tms_setting_kind kind)
{
	return (size_t)kind < TMS_COUNT(readers) && readers[kind];
}

bool value_read(struct conf_reader *reader, const struct tms_setting *setting,
	const struct conf_node *node, void *target)
{
	/* networks may be a list */
	if (setting->kind != TMS_SETTING_NETWORKS && node->kind != CONF_NODE_TEXT)
		return refuse(reader, setting, node);
	return readers[setting->kind](reader, setting, node, (char *)target + setting->offset);
}
