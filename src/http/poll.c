/*
 * The rhythm of asking. A list is due `every` after its last success; a failing one waits a minute,
 * two, four … up to a day, spread by jitter so that many lists of one dead host do not come back in
 * step.
 */
#include <tamis/poll.h>

#include <tamis/http_date.h>

#include <jansson.h>

#define FIRST_BACKOFF_S TMS_MINUTE_S
#define BACKOFF_DOUBLINGS_MAX 16
#define RETRY_AFTER_MAX_S (7 * TMS_DAY_S)
#define REDIRECTS_TO_LEARN 3
#define JITTER 0.2

static int64_t clamp(int64_t value, int64_t low, int64_t high)
{
	return value < low ? low : value > high ? high : value;
}

static void keep(char *field, size_t size, struct tms_str value)
{
	if (value.len >= size) /* a validator that does not fit is no validator: ask without it */
		value.len = 0;
	if (value.len > 0)
		memcpy(field, value.ptr, value.len);
	field[value.len] = '\0';
}

/* An error sentence may be cut; it is for people. */
static void keep_error(struct tms_poll_state *state, struct tms_str error)
{
	struct tms_diag diag = { 0 };

	tms_diag_set(&diag, 0, 0, "%.*s", TMS_STR_ARGS(error));
	size_t len = strnlen(diag.text, TMS_POLL_ERROR_BYTES - 1);
	while (len > 0 && ((unsigned char)diag.text[len] & 0xc0) == 0x80)
		len--;
	memcpy(state->error, diag.text, len);
	state->error[len] = '\0';
}

bool tms_retry_after_parse(struct tms_str value, tms_time now, int64_t *seconds)
{
	tms_time until = 0;
	int64_t wait_s = 0;

	value = tms_str_trim(value);
	if (value.len == 0)
		return false;
	if (value.ptr[0] != '-' && tms_str_int64(value, &wait_s)) {
		*seconds = clamp(wait_s, 0, RETRY_AFTER_MAX_S);
		return true;
	}
	if (!tms_http_date_parse(value, now, &until))
		return false;
	*seconds = clamp(until - now, 0, RETRY_AFTER_MAX_S);
	return true;
}

/* One parameter of a structured header item, as a whole number. */
static bool parameter(struct tms_str value, char name, int64_t *out)
{
	struct tms_str part;

	while (tms_str_split(&value, ';', &part)) {
		part = tms_str_trim(part);
		if (part.len > 2 && part.ptr[0] == name && part.ptr[1] == '=')
			return tms_str_int64(tms_str_slice(part, 2, part.len), out);
	}
	return false;
}

bool tms_rate_limit_parse(struct tms_str value, int64_t *seconds)
{
	int64_t remaining = -1, reset_s = -1;

	if (!parameter(value, 'r', &remaining) || !parameter(value, 't', &reset_s) ||
		remaining != 0 || reset_s < 0)
		return false;
	*seconds = clamp(reset_s, 0, RETRY_AFTER_MAX_S);
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

bool tms_poll_answer_is_failure(const struct tms_poll_answer *answer)
{
	return answer->outcome != TMS_OUTCOME_LISTED && answer->outcome != TMS_OUTCOME_UNCHANGED;
}

int64_t tms_poll_answer_pause_s(const struct tms_poll_answer *answer, tms_time now)
{
	int64_t pause_s = 0;

	if (answer->http_status != 429 && answer->http_status != 503)
		return 0;
	if (tms_retry_after_parse(answer->retry_after, now, &pause_s) ||
		tms_rate_limit_parse(answer->rate_limit, &pause_s))
		return pause_s;
	return 0;
}

static int64_t spread(int64_t seconds, double jitter)
{
	return (int64_t)((double)seconds * (1 - JITTER + 2 * JITTER * jitter));
}

static int64_t backoff_s(
	const struct tms_poll_state *state, const struct tms_poll *poll, int64_t max_s)
{
	int64_t wait_s = poll->every_s < FIRST_BACKOFF_S ? poll->every_s : FIRST_BACKOFF_S;

	for (uint32_t i = 1; i < state->failures && i < BACKOFF_DOUBLINGS_MAX && wait_s < max_s;
		i++)
		wait_s *= 2;
	return wait_s;
}

static void learn_redirect(struct tms_poll_state *state, const struct tms_poll_answer *answer)
{
	bool same = tms_str_equal(tms_str_from(state->learned_url), answer->final_url);

	if (!answer->permanent_redirect || answer->from_fallback) {
		if (state->redirects_seen < REDIRECTS_TO_LEARN)
			state->redirects_seen = 0;
		return;
	}
	state->redirects_seen = same ? state->redirects_seen + 1 : 1;
	keep(state->learned_url, sizeof(state->learned_url), answer->final_url);
}

static void take_success(struct tms_poll_state *state, const struct tms_poll *poll,
	const struct tms_rhythm *rhythm, const struct tms_poll_answer *answer, tms_time now)
{
	int64_t max_s = rhythm->max_s ? rhythm->max_s : TMS_DAY_S;
	int64_t wait_s = poll->every_s, fresh_s = 0;

	if (tms_freshness_parse(answer, now, &fresh_s) && fresh_s > wait_s)
		wait_s = fresh_s < max_s ? fresh_s : max_s;
	if (wait_s < rhythm->min_s)
		wait_s = rhythm->min_s;
	state->next_due = now + wait_s;
	state->last_success = now;
	state->failures = 0;
	state->error[0] = '\0';
	learn_redirect(state, answer);
	if (answer->outcome == TMS_OUTCOME_UNCHANGED)
		return;
	state->pages = (uint32_t)answer->pages;
	keep(state->etag, sizeof(state->etag),
		answer->from_fallback ? TMS_STR_NONE : answer->etag);
	keep(state->last_modified, sizeof(state->last_modified),
		answer->from_fallback ? TMS_STR_NONE : answer->last_modified);
}

void tms_poll_step(struct tms_poll_state *state, const struct tms_poll *poll,
	const struct tms_rhythm *rhythm, const struct tms_poll_answer *answer, tms_time now,
	double jitter)
{
	int64_t max_s = rhythm->max_s ? rhythm->max_s : TMS_DAY_S;
	int64_t pause_s = tms_poll_answer_pause_s(answer, now);

	state->last_attempt = now;
	state->http_status = answer->http_status;
	if (!tms_poll_answer_is_failure(answer)) {
		take_success(state, poll, rhythm, answer, now);
		return;
	}
	state->failures++;
	keep_error(state, answer->error);
	if (state->redirects_seen >= REDIRECTS_TO_LEARN && state->failures >= REDIRECTS_TO_LEARN) {
		state->redirects_seen = 0; /* the learned place is dead: ask the old one again */
		state->learned_url[0] = '\0';
	}
	int64_t wait_s = spread(backoff_s(state, poll, max_s), jitter);
	if (answer->http_status == 404)
		wait_s = spread(TMS_DAY_S, jitter);
	wait_s = clamp(wait_s, 1, max_s);
	if (wait_s < pause_s)
		wait_s = pause_s + (int64_t)(jitter * 5);
	state->next_due = answer->http_status == 410 ? TMS_TIME_MAX : now + wait_s;
}

struct tms_str tms_poll_url(const struct tms_poll_state *state, const struct tms_poll *poll)
{
	if (state->redirects_seen >= REDIRECTS_TO_LEARN && state->learned_url[0] != '\0')
		return tms_str_from(state->learned_url);
	return poll->url;
}

bool tms_poll_is_conditional(const struct tms_poll_state *state)
{
	return state->pages <= 1 && (state->etag[0] != '\0' || state->last_modified[0] != '\0');
}

void tms_poll_state_write(struct tms_buf *buf, const struct tms_poll_state *s)
{
	json_t *object = json_pack("{s:I, s:I, s:I, s:i, s:I, s:I, s:I, s:s%, s:s%, s:s%, s:s%}", //
		"last_attempt", (json_int_t)s->last_attempt, "last_success",
		(json_int_t)s->last_success, "next_due", (json_int_t)s->next_due, "status",
		s->http_status,                                                                  //
		"failures", (json_int_t)s->failures, "redirects", (json_int_t)s->redirects_seen, //
		"pages", (json_int_t)s->pages, "etag", s->etag, strlen(s->etag),                 //
		"last_modified", s->last_modified, strlen(s->last_modified),                     //
		"learned_url", s->learned_url, strlen(s->learned_url), "error", s->error,
		strlen(s->error));
	char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;

	if (text)
		tms_buf_add_cstr(buf, text);
	else if (buf->status == TMS_OK)
		buf->status = TMS_ENOMEM;
	free(text);
	json_decref(object);
}

static int64_t whole(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_integer(value) ? json_integer_value(value) : 0;
}

static struct tms_str text_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_string(value)
		       ? (struct tms_str){ json_string_value(value), json_string_length(value) }
		       : TMS_STR_NONE;
}

enum tms_status tms_poll_state_parse(struct tms_str json, struct tms_poll_state *out)
{
	json_t *object =
		json_loadb(json.ptr ? json.ptr : "", json.len, JSON_REJECT_DUPLICATES, NULL);

	if (!json_is_object(object)) {
		json_decref(object);
		return TMS_EMALFORMED;
	}
	*out = (struct tms_poll_state){
		.last_attempt = whole(object, "last_attempt"),
		.last_success = whole(object, "last_success"),
		.next_due = whole(object, "next_due"),
		.http_status = (int)clamp(whole(object, "status"), 0, 999),
		.failures = (uint32_t)clamp(whole(object, "failures"), 0, UINT32_MAX),
		.redirects_seen = (uint32_t)clamp(whole(object, "redirects"), 0, UINT32_MAX),
		.pages = (uint32_t)clamp(whole(object, "pages"), 0, TMS_POLL_PAGES_MAX),
	};
	keep(out->etag, sizeof(out->etag), text_of(object, "etag"));
	keep(out->last_modified, sizeof(out->last_modified), text_of(object, "last_modified"));
	keep(out->learned_url, sizeof(out->learned_url), text_of(object, "learned_url"));
	keep(out->error, sizeof(out->error), text_of(object, "error"));
	json_decref(object);
	return TMS_OK;
}
