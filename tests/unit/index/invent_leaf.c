/* Single terms about text: words of the items as they stand, or nearly. */
#include "invent.h"

#include <assert.h>

#include <tamis/fold.h>

#include "text/regex.h"

unsigned roll_fields(struct dice *dice)
{
	static const unsigned fields[] = { TMS_FIELD_TITLE, TMS_FIELD_TITLE, TMS_FIELD_ABSTRACT,
		TMS_FIELDS_ANY, TMS_FIELDS_ANY, TMS_FIELD_AUTHOR, TMS_FIELD_AUTHOR,
		TMS_FIELD_KEYWORD, TMS_FIELD_ORG, TMS_FIELD_SUBMITTER, TMS_FIELD_COMMENT,
		TMS_FIELD_CONTENT, TMS_FIELD_CONTENT, TMS_FIELDS_TEXT };

	return ROLL_FROM(dice, fields);
}

const char *field_prefix(struct dice *dice, unsigned fields)
{
	switch (fields) {
	case TMS_FIELDS_TEXT:
		return chance(dice, 3) ? "intext:" : "text:";
	case TMS_FIELDS_ANY:
		return chance(dice, 3) ? "all:" : "any:";
	case TMS_FIELD_ABSTRACT:
		return chance(dice, 3) ? "summary:" : chance(dice, 3) ? "abs: " : "abstract:";
	case TMS_FIELD_CONTENT:
		return chance(dice, 3) ? "body:" : "content:";
	case TMS_FIELD_TITLE:
		return chance(dice, 5) ? "Title:" : chance(dice, 5) ? "ti : " : "title:";
	case TMS_FIELD_AUTHOR:
		return chance(dice, 4) ? "au: " : "author:";
	case TMS_FIELD_KEYWORD:
		return "keyword:";
	case TMS_FIELD_ORG:
		return "org:";
	case TMS_FIELD_SUBMITTER:
		return "submitter:";
	default:
		return "comment:";
	}
}

/* Fields of a term, and what it is written with in front. */
struct ask *invent_plain_leaf(struct rule_maker *maker, enum ask_kind kind, const char **prefix)
{
	struct ask *ask = TMS_ARENA_NEW(maker->arena, struct ask);

	assert(ask);
	ask->kind = kind;
	ask->within = -1;
	ask->least = INT64_MIN;
	ask->most = INT64_MAX;
	*prefix = "";
	ask->fields = maker->group_fields;
	if (ask->fields == 0 && chance(maker->dice, 3)) {
		ask->fields = roll_fields(maker->dice);
		*prefix = field_prefix(maker->dice, ask->fields);
	}
	if (ask->fields == 0)
		ask->fields = TMS_FIELDS_TEXT;
	return ask;
}

/* Some words of some text of some item, as they stand. */
static struct tms_str roll_stretch(struct rule_maker *maker, uint32_t most)
{
	for (int tries = 0; tries < 4 && maker->subjects_count > 0; tries++) {
		const struct subject *subject =
			maker->subjects[roll(maker->dice, (uint32_t)maker->subjects_count)];
		const struct subject_text *text =
			&subject->texts[roll(maker->dice, (uint32_t)subject->texts_count)];
		size_t count = text->cut.words.count;
		if (count == 0)
			continue;
		size_t first = roll(maker->dice, (uint32_t)count);
		size_t end = first + 1 + roll(maker->dice, most);
		end = end < count ? end : count;
		struct tms_str stretch =
			chance(maker->dice, 2)
				? tms_words_span(&text->cut.words, first, end)
				: tms_words_source(&text->cut.words,
					  tms_words_span(&text->cut.words, first, end));
		return tms_arena_copy(maker->arena, stretch); /* it outlives the item */
	}
	return invent_text(maker->dice, maker->arena, most);
}

static char other_case(char byte)
{
	return tms_is_alpha(byte) ? (char)(byte ^ 0x20) : byte;
}

/* A near miss, or the same in other clothes. */
static struct tms_str mutate(struct rule_maker *maker, struct tms_str text)
{
	struct tms_str copy = tms_arena_copy(maker->arena, text);
	char *at = (char *)(uintptr_t)copy.ptr;
	uint32_t side = roll(maker->dice, 16);
	size_t hyphen = tms_str_find_byte(copy, "- '"[roll(maker->dice, 3)], 0);

	if (copy.len == 0)
		return copy;
	if (side == 0 || side == 1)
		for (size_t i = 0; i < copy.len; i++)
			at[i] = side == 0             ? tms_lower(at[i])
				: tms_is_alpha(at[i]) ? at[i] & ~0x20
						      : at[i];
	else if (side == 2)
		at[0] = other_case(at[0]);
	else if (side == 3)
		return tms_arena_format(maker->arena, "%.*ss", TMS_STR_ARGS(copy));
	else if (side == 4 && (unsigned char)at[copy.len - 1] < 0x80)
		copy.len--;
	else if (side == 5 && hyphen != SIZE_MAX)
		at[hyphen] = at[hyphen] == '-' ? ' ' : '-';
	else if (side == 6 && hyphen != SIZE_MAX)
		return tms_arena_format(maker->arena, "%.*s%.*s", (int)hyphen, copy.ptr,
			(int)(copy.len - hyphen - 1), copy.ptr + hyphen + 1);
	else if (side == 7)
		return tms_arena_format(maker->arena, "%.*sx", TMS_STR_ARGS(copy));
	return copy;
}

/* Without what would end the quotes that it may come to stand in. */
static struct tms_str without_quotes(struct rule_maker *maker, struct tms_str text)
{
	struct tms_buf buf = { 0 };

	for (size_t at = 0, start = 0; at < text.len; start = at)
		if (tms_fold_punctuation(tms_utf8_next(text, &at)) != '"')
			tms_buf_add(&buf, tms_str_slice(text, start, at));
	struct tms_str kept = tms_arena_copy(maker->arena, tms_buf_str(&buf));
	tms_buf_free(&buf);
	return kept;
}

/* True for text that is one bare word to a reader of the language. */
static bool may_stand_bare(struct tms_str text)
{
	static const char *const operators[] = { "OR", "AND", "NOT", "or", "and", "not" };

	for (size_t i = 0; i < TMS_COUNT(operators); i++)
		if (tms_str_equal(text, tms_str_from(operators[i])))
			return false;
	/* "cs.CL" is refused, and "50+" before some words */
	if (text.len == 0 || memchr(text.ptr, '.', text.len) || text.ptr[text.len - 1] == '+')
		return false;
	for (size_t at = 0, start = 0; at < text.len; start = at) {
		int32_t c = tms_utf8_next(text, &at);
		bool plain = c < 0x80 ? tms_is_alnum((char)c) ||
						(start > 0 && memchr("-/.+#'", (int)c, 6))
				      : tms_fold_punctuation(c) == c && c != 0x2264 && c != 0x2265;
		if (!plain)
			return false;
	}
	return true;
}

static struct tms_str roll_phrase(struct rule_maker *maker, uint32_t most)
{
	static const char *const absent[] = { "zyzzyva", "qwertzuiop", "绝无", "Ünmöglich",
		"no-such-word", "nosuch words here", "xAIs" };

	struct tms_str text = chance(maker->dice, 12) ? tms_str_from(ROLL_FROM(maker->dice, absent))
						      : roll_stretch(maker, most);
	return without_quotes(maker, chance(maker->dice, 3) ? mutate(maker, text) : text);
}

static size_t count_characters(const struct cut *cut)
{
	size_t count = 0;

	for (size_t i = 0; i < cut->words.count; i++) {
		struct tms_str form = tms_words_form(&cut->words, i);
		count += cut->words.list[i].key.kind != TMS_WORD_PLAIN ? 3 : 0; /* always enough */
		for (size_t at = 0; at < form.len; count++)
			(void)tms_utf8_next(form, &at);
	}
	return count;
}

static enum ask_how roll_how(struct rule_maker *maker, const struct ask *ask, bool bare)
{
	uint32_t side = roll(maker->dice, 12);

	if (maker->group_exact || side == 0)
		return HOW_EXACT;
	if (side == 1)
		return HOW_STEM;
	if ((side == 2 || side == 3) && bare && count_characters(&ask->cut) >= 3)
		return HOW_PREFIX;
	return ask->fields == TMS_FIELD_AUTHOR ? HOW_NAME : HOW_PLAIN;
}

/* So that single quotes can stand around it. */
static bool has_no_apostrophe(struct tms_str text)
{
	for (size_t at = 0; at < text.len;)
		if (tms_fold_punctuation(tms_utf8_next(text, &at)) == '\'')
			return false;
	return !memchr(" \n", text.ptr[text.len - 1], 2) && !memchr(" \n", text.ptr[0], 2);
}

/* Of names alone, versions are parts of words. */
static bool asks_texts(unsigned fields)
{
	return (fields & ~(unsigned)(TMS_FIELD_AUTHOR | TMS_FIELD_CATEGORY | TMS_FIELD_ORG |
				     TMS_FIELD_SUBMITTER)) != 0;
}

static struct ask *words_leaf(struct rule_maker *maker)
{
	static const uint32_t lengths[] = { 1, 1, 1, 1, 2, 2, 3, 6 };
	const char *prefix, *open = "\"", *close = "\"";
	struct ask *ask = invent_plain_leaf(maker, ASK_WORDS, &prefix);
	struct tms_str text;

	do {
		text = roll_phrase(maker, ROLL_FROM(maker->dice, lengths));
		cut_asked(maker->arena, text, &ask->cut);
	} while (ask->cut.words.count == 0 || ask->cut.words.count > 50);
	bool bare = may_stand_bare(text);
	ask->how = roll_how(maker, ask, bare);
	if ((ask->how == HOW_PLAIN || ask->how == HOW_STEM) && asks_texts(ask->fields))
		cut_versions(maker->arena, &ask->cut);
	bool quoted = ask->how != HOW_PREFIX && (!bare || chance(maker->dice, 3));
	if (quoted && chance(maker->dice, 6)) {
		open = "“";
		close = "”";
	} else if (quoted && chance(maker->dice, 6) && has_no_apostrophe(text)) {
		open = chance(maker->dice, 2) ? "'" : "‘";
		close = open[0] == '\'' ? "'" : "’";
	}
	/* "=" stands before the field, "~" behind it; a group has said "=" already */
	ask->print = tms_arena_format(maker->arena, "%s%s%s%s%.*s%s",
		ask->how == HOW_EXACT && !maker->group_exact ? "=" : "", prefix,
		ask->how == HOW_STEM ? "~" : "", quoted ? open : "", TMS_STR_ARGS(text),
		quoted                   ? close
		: ask->how == HOW_PREFIX ? "*"
					 : "");
	return ask;
}

static struct ask *near_leaf(struct rule_maker *maker)
{
	static const uint32_t gaps[] = { 0, 0, 1, 2, 5, 20, 1000 };
	const char *prefix;
	struct ask *ask = invent_plain_leaf(maker, ASK_NEAR, &prefix);
	struct tms_buf text = { 0 };

	ask->parts = TMS_ARENA_ARRAY(maker->arena, struct cut, 4);
	assert(ask->parts);
	for (size_t wanted = 2 + roll(maker->dice, 3); ask->parts_count < wanted;) {
		struct tms_str word = roll_phrase(maker, 1);
		cut_asked(maker->arena, word, &ask->parts[ask->parts_count]);
		if (ask->parts[ask->parts_count].words.count == 0 || !may_stand_bare(word))
			continue;
		if (asks_texts(ask->fields))
			cut_versions(maker->arena, &ask->parts[ask->parts_count]);
		if (ask->parts_count++ > 0)
			tms_buf_add_char(&text, ' ');
		tms_buf_add(&text, word);
	}
	ask->gap = ROLL_FROM(maker->dice, gaps);
	ask->print = tms_arena_format(maker->arena, "%snear(\"%.*s\", %zu)", prefix,
		TMS_STR_ARGS(tms_buf_str(&text)), ask->gap);
	tms_buf_free(&text);
	return ask;
}

/* A pattern out of the words of an item: with its letters escaped, or loosened. */
static struct tms_str roll_pattern(struct rule_maker *maker)
{
	static const char *const loose[] = { "^[a-c]", "gpt-?[45]o?", "\\d+\\.\\d", "(rag|moe)s?",
		"^the\\b", "[^a-z]ais?\\b", "model.*agent", "s$", ".", "x{2,}", "é", "\\pL\\d",
		"fine.?tun(ed|ing)", "(?i:reward) ?hack", "学", "a b|c d", "un.{0,40}titled",
		"\\bna", "\\w{3}\\d", "\\Bve\\b", "[^\\W_]{3}-", "\\d+\\b", "\\bm\\w*l\\b",
		"[\\d年]", "^$" };
	struct tms_buf buf = { 0 };

	if (chance(maker->dice, 2))
		return tms_str_from(ROLL_FROM(maker->dice, loose));
	struct tms_str text = roll_phrase(maker, 2);
	for (size_t i = 0; i < text.len; i++) {
		char byte = text.ptr[i];
		if (byte == '\n' || byte == ' ')
			tms_buf_add_cstr(&buf, "\\s");
		else if ((unsigned char)byte < 0x80 && !tms_is_alnum(byte))
			tms_buf_format(&buf, "\\%c", byte);
		else if (tms_is_alpha(byte) && chance(maker->dice, 12))
			tms_buf_format(&buf, "%c*", byte);
		else
			tms_buf_add_char(&buf, byte);
	}
	struct tms_str pattern = tms_arena_copy(maker->arena, tms_buf_str(&buf));
	tms_buf_free(&buf);
	return pattern.len > 0 ? pattern : TMS_STR("nothing");
}

static struct ask *regex_leaf(struct rule_maker *maker)
{
	const char *prefix;
	struct ask *ask = invent_plain_leaf(maker, ASK_REGEX, &prefix);
	struct tms_diag why;
	bool exact = maker->group_fields == 0 && chance(maker->dice, 4);
	struct tms_str pattern = roll_pattern(maker);

	enum tms_status st = regex_compile_unicode(pattern, !exact, 4000, &ask->regex, &why);
	if (st != TMS_OK) {
		pattern = TMS_STR("plain");
		st = regex_compile_unicode(pattern, !exact, 4000, &ask->regex, &why);
	}
	assert(st == TMS_OK);
	ask->print = tms_arena_format(
		maker->arena, "%s%s/%.*s/", exact ? "=" : "", prefix, TMS_STR_ARGS(pattern));
	return ask;
}

struct ask *invent_leaf(struct rule_maker *maker)
{
	uint32_t side = roll(maker->dice, 40);

	if (maker->group_fields != 0) /* takes nothing but text, and "=" nothing but words */
		return maker->group_exact || side > 6 ? words_leaf(maker)
		       : side < 3                     ? regex_leaf(maker)
						      : near_leaf(maker);
	if (side == 39 && chance(maker->dice, 2))
		return invent_topic_leaf(maker);
	if (side == 38)
		return invent_listed_leaf(maker);
	if (side < 13)
		return invent_value_leaf(maker);
	if (side < 16)
		return near_leaf(maker);
	if (side < 19)
		return regex_leaf(maker);
	return words_leaf(maker);
}
