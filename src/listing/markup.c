#include "markup.h"

#include <tamis/url.h>

static const struct {
	struct tms_str uri;
	enum tms_ns ns;
} namespaces[] = {
	{ TMS_STR_INIT(""), TMS_NS_NONE },
	{ TMS_STR_INIT("http://purl.org/rss/1.0/"), TMS_NS_NONE },
	{ TMS_STR_INIT("http://my.netscape.com/rdf/simple/0.9/"), TMS_NS_NONE },
	{ TMS_STR_INIT("http://channel.netscape.com/rdf/simple/0.9/"), TMS_NS_NONE },
	{ TMS_STR_INIT("http://purl.org/net/rss1.1#"), TMS_NS_NONE },
	{ TMS_STR_INIT("http://backend.userland.com/rss"), TMS_NS_NONE },
	{ TMS_STR_INIT("http://backend.userland.com/rss2"), TMS_NS_NONE },
	{ TMS_STR_INIT("http://blogs.law.harvard.edu/tech/rss"), TMS_NS_NONE },
	{ TMS_STR_INIT("http://www.rssboard.org/rss-specification"), TMS_NS_NONE },
	{ TMS_STR_INIT("http://www.w3.org/2005/Atom"), TMS_NS_ATOM },
	{ TMS_STR_INIT("https://www.w3.org/2005/Atom"), TMS_NS_ATOM },
	{ TMS_STR_INIT("http://purl.org/atom/ns#"), TMS_NS_ATOM },
	{ TMS_STR_INIT("http://www.w3.org/1999/02/22-rdf-syntax-ns#"), TMS_NS_RDF },
	{ TMS_STR_INIT("http://purl.org/dc/elements/1.1/"), TMS_NS_DC },
	{ TMS_STR_INIT("http://purl.org/dc/elements/1.0/"), TMS_NS_DC },
	{ TMS_STR_INIT("http://purl.org/dc/terms/"), TMS_NS_DCTERMS },
	{ TMS_STR_INIT("http://purl.org/rss/1.0/modules/content/"), TMS_NS_CONTENT },
	{ TMS_STR_INIT("http://search.yahoo.com/mrss/"), TMS_NS_MEDIA },
	{ TMS_STR_INIT("http://search.yahoo.com/mrss"), TMS_NS_MEDIA },
	{ TMS_STR_INIT("https://search.yahoo.com/mrss/"), TMS_NS_MEDIA },
	{ TMS_STR_INIT("http://purl.org/rss/1.0/modules/slash/"), TMS_NS_SLASH },
	{ TMS_STR_INIT("http://www.itunes.com/dtds/podcast-1.0.dtd"), TMS_NS_ITUNES },
	{ TMS_STR_INIT("http://www.itunes.com/DTDs/Podcast-1.0.dtd"), TMS_NS_ITUNES },
	{ TMS_STR_INIT("http://arxiv.org/schemas/atom"), TMS_NS_ARXIV },
	{ TMS_STR_INIT("https://arxiv.org/schemas/atom"), TMS_NS_ARXIV },
	{ TMS_STR_INIT("http://purl.org/syndication/thread/1.0"), TMS_NS_THREAD },
	{ TMS_STR_INIT("http://a9.com/-/spec/opensearch/1.1/"), TMS_NS_OPENSEARCH },
	{ TMS_STR_INIT("http://a9.com/-/spec/opensearchrss/1.0/"), TMS_NS_OPENSEARCH },
	{ TMS_STR_INIT("http://rssnamespace.org/feedburner/ext/1.0"), TMS_NS_FEEDBURNER },
	{ TMS_STR_INIT("http://prismstandard.org/namespaces/basic/2.0/"), TMS_NS_PRISM },
	{ TMS_STR_INIT("http://prismstandard.org/namespaces/1.2/basic/"), TMS_NS_PRISM },
};

static const char xml_ns[] = "http://www.w3.org/XML/1998/namespace";

static enum tms_ns find_ns(struct tms_str uri)
{
	for (size_t i = 0; i < TMS_COUNT(namespaces); i++)
		if (tms_str_equal(namespaces[i].uri, uri))
			return namespaces[i].ns;
	return TMS_NS_OTHER;
}

enum tms_ns tms_ns_of(struct tms_build *b, struct tms_str uri)
{
	size_t at = ((uintptr_t)uri.ptr >> 4) % TMS_BUILD_NAMESPACES;

	if (!b->namespaces[at].uri || b->namespaces[at].uri != uri.ptr) {
		b->namespaces[at].uri = uri.ptr;
		b->namespaces[at].ns = find_ns(uri);
	}
	enum tms_ns ns = (enum tms_ns)b->namespaces[at].ns;
	bool is_own = ns == TMS_NS_OTHER && b->own_ns.len > 0 && tms_str_equal(uri, b->own_ns);
	return is_own ? TMS_NS_NONE : ns;
}

bool tms_element_read(const struct tms_element *table, size_t count, struct tms_entry *entry,
	const struct tms_xml_node *node)
{
	enum tms_ns ns = tms_ns_of(entry->b, node->ns);

	for (size_t i = 0; i < count; i++) {
		if (table[i].ns == ns && tms_markup_is(node, table[i].name)) {
			table[i].read(entry, node);
			return true;
		}
	}
	return false;
}

/* Has the entry a title, and did anything follow it? */
static bool has_whole_title(const struct tms_xml_node *entry)
{
	for (const struct tms_xml_node *node = entry->first_child; node; node = node->next)
		if (tms_markup_is(node, "title"))
			return node->next != NULL;
	return false;
}

bool tms_markup_is_cut(struct tms_build *b, const struct tms_xml_node *entry)
{
	if (!b->listing->truncated || entry->next || entry->parent->next || has_whole_title(entry))
		return false;
	tms_build_begin(b, entry->line);
	tms_build_skip(b, "is cut off: the document ends in it");
	return true;
}

struct tms_str tms_markup_text(struct tms_build *b, const struct tms_xml_node *node)
{
	return node ? tms_xml_text(b->arena, node) : TMS_STR_NONE;
}

struct tms_str tms_markup_base(struct tms_build *b, const struct tms_xml_node *node)
{
	struct tms_str outer = b->base;
	struct tms_str own = { 0 };

	if (!node)
		return outer;
	/* up only as far as there is one; most documents have none */
	for (; node && own.len == 0; node = node->parent)
		own = tms_str_trim(tms_xml_attribute_ns(node, xml_ns, "base"));
	if (own.len == 0)
		return outer;
	outer = tms_markup_base(b, node);
	own = tms_url_resolve(b->arena, outer, own);
	return own.len ? own : outer;
}

struct tms_str tms_markup_language(const struct tms_xml_node *node)
{
	struct tms_str own = { 0 };

	for (; node && own.len == 0; node = node->parent)
		own = tms_str_trim(tms_xml_attribute_ns(node, xml_ns, "lang"));
	return own;
}

/* ---- xhtml back to HTML text, for the sanitiser ---- */

static void add_escaped(struct tms_buf *out, struct tms_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		switch (text.ptr[i]) {
		case '<':
			tms_buf_add_cstr(out, "&lt;");
			break;
		case '>':
			tms_buf_add_cstr(out, "&gt;");
			break;
		case '&':
			tms_buf_add_cstr(out, "&amp;");
			break;
		case '"':
			tms_buf_add_cstr(out, "&quot;");
			break;
		default:
			tms_buf_add_char(out, text.ptr[i]);
		}
	}
}

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

static void open_element(struct tms_buf *out, const struct tms_xml_node *node)
{
	tms_buf_add_char(out, '<');
	tms_buf_add(out, node->name);
	for (size_t i = 0; i < node->attributes_count; i++) {
		if (node->attributes[i].ns.len > 0)
			continue;
		tms_buf_add_char(out, ' ');
		tms_buf_add(out, node->attributes[i].name);
		tms_buf_add_cstr(out, "=\"");
		add_escaped(out, node->attributes[i].value);
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

struct tms_str tms_markup_xhtml(struct tms_build *b, const struct tms_xml_node *node)
{
	/* a limit of its own: escaping can make a text six times longer */
	struct tms_buf out = { .max = 4 * (size_t)TMS_ITEM_CONTENT_BYTES_MAX };
	struct tms_str html = { 0 };
	const struct tms_xml_node *at = node->first_child;

	/* no recursion: the depth of a document is not ours to choose */
	while (at && at != node) {
		if (at->name.len == 0)
			add_escaped(&out, at->text);
		else
			open_element(&out, at);
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
	if (out.status == TMS_OK)
		html = tms_arena_copy(b->arena, tms_buf_str(&out));
	else
		tms_build_note(b, "the content is left out: it is too long");
	tms_buf_free(&out);
	return html;
}
