/*
 * Snippets. Of all runs that fit, the one counts most that has most different parts of the query,
 * then most places (the weights are those of SQLite's FTS5). It begins with its sentence where that
 * has room, else at a word, and ends behind one; where a script has no spaces, between two graphemes
 * (UAX 29). A formula of TeX is not cut: what TeX hides of a text tells where one is open.
 */
#include <tamis/snippet.h>

#include <stdlib.h>

#include <tamis/utf8.h>

#include "query/grapheme.h"

/* To find a space so many characters are given up. */
#define GIVEN_UP 30
/* … and so many are left for the words that what is marked is a part of. */
#define WORD_ROOM 15
#define PART_WEIGHT 1000

static const unsigned texts_not_shown = TMS_FIELD_TITLE | TMS_FIELD_KEYWORD | TMS_FIELDS_NAMES;

struct cutting {
	const struct tms_words *words;
	struct tms_str text;
	const struct tms_query_place *places; /* of this text, in order */
	size_t count;
};

/* ---- characters ---- */

static size_t characters(struct tms_str text, size_t from, size_t to)
{
	size_t count = 0;

	for (size_t i = from; i < to; i++)
		count += ((unsigned char)text.ptr[i] & 0xC0) != 0x80;
	return count;
}

static size_t back(struct tms_str text, size_t at, size_t count)
{
	while (at > 0 && count > 0)
		count -= ((unsigned char)text.ptr[--at] & 0xC0) != 0x80;
	return at;
}

static size_t forth(struct tms_str text, size_t at, size_t count)
{
	while (at < text.len && count > 0) {
		(void)tms_utf8_next(text, &at);
		count--;
	}
	return at;
}

static bool is_space(char byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* ---- where a text may be cut ---- */

/* Between two pieces of what TeX prints stands what it does not print: "$", "{", "\text{". */
static void follow_hidden(struct tms_str hidden, bool *in_formula, int *braces)
{
	for (size_t i = 0; i < hidden.len; i++) {
		if (hidden.ptr[i] == '$')
			*in_formula = !*in_formula;
		*braces += (hidden.ptr[i] == '{') - (hidden.ptr[i] == '}');
	}
}

/* Nothing of TeX is open there. */
static bool is_outside(const struct tms_words *words, size_t at)
{
	bool in_formula = false;
	int braces = 0;
	size_t end = 0;

	for (size_t i = 0; i < words->pieces_count && end < at; i++) {
		const struct tms_words_piece *piece = &words->pieces[i];
		size_t start = piece->source < at ? piece->source : at;
		if (start > end)
			follow_hidden(tms_str_slice(words->text, end, start), &in_formula, &braces);
		end = piece->source_end;
		if (piece->source < at && at < end && !piece->is_same)
			return false;
	}
	if (words->pieces_count > 0 && end < at)
		follow_hidden(tms_str_slice(words->text, end, at), &in_formula, &braces);
	return !in_formula && braces <= 0;
}

/* Behind a space, and not before a mark that stands on it. */
static bool may_begin(const struct cutting *c, size_t at)
{
	return is_space(c->text.ptr[at - 1]) && !is_space(c->text.ptr[at]) &&
	       grapheme_begins(c->text, at) && is_outside(c->words, at);
}

static bool may_end(const struct cutting *c, size_t at)
{
	return is_space(c->text.ptr[at]) && !is_space(c->text.ptr[at - 1]) &&
	       grapheme_begins(c->text, at) && is_outside(c->words, at);
}

static bool begins_sentence(const struct cutting *c, size_t at)
{
	size_t end = at;

	while (end > 0 && is_space(c->text.ptr[end - 1]))
		end--;
	return end > 0 && end < at &&
	       (c->text.ptr[end - 1] == '.' || c->text.ptr[end - 1] == '?' ||
		       c->text.ptr[end - 1] == '!' || c->text.ptr[at - 1] == '\n') &&
	       may_begin(c, at);
}

/* The last place in [from, to] where something can end, or SIZE_MAX. */
static size_t last_end(const struct cutting *c, size_t from, size_t to)
{
	for (size_t at = to; at > from && at > 0; at--)
		if (may_end(c, at))
			return at;
	return SIZE_MAX;
}

/* The first one there. */
static size_t first_end(const struct cutting *c, size_t from, size_t to)
{
	for (size_t at = from; at <= to; at++)
		if (at == c->text.len || may_end(c, at))
			return at;
	return SIZE_MAX;
}

static size_t last_grapheme(struct tms_str text, size_t from, size_t to)
{
	while (to > from && !grapheme_begins(text, to))
		to--;
	return to;
}

/* Where the run begins that has the bytes from `first` on, so many characters before them at most;
 * a sentence may take all of `room`, anything else half: then the run begins at its word. */
static size_t begin_at(const struct cutting *c, size_t first, size_t room, size_t half)
{
	size_t farthest = back(c->text, first, room), far = back(c->text, first, half);

	if (farthest == 0)
		return 0;
	for (size_t at = far; at <= first; at++)
		if (at > 0 && begins_sentence(c, at))
			return at;
	for (size_t at = far; at > farthest; at--)
		if (begins_sentence(c, at))
			return at;
	for (size_t at = far; at <= first; at++)
		if (at > 0 && may_begin(c, at))
			return at;
	for (size_t at = far; at > farthest; at--)
		if (may_begin(c, at))
			return at;
	return last_grapheme(c->text, 0, far);
}

/* Where it ends: behind `last`, and about so many characters behind `begin`. */
static size_t end_at(const struct cutting *c, size_t begin, size_t last)
{
	size_t end = forth(c->text, begin, TMS_SNIPPET_CHARACTERS);

	if (end >= c->text.len)
		return c->text.len;
	size_t least = back(c->text, end, GIVEN_UP);
	least = least > last ? least : last;
	size_t space = least < end ? last_end(c, least, end) : SIZE_MAX;
	if (space == SIZE_MAX) /* a word that goes on a little is not torn */
		space = first_end(c, end, forth(c->text, end, WORD_ROOM));
	return space != SIZE_MAX ? space : last_grapheme(c->text, begin, end);
}

/* ---- which run ---- */

static bool is_new_part(const struct cutting *c, size_t first, size_t at)
{
	for (size_t i = first; i < at; i++)
		if (c->places[i].part == c->places[at].part)
			return false;
	return true;
}

/* The run of places [first, *behind) that fits, and what it counts. */
static size_t weigh(const struct cutting *c, size_t first, size_t *last)
{
	size_t start = c->places[first].start, end = start, length = 0, weight = 0;

	for (size_t i = first; i < c->count; i++) {
		const struct tms_query_place *place = &c->places[i];
		if (place->end > end) {
			length += characters(c->text, end, place->end);
			end = place->end;
		}
		if (length > TMS_SNIPPET_CHARACTERS - WORD_ROOM && i > first)
			break;
		*last = end;
		weight += is_new_part(c, first, i) ? PART_WEIGHT : 1;
	}
	return weight;
}

static void choose_run(const struct cutting *c, size_t *begin, size_t *end)
{
	size_t first = 0, last = 0, best = 0;

	for (size_t i = 0; i < c->count; i++) {
		size_t until = 0, weight = weigh(c, i, &until);
		if (weight <= best)
			continue;
		best = weight;
		first = c->places[i].start;
		last = until;
	}
	size_t length = characters(c->text, first, last);
	size_t room = length < TMS_SNIPPET_CHARACTERS ? TMS_SNIPPET_CHARACTERS - length : 0;
	size_t behind = characters(c->text, last, forth(c->text, last, room));
	*begin = begin_at(c, first, room, behind < room / 2 ? room - behind : room / 2);
	*end = end_at(c, *begin, last);
}

/* ---- marks ---- */

static int compare_places(const void *a, const void *b)
{
	const struct tms_query_place *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return x->end < y->end ? -1 : x->end > y->end;
}

/* The places of one text, in order. NULL and 0 without any. */
static enum tms_status places_of(const struct tms_query_explanation *why, size_t text,
	struct tms_arena *arena, struct cutting *c)
{
	struct tms_query_place *places =
		TMS_ARENA_ARRAY(arena, struct tms_query_place, why->places_count + 1);

	if (!places)
		return arena->status;
	for (size_t i = 0; i < why->places_count; i++)
		if (why->places[i].text == text)
			places[c->count++] = why->places[i];
	qsort(places, c->count, sizeof(*places), compare_places);
	c->places = places;
	return TMS_OK;
}

/* Those that are in [begin, end), joined where they touch. */
static enum tms_status mark(const struct cutting *c, size_t begin, size_t end,
	struct tms_arena *arena, struct tms_snippet *out)
{
	struct tms_snippet_mark *marks =
		TMS_ARENA_ARRAY(arena, struct tms_snippet_mark, c->count + 1);
	size_t count = 0;

	if (!marks)
		return arena->status;
	for (size_t i = 0; i < c->count; i++) {
		size_t from = c->places[i].start > begin ? c->places[i].start : begin;
		size_t to = c->places[i].end < end ? c->places[i].end : end;
		if (from >= to)
			continue;
		if (count > 0 && from - begin <= marks[count - 1].end) {
			if (to - begin > marks[count - 1].end)
				marks[count - 1].end = to - begin;
		} else {
			marks[count++] = (struct tms_snippet_mark){ from - begin, to - begin };
		}
	}
	out->text = tms_str_slice(c->text, begin, end);
	out->start = begin;
	out->is_cut_before = begin > 0;
	out->is_cut_behind = end < c->text.len;
	out->marks = marks;
	out->marks_count = count;
	return TMS_OK;
}

static struct cutting cutting_of(const struct tms_doc *doc, size_t text)
{
	return (struct cutting){ .words = &doc->texts[text].words,
		.text = doc->texts[text].words.text };
}

/* The text that has most places, or SIZE_MAX when there is no text. */
static size_t choose_text(const struct tms_query_explanation *why, const struct tms_doc *doc)
{
	size_t best = SIZE_MAX, most = 0;

	for (size_t i = 0; i < doc->texts_count; i++) {
		size_t count = 0;
		if (doc->texts[i].fields & texts_not_shown)
			continue;
		for (size_t k = 0; k < why->places_count; k++)
			count += why->places[k].text == i;
		if (best == SIZE_MAX || count > most) {
			best = i;
			most = count;
		}
	}
	return best;
}

enum tms_status tms_snippet_make(const struct tms_query_explanation *why, const struct tms_doc *doc,
	struct tms_arena *arena, struct tms_snippet *out)
{
	struct tms_snippet made = { 0 };
	size_t text = choose_text(why, doc), begin = 0, end = 0;

	*out = made;
	if (text == SIZE_MAX)
		return TMS_OK;
	struct cutting c = cutting_of(doc, text);
	enum tms_status st = places_of(why, text, arena, &c);
	if (st != TMS_OK)
		return st;
	if (c.count > 0)
		choose_run(&c, &begin, &end);
	else
		end = end_at(&c, 0, 0);
	made.field = tms_field_name(doc->texts[text].fields);
	st = mark(&c, begin, end, arena, &made);
	if (st == TMS_OK)
		*out = made;
	return st;
}

enum tms_status tms_snippet_of_title(const struct tms_query_explanation *why,
	const struct tms_doc *doc, struct tms_arena *arena, struct tms_snippet *out)
{
	struct tms_snippet made = { 0 };

	*out = made;
	if (doc->texts_count == 0 || doc->texts[0].fields != TMS_FIELD_TITLE)
		return TMS_OK;
	struct cutting c = cutting_of(doc, 0);
	enum tms_status st = places_of(why, 0, arena, &c);
	made.field = tms_field_name(TMS_FIELD_TITLE);
	if (st == TMS_OK)
		st = mark(&c, 0, c.text.len, arena, &made);
	if (st == TMS_OK)
		*out = made;
	return st;
}

/* ---- shown ---- */

static void add_plain(struct tms_buf *buf, struct tms_str text)
{
	for (size_t i = 0; i < text.len; i++)
		tms_buf_add_char(buf, (unsigned char)text.ptr[i] < ' ' || text.ptr[i] == 0x7F
					      ? ' '
					      : text.ptr[i]);
}

void tms_snippet_write(
	const struct tms_snippet *snippet, const struct tms_query_marks *marks, struct tms_buf *buf)
{
	static const struct tms_query_marks plain = { "**", "**", add_plain };
	size_t at = 0;

	if (!marks)
		marks = &plain;
	if (snippet->text.len == 0)
		return;
	tms_buf_add_cstr(buf, snippet->is_cut_before ? "\xe2\x80\xa6 " : "");
	for (size_t i = 0; i < snippet->marks_count; i++) {
		const struct tms_snippet_mark *one = &snippet->marks[i];
		marks->text(buf, tms_str_slice(snippet->text, at, one->start));
		tms_buf_add_cstr(buf, marks->before);
		marks->text(buf, tms_str_slice(snippet->text, one->start, one->end));
		tms_buf_add_cstr(buf, marks->behind);
		at = one->end;
	}
	marks->text(buf, tms_str_slice(snippet->text, at, snippet->text.len));
	tms_buf_add_cstr(buf, snippet->is_cut_behind ? " \xe2\x80\xa6" : "");
}
