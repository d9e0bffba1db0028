/* Sets of characters written over units. RE2 has no intersection of sets, so what is in ASCII, where
 * "_" opens a unit, is worked out here, and what is beyond is kept apart. */
#include "regex_class.h"

#include <utf8proc.h>

#include <tamis/utf8.h>

#define UNDERSCORE "_001_"

/* How much of a part is in a set: what is listed, or all but that. */
enum reach { REACH_NONE, REACH_LISTED, REACH_OTHERS, REACH_ALL };

enum regex_part regex_part_of(int32_t c)
{
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_ND:
		return PART_DIGIT;
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
	case UTF8PROC_CATEGORY_PC:
		return PART_WORD;
	default:
		return PART_OTHER;
	}
}

void regex_add_unit(struct tms_buf *out, int32_t c)
{
	enum regex_part part = c < 0x80 ? PART_OTHER : regex_part_of(c);

	if (c == '_') {
		tms_buf_add_cstr(out, UNDERSCORE);
		return;
	}
	if (part != PART_OTHER)
		tms_buf_add_cstr(out, part == PART_DIGIT ? "_0" : "_");
	tms_utf8_write(out, (uint32_t)c);
	if (part != PART_OTHER)
		tms_buf_add_char(out, '_');
}

void regex_class_free(struct regex_class *set)
{
	tms_buf_free(&set->ranges);
	tms_buf_free(&set->classes);
}

static void add_ascii(struct regex_class *set, int32_t c)
{
	set->ascii[c / 64] |= UINT64_C(1) << c % 64;
}

static bool has_ascii(const struct regex_class *set, int32_t c)
{
	return (set->ascii[c / 64] >> c % 64 & 1) != set->is_negated;
}

static void add_all(struct regex_class *set)
{
	for (size_t i = 0; i < REGEX_PARTS; i++)
		set->all[i] = true;
}

void regex_class_add_range(struct regex_class *set, int32_t first, int32_t last)
{
	for (int32_t c = first; c <= last && c < 0x80; c++)
		add_ascii(set, c);
	for (size_t i = 0; last >= 0x80 && i < REGEX_PARTS; i++)
		set->listed[i] = true;
	if (last >= 0x80)
		tms_buf_format(&set->ranges, "\\x{%x}-\\x{%x}",
			(unsigned)(first < 0x80 ? 0x80 : first), (unsigned)last);
}

static bool is_space(int32_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r' && c != '\v');
}

static bool is_in(int32_t c, char name)
{
	switch (tms_lower(name)) {
	case 'd':
		return tms_is_digit((char)c);
	case 'w':
		return tms_is_alnum((char)c) || c == '_';
	default:
		return is_space(c);
	}
}

void regex_class_add_escape(struct regex_class *set, char name)
{
	bool is_outside = name >= 'A' && name <= 'Z';
	char kind = tms_lower(name);

	for (int32_t c = 0; c < 0x80; c++)
		if (is_in(c, name) != is_outside)
			add_ascii(set, c);
	set->all[PART_DIGIT] |= (kind == 'w' || kind == 'd') != is_outside;
	set->all[PART_WORD] |= (kind == 'w') != is_outside;
	set->all[PART_OTHER] |= is_outside;
}

static bool has_property(int32_t c, struct tms_str name)
{
	struct tms_str category = tms_str_from(utf8proc_category_string(c));

	if (tms_str_equal(name, TMS_STR("Any")))
		return true;
	if (tms_str_equal(name, TMS_STR("Latin")))
		return tms_is_alpha((char)c);
	if (tms_str_equal(name, TMS_STR("Common")))
		return !tms_is_alpha((char)c);
	return name.len <= 2 && tms_str_starts(category, name);
}

/* How much of a part has a property: none of it, all of it, or what has to be listed. */
static enum reach reach_of_property(struct tms_str name, enum regex_part part)
{
	static const char of_part[REGEX_PARTS][6] = { "LMNP", "N", "PSZC" };

	if (name.len > 2) /* scripts */
		return REACH_LISTED;
	if (name.len == 0 || !strchr(of_part[part], name.ptr[0]))
		return REACH_NONE;
	if (part == PART_WORD)
		return tms_str_equal(name, TMS_STR("Nd")) ? REACH_NONE : REACH_LISTED;
	if (part == PART_DIGIT)
		return name.len == 1 || name.ptr[1] == 'd' ? REACH_ALL : REACH_NONE;
	return REACH_LISTED;
}

void regex_class_add_property(struct regex_class *set, struct tms_str name, bool is_negated)
{
	for (int32_t c = 0; c < 0x80; c++)
		if (has_property(c, name) != is_negated)
			add_ascii(set, c);
	for (size_t i = 0; i < REGEX_PARTS; i++) {
		enum reach reach = reach_of_property(name, (enum regex_part)i);
		set->listed[i] |= reach == REACH_LISTED;
		set->all[i] |= reach == (is_negated ? REACH_NONE : REACH_ALL);
	}
	tms_buf_format(&set->classes, "\\%c{%.*s}\n", is_negated ? 'P' : 'p', TMS_STR_ARGS(name));
}

static bool is_posix(int32_t c, struct tms_str name)
{
	bool is_graph = c > ' ' && c < 0x7F, is_alnum = tms_is_alnum((char)c);

	switch (name.len > 1 ? name.ptr[0] : 0) {
	case 'a':
		return tms_str_is(name, "alnum")   ? is_alnum
		       : tms_str_is(name, "alpha") ? tms_is_alpha((char)c)
						   : true; /* ascii */
	case 'b':
		return c == ' ' || c == '\t';
	case 'c':
		return c < ' ' || c == 0x7F;
	case 'd':
		return tms_is_digit((char)c);
	case 'g':
		return is_graph;
	case 'l':
		return c >= 'a' && c <= 'z';
	case 'p':
		return tms_str_is(name, "print") ? is_graph || c == ' ' : is_graph && !is_alnum;
	case 's':
		return is_space(c) || c == '\v';
	case 'u':
		return c >= 'A' && c <= 'Z';
	case 'w':
		return is_alnum || c == '_';
	default: /* xdigit */
		return tms_hex_value((char)c) >= 0;
	}
}

void regex_class_add_posix(struct regex_class *set, struct tms_str name, bool is_negated)
{
	for (int32_t c = 0; c < 0x80; c++)
		if (is_posix(c, name) != is_negated)
			add_ascii(set, c);
	if (is_negated)
		add_all(set);
}

/* ---- written ---- */

/* How much of a part is in the set. */
static enum reach reach_of(const struct regex_class *set, enum regex_part part)
{
	if (set->all[part])
		return set->is_negated ? REACH_NONE : REACH_ALL;
	if (!set->listed[part])
		return set->is_negated ? REACH_ALL : REACH_NONE;
	return set->is_negated ? REACH_OTHERS : REACH_LISTED;
}

static void add_list(const struct regex_class *set, struct tms_buf *out)
{
	struct tms_str rest = tms_buf_str(&set->classes), one;

	tms_buf_add(out, tms_buf_str(&set->ranges));
	while (tms_str_split(&rest, '\n', &one))
		tms_buf_add(out, one);
}

/* The next of several alternatives. */
static void begin(struct tms_buf *out, size_t *count)
{
	tms_buf_add_cstr(out, (*count)++ == 0 ? "(?:" : "|");
}

static void write_ascii(const struct regex_class *set, struct tms_buf *out, size_t *count)
{
	bool any = false;

	for (int32_t c = 0; c < 0x80; c++) {
		int32_t first = c;
		if (c == '_' || !has_ascii(set, c))
			continue;
		while (c + 1 < 0x80 && c + 1 != '_' && has_ascii(set, c + 1))
			c++;
		if (!any)
			begin(out, count);
		tms_buf_format(
			out, "%s\\x%02x-\\x%02x", any ? "" : "[", (unsigned)first, (unsigned)c);
		any = true;
	}
	if (any)
		tms_buf_add_char(out, ']');
	if (!has_ascii(set, '_'))
		return;
	begin(out, count);
	tms_buf_add_cstr(out, UNDERSCORE);
}

/* Units of more than a character, but for the underscore's, whose second zero no list can take. */
static void write_wrapped(
	const struct regex_class *set, enum reach reach, const char *opening, struct tms_buf *out)
{
	tms_buf_add_cstr(out, opening);
	tms_buf_add_char(out, '[');
	if (reach != REACH_LISTED)
		tms_buf_add_cstr(out, "^_0");
	if (reach != REACH_ALL)
		add_list(set, out);
	tms_buf_add_cstr(out, "]_");
}

/* Characters as they are, none of ASCII: of a property those that are neither without it nor
 * there. */
static void write_bare(
	const struct regex_class *set, enum reach reach, struct tms_buf *out, size_t *count)
{
	struct tms_str rest = tms_buf_str(&set->classes), one;

	if (reach == REACH_NONE)
		return;
	if (reach != REACH_LISTED) {
		begin(out, count);
		tms_buf_add_cstr(out, "[^\\x00-\\x7f");
		if (reach == REACH_OTHERS)
			add_list(set, out);
		tms_buf_add_char(out, ']');
		return;
	}
	if (set->ranges.len > 0) {
		begin(out, count);
		tms_buf_format(out, "[%.*s]", TMS_STR_ARGS(tms_buf_str(&set->ranges)));
	}
	while (tms_str_split(&rest, '\n', &one)) {
		if (one.len < 2)
			continue;
		begin(out, count);
		tms_buf_format(out, "[^\\x00-\\x7f\\%c%.*s]", one.ptr[1] == 'p' ? 'P' : 'p',
			(int)one.len - 2, one.ptr + 2);
	}
}

void regex_class_write(struct regex_class *set, struct tms_buf *out)
{
	enum reach word = reach_of(set, PART_WORD), digit = reach_of(set, PART_DIGIT);
	size_t count = 0;

	write_ascii(set, out, &count);
	if (word != REACH_NONE) {
		begin(out, &count);
		write_wrapped(set, word, word == digit ? "_0?" : "_", out);
	}
	if (digit != REACH_NONE && word != digit) {
		begin(out, &count);
		write_wrapped(set, digit, "_0", out);
	}
	write_bare(set, reach_of(set, PART_OTHER), out, &count);
	tms_buf_add_cstr(out, count > 0 ? ")" : "[^\\x00-\\x{10ffff}]");
	if (out->status == TMS_OK && set->ranges.status != TMS_OK)
		out->status = set->ranges.status;
	if (out->status == TMS_OK && set->classes.status != TMS_OK)
		out->status = set->classes.status;
}
