/*
 * What all parts of the mender do: note a fault, look ahead, write text and references that are
 * sound.
 */
#include "xml_mender_private.h"

#include <tamis/utf8.h>

#include "html_entity.h"

#define LONGEST_REFERENCE 10 /* of the bytes between "&" and ";" */

void xml_mender_note(struct xml_mender *m, enum xml_mend kind, size_t at, struct tms_str name)
{
	if (m->mends->kinds[kind].count++ > 0)
		return;
	(void)tms_steps_take_bytes(m->steps, at > m->line_at ? at - m->line_at : 0);
	for (; m->line_at < at; m->line_at++)
		m->line += m->xml.ptr[m->line_at] == '\n';
	m->mends->kinds[kind].line = m->line + 1;
	m->mends->kinds[kind].name = name;
}

size_t xml_mender_find(struct xml_mender *m, enum xml_mender_mark mark, size_t from)
{
	static const struct tms_str marks[XML_MENDER_MARKS] = {
		[XML_MENDER_CDATA_END] = TMS_STR_INIT("]]>"),
		[XML_MENDER_COMMENT_END] = TMS_STR_INIT("-->"),
		[XML_MENDER_INSTRUCTION_END] = TMS_STR_INIT("?>"),
		[XML_MENDER_DOUBLE_QUOTE] = TMS_STR_INIT("\""),
		[XML_MENDER_SINGLE_QUOTE] = TMS_STR_INIT("'"),
		[XML_MENDER_TAG_END] = TMS_STR_INIT(">"),
		[XML_MENDER_RSS] = TMS_STR_INIT("<rss"),
		[XML_MENDER_FEED] = TMS_STR_INIT("<feed"),
		[XML_MENDER_RDF] = TMS_STR_INIT("<rdf:RDF"),
	};
	bool is_known =
		m->marks[mark].is_known && from >= m->marks[mark].from && from <= m->marks[mark].at;

	if (is_known)
		return m->marks[mark].at;
	size_t at = marks[mark].len == 1 ? tms_str_find_byte(m->xml, marks[mark].ptr[0], from)
					 : tms_str_find(m->xml, marks[mark], from);
	(void)tms_steps_take_bytes(m->steps, (at == SIZE_MAX ? m->xml.len : at) - from);
	m->marks[mark].from = from;
	m->marks[mark].at = at;
	m->marks[mark].is_known = true;
	return at;
}

void xml_mender_write_lines(struct xml_mender *m, struct tms_str left_out)
{
	for (size_t at = tms_str_find_byte(left_out, '\n', 0); at != SIZE_MAX;
		at = tms_str_find_byte(left_out, '\n', at + 1))
		tms_buf_add_char(m->out, '\n');
}

/* ---- references ---- */

/* The code point of the reference "name;" or "#…;" at the start of s; *len counts through its ";".
 * 0: none. */
static uint32_t reference(struct tms_str s, size_t *len)
{
	size_t end = tms_str_find_byte(tms_str_slice(s, 0, LONGEST_REFERENCE + 1), ';', 0);
	uint32_t value = 0;

	if (end == SIZE_MAX || end < 2)
		return 0;
	*len = end + 1;
	if (s.ptr[0] != '#')
		return html_entity_find(tms_str_slice(s, 0, end));
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

/* amp, lt, gt, quot, apos: what XML itself knows. */
static bool is_predefined(uint32_t c)
{
	return c == '&' || c == '<' || c == '>' || c == '"' || c == '\'';
}

size_t xml_mender_write_reference(struct xml_mender *m, size_t at)
{
	size_t used = 0;
	struct tms_str rest = tms_str_slice(m->xml, at + 1, m->xml.len);
	uint32_t c = reference(rest, &used);

	add_reference(m->out, c ? c : '&');
	if (c == 0)
		xml_mender_note(m, XML_MEND_AMPERSAND, at, TMS_STR_NONE);
	else if (c == TMS_UTF8_REPLACEMENT)
		xml_mender_note(m, XML_MEND_REFERENCE, at, tms_str_slice(rest, 0, used - 1));
	else if (rest.ptr[0] != '#' && !is_predefined(c))
		xml_mender_note(m, XML_MEND_ENTITY, at, tms_str_slice(rest, 0, used - 1));
	return 1 + (c ? used : 0);
}

/* ---- text ---- */

/* "]]>" may not stand in text either. */
static const char *escape_of(struct tms_str text, size_t at, char quote)
{
	char byte = text.ptr[at];

	if (byte == '<')
		return "&#60;";
	if (byte == '"' && quote)
		return "&#34;";
	return byte == '>' && at >= 2 && text.ptr[at - 1] == ']' && text.ptr[at - 2] == ']'
		       ? "&#62;"
		       : NULL;
}

void xml_mender_write_text(struct xml_mender *m, struct tms_str text, char quote)
{
	size_t done = 0;

	for (size_t at = 0; at < text.len; at++) {
		const char *as = escape_of(text, at, quote);
		if (!as)
			continue;
		tms_buf_add(m->out, tms_str_slice(text, done, at));
		tms_buf_add_cstr(m->out, as);
		done = at + 1;
	}
	tms_buf_add(m->out, tms_str_slice(text, done, text.len));
}
