/*
 * An entry of Atom or an item of RSS: its elements are read by tables, and what stands in a better
 * place wins over what came first.
 */
#include "entry.h"

#include <tamis/identity.h>

#include "element.h"
#include "person.h"

/* Has the entry a title, and did anything follow it? */
static bool has_whole_title(const struct tms_xml_node *entry)
{
	for (const struct tms_xml_node *node = entry->first_child; node; node = node->next)
		if (element_is(node, "title"))
			return node->next != NULL;
	return false;
}

bool entry_is_cut(struct build *b, const struct tms_xml_node *entry)
{
	if (!b->listing->truncated || entry->next || entry->parent->next || has_whole_title(entry))
		return false;
	build_begin(b, entry->line);
	build_skip(b, "is cut off: the document ends in it");
	return true;
}

static bool has_something(const struct tms_xml_node *node)
{
	bool has = node->attributes_count > 0;

	for (node = node->first_child; node && !has; node = node->next)
		has = node->name.len > 0 || tms_str_trim(node->text).len > 0;
	return has;
}

bool entry_read(const struct entry_element *table, size_t count, struct listing_entry *entry,
	const struct tms_xml_node *node)
{
	enum namespace_kind ns = namespace_of(entry->b, node->ns);
	struct tms_str name = node->name;

	if (ns == NAMESPACE_NONE)
		ns = namespace_of_prefix(&name);
	bool is_known = ns != NAMESPACE_NONE && ns != NAMESPACE_OTHER;
	for (size_t i = 0; i < count; i++) {
		if (table[i].ns == ns && element_is_name(name, table[i].name)) {
			entry->is_known = entry->is_known || has_something(node);
			table[i].read(entry, node);
			return true;
		}
	}
	entry->is_known = entry->is_known || (is_known && has_something(node));
	return false;
}

void entry_terms(struct listing_entry *entry, const struct tms_xml_node *node)
{
	const struct tms_str none = { 0 };
	struct tms_str rest = element_text(entry->b, node);
	struct tms_str part;

	while (tms_str_split(&rest, ',', &part))
		build_category(entry->b, part, none, none);
}

void entry_settle(struct listing_entry *entry)
{
	struct build *b = entry->b;
	struct tms_item *item = &b->item;
	struct build_body *body = &entry->body;

	if (item->title.len == 0)
		item->title = build_title(b, entry->fallback_title);
	if (item->link.len == 0)
		item->link = entry->fallback_link;
	if (item->link.len == 0 && entry->self.href.len > 0) {
		item->link = entry->self.href;
		build_link(b, entry->base, &entry->self);
	}
	if (item->published == TMS_TIME_NONE)
		item->published = build_date(b, entry->fallback_date, &item->published_day_only);
	if (build_body_is_empty(body)) {
		bool has_text = tms_str_trim(entry->fallback_text).len > 0;
		body->summary = has_text ? entry->fallback_text : entry->fallback_subtitle;
		body->summary_type = BUILD_BODY_LOOSE;
	}
	if (item->authors_count == 0)
		person_creators(entry, entry->creator);
	build_body(b, body);
}

enum tms_status entry_end(struct listing_entry *entry, const struct tms_xml_node *node)
{
	struct build *b = entry->b;
	enum tms_status st = TMS_OK;

	if (entry->is_known && build_is_empty(b))
		st = tms_item_identify_by_words(b->arena, &b->item, element_xhtml(b, node));
	return st == TMS_OK ? build_end(b) : st;
}
