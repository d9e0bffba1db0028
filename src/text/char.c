/* Kinds of characters, by Unicode category and script, for cutting words. */
#include "char.h"

#include <utf8proc.h>

#include <tamis/status.h>

enum char_kind char_kind(int32_t c)
{
	if (c < 0x80)
		return char_ascii_kind((unsigned char)c);
	if (c == 0xFF9E || c == 0xFF9F)
		return CHAR_MARK; /* half-width voicing marks: letters by category only */
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
		return CHAR_OTHER;
	}
}

bool char_is_cjk(int32_t c)
{
	static const struct {
		int32_t first, last;
	} runs[] = {
		{ 0x1100, 0x11FF },
		{ 0x3005, 0x3007 },
		{ 0x3041, 0x3096 },
		{ 0x309D, 0x309F },
		{ 0x30A1, 0x30FA },
		{ 0x30FC, 0x318F },
		{ 0x31F0, 0x31FF },
		{ 0x3400, 0x4DBF },
		{ 0x4E00, 0x9FFF },
		{ 0xA960, 0xA97F },
		{ 0xAC00, 0xD7FF },
		{ 0xF900, 0xFAFF },
		{ 0xFF66, 0xFF9D },
		{ 0xFFA0, 0xFFDC },
		{ 0x1B000, 0x1B16F },
		{ 0x20000, 0x3FFFD },
	};

	if (c < 0x1100)
		return false;
	for (size_t i = 0; i < TMS_COUNT(runs); i++)
		if (c >= runs[i].first && c <= runs[i].last)
			return true;
	return false;
}
