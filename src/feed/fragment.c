/*
 * One <entry>. Everything that a reader takes for the entry itself comes first and is hashed; the
 * numbers that move all day come last, in one element, and are not.
 */
#include <tamis/atom.h>

#include <stdlib.h>

#include <tamis/identity.h>
#include <tamis/link.h>
#include <tamis/url.h>
#include <tamis/utf8.h>

#include "content.h"
#include "escape.h"
#include "instant.h"
#include "language.h"

#define ARXIV_SCHEME "http://arxiv.org/schemas/atom" /* the scheme of arXiv's own API */
#define NAME_BYTES_MAX 200
#define LINKS_MAX 32

/* Fixed keys: the values are the same in every process. */
static const struct tms_hash_seed spread_seed = { UINT64_C(0x74616d6973207570),
	UINT64_C(0x6461746564207573) };
static const struct tms_hash_seed content_seed = { UINT64_C(0x74616d697320656e),
	UINT64_C(0x74727920636f6e74) };

struct writer {
	struct tms_buf *out;
	struct tms_arena *scratch;
	const struct tms_item *item;
	struct tms_str paper;              /* arXiv id, or empty */
	struct tms_str written[LINKS_MAX]; /* addresses of the links so far */
	size_t written_count;
};

int64_t tms_atom_updated_us(const struct tms_merged *item, tms_time published)
{
	tms_time t = item->updated;

	if (t == TMS_TIME_NONE || t < published)
		t = published;
	return tms_instant_clamp(t) * TMS_US_PER_S +
	       (int64_t)(tms_hash(spread_seed, item->item.id) % TMS_US_PER_S);
}

static void write_text_element(
	struct tms_buf *out, const char *open, struct tms_str text, const char *close)
{
	tms_buf_add_cstr(out, open);
	tms_escape_line(out, text);
	tms_buf_add_cstr(out, close);
}

static void write_instant(struct tms_buf *out, const char *name, int64_t us)
{
	tms_buf_format(out, "<%s>", name);
	tms_instant_write(out, us);
	tms_buf_format(out, "</%s>\n", name);
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

struct link {
	const char *rel;
	struct tms_str type; /* may be empty */
	struct tms_str href;
	int64_t length; /* above 0, or nothing is said */
};

/* Each address stands once in an entry, under its first relation. */
static void write_link(struct writer *w, const struct link *link)
{
	if (!tms_url_is_http(link->href) || w->written_count == LINKS_MAX)
		return;
	for (size_t i = 0; i < w->written_count; i++)
		if (tms_str_equal(w->written[i], link->href))
			return;
	w->written[w->written_count++] = link->href;
	tms_buf_format(w->out, "<link rel=\"%s\"", link->rel);
	if (link->type.len > 0)
		tms_buf_format(w->out, " type=\"%.*s\"", TMS_STR_ARGS(link->type));
	tms_buf_add_cstr(w->out, " href=\"");
	tms_escape_uri(w->out, link->href);
	tms_buf_add_char(w->out, '"');
	if (link->length > 0)
		tms_buf_format(w->out, " length=\"%lld\"", (long long)link->length);
	tms_buf_add_cstr(w->out, "/>\n");
}

static void write_page(struct writer *w, const char *rel, struct tms_str href)
{
	struct link link = { .rel = rel, .type = TMS_STR("text/html"), .href = href };

	write_link(w, &link);
}

static void write_alternate(struct writer *w, enum tms_feed_link choice, struct tms_str url)
{
	struct link link = { .rel = "alternate", .href = url };

	if (w->paper.len > 0)
		link.type = choice == TMS_FEED_LINK_PDF ? TMS_STR("application/pdf")
							: TMS_STR("text/html");
	write_link(w, &link);
}

/* The counterparts first: NetNewsWire takes the first related link for the external page. */
static void write_related(struct writer *w)
{
	const struct tms_item *item = w->item;

	if (w->paper.len > 0) {
		write_page(w, "related", tms_arxiv_abs_url(w->scratch, w->paper));
		if (tms_item_is_on_hf(w->scratch, item))
			write_page(w, "related", tms_hf_paper_url(w->scratch, w->paper));
		if (tms_arxiv_id_of_url(w->scratch, item->link).len == 0)
			write_link(w, &(struct link){ .rel = "related", .href = item->link });
	}
	write_page(w, "replies", item->discussion_url);
}

static void write_enclosures(struct writer *w)
{
	size_t count = 0;

	for (size_t i = 0; i < w->item->links_count && count < TMS_ATOM_ENCLOSURES_MAX; i++) {
		const struct tms_link *from = &w->item->links[i];
		struct link link = {
			.rel = "enclosure", .href = from->href, .length = from->length
		};
		link.type = media_type(from->type);
		if (!tms_str_equal(from->rel, TMS_STR("enclosure")) || link.type.len == 0)
			continue;
		write_link(w, &link);
		count++;
	}
}

/* ---- people and subjects ---- */

static void write_author(struct writer *w, struct tms_str name)
{
	write_text_element(
		w->out, "<author><name>", tms_utf8_cut(name, NAME_BYTES_MAX), "</name></author>\n");
}

/*
 * An entry without author inherits the feed's, and a paper is not by the program that found it:
 * then the publishing organisation stands for it, else the site.
 */
static void write_authors(struct writer *w, struct tms_str url)
{
	const struct tms_item *item = w->item;
	size_t shown = item->authors_count < TMS_ATOM_AUTHORS_MAX ? item->authors_count
								  : TMS_ATOM_AUTHORS_MAX;

	for (size_t i = 0; i < shown; i++)
		write_author(w, item->authors[i].name);
	if (shown < item->authors_count)
		tms_buf_format(w->out, "<author><name>and %zu others</name></author>\n",
			item->authors_count - shown);
	if (shown > 0)
		return;
	struct tms_str name = item->organization;
	if (name.len == 0)
		name = tms_link_host(w->scratch, url);
	if (name.len > 0)
		write_author(w, name);
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

static void write_categories(struct writer *w)
{
	for (size_t i = 0; i < w->item->categories_count && i < TMS_ATOM_CATEGORIES_MAX; i++) {
		const struct tms_category *c = &w->item->categories[i];
		struct tms_str term = tms_utf8_cut(tms_str_trim(c->term), NAME_BYTES_MAX);
		if (term.len == 0)
			continue;
		write_text_element(w->out, "<category term=\"", term, "\"");
		if (tms_url_is_http(c->scheme)) {
			tms_buf_add_cstr(w->out, " scheme=\"");
			tms_escape_uri(w->out, c->scheme);
			tms_buf_add_char(w->out, '"');
		} else if (w->paper.len > 0 && is_arxiv_category(term)) {
			tms_buf_add_cstr(w->out, " scheme=\"" ARXIV_SCHEME "\"");
		}
		if (tms_str_trim(c->label).len > 0)
			write_text_element(
				w->out, " label=\"", tms_utf8_cut(c->label, NAME_BYTES_MAX), "\"");
		tms_buf_add_cstr(w->out, "/>\n");
	}
}

/* ---- the entry ---- */

static void write_content(struct writer *w, struct tms_str url)
{
	struct tms_buf html = { 0 };

	tms_content_write(&html, w->scratch, w->item, url);
	tms_buf_add_cstr(w->out, "<content type=\"html\">");
	tms_escape_text(w->out, tms_buf_str(&html));
	tms_buf_add_cstr(w->out, "</content>\n");
	if (w->out->status == TMS_OK)
		w->out->status = html.status;
	tms_buf_free(&html);
}

static void write_numbers(struct writer *w)
{
	bool open = false;

	for (int i = 0; i < TMS_NUMBERS; i++) {
		if (w->item->numbers[i] == TMS_NUMBER_NONE)
			continue;
		if (!open)
			tms_buf_add_cstr(w->out, "<rdf:Description xmlns:rdf="
						 "\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"");
		open = true;
		tms_buf_format(w->out, " %s=\"%lld\"", tms_number_name((enum tms_number)i),
			(long long)w->item->numbers[i]);
	}
	if (open)
		tms_buf_add_cstr(w->out, "/>\n");
}

static void write_entry(struct writer *w, const struct tms_merged *merged,
	struct tms_fragment_style style, uint64_t *content)
{
	const struct tms_item *item = w->item;
	struct tms_str url = tms_feed_entry_url(w->scratch, style.link, item);
	struct tms_str title = tms_str_trim(item->title).len > 0 ? item->title : item->id;

	tms_buf_add_cstr(w->out, "<entry");
	tms_language_write(w->out, item->language);
	tms_buf_add_cstr(w->out, ">\n<id>");
	tms_escape_uri(w->out, tms_item_atom_id(w->scratch, item->id));
	tms_buf_add_cstr(w->out, "</id>\n");
	write_text_element(w->out, "<title type=\"text\">", title, "</title>\n");
	write_instant(w->out, "updated", tms_atom_updated_us(merged, style.published));
	write_instant(w->out, "published", tms_instant_clamp(style.published) * TMS_US_PER_S);
	write_alternate(w, style.link, url);
	write_related(w);
	write_enclosures(w);
	write_authors(w, url);
	write_categories(w);
	write_content(w, url);
	*content = tms_hash(content_seed, tms_buf_str(w->out));
	write_numbers(w);
	tms_buf_add_cstr(w->out, "</entry>\n");
}

enum tms_status tms_fragment_new(
	const struct tms_merged *item, struct tms_fragment_style style, struct tms_fragment **out)
{
	struct tms_arena scratch = { 0 };
	struct tms_buf text = { 0 };
	struct writer w = { .out = &text, .scratch = &scratch, .item = &item->item };
	struct tms_fragment *made = NULL;
	uint64_t content = 0;

	w.paper = tms_identity_arxiv(item->item.id);
	write_entry(&w, item, style, &content);
	enum tms_status st = scratch.status != TMS_OK ? scratch.status : text.status;
	if (st != TMS_OK)
		goto out;
	made = malloc(sizeof(*made) + text.len);
	if (!made) {
		st = TMS_ENOMEM;
		goto out;
	}
	memcpy(made + 1, text.ptr, text.len);
	*made = (struct tms_fragment){ .bytes = { (const char *)(made + 1), text.len },
		.content = content,
		.updated_us = tms_atom_updated_us(item, style.published),
		.refs = 1 };
	*out = made;
out:
	tms_buf_free(&text);
	tms_arena_free(&scratch);
	return st;
}
