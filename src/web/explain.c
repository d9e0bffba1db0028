/* /explain: what a filter keeps and drops, and why; in the form that `format` asks for. */
#include "web/served.h"
#include "web/web_private.h"

enum turn_word web_explain(struct turn *turn, const struct tms_request *request)
{
	struct web_filter filter;

	if (!served_filter(turn, request, &filter))
		return TURN_OVER;
	if (tms_str_equal(filter.format, TMS_STR("summary")))
		return explain_summary_begin(turn, request->query);
	if (tms_str_equal(filter.format, TMS_STR("tsv")) ||
		tms_str_equal(filter.format, TMS_STR("details")) ||
		tms_str_equal(filter.format, TMS_STR("jsonl")))
		return explain_lines_begin(turn, request->query);
	return web_page_begin(turn, request->query, true);
}
