/* Texts and expressions rewritten so that RE2's \b, \w and \d are right beyond ASCII. The expression
 * is one that RE2 has read: only what it may be is looked for. */
#include "regex_unicode.h"

#include <tamis/utf8.h>

#include "regex_class.h"

#define ANY_UNIT "(?:_0*[^_0]_|[^_])"

/* ---- texts ---- */

bool regex_is_ascii(struct tms_str text)
{
	unsigned char all = 0;

	for (size_t i = 0; i < text.len; i++)
		all |= (unsigned char)text.ptr[i];
	return all < 0x80;
}

void regex_add_units(struct tms_buf *out, struct tms_str text)
{
	for (size_t at = 0; at < text.len;)
		regex_add_unit(out, (int32_t)tms_utf8_next(text, &at));
}

/* Bytes of the character's unit, of which its own are `bytes`. */
static size_t unit_bytes(int32_t c, size_t bytes)
{
	if (c == '_')
		return 5;
	if (c == (int32_t)TMS_UTF8_REPLACEMENT) /* a broken byte, too, is written as that */
		return 3;
	switch (c < 0x80 ? PART_OTHER : regex_part_of(c)) {
	case PART_WORD:
		return bytes + 2;
	case PART_DIGIT:
		return bytes + 3;
	case PART_OTHER:
	case REGEX_PARTS:
		break;
	}
	return bytes;
}

size_t regex_unit_of(struct tms_str text, size_t at)
{
	size_t unit = 0;

	for (size_t i = 0, start = 0; i < text.len && i < at; start = i) {
		int32_t c = (int32_t)tms_utf8_next(text, &i);
		unit += unit_bytes(c, i - start);
	}
	return unit;
}

size_t regex_byte_of(struct tms_str text, size_t unit)
{
	size_t i = 0, passed = 0;

	while (i < text.len && passed < unit) {
		size_t start = i;
		int32_t c = (int32_t)tms_utf8_next(text, &i);
		passed += unit_bytes(c, i - start);
	}
	return i;
}

/* ---- expressions ---- */

struct rewriter {
	struct tms_str text;
	size_t at;
	struct regex_unicode *out;
	const char *fault; /* what cannot be rewritten */
};

static char byte_at(const struct rewriter *r, size_t at)
{
	return at < r->text.len ? r->text.ptr[at] : '\0';
}

static void copy(struct rewriter *r, size_t end)
{
	struct tms_str raw = tms_str_slice(r->text, r->at, end);

	tms_buf_add(&r->out->units, raw);
	tms_buf_add(&r->out->loose, raw);
	r->at = end < r->text.len ? end : r->text.len;
}

static int32_t read_hex(struct rewriter *r)
{
	int32_t c = 0;

	if (byte_at(r, r->at) == '{') {
		for (r->at++; byte_at(r, r->at) != '}' && r->at < r->text.len; r->at++)
			c = (c * 16 + tms_hex_value(r->text.ptr[r->at])) & 0x1FFFFF;
		r->at++;
		return c;
	}
	for (size_t i = 0; i < 2 && r->at < r->text.len; i++, r->at++)
		c = c * 16 + tms_hex_value(r->text.ptr[r->at]);
	return c;
}

static int32_t read_octal(struct rewriter *r, int32_t c)
{
	for (size_t i = 0; i < 2 && byte_at(r, r->at) >= '0' && byte_at(r, r->at) <= '7'; i++)
		c = c * 8 + (r->text.ptr[r->at++] - '0');
	return c;
}

/* The character that the cursor is on, which may be escaped. */
static int32_t read_char(struct rewriter *r)
{
	static const char names[] = "nrtfva", meant[] = "\n\r\t\f\v\a";

	if (byte_at(r, r->at) != '\\')
		return (int32_t)tms_utf8_next(r->text, &r->at);
	if (++r->at >= r->text.len)
		return '\\';
	int32_t c = (int32_t)tms_utf8_next(r->text, &r->at);
	const char *name = c > 0 && c < 0x80 ? strchr(names, c) : NULL;
	if (name)
		return meant[name - names];
	if (c == 'x')
		return read_hex(r);
	return c >= '0' && c <= '7' ? read_octal(r, c - '0') : c;
}

/* \pL, \p{Greek}, \P{^L}: the cursor is behind the backslash. */
static void read_property(struct rewriter *r, struct regex_class *set)
{
	bool is_negated = r->text.ptr[r->at++] == 'P';
	size_t end = r->at;
	struct tms_str name;

	if (byte_at(r, r->at) == '{') {
		end = tms_str_find_byte(r->text, '}', r->at);
		name = tms_str_slice(r->text, r->at + 1, end);
		r->at = end == SIZE_MAX ? r->text.len : end + 1;
	} else {
		(void)tms_utf8_next(r->text, &end);
		name = tms_str_slice(r->text, r->at, end);
		r->at = end;
	}
	if (name.len > 0 && name.ptr[0] == '^') {
		is_negated = !is_negated;
		name = tms_str_slice(name, 1, name.len);
	}
	regex_class_add_property(set, name, is_negated);
}

/* \d or \pL at the cursor is a set: added, and passed. *depends: ASCII knows another one. */
static bool read_set(struct rewriter *r, struct regex_class *set, bool *depends)
{
	char name = byte_at(r, r->at + 1);

	if (byte_at(r, r->at) != '\\' || name == '\0' || !strchr("dDwWsSpP", name))
		return false;
	r->at++;
	if (tms_lower(name) == 'p') {
		read_property(r, set);
		return true;
	}
	regex_class_add_escape(set, name);
	*depends |= tms_lower(name) != 's';
	r->at++;
	return true;
}

static bool read_posix(struct rewriter *r, struct regex_class *set)
{
	if (byte_at(r, r->at) != '[' || byte_at(r, r->at + 1) != ':')
		return false;
	size_t end = tms_str_find(r->text, TMS_STR(":]"), r->at + 2);
	if (end == SIZE_MAX) /* "[([:]": three characters */
		return false;
	bool is_negated = byte_at(r, r->at + 2) == '^';
	regex_class_add_posix(set, tms_str_slice(r->text, r->at + 2 + is_negated, end), is_negated);
	r->at = end + 2;
	return true;
}

/* What stands in brackets, the cursor behind the opening one. */
static void read_brackets(struct rewriter *r, struct regex_class *set, bool *depends)
{
	set->is_negated = byte_at(r, r->at) == '^';
	r->at += set->is_negated;
	for (bool is_first = true; r->at < r->text.len; is_first = false) {
		if (byte_at(r, r->at) == ']' && !is_first)
			break;
		if (read_posix(r, set) || read_set(r, set, depends))
			continue;
		int32_t first = read_char(r), last = first;
		if (byte_at(r, r->at) == '-' && byte_at(r, r->at + 1) != ']') {
			r->at++;
			last = read_char(r);
		}
		regex_class_add_range(set, first, last);
	}
	r->at++;
}

/* A set at the cursor, in brackets or not. */
static bool rewrite_set(struct rewriter *r)
{
	struct regex_class set = { 0 };
	size_t from = r->at;
	bool depends = false, is_set = true;

	if (byte_at(r, r->at) == '[') {
		r->at++;
		read_brackets(r, &set, &depends);
	} else {
		is_set = read_set(r, &set, &depends);
	}
	if (is_set) {
		regex_class_write(&set, &r->out->units);
		if (depends)
			tms_buf_add_char(&r->out->loose, '.');
		else
			tms_buf_add(&r->out->loose, tms_str_slice(r->text, from, r->at));
		r->out->is_needed |= depends;
	}
	regex_class_free(&set);
	return is_set;
}

/* One character's unit, as one for what may stand behind it: "+", "{2}". */
static void add_whole_unit(struct rewriter *r, int32_t c)
{
	tms_buf_add_cstr(&r->out->units, "(?:");
	regex_add_unit(&r->out->units, c);
	tms_buf_add_char(&r->out->units, ')');
}

static void rewrite_char(struct rewriter *r)
{
	size_t from = r->at;
	int32_t c = read_char(r);

	if (c >= 0x80 || c == '_')
		add_whole_unit(r, c);
	else
		tms_buf_add(&r->out->units, tms_str_slice(r->text, from, r->at));
	tms_buf_add(&r->out->loose, tms_str_slice(r->text, from, r->at));
}

/* "\Q…\E": the cursor is on it. */
static void rewrite_quoted(struct rewriter *r)
{
	size_t end = tms_str_find(r->text, TMS_STR("\\E"), r->at);
	size_t stop = end == SIZE_MAX ? r->text.len : end;

	tms_buf_add(&r->out->loose, tms_str_slice(r->text, r->at, stop + 2));
	for (r->at += 2; r->at < stop;) {
		int32_t c = (int32_t)tms_utf8_next(r->text, &r->at);
		if (c >= 0x80 || c == '_')
			add_whole_unit(r, c);
		else
			tms_buf_format(&r->out->units, "\\x%02x", (unsigned)c);
	}
	r->at = end == SIZE_MAX ? stop : stop + 2;
}

/* "(", and what says what kind of group it is. */
static void rewrite_group(struct rewriter *r)
{
	size_t end = r->at + 1;
	bool is_off = false;

	if (byte_at(r, end) == '?') {
		end++;
		if (byte_at(r, end) == 'P') {
			end = tms_str_find_byte(r->text, '>', end);
			end = end == SIZE_MAX ? r->text.len : end + 1;
		}
		while (tms_is_alpha(byte_at(r, end)) || byte_at(r, end) == '-') {
			is_off |= r->text.ptr[end] == '-';
			if (is_off && r->text.ptr[end] == 's')
				r->fault = "(?-s)";
			end++;
		}
	}
	copy(r, end);
}

static void rewrite_escape(struct rewriter *r)
{
	char name = byte_at(r, r->at + 1);

	if (name == 'Q') {
		rewrite_quoted(r);
	} else if (name == 'C') {
		r->fault = "\\C";
		r->at += 2;
	} else if (name == 'b' || name == 'B') {
		tms_buf_add(&r->out->units, tms_str_slice(r->text, r->at, r->at + 2));
		tms_buf_add_cstr(&r->out->loose, "(?:)");
		r->out->is_needed = true;
		r->at += 2;
	} else if (name == 'A' || name == 'z') {
		copy(r, r->at + 2);
	} else if (!rewrite_set(r)) {
		rewrite_char(r);
	}
}

enum tms_status regex_unicode_make(
	struct tms_str pattern, struct regex_unicode *out, struct tms_diag *why)
{
	struct rewriter r = { .text = pattern, .out = out };

	*out = (struct regex_unicode){ 0 };
	tms_buf_add_cstr(&out->units, ANY_UNIT "*?(");
	while (r.at < pattern.len) {
		char byte = pattern.ptr[r.at];
		if (byte == '\\') {
			rewrite_escape(&r);
		} else if (byte == '[') {
			(void)rewrite_set(&r);
		} else if (byte == '(') {
			rewrite_group(&r);
		} else if (byte == '.') {
			tms_buf_add_cstr(&out->units, ANY_UNIT);
			tms_buf_add_char(&out->loose, '.');
			r.at++;
		} else if (strchr(")|*+?{}^$", byte) && byte != '\0') {
			copy(&r, r.at + 1);
		} else {
			rewrite_char(&r);
		}
	}
	tms_buf_add_char(&out->units, ')');
	if (out->units.status != TMS_OK || out->loose.status != TMS_OK)
		return TMS_ENOMEM;
	if (!out->is_needed || !r.fault)
		return TMS_OK;
	tms_diag_set(why, 0, 0,
		"this regular expression has %s beside \\b, \\w or \\d, which know all of Unicode and "
		"cannot be read together with it; leave one of them out",
		r.fault);
	return TMS_EINVAL;
}

void regex_unicode_free(struct regex_unicode *unicode)
{
	tms_buf_free(&unicode->units);
	tms_buf_free(&unicode->loose);
}
