/* The cursor of the parser: what stands at it, past it, and the first error with its place. */
#include "parse_private.h"

#include <stdarg.h>

#include <tamis/fold.h>

#include "text/regex.h"

#define FOUND_BYTES_MAX 40

int32_t query_peek_wide(const struct query_parser *p, size_t at, size_t *next)
{
	*next = at;
	return tms_fold_punctuation((int32_t)tms_utf8_next(p->text, next));
}

bool query_is_long_sign(int32_t c)
{
	return c == 0x2014 || c == 0x2015 || c == 0xFE58 || c == 0xAC;
}

bool query_excludes(struct tms_str text, size_t *behind)
{
	size_t at = 0, next;

	if (text.len == 0)
		return false;
	int32_t c = (int32_t)tms_utf8_next(text, &at);
	int32_t sign = tms_fold_punctuation(c);
	if (sign != '-' && sign != '!') {
		if (!query_is_long_sign(c) || at >= text.len)
			return false;
		next = at;
		c = (int32_t)tms_utf8_next(text, &next);
		sign = tms_fold_punctuation(c);
		if (query_is_long_sign(c) || (sign < 0x80 && !tms_is_alnum((char)sign) &&
						     !memchr("\"'(=~/#$", (char)sign, 8)))
			return false;
	}
	*behind = at;
	return true;
}

/* Behind the word that begins at `at`, or the one character that is none. */
static size_t word_end(const struct query_parser *p, size_t at)
{
	size_t end = at, next;
	int32_t c = query_peek_at(p, at, &next);

	if (query_is_delimiter(c))
		return next;
	do {
		end = next;
		c = query_peek_at(p, end, &next);
	} while (!query_is_delimiter(c));
	return end;
}

struct tms_str query_found(const struct query_parser *p, size_t at)
{
	size_t end = at, next;
	int32_t c = query_peek_at(p, at, &next);

	if (c < 0)
		return TMS_STR("the end of the query");
	if (c == ' ')
		return TMS_STR("a space");
	do {
		end = next;
		c = query_peek_at(p, end, &next);
	} while (c >= 0 && c != ' ' && c != '(' && c != ')' && c != '"' &&
		 end - at < FOUND_BYTES_MAX);
	return tms_arena_format(
		p->arena, "\"%.*s\"", TMS_STR_ARGS(tms_str_slice(p->text, at, end)));
}

static void *fail(struct query_parser *p, enum tms_status st, size_t at, const char *format,
	va_list args) TMS_PRINTF(4, 0);

static void *fail(
	struct query_parser *p, enum tms_status st, size_t at, const char *format, va_list args)
{
	uint32_t line, column;

	if (p->status != TMS_OK)
		return NULL;
	p->status = st;
	tms_diag_locate(p->text, at, &line, &column);
	if (p->advice) {
		va_list again;
		va_copy(again, args);
		p->note = advice_vadd(p->advice, p->text, at, word_end(p, at), true, format, again);
		va_end(again);
	}
	tms_diag_vset(p->diag, line, column, format, args);
	return NULL;
}

void *query_fail(struct query_parser *p, size_t at, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)fail(p, TMS_EINVAL, at, format, args);
	va_end(args);
	return NULL;
}

void *query_fail_limit(struct query_parser *p, size_t at, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)fail(p, TMS_ELIMIT, at, format, args);
	va_end(args);
	return NULL;
}

void *query_fail_memory(struct query_parser *p)
{
	if (p->status == TMS_OK) {
		p->status = TMS_ENOMEM;
		tms_diag_set(p->diag, 0, 0, "there is no memory left to read this query");
	}
	return NULL;
}

void query_note(struct query_parser *p, size_t start, size_t end, const char *format, ...)
{
	va_list args;

	p->note = NULL;
	if (!p->advice || p->is_again)
		return;
	if (p->advice->count >= TMS_ADVICE_NOTES_MAX - 1) { /* the last place is an error's */
		p->advice->left_out++;
		return;
	}
	va_start(args, format);
	p->note = advice_vadd(p->advice, p->text, start, end, false, format, args);
	va_end(args);
}

void query_cure(struct query_parser *p, struct tms_str label, size_t start, size_t end,
	struct tms_str instead)
{
	struct tms_buf whole = { 0 };

	if (!p->advice || !p->note)
		return;
	if (instead.len == 0 && start > 0 && p->text.ptr[start - 1] == ' ')
		while (end < p->text.len && p->text.ptr[end] == ' ')
			end++;
	tms_buf_add(&whole, tms_str_slice(p->text, 0, start));
	tms_buf_add(&whole, instead);
	tms_buf_add(&whole, tms_str_slice(p->text, end, p->text.len));
	if (whole.status == TMS_OK)
		tms_advice_cure(p->advice, p->note, label, tms_str_trim(tms_buf_str(&whole)));
	else
		p->advice->status = TMS_ENOMEM;
	tms_buf_free(&whole);
}

void query_cure_with(struct query_parser *p, struct tms_str label, size_t start, size_t end,
	struct tms_buf *instead)
{
	if (instead->status == TMS_OK)
		query_cure(p, label, start, end, tms_buf_str(instead));
	else if (p->advice)
		p->advice->status = TMS_ENOMEM;
	tms_buf_free(instead);
}

/* Does it find every text? What is none does not. */
static bool finds_everything(const struct query_parser *p, struct tms_str pattern)
{
	struct regex *regex = NULL;

	if (regex_compile_unicode(pattern, true, p->limits.regex_size, &regex, NULL) != TMS_OK)
		return false;
	bool is_everything = regex_matches(regex, TMS_STR_NONE);
	regex_free(regex);
	return is_everything;
}

void query_cure_as_regex(struct query_parser *p, size_t start, size_t end)
{
	struct tms_str text = tms_str_slice(p->text, start, end);
	size_t stem = 0, at;

	while (stem < text.len && tms_is_alnum(text.ptr[stem]))
		stem++;
	for (at = stem; at < text.len && (text.ptr[at] == '*' || text.ptr[at] == '?');)
		at++;
	if (stem > 0 && at == text.len) /* "agent*?" */
		query_cure(p, TMS_STR("the prefix"), start, end,
			tms_arena_format(p->arena, stem < QUERY_PREFIX_MIN ? "/\\b%.*s/" : "%.*s*",
				TMS_STR_ARGS(tms_str_slice(text, 0, stem))));
	else if (!finds_everything(p, text))
		query_cure(p, TMS_STR("a regular expression"), start, end,
			tms_arena_format(p->arena, "/%.*s/", TMS_STR_ARGS(text)));
}
