/*
 * Mending ill-formed XML before libxml2 reads it in its recovering mode. That mode by itself drops
 * the text of every reference after the first fault (xmlParseReference returns early when the
 * document is not well-formed), loses a bare "&" with the word behind it, knows no HTML entities,
 * and closes the wrong element at every end tag that does not fit, so that an item ends up inside
 * the one before it. Here is what stands between tags; xml_mender_tag.c has the tags,
 * xml_mender_open.c the elements that are open.
 */
#include <stdlib.h>

#include "xml_mender_private.h"

/* Outside the document element there is no text: what stands there is left out. */
static void leave_out(struct xml_mender *m, size_t end)
{
	struct tms_str part = tms_str_slice(m->xml, m->at, end);

	if (tms_str_trim(part).len > 0)
		xml_mender_note(
			m, m->has_root ? XML_MEND_AFTER : XML_MEND_BEFORE, m->at, TMS_STR_NONE);
	xml_mender_write_lines(m, part);
	m->at = end;
}

static size_t text_end(struct tms_str xml, size_t at)
{
	while (at < xml.len && xml.ptr[at] != '<' && xml.ptr[at] != '&')
		at++;
	return at;
}

static void take_text(struct xml_mender *m)
{
	size_t end = text_end(m->xml, m->at + 1);

	if (m->stack.count == 0) {
		leave_out(m, end);
	} else if (m->xml.ptr[m->at] == '&') {
		m->at += xml_mender_write_reference(m, m->at);
	} else {
		bool opens_nothing = m->xml.ptr[m->at] == '<';
		if (opens_nothing)
			xml_mender_note(m, XML_MEND_LESS, m->at, TMS_STR_NONE);
		xml_mender_write_text(m, tms_str_slice(m->xml, m->at, end), '\0');
		m->at = end;
	}
}

/* ---- sections ---- */

/* Without its end a CDATA section ends where its element does, or with the document. */
static size_t unended_cdata(struct xml_mender *m, size_t from)
{
	struct tms_str name = m->stack.open[m->stack.count - 1].name;

	for (size_t at = tms_str_find(m->xml, name, from + 2); at != SIZE_MAX;
		at = tms_str_find(m->xml, name, at + 1))
		if (m->xml.ptr[at - 2] == '<' && m->xml.ptr[at - 1] == '/')
			return at - 2;
	return m->xml.len;
}

static void take_cdata(struct xml_mender *m)
{
	size_t start = m->at + 9, end = xml_mender_find(m, XML_MENDER_CDATA_END, start);
	size_t next = end == SIZE_MAX ? end : end + 3;

	if (m->stack.count == 0) {
		leave_out(m, next == SIZE_MAX ? m->xml.len : next);
		return;
	}
	if (end == SIZE_MAX) {
		xml_mender_note(m, XML_MEND_SECTION, m->at, TMS_STR("<![CDATA["));
		end = next = unended_cdata(m, start);
	}
	tms_buf_add_cstr(m->out, "<![CDATA[");
	tms_buf_add(m->out, tms_str_slice(m->xml, start, end));
	tms_buf_add_cstr(m->out, "]]>");
	m->at = next;
}

/* A comment or an instruction tells a reader nothing. Without an end it is as long as a tag. */
static void pass_over(
	struct xml_mender *m, struct tms_str open, size_t close_bytes, enum xml_mender_mark close)
{
	size_t end = xml_mender_find(m, close, m->at + open.len);

	if (end == SIZE_MAX) {
		xml_mender_note(m, XML_MEND_SECTION, m->at, open);
		end = tms_str_find_byte(m->xml, '>', m->at);
		end = end == SIZE_MAX ? m->xml.len : end + 1;
	} else {
		end += close_bytes;
	}
	xml_mender_write_lines(m, tms_str_slice(m->xml, m->at, end));
	m->at = end;
}

/* <!DOCTYPE …>, with what stands between [ and ]: libxml2 refuses what it may not declare. */
static void take_doctype(struct xml_mender *m)
{
	size_t end = tms_str_find_byte(m->xml, '>', m->at);
	size_t subset = tms_str_find_byte(tms_str_slice(m->xml, 0, end), '[', m->at);

	if (subset != SIZE_MAX) {
		size_t close = tms_str_find_byte(m->xml, ']', subset);
		end = close == SIZE_MAX ? close : tms_str_find_byte(m->xml, '>', close);
	}
	end = end == SIZE_MAX ? m->xml.len : end + 1;
	if (m->has_root)
		xml_mender_write_lines(m, tms_str_slice(m->xml, m->at, end));
	else
		tms_buf_add(m->out, tms_str_slice(m->xml, m->at, end));
	m->at = end;
}

static bool take_section(struct xml_mender *m)
{
	struct tms_str rest = tms_str_slice(m->xml, m->at, m->xml.len);

	if (tms_str_starts(rest, TMS_STR("<![CDATA["))) {
		take_cdata(m);
	} else if (tms_str_starts(rest, TMS_STR("<!--"))) {
		pass_over(m, TMS_STR("<!--"), 3, XML_MENDER_COMMENT_END);
	} else if (tms_str_starts(rest, TMS_STR("<?"))) {
		if (m->at > 0 && tms_str_starts(rest, TMS_STR("<?xml ")))
			xml_mender_note(m, XML_MEND_DECLARATION, m->at, TMS_STR_NONE);
		pass_over(m, TMS_STR("<?"), 2, XML_MENDER_INSTRUCTION_END);
	} else if (tms_str_starts(rest, TMS_STR("<!")) && rest.len > 2 &&
		   tms_is_alpha(rest.ptr[2])) {
		take_doctype(m);
	} else {
		return false;
	}
	return true;
}

/* What stands at m->at: a section, a tag, text. */
static void take_next(struct xml_mender *m)
{
	bool is_mark = m->xml.ptr[m->at] == '<';

	if (m->has_ended && tms_is_space(m->xml.ptr[m->at])) {
		m->at++;
	} else if (m->has_ended) { /* a comment behind the end is usual, and no fault */
		if (!take_section(m))
			leave_out(m, m->xml.len);
	} else if (!is_mark || (!take_section(m) && !xml_mender_take_tag(m))) {
		take_text(m);
	}
}

void xml_repair(struct tms_buf *out, struct tms_str xml, struct xml_mends *mends,
	struct tms_steps *steps, size_t *end)
{
	struct xml_mender m = { .xml = xml, .out = out, .mends = mends, .steps = steps };
	bool has_steps = true;

	while (m.at < xml.len && !m.is_cut && has_steps && out->status == TMS_OK) {
		size_t from = m.at;
		take_next(&m);
		has_steps = tms_steps_take_bytes(steps, m.at - from);
	}
	*end = has_steps ? xml.len : m.at;
	free(m.tried);
}
