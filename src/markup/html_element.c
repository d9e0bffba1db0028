/* The table of HTML elements and attributes, found by name. */
#include "html_element.h"

#include <tamis/status.h>

/* In the order of their names. */
static const struct html_element elements[] = {
	{ "a", HTML_A | HTML_ALLOW, ATTRIBUTE_HREF | ATTRIBUTE_HREFLANG, HTML_A },
	{ "abbr", HTML_ALLOW, 0, 0 },
	{ "acronym", HTML_ALLOW, 0, 0 },
	{ "address", HTML_BLOCK | HTML_ALLOW, 0, HTML_P },
	{ "annotation", 0, 0, 0 },
	{ "applet", HTML_DROP, 0, 0 },
	{ "area", HTML_VOID, 0, 0 },
	{ "article", HTML_BLOCK | HTML_ALLOW, 0, HTML_P },
	{ "aside", HTML_BLOCK | HTML_ALLOW, 0, HTML_P },
	{ "audio", HTML_DROP, 0, 0 },
	{ "b", HTML_ALLOW, 0, 0 },
	{ "base", HTML_VOID, 0, 0 },
	{ "basefont", HTML_VOID, 0, 0 },
	{ "bdi", HTML_ALLOW, 0, 0 },
	{ "bdo", HTML_ALLOW, ATTRIBUTE_DIR, 0 },
	{ "bgsound", HTML_VOID, 0, 0 },
	{ "big", HTML_ALLOW, 0, 0 },
	{ "blink", 0, 0, 0 },
	{ "blockquote", HTML_BLOCK | HTML_ALLOW, ATTRIBUTE_CITE, HTML_P },
	{ "body", 0, 0, 0 },
	{ "br", HTML_LINE | HTML_VOID | HTML_ALLOW, 0, 0 },
	{ "button", HTML_DROP, 0, 0 },
	{ "canvas", HTML_DROP, 0, 0 },
	{ "caption", HTML_COLUMNS | HTML_LINE | HTML_ALLOW, 0, 0 },
	{ "center", HTML_BLOCK | HTML_ALLOW, 0, HTML_P },
	{ "cite", HTML_ALLOW, 0, 0 },
	{ "code", HTML_ALLOW, 0, 0 },
	{ "col", HTML_VOID | HTML_ALLOW, ATTRIBUTE_SPAN, 0 },
	{ "colgroup", HTML_COLUMNS | HTML_ALLOW, ATTRIBUTE_SPAN, 0 },
	{ "data", 0, 0, 0 },
	{ "datalist", HTML_DROP, 0, 0 },
	{ "dd", HTML_TERM | HTML_LINE | HTML_ALLOW, 0, HTML_TERM | HTML_P },
	{ "del", HTML_ALLOW, ATTRIBUTE_CITE | ATTRIBUTE_DATETIME, 0 },
	{ "details", HTML_BLOCK | HTML_ALLOW, 0, HTML_P },
	{ "dfn", HTML_ALLOW, 0, 0 },
	{ "dialog", HTML_BLOCK, 0, HTML_P },
	{ "dir", HTML_BLOCK, 0, HTML_P },
	{ "div", HTML_BLOCK | HTML_ALLOW, 0, HTML_P },
	{ "dl", HTML_BLOCK | HTML_ALLOW | HTML_SCOPE, 0, HTML_P },
	{ "dt", HTML_TERM | HTML_LINE | HTML_ALLOW, 0, HTML_TERM | HTML_P },
	{ "em", HTML_ALLOW, 0, 0 },
	{ "embed", HTML_VOID, 0, 0 },
	{ "fieldset", HTML_BLOCK, 0, HTML_P },
	{ "figcaption", HTML_BLOCK | HTML_ALLOW, 0, HTML_P },
	{ "figure", HTML_BLOCK | HTML_ALLOW, 0, HTML_P },
	{ "font", 0, 0, 0 },
	{ "footer", HTML_BLOCK | HTML_ALLOW, 0, HTML_P },
	{ "form", HTML_BLOCK, 0, HTML_P },
	{ "frame", HTML_VOID, 0, 0 },
	{ "frameset", HTML_DROP, 0, 0 },
	{ "h1", HTML_BLOCK | HTML_ALLOW, 0, HTML_P },
	{ "h2", HTML_BLOCK | HTML_ALLOW, 0, HTML_P },
	{ "h3", HTML_BLOCK | HTML_ALLOW, 0, HTML_P },
	{ "h4", HTML_BLOCK | HTML_ALLOW, 0, HTML_P },
	{ "h5", HTML_BLOCK | HTML_ALLOW, 0, HTML_P },
	{ "h6", HTML_BLOCK | HTML_ALLOW, 0, HTML_P },
	{ "head", 0, 0, 0 },
	{ "header", HTML_BLOCK | HTML_ALLOW, 0, HTML_P },
	{ "hgroup", HTML_BLOCK | HTML_ALLOW, 0, HTML_P },
	{ "hr", HTML_BLOCK | HTML_VOID | HTML_ALLOW, 0, HTML_P },
	{ "html", 0, 0, 0 },
	{ "i", HTML_ALLOW, 0, 0 },
	{ "iframe", HTML_DROP | HTML_RAW, 0, 0 },
	{ "image", HTML_VOID, 0, 0 },
	{ "img", HTML_VOID | HTML_ALLOW,
		ATTRIBUTE_SRC | ATTRIBUTE_ALT | ATTRIBUTE_WIDTH | ATTRIBUTE_HEIGHT, 0 },
	{ "input", HTML_VOID, 0, 0 },
	{ "ins", HTML_ALLOW, ATTRIBUTE_CITE | ATTRIBUTE_DATETIME, 0 },
	{ "isindex", HTML_VOID, 0, 0 },
	{ "kbd", HTML_ALLOW, 0, 0 },
	{ "keygen", HTML_VOID, 0, 0 },
	{ "label", 0, 0, 0 },
	{ "legend", HTML_LINE, 0, 0 },
	{ "li", HTML_LI | HTML_LINE | HTML_ALLOW, ATTRIBUTE_VALUE, HTML_LI | HTML_P },
	{ "link", HTML_VOID, 0, 0 },
	{ "listing", HTML_BLOCK, 0, HTML_P },
	{ "main", HTML_BLOCK | HTML_ALLOW, 0, HTML_P },
	{ "map", 0, 0, 0 },
	{ "mark", HTML_ALLOW, 0, 0 },
	{ "marquee", 0, 0, 0 },
	{ "math", 0, 0, 0 },
	{ "menu", HTML_BLOCK, 0, HTML_P },
	{ "meta", HTML_VOID, 0, 0 },
	{ "meter", 0, 0, 0 },
	{ "mfrac", 0, 0, 0 },
	{ "mi", 0, 0, 0 },
	{ "mn", 0, 0, 0 },
	{ "mo", 0, 0, 0 },
	{ "mrow", 0, 0, 0 },
	{ "msub", 0, 0, 0 },
	{ "msup", 0, 0, 0 },
	{ "mtext", 0, 0, 0 },
	{ "nav", HTML_BLOCK | HTML_ALLOW, 0, HTML_P },
	{ "nobr", 0, 0, 0 },
	{ "noembed", HTML_DROP | HTML_RAW, 0, 0 },
	{ "noframes", HTML_DROP | HTML_RAW, 0, 0 },
	{ "noscript", 0, 0, 0 },
	{ "object", 0, 0, 0 },
	{ "ol", HTML_BLOCK | HTML_ALLOW | HTML_SCOPE,
		ATTRIBUTE_START | ATTRIBUTE_REVERSED | ATTRIBUTE_TYPE, HTML_P },
	{ "optgroup", HTML_LINE, 0, 0 },
	{ "option", HTML_LINE, 0, 0 },
	{ "output", 0, 0, 0 },
	{ "p", HTML_P | HTML_BLOCK | HTML_ALLOW, 0, HTML_P },
	{ "param", HTML_VOID, 0, 0 },
	{ "picture", 0, 0, 0 },
	{ "plaintext", HTML_DROP | HTML_RAW, 0, 0 },
	{ "pre", HTML_BLOCK | HTML_ALLOW, 0, HTML_P },
	{ "progress", 0, 0, 0 },
	{ "q", HTML_ALLOW, ATTRIBUTE_CITE, 0 },
	{ "rp", HTML_ALLOW, 0, 0 },
	{ "rt", HTML_ALLOW, 0, 0 },
	{ "ruby", HTML_ALLOW, 0, 0 },
	{ "s", HTML_ALLOW, 0, 0 },
	{ "samp", HTML_ALLOW, 0, 0 },
	{ "script", HTML_DROP | HTML_RAW, 0, 0 },
	{ "search", HTML_BLOCK, 0, HTML_P },
	{ "section", HTML_BLOCK | HTML_ALLOW, 0, HTML_P },
	{ "select", HTML_DROP, 0, 0 },
	{ "semantics", 0, 0, 0 },
	{ "slot", 0, 0, 0 },
	{ "small", HTML_ALLOW, 0, 0 },
	{ "source", HTML_VOID, 0, 0 },
	{ "span", HTML_ALLOW, 0, 0 },
	{ "strike", HTML_ALLOW, 0, 0 },
	{ "strong", HTML_ALLOW, 0, 0 },
	{ "style", HTML_DROP | HTML_RAW, 0, 0 },
	{ "sub", HTML_ALLOW, 0, 0 },
	{ "summary", HTML_BLOCK | HTML_ALLOW, 0, HTML_P },
	{ "sup", HTML_ALLOW, 0, 0 },
	{ "svg", HTML_DROP, 0, 0 },
	{ "table", HTML_BLOCK | HTML_ALLOW | HTML_SCOPE, 0, HTML_P },
	{ "tbody", HTML_ROWS | HTML_LINE | HTML_ALLOW, 0,
		HTML_DATA | HTML_ROW | HTML_ROWS | HTML_COLUMNS },
	{ "td", HTML_DATA | HTML_CELL | HTML_ALLOW | HTML_SCOPE,
		ATTRIBUTE_COLSPAN | ATTRIBUTE_ROWSPAN | ATTRIBUTE_SCOPE, HTML_DATA },
	{ "template", HTML_DROP, 0, 0 },
	{ "textarea", HTML_DROP | HTML_RAW, 0, 0 },
	{ "tfoot", HTML_ROWS | HTML_LINE | HTML_ALLOW, 0,
		HTML_DATA | HTML_ROW | HTML_ROWS | HTML_COLUMNS },
	{ "th", HTML_DATA | HTML_CELL | HTML_ALLOW | HTML_SCOPE,
		ATTRIBUTE_COLSPAN | ATTRIBUTE_ROWSPAN | ATTRIBUTE_SCOPE, HTML_DATA },
	{ "thead", HTML_ROWS | HTML_LINE | HTML_ALLOW, 0,
		HTML_DATA | HTML_ROW | HTML_ROWS | HTML_COLUMNS },
	{ "time", HTML_ALLOW, ATTRIBUTE_DATETIME, 0 },
	{ "title", HTML_DROP | HTML_RAW, 0, 0 },
	{ "tr", HTML_ROW | HTML_LINE | HTML_ALLOW, 0, HTML_DATA | HTML_ROW | HTML_COLUMNS },
	{ "track", HTML_VOID, 0, 0 },
	{ "tt", HTML_ALLOW, 0, 0 },
	{ "u", HTML_ALLOW, 0, 0 },
	{ "ul", HTML_BLOCK | HTML_ALLOW | HTML_SCOPE, 0, HTML_P },
	{ "var", HTML_ALLOW, 0, 0 },
	{ "video", HTML_DROP, 0, 0 },
	{ "wbr", HTML_VOID | HTML_ALLOW, 0, 0 },
	{ "xmp", HTML_DROP | HTML_RAW, 0, 0 },
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
