/* Atom 1.0 (RFC 4287), and 0.3 where it differs only in names. */
#include "atom.h"

#include <tamis/link.h>
#include <tamis/url.h>

#include "element.h"
#include "module.h"
#include "papers.h"
#include "person.h"

static bool is_page(struct tms_str type)
{
	return type.len == 0 || tms_str_starts_caseless(type, TMS_STR("text/html")) ||
	       tms_str_starts_caseless(type, TMS_STR("application/xhtml"));
}

static struct tms_link link_of(struct tms_arena *arena, const struct tms_xml_node *node)
{
	struct tms_link link = {
		.rel = tms_str_trim(tms_xml_attribute_value(node, "rel")),
		.href = tms_xml_attribute_value(node, "href"),
		.type = tms_xml_attribute_value(node, "type"),
		.title = tms_xml_attribute_value(node, "title"),
		.hreflang = tms_xml_attribute_value(node, "hreflang"),
		.length = TMS_NUMBER_NONE,
	};
	const struct tms_str iana = TMS_STR("http://www.iana.org/assignments/relation/");

	if (tms_str_starts(link.rel, iana)) /* RFC 4287 section 4.2.7.2: the same in long */
		link.rel = tms_str_slice(link.rel, iana.len, SIZE_MAX);
	if (link.rel.len == 0)
		link.rel = TMS_STR("alternate");
	if (tms_str_trim(link.href).len == 0) /* <link>ADDRESS</link>, as RSS has it */
		link.href = tms_xml_text(arena, node);
	(void)tms_str_int64(tms_str_trim(tms_xml_attribute_value(node, "length")), &link.length);
	if (link.length < 0)
		link.length = TMS_NUMBER_NONE;
	return link;
}

/* True when the link became the item's discussion. */
static bool read_replies(
	struct listing_entry *entry, const struct tms_xml_node *node, const struct tms_link *link)
{
	int64_t count;
	struct tms_str text = tms_xml_attribute_ns(
		node, "http://purl.org/syndication/thread/1.0", "count"); /* RFC 4685 */

	if (tms_str_int64(tms_str_trim(text), &count))
		build_number(entry->b, TMS_NUMBER_COMMENTS, count);
	if (!is_page(link->type) || entry->b->item.discussion_url.len > 0)
		return false;
	entry->b->item.discussion_url =
		build_url(entry->b, element_base(entry->b, node), link->href);
	return true;
}

void atom_link(struct listing_entry *entry, const struct tms_xml_node *node)
{
	struct build *b = entry->b;
	struct tms_item *item = &b->item;
	struct tms_link link = link_of(b->arena, node);
	struct tms_str base = element_base(b, node);

	if (tms_str_trim(link.href).len == 0)
		return;
	if (tms_str_equal(link.rel, TMS_STR("alternate")) && item->link.len == 0 &&
		is_page(link.type)) {
		item->link = build_url(b, base, link.href);
		return;
	}
	if (tms_str_equal(link.rel, TMS_STR("self"))) {
		if (entry->self.href.len == 0 && is_page(link.type)) {
			entry->self = link;
			entry->self.href = build_url(b, base, link.href);
		}
		/*
		 * where the entry itself is kept: nothing for a reader, unless it is all there is
		 */
		return;
	}
	if (tms_str_equal(link.rel, TMS_STR("edit")))
		return; /* where it is written: nothing for a reader */
	if (tms_str_equal(link.rel, TMS_STR("replies")) && read_replies(entry, node, &link))
		return;
	if (tms_str_equal(link.rel, TMS_STR("enclosure")) &&
		(tms_str_starts_caseless(link.type, TMS_STR("image/")) ||
			tms_str_starts_caseless(link.type, TMS_STR("video/"))))
		build_media(b, base, link.href);
	build_link(b, base, &link);
}

/*
 * An id is an IRI (RFC 4287 section 4.2.6), and some write only its path: that means the one which
 * it makes with its base (section 2). A bare word or a number is a name, and so is what has a slash
 * where no xml:base is said.
 */
static struct tms_str whole_id(struct build *b, const struct tms_xml_node *node, struct tms_str id)
{
	struct tms_str base = element_base(b, node);
	bool is_base_said = base.ptr != b->base.ptr;
	bool is_path = tms_str_starts(id, TMS_STR("/")) ||
		       (is_base_said && tms_str_find_byte(id, '/', 0) != SIZE_MAX);

	/* hep-th/9901001 is a paper, and 10.1000/182 a DOI, wherever it stands */
	if (!is_path || tms_is_iri(id) || tms_str_find_byte(id, ' ', 0) != SIZE_MAX ||
		tms_str_starts(id, TMS_STR("10.")) || b->listing->origin != TMS_ORIGIN_OTHER)
		return id;
	struct tms_str whole = tms_url_resolve(b->arena, base, id);
	return whole.len > 0 && whole.len <= TMS_ITEM_TITLE_BYTES_MAX ? whole : id;
}

static void read_id(struct listing_entry *entry, const struct tms_xml_node *node)
{
	struct tms_str id = element_line(entry->b, "id", node);

	entry->b->item.upstream_id = whole_id(entry->b, node, id);
}

static void read_title(struct listing_entry *entry, const struct tms_xml_node *node)
{
	if (entry->b->item.title.len == 0)
		entry->b->item.title = atom_line(entry->b, node);
}

static void read_summary(struct listing_entry *entry, const struct tms_xml_node *node)
{
	atom_text(entry->b, node, &entry->body.summary, &entry->body.summary_type);
	if (!entry->body.base.ptr)
		entry->body.base = element_base(entry->b, node);
}

static void read_content(struct listing_entry *entry, const struct tms_xml_node *node)
{
	struct tms_str src = tms_xml_attribute_value(node, "src");

	entry->body.base = element_base(entry->b, node);
	element_body_language(entry->b, node);
	if (src.len > 0)
		entry->fallback_link = build_url(entry->b, entry->body.base, src);
	else
		atom_text(entry->b, node, &entry->body.content, &entry->body.content_type);
}

void atom_category(struct listing_entry *entry, const struct tms_xml_node *node)
{
	struct tms_str term = tms_xml_attribute_value(node, "term");

	if (term.len == 0)
		term = element_text(entry->b, node);
	if (tms_str_trim(term).len == 0)
		term = tms_xml_attribute_value(node, "label");
	build_category(entry->b, term, tms_xml_attribute_value(node, "scheme"),
		tms_xml_attribute_value(node, "label"));
}

static void read_published(struct listing_entry *entry, const struct tms_xml_node *node)
{
	entry->b->item.published = build_date(
		entry->b, element_text(entry->b, node), &entry->b->item.published_day_only);
}

static void read_created(struct listing_entry *entry, const struct tms_xml_node *node)
{
	entry->fallback_date = element_text(entry->b, node);
}

static void read_updated(struct listing_entry *entry, const struct tms_xml_node *node)
{
	entry->b->item.upstream_updated = build_date(entry->b, element_text(entry->b, node), NULL);
}

static void read_rights(struct listing_entry *entry, const struct tms_xml_node *node)
{
	entry->b->item.rights = atom_line(entry->b, node);
}

static const struct entry_element elements[] = {
	{ NAMESPACE_ATOM, "id", read_id },
	{ NAMESPACE_ATOM, "title", read_title },
	{ NAMESPACE_ATOM, "link", atom_link },
	{ NAMESPACE_ATOM, "summary", read_summary },
	{ NAMESPACE_ATOM, "content", read_content },
	{ NAMESPACE_ATOM, "author", person_atom },
	{ NAMESPACE_ATOM, "category", atom_category },
	{ NAMESPACE_ATOM, "published", read_published },
	{ NAMESPACE_ATOM, "issued", read_published }, /* 0.3 */
	{ NAMESPACE_ATOM, "created", read_created },  /* 0.3 */
	{ NAMESPACE_ATOM, "updated", read_updated },
	{ NAMESPACE_ATOM, "modified", read_updated }, /* 0.3 */
	{ NAMESPACE_ATOM, "rights", read_rights },
	{ NAMESPACE_ATOM, "copyright", read_rights }, /* 0.3 */
	{ NAMESPACE_NONE, "id", read_id },            /* feeds that forgot their namespace */
	{ NAMESPACE_NONE, "title", read_title },
	{ NAMESPACE_NONE, "link", atom_link },
	{ NAMESPACE_NONE, "summary", read_summary },
	{ NAMESPACE_NONE, "content", read_content },
	{ NAMESPACE_NONE, "author", person_atom },
	{ NAMESPACE_NONE, "category", atom_category },
	{ NAMESPACE_NONE, "published", read_published },
	{ NAMESPACE_NONE, "updated", read_updated },
};

static void settle(struct listing_entry *entry)
{
	struct build *b = entry->b;
	struct tms_item *item = &b->item;
	const struct tms_str none = { 0 };

	if (item->link.len == 0 && entry->fallback_link.len == 0 &&
		tms_str_starts(item->upstream_id, TMS_STR("http")))
		item->link = build_url(b, none, item->upstream_id);
	entry_settle(entry);
	/* arXiv names the first category apart from the list; without a list it is the only one */
	build_category(b, entry->primary_category, none, none);
	build_category_first(b, entry->primary_category);
}

static enum tms_status read_entry(struct build *b, const struct tms_xml_node *node)
{
	struct listing_entry entry = { .b = b, .base = element_base(b, node) };

	build_begin(b, node->line);
	(void)element_language(b, node, &b->item.language);
	for (const struct tms_xml_node *child = node->first_child; child; child = child->next)
		if (child->name.len > 0 &&
			!entry_read(elements, TMS_COUNT(elements), &entry, child))
			(void)module_read(&entry, child);
	settle(&entry);
	papers_polish(b);
	return entry_end(&entry, node);
}

/* ---- the feed ---- */

void atom_listing_link(struct listing_entry *feed, const struct tms_xml_node *node)
{
	struct build *b = feed->b;
	struct tms_listing *listing = b->listing;
	struct tms_link link = link_of(b->arena, node);
	struct tms_str base = element_base(b, node);
	struct tms_str *field = NULL;

	if (tms_str_equal(link.rel, TMS_STR("self"))) {
		field = &listing->self_url;
		if (link.type.len == 0 && listing->kind == TMS_LISTING_ATOM)
			link.type = TMS_STR("application/atom+xml"); /* the document itself */
	}
	if (tms_str_equal(link.rel, TMS_STR("next")))
		field = &listing->next_url;
	else if (tms_str_equal(link.rel, TMS_STR("alternate")) && is_page(link.type))
		field = &listing->link;
	struct tms_str url = build_url(b, base, link.href);
	if (field == &listing->self_url && link.href.len == 0)
		url = link.href = base; /* href="": the document itself */
	if (field && field->len == 0)
		*field = url;
	if (field != &listing->link || !tms_str_equal(url, listing->link))
		build_link(b, base, &link);
	/* a feed whose own address is not known is read from where it says it lives */
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a build always has its listing */
	if (b->url.len == 0 && b->base.len == 0 && tms_str_equal(link.rel, TMS_STR("self")))
		b->base = listing->self_url;
}

static void read_feed_text(struct build *b, const struct tms_xml_node *node)
{
	struct tms_listing *listing = b->listing;
	const struct {
		const char *name;
		struct tms_str *field;
	} texts[] = {
		{ "title", &listing->title },
		{ "subtitle", &listing->subtitle },
		{ "tagline", &listing->subtitle }, /* 0.3 */
		{ "id", &listing->id },
		{ "rights", &listing->rights },
		{ "copyright", &listing->rights },
		{ "generator", &listing->generator },
	};

	for (size_t i = 0; i < TMS_COUNT(texts); i++)
		if (element_is(node, texts[i].name))
			*texts[i].field = atom_line(b, node);
	if (element_is(node, "id"))
		listing->id = whole_id(b, node, listing->id);
	if (element_is(node, "updated") || element_is(node, "modified"))
		listing->updated = build_date(b, element_text(b, node), NULL);
	if (element_is(node, "published") && listing->updated == TMS_TIME_NONE)
		listing->updated = build_date(b, element_text(b, node), NULL);
	if (element_is(node, "logo") || (element_is(node, "icon") && !listing->image.len))
		listing->image = build_url(b, element_base(b, node), element_text(b, node));
}

static bool is_entry(struct build *b, const struct tms_xml_node *node)
{
	enum namespace_kind ns = namespace_of(b, node->ns);

	return (ns == NAMESPACE_ATOM || ns == NAMESPACE_NONE) &&
	       (element_is(node, "entry") || element_is(node, "item")); /* some mix them up */
}

static void read_feed_child(struct build *b, const struct tms_xml_node *node)
{
	enum namespace_kind ns = namespace_of(b, node->ns);
	int64_t total;

	if (ns == NAMESPACE_OPENSEARCH && element_is(node, "totalResults") &&
		tms_str_int64(tms_str_trim(element_text(b, node)), &total) && total >= 0)
		b->listing->total = total;
	if (ns != NAMESPACE_ATOM && ns != NAMESPACE_NONE)
		return;
	if (is_entry(b, node))
		return;
	struct listing_entry feed = { .b = b, .base = element_base(b, node) };
	if (element_is(node, "link"))
		atom_listing_link(&feed, node);
	else if (element_is(node, "author"))
		person_atom(&feed, node);
	else if (element_is(node, "category"))
		atom_category(&feed, node);
	else
		read_feed_text(b, node);
}

enum tms_status atom_read(struct build *b, const struct tms_xml_node *root)
{
	struct tms_listing *listing = b->listing;
	struct tms_str version = tms_xml_attribute_value(root, "version");

	listing->kind = TMS_LISTING_ATOM;
	listing->version = version.len ? version : TMS_STR("1.0");
	(void)element_language(b, root, &listing->language);
	build_begin_listing(b);
	for (const struct tms_xml_node *node = root->first_child; node; node = node->next)
		if (node->name.len > 0)
			read_feed_child(b, node);
	build_end_listing(b);
	papers_recognise(listing);
	if (element_is(root, "entry")) /* an entry may be a document of its own */
		return read_entry(b, root);
	for (const struct tms_xml_node *node = root->first_child; node; node = node->next) {
		enum tms_status st = TMS_OK;
		if (is_entry(b, node) && !entry_is_cut(b, node))
			st = read_entry(b, node);
		if (st != TMS_OK)
			return st;
	}
	person_inherit(listing);
	return b->arena->status;
}
