/*
 * RSS 0.9x and 2.0 (rssboard.org/rss-specification), and RDF Site Summary (RSS 0.90 and 1.0), whose
 * items stand inside the channel or beside it. People: person.c.
 */
#include "rss.h"

#include "atom.h"
#include "element.h"
#include "module.h"
#include "papers.h"
#include "person.h"

/* ---- elements of an item ---- */

static void read_title(struct listing_entry *entry, const struct tms_xml_node *node)
{
	if (entry->b->item.title.len == 0) /* of several the first, as other readers do */
		entry->b->item.title = build_title(entry->b, element_loose(entry->b, node));
}

static void read_link(struct listing_entry *entry, const struct tms_xml_node *node)
{
	struct tms_str text = tms_str_trim(element_text(entry->b, node));

	if (text.len == 0) { /* written as Atom writes it, without its namespace */
		atom_link(entry, node);
		return;
	}
	struct tms_str base = element_base(entry->b, node);
	if (entry->b->item.link.len == 0)
		entry->b->item.link = build_url(entry->b, base, text);
	else
		build_link(entry->b, base,
			&(struct tms_link){ .href = text, .length = TMS_NUMBER_NONE });
}

static void read_guid(struct listing_entry *entry, const struct tms_xml_node *node)
{
	struct tms_str permanent = tms_str_trim(tms_xml_attribute_value(node, "isPermaLink"));
	struct tms_str guid = element_line(entry->b, "id", node);

	entry->b->item.upstream_id = guid;
	/* said aloud, it may even be relative; said by default, it must look like an address */
	if (tms_str_equal_caseless(permanent, TMS_STR("true")) ||
		(permanent.len == 0 && tms_str_starts_caseless(guid, TMS_STR("http"))))
		entry->fallback_link = build_url(entry->b, entry->base, guid);
}

static void read_description(struct listing_entry *entry, const struct tms_xml_node *node)
{
	entry->body.summary = element_loose(entry->b, node);
	entry->body.summary_type = BUILD_BODY_LOOSE;
	if (!entry->body.base.ptr)
		entry->body.base = element_base(entry->b, node);
}

/* Full text under other names: xhtml:body, and fullitem of some publishers. */
static void read_body(struct listing_entry *entry, const struct tms_xml_node *node)
{
	if (entry->body.content.len > 0)
		return;
	bool is_markup = element_has_elements(node);
	entry->body.content =
		is_markup ? element_xhtml(entry->b, node) : element_text(entry->b, node);
	entry->body.content_type = is_markup ? BUILD_BODY_HTML : BUILD_BODY_LOOSE;
	entry->body.base = element_base(entry->b, node);
	element_body_language(entry->b, node);
}

static void read_nothing(struct listing_entry *entry, const struct tms_xml_node *node)
{
	(void)entry;
	(void)node;
}

static void read_category(struct listing_entry *entry, const struct tms_xml_node *node)
{
	const struct tms_str none = { 0 };

	build_category(entry->b, element_text(entry->b, node),
		tms_xml_attribute_value(node, "domain"), none);
}

static void read_date(struct listing_entry *entry, const struct tms_xml_node *node)
{
	entry->b->item.published = build_date(
		entry->b, element_text(entry->b, node), &entry->b->item.published_day_only);
}

static void read_comments(struct listing_entry *entry, const struct tms_xml_node *node)
{
	entry->b->item.discussion_url =
		build_url(entry->b, element_base(entry->b, node), element_text(entry->b, node));
}

static void read_enclosure(struct listing_entry *entry, const struct tms_xml_node *node)
{
	struct tms_link link = {
		.rel = TMS_STR("enclosure"),
		.href = tms_xml_attribute_value(node, "url"),
		.type = tms_xml_attribute_value(node, "type"),
		.length = TMS_NUMBER_NONE,
	};

	if (!tms_str_int64(tms_str_trim(tms_xml_attribute_value(node, "length")), &link.length) ||
		link.length < 0)
		link.length = TMS_NUMBER_NONE;
	build_link(entry->b, element_base(entry->b, node), &link);
	if (tms_str_starts_caseless(link.type, TMS_STR("image/")) ||
		tms_str_starts_caseless(link.type, TMS_STR("video/")))
		build_media(entry->b, element_base(entry->b, node), link.href);
}

static void read_updated(struct listing_entry *entry, const struct tms_xml_node *node)
{
	entry->b->item.upstream_updated = build_date(entry->b, element_text(entry->b, node), NULL);
}

static void read_foreign_id(struct listing_entry *entry, const struct tms_xml_node *node)
{
	if (entry->b->item.upstream_id.len == 0)
		entry->b->item.upstream_id = element_line(entry->b, "id", node);
}

static void read_atom_content(struct listing_entry *entry, const struct tms_xml_node *node)
{
	if (entry->body.content.len > 0)
		return;
	atom_text(entry->b, node, &entry->body.content, &entry->body.content_type);
	entry->body.base = element_base(entry->b, node);
}

static void read_atom_summary(struct listing_entry *entry, const struct tms_xml_node *node)
{
	if (entry->summary.len > 0)
		return;
	atom_text(entry->b, node, &entry->summary, &entry->summary_type);
	if (!entry->body.base.ptr)
		entry->body.base = element_base(entry->b, node);
}

/* Beside a summary that is called so, a description is the text itself, unless there is another. */
static void settle_summary(struct listing_entry *entry)
{
	struct build_body *body = &entry->body;
	bool has_description = tms_str_trim(body->summary).len > 0;
	bool has_content = tms_str_trim(body->content).len > 0;

	if (tms_str_trim(entry->summary).len == 0 || (has_description && has_content))
		return;
	if (has_description) {
		body->content = body->summary;
		body->content_type = body->summary_type;
	}
	body->summary = entry->summary;
	body->summary_type = entry->summary_type;
}

static const struct entry_element elements[] = {
	{ NAMESPACE_NONE, "title", read_title },
	{ NAMESPACE_NONE, "link", read_link },
	{ NAMESPACE_NONE, "guid", read_guid },
	{ NAMESPACE_NONE, "description", read_description },
	{ NAMESPACE_NONE, "author", person_rss },
	{ NAMESPACE_NONE, "category", read_category },
	{ NAMESPACE_NONE, "tags", entry_terms },
	{ NAMESPACE_NONE, "pubDate", read_date },
	{ NAMESPACE_NONE, "comments", read_comments },
	{ NAMESPACE_NONE, "enclosure", read_enclosure },
	{ NAMESPACE_NONE, "body", read_body },
	{ NAMESPACE_NONE, "fullitem", read_body },
	{ NAMESPACE_NONE, "abstract", read_description }, /* CDF */
	{ NAMESPACE_NONE, "source", read_nothing },       /* known, and not kept */
	{ NAMESPACE_NONE, "expirationDate", read_nothing },
	{ NAMESPACE_NONE, "id", read_foreign_id }, /* Atom's elements without Atom's namespace */
	{ NAMESPACE_NONE, "updated", read_updated },
	{ NAMESPACE_NONE, "published", read_date },
	{ NAMESPACE_NONE, "summary", read_atom_summary },
	{ NAMESPACE_NONE, "content", read_atom_content },
	{ NAMESPACE_ATOM, "id", read_foreign_id },
	{ NAMESPACE_ATOM, "link", atom_link },
	{ NAMESPACE_ATOM, "author", person_atom },
	{ NAMESPACE_ATOM, "category", atom_category },
	{ NAMESPACE_ATOM, "updated", read_updated },
	{ NAMESPACE_ATOM, "published", read_date },
	{ NAMESPACE_ATOM, "content", read_atom_content },
	{ NAMESPACE_ATOM, "summary", read_atom_summary },
};

static bool is_xhtml_body(const struct tms_xml_node *node)
{
	return tms_str_equal(node->ns, TMS_STR("http://www.w3.org/1999/xhtml")) &&
	       (element_is(node, "body") || element_is(node, "div"));
}

static void settle(struct listing_entry *entry, const struct tms_xml_node *node)
{
	struct build *b = entry->b;
	struct tms_item *item = &b->item;
	struct tms_str about = tms_xml_attribute_ns(node, NAMESPACE_RDF_URI, "about");

	if (item->upstream_id.len == 0) /* RSS 1.0 */
		item->upstream_id = build_line(b, "id", about);
	/* an episode without a page is its recording */
	if (item->link.len == 0 && entry->fallback_link.len == 0 && item->links_count > 0)
		item->link = item->links[0].href;
	settle_summary(entry);
	entry_settle(entry);
}

/*
 * CDF, of Internet Explorer 4: the channel is the document element, and addresses and dates are
 * attributes.
 */
static void read_cdf(struct listing_entry *entry, const struct tms_xml_node *node)
{
	if (node->attributes_count == 0 || node->parent->parent)
		return;
	entry->is_known = true;
	entry->fallback_link = build_url(entry->b, entry->base, element_attribute(node, "href"));
	entry->b->item.upstream_updated =
		build_date(entry->b, element_attribute(node, "lastmod"), NULL);
}

static enum tms_status read_item(struct build *b, const struct tms_xml_node *node)
{
	struct listing_entry entry = { .b = b, .base = element_base(b, node) };

	build_begin(b, node->line);
	if (!element_language(b, node, &b->item.language))
		b->item.language = b->listing->language;
	read_cdf(&entry, node);
	for (const struct tms_xml_node *child = node->first_child; child; child = child->next) {
		if (child->name.len == 0 ||
			entry_read(elements, TMS_COUNT(elements), &entry, child) ||
			module_read(&entry, child))
			continue;
		if (is_xhtml_body(child))
			read_body(&entry, child);
	}
	settle(&entry, node);
	papers_polish(b);
	return entry_end(&entry, node);
}

/* ---- the whole ---- */

static const struct tms_xml_node *channel_of(struct build *b, const struct tms_xml_node *root)
{
	const struct tms_xml_node *node = root->first_child;

	if (element_is(root, "channel")) /* RSS 1.1, and feeds without their root */
		return root;
	while (node &&
		!(namespace_of(b, node->ns) == NAMESPACE_NONE && element_is(node, "channel")))
		node = node->next;
	return node;
}

static enum tms_status read_items(struct build *b, const struct tms_xml_node *parent)
{
	for (const struct tms_xml_node *node = parent->first_child; node; node = node->next) {
		enum tms_status st = TMS_OK;
		if (node->name.len == 0 || namespace_of(b, node->ns) != NAMESPACE_NONE)
			continue;
		if (element_is(node, "item"))
			st = entry_is_cut(b, node) ? TMS_OK : read_item(b, node);
		else if (element_is(node, "items")) /* RSS 1.1; in 1.0 a table of contents */
			st = read_items(b, node);
		if (st != TMS_OK)
			return st;
	}
	return TMS_OK;
}

enum tms_status rss_read(struct build *b, const struct tms_xml_node *root)
{
	struct tms_listing *listing = b->listing;
	const struct tms_xml_node *channel = channel_of(b, root);
	enum tms_status st = TMS_OK;

	listing->kind = TMS_LISTING_RSS;
	listing->version =
		element_is(root, "rss") ? tms_xml_attribute_value(root, "version") : TMS_STR("1.0");
	rss_channel_read(b, root, channel);
	papers_recognise(listing);
	if (channel)
		st = read_items(b, channel);
	if (st == TMS_OK && channel != root)
		st = read_items(b, root);
	return st == TMS_OK ? b->arena->status : st;
}
