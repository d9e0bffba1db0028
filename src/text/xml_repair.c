/*
 * Mending ill-formed XML before libxml2 reads it in its recovering mode. That mode by itself drops
 * the text of every reference after the first fault (xmlParseReference returns early when the
 * document is not well-formed), loses a bare "&" with the word behind it, and knows no HTML
 * entities. Numeric references come through, so all become numeric.
 */
#include <libxml/HTMLparser.h>

#include <tamis/utf8.h>

#include "xml_scan.h"

#define LONGEST_NAME 10 /* "thetasym" and its like, with room */

/* The code point of the reference "name;" or "#…;" at the start of s; *len counts through its ";".
 * 0: none. */
static uint32_t reference(struct tms_str s, size_t *len)
{
	size_t end = tms_str_find_byte(tms_str_slice(s, 0, LONGEST_NAME + 1), ';', 0);
	char name[LONGEST_NAME + 1] = { 0 };
	uint32_t value = 0;

	if (end == SIZE_MAX || end < 2)
		return 0;
	*len = end + 1;
	if (s.ptr[0] != '#') {
		memcpy(name, s.ptr, end);
		const htmlEntityDesc *found = htmlEntityLookup((const xmlChar *)name);
		return found ? found->value : 0;
	}
	bool hex = s.ptr[1] == 'x' || s.ptr[1] == 'X';
	if (end < (hex ? 3U : 2U))
		return 0;
	for (size_t i = hex ? 2 : 1; i < end; i++) {
		int digit = tms_hex_value(s.ptr[i]);
		if (digit < 0 || (!hex && digit > 9))
			return 0;
		value = value * (hex ? 16 : 10) + (uint32_t)digit;
		value = value > 0x110000 ? 0x110000 : value;
	}
	return value != 0 && tms_utf8_is_xml_char(value) ? value : TMS_UTF8_REPLACEMENT;
}

static const struct {
	struct tms_str open, close;
} opaque[] = {
	{ TMS_STR_INIT("<![CDATA["), TMS_STR_INIT("]]>") },
	{ TMS_STR_INIT("<!--"), TMS_STR_INIT("-->") },
	{ TMS_STR_INIT("<?"), TMS_STR_INIT("?>") },
};

/* Bytes of a section at the start of s in which "&" and "<" mean nothing; 0: there is none. */
static size_t opaque_bytes(struct tms_str s)
{
	for (size_t i = 0; i < TMS_COUNT(opaque); i++) {
		if (!tms_str_starts(s, opaque[i].open))
			continue;
		size_t end = tms_str_find(s, opaque[i].close, opaque[i].open.len);
		return end == SIZE_MAX ? s.len : end + opaque[i].close.len;
	}
	return 0;
}

/* "&#38;"; by hand, because a document may hold a million of them. */
static void add_reference(struct tms_buf *out, uint32_t code_point)
{
	char text[16];
	size_t at = sizeof(text);

	text[--at] = ';';
	for (; code_point > 0; code_point /= 10)
		text[--at] = (char)('0' + code_point % 10);
	text[--at] = '#';
	text[--at] = '&';
	tms_buf_add(out, (struct tms_str){ text + at, sizeof(text) - at });
}

static bool opens_something(struct tms_str s)
{
	if (s.len < 2)
		return true;
	return tms_is_alpha(s.ptr[1]) || s.ptr[1] == '/' || s.ptr[1] == '!' || s.ptr[1] == '?' ||
	       s.ptr[1] == '_' || s.ptr[1] == ':' || (unsigned char)s.ptr[1] >= 0x80;
}

void xml_repair(struct tms_buf *out, struct tms_str xml)
{
	size_t at = tms_str_find_byte(xml, '<', 0);

	while (at < xml.len) {
		struct tms_str rest = tms_str_slice(xml, at, xml.len);
		size_t len = 1;
		if (rest.ptr[0] == '&') {
			size_t used = 0;
			uint32_t c = reference(tms_str_slice(rest, 1, rest.len), &used);
			add_reference(out, c ? c : '&');
			len = 1 + (c ? used : 0);
		} else if (rest.ptr[0] == '<' && !opens_something(rest)) {
			tms_buf_add(out, TMS_STR("&#60;"));
		} else {
			len = rest.ptr[0] == '<' ? opaque_bytes(rest) : 0;
			len = len ? len : 1;
			while (len < rest.len && rest.ptr[len] != '<' && rest.ptr[len] != '&')
				len++;
			tms_buf_add(out, tms_str_slice(rest, 0, len));
		}
		at += len;
	}
}
