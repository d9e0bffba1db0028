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
	FIELD = MENDER_LINE | MENDER_ALSO_HTML,
	HELD_TEXT = MENDER_TEXT,
	BODY = MENDER_TEXT | MENDER_ALSO_HTML,
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
	NAME("p", MENDER_FLAT),
	NAME("id", FIELD),
	NAME("br", MENDER_VOID),
	NAME("hr", MENDER_VOID),
	NAME("li", MENDER_FLAT),
	NAME("tr", MENDER_FLAT),
	NAME("td", MENDER_FLAT),
	NAME("th", MENDER_FLAT),
	NAME("dt", MENDER_FLAT),
	NAME("dd", MENDER_FLAT),
	NAME("rss", MENDER_LIST | MENDER_HOLDER),
	NAME("ttl", MENDER_LINE),
	NAME("img", MENDER_VOID),
	NAME("wbr", MENDER_VOID),
	NAME("col", MENDER_VOID),
	NAME("item", MENDER_ITEM | MENDER_HOLDER),
	NAME("feed", MENDER_LIST | MENDER_HOLDER),
	NAME("link", FIELD),
	NAME("guid", MENDER_LINE),
	NAME("docs", MENDER_LINE),
	NAME("area", MENDER_VOID),
	NAME("entry", MENDER_ITEM | MENDER_HOLDER),
	NAME("items", MENDER_LIST),
	NAME("title", FIELD),
	NAME("image", MENDER_HOLDER | MENDER_ALSO_HTML),
	NAME("input", MENDER_VOID),
	NAME("author", MENDER_LINE | MENDER_HOLDER),
	NAME("source", MENDER_HOLDER | MENDER_ALSO_HTML),
	NAME("issued", MENDER_LINE),
	NAME("rights", MENDER_LINE),
	NAME("option", MENDER_FLAT),
	NAME("channel", MENDER_LIST | MENDER_HOLDER),
	NAME("rdf:rdf", MENDER_LIST | MENDER_HOLDER),
	NAME("pubdate", MENDER_LINE),
	NAME("updated", MENDER_LINE),
	NAME("created", MENDER_LINE),
	NAME("dc:date", MENDER_LINE),
	NAME("summary", BODY),
	NAME("content", BODY),
	NAME("tagline", HELD_TEXT),
	NAME("modified", MENDER_LINE),
	NAME("category", FIELD),
	NAME("comments", MENDER_LINE),
	NAME("language", FIELD),
	NAME("dc:title", MENDER_LINE),
	NAME("subtitle", HELD_TEXT),
	NAME("textinput", MENDER_HOLDER),
	NAME("enclosure", MENDER_LINE),
	NAME("published", MENDER_LINE),
	NAME("generator", MENDER_LINE),
	NAME("copyright", MENDER_LINE),
	NAME("webmaster", MENDER_LINE),
	NAME("dc:rights", MENDER_LINE),
	NAME("dc:creator", MENDER_LINE),
	NAME("dc:subject", MENDER_LINE),
	NAME("contributor", MENDER_HOLDER),
	NAME("media:group", MENDER_HOLDER),
	NAME("dc:language", MENDER_LINE),
	NAME("description", HELD_TEXT),
	NAME("dc:publisher", MENDER_LINE),
	NAME("media:content", MENDER_HOLDER),
	NAME("lastbuilddate", MENDER_LINE),
	NAME("dc:identifier", MENDER_LINE),
	NAME("itunes:author", MENDER_LINE),
	NAME("managingeditor", MENDER_LINE),
	NAME("slash:comments", MENDER_LINE),
	NAME("wfw:commentrss", MENDER_LINE),
	NAME("dc:description", HELD_TEXT),
	NAME("itunes:summary", HELD_TEXT),
	NAME("itunes:duration", MENDER_LINE),
	NAME("itunes:explicit", MENDER_LINE),
	NAME("content:encoded", HELD_TEXT),
	NAME("media:description", HELD_TEXT),
	NAME("feedburner:origlink", MENDER_LINE),
};

/* Where the names of each length begin, from one byte on; the last is where all end. */
static const uint8_t firsts[] = { 0, 1, 10, 15, 21, 26, 31, 40, 46, 53, 55, 59, 60, 64, 69, 72, 72,
	73, 73, 74 };

unsigned mender_kinds(struct tms_str name)
{
	if (name.len == 0 || name.len >= TMS_COUNT(firsts))
		return 0;
	for (size_t i = firsts[name.len - 1]; i < firsts[name.len]; i++)
		if (known[i].name.ptr[0] == tms_lower(name.ptr[0]) &&
			tms_str_equal_caseless(known[i].name, name))
			return known[i].kinds;
	return 0;
}

static void hash(struct mender *m, struct tms_str name, uint32_t hashes[MENDER_CASES])
{
	uint32_t exact = FNV_START, caseless = FNV_START;

	(void)tms_steps_take_bytes(m->steps, name.len);
	for (size_t i = 0; i < name.len; i++) {
		exact = (exact ^ (unsigned char)name.ptr[i]) * FNV_PRIME;
		caseless = (caseless ^ (unsigned char)tms_lower(name.ptr[i])) * FNV_PRIME;
	}
	hashes[MENDER_EXACT] = exact;
	hashes[MENDER_CASELESS] = caseless;
}

void mender_open(struct mender *m, struct tms_str name, unsigned kinds)
{
	struct mender_stack *s = &m->stack;
	struct mender_open *open = &s->open[s->count];

	if (s->count == MENDER_OPEN_MAX)
		return;
	*open = (struct mender_open){ .name = name, .kinds = (uint16_t)kinds };
	hash(m, name, open->hashes);
	if (s->count > 0) {
		open->innermost_list = open[-1].innermost_list;
		open->innermost_field = open[-1].innermost_field;
	}
	uint16_t place = (uint16_t)++s->count;
	if (kinds & MENDER_LIST)
		open->innermost_list = place;
	if (kinds & (MENDER_HOLDER | MENDER_LINE | MENDER_TEXT))
		open->innermost_field = place;
	for (int by = 0; by < MENDER_CASES; by++) {
		uint16_t *bucket = &s->buckets[by][open->hashes[by] % MENDER_BUCKETS];
		open->further[by] = *bucket;
		*bucket = place;
	}
}

void mender_close_down_to(struct mender *m, size_t depth, bool is_meant)
{
	struct mender_stack *s = &m->stack;

	while (s->count > depth) {
		struct mender_open *open = &s->open[--s->count];
		for (int by = 0; by < MENDER_CASES; by++)
			s->buckets[by][open->hashes[by] % MENDER_BUCKETS] = open->further[by];
		if (!is_meant || s->count > depth)
			mender_note(m, XML_MEND_UNCLOSED, m->at, open->name);
		(void)tms_steps_take_bytes(m->steps, open->name.len);
		tms_buf_add_cstr(m->out, "</");
		tms_buf_add(m->out, open->name);
		tms_buf_add_char(m->out, '>');
	}
	m->has_ended = m->has_root && s->count == 0;
}

size_t mender_depth_for(const struct mender *m, struct tms_str name, unsigned kinds)
{
	size_t count = m->stack.count;

	if (count == 0)
		return 0;
	const struct mender_open *last = &m->stack.open[count - 1];
	if ((kinds & MENDER_FLAT) && tms_str_equal(last->name, name))
		return count - 1;
	if (kinds & MENDER_ITEM)
		return last->innermost_list > 0 ? last->innermost_list : count;
	if (!(kinds & (MENDER_LINE | MENDER_TEXT)) || last->innermost_field == 0)
		return count;
	size_t place = last->innermost_field;
	unsigned open = m->stack.open[place - 1].kinds;
	if (open & MENDER_LINE)
		return place - 1;
	if (open & MENDER_HOLDER)
		return count;
	return kinds & MENDER_ALSO_HTML ? count : place - 1;
}

static size_t find_in(struct mender *m, struct tms_str name, enum mender_case by, uint32_t wanted)
{
	const struct mender_stack *s = &m->stack;
	size_t passed = 0, i = s->buckets[by][wanted % MENDER_BUCKETS];

	for (; i > 0; i = s->open[i - 1].further[by], passed++) {
		const struct mender_open *open = &s->open[i - 1];
		if (open->hashes[by] != wanted || open->name.len != name.len)
			continue;
		(void)tms_steps_take_bytes(m->steps, name.len);
		if (by == MENDER_EXACT ? tms_str_equal(open->name, name)
				       : tms_str_equal_caseless(open->name, name))
			break;
	}
	(void)tms_steps_take(m->steps, passed / PASSED_AT_ONCE);
	return i > 0 ? i - 1 : SIZE_MAX;
}

size_t mender_find_open(struct mender *m, struct tms_str name)
{
	uint32_t hashes[MENDER_CASES];

	hash(m, name, hashes);
	size_t exact = find_in(m, name, MENDER_EXACT, hashes[MENDER_EXACT]);
	return exact != SIZE_MAX ? exact
				 : find_in(m, name, MENDER_CASELESS, hashes[MENDER_CASELESS]);
}
