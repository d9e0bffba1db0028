/* Text into HTML. */
#include "web/web_private.h"

void web_html_text(struct tms_buf *buf, struct tms_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char byte = (unsigned char)text.ptr[i];
		if (byte == '&')
			tms_buf_add_cstr(buf, "&amp;");
		else if (byte == '<')
			tms_buf_add_cstr(buf, "&lt;");
		else if (byte == '>')
			tms_buf_add_cstr(buf, "&gt;");
		else if (byte == '"')
			tms_buf_add_cstr(buf, "&quot;");
		else if (byte == '\'')
			tms_buf_add_cstr(buf, "&#39;");
		else if (byte >= ' ' || byte == '\n' || byte == '\t')
			tms_buf_add_char(buf, (char)byte);
	}
}
