/*
 * Pulling JSON (RFC 8259). Jansson makes a tree of it first, a block for each value: 68 of 100 parts
 * of a start over 2,000 sources went into that and its malloc. A stored record of 2 kB took 34 us to
 * read so, and takes 2.7. Strings are looked at eight bytes at a time, and are not copied unless they
 * have escapes. Documents of strangers go on through <tamis/json.h>.
 */
#include "text/json_pull.h"

#include <endian.h>
#include <math.h>
#include <stdlib.h>

#include <tamis/utf8.h>

/* as tms_json_parse has them */
#define MAX_BYTES ((size_t)20 << 20)
#define MAX_DEPTH 200
#define MAX_VALUES 250000

#define EACH_BYTE(byte) (UINT64_C(0x0101010101010101) * (byte))
#define HIGH_BITS EACH_BYTE(0x80)

static void fail(struct json_pull *pull, enum tms_status st, const char *fault)
{
	if (pull->status != TMS_OK)
		return;
	pull->status = st;
	pull->fault = fault;
}

static void malformed(struct json_pull *pull, const char *fault)
{
	fail(pull, TMS_EMALFORMED, fault);
}

/* The byte at hand; 0: the end, a NUL byte, or a failure before. */
static char peek(const struct json_pull *pull)
{
	return pull->status == TMS_OK && pull->at < pull->text.len ? pull->text.ptr[pull->at]
								   : '\0';
}

static char peek_value(struct json_pull *pull)
{
	char byte = peek(pull);

	while (byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r') {
		pull->at++;
		byte = peek(pull);
	}
	return byte;
}

static void count_value(struct json_pull *pull)
{
	if (++pull->values > MAX_VALUES)
		fail(pull, TMS_ELIMIT, "more than the limit of 250000 values");
}

/* ---- strings ---- */

/* The high bits of those of eight bytes that end what can be passed over: quotes, backslashes,
 * controls. Exact up to the first one in the order of memory. */
static uint64_t stops_of(uint64_t word)
{
	uint64_t quote = word ^ EACH_BYTE('"'), slash = word ^ EACH_BYTE('\\');

	/* a byte is below n when n borrows from its high bit (bytes from 0x80 on have it and are none) */
	return (((quote - EACH_BYTE(1)) & ~quote) | ((slash - EACH_BYTE(1)) & ~slash) |
		       ((word - EACH_BYTE(0x20)) & ~word)) &
	       HIGH_BITS;
}

/* From `at` to the first quote, backslash or control, or the end. *high gets high bits when there
 * are bytes beyond ASCII, or just behind it. */
static size_t plain_end(struct tms_str text, size_t at, uint64_t *high)
{
	uint64_t word = 0;

	for (; text.len - at >= sizeof(word); at += sizeof(word)) {
		memcpy(&word, text.ptr + at, sizeof(word));
		word = le64toh(word);
		uint64_t stops = stops_of(word);
		*high |= word & HIGH_BITS;
		if (stops)
			return at + (size_t)__builtin_ctzll(stops) / 8;
	}
	while (at < text.len && (unsigned char)text.ptr[at] >= 0x20 && text.ptr[at] != '"' &&
		text.ptr[at] != '\\')
		*high |= (unsigned char)text.ptr[at++] & HIGH_BITS;
	return at;
}

/* The number of four hexadecimal digits at `at`, or -1. */
static int32_t four_digits(struct tms_str text, size_t at)
{
	int32_t value = 0;

	if (text.len < 4 || at > text.len - 4)
		return -1;
	for (size_t i = at; i < at + 4; i++) {
		int digit = tms_hex_value(text.ptr[i]);
		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

/* The low half of a pair that is escaped at `at`, or -1. */
static int32_t low_half(struct tms_str text, size_t at)
{
	if (!tms_str_starts(tms_str_slice(text, at, text.len), TMS_STR("\\u")))
		return -1;
	int32_t unit = four_digits(text, at + 2);
	return unit >= 0xdc00 && unit <= 0xdfff ? unit : -1;
}

/* The character of the escape at *at, which moves behind it; -1: it is none. */
static int32_t unescape(struct tms_str text, size_t *at)
{
	static const char letters[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
	char letter = *at + 1 < text.len ? text.ptr[*at + 1] : '\0';

	*at += 2;
	if (letter != 'u') {
		const char *found = letter ? strchr(letters, letter) : NULL;
		return found ? means[found - letters] : -1;
	}
	int32_t unit = four_digits(text, *at);
	*at += 4;
	if (unit < 0xd800 || unit > 0xdfff)
		return unit;
	int32_t low = unit <= 0xdbff ? low_half(text, *at) : -1;
	if (low < 0)
		return (int32_t)TMS_UTF8_REPLACEMENT;
	*at += 6;
	return 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
}

/* The string's end, of its bytes with escapes: where its closing quote is, or what cannot stand in a
 * string. */
static size_t escaped_end(struct tms_str text, size_t at, uint64_t *high)
{
	while (at < text.len && text.ptr[at] == '\\')
		at = at + 2 <= text.len ? plain_end(text, at + 2, high) : text.len;
	return at;
}

/* raw: bytes between quotes. */
static struct tms_str without_escapes(struct json_pull *pull, struct tms_str raw)
{
	/* an escape is never shorter than its character in UTF-8 */
	char *room = tms_arena_alloc(pull->arena, raw.len);
	struct tms_buf out = { .ptr = room, .capacity = room ? raw.len : 0, .max = raw.len };
	uint64_t high = 0;
	size_t at = 0;

	if (!room) {
		fail(pull, pull->arena->status, "no memory");
		return TMS_STR_NONE;
	}
	while (at < raw.len) {
		size_t end = plain_end(raw, at, &high);
		tms_buf_add(&out, tms_str_slice(raw, at, end));
		at = end;
		int32_t character = at < raw.len ? unescape(raw, &at) : 0;
		if (character < 0) {
			malformed(pull, "an escape that is none");
			return TMS_STR_NONE;
		}
		if (end < raw.len)
			tms_utf8_write(&out, (uint32_t)character);
	}
	return tms_buf_str(&out);
}

/* The string whose quote is at hand. */
static struct tms_str take_string(struct json_pull *pull)
{
	uint64_t high = 0;
	size_t start = pull->at + 1, plain = plain_end(pull->text, start, &high);
	size_t end = escaped_end(pull->text, plain, &high);
	struct tms_str raw = tms_str_slice(pull->text, start, end);

	if (end >= pull->text.len || pull->text.ptr[end] != '"') {
		pull->at = end;
		malformed(pull, "a string that does not end, or a control character in it");
		return TMS_STR_NONE;
	}
	if (high && !tms_utf8_is_valid(raw)) {
		malformed(pull, "a string that is not UTF-8");
		return TMS_STR_NONE;
	}
	if (end > plain)
		raw = without_escapes(pull, raw);
	if (pull->status == TMS_OK)
		pull->at = end + 1;
	return raw;
}

/* ---- numbers ---- */

static size_t digits_end(struct tms_str text, size_t at)
{
	while (at < text.len && tms_is_digit(text.ptr[at]))
		at++;
	return at;
}

static bool has_byte(struct tms_str text, size_t at, const char *bytes)
{
	return at < text.len && text.ptr[at] != '\0' && strchr(bytes, text.ptr[at]);
}

/* Behind the number at hand; *is_whole: it has digits alone. */
static size_t number_end(struct json_pull *pull, bool *is_whole)
{
	struct tms_str text = pull->text;
	size_t start = pull->at + has_byte(text, pull->at, "-"), end = digits_end(text, start);
	bool is_number = end > start && (text.ptr[start] != '0' || end == start + 1);

	*is_whole = true;
	if (has_byte(text, end, ".")) {
		start = end + 1;
		end = digits_end(text, start);
		is_number = is_number && end > start;
		*is_whole = false;
	}
	if (has_byte(text, end, "eE")) {
		start = end + 1 + has_byte(text, end + 1, "+-");
		end = digits_end(text, start);
		is_number = is_number && end > start;
		*is_whole = false;
	}
	if (!is_number)
		malformed(pull, "a number that is none");
	return end;
}

/* As <tamis/json.h> has them: beyond what a double can be it is refused. */
static double as_double(struct json_pull *pull, struct tms_str number)
{
	const char *text = tms_str_cstr(pull->arena, number);
	double value = 0;

	if (!text) {
		fail(pull, pull->arena->status, "no memory");
		return 0;
	}
	value = strtod(text, NULL);
	if (isinf(value))
		malformed(pull, "a number too large");
	return value;
}

static bool take_number(struct json_pull *pull, int64_t *out)
{
	bool is_whole = false;
	size_t start = pull->at, end = number_end(pull, &is_whole);
	struct tms_str number = tms_str_slice(pull->text, start, end);

	if (pull->status != TMS_OK)
		return false;
	if (is_whole && tms_str_int64(number, out)) {
		pull->at = end;
		return true;
	}
	double real = as_double(pull, number);
	if (pull->status != TMS_OK)
		return false;
	pull->at = end;
	/* 2^63 is the first double beyond int64_t */
	if (real != floor(real) || real < -9223372036854775808.0 || real >= 9223372036854775808.0)
		return false;
	*out = (int64_t)real;
	return true;
}

/* ---- values ---- */

static void take_word(struct json_pull *pull, struct tms_str word)
{
	struct tms_str rest = tms_str_slice(pull->text, pull->at, pull->text.len);

	if (tms_str_starts(rest, word))
		pull->at += word.len;
	else
		malformed(pull, "expected a value");
}

void json_pull_begin(struct json_pull *pull, struct tms_arena *arena, struct tms_str text)
{
	*pull = (struct json_pull){ .arena = arena, .text = text, .values = 1 };
	if (tms_str_starts(text, TMS_STR("\xef\xbb\xbf")))
		pull->at = 3;
	if (text.len > MAX_BYTES)
		fail(pull, TMS_ELIMIT, "more than the limit of 20 MiB");
}

bool json_pull_enter(struct json_pull *pull, char open)
{
	if (peek_value(pull) != open) {
		(void)json_pull_skip(pull);
		return false;
	}
	count_value(pull);
	if (++pull->depth > MAX_DEPTH)
		fail(pull, TMS_ELIMIT, "more than the limit of 200 values inside each other");
	pull->at += pull->status == TMS_OK;
	pull->is_first = true;
	return pull->status == TMS_OK;
}

/* Steps to what follows in the object or array; false: it has ended. */
static bool step(struct json_pull *pull, char close)
{
	char byte = peek_value(pull);
	bool was_first = pull->is_first;

	pull->is_first = false;
	if (byte == close && pull->status == TMS_OK) {
		pull->at++;
		pull->depth--;
		return false;
	}
	if (was_first)
		return pull->status == TMS_OK;
	if (byte != ',') {
		malformed(pull, close == '}' ? "expected ',' or '}'" : "expected ',' or ']'");
		return false;
	}
	count_value(pull);
	pull->at += pull->status == TMS_OK;
	return pull->status == TMS_OK;
}

bool json_pull_member(struct json_pull *pull, struct tms_str *key)
{
	if (!step(pull, '}'))
		return false;
	if (peek_value(pull) != '"') {
		malformed(pull, "expected a key");
		return false;
	}
	struct tms_str found = take_string(pull);
	if (peek_value(pull) != ':') {
		malformed(pull, "expected ':'");
		return false;
	}
	pull->at++;
	*key = found;
	return true;
}

bool json_pull_element(struct json_pull *pull)
{
	return step(pull, ']');
}

struct tms_str json_pull_str(struct json_pull *pull)
{
	if (peek_value(pull) == '"')
		return take_string(pull);
	(void)json_pull_skip(pull);
	return TMS_STR_NONE;
}

bool json_pull_int(struct json_pull *pull, int64_t *out)
{
	char byte = peek_value(pull);

	if (byte == '-' || tms_is_digit(byte))
		return take_number(pull, out);
	(void)json_pull_skip(pull);
	return false;
}

bool json_pull_bool(struct json_pull *pull, bool otherwise)
{
	struct tms_str word = json_pull_skip(pull);

	if (tms_str_equal(word, TMS_STR("true")))
		return true;
	return tms_str_equal(word, TMS_STR("false")) ? false : otherwise;
}

/* It and json_pull_skip call each other as deep as values are inside each other. */
static void skip_inside(struct json_pull *pull, char open)
{
	struct tms_str key = { 0 };

	if (!json_pull_enter(pull, open))
		return;
	while (open == '{' ? json_pull_member(pull, &key) : json_pull_element(pull))
		(void)json_pull_skip(pull);
}

struct tms_str json_pull_skip(struct json_pull *pull)
{
	char byte = peek_value(pull);
	size_t start = pull->at;
	int64_t number = 0;

	if (pull->status != TMS_OK)
		return TMS_STR_NONE;
	if (byte == '"')
		(void)take_string(pull);
	else if (byte == '{' || byte == '[')
		skip_inside(pull, byte);
	else if (byte == '-' || tms_is_digit(byte))
		(void)take_number(pull, &number);
	else if (byte == 't' || byte == 'f')
		take_word(pull, byte == 't' ? TMS_STR("true") : TMS_STR("false"));
	else
		take_word(pull, TMS_STR("null"));
	return pull->status == TMS_OK ? tms_str_slice(pull->text, start, pull->at) : TMS_STR_NONE;
}

enum tms_status json_pull_end(struct json_pull *pull, struct tms_diag *diag)
{
	uint32_t line = 0, column = 0;

	if (pull->arena->status != TMS_OK) { /* whoever found it so left off in the middle */
		pull->status = pull->arena->status;
		pull->fault = "no memory for what it holds";
	}
	(void)peek_value(pull);
	if (pull->status == TMS_OK && pull->at < pull->text.len)
		malformed(pull, "something behind the value");
	if (pull->status == TMS_OK)
		return TMS_OK;
	tms_diag_locate(pull->text, pull->at, &line, &column);
	tms_diag_set(diag, line, column, "JSON: %s", pull->fault);
	return pull->status;
}
