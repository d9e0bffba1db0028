/*
 * Names with their version, written as one: "Qwen2.5", "GPT4o", "LLaMAv2", "AIME24". The letters
 * before the version are a stem; a word is found by it too. A version is digits, perhaps with dots
 * between them, perhaps with a v before them and one letter behind them. A stem has two letters or
 * more: R1, o3 and H100 are words, and so is 7B, which begins with its digits.
 *
 * A v at the end of the letters can be the last of the name or the first of the version ("CSV2",
 * "YOLOv8"). Both are stems then, but for names that are listed.
 */
#include <tamis/words.h>

#include <tamis/fold.h>

/* Where the digits of a version begin, one letter behind them or none; s.len when there is none. */
static size_t digits_from(struct tms_str form)
{
	size_t at = form.len;

	if (at > 1 && tms_is_alpha(form.ptr[at - 1]))
		at--;
	if (at == 0 || !tms_is_digit(form.ptr[at - 1]))
		return form.len;
	while (at > 0 &&
		(tms_is_digit(form.ptr[at - 1]) ||
			(form.ptr[at - 1] == '.' && at > 1 && tms_is_digit(form.ptr[at - 2]))))
		at--;
	return at;
}

bool tms_word_is_version(struct tms_str form)
{
	size_t at = digits_from(form);

	return at < form.len && (at == 0 || (at == 1 && form.ptr[0] == 'v'));
}

/* Letters, and marks, of any alphabet. */
static bool are_letters(struct tms_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < 0x80 && !tms_is_alpha(s.ptr[i]))
			return false;
	return true;
}

size_t tms_word_letters(struct tms_str form)
{
	size_t count = 0;

	if (!are_letters(form))
		return 0;
	for (size_t at = 0; at < form.len; count++)
		(void)tms_utf8_next(form, &at);
	return count;
}

static bool is_one_of(struct tms_str s, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (tms_str_equal(s, tms_str_from(list[i])))
			return true;
	return false;
}

/* Names that end in v: "conv2" is no version of "con". */
static bool ends_in_v(struct tms_str stem)
{
	static const char *const names[] = { "adv", "arxiv", "av", "biorxiv", "chemrxiv", "conv",
		"cov", "csv", "deriv", "dev", "div", "env", "equiv", "gev", "gov", "hiv", "improv",
		"inv", "kev", "kiev", "kyiv", "lev", "medrxiv", "mev", "nav", "priv", "rev", "sev",
		"tev", "tsv" };

	return is_one_of(stem, names, TMS_COUNT(names));
}

/* Digits that are read as words: Neo4j is for Java, StreamV2V video to video, DUSt3R three R; and
 * words that end in a number of their own. */
static bool is_no_version(struct tms_str form, struct tms_str version)
{
	static const char *const versions[] = { "2i", "2t", "2v", "3r", "4j" };
	static const char *const forms[] = { "base64", "her2", "log10", "log2", "text8" };

	return is_one_of(version, versions, TMS_COUNT(versions)) ||
	       is_one_of(form, forms, TMS_COUNT(forms));
}

size_t tms_word_stems(struct tms_str form, struct tms_str stems[TMS_WORD_STEMS_MAX])
{
	size_t at = digits_from(form), count = 0;
	struct tms_str stem = tms_str_slice(form, 0, at);

	if (at < 2 || at == form.len || tms_word_letters(stem) < 2 ||
		is_no_version(form, tms_str_slice(form, at, form.len)))
		return 0;
	stems[count++] = stem;
	struct tms_str less = tms_str_slice(form, 0, at - 1);
	if (stem.ptr[at - 1] == 'v' && tms_word_letters(less) >= 2 && !ends_in_v(stem))
		stems[count++] = less;
	return count;
}
