/* What a topic's threshold does: counts, and the titles nearest above and below it. */
#include <tamis/preview.h>

#include <tamis/utf8.h>

#define TITLE_BYTES 100

/* Put it among the nearest to the threshold. */
static void keep_nearest(struct tms_preview_title *list, size_t *count, bool is_above,
	struct tms_preview_title title)
{
	size_t at = *count;

	while (at > 0 &&
		(is_above ? list[at - 1].score > title.score : list[at - 1].score < title.score))
		at--;
	if (at == TMS_PREVIEW_TITLES)
		return;
	*count += *count < TMS_PREVIEW_TITLES;
	for (size_t i = *count - 1; i > at; i--)
		list[i] = list[i - 1];
	list[at] = title;
}

static void count(struct tms_preview *preview, struct tms_preview_title title)
{
	preview->items++;
	preview->loose += title.score >= TMS_TOPIC_LOOSE;
	preview->normal += title.score >= TMS_TOPIC_NORMAL;
	preview->strict += title.score >= TMS_TOPIC_STRICT;
	if (title.score >= preview->topic.threshold) {
		preview->hits++;
		keep_nearest(preview->above, &preview->above_count, true, title);
	} else if (title.score > 0) {
		keep_nearest(preview->below, &preview->below_count, false, title);
	}
}

enum tms_status tms_preview_make(const struct tms_query *query, size_t i,
	const struct tms_view *view, bool *found, struct tms_preview *out)
{
	struct tms_preview preview = { 0 };

	*found = tms_query_topic_at(query, i, &preview.topic);
	for (size_t k = 0; *found && k < tms_view_count(view); k++) {
		const struct tms_view_item *item = tms_view_at(view, k);
		struct tms_preview_title title = { .item = item };
		enum tms_status st = tms_query_topic_score(query, i, &item->merged, &title.score);
		if (st != TMS_OK)
			return st;
		count(&preview, title);
	}
	*out = preview;
	return TMS_OK;
}

static void print_title(const struct tms_preview_title *title, struct tms_buf *buf)
{
	struct tms_str text = tms_utf8_cut(title->item->merged.item.title, TITLE_BYTES);

	tms_buf_add_cstr(buf, "  ");
	tms_topic_part_print(title->score, buf);
	tms_buf_add_cstr(buf, "  ");
	for (size_t i = 0; i < text.len; i++)
		tms_buf_add_char(buf, (unsigned char)text.ptr[i] < ' ' ? ' ' : text.ptr[i]);
	tms_buf_add_char(buf, '\n');
}

void tms_preview_print(const struct tms_preview *preview, struct tms_buf *buf)
{
	tms_buf_add(buf, preview->topic.print);
	tms_buf_format(buf, ": of %zu items %zu loose, %zu normal, %zu strict; as asked %zu\n",
		preview->items, preview->loose, preview->normal, preview->strict, preview->hits);
	for (size_t i = preview->above_count; i > 0; i--)
		print_title(&preview->above[i - 1], buf);
	tms_buf_add_cstr(buf, "  --- ");
	tms_topic_part_print(preview->topic.threshold + TMS_TOPIC_ONE / 200, buf);
	tms_buf_add_char(buf, '\n');
	for (size_t i = 0; i < preview->below_count; i++)
		print_title(&preview->below[i], buf);
}
