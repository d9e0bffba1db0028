/*
 * The list pages of huggingface.co/papers. The component "DailyPapers" carries the API's items as
 * JSON in an attribute; where that is missing, the visible cards are read.
 */
#include "hf_private.h"

#include <tamis/html_text.h>
#include <tamis/identity.h>

static const struct tms_xml_node *find_component(const struct tms_xml_node *html)
{
	for (const struct tms_xml_node *node = html; node; node = tms_xml_next_element(html, node))
		if (tms_str_equal(
			    tms_xml_attribute_value(node, "data-target"), TMS_STR("DailyPapers")))
			return node;
	return NULL;
}

/* A paper page has the address of one paper, a list page that of a list. */
static struct tms_str canonical_url(const struct tms_xml_node *html)
{
	struct tms_str og = { 0 };

	for (const struct tms_xml_node *node = html; node;
		node = tms_xml_next_element(html, node)) {
		if (tms_str_equal(node->name, TMS_STR("body")))
			break;
		if (tms_str_equal(node->name, TMS_STR("link")) &&
			tms_str_equal(tms_xml_attribute_value(node, "rel"), TMS_STR("canonical")))
			return tms_xml_attribute_value(node, "href");
		if (tms_str_equal(tms_xml_attribute_value(node, "property"), TMS_STR("og:url")))
			og = tms_xml_attribute_value(node, "content");
	}
	return og;
}

static void read_head(struct build *b, const struct tms_xml_node *html)
{
	struct tms_listing *listing = b->listing;

	for (const struct tms_xml_node *node = html; node;
		node = tms_xml_next_element(html, node)) {
		if (tms_str_equal(node->name, TMS_STR("body")))
			return;
		if (tms_str_equal(node->name, TMS_STR("title")) && listing->title.len == 0)
			listing->title = build_line(b, "title", tms_xml_text(b->arena, node));
		if (tms_str_equal(tms_xml_attribute_value(node, "name"), TMS_STR("description")))
			listing->subtitle = build_line(
				b, "description", tms_xml_attribute_value(node, "content"));
	}
}

/*
 * The period as the address says it: /papers/date/D, /papers/week/W, /papers/month/M,
 * /papers/trending, ?date=D.
 */
static void period_from_url(struct build *b, struct tms_str url)
{
	static const struct tms_str marks[] = { TMS_STR_INIT("/papers/date/"),
		TMS_STR_INIT("/papers/week/"), TMS_STR_INIT("/papers/month/"),
		TMS_STR_INIT("?date=") };

	if (tms_str_find(url, TMS_STR("/papers/trending"), 0) != SIZE_MAX)
		b->listing->period = TMS_PERIOD_TRENDING;
	for (size_t i = 0; i < TMS_COUNT(marks); i++) {
		size_t at = tms_str_find(url, marks[i], 0);
		if (at == SIZE_MAX)
			continue;
		size_t end = at + marks[i].len;
		while (end < url.len && (tms_is_alnum(url.ptr[end]) || url.ptr[end] == '-'))
			end++;
		hf_set_period(b, tms_str_slice(url, at + marks[i].len, end));
	}
}

static void period_from_time(struct build *b, const struct tms_xml_node *top)
{
	for (const struct tms_xml_node *node = top; node; node = tms_xml_next_element(top, node)) {
		if (tms_str_equal(node->name, TMS_STR("article")))
			return; /* inside a card a time is of something else */
		if (!tms_str_equal(node->name, TMS_STR("time")))
			continue;
		hf_set_period(b, tms_xml_attribute_value(node, "datetime"));
		return;
	}
}

static enum tms_status read_props(struct build *b, const struct json_t *props)
{
	struct tms_listing *listing = b->listing;
	const struct json_t *items = tms_json_array(props, "dailyPapers");
	struct tms_str date = tms_json_str(props, "dateString");

	if (date.len == 0)
		date = tms_json_str(props, "date"); /* 2024 */
	hf_set_period(b, date);
	if (tms_json_bool(props, "isTrending", false)) {
		listing->period = TMS_PERIOD_TRENDING;
		listing->period_date = (struct tms_str){ 0 };
	}
	listing->query = build_line(b, "query", tms_json_str(tms_json_object(props, "query"), "q"));
	/* in search mode dailyPapers still holds the unrelated default list */
	if (tms_json_array(props, "searchResults")) {
		items = tms_json_array(props, "searchResults");
		listing->period = TMS_PERIOD_NONE;
		listing->period_date = (struct tms_str){ 0 };
	}
	if (!items) {
		tms_diag_set(b->diag, 0, 0,
			"the data of the page have no list \"dailyPapers\" or \"searchResults\"");
		return TMS_EMALFORMED;
	}
	return hf_read_items(b, items);
}

static enum tms_status read_data(struct build *b, struct tms_str data)
{
	struct json_t *props = NULL;
	enum tms_status st = tms_json_parse(data, NULL, &props, b->diag);

	if (st != TMS_OK) {
		tms_diag_prefix(b->diag, "the data of the page: ");
		return st;
	}
	b->is_fleeting = true;
	st = read_props(b, props);
	b->is_fleeting = false;
	tms_json_free(props);
	return st;
}

/* Broken data are noted and passed over: the cards may still be there. */
static enum tms_status read_component(
	struct build *b, const struct tms_xml_node *component, bool *done)
{
	struct tms_str data = tms_xml_attribute_value(component, "data-props");
	enum tms_status st;

	*done = false;
	if (data.len == 0)
		return TMS_OK;
	struct tms_diag fault = { 0 };
	struct tms_diag *diag = b->diag;
	b->diag = &fault;
	st = read_data(b, data);
	b->diag = diag;
	*done = st == TMS_OK;
	if (st == TMS_EMALFORMED) {
		build_note(b, "%s", fault.text);
		b->listing->recovered = true;
		return TMS_OK;
	}
	if (st != TMS_OK && diag)
		*diag = fault;
	return st;
}

static enum tms_status read_visible(struct build *b, const struct tms_xml_node *top, bool has_fault)
{
	size_t cards = 0;

	period_from_time(b, top);
	enum tms_status st = hf_read_cards(b, top, &cards);
	if (st != TMS_OK || cards > 0 || !has_fault)
		return st;
	tms_diag_set(b->diag, 0, 0, "%s, and the page has no visible cards",
		b->listing->notes_count ? b->listing->notes[0].text : "it holds no data");
	return TMS_EMALFORMED;
}

enum tms_status hf_read_page(struct build *b, const struct tms_xml_node *html)
{
	struct tms_listing *listing = b->listing;
	const struct tms_xml_node *component = find_component(html);
	struct tms_str url = canonical_url(html);
	struct tms_str here = url.len ? url : b->url;
	bool done = false;
	enum tms_status st = TMS_OK;

	/* without the component only the address says that the cards are papers */
	bool is_list = tms_str_find(here, TMS_STR("huggingface.co/papers"), 0) != SIZE_MAX &&
		       tms_arxiv_id_of_url(b->arena, here).len == 0;
	if (!component && !is_list)
		return TMS_ENOTFEED;
	listing->kind = TMS_LISTING_HF_PAGE;
	listing->origin = TMS_ORIGIN_HF_PAGE;
	b->base = TMS_STR("https://huggingface.co/papers");
	listing->link = build_url(b, b->base, here.len ? here : b->base);
	read_head(b, html);
	period_from_url(b, listing->link);
	if (component)
		st = read_component(b, component, &done);
	if (st == TMS_OK && !done)
		st = read_visible(b, component ? component : html,
			!component || tms_xml_attribute_value(component, "data-props").len > 0);
	if (st == TMS_OK)
		hf_date_items(b);
	return st == TMS_OK ? b->arena->status : st;
}
