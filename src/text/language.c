/* Tags of languages (BCP 47), ranges of them, and names that people write for them. */
#include "language.h"

#include <tamis/fold.h>

#define LANGUAGE_BYTES_MAX 35

bool language_is(struct tms_str tag)
{
	size_t part = 0;
	bool digits = false;

	if (tag.len == 0 || tag.len > LANGUAGE_BYTES_MAX)
		return false;
	for (size_t i = 0; i < tag.len; i++) {
		if (tag.ptr[i] == '-') {
			if (part == 0 || (!digits && part != 2 && part != 3))
				return false;
			part = 0;
			digits = true; /* allowed from the second part on */
		} else if (tms_is_alpha(tag.ptr[i]) || (digits && tms_is_digit(tag.ptr[i]))) {
			if (++part > 8)
				return false;
		} else {
			return false;
		}
	}
	return digits ? part > 0 : part == 2 || part == 3;
}

static char plain(char byte)
{
	return byte == '_' ? '-' : tms_lower(byte);
}

bool language_is_in(struct tms_str tag, struct tms_str range)
{
	if (tms_str_equal(range, TMS_STR("*")))
		return tag.len > 0;
	if (range.len == 0 || tag.len < range.len)
		return false;
	for (size_t i = 0; i < range.len; i++)
		if (plain(tag.ptr[i]) != plain(range.ptr[i]))
			return false;
	return tag.len == range.len || plain(tag.ptr[range.len]) == '-';
}

struct tms_str language_in_case(struct tms_arena *arena, struct tms_str tag)
{
	char *bytes = tms_arena_alloc(arena, tag.len + 1);
	size_t start = 0;
	bool is_single = false; /* behind "x" and other single letters all is small */

	if (!bytes)
		return TMS_STR_NONE;
	for (size_t i = 0; i <= tag.len; i++) {
		if (i < tag.len)
			bytes[i] = plain(tag.ptr[i]);
		if (i < tag.len && bytes[i] != '-')
			continue;
		size_t part = i - start;
		for (size_t k = start; start > 0 && !is_single && k < i; k++)
			if ((part == 2 || (part == 4 && k == start)) && tms_is_alpha(bytes[k]))
				bytes[k] = (char)(bytes[k] & ~0x20);
		is_single |= part == 1;
		start = i + 1;
	}
	return (struct tms_str){ bytes, tag.len };
}

static const struct language_name names[] = {
	/* clang-format off */
	{ "en", "english" }, { "en", "eng" },
	{ "af", "afrikaans" }, { "af", "afr" },
	{ "ar", "arabic" }, { "ar", "ara" }, { "ar", "العربية" },
	{ "be", "belarusian" }, { "be", "bel" },
	{ "bg", "bulgarian" }, { "bg", "bul" },
	{ "bn", "bengali" }, { "bn", "bangla" }, { "bn", "ben" },
	{ "ca", "catalan" }, { "ca", "cat" },
	{ "cs", "czech" }, { "cs", "ces" }, { "cs", "cze" }, { "cs", "cz" },
	{ "da", "danish" }, { "da", "dansk" }, { "da", "dan" }, { "da", "dk" },
	{ "de", "german" }, { "de", "deutsch" }, { "de", "deu" }, { "de", "ger" },
	{ "el", "greek" }, { "el", "ell" }, { "el", "gre" }, { "el", "gr" },
	{ "eo", "esperanto" }, { "eo", "epo" },
	{ "es", "spanish" }, { "es", "español" }, { "es", "espanol" }, { "es", "castellano" }, { "es", "spa" },
	{ "et", "estonian" }, { "et", "est" },
	{ "eu", "basque" }, { "eu", "eus" }, { "eu", "baq" },
	{ "fa", "persian" }, { "fa", "farsi" }, { "fa", "fas" }, { "fa", "per" },
	{ "fi", "finnish" }, { "fi", "suomi" }, { "fi", "fin" },
	{ "fr", "french" }, { "fr", "français" }, { "fr", "francais" }, { "fr", "fra" }, { "fr", "fre" },
	{ "ga", "irish" }, { "ga", "gle" },
	{ "gl", "galician" }, { "gl", "glg" },
	{ "he", "hebrew" }, { "he", "heb" }, { "he", "iw" }, { "he", "עברית" },
	{ "hi", "hindi" }, { "hi", "hin" },
	{ "hr", "croatian" }, { "hr", "hrvatski" }, { "hr", "hrv" },
	{ "hu", "hungarian" }, { "hu", "magyar" }, { "hu", "hun" },
	{ "hy", "armenian" }, { "hy", "hye" }, { "hy", "arm" },
	{ "id", "indonesian" }, { "id", "ind" },
	{ "is", "icelandic" }, { "is", "isl" }, { "is", "ice" },
	{ "it", "italian" }, { "it", "italiano" }, { "it", "ita" },
	{ "ja", "japanese" }, { "ja", "日本語" }, { "ja", "jpn" }, { "ja", "jp" },
	{ "ka", "georgian" }, { "ka", "kat" }, { "ka", "geo" },
	{ "kk", "kazakh" }, { "kk", "kaz" },
	{ "ko", "korean" }, { "ko", "한국어" }, { "ko", "kor" },
	{ "la", "latin" }, { "la", "lat" },
	{ "lt", "lithuanian" }, { "lt", "lit" },
	{ "lv", "latvian" }, { "lv", "lav" },
	{ "mk", "macedonian" }, { "mk", "mkd" },
	{ "ms", "malay" }, { "ms", "msa" },
	{ "nl", "dutch" }, { "nl", "nederlands" }, { "nl", "nld" }, { "nl", "dut" },
	{ "no", "norwegian" }, { "no", "norsk" }, { "no", "nor" },
	{ "pl", "polish" }, { "pl", "polski" }, { "pl", "pol" },
	{ "pt", "portuguese" }, { "pt", "português" }, { "pt", "portugues" }, { "pt", "por" },
	{ "ro", "romanian" }, { "ro", "ron" }, { "ro", "rum" },
	{ "ru", "russian" }, { "ru", "русский" }, { "ru", "rus" },
	{ "sk", "slovak" }, { "sk", "slk" }, { "sk", "slo" },
	{ "sl", "slovenian" }, { "sl", "slovene" }, { "sl", "slv" },
	{ "sq", "albanian" }, { "sq", "sqi" }, { "sq", "alb" },
	{ "sr", "serbian" }, { "sr", "srp" },
	{ "sv", "swedish" }, { "sv", "svenska" }, { "sv", "swe" },
	{ "sw", "swahili" }, { "sw", "swa" },
	{ "ta", "tamil" }, { "ta", "tam" },
	{ "te", "telugu" }, { "te", "tel" },
	{ "th", "thai" }, { "th", "tha" },
	{ "tl", "tagalog" }, { "tl", "tgl" },
	{ "tr", "turkish" }, { "tr", "türkçe" }, { "tr", "turkce" }, { "tr", "tur" },
	{ "uk", "ukrainian" }, { "uk", "українська" }, { "uk", "ukr" }, { "uk", "ua" },
	{ "ur", "urdu" }, { "ur", "urd" },
	{ "vi", "vietnamese" }, { "vi", "vie" }, { "vi", "vn" },
	{ "yi", "yiddish" }, { "yi", "yid" }, { "yi", "ji" },
	{ "zh", "chinese" }, { "zh", "mandarin" }, { "zh", "中文" }, { "zh", "汉语" },
	{ "zh", "zho" }, { "zh", "chi" }, { "zh", "cn" },
	/* clang-format on */
};

const struct language_name *language_names(size_t *count)
{
	*count = TMS_COUNT(names);
	return names;
}

/* What people write beside ASCII is written with its accents, or without any. */
static bool is_plain(struct tms_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] >= 0x80)
			return false;
	return true;
}

struct tms_str language_named(struct tms_str name)
{
	bool plain_name = is_plain(name);

	for (size_t i = 0; i < TMS_COUNT(names); i++)
		if (plain_name ? tms_str_is(name, names[i].name)
			       : tms_fold_same(name, tms_str_from(names[i].name), true))
			return tms_str_from(names[i].tag);
	return TMS_STR_NONE;
}
