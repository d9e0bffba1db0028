/* Parsing JSON Feed 1 and 1.1 to items. */
#include "jsonfeed.h"

#include "papers.h"
#include "person.h"

bool jsonfeed_is(const struct json_t *value)
{
	struct tms_str version = tms_json_str(value, "version");

	if (tms_json_kind_of(value) != TMS_JSON_OBJECT)
		return false;
	if (tms_str_find(version, TMS_STR("jsonfeed.org/version/"), 0) != SIZE_MAX)
		return true;
	/* without a version only what no other format has beside its items, or in them */
	const struct json_t *items = tms_json_array(value, "items");
	const struct json_t *first = tms_json_count(items) > 0 ? tms_json_at(items, 0) : NULL;
	return items &&
	       (tms_json_get(value, "feed_url") || tms_json_get(value, "home_page_url") ||
		       tms_json_get(first, "content_html") || tms_json_get(first, "content_text"));
}

/* Ids should be strings; numbers are to be taken as strings (JSON Feed 1.1, items). */
static struct tms_str id_of(struct build *b, const struct json_t *item)
{
	const struct json_t *id = tms_json_get(item, "id");
	int64_t number;
	double real;

	if (tms_json_value_int(id, &number))
		return tms_arena_format(b->arena, "%lld", (long long)number);
	if (tms_json_double(item, "id", &real))
		return tms_arena_format(b->arena, "%.17g", real);
	return build_line(b, "id", tms_json_text(id));
}

static void read_attachments(struct build *b, const struct json_t *item)
{
	const struct json_t *list = tms_json_array(item, "attachments");
	const struct tms_str none = { 0 };

	for (size_t i = 0; i < tms_json_count(list); i++) {
		const struct json_t *attachment = tms_json_at(list, i);
		struct tms_link link = {
			.rel = TMS_STR("enclosure"),
			.href = tms_json_str(attachment, "url"),
			.type = tms_json_str(attachment, "mime_type"),
			.title = tms_json_str(attachment, "title"),
			.length = TMS_NUMBER_NONE,
		};
		if (!tms_json_int(attachment, "size_in_bytes", &link.length) || link.length < 0)
			link.length = TMS_NUMBER_NONE;
		build_link(b, none, &link);
		if (tms_str_starts_caseless(link.type, TMS_STR("image/")) ||
			tms_str_starts_caseless(link.type, TMS_STR("video/")))
			build_media(b, none, link.href);
	}
}

static void read_links(struct build *b, const struct json_t *item)
{
	struct tms_item *made = &b->item;
	const struct tms_str none = { 0 };
	struct tms_str external = tms_json_str(item, "external_url");

	made->link = build_url(b, none, tms_json_str(item, "url"));
	if (made->link.len == 0) {
		made->link = build_url(b, none, external);
		external = none;
	}
	if (made->link.len == 0 && tms_str_starts(made->upstream_id, TMS_STR("http")))
		made->link = build_url(b, none, made->upstream_id);
	build_link(b, none,
		&(struct tms_link){
			.rel = TMS_STR("related"), .href = external, .length = TMS_NUMBER_NONE });
	made->thumbnail = build_url(b, none, tms_json_str(item, "image"));
	if (made->thumbnail.len == 0)
		made->thumbnail = build_url(b, none, tms_json_str(item, "banner_image"));
	read_attachments(b, item);
}

static void read_texts(struct build *b, const struct json_t *item)
{
	struct tms_str html = tms_json_str(item, "content_html");
	struct tms_str text = tms_json_str(item, "content_text");
	const struct json_t *tags = tms_json_array(item, "tags");
	const struct tms_str none = { 0 };
	struct build_body body = {
		.summary = tms_json_str(item, "summary"),
		.summary_type = BUILD_BODY_LOOSE, /* plain by the format, HTML in the wild */
		.content = html.len ? html : text,
		.content_type = html.len ? BUILD_BODY_HTML : BUILD_BODY_PLAIN,
	};

	b->item.title = build_title(b, tms_json_str(item, "title"));
	struct tms_str language = build_line(b, "language", tms_json_str(item, "language"));
	b->item.language = language.len ? language : b->listing->language;
	for (size_t i = 0; i < tms_json_count(tags); i++)
		build_category(b, tms_json_text(tms_json_at(tags, i)), none, none);
	build_body(b, &body);
}

static enum tms_status read_item(struct build *b, const struct json_t *item)
{
	struct tms_item *made = &b->item;

	build_begin(b, 0);
	if (tms_json_kind_of(item) != TMS_JSON_OBJECT) {
		build_skip(b, "is no object");
		return TMS_OK;
	}
	made->upstream_id = id_of(b, item);
	read_links(b, item);
	read_texts(b, item);
	person_jsonfeed(b, item);
	made->published =
		build_date(b, tms_json_str(item, "date_published"), &made->published_day_only);
	made->upstream_updated = build_date(b, tms_json_str(item, "date_modified"), NULL);
	papers_polish(b);
	return build_end(b);
}

static void read_feed(struct build *b, const struct json_t *feed)
{
	struct tms_listing *listing = b->listing;
	const struct tms_str none = { 0 };
	struct tms_str version = tms_json_str(feed, "version");
	size_t at = tms_str_find(version, TMS_STR("/version/"), 0);

	listing->kind = TMS_LISTING_JSONFEED;
	if (at != SIZE_MAX)
		listing->version =
			build_line(b, "version", tms_str_slice(version, at + 9, SIZE_MAX));
	listing->self_url = build_url(b, none, tms_json_str(feed, "feed_url"));
	if (b->base.len == 0)
		b->base = listing->self_url;
	listing->link = build_url(b, none, tms_json_str(feed, "home_page_url"));
	listing->next_url = build_url(b, none, tms_json_str(feed, "next_url"));
	listing->title = build_title(b, tms_json_str(feed, "title"));
	listing->subtitle = build_title(b, tms_json_str(feed, "description"));
	struct tms_str language = build_line(b, "language", tms_json_str(feed, "language"));
	listing->language = language.len ? language : listing->language;
	listing->image = build_url(b, none, tms_json_str(feed, "icon"));
	if (listing->image.len == 0)
		listing->image = build_url(b, none, tms_json_str(feed, "favicon"));
	build_begin_listing(b);
	person_jsonfeed(b, feed);
	build_end_listing(b);
}

enum tms_status jsonfeed_read(struct build *b, const struct json_t *feed)
{
	const struct json_t *items = tms_json_array(feed, "items");

	read_feed(b, feed);
	if (!items) {
		tms_diag_set(b->diag, 0, 0, "a JSON Feed needs an array \"items\"");
		return TMS_EMALFORMED;
	}
	for (size_t i = 0; i < tms_json_count(items); i++) {
		enum tms_status st = read_item(b, tms_json_at(items, i));
		if (st != TMS_OK)
			return st;
	}
	person_inherit(b->listing);
	return b->arena->status;
}
