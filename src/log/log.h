/* Structured log lines on standard error: time, level, message, then fields, as text (logfmt) or
 * JSON. Never a secret. */
#ifndef TAMIS_LOG_LOG_H
#define TAMIS_LOG_LOG_H

#include <tamis/conf.h>

/** Where lines go and from which level on; set once at start and at a reload. Not for two threads
 * at once. */
struct tms_log {
	int fd;
	enum tms_log_level level;
	enum tms_log_format format;
	uint64_t dropped; /* lines that the sink did not take; the loop never waits for it */
};

/** One field of a line. */
struct tms_log_field {
	const char *key;
	struct tms_str value;
};

/** Write one line; values are quoted where needed and their control characters escaped. */
void tms_log_write(struct tms_log *log, enum tms_log_level level, const char *message,
	const struct tms_log_field *fields, size_t count);
#define TMS_LOG(log, level, message, ...)                                                          \
	tms_log_write((log), (level), (message), (const struct tms_log_field[]){ __VA_ARGS__ },    \
		sizeof((const struct tms_log_field[]){ __VA_ARGS__ }) /                            \
			sizeof(struct tms_log_field))

/** A line without fields. */
void tms_log_say(struct tms_log *log, enum tms_log_level level, const char *message);

/** A URL without its query, fragment and user: what may stand in a log. Borrowed from `url`. */
struct tms_str tms_log_url(struct tms_str url);

#endif
