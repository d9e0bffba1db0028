/* Case and accent folding (Unicode decomposition, diacritics and punctuation taken off). */
#include <tamis/fold.h>

#include <utf8proc.h>

#define DECOMPOSED_MAX 32 /* the longest compatibility decomposition has 18 characters */

int32_t tms_fold_punctuation(int32_t c)
{
	if (c < 0x80)
		return c == '\n' || c == '\r' || c == '\t' || c == '\v' || c == '\f' ? ' ' : c;
	if (c >= 0xFF01 && c <= 0xFF5E) /* full-width ASCII, in ASCII's order */
		return c - 0xFF01 + '!';
	switch (c) {
	case 0x2018:
	case 0x2019:
	case 0x201A:
	case 0x201B:
	case 0x2032:
	case 0x2039:
	case 0x203A:
		return '\'';
	case 0xAB:
	case 0xBB:
	case 0x201C:
	case 0x201D:
	case 0x201E:
	case 0x201F:
	case 0x2033:
	case 0x300C:
	case 0x300D:
	case 0x300E:
	case 0x300F:
	case 0x301D:
	case 0x301E:
	case 0x301F:
		return '"';
	case 0x2010:
	case 0x2011:
	case 0x2012:
	case 0x2013:
	case 0x2212:
	case 0xFE63:
		return '-';
	case 0x85:
	case 0xA0:
	case 0x1680:
	case 0x2028:
	case 0x2029:
	case 0x202F:
	case 0x205F:
	case 0x3000:
		return ' ';
	default:
		return c >= 0x2000 && c <= 0x200A ? ' ' : c;
	}
}

/* The diacritics of alphabets. Marks of other scripts (vowel signs, dakuten) are part of their
 * letter. */
static bool is_diacritic(int32_t c)
{
	return (c >= 0x300 && c <= 0x36F) || (c >= 0x483 && c <= 0x489) ||
	       (c >= 0x1AB0 && c <= 0x1AFF) || (c >= 0x1DC0 && c <= 0x1DFF) ||
	       (c >= 0x20D0 && c <= 0x20FF) || (c >= 0xFE20 && c <= 0xFE2F);
}

/* Letters with a stroke or joined, which Unicode does not decompose; all lower case already. */
static const char *plain_letter(int32_t c)
{
	switch (c) {
	case 0xE6:
		return "ae";
	case 0xF0:
	case 0x111:
		return "d";
	case 0xF8:
		return "o";
	case 0xFE:
		return "th";
	case 0x127:
		return "h";
	case 0x131:
		return "i";
	case 0x142:
		return "l";
	case 0x153:
		return "oe";
	case 0x237:
		return "j";
	default:
		return NULL;
	}
}

/* Decomposed into out, at most DECOMPOSED_MAX characters; how many. */
static size_t decompose(int32_t c, bool caseless, int32_t *out)
{
	int last_class = 0;
	int options = UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_IGNORE;

	if (caseless)
		options |= UTF8PROC_CASEFOLD;
	utf8proc_ssize_t n = utf8proc_decompose_char(
		c, out, DECOMPOSED_MAX, (utf8proc_option_t)options, &last_class);
	return n > 0 && n <= DECOMPOSED_MAX ? (size_t)n : 0;
}

static void add_char(struct tms_buf *buf, int32_t c)
{
	utf8proc_uint8_t bytes[4];
	utf8proc_ssize_t n = utf8proc_encode_char(c, bytes);

	if (n > 0)
		tms_buf_add(buf, (struct tms_str){ (const char *)bytes, (size_t)n });
}

static void add_folded(struct tms_buf *buf, int32_t c)
{
	int32_t parts[DECOMPOSED_MAX];
	size_t count = decompose(c, true, parts);

	for (size_t i = 0; i < count; i++) {
		const char *plain = plain_letter(parts[i]);
		if (plain)
			tms_buf_add_cstr(buf, plain);
		else if (!is_diacritic(parts[i]))
			add_char(buf, parts[i]);
	}
}

/* The ASCII characters from `at` on, in lower case; returns where the first other one stands. */
static size_t fold_ascii(struct tms_buf *buf, struct tms_str s, size_t at)
{
	if (!tms_buf_reserve(buf, s.len - at))
		return s.len;
	for (; at < s.len && (unsigned char)s.ptr[at] < 0x80; at++)
		buf->ptr[buf->len++] = tms_lower((char)tms_fold_punctuation(s.ptr[at]));
	return at;
}

void tms_fold(struct tms_buf *buf, struct tms_str s)
{
	size_t at = 0;

	while (at < s.len) {
		at = fold_ascii(buf, s, at);
		if (at >= s.len)
			break;
		int32_t c = (int32_t)tms_utf8_next(s, &at);
		int32_t punctuation = tms_fold_punctuation(c);
		if (punctuation < 0x80)
			tms_buf_add_char(buf, tms_lower((char)punctuation));
		else
			add_folded(buf, punctuation);
	}
}

/* A text given out character by character, decomposed, for tms_fold_same. */
struct fold_reading {
	struct tms_str text;
	size_t at;
	int32_t parts[DECOMPOSED_MAX];
	size_t parts_count, parts_at;
	bool caseless;
};

/* The next character, or -1 at the end. A run of spaces is given out as one. */
static int32_t read_char(struct fold_reading *r)
{
	while (r->parts_at == r->parts_count) {
		if (r->at >= r->text.len)
			return -1;
		int32_t c = tms_fold_punctuation(tms_utf8_next(r->text, &r->at));
		r->parts_at = 0;
		r->parts_count = decompose(c, r->caseless, r->parts);
		if (c != ' ')
			continue;
		size_t next = r->at;
		while (next < r->text.len &&
			tms_fold_punctuation(tms_utf8_next(r->text, &next)) == ' ')
			r->at = next;
	}
	return r->parts[r->parts_at++];
}

bool tms_fold_same(struct tms_str a, struct tms_str b, bool caseless)
{
	struct fold_reading left = { .text = a, .caseless = caseless };
	struct fold_reading right = { .text = b, .caseless = caseless };

	for (;;) {
		int32_t c = read_char(&left);
		if (c != read_char(&right))
			return false;
		if (c < 0)
			return true;
	}
}

bool tms_has_capital(struct tms_str s)
{
	size_t at = 0;

	while (at < s.len) {
		if ((unsigned char)s.ptr[at] < 0x80) { /* nearly all words that are asked for */
			if (s.ptr[at] != tms_lower(s.ptr[at]))
				return true;
			at++;
			continue;
		}
		utf8proc_category_t category = utf8proc_category(tms_utf8_next(s, &at));
		if (category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LT)
			return true;
	}
	return false;
}
