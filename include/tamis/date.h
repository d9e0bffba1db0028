/*
 * Dates as feeds really write them.
 * Source: RFC 822 section 5, RFC 2822 sections 3.3 and 4.3, RFC 3339, ISO 8601, W3C note "Date and
 * Time Formats", ANSI C asctime; the abuses are those of feedparser's and our own captures.
 */
#ifndef TAMIS_DATE_H
#define TAMIS_DATE_H

#include <tamis/str.h>
#include <tamis/time.h>

struct tms_date {
	tms_time t;    /* UTC; fractions of a second are cut off */
	bool day_only; /* no time of day was given: 00:00:00Z stands for any time of the day */
	bool has_zone; /* an offset or a known zone name was given; else UTC was taken */
};

/**
 * Read a date: RFC 822 and its abuses, ISO 8601 (also of two-digit years, weeks and days of the
 * year), asctime, Perforce, MSSQL; months in two dozen languages; Korean, Japanese and Chinese
 * units; day, month and year with dots. Korean words mean Korean time. White space around it is
 * passed over. False (and *out alone) when it is no date, or one that does not exist (30 February,
 * hour 25): never a guess, never 1970.
 */
bool tms_date_parse(struct tms_str s, struct tms_date *out);

#endif
