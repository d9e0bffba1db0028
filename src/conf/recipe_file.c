/* Recipes in files of their own, and those that come with Tamis. */
#include <tamis/recipe_file.h>

#include "recipe_node.h"
#include "yaml.h"

static struct tms_str name_of(struct tms_str file)
{
	size_t from = file.len, end = file.len;

	while (from > 0 && file.ptr[from - 1] != '/')
		from--;
	if (tms_str_ends(file, TMS_STR(".yaml")))
		end -= 5;
	else if (tms_str_ends(file, TMS_STR(".yml")))
		end -= 4;
	return tms_str_slice(file, from, end);
}

enum tms_status tms_recipe_parse(struct tms_arena *arena, struct tms_str yaml, struct tms_str file,
	struct tms_str name, const struct tms_recipe **out, struct tms_conf_messages *errors)
{
	struct messages messages = { .arena = arena };
	const struct tms_recipe *recipe = NULL;

	if (yaml.len > TMS_RECIPE_FILE_BYTES_MAX) {
		messages_add(&messages, file, 0, 0, "%zu bytes; a recipe has at most %zu", yaml.len,
			TMS_RECIPE_FILE_BYTES_MAX);
	} else {
		const struct conf_node *root = yaml_read(&messages, arena, yaml, file);
		if (root)
			recipe = recipe_node_read(
				&messages, root, name.len > 0 ? name : name_of(file));
	}
	messages_finish(&messages, errors);
	if (arena->status != TMS_OK)
		return arena->status;
	if (!recipe || errors->count > 0)
		return TMS_EINVAL;
	*out = recipe;
	return TMS_OK;
}

const struct tms_recipe_shipped *tms_recipe_shipped_find(struct tms_str name)
{
	size_t count = 0;
	const struct tms_recipe_shipped *shipped = tms_recipes_shipped(&count);

	for (size_t i = 0; i < count; i++)
		if (tms_str_equal(shipped[i].name, name))
			return &shipped[i];
	return NULL;
}
