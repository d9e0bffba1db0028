/*
 * A zone's file (RFC 9636): a header, the changes with times of 32 bits, and from version 2 on the
 * same once more with 64 bits and, behind it, the rule for what comes later. Leap seconds, names and
 * what is said of rules of the old kind are passed over: clocks count as POSIX does.
 */
#include <tamis/zone.h>

#include "base/zone_rule.h"

#define HEADER_BYTES 44
#define CHANGES_MAX 4096
#define OFFSET_MAX (26 * TMS_HOUR_S) /* RFC 9636 wants -25 to 26 hours, both exclusive */

struct tms_zone {
	struct tms_str name;
	const tms_time *changes; /* ascending */
	const int32_t *offsets;  /* from that change on */
	size_t changes_count;
	int32_t first_offset; /* before the first */
	bool has_rule;        /* for what comes behind the last */
	struct zone_rule rule;
};

bool tms_zone_is_name(struct tms_str name)
{
	struct tms_str part, rest = name;

	if (name.len == 0 || name.len > TMS_ZONE_NAME_BYTES || name.ptr[name.len - 1] == '/')
		return false;
	while (tms_str_split(&rest, '/', &part)) {
		if (part.len == 0)
			return false;
		for (size_t i = 0; i < part.len; i++)
			if (!tms_is_alnum(part.ptr[i]) && part.ptr[i] != '_' &&
				part.ptr[i] != '+' && part.ptr[i] != '-')
				return false;
	}
	return true;
}

static int64_t big_endian(const char *bytes, size_t count)
{
	uint64_t value = (unsigned char)bytes[0] & 0x80 ? UINT64_MAX : 0;

	for (size_t i = 0; i < count; i++)
		value = value << 8 | (unsigned char)bytes[i];
	return (int64_t)value;
}

/* One of the two blocks of data; the counts of its header. */
struct block {
	size_t time_bytes; /* 4 or 8 */
	size_t ut, standard, leaps, changes, types, chars;
	struct tms_str data; /* behind the header, as long as the counts say */
};

/* The block at *at, which goes behind it; false where the bytes do not hold it. */
static bool read_block(struct tms_str bytes, size_t time_bytes, size_t *at, struct block *out)
{
	size_t counts[6];

	if (bytes.len - *at < HEADER_BYTES || memcmp(bytes.ptr + *at, "TZif", 4) != 0)
		return false;
	for (size_t i = 0; i < TMS_COUNT(counts); i++) {
		int64_t count = big_endian(bytes.ptr + *at + 20 + 4 * i, 4);
		if (count < 0 || count > (int64_t)bytes.len)
			return false;
		counts[i] = (size_t)count;
	}
	*out = (struct block){ .time_bytes = time_bytes,
		.ut = counts[0],
		.standard = counts[1],
		.leaps = counts[2],
		.changes = counts[3],
		.types = counts[4],
		.chars = counts[5] };
	size_t need = out->changes * (time_bytes + 1) + out->types * 6 + out->chars +
		      out->leaps * (time_bytes + 4) + out->standard + out->ut;
	*at += HEADER_BYTES;
	if (bytes.len - *at < need)
		return false;
	out->data = tms_str_slice(bytes, *at, *at + need);
	*at += need;
	return true;
}

static bool read_offset(const struct block *block, size_t type, int32_t *out)
{
	size_t at = block->changes * (block->time_bytes + 1) + type * 6;

	if (type >= block->types)
		return false;
	int64_t offset = big_endian(block->data.ptr + at, 4);
	*out = (int32_t)offset;
	return offset > -OFFSET_MAX && offset < OFFSET_MAX;
}

/* TMS_OK, TMS_EMALFORMED, or what the arena says. */
static enum tms_status read_changes(
	struct tms_arena *arena, const struct block *block, struct tms_zone *zone)
{
	tms_time *changes = TMS_ARENA_ARRAY(arena, tms_time, block->changes + 1);
	int32_t *offsets = TMS_ARENA_ARRAY(arena, int32_t, block->changes + 1);

	if (!changes || !offsets)
		return arena->status;
	if (!read_offset(block, 0, &zone->first_offset))
		return TMS_EMALFORMED;
	const char *types = block->data.ptr + block->changes * block->time_bytes;
	for (size_t i = 0; i < block->changes; i++) {
		changes[i] = big_endian(block->data.ptr + i * block->time_bytes, block->time_bytes);
		if ((i > 0 && changes[i] <= changes[i - 1]) ||
			!read_offset(block, (unsigned char)types[i], &offsets[i]))
			return TMS_EMALFORMED;
	}
	zone->changes = changes;
	zone->offsets = offsets;
	zone->changes_count = block->changes;
	return TMS_OK;
}

/* Between two line ends; empty where there is none. */
static bool read_footer(struct tms_str rest, struct tms_zone *zone)
{
	size_t end =
		rest.len < 1 || rest.ptr[0] != '\n' ? SIZE_MAX : tms_str_find_byte(rest, '\n', 1);

	if (end == SIZE_MAX)
		return false;
	zone->has_rule = end > 1;
	return !zone->has_rule || zone_rule_read(tms_str_slice(rest, 1, end), &zone->rule);
}

static enum tms_status read_file(
	struct tms_arena *arena, struct tms_str bytes, struct tms_zone *zone, const char **what)
{
	struct block block;
	size_t at = 0;

	*what = "its header or its counts are wrong";
	if (!read_block(bytes, 4, &at, &block))
		return TMS_EMALFORMED;
	bool has_64_bits = bytes.ptr[4] != '\0';
	if (has_64_bits && !read_block(bytes, 8, &at, &block))
		return TMS_EMALFORMED;
	if (block.changes > CHANGES_MAX)
		return TMS_ELIMIT;
	*what = "a change in it is wrong";
	enum tms_status st = read_changes(arena, &block, zone);
	*what = "the rule at its end is wrong";
	if (st == TMS_OK && has_64_bits && !read_footer(tms_str_slice(bytes, at, bytes.len), zone))
		st = TMS_EMALFORMED;
	return st;
}

enum tms_status tms_zone_read(struct tms_arena *arena, struct tms_str name, struct tms_str bytes,
	const struct tms_zone **out, struct tms_diag *diag)
{
	struct tms_zone *zone = TMS_ARENA_NEW(arena, struct tms_zone);
	const char *what = "";

	if (!zone)
		return arena->status;
	zone->name = tms_arena_copy(arena, name);
	enum tms_status st =
		bytes.len > TMS_ZONE_BYTES_MAX ? TMS_ELIMIT : read_file(arena, bytes, zone, &what);
	if (st == TMS_EMALFORMED)
		tms_diag_set(diag, 0, 0, "the file of the time zone %.*s cannot be read: %s",
			TMS_STR_ARGS(name), what);
	else if (st == TMS_ELIMIT && arena->status == TMS_OK)
		tms_diag_set(diag, 0, 0,
			"the file of the time zone %.*s is larger than %zu bytes or has more than %d "
			"changes",
			TMS_STR_ARGS(name), TMS_ZONE_BYTES_MAX, CHANGES_MAX);
	if (st == TMS_OK)
		st = arena->status;
	if (st == TMS_OK)
		*out = zone;
	return st;
}

struct tms_str tms_zone_name(const struct tms_zone *zone)
{
	return zone ? zone->name : TMS_STR("UTC");
}

int32_t tms_zone_offset(const struct tms_zone *zone, tms_time t)
{
	size_t low = 0, high = zone ? zone->changes_count : 0;

	if (!zone)
		return 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (zone->changes[middle] <= t)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == zone->changes_count && zone->has_rule)
		return zone_rule_offset(&zone->rule, t);
	return low == 0 ? zone->first_offset : zone->offsets[low - 1];
}

struct tms_civil tms_zone_to_civil(const struct tms_zone *zone, tms_time t)
{
	return tms_time_to_civil(t + tms_zone_offset(zone, t));
}

/* The first moment behind `before` at which the offset is another; they differ in between. */
static tms_time change_between(const struct tms_zone *zone, tms_time before, tms_time behind)
{
	int32_t offset = tms_zone_offset(zone, before);

	while (behind - before > 1) {
		tms_time middle = before + (behind - before) / 2;
		if (tms_zone_offset(zone, middle) == offset)
			before = middle;
		else
			behind = middle;
	}
	return behind;
}

bool tms_zone_from_civil(const struct tms_zone *zone, const struct tms_civil *civil, tms_time *out)
{
	tms_time local;

	if (!tms_time_from_civil(civil, &local))
		return false;
	int32_t earlier = tms_zone_offset(zone, local - OFFSET_MAX);
	int32_t later = tms_zone_offset(zone, local + OFFSET_MAX);
	if (tms_zone_offset(zone, local - earlier) == earlier)
		*out = local - earlier;
	else if (tms_zone_offset(zone, local - later) == later)
		*out = local - later;
	else
		*out = change_between(zone, local - OFFSET_MAX, local + OFFSET_MAX);
	return true;
}

/* Midnight of the day with that number since 1970, as clocks show it. */
static tms_time midnight(const struct tms_zone *zone, tms_time local)
{
	struct tms_civil civil = tms_time_to_civil(local);
	tms_time t = local;

	(void)tms_zone_from_civil(zone, &civil, &t);
	return t;
}

tms_time tms_zone_day_start(const struct tms_zone *zone, tms_time t)
{
	return midnight(zone, tms_time_day_start(t + tms_zone_offset(zone, t)));
}

tms_time tms_zone_day_end(const struct tms_zone *zone, tms_time t)
{
	return midnight(zone, tms_time_day_start(t + tms_zone_offset(zone, t)) + TMS_DAY_S);
}
