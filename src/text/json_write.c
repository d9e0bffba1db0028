/* Writing JSON (RFC 8259). */
#include <tamis/json.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <tamis/utf8.h>

#define MAX_LEVELS 63

static void write_escape(struct tms_buf *buf, uint32_t c)
{
	static const struct {
		char code, letter;
	} shorts[] = { { '"', '"' }, { '\\', '\\' }, { '\b', 'b' }, { '\f', 'f' }, { '\n', 'n' },
		{ '\r', 'r' }, { '\t', 't' } };

	for (size_t i = 0; i < TMS_COUNT(shorts); i++)
		if (c == (unsigned char)shorts[i].code) {
			tms_buf_add(buf, (struct tms_str){ (char[]){ '\\', shorts[i].letter }, 2 });
			return;
		}
	tms_buf_format(buf, "\\u%04" PRIx32, c);
}

static bool needs_escape(uint32_t c)
{
	return c < 0x20 || c == '"' || c == '\\';
}

void tms_json_write_str(struct tms_buf *buf, struct tms_str s)
{
	size_t plain = 0; /* bytes from here on are written as they are */

	tms_buf_add_char(buf, '"');
	for (size_t at = 0; at < s.len;) {
		size_t from = at;
		unsigned char byte = (unsigned char)s.ptr[at];
		if (byte >= 0x20 && byte < 0x80 && !needs_escape(byte)) {
			at++;
			continue;
		}
		uint32_t c = tms_utf8_next(s, &at);
		bool broken = c == TMS_UTF8_REPLACEMENT; /* or one that was there: the same bytes */
		if (!broken && !needs_escape(c))
			continue;
		tms_buf_add(buf, tms_str_slice(s, plain, from));
		if (broken)
			tms_utf8_write(buf, c);
		else
			write_escape(buf, c);
		plain = at;
	}
	tms_buf_add(buf, tms_str_slice(s, plain, s.len));
	tms_buf_add_char(buf, '"');
}

/* The comma before a value or a key. */
static void separate(struct tms_json_writer *w)
{
	uint64_t level = UINT64_C(1) << w->depth;

	if (w->after_key)
		w->after_key = false;
	else if (w->depth > 0 && (w->started & level))
		tms_buf_add_char(w->buf, ',');
	w->started |= level;
}

void tms_json_begin(struct tms_json_writer *w, char open)
{
	separate(w);
	if (w->depth == MAX_LEVELS) {
		if (w->buf->status == TMS_OK)
			w->buf->status = TMS_ELIMIT;
		return;
	}
	tms_buf_add_char(w->buf, open);
	uint64_t level = UINT64_C(1) << ++w->depth;
	w->started &= ~level;
	w->objects = open == '{' ? w->objects | level : w->objects & ~level;
}

void tms_json_end(struct tms_json_writer *w)
{
	if (w->depth == 0)
		return;
	tms_buf_add_char(w->buf, w->objects >> w->depth & 1 ? '}' : ']');
	w->depth--;
}

static void write_key(struct tms_json_writer *w, struct tms_str key)
{
	separate(w);
	tms_json_write_str(w->buf, key);
	tms_buf_add_char(w->buf, ':');
	w->after_key = true;
}

void tms_json_key(struct tms_json_writer *w, const char *key)
{
	write_key(w, tms_str_from(key));
}

void tms_json_add_str(struct tms_json_writer *w, struct tms_str s)
{
	separate(w);
	tms_json_write_str(w->buf, s);
}

void tms_json_add_int(struct tms_json_writer *w, int64_t number)
{
	separate(w);
	tms_buf_format(w->buf, "%" PRId64, number);
}

void tms_json_add_null(struct tms_json_writer *w)
{
	tms_json_add_raw(w, TMS_STR("null"));
}

void tms_json_add_raw(struct tms_json_writer *w, struct tms_str json)
{
	separate(w);
	tms_buf_add(w->buf, json);
}

static void add_double(struct tms_json_writer *w, double number)
{
	char text[40];

	separate(w);
	/* the shortest that reads back as the same number */
	for (int digits = 15; digits <= 17; digits++) {
		(void)snprintf(text, sizeof(text), "%.*g", digits, number);
		if (strtod(text, NULL) == number)
			break;
	}
	tms_buf_add_cstr(w->buf, text);
}

static void add_bool(struct tms_json_writer *w, bool fact)
{
	tms_json_add_raw(w, fact ? TMS_STR("true") : TMS_STR("false"));
}

static void add_members(struct tms_json_writer *w, const struct json_t *object)
{
	const struct json_t *member = NULL;
	struct tms_str key = { 0 };
	void *cursor = NULL;

	tms_json_begin(w, '{');
	while (tms_json_next(object, &cursor, &key, &member)) {
		write_key(w, key);
		tms_json_add_value(w, member);
	}
	tms_json_end(w);
}

static void add_elements(struct tms_json_writer *w, const struct json_t *array)
{
	tms_json_begin(w, '[');
	for (size_t i = 0; i < tms_json_count(array); i++)
		tms_json_add_value(w, tms_json_at(array, i));
	tms_json_end(w);
}

static void add_number(struct tms_json_writer *w, const struct json_t *value)
{
	int64_t whole = 0;

	if (tms_json_value_int(value, &whole))
		tms_json_add_int(w, whole);
	else
		add_double(w, tms_json_value_double(value));
}

void tms_json_add_value(struct tms_json_writer *w, const struct json_t *value)
{
	if (w->buf->status != TMS_OK)
		return;
	switch (tms_json_kind_of(value)) {
	case TMS_JSON_OBJECT:
		add_members(w, value);
		break;
	case TMS_JSON_ARRAY:
		add_elements(w, value);
		break;
	case TMS_JSON_STRING:
		tms_json_add_str(w, tms_json_text(value));
		break;
	case TMS_JSON_NUMBER:
		add_number(w, value);
		break;
	case TMS_JSON_BOOL:
		add_bool(w, tms_json_is_true(value));
		break;
	case TMS_JSON_NULL:
	case TMS_JSON_NONE:
		tms_json_add_null(w);
		break;
	}
}

void tms_json_member_str(struct tms_json_writer *w, const char *key, struct tms_str s)
{
	tms_json_key(w, key);
	tms_json_add_str(w, s);
}

void tms_json_member_int(struct tms_json_writer *w, const char *key, int64_t number)
{
	tms_json_key(w, key);
	tms_json_add_int(w, number);
}

void tms_json_member_bool(struct tms_json_writer *w, const char *key, bool fact)
{
	tms_json_key(w, key);
	add_bool(w, fact);
}
