/*
 * TeX read as what it prints, from left to right, in one pass. What is read is a text that may have
 * TeX in it, not a document: whether "$" is money or opens a formula, "\'" an accent or an escaped
 * quote, is told by what stands around it.
 *
 * A formula goes from a "$" with something directly behind it to the next one with something
 * directly before it and no digit behind it (so pandoc reads them), when there is a sign of TeX or
 * no space between: "$5 and $10" is none. In a formula "_" and "^" print nothing, so scripts join
 * what they stand at; braces print nothing anywhere. An accent waits for its letter. Outside of one
 * the scripts of Greek letters do so alone: tex_script.h.
 */
#include "tex.h"

#include <tamis/utf8.h>

#include "tex_name.h"

#define NOWHERE SIZE_MAX
#define MARKS_MAX 3 /* on one letter; Vietnamese has two */

struct tex_reader {
	struct tms_arena *arena;
	struct tms_str text;
	size_t at;
	char *plain; /* as long as the text: nothing prints more than it is written with */
	size_t len;
	struct tms_words_piece *pieces;
	size_t count, capacity;
	size_t formula_end; /* where the sign stands that ends the formula; NOWHERE: not in one */
	size_t sign_len;    /* of that sign */
	bool has_braces;    /* some brace or formula: surely TeX, not a path */
	bool behind_greek;  /* directly: a script joins there without a formula, too */
	bool without[2];    /* no "\)", no "\]" is left */
	int32_t marks[MARKS_MAX];
	size_t marks_count, marks_from;
};

static bool in_formula(const struct tex_reader *r)
{
	return r->formula_end != NOWHERE;
}

static char byte_at(const struct tex_reader *r, size_t at)
{
	return at < r->text.len ? r->text.ptr[at] : '\0';
}

/* The piece that begins here, or NULL when there is no memory. */
static struct tms_words_piece *add_piece(struct tex_reader *r, size_t from, size_t end)
{
	if (!tms_arena_grow(r->arena, &r->pieces, r->count, &r->capacity, sizeof(*r->pieces)))
		return NULL;
	struct tms_words_piece *piece = &r->pieces[r->count++];
	*piece = (struct tms_words_piece){ (uint32_t)r->len, (uint32_t)from, (uint32_t)end, false };
	return piece;
}

static void append(struct tex_reader *r, struct tms_str s)
{
	if (s.len > 0)
		memcpy(r->plain + r->len, s.ptr, s.len);
	r->len += s.len;
}

static void append_marks(struct tex_reader *r)
{
	for (size_t i = 0; i < r->marks_count; i++) { /* U+0300 to U+036F: two bytes each */
		const char mark[] = { (char)(0xC0 | r->marks[i] >> 6),
			(char)(0x80 | (r->marks[i] & 0x3F)) };
		append(r, (struct tms_str){ mark, sizeof(mark) });
	}
	r->marks_count = 0;
}

/* Print something else than the bytes [from, end), with the marks that wait when it is a letter. */
static void print(struct tex_reader *r, struct tms_str s, size_t from, size_t end)
{
	if (!add_piece(r, r->marks_count > 0 ? r->marks_from : from, end))
		return;
	append(r, s);
	append_marks(r);
}

static void divide(struct tex_reader *r, size_t from)
{
	r->marks_count = 0;
	print(r, TMS_STR(" "), from, r->at);
}

/* Print the bytes up to `end` as they stand. */
static void copy(struct tex_reader *r, size_t end)
{
	struct tms_words_piece *last = r->count > 0 ? &r->pieces[r->count - 1] : NULL;

	if (r->marks_count > 0 && r->at < end) { /* they are for the first letter alone */
		size_t from = r->at;
		(void)tms_utf8_next(r->text, &r->at);
		if (!tms_is_alpha(r->text.ptr[from]))
			r->marks_count = 0;
		print(r, tms_str_slice(r->text, from, r->at), from, r->at);
		last = NULL;
	}
	if (r->at >= end)
		return;
	if (!last || !last->is_same || last->source_end != r->at) {
		last = add_piece(r, r->at, end);
		if (!last)
			return;
		last->is_same = true;
	}
	append(r, tms_str_slice(r->text, r->at, end));
	last->source_end = (uint32_t)end;
	r->at = end;
}

/* ---- formulas ---- */

/* Is what stands between these two signs, from `from` to `end`, a formula? */
static bool is_formula(const struct tex_reader *r, size_t from, size_t end, size_t sign_len)
{
	struct tms_str body = tms_str_slice(r->text, from, end);

	if (body.len == 0 || (sign_len == 1 && (tms_is_space(body.ptr[0]) ||
						       tms_is_space(body.ptr[body.len - 1]) ||
						       tms_is_digit(byte_at(r, end + 1)))))
		return false;
	for (size_t i = 0; i < body.len; i++)
		if (memchr("\\_^", body.ptr[i], 3))
			return true;
	return !memchr(body.ptr, ' ', body.len) && !memchr(body.ptr, '\n', body.len);
}

/* Is the sign at `at` escaped? "\\" is a sign of its own, and escapes nothing behind it. */
static bool is_escaped(const struct tex_reader *r, size_t at)
{
	size_t first = at;

	while (first > 0 && r->text.ptr[first - 1] == '\\')
		first--;
	return (at - first) % 2 != 0;
}

/* The next "$" from `from` on that is not escaped: the next one that read_dollar comes to, so that
 * no part of a text is looked through for each of them. */
static size_t next_dollar(const struct tex_reader *r, size_t from)
{
	size_t at = tms_str_find_byte(r->text, '$', from);

	while (at != SIZE_MAX && is_escaped(r, at))
		at = tms_str_find_byte(r->text, '$', at + 1);
	return at;
}

static void read_dollar(struct tex_reader *r)
{
	if (r->at == r->formula_end) {
		r->at += r->sign_len;
		r->formula_end = NOWHERE;
		r->marks_count = 0;
		return;
	}
	size_t sign_len = byte_at(r, r->at + 1) == '$' ? 2 : 1;
	size_t from = r->at + sign_len, end = next_dollar(r, from);
	bool is_whole = end != SIZE_MAX && (sign_len == 1 || byte_at(r, end + 1) == '$');
	if (in_formula(r) || !is_whole || !is_formula(r, from, end, sign_len)) {
		copy(r, from);
		return;
	}
	r->at = from;
	r->formula_end = end;
	r->sign_len = sign_len;
	r->has_braces = true;
}

/* "\(" and "\[", when what closes them is there. */
static bool open_formula(struct tex_reader *r, char sign)
{
	struct tms_str closing = sign == '(' ? TMS_STR("\\)") : TMS_STR("\\]");

	bool *without = &r->without[sign == '['];
	if (in_formula(r) || *without)
		return false;
	size_t end = tms_str_find(r->text, closing, r->at + 2);
	*without = end == SIZE_MAX;
	if (*without)
		return false;
	r->at += 2;
	r->formula_end = end;
	r->sign_len = 2;
	r->has_braces = true;
	return true;
}

/* ---- commands ---- */

static void skip_spaces(struct tex_reader *r)
{
	while (tms_is_space(byte_at(r, r->at)))
		r->at++;
}

/* Past what stands in brackets or braces at the cursor, when it is closed and short. */
static void skip_argument(struct tex_reader *r, char open, char close)
{
	size_t depth = 0;

	if (byte_at(r, r->at) != open)
		return;
	for (size_t at = r->at; at < r->text.len && at < r->at + 1000; at++) {
		if (r->text.ptr[at] == open)
			depth++;
		else if (r->text.ptr[at] == close && --depth == 0) {
			r->at = at + 1;
			return;
		}
	}
}

/* Does a letter, or what prints one, stand where an accent looks for it? */
static bool takes_accent(const struct tex_reader *r, size_t at)
{
	while (byte_at(r, at) == '{')
		at++;
	if (tms_is_alpha(byte_at(r, at)))
		return true;
	if (byte_at(r, at) != '\\')
		return false;
	return tms_is_alpha(byte_at(r, at + 1)) || tex_accent_of(byte_at(r, at + 1)) != 0;
}

static void add_mark(struct tex_reader *r, int32_t mark, size_t from)
{
	if (r->marks_count == 0)
		r->marks_from = from;
	if (r->marks_count < MARKS_MAX) /* the inner one stands nearer to the letter */
		r->marks[r->marks_count++] = mark;
}

/* "don\'t", "it\'s": a quote that was escaped for some other language. */
static bool is_apostrophe(const struct tex_reader *r, size_t at)
{
	static const char *const behind[] = { "s", "t", "d", "m", "re", "ve", "ll" };
	size_t end = at;

	if (at < 3 || !tms_is_alpha(r->text.ptr[at - 3]))
		return false;
	while (tms_is_alpha(byte_at(r, end)))
		end++;
	for (size_t i = 0; i < TMS_COUNT(behind); i++)
		if (tms_str_is(tms_str_slice(r->text, at, end), behind[i]))
			return true;
	return false;
}

/* "\ss{}": braces that only end the name. */
static void skip_nothing(struct tex_reader *r)
{
	if (byte_at(r, r->at) == '{' && byte_at(r, r->at + 1) == '}')
		r->at += 2;
}

static void print_letter(struct tex_reader *r, struct tms_str printed, size_t from)
{
	/* an accent takes the place of a dot */
	if (r->marks_count > 0 && tms_str_equal(printed, TMS_STR("ı")))
		printed = TMS_STR("i");
	else if (r->marks_count > 0 && tms_str_equal(printed, TMS_STR("ȷ")))
		printed = TMS_STR("j");
	print(r, printed, from, r->at);
	skip_spaces(r);
	skip_nothing(r);
}

/* "\pi _0": a space behind a command prints nothing, but a letter behind it is another one's. */
static void print_greek(struct tex_reader *r, struct tms_str printed, size_t from)
{
	print(r, printed, from, r->at);
	size_t end = r->at;
	skip_spaces(r);
	if (!memchr("_^}$", byte_at(r, r->at), 4))
		r->at = end;
	skip_nothing(r);
	r->behind_greek = true;
}

/* An unknown name where nothing else is TeX: "and\or", "C:\data\list" are words. */
static bool is_no_command(const struct tex_reader *r, size_t from)
{
	char before = from > 0 ? r->text.ptr[from - 1] : '\0';

	return !r->has_braces && !in_formula(r) && (tms_is_alnum(before) || before == ':');
}

static void read_accent(struct tex_reader *r, int32_t mark, size_t from)
{
	size_t behind = r->at;

	skip_spaces(r);
	if (in_formula(r) || !takes_accent(r, r->at)) {
		r->at = behind;
		divide(r, from);
	} else {
		add_mark(r, mark, from);
	}
}

static void read_named(struct tex_reader *r)
{
	size_t from = r->at++;

	while (tms_is_alpha(byte_at(r, r->at)))
		r->at++;
	struct tex_command command = tex_command_find(tms_str_slice(r->text, from + 1, r->at));
	switch (command.kind) {
	case TEX_LETTER:
		print_letter(r, command.printed, from);
		return;
	case TEX_GREEK:
		print_greek(r, command.printed, from);
		return;
	case TEX_ACCENT:
		read_accent(r, command.mark, from);
		return;
	case TEX_HOLDER:
		skip_spaces(r);
		if (byte_at(r, r->at) != '{')
			divide(r, from);
		return;
	case TEX_STYLE:
		skip_spaces(r);
		return;
	case TEX_SILENT:
		skip_argument(r, '[', ']');
		skip_argument(r, '{', '}');
		break;
	case TEX_UNKNOWN:
		if (is_no_command(r, from))
			r->at = from + 1;
		break;
	case TEX_SIGN:
		break;
	}
	divide(r, from);
}

/* A backslash and one sign. */
static void read_sign(struct tex_reader *r)
{
	char sign = byte_at(r, r->at + 1);
	size_t from = r->at;
	int32_t mark = in_formula(r) ? 0 : tex_accent_of(sign);

	if (mark != 0 && takes_accent(r, from + 2) &&
		!(sign == '\'' && is_apostrophe(r, from + 2))) {
		r->at += 2;
		add_mark(r, mark, from);
	} else if (from == r->formula_end) { /* "\)" */
		r->at += 2;
		r->formula_end = NOWHERE;
	} else if ((sign == '(' || sign == '[') && open_formula(r, sign)) {
		r->marks_count = 0;
	} else if (sign != '\0' && memchr("-/!", sign, 3)) {
		r->at += 2; /* a place to break a word, no space or a little less */
	} else if (sign != '\0' && memchr("%&#_${}\"'`", sign, 10)) {
		r->at++;
		copy(r, r->at + 1);
	} else {
		r->at += sign == '\0' || (unsigned char)sign >= 0x80 ? 1 : 2;
		divide(r, from);
	}
}

static void read_brace(struct tex_reader *r)
{
	size_t from = r->at;
	char behind = byte_at(r, from + 1);

	if (!r->has_braces) {
		copy(r, from + 1);
		return;
	}
	r->at++;
	if (r->text.ptr[from] == '{')
		return;
	r->marks_count = 0;
	if (behind == '{' && (in_formula(r) || byte_at(r, from + 2) != '\\'))
		divide(r, from); /* two arguments: \frac{a}{b} */
}

/* "π_0", "μ_{0.5}" without a formula: the braces go with the sign, whatever others mean here. */
static void read_bare_script(struct tex_reader *r)
{
	struct tms_str held = tex_script_of(r->text, r->at);

	if (held.len == 0) {
		copy(r, r->at + 1);
		return;
	}
	bool in_braces = byte_at(r, r->at + 1) == '{';
	r->at += in_braces ? 2 : 1;
	copy(r, r->at + held.len);
	r->at += in_braces ? 1 : 0;
}

static void read_script(struct tex_reader *r, bool behind_greek)
{
	if (!in_formula(r) && !behind_greek) {
		read_bare_script(r);
		return;
	}
	r->at++;
	skip_spaces(r);
}

static bool is_special(char byte)
{
	return byte == '\\' || byte == '$' || byte == '{' || byte == '}' || byte == '_' ||
	       byte == '^';
}

static void read_next(struct tex_reader *r)
{
	bool behind_greek = r->behind_greek;
	size_t end = r->at;

	r->behind_greek = false;
	if (in_formula(r) &&
		r->at > r->formula_end) /* an argument that was passed over had its end */
		r->formula_end = NOWHERE;
	switch (r->text.ptr[r->at]) {
	case '\\':
		if (tms_is_alpha(byte_at(r, r->at + 1)))
			read_named(r);
		else
			read_sign(r);
		return;
	case '$':
		read_dollar(r);
		return;
	case '{':
	case '}':
		read_brace(r);
		return;
	case '_':
	case '^':
		read_script(r, behind_greek);
		return;
	default:
		while (end < r->text.len && !is_special(r->text.ptr[end]))
			end++;
		copy(r, end);
	}
}

/* Braces belong to TeX where a command stands somewhere. */
static bool has_command_and_braces(struct tms_str s)
{
	if (!memchr(s.ptr, '{', s.len))
		return false;
	for (size_t at = tms_str_find_byte(s, '\\', 0); at != SIZE_MAX;
		at = tms_str_find_byte(s, '\\', at + 1))
		if (at + 1 < s.len && (tms_is_alpha(s.ptr[at + 1]) || tex_accent_of(s.ptr[at + 1])))
			return true;
	return false;
}

enum tms_status tex_read(struct tms_arena *arena, struct tms_str text, struct tex_plain *out)
{
	struct tex_reader r = { .arena = arena, .text = text, .formula_end = NOWHERE };

	if (text.len == 0) {
		*out = (struct tex_plain){ 0 };
		return TMS_OK;
	}
	r.plain = tms_arena_alloc(arena, text.len);
	if (!r.plain)
		return arena->status;
	r.has_braces = has_command_and_braces(text);
	while (r.at < text.len && arena->status == TMS_OK)
		read_next(&r);
	if (arena->status == TMS_OK)
		*out = (struct tex_plain){ { r.plain, r.len }, r.pieces, r.count };
	return arena->status;
}
