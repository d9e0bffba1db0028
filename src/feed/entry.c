/* From an item to an entry: which title, authors, links, categories and dates it shows. */
#include "entry.h"

#include <tamis/identity.h>
#include <tamis/link.h>
#include <tamis/url.h>
#include <tamis/utf8.h>

#include "content.h"
#include "instant.h"
#include "language.h"

#define ARXIV_SCHEME "http://arxiv.org/schemas/atom" /* the scheme of arXiv's own API */
#define NAME_BYTES_MAX 200
#define TITLE_BYTES 100 /* of one that is made of the text */

/* A fixed key: the values are the same in every process. */
static const struct tms_hash_seed spread_seed = { UINT64_C(0x74616d6973207570),
	UINT64_C(0x6461746564207573) };

struct entry_maker {
	struct tms_arena *arena;
	const struct tms_item *item;
	struct feed_entry *entry;
	struct tms_str paper; /* arXiv id, or empty */
	struct tms_str url;   /* where the entry leads, or empty */
};

int64_t entry_updated_us(const struct tms_merged *item, tms_time published)
{
	tms_time t = item->updated;

	if (t == TMS_TIME_NONE || t < published)
		t = published;
	return instant_clamp(t) * TMS_US_PER_S +
	       (int64_t)(tms_hash(spread_seed, item->item.id) % TMS_US_PER_S);
}

/* ---- links ---- */

/* `type/subtype` without parameters, or empty when it is none. */
static struct tms_str media_type(struct tms_str type)
{
	size_t slash = SIZE_MAX;

	type = tms_str_trim(tms_str_slice(type, 0, tms_str_find_byte(type, ';', 0)));
	for (size_t i = 0; i < type.len; i++) {
		char byte = type.ptr[i];
		if (byte == '/' && slash == SIZE_MAX && i > 0)
			slash = i;
		else if (!tms_is_alnum(byte) && !(byte && strchr("!#$&^_.+-", byte)))
			return (struct tms_str){ 0 };
	}
	if (slash == SIZE_MAX || slash + 1 == type.len)
		return (struct tms_str){ 0 };
	return type;
}

/* Each address stands once in an entry, under its first relation. */
static void add_link(struct entry_maker *m, struct feed_entry_link link)
{
	struct feed_entry *entry = m->entry;

	if (!tms_url_is_http(link.href) || entry->links_count == FEED_ENTRY_LINKS_MAX)
		return;
	for (size_t i = 0; i < entry->links_count; i++)
		if (tms_str_equal(entry->links[i].href, link.href))
			return;
	entry->links[entry->links_count++] = link;
}

static void add_page(struct entry_maker *m, enum feed_entry_rel rel, struct tms_str href)
{
	add_link(m, (struct feed_entry_link){ rel, href, TMS_STR("text/html"), 0 });
}

static void add_alternate(struct entry_maker *m, enum tms_feed_link choice)
{
	struct feed_entry_link link = { .rel = FEED_REL_ALTERNATE, .href = m->url };

	if (m->paper.len > 0)
		link.type = choice == TMS_FEED_LINK_PDF ? TMS_STR("application/pdf")
							: TMS_STR("text/html");
	add_link(m, link);
}

/* The counterparts first: NetNewsWire takes the first related link for the external page. */
static void add_related(struct entry_maker *m)
{
	const struct tms_item *item = m->item;

	if (m->paper.len > 0) {
		add_page(m, FEED_REL_RELATED, tms_arxiv_abs_url(m->arena, m->paper));
		if (content_is_on_hf(item))
			add_page(m, FEED_REL_RELATED, tms_hf_paper_url(m->arena, m->paper));
		if (tms_arxiv_id_of_url(m->arena, item->link).len == 0)
			add_link(m, (struct feed_entry_link){
					    .rel = FEED_REL_RELATED, .href = item->link });
	}
	add_page(m, FEED_REL_REPLIES, item->discussion_url);
}

static void add_enclosures(struct entry_maker *m)
{
	size_t count = 0;

	for (size_t i = 0; i < m->item->links_count && count < TMS_ENTRY_ENCLOSURES_MAX; i++) {
		const struct tms_link *from = &m->item->links[i];
		struct tms_str type = media_type(from->type);
		if (!tms_str_equal(from->rel, TMS_STR("enclosure")) || type.len == 0)
			continue;
		add_link(m, (struct feed_entry_link){
				    FEED_REL_ENCLOSURE, from->href, type, from->length });
		count++;
	}
}

/* ---- people and subjects ---- */

/*
 * An entry without author inherits the feed's, and a paper is not by the program that found it:
 * then the publishing organisation stands for it, else the site.
 */
static void add_authors(struct entry_maker *m)
{
	const struct tms_item *item = m->item;
	struct feed_entry *entry = m->entry;
	size_t shown = item->authors_count < TMS_ENTRY_AUTHORS_MAX ? item->authors_count
								   : TMS_ENTRY_AUTHORS_MAX;

	entry->authors = TMS_ARENA_ARRAY(m->arena, struct tms_str, shown + 1);
	if (!entry->authors)
		return;
	for (size_t i = 0; i < shown; i++)
		entry->authors[entry->authors_count++] =
			tms_utf8_cut(item->authors[i].name, NAME_BYTES_MAX);
	if (shown < item->authors_count)
		entry->authors[entry->authors_count++] =
			tms_arena_format(m->arena, "and %zu others", item->authors_count - shown);
	if (shown > 0)
		return;
	struct tms_str name = item->organization;
	if (name.len == 0)
		name = tms_link_host(m->arena, m->url);
	if (name.len > 0)
		entry->authors[entry->authors_count++] = tms_utf8_cut(name, NAME_BYTES_MAX);
}

/* "cs.CL", "hep-th", "math.AG": what arXiv calls its own categories. */
static bool is_arxiv_category(struct tms_str term)
{
	size_t dots = 0;

	for (size_t i = 0; i < term.len; i++) {
		if (term.ptr[i] == '.' && i > 0)
			dots++;
		else if (!tms_is_alpha(term.ptr[i]) && term.ptr[i] != '-')
			return false;
	}
	return term.len > 0 && term.ptr[0] >= 'a' && term.ptr[0] <= 'z' && dots <= 1 &&
	       term.ptr[term.len - 1] != '.';
}

static void add_categories(struct entry_maker *m)
{
	struct feed_entry *entry = m->entry;
	size_t count = m->item->categories_count < TMS_ENTRY_CATEGORIES_MAX
			       ? m->item->categories_count
			       : TMS_ENTRY_CATEGORIES_MAX;

	entry->categories = TMS_ARENA_ARRAY(m->arena, struct feed_entry_category, count + 1);
	for (size_t i = 0; entry->categories && i < count; i++) {
		const struct tms_category *c = &m->item->categories[i];
		struct tms_str term = tms_utf8_cut(tms_str_trim(c->term), NAME_BYTES_MAX);
		struct tms_str label = tms_utf8_cut(tms_str_trim(c->label), NAME_BYTES_MAX);
		struct tms_str scheme = { 0 };
		if (tms_url_is_http(c->scheme))
			scheme = c->scheme;
		else if (m->paper.len > 0 && is_arxiv_category(term))
			scheme = TMS_STR(ARXIV_SCHEME);
		if (term.len > 0)
			entry->categories[entry->categories_count++] =
				(struct feed_entry_category){ term, scheme, label };
	}
}

/* ---- the entry ---- */

/* Where an item has no title its text begins one, as readers do; where it has no text, its id. */
static struct tms_str title_of(struct tms_arena *arena, const struct tms_item *item)
{
	struct tms_str text = tms_str_trim(item->summary);

	if (tms_str_trim(item->title).len > 0)
		return item->title;
	text = tms_str_slice(text, 0, tms_str_find_byte(text, '\n', 0));
	if (text.len <= TITLE_BYTES)
		return text.len > 0 ? text : item->id;
	text = tms_utf8_cut(text, TITLE_BYTES);
	for (size_t i = text.len; i > TITLE_BYTES / 2; i--) /* at a word, where there are words */
		if (text.ptr[i - 1] == ' ') {
			text.len = i - 1;
			break;
		}
	return tms_arena_format(arena, "%.*s…", TMS_STR_ARGS(text));
}

static void set_html(struct entry_maker *m)
{
	struct tms_buf html = { 0 };

	content_write(&html, m->arena, m->item, m->url);
	m->entry->html = tms_arena_take(m->arena, &html);
}

enum tms_status entry_make(struct tms_arena *arena, const struct tms_merged *merged,
	struct tms_fragment_style style, struct feed_entry *out)
{
	const struct tms_item *item = &merged->item;
	struct entry_maker m = { .arena = arena, .item = item, .entry = out };

	m.paper = tms_identity_arxiv(item->id);
	m.url = tms_feed_entry_url(arena, style.link, item);
	*out = (struct feed_entry){
		.id = tms_item_atom_id(arena, item->id),
		.title = title_of(arena, item),
		.language = language_is(item->language) ? item->language : TMS_STR_NONE,
		.updated_us = entry_updated_us(merged, style.published),
		.published_us = instant_clamp(style.published) * TMS_US_PER_S,
		.numbers = item->numbers,
	};
	add_alternate(&m, style.link);
	add_related(&m);
	add_enclosures(&m);
	add_authors(&m);
	add_categories(&m);
	set_html(&m);
	return arena->status;
}

void entry_write_numbers(struct tms_buf *buf, const struct feed_entry *entry)
{
	bool open = false;

	for (int i = 0; i < TMS_NUMBERS; i++) {
		if (entry->numbers[i] == TMS_NUMBER_NONE)
			continue;
		if (!open)
			tms_buf_add_cstr(buf, "<rdf:Description xmlns:rdf="
					      "\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"");
		open = true;
		tms_buf_format(buf, " %s=\"%lld\"", tms_number_name((enum tms_number)i),
			(long long)entry->numbers[i]);
	}
	if (open)
		tms_buf_add_cstr(buf, "/>\n");
}
