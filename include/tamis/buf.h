/* Growing byte buffers with a limit: how documents are written. */
#ifndef TAMIS_BUF_H
#define TAMIS_BUF_H

#include <tamis/status.h>
#include <tamis/str.h>

/**
 * Bytes that grow up to a limit. {0} is empty and without a limit. Appending never fails aloud: the
 * first failure stays in `status` and stops all later appends, so a writer checks once at its end.
 */
struct tms_buf {
	char *ptr;
	size_t len;
	size_t capacity;
	size_t max;             /* 0: no limit */
	enum tms_status status; /* TMS_OK, TMS_ENOMEM, TMS_ELIMIT */
};

/** Empty again but for its limit. NULL is accepted. */
void tms_buf_free(struct tms_buf *buf);
/** Forget the bytes and the status, keep the memory. */
void tms_buf_clear(struct tms_buf *buf);
/** The bytes so far; borrowed until the next append. */
struct tms_str tms_buf_str(const struct tms_buf *buf);
/** Append NUL-terminated text; nothing of it when it does not fit. */
void tms_buf_add_cstr(struct tms_buf *buf, const char *text);
/** printf behind what is there; nothing of it when it does not fit. */
void tms_buf_format(struct tms_buf *buf, const char *format, ...) TMS_PRINTF(2, 3);
/** Room for `bytes` more; false (status set) when there is none. The caller writes at ptr + len and
 * adds to len. */
bool tms_buf_reserve(struct tms_buf *buf, size_t bytes);
/** Append the bytes; none of them when they do not fit. */
static inline void tms_buf_add(struct tms_buf *buf, struct tms_str s)
{
	bool has_room = buf->status == TMS_OK && s.len <= buf->capacity - buf->len &&
			(buf->max == 0 || buf->len + s.len <= buf->max);

	if (s.len == 0 || (!has_room && !tms_buf_reserve(buf, s.len)))
		return;
	memcpy(buf->ptr + buf->len, s.ptr, s.len);
	buf->len += s.len;
}

/** As tms_buf_add, of one byte. */
static inline void tms_buf_add_char(struct tms_buf *buf, char byte)
{
	bool has_room = buf->status == TMS_OK && buf->len < buf->capacity &&
			(buf->max == 0 || buf->len < buf->max);

	if (has_room || tms_buf_reserve(buf, 1))
		buf->ptr[buf->len++] = byte;
}

#endif
