/*
 * The sanitiser works on tokens, not on a tree: what comes out is written from scratch from a stack
 * of open allowed elements, so it is balanced whatever came in, and nothing that is not on a list
 * can come out. No raw text, no foreign content and no comments are ever written, so no reader can
 * parse the output differently.
 */
#include <tamis/html_clean.h>

#include <tamis/url.h>
#include <tamis/utf8.h>

#include "html_entity.h"
#include "html_token.h"

#define DEFAULT_MAX_BYTES ((size_t)1 << 20)
#define MAX_OPEN 100
#define MAX_ATTRIBUTES 64 /* of one tag are looked at */
#define LONGEST_VALUE 8192
#define URL_BYTES 4       /* of an address are a step: each is looked at several times */
#define LONGEST_BASE 2048 /* it is read again for each relative link */

struct cleaner {
	struct tms_arena *scratch; /* rewound after each tag */
	struct tms_buf out;
	struct tms_buf decoded; /* the text at hand without references */
	struct tms_str base;
	struct tms_steps *steps;
	const struct html_element *open[MAX_OPEN];
	size_t open_count;
	struct tms_str skipped; /* name of the element whose content is dropped */
	size_t skipped_depth;
};

/* Is the word one of those between spaces in the list? The list is in lower case. */
static bool is_listed(const char *list, struct tms_str word)
{
	for (const char *at = list; *at;) {
		size_t same = 0;
		while (same < word.len && at[same] && at[same] == tms_lower(word.ptr[same]))
			same++;
		if (same == word.len && word.len > 0 && (at[same] == ' ' || !at[same]))
			return true;
		while (*at && *at != ' ')
			at++;
		at += *at == ' ';
	}
	return false;
}

/* What text may hold as it stands: all ASCII but controls and what is markup. */
static bool is_plain(unsigned char byte, bool in_attribute)
{
	switch (byte) {
	case '&':
	case '<':
	case '>':
	case 0x7f:
		return false;
	case '"':
		return !in_attribute;
	case '\n':
	case '\t':
	case '\r':
		return !in_attribute;
	default:
		return byte >= ' ' && byte < 0x80;
	}
}

/* One byte of ASCII that does not stand for itself. */
static void write_special(struct tms_buf *out, char byte)
{
	switch (byte) {
	case '&':
		tms_buf_add(out, TMS_STR("&amp;"));
		break;
	case '<':
		tms_buf_add(out, TMS_STR("&lt;"));
		break;
	case '>':
		tms_buf_add(out, TMS_STR("&gt;"));
		break;
	case '"':
		tms_buf_add(out, TMS_STR("&quot;"));
		break;
	case '\n':
	case '\t':
	case '\r':
		tms_buf_add_char(out, ' ');
		break;
	default: /* a control */
		break;
	}
}

/* Bytes of the characters beyond ASCII at `at` that may be copied; 0: the first may not. */
static size_t wide_bytes(struct tms_str s, size_t at)
{
	size_t from = at;

	while (at < s.len && (unsigned char)s.ptr[at] >= 0x80) {
		size_t next = at;
		uint32_t c = tms_utf8_next(s, &next);
		/* U+FFFD is what broken bytes are read as, and a character of three bytes */
		bool is_whole =
			c != TMS_UTF8_REPLACEMENT || (next - at == 3 && s.ptr[at] == '\xef');
		if (!is_whole || c <= 0x9f || !tms_utf8_is_xml_char(c))
			break;
		at = next;
	}
	return at - from;
}

#define EACH_BYTE(byte) (UINT64_C(0x0101010101010101) * (byte))

/* High bits where a byte of the word, all of them below 0x80, is this one. */
static uint64_t bytes_equal(uint64_t word, unsigned char byte)
{
	return ~((word ^ EACH_BYTE(byte)) + EACH_BYTE(0x7f)) & EACH_BYTE(0x80);
}

/* Are the eight bytes printable ASCII and no markup? A line break in a text says no, too. */
static bool is_plain_word(const char *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof(word));
	/* "<" and ">" differ in one bit */
	uint64_t odd = (word | (word + EACH_BYTE(1)) | (word - EACH_BYTE(' '))) & EACH_BYTE(0x80);
	return odd == 0 && (bytes_equal(word, '&') | bytes_equal(word, '"') |
				   bytes_equal(word & EACH_BYTE(0xfd), '<')) == 0;
}

/* Runs are copied whole: byte by byte this was a quarter of reading a feed. */
static void write_escaped(struct tms_buf *out, struct tms_str s, bool in_attribute)
{
	for (size_t at = 0, from = 0; at < s.len; from = at) {
		for (;;) {
			while (s.len - at >= 8 && is_plain_word(s.ptr + at))
				at += 8;
			while (at < s.len && is_plain((unsigned char)s.ptr[at], in_attribute))
				at++;
			size_t wide = at < s.len ? wide_bytes(s, at) : 0;
			if (wide == 0)
				break;
			at += wide;
		}
		tms_buf_add(out, tms_str_slice(s, from, at));
		if (at == s.len)
			return;
		if ((unsigned char)s.ptr[at] < 0x80) {
			write_special(out, s.ptr[at++]);
			continue;
		}
		uint32_t c = tms_utf8_next(s, &at);
		if (tms_utf8_is_xml_char(c) && c > 0x9f)
			tms_utf8_write(out, c); /* a broken one: U+FFFD */
	}
}

static void close_last(struct cleaner *c)
{
	tms_buf_add(&c->out, TMS_STR("</"));
	tms_buf_add_cstr(&c->out, c->open[--c->open_count]->name);
	tms_buf_add_char(&c->out, '>');
}

static void close_down_to(struct cleaner *c, size_t count)
{
	while (c->open_count > count)
		close_last(c);
}

/* How many stay open where this element starts: a block ends a <p>, an <li> the one before it. */
static size_t implied_depth(const struct cleaner *c, const struct html_element *element)
{
	size_t to = c->open_count;

	if (element->closes == 0)
		return to;
	for (size_t i = c->open_count; i > 0; i--) {
		const struct html_element *open = c->open[i - 1];
		if (open->flags & element->closes)
			to = i - 1;
		else if (open->flags & HTML_SCOPE)
			break;
	}
	return to;
}

static bool is_number(struct tms_str s)
{
	int64_t number = 0;

	if (tms_str_ends(s, TMS_STR("%")))
		s.len--;
	return s.len > 0 && s.len <= 6 && tms_is_digit(s.ptr[0]) && tms_str_int64(s, &number);
}

static struct tms_str decoded(struct cleaner *c, struct tms_str raw)
{
	struct tms_buf value = { .max = LONGEST_VALUE };
	struct tms_str copy = { 0 };

	if (tms_str_find_byte(raw, '&', 0) == SIZE_MAX)
		return raw.len <= LONGEST_VALUE ? raw : copy;
	html_decode(&value, raw);
	if (value.status != TMS_ELIMIT) /* a longer one is dropped */
		copy = tms_arena_take(c->scratch, &value);
	tms_buf_free(&value);
	return copy;
}

static bool ends_scheme(char byte)
{
	return byte == ':' || byte == '/' || byte == '?' || byte == '#' || byte == '\0';
}

/* "x:…" is no relative reference (RFC 3986 section 4.2), however its scheme is disguised. */
static bool has_foreign_scheme(struct tms_str url)
{
	size_t at = 0;

	url = tms_str_trim(url);
	while (at < url.len && !ends_scheme(url.ptr[at]))
		at++;
	return at < url.len && url.ptr[at] == ':' &&
	       !is_listed("http https mailto", tms_str_slice(url, 0, at));
}

/* The address made absolute, or empty when its scheme is not allowed. */
static struct tms_str safe_url(struct cleaner *c, struct tms_str raw, bool mail_too)
{
	struct tms_str url = { 0 };

	(void)tms_steps_take(c->steps, 1 + (raw.len + c->base.len) / URL_BYTES);
	if (!has_foreign_scheme(raw))
		url = tms_url_resolve(c->scratch, c->base, raw);
	/* resolved, an http address has its scheme in lower case and a host */
	bool fine = tms_str_starts(url, TMS_STR("https://")) ||
		    tms_str_starts(url, TMS_STR("http://")) ||
		    (mail_too && tms_str_starts(url, TMS_STR("mailto:")) && url.len > 7);

	/*
	 * escapes make it longer, and what is too long for a value now would be dropped next time
	 */
	return fine && url.len <= LONGEST_VALUE ? url : TMS_STR_NONE;
}

static bool is_name(const struct html_element *element, const char *name)
{
	return strcmp(element->name, name) == 0;
}

static struct tms_str safe_value(struct cleaner *c, const struct html_element *element,
	uint32_t attribute, struct tms_str raw)
{
	struct tms_str value = decoded(c, raw), nothing = { 0 };

	if (attribute & ATTRIBUTE_URLS)
		return safe_url(c, value, is_name(element, "a"));
	if (attribute & ATTRIBUTE_NUMBERS)
		return is_number(tms_str_trim(value)) ? tms_str_trim(value) : nothing;
	if (attribute & ATTRIBUTE_WORDS)
		for (size_t i = 0; i < value.len; i++)
			if (!tms_is_alnum(value.ptr[i]) && !strchr("-:+. ", value.ptr[i]))
				return nothing;
	return value;
}

struct kept {
	uint32_t attribute;
	struct tms_str value;
};

static void write_attribute(struct tms_buf *out, const struct kept *kept)
{
	size_t mark = out->len;

	tms_buf_add_char(out, ' ');
	tms_buf_add_cstr(out, html_attribute_name(kept->attribute));
	tms_buf_add(out, TMS_STR("=\""));
	size_t from = out->len;
	write_escaped(out, kept->value, true);
	if (out->len == from && kept->attribute != ATTRIBUTE_ALT)
		out->len = mark; /* nothing but controls: as if it were not there */
	else
		tms_buf_add_char(out, '"');
}

static bool has(const struct kept *kept, size_t count, uint32_t attribute)
{
	for (size_t i = 0; i < count; i++)
		if (kept[i].attribute == attribute)
			return true;
	return false;
}

static size_t keep_attributes(
	struct cleaner *c, const struct html_token *token, struct kept kept[MAX_ATTRIBUTES])
{
	struct tms_str rest = token->attributes, name = { 0 }, raw = { 0 };
	uint32_t allowed = token->element->attributes | ATTRIBUTE_GLOBAL;
	size_t count = 0;

	for (int seen = 0; seen < MAX_ATTRIBUTES && html_attribute_next(&rest, &name, &raw);
		seen++) {
		/* an image that waits for a script carries its address here */
		uint32_t attribute = tms_str_equal_caseless(name, TMS_STR("data-src"))
					     ? ATTRIBUTE_SRC
					     : html_attribute_find(name);
		(void)tms_steps_take_bytes(c->steps, name.len + raw.len);
		if (!(attribute & allowed) || has(kept, count, attribute))
			continue;
		struct tms_str value = safe_value(c, token->element, attribute, raw);
		if (value.len > 0 || attribute == ATTRIBUTE_ALT)
			kept[count++] = (struct kept){ attribute, value };
	}
	return count;
}

/* An image that cannot be loaded, or one that only counts readers, is left out; a link to nowhere
 * is only its text. */
static bool is_worthless(const struct html_element *element, const struct kept *kept, size_t count)
{
	size_t tiny = 0;

	if (is_name(element, "a"))
		return !has(kept, count, ATTRIBUTE_HREF);
	if (!is_name(element, "img"))
		return false;
	for (size_t i = 0; i < count; i++)
		tiny += (kept[i].attribute & (ATTRIBUTE_WIDTH | ATTRIBUTE_HEIGHT)) &&
			is_listed("0 1", kept[i].value);
	return tiny == 2 || !has(kept, count, ATTRIBUTE_SRC);
}

static void start_tag(struct cleaner *c, const struct html_token *token)
{
	const struct html_element *element = token->element;
	struct kept kept[MAX_ATTRIBUTES];
	bool is_void = element->flags & HTML_VOID;

	size_t depth = implied_depth(c, element);
	if (!is_void && depth == MAX_OPEN)
		return; /* flattened: its end tag closes nothing, or one level early */
	size_t count = keep_attributes(c, token, kept);
	if (is_worthless(element, kept, count))
		return;
	close_down_to(c, depth);
	tms_buf_add_char(&c->out, '<');
	tms_buf_add_cstr(&c->out, element->name);
	for (size_t i = 0; i < count; i++)
		write_attribute(&c->out, &kept[i]);
	tms_buf_add(&c->out, is_void ? TMS_STR("/>") : TMS_STR(">"));
	if (!is_void)
		c->open[c->open_count++] = element;
}

static void end_tag(struct cleaner *c, const struct html_element *element)
{
	for (size_t i = c->open_count; i > 0; i--) {
		if (c->open[i - 1] == element) {
			close_down_to(c, i - 1);
			return;
		}
		if (c->open[i - 1]->flags & HTML_SCOPE && !(element->flags & HTML_SCOPE))
			return;
	}
}

static bool skip(struct cleaner *c, const struct html_token *token)
{
	if (c->skipped_depth > 0) {
		if (token->kind != HTML_TEXT && tms_str_equal_caseless(token->name, c->skipped))
			c->skipped_depth += token->kind == HTML_START ? 1 : SIZE_MAX;
		return true;
	}
	if (!html_token_hides(token))
		return false;
	c->skipped = token->name;
	c->skipped_depth = 1;
	return true;
}

static void clean_text(struct cleaner *c, struct tms_str raw)
{
	if (tms_str_find_byte(raw, '&', 0) == SIZE_MAX) {
		write_escaped(&c->out, raw, false);
		return;
	}
	tms_buf_clear(&c->decoded);
	html_decode(&c->decoded, raw);
	if (c->decoded.status != TMS_OK && c->out.status == TMS_OK)
		c->out.status = c->decoded.status;
	write_escaped(&c->out, tms_buf_str(&c->decoded), false);
}

static void clean_token(struct cleaner *c, const struct html_token *token)
{
	bool allowed = token->element && (token->element->flags & HTML_ALLOW);

	if (skip(c, token))
		return;
	if (token->kind == HTML_TEXT)
		clean_text(c, token->source);
	else if (allowed && token->kind == HTML_START)
		start_tag(c, token);
	else if (allowed)
		end_tag(c, token->element);
	else if (token->element && (token->element->flags & (HTML_BLOCK | HTML_LINE)))
		tms_buf_add_char(&c->out, ' '); /* words that stood apart stay apart */
}

enum tms_status tms_html_clean(struct tms_arena *arena, struct tms_str html, struct tms_str base,
	const struct tms_html_limits *limits, struct tms_str *out)
{
	struct tms_html_limits l = limits ? *limits : (struct tms_html_limits){ 0 };
	struct tms_steps own = tms_html_clean_steps(html.len);
	struct tms_arena scratch = { 0 };
	struct cleaner c = { .scratch = &scratch, .base = base, .steps = l.steps ? l.steps : &own };
	struct html_tokens tokens = { .rest = html, .steps = c.steps };
	struct html_token token;

	if (base.len > LONGEST_BASE)
		c.base = TMS_STR_NONE;
	c.out.max = l.bytes ? l.bytes : DEFAULT_MAX_BYTES;
	while (c.out.status == TMS_OK && html_token_next(&tokens, &token)) {
		if (token.kind != HTML_TEXT) /* it walks through what is open */
			(void)tms_steps_take(c.steps, c.open_count / 16);
		clean_token(&c, &token);
		tms_arena_rewind(&scratch, 0);
	}
	close_down_to(&c, 0);
	enum tms_status st = c.out.status ? c.out.status : scratch.status;
	if (st == TMS_OK && c.steps->left == 0)
		st = TMS_ELIMIT;
	struct tms_str cleaned = { 0 };
	if (st == TMS_OK) {
		cleaned = tms_arena_take(arena, &c.out);
		st = cleaned.ptr ? TMS_OK : arena->status;
	}
	if (st == TMS_OK)
		*out = cleaned;
	tms_buf_free(&c.out);
	tms_buf_free(&c.decoded);
	tms_arena_free(&scratch);
	return st;
}
