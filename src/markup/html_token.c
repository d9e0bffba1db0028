/* The HTML tokeniser: tags, text, comments and raw text, without a tree. */
#include "html_token.h"

#define LONGEST_KNOWN 32 /* bytes of a tag that are looked at to know its element */

static bool is_tag_space(char byte)
{
	return tms_is_space(byte) || byte == '/';
}

static size_t after(struct tms_str s, struct tms_str what, size_t from)
{
	size_t at = tms_str_find(s, what, from);

	return at == SIZE_MAX ? s.len : at + what.len;
}

/* Bytes of the comment, declaration or instruction at the start ("<!", "<?", "</" without a
 * letter). */
static size_t comment_bytes(struct tms_str s)
{
	if (!tms_str_starts(s, TMS_STR("<!--")))
		return after(s, TMS_STR(">"), 1);
	if (tms_str_starts(s, TMS_STR("<!-->")))
		return 5;
	if (tms_str_starts(s, TMS_STR("<!--->")))
		return 6;
	size_t at = tms_str_find(s, TMS_STR("--"), 4);
	for (; at != SIZE_MAX; at = tms_str_find(s, TMS_STR("--"), at + 1)) {
		struct tms_str end = tms_str_slice(s, at + 2, at + 4);
		if (tms_str_starts(end, TMS_STR(">")))
			return at + 3;
		if (tms_str_equal(end, TMS_STR("!>")))
			return at + 4;
	}
	return s.len;
}

/* Behind the ">" that ends the tag at the start, or SIZE_MAX. */
static size_t tag_bytes(struct tms_str s, size_t at)
{
	bool value = false; /* behind "=" */

	while (at < s.len) {
		char byte = s.ptr[at++];
		if (byte == '>')
			return at;
		if (value && (byte == '"' || byte == '\'')) {
			at = tms_str_find_byte(s, byte, at);
			if (at == SIZE_MAX)
				return SIZE_MAX;
			at++;
			value = false;
		} else if (byte == '=') {
			value = true;
		} else if (!tms_is_space(byte)) {
			value = false;
		}
	}
	return SIZE_MAX;
}

static bool is_tag_start(struct tms_str s)
{
	return (s.len > 1 && tms_is_alpha(s.ptr[1])) ||
	       (s.len > 2 && s.ptr[1] == '/' && tms_is_alpha(s.ptr[2]));
}

static bool is_comment_start(struct tms_str s)
{
	return s.len > 1 && (s.ptr[1] == '!' || s.ptr[1] == '?' || s.ptr[1] == '/') &&
	       !is_tag_start(s);
}

static struct tms_str tag_name(struct tms_str s, size_t from)
{
	size_t end = from;

	while (end < s.len && !is_tag_space(s.ptr[end]) && s.ptr[end] != '>')
		end++;
	return tms_str_slice(s, from, end);
}

/* The tag at the start. False when it never ends: then nothing behind it is a tag either. */
static bool read_tag(struct tms_str s, struct html_token *token)
{
	size_t name_at = s.ptr[1] == '/' ? 2 : 1;
	struct tms_str name = tag_name(s, name_at);
	size_t bytes = tag_bytes(s, name_at + name.len);

	if (bytes == SIZE_MAX)
		return false;
	*token = (struct html_token){
		.kind = name_at == 2 ? HTML_END : HTML_START,
		.source = tms_str_slice(s, 0, bytes),
		.name = name,
		.attributes = tms_str_slice(s, name_at + name.len, bytes - 1),
		.element = html_element_find(name),
	};
	return true;
}

static void take(struct html_tokens *tokens, size_t bytes)
{
	tokens->rest = tms_str_slice(tokens->rest, bytes, tokens->rest.len);
}

static bool take_text(struct html_tokens *tokens, size_t bytes, struct html_token *token)
{
	*token = (struct html_token){ .source = tms_str_slice(tokens->rest, 0, bytes) };
	take(tokens, bytes);
	return bytes > 0;
}

/* Bytes up to the end tag of the raw element, or all that is left. */
static size_t raw_bytes(const struct html_tokens *tokens)
{
	struct tms_str s = tokens->rest, name = tokens->raw;
	size_t at = tms_str_find(s, TMS_STR("</"), 0);

	while (at != SIZE_MAX) {
		size_t end = at + 2 + name.len;
		struct tms_str here = tms_str_slice(s, at + 2, end);
		if (tms_str_equal_caseless(here, name) &&
			(end == s.len || is_tag_space(s.ptr[end]) || s.ptr[end] == '>'))
			return at;
		at = tms_str_find(s, TMS_STR("</"), at + 2);
	}
	return s.len;
}

/* A "<" that opens no tag belongs to the text; find where the text ends. */
static size_t text_bytes(const struct html_tokens *tokens)
{
	struct tms_str s = tokens->rest;
	size_t at = tms_str_find_byte(s, '<', 0);

	while (at != SIZE_MAX) {
		struct tms_str here = tms_str_slice(s, at, at + LONGEST_KNOWN);
		bool is_tag = is_tag_start(here);
		if (tokens->only_known)
			is_tag = is_tag &&
				 html_element_find(tag_name(here, here.ptr[1] == '/' ? 2 : 1));
		if (is_tag || (!tokens->only_known && is_comment_start(here)))
			return at;
		at = tms_str_find_byte(s, '<', at + 1);
	}
	return s.len;
}

bool html_token_hides(const struct html_token *token)
{
	return token->kind == HTML_START && token->element && (token->element->flags & HTML_DROP) &&
	       !tms_str_ends(token->source, TMS_STR("/>"));
}

/*
 * "How to use <script>" is a title too, and a frame that nobody closed must not swallow the
 * article: there content is raw only if its element ends. That is looked for until it is missing
 * once.
 */
static void begin_raw(struct html_tokens *tokens, struct html_token *token)
{
	bool must_end =
		tokens->only_known || tms_str_equal_caseless(token->name, TMS_STR("iframe"));

	tokens->raw = token->name;
	if (!must_end)
		return;
	if (!tokens->is_endless) {
		size_t bytes = raw_bytes(tokens);
		(void)tms_steps_take_bytes(tokens->steps, bytes);
		tokens->is_endless = bytes == tokens->rest.len;
	}
	if (!tokens->is_endless)
		return;
	tokens->raw = (struct tms_str){ 0 };
	token->element = NULL; /* a tag of no meaning */
}

static bool take_next(struct html_tokens *tokens, struct html_token *token)
{
	while (tokens->rest.len > 0) {
		if (tokens->raw.len > 0) {
			size_t bytes = raw_bytes(tokens);
			tokens->raw = (struct tms_str){ 0 };
			if (take_text(tokens, bytes, token))
				return true;
			continue;
		}
		size_t bytes = text_bytes(tokens);
		if (bytes > 0)
			return take_text(tokens, bytes, token);
		if (!tokens->only_known && is_comment_start(tokens->rest)) {
			take(tokens, comment_bytes(tokens->rest));
			continue;
		}
		if (!read_tag(tokens->rest, token))
			/* browsers drop it; in a title it was no tag */
			return take_text(tokens, tokens->rest.len, token) && tokens->only_known;
		take(tokens, token->source.len);
		if (html_token_hides(token) && (token->element->flags & HTML_RAW))
			begin_raw(tokens, token);
		return true;
	}
	return false;
}

bool html_token_next(struct html_tokens *tokens, struct html_token *token)
{
	size_t before = tokens->rest.len;
	bool is_there = take_next(tokens, token);

	return tms_steps_take_bytes(tokens->steps, before - tokens->rest.len) && is_there;
}

bool html_attribute_next(struct tms_str *attributes, struct tms_str *name, struct tms_str *value)
{
	struct tms_str s = *attributes;
	size_t at = 0;

	while (at < s.len && is_tag_space(s.ptr[at]))
		at++;
	if (at == s.len)
		return false;
	size_t start = at++; /* even "=" may begin a name */
	while (at < s.len && !is_tag_space(s.ptr[at]) && s.ptr[at] != '=')
		at++;
	*name = tms_str_slice(s, start, at);
	*value = (struct tms_str){ 0 };
	while (at < s.len && tms_is_space(s.ptr[at]))
		at++;
	if (at < s.len && s.ptr[at] == '=') {
		at++;
		while (at < s.len && tms_is_space(s.ptr[at]))
			at++;
		char quote = at < s.len ? s.ptr[at] : '\0';
		bool quoted = quote == '"' || quote == '\'';
		at += quoted;
		start = at;
		while (at < s.len && (quoted ? s.ptr[at] != quote : !tms_is_space(s.ptr[at])))
			at++;
		*value = tms_str_slice(s, start, at);
		at += quoted && at < s.len;
	}
	*attributes = tms_str_slice(s, at, s.len);
	return true;
}
