/* Names and their versions, by expressions that say what they look like. */
#include "reference.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include <tamis/utf8.h>

#define VERSION "[0-9]+([.][0-9]+)*[A-Za-z]?"

enum shape { LETTERS_AND_VERSION, LETTERS_V_AND_VERSION, VERSION_ALONE, LETTERS_ALONE, SHAPES };

static const char *const expressions[SHAPES] = { "^([^ -`{-~]+)" VERSION "$",
	"^([^ -`{-~]+)v" VERSION "$", "^(v?" VERSION ")$", "^([^ -`{-~]+)$" };

/* Where the first group ends, or 0 where the text has not that shape. */
static size_t end_of_group(enum shape shape, struct tms_str text)
{
	static regex_t compiled[SHAPES]; /* live as long as the test */
	static bool is_compiled[SHAPES];
	char copy[2048];
	regmatch_t groups[2];

	if (text.len >= sizeof(copy) || (text.len > 0 && memchr(text.ptr, '\0', text.len)))
		return 0;
	if (text.len > 0)
		memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	if (!is_compiled[shape] && regcomp(&compiled[shape], expressions[shape], REG_EXTENDED) != 0)
		abort();
	is_compiled[shape] = true;
	return regexec(&compiled[shape], copy, 2, groups, 0) == 0 ? (size_t)groups[1].rm_eo : 0;
}

static size_t count_characters(struct tms_str s)
{
	size_t count = 0;

	for (size_t at = 0; at < s.len; count++)
		(void)tms_utf8_next(s, &at);
	return count;
}

/* Of the words that the tests invent, those that only look so. */
static bool only_looks_so(struct tms_str form)
{
	return tms_str_equal(form, TMS_STR("base64")) || tms_str_equal(form, TMS_STR("neo4j"));
}

struct tms_str reference_letters(struct tms_str form, bool with_v)
{
	size_t end = end_of_group(with_v ? LETTERS_AND_VERSION : LETTERS_V_AND_VERSION, form);
	struct tms_str letters = tms_str_slice(form, 0, end);

	if (only_looks_so(form) || count_characters(letters) < 2 ||
		(!with_v && tms_str_starts(form, TMS_STR("conv"))))
		return TMS_STR_NONE;
	return letters;
}

static bool are_two_capitals(struct tms_str s)
{
	return s.len == 2 && s.ptr[0] >= 'A' && s.ptr[0] <= 'Z' && s.ptr[1] >= 'A' &&
	       s.ptr[1] <= 'Z';
}

static bool is_version(struct tms_str form)
{
	return end_of_group(VERSION_ALONE, form) > 0;
}

bool is_version_of(const struct cut *asked_text, const struct unit *asked, const struct unit *there,
	bool by_stem)
{
	const struct tms_words *words = &asked_text->words;
	size_t next = asked->first + asked->span;
	struct tms_str stands = tms_words_span(words, asked->first, next);
	size_t least = asked->span == 1 && are_two_capitals(stands) ? 2 : 3;

	if (next < words->count && is_version(tms_words_form(words, next)))
		return false;
	for (size_t i = 0; i < 2; i++)
		if (count_characters(there->letters[i]) >= least &&
			tms_str_equal(by_stem ? there->letters_stem[i] : there->letters_base[i],
				by_stem ? asked->stem : asked->base))
			return true;
	return false;
}

/* How many bytes of a word, as it stands, are the name before its version; 0: none. */
static size_t name_end(struct tms_str form, struct tms_str stands)
{
	struct tms_str with_v = reference_letters(form, true),
		       less = reference_letters(form, false);
	struct tms_str name = with_v;

	if (form.len != stands.len)
		return 0;
	if (less.len > 0 && (count_characters(less) >= 3 ||
				    (are_two_capitals(tms_str_slice(stands, 0, less.len)) &&
					    stands.ptr[less.len] == 'v')))
		name = less;
	return count_characters(name) >= 3 || are_two_capitals(tms_str_slice(stands, 0, name.len))
		       ? name.len
		       : 0;
}

static bool is_name_alone(struct tms_str form, struct tms_str stands)
{
	return (count_characters(form) >= 3 && end_of_group(LETTERS_ALONE, form) > 0) ||
	       (are_two_capitals(stands) && form.len == 2);
}

void cut_versions(struct tms_arena *arena, struct cut *cut)
{
	const struct tms_words words = cut->words;
	struct tms_str whole = cut->text, text = words.plain;
	struct tms_buf buf = { 0 };

	for (size_t at = 0, i = 0; at < text.len; at++) {
		while (i < words.count && words.list[i].end < at)
			i++;
		const struct tms_word *word = i < words.count ? &words.list[i] : NULL;
		struct tms_str stands = word ? tms_words_span(&words, i, i + 1) : TMS_STR_NONE;
		struct tms_str form = word ? tms_words_form(&words, i) : TMS_STR_NONE;
		bool is_inside = word && at > word->start && at < word->end;
		if (is_inside && at - word->start == name_end(form, stands))
			tms_buf_add_char(&buf, '-');
		bool is_between = word && at == word->end && i + 1 < words.count &&
				  words.list[i + 1].start == at + 1 && text.ptr[at] == ' ' &&
				  is_name_alone(form, stands) &&
				  is_version(tms_words_form(&words, i + 1));
		tms_buf_add_char(&buf, is_between ? '-' : text.ptr[at]);
	}
	cut_asked(arena, tms_arena_copy(arena, tms_buf_str(&buf)), cut);
	cut->text = whole;
	tms_buf_free(&buf);
}
