/* Finding elements by their names in a tree whose form a test knows. */
#ifndef TAMIS_XML_FIND_H
#define TAMIS_XML_FIND_H

#include <tamis/xml.h>

static inline bool xml_is_named(const struct tms_xml_node *node, struct tms_str ns, struct tms_str name)
{
	return node->name.len > 0 && tms_str_equal(node->name, name) && tms_str_equal(node->ns, ns);
}

/** First child element of that name in that namespace, or NULL. */
static inline const struct tms_xml_node *xml_child(
	const struct tms_xml_node *node, const char *ns, const char *name)
{
	struct tms_str space = tms_str_from(ns), wanted = tms_str_from(name);

	if (!node)
		return NULL;
	for (node = node->first_child; node; node = node->next)
		if (xml_is_named(node, space, wanted))
			return node;
	return NULL;
}

/** The next sibling of the same name and namespace, or NULL. */
static inline const struct tms_xml_node *xml_next_same(const struct tms_xml_node *node)
{
	const struct tms_xml_node *next = node->next;

	while (next && !xml_is_named(next, node->ns, node->name))
		next = next->next;
	return next;
}

#endif
