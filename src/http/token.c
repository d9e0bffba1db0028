#include "token.h"

bool http_is_token_byte(char byte)
{
	if (tms_is_alnum(byte))
		return true;
	switch (byte) {
	case '!':
	case '#':
	case '$':
	case '%':
	case '&':
	case '\'':
	case '*':
	case '+':
	case '-':
	case '.':
	case '^':
	case '_':
	case '`':
	case '|':
	case '~':
		return true;
	default:
		return false;
	}
}

bool http_is_token(struct tms_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!http_is_token_byte(s.ptr[i]))
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
