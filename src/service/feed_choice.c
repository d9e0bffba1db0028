/* The feed that is read in place of a page: candidates, the one taken, its words, its JSON. */
#include "service/feed_choice.h"

#include <tamis/json.h>
#include <tamis/utf8.h>

#include "log/log.h"

#define PAUSE_DOUBLINGS_MAX 5

void feed_choice_fini(struct tms_feed_choice *choice)
{
	tms_arena_free(&choice->arena);
	*choice = (struct tms_feed_choice){ 0 };
}

enum tms_status feed_choice_set(struct tms_feed_choice *choice, const struct tms_discovery *page)
{
	struct tms_arena arena = { 0 };
	struct tms_discovery copy = *page;

	copy.title = tms_arena_copy(&arena, page->title);
	copy.candidates = TMS_ARENA_ARRAY(&arena, struct tms_candidate, page->count + 1);
	for (size_t i = 0; copy.candidates && i < page->count; i++) {
		struct tms_candidate *c = &copy.candidates[i];
		*c = page->candidates[i];
		c->url = tms_arena_copy(&arena, c->url);
		c->title = tms_arena_copy(&arena, c->title);
		c->type = tms_arena_copy(&arena, c->type);
	}
	if (arena.status != TMS_OK) {
		tms_arena_free(&arena);
		return TMS_ENOMEM;
	}
	tms_arena_free(&choice->arena);
	choice->arena = arena;
	choice->page = copy;
	return TMS_OK;
}

/* The candidate that is read, or NULL. */
static const struct tms_candidate *taken_of(const struct tms_feed_choice *choice)
{
	for (size_t i = 0; choice->url[0] && i < choice->page.count; i++)
		if (tms_str_equal(choice->page.candidates[i].url, tms_str_from(choice->url)))
			return &choice->page.candidates[i];
	return NULL;
}

int64_t feed_choice_pause_s(const struct tms_feed_choice *choice)
{
	int64_t pause_s = TMS_HOUR_S;

	for (uint32_t i = 1; i < choice->failed_count && i < PAUSE_DOUBLINGS_MAX; i++)
		pause_s *= 2;
	return pause_s < TMS_DAY_S ? pause_s : TMS_DAY_S;
}

/* ---- words ---- */

/* Feeds that the page names, beside the one that is read. */
static size_t others(const struct tms_feed_choice *choice, const struct tms_candidate *taken)
{
	bool is_named = taken && taken->why != TMS_CANDIDATE_GUESS;

	return choice->page.named_total - (is_named && choice->page.named_total > 0 ? 1 : 0);
}

struct tms_str tms_feed_choice_shown(struct tms_str url, struct tms_str address)
{
	return address.len == tms_log_url(address).len ? url : tms_log_url(url);
}

void tms_feed_choice_words(
	struct tms_buf *buf, const struct tms_feed_choice *choice, struct tms_str address)
{
	const struct tms_candidate *taken = taken_of(choice);
	struct tms_str url = tms_feed_choice_shown(tms_str_from(choice->url), address);

	if (!choice->url[0])
		return;
	tms_buf_format(buf, "The address is an HTML page; read is %s, %.*s",
		taken && taken->why == TMS_CANDIDATE_GUESS ? "a feed at a well-known address of it"
							   : "the feed that it leads to",
		TMS_STR_ARGS(url));
	if (taken && taken->title.len > 0)
		tms_buf_format(buf, " (“%.*s”)", TMS_STR_ARGS(taken->title));
	size_t more = others(choice, taken);
	if (more > 0)
		tms_buf_format(buf, "; it names %zu more", more);
	tms_buf_add_cstr(buf, ".");
}

void feed_choice_failure(struct tms_buf *buf, const struct tms_feed_choice *choice)
{
	const struct tms_discovery *page = &choice->page;
	size_t guesses = 0;

	for (size_t i = 0; i < page->count; i++)
		guesses += page->candidates[i].why == TMS_CANDIDATE_GUESS;
	tms_buf_add_cstr(buf, "this is an HTML page");
	if (page->title.len > 0)
		tms_buf_format(
			buf, " titled \"%.*s\"", TMS_STR_ARGS(tms_utf8_cut(page->title, 80)));
	if (page->named_total == 0)
		tms_buf_add_cstr(buf, " without a feed");
	else
		tms_buf_format(buf, ", and no feed could be read of the %zu that it names",
			page->named_total);
	if (page->named_total > TMS_DISCOVER_NAMED_MAX)
		tms_buf_format(buf, " (of these at most %u are looked at)", TMS_DISCOVER_NAMED_MAX);
	if (page->is_beginning)
		tms_buf_add_cstr(
			buf, "; it is too large or too deep, so only its head was searched");
	if (guesses > 0)
		tms_buf_format(buf, "; looked at %zu well-known addresses", guesses);
	tms_buf_add_cstr(buf, "; write a recipe for it");
}

/* ---- stored ---- */

void feed_choice_write(struct tms_buf *buf, const struct tms_feed_choice *choice)
{
	struct tms_json_writer w = { .buf = buf };
	const struct tms_discovery *page = &choice->page;

	tms_json_begin(&w, '{');
	tms_json_member_str(&w, "url", tms_str_from(choice->url));
	tms_json_member_int(&w, "asked", (int64_t)choice->asked_count);
	tms_json_member_int(&w, "failed", choice->failed_count);
	tms_json_member_str(&w, "title", page->title);
	tms_json_member_int(&w, "named", (int64_t)page->named_total);
	tms_json_member_bool(&w, "beginning", page->is_beginning);
	tms_json_key(&w, "feeds");
	tms_json_begin(&w, '[');
	for (size_t i = 0; i < page->count; i++) {
		const struct tms_candidate *c = &page->candidates[i];
		tms_json_begin(&w, '{');
		tms_json_member_str(&w, "url", c->url);
		tms_json_member_str(&w, "title", c->title);
		tms_json_member_str(&w, "type", c->type);
		tms_json_member_int(&w, "why", c->why);
		tms_json_member_bool(&w, "comments", c->is_comments);
		tms_json_end(&w);
	}
	tms_json_end(&w);
	tms_json_end(&w);
}

static size_t count_of(const struct json_t *object, const char *key, int64_t most)
{
	int64_t n = 0;

	return tms_json_int(object, key, &n) && n > 0 ? (size_t)(n < most ? n : most) : 0;
}

static struct tms_candidate read_candidate(const struct json_t *object)
{
	return (struct tms_candidate){
		.url = tms_json_str(object, "url"),
		.title = tms_json_str(object, "title"),
		.type = tms_json_str(object, "type"),
		.why = (enum tms_candidate_why)count_of(object, "why", TMS_CANDIDATE_GUESS),
		.is_comments = tms_json_bool(object, "comments", false),
	};
}

void feed_choice_read(struct tms_feed_choice *choice, const struct json_t *object)
{
	const struct json_t *feeds = tms_json_array(object, "feeds");
	struct tms_candidate list[TMS_DISCOVER_NAMED_MAX + TMS_DISCOVER_GUESSES_MAX];
	struct tms_str url = tms_json_str(object, "url");
	struct tms_discovery page = { .title = tms_json_str(object, "title"),
		.candidates = list,
		.named_total = count_of(object, "named", INT32_MAX),
		.is_beginning = tms_json_bool(object, "beginning", false) };

	if (!object || url.len >= sizeof(choice->url))
		return;
	for (size_t i = 0; i < tms_json_count(feeds) && page.count < TMS_COUNT(list); i++) {
		struct tms_candidate c = read_candidate(tms_json_at(feeds, i));
		if (c.url.len > 0 && c.why != 0)
			list[page.count++] = c;
	}
	if (feed_choice_set(choice, &page) != TMS_OK)
		return;
	if (url.len > 0)
		memcpy(choice->url, url.ptr, url.len);
	choice->url[url.len] = '\0';
	choice->asked_count = count_of(object, "asked", INT32_MAX);
	choice->failed_count = (uint32_t)count_of(object, "failed", UINT32_MAX);
}
