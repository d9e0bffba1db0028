/* The growing byte buffer: append up to `max`, and remember that there was no room. */
#include <tamis/buf.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void tms_buf_free(struct tms_buf *buf)
{
	if (!buf)
		return;
	free(buf->ptr);
	*buf = (struct tms_buf){ .max = buf->max };
}

void tms_buf_clear(struct tms_buf *buf)
{
	buf->len = 0;
	buf->status = TMS_OK;
}

struct tms_str tms_buf_str(const struct tms_buf *buf)
{
	return (struct tms_str){ buf->ptr, buf->len };
}

bool tms_buf_reserve(struct tms_buf *buf, size_t bytes)
{
	size_t wanted = buf->capacity ? buf->capacity : 256;

	if (buf->status != TMS_OK)
		return false;
	if (bytes > SIZE_MAX / 4 || buf->len > SIZE_MAX / 4 ||
		(buf->max != 0 && buf->len + bytes > buf->max)) {
		buf->status = TMS_ELIMIT;
		return false;
	}
	if (buf->len + bytes <= buf->capacity)
		return true;
	while (wanted < buf->len + bytes)
		wanted *= 2;
	char *grown = realloc(buf->ptr, wanted);
	if (!grown) {
		buf->status = TMS_ENOMEM;
		return false;
	}
	buf->ptr = grown;
	buf->capacity = wanted;
	return true;
}

void tms_buf_add_cstr(struct tms_buf *buf, const char *text)
{
	tms_buf_add(buf, tms_str_from(text));
}

void tms_buf_format(struct tms_buf *buf, const char *format, ...)
{
	va_list args, again;

	va_start(args, format);
	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, args);
	/* vsnprintf wants room for its NUL, which is not counted: reserve it without spending the
	 * limit on it */
	size_t max = buf->max;
	if (max != 0 && len >= 0 && buf->len + (size_t)len <= max)
		buf->max = max + 1;
	if (len >= 0 && tms_buf_reserve(buf, (size_t)len + 1)) {
		(void)vsnprintf(buf->ptr + buf->len, (size_t)len + 1, format, again);
		buf->len += (size_t)len;
	}
	buf->max = max;
	va_end(again);
	va_end(args);
}
