/* What a definition says of its feed: the id, the title, where its entries lead. */
#include <tamis/feed.h>

#include <stdlib.h>
#include <uuid/uuid.h>

#include <tamis/identity.h>
#include <tamis/url.h>

static int compare_names(const void *a, const void *b)
{
	return tms_str_compare(*(const struct tms_str *)a, *(const struct tms_str *)b);
}

/* What the id is made of: parts that cannot be confused with each other, because a NUL divides
 * them. */
static void write_name(
	struct tms_arena *arena, struct tms_buf *buf, const struct tms_feed_definition *feed)
{
	tms_buf_add(buf, TMS_STR("tamis feed\0"));
	tms_buf_add(buf, feed->instance);
	tms_buf_add_char(buf, '\0');
	tms_buf_add(buf, feed->user);
	tms_buf_add_char(buf, '\0');
	tms_buf_add(buf, feed->name);
	tms_buf_add_char(buf, '\0');
	if (feed->name.len > 0)
		return;
	struct tms_str *names = TMS_ARENA_ARRAY(arena, struct tms_str, feed->sources_count);
	for (size_t i = 0; names && i < feed->sources_count; i++)
		names[i] = feed->sources[i];
	if (names && feed->sources_count > 0)
		qsort(names, feed->sources_count, sizeof(*names), compare_names);
	for (size_t i = 0; names && i < feed->sources_count; i++) {
		tms_buf_add(buf, names[i]);
		tms_buf_add_char(buf, '\0');
	}
	tms_buf_add(buf, feed->query);
}

struct tms_str tms_feed_id(struct tms_arena *arena, const struct tms_feed_definition *feed)
{
	struct tms_buf name = { 0 };
	struct tms_str id = { 0 };
	uuid_t uuid;
	char text[UUID_STR_LEN];

	write_name(arena, &name, feed);
	if (name.status == TMS_OK && arena->status == TMS_OK) {
		uuid_generate_sha1(uuid, *uuid_get_template("url"), name.ptr, name.len);
		uuid_unparse_lower(uuid, text);
		id = tms_arena_format(arena, "urn:uuid:%s", text);
	} else if (arena->status == TMS_OK) {
		arena->status = name.status;
	}
	tms_buf_free(&name);
	return id;
}

struct tms_str tms_feed_title(const struct tms_feed_definition *feed)
{
	struct tms_str choices[] = { feed->title, feed->name, feed->query };

	for (size_t i = 0; i < TMS_COUNT(choices); i++)
		if (tms_str_trim(choices[i]).len > 0)
			return choices[i];
	return TMS_STR("Tamis");
}

struct tms_str tms_feed_entry_url(
	struct tms_arena *arena, enum tms_feed_link link, const struct tms_item *item)
{
	struct tms_str paper = tms_identity_arxiv(item->id);

	if (paper.len == 0)
		return tms_url_is_http(item->link) ? item->link : TMS_STR_NONE;
	switch (link) {
	case TMS_FEED_LINK_HF:
		return tms_hf_paper_url(arena, paper);
	case TMS_FEED_LINK_ARXIV:
		return tms_arxiv_abs_url(arena, paper);
	case TMS_FEED_LINK_PDF:
		return tms_arxiv_pdf_url(arena, paper);
	}
	return item->link;
}
