/* The cursor of the parser: what stands at it, past it, and the first error with its place. */
#include "parse_private.h"

#include <stdarg.h>

#include <tamis/fold.h>

#define FOUND_BYTES_MAX 40

int32_t query_peek_wide(const struct query_parser *p, size_t at, size_t *next)
{
	*next = at;
	return tms_fold_punctuation((int32_t)tms_utf8_next(p->text, next));
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
