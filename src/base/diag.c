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
