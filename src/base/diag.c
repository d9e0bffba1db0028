/* Messages for people: bytes cleaned for a terminal, long ones cut, offsets as line and column. */
#include <tamis/diag.h>

#include <stdio.h>

/* A cut never splits a UTF-8 character and always shows. */
static void mark_cut(char *text)
{
	static const char ellipsis[] = "\xe2\x80\xa6";
	size_t at = TMS_DIAG_TEXT_BYTES - sizeof(ellipsis);

	while (at > 0 && ((unsigned char)text[at] & 0xc0) == 0x80)
		at--;
	memcpy(text + at, ellipsis, sizeof(ellipsis));
}

/* Bytes of the character that begins there, 0 when it is none (RFC 3629). */
static size_t character(const unsigned char *s)
{
	size_t len = s[0] < 0x80   ? 1
		     : s[0] < 0xc2 ? 0
		     : s[0] < 0xe0 ? 2
		     : s[0] < 0xf0 ? 3
		     : s[0] < 0xf5 ? 4
				   : 0;

	for (size_t i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	bool is_overlong = (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xf0 && s[1] < 0x90);
	bool is_none = (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf4 && s[1] > 0x8f);
	return is_overlong || is_none ? 0 : len;
}

/* Controls, and what turns the direction of the text behind it: a terminal would obey them. */
static bool is_obeyed(const unsigned char *s, size_t len)
{
	if (len == 1)
		return s[0] < ' ' || s[0] == 0x7f;
	if (len == 2)
		return s[0] == 0xc2 && s[1] < 0xa0;
	return len == 3 && s[0] == 0xe2 &&
	       ((s[1] == 0x80 && s[2] >= 0xa8 && s[2] <= 0xae) ||
		       (s[1] == 0x81 && s[2] >= 0xa6 && s[2] <= 0xa9));
}

/* Sentences quote what upstreams say. Broken bytes become '?', what would be obeyed a space. */
static void clean(char *text)
{
	unsigned char *from = (unsigned char *)text, *to = from;

	while (*from != '\0') {
		size_t len = character(from);
		if (len == 0) {
			*to++ = '?';
			from++;
		} else if (is_obeyed(from, len)) {
			*to++ = ' ';
			from += len;
		} else {
			memmove(to, from, len);
			to += len;
			from += len;
		}
	}
	*to = '\0';
}

void tms_diag_set(struct tms_diag *diag, uint32_t line, uint32_t column, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tms_diag_vset(diag, line, column, format, args);
	va_end(args);
}

void tms_diag_vset(
	struct tms_diag *diag, uint32_t line, uint32_t column, const char *format, va_list args)
{
	if (!diag)
		return;
	diag->line = line;
	diag->column = column;
	int len = vsnprintf(diag->text, sizeof(diag->text), format, args);
	if (len >= (int)sizeof(diag->text))
		mark_cut(diag->text);
	clean(diag->text);
}

void tms_diag_prefix(struct tms_diag *diag, const char *format, ...)
{
	char before[TMS_DIAG_TEXT_BYTES];
	char after[TMS_DIAG_TEXT_BYTES];
	va_list args;

	if (!diag)
		return;
	memcpy(after, diag->text, sizeof(after));
	va_start(args, format);
	(void)vsnprintf(before, sizeof(before), format, args);
	va_end(args);
	tms_diag_set(diag, diag->line, diag->column, "%s%s", before, after);
}

void tms_diag_locate(struct tms_str text, size_t offset, uint32_t *line, uint32_t *column)
{
	*line = 1;
	*column = 1;
	for (size_t i = 0; i < offset && i < text.len; i++) {
		if (text.ptr[i] == '\n') {
			++*line;
			*column = 1;
		} else if (((unsigned char)text.ptr[i] & 0xc0) != 0x80) {
			++*column;
		}
	}
}
