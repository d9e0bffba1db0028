/* Items as JSON lines, for programs. */
#include <tamis/jsonl.h>

#include <tamis/json.h>

static void member_time(struct tms_json_writer *w, const char *key, tms_time t)
{
	struct tms_buf text = { 0 };

	if (t != TMS_TIME_NONE)
		tms_time_write_rfc3339(&text, t);
	tms_json_member_str(w, key, tms_buf_str(&text));
	if (w->buf->status == TMS_OK)
		w->buf->status = text.status;
	tms_buf_free(&text);
}

static void member_lists(struct tms_json_writer *w, const struct tms_item *item)
{
	tms_json_key(w, "authors");
	tms_json_begin(w, '[');
	for (size_t i = 0; i < item->authors_count; i++)
		tms_json_add_str(w, item->authors[i].name);
	tms_json_end(w);
	tms_json_key(w, "categories");
	tms_json_begin(w, '[');
	for (size_t i = 0; i < item->categories_count; i++)
		tms_json_add_str(w, item->categories[i].term);
	tms_json_end(w);
	tms_json_key(w, "keywords");
	tms_json_begin(w, '[');
	for (size_t i = 0; i < item->keywords_count; i++)
		tms_json_add_str(w, item->keywords[i]);
	tms_json_end(w);
}

static void member_numbers(struct tms_json_writer *w, const struct tms_item *item)
{
	for (int i = 0; i < TMS_NUMBERS; i++) {
		tms_json_key(w, tms_number_name((enum tms_number)i));
		if (item->numbers[i] == TMS_NUMBER_NONE)
			tms_json_add_null(w);
		else
			tms_json_add_int(w, item->numbers[i]);
	}
}

static void member_source(struct tms_json_writer *w, const struct tms_merged *item)
{
	struct tms_buf names = { 0 };

	for (size_t i = 0; i < item->sources_count; i++) {
		if (i > 0)
			tms_buf_add_cstr(&names, ", ");
		tms_buf_add(&names, item->sources[i]);
	}
	tms_json_member_str(w, "source", tms_buf_str(&names));
	if (w->buf->status == TMS_OK)
		w->buf->status = names.status;
	tms_buf_free(&names);
}

void tms_jsonl_write(struct tms_buf *buf, const struct tms_merged *item, enum tms_feed_link link)
{
	struct tms_json_writer w = { .buf = buf };
	struct tms_arena scratch = { 0 };

	tms_json_begin(&w, '{');
	tms_json_member_str(&w, "id", item->item.id);
	tms_json_member_str(&w, "title", item->item.title);
	tms_json_member_str(&w, "link", tms_feed_entry_url(&scratch, link, &item->item));
	tms_json_member_str(&w, "summary", item->item.summary);
	member_lists(&w, &item->item);
	member_time(&w, "published", item->item.published);
	member_time(&w, "updated", item->updated);
	member_numbers(&w, &item->item);
	member_source(&w, item);
	tms_json_end(&w);
	tms_buf_add_char(buf, '\n');
	if (buf->status == TMS_OK)
		buf->status = scratch.status;
	tms_arena_free(&scratch);
}
