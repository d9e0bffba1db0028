/* Parsing OPML to subscriptions: outlines walked without recursion, groups and feeds found. */
#include <tamis/opml.h>

#include <tamis/hash.h>
#include <tamis/html_text.h>
#include <tamis/link.h>
#include <tamis/url.h>
#include <tamis/utf8.h>
#include <tamis/xml.h>

struct opml_reader {
	struct tms_arena *arena;
	struct tms_opml *out;
	struct tms_map feeds;  /* address → its number + 1 */
	struct tms_map groups; /* parent and title → its number + 1 */
	size_t groups_capacity, feeds_capacity, notes_capacity;
	enum tms_status status;
};

/* "BEFORE what AFTER" */
static void note(struct opml_reader *r, const struct tms_xml_node *node, const char *before,
	struct tms_str what, const char *after)
{
	struct tms_opml *out = r->out;

	out->notes_total++;
	if (out->notes_count == TMS_OPML_NOTES_MAX ||
		!tms_arena_grow(r->arena, &out->notes, out->notes_count, &r->notes_capacity,
			sizeof(*out->notes)))
		return;
	what = tms_utf8_cut(what, 80);
	tms_diag_set(&out->notes[out->notes_count++], node->line, 0, "%s%.*s%s", before,
		TMS_STR_ARGS(what), after);
}

/* Names of attributes and elements occur in any case: xmlURL, xmlurl, OPML. */
static bool is_word(struct tms_str name, const char *word)
{
	size_t len = strlen(word);

	if (name.len != len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (tms_lower(name.ptr[i]) != word[i])
			return false;
	return true;
}

static struct tms_str attribute(const struct tms_xml_node *node, const char *name)
{
	for (size_t i = 0; i < node->attributes_count; i++)
		if (is_word(node->attributes[i].name, name))
			return tms_str_trim(node->attributes[i].value);
	return (struct tms_str){ 0 };
}

static const struct tms_xml_node *child(const struct tms_xml_node *node, const char *name)
{
	for (const struct tms_xml_node *at = node->first_child; at; at = at->next)
		if (is_word(at->name, name))
			return at;
	return NULL;
}

/* What an outliner shows; it may hold markup, as the specification says. */
static struct tms_str title_of(struct opml_reader *r, const struct tms_xml_node *node)
{
	struct tms_str title = tms_html_title_to_text(r->arena, attribute(node, "text"));

	if (title.len == 0)
		title = tms_html_title_to_text(r->arena, attribute(node, "title"));
	return title;
}

/* ---- groups ---- */

/* Outlines of one name side by side are one group. */
static size_t find_group(struct opml_reader *r, struct tms_str title, size_t parent)
{
	struct tms_opml *out = r->out;
	struct tms_str key =
		tms_arena_format(r->arena, "%zu %.*s", parent + 1, TMS_STR_ARGS(title));
	uintptr_t known = (uintptr_t)tms_map_find(&r->groups, key);

	if (known)
		return known - 1;
	if (out->groups_count == TMS_OPML_GROUPS_MAX) {
		r->status = TMS_ELIMIT;
		return TMS_OPML_NONE;
	}
	if (!tms_arena_grow(r->arena, &out->groups, out->groups_count, &r->groups_capacity,
		    sizeof(*out->groups)) ||
		tms_map_put(&r->groups, key, (void *)(out->groups_count + 1)) != TMS_OK) {
		r->status = TMS_ENOMEM;
		return TMS_OPML_NONE;
	}
	out->groups[out->groups_count] = (struct tms_opml_group){ title, parent };
	return out->groups_count++;
}

static void enter_group(struct opml_reader *r, struct tms_opml_feed *feed, size_t group)
{
	if (group == TMS_OPML_NONE)
		return;
	for (size_t i = 0; i < feed->groups_count; i++)
		if (feed->groups[i] == group)
			return;
	if (feed->groups_count == TMS_OPML_FEED_GROUPS_MAX)
		return;
	size_t *groups = TMS_ARENA_ARRAY(r->arena, size_t, feed->groups_count + 1);
	if (!groups)
		return;
	for (size_t i = 0; i < feed->groups_count; i++)
		groups[i] = feed->groups[i];
	groups[feed->groups_count++] = group;
	feed->groups = groups;
}

/* "one,/two/three": each is a group at the top; readers mean whole names by them. */
static void enter_categories(struct opml_reader *r, struct tms_opml_feed *feed, struct tms_str list)
{
	struct tms_str part;

	while (r->status == TMS_OK && tms_str_split(&list, ',', &part)) {
		part = tms_str_trim(part);
		while (tms_str_starts(part, TMS_STR("/")))
			part = tms_str_slice(part, 1, part.len);
		part = tms_text_one_line(r->arena, part);
		if (part.len > 0)
			enter_group(r, feed, find_group(r, part, TMS_OPML_NONE));
	}
}

/* ---- feeds ---- */

static struct tms_opml_feed *find_feed(struct opml_reader *r, struct tms_str url)
{
	struct tms_opml *out = r->out;
	uintptr_t known = (uintptr_t)tms_map_find(&r->feeds, url);

	if (known)
		return &out->feeds[known - 1];
	if (out->feeds_count == TMS_OPML_FEEDS_MAX) {
		r->status = TMS_ELIMIT;
		return NULL;
	}
	if (!tms_arena_grow(r->arena, &out->feeds, out->feeds_count, &r->feeds_capacity,
		    sizeof(*out->feeds)) ||
		tms_map_put(&r->feeds, url, (void *)(out->feeds_count + 1)) != TMS_OK) {
		r->status = TMS_ENOMEM;
		return NULL;
	}
	out->feeds[out->feeds_count] = (struct tms_opml_feed){ .xml_url = url };
	return &out->feeds[out->feeds_count++];
}

static void add_feed(
	struct opml_reader *r, const struct tms_xml_node *node, struct tms_str url, size_t group)
{
	struct tms_str title = title_of(r, node), page = attribute(node, "htmlurl");

	struct tms_opml_feed *feed = find_feed(r, url);
	if (!feed)
		return;
	if (feed->title.len == 0)
		feed->title = title.len > 0 ? title : tms_link_host(r->arena, url);
	if (feed->title.len == 0)
		feed->title = url;
	if (feed->html_url.len == 0 && tms_url_is_http(page))
		feed->html_url = page;
	enter_group(r, feed, group);
	enter_categories(r, feed, attribute(node, "category"));
}

/* feed:https://…, feed://… and what else readers write before an address. */
static struct tms_str feed_url(struct opml_reader *r, const struct tms_xml_node *node)
{
	struct tms_str url = attribute(node, "xmlurl");

	if (url.len == 0 && !is_word(attribute(node, "type"), "link") &&
		!is_word(attribute(node, "type"), "include"))
		url = attribute(node, "url");
	if (tms_str_starts(url, TMS_STR("feed://")))
		return tms_arena_format(
			r->arena, "http%.*s", TMS_STR_ARGS(tms_str_slice(url, 4, url.len)));
	if (tms_str_starts(url, TMS_STR("feed:")))
		return tms_str_slice(url, 5, url.len);
	return url;
}

static void note_no_feed(struct opml_reader *r, const struct tms_xml_node *node, struct tms_str url)
{
	struct tms_str other = attribute(node, "url"), page = attribute(node, "htmlurl");

	if (url.len > 0)
		note(r, node, "\"", url, "\" is no address of the web and is left out");
	else if (other.len > 0)
		note(r, node, "another list, ", other, ", is not followed");
	else if (page.len > 0)
		note(r, node, "", page, " has no feed's address and is left out");
	else
		note(r, node, "\"", title_of(r, node),
			"\" has neither a feed's address nor outlines");
}

static bool has_outlines(const struct tms_xml_node *node)
{
	return child(node, "outline") != NULL;
}

/* An outline on its way down, and the group that its own outlines are in. */
static size_t read_outline(struct opml_reader *r, const struct tms_xml_node *node, size_t group)
{
	struct tms_str url = feed_url(r, node);

	if (tms_url_is_http(url))
		add_feed(r, node, url, group);
	else if (!has_outlines(node) || url.len > 0)
		note_no_feed(r, node, url);
	if (!has_outlines(node))
		return group;
	struct tms_str title = title_of(r, node);
	return title.len > 0 ? find_group(r, title, group) : group;
}

/* Depth first without recursion; the reader of XML bounds how deep it goes. */
static void read_outlines(struct opml_reader *r, const struct tms_xml_node *top)
{
	size_t within[256] = {
		TMS_OPML_NONE
	}; /* group of each level; below 250, see tms_xml_limits */
	const struct tms_xml_node *node = top->first_child;
	size_t depth = 0;

	while (node && r->status == TMS_OK && r->arena->status == TMS_OK) {
		bool is_outline = is_word(node->name, "outline");
		if (is_outline && depth + 1 < TMS_COUNT(within))
			within[depth + 1] = read_outline(r, node, within[depth]);
		if (is_outline && node->first_child && depth + 1 < TMS_COUNT(within)) {
			node = node->first_child;
			depth++;
			continue;
		}
		while (!node->next && node->parent != top) {
			node = node->parent;
			depth--;
		}
		node = node->next;
	}
}

/* ---- the document ---- */

static enum tms_status fail(struct tms_diag *diag, enum tms_status st)
{
	if (st == TMS_ELIMIT)
		tms_diag_set(diag, 0, 0, "it holds more than %d feeds or %d groups",
			TMS_OPML_FEEDS_MAX, TMS_OPML_GROUPS_MAX);
	else if (st == TMS_ENOTFEED)
		tms_diag_set(diag, 0, 0, "it is no OPML: there is no <opml> with a <body>");
	else if (st == TMS_ENOMEM)
		tms_diag_set(diag, 0, 0, "there is not enough memory");
	return st;
}

enum tms_status tms_opml_parse(
	struct tms_arena *arena, struct tms_str body, struct tms_opml *out, struct tms_diag *diag)
{
	const struct tms_xml_limits limits = { .bytes = TMS_OPML_BYTES_MAX };
	struct tms_xml_node *root = NULL;
	struct tms_xml_report report = { 0 };
	struct tms_opml made = { 0 };
	struct opml_reader r = { .arena = arena, .out = &made };

	enum tms_status st = tms_xml_parse(
		arena, body, (struct tms_str){ 0 }, true, &limits, &root, &report, diag);
	if (st != TMS_OK)
		return st;
	const struct tms_xml_node *head = child(root, "head"), *list = child(root, "body");
	if (!is_word(root->name, "opml") || !list)
		return fail(diag, TMS_ENOTFEED);
	if (report.recovered)
		note(&r, root, "", tms_str_from(report.first_fault.text),
			"; what could be read is used");
	if (head && child(head, "title"))
		made.title =
			tms_html_title_to_text(arena, tms_xml_text(arena, child(head, "title")));
	read_outlines(&r, list);
	tms_map_free(&r.feeds);
	tms_map_free(&r.groups);
	st = r.status != TMS_OK ? r.status : arena->status;
	if (st != TMS_OK)
		return fail(diag, st);
	*out = made;
	return TMS_OK;
}
