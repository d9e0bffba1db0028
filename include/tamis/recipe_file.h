/* Recipes as people write them: YAML, with every mistake told at its place; and those that come
 * with Tamis. */
#ifndef TAMIS_RECIPE_FILE_H
#define TAMIS_RECIPE_FILE_H

#include <tamis/conf.h>
#include <tamis/recipe.h>

#define TMS_RECIPE_FILE_BYTES_MAX ((size_t)256 << 10)

/**
 * Read and check a recipe.
 * arena   owns *out and the messages
 * yaml, file  borrowed for the life of *out; file is its name in messages
 * name    what the recipe is called; "" takes the file's name without folder and ".yaml"
 * errors  set in every case; holds at least one message on TMS_EINVAL
 * TMS_OK sets *out; TMS_EINVAL; TMS_ELIMIT, TMS_ENOMEM: the arena's status.
 */
TMS_MUST_CHECK enum tms_status tms_recipe_parse(struct tms_arena *arena, struct tms_str yaml,
	struct tms_str file, struct tms_str name, const struct tms_recipe **out,
	struct tms_conf_messages *errors);

/** A recipe that comes with Tamis, as conf/recipes/NAME.yaml has it. */
struct tms_recipe_shipped {
	struct tms_str name, yaml;
};
/** All of them in byte order of their names; *count of them. Static. */
const struct tms_recipe_shipped *tms_recipes_shipped(size_t *count);
/** By name; NULL when there is none. */
const struct tms_recipe_shipped *tms_recipe_shipped_find(struct tms_str name);

#endif
