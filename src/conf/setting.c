/* What can be said of one setting without a file: its path, its variable, what it may hold. */
#include <tamis/settings.h>

#include <tamis/time.h>

/* A segment of a path in capitals stands for any name. */
static bool is_any_name(struct tms_str segment)
{
	return segment.len > 0 && segment.ptr[0] >= 'A' && segment.ptr[0] <= 'Z';
}

const struct tms_setting *tms_setting_find(struct tms_str path)
{
	size_t count = 0;
	const struct tms_setting *settings = tms_settings(&count);

	for (size_t i = 0; i < count; i++) {
		struct tms_str have = tms_str_from(settings[i].path), want = path, a, b;
		bool is_same = true;
		while (is_same && tms_str_split(&have, '.', &a))
			is_same = tms_str_split(&want, '.', &b) &&
				  (is_any_name(a) ? b.len > 0 : tms_str_equal(a, b));
		if (is_same && want.len == 0)
			return &settings[i];
	}
	return NULL;
}

static char upper(char byte)
{
	return byte >= 'a' && byte <= 'z' ? (char)(byte - 'a' + 'A') : byte;
}

void tms_setting_write_variable(struct tms_buf *buf, const struct tms_setting *setting)
{
	tms_buf_add_cstr(buf, "TAMIS_");
	for (const char *at = setting->path; *at; at++) {
		if (*at == '.')
			tms_buf_add_cstr(buf, "__");
		else
			tms_buf_add_char(buf, upper(*at));
	}
}

static void write_span_ms(struct tms_buf *buf, int64_t ms)
{
	if (ms % 1000 != 0)
		tms_buf_format(buf, "%lldms", (long long)ms);
	else
		tms_span_write(buf, ms / 1000);
}

static void write_value(struct tms_buf *buf, const struct tms_setting *setting, int64_t value)
{
	if (setting->kind == TMS_SETTING_SPAN)
		tms_span_write(buf, value);
	else if (setting->kind == TMS_SETTING_SPAN_MS)
		write_span_ms(buf, value);
	else if (setting->kind == TMS_SETTING_BYTES)
		tms_bytes_write(buf, value);
	else
		tms_buf_format(buf, "%lld", (long long)value);
}

static void write_range(struct tms_buf *buf, const struct tms_setting *setting, const char *what,
	const char *such_as)
{
	tms_buf_format(buf, "%s from ", what);
	write_value(buf, setting, setting->min);
	tms_buf_add_cstr(buf, " to ");
	write_value(buf, setting, setting->max);
	tms_buf_add_cstr(buf, such_as);
}

static void write_choices(struct tms_buf *buf, const char *choices)
{
	struct tms_str rest = tms_str_from(choices), choice;
	bool is_first = true;

	while (tms_str_split(&rest, '|', &choice)) {
		if (!is_first)
			tms_buf_add_cstr(buf, rest.len > 0 ? ", " : " or ");
		tms_buf_add(buf, choice);
		is_first = false;
	}
}

void tms_setting_write_expected(struct tms_buf *buf, const struct tms_setting *setting)
{
	switch (setting->kind) {
	case TMS_SETTING_TEXT:
		tms_buf_format(buf, "a line of at most %lld characters", (long long)setting->max);
		break;
	case TMS_SETTING_NAME:
		tms_buf_add_cstr(buf, "a name of a-z, 0-9 and \"-\", at most 64 characters");
		break;
	case TMS_SETTING_URL:
		tms_buf_add_cstr(buf, "an address that begins with https:// or http://");
		break;
	case TMS_SETTING_PATH:
		tms_buf_add_cstr(buf, "the path of a file or folder");
		break;
	case TMS_SETTING_NUMBER:
		write_range(buf, setting, "a whole number", "");
		break;
	case TMS_SETTING_SPAN:
		write_range(buf, setting, "a span", ", such as 90s, 30m, 6h, 7d or 2w");
		break;
	case TMS_SETTING_SPAN_MS:
		write_range(buf, setting, "a span", ", such as 500ms or 2s");
		break;
	case TMS_SETTING_BYTES:
		write_range(buf, setting, "a size", ", such as 500kB, 10MB or 64KiB");
		break;
	case TMS_SETTING_CHOICE:
		write_choices(buf, setting->choices);
		break;
	case TMS_SETTING_LISTEN:
		tms_buf_add_cstr(buf, "an address such as 127.0.0.1:8080, [::1]:8080, :8080 or "
				      "unix:/run/tamis.sock, or a list of them");
		break;
	case TMS_SETTING_NETWORKS:
		tms_buf_add_cstr(buf, "a range such as 192.168.7.0/24, or a list of them");
		break;
	case TMS_SETTING_STORE:
		tms_buf_add_cstr(buf, "sqlite, sqlite:PATH, redis://HOST:PORT/DB or unix:PATH");
		break;
	case TMS_SETTING_SOURCES:
		tms_buf_add_cstr(buf, "a list of names of sources");
		break;
	case TMS_SETTING_QUERY:
		tms_buf_add_cstr(buf, "a query");
		break;
	case TMS_SETTING_RECIPE:
		tms_buf_add_cstr(
			buf, "a recipe: a mapping with items and fields, see tamis-recipe(5)");
		break;
	case TMS_SETTING_AUTHORS:
		tms_buf_add_cstr(buf,
			"a text with a name on each line, or {file: PATH}, a file of such lines");
		break;
	case TMS_SETTING_TOPICS:
		tms_buf_add_cstr(buf, "a text of several lines, as in a topic file");
		break;
	}
}

/* ---- sizes ---- */

static const struct {
	const char *name;
	int64_t bytes;
} units[] = {
	{ "GB", 1000000000 },
	{ "GiB", INT64_C(1) << 30 },
	{ "MB", 1000000 },
	{ "MiB", INT64_C(1) << 20 },
	{ "KiB", INT64_C(1) << 10 },
	{ "kB", 1000 },
	{ "B", 1 },
	{ "", 1 },
};

bool tms_bytes_parse(struct tms_str s, int64_t *bytes)
{
	size_t digits = 0;
	int64_t number = 0, product = 0;

	while (digits < s.len && tms_is_digit(s.ptr[digits]))
		digits++;
	if (!tms_str_int64(tms_str_slice(s, 0, digits), &number))
		return false;
	struct tms_str unit = tms_str_trim(tms_str_slice(s, digits, s.len));
	for (size_t i = 0; i < TMS_COUNT(units); i++) {
		if (!tms_str_equal_caseless(unit, tms_str_from(units[i].name)))
			continue;
		if (__builtin_mul_overflow(number, units[i].bytes, &product))
			return false;
		*bytes = product;
		return true;
	}
	return false;
}

void tms_bytes_write(struct tms_buf *buf, int64_t bytes)
{
	size_t best = TMS_COUNT(units) - 1;

	for (size_t i = 0; i + 2 < TMS_COUNT(units) && bytes != 0; i++)
		if (bytes % units[i].bytes == 0 && units[i].bytes > units[best].bytes)
			best = i;
	tms_buf_format(buf, "%lld%s", (long long)(bytes / units[best].bytes), units[best].name);
}
