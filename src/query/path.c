/* path: the path of an address alone, from its beginning, or its segments wherever they stand. */
#include "parse_private.h"

/* What stands at the cursor, behind "path:" and up to the end of the word. */
struct looks {
	bool is_regex; /* has a sign that no path has */
	bool may_be;   /* has one that paths have, too */
	bool is_closed;
	size_t slashes;
};

static bool is_end(const struct query_parser *p, int32_t c, size_t next, size_t depth)
{
	size_t second;

	if (c == '&')
		return query_peek_at(p, next, &second) == '&';
	if (c == '|') {
		int32_t behind = query_peek_at(p, next, &second);
		return behind < 0 || behind == '|' || behind == ' ';
	}
	return c < 0 || c == ' ' || c == '"' || (c == ')' && depth == 0);
}

static struct looks look(const struct query_parser *p)
{
	struct looks looks = { .slashes = 0 };
	size_t at = p->at, next, depth = 0;
	int32_t last = 0;

	for (int32_t c; c = query_peek_at(p, at, &next), !is_end(p, c, next, depth); at = next) {
		bool is_repeat = c == '*' || c == '+';
		if (c < 0x80 && memchr("\\^$[]{}", c, 7))
			looks.is_regex = true;
		if (c < 0x80 && memchr("?()|", c, 4))
			looks.may_be = true;
		looks.may_be |= is_repeat && (last == '.' || last == ')');
		looks.slashes += c == '/';
		depth += c == '(';
		depth -= c == ')';
		last = c;
		size_t behind;
		if (c == '\\' && query_peek_at(p, next, &behind) > ' ')
			next = behind;
	}
	looks.is_closed = last == '/' && looks.slashes > 1;
	return looks;
}

bool query_at_path(const struct query_parser *p, const struct query_field *field)
{
	if (field->kind != FIELD_URL || field->which != ADDRESS_PATH)
		return false;
	const struct looks looks = look(p);
	return !looks.is_regex && !(looks.may_be && looks.is_closed);
}

bool query_path_needs_quotes(struct tms_str path)
{
	if (path.len > 1 && tms_str_ends(path, TMS_STR("/")))
		return true;
	for (size_t i = 0; i < path.len; i++)
		if (memchr("\\^$[]{}", path.ptr[i], 7))
			return true;
	return false;
}

/* "/blog/": a regular expression in every other field. */
static void note_slashes(struct query_parser *p, const struct query_written *written)
{
	struct tms_str s = written->text;
	size_t second = tms_str_find_byte(s, '/', 1);

	if (written->quoted || s.len < 3 || s.ptr[0] != '/' || second != s.len - 1)
		return;
	struct tms_str inner = tms_str_slice(s, 1, second);
	query_note(p, written->from, p->at,
		"\"%.*s\" behind path: is the path itself, from its beginning; a regular expression is "
		"written with a sign that no path has: /(%.*s)/",
		TMS_STR_ARGS(s), TMS_STR_ARGS(inner));
	query_cure(p, TMS_STR("the path"), written->from, p->at, tms_str_slice(s, 0, second));
	query_cure(p, TMS_STR("a regular expression"), written->from, p->at,
		tms_arena_format(p->arena, "/(%.*s)/", TMS_STR_ARGS(inner)));
}

static void *refuse_address(struct query_parser *p, const struct query_written *written)
{
	struct tms_str s = written->text, host, path;
	size_t scheme = tms_str_find(s, TMS_STR("//"), 0);

	(void)query_fail(p, written->at,
		"found \"%.*s\" behind \"path:\", expected a path alone; url: takes a host and a path",
		TMS_STR_ARGS(s));
	s = tms_str_slice(s, scheme + 2, s.len);
	query_split_address(s, &host, &path);
	path = query_path_alone(path);
	query_cure(p, TMS_STR("there"), written->at, p->at,
		tms_arena_format(p->arena, "url:%.*s", TMS_STR_ARGS(s)));
	if (path.len > 1)
		query_cure(p, TMS_STR("the path"), written->from, p->at, path);
	return NULL;
}

/* A "*" inside stands for any part of a segment. */
static void cure_stars(struct query_parser *p, const struct query_written *written)
{
	struct tms_str s = written->text;
	struct tms_buf buf = { 0 };

	if (tms_str_starts(s, TMS_STR("*/")) && s.len > 2 &&
		tms_str_find_byte(s, '*', 1) >= s.len - 1)
		query_cure(
			p, TMS_STR("anywhere"), written->from, p->at, tms_str_slice(s, 2, s.len));
	tms_buf_add_cstr(&buf, s.ptr[0] == '/' ? "/^" : "/");
	for (size_t i = 0; i < s.len; i++) {
		bool is_at_end = i == 0 || i + 1 == s.len;
		if (s.ptr[i] == '*') {
			tms_buf_add_cstr(&buf, is_at_end ? "" : "[^\\/]*");
			continue;
		}
		if (memchr("\\/.+?()[]{}|^$", s.ptr[i], 14))
			tms_buf_add_char(&buf, '\\');
		tms_buf_add_char(&buf, s.ptr[i]);
	}
	tms_buf_add_cstr(&buf, memchr("*/", s.ptr[s.len - 1], 2) ? "/" : "(\\/|$)/");
	query_cure_with(p, TMS_STR("a regular expression"), written->from, p->at, &buf);
}

/* What no path has in it, or what is no path. */
static bool is_refused(struct query_parser *p, const struct query_written *written)
{
	struct tms_str s = written->text;
	struct tms_str path = query_path_alone(s);
	size_t star = tms_str_find_byte(s, '*', 0);
	int32_t behind = query_peek(p);

	if (tms_str_find(s, TMS_STR("://"), 0) != SIZE_MAX || tms_str_starts(s, TMS_STR("//"))) {
		(void)refuse_address(p, written);
	} else if (path.len < s.len) {
		(void)query_fail(p, written->at,
			"found \"%c\" behind \"path:\", expected a path, which ends before it",
			s.ptr[path.len]);
		query_cure(p, TMS_STR("the path"), written->from, p->at, path);
	} else if (star < s.len && (star + 1 < s.len || s.len == 1)) {
		(void)query_fail(p, written->at,
			"found \"%.*s\" behind \"path:\", expected a path, with \"*\" only at its end",
			TMS_STR_ARGS(s));
		cure_stars(p, written);
	} else if (!written->quoted && behind == '(') { /* "/wiki/Heron_(bird)" */
		size_t end = p->at;
		for (size_t next = end; behind >= 0 && behind != ' '; end = next)
			behind = query_peek_at(p, end, &next);
		(void)query_fail(p, p->at,
			"found \"(\" behind a path, expected a space; a path with parentheses in it "
			"needs quotes");
		end -= behind == ' ';
		query_cure(p, TMS_STR_NONE, written->from, end,
			tms_arena_format(p->arena, "\"%.*s\"",
				TMS_STR_ARGS(tms_str_slice(p->text, written->from, end))));
	} else {
		return false;
	}
	return true;
}

struct query_node *query_make_path(
	struct query_parser *p, struct query_written written, struct query_leaf *leaf)
{
	struct tms_str path = written.text;

	leaf->kind = LEAF_URL;
	if (is_refused(p, &written))
		return NULL;
	leaf->open_end = tms_str_ends(path, TMS_STR("*"));
	path.len -= leaf->open_end;
	leaf->anywhere = path.ptr[0] != '/';
	leaf->path =
		tms_arena_format(p->arena, "%s%.*s", leaf->anywhere ? "/" : "", TMS_STR_ARGS(path));
	note_slashes(p, &written);
	return query_add_value(p, written, leaf);
}
