/* UTF-8 decoded, encoded, validated, cut, and mended with U+FFFD. */
#include <tamis/utf8.h>

/* Lead bytes from 0xc2 to 0xf4: how many bytes follow, and the range of the first of them (RFC 3629
 * section 4). */
struct lead {
	uint8_t follow, low, high;
};

static struct lead lead_of(unsigned char byte)
{
	if (byte >= 0xc2 && byte <= 0xdf)
		return (struct lead){ 1, 0x80, 0xbf };
	if (byte >= 0xe0 && byte <= 0xef)
		return (struct lead){ 2, byte == 0xe0 ? 0xa0 : 0x80, byte == 0xed ? 0x9f : 0xbf };
	if (byte >= 0xf0 && byte <= 0xf4)
		return (struct lead){ 3, byte == 0xf0 ? 0x90 : 0x80, byte == 0xf4 ? 0x8f : 0xbf };
	return (struct lead){ 0, 0, 0 };
}

/* Bytes of the character at the start, or 0 when it is broken; then *bad_bytes is its maximal
 * subpart. */
static size_t decode(const unsigned char *p, size_t len, uint32_t *code_point, size_t *bad_bytes)
{
	struct lead lead = { 0, 0, 0 };

	if (p[0] < 0x80) {
		*code_point = p[0];
		return 1;
	}
	lead = lead_of(p[0]);
	*bad_bytes = 1;
	if (lead.follow == 0)
		return 0;
	uint32_t value = p[0] & (0x3fU >> lead.follow);
	for (size_t i = 1; i <= lead.follow; i++) {
		uint8_t low = i == 1 ? lead.low : 0x80, high = i == 1 ? lead.high : 0xbf;
		*bad_bytes = i;
		if (i >= len || p[i] < low || p[i] > high)
			return 0;
		value = value << 6 | (p[i] & 0x3fU);
	}
	*code_point = value;
	return (size_t)lead.follow + 1;
}

#define EACH_BYTE(byte) (UINT64_C(0x0101010101010101) * (byte))

static bool is_follow(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

/* Bytes of the character at `at` where it takes no table to see that it is whole and allowed in
 * XML: nearly always. Else 0. */
static size_t common_bytes(struct tms_str s, size_t at)
{
	unsigned char first = (unsigned char)s.ptr[at];

	if (first < 0x80)
		return first >= 0x20 || first == '\n' || first == '\t' || first == '\r';
	if (s.len - at < 3 || !is_follow(s.ptr[at + 1]))
		return 0;
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	bool is_three = first >= 0xe1 && first <= 0xee && first != 0xed;
	return is_three && is_follow(s.ptr[at + 2]) ? 3 : 0;
}

size_t tms_utf8_valid_prefix(struct tms_str s)
{
	size_t at = 0;

	while (at < s.len) {
		uint32_t code_point = 0;
		size_t bad = 0;
		uint64_t word = 0;
		/* eight ASCII bytes at once: most of most documents */
		while (s.len - at >= sizeof(word)) {
			memcpy(&word, s.ptr + at, sizeof(word));
			if (word & EACH_BYTE(0x80))
				break;
			at += sizeof(word);
		}
		if (at == s.len)
			break;
		size_t common = common_bytes(s, at);
		if (common > 0) {
			at += common;
			continue;
		}
		size_t bytes =
			decode((const unsigned char *)s.ptr + at, s.len - at, &code_point, &bad);
		if (bytes == 0)
			return at;
		at += bytes;
	}
	return at;
}

size_t tms_utf8_fault(struct tms_str s)
{
	size_t valid = tms_utf8_valid_prefix(s);

	return valid == s.len ? SIZE_MAX : valid;
}

bool tms_utf8_is_valid(struct tms_str s)
{
	return tms_utf8_valid_prefix(s) == s.len;
}

uint32_t tms_utf8_next(struct tms_str s, size_t *at)
{
	uint32_t code_point = TMS_UTF8_REPLACEMENT;
	size_t bad = 1;

	if ((unsigned char)s.ptr[*at] < 0x80)
		return (unsigned char)s.ptr[(*at)++];
	size_t bytes = decode((const unsigned char *)s.ptr + *at, s.len - *at, &code_point, &bad);

	*at += bytes ? bytes : bad;
	return bytes ? code_point : TMS_UTF8_REPLACEMENT;
}

/* Bytes written to out. */
static size_t encode(uint32_t c, char out[4])
{
	if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		c = TMS_UTF8_REPLACEMENT;
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

void tms_utf8_write(struct tms_buf *buf, uint32_t code_point)
{
	char bytes[4];

	tms_buf_add(buf, (struct tms_str){ bytes, encode(code_point, bytes) });
}

size_t tms_utf8_length(struct tms_str s)
{
	size_t count = 0;

	for (size_t at = 0; at < s.len; count++)
		(void)tms_utf8_next(s, &at);
	return count;
}

struct tms_str tms_utf8_cut(struct tms_str s, size_t bytes)
{
	if (s.len <= bytes)
		return s;
	while (bytes > 0 && ((unsigned char)s.ptr[bytes] & 0xc0) == 0x80)
		bytes--;
	return (struct tms_str){ s.ptr, bytes };
}

bool tms_utf8_is_xml_char(uint32_t c)
{
	if (c < 0x20)
		return c == '\t' || c == '\n' || c == '\r';
	return c <= 0x10ffff && !(c >= 0xd800 && c <= 0xdfff) && c != 0xfffe && c != 0xffff;
}

#define BLOCK_BYTES 64

/* ASCII and no controls but line breaks? Compilers look at sixteen and more bytes at once here. */
static bool is_plain_block(const char *bytes)
{
	unsigned char odd = 0;

	for (size_t i = 0; i < BLOCK_BYTES; i++)
		odd |= (unsigned char)(((signed char)bytes[i] < ' ') & (bytes[i] != '\n'));
	return odd == 0;
}

/* How many bytes at `at` are ASCII and no controls, looking at many at once; it may say fewer.
 * Source: Warren, "Hacker's Delight", section 6-1. */
static size_t plain_bytes(struct tms_str s, size_t at)
{
	size_t from = at;

	while (s.len - at >= BLOCK_BYTES && is_plain_block(s.ptr + at))
		at += BLOCK_BYTES;
	for (; s.len - at >= 8; at += 8) {
		uint64_t word;
		memcpy(&word, s.ptr + at, sizeof(word));
		uint64_t odd = (word | (word - EACH_BYTE(0x20))) & EACH_BYTE(0x80);
		if (odd == 0)
			continue;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		at += (size_t)__builtin_ctzll(odd) / 8; /* borrows spoil only what is behind it */
#endif
		break;
	}
	return at - from;
}

/* Offset of the first byte that must change, or s.len. */
static size_t find_unclean(struct tms_str s)
{
	size_t at = 0;

	while (at < s.len) {
		at += plain_bytes(s, at);
		if (at == s.len)
			break;
		size_t common = common_bytes(s, at);
		if (common > 0) {
			at += common;
			continue;
		}
		uint32_t code_point = 0;
		size_t bad = 0;
		size_t bytes =
			decode((const unsigned char *)s.ptr + at, s.len - at, &code_point, &bad);
		if (bytes == 0 || !tms_utf8_is_xml_char(code_point))
			return at;
		at += bytes;
	}
	return at;
}

struct tms_str tms_utf8_sanitise(struct tms_arena *arena, struct tms_str s, size_t *replaced)
{
	size_t clean = find_unclean(s), count = 0, need = clean;

	if (replaced)
		*replaced = 0;
	if (clean == s.len)
		return s;
	for (size_t at = clean; at < s.len;) {
		char bytes[4];
		uint32_t c = tms_utf8_next(s, &at);
		need += encode(tms_utf8_is_xml_char(c) ? c : TMS_UTF8_REPLACEMENT, bytes);
	}
	char *out = tms_arena_alloc(arena, need + 1);
	if (!out)
		return (struct tms_str){ 0 };
	memcpy(out, s.ptr, clean);
	size_t len = clean;
	for (size_t at = clean; at < s.len;) {
		size_t from = at;
		uint32_t c = tms_utf8_next(s, &at);
		/* a U+FFFD that was there before is three bytes, and no replacement of ours */
		bool broken =
			!tms_utf8_is_xml_char(c) ||
			(c == TMS_UTF8_REPLACEMENT && !tms_str_starts(tms_str_slice(s, from, s.len),
							      TMS_STR("\xef\xbf\xbd")));
		count += broken;
		len += encode(broken ? TMS_UTF8_REPLACEMENT : c, out + len);
	}
	if (replaced)
		*replaced = count;
	return (struct tms_str){ out, len };
}
