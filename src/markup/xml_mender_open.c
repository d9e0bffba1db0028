/*
 * The mender's stack: what an end tag closes, and which elements a start tag ends that should have
 * been ended before: an item holds no item, a title holds no link, a paragraph holds no paragraph.
 *
 * A document chooses its names and how deep they stand, and asks with every tag. So no question is
 * answered by a walk through the stack: what an element means is looked up when it opens, each
 * knows the innermost list and field up to it, and names lie in buckets.
 */
#include "xml_mender_private.h"

#define PASSED_AT_ONCE 16 /* others of a bucket are a step: their hashes differ */
#define FNV_START UINT32_C(2166136261)
#define FNV_PRIME UINT32_C(16777619)

enum {
	FIELD = XML_MENDER_LINE | XML_MENDER_ALSO_HTML,
	HELD_TEXT = XML_MENDER_TEXT,
	BODY = XML_MENDER_TEXT | XML_MENDER_ALSO_HTML,
};

struct known {
	struct tms_str name;
	unsigned kinds;
};
#define NAME(name, kinds)                                                                          \
	{                                                                                          \
		TMS_STR_INIT(name), kinds                                                          \
	}

/* In the order of their lengths, in lower case. */
static const struct known known[] = {
	NAME("p", XML_MENDER_FLAT),
	NAME("id", FIELD),
	NAME("br", XML_MENDER_VOID),
	NAME("hr", XML_MENDER_VOID),
	NAME("li", XML_MENDER_FLAT),
	NAME("tr", XML_MENDER_FLAT),
	NAME("td", XML_MENDER_FLAT),
	NAME("th", XML_MENDER_FLAT),
	NAME("dt", XML_MENDER_FLAT),
	NAME("dd", XML_MENDER_FLAT),
	NAME("rss", XML_MENDER_LIST | XML_MENDER_HOLDER),
	NAME("ttl", XML_MENDER_LINE),
	NAME("img", XML_MENDER_VOID),
	NAME("wbr", XML_MENDER_VOID),
	NAME("col", XML_MENDER_VOID),
	NAME("item", XML_MENDER_ITEM | XML_MENDER_HOLDER),
	NAME("feed", XML_MENDER_LIST | XML_MENDER_HOLDER),
	NAME("link", FIELD),
	NAME("guid", XML_MENDER_LINE),
	NAME("docs", XML_MENDER_LINE),
	NAME("area", XML_MENDER_VOID),
	NAME("entry", XML_MENDER_ITEM | XML_MENDER_HOLDER),
	NAME("items", XML_MENDER_LIST),
	NAME("title", FIELD),
	NAME("image", XML_MENDER_HOLDER | XML_MENDER_ALSO_HTML),
	NAME("input", XML_MENDER_VOID),
	NAME("author", XML_MENDER_LINE | XML_MENDER_HOLDER),
	NAME("source", XML_MENDER_HOLDER | XML_MENDER_ALSO_HTML),
	NAME("issued", XML_MENDER_LINE),
	NAME("rights", XML_MENDER_LINE),
	NAME("option", XML_MENDER_FLAT),
	NAME("channel", XML_MENDER_LIST | XML_MENDER_HOLDER),
	NAME("rdf:rdf", XML_MENDER_LIST | XML_MENDER_HOLDER),
	NAME("pubdate", XML_MENDER_LINE),
	NAME("updated", XML_MENDER_LINE),
	NAME("created", XML_MENDER_LINE),
	NAME("dc:date", XML_MENDER_LINE),
	NAME("summary", BODY),
	NAME("content", BODY),
	NAME("tagline", HELD_TEXT),
	NAME("modified", XML_MENDER_LINE),
	NAME("category", FIELD),
	NAME("comments", XML_MENDER_LINE),
	NAME("language", FIELD),
	NAME("dc:title", XML_MENDER_LINE),
	NAME("subtitle", HELD_TEXT),
	NAME("textinput", XML_MENDER_HOLDER),
	NAME("enclosure", XML_MENDER_LINE),
	NAME("published", XML_MENDER_LINE),
	NAME("generator", XML_MENDER_LINE),
	NAME("copyright", XML_MENDER_LINE),
	NAME("webmaster", XML_MENDER_LINE),
	NAME("dc:rights", XML_MENDER_LINE),
	NAME("dc:creator", XML_MENDER_LINE),
	NAME("dc:subject", XML_MENDER_LINE),
	NAME("contributor", XML_MENDER_HOLDER),
	NAME("media:group", XML_MENDER_HOLDER),
	NAME("dc:language", XML_MENDER_LINE),
	NAME("description", HELD_TEXT),
	NAME("dc:publisher", XML_MENDER_LINE),
	NAME("media:content", XML_MENDER_HOLDER),
	NAME("lastbuilddate", XML_MENDER_LINE),
	NAME("dc:identifier", XML_MENDER_LINE),
	NAME("itunes:author", XML_MENDER_LINE),
	NAME("managingeditor", XML_MENDER_LINE),
	NAME("slash:comments", XML_MENDER_LINE),
	NAME("wfw:commentrss", XML_MENDER_LINE),
	NAME("dc:description", HELD_TEXT),
	NAME("itunes:summary", HELD_TEXT),
	NAME("itunes:duration", XML_MENDER_LINE),
	NAME("itunes:explicit", XML_MENDER_LINE),
	NAME("content:encoded", HELD_TEXT),
	NAME("media:description", HELD_TEXT),
	NAME("feedburner:origlink", XML_MENDER_LINE),
};

/* Where the names of each length begin, from one byte on; the last is where all end. */
static const uint8_t firsts[] = { 0, 1, 10, 15, 21, 26, 31, 40, 46, 53, 55, 59, 60, 64, 69, 72, 72,
	73, 73, 74 };

unsigned xml_mender_kinds(struct tms_str name)
{
	if (name.len == 0 || name.len >= TMS_COUNT(firsts))
		return 0;
	for (size_t i = firsts[name.len - 1]; i < firsts[name.len]; i++)
		if (known[i].name.ptr[0] == tms_lower(name.ptr[0]) &&
			tms_str_equal_caseless(known[i].name, name))
			return known[i].kinds;
	return 0;
}

static void hash(struct xml_mender *m, struct tms_str name, uint32_t hashes[XML_MENDER_CASES])
{
	uint32_t exact = FNV_START, caseless = FNV_START;

	(void)tms_steps_take_bytes(m->steps, name.len);
	for (size_t i = 0; i < name.len; i++) {
		exact = (exact ^ (unsigned char)name.ptr[i]) * FNV_PRIME;
		caseless = (caseless ^ (unsigned char)tms_lower(name.ptr[i])) * FNV_PRIME;
	}
	hashes[XML_MENDER_EXACT] = exact;
	hashes[XML_MENDER_CASELESS] = caseless;
}

void xml_mender_open(struct xml_mender *m, struct tms_str name, unsigned kinds)
{
	struct xml_mender_stack *s = &m->stack;
	struct xml_mender_open *open = &s->open[s->count];

	if (s->count == XML_MENDER_OPEN_MAX)
		return;
	*open = (struct xml_mender_open){ .name = name, .kinds = (uint16_t)kinds };
	hash(m, name, open->hashes);
	if (s->count > 0) {
		open->innermost_list = open[-1].innermost_list;
		open->innermost_field = open[-1].innermost_field;
	}
	uint16_t place = (uint16_t)++s->count;
	if (kinds & XML_MENDER_LIST)
		open->innermost_list = place;
	if (kinds & (XML_MENDER_HOLDER | XML_MENDER_LINE | XML_MENDER_TEXT))
		open->innermost_field = place;
	for (int by = 0; by < XML_MENDER_CASES; by++) {
		uint16_t *bucket = &s->buckets[by][open->hashes[by] % XML_MENDER_BUCKETS];
		open->further[by] = *bucket;
		*bucket = place;
	}
}

void xml_mender_close_down_to(struct xml_mender *m, size_t depth, bool is_meant)
{
	struct xml_mender_stack *s = &m->stack;

	while (s->count > depth) {
		struct xml_mender_open *open = &s->open[--s->count];
		for (int by = 0; by < XML_MENDER_CASES; by++)
			s->buckets[by][open->hashes[by] % XML_MENDER_BUCKETS] = open->further[by];
		if (!is_meant || s->count > depth)
			xml_mender_note(m, XML_MEND_UNCLOSED, m->at, open->name);
		(void)tms_steps_take_bytes(m->steps, open->name.len);
		tms_buf_add_cstr(m->out, "</");
		tms_buf_add(m->out, open->name);
		tms_buf_add_char(m->out, '>');
	}
	m->has_ended = m->has_root && s->count == 0;
}

size_t xml_mender_depth_for(const struct xml_mender *m, struct tms_str name, unsigned kinds)
{
	size_t count = m->stack.count;

	if (count == 0)
		return 0;
	const struct xml_mender_open *last = &m->stack.open[count - 1];
	if ((kinds & XML_MENDER_FLAT) && tms_str_equal(last->name, name))
		return count - 1;
	if (kinds & XML_MENDER_ITEM)
		return last->innermost_list > 0 ? last->innermost_list : count;
	if (!(kinds & (XML_MENDER_LINE | XML_MENDER_TEXT)) || last->innermost_field == 0)
		return count;
	size_t place = last->innermost_field;
	unsigned open = m->stack.open[place - 1].kinds;
	if (open & XML_MENDER_LINE)
		return place - 1;
	if (open & XML_MENDER_HOLDER)
		return count;
	return kinds & XML_MENDER_ALSO_HTML ? count : place - 1;
}

static size_t find_in(
	struct xml_mender *m, struct tms_str name, enum xml_mender_case by, uint32_t wanted)
{
	const struct xml_mender_stack *s = &m->stack;
	size_t passed = 0, i = s->buckets[by][wanted % XML_MENDER_BUCKETS];

	for (; i > 0; i = s->open[i - 1].further[by], passed++) {
		const struct xml_mender_open *open = &s->open[i - 1];
		if (open->hashes[by] != wanted || open->name.len != name.len)
			continue;
		(void)tms_steps_take_bytes(m->steps, name.len);
		if (by == XML_MENDER_EXACT ? tms_str_equal(open->name, name)
					   : tms_str_equal_caseless(open->name, name))
			break;
	}
	(void)tms_steps_take(m->steps, passed / PASSED_AT_ONCE);
	return i > 0 ? i - 1 : SIZE_MAX;
}

size_t xml_mender_find_open(struct xml_mender *m, struct tms_str name)
{
	uint32_t hashes[XML_MENDER_CASES];

	hash(m, name, hashes);
	size_t exact = find_in(m, name, XML_MENDER_EXACT, hashes[XML_MENDER_EXACT]);
	return exact != SIZE_MAX
		       ? exact
		       : find_in(m, name, XML_MENDER_CASELESS, hashes[XML_MENDER_CASELESS]);
}
