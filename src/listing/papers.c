/* arXiv's and Hugging Face's habits in feeds: prefixes, versions and summaries taken off. */
#include "papers.h"

#include <tamis/identity.h>

/* ---- whose feed it is ---- */

static bool is_at(struct tms_str url, const char *where)
{
	size_t start = tms_str_find(url, TMS_STR("://"), 0);

	return start != SIZE_MAX &&
	       tms_str_starts(tms_str_slice(url, start + 3, SIZE_MAX), tms_str_from(where));
}

void papers_recognise(struct tms_listing *listing)
{
	static const char *const apis[] = { "arxiv.org/api", "export.arxiv.org/api" };
	static const char *const feeds[] = { "rss.arxiv.org/", "export.arxiv.org/rss",
		"arxiv.org/rss", "arxiv.org/atom" };
	const struct tms_str names[] = { listing->id, listing->self_url, listing->link };

	for (size_t i = 0; i < TMS_COUNT(names); i++) {
		for (size_t k = 0; k < TMS_COUNT(feeds); k++)
			if (is_at(names[i], feeds[k]))
				listing->origin = TMS_ORIGIN_ARXIV_FEED;
		for (size_t k = 0; k < TMS_COUNT(apis); k++)
			if (is_at(names[i], apis[k]))
				listing->origin = TMS_ORIGIN_ARXIV_API;
	}
	if (listing->kind != TMS_LISTING_ATOM && listing->origin == TMS_ORIGIN_ARXIV_API)
		listing->origin = TMS_ORIGIN_OTHER; /* the API speaks only Atom */
}

struct tms_str papers_error(const struct tms_listing *listing)
{
	const struct tms_item *item = listing->items;

	if (listing->kind != TMS_LISTING_ATOM || listing->items_count != 1 ||
		(!is_at(item->upstream_id, "arxiv.org/api/errors") &&
			!is_at(item->upstream_id, "export.arxiv.org/api/errors")))
		return (struct tms_str){ 0 };
	return item->summary.len ? item->summary : TMS_STR("no reason given");
}

/* ---- arXiv ---- */

static struct tms_str after(struct tms_str text, size_t bytes)
{
	return tms_str_trim(tms_str_slice(text, bytes, SIZE_MAX));
}

/*
 * "arXiv:2604.21935v1 Announce Type: new Abstract: …" → "…" (research: arXiv's RSS specification)
 */
static void take_prefix(struct tms_item *item)
{
	const struct tms_str type = TMS_STR("Announce Type:");
	const struct tms_str abstract = TMS_STR("Abstract:");
	struct tms_str rest = item->summary;
	struct tms_str announce = { 0 };

	if (!tms_str_starts(rest, TMS_STR("arXiv:")))
		return;
	size_t at = tms_str_find_byte(rest, ' ', 0);
	rest = after(rest, at == SIZE_MAX ? rest.len : at);
	if (tms_str_starts(rest, type)) {
		rest = after(rest, type.len);
		for (at = 0; at < rest.len && !tms_is_space(rest.ptr[at]);)
			at++;
		announce = tms_str_slice(rest, 0, at);
		rest = after(rest, at);
	}
	if (!tms_str_starts(rest, abstract))
		return;
	item->summary = after(rest, abstract.len);
	if (item->announce.len == 0)
		item->announce = announce;
}

/* Until 2024: "Title. (arXiv:2101.00001v2 [cs.CL] UPDATED)". */
static void take_suffix(struct tms_item *item)
{
	struct tms_str title = item->title;
	size_t at = tms_str_find(title, TMS_STR(" (arXiv:"), 0);

	if (at == SIZE_MAX || !tms_str_ends(title, TMS_STR(")")))
		return;
	if (item->announce.len == 0 && tms_str_ends(title, TMS_STR(" UPDATED)")))
		item->announce = TMS_STR("replace");
	title = tms_str_trim(tms_str_slice(title, 0, at));
	if (tms_str_ends(title, TMS_STR(".")))
		title.len--;
	item->title = title;
}

/*
 * The page of a paper names no version: readers want the newest, and the link must not change with
 * it.
 */
static void unversion_links(struct build *b)
{
	struct tms_item *item = &b->item;
	struct tms_str paper = tms_arxiv_id_of_url(b->arena, item->link);
	static const struct tms_str pages[] = { TMS_STR_INIT("/abs/"), TMS_STR_INIT("/pdf/") };

	if (paper.len > 0 && tms_str_find(item->link, pages[0], 0) != SIZE_MAX)
		item->link = tms_arxiv_abs_url(b->arena, paper);
	for (size_t i = 0; i < item->links_count; i++) {
		struct tms_link *link = &item->links[i];
		paper = tms_arxiv_id_of_url(b->arena, link->href);
		if (paper.len > 0 && tms_str_find(link->href, pages[1], 0) != SIZE_MAX)
			link->href = tms_arxiv_pdf_url(b->arena, paper);
		else if (paper.len > 0 && tms_str_find(link->href, pages[0], 0) != SIZE_MAX)
			link->href = tms_arxiv_abs_url(b->arena, paper);
	}
}

/* "Withdrawn", "This paper has been withdrawn by the authors …": authors' comments have no form. */
static bool says_withdrawn(struct tms_str text)
{
	static const char *const before[] = { "been ", " is ", " was ", "are ", "paper ", ": ",
		". " };
	size_t at = tms_str_find_caseless(text, TMS_STR("withdrawn"), 0);

	for (; at != SIZE_MAX; at = tms_str_find_caseless(text, TMS_STR("withdrawn"), at + 1)) {
		for (size_t i = 0; i < TMS_COUNT(before); i++) {
			struct tms_str word = tms_str_from(before[i]);
			if (at == 0 ||
				(at >= word.len &&
					tms_str_equal_caseless(
						tms_str_slice(text, at - word.len, at), word)))
				return true;
		}
	}
	return false;
}

/* The abstract is replaced by a sentence then: "This paper has been withdrawn." */
static bool is_withdrawal(struct tms_str abstract)
{
	static const char *const begins[] = { "this paper has been withdrawn",
		"this submission has been withdrawn", "this article has been withdrawn",
		"this manuscript has been withdrawn", "this work has been withdrawn",
		"paper withdrawn", "withdrawn" };

	for (size_t i = 0; i < TMS_COUNT(begins); i++)
		if (tms_str_starts_caseless(abstract, tms_str_from(begins[i])))
			return true;
	return false;
}

static void polish_arxiv(struct build *b)
{
	struct tms_item *item = &b->item;

	item->content_html = (struct tms_str){ 0 }; /* the abstract again, with arXiv's prefix */
	take_prefix(item);
	take_suffix(item);
	unversion_links(b);
	item->withdrawn |= says_withdrawn(item->comment) || is_withdrawal(item->summary);
	if (b->listing->origin == TMS_ORIGIN_ARXIV_API)
		item->submitted = item->published; /* of version 1; `updated` is of the newest */
}

/* ---- Hugging Face as others scrape it ---- */

/*
 * Where the abstract starts behind "Generated by MODEL", MODEL being an account and a name; 0: not
 * so written.
 */
static size_t behind_model(struct tms_str text, size_t at)
{
	size_t end = tms_str_find_byte(text, ' ', at);
	size_t slash = tms_str_find_byte(text, '/', at);

	return end != SIZE_MAX && slash != SIZE_MAX && slash < end ? end + 1 : 0;
}

/*
 * "Abstract SUMMARY AI-generated summary ABSTRACT": the whole abstract box of the paper page in one
 * run.
 */
static void take_ai_summary(struct tms_item *item)
{
	const struct tms_str heading = TMS_STR("Abstract ");
	const struct tms_str old_mark = TMS_STR(" AI-generated summary ");
	const struct tms_str new_mark = TMS_STR(" Generated by ");
	struct tms_str text = item->summary;

	if (!tms_str_starts(text, heading))
		return;
	text = after(text, heading.len);
	size_t mark = tms_str_find(text, old_mark, 0);
	size_t next = mark == SIZE_MAX ? 0 : mark + old_mark.len;
	if (mark == SIZE_MAX) {
		mark = tms_str_find(text, new_mark, 0);
		next = mark == SIZE_MAX ? 0 : behind_model(text, mark + new_mark.len);
	}
	item->summary = after(text, next);
	item->content_html = TMS_STR_NONE; /* the box again, with its headings */
	if (next > 0 && item->ai_summary.len == 0)
		item->ai_summary = tms_str_trim(tms_str_slice(text, 0, mark));
}

void papers_polish(struct build *b)
{
	struct tms_item *item = &b->item;
	bool from_arxiv = b->listing->origin == TMS_ORIGIN_ARXIV_API ||
			  b->listing->origin == TMS_ORIGIN_ARXIV_FEED;

	/* its items in another's hands read the same, but do not rank as its own */
	if (tms_str_starts_caseless(item->upstream_id, TMS_STR("oai:arXiv.org:")))
		from_arxiv = true;
	if (from_arxiv && tms_arxiv_id_of_url(b->arena, item->link).len == 0)
		item->origin = TMS_ORIGIN_OTHER; /* whatever it is, it is no paper */
	if (from_arxiv)
		polish_arxiv(b);
	else if (is_at(item->link, "huggingface.co/papers/"))
		take_ai_summary(item);
}
