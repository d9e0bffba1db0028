/* What is remembered of a list, as it is stored. */
#include <tamis/poll.h>

#include <jansson.h>

#include "poll_private.h"

void tms_poll_state_write(struct tms_buf *buf, const struct tms_poll_state *s)
{
	/* clang-format off */
	json_t *object = json_pack("{s:I, s:I, s:I, s:I, s:i, s:i, s:I, s:I, s:I, s:I, s:I, s:I,"
				   " s:I, s:I, s:s%, s:s%, s:s%, s:s%, s:s%, s:s%}",
		"last_attempt", (json_int_t)s->last_attempt,
		"last_success", (json_int_t)s->last_success,
		"next_due", (json_int_t)s->next_due,
		"asked_until", (json_int_t)s->asked_until,
		"waits_for", (int)s->waits_for,
		"status", s->http_status,
		"failures", (json_int_t)s->failures,
		"missing", (json_int_t)s->missing,
		"gone_days", (json_int_t)s->gone_days,
		"gone_day", (json_int_t)s->gone_day,
		"redirects", (json_int_t)s->redirects_seen,
		"pages", (json_int_t)s->pages,
		"skip_hours", (json_int_t)s->skip.hours,
		"skip_days", (json_int_t)s->skip.days,
		"etag", s->etag, strlen(s->etag),
		"last_modified", s->last_modified, strlen(s->last_modified),
		"answered_url", s->answered_url, strlen(s->answered_url),
		"paused_at", s->paused_at, strlen(s->paused_at),
		"learned_url", s->learned_url, strlen(s->learned_url),
		"error", s->error, strlen(s->error));
	/* clang-format on */
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

/* A moment; what no clock says is none. */
static tms_time moment(const json_t *object, const char *key)
{
	return poll_clamp(whole(object, key), 0, TMS_TIME_MAX);
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
	int64_t waits_for = whole(object, "waits_for");
	*out = (struct tms_poll_state){
		.waits_for = waits_for >= TMS_WAIT_RHYTHM && waits_for <= TMS_WAIT_SKIP
				     ? (enum tms_wait)waits_for
				     : TMS_WAIT_RHYTHM,
		.skip = { .hours = (uint32_t)poll_clamp(whole(object, "skip_hours"), 0, 0xffffff),
			.days = (uint8_t)poll_clamp(whole(object, "skip_days"), 0, 0x7f) },
		.missing = (uint32_t)poll_clamp(whole(object, "missing"), 0, UINT32_MAX),
		.gone_days = (uint32_t)poll_clamp(whole(object, "gone_days"), 0, TMS_GONE_DAYS),
		.gone_day = moment(object, "gone_day"),
		.last_attempt = moment(object, "last_attempt"),
		.last_success = moment(object, "last_success"),
		.next_due = moment(object, "next_due"),
		.asked_until = moment(object, "asked_until"),
		.http_status = (int)poll_clamp(whole(object, "status"), 0, 999),
		.failures = (uint32_t)poll_clamp(whole(object, "failures"), 0, UINT32_MAX),
		.redirects_seen = (uint32_t)poll_clamp(whole(object, "redirects"), 0, UINT32_MAX),
		.pages = (uint32_t)poll_clamp(whole(object, "pages"), 0, TMS_POLL_PAGES_MAX),
	};
	poll_keep(out->etag, sizeof(out->etag), text_of(object, "etag"));
	poll_keep(out->last_modified, sizeof(out->last_modified), text_of(object, "last_modified"));
	poll_keep(out->answered_url, sizeof(out->answered_url), text_of(object, "answered_url"));
	poll_keep(out->paused_at, sizeof(out->paused_at), text_of(object, "paused_at"));
	poll_keep(out->learned_url, sizeof(out->learned_url), text_of(object, "learned_url"));
	poll_keep(out->error, sizeof(out->error), text_of(object, "error"));
	json_decref(object);
	return TMS_OK;
}
