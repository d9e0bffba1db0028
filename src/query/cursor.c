/* The cursor of the parser: what stands at it, past it, and the first error with its place. */
#include "parse_private.h"

#include <stdarg.h>

#include <tamis/fold.h>

#define FOUND_BYTES_MAX 40

int32_t query_peek_at(const struct query_parser *p, size_t at, size_t *next)
{
	*next = at;
	if (at >= p->text.len)
		return -1;
	int32_t c = tms_fold_punctuation(tms_utf8_next(p->text, next));
	return (c >= 0 && c < 0x20) || c == 0x7F ? ' ' : c;
}

int32_t query_peek(const struct query_parser *p)
{
	size_t next;

	return query_peek_at(p, p->at, &next);
}

void query_skip(struct query_parser *p)
{
	(void)query_peek_at(p, p->at, &p->at);
}

void query_skip_spaces(struct query_parser *p)
{
	while (query_peek(p) == ' ')
		query_skip(p);
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
		&p->query->arena, "\"%.*s\"", TMS_STR_ARGS(tms_str_slice(p->text, at, end)));
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

bool query_is_operator(struct tms_str word)
{
	return tms_str_equal(word, TMS_STR("OR")) || tms_str_equal(word, TMS_STR("AND")) ||
	       tms_str_equal(word, TMS_STR("NOT"));
}
