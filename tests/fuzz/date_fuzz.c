/*
 * Any bytes as a date: refused, or a moment within the years that can be written, which reads back
 * the same from its own RFC 3339 form and does not depend on the space around it. What is longer than a date is no date, so none costs more.
 */
#include <stdlib.h>

#include <tamis/date.h>

#define LONGEST_DATE 100 /* bytes */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static bool is_same(struct tms_date a, struct tms_date b)
{
	return a.t == b.t && a.day_only == b.day_only && a.has_zone == b.has_zone;
}

static void reads_back(const struct tms_date *date)
{
	struct tms_buf text = { 0 };
	struct tms_date again = { 0 };

	tms_time_write_rfc3339(&text, date->t);
	require(text.status == TMS_OK && tms_date_parse(tms_buf_str(&text), &again));
	require(again.t == date->t && !again.day_only && again.has_zone);
	tms_buf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct tms_str text = { (const char *)bytes, size };
	struct tms_date date = { .t = TMS_TIME_NONE }, trimmed = { 0 };

	if (!tms_date_parse(text, &date)) {
		require(date.t == TMS_TIME_NONE);
		return 0;
	}
	require(tms_str_trim(text).len <= LONGEST_DATE);
	require(tms_time_to_civil(date.t).year >= 1 && date.t <= TMS_TIME_MAX);
	require(tms_date_parse(tms_str_trim(text), &trimmed) && is_same(date, trimmed));
	reads_back(&date);
	return 0;
}
