#include "html_element.h"

#include <tamis/status.h>

/* In the order of their names. */
static const struct html_element elements[] = {
	{ "a", HTML_ALLOW, ATTRIBUTE_HREF | ATTRIBUTE_HREFLANG, "a" },
	{ "abbr", HTML_ALLOW, 0, "" },
	{ "acronym", HTML_ALLOW, 0, "" },
	{ "address", HTML_BLOCK | HTML_ALLOW, 0, "p" },
	{ "annotation", 0, 0, "" },
	{ "applet", HTML_DROP, 0, "" },
	{ "area", HTML_VOID, 0, "" },
	{ "article", HTML_BLOCK | HTML_ALLOW, 0, "p" },
	{ "aside", HTML_BLOCK | HTML_ALLOW, 0, "p" },
	{ "audio", HTML_DROP, 0, "" },
	{ "b", HTML_ALLOW, 0, "" },
	{ "base", HTML_VOID, 0, "" },
	{ "basefont", HTML_VOID, 0, "" },
	{ "bdi", HTML_ALLOW, 0, "" },
	{ "bdo", HTML_ALLOW, ATTRIBUTE_DIR, "" },
	{ "bgsound", HTML_VOID, 0, "" },
	{ "big", HTML_ALLOW, 0, "" },
	{ "blink", 0, 0, "" },
	{ "blockquote", HTML_BLOCK | HTML_ALLOW, ATTRIBUTE_CITE, "p" },
	{ "body", 0, 0, "" },
	{ "br", HTML_LINE | HTML_VOID | HTML_ALLOW, 0, "" },
	{ "button", HTML_DROP, 0, "" },
	{ "canvas", HTML_DROP, 0, "" },
	{ "caption", HTML_LINE | HTML_ALLOW, 0, "" },
	{ "center", HTML_BLOCK | HTML_ALLOW, 0, "p" },
	{ "cite", HTML_ALLOW, 0, "" },
	{ "code", HTML_ALLOW, 0, "" },
	{ "col", HTML_VOID | HTML_ALLOW, ATTRIBUTE_SPAN, "" },
	{ "colgroup", HTML_ALLOW, ATTRIBUTE_SPAN, "" },
	{ "data", 0, 0, "" },
	{ "datalist", HTML_DROP, 0, "" },
	{ "dd", HTML_LINE | HTML_ALLOW, 0, "dt dd p" },
	{ "del", HTML_ALLOW, ATTRIBUTE_CITE | ATTRIBUTE_DATETIME, "" },
	{ "details", HTML_BLOCK | HTML_ALLOW, 0, "p" },
	{ "dfn", HTML_ALLOW, 0, "" },
	{ "dialog", HTML_BLOCK, 0, "p" },
	{ "dir", HTML_BLOCK, 0, "p" },
	{ "div", HTML_BLOCK | HTML_ALLOW, 0, "p" },
	{ "dl", HTML_BLOCK | HTML_ALLOW | HTML_SCOPE, 0, "p" },
	{ "dt", HTML_LINE | HTML_ALLOW, 0, "dt dd p" },
	{ "em", HTML_ALLOW, 0, "" },
	{ "embed", HTML_VOID, 0, "" },
	{ "fieldset", HTML_BLOCK, 0, "p" },
	{ "figcaption", HTML_BLOCK | HTML_ALLOW, 0, "p" },
	{ "figure", HTML_BLOCK | HTML_ALLOW, 0, "p" },
	{ "font", 0, 0, "" },
	{ "footer", HTML_BLOCK | HTML_ALLOW, 0, "p" },
	{ "form", HTML_BLOCK, 0, "p" },
	{ "frame", HTML_VOID, 0, "" },
	{ "frameset", HTML_DROP, 0, "" },
	{ "h1", HTML_BLOCK | HTML_ALLOW, 0, "p" },
	{ "h2", HTML_BLOCK | HTML_ALLOW, 0, "p" },
	{ "h3", HTML_BLOCK | HTML_ALLOW, 0, "p" },
	{ "h4", HTML_BLOCK | HTML_ALLOW, 0, "p" },
	{ "h5", HTML_BLOCK | HTML_ALLOW, 0, "p" },
	{ "h6", HTML_BLOCK | HTML_ALLOW, 0, "p" },
	{ "head", 0, 0, "" },
	{ "header", HTML_BLOCK | HTML_ALLOW, 0, "p" },
	{ "hgroup", HTML_BLOCK | HTML_ALLOW, 0, "p" },
	{ "hr", HTML_BLOCK | HTML_VOID | HTML_ALLOW, 0, "p" },
	{ "html", 0, 0, "" },
	{ "i", HTML_ALLOW, 0, "" },
	{ "iframe", HTML_DROP | HTML_RAW, 0, "" },
	{ "image", HTML_VOID, 0, "" },
	{ "img", HTML_VOID | HTML_ALLOW,
		ATTRIBUTE_SRC | ATTRIBUTE_ALT | ATTRIBUTE_WIDTH | ATTRIBUTE_HEIGHT, "" },
	{ "input", HTML_VOID, 0, "" },
	{ "ins", HTML_ALLOW, ATTRIBUTE_CITE | ATTRIBUTE_DATETIME, "" },
	{ "isindex", HTML_VOID, 0, "" },
	{ "kbd", HTML_ALLOW, 0, "" },
	{ "keygen", HTML_VOID, 0, "" },
	{ "label", 0, 0, "" },
	{ "legend", HTML_LINE, 0, "" },
	{ "li", HTML_LINE | HTML_ALLOW, ATTRIBUTE_VALUE, "li p" },
	{ "link", HTML_VOID, 0, "" },
	{ "listing", HTML_BLOCK, 0, "p" },
	{ "main", HTML_BLOCK | HTML_ALLOW, 0, "p" },
	{ "map", 0, 0, "" },
	{ "mark", HTML_ALLOW, 0, "" },
	{ "marquee", 0, 0, "" },
	{ "math", 0, 0, "" },
	{ "menu", HTML_BLOCK, 0, "p" },
	{ "meta", HTML_VOID, 0, "" },
	{ "meter", 0, 0, "" },
	{ "mfrac", 0, 0, "" },
	{ "mi", 0, 0, "" },
	{ "mn", 0, 0, "" },
	{ "mo", 0, 0, "" },
	{ "mrow", 0, 0, "" },
	{ "msub", 0, 0, "" },
	{ "msup", 0, 0, "" },
	{ "mtext", 0, 0, "" },
	{ "nav", HTML_BLOCK | HTML_ALLOW, 0, "p" },
	{ "nobr", 0, 0, "" },
	{ "noembed", HTML_DROP | HTML_RAW, 0, "" },
	{ "noframes", HTML_DROP | HTML_RAW, 0, "" },
	{ "noscript", 0, 0, "" },
	{ "object", 0, 0, "" },
	{ "ol", HTML_BLOCK | HTML_ALLOW | HTML_SCOPE,
		ATTRIBUTE_START | ATTRIBUTE_REVERSED | ATTRIBUTE_TYPE, "p" },
	{ "optgroup", HTML_LINE, 0, "" },
	{ "option", HTML_LINE, 0, "" },
	{ "output", 0, 0, "" },
	{ "p", HTML_BLOCK | HTML_ALLOW, 0, "p" },
	{ "param", HTML_VOID, 0, "" },
	{ "picture", 0, 0, "" },
	{ "plaintext", HTML_DROP | HTML_RAW, 0, "" },
	{ "pre", HTML_BLOCK | HTML_ALLOW, 0, "p" },
	{ "progress", 0, 0, "" },
	{ "q", HTML_ALLOW, ATTRIBUTE_CITE, "" },
	{ "rp", HTML_ALLOW, 0, "" },
	{ "rt", HTML_ALLOW, 0, "" },
	{ "ruby", HTML_ALLOW, 0, "" },
	{ "s", HTML_ALLOW, 0, "" },
	{ "samp", HTML_ALLOW, 0, "" },
	{ "script", HTML_DROP | HTML_RAW, 0, "" },
	{ "search", HTML_BLOCK, 0, "p" },
	{ "section", HTML_BLOCK | HTML_ALLOW, 0, "p" },
	{ "select", HTML_DROP, 0, "" },
	{ "semantics", 0, 0, "" },
	{ "slot", 0, 0, "" },
	{ "small", HTML_ALLOW, 0, "" },
	{ "source", HTML_VOID, 0, "" },
	{ "span", HTML_ALLOW, 0, "" },
	{ "strike", HTML_ALLOW, 0, "" },
	{ "strong", HTML_ALLOW, 0, "" },
	{ "style", HTML_DROP | HTML_RAW, 0, "" },
	{ "sub", HTML_ALLOW, 0, "" },
	{ "summary", HTML_BLOCK | HTML_ALLOW, 0, "p" },
	{ "sup", HTML_ALLOW, 0, "" },
	{ "svg", HTML_DROP, 0, "" },
	{ "table", HTML_BLOCK | HTML_ALLOW | HTML_SCOPE, 0, "p" },
	{ "tbody", HTML_LINE | HTML_ALLOW, 0, "td th tr thead tbody tfoot colgroup caption" },
	{ "td", HTML_CELL | HTML_ALLOW | HTML_SCOPE,
		ATTRIBUTE_COLSPAN | ATTRIBUTE_ROWSPAN | ATTRIBUTE_SCOPE, "td th" },
	{ "template", HTML_DROP, 0, "" },
	{ "textarea", HTML_DROP | HTML_RAW, 0, "" },
	{ "tfoot", HTML_LINE | HTML_ALLOW, 0, "td th tr thead tbody tfoot colgroup caption" },
	{ "th", HTML_CELL | HTML_ALLOW | HTML_SCOPE,
		ATTRIBUTE_COLSPAN | ATTRIBUTE_ROWSPAN | ATTRIBUTE_SCOPE, "td th" },
	{ "thead", HTML_LINE | HTML_ALLOW, 0, "td th tr thead tbody tfoot colgroup caption" },
	{ "time", HTML_ALLOW, ATTRIBUTE_DATETIME, "" },
	{ "title", HTML_DROP | HTML_RAW, 0, "" },
	{ "tr", HTML_LINE | HTML_ALLOW, 0, "td th tr colgroup caption" },
	{ "track", HTML_VOID, 0, "" },
	{ "tt", HTML_ALLOW, 0, "" },
	{ "u", HTML_ALLOW, 0, "" },
	{ "ul", HTML_BLOCK | HTML_ALLOW | HTML_SCOPE, 0, "p" },
	{ "var", HTML_ALLOW, 0, "" },
	{ "video", HTML_DROP, 0, "" },
	{ "wbr", HTML_VOID | HTML_ALLOW, 0, "" },
	{ "xmp", HTML_DROP | HTML_RAW, 0, "" },
};

/* Where the names of each letter begin; what is behind the last is behind 'z'. */
static size_t first_of(char letter)
{
	static const uint8_t firsts[] = { 0, 10, 22, 29, 40, 42, 50, 50, 61, 68, 68, 70, 75, 91, 96,
		101, 107, 108, 111, 129, 142, 144, 146, 147, 148, 148, 148 };

	return firsts[letter - 'a'];
}

/* Most names differ in their first letter or their length: two looks instead of seven. */
const struct html_element *html_element_find(struct tms_str name)
{
	char letter = name.len > 0 ? tms_lower(name.ptr[0]) : '\0';

	if (letter < 'a' || letter > 'z')
		return NULL;
	size_t end = first_of((char)(letter + 1));
	for (size_t i = first_of(letter); i < end; i++) {
		const char *known = elements[i].name;
		size_t at = 1;
		while (at < name.len && known[at] && tms_lower(name.ptr[at]) == known[at])
			at++;
		if (at == name.len && !known[at])
			return &elements[i];
	}
	return NULL;
}

static const struct {
	struct tms_str name;
	uint32_t attribute;
} attributes[] = {
	{ TMS_STR_INIT("href"), ATTRIBUTE_HREF },
	{ TMS_STR_INIT("hreflang"), ATTRIBUTE_HREFLANG },
	{ TMS_STR_INIT("title"), ATTRIBUTE_TITLE },
	{ TMS_STR_INIT("lang"), ATTRIBUTE_LANG },
	{ TMS_STR_INIT("dir"), ATTRIBUTE_DIR },
	{ TMS_STR_INIT("src"), ATTRIBUTE_SRC },
	{ TMS_STR_INIT("alt"), ATTRIBUTE_ALT },
	{ TMS_STR_INIT("width"), ATTRIBUTE_WIDTH },
	{ TMS_STR_INIT("height"), ATTRIBUTE_HEIGHT },
	{ TMS_STR_INIT("cite"), ATTRIBUTE_CITE },
	{ TMS_STR_INIT("datetime"), ATTRIBUTE_DATETIME },
	{ TMS_STR_INIT("span"), ATTRIBUTE_SPAN },
	{ TMS_STR_INIT("value"), ATTRIBUTE_VALUE },
	{ TMS_STR_INIT("start"), ATTRIBUTE_START },
	{ TMS_STR_INIT("reversed"), ATTRIBUTE_REVERSED },
	{ TMS_STR_INIT("type"), ATTRIBUTE_TYPE },
	{ TMS_STR_INIT("colspan"), ATTRIBUTE_COLSPAN },
	{ TMS_STR_INIT("rowspan"), ATTRIBUTE_ROWSPAN },
	{ TMS_STR_INIT("scope"), ATTRIBUTE_SCOPE },
};

uint32_t html_attribute_find(struct tms_str name)
{
	char first = name.len > 0 ? tms_lower(name.ptr[0]) : '\0';

	for (size_t i = 0; i < TMS_COUNT(attributes); i++)
		if (attributes[i].name.len == name.len && attributes[i].name.ptr[0] == first &&
			tms_str_equal_caseless(attributes[i].name, name))
			return attributes[i].attribute;
	return 0;
}

const char *html_attribute_name(uint32_t attribute)
{
	for (size_t i = 0; i < TMS_COUNT(attributes); i++)
		if (attributes[i].attribute == attribute)
			return attributes[i].name.ptr;
	return "";
}
