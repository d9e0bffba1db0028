/* From YAML to nodes: the only door to libyaml. */
#ifndef TAMIS_CONF_YAML_H
#define TAMIS_CONF_YAML_H

#include "message.h"
#include "node.h"

/**
 * Read one document whose root is a map. The tree is the arena's, or borrowed from yaml and file.
 * What a configuration has no use for is refused: anchors and aliases (which could
 * swell), tags, directives, a second document, and characters that YAML takes for line breaks and
 * editors do not. NULL when there is no tree to go on with; then a message says why, unless memory
 * is out (arena->status). A tree may come with messages too (keys that stand twice).
 */
struct conf_node *yaml_read(struct messages *messages, struct tms_arena *arena, struct tms_str yaml,
	struct tms_str file);

/** UTF-8 of a bearable size, without characters that are line breaks to YAML alone; false and a
 * message otherwise. */
bool yaml_is_text(struct messages *messages, struct tms_str yaml, struct tms_str file);

#endif
