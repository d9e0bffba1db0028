/*
 * Time zones: which day it is where somebody lives. Read from the files of the zone database, which
 * the caller brings; no state of the process (TZ, tzset) has a part in it.
 * Source: RFC 9636 (TZif); POSIX.1-2017, section 8.3 (TZ) with the hours of RFC 9636, section 3.3.1.
 */
#ifndef TAMIS_ZONE_H
#define TAMIS_ZONE_H

#include <tamis/arena.h>
#include <tamis/diag.h>
#include <tamis/time.h>

/** Immutable; threads may share it. NULL is UTC, wherever a zone is asked for. */
struct tms_zone;

/** Where zones come from. find: NULL when there is none of that name (diag, which may be NULL, says
 * why); what it gives lives as long as all that was read with it. */
struct tms_zones {
	const struct tms_zone *(*find)(void *context, struct tms_str name, struct tms_diag *diag);
	void *context;
};

/** A file of the database is below 4 KB; a larger one than this is none. */
#define TMS_ZONE_BYTES_MAX ((size_t)64 * 1024)
/** Longest name: "America/Argentina/ComodRivadavia" has 32 characters. */
#define TMS_ZONE_NAME_BYTES 64

/** True for what can be the name of a zone: parts of letters, digits, "_", "+" and "-" between
 * slashes, none of them empty or dots. Whether there is such a zone is for the database to say. */
bool tms_zone_is_name(struct tms_str name);

/**
 * Read a file of the database, of any version.
 * arena   owns *out
 * name    as the database has it ("Europe/Berlin"); copied
 * bytes   borrowed
 * diag    may be NULL; says what is wrong with the file, without a line
 * TMS_OK, TMS_EMALFORMED, TMS_ELIMIT (the file, or the arena's), TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status tms_zone_read(struct tms_arena *arena, struct tms_str name,
	struct tms_str bytes, const struct tms_zone **out, struct tms_diag *diag);

/** "Europe/Berlin"; "UTC" of NULL. */
struct tms_str tms_zone_name(const struct tms_zone *zone);
/** Seconds that clocks there are ahead of UTC at that moment. */
int32_t tms_zone_offset(const struct tms_zone *zone, tms_time t);
/** What clocks there show. t within what RFC 3339 can write; the year may be 0 or 10000 at its
 * ends. */
struct tms_civil tms_zone_to_civil(const struct tms_zone *zone, tms_time t);
/**
 * The moment when clocks there show this: the first of two where they are put back, and the moment
 * when they are put forward where they never show it. False (and *out alone) when there is no such
 * date.
 */
bool tms_zone_from_civil(const struct tms_zone *zone, const struct tms_civil *civil, tms_time *out);
/** The first moment of the day there that t is in, and of the one behind it. */
tms_time tms_zone_day_start(const struct tms_zone *zone, tms_time t);
tms_time tms_zone_day_end(const struct tms_zone *zone, tms_time t);

#endif
