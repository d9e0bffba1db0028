/* Kinds of characters, by Unicode category and script, for cutting words. */
#include "char.h"

#include <utf8proc.h>

#include <tamis/status.h>

bool char_is_flag_letter(int32_t c)
{
	return c >= 0x1F1E6 && c <= 0x1F1FF;
}

/* Pictographs, as far as they are not old signs of typography (arrows, bullets, (c), (tm)). */
static bool is_emoji(int32_t c)
{
	if (c < 0x231A || (c > 0x23FF && c < 0x2600) || (c > 0x27BF && c < 0x2B1B) ||
		(c > 0x2B55 && c < 0x1F000))
		return false;
	return char_is_flag_letter(c) ||
	       utf8proc_get_property(c)->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

/* What its category does not tell. */
static bool is_ignored(int32_t c)
{
	return c == 0x640 || /* tatweel: a letter by category only */
	       (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF); /* variations */
}

/* Apostrophes: letters by category only. */
static bool is_apostrophe(int32_t c)
{
	return (c >= 0x2B9 && c <= 0x2BF && c != 0x2BA) || c == 0xA78B || c == 0xA78C;
}

enum char_kind char_kind(int32_t c)
{
	if (c < 0x80)
		return char_ascii_kind((unsigned char)c);
	if (c == 0xFF9E || c == 0xFF9F)
		return CHAR_MARK; /* half-width voicing marks: letters by category only */
	if (is_ignored(c))
		return CHAR_IGNORED;
	if (is_apostrophe(c))
		return CHAR_OTHER;
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
		return CHAR_LETTER;
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME:
		return CHAR_MARK;
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
		return CHAR_DIGIT;
	case UTF8PROC_CATEGORY_CF:
		return CHAR_IGNORED; /* soft hyphens, joiners, byte order marks */
	default:
		return is_emoji(c) ? CHAR_EMOJI : CHAR_OTHER;
	}
}

bool char_joins_before(int32_t c)
{
	return (c >= 0x1160 && c <= 0x11FF) || (c >= 0xD7B0 && c <= 0xD7FF) ||
	       (c >= 0x1F3FB && c <= 0x1F3FF);
}

bool char_is_unspaced(int32_t c)
{
	/* of the first rows the letters alone: not their marks, digits and signs */
	static const struct {
		int32_t first, last;
		bool letters;
	} runs[] = {
		{ 0x0E00, 0x0EFF, true }, /* Thai, Lao */
		{ 0x1000, 0x109F, true }, /* Burmese */
		{ 0x1780, 0x17FF, true }, /* Khmer */
		{ 0xA9E0, 0xA9FF, true }, /* Burmese */
		{ 0xAA60, 0xAA7F, true },
		{ 0x1100, 0x11FF, false },
		{ 0x3005, 0x3007, false },
		{ 0x3041, 0x3096, false },
		{ 0x309D, 0x309F, false },
		{ 0x30A1, 0x30FA, false },
		{ 0x30FC, 0x318F, false },
		{ 0x31F0, 0x31FF, false },
		{ 0x3400, 0x4DBF, false },
		{ 0x4E00, 0x9FFF, false },
		{ 0xA960, 0xA97F, false },
		{ 0xAC00, 0xD7FF, false },
		{ 0xF900, 0xFAFF, false },
		{ 0xFF66, 0xFF9D, false },
		{ 0xFFA0, 0xFFDC, false },
		{ 0x1B000, 0x1B16F, false },
		{ 0x20000, 0x3FFFD, false },
	};

	if (c < CHAR_UNSPACED_MIN)
		return false;
	for (size_t i = 0; i < TMS_COUNT(runs); i++)
		if (c >= runs[i].first && c <= runs[i].last)
			return !runs[i].letters || char_kind(c) == CHAR_LETTER;
	return false;
}
