/* What kind of document the bytes are, by how they begin. */
#include "sniff.h"

/* So much of a document is looked at first to see what it is. */
#define FIRST_BYTES ((size_t)4096)

/*
 * Behind "<?…?>", "<!-- … -->" and "<!…>" and the space between them; *doctype is set to what a
 * <!DOCTYPE names.
 */
static struct tms_str skip_prolog(struct tms_str text, struct tms_str *doctype)
{
	for (;;) {
		size_t end = SIZE_MAX;
		text = tms_str_trim(text);
		if (tms_str_starts(text, TMS_STR("<!--"))) {
			end = tms_str_find(text, TMS_STR("-->"), 4);
			end = end == SIZE_MAX ? end : end + 3;
		} else if (tms_str_starts(text, TMS_STR("<?")) ||
			   tms_str_starts(text, TMS_STR("<!"))) {
			if (tms_str_starts_caseless(text, TMS_STR("<!doctype")))
				*doctype = tms_str_trim(tms_str_slice(text, 9, 80));
			end = tms_str_find_byte(text, '>', 2);
			end = end == SIZE_MAX ? end : end + 1;
		} else {
			return text;
		}
		text = tms_str_slice(text, end, SIZE_MAX);
		if (end == SIZE_MAX || text.len == 0)
			return (struct tms_str){ 0 };
	}
}

static bool is_html_start(struct tms_str root)
{
	static const struct tms_str names[] = { TMS_STR_INIT("<html"), TMS_STR_INIT("<head"),
		TMS_STR_INIT("<body"), TMS_STR_INIT("<meta"), TMS_STR_INIT("<title"),
		TMS_STR_INIT("<main"), TMS_STR_INIT("<div"), TMS_STR_INIT("<script"),
		TMS_STR_INIT("<link r"), TMS_STR_INIT("<p>"), TMS_STR_INIT("<h1") };

	for (size_t i = 0; i < TMS_COUNT(names); i++)
		if (tms_str_starts_caseless(root, names[i]))
			return true;
	return false;
}

static const struct tms_str feed_starts[] = { TMS_STR_INIT("<rss"), TMS_STR_INIT("<feed"),
	TMS_STR_INIT("<rdf:RDF"), TMS_STR_INIT("<?xml ") };

static bool is_feed_start(struct tms_str root)
{
	for (size_t i = 0; i < TMS_COUNT(feed_starts); i++)
		if (tms_str_starts(root, feed_starts[i]))
			return true;
	return false;
}

/* Does a feed begin in it, behind a program's warning perhaps? */
static bool has_feed_start(struct tms_str text)
{
	for (size_t i = 0; i < TMS_COUNT(feed_starts); i++)
		if (tms_str_find(text, feed_starts[i], 0) != SIZE_MAX)
			return true;
	return false;
}

static enum sniff_kind kind_of(struct tms_str text)
{
	struct tms_str doctype = { 0 };

	text = tms_str_trim(text);
	if (text.len == 0)
		return SNIFF_EMPTY;
	if (text.ptr[0] == '{' || text.ptr[0] == '[')
		return SNIFF_JSON;
	if (text.ptr[0] != '<')
		return has_feed_start(text) ? SNIFF_XML : SNIFF_OTHER;
	struct tms_str root = skip_prolog(text, &doctype);
	if (root.len == 0 && doctype.len == 0)
		return SNIFF_PROLOG;
	if (is_feed_start(root)) /* whatever DOCTYPE stands before it */
		return SNIFF_XML;
	if (is_html_start(root) || tms_str_starts_caseless(doctype, TMS_STR("html")))
		return SNIFF_HTML;
	return SNIFF_XML;
}

enum tms_status sniff_decode(struct tms_arena *arena, const struct sniff_document *in,
	enum tms_charset_kind kind, struct tms_str *text, struct tms_diag *diag)
{
	const struct tms_charset_input input = {
		.body = in->body,
		.content_type = in->content_type,
		.kind = kind,
		.max_bytes = 4 * in->bytes_max, /* UTF-16 and single bytes grow up to threefold */
	};

	return tms_charset_to_utf8(arena, &input, text, NULL, diag);
}

struct tms_str sniff_start(struct tms_str body)
{
	struct tms_str rest = body;

	while (rest.len > 0 && tms_is_space(rest.ptr[0]))
		rest = tms_str_slice(rest, 1, SIZE_MAX);
	body = rest;
	while (tms_str_starts(rest, TMS_STR("<!--"))) {
		size_t end = tms_str_find(rest, TMS_STR("-->"), 4);
		rest = tms_str_slice(rest, end == SIZE_MAX ? rest.len : end + 3, SIZE_MAX);
		while (rest.len > 0 && tms_is_space(rest.ptr[0]))
			rest = tms_str_slice(rest, 1, SIZE_MAX);
	}
	return tms_str_starts(rest, TMS_STR("<?xml")) ? rest : body;
}

enum tms_status sniff(struct tms_arena *arena, const struct sniff_document *in,
	enum sniff_kind *kind, struct tms_str *text, struct tms_diag *diag)
{
	struct sniff_document start = *in;
	size_t mark = tms_arena_mark(arena);
	enum sniff_kind found = SNIFF_EMPTY;
	struct tms_str looked_at = { 0 };

	for (size_t bytes = FIRST_BYTES; found <= SNIFF_PROLOG; bytes = SIZE_MAX) {
		start.body = tms_str_slice(in->body, 0, bytes);
		enum tms_status st = sniff_decode(arena, &start, TMS_CHARSET_XML, &looked_at, diag);
		if (st != TMS_OK)
			return st;
		found = kind_of(looked_at);
		if (start.body.len == in->body.len)
			break;
	}
	*kind = found;
	*text = looked_at;
	if (found != SNIFF_OTHER) {
		*text = TMS_STR_NONE;
		tms_arena_rewind(arena, mark);
	}
	return TMS_OK;
}
