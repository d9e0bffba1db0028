#include "element.h"

#include <tamis/identity.h>
#include <tamis/url.h>

static const struct {
	struct tms_str uri;
	enum namespace_kind ns;
} namespaces[] = {
	{ TMS_STR_INIT(""), NAMESPACE_NONE },
	{ TMS_STR_INIT("http://purl.org/rss/1.0/"), NAMESPACE_NONE },
	{ TMS_STR_INIT("http://my.netscape.com/rdf/simple/0.9/"), NAMESPACE_NONE },
	{ TMS_STR_INIT("http://channel.netscape.com/rdf/simple/0.9/"), NAMESPACE_NONE },
	{ TMS_STR_INIT("http://purl.org/net/rss1.1#"), NAMESPACE_NONE },
	{ TMS_STR_INIT("http://backend.userland.com/rss"), NAMESPACE_NONE },
	{ TMS_STR_INIT("http://backend.userland.com/rss2"), NAMESPACE_NONE },
	{ TMS_STR_INIT("http://blogs.law.harvard.edu/tech/rss"), NAMESPACE_NONE },
	{ TMS_STR_INIT("http://www.rssboard.org/rss-specification"), NAMESPACE_NONE },
	{ TMS_STR_INIT("http://www.w3.org/2005/Atom"), NAMESPACE_ATOM },
	{ TMS_STR_INIT("https://www.w3.org/2005/Atom"), NAMESPACE_ATOM },
	{ TMS_STR_INIT("http://purl.org/atom/ns#"), NAMESPACE_ATOM },
	{ TMS_STR_INIT(NAMESPACE_RDF_URI), NAMESPACE_RDF },
	{ TMS_STR_INIT("http://purl.org/dc/elements/1.1/"), NAMESPACE_DC },
	{ TMS_STR_INIT("http://purl.org/dc/elements/1.0/"), NAMESPACE_DC },
	{ TMS_STR_INIT("http://purl.org/dc/terms/"), NAMESPACE_DCTERMS },
	{ TMS_STR_INIT("http://purl.org/rss/1.0/modules/content/"), NAMESPACE_CONTENT },
	{ TMS_STR_INIT("http://search.yahoo.com/mrss/"), NAMESPACE_MEDIA },
	{ TMS_STR_INIT("http://search.yahoo.com/mrss"), NAMESPACE_MEDIA },
	{ TMS_STR_INIT("https://search.yahoo.com/mrss/"), NAMESPACE_MEDIA },
	{ TMS_STR_INIT("http://purl.org/rss/1.0/modules/slash/"), NAMESPACE_SLASH },
	{ TMS_STR_INIT("http://www.itunes.com/dtds/podcast-1.0.dtd"), NAMESPACE_ITUNES },
	{ TMS_STR_INIT("http://arxiv.org/schemas/atom"), NAMESPACE_ARXIV },
	{ TMS_STR_INIT("https://arxiv.org/schemas/atom"), NAMESPACE_ARXIV },
	{ TMS_STR_INIT("http://purl.org/syndication/thread/1.0"), NAMESPACE_THREAD },
	{ TMS_STR_INIT("http://a9.com/-/spec/opensearch/1.1/"), NAMESPACE_OPENSEARCH },
	{ TMS_STR_INIT("http://a9.com/-/spec/opensearchrss/1.0/"), NAMESPACE_OPENSEARCH },
	{ TMS_STR_INIT("http://rssnamespace.org/feedburner/ext/1.0"), NAMESPACE_FEEDBURNER },
	{ TMS_STR_INIT("http://prismstandard.org/namespaces/basic/2.0/"), NAMESPACE_PRISM },
	{ TMS_STR_INIT("http://prismstandard.org/namespaces/1.2/basic/"), NAMESPACE_PRISM },
	{ TMS_STR_INIT("http://prismstandard.org/namespaces/basic/3.0/"), NAMESPACE_PRISM },
	{ TMS_STR_INIT("http://purl.org/rss/1.0/modules/prism/"), NAMESPACE_PRISM },
	{ TMS_STR_INIT("http://webns.net/mvcb/"), NAMESPACE_ADMIN },
	{ TMS_STR_INIT("http://www.georss.org/georss"), NAMESPACE_UNUSED },
	{ TMS_STR_INIT("http://www.opengis.net/gml"), NAMESPACE_UNUSED },
	{ TMS_STR_INIT("http://www.w3.org/2003/01/geo/wgs84_pos#"), NAMESPACE_UNUSED },
	{ TMS_STR_INIT("http://wellformedweb.org/CommentAPI/"), NAMESPACE_UNUSED },
	{ TMS_STR_INIT("http://podlove.org/simple-chapters"), NAMESPACE_UNUSED },
	{ TMS_STR_INIT("https://podlove.org/simple-chapters"), NAMESPACE_UNUSED },
	{ TMS_STR_INIT("https://podcastindex.org/namespace/1.0"), NAMESPACE_UNUSED },
	{ TMS_STR_INIT("http://www.google.com/schemas/play-podcasts/1.0"), NAMESPACE_UNUSED },
	{ TMS_STR_INIT("http://www.youtube.com/xml/schemas/2015"), NAMESPACE_UNUSED },
	{ TMS_STR_INIT("http://gdata.youtube.com/schemas/2007"), NAMESPACE_UNUSED },
	{ TMS_STR_INIT("http://backend.userland.com/creativeCommonsRssModule"), NAMESPACE_UNUSED },
	{ TMS_STR_INIT("http://web.resource.org/cc/"), NAMESPACE_UNUSED },
	{ TMS_STR_INIT("http://purl.org/rss/1.0/modules/syndication/"), NAMESPACE_UNUSED },
};

/* Names of namespaces are compared as they are (XML names 1.0 section 2.3), but feeds write them in any case. */
static enum namespace_kind find_ns(struct tms_str uri)
{
	uri = tms_str_trim(uri);
	for (size_t i = 0; i < TMS_COUNT(namespaces); i++)
		if (tms_str_equal_caseless(namespaces[i].uri, uri))
			return namespaces[i].ns;
	return NAMESPACE_OTHER;
}

enum namespace_kind element_ns_of(struct build *b, struct tms_str uri)
{
	size_t at = ((uintptr_t)uri.ptr >> 4) % BUILD_NAMESPACES;

	if (!b->namespaces[at].uri || b->namespaces[at].uri != uri.ptr) {
		bool is_own = b->own_ns.len > 0 && tms_str_equal(uri, b->own_ns);
		enum namespace_kind ns = find_ns(uri);
		(void)build_spend(b, 4 + uri.len / 4);
		b->namespaces[at].uri = uri.ptr;
		b->namespaces[at].ns = ns == NAMESPACE_OTHER && is_own ? NAMESPACE_NONE : ns;
	}
	return (enum namespace_kind)b->namespaces[at].ns;
}

void element_ns_own(struct build *b, struct tms_str uri)
{
	b->own_ns = uri;
	memset(b->namespaces, 0, sizeof(b->namespaces)); /* it was another's until now */
}

/* Prefixes that feeds use without declaring them, as everybody means them. */
static const struct {
	struct tms_str prefix;
	enum namespace_kind ns;
} prefixes[] = {
	{ TMS_STR_INIT("dc:"), NAMESPACE_DC },
	{ TMS_STR_INIT("dcterms:"), NAMESPACE_DCTERMS },
	{ TMS_STR_INIT("content:"), NAMESPACE_CONTENT },
	{ TMS_STR_INIT("media:"), NAMESPACE_MEDIA },
	{ TMS_STR_INIT("itunes:"), NAMESPACE_ITUNES },
	{ TMS_STR_INIT("slash:"), NAMESPACE_SLASH },
	{ TMS_STR_INIT("thr:"), NAMESPACE_THREAD },
	{ TMS_STR_INIT("atom:"), NAMESPACE_ATOM },
	{ TMS_STR_INIT("atom10:"), NAMESPACE_ATOM },
	{ TMS_STR_INIT("feedburner:"), NAMESPACE_FEEDBURNER },
	{ TMS_STR_INIT("arxiv:"), NAMESPACE_ARXIV },
	{ TMS_STR_INIT("prism:"), NAMESPACE_PRISM },
	{ TMS_STR_INIT("opensearch:"), NAMESPACE_OPENSEARCH },
	{ TMS_STR_INIT("georss:"), NAMESPACE_UNUSED },
};

/* The parser leaves an undeclared prefix with its name. */
static enum namespace_kind ns_of_prefix(struct tms_str *name)
{
	size_t colon = tms_str_find_byte(*name, ':', 0);
	struct tms_str prefix = tms_str_slice(*name, 0, colon + 1);

	if (colon == SIZE_MAX)
		return NAMESPACE_NONE;
	for (size_t i = 0; i < TMS_COUNT(prefixes); i++)
		if (tms_str_equal_caseless(prefixes[i].prefix, prefix)) {
			*name = tms_str_slice(*name, colon + 1, SIZE_MAX);
			return prefixes[i].ns;
		}
	return NAMESPACE_OTHER;
}

static bool has_something(const struct tms_xml_node *node)
{
	bool has = node->attributes_count > 0;

	for (node = node->first_child; node && !has; node = node->next)
		has = node->name.len > 0 || tms_str_trim(node->text).len > 0;
	return has;
}

bool element_read(const struct listing_element *table, size_t count, struct listing_entry *entry,
	const struct tms_xml_node *node)
{
	enum namespace_kind ns = element_ns_of(entry->b, node->ns);
	struct tms_str name = node->name;

	if (ns == NAMESPACE_NONE)
		ns = ns_of_prefix(&name);
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

/* Has the entry a title, and did anything follow it? */
static bool has_whole_title(const struct tms_xml_node *entry)
{
	for (const struct tms_xml_node *node = entry->first_child; node; node = node->next)
		if (element_is(node, "title"))
			return node->next != NULL;
	return false;
}

bool element_is_cut(struct build *b, const struct tms_xml_node *entry)
{
	if (!b->listing->truncated || entry->next || entry->parent->next || has_whole_title(entry))
		return false;
	build_begin(b, entry->line);
	build_skip(b, "is cut off: the document ends in it");
	return true;
}

enum tms_status element_end(struct listing_entry *entry, const struct tms_xml_node *node)
{
	struct build *b = entry->b;
	enum tms_status st = TMS_OK;

	if (entry->is_known && build_is_empty(b))
		st = tms_item_identify_by_words(b->arena, &b->item, element_xhtml(b, node));
	return st == TMS_OK ? build_end(b) : st;
}

struct tms_str element_text(struct build *b, const struct tms_xml_node *node)
{
	return node ? tms_xml_text(b->arena, node) : TMS_STR_NONE;
}

void element_terms(struct listing_entry *entry, const struct tms_xml_node *node)
{
	const struct tms_str none = { 0 };
	struct tms_str rest = element_text(entry->b, node);
	struct tms_str part;

	while (tms_str_split(&rest, ',', &part))
		build_category(entry->b, part, none, none);
}

struct tms_str element_attribute(const struct tms_xml_node *node, const char *name)
{
	for (size_t i = 0; i < node->attributes_count; i++)
		if (node->attributes[i].ns.len == 0 &&
			element_is_name(node->attributes[i].name, name))
			return node->attributes[i].value;
	return TMS_STR_NONE;
}

bool element_has_elements(const struct tms_xml_node *node)
{
	for (node = node->first_child; node; node = node->next)
		if (node->name.len > 0)
			return true;
	return false;
}

struct tms_str element_loose(struct build *b, const struct tms_xml_node *node)
{
	return element_has_elements(node) ? element_xhtml(b, node) : element_text(b, node);
}

static const struct tms_xml_attribute *language_of(const struct tms_xml_node *node)
{
	for (size_t i = 0; i < node->attributes_count; i++)
		if (tms_str_equal(node->attributes[i].name, TMS_STR("lang")) &&
			tms_str_equal(node->attributes[i].ns, TMS_STR(NAMESPACE_XML_URI)))
			return &node->attributes[i];
	return NULL;
}

/*
 * What is in force inside an element: its own, or its parent's. All children of an element ask for
 * it, so it is remembered for some elements; to find it again is counted, because a document says
 * how many ancestors with how many attributes there are.
 */
static struct build_inherited inherited(struct build *b, const struct tms_xml_node *node)
{
	/* by Fibonacci hashing: elements often lie at regular distances */
	uint64_t spread = ((uintptr_t)node >> 4) * UINT64_C(0x9e3779b97f4a7c15);
	struct build_inherited *known = &b->inherited[(spread >> 32) % BUILD_INHERITED];
	struct build_inherited made = { .base = b->base };

	if (!node)
		return made;
	if (known->node == node && known->outer == b->base.ptr)
		return *known;
	if (!build_spend(b, 1 + node->attributes_count / 2))
		return made;
	made = inherited(b, node->parent); /* as deep as the reader of XML allows */
	struct tms_str own = tms_str_trim(tms_xml_attribute_ns(node, NAMESPACE_XML_URI, "base"));
	if (own.len > 0 && own.len <= TMS_ITEM_URL_BYTES_MAX &&
		build_spend(b, 2 * (own.len + made.base.len))) {
		own = tms_url_resolve(b->arena, made.base, own);
		made.owner = node;
		if (own.len > 0 && own.len <= TMS_ITEM_URL_BYTES_MAX)
			made.base = own;
	}
	const struct tms_xml_attribute *language = language_of(node);
	if (language)
		made.language = language;
	made.node = node;
	made.outer = b->base.ptr;
	*known = made;
	return made;
}

struct tms_str element_base(struct build *b, const struct tms_xml_node *node)
{
	bool has_own = node && tms_xml_attribute_ns(node, NAMESPACE_XML_URI, "base").len > 0;

	/* one that says nothing itself need not be remembered beside its parent */
	return inherited(b, has_own || !node ? node : node->parent).base;
}

struct tms_str element_tag(struct build *b, struct tms_str text)
{
	struct tms_str tag = build_line(b, "language", text);
	size_t at = tms_str_find_byte(tag, '_', 0);

	if (at == SIZE_MAX)
		return tag;
	tag = tms_arena_copy(b->arena, tag);
	for (char *bytes = (char *)(uintptr_t)tag.ptr; at < tag.len; at++) /* ours, just made */
		bytes[at] = bytes[at] == '_' ? '-' : bytes[at];
	return tag;
}

bool element_language(struct build *b, const struct tms_xml_node *node, struct tms_str *language)
{
	const struct tms_xml_attribute *own = node ? language_of(node) : NULL;

	if (node && !own)
		own = inherited(b, node->parent).language;
	if (own)
		*language = element_tag(b, own->value);
	return own != NULL;
}

void element_body_language(struct listing_entry *entry, const struct tms_xml_node *node)
{
	const struct tms_xml_attribute *own = language_of(node);

	if (own)
		entry->b->item.language = element_tag(entry->b, own->value);
}

void element_settle(struct listing_entry *entry)
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
	if (tms_str_trim(body->summary).len == 0 && tms_str_trim(body->content).len == 0) {
		bool has_text = tms_str_trim(entry->fallback_text).len > 0;
		body->summary = has_text ? entry->fallback_text : entry->fallback_subtitle;
		body->summary_type = BUILD_BODY_LOOSE;
	}
	if (item->authors_count == 0)
		module_creators(entry, entry->creator);
	build_body(b, body);
}

/* ---- xhtml back to HTML text, for the sanitiser ---- */

/* What HTML writes without an end tag. */
static bool is_void(struct tms_str name)
{
	static const char *const names[] = { "br", "img", "hr", "wbr", "source", "track", "col",
		"embed", "input", "area" };

	for (size_t i = 0; i < TMS_COUNT(names); i++)
		if (tms_str_equal(name, tms_str_from(names[i])))
			return true;
	return false;
}

static bool is_address(struct tms_str name)
{
	return tms_str_equal(name, TMS_STR("href")) || tms_str_equal(name, TMS_STR("src")) ||
	       tms_str_equal(name, TMS_STR("cite"));
}

/* Is there an xml:base between the construct and the node? Its own and those around it are known to the sanitiser. */
static bool has_inner_base(
	struct build *b, const struct tms_xml_node *construct, const struct tms_xml_node *node)
{
	return inherited(b, node).owner != inherited(b, construct).owner;
}

static struct tms_str resolved(
	struct build *b, const struct tms_xml_node *node, struct tms_str reference)
{
	struct tms_str base = element_base(b, node);

	return build_spend(b, 2 * (base.len + reference.len))
		       ? tms_url_resolve(b->arena, base, reference)
		       : TMS_STR_NONE;
}

static void open_element(struct build *b, struct tms_buf *out, const struct tms_xml_node *construct,
	const struct tms_xml_node *node)
{
	tms_buf_add_char(out, '<');
	tms_buf_add(out, node->name);
	for (size_t i = 0; i < node->attributes_count; i++) {
		if (node->attributes[i].ns.len > 0)
			continue;
		tms_buf_add_char(out, ' ');
		tms_buf_add(out, node->attributes[i].name);
		tms_buf_add_cstr(out, "=\"");
		struct tms_str value = node->attributes[i].value;
		if (is_address(node->attributes[i].name) && has_inner_base(b, construct, node))
			value = resolved(b, node, value);
		build_add_escaped(out, value);
		tms_buf_add_char(out, '"');
	}
	tms_buf_add_char(out, '>');
}

static void close_element(struct tms_buf *out, const struct tms_xml_node *node)
{
	if (node->name.len == 0 || is_void(node->name))
		return;
	tms_buf_add_cstr(out, "</");
	tms_buf_add(out, node->name);
	tms_buf_add_char(out, '>');
}

struct tms_str element_xhtml(struct build *b, const struct tms_xml_node *node)
{
	/* a limit of its own: escaping can make a text six times longer */
	struct tms_buf out = { .max = 4 * (size_t)TMS_ITEM_CONTENT_BYTES_MAX };
	struct tms_str html = { 0 };
	const struct tms_xml_node *at = node->first_child;

	/* no recursion: the depth of a document is not ours to choose */
	while (at && at != node && out.status == TMS_OK) {
		if (at->name.len == 0)
			build_add_escaped(&out, at->text);
		else
			open_element(b, &out, node, at);
		if (at->first_child) {
			at = at->first_child;
			continue;
		}
		close_element(&out, at);
		while (at != node && !at->next) {
			at = at->parent;
			if (at != node)
				close_element(&out, at);
		}
		if (at != node)
			at = at->next;
	}
	if (out.status != TMS_ELIMIT)
		html = tms_arena_take(b->arena, &out);
	else
		build_note(b, "the content is left out: it is too long");
	tms_buf_free(&out);
	return html;
}
