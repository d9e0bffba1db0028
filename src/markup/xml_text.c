/*
 * Text that went through the wrong charset before it came to us, in two forms that generators have
 * written for decades: windows-1252's quotes as the controls U+0080 to U+009F, and UTF-8 whose
 * bytes were taken for Latin-1 characters. Neither means anything else in a text that people read.
 */
#include "xml_text.h"

#include <tamis/utf8.h>

#include "html_entity.h"

#define LEAD_LEAST 0x82 /* second byte of U+00C2 to U+00F4, which begin UTF-8 */
#define LEAD_MOST 0xb4

static unsigned char byte_at(struct tms_str s, size_t at)
{
	return at < s.len ? (unsigned char)s.ptr[at] : 0;
}

/* Is there a character that looks like the first byte of another, with one behind it that looks
 * like the second? */
static bool looks_doubled(struct tms_str s)
{
	for (size_t at = tms_str_find_byte(s, '\xc3', 0); at != SIZE_MAX;
		at = tms_str_find_byte(s, '\xc3', at + 1))
		if (byte_at(s, at + 1) >= LEAD_LEAST && byte_at(s, at + 1) <= LEAD_MOST &&
			byte_at(s, at + 2) == 0xc2)
			return true;
	return false;
}

static bool has_controls(struct tms_str s)
{
	for (size_t at = tms_str_find_byte(s, '\xc2', 0); at != SIZE_MAX;
		at = tms_str_find_byte(s, '\xc2', at + 1))
		if (byte_at(s, at + 1) < 0xa0)
			return true;
	return false;
}

/* Every character as the byte of its number; false where one has no such byte. */
static bool to_bytes(struct tms_str s, struct tms_buf *out)
{
	for (size_t at = 0; at < s.len;) {
		uint32_t c = tms_utf8_next(s, &at);
		if (c > 0xff)
			return false;
		tms_buf_add_char(out, (char)(unsigned char)c);
	}
	return true;
}

static bool is_clean(struct tms_str s)
{
	if (!tms_utf8_is_valid(s))
		return false;
	for (size_t at = 0; at < s.len;)
		if (!tms_utf8_is_xml_char(tms_utf8_next(s, &at)))
			return false;
	return true;
}

static void write_letters(struct tms_str s, struct tms_buf *out)
{
	for (size_t at = 0; at < s.len;) {
		uint32_t c = tms_utf8_next(s, &at);
		tms_utf8_write(out, c >= 0x80 && c < 0xa0 ? html_windows_1252(c) : c);
	}
}

static void take(struct tms_buf *text, struct tms_buf *made, bool is_better)
{
	if (is_better && made->status == TMS_OK) {
		struct tms_buf old = *text;
		*text = *made;
		*made = old;
	}
	tms_buf_free(made);
}

#define HIGH_BITS UINT64_C(0x8080808080808080)

static bool is_ascii(struct tms_str s)
{
	uint64_t word = 0, seen = 0;

	for (; s.len >= sizeof(word); s.ptr += sizeof(word), s.len -= sizeof(word)) {
		memcpy(&word, s.ptr, sizeof(word));
		seen |= word;
	}
	for (size_t i = 0; i < s.len; i++)
		seen |= (unsigned char)s.ptr[i];
	return (seen & HIGH_BITS) == 0;
}

void xml_text_tidy(struct tms_buf *text)
{
	struct tms_buf bytes = { 0 }, letters = { 0 };

	if (is_ascii(tms_buf_str(text)))
		return;
	if (looks_doubled(tms_buf_str(text)))
		take(text, &bytes,
			to_bytes(tms_buf_str(text), &bytes) && is_clean(tms_buf_str(&bytes)));
	if (has_controls(tms_buf_str(text))) {
		write_letters(tms_buf_str(text), &letters);
		take(text, &letters, true);
	}
}
