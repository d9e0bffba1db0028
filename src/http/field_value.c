/* Tokens, lists and white space in field values. */
#include "field_value.h"

#define BIT(byte) (UINT64_C(1) << ((byte)&63))

/* tchar, RFC 9110 section 5.6.2, a bit for each of ASCII: every request asks of a hundred bytes. */
static const uint64_t token_bits[2] = {
	(BIT('9' + 1) - BIT('0')) | BIT('!') | BIT('#') | BIT('$') | BIT('%') | BIT('&') |
		BIT('\'') | BIT('*') | BIT('+') | BIT('-') | BIT('.'),
	(BIT('Z' + 1) - BIT('A')) | (BIT('z' + 1) - BIT('a')) | BIT('^') | BIT('_') | BIT('`') |
		BIT('|') | BIT('~'),
};

static bool is_token_byte(unsigned char byte)
{
	return byte < 128 && (token_bits[byte / 64] & BIT(byte)) != 0;
}

bool http_is_token(struct tms_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_token_byte((unsigned char)s.ptr[i]))
			return false;
	return s.len > 0;
}

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t';
}

struct tms_str http_trim(struct tms_str s)
{
	while (s.len && is_blank(s.ptr[0])) {
		s.ptr++;
		s.len--;
	}
	while (s.len && is_blank(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

bool http_list_next(struct tms_str *rest, struct tms_str *element)
{
	while (rest->len) {
		bool is_quoted = false;
		size_t end = 0;
		for (; end < rest->len; end++) {
			char byte = rest->ptr[end];
			if (byte == '"')
				is_quoted = !is_quoted;
			else if (byte == ',' && !is_quoted)
				break;
		}
		*element = http_trim(tms_str_slice(*rest, 0, end));
		*rest = tms_str_slice(*rest, end + 1, rest->len);
		if (element->len)
			return true;
	}
	return false;
}
