/* Words, phrases, names and near() as one would explain them, one way after the other. */
#include "reference.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include <libstemmer.h>

#include <tamis/fold.h>

#include "text/regex.h"

static struct tms_str write_base(
	struct tms_arena *arena, struct tms_str form, struct tms_word_base base)
{
	return tms_arena_format(
		arena, "%.*s%.*s", (int)base.keep, form.ptr, TMS_STR_ARGS(base.tail));
}

static struct tms_str make_stem(struct tms_arena *arena, struct tms_str form)
{
	static struct sb_stemmer *stemmer; /* lives as long as the test */

	if (!stemmer)
		stemmer = sb_stemmer_new("english", "UTF_8");
	const sb_symbol *stem =
		sb_stemmer_stem(stemmer, (const sb_symbol *)form.ptr, (int)form.len);
	return tms_arena_copy(
		arena, (struct tms_str){ (const char *)stem, (size_t)sb_stemmer_length(stemmer) });
}

static struct tms_str without_spaces(struct tms_arena *arena, struct tms_str s)
{
	char *copy = tms_arena_alloc(arena, s.len + 1);
	size_t len = 0;

	assert(copy);
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] != ' ')
			copy[len++] = s.ptr[i];
	return (struct tms_str){ copy, len };
}

/* What the letters before a version are compared by. */
static void read_letters(struct tms_arena *arena, struct unit *unit)
{
	for (size_t i = 0; i < 2; i++) {
		struct tms_str letters = reference_letters(unit->form, i == 0);
		struct tms_word_base base = tms_word_base(letters, TMS_STR_NONE);
		struct tms_word_base singular = tms_word_singular(letters, TMS_STR_NONE);
		if (letters.len == 0)
			continue;
		unit->letters[i] = letters;
		unit->letters_base[i] = write_base(arena, letters, base);
		unit->letters_stem[i] =
			make_stem(arena, tms_word_base_equal(letters, base, letters, singular)
						 ? letters
						 : unit->letters_base[i]);
	}
}

static struct unit make_unit(struct tms_arena *arena, const struct tms_words *words,
	struct tms_str form, size_t first, size_t span)
{
	struct tms_str last = tms_words_span(words, first + span - 1, first + span);
	struct tms_str base = write_base(arena, form, tms_word_base(form, last));
	struct tms_str singular = write_base(arena, form, tms_word_singular(form, last));
	bool is_respelled = !tms_str_equal(base, singular);
	struct unit unit = { .form = form,
		.base = base,
		.stem = make_stem(arena, is_respelled ? base : form),
		.name_base = singular,
		.name_stem = make_stem(arena, form),
		.first = first,
		.span = span };

	unit.is_lone = words->list[first].key.kind == TMS_WORD_LONE;
	if (words->list[first].key.kind != TMS_WORD_PLAIN && !unit.is_lone)
		unit.tight = without_spaces(arena, form);
	read_letters(arena, &unit);
	return unit;
}

#define JOINED_MAX 5 /* parts */

static bool is_listed(const char *list, struct tms_str word)
{
	char wanted[16];

	(void)snprintf(wanted, sizeof(wanted), " %.*s ", TMS_STR_ARGS(word));
	return word.len < sizeof(wanted) - 2 && strstr(list, wanted) != NULL;
}

/* Is word i written as one with the next: with a hyphen, or with an apostrophe that is neither in a
 * number nor in "we'll"? */
static bool joins_next(const struct tms_words *words, size_t i)
{
	static const char hyphens[] =
		" - \xe2\x80\x90 \xe2\x80\x91 \xe2\x80\x92 \xe2\x80\x93 \xe2\x88\x92 "
		"\xef\xb9\xa3 \xef\xbc\x8d \xd6\xbe ";
	static const char apostrophes[] =
		" ' ` \xc2\xb4 ‘ ’ \xe2\x80\x9b ′ ʹ ʻ ʼ ʽ ʾ ʿ "
		"\xd5\x9a \xd7\xb3 \xef\xbc\x87 \xea\x9e\x8b \xea\x9e\x8c ";
	const struct tms_word *word = &words->list[i];

	if (i + 1 >= words->count || word[1].start <= word->end ||
		word->key.kind != TMS_WORD_PLAIN || word[1].key.kind != TMS_WORD_PLAIN)
		return false;
	struct tms_str here = tms_words_form(words, i), next = tms_words_form(words, i + 1);
	struct tms_str sign = tms_str_slice(words->plain, word->end, word[1].start);
	if (is_listed(hyphens, sign))
		return true;
	return is_listed(apostrophes, sign) && !tms_is_digit(words->plain.ptr[word->end - 1]) &&
	       !tms_is_digit(words->plain.ptr[word[1].start]) &&
	       !(is_listed(" i you he she it we they who what that there ", here) &&
		       is_listed(" d ll m re ve ", next));
}

void cut_text(struct tms_arena *arena, struct tms_str text, struct cut *out)
{
	size_t n = 0;

	*out = (struct cut){ .text = text };
	if (tms_words_cut(arena, text, &out->words) != TMS_OK)
		abort();
	const struct tms_words *words = &out->words;
	out->units = TMS_ARENA_ARRAY(arena, struct unit, JOINED_MAX * words->count + 1);
	out->units_from = TMS_ARENA_ARRAY(arena, size_t, words->count + 1);
	assert(out->units && out->units_from);
	for (size_t i = 0; i < words->count; i++) {
		out->units_from[i] = n;
		struct tms_str form = tms_words_form(words, i);
		out->units[n++] = make_unit(arena, words, form, i, 1);
		for (size_t span = 2; span <= JOINED_MAX && joins_next(words, i + span - 2);
			span++) {
			form = tms_arena_format(arena, "%.*s%.*s", TMS_STR_ARGS(form),
				TMS_STR_ARGS(tms_words_form(words, i + span - 1)));
			out->units[n++] = make_unit(arena, words, form, i, span);
		}
	}
	out->units_from[words->count] = n;
}

/* Words of a run from word `first` on: every one but the last has a pair's next character. */
static size_t run_length(const struct cut *cut, size_t first)
{
	size_t end = first;

	while (end < cut->words.count && cut->units[cut->units_from[end]].tight.len > 0)
		end++;
	return end - first + 1;
}

/* Of a run that is asked for, the last character is in the pair before it. Two characters are a word
 * that has to stand together, unless they are asked for apart. */
void cut_asked(struct tms_arena *arena, struct tms_str text, struct cut *out)
{
	size_t length = 1;

	cut_text(arena, text, out);
	for (size_t i = 0; i < out->words.count; i += length) {
		length = run_length(out, i);
		for (size_t k = i; k + 1 < i + length; k++) {
			struct unit *unit = &out->units[out->units_from[k]];
			unit->is_loose = length > 2 || unit->form.len > unit->tight.len;
		}
	}
	if (length > 1)
		out->words.count--;
}

static bool units_match(const struct ask *ask, const struct cut *asked_text,
	const struct unit *asked, const struct unit *there, bool is_name)
{
	bool same = tms_str_equal(asked->form, there->form);

	if (asked->is_lone)
		return tms_str_starts(there->form, asked->form);
	if (asked->is_loose)
		return tms_str_equal(asked->tight, there->tight);
	if (!is_name && ask->how == HOW_STEM && is_version_of(asked_text, asked, there, true))
		return true;
	if (ask->how == HOW_STEM)
		return same || (is_name ? tms_str_equal(asked->name_stem, there->name_stem)
					: tms_str_equal(asked->stem, there->stem));
	if (ask->how == HOW_PREFIX && asked->first + asked->span == asked_text->words.count)
		return tms_str_starts(there->form, asked->form);
	if (!is_name && is_version_of(asked_text, asked, there, false))
		return true;
	return same || (is_name ? tms_str_equal(asked->name_base, there->name_base)
				: tms_str_equal(asked->base, there->base));
}

/* Where the words asked for from `a` on end when they begin at word `t` of the text; 0: they do
 * not. Each next word may be written as one with those behind it, on either side. */
static size_t end_of_match(
	const struct ask *ask, const struct cut *asked, size_t a, const struct cut *there, size_t t)
{
	if (a == asked->words.count)
		return t;
	if (t == there->words.count)
		return 0;
	for (size_t i = asked->units_from[a]; i < asked->units_from[a + 1]; i++)
		for (size_t k = there->units_from[t]; k < there->units_from[t + 1]; k++) {
			const struct unit *x = &asked->units[i], *y = &there->units[k];
			size_t end =
				units_match(ask, asked, x, y, there->is_name)
					? end_of_match(ask, asked, a + x->span, there, t + y->span)
					: 0;
			if (end != 0)
				return end;
		}
	return 0;
}

/* =RAG: some run of words that is the same as it stands. */
static bool stands_exactly(const struct cut *asked, const struct cut *there)
{
	struct tms_str whole = tms_words_span(&asked->words, 0, asked->words.count);
	bool caseless = !tms_has_capital(asked->text);
	size_t longest = asked->words.count;
	bool is_lone = asked->units[asked->units_from[longest - 1]].is_lone;

	for (size_t first = 0; first < there->words.count; first++)
		for (size_t end = first + 1; end <= first + longest && end <= there->words.count;
			end++)
			if (tms_fold_same(is_lone ? tms_words_span_lone(&there->words, first, end)
						  : tms_words_span(&there->words, first, end),
				    whole, caseless))
				return true;
	return false;
}

static bool is_initial(const struct unit *unit)
{
	size_t at = 0;

	if (unit->is_lone || unit->tight.len > 0)
		return false;
	(void)tms_utf8_next(unit->form, &at);
	return at >= unit->form.len;
}

/* One person: who has got which words, asked for and of the name. */
struct pairs {
	bool asked[64], name[64];
	bool whole; /* something more than an initial is the same */
};

static bool are_free(const bool *taken, const struct unit *unit)
{
	for (size_t i = unit->first; i < unit->first + unit->span; i++)
		if (taken[i])
			return false;
	return true;
}

static void take(bool *taken, const struct unit *unit)
{
	for (size_t i = unit->first; i < unit->first + unit->span; i++)
		taken[i] = true;
}

enum fit { FIT_WORD, FIT_ASKED_JOINED, FIT_NAME_JOINED, FIT_INITIAL };

static bool fits(enum fit fit, const struct unit *a, const struct unit *n)
{
	bool same = tms_str_equal(a->form, n->form);

	if (a->is_lone)
		same = tms_str_starts(n->form, a->form);
	else if (a->tight.len > 0)
		same = tms_str_equal(a->tight, n->tight);
	switch (fit) {
	case FIT_WORD:
		return a->span == 1 && n->span == 1 && same;
	case FIT_ASKED_JOINED:
		return a->span > 1 && n->span == 1 && same;
	case FIT_NAME_JOINED:
		return a->span == 1 && n->span > 1 && same;
	case FIT_INITIAL:
		break;
	}
	return a->span == 1 && n->span == 1 &&
	       ((is_initial(a) && tms_str_starts(n->form, a->form)) ||
		       (is_initial(n) && tms_str_starts(a->form, n->form)));
}

/* Pair what fits in this way, words that are nearer the beginning first. */
static void pair(struct pairs *pairs, enum fit fit, const struct cut *asked, const struct cut *name)
{
	size_t asked_units = asked->units_from[asked->words.count];
	size_t name_units = name->units_from[name->words.count];

	for (size_t i = 0; i < asked_units; i++)
		for (size_t k = 0; k < name_units; k++) {
			const struct unit *a = &asked->units[i], *n = &name->units[k];
			if (!fits(fit, a, n) || !are_free(pairs->asked, a) ||
				!are_free(pairs->name, n))
				continue;
			take(pairs->asked, a);
			take(pairs->name, n);
			pairs->whole |=
				fit != FIT_INITIAL && (a->span + n->span > 2 || !is_initial(a));
		}
}

/* What stands in full is taken first, then what is joined, then initials. */
bool reference_is_person(const struct cut *asked, const struct cut *name)
{
	struct pairs pairs = { 0 };
	bool only_initials = true;

	assert(asked->words.count <= 64 && name->words.count <= 64);
	pair(&pairs, FIT_WORD, asked, name);
	pair(&pairs, FIT_ASKED_JOINED, asked, name);
	pair(&pairs, FIT_NAME_JOINED, asked, name);
	pair(&pairs, FIT_INITIAL, asked, name);
	for (size_t i = 0; i < asked->words.count; i++) {
		only_initials &= is_initial(&asked->units[asked->units_from[i]]);
		if (!pairs.asked[i])
			return false;
	}
	return pairs.whole || only_initials;
}

static bool words_hold(const struct ask *ask, const struct cut *there)
{
	if (ask->how == HOW_NAME)
		return reference_is_person(&ask->cut, there);
	if (ask->how == HOW_EXACT)
		return stands_exactly(&ask->cut, there);
	for (size_t t = 0; t < there->words.count; t++)
		if (end_of_match(ask, &ask->cut, 0, there, t) != 0)
			return true;
	return false;
}

bool reference_words_hold(const struct cut *asked, const struct cut *there)
{
	return words_hold(&(struct ask){ .how = HOW_PLAIN, .cut = *asked }, there);
}

#define PARTS_MAX 8

/* A choice of places, one for each part so far. */
struct places {
	size_t first[PARTS_MAX], end[PARTS_MAX];
};

static bool is_near(const struct ask *ask, const struct places *places)
{
	size_t first = SIZE_MAX, end = 0, covered = 0;

	for (size_t i = 0; i < ask->parts_count; i++) {
		first = places->first[i] < first ? places->first[i] : first;
		end = places->end[i] > end ? places->end[i] : end;
		covered += places->end[i] - places->first[i];
	}
	return end - first <= covered + ask->gap;
}

/* A word that is asked for twice has to be there twice. */
static bool is_taken(const struct ask *ask, const struct places *places, size_t part, size_t first)
{
	for (size_t i = 0; i < part; i++)
		if (places->first[i] == first &&
			tms_str_equal_caseless(ask->parts[i].text, ask->parts[part].text))
			return true;
	return false;
}

/* Try all places for the parts from `part` on. */
static bool near_holds(
	const struct ask *ask, const struct cut *there, struct places *places, size_t part)
{
	if (part == ask->parts_count)
		return is_near(ask, places);
	for (size_t t = 0; t < there->words.count; t++) {
		size_t end = end_of_match(ask, &ask->parts[part], 0, there, t);
		if (end == 0 || is_taken(ask, places, part, t))
			continue;
		places->first[part] = t;
		places->end[part] = end;
		if (near_holds(ask, there, places, part + 1))
			return true;
	}
	return false;
}

bool reference_text_holds(const struct ask *ask, const struct subject *subject)
{
	for (size_t i = 0; i < subject->texts_count; i++) {
		const struct subject_text *text = &subject->texts[i];
		struct places places;
		if (!(text->field & ask->fields))
			continue;
		if (ask->kind == ASK_WORDS || (ask->kind == ASK_TAG && !ask->regex)
				? words_hold(ask, &text->cut)
			: ask->kind == ASK_NEAR ? near_holds(ask, &text->cut, &places, 0)
						: regex_matches(ask->regex, text->cut.text))
			return true;
	}
	return false;
}
