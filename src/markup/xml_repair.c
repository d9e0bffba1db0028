/*
 * Mending ill-formed XML before libxml2 reads it in its recovering mode. That mode by itself drops
 * the text of every reference after the first fault (xmlParseReference returns early when the
 * document is not well-formed), loses a bare "&" with the word behind it, knows no HTML entities,
 * and closes the wrong element at every end tag that does not fit, so that an item ends up inside
 * the one before it. Here is what stands between tags; xml_mender_tag.c has the tags.
 */
#include <stdlib.h>

#include <tamis/utf8.h>

#include "html_token.h"
#include "xml_mender_private.h"

#define LONGEST_REFERENCE 10 /* of the bytes between "&" and ";" */

void mender_note(struct mender *m, enum xml_mend kind, size_t at, struct tms_str name)
{
	if (m->mends->kinds[kind].count++ > 0)
		return;
	(void)tms_steps_take_bytes(m->steps, at > m->line_at ? at - m->line_at : 0);
	for (; m->line_at < at; m->line_at++)
		m->line += m->xml.ptr[m->line_at] == '\n';
	m->mends->kinds[kind].line = m->line + 1;
	m->mends->kinds[kind].name = name;
}

size_t mender_find(struct mender *m, enum mender_mark mark, size_t from)
{
	static const struct tms_str marks[MENDER_MARKS] = {
		[MENDER_CDATA_END] = TMS_STR_INIT("]]>"),
		[MENDER_COMMENT_END] = TMS_STR_INIT("-->"),
		[MENDER_INSTRUCTION_END] = TMS_STR_INIT("?>"),
		[MENDER_DOUBLE_QUOTE] = TMS_STR_INIT("\""),
		[MENDER_SINGLE_QUOTE] = TMS_STR_INIT("'"),
		[MENDER_TAG_END] = TMS_STR_INIT(">"),
		[MENDER_RSS] = TMS_STR_INIT("<rss"),
		[MENDER_FEED] = TMS_STR_INIT("<feed"),
		[MENDER_RDF] = TMS_STR_INIT("<rdf:RDF"),
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

void mender_write_lines(struct mender *m, struct tms_str left_out)
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

size_t mender_write_reference(struct mender *m, size_t at)
{
	size_t used = 0;
	struct tms_str rest = tms_str_slice(m->xml, at + 1, m->xml.len);
	uint32_t c = reference(rest, &used);

	add_reference(m->out, c ? c : '&');
	if (c == 0)
		mender_note(m, XML_MEND_AMPERSAND, at, TMS_STR_NONE);
	else if (c == TMS_UTF8_REPLACEMENT)
		mender_note(m, XML_MEND_REFERENCE, at, tms_str_slice(rest, 0, used - 1));
	else if (rest.ptr[0] != '#' && !is_predefined(c))
		mender_note(m, XML_MEND_ENTITY, at, tms_str_slice(rest, 0, used - 1));
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

void mender_write_text(struct mender *m, struct tms_str text, char quote)
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

/* Outside the document element there is no text: what stands there is left out. */
static void leave_out(struct mender *m, size_t end)
{
	struct tms_str part = tms_str_slice(m->xml, m->at, end);

	if (tms_str_trim(part).len > 0)
		mender_note(m, m->has_root ? XML_MEND_AFTER : XML_MEND_BEFORE, m->at, TMS_STR_NONE);
	mender_write_lines(m, part);
	m->at = end;
}

static size_t text_end(struct tms_str xml, size_t at)
{
	while (at < xml.len && xml.ptr[at] != '<' && xml.ptr[at] != '&')
		at++;
	return at;
}

static void take_text(struct mender *m)
{
	size_t end = text_end(m->xml, m->at + 1);

	if (m->stack.count == 0) {
		leave_out(m, end);
	} else if (m->xml.ptr[m->at] == '&') {
		m->at += mender_write_reference(m, m->at);
	} else {
		bool opens_nothing = m->xml.ptr[m->at] == '<';
		if (opens_nothing)
			mender_note(m, XML_MEND_LESS, m->at, TMS_STR_NONE);
		mender_write_text(m, tms_str_slice(m->xml, m->at, end), '\0');
		m->at = end;
	}
}

/* ---- sections ---- */

/* Without its end a CDATA section ends where its element does, or with the document. */
static size_t unended_cdata(struct mender *m, size_t from)
{
	struct tms_str name = m->stack.open[m->stack.count - 1].name;

	for (size_t at = tms_str_find(m->xml, name, from + 2); at != SIZE_MAX;
		at = tms_str_find(m->xml, name, at + 1))
		if (m->xml.ptr[at - 2] == '<' && m->xml.ptr[at - 1] == '/')
			return at - 2;
	return m->xml.len;
}

static void take_cdata(struct mender *m)
{
	size_t start = m->at + 9, end = mender_find(m, MENDER_CDATA_END, start);
	size_t next = end == SIZE_MAX ? end : end + 3;

	if (m->stack.count == 0) {
		leave_out(m, next == SIZE_MAX ? m->xml.len : next);
		return;
	}
	if (end == SIZE_MAX) {
		mender_note(m, XML_MEND_SECTION, m->at, TMS_STR("<![CDATA["));
		end = next = unended_cdata(m, start);
	}
	tms_buf_add_cstr(m->out, "<![CDATA[");
	tms_buf_add(m->out, tms_str_slice(m->xml, start, end));
	tms_buf_add_cstr(m->out, "]]>");
	m->at = next;
}

/* A comment or an instruction tells a reader nothing. Without an end it is as long as a tag. */
static void pass_over(
	struct mender *m, struct tms_str open, size_t close_bytes, enum mender_mark close)
{
	size_t end = mender_find(m, close, m->at + open.len);

	if (end == SIZE_MAX) {
		mender_note(m, XML_MEND_SECTION, m->at, open);
		end = tms_str_find_byte(m->xml, '>', m->at);
		end = end == SIZE_MAX ? m->xml.len : end + 1;
	} else {
		end += close_bytes;
	}
	mender_write_lines(m, tms_str_slice(m->xml, m->at, end));
	m->at = end;
}

/* <!DOCTYPE …>, with what stands between [ and ]: libxml2 refuses what it may not declare. */
static void take_doctype(struct mender *m)
{
	size_t end = tms_str_find_byte(m->xml, '>', m->at);
	size_t subset = tms_str_find_byte(tms_str_slice(m->xml, 0, end), '[', m->at);

	if (subset != SIZE_MAX) {
		size_t close = tms_str_find_byte(m->xml, ']', subset);
		end = close == SIZE_MAX ? close : tms_str_find_byte(m->xml, '>', close);
	}
	end = end == SIZE_MAX ? m->xml.len : end + 1;
	if (m->has_root)
		mender_write_lines(m, tms_str_slice(m->xml, m->at, end));
	else
		tms_buf_add(m->out, tms_str_slice(m->xml, m->at, end));
	m->at = end;
}

static bool take_section(struct mender *m)
{
	struct tms_str rest = tms_str_slice(m->xml, m->at, m->xml.len);

	if (tms_str_starts(rest, TMS_STR("<![CDATA["))) {
		take_cdata(m);
	} else if (tms_str_starts(rest, TMS_STR("<!--"))) {
		pass_over(m, TMS_STR("<!--"), 3, MENDER_COMMENT_END);
	} else if (tms_str_starts(rest, TMS_STR("<?"))) {
		if (m->at > 0 && tms_str_starts(rest, TMS_STR("<?xml ")))
			mender_note(m, XML_MEND_DECLARATION, m->at, TMS_STR_NONE);
		pass_over(m, TMS_STR("<?"), 2, MENDER_INSTRUCTION_END);
	} else if (tms_str_starts(rest, TMS_STR("<!")) && rest.len > 2 &&
		   tms_is_alpha(rest.ptr[2])) {
		take_doctype(m);
	} else {
		return false;
	}
	return true;
}

/* What stands at m->at: a section, a tag, text. */
static void take_next(struct mender *m)
{
	bool is_mark = m->xml.ptr[m->at] == '<';

	if (m->has_ended && tms_is_space(m->xml.ptr[m->at])) {
		m->at++;
	} else if (m->has_ended) { /* a comment behind the end is usual, and no fault */
		if (!take_section(m))
			leave_out(m, m->xml.len);
	} else if (!is_mark || (!take_section(m) && !mender_take_tag(m))) {
		take_text(m);
	}
}

void xml_repair(struct tms_buf *out, struct tms_str xml, struct xml_mends *mends,
	struct tms_steps *steps, size_t *end)
{
	struct mender m = { .xml = xml, .out = out, .mends = mends, .steps = steps };
	bool has_steps = true;

	while (m.at < xml.len && !m.is_cut && has_steps && out->status == TMS_OK) {
		size_t from = m.at;
		take_next(&m);
		has_steps = tms_steps_take_bytes(steps, m.at - from);
	}
	*end = has_steps ? xml.len : m.at;
	free(m.tried);
}
