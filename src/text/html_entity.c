/* Character references. The names are libxml2's (HTML 4). */
#include <libxml/HTMLparser.h>

#include <tamis/utf8.h>

#include "html_token.h"

#define LONGEST_NAME 10

/* What browsers show for the controls 128 to 159: windows-1252. Source: WHATWG HTML, numeric
 * character references. */
static const uint16_t windows_1252[32] = { 0x20ac, 0x81, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020,
	0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8d, 0x017d, 0x8f, 0x90, 0x2018, 0x2019,
	0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d,
	0x017e, 0x0178 };

uint32_t html_windows_1252(uint32_t control)
{
	return windows_1252[control - 0x80];
}

static uint32_t numeric(struct tms_str s, size_t *bytes)
{
	bool hex = s.len > 1 && (s.ptr[1] == 'x' || s.ptr[1] == 'X');
	size_t start = hex ? 2 : 1, at = start;
	uint32_t value = 0;

	for (; at < s.len; at++) {
		int digit = tms_hex_value(s.ptr[at]);
		if (digit < 0 || (!hex && digit > 9))
			break;
		value = value * (hex ? 16 : 10) + (uint32_t)digit;
		value = value > 0x110000 ? 0x110000 : value;
	}
	if (at == start)
		return 0;
	*bytes = at + (at < s.len && s.ptr[at] == ';');
	if (value >= 0x80 && value < 0xa0)
		return html_windows_1252(value);
	return value != 0 && tms_utf8_is_xml_char(value) ? value : TMS_UTF8_REPLACEMENT;
}

uint32_t html_reference(struct tms_str s, size_t *bytes)
{
	char name[LONGEST_NAME + 1] = { 0 };
	size_t len = 0;

	if (s.len > 0 && s.ptr[0] == '#')
		return numeric(s, bytes);
	while (len < s.len && len < LONGEST_NAME && tms_is_alnum(s.ptr[len])) {
		name[len] = s.ptr[len];
		len++;
	}
	const htmlEntityDesc *found = len > 1 ? htmlEntityLookup((const xmlChar *)name) : NULL;
	if (!found)
		return 0;
	bool ended = len < s.len && s.ptr[len] == ';';
	bool goes_on = len < s.len && (s.ptr[len] == '=' || tms_is_alnum(s.ptr[len]));
	/* the old ones, of Latin-1, count without their ";" too; but not in ?a=1&copy=2 */
	if (!ended && (found->value > 255 || found->value == '\'' || goes_on))
		return 0;
	*bytes = len + ended;
	return found->value;
}

void html_decode(struct tms_buf *buf, struct tms_str raw)
{
	size_t at = 0;

	while (at < raw.len) {
		size_t next = tms_str_find_byte(raw, '&', at), bytes = 0;
		tms_buf_add(buf, tms_str_slice(raw, at, next));
		if (next == SIZE_MAX)
			return;
		uint32_t c = html_reference(tms_str_slice(raw, next + 1, raw.len), &bytes);
		if (c)
			tms_utf8_write(buf, c);
		else
			tms_buf_add_char(buf, '&');
		at = next + 1 + bytes;
	}
}
