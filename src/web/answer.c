/* HTTP answers in one form each: text, document, error, 405, 503. */
#include "web/answer.h"

#define RETRY_S 30

struct tms_str answer_cache_control(enum web_kept kept)
{
	switch (kept) {
	case WEB_KEPT_BY_NOBODY:
		break;
	case WEB_KEPT_BY_READER:
		return TMS_STR("private, max-age=900");
	case WEB_KEPT_BY_ANYBODY:
		return TMS_STR("public, max-age=3600");
	}
	return TMS_STR("no-store");
}

void answer_text(struct tms_exchange exchange, int status, struct tms_str text)
{
	(void)tms_exchange_answer_text(exchange, status, text, status == 503 ? RETRY_S : 0);
}

void answer_words(struct tms_exchange exchange, const struct tms_buf *words)
{
	if (words->status == TMS_OK)
		answer_text(exchange, 200, tms_buf_str(words));
	else
		answer_no_memory(exchange);
}

void answer_document(struct tms_exchange exchange, struct tms_str content_type, enum web_kept kept,
	const struct tms_buf *document)
{
	struct tms_str body = tms_buf_str(document);
	const struct tms_answer answer = { .response = { .status = 200,
						   .content_type = content_type,
						   .cache_control = answer_cache_control(kept) },
		.pieces = &body,
		.piece_count = 1 };

	if (document->status == TMS_OK)
		(void)tms_exchange_answer(exchange, &answer);
	else
		answer_no_memory(exchange);
}

void answer_no_memory(struct tms_exchange exchange)
{
	answer_text(exchange, 503, TMS_STR("There is not enough memory for this answer now.\n"));
}

void answer_later(struct tms_exchange exchange, struct tms_str text, int64_t retry_s)
{
	(void)tms_exchange_answer_text(exchange, 503, text, retry_s);
}

void answer_nothing(struct tms_exchange exchange)
{
	answer_text(exchange, 404, TMS_STR("There is nothing at this address.\n"));
}

static bool is_several(unsigned methods)
{
	return (methods & (methods - 1)) != 0;
}

/* "GET, HEAD", or with " and " before the last. */
static void write_methods(struct tms_buf *buf, unsigned methods, const char *last_divider)
{
	const char *divider = "";

	for (unsigned i = 0; methods >> i; i++) {
		if (!(methods >> i & 1))
			continue;
		tms_buf_format(buf, "%s%s", divider, tms_method_name((enum tms_method)i));
		divider = is_several(methods >> i >> 1) ? ", " : last_divider;
	}
}

void answer_not_allowed(struct tms_exchange exchange, unsigned methods)
{
	struct tms_buf allow = { 0 }, text = { 0 };

	write_methods(&allow, methods, ", ");
	tms_buf_add_cstr(&text, "Only ");
	write_methods(&text, methods, " and ");
	tms_buf_add_cstr(&text, is_several(methods) ? " are" : " is");
	tms_buf_add_cstr(&text, " answered here.\n");
	struct tms_str body = tms_buf_str(&text);
	const struct tms_answer answer = {
		.response = { .status = 405,
			.allow = tms_buf_str(&allow),
			.content_type = TMS_STR("text/plain; charset=utf-8") },
		.pieces = &body,
		.piece_count = 1,
	};
	if (allow.status == TMS_OK && text.status == TMS_OK)
		(void)tms_exchange_answer(exchange, &answer);
	else
		answer_no_memory(exchange);
	tms_buf_free(&allow);
	tms_buf_free(&text);
}
