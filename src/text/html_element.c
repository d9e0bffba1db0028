#include "html_element.h"

#include <tamis/status.h>

/* In the order of their names; looked up by halves. */
static const struct html_element elements[] = {
	{ "a", HTML_ALLOW, "href hreflang", "a" },
	{ "abbr", HTML_ALLOW, "", "" },
	{ "acronym", HTML_ALLOW, "", "" },
	{ "address", HTML_BLOCK | HTML_ALLOW, "", "p" },
	{ "annotation", 0, "", "" },
	{ "applet", HTML_DROP, "", "" },
	{ "area", HTML_VOID, "", "" },
	{ "article", HTML_BLOCK | HTML_ALLOW, "", "p" },
	{ "aside", HTML_BLOCK | HTML_ALLOW, "", "p" },
	{ "audio", HTML_DROP, "", "" },
	{ "b", HTML_ALLOW, "", "" },
	{ "base", HTML_VOID, "", "" },
	{ "basefont", HTML_VOID, "", "" },
	{ "bdi", HTML_ALLOW, "", "" },
	{ "bdo", HTML_ALLOW, "dir", "" },
	{ "bgsound", HTML_VOID, "", "" },
	{ "big", HTML_ALLOW, "", "" },
	{ "blink", 0, "", "" },
	{ "blockquote", HTML_BLOCK | HTML_ALLOW, "cite", "p" },
	{ "body", 0, "", "" },
	{ "br", HTML_LINE | HTML_VOID | HTML_ALLOW, "", "" },
	{ "button", HTML_DROP, "", "" },
	{ "canvas", HTML_DROP, "", "" },
	{ "caption", HTML_LINE | HTML_ALLOW, "", "" },
	{ "center", HTML_BLOCK | HTML_ALLOW, "", "p" },
	{ "cite", HTML_ALLOW, "", "" },
	{ "code", HTML_ALLOW, "", "" },
	{ "col", HTML_VOID | HTML_ALLOW, "span", "" },
	{ "colgroup", HTML_ALLOW, "span", "" },
	{ "data", 0, "", "" },
	{ "datalist", HTML_DROP, "", "" },
	{ "dd", HTML_LINE | HTML_ALLOW, "", "dt dd p" },
	{ "del", HTML_ALLOW, "cite datetime", "" },
	{ "details", HTML_BLOCK | HTML_ALLOW, "", "p" },
	{ "dfn", HTML_ALLOW, "", "" },
	{ "dialog", HTML_BLOCK, "", "p" },
	{ "dir", HTML_BLOCK, "", "p" },
	{ "div", HTML_BLOCK | HTML_ALLOW, "", "p" },
	{ "dl", HTML_BLOCK | HTML_ALLOW | HTML_SCOPE, "", "p" },
	{ "dt", HTML_LINE | HTML_ALLOW, "", "dt dd p" },
	{ "em", HTML_ALLOW, "", "" },
	{ "embed", HTML_VOID, "", "" },
	{ "fieldset", HTML_BLOCK, "", "p" },
	{ "figcaption", HTML_BLOCK | HTML_ALLOW, "", "p" },
	{ "figure", HTML_BLOCK | HTML_ALLOW, "", "p" },
	{ "font", 0, "", "" },
	{ "footer", HTML_BLOCK | HTML_ALLOW, "", "p" },
	{ "form", HTML_BLOCK, "", "p" },
	{ "frame", HTML_VOID, "", "" },
	{ "frameset", HTML_DROP, "", "" },
	{ "h1", HTML_BLOCK | HTML_ALLOW, "", "p" },
	{ "h2", HTML_BLOCK | HTML_ALLOW, "", "p" },
	{ "h3", HTML_BLOCK | HTML_ALLOW, "", "p" },
	{ "h4", HTML_BLOCK | HTML_ALLOW, "", "p" },
	{ "h5", HTML_BLOCK | HTML_ALLOW, "", "p" },
	{ "h6", HTML_BLOCK | HTML_ALLOW, "", "p" },
	{ "head", 0, "", "" },
	{ "header", HTML_BLOCK | HTML_ALLOW, "", "p" },
	{ "hgroup", HTML_BLOCK | HTML_ALLOW, "", "p" },
	{ "hr", HTML_BLOCK | HTML_VOID | HTML_ALLOW, "", "p" },
	{ "html", 0, "", "" },
	{ "i", HTML_ALLOW, "", "" },
	{ "iframe", HTML_DROP | HTML_RAW, "", "" },
	{ "image", HTML_VOID, "", "" },
	{ "img", HTML_VOID | HTML_ALLOW, "src alt width height", "" },
	{ "input", HTML_VOID, "", "" },
	{ "ins", HTML_ALLOW, "cite datetime", "" },
	{ "isindex", HTML_VOID, "", "" },
	{ "kbd", HTML_ALLOW, "", "" },
	{ "keygen", HTML_VOID, "", "" },
	{ "label", 0, "", "" },
	{ "legend", HTML_LINE, "", "" },
	{ "li", HTML_LINE | HTML_ALLOW, "value", "li p" },
	{ "link", HTML_VOID, "", "" },
	{ "listing", HTML_BLOCK, "", "p" },
	{ "main", HTML_BLOCK | HTML_ALLOW, "", "p" },
	{ "map", 0, "", "" },
	{ "mark", HTML_ALLOW, "", "" },
	{ "marquee", 0, "", "" },
	{ "math", 0, "", "" },
	{ "menu", HTML_BLOCK, "", "p" },
	{ "meta", HTML_VOID, "", "" },
	{ "meter", 0, "", "" },
	{ "mfrac", 0, "", "" },
	{ "mi", 0, "", "" },
	{ "mn", 0, "", "" },
	{ "mo", 0, "", "" },
	{ "mrow", 0, "", "" },
	{ "msub", 0, "", "" },
	{ "msup", 0, "", "" },
	{ "mtext", 0, "", "" },
	{ "nav", HTML_BLOCK | HTML_ALLOW, "", "p" },
	{ "nobr", 0, "", "" },
	{ "noembed", HTML_DROP | HTML_RAW, "", "" },
	{ "noframes", HTML_DROP | HTML_RAW, "", "" },
	{ "noscript", 0, "", "" },
	{ "object", 0, "", "" },
	{ "ol", HTML_BLOCK | HTML_ALLOW | HTML_SCOPE, "start reversed type", "p" },
	{ "optgroup", HTML_LINE, "", "" },
	{ "option", HTML_LINE, "", "" },
	{ "output", 0, "", "" },
	{ "p", HTML_BLOCK | HTML_ALLOW, "", "p" },
	{ "param", HTML_VOID, "", "" },
	{ "picture", 0, "", "" },
	{ "plaintext", HTML_DROP | HTML_RAW, "", "" },
	{ "pre", HTML_BLOCK | HTML_ALLOW, "", "p" },
	{ "progress", 0, "", "" },
	{ "q", HTML_ALLOW, "cite", "" },
	{ "rp", HTML_ALLOW, "", "" },
	{ "rt", HTML_ALLOW, "", "" },
	{ "ruby", HTML_ALLOW, "", "" },
	{ "s", HTML_ALLOW, "", "" },
	{ "samp", HTML_ALLOW, "", "" },
	{ "script", HTML_DROP | HTML_RAW, "", "" },
	{ "search", HTML_BLOCK, "", "p" },
	{ "section", HTML_BLOCK | HTML_ALLOW, "", "p" },
	{ "select", HTML_DROP, "", "" },
	{ "semantics", 0, "", "" },
	{ "slot", 0, "", "" },
	{ "small", HTML_ALLOW, "", "" },
	{ "source", HTML_VOID, "", "" },
	{ "span", HTML_ALLOW, "", "" },
	{ "strike", HTML_ALLOW, "", "" },
	{ "strong", HTML_ALLOW, "", "" },
	{ "style", HTML_DROP | HTML_RAW, "", "" },
	{ "sub", HTML_ALLOW, "", "" },
	{ "summary", HTML_BLOCK | HTML_ALLOW, "", "p" },
	{ "sup", HTML_ALLOW, "", "" },
	{ "svg", HTML_DROP, "", "" },
	{ "table", HTML_BLOCK | HTML_ALLOW | HTML_SCOPE, "", "p" },
	{ "tbody", HTML_LINE | HTML_ALLOW, "", "td th tr thead tbody tfoot colgroup caption" },
	{ "td", HTML_CELL | HTML_ALLOW | HTML_SCOPE, "colspan rowspan scope", "td th" },
	{ "template", HTML_DROP, "", "" },
	{ "textarea", HTML_DROP | HTML_RAW, "", "" },
	{ "tfoot", HTML_LINE | HTML_ALLOW, "", "td th tr thead tbody tfoot colgroup caption" },
	{ "th", HTML_CELL | HTML_ALLOW | HTML_SCOPE, "colspan rowspan scope", "td th" },
	{ "thead", HTML_LINE | HTML_ALLOW, "", "td th tr thead tbody tfoot colgroup caption" },
	{ "time", HTML_ALLOW, "datetime", "" },
	{ "title", HTML_DROP | HTML_RAW, "", "" },
	{ "tr", HTML_LINE | HTML_ALLOW, "", "td th tr colgroup caption" },
	{ "track", HTML_VOID, "", "" },
	{ "tt", HTML_ALLOW, "", "" },
	{ "u", HTML_ALLOW, "", "" },
	{ "ul", HTML_BLOCK | HTML_ALLOW | HTML_SCOPE, "", "p" },
	{ "var", HTML_ALLOW, "", "" },
	{ "video", HTML_DROP, "", "" },
	{ "wbr", HTML_VOID | HTML_ALLOW, "", "" },
	{ "xmp", HTML_DROP | HTML_RAW, "", "" },
};

static int compare(struct tms_str a, struct tms_str b)
{
	size_t shared = a.len < b.len ? a.len : b.len;

	for (size_t i = 0; i < shared; i++) {
		int order = tms_lower(a.ptr[i]) - b.ptr[i];
		if (order != 0)
			return order;
	}
	return (a.len > b.len) - (a.len < b.len);
}

const struct html_element *html_element_find(struct tms_str name)
{
	size_t low = 0, high = TMS_COUNT(elements);

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare(name, tms_str_from(elements[middle].name));
		if (order == 0)
			return &elements[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}
