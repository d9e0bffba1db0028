/* A recipe from its part of a tree of nodes: of a file of its own, or of the configuration. */
#ifndef TAMIS_CONF_RECIPE_NODE_H
#define TAMIS_CONF_RECIPE_NODE_H

#include <tamis/recipe.h>

#include "message.h"
#include "node.h"

/** Read and check the map. NULL when something is wrong (told) or memory is out (arena->status). */
const struct tms_recipe *recipe_node_read(
	struct messages *messages, const struct conf_node *map, struct tms_str name);

#endif
