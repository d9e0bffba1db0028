/*
 * Reading JSON with jansson. What it does not bound is counted before it starts: nesting (its own
 * limit is 2,048 levels of recursion) and the number of values ("[]" is two bytes of text and 150
 * of memory).
 */
#include <tamis/json.h>

#include <math.h>

#include <jansson.h>

#define DEFAULT_BYTES ((size_t)20 << 20)
#define DEFAULT_DEPTH 200
#define MAX_DEPTH 2000
#define DEFAULT_VALUES 250000

static struct tms_json_limits filled(const struct tms_json_limits *limits)
{
	struct tms_json_limits l = { 0 };

	if (limits)
		l = *limits;
	l.bytes = l.bytes ? l.bytes : DEFAULT_BYTES;
	l.depth = l.depth ? l.depth : DEFAULT_DEPTH;
	l.depth = l.depth > MAX_DEPTH ? MAX_DEPTH : l.depth;
	l.values = l.values ? l.values : DEFAULT_VALUES;
	return l;
}

static enum tms_status refuse(
	struct tms_diag *diag, struct tms_str text, size_t at, const char *what, size_t limit)
{
	uint32_t line = 0, column = 0;

	tms_diag_locate(text, at, &line, &column);
	tms_diag_set(diag, line, column, "JSON: more than the limit of %zu %s", limit, what);
	return TMS_ELIMIT;
}

/* Behind the string that starts at `at`. */
static size_t skip_string(struct tms_str text, size_t at)
{
	for (at++; at < text.len && text.ptr[at] != '"'; at++)
		at += text.ptr[at] == '\\';
	return at + 1;
}

/* Brackets and commas outside strings say how deep and how many, also in text that is no JSON. */
static enum tms_status count(
	struct tms_str text, const struct tms_json_limits *l, struct tms_diag *diag)
{
	size_t depth = 0, values = 1;

	for (size_t at = 0; at < text.len;) {
		char byte = text.ptr[at];
		if (byte == '[' || byte == '{') {
			values++;
			if (++depth > l->depth)
				return refuse(diag, text, at, "values inside each other", l->depth);
		} else if (byte == ']' || byte == '}') {
			depth -= depth > 0;
		} else if (byte == ',') {
			values++;
		}
		if (values > l->values)
			return refuse(diag, text, at, "values", l->values);
		at = byte == '"' ? skip_string(text, at) : at + 1;
	}
	return TMS_OK;
}

/* The number of an escape \uXXXX at `at`, or -1. */
static int32_t escaped_unit(struct tms_str text, size_t at)
{
	int32_t value = 0;

	if (text.len < 6 || at > text.len - 6 || text.ptr[at] != '\\' || text.ptr[at + 1] != 'u')
		return -1;
	for (size_t i = at + 2; i < at + 6; i++) {
		int digit = tms_hex_value(text.ptr[i]);
		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

static bool is_high(int32_t unit)
{
	return unit >= 0xd800 && unit <= 0xdbff;
}

static bool is_low(int32_t unit)
{
	return unit >= 0xdc00 && unit <= 0xdfff;
}

/* JavaScript writes strings that were cut inside a character with half a surrogate pair: U+FFFD
 * instead. */
static bool mend_escapes(struct tms_buf *out, struct tms_str text)
{
	bool mended = false;
	size_t at = 0;

	while (at < text.len) {
		size_t next = tms_str_find_byte(text, '\\', at);
		if (next == SIZE_MAX)
			next = text.len;
		tms_buf_add(out, tms_str_slice(text, at, next));
		int32_t unit = escaped_unit(text, next);
		size_t len = 2;
		if (is_high(unit) && is_low(escaped_unit(text, next + 6))) {
			len = 12;
		} else if (is_high(unit) || is_low(unit) || unit == 0) {
			tms_buf_add(out, TMS_STR("\\ufffd"));
			mended = true;
			at = next + 6;
			continue;
		}
		tms_buf_add(out, tms_str_slice(text, next, next + len));
		at = next + len;
	}
	return mended && out->status == TMS_OK;
}

static json_t *load(struct tms_str text, json_error_t *error)
{
	size_t flags = JSON_DECODE_ANY | JSON_ALLOW_NUL;
	json_t *value = json_loadb(text.ptr, text.len, flags, error);

	if (!value && json_error_code(error) == json_error_numeric_overflow)
		value = json_loadb(text.ptr, text.len, flags | JSON_DECODE_INT_AS_REAL, error);
	return value;
}

enum tms_status tms_json_parse(struct tms_str text, const struct tms_json_limits *limits,
	struct json_t **out, struct tms_diag *diag)
{
	struct tms_json_limits l = filled(limits);
	struct tms_buf mended = { 0 };
	json_error_t error = { 0 };
	uint32_t line = 0, column = 0;

	if (tms_str_starts(text, TMS_STR("\xef\xbb\xbf")))
		text = tms_str_slice(text, 3, text.len);
	if (text.len > l.bytes) {
		tms_diag_set(diag, 0, 0, "JSON: %zu bytes, the limit is %zu", text.len, l.bytes);
		return TMS_ELIMIT;
	}
	if (tms_str_trim(text).len == 0) {
		tms_diag_set(diag, 1, 1, "JSON: the text is empty");
		return TMS_EMALFORMED;
	}
	size_t nul = tms_str_find_byte(text, '\0', 0);
	if (nul != SIZE_MAX) { /* jansson loses one that follows a number */
		tms_diag_locate(text, nul, &line, &column);
		tms_diag_set(diag, line, column, "JSON: a NUL byte");
		return TMS_EMALFORMED;
	}
	enum tms_status st = count(text, &l, diag);
	if (st != TMS_OK)
		return st;
	json_t *value = load(text, &error);
	if (!value && mend_escapes(&mended, text))
		value = load(tms_buf_str(&mended), &error);
	tms_buf_free(&mended);
	if (!value && json_error_code(&error) == json_error_out_of_memory) {
		tms_diag_set(diag, 0, 0, "JSON: no memory for the values");
		return TMS_ENOMEM;
	}
	if (!value) {
		tms_diag_set(diag, error.line > 0 ? (uint32_t)error.line : 1,
			error.column > 0 ? (uint32_t)error.column : 1, "JSON: %s", error.text);
		return TMS_EMALFORMED;
	}
	*out = value;
	return TMS_OK;
}

void tms_json_free(struct json_t *value)
{
	json_decref(value);
}

enum tms_json_kind tms_json_kind_of(const struct json_t *value)
{
	if (!value)
		return TMS_JSON_NONE;
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return TMS_JSON_OBJECT;
	case JSON_ARRAY:
		return TMS_JSON_ARRAY;
	case JSON_STRING:
		return TMS_JSON_STRING;
	case JSON_INTEGER:
	case JSON_REAL:
		return TMS_JSON_NUMBER;
	case JSON_TRUE:
	case JSON_FALSE:
		return TMS_JSON_BOOL;
	case JSON_NULL:
		return TMS_JSON_NULL;
	}
	return TMS_JSON_NONE;
}

const struct json_t *tms_json_get(const struct json_t *object, const char *key)
{
	return json_object_get(object, key);
}

const struct json_t *tms_json_at(const struct json_t *array, size_t i)
{
	return json_array_get(array, i);
}

size_t tms_json_count(const struct json_t *value)
{
	return json_is_object(value) ? json_object_size(value) : json_array_size(value);
}

struct tms_str tms_json_text(const struct json_t *value)
{
	if (!json_is_string(value))
		return (struct tms_str){ 0 };
	return (struct tms_str){ json_string_value(value), json_string_length(value) };
}

bool tms_json_value_int(const struct json_t *value, int64_t *out)
{
	double real = 0;

	if (json_is_integer(value)) {
		*out = json_integer_value(value);
		return true;
	}
	real = json_is_real(value) ? json_real_value(value) : 0.5;
	/* 2^63 is the first double beyond int64_t */
	if (real != floor(real) || real < -9223372036854775808.0 || real >= 9223372036854775808.0)
		return false;
	*out = (int64_t)real;
	return true;
}

double tms_json_value_double(const struct json_t *value)
{
	return json_number_value(value);
}

bool tms_json_is_true(const struct json_t *value)
{
	return json_is_true(value);
}

struct tms_str tms_json_str(const struct json_t *object, const char *key)
{
	return tms_json_text(json_object_get(object, key));
}

bool tms_json_int(const struct json_t *object, const char *key, int64_t *out)
{
	return tms_json_value_int(json_object_get(object, key), out);
}

bool tms_json_double(const struct json_t *object, const char *key, double *out)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_number(value))
		return false;
	*out = json_number_value(value);
	return true;
}

bool tms_json_bool(const struct json_t *object, const char *key, bool otherwise)
{
	const json_t *value = json_object_get(object, key);

	return json_is_boolean(value) ? json_is_true(value) : otherwise;
}

const struct json_t *tms_json_array(const struct json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_array(value) ? value : NULL;
}

const struct json_t *tms_json_object(const struct json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_object(value) ? value : NULL;
}

bool tms_json_next(const struct json_t *object, void **cursor, struct tms_str *key,
	const struct json_t **value)
{
	/* jansson's iterators want a mutable object though they only read it */
	json_t *members = (json_t *)(uintptr_t)object;

	*cursor = *cursor ? json_object_iter_next(members, *cursor) : json_object_iter(members);
	if (!*cursor)
		return false;
	*key = (struct tms_str){ json_object_iter_key(*cursor), json_object_iter_key_len(*cursor) };
	*value = json_object_iter_value(*cursor);
	return true;
}
