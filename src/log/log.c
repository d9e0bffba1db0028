/* The logger: one line an event, as logfmt or JSON, escaped, without secrets. */
#include "log/log.h"

#include <time.h>
#include <unistd.h>

#include <tamis/time.h>
#include <tamis/utf8.h>

static const char *const names[] = {
	[TMS_LOG_ERROR] = "error",
	[TMS_LOG_WARNING] = "warn",
	[TMS_LOG_INFO] = "info",
	[TMS_LOG_DEBUG] = "debug",
};

/* A terminal would obey it, or a reader of lines would: controls, line and paragraph separators, and
 * what turns the direction of text. */
static bool is_obeyed(uint32_t c)
{
	return c < ' ' || (c >= 0x7f && c < 0xa0) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

static bool needs_quotes(struct tms_str value)
{
	for (size_t at = 0; at < value.len;) {
		uint32_t c = tms_utf8_next(value, &at);
		if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == TMS_UTF8_REPLACEMENT ||
			is_obeyed(c))
			return true;
	}
	return value.len == 0;
}

/* Upstreams wrote some of it. Broken bytes become U+FFFD. byte_escape: of a small code point. */
static void write_quoted(struct tms_buf *line, struct tms_str value, const char *byte_escape)
{
	tms_buf_add_char(line, '"');
	for (size_t at = 0; at < value.len;) {
		uint32_t c = tms_utf8_next(value, &at);
		if (is_obeyed(c) && c < 0x100) {
			tms_buf_format(line, "\\%s%02x", byte_escape, (unsigned)c);
		} else if (is_obeyed(c)) {
			tms_buf_format(line, "\\u%04x", (unsigned)c);
		} else {
			if (c == '"' || c == '\\')
				tms_buf_add_char(line, '\\');
			tms_utf8_write(line, c);
		}
	}
	tms_buf_add_char(line, '"');
}

static void write_text(struct tms_buf *line, enum tms_log_level level, const char *message,
	const struct tms_log_field *fields, size_t count)
{
	tms_buf_format(line, " %-5s ", names[level]);
	tms_buf_add_cstr(line, message);
	for (size_t i = 0; i < count; i++) {
		tms_buf_format(line, " %s=", fields[i].key);
		if (needs_quotes(fields[i].value))
			write_quoted(line, fields[i].value, "x");
		else
			tms_buf_add(line, fields[i].value);
	}
}

static void write_json(struct tms_buf *line, enum tms_log_level level, const char *message,
	const struct tms_log_field *fields, size_t count)
{
	tms_buf_format(line, "\",\"level\":\"%s\",\"message\":", names[level]);
	write_quoted(line, tms_str_from(message), "u00");
	for (size_t i = 0; i < count; i++) {
		tms_buf_format(line, ",\"%s\":", fields[i].key);
		write_quoted(line, fields[i].value, "u00");
	}
	tms_buf_add_char(line, '}');
}

void tms_log_write(struct tms_log *log, enum tms_log_level level, const char *message,
	const struct tms_log_field *fields, size_t count)
{
	struct tms_buf line = { 0 };
	struct timespec now = { 0 };

	if (level > log->level)
		return;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	if (log->format == TMS_LOG_JSON)
		tms_buf_add_cstr(&line, "{\"time\":\"");
	tms_time_write_rfc3339(&line, now.tv_sec);
	if (log->format == TMS_LOG_JSON)
		write_json(&line, level, message, fields, count);
	else
		write_text(&line, level, message, fields, count);
	tms_buf_add_char(&line, '\n');
	if (line.status != TMS_OK || write(log->fd, line.ptr, line.len) != (ssize_t)line.len)
		log->dropped++;
	tms_buf_free(&line);
}

void tms_log_say(struct tms_log *log, enum tms_log_level level, const char *message)
{
	tms_log_write(log, level, message, NULL, 0);
}

struct tms_str tms_log_url(struct tms_str url)
{
	size_t end = 0;

	while (end < url.len && url.ptr[end] != '?' && url.ptr[end] != '#')
		end++;
	url.len = end;
	size_t scheme = tms_str_find(url, TMS_STR("://"), 0);
	size_t at = tms_str_find_byte(url, '@', 0);
	if (scheme != SIZE_MAX && at != SIZE_MAX)
		return tms_str_slice(url, 0, scheme + 3);
	return url;
}
