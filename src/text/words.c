/* The words of a text: folded forms, what they are compared by, and what hyphens and apostrophes
 * join. */
#include <tamis/words.h>

#include <tamis/fold.h>

#include "tex.h"
#include "word_cutter.h"

#define FNV_BASIS UINT32_C(2166136261)
#define FNV_PRIME UINT32_C(16777619)
#define FOUND_MAX 256

static uint32_t hash_more(uint32_t hash, struct tms_str s)
{
	for (size_t i = 0; i < s.len; i++)
		hash = (hash ^ (unsigned char)s.ptr[i]) * FNV_PRIME;
	return hash;
}

/* Letters that one word can have for each other at its second place: mouse and mice, pyjama and
 * pajama, sceptic and skeptic. */
static unsigned char same_second(char letter)
{
	switch (letter) {
	case 'a':
	case 'i':
	case 'o':
	case 'u':
	case 'y':
		return 'e';
	case 'c':
		return 'k';
	default:
		return (unsigned char)letter;
	}
}

/* The same for words of one base. "aesthetic" and "oestrogen" begin as "esthetic" and "estrogen". */
static uint16_t beginning_of(struct tms_str form)
{
	size_t at =
		form.len > 2 && form.ptr[1] == 'e' && (form.ptr[0] == 'a' || form.ptr[0] == 'o');

	if (form.len < 2)
		return form.len == 0 ? 0 : (uint16_t)((unsigned char)form.ptr[0] << 8);
	return (uint16_t)((unsigned char)form.ptr[at] << 8 | same_second(form.ptr[at + 1]));
}

/* The key of a form. */
static struct tms_word_key key_of(struct tms_str form)
{
	return (struct tms_word_key){ .form_hash = hash_more(FNV_BASIS, form),
		.form_at = TMS_WORD_AS_IT_STANDS,
		.form_len = (uint16_t)form.len,
		.beginning = beginning_of(form),
		.span = 1 };
}

/* The key of the form that stands in forms from `from` to its end. */
static struct tms_word_key make_key(struct tms_buf *forms, size_t from, struct tms_str as_stands)
{
	struct tms_str form = tms_str_slice(tms_buf_str(forms), from, forms->len);
	struct tms_word_key key = key_of(form);

	if (tms_str_equal(form, as_stands))
		forms->len = from;
	else
		key.form_at = (uint32_t)from;
	return key;
}

/* The signs that are typed in names: also accents that stand alone, and a prime. */
static bool is_apostrophe(int32_t c)
{
	switch (c) {
	case '`':
	case 0xB4:
	case 0x55A: /* of Armenian */
	case 0x5F3: /* geresh */
		return true;
	case 0x201A: /* quotes, and nothing else */
	case 0x2039:
	case 0x203A:
		return false;
	default:
		return tms_fold_punctuation(c) == '\'';
	}
}

static bool is_one_of(struct tms_str word, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (tms_str_equal_caseless(word, tms_str_from(list[i])))
			return true;
	return false;
}

/* "she'll", "we're" and "I'd", which are not shell, were and id. */
static bool is_contraction(struct tms_str before, struct tms_str behind)
{
	static const char *const pronouns[] = { "i", "you", "he", "she", "it", "we", "they", "who",
		"what", "that", "there" };
	static const char *const verbs[] = { "ll", "re", "ve", "d", "m" };

	return is_one_of(behind, verbs, TMS_COUNT(verbs)) &&
	       is_one_of(before, pronouns, TMS_COUNT(pronouns));
}

/* O'Neil and don't, but not 5'11. */
static bool is_elided(struct tms_str before, struct tms_str behind)
{
	return !tms_is_digit(before.ptr[before.len - 1]) && !tms_is_digit(behind.ptr[0]) &&
	       !is_contraction(before, behind);
}

/* True when words i - 1 and i are divided by one hyphen or apostrophe and nothing else. Runs without
 * spaces need no joining: a hyphen in one is a gap, and beside one nothing that counts. */
static bool is_joined(struct tms_str text, const struct tms_word *list, size_t i)
{
	size_t at = list[i - 1].end;

	if ((list[i - 1].key.kind | list[i].key.kind) != TMS_WORD_PLAIN || at >= list[i].start ||
		text.ptr[at] == ' ') /* nearly always */
		return false;
	int32_t c = (int32_t)tms_utf8_next(text, &at);
	if (at != list[i].start)
		return false;
	return tms_fold_punctuation(c) == '-' ||
	       (is_apostrophe(c) &&
		       is_elided(tms_str_slice(text, list[i - 1].start, list[i - 1].end),
			       tms_str_slice(text, list[i].start, list[i].end)));
}

/* How many words from `first` on are joined to each other. */
static size_t chain_from(const struct tms_words *words, size_t first)
{
	size_t n = 1;

	while (n < TMS_WORDS_JOINED_MAX && first + n < words->count &&
		is_joined(words->plain, words->list, first + n))
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
		size_t end = words->list[first].end; /* of the text, where pairs overlap */
		if (end >= words->plain.len || words->plain.ptr[end] == ' ')
			continue; /* nearly always */
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
			out[made].key.span = (uint8_t)span;
			out[made].first = (uint32_t)first;
		}
	}
	return made;
}

/* The first words of a text, found while they are counted; of nearly all texts that is all. */
struct word_found {
	struct word_extent extents[FOUND_MAX];
	size_t count;
	struct word_cutter behind; /* where the others begin */
};

static size_t count_words(struct tms_str text, struct word_found *found)
{
	struct word_extent others[FOUND_MAX / 4];
	struct word_cutter cut = { .text = text };
	size_t count, more = TMS_COUNT(others);

	found->count = count = word_cutter_take(&cut, found->extents, FOUND_MAX);
	found->behind = cut;
	while (found->count == FOUND_MAX && more == TMS_COUNT(others)) {
		more = word_cutter_take(&cut, others, more);
		count += more;
	}
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

/* A pair's gap is one space in its form. */
static struct tms_word make_bridged(
	struct tms_str text, struct word_extent extent, struct tms_buf *forms)
{
	struct tms_str first = tms_str_slice(text, extent.start, extent.char_end);
	struct tms_str second = tms_str_slice(text, extent.second, extent.end);
	size_t from = forms->len;

	tms_fold(forms, first);
	tms_buf_add_char(forms, ' ');
	tms_fold(forms, second);
	if (forms->status != TMS_OK)
		return (struct tms_word){ 0 };
	struct tms_str form = tms_str_slice(tms_buf_str(forms), from, forms->len);
	struct tms_word_key key = key_of(form);
	key.form_at = (uint32_t)from;
	key.kind = TMS_WORD_BRIDGED;
	return (struct tms_word){ key, extent.start, extent.end };
}

static struct tms_word make_word(
	struct tms_str text, struct word_extent extent, struct tms_buf *forms)
{
	struct tms_str as_stands = tms_str_slice(text, extent.start, extent.end);
	size_t from = forms->len;

	if (is_folded(as_stands))
		return (struct tms_word){ key_of(as_stands), extent.start, extent.end };
	if (extent.second > extent.char_end)
		return make_bridged(text, extent, forms);
	tms_fold(forms, as_stands);
	if (forms->status != TMS_OK)
		return (struct tms_word){ 0 };
	struct tms_word word = { make_key(forms, from, as_stands), extent.start, extent.end };
	if (extent.char_end > 0)
		word.key.kind = extent.second > 0 ? TMS_WORD_PAIR : TMS_WORD_LONE;
	return word;
}

static void fill(struct word_found *found, struct tms_word *list, struct tms_buf *forms)
{
	struct word_cutter *cut = &found->behind;
	size_t count = found->count;

	while (count > 0) {
		for (size_t i = 0; i < count && forms->status == TMS_OK; i++)
			*list++ = make_word(cut->text, found->extents[i], forms);
		count = count == FOUND_MAX && forms->status == TMS_OK
				? word_cutter_take(cut, found->extents, FOUND_MAX)
				: 0;
	}
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

static bool is_pair(const struct tms_word *word)
{
	return word->key.kind == TMS_WORD_PAIR || word->key.kind == TMS_WORD_BRIDGED ||
	       word->key.kind == TMS_WORD_LOOSE;
}

enum tms_status tms_words_cut_asked(
	struct tms_arena *arena, struct tms_str text, struct tms_words *out)
{
	enum tms_status st = tms_words_cut(arena, text, out);
	if (st != TMS_OK)
		return st;
	struct tms_word *list = (struct tms_word *)(uintptr_t)out->list; /* ours until now */
	for (size_t i = 0; i + 1 < out->count; i++) /* a pair has a next word in its run */
		if (is_pair(&list[i]) &&
			(list[i].key.kind == TMS_WORD_BRIDGED || is_pair(&list[i + 1]) ||
				(i > 0 && is_pair(&list[i - 1]))))
			list[i].key.kind = TMS_WORD_LOOSE;
	if (out->count > 1 && is_pair(&list[out->count - 2]))
		out->count--;
	return TMS_OK;
}

size_t tms_words_within(struct tms_str text, size_t *left)
{
	struct word_extent found[FOUND_MAX / 4];
	struct word_cutter cut = { .text = text };
	size_t end = 0;

	while (*left > 0) {
		size_t most = *left < TMS_COUNT(found) ? *left : TMS_COUNT(found);
		size_t count = word_cutter_take(&cut, found, most);
		*left -= count;
		if (count < most)
			return text.len;
		end = found[count - 1].end;
	}
	return word_cutter_take(&cut, found, 1) == 0 ? text.len : end;
}

bool tms_word_same_loosely(struct tms_str a, struct tms_str b)
{
	size_t i = 0, k = 0;

	for (; i < a.len && k < b.len; i++, k++) {
		i += a.ptr[i] == ' ' && i + 1 < a.len;
		k += b.ptr[k] == ' ' && k + 1 < b.len;
		if (a.ptr[i] != b.ptr[k])
			return false;
	}
	return i == a.len && k == b.len;
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

struct tms_str tms_words_span_lone(const struct tms_words *words, size_t first, size_t end)
{
	struct tms_str span = tms_words_span(words, first, end);

	if (span.len > 0 && words->list[end - 1].key.kind != TMS_WORD_PLAIN)
		span.len = word_char_end(words->plain, words->list[end - 1].start) -
			   words->list[first].start;
	return span;
}

struct tms_str tms_words_source(const struct tms_words *words, struct tms_str span)
{
	const struct tex_plain plain = { words->plain, words->pieces, words->pieces_count };

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
