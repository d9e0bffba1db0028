/* Of the page: what the thresholds of the rule's topics do, each as a link that puts it in. They are
 * counted by and by. */
#include "web/page_private.h"
#include "web/served.h"

/* Of a rule with more topics the first. */
#define LADDERS_MAX 3

static bool count_next(struct page *page)
{
	struct tms_emptied_query query = {
		.query = page->query, .now = page->now, .options = &page->options
	};
	const struct tms_served *served = page_served(page);
	bool more = false;

	if (!served)
		return !page->awaited;
	page->ladder.items = page->seen_count;
	return web_ladder_step(page->web, served, &page->ladder, &query, &more) != TMS_OK || !more;
}

static void write_count(struct page *page, bool is_known, size_t count)
{
	if (is_known)
		tms_buf_format(&page->buf, "<td>%zu</td>", count);
	else
		page_add(page, "<td>?</td>");
}

static void write_step(struct page *page, const struct tms_ladder_step *step)
{
	bool is_link = !step->is_asked && step->text.len > 0;

	page_add(page, step->is_asked ? "<tr aria-current=\"true\"><th scope=\"row\">"
				      : "<tr><th scope=\"row\">");
	if (is_link)
		page_begin_link(page, step->text);
	page_add(page, step->name[0] ? step->name : "as asked");
	page_add(page, is_link ? "</a> " : " ");
	tms_topic_part_print(step->threshold + TMS_TOPIC_ONE / 200, &page->buf);
	page_add(page, "</th>");
	write_count(page, step->has_about, step->about);
	if (step->text.len > 0 && !page->ladder.is_alone)
		write_count(page, step->has_kept, step->kept);
	page_add(page, "</tr>\n");
}

static void write_ladder(struct page *page)
{
	const struct tms_ladder *ladder = &page->ladder;
	struct tms_str topic = ladder->topic.print;

	page_add(page, "<table class=\"ladder\"><caption>Thresholds of <code>");
	page_text(page, topic);
	tms_buf_format(&page->buf,
		"</code>, of %zu items</caption>\n<thead><tr><th scope=\"col\">Threshold</th>"
		"<th scope=\"col\">About it</th>%s</tr></thead>\n<tbody>\n",
		page->seen_count,
		ladder->is_alone || ladder->steps[0].text.len == 0
			? ""
			: "<th scope=\"col\">The rule keeps</th>");
	for (size_t i = 0; i < ladder->steps_count; i++)
		write_step(page, &ladder->steps[i]);
	page_add(page, "</tbody></table>\n");
}

bool page_write_ladder(struct page *page, size_t from)
{
	bool found = false;

	if (from == LADDERS_MAX || page->seen_count == 0)
		return true;
	if (!page->has_ladder) {
		enum tms_status st = tms_ladder_make(
			page->query, page->filter.match, from, &page->arena, &found, &page->ladder);
		if (st != TMS_OK || !found)
			return true;
		page->has_ladder = true;
	}
	page->from = from;
	if (!count_next(page))
		return false;
	tms_ladder_stop(&page->ladder, tms_catalog_index(page->web->service->shelves.catalog));
	write_ladder(page);
	page->has_ladder = false;
	page->from = from + 1;
	return false;
}
