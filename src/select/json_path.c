/* Reading a path through JSON (RFC 9535 section 2). */
#include <tamis/json_path.h>

#include "json_path_private.h"
#include "select_parser.h"

static void *fail(struct select_parser *p, const char *sentence)
{
	uint32_t line = 1, column = 1;

	if (p->status != TMS_OK)
		return NULL;
	p->status = TMS_EINVAL;
	tms_diag_locate(p->text, p->at, &line, &column);
	tms_diag_set(p->diag, line, column, "%s", sentence);
	return NULL;
}

static void *make(struct select_parser *p, size_t bytes)
{
	if (p->status == TMS_OK && ++p->parts > JSON_PATH_PARTS_MAX) {
		(void)fail(p, "a path of more than 200 parts; no more are allowed");
		p->status = TMS_ELIMIT;
	}
	void *made = p->status == TMS_OK ? tms_arena_alloc(p->arena, bytes) : NULL;
	if (!made && p->status == TMS_OK)
		p->status = p->arena->status;
	return made;
}

static bool is_name(char byte)
{
	/* "-" is not the standard's, but common: $.data.created-at */
	return tms_is_alnum(byte) || byte == '_' || byte == '-' || (unsigned char)byte >= 0x80;
}

static struct tms_str take_name(struct select_parser *p)
{
	size_t from = p->at;

	while (is_name(select_peek(p)))
		p->at++;
	return tms_str_slice(p->text, from, p->at);
}

static bool take_int(struct select_parser *p, int64_t *out)
{
	select_skip_space(p);
	size_t from = p->at;
	if (select_peek(p) == '-')
		p->at++;
	while (tms_is_digit(select_peek(p)))
		p->at++;
	if (tms_str_int64(tms_str_slice(p->text, from, p->at), out))
		return true;
	p->at = from;
	return false;
}

/* A quoted text; a backslash takes the next character as it is. */
static struct tms_str take_text(struct select_parser *p)
{
	char quote = select_peek(p);
	char *plain = tms_arena_alloc(p->arena, p->text.len + 1);
	size_t len = 0;

	p->at++;
	while (plain && p->at < p->text.len && select_peek(p) != quote) {
		p->at += select_peek(p) == '\\' && p->at + 1 < p->text.len;
		plain[len++] = p->text.ptr[p->at++];
	}
	if (p->at >= p->text.len) {
		(void)fail(p, "a text without its closing quote");
		return TMS_STR_NONE;
	}
	p->at++;
	return (struct tms_str){ plain, len };
}

/* ---- filters ---- */

static bool parse_segments(struct select_parser *p, struct json_segment **out);

static bool parse_operand(struct select_parser *p, struct json_operand *out)
{
	static const struct {
		const char *word;
		struct json_operand value;
	} words[] = { { "true", { .kind = JSON_FACT, .fact = true } },
		{ "false", { .kind = JSON_FACT } }, { "null", { .kind = JSON_NULL } } };

	select_skip_space(p);
	if (select_peek(p) == '@' || select_peek(p) == '$') {
		out->kind = select_peek(p) == '@' ? JSON_OF_ELEMENT : JSON_OF_ROOT;
		p->at++;
		return parse_segments(p, &out->path.segments);
	}
	if (select_peek(p) == '"' || select_peek(p) == '\'') {
		*out = (struct json_operand){ .kind = JSON_TEXT, .text = take_text(p) };
		return p->status == TMS_OK;
	}
	size_t from = p->at;
	while (tms_is_digit(select_peek(p)) || select_peek(p) == '.' ||
		(select_peek(p) == '-' && p->at == from))
		p->at++;
	out->kind = JSON_NUMBER;
	if (tms_str_double(tms_str_slice(p->text, from, p->at), &out->number))
		return true;
	p->at = from;
	struct tms_str name = take_name(p);
	for (size_t i = 0; i < TMS_COUNT(words); i++)
		if (tms_str_equal(name, tms_str_from(words[i].word))) {
			*out = words[i].value;
			return true;
		}
	p->at = from;
	(void)fail(p,
		name.len > 0
			? "there are no functions here; expected @.name, a text in quotes or a number"
			: "expected @.name, a text in quotes or a number");
	return false;
}

static struct json_filter *parse_or(struct select_parser *p);

static struct json_filter *parse_test(struct select_parser *p)
{
	static const char *const comparisons[] = { "==", "!=", "<=", "<", ">=", ">" };
	struct json_filter *test = make(p, sizeof(*test));

	if (!test || !parse_operand(p, &test->a))
		return NULL;
	test->kind = JSON_EXISTS;
	for (size_t i = 0; i < TMS_COUNT(comparisons); i++) {
		if (!select_take(p, comparisons[i]))
			continue;
		test->kind = JSON_COMPARE;
		test->comparison = (enum json_comparison)i;
		return parse_operand(p, &test->b) ? test : NULL;
	}
	if (test->a.kind == JSON_OF_ELEMENT || test->a.kind == JSON_OF_ROOT)
		return test;
	return fail(p, "expected a comparison: ==, !=, <, <=, > or >=");
}

/* NOLINTNEXTLINE(misc-no-recursion): depth is bounded by JSON_PATH_DEPTH_MAX */
static struct json_filter *parse_not(struct select_parser *p)
{
	bool is_negated = false;
	struct json_filter *inner = NULL, *outer = NULL;

	while (select_take(p, "!"))
		is_negated = !is_negated;
	if (select_take(p, "(")) {
		inner = parse_or(p);
		if (inner && !select_take(p, ")"))
			return fail(p, "expected \")\"");
	} else {
		inner = parse_test(p);
	}
	if (!inner || !is_negated)
		return inner;
	outer = make(p, sizeof(*outer));
	if (outer)
		*outer = (struct json_filter){ .kind = JSON_NOT, .left = inner };
	return outer;
}

/* NOLINTNEXTLINE(misc-no-recursion): depth is bounded by JSON_PATH_DEPTH_MAX */
static struct json_filter *parse_joined(struct select_parser *p, bool is_or)
{
	struct json_filter *left = is_or ? parse_joined(p, false) : parse_not(p);

	while (left && select_take(p, is_or ? "||" : "&&")) {
		struct json_filter *right = is_or ? parse_joined(p, false) : parse_not(p);
		struct json_filter *joined = right ? make(p, sizeof(*joined)) : NULL;
		if (joined)
			*joined = (struct json_filter){
				.kind = is_or ? JSON_OR : JSON_AND, .left = left, .right = right
			};
		left = joined;
	}
	return left;
}

/* NOLINTNEXTLINE(misc-no-recursion): depth is bounded by JSON_PATH_DEPTH_MAX */
static struct json_filter *parse_or(struct select_parser *p)
{
	if (++p->depth > JSON_PATH_DEPTH_MAX) {
		(void)fail(p, "more than 12 groups inside each other; no more are allowed");
		return NULL;
	}
	struct json_filter *filter = parse_joined(p, true);
	p->depth--;
	return filter;
}

/* ---- selectors and segments ---- */

static bool parse_slice(struct select_parser *p, struct json_selector *s)
{
	s->step = 1;
	s->has_start = take_int(p, &s->start);
	if (!select_take(p, ":")) {
		s->kind = JSON_INDEX;
		if (!s->has_start)
			(void)fail(p,
				"expected a name in quotes, a number, a slice such as 1:3, \"*\" or a filter: ?@.name");
		return s->has_start;
	}
	s->kind = JSON_SLICE;
	s->has_end = take_int(p, &s->end);
	if (select_take(p, ":"))
		(void)take_int(p, &s->step);
	return true;
}

/* NOLINTNEXTLINE(misc-no-recursion): depth is bounded by JSON_PATH_DEPTH_MAX */
static struct json_selector *parse_selector(struct select_parser *p)
{
	struct json_selector *s = make(p, sizeof(*s));

	if (!s)
		return NULL;
	select_skip_space(p);
	if (select_take(p, "*")) {
		s->kind = JSON_ALL;
	} else if (select_peek(p) == '"' || select_peek(p) == '\'') {
		s->kind = JSON_NAME;
		s->name = tms_str_cstr(p->arena, take_text(p));
	} else if (select_take(p, "?")) {
		s->kind = JSON_FILTER;
		s->filter = parse_or(p);
		if (!s->filter)
			return NULL;
	} else if (!parse_slice(p, s)) {
		return NULL;
	}
	return p->status == TMS_OK ? s : NULL;
}

/* NOLINTNEXTLINE(misc-no-recursion): depth is bounded by JSON_PATH_DEPTH_MAX */
static bool parse_brackets(struct select_parser *p, struct json_segment *segment)
{
	struct json_selector **end = &segment->selectors;

	do {
		*end = parse_selector(p);
		if (!*end)
			return false;
		end = &(*end)->next;
	} while (select_take(p, ","));
	if (!select_take(p, "]"))
		(void)fail(p, "expected \"]\"");
	return p->status == TMS_OK;
}

static bool parse_dotted(struct select_parser *p, struct json_segment *segment)
{
	struct json_selector *s = make(p, sizeof(*s));

	if (!s)
		return false;
	segment->selectors = s;
	if (select_peek(p) == '*') {
		p->at++;
		s->kind = JSON_ALL;
		return true;
	}
	struct tms_str name = take_name(p);
	if (name.len == 0) {
		(void)fail(p, "expected a name or \"*\" behind the dot");
		return false;
	}
	s->kind = JSON_NAME;
	s->name = tms_str_cstr(p->arena, name);
	return s->name != NULL;
}

/* NOLINTNEXTLINE(misc-no-recursion): depth is bounded by JSON_PATH_DEPTH_MAX */
static bool parse_segments(struct select_parser *p, struct json_segment **out)
{
	struct json_segment **end = out;

	while (select_peek(p) == '.' || select_peek(p) == '[') {
		struct json_segment *segment = make(p, sizeof(*segment));
		bool is_dotted = select_peek(p) == '.';
		if (!segment)
			return false;
		p->at++;
		if (is_dotted && select_peek(p) == '.') {
			p->at++;
			segment->is_deep = true;
			is_dotted = select_peek(p) != '[';
			p->at += !is_dotted;
		}
		if (is_dotted ? !parse_dotted(p, segment) : !parse_brackets(p, segment))
			return false;
		*end = segment;
		end = &segment->next;
	}
	return p->status == TMS_OK;
}

enum tms_status tms_json_path_parse(struct tms_arena *arena, struct tms_str text,
	struct tms_json_path **out, struct tms_diag *diag)
{
	struct select_parser p = { .arena = arena, .text = text, .diag = diag };
	struct tms_json_path *path = TMS_ARENA_NEW(arena, struct tms_json_path);

	if (text.len > TMS_JSON_PATH_BYTES_MAX) {
		tms_diag_set(diag, 1, 1, "a path of %zu bytes; at most %zu are allowed", text.len,
			TMS_JSON_PATH_BYTES_MAX);
		return TMS_ELIMIT;
	}
	if (!select_take(&p, "$"))
		(void)fail(&p, "expected a path that begins with \"$\", such as $.items[*]");
	if (path && p.status == TMS_OK && parse_segments(&p, &path->segments)) {
		select_skip_space(&p);
		if (p.at < text.len)
			(void)fail(&p, "expected \".\" or \"[\", or the end of the path");
	}
	if (arena->status != TMS_OK)
		return arena->status;
	if (p.status == TMS_OK)
		*out = path;
	return p.status;
}
