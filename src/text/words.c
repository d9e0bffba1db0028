/* The tokeniser of the query language: <tamis/words.h> says where words are cut. */
#include <tamis/words.h>

#include <tamis/fold.h>

#include "char.h"
#include "tex.h"

#define FNV_BASIS UINT32_C(2166136261)
#define FNV_PRIME UINT32_C(16777619)
#define FOUND_MAX 256

/* Reads one text from left to right, word by word. */
struct word_cutter {
	struct tms_str text;
	size_t at;
	bool in_pairs; /* `at` is the second character of a pair that was given out */
};

struct extent {
	size_t start, end;
};

/* The kind of the character at `at`, and where the next one starts; at < len. */
static enum char_kind kind_at(struct tms_str s, size_t at, int32_t *c, size_t *next)
{
	unsigned char byte = (unsigned char)s.ptr[at];

	if (byte < 0x80) {
		*c = byte;
		*next = at + 1;
		return char_ascii_kind(byte);
	}
	*next = at;
	*c = tms_utf8_next(s, next);
	return char_kind(*c);
}

static bool is_word_kind(enum char_kind kind)
{
	return kind == CHAR_LETTER || kind == CHAR_DIGIT || kind == CHAR_MARK;
}

static bool is_cjk_at(struct tms_str s, size_t at)
{
	return at < s.len && (unsigned char)s.ptr[at] >= 0xE1 && char_is_cjk(tms_utf8_next(s, &at));
}

static bool is_word_at(struct tms_str s, size_t at)
{
	int32_t c;
	size_t next;

	return at < s.len && is_word_kind(kind_at(s, at, &c, &next));
}

static bool is_digit_at(struct tms_str s, size_t at)
{
	int32_t c;
	size_t next;

	return at < s.len && kind_at(s, at, &c, &next) == CHAR_DIGIT;
}

/* Behind the character at `at` and the marks that belong to it. */
static size_t cjk_char_end(struct tms_str s, size_t at)
{
	int32_t c;
	size_t next;

	(void)kind_at(s, at, &c, &next);
	for (at = next; at < s.len; at = next) {
		enum char_kind kind = kind_at(s, at, &c, &next);
		if (kind != CHAR_MARK && kind != CHAR_IGNORED)
			break;
	}
	return at;
}

/* The next pair of the run that starts at `at`, or its only character; false at the run's end. */
static bool next_pair(struct word_cutter *cut, struct extent *out)
{
	size_t end = cjk_char_end(cut->text, cut->at);
	bool again = cut->in_pairs;

	out->start = cut->at;
	cut->at = end;
	cut->in_pairs = is_cjk_at(cut->text, end);
	out->end = cut->in_pairs ? cjk_char_end(cut->text, end) : end;
	return cut->in_pairs || !again;
}

/*
 * A run of '+' and '#' behind a letter, at `at`: where it ends, or `at` when it does not belong to
 * the word. A single one between two words divides them: "text+image".
 */
static size_t signs_end(struct tms_str s, size_t at)
{
	size_t end = at, count = 0;

	while (end < s.len) {
		size_t next = end;
		int32_t c = tms_fold_punctuation(tms_utf8_next(s, &next));
		if (c != '+' && c != '#')
			break;
		end = next;
		count++;
	}
	return count == 1 && is_word_at(s, end) ? at : end;
}

static bool is_ascii_word(char byte)
{
	return (unsigned char)byte < 0x80 && char_ascii_kind((unsigned char)byte) != CHAR_OTHER;
}

/* Behind the ASCII letters and digits from `at` on, at most to `limit`. */
static size_t ascii_end(struct tms_str s, size_t at, size_t limit)
{
	while (at < limit && is_ascii_word(s.ptr[at]))
		at++;
	return at;
}

/* Behind the '.' at `at` when it stands between digits; else `at`. */
static size_t point_end(struct tms_str s, size_t at, enum char_kind last)
{
	size_t next = at;

	if (last != CHAR_DIGIT || tms_fold_punctuation((int32_t)tms_utf8_next(s, &next)) != '.')
		return at;
	return is_digit_at(s, next) ? next : at;
}

/* The end of the word that starts at `start` with a letter, a digit or a mark. */
static size_t word_end(struct tms_str s, size_t start)
{
	size_t limit = s.len - start < TMS_WORD_MAX_BYTES ? s.len : start + TMS_WORD_MAX_BYTES;
	size_t at = start, end = start, next;
	enum char_kind last = CHAR_OTHER; /* letter or digit: what a '.' or '+' follows */
	int32_t c;

	while (at < limit) {
		next = ascii_end(s, at, limit);
		if (next > at) { /* nearly all text */
			last = tms_is_digit(s.ptr[next - 1]) ? CHAR_DIGIT : CHAR_LETTER;
			at = end = next;
			continue;
		}
		enum char_kind kind = kind_at(s, at, &c, &next);
		if (kind == CHAR_LETTER && c >= 0x1100 && char_is_cjk(c))
			break;
		if (kind == CHAR_OTHER)
			next = at == end ? point_end(s, at, last) : at;
		if (next == at)
			break;
		at = next;
		if (kind == CHAR_LETTER || kind == CHAR_DIGIT)
			last = kind;
		if (kind != CHAR_IGNORED && kind != CHAR_OTHER)
			end = at;
	}
	return at == end && last == CHAR_LETTER ? signs_end(s, end) : end;
}

/* Behind a possessive 's that follows a word, or `at`. */
static size_t possessive_end(struct tms_str s, size_t at)
{
	size_t next = at;

	if (at >= s.len || tms_fold_punctuation(tms_utf8_next(s, &next)) != '\'')
		return at;
	if (next >= s.len || tms_lower(s.ptr[next]) != 's' || is_word_at(s, next + 1))
		return at;
	return next + 1;
}

/* ".NET" at `at`, where nothing stands before it that a net could be the domain of: its end, or 0. */
static size_t net_end(struct tms_str s, size_t at)
{
	if (s.ptr[at] != '.' || s.len - at < 4 || tms_lower(s.ptr[at + 1]) != 'n' ||
		tms_lower(s.ptr[at + 2]) != 'e' || tms_lower(s.ptr[at + 3]) != 't')
		return 0;
	if (at > 0 && ((unsigned char)s.ptr[at - 1] >= 0x80 || is_ascii_word(s.ptr[at - 1])))
		return 0;
	size_t end = word_end(s, at + 1);
	return end == at + 4 || is_digit_at(s, at + 4) ? end : 0;
}

static bool next_word(struct word_cutter *cut, struct extent *out)
{
	while (cut->at < cut->text.len) {
		int32_t c;
		size_t next;
		unsigned char byte = (unsigned char)cut->text.ptr[cut->at];
		if (byte < 0x80 && !is_ascii_word((char)byte)) {
			size_t end = byte == '.' ? net_end(cut->text, cut->at) : 0;
			if (end != 0) {
				*out = (struct extent){ cut->at, end };
				cut->at = possessive_end(cut->text, end);
				return true;
			}
			cut->at++;
			continue;
		}
		enum char_kind kind = kind_at(cut->text, cut->at, &c, &next);
		if (c >= 0x1100 && char_is_cjk(c)) {
			if (next_pair(cut, out))
				return true;
			continue;
		}
		if (!is_word_kind(kind)) {
			cut->at = next;
			continue;
		}
		*out = (struct extent){ cut->at, word_end(cut->text, cut->at) };
		cut->at = possessive_end(cut->text, out->end);
		return true;
	}
	return false;
}

static uint32_t hash_more(uint32_t hash, struct tms_str s)
{
	for (size_t i = 0; i < s.len; i++)
		hash = (hash ^ (unsigned char)s.ptr[i]) * FNV_PRIME;
	return hash;
}

/* The key of a form that stands in the text. */
static struct tms_word_key key_of(struct tms_str form, struct tms_str as_stands)
{
	struct tms_word_base base = tms_word_base(form, as_stands);
	struct tms_word_key key = {
		.form_at = TMS_WORD_AS_IT_STANDS, .form_len = (uint16_t)form.len, .span = 1
	};

	key.form_hash = hash_more(FNV_BASIS, form);
	key.base_hash = base.keep == form.len
				? key.form_hash
				: hash_more(hash_more(FNV_BASIS, tms_str_slice(form, 0, base.keep)),
					  base.tail);
	return key;
}

/* The key of the form that stands in forms from `from` to its end. */
static struct tms_word_key make_key(struct tms_buf *forms, size_t from, struct tms_str as_stands)
{
	struct tms_str form = tms_str_slice(tms_buf_str(forms), from, forms->len);
	struct tms_word_key key = key_of(form, as_stands);

	if (tms_str_equal(form, as_stands))
		forms->len = from;
	else
		key.form_at = (uint32_t)from;
	return key;
}

/* True when words i - 1 and i are divided by one hyphen and nothing else. */
static bool is_hyphenated(struct tms_str text, const struct tms_word *list, size_t i)
{
	size_t at = list[i - 1].end;

	if (at < list[i].start && (unsigned char)text.ptr[at] < 0x80) /* nearly always a space */
		return text.ptr[at] == '-' && at + 1 == list[i].start;
	return at < list[i].start && tms_fold_punctuation(tms_utf8_next(text, &at)) == '-' &&
	       at == list[i].start;
}

/* How many words from `first` on are hyphenated to each other. */
static size_t chain_from(const struct tms_words *words, size_t first)
{
	size_t n = 1;

	while (n < TMS_WORDS_JOINED_MAX && first + n < words->count &&
		is_hyphenated(words->plain, words->list, first + n))
		n++;
	return n;
}

static struct tms_str key_form(
	const struct tms_words *words, struct tms_word_key key, struct tms_str as_stands)
{
	if (key.form_at == TMS_WORD_AS_IT_STANDS)
		return as_stands;
	return (struct tms_str){ words->forms + key.form_at, key.form_len };
}

static struct tms_str word_form(const struct tms_words *words, const struct tms_word *word)
{
	return key_form(words, word->key, tms_str_slice(words->plain, word->start, word->end));
}

/* Fill in joined, and with `out` NULL only count them. `words->forms` is what forms holds up to
 * now. */
static size_t join(struct tms_words *words, struct tms_buf *forms, struct tms_word_joined *out)
{
	size_t made = 0;

	for (size_t first = 0; first + 1 < words->count; first++) {
		size_t chain = chain_from(words, first);
		for (size_t span = 2; span <= chain; span++, made++) {
			const struct tms_word *last = &words->list[first + span - 1];
			if (!out)
				continue;
			size_t from = forms->len;
			for (size_t i = first; i < first + span; i++) {
				words->forms = forms->ptr; /* it moves as it grows */
				if (!tms_buf_reserve(forms, words->list[i].key.form_len))
					return made;
				words->forms = forms->ptr;
				tms_buf_add(forms, word_form(words, &words->list[i]));
			}
			out[made].key = make_key(
				forms, from, tms_str_slice(words->plain, last->start, last->end));
			out[made].key.span = (uint16_t)span;
			out[made].first = (uint32_t)first;
		}
	}
	return made;
}

/* The first words of a text, found while they are counted; of nearly all texts that is all. */
struct word_found {
	struct extent extents[FOUND_MAX];
	size_t count;
	struct word_cutter behind; /* where the others begin */
};

static size_t count_words(struct tms_str text, struct word_found *found)
{
	struct word_cutter cut = { .text = text };
	struct extent extent;
	size_t count = 0;

	found->count = 0;
	while (found->count < FOUND_MAX && next_word(&cut, &found->extents[found->count]))
		found->count++;
	found->behind = cut;
	for (count = found->count; next_word(&cut, &extent);)
		count++;
	return count;
}

/* True for ASCII without capitals: most words. */
static bool is_folded(struct tms_str word)
{
	for (size_t i = 0; i < word.len; i++)
		if ((unsigned char)word.ptr[i] >= 0x80 || word.ptr[i] != tms_lower(word.ptr[i]))
			return false;
	return true;
}

static struct tms_word make_word(struct tms_str text, struct extent extent, struct tms_buf *forms)
{
	struct tms_str as_stands = tms_str_slice(text, extent.start, extent.end);
	size_t from = forms->len;

	if (is_folded(as_stands))
		return (struct tms_word){ key_of(as_stands, as_stands), (uint32_t)extent.start,
			(uint32_t)extent.end };
	tms_fold(forms, as_stands);
	if (forms->status != TMS_OK)
		return (struct tms_word){ 0 };
	return (struct tms_word){ make_key(forms, from, as_stands), (uint32_t)extent.start,
		(uint32_t)extent.end };
}

static void fill(struct word_found *found, struct tms_word *list, struct tms_buf *forms)
{
	struct word_cutter *cut = &found->behind;
	struct extent extent;

	for (size_t i = 0; i < found->count && forms->status == TMS_OK; i++)
		*list++ = make_word(cut->text, found->extents[i], forms);
	while (forms->status == TMS_OK && next_word(cut, &extent))
		*list++ = make_word(cut->text, extent, forms);
}

/* The text without its TeX, where it has any. */
static enum tms_status read_tex(struct tms_arena *arena, struct tms_words *words)
{
	struct tex_plain plain;

	enum tms_status st = tex_read(arena, words->text, &plain);
	if (st == TMS_OK && !tms_str_equal(plain.text, words->text)) {
		words->plain = plain.text;
		words->pieces = plain.pieces;
		words->pieces_count = plain.count;
	}
	return st;
}

enum tms_status tms_words_cut(struct tms_arena *arena, struct tms_str text, struct tms_words *out)
{
	struct tms_words words = { .text = text, .plain = text };
	struct tms_buf forms = { .max = UINT32_MAX - 1 };
	struct tms_word *list = NULL;
	struct tms_word_joined *joined = NULL;
	struct word_found found; /* 4 KB: not cleared for every author's name */

	if (text.len >= UINT32_MAX)
		return TMS_ELIMIT;
	if (tex_is_likely(text) && read_tex(arena, &words) != TMS_OK)
		return arena->status;
	words.count = count_words(words.plain, &found);
	if (words.count == 0) {
		*out = words;
		return TMS_OK;
	}
	list = TMS_ARENA_ARRAY(arena, struct tms_word, words.count);
	if (!list)
		return arena->status;
	fill(&found, list, &forms);
	words.list = list;
	words.joined_count = join(&words, &forms, NULL);
	if (words.joined_count > 0 && forms.status == TMS_OK) {
		joined = TMS_ARENA_ARRAY(arena, struct tms_word_joined, words.joined_count);
		if (joined)
			(void)join(&words, &forms, joined);
		words.joined = joined;
	}
	words.forms = tms_arena_take(arena, &forms).ptr;
	if (arena->status == TMS_OK)
		*out = words;
	return arena->status;
}

struct tms_str tms_words_form(const struct tms_words *words, size_t i)
{
	return word_form(words, &words->list[i]);
}

struct tms_str tms_words_joined_form(const struct tms_words *words, size_t i)
{
	const struct tms_word_joined *joined = &words->joined[i];
	const struct tms_word *last = &words->list[joined->first + joined->key.span - 1];

	return key_form(words, joined->key, tms_str_slice(words->plain, last->start, last->end));
}

struct tms_str tms_words_span(const struct tms_words *words, size_t first, size_t end)
{
	if (first >= end || end > words->count)
		return (struct tms_str){ 0 };
	return tms_str_slice(words->plain, words->list[first].start, words->list[end - 1].end);
}

struct tms_str tms_words_source(const struct tms_words *words, size_t first, size_t end)
{
	const struct tex_plain plain = { words->plain, words->pieces, words->pieces_count };
	struct tms_str span = tms_words_span(words, first, end);

	if (words->pieces_count == 0 || span.len == 0)
		return span;
	size_t start = (size_t)(span.ptr - words->plain.ptr);
	return tex_source_of(&plain, words->text, start, start + span.len);
}

size_t tms_words_joined_from(const struct tms_words *words, size_t first)
{
	size_t low = 0, high = words->joined_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (words->joined[middle].first < first)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
