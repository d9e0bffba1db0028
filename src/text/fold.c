/* Case and accent folding (Unicode decomposition, diacritics and punctuation taken off). */
#include <tamis/fold.h>

#include <utf8proc.h>

#define DECOMPOSED_MAX 32 /* the longest compatibility decomposition has 18 characters */
#define HAMZA_ABOVE 0x654
#define VOICED 0x3099
#define SEMI_VOICED 0x309A

int32_t tms_fold_punctuation(int32_t c)
{
	if (c < 0x80)
		return c == '\n' || c == '\r' || c == '\t' || c == '\v' || c == '\f' ? ' ' : c;
	if (c >= 0xFF01 && c <= 0xFF5E) /* full-width ASCII, in ASCII's order */
		return c - 0xFF01 + '!';
	switch (c) {
	case 0x2B9: /* letters by category: of transliterations, ʻokina, hamza and ayn */
	case 0x2BB:
	case 0x2BC:
	case 0x2BD:
	case 0x2BE:
	case 0x2BF:
	case 0xA78B: /* saltillo */
	case 0xA78C:
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
	case 0x5BE: /* maqaf */
		return '-';
	case 0x266F: /* C♯ */
		return '#';
	case 0x66B:
		return '.';
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

/* The diacritics of alphabets, with the points of Hebrew and Arabic, which most texts go without.
 * Marks of other scripts (vowel signs, tones, dakuten) are part of their letter. */
static bool is_diacritic(int32_t c)
{
	if (c < 0x591)
		return (c >= 0x300 && c <= 0x36F) || (c >= 0x483 && c <= 0x489);
	if (c < 0x1AB0)
		return c <= 0x5BD || c == 0x5BF || c == 0x5C1 || c == 0x5C2 || c == 0x5C4 ||
		       c == 0x5C5 || c == 0x5C7 || (c >= 0x610 && c <= 0x61A) ||
		       (c >= 0x64B && c <= 0x65F && c != HAMZA_ABOVE) || c == 0x670 ||
		       (c >= 0x6D6 && c <= 0x6ED && utf8proc_category(c) == UTF8PROC_CATEGORY_MN) ||
		       (c >= 0x8CA && c <= 0x8FF && c != 0x8E2);
	return c <= 0x1AFF || (c >= 0x1DC0 && c <= 0x1DFF) || (c >= 0x20D0 && c <= 0x20FF) ||
	       (c >= 0xFE20 && c <= 0xFE2F);
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

/* Letters of Arabic that are typed one for the other. Source: Lucene, ArabicNormalizer and
 * PersianNormalizer; the forms of alef lose their marks as all letters do. */
static int32_t arabic_letter(int32_t c)
{
	switch (c) {
	case 0x649: /* alef maksura */
	case 0x6CC: /* Farsi yeh */
	case 0x6D2: /* yeh barree */
		return 0x64A;
	case 0x6A9: /* keheh */
		return 0x643;
	case 0x629: /* teh marbuta */
	case 0x6C1: /* heh goal */
		return 0x647;
	case 0x671: /* alef wasla */
		return 0x627;
	default:
		return c;
	}
}

/* A decimal digit of any script: they come in rows of ten, from zero on. */
static int32_t plain_digit(int32_t c)
{
	int32_t zero = c;

	if (utf8proc_category(c) != UTF8PROC_CATEGORY_ND)
		return c;
	while (utf8proc_category(zero - 1) == UTF8PROC_CATEGORY_ND)
		zero--;
	return '0' + (c - zero) % 10;
}

/* The last character from `from` on; 0: there is none. */
static int32_t last_char(const struct tms_buf *buf, size_t from, size_t *at)
{
	if (buf->status != TMS_OK || buf->len == from)
		return 0;
	*at = buf->len - 1;
	while (*at > from && ((unsigned char)buf->ptr[*at] & 0xC0) == 0x80)
		--*at;
	size_t next = *at;
	return (int32_t)tms_utf8_next(tms_buf_str(buf), &next);
}

/* Kana with a voicing mark, where Unicode has one character for both; else 0. */
static int32_t voiced(int32_t kana, int32_t mark)
{
	int32_t made = kana + (mark == VOICED ? 1 : 2), parts[DECOMPOSED_MAX];

	if (kana < 0x3041 || kana > 0x30FE)
		return 0;
	if (mark == VOICED && (kana == 0x3046 || kana == 0x30A6))
		made = kana + 0x4E; /* ゔ ヴ */
	else if (mark == VOICED && kana >= 0x30EF && kana <= 0x30F2)
		made = kana + 8; /* ヷ to ヺ */
	return decompose(made, false, parts) == 2 && parts[0] == kana && parts[1] == mark ? made
											  : 0;
}

/* The character that `last` and `c` are as one; 0: they are two. Source: Unicode section 3.12. */
static int32_t compose(int32_t last, int32_t c)
{
	if (c >= 0x1161 && c <= 0x1175 && last >= 0x1100 && last <= 0x1112)
		return 0xAC00 + ((last - 0x1100) * 21 + (c - 0x1161)) * 28;
	if (c >= 0x11A8 && c <= 0x11C2 && last >= 0xAC00 && last <= 0xD7A3 &&
		(last - 0xAC00) % 28 == 0)
		return last + (c - 0x11A7);
	if (c == VOICED || c == SEMI_VOICED)
		return voiced(last, c);
	if (c == HAMZA_ABOVE && last == 0x6D5) /* heh with yeh above */
		return 0x647;
	/* of waw and yeh a hamza makes other letters; elsewhere it is a mark */
	return c == HAMZA_ABOVE && last != 0x648 && last != 0x64A ? last : 0;
}

/* May the character join the one before it? Nearly none does. */
static bool may_compose(int32_t c)
{
	return c == HAMZA_ABOVE || (c >= 0x1161 && c <= 0x11C2) || c == VOICED || c == SEMI_VOICED;
}

static void add_part(struct tms_buf *buf, size_t from, int32_t c)
{
	size_t at = 0;
	int32_t last = may_compose(c) ? last_char(buf, from, &at) : 0;
	int32_t made = last != 0 ? compose(last, c) : 0;

	if (made != 0) {
		buf->len = at;
		c = made;
	}
	add_char(buf, c < 0x600 || c > 0x6FF ? c : arabic_letter(c));
}

/* A tatweel, or the colour of an emoji's skin. */
static bool is_dropped(int32_t c)
{
	return c == 0x640 || (c >= 0x1F3FB && c <= 0x1F3FF);
}

/* What has been folded stands from `from` on. */
static void add_folded(struct tms_buf *buf, size_t from, int32_t c)
{
	int32_t parts[DECOMPOSED_MAX];
	size_t count;

	if (c >= 0x3400 && c <= 0xD7A3 && !(c >= 0xA000 && c < 0xAC00)) {
		add_char(buf,
			c); /* Han and hangul: nothing to decompose that is not composed again */
		return;
	}
	count = decompose(c, true, parts);
	for (size_t i = 0; i < count; i++) {
		const char *plain = plain_letter(parts[i]);
		if (plain)
			tms_buf_add_cstr(buf, plain);
		else if (!is_diacritic(parts[i]) && !is_dropped(parts[i]))
			add_part(buf, from, parts[i] >= 0x600 ? plain_digit(parts[i]) : parts[i]);
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
	size_t at = 0, from = buf->len;

	while (at < s.len) {
		at = fold_ascii(buf, s, at);
		if (at >= s.len)
			break;
		int32_t c = (int32_t)tms_utf8_next(s, &at);
		int32_t punctuation = tms_fold_punctuation(c);
		if (punctuation < 0x80)
			tms_buf_add_char(buf, tms_lower((char)punctuation));
		else
			add_folded(buf, from, punctuation);
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
