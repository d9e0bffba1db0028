/*
 * Bytes to a listing: which reader takes a document, and what is said of one that no reader takes.
 */
#include <tamis/listing.h>

#include <tamis/discover.h>
#include <tamis/utf8.h>
#include <tamis/xml.h>

#include "atom.h"
#include "element.h"
#include "hf_private.h"
#include "jsonfeed.h"
#include "namespace.h"
#include "papers.h"
#include "rss.h"
#include "sniff.h"

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

/*
 * An array is the API's when it is empty (past the last page) or has at least one element of its
 * form.
 */
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

static enum tms_status read_json(struct build *b, const struct sniff_document *in)
{
	const struct tms_json_limits limits = { .bytes = 4 * in->bytes_max };
	struct tms_str text;
	struct json_t *value = NULL;
	enum tms_status st = sniff_decode(b->arena, in, TMS_CHARSET_TEXT, &text, b->diag);

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

static enum tms_status read_xml(struct build *b, const struct sniff_document *in)
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

static enum tms_status read_html(struct build *b, const struct sniff_document *in)
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

static enum tms_status read_any(
	struct build *b, struct tms_str body, const struct tms_listing_hints *hints)
{
	const struct sniff_document trimmed = {
		.body = sniff_start(body),
		.content_type = hints->content_type,
		.bytes_max = hints->limits.bytes,
	}, *in = &trimmed;
	enum sniff_kind kind = SNIFF_OTHER;
	struct tms_str text = { 0 };
	enum tms_status st = sniff(b->arena, in, &kind, &text, b->diag);

	if (st != TMS_OK)
		return st;
	switch (kind) {
	case SNIFF_EMPTY:
		tms_diag_set(b->diag, 0, 0, "the document is empty");
		return TMS_ENOTFEED;
	case SNIFF_JSON:
		return read_json(b, in);
	case SNIFF_HTML:
		return read_html(b, in);
	case SNIFF_PROLOG: /* its reader says what is missing */
	case SNIFF_XML:
		return read_xml(b, in);
	case SNIFF_OTHER:
		break;
	}
	return not_feed_text(b, text);
}

enum tms_status tms_listing_parse(struct tms_arena *arena, struct tms_str body,
	const struct tms_listing_hints *hints, struct tms_listing *out, struct tms_diag *diag)
{
	if (hints && hints->recipe) {
		tms_diag_set(diag, 0, 0, "a recipe is to read this; tms_recipe_read does that");
		return TMS_EINVAL;
	}
	return build_listing(arena, body, hints, read_any, out, diag);
}
