/* The stored form of a source's health: two tables say which times and counts it has. */
#include <tamis/health.h>
#include <tamis/json.h>
#include <tamis/utf8.h>

#include "record_json.h"

static const struct {
	const char *name;
	size_t offset;
} times[] = {
#define TIME(field)                                                                                \
	{                                                                                          \
#field, offsetof(struct tms_health, field)                                         \
	}
	TIME(last_attempt),
	TIME(last_success),
	TIME(last_new),
	TIME(last_left),
	TIME(failing_since),
	TIME(empty_since),
	TIME(partial_since),
#undef TIME
};

static const struct {
	const char *name;
	size_t offset;
} counts[] = {
#define COUNT(field)                                                                               \
	{                                                                                          \
#field, offsetof(struct tms_health_counts, field)                                  \
	}
	COUNT(items),
	COUNT(added),
	COUNT(changed),
	COUNT(moved),
	COUNT(unchanged),
	COUNT(retired),
	COUNT(held),
#undef COUNT
};

void tms_health_write(struct tms_buf *buf, const struct tms_health *health)
{
	struct tms_json_writer w = { .buf = buf };

	tms_json_begin(&w, '{');
	tms_json_member_int(&w, "v", RECORD_JSON_VERSION);
	tms_json_member_int(&w, "outcome", health->outcome);
	for (size_t i = 0; i < TMS_COUNT(times); i++) {
		tms_time t = TMS_TIME_NONE;
		memcpy(&t, (const char *)health + times[i].offset, sizeof(t));
		if (t != TMS_TIME_NONE)
			tms_json_member_int(&w, times[i].name, t);
	}
	tms_json_member_int(&w, "failures", health->failures);
	if (health->error[0])
		tms_json_member_str(&w, "error", tms_str_from(health->error));
	if (health->note[0])
		tms_json_member_str(&w, "note", tms_str_from(health->note));
	tms_json_key(&w, "counts");
	tms_json_begin(&w, '{');
	for (size_t i = 0; i < TMS_COUNT(counts); i++) {
		size_t n = 0;
		memcpy(&n, (const char *)&health->counts + counts[i].offset, sizeof(n));
		tms_json_member_int(&w, counts[i].name, (int64_t)n);
	}
	tms_json_end(&w);
	if (health->left > 0)
		tms_json_member_int(&w, "left", (int64_t)health->left);
	tms_json_member_int(&w, "held", (int64_t)health->held_count);
	tms_json_key(&w, "held_titles");
	tms_json_begin(&w, '[');
	for (size_t i = 0; i < TMS_HEALTH_TITLES && health->held_titles[i][0]; i++)
		tms_json_add_str(&w, tms_str_from(health->held_titles[i]));
	tms_json_end(&w);
	tms_json_end(&w);
}

static void read_text(char *to, size_t bytes, struct tms_str text)
{
	text = tms_utf8_cut(text, bytes - 1);
	memset(to, 0, bytes);
	if (text.len > 0)
		memcpy(to, text.ptr, text.len);
}

static size_t read_count(const struct json_t *object, const char *key)
{
	int64_t n = 0;
	return tms_json_int(object, key, &n) && n > 0 ? (size_t)n : 0;
}

static bool read_fields(const struct json_t *value, struct tms_health *health)
{
	const struct json_t *titles = tms_json_array(value, "held_titles");
	int64_t outcome = 0;

	if (!tms_json_int(value, "outcome", &outcome) || outcome < TMS_HEALTH_NEVER ||
		outcome > TMS_HEALTH_SUSPECT)
		return false;
	health->outcome = (enum tms_health_outcome)outcome;
	for (size_t i = 0; i < TMS_COUNT(times); i++) {
		tms_time t = TMS_TIME_NONE;
		if (!record_read_time(value, times[i].name, &t))
			return false;
		memcpy((char *)health + times[i].offset, &t, sizeof(t));
	}
	size_t failures = read_count(value, "failures");
	health->failures = failures > UINT32_MAX ? UINT32_MAX : (uint32_t)failures;
	read_text(health->error, sizeof(health->error), tms_json_str(value, "error"));
	read_text(health->note, sizeof(health->note), tms_json_str(value, "note"));
	for (size_t i = 0; i < TMS_COUNT(counts); i++) {
		size_t n = read_count(tms_json_object(value, "counts"), counts[i].name);
		memcpy((char *)&health->counts + counts[i].offset, &n, sizeof(n));
	}
	health->left = read_count(value, "left");
	health->held_count = read_count(value, "held");
	for (size_t i = 0; i < TMS_HEALTH_TITLES; i++)
		read_text(health->held_titles[i], TMS_HEALTH_TITLE_BYTES,
			tms_json_text(tms_json_at(titles, i)));
	return true;
}

enum tms_status tms_health_read(struct tms_str bytes, struct tms_health *out, struct tms_diag *diag)
{
	struct tms_health health;
	struct json_t *value = NULL;

	tms_health_init(&health);
	enum tms_status st = record_open(bytes, &value, diag);
	if (st != TMS_OK)
		return st;
	if (!read_fields(value, &health)) {
		tms_diag_set(diag, 0, 0, "stored health: no outcome, or a time out of range");
		st = TMS_EMALFORMED;
	}
	tms_json_free(value);
	if (st == TMS_OK)
		*out = health;
	return st;
}
