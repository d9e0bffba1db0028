/*
 * Names and their versions in what is asked. Texts write "Qwen2.5", "Qwen-2.5" and "Qwen 2.5", and
 * so do queries: these are cut as if all had the hyphen, whose parts are found apart and joined.
 */
#include "checked_query.h"

/* A name alone that a version can stand behind: of three letters or more, or of two capitals. */
static bool is_name(struct tms_str form, struct tms_str as_stands)
{
	return tms_word_letters(form) >= TMS_WORD_STEM_LETTERS ||
	       (form.len == 2 && query_is_in_capitals(as_stands));
}

/* Where the version begins in a word as it stands, or 0. Of two stems, with a v at the end and
 * without, it is the shorter one when three letters are left, or when case sets the v off. */
static size_t version_at(struct tms_str form, struct tms_str as_stands)
{
	struct tms_str stems[TMS_WORD_STEMS_MAX];
	size_t count = as_stands.len == form.len ? tms_word_stems(form, stems) : 0;

	for (size_t i = count; i > 0; i--) { /* the shorter one stands last */
		struct tms_str stands = tms_str_slice(as_stands, 0, stems[i - 1].len);
		bool is_set_off = i == 2 && as_stands.ptr[stands.len] == 'v';
		if (tms_word_letters(stems[i - 1]) >= TMS_WORD_STEM_LETTERS ||
			(query_is_in_capitals(stands) && (count == 1 || is_set_off)))
			return stands.len;
	}
	return 0;
}

/* Words i and i + 1 are a name and its version, and nothing but a space stands between them. */
static bool are_apart(const struct tms_words *words, size_t i)
{
	const struct tms_word *word = &words->list[i];

	return i + 1 < words->count && word->end + 1 == words->list[i + 1].start &&
	       words->plain.ptr[word->end] == ' ' &&
	       is_name(tms_words_form(words, i), tms_words_span(words, i, i + 1)) &&
	       tms_word_is_version(tms_words_form(words, i + 1));
}

/* A version has a digit, in ASCII or as its own script writes it: most words that are asked for have
 * none. */
static bool may_have_version(struct tms_str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (tms_is_digit(text.ptr[i]) || (unsigned char)text.ptr[i] >= 0x80)
			return true;
	return false;
}

/* Write the text with hyphens; false when it has them already, or needs none. */
static bool hyphenate(const struct tms_words *words, struct tms_buf *out)
{
	size_t from = 0;
	bool changed = false;

	for (size_t i = 0; i < words->count; i++) {
		struct tms_str stands = tms_words_span(words, i, i + 1);
		size_t start = words->list[i].start, end = words->list[i].end;
		size_t version = version_at(tms_words_form(words, i), stands);
		bool apart = are_apart(words, i);
		if (version > 0) {
			tms_buf_add(out, tms_str_slice(words->plain, from, start + version));
			tms_buf_add_char(out, '-');
			from = start + version;
		}
		if (apart) {
			tms_buf_add(out, tms_str_slice(words->plain, from, end));
			tms_buf_add_char(out, '-');
			from = end + 1;
		}
		changed = changed || version > 0 || apart;
	}
	tms_buf_add(out, tms_str_slice(words->plain, from, words->plain.len));
	return changed;
}

enum tms_status query_cut(struct tms_arena *arena, const struct query_field *field,
	enum query_word_mode mode, struct tms_str text, struct tms_words *out)
{
	struct tms_buf buf = { 0 };
	struct tms_words words = { 0 };
	bool in_texts = (field->fields & ~(unsigned)TMS_FIELDS_NAMES) != 0;

	enum tms_status st = tms_words_cut_asked(arena, text, out);
	if (st != TMS_OK || !in_texts || (mode != WORD_PLAIN && mode != WORD_STEM) ||
		!may_have_version(out->plain))
		return st;
	if (hyphenate(out, &buf)) {
		struct tms_str hyphenated = tms_arena_take(arena, &buf);
		st = arena->status;
		if (st == TMS_OK)
			st = tms_words_cut_asked(arena, hyphenated, &words);
		if (st == TMS_OK && words.count <= TMS_QUERY_PHRASE_WORDS_MAX)
			*out = words;
	}
	tms_buf_free(&buf);
	return st;
}
