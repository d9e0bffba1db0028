/* Recipes of the configuration: its own, those of the folder beside it, and those that come with
 * Tamis. */
#include <tamis/recipe_file.h>

#include "conf_private.h"
#include "recipe_node.h"
#include "yaml.h"

/* All recipes of one configuration; each costs some memory and a moment of every reload. */
#define RECIPES_MAX 1000u

struct own {
	const struct tms_recipe **items;
	size_t count, capacity;
};

static const struct tms_recipe *find(const struct tms_conf *conf, struct tms_str name)
{
	for (size_t i = 0; i < conf->recipes_count; i++)
		if (tms_str_equal(conf->recipes[i]->name, name))
			return conf->recipes[i];
	return NULL;
}

static void keep(struct conf_reader *reader, struct own *own, const struct tms_recipe *recipe)
{
	if (recipe && tms_arena_grow(reader->arena, &own->items, own->count, &own->capacity,
			      sizeof(*own->items)))
		own->items[own->count++] = recipe;
	reader->raw.conf.recipes = own->items;
	reader->raw.conf.recipes_count = own->count;
}

/* One that is wrong keeps its name, so that what asks for it is not complained of again. */
static const struct tms_recipe *or_empty(
	struct conf_reader *reader, const struct tms_recipe *recipe, struct tms_str name)
{
	struct tms_recipe *empty = recipe ? NULL : TMS_ARENA_NEW(reader->arena, struct tms_recipe);

	if (empty)
		empty->name = name;
	return recipe ? recipe : empty;
}

static struct tms_str name_of_file(struct tms_str file)
{
	size_t from = file.len;

	while (from > 0 && file.ptr[from - 1] != '/')
		from--;
	file = tms_str_slice(file, from, file.len);
	return tms_str_ends(file, TMS_STR(".yaml")) ? tms_str_slice(file, 0, file.len - 5) : file;
}

static void read_file(
	struct conf_reader *reader, const struct tms_conf_recipe_file *file, struct own *own)
{
	struct tms_str name = name_of_file(file->file);
	const struct tms_recipe *recipe = NULL;

	if (find(&reader->raw.conf, name))
		return; /* the configuration has its own of that name */
	if (!tms_conf_is_name(name)) {
		messages_add(&reader->errors, file->file, 0, 0,
			"a recipe is called as its file, and \"%.*s\" is no name; expected 1 to 64 characters "
			"of a-z, 0-9 and \"-\"",
			TMS_STR_ARGS(tms_str_slice(name, 0, 80)));
		return;
	}
	const struct conf_node *root =
		yaml_read(&reader->errors, reader->arena, file->yaml, file->file);
	if (root)
		recipe = recipe_node_read(&reader->errors, root, name);
	keep(reader, own, or_empty(reader, recipe, name));
}

/* A recipe borrows all its texts and places from its nodes. */
static void read_own(struct conf_reader *reader, const struct conf_node_pair *pair, struct own *own)
{
	const struct conf_node *map = node_copy(reader->arena, pair->value);
	struct tms_str name = value_keep(reader, pair->key->text);

	if (map)
		keep(reader, own,
			or_empty(reader, recipe_node_read(&reader->errors, map, name), name));
}

void recipes_section(struct conf_reader *reader)
{
	const struct conf_node *node = node_find(reader->root, TMS_STR("recipes"));
	struct own own = { 0 };

	if (!reader_is_map(reader, node, "names of recipes, each with items and fields"))
		node = NULL;
	if ((node ? node->count : 0) + reader->recipe_files_count > RECIPES_MAX) {
		messages_add(&reader->errors, reader->raw.conf.file, 0, 0,
			"more than %u recipes; no more are allowed", RECIPES_MAX);
		return;
	}
	for (size_t i = 0; node && i < node->count; i++) {
		if (name_check(reader, node->pairs[i].key, "a recipe"))
			read_own(reader, &node->pairs[i], &own);
	}
	for (size_t i = 0; i < reader->recipe_files_count; i++)
		read_file(reader, &reader->recipe_files[i], &own);
}

static const struct tms_recipe *read_shipped(struct conf_reader *reader, struct tms_str name)
{
	const struct tms_recipe_shipped *shipped = tms_recipe_shipped_find(name);
	struct tms_conf_messages errors = { 0 };
	const struct tms_recipe *recipe = NULL;

	if (shipped && tms_recipe_parse(reader->arena, shipped->yaml, name, name, &recipe,
			       &errors) == TMS_OK)
		return recipe;
	return NULL;
}

const struct tms_recipe *recipe_lookup(
	struct conf_reader *reader, const struct conf_node *node, struct tms_str name)
{
	const struct tms_conf *conf = &reader->raw.conf;
	const struct tms_recipe *recipe = find(conf, name);
	struct suggest suggest = { .word = name };
	char advice[SUGGEST_BYTES];
	size_t count = 0;
	const struct tms_recipe_shipped *shipped = tms_recipes_shipped(&count);

	if (recipe)
		return recipe->layouts_count > 0 ? recipe : NULL;
	recipe = read_shipped(reader, name);
	if (recipe)
		return recipe;
	for (size_t i = 0; i < conf->recipes_count; i++)
		suggest_offer(&suggest, conf->recipes[i]->name);
	for (size_t i = 0; i < count; i++)
		suggest_offer(&suggest, shipped[i].name);
	(void)suggest_text(&suggest, advice);
	messages_at(&reader->errors, node, "there is no recipe \"%.*s\"%s", TMS_STR_ARGS(name),
		suggest.best.len > 0
			? advice
			: "; expected one of `recipes`, of the folder recipes beside the file, or of `tamis "
			  "recipe list`");
	return NULL;
}
