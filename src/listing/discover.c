/*
 * A page is walked once, from its start. A <link> that says so is a feed; a link in the text is one
 * when its address looks like it. <base> counts for what stands behind it, as HTML asks pages to
 * write it. Everything found is put in rank order at the end: links of the head as they stand (as
 * browsers showed them), then links of the text, of this host before others, then guesses, then
 * comments.
 */
#include <tamis/discover.h>

#include <tamis/charset.h>
#include <tamis/html_text.h>
#include <tamis/steps.h>
#include <tamis/url.h>
#include <tamis/utf8.h>
#include <tamis/xml.h>

#define SNIFFED_BYTES ((size_t)4096)
#define TITLE_BYTES_MAX 200u

const char *tms_candidate_why_name(enum tms_candidate_why why)
{
	switch (why) {
	case TMS_CANDIDATE_LINK:
		return "link";
	case TMS_CANDIDATE_ANCHOR:
		return "anchor";
	case TMS_CANDIDATE_GUESS:
		return "guess";
	}
	return "unknown";
}

/* What the types that pages write are worth. */
enum worth {
	NO_FEED,
	MAYBE_FEED, /* the type of many things: the address has to look like a feed's */
	A_FEED,
};

static enum worth worth_of(struct tms_str type)
{
	static const struct {
		const char *type;
		enum worth worth;
	} types[] = {
		{ "application/rss+xml", A_FEED },
		{ "application/atom+xml", A_FEED },
		{ "application/feed+json", A_FEED },
		{ "application/rdf+xml", A_FEED },
		{ "application/x.atom+xml", A_FEED },
		{ "application/x-atom+xml", A_FEED },
		{ "application/x-rss+xml", A_FEED },
		{ "application/rss", A_FEED },
		{ "application/atom", A_FEED },
		{ "text/rss+xml", A_FEED },
		{ "text/atom+xml", A_FEED },
		{ "text/rss", A_FEED },
		{ "text/atom", A_FEED },
		{ "text/xml", MAYBE_FEED },
		{ "application/xml", MAYBE_FEED },
		{ "application/json", MAYBE_FEED }, /* JSON Feed 1.0; also many interfaces */
		{ "", MAYBE_FEED },
	};

	for (size_t i = 0; i < TMS_COUNT(types); i++)
		if (tms_str_equal(type, tms_str_from(types[i].type)))
			return types[i].worth;
	return NO_FEED;
}

struct discover_walk {
	struct tms_arena *arena;
	struct tms_str url; /* of the page */
	struct tms_str base;
	bool has_base;
	bool has_title;
	struct tms_candidate *found;
	size_t count, total;
	struct tms_steps steps;
	bool is_exhausted;
};

/* "Application/Atom+XML; charset=utf-8" → "application/atom+xml" */
static struct tms_str media_type(struct tms_arena *arena, struct tms_str value)
{
	struct tms_str type =
		tms_str_trim(tms_str_slice(value, 0, tms_str_find_byte(value, ';', 0)));
	struct tms_buf lower = { .max = 80 };

	for (size_t i = 0; i < type.len; i++)
		tms_buf_add_char(&lower, tms_lower(type.ptr[i]));
	if (lower.status != TMS_ELIMIT)
		return tms_arena_take(arena, &lower);
	tms_buf_free(&lower);
	return TMS_STR("too/long");
}

static bool has_word(struct tms_str words, const char *word)
{
	struct tms_str wanted = tms_str_from(word);

	for (size_t at = 0; at < words.len;) {
		size_t start = at;
		while (at < words.len && !tms_is_space(words.ptr[at]))
			at++;
		if (tms_str_equal_caseless(tms_str_slice(words, start, at), wanted))
			return true;
		at++;
	}
	return false;
}

/* "feed://example.org/x", "feed:https://example.org/x" and the schemes of podcasts mean http. */
static struct tms_str without_feed_scheme(struct tms_arena *arena, struct tms_str ref)
{
	static const struct tms_str schemes[] = { TMS_STR_INIT("feed:"), TMS_STR_INIT("itpc:"),
		TMS_STR_INIT("pcast:") };

	for (size_t i = 0; i < TMS_COUNT(schemes); i++) {
		if (!tms_str_starts_caseless(ref, schemes[i]))
			continue;
		struct tms_str rest = tms_str_slice(ref, schemes[i].len, ref.len);
		return tms_str_starts(rest, TMS_STR("//"))
			       ? tms_arena_format(arena, "http:%.*s", TMS_STR_ARGS(rest))
			       : rest;
	}
	return ref;
}

/* Empty when the reference leads to no address that can be asked. */
static struct tms_str address_of(struct discover_walk *walk, struct tms_str href)
{
	struct tms_str ref = without_feed_scheme(walk->arena, tms_str_trim(href));
	struct tms_url parts;

	if (ref.len == 0 || ref.len > TMS_ITEM_URL_BYTES_MAX)
		return TMS_STR_NONE;
	ref = tms_str_slice(ref, 0, tms_str_find_byte(ref, '#', 0));
	walk->is_exhausted =
		walk->is_exhausted || !tms_steps_take(&walk->steps, walk->base.len + ref.len);
	if (walk->is_exhausted)
		return TMS_STR_NONE;
	struct tms_str url = tms_url_resolve(walk->arena, walk->base, ref);
	if (tms_url_is_http(url))
		return url.len > TMS_ITEM_URL_BYTES_MAX ? TMS_STR_NONE : url;
	if (walk->base.len == 0 && tms_url_parse(ref, &parts) && parts.scheme.len == 0)
		return ref;
	return TMS_STR_NONE;
}

/* Does it speak of comments? The words of the languages that blogs are translated to most. */
static bool is_of_comments(struct tms_str text)
{
	static const struct tms_str words[] = { TMS_STR_INIT("comment"), TMS_STR_INIT("kommentar"),
		TMS_STR_INIT("comentario"), TMS_STR_INIT("comentário"), TMS_STR_INIT("commenti"),
		TMS_STR_INIT("reacties"), TMS_STR_INIT("komentar"), TMS_STR_INIT("комментар"),
		TMS_STR_INIT("коментар"), TMS_STR_INIT("コメント"), TMS_STR_INIT("评论"),
		TMS_STR_INIT("評論"), TMS_STR_INIT("댓글") };

	for (size_t i = 0; i < TMS_COUNT(words); i++)
		if (tms_str_find_caseless(text, words[i], 0) != SIZE_MAX)
			return true;
	return false;
}

/* True when something of the arena is kept for it. */
static bool add(
	struct discover_walk *walk, const struct tms_xml_node *node, enum tms_candidate_why why)
{
	struct tms_str url = address_of(walk, tms_xml_attribute_value(node, "href"));
	struct tms_str title = tms_xml_attribute_value(node, "title");

	if (url.len == 0 || tms_str_equal(url, walk->url))
		return false;
	for (size_t i = 0; i < walk->count; i++) {
		struct tms_candidate *known = &walk->found[i];
		if (!tms_str_equal(known->url, url))
			continue;
		if (why < known->why) /* a link in the text may stand before the <link> */
			known->why = why;
		if (known->type.len == 0)
			known->type =
				media_type(walk->arena, tms_xml_attribute_value(node, "type"));
		return true;
	}
	walk->total++;
	/* links of the head are never crowded out by links of the text */
	size_t most =
		why == TMS_CANDIDATE_LINK ? TMS_DISCOVER_NAMED_MAX : TMS_DISCOVER_NAMED_MAX / 2;
	if (walk->count >= most)
		return false;
	if (title.len == 0 && why == TMS_CANDIDATE_ANCHOR)
		title = tms_xml_text(walk->arena, node);
	title = tms_utf8_cut(tms_text_one_line(walk->arena, title), TITLE_BYTES_MAX);
	walk->found[walk->count++] = (struct tms_candidate){
		.url = url,
		.title = title,
		.type = media_type(walk->arena, tms_xml_attribute_value(node, "type")),
		.why = why,
		.is_comments = is_of_comments(title) || is_of_comments(url),
	};
	return true;
}

static bool is_feed_link(struct discover_walk *walk, const struct tms_xml_node *node)
{
	struct tms_str rel = tms_xml_attribute_value(node, "rel");
	struct tms_str href = tms_xml_attribute_value(node, "href");
	enum worth worth = worth_of(media_type(walk->arena, tms_xml_attribute_value(node, "type")));

	if (has_word(rel, "feed"))
		return worth != NO_FEED;
	if (!has_word(rel, "alternate") || has_word(rel, "stylesheet"))
		return false;
	return worth == A_FEED ||
	       (worth == MAYBE_FEED && tms_discover_is_feedlike(tms_str_trim(href)));
}

static bool is_feed_anchor(struct discover_walk *walk, const struct tms_xml_node *node)
{
	struct tms_str href = tms_str_trim(tms_xml_attribute_value(node, "href"));
	struct tms_str type = media_type(walk->arena, tms_xml_attribute_value(node, "type"));

	return tms_discover_is_feedlike(href) || (type.len > 0 && worth_of(type) == A_FEED);
}

static void take_base(struct discover_walk *walk, const struct tms_xml_node *node)
{
	struct tms_str href = tms_str_trim(tms_xml_attribute_value(node, "href"));

	if (walk->has_base || href.len == 0 || href.len > TMS_ITEM_URL_BYTES_MAX)
		return;
	struct tms_str base = tms_url_resolve(walk->arena, walk->url, href);
	if (tms_url_is_http(base))
		walk->base = base;
	walk->has_base = true;
}

static void take(
	struct discover_walk *walk, const struct tms_xml_node *node, struct tms_discovery *out)
{
	size_t mark = tms_arena_mark(walk->arena);
	bool keeps = false; /* what was taken from the arena */

	if (tms_str_equal(node->name, TMS_STR("base"))) {
		take_base(walk, node);
		keeps = true;
	} else if (tms_str_equal(node->name, TMS_STR("link"))) {
		keeps = is_feed_link(walk, node) && add(walk, node, TMS_CANDIDATE_LINK);
	} else if (tms_str_equal(node->name, TMS_STR("a")) ||
		   tms_str_equal(node->name, TMS_STR("area"))) {
		keeps = is_feed_anchor(walk, node) && add(walk, node, TMS_CANDIDATE_ANCHOR);
	} else if (!walk->has_title && tms_str_equal(node->name, TMS_STR("title"))) {
		struct tms_str title =
			tms_text_one_line(walk->arena, tms_xml_text(walk->arena, node));
		out->title = tms_utf8_cut(title, TITLE_BYTES_MAX);
		keeps = walk->has_title = true;
	}
	if (!keeps)
		tms_arena_rewind(walk->arena, mark);
}

/* ---- rank ---- */

static bool same_host(struct tms_str a, struct tms_str b)
{
	struct tms_url one, other;

	return tms_url_parse(a, &one) && tms_url_parse(b, &other) &&
	       tms_str_equal_caseless(one.host, other.host);
}

enum rank { RANK_LINK, RANK_ANCHOR, RANK_ANCHOR_ELSEWHERE, RANK_GUESS, RANK_COMMENTS, RANKS };

static enum rank rank_of(const struct tms_candidate *c, struct tms_str page)
{
	if (c->is_comments)
		return RANK_COMMENTS;
	switch (c->why) {
	case TMS_CANDIDATE_LINK:
		return RANK_LINK;
	case TMS_CANDIDATE_ANCHOR:
		return same_host(c->url, page) ? RANK_ANCHOR : RANK_ANCHOR_ELSEWHERE;
	case TMS_CANDIDATE_GUESS:
		break;
	}
	return RANK_GUESS;
}

static void put_in_order(
	struct tms_arena *arena, struct tms_str page, struct tms_discovery *discovery)
{
	struct tms_candidate *list =
		TMS_ARENA_ARRAY(arena, struct tms_candidate, discovery->count + 1);
	size_t count = 0;

	if (!list)
		return;
	for (int rank = 0; rank < RANKS; rank++)
		for (size_t i = 0; i < discovery->count; i++)
			if ((int)rank_of(&discovery->candidates[i], page) == rank)
				list[count++] = discovery->candidates[i];
	discovery->candidates = list;
}

void tms_discover_named(struct tms_arena *arena, const struct tms_xml_node *html,
	struct tms_str url, struct tms_discovery *out)
{
	struct discover_walk walk = { .arena = arena, .steps = { TMS_DISCOVER_STEPS } };

	*out = (struct tms_discovery){ 0 };
	walk.found = TMS_ARENA_ARRAY(
		arena, struct tms_candidate, TMS_DISCOVER_NAMED_MAX + TMS_DISCOVER_GUESSES_MAX);
	walk.url = tms_url_resolve(
		arena, TMS_STR_NONE, tms_str_slice(url, 0, tms_str_find_byte(url, '#', 0)));
	if (!tms_url_is_http(walk.url))
		walk.url = TMS_STR_NONE;
	walk.base = walk.url;
	for (const struct tms_xml_node *node = html; node && walk.found && !walk.is_exhausted;
		node = tms_xml_next_element(html, node))
		take(&walk, node, out);
	out->is_beginning = walk.is_exhausted;
	out->steps = TMS_DISCOVER_STEPS - walk.steps.left;
	out->candidates = walk.found;
	out->count = walk.count;
	out->named_total = walk.total;
	put_in_order(arena, walk.url, out);
}

/* ---- the whole ---- */

/* A page says so by its type, or by how it begins; a feed may speak of <html> further down. */
static bool is_page(
	struct tms_arena *arena, struct tms_str body, const struct tms_listing_hints *hints)
{
	const struct tms_charset_input in = { .body = tms_str_slice(body, 0, SNIFFED_BYTES),
		.content_type = hints->content_type,
		.kind = TMS_CHARSET_HTML };
	struct tms_str start = { 0 };

	if (tms_str_find_caseless(hints->content_type, TMS_STR("html"), 0) != SIZE_MAX)
		return true;
	if (tms_charset_to_utf8(arena, &in, &start, NULL, NULL) != TMS_OK)
		return false;
	start = tms_str_trim(start);
	return tms_str_starts(start, TMS_STR("<")) &&
	       (tms_str_find_caseless(start, TMS_STR("<html"), 0) != SIZE_MAX ||
		       tms_str_find_caseless(start, TMS_STR("<!doctype html"), 0) != SIZE_MAX ||
		       tms_str_starts_caseless(start, TMS_STR("<head")) ||
		       tms_str_starts_caseless(start, TMS_STR("<meta")) ||
		       tms_str_starts_caseless(start, TMS_STR("<title")));
}

/* Bytes of the head, or of what may be one. */
static struct tms_str beginning_of(struct tms_str body)
{
	struct tms_str start = tms_str_slice(body, 0, TMS_DISCOVER_BEGINNING_BYTES);
	size_t head = tms_str_find_caseless(start, TMS_STR("</head"), 0);

	if (head == SIZE_MAX)
		head = tms_str_find_caseless(start, TMS_STR("<body"), 0);
	return tms_str_slice(start, 0, head);
}

/* A page that holds nothing names nothing: that is no failure. */
static enum tms_status read_page(struct tms_arena *arena, struct tms_str body,
	const struct tms_listing_hints *hints, struct tms_discovery *found, struct tms_diag *diag)
{
	const struct tms_xml_limits limits = {
		.bytes = hints->limits.bytes ? hints->limits.bytes : TMS_LISTING_BYTES_MAX
	};
	struct tms_xml_node *html = NULL;
	enum tms_status st = tms_html_parse(arena, body, hints->content_type, &limits, &html, diag);

	/* what a page says of its feeds stands in its head: a flood behind it hides nothing */
	if (st == TMS_ELIMIT && arena->status == TMS_OK) {
		found->is_beginning = true;
		st = tms_html_parse(
			arena, beginning_of(body), hints->content_type, &limits, &html, diag);
	}
	if (st == TMS_OK) {
		bool is_beginning = found->is_beginning;
		tms_discover_named(arena, html, hints->url, found);
		found->is_beginning = is_beginning || found->is_beginning;
	}
	return st == TMS_ENOMEM ? st : TMS_OK;
}

static bool has_main_feed(const struct tms_discovery *found)
{
	for (size_t i = 0; i < found->count; i++)
		if (!found->candidates[i].is_comments)
			return true;
	return false;
}

/* Guesses stand behind what is named, and before comments. */
static void add_guesses(struct tms_arena *arena, struct tms_str url, struct tms_discovery *found)
{
	struct tms_candidate *guesses = NULL;
	size_t count = tms_discover_guesses(arena, url, &guesses);
	size_t comments = found->count;
	struct tms_candidate *all =
		TMS_ARENA_ARRAY(arena, struct tms_candidate, comments + count + 1);

	if (!all || count == 0)
		return;
	memcpy(all, guesses, count * sizeof(*all));
	for (size_t i = 0; i < comments; i++) {
		bool is_known = false;
		for (size_t k = 0; k < count && !is_known; k++)
			is_known = tms_str_equal(guesses[k].url, found->candidates[i].url);
		if (!is_known)
			all[count++] = found->candidates[i];
	}
	found->candidates = all;
	found->count = count;
}

enum tms_status tms_discover(struct tms_arena *arena, struct tms_str body,
	const struct tms_listing_hints *hints, struct tms_discovery *out, struct tms_diag *diag)
{
	static const struct tms_listing_hints no_hints = { 0 };
	struct tms_discovery found = { 0 };

	hints = hints ? hints : &no_hints;
	if (!is_page(arena, body, hints)) {
		tms_diag_set(diag, 1, 1, "this is no HTML page");
		return TMS_ENOTFEED;
	}
	enum tms_status st = read_page(arena, body, hints, &found, diag);
	if (st == TMS_OK && !has_main_feed(&found))
		add_guesses(arena, hints->url, &found);
	if (arena->status != TMS_OK) {
		tms_diag_set(diag, 0, 0, "no memory left for this page");
		st = TMS_ENOMEM;
	}
	if (st == TMS_OK)
		*out = found;
	return st;
}
