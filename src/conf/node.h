/*
 * The configuration as a tree of nodes that know their places: what YAML says, with what the
 * environment says put over it. Nothing here knows which settings there are but for the paths of
 * variables.
 */
#ifndef TAMIS_CONF_NODE_H
#define TAMIS_CONF_NODE_H

#include <tamis/arena.h>

#define CONF_NODE_DEPTH_MAX 12
#define CONF_NODES_MAX ((size_t)1000000)

enum conf_node_kind { CONF_NODE_NULL, CONF_NODE_TEXT, CONF_NODE_MAP, CONF_NODE_LIST };

enum conf_node_style {
	CONF_NODE_PLAIN,
	CONF_NODE_SINGLE_QUOTED,
	CONF_NODE_DOUBLE_QUOTED,
	CONF_NODE_LITERAL,
	CONF_NODE_FOLDED,
	CONF_NODE_VARIABLE, /* from the environment, or a default: its text is its source */
};

struct conf_node;

struct conf_node_pair {
	struct conf_node *key; /* TEXT or NULL (a plain "~" is a key too) */
	struct conf_node *value;
};

/** One value. All of it is the arena's, or borrowed from the bytes of the file. */
struct conf_node {
	enum conf_node_kind kind;
	enum conf_node_style style;
	struct tms_str text;   /* TEXT: the value; NULL: as written */
	struct tms_str source; /* TEXT: the bytes of the file from its first mark to its last,
				  quotes and all */
	struct tms_str file;   /* name of the file or of the variable */
	uint32_t line, column; /* from 1; 0 for variables */
	bool comment_follows;  /* plain TEXT or NULL with a comment behind it on its last line */
	struct conf_node_pair *pairs; /* MAP: in byte order of the keys, none twice */
	struct conf_node **items;     /* LIST */
	size_t count, capacity;
};

/** The value of a key of a map, or NULL; node may be NULL or of another kind. */
struct conf_node *node_find(const struct conf_node *node, struct tms_str key);
/** Set a key of a map, in its order. False when memory is out (arena->status). */
bool node_put(struct tms_arena *arena, struct conf_node *map, struct conf_node *key,
	struct conf_node *value);
/** A copy of a value with all that is in it; shared are the bytes and the name of the file alone.
 * NULL when memory is out. */
struct conf_node *node_copy(struct tms_arena *arena, const struct conf_node *node);
/** A text that stands in no file. NULL when memory is out. */
struct conf_node *node_text(struct tms_arena *arena, struct tms_str file, struct tms_str text);
/** Line and column in the file of a byte of a TEXT node's text; offset may be its length.
 * Variables: line 0, column in the text. */
void node_locate(const struct conf_node *node, size_t offset, uint32_t *line, uint32_t *column);

#endif
