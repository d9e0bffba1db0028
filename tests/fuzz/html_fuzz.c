/*
 * Any bytes as HTML. What is cleaned is read here by the narrowest grammar that it promises: allowed
 * elements, balanced, attributes of a short list in double quotes, addresses of http, https and
 * mailto; so it holds no script, no handler and nothing that a browser could read otherwise. Cleaned
 * again it is the same. Its texts hold no controls, and nothing takes the steps that its size allows.
 * The first byte chooses what links are relative to.
 */
#include <stdlib.h>

#include <tamis/html_clean.h>
#include <tamis/utf8.h>
#include <tamis/xml.h>

#include "markup/html_text_private.h"

#define DEEPEST 100

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* ---- what is clean ---- */

static const char *const elements[] = { "a", "abbr", "acronym", "address", "article", "aside", "b",
	"bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite", "code", "col",
	"colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure",
	"footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "i", "img", "ins",
	"kbd", "li", "main", "mark", "nav", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp",
	"section", "small", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody",
	"td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr" };
static const char *const attributes[] = { "href", "hreflang", "title", "lang", "dir", "src", "alt",
	"width", "height", "cite", "datetime", "span", "value", "start", "reversed", "type",
	"colspan", "rowspan", "scope" };
static const char *const addresses[] = { "href", "src", "cite" };
static const char *const references[] = { "amp;", "lt;", "gt;", "quot;" };

static bool is_one(struct tms_str word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (tms_str_equal(word, tms_str_from(words[i])))
			return true;
	return false;
}
#define IS_ONE(word, words) is_one(word, words, TMS_COUNT(words))

/* Each takes what it names off the start. */
static bool take(struct tms_str *s, const char *what)
{
	bool is_there = tms_str_starts(*s, tms_str_from(what));

	if (is_there)
		*s = tms_str_slice(*s, strlen(what), s->len);
	return is_there;
}

static struct tms_str take_word(struct tms_str *s)
{
	size_t len = 0;

	while (len < s->len &&
		((s->ptr[len] >= 'a' && s->ptr[len] <= 'z') || tms_is_digit(s->ptr[len])))
		len++;
	struct tms_str word = tms_str_slice(*s, 0, len);
	*s = tms_str_slice(*s, len, s->len);
	return word;
}

/* Text up to a "<" or a quote: no ">" in it, and every "&" one of four. */
static struct tms_str take_text(struct tms_str *s, bool in_quotes)
{
	size_t len = 0;

	while (len < s->len && s->ptr[len] != '<' && !(in_quotes && s->ptr[len] == '"')) {
		struct tms_str rest = tms_str_slice(*s, len + 1, s->len);
		bool is_known = s->ptr[len] != '&';
		for (size_t i = 0; i < TMS_COUNT(references); i++)
			is_known = is_known || tms_str_starts(rest, tms_str_from(references[i]));
		require(is_known && s->ptr[len] != '>');
		len++;
	}
	struct tms_str text = tms_str_slice(*s, 0, len);
	*s = tms_str_slice(*s, len, s->len);
	return text;
}

static void read_attributes(struct tms_str *s, struct tms_str element)
{
	while (take(s, " ")) {
		struct tms_str name = take_word(s);
		require(IS_ONE(name, attributes) && take(s, "=\""));
		struct tms_str value = take_text(s, true);
		require(take(s, "\""));
		require(!IS_ONE(name, addresses) || tms_str_starts(value, TMS_STR("http://")) ||
			tms_str_starts(value, TMS_STR("https://")) ||
			(tms_str_starts(value, TMS_STR("mailto:")) &&
				tms_str_equal(element, TMS_STR("a"))));
	}
}

static void is_clean(struct tms_str s)
{
	struct tms_str open[DEEPEST];
	size_t depth = 0;

	require(tms_utf8_is_valid(s));
	while (s.len > 0) {
		(void)take_text(&s, false);
		if (s.len == 0)
			break;
		if (take(&s, "</")) {
			struct tms_str name = take_word(&s);
			require(depth > 0 && tms_str_equal(open[--depth], name) && take(&s, ">"));
			continue;
		}
		require(take(&s, "<"));
		struct tms_str name = take_word(&s);
		require(IS_ONE(name, elements));
		read_attributes(&s, name);
		if (take(&s, "/>"))
			continue;
		require(take(&s, ">") && depth < DEEPEST);
		open[depth++] = name;
	}
	require(depth == 0);
}

static void clean(struct tms_str html, struct tms_str base)
{
	struct tms_arena arena = { 0 };
	struct tms_steps steps = { .left = UINT64_MAX };
	const struct tms_html_limits limits = { .steps = &steps };
	struct tms_str once = { 0 }, twice = { 0 };
	enum tms_status st = tms_html_clean(&arena, html, base, &limits, &once);

	require(UINT64_MAX - steps.left <= tms_html_clean_steps(html.len).left);
	require(st == TMS_OK || st == TMS_ELIMIT);
	if (st == TMS_OK) {
		is_clean(once);
		require(tms_html_clean(&arena, once, base, NULL, &twice) == TMS_OK);
		require(tms_str_equal(once, twice));
	}
	tms_arena_free(&arena);
}

/* ---- texts, and the tree ---- */

static void is_text(struct tms_str text, bool one_line)
{
	require(tms_utf8_is_valid(text));
	for (size_t i = 0; i < text.len; i++)
		require((unsigned char)text.ptr[i] >= ' ' || (text.ptr[i] == '\n' && !one_line));
}

static void to_text(struct tms_str html)
{
	struct tms_arena arena = { 0 };
	const uint64_t bound = tms_html_text_steps(html.len).left;
	struct tms_steps steps[3] = { { UINT64_MAX }, { UINT64_MAX }, { UINT64_MAX } };

	struct tms_str text = html_to_text(&arena, html, &steps[0]);
	is_text(text, false);
	require(text.len <= html.len);
	is_text(html_title_to_text(&arena, html, &steps[1]), true);
	is_text(html_line_to_text(&arena, html, &steps[2]), true);
	for (size_t i = 0; i < TMS_COUNT(steps); i++)
		require(UINT64_MAX - steps[i].left <= bound);
	require(arena.status == TMS_OK);
	tms_arena_free(&arena);
}

static void to_tree(struct tms_str html)
{
	struct tms_arena arena = { .max_bytes = (size_t)64 << 20 };
	struct tms_steps steps = { .left = UINT64_MAX };
	const struct tms_xml_limits limits = { .steps = &steps };
	struct tms_xml_node *root = NULL;
	struct tms_diag diag = { 0 };

	require(tms_html_parse(&arena, html, TMS_STR_NONE, &limits, &root, &diag) == TMS_OK ||
		diag.text[0] != '\0');
	require(UINT64_MAX - steps.left <= html.len * TMS_XML_STEPS_PER_BYTE + TMS_XML_STEPS_LEAST);
	for (const struct tms_xml_node *node = root; node; node = tms_xml_next_node(root, node))
		require(tms_utf8_is_valid(node->name) && tms_utf8_is_valid(node->text));
	tms_arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const char *const bases[] = { "", "http://e.example/a/b?c#d", "https://e.example",
		"HTTP://U@E.example:80/%41/../\xc3\xa9/" };
	struct tms_arena arena = { 0 };

	if (size == 0)
		return 0;
	struct tms_str body = { (const char *)bytes + 1, size - 1 };
	struct tms_str html = tms_utf8_sanitise(&arena, body, NULL);
	clean(html, tms_str_from(bases[bytes[0] % TMS_COUNT(bases)]));
	to_text(html);
	to_tree(body);
	tms_arena_free(&arena);
	return 0;
}
