/* Leaves about values that are compared whole: categories, ids, addresses, what an item has. */
#include "parse_private.h"

#include <tamis/fold.h>
#include <tamis/identity.h>

#define HAS_KINDS 4

static bool is_quoted_value(struct tms_str value)
{
	if (value.len == 0 || memchr("-=/'!", value.ptr[0], 5))
		return true;
	for (size_t at = 0; at < value.len;) {
		int32_t c = tms_fold_punctuation(tms_utf8_next(value, &at));
		if (c <= ' ' || c == '(' || c == ')' || c == '"' || c == '|' || c == ',')
			return true;
	}
	return false;
}

struct query_node *query_add_value(
	struct query_parser *p, struct query_written written, struct query_leaf *leaf)
{
	bool is_path = leaf->kind == LEAF_URL && leaf->field->which == ADDRESS_PATH;
	struct tms_str value = written.text;
	bool is_bare_slash = is_path && value.ptr[0] == '/';
	bool quoted = is_path && query_path_needs_quotes(value);
	if (!is_bare_slash || value.len > 1)
		quoted |= is_quoted_value(tms_str_slice(value, is_bare_slash, value.len));
	const char *quote = quoted ? "\"" : "";

	leaf->print = tms_arena_format(p->arena, "%s:%s%.*s%s", leaf->field->name, quote,
		TMS_STR_ARGS(written.text), quote);
	return query_add_leaf(p, written.at, leaf);
}

/* Takes a "*" off the end; true when there was one. */
static bool take_open_end(struct tms_str *value)
{
	if (!tms_str_ends(*value, TMS_STR("*")))
		return false;
	value->len--;
	return true;
}

struct query_node *query_make_exact(
	struct query_parser *p, struct query_written written, struct query_leaf *leaf)
{
	static const char *const announced[] = { "new", "cross", "replace", "replace-cross" };
	size_t known = 0;

	leaf->kind = LEAF_EXACT;
	if (leaf->field->which == EXACT_LANGUAGE)
		return query_make_language(p, written, leaf);
	leaf->value = tms_arena_copy(p->arena, written.text);
	leaf->open_end = take_open_end(&leaf->value);
	if (leaf->value.len == 0)
		return query_fail(p, written.at,
			"found \"%.*s\" behind \"%s:\", expected a name before the \"*\"",
			TMS_STR_ARGS(written.text), leaf->field->name);
	if (leaf->field->which == EXACT_CATEGORY || leaf->field->which == EXACT_PRIMARY)
		query_note_category(p, &written);
	if (leaf->field->which != EXACT_ANNOUNCE)
		return query_add_value(p, written, leaf);
	while (known < TMS_COUNT(announced) &&
		!(leaf->open_end ? tms_str_starts_caseless(
					   tms_str_from(announced[known]), leaf->value)
				 : tms_str_equal_caseless(
					   tms_str_from(announced[known]), leaf->value)))
		known++;
	if (known == TMS_COUNT(announced)) {
		(void)query_fail(p, written.at,
			"found \"%.*s\" behind \"announce:\", expected new, cross, replace or replace-cross",
			TMS_STR_ARGS(written.text));
		query_cure(p, TMS_STR("what is new"), written.from, p->at, TMS_STR("new"));
		query_cure(p, TMS_STR("what is listed elsewhere, too"), written.from, p->at,
			TMS_STR("cross"));
		query_cure(
			p, TMS_STR("what is replaced"), written.from, p->at, TMS_STR("replace*"));
		return NULL;
	}
	return query_add_value(p, written, leaf);
}

struct query_node *query_make_id(
	struct query_parser *p, struct query_written written, struct query_leaf *leaf)
{
	struct tms_arena *arena = p->arena;
	struct tms_str paper = tms_arxiv_id(arena, written.text);

	leaf->kind = LEAF_ID;
	if (paper.len == 0)
		paper = tms_arxiv_id_of_url(arena, written.text);
	leaf->value = paper.len > 0 ? tms_arena_format(arena, "arxiv:%.*s", TMS_STR_ARGS(paper))
				    : tms_arena_copy(arena, written.text);
	return query_add_value(p, written, leaf);
}

struct query_node *query_make_url(
	struct query_parser *p, struct query_written written, struct query_leaf *leaf)
{
	struct tms_str rest = tms_arena_copy(p->arena, written.text);
	size_t scheme = tms_str_find(rest, TMS_STR("://"), 0);

	leaf->kind = LEAF_URL;
	if (scheme != SIZE_MAX)
		rest = tms_str_slice(rest, scheme + 3, rest.len);
	leaf->subdomains = tms_str_starts(rest, TMS_STR("*."));
	if (leaf->subdomains)
		rest = tms_str_slice(rest, 2, rest.len);
	else if (tms_str_starts_caseless(rest, TMS_STR("www.")))
		rest = tms_str_slice(rest, 4, rest.len);
	leaf->open_end = take_open_end(&rest);
	size_t slash = tms_str_find_byte(rest, '/', 0);
	leaf->value = tms_str_slice(rest, 0, slash);
	leaf->value = tms_str_slice(leaf->value, 0, tms_str_find_byte(leaf->value, ':', 0));
	if (slash != SIZE_MAX)
		leaf->path = tms_str_slice(rest, slash, rest.len);
	bool is_host = leaf->subdomains || leaf->value.len == 0 ||
		       memchr(leaf->value.ptr, '.', leaf->value.len) || leaf->value.ptr[0] == '[' ||
		       tms_str_equal_caseless(leaf->value, TMS_STR("localhost"));
	if (!is_host) {
		(void)query_fail(p, written.at,
			"found \"%.*s\" behind \"url:\", expected a host, which has a dot in it or is "
			"localhost; url:/%.*s/ looks for it in the whole address",
			TMS_STR_ARGS(written.text), TMS_STR_ARGS(leaf->value));
		query_cure_regex(p, TMS_STR("in the address"), written.from, p->at, written.text);
		return NULL;
	}
	if (leaf->value.len == 0 || tms_str_find_byte(leaf->value, ' ', 0) != SIZE_MAX ||
		tms_str_find_byte(leaf->value, '*', 0) != SIZE_MAX)
		return query_fail(p, written.at,
			"found \"%.*s\" behind \"url:\", expected a host and perhaps a path "
			"(github.com/openai)",
			TMS_STR_ARGS(written.text));
	return query_add_value(p, written, leaf);
}

/* The kind that is meant or looks most like it; HAS_KINDS: none does. */
static size_t nearest_has(struct tms_str asked, const char *const *names)
{
	static const struct {
		const char *name;
		enum query_has has;
	} meant[] = { { "retracted", HAS_WITHDRAWN }, { "retraction", HAS_WITHDRAWN },
		{ "withdrawal", HAS_WITHDRAWN }, { "deleted", HAS_WITHDRAWN },
		{ "removed", HAS_WITHDRAWN }, { "repo", HAS_CODE }, { "repository", HAS_CODE },
		{ "github", HAS_CODE }, { "homepage", HAS_PROJECT }, { "website", HAS_PROJECT } };
	size_t limit = asked.len < 5 ? 1 : 2, best = limit + 1, nearest = HAS_KINDS;

	for (size_t i = 0; i < TMS_COUNT(meant); i++)
		if (tms_str_equal_caseless(asked, tms_str_from(meant[i].name)))
			return meant[i].has;
	for (size_t i = 0; i < HAS_KINDS; i++) {
		size_t distance = query_distance(asked, tms_str_from(names[i]), limit);
		if (distance < best) {
			best = distance;
			nearest = i;
		}
	}
	return nearest;
}

struct query_node *query_make_has(
	struct query_parser *p, struct query_written written, struct query_leaf *leaf)
{
	static const char *const names[HAS_KINDS] = { [HAS_CODE] = "code",
		[HAS_PROJECT] = "project",
		[HAS_VIDEO] = "video",
		[HAS_WITHDRAWN] = "withdrawn" };

	leaf->kind = LEAF_HAS;
	for (size_t i = 0; i < TMS_COUNT(names); i++) {
		if (!tms_str_equal_caseless(written.text, tms_str_from(names[i])))
			continue;
		leaf->has = (enum query_has)i;
		return query_add_value(p, written, leaf);
	}
	(void)query_fail(p, written.at,
		"found \"%.*s\" behind \"has:\", expected code, project, video or withdrawn",
		TMS_STR_ARGS(written.text));
	size_t nearest = nearest_has(written.text, names);
	if (nearest < HAS_KINDS)
		query_cure(p, TMS_STR_NONE, written.from, p->at, tms_str_from(names[nearest]));
	return NULL;
}
