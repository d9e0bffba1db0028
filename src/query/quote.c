/* Phrases: between double quotes, and between single ones that are no apostrophes. */
#include "parse_private.h"

/* Past what is printed in quotes as it stands: words with one space between two, in ASCII, and no
 * TeX, which may print no word at all. */
static bool skip_plain_phrase(struct query_parser *p)
{
	bool has_word = false;
	char last = ' ';

	for (; p->at < p->text.len; p->at++) {
		char byte = p->text.ptr[p->at];
		if (byte < ' ' || byte > '~' || byte == '"' || byte == '\\' || byte == '$' ||
			(byte == ' ' && last == ' '))
			break;
		has_word |= tms_is_alnum(byte);
		last = byte;
	}
	return has_word && last != ' ' && query_peek(p) == '"';
}

/* ' and the signs that open such a quote: ’ is none, it stands before 'til and '90s. */
static bool opens(const struct query_parser *p, size_t at)
{
	int32_t c = tms_utf8_next(p->text, &at);

	return c == '\'' || c == 0x2018 || c == 0x201A || c == 0x201B || c == 0x2039;
}

/* May stand behind a closing quote. */
static bool may_follow(const struct query_parser *p, size_t at)
{
	size_t next;
	int32_t c = query_peek_at(p, at, &next);

	return query_is_delimiter(c) || (c < 0x80 && strchr(",;*@~&|", c));
}

/* Where the single quote at the cursor is closed, or 0: one with a word before it and none behind. */
static size_t closing_quote(const struct query_parser *p)
{
	size_t at = p->at, next;
	int32_t last = ' ';

	if (at >= p->text.len || query_peek(p) != '\'' || !opens(p, at))
		return 0;
	(void)query_peek_at(p, at, &at);
	for (int32_t c = query_peek_at(p, at, &next); c >= 0; c = query_peek_at(p, at, &next)) {
		if (c == '\'' && last != ' ' && last != '\'' && may_follow(p, next))
			return at;
		last = c;
		at = next;
	}
	return 0;
}

bool query_at_quote(const struct query_parser *p)
{
	int32_t c = query_peek(p);

	return c == '"' || (c == '\'' && closing_quote(p) > 0);
}

static bool read_single(struct query_parser *p, struct query_written *written)
{
	size_t open = p->at, close = closing_quote(p);

	query_skip(p);
	written->text = tms_str_slice(p->text, p->at, close);
	for (size_t start = p->at; p->at < close; query_skip(p))
		if (query_peek(p) == '"') {
			p->at = close;
			query_skip(p);
			(void)query_fail(p, open,
				"found quotes inside of single quotes, expected one kind around a "
				"phrase");
			query_cure(p, TMS_STR("without the outer ones"), open, p->at,
				tms_str_slice(p->text, start, close));
			return false;
		}
	query_skip(p);
	return true;
}

bool query_read_quoted(struct query_parser *p, struct query_written *written)
{
	size_t open = p->at;

	written->quoted = true;
	if (query_peek(p) == '\'')
		return read_single(p, written);
	query_skip(p);
	size_t start = p->at;
	written->is_plain = skip_plain_phrase(p);
	for (;;) {
		int32_t c = query_peek(p);
		if (c < 0) {
			(void)query_fail(p, open, "the quote that opens here is not closed");
			query_cure(p, TMS_STR("closed at the end"), p->text.len, p->text.len,
				TMS_STR("\""));
			return false;
		}
		if (c == '"')
			break;
		query_skip(p);
	}
	written->text = tms_str_slice(p->text, start, p->at);
	query_skip(p);
	if (tms_str_trim(written->text).len == 0) {
		(void)query_fail(p, open, "found empty quotes, expected words in them");
		return false;
	}
	return true;
}
