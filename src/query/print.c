/* Queries written back. */
#include "checked_query.h"

#include <tamis/hash.h>

static void print(const struct tms_query *query, const struct query_node *node, bool expand,
	struct tms_buf *buf);

static bool is_group(const struct query_node *node, bool expand)
{
	while (expand && node && node->kind == NODE_RULE)
		node = node->children;
	return node && (node->kind == NODE_ALL || node->kind == NODE_ANY || node->kind == NODE_NOT);
}

/* A part of something larger: in parentheses when it has parts itself. */
static void print_part(const struct tms_query *query, const struct query_node *node, bool expand,
	struct tms_buf *buf)
{
	bool group = is_group(node, expand);

	if (group)
		tms_buf_add_char(buf, '(');
	print(query, node, expand, buf);
	if (group)
		tms_buf_add_char(buf, ')');
}

static void print_list(const struct tms_query *query, const struct query_node *node, bool expand,
	struct tms_buf *buf)
{
	for (const struct query_node *child = node->children; child; child = child->next) {
		if (child->kind == NODE_NOT) /* binds closest */
			print(query, child, expand, buf);
		else
			print_part(query, child, expand, buf);
		if (child->next)
			tms_buf_add_cstr(buf, node->kind == NODE_ANY ? " OR " : " ");
	}
}

static void print_rule(const struct tms_query *query, const struct query_node *node, bool expand,
	struct tms_buf *buf)
{
	if (!expand)
		tms_buf_format(buf, "rule:%.*s", TMS_STR_ARGS(node->rule));
	else if (node->children)
		print(query, node->children, expand, buf);
	else
		tms_buf_add_cstr(buf, "()");
}

static void print_leaf(const struct query_leaf *leaf, bool expand, struct tms_buf *buf)
{
	tms_buf_add(buf, expand && leaf->expanded.len > 0 ? leaf->expanded : leaf->print);
}

static void print(const struct tms_query *query, const struct query_node *node, bool expand,
	struct tms_buf *buf)
{
	switch (node->kind) {
	case NODE_ALL:
	case NODE_ANY:
		print_list(query, node, expand, buf);
		break;
	case NODE_NOT:
		tms_buf_add_char(buf, '-');
		print_part(query, node->children, expand, buf);
		break;
	case NODE_RULE:
		print_rule(query, node, expand, buf);
		break;
	case NODE_LEAF:
		print_leaf(&query->leaves[node->leaf], expand, buf);
		break;
	}
}

void tms_query_print(const struct tms_query *query, struct tms_buf *buf)
{
	if (query->root)
		print(query, query->root, false, buf);
}

void tms_query_print_expanded(const struct tms_query *query, struct tms_buf *buf)
{
	if (query->root)
		print(query, query->root, true, buf);
}

void query_print_node(
	const struct tms_query *query, const struct query_node *node, struct tms_buf *buf)
{
	print(query, node, false, buf);
}

uint64_t tms_query_hash(const struct tms_query *query)
{
	return query->hash;
}
