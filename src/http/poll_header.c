/* What headers of an answer say about asking again: Retry-After, RateLimit, freshness. */
#include <tamis/poll.h>

#include <tamis/http_date.h>

#include "poll_private.h"

#define MOMENT_FROM_S INT64_C(1000000000)

bool tms_retry_after_parse(struct tms_str value, tms_time now, int64_t *seconds)
{
	tms_time until = 0;
	int64_t wait_s = 0;

	value = tms_str_trim(value);
	if (value.len == 0)
		return false;
	if (value.ptr[0] != '-' && tms_str_int64(value, &wait_s)) {
		*seconds = poll_clamp(wait_s, 0, TMS_PAUSE_MAX_S);
		return true;
	}
	if (!tms_http_date_parse(value, now, &until))
		return false;
	*seconds = poll_clamp(until - now, 0, TMS_PAUSE_MAX_S);
	return true;
}

/* One parameter of an item, by its short or its long name. */
static void parameter(struct tms_str part, int64_t *remaining, int64_t *reset_s)
{
	size_t equals = tms_str_find_byte(part, '=', 0);
	struct tms_str key = tms_str_trim(tms_str_slice(part, 0, equals));
	int64_t value = 0;

	if (equals == SIZE_MAX ||
		!tms_str_int64(tms_str_trim(tms_str_slice(part, equals + 1, part.len)), &value))
		return;
	if (tms_str_equal(key, TMS_STR("r")) || tms_str_equal_caseless(key, TMS_STR("remaining")))
		*remaining = value;
	if (tms_str_equal(key, TMS_STR("t")) || tms_str_equal_caseless(key, TMS_STR("reset")))
		*reset_s = value;
}

/* The longest wait of the quotas that are used up. Old drafts divide the parameters of the one
 * quota by commas, where new ones divide quotas: those of one without a `;` are read together. */
static bool read_quotas(struct tms_str value, int64_t *seconds)
{
	bool is_old = tms_str_find_byte(value, ';', 0) == SIZE_MAX, says_stop = false;
	struct tms_str item, part;

	*seconds = 0;
	while (tms_str_split(&value, ',', &item)) {
		int64_t remaining = -1, reset_s = -1;
		if (is_old) {
			parameter(item, &remaining, &reset_s);
			while (tms_str_split(&value, ',', &item))
				parameter(item, &remaining, &reset_s);
		}
		while (!is_old && tms_str_split(&item, ';', &part))
			parameter(part, &remaining, &reset_s);
		if (remaining != 0 || reset_s < 0)
			continue;
		says_stop = true;
		*seconds = reset_s > *seconds ? reset_s : *seconds;
	}
	return says_stop;
}

bool tms_rate_limit_parse(const struct tms_poll_answer *answer, tms_time now, int64_t *seconds)
{
	int64_t remaining = -1, reset = -1, wait_s = 0;

	if (read_quotas(answer->rate_limit, &wait_s)) {
		*seconds = poll_clamp(wait_s, 0, TMS_PAUSE_MAX_S);
		return true;
	}
	if (!tms_str_int64(tms_str_trim(answer->rate_remaining), &remaining) || remaining != 0 ||
		!tms_str_int64(tms_str_trim(answer->rate_reset), &reset) || reset < 0)
		return false;
	/* no quota lasts thirty years: so large a number is a moment */
	*seconds = poll_clamp(reset > MOMENT_FROM_S ? reset - now : reset, 0, TMS_PAUSE_MAX_S);
	return true;
}

/* A directive of Cache-Control: present, and its seconds if it has an argument. */
static bool directive(struct tms_str header, const char *name, int64_t *seconds)
{
	struct tms_str part;

	while (tms_str_split(&header, ',', &part)) {
		part = tms_str_trim(part);
		size_t equals = tms_str_find_byte(part, '=', 0);
		struct tms_str key = tms_str_trim(tms_str_slice(part, 0, equals));
		if (!tms_str_equal_caseless(key, tms_str_from(name)))
			continue;
		struct tms_str argument = { 0 };
		if (equals != SIZE_MAX)
			argument = tms_str_trim(tms_str_slice(part, equals + 1, part.len));
		if (argument.len >= 2 && argument.ptr[0] == '"')
			argument = tms_str_slice(argument, 1, argument.len - 1);
		if (!seconds)
			return true;
		return argument.len > 0 && argument.ptr[0] != '-' &&
		       tms_str_int64(argument, seconds);
	}
	return false;
}

bool tms_freshness_parse(const struct tms_poll_answer *answer, tms_time now, int64_t *seconds)
{
	tms_time expires = 0, date = 0;
	int64_t fresh_s = 0, age_s = 0;

	if (directive(answer->cache_control, "no-store", NULL) ||
		directive(answer->cache_control, "no-cache", NULL))
		return false;
	if (!directive(answer->cache_control, "max-age", &fresh_s)) {
		if (!tms_http_date_parse(tms_str_trim(answer->expires), now, &expires) ||
			!tms_http_date_parse(tms_str_trim(answer->date), now, &date))
			return false;
		fresh_s = expires - date;
	}
	if (!tms_str_int64(tms_str_trim(answer->age), &age_s) || age_s < 0)
		age_s = 0;
	*seconds = fresh_s > age_s ? fresh_s - age_s : 0;
	return true;
}
