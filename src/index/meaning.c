/* What a word of a query means: the terms of the items that it is looked for among; and the stems of
 * these. */
#include "plan_private.h"

#include <libstemmer.h>

#include <tamis/utf8.h>

#include "text/spelling.h"

struct tms_str index_variant_stands(enum index_variant variant)
{
	/* how such a word could stand in a text, as far as its singular depends on it */
	static const struct tms_str as_stands[] = {
		[VARIANT_PLAIN] = { 0 },
		[VARIANT_PLURAL] = TMS_STR_INIT("AAs"),
		[VARIANT_NAME] = TMS_STR_INIT("AAA"),
	};

	return as_stands[variant];
}

struct tms_word_base index_base_of(struct tms_str form, enum index_variant variant, bool is_name)
{
	struct tms_str as_stands = index_variant_stands(variant);

	return is_name ? tms_word_singular(form, as_stands) : tms_word_base(form, as_stands);
}

static bool is_singular(struct tms_str form, enum index_variant variant, struct tms_word_base base)
{
	return tms_word_base_equal(form, index_base_of(form, variant, true), form, base);
}

/* Of no other words does the singular depend on capitals: see tms_word_singular. */
static bool may_depend(struct tms_str form)
{
	return form.len == 3 || (form.len > 0 && form.ptr[form.len - 1] == 's');
}

bool index_form_is_ambiguous(struct tms_str form)
{
	if (!may_depend(form))
		return false;
	struct tms_word_base plain = index_base_of(form, VARIANT_PLAIN, true);
	return !is_singular(form, VARIANT_PLURAL, plain) || !is_singular(form, VARIANT_NAME, plain);
}

static bool has_ascii_capital(struct tms_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (tms_is_upper(s.ptr[i]))
			return true;
	return false;
}

enum index_variant index_variant_of(struct tms_str form, struct tms_str as_stands)
{
	if (!may_depend(form) || !has_ascii_capital(as_stands))
		return VARIANT_PLAIN;
	struct tms_word_base singular = tms_word_singular(form, as_stands);
	if (is_singular(form, VARIANT_PLAIN, singular))
		return VARIANT_PLAIN;
	return is_singular(form, VARIANT_PLURAL, singular) ? VARIANT_PLURAL : VARIANT_NAME;
}

/* A meaning being made. */
struct meaning {
	struct tms_arena *scratch;
	unsigned fields;
	enum tms_status status;
};

/* Two runs as one; in the scratch arena when there are two. */
static struct tms_str join(struct meaning *m, struct tms_str a, struct tms_str b)
{
	if (b.len == 0)
		return a;
	char *to = tms_arena_alloc(m->scratch, a.len + b.len);
	if (!to) {
		m->status = TMS_ENOMEM;
		return a;
	}
	if (a.len > 0)
		memcpy(to, a.ptr, a.len);
	memcpy(to + a.len, b.ptr, b.len);
	return (struct tms_str){ to, a.len + b.len };
}

/* Where the words that are asked for can stand. */
static char places_of(const struct meaning *m)
{
	return (char)((m->fields & ~TMS_FIELDS_NAMES ? INDEX_WORD_IN_TEXTS : 0) |
		      (m->fields & TMS_FIELDS_NAMES ? INDEX_WORD_IN_NAMES : 0));
}

/* As width_of in query/match.c. */
static char width_of(const struct query_pattern *pattern, const struct index_step *step)
{
	size_t next = step->first + step->span;

	if (next < pattern->words.count &&
		tms_word_is_version(tms_words_form(&pattern->words, next)))
		return 0;
	if (step->span == 1 && query_is_in_capitals(step->as_stands))
		return INDEX_WORD_VERSIONS | INDEX_WORD_SHORT;
	return INDEX_WORD_VERSIONS;
}

/* What stands in names is asked for by its singular, when that has no other one. */
static struct tms_str in_singular(struct meaning *m, struct tms_str form)
{
	struct tms_word_base base = index_base_of(form, VARIANT_PLAIN, true);
	struct tms_str singular = join(m, tms_str_slice(form, 0, base.keep), base.tail);
	struct tms_word_base again = index_base_of(singular, VARIANT_PLAIN, true);

	return again.keep == singular.len && !index_form_is_ambiguous(singular) ? singular : form;
}

/* The atom that means what `unit_matches` of query/match.c means by a word. */
static struct index_meaning mean_word(
	struct meaning *m, const struct query_pattern *pattern, const struct index_step *step)
{
	enum index_variant variant = index_variant_of(step->form, step->as_stands);
	bool is_ambiguous = index_form_is_ambiguous(step->form);
	char byte = (char)(places_of(m) | width_of(pattern, step) | (char)variant);

	if (is_ambiguous || byte != (INDEX_WORD_IN_TEXTS | INDEX_WORD_VERSIONS))
		return (struct index_meaning){ ATOM_WORD,
			join(m, (struct tms_str){ &byte, 1 },
				is_ambiguous ? step->form : in_singular(m, step->form)) };
	struct tms_word_base base = index_base_of(step->form, variant, false);
	return (struct index_meaning){ ATOM_BASE,
		join(m, tms_str_slice(step->form, 0, base.keep), base.tail) };
}

static struct tms_str stem_key(
	struct meaning *m, int byte, struct tms_str form, struct tms_str stem)
{
	const char first = (char)byte;
	struct tms_str key = join(m, form, join(m, TMS_STR("\n"), stem));

	return join(m, (struct tms_str){ &first, 1 }, key);
}

/* Words of texts are stemmed in American spelling, words of names as they are spelled. */
static struct index_meaning mean_stem(
	struct meaning *m, const struct query_pattern *pattern, const struct index_step *step)
{
	static const char some[] = { INDEX_SOME, ATOM_STEM };
	struct tms_str stem = pattern->stems[step->stem],
		       of_names = pattern->name_stems[step->stem];
	char places = places_of(m), width = width_of(pattern, step);

	if (places == INDEX_WORD_IN_NAMES)
		stem = of_names;
	if (!(places & INDEX_WORD_IN_NAMES) || tms_str_equal(stem, of_names))
		return (struct index_meaning){ ATOM_STEM,
			stem_key(m, places | width, step->form, stem) };
	struct tms_str both = { some, sizeof(some) };
	struct tms_str first =
		join(m, both, stem_key(m, INDEX_WORD_IN_TEXTS | width, step->form, stem));
	struct tms_str second =
		join(m, both, stem_key(m, INDEX_WORD_IN_NAMES, step->form, of_names));
	return (struct index_meaning){ ATOM_SOME, join(m, first, second) };
}

/* Append the key of an ATOM_FORMS for a pair of characters that is TMS_WORD_LOOSE: without a gap, and
 * with one wherever its first character may end. */
static void add_loose_forms(struct tms_buf *key, struct tms_str form)
{
	size_t gap = tms_str_find_byte(form, ' ', 0), at = 0;
	struct tms_str first = tms_str_slice(form, 0, gap);
	struct tms_str second =
		gap == SIZE_MAX ? TMS_STR_NONE : tms_str_slice(form, gap + 1, form.len);

	for (size_t len = first.len + second.len; at < len;) {
		size_t from = key->len + 1;
		tms_buf_add_char(key, '\n');
		tms_buf_add(key, first);
		tms_buf_add(key, second);
		if (key->status != TMS_OK)
			return;
		struct tms_str tight = tms_str_slice(tms_buf_str(key), from, key->len);
		(void)tms_utf8_next(tight, &at);
		if (at == len || !tms_buf_reserve(key, 1))
			continue; /* the last is without */
		memmove(key->ptr + from + at + 1, key->ptr + from + at, len - at);
		key->ptr[from + at] = ' ';
		key->len++;
	}
}

/* A pair with its gap or without. */
static struct index_meaning mean_loosely(struct meaning *m, struct tms_str form)
{
	struct tms_buf key = { 0 };

	add_loose_forms(&key, form);
	form = tms_arena_take(m->scratch, &key);
	if (m->status == TMS_OK && !form.ptr)
		m->status = TMS_ENOMEM;
	return (struct index_meaning){ ATOM_FORMS, form };
}

static struct index_meaning mean(
	struct meaning *m, const struct query_pattern *pattern, const struct index_step *step)
{
	if (step->kind == TMS_WORD_LONE)
		return (struct index_meaning){ ATOM_PREFIX, step->form };
	if (step->kind == TMS_WORD_LOOSE && pattern->mode != WORD_EXACT)
		return mean_loosely(m, step->form);
	switch (pattern->mode) {
	case WORD_PREFIX:
		if (step->is_last)
			return (struct index_meaning){ ATOM_PREFIX, step->form };
		break;
	case WORD_STEM:
		return mean_stem(m, pattern, step);
	case WORD_EXACT:
		return (struct index_meaning){ ATOM_FORM, step->form };
	case WORD_PLAIN:
	case WORD_NAME:
		break;
	}
	return mean_word(m, pattern, step);
}

enum tms_status index_step_means(struct index_items *items, unsigned fields,
	const struct query_pattern *pattern, const struct index_step *step,
	struct index_meaning *out)
{
	struct meaning m = { .scratch = &items->scratch, .fields = fields };

	*out = mean(&m, pattern, step);
	return m.status;
}

static struct tms_str stem_of(struct index_atoms *atoms, struct tms_str word)
{
	if (!atoms->stemmer)
		atoms->stemmer = sb_stemmer_new("english", "UTF_8");
	if (!atoms->stemmer)
		return (struct tms_str){ 0 };
	const sb_symbol *stem =
		sb_stemmer_stem(atoms->stemmer, (const sb_symbol *)word.ptr, (int)word.len);
	if (!stem)
		return (struct tms_str){ 0 };
	return (struct tms_str){ (const char *)stem, (size_t)sb_stemmer_length(atoms->stemmer) };
}

struct tms_str index_stem_of(struct index_atoms *atoms, const struct index_term *term)
{
	struct tms_str form = index_term_text(term);
	char room[SPELLING_BYTES_MAX];

	if (!term->is_name)
		form = spelling_to_stem(
			form, index_variant_stands((enum index_variant)term->variant), room);
	return stem_of(atoms, form);
}

struct tms_str index_stem_of_letters(struct index_atoms *atoms, struct tms_str letters)
{
	char room[SPELLING_BYTES_MAX];

	return stem_of(atoms, spelling_to_stem(letters, TMS_STR_NONE, room));
}

void index_stemmer_free(struct index_atoms *atoms)
{
	sb_stemmer_delete(atoms->stemmer);
	atoms->stemmer = NULL;
}
