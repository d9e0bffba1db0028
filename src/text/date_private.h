/* The two ways to read a date, and the words that dates are made of. */
#ifndef TAMIS_TEXT_DATE_PRIVATE_H
#define TAMIS_TEXT_DATE_PRIVATE_H

#include <tamis/date.h>

/** What has been read of a date so far. */
struct date_parts {
	struct tms_civil civil;
	int32_t offset_s; /* east of UTC */
	bool has_year, has_month, has_day, has_time, has_zone;
	bool is_midnight_after; /* 24:00:00 */
	bool is_weak;           /* the month may be a weekday: "mar" is March, mardi, martes */
	bool is_korean;         /* Korean words: Korean time, unless another zone is named */
	int32_t half;           /* said before the time: 1 am, 2 pm */
};

/** Both read on from *at and move it behind what they took; false when there is none, or none that
 * can be. */
bool date_read_time(struct tms_str s, size_t *at, struct date_parts *parts);
bool date_read_offset(struct tms_str s, size_t *at, struct date_parts *parts);
/** Up to max_digits digits at *at as a number; returns how many, 0 for none. */
size_t date_read_digits(struct tms_str s, size_t *at, size_t max_digits, int32_t *value);
/** The year that so many digits mean (RFC 2822 section 4.3). */
int32_t date_full_year(int32_t value, size_t digits);

/** ISO 8601 and its relatives: the year comes first, in four digits. */
bool date_parse_iso(struct tms_str s, struct date_parts *parts);
/** The forms of ISO 8601:1988 whose year has two digits: 031231, 03-12-31, 03335, -0312, -03-12. */
bool date_parse_short(struct tms_str s, struct date_parts *parts);

enum date_word_kind {
	DATE_WORD_UNKNOWN,
	DATE_WORD_MONTH,   /* value: 1 to 12 */
	DATE_WORD_WEEKDAY, /* value: 0 Sunday to 6 Saturday */
	DATE_WORD_ZONE,    /* value: minutes east of UTC */
	DATE_WORD_HALF,    /* value: 0 am, 1 pm; 2 and 3 the same in Korean */
	DATE_WORD_FILLER,  /* "at", "of", "th" */
};

/** What a word of a date means, in any case; *value as above. */
enum date_word_kind date_word_find(struct tms_str word, int32_t *value);
/**
 * 1 to 12 for a month's name in one of two dozen languages; 0: none. English is in date_word_find.
 */
int32_t date_month_find(struct tms_str word);

/** What follows a number in the dates of East Asia: one of "YMDhms" for 年 to 秒, 년 to 초. */
char date_unit_find(struct tms_str s, size_t *len, bool *is_korean);

#endif
