/*
 * The mender's tags.
 *
 * Whether a "<" begins a tag shows only at its end, which may be far away: a value may hold "<",
 * and a tag that meets another "<" before its ">" is none. So a tag is first read without a word
 * written, and a "<" that proves to be text costs no more than that. Read anew from each of a
 * million of them, a run of values with "<" in them would still cost a million times its length.
 * But how the rest of a tag is read depends on nothing but where one stands behind a value: places
 * behind a value with a "<" in it are remembered, and one that comes up again has been tried in
 * vain. Between two "<" there are at most three ways to stand (behind the first of them, behind the
 * first double quote, behind the first single one), so all attempts together are linear.
 */
#include <stdlib.h>

#include "xml_mender_private.h"

#define REMEMBERED 64 /* attributes of one tag that are compared; more are nobody's mistake */
#define ATTRIBUTES_MAX 2048

struct tag {
	struct tms_str name;
	struct tms_str seen[REMEMBERED];
	size_t attributes;
	bool is_faulty; /* noted for one ill-formed attribute, as a tag */
	bool is_empty;
};

/** An attribute as it stands. */
struct attribute {
	struct tms_str name, value;
	size_t fault;  /* where it is ill-formed; 0: nowhere */
	bool has_less; /* its value ends in a quote and holds "<" */
};

/* ---- attributes ---- */

static bool is_name_start(char byte)
{
	return tms_is_alpha(byte) || byte == '_' || byte == ':' || (unsigned char)byte >= 0x80;
}

static bool is_name_byte(char byte)
{
	return is_name_start(byte) || tms_is_digit(byte) || byte == '-' || byte == '.';
}

static struct tms_str take_name(struct tms_str xml, size_t *at)
{
	size_t from = *at;

	while (*at < xml.len && is_name_byte(xml.ptr[*at]))
		++*at;
	return tms_str_slice(xml, from, *at);
}

static void skip_space(struct tms_str xml, size_t *at)
{
	while (*at < xml.len && tms_is_space(xml.ptr[*at]))
		++*at;
}

static bool ends_value(struct tms_str xml, size_t at)
{
	return at == xml.len || tms_is_space(xml.ptr[at]) || xml.ptr[at] == '>' ||
	       xml.ptr[at] == '/' || xml.ptr[at] == '?';
}

/* The value whose opening quote stands at *at. With a "<" in it its closing quote has to look like
 * one; otherwise that quote was forgotten, and the value ends with the tag. */
static void take_quoted(struct xml_mender *m, struct attribute *a, size_t *at)
{
	size_t from = *at + 1;
	size_t end = xml_mender_find(m,
		m->xml.ptr[*at] == '"' ? XML_MENDER_DOUBLE_QUOTE : XML_MENDER_SINGLE_QUOTE, from);

	a->value = tms_str_slice(m->xml, from, end);
	a->has_less = tms_str_find_byte(a->value, '<', 0) != SIZE_MAX;
	if (end != SIZE_MAX && (!a->has_less || ends_value(m->xml, end + 1))) {
		if (a->has_less || !ends_value(m->xml, end + 1))
			a->fault = from; /* a="<", or a="1"b="2" */
		*at = end + 1;
		return;
	}
	a->fault = from;
	a->has_less = false;
	for (end = from; end < m->xml.len && m->xml.ptr[end] != '>' && m->xml.ptr[end] != '<';)
		end++;
	*at = end;
	a->value = tms_str_slice(m->xml, from, end);
}

static struct tms_str take_bare(struct tms_str xml, size_t *at)
{
	size_t from = *at;

	while (*at < xml.len && !tms_is_space(xml.ptr[*at]) && xml.ptr[*at] != '>' &&
		xml.ptr[*at] != '<')
		++*at;
	/* "<a href=x/>" ends there, "<a href=http://x/>" does not */
	if (*at > from + 1 && *at < xml.len && xml.ptr[*at] == '>' && xml.ptr[*at - 1] == '/' &&
		!memchr(xml.ptr + from, '/', *at - 1 - from))
		--*at;
	return tms_str_slice(xml, from, *at);
}

static struct attribute take_attribute(struct xml_mender *m, size_t *at)
{
	struct tms_str xml = m->xml;
	struct attribute a = { 0 };
	size_t from = *at;

	a.name = take_name(xml, at);
	a.value = a.name;
	skip_space(xml, at);
	if (*at == xml.len || xml.ptr[*at] != '=') {
		a.fault = from; /* <option selected> */
	} else {
		++*at;
		skip_space(xml, at);
		if (*at < xml.len && (xml.ptr[*at] == '"' || xml.ptr[*at] == '\'')) {
			take_quoted(m, &a, at);
		} else {
			a.fault = from;
			a.value = take_bare(xml, at);
		}
	}
	(void)tms_steps_take_bytes(m->steps, *at - from);
	return a;
}

/* Is this the first time that a tag is read on from here? */
static bool is_untried(struct xml_mender *m, size_t at)
{
	unsigned char bit = (unsigned char)(1U << at % 8);

	if (!m->tried)
		m->tried = calloc(m->xml.len / 8 + 1, 1);
	if (!m->tried) {
		m->out->status = TMS_ENOMEM;
		return false;
	}
	if (m->tried[at / 8] & bit)
		return false;
	m->tried[at / 8] |= bit;
	return true;
}

/* Where the ">" of a start tag stands, or the end of the document; SIZE_MAX where another "<" comes
 * before it. */
static size_t tag_end(struct xml_mender *m, size_t at)
{
	struct tms_str xml = m->xml;

	while (at < xml.len && xml.ptr[at] != '>') {
		if (xml.ptr[at] == '<')
			return SIZE_MAX;
		if (!is_name_start(xml.ptr[at])) {
			at++;
			continue;
		}
		if (take_attribute(m, &at).has_less && !is_untried(m, at))
			return SIZE_MAX;
	}
	return at;
}

static void write_value(struct xml_mender *m, struct tms_str value)
{
	size_t start = (size_t)(value.ptr - m->xml.ptr), end = start + value.len, at = start;

	while (at < end) {
		size_t next = tms_str_find_byte(tms_str_slice(m->xml, 0, end), '&', at);
		next = next == SIZE_MAX ? end : next;
		xml_mender_write_text(m, tms_str_slice(m->xml, at, next), '"');
		at = next < end ? next + xml_mender_write_reference(m, next) : end;
	}
}

static bool is_again(struct tag *tag, struct tms_str name)
{
	for (size_t i = 0; i < tag->attributes && i < REMEMBERED; i++)
		if (tms_str_equal(tag->seen[i], name))
			return true;
	if (tag->attributes < REMEMBERED)
		tag->seen[tag->attributes] = name;
	return false;
}

static void fault(struct xml_mender *m, struct tag *tag, size_t at)
{
	if (!tag->is_faulty)
		xml_mender_note(m, XML_MEND_ATTRIBUTE, at, tag->name);
	tag->is_faulty = true;
}

static void write_attribute(struct xml_mender *m, struct tag *tag, size_t from, struct attribute a)
{
	if (a.fault)
		fault(m, tag, a.fault);
	if (is_again(tag, a.name)) {
		fault(m, tag, from);
		return;
	}
	if (++tag->attributes > ATTRIBUTES_MAX)
		return; /* the tree refuses fewer */
	tms_buf_add_char(m->out, ' ');
	tms_buf_add(m->out, a.name);
	tms_buf_add_cstr(m->out, "=\"");
	write_value(m, a.value);
	tms_buf_add_char(m->out, '"');
}

/* ---- tags ---- */

/* Behind the name of a start tag that ends at `end`. */
static void write_attributes(struct xml_mender *m, struct tag *tag, size_t at, size_t end)
{
	while (at < end) {
		size_t from = at;
		tag->is_empty = m->xml.ptr[at] == '/';
		if (is_name_start(m->xml.ptr[at])) {
			struct attribute a = take_attribute(m, &at);
			write_attribute(m, tag, from, a);
		} else {
			if (!tms_is_space(m->xml.ptr[at]) && !tag->is_empty)
				fault(m, tag, at);
			at++;
		}
	}
}

static bool take_start(struct xml_mender *m)
{
	struct tag tag = { 0 };
	size_t at = m->at + 1;

	tag.name = take_name(m->xml, &at);
	size_t end = tag_end(m, at);
	m->is_cut = end == m->xml.len;
	if (end == SIZE_MAX || m->is_cut)
		return m->is_cut;
	unsigned kinds = xml_mender_kinds(tag.name);
	xml_mender_close_down_to(m, xml_mender_depth_for(m, tag.name, kinds), false);
	tms_buf_add_char(m->out, '<');
	tms_buf_add(m->out, tag.name);
	write_attributes(m, &tag, at, end);
	xml_mender_write_lines(m, tms_str_slice(m->xml, m->at, end));
	bool is_void = kinds & XML_MENDER_VOID;
	tms_buf_add_cstr(m->out, tag.is_empty || is_void ? "/>" : ">");
	m->at = end + 1;
	m->has_root = true;
	if (!tag.is_empty && !is_void)
		xml_mender_open(m, tag.name, kinds);
	m->has_ended = m->stack.count == 0;
	return true;
}

static void take_end(struct xml_mender *m)
{
	size_t at = m->at + 2;
	struct tms_str name = take_name(m->xml, &at);
	size_t depth = xml_mender_find_open(m, name);

	while (at < m->xml.len && m->xml.ptr[at] != '>' && m->xml.ptr[at] != '<')
		at++;
	if (depth != SIZE_MAX)
		xml_mender_close_down_to(m, depth, true);
	else if (at == m->xml.len)
		m->is_cut = true;
	else if (m->stack.count > 0 && !(xml_mender_kinds(name) & XML_MENDER_VOID))
		xml_mender_note(m, XML_MEND_STRAY, m->at, name);
	xml_mender_write_lines(m, tms_str_slice(m->xml, m->at, at));
	m->at = at < m->xml.len && m->xml.ptr[at] == '>' ? at + 1 : at;
}

/* A warning of the program that writes the feed stands before it, in HTML. */
static bool pass_before_root(struct xml_mender *m)
{
	size_t at = m->at + 1;

	if (m->has_root || (xml_mender_kinds(take_name(m->xml, &at)) & XML_MENDER_LIST))
		return false;
	if (xml_mender_find(m, XML_MENDER_RSS, at) == SIZE_MAX &&
		xml_mender_find(m, XML_MENDER_FEED, at) == SIZE_MAX &&
		xml_mender_find(m, XML_MENDER_RDF, at) == SIZE_MAX)
		return false;
	size_t end = xml_mender_find(m, XML_MENDER_TAG_END, at);
	if (end == SIZE_MAX)
		return false;
	xml_mender_note(m, XML_MEND_BEFORE, m->at, TMS_STR_NONE);
	xml_mender_write_lines(m, tms_str_slice(m->xml, m->at, end));
	m->at = end + 1;
	return true;
}

bool xml_mender_take_tag(struct xml_mender *m)
{
	struct tms_str rest = tms_str_slice(m->xml, m->at, m->xml.len);

	if (rest.len > 2 && rest.ptr[1] == '/' && is_name_start(rest.ptr[2])) {
		take_end(m);
		return true;
	}
	if (rest.len > 1 && is_name_start(rest.ptr[1]))
		return pass_before_root(m) || take_start(m);
	m->is_cut = rest.len == 1; /* the document ends in a "<" */
	return m->is_cut;
}
