/*
 * Reading a configuration: YAML becomes a tree of nodes with places, variables are put over it, and
 * then each section takes its part. Nothing stops at the first error but YAML that cannot be read:
 * whoever edits the file sees all of it.
 */
#include "conf_private.h"

#include <tamis/url.h>

#include "yaml.h"

/* Where the file says nothing of sources, there is what most people come for. */
static void put_standard_source(struct conf_reader *reader)
{
	struct tms_arena *arena = &reader->scratch;
	struct conf_node *nodes[6];
	static const char *const texts[6] = { "sources", "", "daily-papers", "", "preset",
		"hf-daily-papers" };

	if (node_find(reader->root, TMS_STR("sources")))
		return;
	for (size_t i = 0; i < TMS_COUNT(nodes); i++) {
		nodes[i] = node_text(arena, TMS_STR("default"), tms_str_from(texts[i]));
		if (!nodes[i])
			return;
	}
	nodes[1]->kind = CONF_NODE_MAP;
	nodes[3]->kind = CONF_NODE_MAP;
	if (node_put(arena, nodes[3], nodes[4], nodes[5]) &&
		node_put(arena, nodes[1], nodes[2], nodes[3]))
		(void)node_put(arena, reader->root, nodes[0], nodes[1]);
}

struct tms_str conf_folder_of(struct tms_arena *arena, struct tms_str file)
{
	size_t end = file.len;

	while (end > 0 && file.ptr[end - 1] != '/')
		end--;
	return tms_arena_copy(arena, tms_str_slice(file, 0, end));
}

/* systemd names one folder, or several divided by colons. */
static struct tms_str state_directory(const struct tms_conf_input *in)
{
	struct tms_str folder = { 0 };

	for (size_t i = 0; i < in->env_count; i++) {
		struct tms_str value = in->env[i].value;
		if (tms_str_equal(in->env[i].name, TMS_STR("STATE_DIRECTORY")) && value.len > 0)
			(void)tms_str_split(&value, ':', &folder);
	}
	return folder;
}

static void set_folders(struct conf_reader *reader, const struct tms_conf_input *in)
{
	struct tms_conf *conf = &reader->raw.conf;
	struct tms_str state = state_directory(in);

	if (state.len == 0)
		state = in->data_dir;
	if (state.len > 0 && !node_find(reader->root, TMS_STR("data_dir")))
		conf->data_dir = tms_arena_copy(reader->arena, state);
	while (conf->data_dir.len > 1 && tms_str_ends(conf->data_dir, TMS_STR("/")))
		conf->data_dir.len--;
	if (conf->instance_key_file.len == 0)
		conf->instance_key_file = tms_arena_format(
			reader->arena, "%.*s/instance.key", TMS_STR_ARGS(conf->data_dir));
}

static struct tms_str url_of_listen(struct conf_reader *reader)
{
	const struct tms_conf *conf = &reader->raw.conf;
	const struct tms_conf_listen *listen = conf->listen_count > 0 ? &conf->listen[0] : NULL;

	if (!listen || listen->at.kind == TMS_LISTEN_UNIX)
		return TMS_STR("http://localhost");
	if (listen->at.kind == TMS_LISTEN_ANY)
		return tms_arena_format(reader->arena, "http://localhost:%u", listen->at.port);
	return tms_arena_format(reader->arena, "http://%.*s", TMS_STR_ARGS(listen->text));
}

static void set_public_url(struct conf_reader *reader)
{
	struct tms_conf *conf = &reader->raw.conf;
	const struct conf_node *node = node_find(reader->root, TMS_STR("public_url"));
	struct tms_url url;

	conf->public_url_is_set = conf->public_url.len > 0;
	if (!conf->public_url_is_set) {
		conf->public_url = url_of_listen(reader);
		for (size_t i = 0; i < conf->listen_count; i++)
			if (!tms_listen_is_local(&conf->listen[i].at)) {
				messages_add(&reader->warnings, conf->file, 0, 0,
					"public_url is not set: feeds call themselves %.*s, where other machines find "
					"nothing",
					TMS_STR_ARGS(conf->public_url));
				break;
			}
		return;
	}
	if (tms_url_parse(conf->public_url, &url) && (url.has_query || url.has_fragment))
		messages_at(&reader->errors, node,
			"public_url: found \"?\" or \"#\"; expected what stands before every address, such as "
			"https://feeds.example.org");
	while (tms_str_ends(conf->public_url, TMS_STR("/")))
		conf->public_url.len--;
}

/* What queries ask for by name. */
static void read_rules(struct conf_reader *reader)
{
	struct tms_conf *conf = &reader->raw.conf;
	struct tms_query_options options;

	tms_conf_query_options(conf, NULL, &options);
	authors_read(reader, node_find(reader->root, TMS_STR("authors")), &options);
	rules_read(reader, node_find(reader->root, TMS_STR("rules")), &options);
	conf->authors = options.authors;
	conf->authors_count = options.authors_count;
	conf->rules = options.rules;
	conf->rules_count = options.rules_count;
}

static void read_sections(struct conf_reader *reader, const struct tms_conf_input *in)
{
	struct tms_conf *conf = &reader->raw.conf;

	setting_map_read(reader, reader->root, "", &reader->raw);
	setting_map_read(reader, node_find(reader->root, TMS_STR("log")), "log", &reader->raw);
	setting_map_read(reader, node_find(reader->root, TMS_STR("redis")), "redis", &reader->raw);
	setting_map_read(
		reader, node_find(reader->root, TMS_STR("limits")), "limits", &reader->raw);
	set_folders(reader, in);
	listen_section(reader);
	set_public_url(reader);
	store_section(reader);
	recipes_section(reader);
	sources_section(reader);
	groups_section(reader);
	conf->zones = in->zones;
	conf->zone = zone_named(reader, node_find(reader->root, TMS_STR("time_zone")),
		tms_str_trim(reader->raw.time_zone));
	conf->topics = topics_read(reader, node_find(reader->root, TMS_STR("topics")), in->topics);
	read_rules(reader);
	users_section(reader);
	conf->filter_addresses_on =
		conf->filter_addresses == TMS_SWITCH_ON ||
		(conf->filter_addresses == TMS_SWITCH_AUTO && conf->users_count == 0);
}

static struct conf_node *read_root(struct conf_reader *reader, const struct tms_conf_input *in)
{
	if (in->file.len > 0)
		return yaml_read(
			&reader->errors, &reader->scratch, in->yaml, reader->raw.conf.file);
	struct conf_node *root =
		node_text(&reader->scratch, (struct tms_str){ 0 }, (struct tms_str){ 0 });
	if (root)
		root->kind = CONF_NODE_MAP;
	return root;
}

enum tms_status tms_conf_parse(struct tms_arena *arena, const struct tms_conf_input *in,
	const struct tms_conf **out, struct tms_conf_messages *errors)
{
	*errors = (struct tms_conf_messages){ 0 };
	struct conf_reader *reader = TMS_ARENA_NEW(arena, struct conf_reader);
	if (!reader)
		return arena->status;
	reader->arena = arena;
	reader->scratch.max_bytes = arena->max_bytes;
	reader->errors.arena = arena;
	reader->warnings.arena = arena;
	reader->notes.arena = arena;
	reader->raw.conf.file = tms_arena_copy(arena, in->file);
	reader->files = in->files;
	reader->files_count = in->files_count;
	reader->folder = conf_folder_of(arena, in->file);
	reader->recipe_files = in->recipes;
	reader->recipe_files_count = in->recipes_count;
	reader->root = read_root(reader, in);
	if (reader->root) {
		put_standard_source(reader);
		variables_apply(reader, in->env, in->env_count);
		read_sections(reader, in);
	}
	tms_map_free(&reader->scans);
	if (arena->status == TMS_OK)
		arena->status = reader->scratch.status;
	tms_arena_free(&reader->scratch);
	reader->root = NULL;
	messages_finish(&reader->errors, errors);
	messages_finish(&reader->warnings, &reader->raw.conf.warnings);
	messages_finish(&reader->notes, &reader->raw.conf.notes);
	if (arena->status != TMS_OK)
		return arena->status;
	if (errors->count > 0)
		return TMS_EINVAL;
	*out = &reader->raw.conf;
	return TMS_OK;
}
