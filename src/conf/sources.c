/* The sources: each one upstream, checked for being exactly one. */
#include "conf_private.h"

#include <tamis/hash.h>

static bool is_category(struct tms_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!tms_is_alnum(text.ptr[i]) && !memchr(".+-", text.ptr[i], 3))
			return false;
	return text.len > 0;
}

static void find_preset(
	struct conf_reader *reader, const struct conf_node *node, struct conf_source_raw *raw)
{
	struct suggest suggest = { .word = raw->preset };
	char advice[SUGGEST_BYTES];
	struct tms_buf known = { .max = 200 };
	size_t count = 0;
	const struct tms_preset *presets = tms_presets(&count);

	raw->source.preset = tms_preset_find(raw->preset);
	if (raw->source.preset || raw->preset.len == 0)
		return;
	for (size_t i = 0; i < count; i++) {
		tms_buf_format(&known, "%s%.*s", i == 0 ? "" : ", ", TMS_STR_ARGS(presets[i].name));
		suggest_offer(&suggest, presets[i].name);
	}
	messages_at(&reader->errors, node_find(node, TMS_STR("preset")),
		"there is no preset \"%.*s\"%s; known are %.*s", TMS_STR_ARGS(raw->preset),
		suggest_text(&suggest, advice), TMS_STR_ARGS(tms_buf_str(&known)));
	tms_buf_free(&known);
}

/* Exactly one of the three says where items come from. */
static void check_origin(struct conf_reader *reader, const struct conf_node_pair *pair)
{
	static const char *const keys[] = { "preset", "url", "file" };
	const struct conf_node *first = NULL;

	for (size_t i = 0; i < TMS_COUNT(keys); i++) {
		const struct conf_node *node = node_find(pair->value, tms_str_from(keys[i]));
		if (node && first)
			messages_at(&reader->errors, node,
				"the source %.*s has more than one of preset, url and file; expected exactly one",
				TMS_STR_ARGS(pair->key->text));
		if (node)
			first = node;
	}
	const struct conf_node *recipe = node_find(pair->value, TMS_STR("recipe"));
	if (recipe && node_find(pair->value, TMS_STR("preset")))
		messages_at(&reader->errors, recipe,
			"recipe: a preset is read without one; expected url or file instead of preset");
	if (!first && !recipe)
		messages_at(&reader->errors, pair->key,
			"the source %.*s has neither preset nor url nor file; expected exactly one, such as "
			"\"preset: hf-daily-papers\"",
			TMS_STR_ARGS(pair->key->text));
}

/* What only goes with a preset, or only with some. */
static void check_preset(struct conf_reader *reader, const struct conf_node_pair *pair,
	const struct tms_conf_source *source)
{
	const struct conf_node *category = node_find(pair->value, TMS_STR("category"));
	const struct conf_node *base_url = node_find(pair->value, TMS_STR("base_url"));
	bool has_preset = node_find(pair->value, TMS_STR("preset")) != NULL;

	if (source->preset && source->preset->needs_category && !category)
		messages_at(&reader->errors, pair->key,
			"the source %.*s has no category; the preset %.*s needs one, such as cs.CL",
			TMS_STR_ARGS(pair->key->text), TMS_STR_ARGS(source->preset->name));
	if (category && source->category.len > 0 && !is_category(source->category))
		messages_at(&reader->errors, category,
			"category: found \"%.*s\"; expected one such as cs.CL, or several joined by +",
			TMS_STR_ARGS(tms_str_slice(source->category, 0, 60)));
	if (category && (!has_preset || (source->preset && !source->preset->needs_category)))
		messages_at(&reader->errors, category,
			"category: only the preset arxiv has categories");
	if (base_url && !has_preset)
		messages_at(&reader->errors, base_url,
			"base_url: names a mirror of a preset, and there is none; expected url alone");
}

/* A recipe that is for one address needs no other. */
static void set_recipe(struct conf_reader *reader, const struct conf_node *node,
	const struct conf_source_raw *raw, struct tms_conf_source *source)
{
	const struct conf_node *name = node_find(node, TMS_STR("recipe"));

	if (!name || raw->recipe.len == 0)
		return;
	source->recipe = recipe_lookup(reader, name, raw->recipe);
	if (!source->recipe || raw->preset.len > 0 || node_find(node, TMS_STR("url")) ||
		node_find(node, TMS_STR("file")))
		return;
	source->url = source->recipe->url;
	if (source->url.len == 0)
		messages_at(&reader->errors, name,
			"recipe: %.*s has no address of its own; expected url or file too",
			TMS_STR_ARGS(raw->recipe));
}

static void set_every(
	struct conf_reader *reader, const struct conf_node *node, struct tms_conf_source *source)
{
	int64_t min_s = reader->raw.conf.limits.min_interval_s;
	const struct conf_node *every = node_find(node, TMS_STR("every"));

	if (source->every_s > 0 && source->every_s < min_s && every) {
		struct tms_buf span = { 0 };
		tms_span_write(&span, min_s);
		messages_at(&reader->errors, every,
			"every: found \"%.*s\", which is less than limits.min_interval (%.*s)",
			TMS_STR_ARGS(every->text), TMS_STR_ARGS(tms_buf_str(&span)));
		tms_buf_free(&span);
	}
	if (source->every_s == 0)
		source->every_s = source->preset ? source->preset->every_s : TMS_HOUR_S;
	if (source->every_s < min_s)
		source->every_s = min_s;
}

static void set_title(struct conf_reader *reader, struct tms_conf_source *source)
{
	if (source->title.len > 0)
		return;
	if (source->preset && source->preset->needs_category)
		source->title = tms_arena_format(reader->arena, "%.*s %.*s",
			TMS_STR_ARGS(source->preset->title), TMS_STR_ARGS(source->category));
	else
		source->title = source->preset ? source->preset->title
				: source->recipe && source->recipe->title.len > 0
					? source->recipe->title
					: source->name;
}

static uint64_t hash_origin(const struct conf_source_raw *raw)
{
	const struct tms_conf_source *source = &raw->source;
	const struct tms_str parts[] = { raw->preset, source->url, source->path, source->base_url,
		source->category };
	struct tms_hash_seed seed = { 0 };

	/* a chain: lengths are part of each link, so parts cannot run into each other */
	for (size_t i = 0; i < TMS_COUNT(parts); i++)
		seed = (struct tms_hash_seed){ tms_hash(seed, parts[i]), parts[i].len + i };
	if (source->recipe)
		seed.k0 ^= tms_recipe_hash(source->recipe);
	return seed.k0;
}

static void read_source(
	struct conf_reader *reader, const struct conf_node_pair *pair, struct tms_conf_source *out)
{
	struct conf_source_raw raw = { .source = { .name = value_keep(reader, pair->key->text) } };
	size_t errors = reader->errors.count;

	(void)name_check(reader, pair->key, "a source");
	setting_map_read(reader, pair->value, "sources.NAME", &raw);
	if (pair->value->kind == CONF_NODE_MAP || pair->value->kind == CONF_NODE_NULL)
		check_origin(reader, pair);
	find_preset(reader, pair->value, &raw);
	set_recipe(reader, pair->value, &raw, &raw.source);
	if (errors == reader->errors.count)
		check_preset(reader, pair, &raw.source);
	set_every(reader, pair->value, &raw.source);
	set_title(reader, &raw.source);
	if (raw.source.retention_s == 0)
		raw.source.retention_s = reader->raw.conf.limits.retention_s;
	if (raw.source.items == 0)
		raw.source.items = reader->raw.conf.limits.items;
	raw.source.hash = hash_origin(&raw);
	*out = raw.source;
}

void sources_section(struct conf_reader *reader)
{
	const struct conf_node *node = node_find(reader->root, TMS_STR("sources"));
	struct tms_conf *conf = &reader->raw.conf;

	if (!reader_is_map(reader, node, "names of sources, each with its settings") ||
		!reader_check_count(reader, node, conf->limits.sources, "sources"))
		return;
	if (!node || node->count == 0) {
		if (node)
			messages_at(&reader->errors, node,
				"there is no source here; expected at least one, such as \"daily-papers: {preset: "
				"hf-daily-papers}\"");
		return;
	}
	struct tms_conf_source *sources =
		TMS_ARENA_ARRAY(reader->arena, struct tms_conf_source, node->count);
	for (size_t i = 0; sources && i < node->count; i++)
		read_source(reader, &node->pairs[i], &sources[i]);
	conf->sources = sources;
	conf->sources_count = sources ? node->count : 0;
}
