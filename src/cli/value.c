/* Values of options that several commands take. */
#include "cli/cli.h"

#include <time.h>

#include <tamis/date.h>

/* tms_date_parse takes everything that feeds write; a command line says exactly one moment. */
static bool is_full_form(const char *text)
{
	return strlen(text) >= sizeof("2026-06-09T12:00:00Z") - 1 && text[4] == '-' &&
	       text[7] == '-' && (text[10] == 'T' || text[10] == 't' || text[10] == ' ') &&
	       text[13] == ':';
}

bool cli_now(const struct tms_command *self, const char *text, tms_time *now)
{
	if (!text) {
		*now = (tms_time)time(NULL);
		return true;
	}
	struct tms_date date;
	if (is_full_form(text) && tms_date_parse(tms_str_from(text), &date) && date.has_zone) {
		*now = date.t;
		return true;
	}
	(void)cli_usage(self,
		"--now wants a moment like 2026-06-09T12:00:00Z (RFC 3339), not \"%s\"", text);
	return false;
}

bool cli_number(const struct tms_command *self, const char *option, const char *text,
	int64_t min, int64_t max, int64_t *out)
{
	int64_t value = 0;

	if (tms_str_int64(tms_str_from(text), &value) && value >= min && value <= max) {
		*out = value;
		return true;
	}
	(void)cli_usage(self, "%s wants a whole number from %lld to %lld, not \"%s\"", option,
		(long long)min, (long long)max, text);
	return false;
}

bool cli_form(const struct tms_command *self, const char *text, enum tms_form *out)
{
	if (tms_form_find(tms_str_from(text), out))
		return true;
	(void)cli_usage(self, "--form is atom, rss or json, not \"%s\"", text);
	return false;
}
