/*
 * Attribute floods. libxml2 2.9.14 compares each attribute of an element with all others: 40,000
 * attributes (429 KB) cost 3.3 s. A byte scan before it costs about a millisecond per megabyte.
 *
 * An XML start tag cannot hold "<", not even in a value (libxml2 ends the tag there also when it
 * recovers), so the attributes of any tag that libxml2 may see lie in one run without "<". Counting
 * `name = "` in such runs needs no idea of comments and CDATA, and cannot be led astray by them. HTML has no such property: there the scan follows the tag that libxml2 itself is waiting to
 * finish (see xml_html.c).
 */
#include "xml_scan.h"

static bool is_name_byte(char byte)
{
	return tms_is_alnum(byte) || byte == ':' || byte == '_' || byte == '-' || byte == '.' ||
	       (unsigned char)byte >= 0x80;
}

/* Is the "=" at `at` the one of an attribute: white space, name, "=", a quote? */
static bool is_attribute(struct tms_str run, size_t at)
{
	size_t after = at + 1;

	while (after < run.len && tms_is_space(run.ptr[after]))
		after++;
	if (after == run.len || (run.ptr[after] != '"' && run.ptr[after] != '\''))
		return false;
	while (at > 0 && tms_is_space(run.ptr[at - 1]))
		at--;
	size_t name_end = at;
	while (at > 0 && is_name_byte(run.ptr[at - 1]))
		at--;
	return at < name_end && at > 0 && tms_is_space(run.ptr[at - 1]);
}

/* Those of the tag that begins the run; what is behind it is text, perhaps escaped HTML. As libxml2
 * has it, a tag ends at the first ">" that stands in no value, or where a value does not end. */
static size_t count_attributes(struct tms_str run, size_t limit)
{
	size_t count = 0, at = 0;

	while (at < run.len && run.ptr[at] != '>' && count <= limit) {
		if (run.ptr[at++] != '=')
			continue;
		count += is_attribute(run, at - 1);
		while (at < run.len && tms_is_space(run.ptr[at]))
			at++;
		if (at == run.len || (run.ptr[at] != '"' && run.ptr[at] != '\''))
			continue;
		size_t end = tms_str_find_byte(run, run.ptr[at], at + 1);
		at = end == SIZE_MAX ? run.len : end + 1;
	}
	return count;
}

bool xml_scan_has_flood(struct tms_str xml, size_t limit, size_t *offset)
{
	size_t at = tms_str_find_byte(xml, '<', 0);

	while (at != SIZE_MAX) {
		/* a="" is the shortest attribute: a run with so many of them is that long, so of
		 * all that begin within reach only the last one can be */
		struct tms_str reach = tms_str_slice(xml, at + 1, at + 1 + 5 * limit);
		const char *last = reach.len > 0 ? memrchr(reach.ptr, '<', reach.len) : NULL;
		if (last) {
			at = (size_t)(last - xml.ptr);
			continue;
		}
		size_t next = tms_str_find_byte(xml, '<', at + 1);
		struct tms_str run = tms_str_slice(xml, at + 1, next);
		if (run.len / 5 >= limit && is_name_byte(run.ptr[0]) &&
			count_attributes(run, limit) > limit) {
			*offset = at;
			return true;
		}
		at = next;
	}
	return false;
}

static void feed_byte(struct xml_scan_html *scan, char byte)
{
	bool space = tms_is_space(byte);

	if (scan->quote) {
		if (byte == scan->quote)
			*scan = (struct xml_scan_html){ .attributes = scan->attributes };
	} else if (byte == '>') {
		scan->closed = true;
	} else if (space || (byte == '/' && !scan->unquoted)) {
		scan->inside = scan->unquoted = false; /* behind "=" a value may still come */
	} else if (byte == '=' && !scan->unquoted) {
		scan->value = true;
	} else if (scan->value) {
		scan->value = false;
		scan->quote = byte == '"' || byte == '\'' ? byte : '\0';
		scan->unquoted = scan->inside = !scan->quote;
	} else if (!scan->inside) {
		scan->inside = true;
		scan->attributes++;
	}
}

void xml_scan_html_feed(struct xml_scan_html *scan, struct tms_str piece)
{
	for (size_t i = 0; i < piece.len && !scan->closed; i++)
		feed_byte(scan, piece.ptr[i]);
}
