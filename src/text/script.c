/*
 * What letters tell of a language. Words are counted by script: runs of letters of an alphabet, but
 * for lone ones that are not Latin (Greek in formulas); kana, two characters of han; of other scripts
 * without spaces (Thai) four letters. Where a script serves several languages, letters that only some of them have
 * are noted, and where these contradict each other nothing is said.
 *
 * Sources: Unicode's blocks; the alphabets as CLDR lists them (exemplarCharacters).
 */
#include "script.h"

#include <tamis/utf8.h>

#include "char.h"

#define TEXT_BYTES_MAX 8000
/* Below this lead byte stand Latin letters and their accents alone. */
#define OTHER_SCRIPT_BYTE 0xCD
#define UNSPACED_LETTERS 4
/* Chinese uses の as an ornament: of so many characters one has to be kana. */
#define KANA_SHARE 20
/* Hangul is counted by words. */
#define HANGUL_SHARE 4

enum script {
	SCRIPT_OTHER, /* Latin, and all that is not listed */
	SCRIPT_HAN,
	SCRIPT_KANA,
	SCRIPT_HANGUL,
	SCRIPT_CYRILLIC,
	SCRIPT_ARABIC,
	SCRIPT_HEBREW,
	SCRIPT_DEVANAGARI,
	SCRIPT_BENGALI,
	SCRIPT_GREEK,
	SCRIPT_ARMENIAN,
	SCRIPT_GEORGIAN,
	SCRIPT_THAANA,
	SCRIPT_GURMUKHI,
	SCRIPT_GUJARATI,
	SCRIPT_ODIA,
	SCRIPT_TAMIL,
	SCRIPT_TELUGU,
	SCRIPT_KANNADA,
	SCRIPT_MALAYALAM,
	SCRIPT_SINHALA,
	SCRIPT_THAI,
	SCRIPT_LAO,
	SCRIPT_TIBETAN,
	SCRIPT_BURMESE,
	SCRIPT_KHMER,
	SCRIPTS,
};

/* Where no letter says another one. */
static const char *const languages[SCRIPTS] = { [SCRIPT_DEVANAGARI] = "hi",
	[SCRIPT_BENGALI] = "bn",
	[SCRIPT_GREEK] = "el",
	[SCRIPT_ARMENIAN] = "hy",
	[SCRIPT_GEORGIAN] = "ka",
	[SCRIPT_THAANA] = "dv",
	[SCRIPT_GURMUKHI] = "pa",
	[SCRIPT_GUJARATI] = "gu",
	[SCRIPT_ODIA] = "or",
	[SCRIPT_TAMIL] = "ta",
	[SCRIPT_TELUGU] = "te",
	[SCRIPT_KANNADA] = "kn",
	[SCRIPT_MALAYALAM] = "ml",
	[SCRIPT_SINHALA] = "si",
	[SCRIPT_THAI] = "th",
	[SCRIPT_LAO] = "lo",
	[SCRIPT_TIBETAN] = "bo",
	[SCRIPT_BURMESE] = "my",
	[SCRIPT_KHMER] = "km" };

/* Ascending. */
static const struct {
	int32_t first, last;
	enum script script;
} runs[] = {
	{ 0x0370, 0x03FF, SCRIPT_GREEK },
	{ 0x0400, 0x052F, SCRIPT_CYRILLIC },
	{ 0x0530, 0x058F, SCRIPT_ARMENIAN },
	{ 0x0590, 0x05FF, SCRIPT_HEBREW },
	{ 0x0600, 0x06FF, SCRIPT_ARABIC },
	{ 0x0750, 0x077F, SCRIPT_ARABIC },
	{ 0x0780, 0x07BF, SCRIPT_THAANA },
	{ 0x0900, 0x097F, SCRIPT_DEVANAGARI },
	{ 0x0980, 0x09FF, SCRIPT_BENGALI },
	{ 0x0A00, 0x0A7F, SCRIPT_GURMUKHI },
	{ 0x0A80, 0x0AFF, SCRIPT_GUJARATI },
	{ 0x0B00, 0x0B7F, SCRIPT_ODIA },
	{ 0x0B80, 0x0BFF, SCRIPT_TAMIL },
	{ 0x0C00, 0x0C7F, SCRIPT_TELUGU },
	{ 0x0C80, 0x0CFF, SCRIPT_KANNADA },
	{ 0x0D00, 0x0D7F, SCRIPT_MALAYALAM },
	{ 0x0D80, 0x0DFF, SCRIPT_SINHALA },
	{ 0x0E00, 0x0E7F, SCRIPT_THAI },
	{ 0x0E80, 0x0EFF, SCRIPT_LAO },
	{ 0x0F00, 0x0FFF, SCRIPT_TIBETAN },
	{ 0x1000, 0x109F, SCRIPT_BURMESE },
	{ 0x10A0, 0x10FF, SCRIPT_GEORGIAN },
	{ 0x1100, 0x11FF, SCRIPT_HANGUL },
	{ 0x1780, 0x17FF, SCRIPT_KHMER },
	{ 0x1C90, 0x1CBF, SCRIPT_GEORGIAN },
	{ 0x1F00, 0x1FFF, SCRIPT_GREEK },
	{ 0x3005, 0x3007, SCRIPT_HAN },
	{ 0x3041, 0x30FF, SCRIPT_KANA },
	{ 0x3100, 0x312F, SCRIPT_HAN }, /* bopomofo */
	{ 0x3130, 0x318F, SCRIPT_HANGUL },
	{ 0x31F0, 0x31FF, SCRIPT_KANA },
	{ 0x3400, 0x9FFF, SCRIPT_HAN },
	{ 0xA960, 0xA97F, SCRIPT_HANGUL },
	{ 0xAC00, 0xD7FF, SCRIPT_HANGUL },
	{ 0xF900, 0xFAFF, SCRIPT_HAN },
	{ 0xFB1D, 0xFB4F, SCRIPT_HEBREW },
	{ 0xFB50, 0xFDFF, SCRIPT_ARABIC },
	{ 0xFE70, 0xFEFC, SCRIPT_ARABIC },
	{ 0xFF66, 0xFF9D, SCRIPT_KANA },
	{ 0xFFA0, 0xFFDC, SCRIPT_HANGUL },
	{ 0x20000, 0x3FFFD, SCRIPT_HAN },
};

static enum script script_of(int32_t c)
{
	size_t low = 0, high = TMS_COUNT(runs);

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (c > runs[middle].last)
			low = middle + 1;
		else
			high = middle;
	}
	return low < TMS_COUNT(runs) && c >= runs[low].first ? runs[low].script : SCRIPT_OTHER;
}

/* ---- letters that not all languages of a script have ---- */

/* Cyrillic */
#define HAS_I (1u << 0)       /* и: not Belarusian */
#define HAS_RUSSIAN (1u << 1) /* ы э ё: Russian, Belarusian, languages of Russia */
#define HAS_DOTTED (1u << 2)  /* і: Ukrainian, Belarusian */
#define HAS_UKRAINIAN (1u << 3)
#define HAS_SHORT_U (1u << 4) /* ў: Belarusian */
#define HAS_SERBIAN (1u << 5)
#define HAS_MACEDONIAN (1u << 6)
#define HAS_YER (1u << 7)   /* ъ before a consonant or at the end: Bulgarian */
#define HAS_SOUTH (1u << 8) /* љ њ џ ј: both of those */
/* Arabic */
#define HAS_ARABIC (1u << 9)   /* ي ك ة ى: where others write ی ک ه */
#define HAS_PERSIAN (1u << 10) /* پ چ ژ گ ک ی: Persian, Urdu, … */
#define HAS_URDU (1u << 11)
/* Hebrew, Devanagari, Bengali */
#define HAS_YIDDISH (1u << 12)
#define HAS_NUKTA (1u << 13)   /* Hindi */
#define HAS_MARATHI (1u << 14) /* ळ */
#define HAS_ASSAMESE (1u << 15)
/* Further letters, of languages that are not told from each other here. */
#define HAS_STRANGE_CYRILLIC (1u << 16)
#define HAS_STRANGE_ARABIC (1u << 17)

static int32_t small_cyrillic(int32_t c)
{
	if (c >= 0x410 && c <= 0x42F)
		return c + 0x20;
	if (c >= 0x400 && c <= 0x40F)
		return c + 0x50;
	return c == 0x490 ? 0x491 : c;
}

static unsigned cyrillic_sign(int32_t c)
{
	switch (small_cyrillic(c)) {
	case 0x438: /* и */
		return HAS_I;
	case 0x44B: /* ы */
	case 0x44D: /* э */
	case 0x451: /* ё */
		return HAS_RUSSIAN;
	case 0x456: /* і */
		return HAS_DOTTED;
	case 0x454: /* є */
	case 0x457: /* ї */
	case 0x491: /* ґ */
		return HAS_UKRAINIAN;
	case 0x45E: /* ў */
		return HAS_SHORT_U;
	case 0x452: /* ђ */
	case 0x45B: /* ћ */
		return HAS_SERBIAN;
	case 0x453: /* ѓ */
	case 0x455: /* ѕ */
	case 0x45C: /* ќ */
		return HAS_MACEDONIAN;
	case 0x458: /* ј */
	case 0x459: /* љ */
	case 0x45A: /* њ */
	case 0x45F: /* џ */
		return HAS_SOUTH;
	default:
		c = small_cyrillic(c);
		return c >= 0x430 && c <= 0x45F ? 0 : HAS_STRANGE_CYRILLIC;
	}
}

/* ъ makes a vowel hard in Russian, and stands before one of these only: е ё ю я. */
static bool is_vowel_behind_yer(int32_t c)
{
	c = small_cyrillic(c);
	return c == 0x435 || c == 0x451 || c == 0x44E || c == 0x44F;
}

static unsigned arabic_sign(int32_t c)
{
	static const int32_t persian[] = { 0x67E, 0x686, 0x698, 0x6AF, 0x6A9, 0x6CC };
	static const int32_t urdu[] = { 0x679, 0x688, 0x691, 0x6BA, 0x6BE, 0x6C1, 0x6D2 };

	if (c == 0x64A || c == 0x643 || c == 0x629 || c == 0x649)
		return HAS_ARABIC;
	for (size_t i = 0; i < TMS_COUNT(persian); i++)
		if (c == persian[i])
			return HAS_PERSIAN;
	for (size_t i = 0; i < TMS_COUNT(urdu); i++)
		if (c == urdu[i])
			return HAS_URDU;
	/* the forms of one letter in its places (U+FB50 and behind) are not told apart */
	bool is_common = (c >= 0x621 && c <= 0x64A) || c >= 0xFB50;
	return is_common ? 0 : HAS_STRANGE_ARABIC;
}

static unsigned sign_of(enum script script, int32_t c)
{
	if (script == SCRIPT_CYRILLIC)
		return cyrillic_sign(c);
	if (script == SCRIPT_ARABIC)
		return arabic_sign(c);
	if (script == SCRIPT_HEBREW)
		return c >= 0x5F0 && c <= 0x5F2 ? HAS_YIDDISH : 0;
	if (script == SCRIPT_DEVANAGARI)
		return c == 0x933 ? HAS_MARATHI : c >= 0x958 && c <= 0x95F ? HAS_NUKTA : 0;
	return c == 0x9F0 || c == 0x9F1 ? HAS_ASSAMESE : 0;
}

static const char *cyrillic_language(unsigned signs)
{
	const unsigned south = HAS_SERBIAN | HAS_MACEDONIAN | HAS_SOUTH;
	const unsigned west = HAS_DOTTED | HAS_UKRAINIAN;

	if (signs & HAS_STRANGE_CYRILLIC)
		return NULL;
	if (signs & south) {
		bool is_serbian = signs & HAS_SERBIAN, is_macedonian = signs & HAS_MACEDONIAN;
		if (is_serbian == is_macedonian || (signs & ~(south | HAS_I)))
			return NULL;
		return is_serbian ? "sr" : "mk";
	}
	if (signs & HAS_SHORT_U)
		return signs & (HAS_I | HAS_UKRAINIAN | HAS_YER) ? NULL : "be";
	if (signs & west) {
		if (!(signs & (HAS_RUSSIAN | HAS_YER)))
			return signs & (HAS_UKRAINIAN | HAS_I) ? "uk" : NULL;
		return signs == (HAS_DOTTED | HAS_RUSSIAN) ? "be" : NULL;
	}
	if (signs & HAS_YER)
		return signs & HAS_RUSSIAN ? NULL : "bg";
	return signs & HAS_RUSSIAN ? "ru" : NULL;
}

static const char *arabic_language(unsigned signs)
{
	if (signs & HAS_STRANGE_ARABIC)
		return NULL;
	if (signs & HAS_URDU)
		return signs & HAS_ARABIC ? NULL : "ur";
	if (signs & HAS_PERSIAN)
		return signs & HAS_ARABIC ? NULL : "fa";
	return "ar";
}

/* ---- counting ---- */

struct counting {
	size_t words[SCRIPTS];
	unsigned signs;
	enum script script; /* of the run that is being read */
	size_t letters;     /* of it; 0: none is */
	bool is_behind_yer;
};

static size_t words_of(enum script script, size_t letters)
{
	bool is_unspaced = script == SCRIPT_THAI || script == SCRIPT_LAO ||
			   script == SCRIPT_TIBETAN || script == SCRIPT_BURMESE ||
			   script == SCRIPT_KHMER;

	if (script == SCRIPT_HAN || script == SCRIPT_KANA)
		return letters;
	if (is_unspaced)
		return (letters + UNSPACED_LETTERS - 1) / UNSPACED_LETTERS;
	return letters > 1 || (letters == 1 && (script == SCRIPT_HANGUL || script == SCRIPT_OTHER));
}

static void end_run(struct counting *n)
{
	if (n->is_behind_yer)
		n->signs |= HAS_YER;
	n->is_behind_yer = false;
	n->words[n->script] += words_of(n->script, n->letters);
	n->letters = 0;
}

static void count_letter(struct counting *n, int32_t c)
{
	enum script script = script_of(c);

	if (n->letters > 0 && n->script != script)
		end_run(n);
	n->script = script;
	n->letters++;
	n->signs |= sign_of(script, c);
	if (n->is_behind_yer && !is_vowel_behind_yer(c))
		n->signs |= HAS_YER;
	n->is_behind_yer = script == SCRIPT_CYRILLIC && small_cyrillic(c) == 0x44A;
}

static void count_text(struct counting *n, struct tms_str text)
{
	text = tms_utf8_cut(text, TEXT_BYTES_MAX);
	for (size_t at = 0; at < text.len;) {
		int32_t c = (int32_t)tms_utf8_next(text, &at);
		switch (char_kind(c)) {
		case CHAR_LETTER:
			count_letter(n, c);
			break;
		case CHAR_MARK:
			n->signs |= c == 0x93C ? HAS_NUKTA : 0;
			break;
		case CHAR_IGNORED:
			break;
		case CHAR_DIGIT:
		case CHAR_EMOJI:
		case CHAR_OTHER:
			end_run(n);
		}
	}
	end_run(n);
}

static const char *language_of(const struct counting *n)
{
	const size_t han = n->words[SCRIPT_HAN], kana = n->words[SCRIPT_KANA];
	const size_t hangul = n->words[SCRIPT_HANGUL], east = kana + (han + 1) / 2 + hangul;
	enum script most = SCRIPT_HAN;
	size_t all = east;

	for (size_t i = 0; i < SCRIPTS; i++) {
		if (i < SCRIPT_HAN || i > SCRIPT_HANGUL)
			all += n->words[i];
		if (i > SCRIPT_HANGUL && n->words[i] > n->words[most])
			most = (enum script)i;
	}
	if (east > 0 && 2 * east >= all) {
		if (kana > hangul && kana * KANA_SHARE >= han + kana)
			return "ja";
		return hangul > 0 && hangul * HANGUL_SHARE >= han ? "ko" : "zh";
	}
	if (n->words[most] == 0 || 2 * n->words[most] < all)
		return NULL;
	if (most == SCRIPT_CYRILLIC)
		return cyrillic_language(n->signs);
	if (most == SCRIPT_ARABIC)
		return arabic_language(n->signs);
	if (most == SCRIPT_HEBREW)
		return n->signs & HAS_YIDDISH ? "yi" : "he";
	if (most == SCRIPT_DEVANAGARI && (n->signs & HAS_MARATHI))
		return n->signs & HAS_NUKTA ? NULL : "mr";
	if (most == SCRIPT_BENGALI && (n->signs & HAS_ASSAMESE))
		return "as";
	return languages[most];
}

/* Eight bytes at a time: most texts are ASCII, or nearly so. */
static bool may_have_others(struct tms_str text)
{
	const uint64_t high = UINT64_C(0x8080808080808080);
	size_t at = 0;

	while (at < text.len) {
		uint64_t eight = high;
		if (text.len - at >= sizeof(eight))
			memcpy(&eight, text.ptr + at, sizeof(eight));
		if (!(eight & high)) {
			at += sizeof(eight);
			continue;
		}
		for (size_t end = at + sizeof(eight); at < end && at < text.len; at++)
			if ((unsigned char)text.ptr[at] >= OTHER_SCRIPT_BYTE)
				return true;
	}
	return false;
}

struct tms_str script_language(const struct tms_str *texts, size_t count)
{
	struct counting counting = { .letters = 0 };
	bool has_others = false;

	for (size_t i = 0; i < count && !has_others; i++)
		has_others = may_have_others(texts[i]);
	for (size_t i = 0; i < count && has_others; i++)
		count_text(&counting, texts[i]);
	return tms_str_from(has_others ? language_of(&counting) : NULL);
}
