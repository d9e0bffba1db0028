/* Atom's text constructs (RFC 4287 section 3.1) and content (4.1.3), and how 0.3 writes them. */
#include "atom.h"

#include <sodium.h>

#include <tamis/utf8.h>

#include "element.h"

/* "text/plain", "image/png": Atom 0.3 has such types everywhere, 1.0 for content. */
static bool is_media_type(struct tms_str type)
{
	return tms_str_find_byte(type, '/', 0) != SIZE_MAX;
}

static bool is_markup_type(struct tms_str type)
{
	return tms_str_equal_caseless(type, TMS_STR("xhtml")) ||
	       tms_str_starts_caseless(type, TMS_STR("application/xhtml"));
}

static bool is_xml_type(struct tms_str type)
{
	size_t plus = type.len > 4 ? type.len - 4 : 0;
	struct tms_str end = tms_str_slice(type, plus, SIZE_MAX);

	return tms_str_equal_caseless(end, TMS_STR("+xml")) ||
	       tms_str_equal_caseless(end, TMS_STR("/xml"));
}

static bool is_base64(const struct tms_xml_node *node, struct tms_str type)
{
	struct tms_str mode = tms_str_trim(tms_xml_attribute_value(node, "mode")); /* 0.3 */

	if (mode.len > 0)
		return tms_str_equal_caseless(mode, TMS_STR("base64"));
	return is_media_type(type) && !tms_str_starts_caseless(type, TMS_STR("text/")) &&
	       !is_markup_type(type) && !is_xml_type(type);
}

static bool is_binary(struct tms_str type)
{
	static const struct tms_str kinds[] = { TMS_STR_INIT("image/"), TMS_STR_INIT("audio/"),
		TMS_STR_INIT("video/"), TMS_STR_INIT("application/") };

	for (size_t i = 0; i < TMS_COUNT(kinds); i++)
		if (tms_str_starts_caseless(type, kinds[i]))
			return true;
	return false;
}

/*
 * True when it is base64; then it is read: pictures and archives have no text, and *text stays
 * empty.
 */
static bool decode(
	struct build *b, struct tms_str encoded, struct tms_str type, struct tms_str *text)
{
	size_t max = encoded.len / 4 * 3 + 3;
	size_t len;
	unsigned char *bytes = tms_arena_alloc(b->arena, max);

	if (!bytes || tms_str_trim(encoded).len == 0 ||
		sodium_base642bin(bytes, max, encoded.ptr, encoded.len, " \t\r\n", &len, NULL,
			sodium_base64_VARIANT_ORIGINAL) != 0)
		return false;
	struct tms_str plain = { (const char *)bytes, len };
	bool is_text = tms_utf8_is_valid(plain) && tms_str_find_byte(plain, '\0', 0) == SIZE_MAX;
	if (is_text)
		*text = plain;
	return is_text || is_binary(type);
}

void atom_text(struct build *b, const struct tms_xml_node *node, struct tms_str *text,
	enum build_body_type *type)
{
	struct tms_str kind = tms_str_trim(tms_xml_attribute_value(node, "type"));
	struct tms_str mode = tms_xml_attribute_value(node, "mode");

	*type = BUILD_BODY_LOOSE;
	*text = TMS_STR_NONE;
	if (is_base64(node, kind) && decode(b, element_text(b, node), kind, text))
		return;
	/* elements are markup, whatever the type says */
	if (is_markup_type(kind) || element_has_elements(node)) {
		*text = element_xhtml(b, node);
		*type = BUILD_BODY_HTML;
		return;
	}
	*text = element_text(b, node);
	if (tms_str_equal_caseless(kind, TMS_STR("html")) ||
		tms_str_equal_caseless(kind, TMS_STR("text/html")))
		*type = BUILD_BODY_HTML;
	else if (mode.len > 0)
		*type = BUILD_BODY_LOOSE;
	else
		*type = BUILD_BODY_PLAIN;
}

struct tms_str atom_line(struct build *b, const struct tms_xml_node *node)
{
	struct tms_str text;
	enum build_body_type type;

	atom_text(b, node, &text, &type);
	if (text.len == 0) { /* no base64, though its type said so */
		text = element_text(b, node);
		type = BUILD_BODY_PLAIN;
	}
	if (type == BUILD_BODY_PLAIN)
		return build_line(b, "title", text);
	return type == BUILD_BODY_HTML ? build_html_title(b, text) : build_title(b, text);
}
