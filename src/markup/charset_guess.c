/*
 * What bytes are written in when nobody says it, or when what was said cannot be. The detector is
 * uchardet; this file decides when to ask it, because it answers too readily: to a few accented
 * letters, and to UTF-8 with some broken bytes in it.
 */
#include "charset_private.h"

#include <uchardet/uchardet.h>

#include <tamis/utf8.h>

#define MOST_BYTES ((size_t)64 << 10) /* behind the first that is not ASCII: more changes nothing */
#define LEAST_BYTES 8                 /* of them, before a charset of single bytes is believed */
#define LATIN "windows-1252"

bool charset_is_mostly_utf8(struct tms_str body)
{
	size_t characters = 0, broken = 0;

	for (size_t at = 0; at < body.len;) {
		size_t from = at;
		uint32_t c = tms_utf8_next(body, &at);
		if (c == TMS_UTF8_REPLACEMENT && at - from < 3)
			broken++;
		else
			characters += at - from > 1;
	}
	return characters > 0 && characters >= broken;
}

/* From the first byte that is not ASCII; *count of such bytes. */
static struct tms_str telling_part(struct tms_str body, size_t *count)
{
	size_t at = 0;

	while (at < body.len && (unsigned char)body.ptr[at] < 0x80)
		at++;
	/* some of what stands before it: a character of two bytes may begin there */
	struct tms_str part = tms_str_slice(body, at > 16 ? at - 16 : 0, at + MOST_BYTES);
	*count = 0;
	for (size_t i = 0; i < part.len; i++)
		*count += (unsigned char)part.ptr[i] >= 0x80;
	return part;
}

static const struct charset *detect(struct tms_str part)
{
	const struct charset *found = NULL;
	uchardet_t detector = uchardet_new();

	if (!detector)
		return NULL;
	if (uchardet_handle_data(detector, part.ptr, part.len) == 0) {
		uchardet_data_end(detector);
		found = charset_find(tms_str_from(uchardet_get_charset(detector)));
	}
	uchardet_delete(detector);
	return found;
}

static bool has_shifts_of_japanese(struct tms_str body)
{
	return tms_str_find(body, TMS_STR("\x1b$B"), 0) != SIZE_MAX ||
	       tms_str_find(body, TMS_STR("\x1b$@"), 0) != SIZE_MAX;
}

const struct charset *charset_guess(struct tms_str body)
{
	size_t count = 0;
	struct tms_str part = telling_part(body, &count);

	if (count == 0)
		return has_shifts_of_japanese(body) ? charset_find(TMS_STR("iso-2022-jp")) : NULL;
	if (charset_is_mostly_utf8(part))
		return NULL;
	const struct charset *found = detect(part);
	/* two bytes a character are a strong pattern; single bytes need more of them */
	if (found && found->unit == 1 && (count >= LEAST_BYTES || charset_is_double(found)))
		return found;
	return charset_find(TMS_STR(LATIN));
}
