/* What kind of document the bytes are, and which reader takes them. */
#include <tamis/listing.h>

#include <tamis/charset.h>
#include <tamis/discover.h>
#include <tamis/html_text.h>
#include <tamis/utf8.h>
#include <tamis/xml.h>

#include "atom.h"
#include "element.h"
#include "hf.h"
#include "jsonfeed.h"
#include "namespace.h"
#include "papers.h"
#include "rss.h"

const char *tms_listing_kind_name(enum tms_listing_kind kind)
{
	switch (kind) {
	case TMS_LISTING_HF_API:
		return "hf-api";
	case TMS_LISTING_HF_PAPER:
		return "hf-paper";
	case TMS_LISTING_HF_PAGE:
		return "hf-page";
	case TMS_LISTING_ATOM:
		return "atom";
	case TMS_LISTING_RSS:
		return "rss";
	case TMS_LISTING_JSONFEED:
		return "jsonfeed";
	case TMS_LISTING_RECIPE:
		return "recipe";
	}
	return "unknown";
}

const char *tms_listing_period_name(enum tms_listing_period period)
{
	switch (period) {
	case TMS_PERIOD_NONE:
		return "none";
	case TMS_PERIOD_DAY:
		return "day";
	case TMS_PERIOD_WEEK:
		return "week";
	case TMS_PERIOD_MONTH:
		return "month";
	case TMS_PERIOD_TRENDING:
		return "trending";
	}
	return "none";
}

/* What is read: the bytes, and what was said of them. */
struct input {
	struct tms_str body;
	struct tms_str content_type;
	struct tms_str url;
	size_t bytes_max;
};

/* ---- telling kinds apart ---- */

enum sniffed {
	SNIFFED_EMPTY,
	SNIFFED_PROLOG, /* nothing but comments, instructions and declarations */
	SNIFFED_JSON,
	SNIFFED_HTML,
	SNIFFED_XML,
	SNIFFED_OTHER,
};

/* So much of a document is looked at first to see what it is. */
#define SNIFFED_BYTES ((size_t)4096)

/* Behind "<?…?>", "<!-- … -->" and "<!…>" and the space between them; *doctype is set to what a <!DOCTYPE names. */
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

static enum sniffed sniff(struct tms_str text)
{
	struct tms_str doctype = { 0 };

	text = tms_str_trim(text);
	if (text.len == 0)
		return SNIFFED_EMPTY;
	if (text.ptr[0] == '{' || text.ptr[0] == '[')
		return SNIFFED_JSON;
	if (text.ptr[0] != '<')
		return has_feed_start(text) ? SNIFFED_XML : SNIFFED_OTHER;
	struct tms_str root = skip_prolog(text, &doctype);
	if (root.len == 0 && doctype.len == 0)
		return SNIFFED_PROLOG;
	if (is_feed_start(root)) /* whatever DOCTYPE stands before it */
		return SNIFFED_XML;
	if (is_html_start(root) || tms_str_starts_caseless(doctype, TMS_STR("html")))
		return SNIFFED_HTML;
	return SNIFFED_XML;
}

/* Text that can be looked into, whatever its charset: a listing in UTF-16 begins with NULs or a mark. */
static enum tms_status decode(struct tms_arena *arena, const struct input *in,
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

/* ---- what was found instead ---- */

static enum tms_status not_feed_text(struct build *b, struct tms_str text)
{
	struct tms_str start = build_line(b, "text", tms_utf8_cut(text, 120));

	tms_diag_set(b->diag, 1, 1, "this is neither XML, HTML nor JSON; it begins \"%.*s\"",
		TMS_STR_ARGS(tms_utf8_cut(start, 60)));
	return TMS_ENOTFEED;
}

/* A page that names feeds is one step away from a listing: say which. */
static enum tms_status not_feed_html(struct build *b, const struct tms_xml_node *html)
{
	static const char no_feeds[] = "it names no feed; a recipe can read it";
	struct tms_discovery page;
	struct tms_buf feeds = { 0 };

	tms_discover_named(b->arena, html, b->url, &page);
	for (size_t i = 0; i < page.count && i < 3; i++)
		tms_buf_format(&feeds, "%s%.*s", i == 0 ? "" : ", ",
			TMS_STR_ARGS(tms_utf8_cut(page.candidates[i].url, 120)));
	if (page.named_total > 3)
		tms_buf_format(&feeds, " and %zu more", page.named_total - 3);
	if (page.title.len == 0)
		tms_diag_set(b->diag, 0, 0,
			"this is an HTML page without a title and without a list of papers; %s%.*s",
			feeds.len > 0 ? "it names these feeds: " : no_feeds,
			TMS_STR_ARGS(tms_buf_str(&feeds)));
	else
		tms_diag_set(b->diag, 0, 0,
			"this is an HTML page titled \"%.*s\", without a list of papers; %s%.*s",
			TMS_STR_ARGS(tms_utf8_cut(page.title, feeds.len > 0 ? 80 : 200)),
			feeds.len > 0 ? "it names these feeds: " : no_feeds,
			TMS_STR_ARGS(tms_buf_str(&feeds)));
	tms_buf_free(&feeds);
	return TMS_ENOTFEED;
}

static enum tms_status not_feed_json(struct build *b, const struct json_t *value)
{
	struct tms_buf names = { 0 };
	struct tms_str key;
	const struct json_t *member;
	void *cursor = NULL;
	int left = 6;

	if (tms_json_kind_of(value) != TMS_JSON_OBJECT) {
		tms_diag_set(b->diag, 1, 1,
			"this is JSON, but neither a JSON Feed nor a list of papers");
		return TMS_ENOTFEED;
	}
	while (left-- > 0 && tms_json_next(value, &cursor, &key, &member)) {
		if (names.len > 0)
			tms_buf_add_cstr(&names, ", ");
		tms_json_write_str(&names, tms_utf8_cut(key, 40));
	}
	tms_diag_set(b->diag, 1, 1,
		"this is a JSON object, but neither a JSON Feed nor a paper; its members are %.*s",
		TMS_STR_ARGS(tms_buf_str(&names)));
	tms_buf_free(&names);
	return TMS_ENOTFEED;
}

/* ---- JSON ---- */

/* An array is the API's when it is empty (past the last page) or has at least one element of its form. */
static bool is_hf_array(const struct json_t *value)
{
	size_t count = tms_json_count(value);

	if (tms_json_kind_of(value) != TMS_JSON_ARRAY)
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct json_t *element = tms_json_at(value, i);
		/* one archive has its items as the text of Python dictionaries */
		if (hf_is_item(element) || hf_is_paper(element) ||
			tms_str_starts(tms_json_text(element), TMS_STR("{'paper'")))
			return true;
	}
	return count == 0;
}

/* The API's address names the day: "?date=2026-06-09", "&week=2026-W24". */
static void period_of_address(struct build *b)
{
	static const struct tms_str names[] = { TMS_STR_INIT("date="), TMS_STR_INIT("week="),
		TMS_STR_INIT("month=") };
	size_t mark = tms_str_find_byte(b->url, '?', 0);
	struct tms_str query = tms_str_slice(b->url, mark == SIZE_MAX ? b->url.len : mark + 1,
		tms_str_find_byte(b->url, '#', 0));
	struct tms_str part;

	while (tms_str_split(&query, '&', &part)) {
		for (size_t i = 0; i < TMS_COUNT(names); i++)
			if (tms_str_starts(part, names[i]))
				hf_set_period(b, tms_str_slice(part, names[i].len, SIZE_MAX));
		if (tms_str_equal(part, TMS_STR("sort=trending")))
			b->listing->period = TMS_PERIOD_TRENDING;
	}
}

static enum tms_status read_json_value(struct build *b, const struct json_t *value)
{
	struct tms_listing *listing = b->listing;

	if (jsonfeed_is(value))
		return jsonfeed_read(b, value);
	listing->origin = TMS_ORIGIN_HF_API;
	if (is_hf_array(value)) {
		listing->kind = TMS_LISTING_HF_API;
		period_of_address(b);
		enum tms_status st = hf_read_items(b, value);
		hf_date_items(b);
		return st;
	}
	if (tms_json_kind_of(value) == TMS_JSON_OBJECT && hf_is_paper(value)) {
		listing->kind = TMS_LISTING_HF_PAPER;
		return hf_read_paper(b, value);
	}
	return not_feed_json(b, value);
}

static enum tms_status read_json(struct build *b, const struct input *in)
{
	const struct tms_json_limits limits = { .bytes = 4 * in->bytes_max };
	struct tms_str text;
	struct json_t *value = NULL;
	enum tms_status st = decode(b->arena, in, TMS_CHARSET_TEXT, &text, b->diag);

	if (st == TMS_OK)
		st = tms_json_parse(text, &limits, &value, b->diag);
	if (st != TMS_OK)
		return st;
	b->is_fleeting = true;
	st = read_json_value(b, value);
	tms_json_free(value);
	return st;
}

/* ---- XML and HTML ---- */

static enum tms_status read_root(struct build *b, const struct tms_xml_node *root)
{
	enum namespace_kind ns = namespace_of(b, root->ns);

	if (ns == NAMESPACE_OTHER)
		namespace_own(b, root->ns);
	if (element_is(root, "feed") || (ns == NAMESPACE_ATOM && element_is(root, "entry")))
		return atom_read(b, root);
	if (element_is(root, "rss") || element_is(root, "RDF") ||
		(ns == NAMESPACE_NONE && element_is(root, "channel")))
		return rss_read(b, root);
	if (element_is(root, "html"))
		return not_feed_html(b, root);
	tms_diag_set(b->diag, root->line, 0,
		"this is XML, but no feed: its first element is <%.*s>",
		TMS_STR_ARGS(tms_utf8_cut(root->name, 60)));
	return TMS_ENOTFEED;
}

/* They come first among the notes, so that none of an entry crowds them out. */
static void note_mended(struct build *b, const struct tms_xml_report *report)
{
	for (size_t i = 0; i < report->mended_count; i++) {
		b->line = report->mended[i].line;
		build_note(b, "%s", report->mended[i].text);
	}
	b->line = 0;
	b->listing->mended_count = b->listing->notes_count;
}

static enum tms_status read_xml(struct build *b, const struct input *in)
{
	const struct tms_xml_limits limits = { .bytes = in->bytes_max };
	struct tms_listing *listing = b->listing;
	struct tms_xml_node *root = NULL;
	struct tms_xml_report report = { 0 };
	enum tms_status st = tms_xml_parse(
		b->arena, in->body, in->content_type, true, &limits, &root, &report, b->diag);

	if (st != TMS_OK)
		return st;
	listing->recovered = report.recovered;
	listing->truncated = report.truncated;
	note_mended(b, &report);
	st = read_root(b, root);
	if (st != TMS_OK)
		return st;
	/* broken, but whole: then there are none */
	if (report.truncated && listing->items_count + listing->skipped_count == 0) {
		if (b->diag)
			*b->diag = report.first_fault;
		return TMS_EMALFORMED;
	}
	struct tms_str error = papers_error(listing);
	if (error.len > 0) {
		tms_diag_set(b->diag, 0, 0, "arXiv answers with an error: %.*s",
			TMS_STR_ARGS(tms_utf8_cut(error, 300)));
		return TMS_ENOTFEED;
	}
	return TMS_OK;
}

static enum tms_status read_html(struct build *b, const struct input *in)
{
	const struct tms_xml_limits limits = { .bytes = in->bytes_max };
	struct tms_xml_node *html = NULL;
	enum tms_status st =
		tms_html_parse(b->arena, in->body, in->content_type, &limits, &html, b->diag);

	if (st != TMS_OK)
		return st;
	st = hf_read_page(b, html);
	return st == TMS_ENOTFEED ? not_feed_html(b, html) : st;
}

/* ---- the whole ---- */

/* An XML declaration counts only at the very start, but feeds do begin with empty lines and comments. */
static struct tms_str from_declaration(struct tms_str body)
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

/*
 * Look at the start of a document, or at all of it where the start is nothing but space and
 * comments; its reader decodes the whole by the rules of its kind.
 */
static enum tms_status look(struct build *b, const struct input *in, enum sniffed *kind)
{
	struct input start = *in;
	size_t mark = tms_arena_mark(b->arena);
	enum tms_status st = TMS_OK;
	struct tms_str text;

	*kind = SNIFFED_EMPTY;
	for (size_t bytes = SNIFFED_BYTES; *kind <= SNIFFED_PROLOG; bytes = SIZE_MAX) {
		start.body = tms_str_slice(in->body, 0, bytes);
		st = decode(b->arena, &start, TMS_CHARSET_XML, &text, b->diag);
		if (st != TMS_OK)
			return st;
		*kind = sniff(text);
		if (start.body.len == in->body.len)
			break;
	}
	if (*kind == SNIFFED_OTHER)
		return not_feed_text(b, text);
	tms_arena_rewind(b->arena, mark);
	return TMS_OK;
}

static enum tms_status read_any(
	struct build *b, struct tms_str body, const struct tms_listing_hints *hints)
{
	const struct input trimmed = {
		.body = from_declaration(body),
		.content_type = hints->content_type,
		.url = hints->url,
		.bytes_max = hints->limits.bytes,
	}, *in = &trimmed;
	enum sniffed kind = SNIFFED_OTHER;
	enum tms_status st = look(b, in, &kind);

	if (st != TMS_OK)
		return st;
	switch (kind) {
	case SNIFFED_EMPTY:
		tms_diag_set(b->diag, 0, 0, "the document is empty");
		return TMS_ENOTFEED;
	case SNIFFED_JSON:
		return read_json(b, in);
	case SNIFFED_HTML:
		return read_html(b, in);
	case SNIFFED_PROLOG: /* its reader says what is missing */
	case SNIFFED_XML:
		return read_xml(b, in);
	case SNIFFED_OTHER:
		break;
	}
	return TMS_ENOTFEED;
}

enum tms_status tms_listing_parse(struct tms_arena *arena, struct tms_str body,
	const struct tms_listing_hints *hints, struct tms_listing *out, struct tms_diag *diag)
{
	if (hints && hints->recipe) {
		tms_diag_set(diag, 0, 0, "a recipe is to read this; tms_recipe_read does that");
		return TMS_EINVAL;
	}
	return build_whole(arena, body, hints, read_any, out, diag);
}
