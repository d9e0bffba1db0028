/* From what the rules found to an item, and the count of what was found and missed. */
#include <tamis/date_format.h>
#include <tamis/utf8.h>

#include "recipe_private.h"

#define SAMPLE_BYTES 120

/* ---- counting ---- */

static void add_sample(struct recipe_run *run, struct tms_recipe_finding *f, struct tms_str text)
{
	text = tms_utf8_cut(tms_str_trim(text), SAMPLE_BYTES);
	for (size_t i = 0; i < f->samples_count; i++)
		if (tms_str_equal(f->samples[i], text))
			return;
	if (f->samples_count < TMS_RECIPE_SAMPLES)
		f->samples[f->samples_count++] = tms_arena_copy(run->b->arena, text);
}

static void count_unread(
	struct recipe_run *run, struct tms_recipe_finding *f, struct tms_str text, const char *why)
{
	if (f->unread++ > 0)
		return;
	f->unread_item = run->b->entries;
	f->unread_sample =
		tms_arena_copy(run->b->arena, tms_utf8_cut(tms_str_trim(text), SAMPLE_BYTES));
	f->unread_why = tms_str_from(why);
}

static void count_missed(struct recipe_run *run, struct tms_recipe_finding *f)
{
	f->missed++;
	if (f->misses_count < TMS_RECIPE_MISSES)
		f->misses[f->misses_count++] = run->b->entries;
}

/* ---- values ---- */

/* "1,234 comments", "1.2k", "♥ 17": the first number. False when there is none. */
static bool read_number(struct tms_str text, int64_t *out)
{
	size_t at = 0;
	double number = 0, scale = 1;

	while (at < text.len && !tms_is_digit(text.ptr[at]))
		at++;
	if (at == text.len || (at > 0 && text.ptr[at - 1] == '-'))
		return false;
	for (bool is_fraction = false; at < text.len; at++) {
		char byte = text.ptr[at];
		bool is_group = at + 3 < text.len && tms_is_digit(text.ptr[at + 1]) &&
				tms_is_digit(text.ptr[at + 2]) && tms_is_digit(text.ptr[at + 3]) &&
				!(at + 4 < text.len && tms_is_digit(text.ptr[at + 4]));
		if (tms_is_digit(byte)) {
			scale /= is_fraction ? 10 : 1;
			number = number * 10 + (byte - '0');
		} else if (byte == '.' && !is_fraction && !is_group && at + 1 < text.len &&
			   tms_is_digit(text.ptr[at + 1])) {
			is_fraction = true;
		} else if (is_fraction || !is_group || !strchr(",.' ", byte)) {
			break;
		}
	}
	char unit = at < text.len ? tms_lower(text.ptr[at]) : '\0';
	bool is_unit = at + 1 >= text.len || !tms_is_alpha(text.ptr[at + 1]);
	number *= scale * (is_unit && unit == 'k' ? 1e3 : is_unit && unit == 'm' ? 1e6 : 1);
	if (number > 1e15)
		return false;
	*out = (int64_t)(number + 0.5);
	return true;
}

static tms_time read_date(struct recipe_run *run, const struct tms_recipe_rule *rule,
	const struct recipe_result *r, bool *day_only)
{
	const struct tms_recipe_way *way = &rule->value.ways[r->way];
	struct tms_str text = tms_str_trim(r->values[0].text);
	struct tms_date date = { 0 };

	(void)run;
	if (way->format.text.len > 0) {
		if (!tms_date_read_format(text, way->format.text, way->zone_minutes, &date))
			return TMS_TIME_NONE;
	} else {
		if (!tms_date_parse(text, &date))
			return TMS_TIME_NONE;
		if (!date.has_zone && !date.day_only)
			date.t -= (tms_time)way->zone_minutes * TMS_MINUTE_S;
	}
	*day_only = date.day_only;
	return date.t;
}

static bool fill_date(
	struct recipe_run *run, const struct tms_recipe_rule *rule, const struct recipe_result *r)
{
	struct tms_item *item = &run->b->item;
	bool day_only = false;
	tms_time t = read_date(run, rule, r, &day_only);

	if (rule->field == TMS_RECIPE_DATE) {
		item->published = t;
		item->published_day_only = t != TMS_TIME_NONE && day_only;
	} else if (rule->field == TMS_RECIPE_UPDATED) {
		item->upstream_updated = t;
	} else {
		item->submitted = t;
	}
	return t != TMS_TIME_NONE;
}

static bool fill_number(
	struct recipe_run *run, enum tms_number number, const struct recipe_result *r)
{
	int64_t value = 0;

	if (!read_number(tms_str_trim(r->values[0].text), &value))
		return false;
	build_number(run->b, number, value);
	return true;
}

static bool fill_links(
	struct recipe_run *run, const struct tms_recipe_rule *rule, const struct recipe_result *r)
{
	struct build *b = run->b;
	size_t before = b->item.links_count + b->item.media_count;
	bool is_pdf = rule->field == TMS_RECIPE_PDF;

	for (size_t i = 0; i < r->count; i++)
		if (rule->field == TMS_RECIPE_MEDIA)
			build_media(b, b->base, r->values[i].text);
		else
			build_link(b, b->base,
				&(struct tms_link){ .rel = rule->field == TMS_RECIPE_ENCLOSURES
								   ? TMS_STR("enclosure")
								   : TMS_STR("related"),
					.href = r->values[i].text,
					.type = is_pdf ? TMS_STR("application/pdf") : TMS_STR_NONE,
					.title = is_pdf ? TMS_STR("pdf") : TMS_STR_NONE,
					.length = TMS_NUMBER_NONE });
	return b->item.links_count + b->item.media_count > before;
}

static bool fill_list(
	struct recipe_run *run, const struct tms_recipe_rule *rule, const struct recipe_result *r)
{
	for (size_t i = 0; i < r->count; i++) {
		struct tms_str text = r->values[i].text;
		if (rule->field == TMS_RECIPE_AUTHORS)
			build_author(run->b, text, TMS_STR_NONE, TMS_STR_NONE);
		else if (rule->field == TMS_RECIPE_CATEGORIES)
			build_category(run->b, text, TMS_STR_NONE, TMS_STR_NONE);
		else
			build_keyword(run->b, text);
	}
	return r->count > 0;
}

static bool fill_run(
	struct recipe_run *run, const struct tms_recipe_rule *rule, const struct recipe_result *r)
{
	struct build *b = run->b;
	const char *what = tms_str_cstr(&run->scratch, rule->name);
	struct tms_str *to = (struct tms_str *)(void *)((char *)&b->item + rule->offset);

	*to = rule->field == TMS_RECIPE_URL
		      ? build_url(b, b->base, r->values[0].text)
		      : build_line(b, what ? what : "text", r->values[0].text);
	return to->len > 0;
}

static void fill_body(struct build_body *body, enum tms_recipe_field field,
	const struct recipe_result *r, enum tms_recipe_form form)
{
	enum build_body_type type = r->values[0].is_html          ? BUILD_BODY_HTML
				    : form == TMS_RECIPE_TEXT     ? BUILD_BODY_PLAIN
				    : field == TMS_RECIPE_SUMMARY ? BUILD_BODY_LOOSE
								  : BUILD_BODY_HTML;

	if (field == TMS_RECIPE_SUMMARY) {
		body->summary = r->values[0].text;
		body->summary_type = type;
	} else {
		body->content = r->values[0].text;
		body->content_type = type;
	}
}

/* Put what a rule found into the item; false when it is of no use. */
static bool fill(struct recipe_run *run, const struct tms_recipe_rule *rule,
	const struct recipe_result *r, struct build_body *body)
{
	struct build *b = run->b;
	struct tms_item *item = &b->item;
	struct tms_str text = r->values[0].text;

	switch (rule->field) {
	case TMS_RECIPE_PART:
		return true;
	case TMS_RECIPE_ID:
		item->upstream_id = build_line(b, "id", text);
		return item->upstream_id.len > 0;
	case TMS_RECIPE_TITLE:
		item->title = build_line(b, "title", text);
		return item->title.len > 0;
	case TMS_RECIPE_LINK:
		item->link = build_url(b, b->base, text);
		return item->link.len > 0;
	case TMS_RECIPE_SUMMARY:
	case TMS_RECIPE_CONTENT:
		fill_body(body, rule->field, r, rule->value.ways[r->way].form);
		return true;
	case TMS_RECIPE_DATE:
	case TMS_RECIPE_UPDATED:
	case TMS_RECIPE_SUBMITTED:
		return fill_date(run, rule, r);
	case TMS_RECIPE_AUTHORS:
	case TMS_RECIPE_CATEGORIES:
	case TMS_RECIPE_KEYWORDS:
		return fill_list(run, rule, r);
	case TMS_RECIPE_UPVOTES:
		return fill_number(run, TMS_NUMBER_UPVOTES, r);
	case TMS_RECIPE_COMMENTS:
		return fill_number(run, TMS_NUMBER_COMMENTS, r);
	case TMS_RECIPE_STARS:
		return fill_number(run, TMS_NUMBER_STARS, r);
	case TMS_RECIPE_MEDIA:
	case TMS_RECIPE_ENCLOSURES:
	case TMS_RECIPE_PDF:
	case TMS_RECIPE_RELATED:
		return fill_links(run, rule, r);
	case TMS_RECIPE_LINE:
	case TMS_RECIPE_URL:
		return fill_run(run, rule, r);
	}
	return false;
}

static const char *why_unread(const struct recipe_run *run, enum tms_recipe_field field)
{
	switch (field) {
	case TMS_RECIPE_DATE:
	case TMS_RECIPE_UPDATED:
	case TMS_RECIPE_SUBMITTED:
		return "is no date of the form that is asked for";
	case TMS_RECIPE_UPVOTES:
	case TMS_RECIPE_COMMENTS:
	case TMS_RECIPE_STARS:
		return "has no number";
	case TMS_RECIPE_LINK:
	case TMS_RECIPE_URL:
	case TMS_RECIPE_MEDIA:
	case TMS_RECIPE_ENCLOSURES:
	case TMS_RECIPE_PDF:
	case TMS_RECIPE_RELATED:
		return run->b->base.len > 0
			       ? "is no address"
			       : "is no address, or is relative to a page whose address is not known";
	case TMS_RECIPE_PART:
	case TMS_RECIPE_ID:
	case TMS_RECIPE_TITLE:
	case TMS_RECIPE_SUMMARY:
	case TMS_RECIPE_CONTENT:
	case TMS_RECIPE_AUTHORS:
	case TMS_RECIPE_CATEGORIES:
	case TMS_RECIPE_KEYWORDS:
	case TMS_RECIPE_LINE:
		break;
	}
	return "is no text";
}

static void fill_one(struct recipe_run *run, size_t i, struct build_body *body)
{
	const struct tms_recipe_rule *rule = &run->layout->spec->rules[i];
	struct tms_recipe_finding *f = &run->report->findings[i];
	struct recipe_result *r = &run->results[i];

	if (r->count > 0 && fill(run, rule, r, body)) {
		f->found++;
		f->ways[r->way]++;
		for (size_t k = 0; k < r->count && k < TMS_RECIPE_SAMPLES; k++)
			add_sample(run, f, r->values[k].text);
		return;
	}
	if (r->count > 0)
		count_unread(run, f, r->values[0].text, why_unread(run, rule->field));
	else if (r->unread.len > 0)
		count_unread(run, f, r->unread,
			rule->value.ways[r->way].regex.text.len > 0
				? "is not what the regular expression looks for"
				: "is an object of JSON and no text");
	else
		count_missed(run, f);
	r->count = 0; /* for `required` */
}

void recipe_fill_item(struct recipe_run *run)
{
	struct build_body body = { .base = run->b->base };

	for (size_t i = 0; i < run->layout->spec->rules_count; i++)
		fill_one(run, i, &body);
	if (body.summary_type != BUILD_BODY_NONE || body.content_type != BUILD_BODY_NONE)
		build_body(run->b, &body);
}
