/*
 * The words of dates: months and weekdays in English, zones, fillers, and the units of East Asia.
 */
#include "date_private.h"

/* A word counts from its first `least` letters on: "sep", "sept", "september". */
static const struct {
	const char *word;
	uint8_t least;
	uint8_t kind;
	int16_t value;
} words[] = {
	{ "january", 3, DATE_WORD_MONTH, 1 },
	{ "february", 3, DATE_WORD_MONTH, 2 },
	{ "march", 3, DATE_WORD_MONTH, 3 },
	{ "april", 3, DATE_WORD_MONTH, 4 },
	{ "may", 3, DATE_WORD_MONTH, 5 },
	{ "june", 3, DATE_WORD_MONTH, 6 },
	{ "july", 3, DATE_WORD_MONTH, 7 },
	{ "august", 3, DATE_WORD_MONTH, 8 },
	{ "september", 3, DATE_WORD_MONTH, 9 },
	{ "october", 3, DATE_WORD_MONTH, 10 },
	{ "november", 3, DATE_WORD_MONTH, 11 },
	{ "december", 3, DATE_WORD_MONTH, 12 },
	{ "sunday", 3, DATE_WORD_WEEKDAY, 0 },
	{ "monday", 3, DATE_WORD_WEEKDAY, 1 },
	{ "tuesday", 3, DATE_WORD_WEEKDAY, 2 },
	{ "wednesday", 3, DATE_WORD_WEEKDAY, 3 },
	{ "thursday", 3, DATE_WORD_WEEKDAY, 4 },
	{ "friday", 3, DATE_WORD_WEEKDAY, 5 },
	{ "saturday", 3, DATE_WORD_WEEKDAY, 6 },
	{ "am", 2, DATE_WORD_HALF, 0 },
	{ "午前", 6, DATE_WORD_HALF, 0 },
	{ "午後", 6, DATE_WORD_HALF, 1 },
	{ "上午", 6, DATE_WORD_HALF, 0 },
	{ "下午", 6, DATE_WORD_HALF, 1 },
	{ "오전", 6, DATE_WORD_HALF, 2 },
	{ "오후", 6, DATE_WORD_HALF, 3 },
	{ "pm", 2, DATE_WORD_HALF, 1 },
	{ "at", 2, DATE_WORD_FILLER, 0 },
	{ "of", 2, DATE_WORD_FILLER, 0 },
	{ "st", 2, DATE_WORD_FILLER, 0 },
	{ "nd", 2, DATE_WORD_FILLER, 0 },
	{ "rd", 2, DATE_WORD_FILLER, 0 },
	{ "th", 2, DATE_WORD_FILLER, 0 },
	{ "de", 2, DATE_WORD_FILLER, 0 },
	{ "del", 3, DATE_WORD_FILLER, 0 },
	{ "di", 2, DATE_WORD_FILLER, 0 },
	{ "den", 3, DATE_WORD_FILLER, 0 },
	{ "le", 2, DATE_WORD_FILLER, 0 },
	{ "el", 2, DATE_WORD_FILLER, 0 },
	{ "er", 2, DATE_WORD_FILLER, 0 }, /* "1er janvier" */
	{ "gmt", 3, DATE_WORD_ZONE, 0 },
	{ "utc", 2, DATE_WORD_ZONE, 0 },
	{ "est", 3, DATE_WORD_ZONE, -300 },
	{ "edt", 3, DATE_WORD_ZONE, -240 },
	{ "cst", 3, DATE_WORD_ZONE, -360 },
	{ "cdt", 3, DATE_WORD_ZONE, -300 },
	{ "mst", 3, DATE_WORD_ZONE, -420 },
	{ "mdt", 3, DATE_WORD_ZONE, -360 },
	{ "pst", 3, DATE_WORD_ZONE, -480 },
	{ "pdt", 3, DATE_WORD_ZONE, -420 },
	{ "et", 2, DATE_WORD_ZONE, -300 },
	{ "ct", 2, DATE_WORD_ZONE, -360 },
	{ "mt", 2, DATE_WORD_ZONE, -420 },
	{ "pt", 2, DATE_WORD_ZONE, -480 },
	/* beyond RFC 822: names that mean one zone in the dates of feeds */
	{ "ast", 3, DATE_WORD_ZONE, -240 },
	{ "adt", 3, DATE_WORD_ZONE, -180 },
	{ "nst", 3, DATE_WORD_ZONE, -210 },
	{ "ndt", 3, DATE_WORD_ZONE, -150 },
	{ "brt", 3, DATE_WORD_ZONE, -180 },
	{ "bst", 3, DATE_WORD_ZONE, 60 },
	{ "mez", 3, DATE_WORD_ZONE, 60 },
	{ "mesz", 4, DATE_WORD_ZONE, 120 },
	{ "sast", 4, DATE_WORD_ZONE, 120 },
	{ "pkt", 3, DATE_WORD_ZONE, 300 },
	{ "wib", 3, DATE_WORD_ZONE, 420 },
	{ "hkt", 3, DATE_WORD_ZONE, 480 },
	{ "sgt", 3, DATE_WORD_ZONE, 480 },
	{ "awst", 4, DATE_WORD_ZONE, 480 },
	{ "acst", 4, DATE_WORD_ZONE, 570 },
	{ "acdt", 4, DATE_WORD_ZONE, 630 },
	{ "akst", 4, DATE_WORD_ZONE, -540 },
	{ "akdt", 4, DATE_WORD_ZONE, -480 },
	{ "hst", 3, DATE_WORD_ZONE, -600 },
	{ "wet", 3, DATE_WORD_ZONE, 0 },
	{ "west", 4, DATE_WORD_ZONE, 60 },
	{ "cet", 3, DATE_WORD_ZONE, 60 },
	{ "cest", 4, DATE_WORD_ZONE, 120 },
	{ "met", 3, DATE_WORD_ZONE, 60 },
	{ "mest", 4, DATE_WORD_ZONE, 120 },
	{ "eet", 3, DATE_WORD_ZONE, 120 },
	{ "eest", 4, DATE_WORD_ZONE, 180 },
	{ "msk", 3, DATE_WORD_ZONE, 180 },
	{ "jst", 3, DATE_WORD_ZONE, 540 },
	{ "kst", 3, DATE_WORD_ZONE, 540 },
	{ "aest", 4, DATE_WORD_ZONE, 600 },
	{ "aedt", 4, DATE_WORD_ZONE, 660 },
	{ "nzst", 4, DATE_WORD_ZONE, 720 },
	{ "nzdt", 4, DATE_WORD_ZONE, 780 },
};

/* RFC 822 section 5.1 as published: A is -1, M -12, N +1, Y +12, Z 0; J is not used. */
static bool military(char letter, int32_t *minutes)
{
	letter = tms_lower(letter);
	if (letter == 'j' || !tms_is_alpha(letter))
		return false;
	if (letter == 'z')
		*minutes = 0;
	else if (letter < 'n')
		*minutes = -60 * (letter - 'a' + 1 - (letter > 'j'));
	else
		*minutes = 60 * (letter - 'n' + 1);
	return true;
}

enum date_word_kind date_word_find(struct tms_str word, int32_t *value)
{
	if (word.len == 1 && military(word.ptr[0], value))
		return DATE_WORD_ZONE;
	for (size_t i = 0; i < TMS_COUNT(words); i++)
		if (word.len >= words[i].least &&
			tms_str_starts_caseless(tms_str_from(words[i].word), word)) {
			*value = words[i].value;
			return (enum date_word_kind)words[i].kind;
		}
	*value = date_month_find(word);
	return *value ? DATE_WORD_MONTH : DATE_WORD_UNKNOWN;
}

char date_unit_find(struct tms_str s, size_t *len, bool *is_korean)
{
	static const struct {
		struct tms_str sign;
		char unit;
		bool is_korean;
	} units[] = {
		{ TMS_STR_INIT("年"), 'Y', false },
		{ TMS_STR_INIT("년"), 'Y', true },
		{ TMS_STR_INIT("月"), 'M', false },
		{ TMS_STR_INIT("월"), 'M', true },
		{ TMS_STR_INIT("日"), 'D', false },
		{ TMS_STR_INIT("일"), 'D', true },
		{ TMS_STR_INIT("号"), 'D', false },
		{ TMS_STR_INIT("時"), 'h', false },
		{ TMS_STR_INIT("时"), 'h', false },
		{ TMS_STR_INIT("点"), 'h', false },
		{ TMS_STR_INIT("點"), 'h', false },
		{ TMS_STR_INIT("시"), 'h', true },
		{ TMS_STR_INIT("分"), 'm', false },
		{ TMS_STR_INIT("분"), 'm', true },
		{ TMS_STR_INIT("秒"), 's', false },
		{ TMS_STR_INIT("초"), 's', true },
	};

	for (size_t i = 0; i < TMS_COUNT(units); i++)
		if (tms_str_starts(s, units[i].sign)) {
			*len = units[i].sign.len;
			*is_korean = units[i].is_korean;
			return units[i].unit;
		}
	return '\0';
}
