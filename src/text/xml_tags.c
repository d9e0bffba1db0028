/*
 * The mender's tags. A stack of what is open decides what an end tag closes, and which elements a
 * start tag ends that should have been ended before: an item holds no item, a title holds no link,
 * a paragraph holds no paragraph.
 */
#include "xml_mend.h"

#define REMEMBERED 64 /* attributes of one tag that are compared; more are nobody's mistake */
#define ATTRIBUTES_MAX 2048

enum { NO_DOUBLE_QUOTE = 8, NO_SINGLE_QUOTE, NO_RSS, NO_FEED, NO_RDF };

struct tag {
	struct tms_str name;
	struct tms_str seen[REMEMBERED];
	size_t attributes;
	size_t fault; /* where its first ill-formed attribute stands; 0: none */
	bool is_empty;
};

/* ---- what may stand in what ---- */

static const char *const items[] = { "item", "entry" };
static const char *const lists[] = { "channel", "feed", "rdf:rdf", "rss", "items" };
/* a field's children end at the nearest of these */
static const char *const holders[] = { "item", "entry", "channel", "feed", "rdf:rdf", "rss",
	"image", "textinput", "source", "author", "contributor", "media:group", "media:content" };
/* text and nothing else */
static const char *const lines[] = { "enclosure", "title", "link", "guid", "pubdate", "id",
	"updated", "published", "issued", "modified", "created", "category", "comments", "author",
	"language", "generator", "copyright", "rights", "managingeditor", "webmaster",
	"lastbuilddate", "ttl", "docs", "dc:title", "dc:creator", "dc:date", "dc:subject",
	"dc:language", "dc:publisher", "dc:identifier", "dc:rights", "slash:comments",
	"wfw:commentrss", "itunes:author", "itunes:duration", "itunes:explicit",
	"feedburner:origlink" };
/* text that may hold elements of HTML, some of which have the names of fields */
static const char *const texts[] = { "description", "summary", "content", "subtitle", "tagline",
	"content:encoded", "dc:description", "itunes:summary", "media:description" };
static const char *const also_html[] = { "title", "link", "source", "summary", "content", "image",
	"id", "category", "language" };
static const char *const void_html[] = { "br", "img", "hr", "input", "wbr", "area", "col" };
static const char *const flat_html[] = { "p", "li", "tr", "td", "th", "dt", "dd", "option" };

static bool is_one(struct tms_str name, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (tms_str_equal_caseless(name, tms_str_from(names[i])))
			return true;
	return false;
}
#define IS_ONE(name, names) is_one(name, names, TMS_COUNT(names))

/* ---- the stack ---- */

static void close_down_to(struct mender *m, size_t depth, bool is_meant)
{
	while (m->open_count > depth) {
		struct tms_str name = m->open[--m->open_count];
		if (!is_meant || m->open_count > depth)
			mender_note(m, XML_MEND_UNCLOSED, m->at, name);
		tms_buf_add_cstr(m->out, "</");
		tms_buf_add(m->out, name);
		tms_buf_add_char(m->out, '>');
	}
	m->has_ended = m->has_root && m->open_count == 0;
}

/* How many elements stay open when one of that name begins. */
static size_t depth_for(const struct mender *m, struct tms_str name)
{
	size_t count = m->open_count;

	if (count > 0 && IS_ONE(name, flat_html) && tms_str_equal(m->open[count - 1], name))
		return count - 1;
	if (IS_ONE(name, items)) {
		for (size_t i = count; i > 0; i--)
			if (IS_ONE(m->open[i - 1], lists))
				return i;
		return count;
	}
	if (!IS_ONE(name, lines) && !IS_ONE(name, texts))
		return count;
	for (size_t i = count; i > 0; i--) {
		struct tms_str open = m->open[i - 1];
		if (IS_ONE(open, lines))
			return i - 1;
		if (IS_ONE(open, holders))
			return count;
		if (IS_ONE(open, texts))
			return IS_ONE(name, also_html) ? count : i - 1;
	}
	return count;
}

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

static void fault(struct tag *tag, size_t at)
{
	tag->fault = tag->fault ? tag->fault : at;
}

static bool ends_value(struct tms_str xml, size_t at)
{
	return at == xml.len || tms_is_space(xml.ptr[at]) || xml.ptr[at] == '>' ||
	       xml.ptr[at] == '/' || xml.ptr[at] == '?';
}

/* The value whose opening quote stands at *at. With a "<" in it its closing quote has to look like
 * one; otherwise that quote was forgotten, and the value ends with the tag. */
static struct tms_str take_quoted(struct mender *m, struct tag *tag, size_t *at)
{
	size_t from = *at + 1;
	bool is_double = m->xml.ptr[*at] == '"';
	size_t end = mender_find(m, is_double ? TMS_STR("\"") : TMS_STR("'"), from,
		is_double ? NO_DOUBLE_QUOTE : NO_SINGLE_QUOTE);
	struct tms_str value = tms_str_slice(m->xml, from, end);

	if (end != SIZE_MAX && tms_str_find_byte(value, '<', 0) == SIZE_MAX) {
		if (!ends_value(m->xml, end + 1))
			fault(tag, from); /* a="1"b="2" */
		*at = end + 1;
		return value;
	}
	fault(tag, from);
	if (end != SIZE_MAX && ends_value(m->xml, end + 1)) {
		*at = end + 1;
		return value;
	}
	for (end = from; end < m->xml.len && m->xml.ptr[end] != '>' && m->xml.ptr[end] != '<';)
		end++;
	*at = end;
	return tms_str_slice(m->xml, from, end);
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

static void write_value(struct mender *m, struct tms_str value)
{
	size_t start = (size_t)(value.ptr - m->xml.ptr), end = start + value.len, at = start;

	while (at < end) {
		size_t next = tms_str_find_byte(tms_str_slice(m->xml, 0, end), '&', at);
		next = next == SIZE_MAX ? end : next;
		mender_write_text(m, tms_str_slice(m->xml, at, next), '"');
		at = next < end ? next + mender_write_reference(m, next) : end;
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

static void take_attribute(struct mender *m, struct tag *tag, size_t *at)
{
	size_t from = *at;
	struct tms_str name = take_name(m->xml, at), value = name;

	skip_space(m->xml, at);
	if (*at < m->xml.len && m->xml.ptr[*at] == '=') {
		++*at;
		skip_space(m->xml, at);
		char quote = '\0';
		if (*at < m->xml.len)
			quote = m->xml.ptr[*at];
		if (quote == '"' || quote == '\'') {
			value = take_quoted(m, tag, at);
		} else {
			fault(tag, from);
			value = take_bare(m->xml, at);
		}
	} else {
		fault(tag, from); /* <option selected> */
	}
	if (is_again(tag, name)) {
		fault(tag, from);
		return;
	}
	if (++tag->attributes > ATTRIBUTES_MAX)
		return; /* the tree refuses fewer */
	tms_buf_add_char(m->out, ' ');
	tms_buf_add(m->out, name);
	tms_buf_add_cstr(m->out, "=\"");
	write_value(m, value);
	tms_buf_add_char(m->out, '"');
}

/* ---- tags ---- */

/* Behind the name of a start tag; false where another "<" comes before its ">": it is no tag. */
static bool take_attributes(struct mender *m, struct tag *tag, size_t *at)
{
	struct tms_str xml = m->xml;

	while (*at < xml.len && xml.ptr[*at] != '>') {
		if (xml.ptr[*at] == '<')
			return false;
		tag->is_empty = xml.ptr[*at] == '/';
		if (tms_is_space(xml.ptr[*at]) || tag->is_empty) {
			++*at;
		} else if (is_name_start(xml.ptr[*at])) {
			take_attribute(m, tag, at);
		} else {
			fault(tag, *at);
			++*at;
		}
	}
	return true;
}

/* The name alone cannot be taken back out of `out`, so a tag is written behind a mark. */
static bool take_start(struct mender *m)
{
	struct tag tag = { 0 };
	size_t at = m->at + 1, mark = m->out->len;
	struct xml_mends before = *m->mends;

	tag.name = take_name(m->xml, &at);
	size_t depth = depth_for(m, tag.name);
	size_t open_count = m->open_count;
	close_down_to(m, depth, false);
	tms_buf_add_char(m->out, '<');
	tms_buf_add(m->out, tag.name);
	bool is_tag = take_attributes(m, &tag, &at);
	if (!is_tag || at == m->xml.len) {
		m->out->len = mark;
		m->open_count = open_count;
		m->has_ended = false;
		*m->mends = before;
		m->is_cut = is_tag;
		return is_tag;
	}
	if (tag.fault)
		mender_note(m, XML_MEND_ATTRIBUTE, tag.fault, tag.name);
	bool is_void = IS_ONE(tag.name, void_html);
	mender_write_lines(m, tms_str_slice(m->xml, m->at, at));
	tms_buf_add_cstr(m->out, tag.is_empty || is_void ? "/>" : ">");
	m->at = at + 1;
	if (!m->has_root)
		m->has_root = true;
	if (!tag.is_empty && !is_void && m->open_count < MENDER_OPEN_MAX)
		m->open[m->open_count++] = tag.name;
	m->has_ended = m->open_count == 0;
	return true;
}

static size_t find_open(const struct mender *m, struct tms_str name)
{
	for (size_t i = m->open_count; i > 0; i--)
		if (tms_str_equal(m->open[i - 1], name))
			return i - 1;
	for (size_t i = m->open_count; i > 0; i--)
		if (tms_str_equal_caseless(m->open[i - 1], name))
			return i - 1;
	return SIZE_MAX;
}

static void take_end(struct mender *m)
{
	size_t at = m->at + 2;
	struct tms_str name = take_name(m->xml, &at);
	size_t depth = find_open(m, name);

	while (at < m->xml.len && m->xml.ptr[at] != '>' && m->xml.ptr[at] != '<')
		at++;
	if (depth != SIZE_MAX)
		close_down_to(m, depth, true);
	else if (at == m->xml.len)
		m->is_cut = true;
	else if (m->open_count > 0 && !IS_ONE(name, void_html))
		mender_note(m, XML_MEND_STRAY, m->at, name);
	mender_write_lines(m, tms_str_slice(m->xml, m->at, at));
	m->at = at < m->xml.len && m->xml.ptr[at] == '>' ? at + 1 : at;
}

/* A warning of the program that writes the feed stands before it, in HTML. */
static bool pass_before_root(struct mender *m)
{
	size_t at = m->at + 1;

	if (m->has_root || IS_ONE(take_name(m->xml, &at), lists))
		return false;
	if (mender_find(m, TMS_STR("<rss"), at, NO_RSS) == SIZE_MAX &&
		mender_find(m, TMS_STR("<feed"), at, NO_FEED) == SIZE_MAX &&
		mender_find(m, TMS_STR("<rdf:RDF"), at, NO_RDF) == SIZE_MAX)
		return false;
	size_t end = tms_str_find_byte(m->xml, '>', at);
	if (end == SIZE_MAX)
		return false;
	mender_note(m, XML_MEND_BEFORE, m->at, TMS_STR_NONE);
	mender_write_lines(m, tms_str_slice(m->xml, m->at, end));
	m->at = end + 1;
	return true;
}

bool mender_take_tag(struct mender *m)
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
