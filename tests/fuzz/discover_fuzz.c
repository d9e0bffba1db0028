/*
 * Any bytes as a page: refused with a reason, or a choice in rank order, without doubles, of
 * addresses that can be asked and that resolving leaves as they are; in steps that are bounded.
 */
#include <stdlib.h>

#include <tamis/discover.h>
#include <tamis/url.h>

#include "bounds.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const struct tms_str page_url = TMS_STR_INIT("https://e.example/a/b?c");

static void require(bool holds)
{
	if (!holds)
		abort();
}

static int rank_of(const struct tms_candidate *c)
{
	return c->is_comments ? 4 : (int)c->why;
}

static void check(struct tms_arena *arena, const struct tms_discovery *page)
{
	size_t named = 0;

	for (size_t i = 0; i < page->count; i++) {
		const struct tms_candidate *c = &page->candidates[i];
		require(tms_url_is_http(c->url) && c->url.len <= TMS_ITEM_URL_BYTES_MAX);
		require(tms_str_equal(tms_url_resolve(arena, TMS_STR_NONE, c->url), c->url) ||
			arena->status != TMS_OK);
		require(!tms_str_equal(c->url, page_url));
		require(i == 0 || rank_of(&page->candidates[i - 1]) <= rank_of(c));
		for (size_t k = 0; k < i; k++)
			require(!tms_str_equal(page->candidates[k].url, c->url));
		named += c->why != TMS_CANDIDATE_GUESS;
	}
	require(named <= page->named_total && named <= TMS_DISCOVER_NAMED_MAX);
	require(page->count - named <= TMS_DISCOVER_GUESSES_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const struct tms_listing_hints hints = { .url = page_url,
		.content_type = size % 2 ? TMS_STR("text/html") : TMS_STR_NONE };
	struct tms_str body = { (const char *)bytes, size };
	struct tms_arena arena = { .max_bytes = 64u << 20 };
	struct tms_discovery page = { 0 };
	struct tms_diag diag = { 0 };

	enum tms_status st = tms_discover(&arena, body, &hints, &page, &diag);
	require(page.steps <= TMS_DISCOVER_STEPS);
	require_bounded(&arena, size);
	if (st == TMS_OK)
		check(&arena, &page);
	else
		require(diag.text[0] != '\0' && page.count == 0);
	tms_arena_free(&arena);
	return 0;
}
