/* Detecting a document's charset (BOM, labels, guess) and decoding it to UTF-8 by iconv. */
#include "charset_private.h"

#include <errno.h>
#include <iconv.h>

#include <tamis/buf.h>
#include <tamis/utf8.h>

#define DEFAULT_MAX_BYTES ((size_t)40 << 20)
#define DECLARATION_BYTES 1024 /* WHATWG HTML: prescan a byte stream to determine its encoding */
#define MAX_CANDIDATES 6

struct candidate {
	const struct charset *charset;
	enum tms_charset_source source;
};

struct candidates {
	struct candidate list[MAX_CANDIDATES];
	size_t count;
	bool conflict;
	struct tms_str header, document; /* the labels, as they are written */
};

static const struct {
	struct tms_str bytes;
	const char *name;
	enum tms_charset_source source;
} signatures[] = {
	/* the longer ones first: FF FE begins both UTF-16 and UTF-32 */
	{ TMS_STR_INIT("\xff\xfe\0\0"), "utf-32le", TMS_CHARSET_FROM_BOM },
	{ TMS_STR_INIT("\0\0\xfe\xff"), "utf-32be", TMS_CHARSET_FROM_BOM },
	{ TMS_STR_INIT("\xef\xbb\xbf"), "utf-8", TMS_CHARSET_FROM_BOM },
	{ TMS_STR_INIT("\xff\xfe"), "utf-16le", TMS_CHARSET_FROM_BOM },
	{ TMS_STR_INIT("\xfe\xff"), "utf-16be", TMS_CHARSET_FROM_BOM },
	{ TMS_STR_INIT("<\0\0\0"), "utf-32le", TMS_CHARSET_FROM_BYTES },
	{ TMS_STR_INIT("\0\0\0<"), "utf-32be", TMS_CHARSET_FROM_BYTES },
	{ TMS_STR_INIT("<\0"), "utf-16le", TMS_CHARSET_FROM_BYTES },
	{ TMS_STR_INIT("\0<"), "utf-16be", TMS_CHARSET_FROM_BYTES },
};

/* The charset parameter of a Content-Type, unquoted; empty when there is none. */
static struct tms_str parameter(struct tms_str type)
{
	type = tms_str_trim(type); /* once: it is looked at from each "charset" in it */
	size_t at = tms_str_find_caseless(type, TMS_STR("charset"), 0);

	while (at != SIZE_MAX) {
		struct tms_str rest = tms_str_trim(tms_str_slice(type, at + 7, type.len));
		if (at > 0 && !tms_is_alnum(type.ptr[at - 1]) && rest.len > 0 &&
			rest.ptr[0] == '=') {
			struct tms_str value = tms_str_trim(tms_str_slice(rest, 1, rest.len));
			char quote = value.len > 0 ? value.ptr[0] : '\0';
			bool quoted = quote == '"' || quote == '\'';
			size_t end = quoted;
			while (end < value.len &&
				(quoted ? value.ptr[end] != quote
					: value.ptr[end] != ';' && value.ptr[end] != ',' &&
							!tms_is_space(value.ptr[end])))
				end++;
			return tms_str_slice(value, quoted, end);
		}
		at = tms_str_find_caseless(type, TMS_STR("charset"), at + 1);
	}
	return (struct tms_str){ 0 };
}

/* The value of `name = "…"` inside a declaration or a tag. */
static struct tms_str quoted_value(struct tms_str tag, struct tms_str name)
{
	size_t at = tms_str_find_caseless(tag, name, 0);

	if (at == SIZE_MAX)
		return (struct tms_str){ 0 };
	struct tms_str rest = tms_str_trim(tms_str_slice(tag, at + name.len, tag.len));
	if (rest.len < 2 || rest.ptr[0] != '=')
		return (struct tms_str){ 0 };
	rest = tms_str_trim(tms_str_slice(rest, 1, rest.len));
	size_t start = rest.len > 0 && (rest.ptr[0] == '"' || rest.ptr[0] == '\'');
	size_t end = start;
	while (end < rest.len && rest.ptr[end] != '"' && rest.ptr[end] != '\'' &&
		rest.ptr[end] != ';' && rest.ptr[end] != '>' && !tms_is_space(rest.ptr[end]))
		end++;
	return tms_str_slice(rest, start, end);
}

static struct tms_str declared_in_xml(struct tms_str head)
{
	size_t start = tms_str_find(head, TMS_STR("<?xml"), 0);
	size_t end = start == SIZE_MAX ? SIZE_MAX : tms_str_find(head, TMS_STR("?>"), start);

	if (end == SIZE_MAX)
		return (struct tms_str){ 0 };
	return quoted_value(tms_str_slice(head, start, end), TMS_STR("encoding"));
}

static struct tms_str declared_in_meta(struct tms_str head)
{
	size_t at = tms_str_find_caseless(head, TMS_STR("<meta"), 0);

	while (at != SIZE_MAX) {
		size_t end = tms_str_find_byte(head, '>', at);
		struct tms_str found =
			quoted_value(tms_str_slice(head, at, end), TMS_STR("charset"));
		if (found.len > 0 || end == SIZE_MAX)
			return found;
		at = tms_str_find_caseless(head, TMS_STR("<meta"), end);
	}
	return (struct tms_str){ 0 };
}

static void add(struct candidates *c, const struct charset *charset, enum tms_charset_source source)
{
	if (!charset)
		return;
	for (size_t i = 0; i < c->count; i++)
		if (c->list[i].charset == charset)
			return;
	if (c->count > 0 && source != TMS_CHARSET_FROM_DEFAULT)
		c->conflict = true;
	c->list[c->count++] = (struct candidate){ charset, source };
}

static bool is_ascii(char byte)
{
	return byte != '\0' && (unsigned char)byte < 0x80;
}

/* Two ASCII bytes at the start are no UTF-16 and no UTF-32, whatever a label says. */
static const struct charset *plausible(const struct charset *charset, struct tms_str body)
{
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a run of two bytes has a pointer */
	bool ascii = body.len >= 2 && is_ascii(body.ptr[0]) && is_ascii(body.ptr[1]);

	return charset && charset->unit > 1 && ascii ? NULL : charset;
}

/* UTF-8 bytes labelled Latin-1 are the commonest mislabelling of all, and Latin-1 decodes anything.
 */
static bool is_really_utf8(const struct charset *charset, struct tms_str body)
{
	if (charset != charset_find(TMS_STR("windows-1252")) || !tms_utf8_is_valid(body))
		return false;
	return charset_is_mostly_utf8(body);
}

static void collect(const struct tms_charset_input *in, struct candidates *c)
{
	const struct charset *utf8 = charset_find(TMS_STR("utf-8"));
	struct tms_str head = tms_str_slice(in->body, 0, DECLARATION_BYTES);

	for (size_t i = 0; i < TMS_COUNT(signatures) && c->count == 0; i++)
		if (tms_str_starts(in->body, signatures[i].bytes))
			add(c, charset_find(tms_str_from(signatures[i].name)),
				signatures[i].source);
	c->header = tms_str_trim(parameter(in->content_type));
	if (in->kind == TMS_CHARSET_XML)
		c->document = tms_str_trim(declared_in_xml(head));
	else if (in->kind == TMS_CHARSET_HTML)
		c->document = tms_str_trim(declared_in_meta(head));
	const struct charset *header = plausible(charset_find(c->header), in->body);
	const struct charset *document = plausible(charset_find(c->document), in->body);

	if (is_really_utf8(header ? header : document, in->body))
		add(c, utf8, TMS_CHARSET_FROM_BYTES);
	add(c, header, TMS_CHARSET_FROM_HEADER);
	add(c, document, TMS_CHARSET_FROM_DOCUMENT);
	add(c, utf8, TMS_CHARSET_FROM_DEFAULT);
}

/* What the bytes look like, for when no label fits. Shifts of ISO-2022-JP are ASCII, and so valid
 * UTF-8: there it has to come first. */
static void add_guess(struct candidates *c, struct tms_str body)
{
	const struct charset *guess = c->list[0].charset->unit == 1 ? charset_guess(body) : NULL;

	for (size_t i = 0; i < c->count; i++)
		if (!guess || c->list[i].charset == guess)
			return;
	if (c->list[0].source == TMS_CHARSET_FROM_DEFAULT &&
		guess == charset_find(TMS_STR("iso-2022-jp")))
		c->count = 0;
	c->list[c->count++] = (struct candidate){ guess, TMS_CHARSET_FROM_BYTES };
}

/* One attempt to decode. */
struct attempt {
	struct tms_str body;
	const struct charset *charset;
	bool strict; /* give up at the first broken byte */
	bool decoded;
	size_t replaced;     /* broken bytes written as U+FFFD */
	struct tms_str text; /* of the body or of the buffer */
	struct tms_steps *steps;
};

static void convert(iconv_t cd, struct attempt *a, struct tms_buf *out)
{
	char *in =
		(char *)(uintptr_t)a->body.ptr; /* iconv's prototype lacks const; it only reads */
	size_t left = a->body.len;

	while (left > 0 && tms_buf_reserve(out, left / 2 + 64)) {
		char *to = out->ptr + out->len;
		size_t room = out->capacity - out->len, before = left;
		size_t rc = iconv(cd, &in, &left, &to, &room);
		if (!tms_steps_take_bytes(a->steps, before - left))
			out->status = TMS_ELIMIT;
		out->len = out->capacity - room;
		if (rc != (size_t)-1)
			break;
		if (errno == E2BIG)
			continue;
		/* a document cut inside a character is still of this charset */
		if (a->strict && errno != EINVAL)
			return;
		size_t step = left < a->charset->unit ? left : a->charset->unit;
		tms_utf8_write(out, TMS_UTF8_REPLACEMENT);
		a->replaced++;
		in += step;
		left -= step;
	}
	a->decoded = true;
	a->text = (struct tms_str){ out->ptr ? out->ptr : "", out->len };
}

static enum tms_status attempt(struct attempt *a, struct tms_buf *out)
{
	a->replaced = 0;
	if (!tms_steps_take_bytes(a->steps, a->body.len))
		return TMS_ELIMIT;
	if (tms_str_equal(tms_str_from(a->charset->name), TMS_STR("utf-8"))) {
		a->text = a->body; /* sanitising replaces what is broken */
		a->decoded = !a->strict || tms_utf8_is_valid(a->body);
		return TMS_OK;
	}
	iconv_t cd = iconv_open("UTF-8", a->charset->iconv);
	if (cd == (iconv_t)-1) /* a system without that converter: as if it were not on the list */
		return errno == ENOMEM ? TMS_ENOMEM : TMS_OK;
	tms_buf_clear(out);
	convert(cd, a, out);
	(void)iconv_close(cd);
	return out->status;
}

/* Some feeds are written with two. */
static struct tms_str without_bom(struct tms_str s)
{
	while (tms_str_starts(s, TMS_STR("\xef\xbb\xbf")))
		s = tms_str_slice(s, 3, s.len);
	return s;
}

/* The first that decodes every byte, else the first that decodes at all; UTF-8 is always among
 * them. */
static enum tms_status choose(
	const struct candidates *c, struct attempt *a, struct tms_buf *buf, size_t *chosen)
{
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < c->count; i++) {
			a->charset = c->list[i].charset;
			a->strict = round == 0;
			enum tms_status st = attempt(a, buf);
			*chosen = i;
			if (st != TMS_OK || a->decoded)
				return st;
		}
	return TMS_OK;
}

static bool is_inside(struct tms_str part, const struct tms_buf *buf)
{
	return buf->ptr && part.ptr >= buf->ptr && part.ptr <= buf->ptr + buf->len;
}

/* UTF-8 as expected, and nothing to replace in it: nearly all documents, in one pass. *text is then
 * the body itself. */
static bool is_clean_utf8(const struct candidates *c, struct tms_arena *arena, struct tms_str body,
	struct tms_str *text)
{
	struct tms_str plain = without_bom(body);
	size_t mark = tms_arena_mark(arena);

	if (c->list[0].charset != charset_find(TMS_STR("utf-8")))
		return false;
	*text = tms_utf8_sanitise(arena, plain, NULL);
	if (text->ptr == plain.ptr && text->len == plain.len)
		return true;
	tms_arena_rewind(arena, mark);
	return false;
}

/* What was decoded, in the words of the header file. */
static struct tms_charset_info describe(const struct candidates *c, size_t chosen, size_t replaced)
{
	struct candidate used = c->list[chosen];
	struct tms_charset_info info = { .name = used.charset->name,
		.source = used.source,
		.conflict = c->conflict || chosen > 0,
		.replaced = replaced };

	/* of two labels the header's counts, and the other may differ */
	if (used.source != TMS_CHARSET_FROM_HEADER && c->header.len > 0 &&
		charset_find(c->header) != used.charset)
		info.refused = c->header;
	else if (used.source != TMS_CHARSET_FROM_HEADER && c->document.len > 0 &&
		 charset_find(c->document) != used.charset)
		info.refused = c->document;
	info.refused_of_header = info.refused.len > 0 && info.refused.ptr == c->header.ptr;
	return info;
}

enum tms_status tms_charset_to_utf8(struct tms_arena *arena, const struct tms_charset_input *input,
	struct tms_str *out, struct tms_charset_info *info, struct tms_diag *diag)
{
	struct tms_buf buf = { .max = input->max_bytes ? input->max_bytes : DEFAULT_MAX_BYTES };
	struct tms_steps own = { .left = (uint64_t)input->body.len * TMS_CHARSET_STEPS_PER_BYTE +
					 TMS_CHARSET_STEPS_LEAST };
	struct attempt a = { .body = { input->body.ptr ? input->body.ptr : "", input->body.len },
		.steps = input->steps ? input->steps : &own };
	struct tms_str clean = { 0 };
	struct candidates c = { 0 };
	size_t chosen = 0, replaced = 0;

	collect(input, &c);
	/* three looks at all of it: for labels that are wrong, for what is not clean, for what it
	 * looks like */
	bool has_steps = tms_steps_take(a.steps, 1 + a.body.len / 16 * 3);
	if (a.body.len <= buf.max && is_clean_utf8(&c, arena, a.body, &clean)) {
		*out = clean;
		if (info)
			*info = describe(&c, 0, 0);
		return TMS_OK;
	}
	enum tms_status st = has_steps ? TMS_OK : TMS_ELIMIT;
	if (st == TMS_OK) {
		add_guess(&c, a.body);
		st = choose(&c, &a, &buf, &chosen);
	}
	if (st == TMS_OK && a.text.len > buf.max)
		st = TMS_ELIMIT;
	/* character by character, from the first that has to be replaced */
	if (st == TMS_OK && !tms_steps_take(a.steps, 1 + a.text.len / 4))
		st = TMS_ELIMIT;
	if (st == TMS_OK) {
		clean = tms_utf8_sanitise(arena, without_bom(a.text), &replaced);
		if (is_inside(clean, &buf))
			clean = tms_arena_copy(arena, clean);
		st = arena->status;
	}
	if (st == TMS_OK) {
		*out = clean;
		if (info)
			*info = describe(&c, chosen, a.replaced + replaced);
	} else if (st == TMS_ELIMIT && a.steps->left == 0) {
		tms_diag_set(diag, 0, 0,
			"more than the limit of %d steps to decode the document for each of its bytes",
			TMS_CHARSET_STEPS_PER_BYTE);
	} else if (st == TMS_ELIMIT) {
		tms_diag_set(diag, 0, 0,
			"the document is longer than the limit of %zu bytes of text", buf.max);
	} else {
		tms_diag_set(diag, 0, 0, "no memory to decode the document");
	}
	tms_buf_free(&buf);
	return st;
}
