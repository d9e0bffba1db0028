/* What the files of the page share: the page while it is written. */
#ifndef TAMIS_WEB_PAGE_PRIVATE_H
#define TAMIS_WEB_PAGE_PRIVATE_H

#include <tamis/explain.h>
#include <tamis/ladder.h>

#include "web/web_private.h"

#define LISTED_ITEMS 100     /* kept, and as many dropped */
#define LOOKED_AT_ITEMS 2000 /* of the dropped ones the newest; of these the nearest are listed */

struct page_items {
	struct tms_view_item *list[LISTED_ITEMS]; /* one reference each */
	size_t count;
};

struct page;
/** A piece of one part of the page, which begins at 0 and goes on at page->from, behind a wait where it
 * has set page->awaited. True when the part is done. */
typedef bool (*write_fn)(struct page *page, size_t from);

struct page {
	struct tms_web *web;
	struct web_filter filter;
	struct tms_arena arena; /* of the filter */
	struct tms_arena *scratch;
	struct tms_buf buf;
	uint64_t reloads;
	tms_time now;
	bool lists_all;
	/* what it keeps and drops */
	struct tms_query *query;
	struct tms_query_options options;
	struct tms_advice advice; /* of the filter's rule, which it borrows */
	enum tms_feed_link link;
	size_t seen_count, kept_count;
	struct page_items kept;
	struct tms_nearest *nearest; /* of what it drops, where that is listed */
	size_t looked_at_count;
	struct tms_missing missing; /* terms that are looked for */
	struct tms_ladder ladder;   /* that is counted, in the arena */
	bool has_ladder;
	struct tms_emptying *emptying; /* when it keeps nothing */
	/* how far it is */
	const write_fn *parts;
	size_t part, from;
	struct tms_shelf *awaited; /* by the part: it goes on when this is filled */
};

static inline size_t page_items_a_piece(const struct page *page)
{
	return web_items_a_piece(page->advice.cost);
}

static inline void page_add(struct page *page, const char *html)
{
	tms_buf_add_cstr(&page->buf, html);
}

static inline void page_text(struct page *page, struct tms_str plain)
{
	web_html_text(&page->buf, plain);
}

/** What its filter keeps and drops, from a feed whose shelf is filled. TMS_OK, TMS_ENOMEM,
 * TMS_ELIMIT. */
TMS_MUST_CHECK enum tms_status page_choose(struct page *page, const struct tms_served *served);
/** … and what of the dropped ones is to be looked at. */
TMS_MUST_CHECK enum tms_status page_choose_dropped(
	struct page *page, const struct tms_served *served);
void page_drop_items(struct page_items *items);

/** "<a href=…>" of the same page with another rule. */
void page_begin_link(struct page *page, struct tms_str match);
/** Behind its "<li>": title and reason, to the end of the list's item. */
void page_write_item(struct page *page, const struct tms_view_item *item);
/** That so many are listed of more. */
void page_write_more(struct page *page, size_t count, size_t listed);

/** Which feed is read in the place of a page, and the choice there was. Nothing for a source whose
 * address is a listing. */
void page_write_choice(struct page *page, const struct tms_source *source);

/* Parts: */
/** The feed of its filter, of which something is still asked. NULL when it is gone meanwhile, and when
 * others took its room: then page->awaited is set. */
struct tms_served *page_served(struct page *page);
bool page_write_summary(struct page *page, size_t from);
bool page_write_kept(struct page *page, size_t from);
bool page_write_emptied(struct page *page, size_t from);
bool page_find_nearest(struct page *page, size_t from);
bool page_write_dropped(struct page *page, size_t from);
bool page_write_links(struct page *page, size_t from);
bool page_write_ladder(struct page *page, size_t from);
bool page_write_notes(struct page *page, size_t from);
bool page_write_error(struct page *page, size_t from);
bool page_write_refusal(struct page *page, size_t from);

#endif
