/* Messages being collected while a configuration is read. */
#ifndef TAMIS_CONF_MESSAGE_H
#define TAMIS_CONF_MESSAGE_H

#include <tamis/conf.h>

#include "node.h"

/* So many are kept for sorting, so that the first ones in the file are shown, not the first found.
 */
#define MESSAGES_KEPT 1000

/** {.arena} is a valid empty collection. */
struct messages {
	struct tms_arena *arena;
	struct tms_conf_message *items;
	size_t count, capacity;
	size_t dropped;
};

void messages_add(struct messages *messages, struct tms_str file, uint32_t line, uint32_t column,
	const char *format, ...) TMS_PRINTF(5, 6);
/** At the place of a node. */
void messages_at(struct messages *messages, const struct conf_node *node, const char *format, ...)
	TMS_PRINTF(3, 4);
/** About a text: diag's line and column are places in the node's text; line 0: all of it. */
void messages_inside(
	struct messages *messages, const struct conf_node *node, const struct tms_diag *diag);
/**
 * What is said of a query that is the text of a node: at its place, with its cures.
 * about  what the query is of; empty: not said
 */
void messages_advise(struct messages *messages, const struct conf_node *node, struct tms_str about,
	const struct tms_advice_note *note);
/** Sort by place and hand the first TMS_CONF_MESSAGES_MAX over. */
void messages_finish(struct messages *messages, struct tms_conf_messages *out);

#endif
