/*
 * The visible cards of a list page: what is left when the data of the page are missing. They carry
 * no date, no author names and, but for trending and search pages, no abstract.
 */
#include "hf_private.h"

#include <tamis/identity.h>

#define HF_SITE TMS_STR("https://huggingface.co/")

static bool is_element(const struct tms_xml_node *node, const char *name)
{
	return tms_str_equal(node->name, tms_str_from(name));
}

static bool has_class(const struct tms_xml_node *node, const char *name)
{
	struct tms_str classes = tms_xml_attribute_value(node, "class");
	struct tms_str part;

	while (tms_str_split(&classes, ' ', &part))
		if (tms_str_equal(part, tms_str_from(name)))
			return true;
	return false;
}

/* The id of a link to a paper's page, "/papers/2407.21783"; other links give nothing. */
static struct tms_str linked_paper(struct build *b, const struct tms_xml_node *node)
{
	struct tms_str href = tms_xml_attribute_value(node, "href");

	if (!is_element(node, "a") || href.len == 0)
		return (struct tms_str){ 0 };
	return tms_arxiv_id_of_url(b->arena, build_url(b, HF_SITE, href));
}

/*
 * The next element of the card; a card inside it is one of its own. Counted, and NULL when no step
 * is left.
 */
static const struct tms_xml_node *next_of(
	struct build *b, const struct tms_xml_node *card, const struct tms_xml_node *node)
{
	const struct tms_xml_node *next = tms_xml_next_element(card, node);

	while (next && tms_str_equal(next->name, card->name)) {
		while (next != card && !next->next)
			next = next->parent;
		next = next == card ? NULL : next->next;
		if (next && next->name.len == 0)
			next = tms_xml_next_element(card, next);
	}
	return build_spend(b, 1) ? next : NULL;
}

/* So much of a text tells a number, a name or "Submitted by NAME". */
#define BEGINNING_BYTES ((size_t)200)

/*
 * The beginning of what stands in an element, on one line. Boxes stand in boxes, and each is asked
 * for its text, so no more of it is looked at than counts.
 */
static struct tms_str beginning_of(struct build *b, const struct tms_xml_node *top)
{
	struct tms_buf text = { .max = 2 * BEGINNING_BYTES };
	bool is_spaced = false;

	for (const struct tms_xml_node *node = tms_xml_next_node(top, top); node;
		node = tms_xml_next_node(top, node)) {
		size_t at = 0;
		for (; at < node->text.len && text.len < BEGINNING_BYTES; at++) {
			char byte = node->text.ptr[at];
			bool is_space = tms_is_space(byte);
			if (!is_space && is_spaced && text.len > 0)
				tms_buf_add_char(&text, ' ');
			if (!is_space)
				tms_buf_add_char(&text, byte);
			is_spaced = is_space;
		}
		if (!build_spend(b, 1 + at / 4) || text.len >= BEGINNING_BYTES)
			break;
	}
	struct tms_str line = build_line(b, "text", tms_buf_str(&text));
	line = tms_arena_copy(b->arena, line);
	tms_buf_free(&text);
	return line;
}

static const struct tms_xml_node *find_title(
	struct build *b, const struct tms_xml_node *card, struct tms_str *id)
{
	for (const struct tms_xml_node *node = card; node; node = next_of(b, card, node)) {
		if (!node->parent ||
			!(is_element(node->parent, "h3") || is_element(node->parent, "h2")))
			continue;
		*id = linked_paper(b, node);
		if (id->len > 0)
			return node;
	}
	return NULL;
}

/* "94", "1.2k", and "-" for none; false when it is no count. */
static bool count_of(struct tms_str text, int64_t *out)
{
	double value = 0;
	double unit = 1;

	text = tms_str_trim(text);
	if (tms_str_equal(text, TMS_STR("-"))) {
		*out = 0;
		return true;
	}
	if (tms_str_ends(text, TMS_STR("k")) || tms_str_ends(text, TMS_STR("K")))
		unit = 1e3;
	if (tms_str_ends(text, TMS_STR("M")))
		unit = 1e6;
	if (unit > 1)
		text.len--;
	if (text.len == 0 || text.len > 12 || !tms_is_digit(text.ptr[0]) ||
		!tms_str_double(text, &value))
		return false;
	*out = (int64_t)(value * unit + 0.5);
	return true;
}

static void read_number(struct build *b, enum tms_number number, const struct tms_xml_node *node)
{
	int64_t count;

	if (b->item.numbers[number] == TMS_NUMBER_NONE && count_of(beginning_of(b, node), &count))
		build_number(b, number, count);
}

static bool inside_vote(
	struct build *b, const struct tms_xml_node *node, const struct tms_xml_node *card)
{
	for (; node && node != card && build_spend(b, 1); node = node->parent)
		if (is_element(node, "a") &&
			tms_str_starts(tms_xml_attribute_value(node, "href"), TMS_STR("/login")))
			return true;
	return false;
}

static void read_submitter(struct build *b, const struct tms_xml_node *node)
{
	const struct tms_str words = TMS_STR("Submitted by");
	struct tms_str text = { 0 };

	if (b->item.submitter_name.len > 0)
		return;
	text = beginning_of(b, node);
	/* an outer box begins with the same words, and goes on */
	if (!tms_str_starts(text, words) || text.len > 100)
		return;
	b->item.submitter_name = tms_str_trim(tms_str_slice(text, words.len, SIZE_MAX));
	b->item.submitter = b->item.submitter_name;
}

/* The chip of an organisation: a link to one account, "/meta-llama". */
static bool is_account(struct tms_str href)
{
	return href.len > 1 && href.ptr[0] == '/' && tms_str_find_byte(href, '/', 1) == SIZE_MAX &&
	       tms_str_find_byte(href, '?', 0) == SIZE_MAX &&
	       !tms_str_equal(href, TMS_STR("/papers")) && !tms_str_equal(href, TMS_STR("/login"));
}

static void read_link(struct build *b, const struct tms_xml_node *node)
{
	struct tms_str href = tms_xml_attribute_value(node, "href");

	if (tms_str_ends(href, TMS_STR("#community"))) {
		read_number(b, TMS_NUMBER_COMMENTS, node);
	} else if (tms_str_starts(href, TMS_STR("https://github.com/"))) {
		if (b->item.code_url.len == 0)
			b->item.code_url = build_url(b, HF_SITE, href);
		read_number(b, TMS_NUMBER_STARS, node);
	} else if (is_account(href) && b->item.organization.len == 0 &&
		   !tms_str_equal(tms_str_slice(href, 1, SIZE_MAX), b->item.submitter_name)) {
		b->item.organization_name =
			build_line(b, "organization", tms_str_slice(href, 1, SIZE_MAX));
		b->item.organization = build_line(b, "organization", tms_xml_text(b->arena, node));
		if (b->item.organization.len == 0)
			b->item.organization = b->item.organization_name;
	}
}

static void read_part(
	struct build *b, const struct tms_xml_node *card, const struct tms_xml_node *node)
{
	struct tms_item *item = &b->item;

	if (is_element(node, "a"))
		read_link(b, node);
	else if (is_element(node, "img") && item->thumbnail.len == 0 && node->parent &&
		 linked_paper(b, node->parent).len > 0)
		item->thumbnail = build_url(b, HF_SITE, tms_xml_attribute_value(node, "src"));
	else if (is_element(node, "div") && has_class(node, "leading-none") &&
		 inside_vote(b, node, card))
		read_number(b, TMS_NUMBER_UPVOTES, node);
	else if (is_element(node, "div"))
		read_submitter(b, node);
	else if (is_element(node, "p") && item->summary.len == 0)
		item->summary = build_paragraphs(b, "summary", tms_xml_text(b->arena, node));
}

static enum tms_status read_card(struct build *b, const struct tms_xml_node *card, size_t *found)
{
	struct tms_str id = { 0 };
	const struct tms_xml_node *title = find_title(b, card, &id);
	struct tms_item *item = &b->item;

	if (!title)
		return b->arena->status; /* an article of another kind */
	++*found;
	build_begin(b, card->line);
	item->upstream_id = id;
	item->title = build_line(b, "title", tms_xml_text(b->arena, title));
	item->link = tms_hf_paper_url(b->arena, id);
	item->discussion_url =
		tms_arena_format(b->arena, "%.*s#community", TMS_STR_ARGS(item->link));
	hf_add_links(b, id);
	for (const struct tms_xml_node *node = next_of(b, card, card); node;
		node = next_of(b, card, node))
		read_part(b, card, node);
	return build_end(b);
}

/* Where the layout has lost its articles, a heading with a link to a paper still names one. */
static enum tms_status read_headings(struct build *b, const struct tms_xml_node *top, size_t *found)
{
	enum tms_status st = TMS_OK;

	for (const struct tms_xml_node *node = top; node && st == TMS_OK;
		node = tms_xml_next_element(top, node))
		if (is_element(node, "h3"))
			st = read_card(b, node, found);
	return st;
}

enum tms_status hf_read_cards(struct build *b, const struct tms_xml_node *top, size_t *found)
{
	enum tms_status st = TMS_OK;

	*found = 0;
	for (const struct tms_xml_node *node = top; node && st == TMS_OK;
		node = tms_xml_next_element(top, node))
		if (is_element(node, "article"))
			st = read_card(b, node, found);
	if (st == TMS_OK && *found == 0)
		st = read_headings(b, top, found);
	return st;
}
