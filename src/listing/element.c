/* Texts, bases and languages of XML elements. */
#include "element.h"

#include <tamis/url.h>

#include "namespace.h"

struct tms_str element_text(struct build *b, const struct tms_xml_node *node)
{
	return node ? tms_xml_text(b->arena, node) : TMS_STR_NONE;
}

struct tms_str element_line(struct build *b, const char *what, const struct tms_xml_node *node)
{
	return build_line(b, what, element_text(b, node));
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

void element_body_language(struct build *b, const struct tms_xml_node *node)
{
	const struct tms_xml_attribute *own = language_of(node);

	if (own)
		b->item.language = element_tag(b, own->value);
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

/*
 * Is there an xml:base between the construct and the node? Its own and those around it are known to
 * the sanitiser.
 */
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
