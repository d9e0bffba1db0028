/*
 * Items of huggingface.co/api/daily_papers, as they were from May 2024 on.
 * Fields come and go, so each is optional but the id, and unknown ones are passed over.
 */
#include "hf_private.h"

#include <tamis/identity.h>

#include "person.h"

#define HF_SITE TMS_STR("https://huggingface.co/")
/*
 * Since then the outer publishedAt is the paper's date, shifted to New York, instead of the
 * listing's.
 */
#define OUTER_DATE_CHANGED INT64_C(1741651200) /* 2025-03-11T00:00:00Z */

bool hf_is_item(const struct json_t *value)
{
	return hf_is_paper(tms_json_object(value, "paper"));
}

bool hf_is_paper(const struct json_t *value)
{
	struct tms_str id = tms_json_str(value, "id");
	size_t dot = tms_str_find_byte(id, '.', 0);

	/* an id of the archive and something to say; other APIs have ids too */
	return (dot == 4 || tms_str_find_byte(id, '/', 0) != SIZE_MAX) &&
	       (tms_json_get(value, "title") || tms_json_get(value, "summary"));
}

/* ---- values ---- */

static struct tms_str first_str(const struct json_t *a, const struct json_t *b, const char *key)
{
	struct tms_str text = tms_json_str(a, key);

	return tms_str_trim(text).len ? text : tms_json_str(b, key);
}

/*
 * Counts were seen only as integers; a writer of archives may have made strings or floats of them.
 */
static void read_number(
	struct build *b, enum tms_number number, const struct json_t *object, const char *key)
{
	const struct json_t *value = tms_json_get(object, key);
	struct tms_str text = tms_str_trim(tms_json_text(value));
	double real = 0;
	int64_t count = TMS_NUMBER_NONE;

	if (!tms_json_value_int(value, &count) && !tms_str_int64(text, &count) &&
		(tms_json_double(object, key, &real) || tms_str_double(text, &real)) && real >= 0 &&
		real < 1e15)
		count = (int64_t)real;
	build_number(b, number, count);
}

/* A listing's date of day precision is written as midnight. */
static bool is_midnight(struct tms_str date)
{
	return tms_str_find(date, TMS_STR("T00:00:00.000Z"), 0) != SIZE_MAX ||
	       tms_str_ends(date, TMS_STR("T00:00:00Z")) || date.len == 10;
}

/* Is the outer date nothing but the paper's own, moved by New York's offset? */
static bool is_shifted(tms_time outer, tms_time paper)
{
	return paper != TMS_TIME_NONE &&
	       (outer == paper || outer == paper - INT64_C(4) * TMS_HOUR_S ||
		       outer == paper - INT64_C(5) * TMS_HOUR_S);
}

static void read_dates(struct build *b, const struct json_t *outer, const struct json_t *paper)
{
	struct tms_item *item = &b->item;
	struct tms_str listed = first_str(paper, outer, "submittedOnDailyAt");

	item->submitted = build_date(b, tms_json_str(paper, "publishedAt"), NULL);
	if (listed.len > 0) {
		item->published = build_date(b, listed, NULL);
		item->published_day_only =
			item->published != TMS_TIME_NONE && is_midnight(tms_str_trim(listed));
		return;
	}
	tms_time date = build_date(b, tms_json_str(outer, "publishedAt"), NULL);
	if (outer != paper && date != TMS_TIME_NONE && date < OUTER_DATE_CHANGED &&
		!is_shifted(date, item->submitted))
		item->published = date;
}

static void read_organization(
	struct build *b, const struct json_t *outer, const struct json_t *paper)
{
	const struct json_t *org = tms_json_get(outer, "organization");

	if (tms_json_kind_of(org) != TMS_JSON_OBJECT && tms_json_text(org).len == 0)
		org = tms_json_get(outer, "submitterOrganization"); /* for four days of 2025 */
	if (tms_json_kind_of(org) != TMS_JSON_OBJECT && tms_json_text(org).len == 0)
		org = tms_json_get(paper, "organization");
	b->item.organization_name = build_line(b, "organization", tms_json_str(org, "name"));
	b->item.organization = build_line(b, "organization", tms_json_str(org, "fullname"));
	if (b->item.organization.len == 0)
		b->item.organization = tms_json_text(org).len
					       ? build_line(b, "organization", tms_json_text(org))
					       : b->item.organization_name;
}

static void read_media(struct build *b, const struct json_t *object)
{
	const struct json_t *urls = tms_json_array(object, "mediaUrls");

	build_media(b, HF_SITE, tms_json_str(object, "mediaUrl")); /* until June 2024 */
	for (size_t i = 0; i < tms_json_count(urls); i++)
		build_media(b, HF_SITE, tms_json_text(tms_json_at(urls, i)));
}

static void read_texts(struct build *b, const struct json_t *outer, const struct json_t *paper)
{
	struct tms_item *item = &b->item;
	const struct json_t *keywords = tms_json_array(paper, "ai_keywords");

	item->title = build_line(b, "title", first_str(outer, paper, "title"));
	item->summary = build_paragraphs(b, "summary", first_str(outer, paper, "summary"));
	item->ai_summary = build_paragraphs(b, "AI summary", tms_json_str(paper, "ai_summary"));
	for (size_t i = 0; i < tms_json_count(keywords); i++)
		build_keyword(b, tms_json_text(tms_json_at(keywords, i)));
	item->code_url = build_url(b, HF_SITE, first_str(paper, outer, "githubRepo"));
	item->project_url = build_url(b, HF_SITE, first_str(paper, outer, "projectPage"));
	item->thumbnail = build_url(b, HF_SITE, first_str(outer, paper, "thumbnail"));
}

/* outer == paper for the flat form of /api/papers/ID */
static enum tms_status read_item(
	struct build *b, const struct json_t *outer, const struct json_t *paper)
{
	struct tms_item *item = &b->item;
	struct tms_str id = tms_arxiv_id(b->arena, tms_json_str(paper, "id"));

	if (id.len == 0) {
		struct tms_str shown =
			build_line(b, "id", tms_str_slice(tms_json_str(paper, "id"), 0, 40));
		build_skip(b, "\"%.*s\" is no arXiv id", TMS_STR_ARGS(shown));
		return TMS_OK;
	}
	read_texts(b, outer, paper);
	if (item->title.len == 0) {
		build_skip(b, "the paper %.*s has no title", TMS_STR_ARGS(id));
		return TMS_OK;
	}
	item->upstream_id = id;
	item->link = tms_hf_paper_url(b->arena, id);
	item->discussion_url =
		tms_arena_format(b->arena, "%.*s#community", TMS_STR_ARGS(item->link));
	read_dates(b, outer, paper);
	person_hf(b, outer, paper);
	read_organization(b, outer, paper);
	read_media(b, outer);
	read_media(b, paper);
	hf_add_links(b, id);
	read_number(b, TMS_NUMBER_UPVOTES, paper, "upvotes");
	read_number(b, TMS_NUMBER_STARS, paper, "githubStars");
	read_number(b, TMS_NUMBER_COMMENTS, outer, "numComments");
	const struct json_t *comments = tms_json_array(outer, "comments");
	if (item->numbers[TMS_NUMBER_COMMENTS] == TMS_NUMBER_NONE && comments)
		build_number(b, TMS_NUMBER_COMMENTS, (int64_t)tms_json_count(comments));
	item->withdrawn = tms_json_str(paper, "withdrawnAt").len > 0 ||
			  tms_json_bool(paper, "withdrawn", false);
	return build_end(b);
}

static const char *kind_name(const struct json_t *value)
{
	switch (tms_json_kind_of(value)) {
	case TMS_JSON_NONE:
		return "nothing";
	case TMS_JSON_NULL:
		return "null";
	case TMS_JSON_BOOL:
		return "a truth value";
	case TMS_JSON_NUMBER:
		return "a number";
	case TMS_JSON_STRING:
		return "a string";
	case TMS_JSON_ARRAY:
		return "an array";
	case TMS_JSON_OBJECT:
		return "an object without a paper";
	}
	return "something";
}

enum tms_status hf_read_items(struct build *b, const struct json_t *array)
{
	enum tms_status st = TMS_OK;

	for (size_t i = 0; i < tms_json_count(array) && st == TMS_OK; i++) {
		const struct json_t *element = tms_json_at(array, i);
		const struct json_t *paper = tms_json_object(element, "paper");
		build_begin(b, 0);
		if (paper)
			st = read_item(b, element, paper);
		else if (hf_is_paper(element))
			st = read_item(b, element, element);
		else
			build_skip(b, "is %s where an object with a paper is expected",
				kind_name(element));
	}
	return st == TMS_OK ? b->arena->status : st;
}

enum tms_status hf_read_paper(struct build *b, const struct json_t *paper)
{
	build_begin(b, 0);
	return read_item(b, paper, paper);
}

void hf_add_links(struct build *b, struct tms_str arxiv_id)
{
	const struct tms_str none = { 0 };

	build_link(b, none,
		&(struct tms_link){ .rel = TMS_STR("related"),
			.href = tms_arxiv_abs_url(b->arena, arxiv_id),
			.type = TMS_STR("text/html"),
			.length = TMS_NUMBER_NONE });
	build_link(b, none,
		&(struct tms_link){ .rel = TMS_STR("related"),
			.href = tms_arxiv_pdf_url(b->arena, arxiv_id),
			.type = TMS_STR("application/pdf"),
			.title = TMS_STR("pdf"),
			.length = TMS_NUMBER_NONE });
}

void hf_set_period(struct build *b, struct tms_str date)
{
	struct tms_listing *listing = b->listing;
	enum tms_listing_period period = TMS_PERIOD_NONE;

	date = tms_str_trim(date);
	if (date.len > 10 && date.ptr[10] == 'T')
		date = tms_str_slice(date, 0, 10);
	if (date.len < 7 || !tms_is_digit(date.ptr[0]) || date.ptr[4] != '-')
		return;
	if (date.len == 8 && date.ptr[5] == 'W')
		period = TMS_PERIOD_WEEK;
	else if (date.len == 7 && tms_is_digit(date.ptr[5]))
		period = TMS_PERIOD_MONTH;
	else if (date.len == 10 && date.ptr[7] == '-')
		period = TMS_PERIOD_DAY;
	if (period == TMS_PERIOD_NONE)
		return;
	listing->period = period;
	listing->period_date = tms_arena_copy(b->arena, date);
}

/* Items of a day's list without a date of their own were listed on that day. */
void hf_date_items(struct build *b)
{
	struct tms_listing *listing = b->listing;

	if (listing->period != TMS_PERIOD_DAY)
		return;
	tms_time day = build_date(b, listing->period_date, NULL);
	for (size_t i = 0; i < listing->items_count && day != TMS_TIME_NONE; i++) {
		if (listing->items[i].published != TMS_TIME_NONE)
			continue;
		listing->items[i].published = day;
		listing->items[i].published_day_only = true;
	}
}
