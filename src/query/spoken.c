/* What people say in words that are searched: "at least 50 upvotes", "herons near storks". */
#include "parse_private.h"

static struct tms_str text_of(const struct query_parser *p, size_t i)
{
	const struct query_factor *factor = &p->factors[i];

	return tms_str_trim(tms_str_slice(p->text, factor->start, factor->end));
}

/* The term behind others that spaces join, or empty. */
static struct tms_str next_text(const struct query_parser *p, size_t i)
{
	if (i >= p->factors_count || p->factors[i].joined != JOINED_BY_SPACE)
		return TMS_STR_NONE;
	return text_of(p, i);
}

static bool is(struct tms_str text, const char *word)
{
	return tms_str_equal_caseless(text, tms_str_from(word));
}

static bool is_number(struct tms_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!tms_is_digit(text.ptr[i]))
			return false;
	return text.len > 0 && text.len <= 9;
}

static const char *number_named(struct tms_str text)
{
	static const char *const names[] = { "upvotes", "upvote", "votes", "likes", "points" };

	for (size_t i = 0; i < TMS_COUNT(names); i++)
		if (is(text, names[i]))
			return "upvotes";
	return is(text, "stars") ? "stars" : NULL;
}

/* "at least", "over": the sign, and past it; NULL where none stands. */
static const char *comparison(const struct query_parser *p, struct tms_str first, size_t *i)
{
	static const struct {
		const char *first, *second, *sign;
	} words[] = { { "at", "least", ">=" }, { "at", "most", "<=" }, { "more", "than", ">" },
		{ "less", "than", "<" }, { "fewer", "than", "<" }, { "over", NULL, ">" },
		{ "above", NULL, ">" }, { "under", NULL, "<" }, { "below", NULL, "<" } };

	for (size_t k = 0; k < TMS_COUNT(words); k++) {
		bool has_second = words[k].second != NULL;
		if (!is(first, words[k].first) ||
			(has_second && !is(next_text(p, *i + 1), words[k].second)))
			continue;
		*i += has_second ? 2 : 1;
		return words[k].sign;
	}
	return NULL;
}

/* Of the terms from `first` to before `end`. */
static void note(struct query_parser *p, size_t first, size_t end, struct tms_str instead)
{
	struct tms_str last = text_of(p, end - 1);
	size_t start = p->factors[first].start, behind = p->factors[end - 1].start + last.len;

	query_note(p, start, behind, "\"%.*s\" is searched as words",
		TMS_STR_ARGS(tms_str_slice(p->text, start, behind)));
	query_cure(p, TMS_STR("what it says"), start, behind, instead);
}

/* Behind "50 upvotes" or "upvotes over 50" at `i`, which is noted; else `i`. */
static size_t note_number(struct query_parser *p, size_t i)
{
	size_t at = i;
	struct tms_str first = text_of(p, i), number = first;
	const char *name = number_named(first), *sign;

	if (name)
		at++;
	sign = comparison(p, name ? next_text(p, at) : first, &at);
	if (at > i)
		number = next_text(p, at);
	if (!is_number(number))
		return i;
	if (!name)
		name = number_named(next_text(p, ++at));
	if (!name)
		return i;
	note(p, i, at + 1,
		tms_arena_format(
			p->arena, "%s%s%.*s", name, sign ? sign : ">=", TMS_STR_ARGS(number)));
	return at + 1;
}

/* The words of a bare word or a phrase; empty for other terms. */
static struct tms_str plain_words(struct tms_str text)
{
	if (text.len > 2 && text.ptr[0] == '"' && text.ptr[text.len - 1] == '"')
		text = tms_str_slice(text, 1, text.len - 1);
	if (text.len == 0 || (!tms_is_alnum(text.ptr[0]) && (unsigned char)text.ptr[0] < 0x80))
		return TMS_STR_NONE;
	for (size_t i = 0; i < text.len; i++)
		if (memchr("\"():<>=~*|", text.ptr[i], 10))
			return TMS_STR_NONE;
	return text;
}

/* The same for "herons near storks", "herons within 3 storks", `near "herons storks" 3`. */
static size_t note_near(struct query_parser *p, size_t first, size_t i)
{
	struct tms_str word = text_of(p, i), number = TMS_STR("5");
	bool is_within = is(word, "within"), is_near = is(word, "near");
	size_t at = i + 1;

	if (!is_within && !is_near && !is(word, "adj"))
		return i;
	struct tms_str behind = next_text(p, at);
	if (is_near && behind.len > 0 && behind.ptr[0] == '"' && is_number(next_text(p, at + 1))) {
		note(p, i, at + 2,
			tms_arena_format(p->arena, "near(%.*s, %.*s)", TMS_STR_ARGS(behind),
				TMS_STR_ARGS(next_text(p, at + 1))));
		return at + 2;
	}
	if (is_within) {
		number = behind;
		if (!is_number(number))
			return i;
		at++;
		if (is(next_text(p, at), "words") && is(next_text(p, at + 1), "of"))
			at += 2;
	}
	if (i == first || p->factors[i].joined != JOINED_BY_SPACE)
		return i;
	struct tms_str one = plain_words(text_of(p, i - 1)), other = plain_words(next_text(p, at));
	if (one.len == 0 || other.len == 0)
		return i;
	note(p, i - 1, at + 1,
		tms_arena_format(p->arena, "near(\"%.*s %.*s\", %.*s)", TMS_STR_ARGS(one),
			TMS_STR_ARGS(other), TMS_STR_ARGS(number)));
	return at + 1;
}

/* The same for "colo(u)r", of which the parentheses are a group. */
static size_t note_glued(struct query_parser *p, size_t i)
{
	size_t end = i + 1, start = p->factors[i].start;

	while (next_text(p, end).len > 0 && p->factors[end].start == p->factors[end - 1].end &&
		memchr(" ()", p->text.ptr[p->factors[end].start - 1], 3) !=
			memchr(" ()", p->text.ptr[p->factors[end].start], 3))
		end++;
	struct tms_str all = tms_str_slice(p->text, start, p->factors[end - 1].end);
	if (end == i + 1)
		return i;
	if (query_excludes(all, &(size_t){ 0 })) /* "-colo" takes no part in it */
		return end;
	for (size_t k = 0; k < all.len; k++)
		if (memchr(" \"':<>=/&", all.ptr[k], 9))
			return end;
	query_note(p, start, start + all.len,
		"parentheses in a word are a group: \"%.*s\" asks for each of its parts",
		TMS_STR_ARGS(all));
	query_cure(p, TMS_STR("a regular expression"), start, start + all.len,
		tms_arena_format(p->arena, "/%.*s/", TMS_STR_ARGS(all)));
	return end;
}

void query_note_spoken(struct query_parser *p, size_t first)
{
	for (size_t i = first, next; i < p->factors_count; i = next) {
		next = note_number(p, i);
		if (next == i)
			next = note_near(p, first, i);
		if (next == i)
			next = note_glued(p, i);
		if (next == i)
			next++;
	}
}
