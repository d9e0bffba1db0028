/* Of the page: links to the same page with another rule. */
#include "web/page_private.h"

void page_begin_link(struct page *page, struct tms_str match)
{
	struct web_filter other = page->filter;

	other.match = tms_str_trim(match);
	page_add(page, "<a href=\"");
	page_add(page, page->lists_all ? "/explain" : "/");
	page_text(page, web_filter_parameters(page->scratch, &other));
	if (other.form != TMS_FORM_ATOM) {
		page_add(page, "&amp;form=");
		page_text(page, tms_form_name(other.form));
	}
	page_add(page, "\">");
}
