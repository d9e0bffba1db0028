/* What atoms and terms are found by, and which term belongs to which atom. */
#include "atom.h"

#include <tamis/fold.h>

#include "query/checked_query.h"
#include "text/language.h"

static uint32_t name_hash(
	const struct index_atoms *atoms, enum index_name name, struct tms_str text)
{
	struct tms_hash_seed seed = atoms->vocabulary->seed;

	seed.k1 += 64 + (uint64_t)name; /* apart from the kinds of terms */
	return (uint32_t)tms_hash(seed, text);
}

static uint32_t base_name(
	const struct index_atoms *atoms, struct tms_str form, struct tms_word_base base)
{
	return index_base_hash(atoms->vocabulary, TERM_WORD, form, base);
}

/* Append what tms_fold makes of a value, runs of spaces as one. */
static void fold_value(struct tms_buf *buf, struct tms_str value)
{
	size_t from = buf->len, to = from;

	tms_fold(buf, value);
	for (size_t i = from; i < buf->len; i++)
		if (buf->ptr[i] != ' ' || to == from || buf->ptr[to - 1] != ' ')
			buf->ptr[to++] = buf->ptr[i];
	buf->len = to;
}

static struct tms_str behind_first(struct tms_str s)
{
	return tms_str_slice(s, 1, s.len);
}

static struct tms_str lower_into(struct tms_buf *buf, struct tms_str s)
{
	size_t from = buf->len;

	for (size_t i = 0; i < s.len; i++)
		tms_buf_add_char(buf, tms_lower(s.ptr[i]));
	return tms_str_slice(tms_buf_str(buf), from, buf->len);
}

/* Kind and value as one text to hash. */
static enum tms_status tell_value(const struct index_atoms *atoms, char kind, struct tms_str value,
	index_name_fn tell, void *context)
{
	struct tms_buf buf = { 0 };

	tms_buf_add_char(&buf, kind);
	fold_value(&buf, value);
	enum tms_status st = buf.status;
	if (st == TMS_OK)
		(void)tell(context, NAME_VALUE, name_hash(atoms, NAME_VALUE, tms_buf_str(&buf)));
	tms_buf_free(&buf);
	return st;
}

/* The parts of a key that are each behind a line break. */
static bool next_part(struct tms_str *rest, struct tms_str *part)
{
	if (rest->len == 0)
		return false;
	*rest = behind_first(*rest);
	size_t end = tms_str_find_byte(*rest, '\n', 0);
	*part = tms_str_slice(*rest, 0, end);
	*rest = tms_str_slice(*rest, end == SIZE_MAX ? rest->len : end, rest->len);
	return true;
}

static void tell_word_atom(
	const struct index_atoms *atoms, struct tms_str key, index_name_fn tell, void *context)
{
	enum index_variant variant = (enum index_variant)(key.ptr[0] & INDEX_WORD_VARIANT);
	struct tms_str form = behind_first(key);

	if ((key.ptr[0] & INDEX_WORD_IN_TEXTS) &&
		!tell(context, NAME_BASE,
			base_name(atoms, form, index_base_of(form, variant, false))))
		return;
	if ((key.ptr[0] & INDEX_WORD_IN_NAMES) &&
		!tell(context, NAME_BASE,
			base_name(atoms, form, index_base_of(form, variant, true))))
		return;
	(void)tell(context, NAME_FORM, name_hash(atoms, NAME_FORM, form));
}

static void tell_parts(const struct index_atoms *atoms, struct tms_str rest, enum index_name name,
	index_name_fn tell, void *context)
{
	struct tms_str part;
	size_t most = name == NAME_TRIGRAM ? 3 : SIZE_MAX;

	while (next_part(&rest, &part))
		if (!tell(context, name, name_hash(atoms, name, tms_str_slice(part, 0, most))))
			return;
	if (name == NAME_TRIGRAM)
		(void)tell(context, NAME_LONG, 0);
}

static void tell_stem_atom(
	const struct index_atoms *atoms, struct tms_str key, index_name_fn tell, void *context)
{
	size_t line = tms_str_find_byte(key, '\n', 0);
	struct tms_str form = tms_str_slice(key, 1, line);
	struct tms_str stem = tms_str_slice(key, line + 1, key.len);

	if (tell(context, NAME_FORM, name_hash(atoms, NAME_FORM, form)))
		(void)tell(context, NAME_STEM, name_hash(atoms, NAME_STEM, stem));
}

bool index_some_next(struct tms_str *rest, struct index_meaning *part)
{
	if (rest->len < 2)
		return false;
	struct tms_str key = tms_str_slice(*rest, 2, rest->len);
	key = tms_str_slice(key, 0, tms_str_find_byte(key, INDEX_SOME, 0));
	*part = (struct index_meaning){ (enum index_atom_kind)rest->ptr[1], key };
	*rest = tms_str_slice(*rest, 2 + key.len, rest->len);
	return true;
}

/* Parts are words and their beginnings: nothing in them takes memory. */
static enum tms_status tell_some(
	struct index_atoms *atoms, struct tms_str key, index_name_fn tell, void *context)
{
	enum tms_status st = TMS_OK;
	struct index_meaning part;

	while (st == TMS_OK && index_some_next(&key, &part))
		st = index_atom_names(atoms, part, tell, context);
	return st;
}

enum tms_status index_atom_names(
	struct index_atoms *atoms, struct index_meaning atom, index_name_fn tell, void *context)
{
	static const enum index_name plain[] = { [ATOM_FORM] = NAME_FORM,
		[ATOM_PREFIX] = NAME_PREFIX,
		[ATOM_OPEN] = NAME_OPEN,
		[ATOM_HAS] = NAME_HAS,
		[ATOM_HOST] = NAME_HOST,
		[ATOM_DOMAIN] = NAME_HOST };
	struct tms_str key = atom.key;

	switch (atom.kind) {
	case ATOM_BASE:
		(void)tell(context, NAME_BASE,
			base_name(atoms, key, (struct tms_word_base){ .keep = key.len }));
		return TMS_OK;
	case ATOM_WORD:
		tell_word_atom(atoms, key, tell, context);
		return TMS_OK;
	case ATOM_STEM:
		tell_stem_atom(atoms, key, tell, context);
		return TMS_OK;
	case ATOM_FORMS:
	case ATOM_LISTED:
		tell_parts(atoms, key, NAME_FORM, tell, context);
		return TMS_OK;
	case ATOM_LITERALS:
		tell_parts(atoms, key, NAME_TRIGRAM, tell, context);
		return TMS_OK;
	case ATOM_VALUE:
		return tell_value(atoms, key.ptr[0], behind_first(key), tell, context);
	case ATOM_SOME:
		return tell_some(atoms, key, tell, context);
	case ATOM_FORM:
	case ATOM_PREFIX:
	case ATOM_OPEN:
	case ATOM_HAS:
	case ATOM_HOST:
	case ATOM_DOMAIN:
		(void)tell(context, plain[atom.kind], name_hash(atoms, plain[atom.kind], key));
		return TMS_OK;
	case ATOM_SUBJECT:
	case ATOM_ID:
		break;
	}
	return TMS_OK;
}

/* All beginnings of the text, each a name. */
static void tell_beginnings(const struct index_atoms *atoms, enum index_name name,
	struct tms_str text, index_name_fn tell, void *context)
{
	size_t most = text.len < atoms->longest_prefix ? text.len : atoms->longest_prefix;

	for (size_t len = 1; len <= most; len++)
		if (!tell(context, name, name_hash(atoms, name, tms_str_slice(text, 0, len))))
			return;
}

static void tell_trigrams(
	const struct index_atoms *atoms, struct tms_str text, index_name_fn tell, void *context)
{
	for (size_t i = 0; atoms->names[NAME_TRIGRAM] > 0 && i + 3 <= text.len; i++)
		if (!tell(context, NAME_TRIGRAM,
			    name_hash(atoms, NAME_TRIGRAM, tms_str_slice(text, i, i + 3))))
			return;
}

/* The letters before a version, as if the word were they. */
static bool tell_stems(
	struct index_atoms *atoms, const struct index_term *term, index_name_fn tell, void *context)
{
	struct tms_str stems[TMS_WORD_STEMS_MAX];
	size_t count = index_term_stems(term, stems);

	for (size_t i = 0; i < count; i++) {
		if (atoms->names[NAME_BASE] > 0 &&
			!tell(context, NAME_BASE, index_stem_hash(atoms->vocabulary, stems[i])))
			return false;
		if (atoms->names[NAME_STEM] > 0 &&
			!tell(context, NAME_STEM,
				name_hash(
					atoms, NAME_STEM, index_stem_of_letters(atoms, stems[i]))))
			return false;
	}
	return true;
}

static void tell_word(
	struct index_atoms *atoms, const struct index_term *term, index_name_fn tell, void *context)
{
	struct tms_str form = index_term_text(term);

	if (!tell_stems(atoms, term, tell, context))
		return;

	if (atoms->names[NAME_BASE] > 0 && !tell(context, NAME_BASE, term->link.hash))
		return;
	if (atoms->names[NAME_FORM] > 0 &&
		!tell(context, NAME_FORM, name_hash(atoms, NAME_FORM, form)))
		return;
	if (atoms->names[NAME_STEM] > 0 &&
		!tell(context, NAME_STEM, name_hash(atoms, NAME_STEM, index_stem_of(atoms, term))))
		return;
	if (atoms->names[NAME_PREFIX] > 0)
		tell_beginnings(atoms, NAME_PREFIX, form, tell, context);
	tell_trigrams(atoms, form, tell, context);
}

/* The tag, and what stands before each of its hyphens; any. */
static enum tms_status tell_language(const struct index_atoms *atoms, char kind, struct tms_str tag,
	index_name_fn tell, void *context)
{
	enum tms_status st = tell_value(atoms, kind, TMS_STR("*"), tell, context);

	for (size_t at = 1; at <= tag.len && st == TMS_OK; at++)
		if (at == tag.len || tag.ptr[at] == '-')
			st = tell_value(atoms, kind, tms_str_slice(tag, 0, at), tell, context);
	return st;
}

/* The host, and what stands behind each of its points. */
static void tell_host(
	const struct index_atoms *atoms, struct tms_str host, index_name_fn tell, void *context)
{
	for (size_t at = 0; at <= host.len; at++) {
		if (at > 0 && host.ptr[at - 1] != '.')
			continue;
		struct tms_str rest = tms_str_slice(host, at, host.len);
		if (!tell(context, NAME_HOST, name_hash(atoms, NAME_HOST, rest)))
			return;
	}
}

static enum tms_status tell_open(const struct index_atoms *atoms, char kind, struct tms_str value,
	index_name_fn tell, void *context)
{
	struct tms_buf buf = { 0 };

	tms_buf_add_char(&buf, kind);
	(void)lower_into(&buf, value);
	enum tms_status st = buf.status;
	if (st == TMS_OK)
		tell_beginnings(atoms, NAME_OPEN, tms_buf_str(&buf), tell, context);
	tms_buf_free(&buf);
	return st;
}

enum tms_status index_term_names(
	struct index_atoms *atoms, const struct index_term *term, index_name_fn tell, void *context)
{
	struct tms_str text = index_term_text(term);
	enum tms_status st = TMS_OK;

	switch ((enum index_term_kind)term->kind) {
	case TERM_WORD:
		tell_word(atoms, term, tell, context);
		return TMS_OK;
	case TERM_CATEGORY:
	case TERM_PRIMARY:
	case TERM_ANNOUNCE:
	case TERM_SOURCE:
	case TERM_SEGMENT:
		if (atoms->names[NAME_VALUE] > 0)
			st = tell_value(atoms, (char)term->kind, text, tell, context);
		if (st == TMS_OK && atoms->names[NAME_OPEN] > 0)
			st = tell_open(atoms, (char)term->kind, text, tell, context);
		return st;
	case TERM_LANGUAGE:
		if (atoms->names[NAME_VALUE] > 0)
			st = tell_language(atoms, (char)term->kind, text, tell, context);
		return st;
	case TERM_HAS:
		if (!tms_str_equal(text, TMS_STR("long")))
			(void)tell(context, NAME_HAS, name_hash(atoms, NAME_HAS, text));
		else if (atoms->names[NAME_LONG] > 0)
			(void)tell(context, NAME_LONG, 0);
		return TMS_OK;
	case TERM_HOST:
		if (atoms->names[NAME_HOST] > 0)
			tell_host(atoms, text, tell, context);
		return TMS_OK;
	case TERM_RAW:
		tell_trigrams(atoms, text, tell, context);
		return TMS_OK;
	case TERM_KINDS:
		break;
	}
	return st;
}

static struct tms_word_base base_of(const struct index_term *term)
{
	return index_base_of(
		index_term_text(term), (enum index_variant)term->variant, term->is_name);
}

/* Do the words of an ATOM_WORD or ATOM_STEM stand where this one does? */
static bool stands_there(struct tms_str key, const struct index_term *term)
{
	return (key.ptr[0] & (term->is_name ? INDEX_WORD_IN_NAMES : INDEX_WORD_IN_TEXTS)) != 0;
}

/* Is it found by the letters before its version, of that base? */
static bool is_version_wanted(const struct index_term *term, struct tms_str form,
	struct tms_word_base base, bool is_short)
{
	struct tms_str stems[TMS_WORD_STEMS_MAX];
	size_t count = index_term_stems(term, stems);

	for (size_t i = 0; i < count; i++)
		if ((is_short || tms_word_letters(stems[i]) >= TMS_WORD_STEM_LETTERS) &&
			tms_word_base_equal(form, base, stems[i],
				index_base_of(stems[i], VARIANT_PLAIN, false)))
			return true;
	return false;
}

static bool is_word_wanted(struct tms_str key, const struct index_term *term)
{
	enum index_variant variant = (enum index_variant)(key.ptr[0] & INDEX_WORD_VARIANT);
	struct tms_str form = behind_first(key), text = index_term_text(term);

	struct tms_word_base base = index_base_of(form, variant, term->is_name);

	return stands_there(key, term) &&
	       (tms_str_equal(form, text) || tms_word_base_equal(form, base, text, base_of(term)) ||
		       ((key.ptr[0] & INDEX_WORD_VERSIONS) &&
			       is_version_wanted(
				       term, form, base, (key.ptr[0] & INDEX_WORD_SHORT) != 0)));
}

static bool begins_with_ligature(struct tms_str form)
{
	return form.len > 1 && form.ptr[1] == 'e' && (form.ptr[0] == 'o' || form.ptr[0] == 'a');
}

/* As may_have_stem in query/match.c: a look that saves nearly all stemming. */
static bool may_have_stem(struct tms_str stem, struct tms_str form)
{
	if (form.len == 0 || stem.len == 0)
		return false;
	if (form.ptr[0] != stem.ptr[0])
		return stem.ptr[0] == 'e' && begins_with_ligature(form);
	return form.len == 1 || stem.len == 1 || form.ptr[1] == stem.ptr[1] || form.ptr[1] == 'y' ||
	       (stem.ptr[1] == 'e' && begins_with_ligature(behind_first(form)));
}

/* The letters before its version have that stem. */
static bool is_version_of_stem(struct index_atoms *atoms, const struct index_term *term,
	struct tms_str stem, bool is_short)
{
	struct tms_str letters[TMS_WORD_STEMS_MAX];
	size_t count = index_term_stems(term, letters);

	for (size_t i = 0; i < count; i++)
		if ((is_short || tms_word_letters(letters[i]) >= TMS_WORD_STEM_LETTERS) &&
			tms_str_equal(index_stem_of_letters(atoms, letters[i]), stem))
			return true;
	return false;
}

static bool is_stem_wanted(
	struct index_atoms *atoms, struct tms_str key, const struct index_term *term)
{
	struct tms_str form = index_term_text(term);
	size_t line = tms_str_find_byte(key, '\n', 0);
	struct tms_str stem = tms_str_slice(key, line + 1, key.len);

	if (!stands_there(key, term))
		return false;
	if (tms_str_equal(tms_str_slice(key, 1, line), form))
		return true;
	if (!may_have_stem(stem, form))
		return false;
	return tms_str_equal(index_stem_of(atoms, term), stem) ||
	       ((key.ptr[0] & INDEX_WORD_VERSIONS) &&
		       is_version_of_stem(atoms, term, stem, (key.ptr[0] & INDEX_WORD_SHORT) != 0));
}

static bool is_part_wanted(struct tms_str key, struct tms_str text, bool whole)
{
	struct tms_str part;

	while (next_part(&key, &part))
		if (whole ? tms_str_equal(part, text) : tms_str_find(text, part, 0) != SIZE_MAX)
			return true;
	return false;
}

static bool is_value_wanted(struct tms_str key, const struct index_term *term, bool open)
{
	struct tms_str value = index_term_text(term);

	if (key.ptr[0] != (char)term->kind)
		return false;
	key = behind_first(key);
	if (term->kind == TERM_LANGUAGE)
		return language_is_in(value, key);
	return open ? tms_str_starts_caseless(value, key) : tms_fold_same(value, key, true);
}

static bool is_some_wanted(
	struct index_atoms *atoms, struct tms_str key, const struct index_term *term)
{
	struct index_meaning part;

	while (index_some_next(&key, &part))
		if (index_atom_wants(atoms, part, term))
			return true;
	return false;
}

bool index_atom_wants(
	struct index_atoms *atoms, struct index_meaning atom, const struct index_term *term)
{
	struct tms_str key = atom.key, text = index_term_text(term);
	struct tms_word_base whole = { .keep = key.len };
	bool is_word = term->kind == TERM_WORD;

	switch (atom.kind) {
	case ATOM_BASE:
		return is_word && !term->is_name &&
		       (tms_word_base_equal(key, whole, text, base_of(term)) ||
			       is_version_wanted(term, key, whole, false));
	case ATOM_WORD:
		return is_word && is_word_wanted(key, term);
	case ATOM_FORM:
		return is_word && tms_str_equal(text, key);
	case ATOM_PREFIX:
		return is_word && tms_str_starts(text, key);
	case ATOM_STEM:
		return is_word && is_stem_wanted(atoms, key, term);
	case ATOM_FORMS:
		return is_word && is_part_wanted(key, text, true);
	case ATOM_LISTED:
		return is_word && term->is_name && index_forms_have(key, text);
	case ATOM_LITERALS:
		if (is_word || term->kind == TERM_RAW)
			return is_part_wanted(key, text, false);
		return term->kind == TERM_HAS && tms_str_equal(text, TMS_STR("long"));
	case ATOM_VALUE:
		return is_value_wanted(key, term, false);
	case ATOM_OPEN:
		return is_value_wanted(key, term, true);
	case ATOM_HAS:
		return term->kind == TERM_HAS && tms_str_equal(text, key);
	case ATOM_HOST:
		return term->kind == TERM_HOST && query_host_is(text, key, false);
	case ATOM_DOMAIN:
		return term->kind == TERM_HOST && query_host_is(text, key, true);
	case ATOM_SOME:
		return is_some_wanted(atoms, key, term);
	case ATOM_SUBJECT:
	case ATOM_ID:
		break;
	}
	return false;
}
