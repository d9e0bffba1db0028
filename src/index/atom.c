/* Atoms interned and counted, and the terms tied to them: unions of posting lists (atom.h). */
#include "atom.h"

#include <stdlib.h>

void index_atoms_init(struct index_atoms *atoms, struct index_vocabulary *vocabulary)
{
	*atoms = (struct index_atoms){ .vocabulary = vocabulary,
		.atoms = { .size = sizeof(struct index_atom) },
		.aliases = { .size = sizeof(struct index_alias) } };
	atoms->by_key.pool = &atoms->atoms;
	atoms->by_name.pool = &atoms->aliases;
}

void index_atoms_fini(struct index_atoms *atoms)
{
	record_table_free(&atoms->by_key);
	record_table_free(&atoms->by_name);
	record_pool_free(&atoms->atoms);
	record_pool_free(&atoms->aliases);
	index_stemmer_free(atoms);
}

static uint32_t key_hash(
	const struct index_atoms *atoms, enum index_atom_kind kind, struct tms_str key)
{
	struct tms_hash_seed seed = atoms->vocabulary->seed;

	seed.k1 += 128 + (uint64_t)kind; /* apart from terms and names */
	return (uint32_t)tms_hash(seed, key);
}

static uint32_t find(const struct index_atoms *atoms, enum index_atom_kind kind, struct tms_str key,
	uint32_t hash)
{
	uint32_t number = record_table_first(&atoms->by_key, hash);

	for (; number != RECORD_NONE; number = record_table_next(&atoms->by_key, number)) {
		const struct index_atom *atom = index_atom_at(atoms, number);
		if (atom->kind == kind && tms_str_equal(index_atom_key(atom), key))
			break;
	}
	return number;
}

uint32_t index_atom_find(
	const struct index_atoms *atoms, enum index_atom_kind kind, struct tms_str key)
{
	return find(atoms, kind, key, key_hash(atoms, kind, key));
}

static struct small_vector members_of(struct index_atoms *atoms, struct index_atom *atom)
{
	return (struct small_vector){ atom->members.few, INDEX_MEMBERS_FEW, &atom->members.list,
		&atom->count, &atoms->heap_bytes };
}

/* What is tied last stands last: one look says whether two names led to the same. */
static bool is_tied(const struct index_atoms *atoms, uint32_t number, uint32_t term_number)
{
	const struct index_atom *atom = index_atom_at(atoms, number);
	const struct index_term *term = index_term_at(atoms->vocabulary, term_number);

	return (atom->count > 0 && index_atom_members(atom)[atom->count - 1] == term_number) ||
	       (term->atoms_count > 0 && index_term_atoms(term)[term->atoms_count - 1] == number);
}

static enum tms_status tie(struct index_atoms *atoms, uint32_t number, uint32_t term_number)
{
	struct index_atom *atom = index_atom_at(atoms, number);
	struct index_term *term = index_term_at(atoms->vocabulary, term_number);
	const struct small_vector members = members_of(atoms, atom);

	if (index_term_add_atom(atoms->vocabulary, term, number) != TMS_OK)
		return TMS_ENOMEM;
	if (small_vector_insert(&members, atom->count, term_number) == TMS_OK)
		return TMS_OK;
	index_term_remove_atom(atoms->vocabulary, term, number);
	return TMS_ENOMEM;
}

static void untie_member(struct index_atoms *atoms, uint32_t number, uint32_t term)
{
	struct index_atom *atom = index_atom_at(atoms, number);
	const struct small_vector members = members_of(atoms, atom);
	const uint32_t *list = index_atom_members(atom);
	uint32_t at = 0;

	while (list[at] != term)
		at++;
	small_vector_remove(&members, at);
}

/* A new atom, or a new term, being tied to all that belongs to it. */
struct tying {
	struct index_atoms *atoms;
	uint32_t atom, term;
	enum tms_status status;
};

/* Words of one base, or of one of the bases that a form can have. */
static bool tie_bucket(struct tying *t, uint32_t hash)
{
	const struct index_atoms *atoms = t->atoms;
	const struct index_vocabulary *vocabulary = atoms->vocabulary;
	uint32_t number = record_table_first(&vocabulary->by_base, hash);

	for (; number != RECORD_NONE && t->status == TMS_OK;
		number = record_table_next(&vocabulary->by_base, number)) {
		const struct index_term *term = index_term_at(vocabulary, number);
		if (!is_tied(atoms, t->atom, number) &&
			index_atom_wants(
				t->atoms, index_atom_meaning(index_atom_at(atoms, t->atom)), term))
			t->status = tie(t->atoms, t->atom, number);
	}
	return t->status == TMS_OK;
}

/* Words with a version behind letters of that base. */
static bool tie_versions(struct tying *t, uint32_t hash)
{
	const struct index_atoms *atoms = t->atoms;
	const struct index_vocabulary *vocabulary = atoms->vocabulary;
	uint32_t number = record_table_first(&vocabulary->by_version, hash);

	for (; number != RECORD_NONE && t->status == TMS_OK;
		number = record_table_next(&vocabulary->by_version, number)) {
		const struct index_version *version = record_pool_at(&vocabulary->versions, number);
		if (!is_tied(atoms, t->atom, version->term) &&
			index_atom_wants(t->atoms,
				index_atom_meaning(index_atom_at(atoms, t->atom)),
				index_term_at(vocabulary, version->term)))
			t->status = tie(t->atoms, t->atom, version->term);
	}
	return t->status == TMS_OK;
}

static bool tie_chain(struct tying *t, uint32_t number)
{
	const struct index_atoms *atoms = t->atoms;

	while (number != RECORD_NONE && t->status == TMS_OK) {
		const struct index_term *term = index_term_at(atoms->vocabulary, number);
		if (!is_tied(atoms, t->atom, number) &&
			index_atom_wants(
				t->atoms, index_atom_meaning(index_atom_at(atoms, t->atom)), term))
			t->status = tie(t->atoms, t->atom, number);
		number = term->kin;
	}
	return t->status == TMS_OK;
}

/* That of the base of an ATOM_WORD in texts. */
static uint32_t word_hash(const struct index_vocabulary *vocabulary, struct tms_str key)
{
	struct tms_str form = tms_str_slice(key, 1, key.len);
	enum index_variant variant = (enum index_variant)(key.ptr[0] & INDEX_WORD_VARIANT);

	return index_base_hash(vocabulary, TERM_WORD, form, index_base_of(form, variant, false));
}

static void tie_form(struct tying *t, struct tms_str form)
{
	static const enum index_variant variants[] = { VARIANT_PLAIN, VARIANT_PLURAL,
		VARIANT_NAME };
	const struct index_vocabulary *vocabulary = t->atoms->vocabulary;

	for (size_t i = 0; i < 2 * TMS_COUNT(variants); i++)
		if (!tie_bucket(t, index_base_hash(vocabulary, TERM_WORD, form,
					   index_base_of(form, variants[i / 2], i % 2 == 1))))
			return;
}

static void tie_all_words(struct tying *t)
{
	for (size_t i = 0; i < INDEX_KIN; i++)
		if (!tie_chain(t, t->atoms->vocabulary->kin[i]))
			return;
}

static void tie_forms(struct tying *t, struct tms_str key)
{
	struct tms_str form;

	while (tms_str_split(&key, '\n', &form))
		tie_form(t, form);
}

static bool tie_beginning(struct tying *t, char first, char second)
{
	const char both[] = { first, second };

	return tie_chain(t, index_kin_first(t->atoms->vocabulary, (struct tms_str){ both, 2 }));
}

/* Words that begin as the stem does; but Snowball makes "die" of "dying", and spelling "estrogen"
 * of "oestrogen" and "pediatric" of "paediatric". */
static void tie_stem(struct tying *t, struct tms_str stem)
{
	const struct index_vocabulary *vocabulary = t->atoms->vocabulary;

	if (stem.len == 1) {
		tie_all_words(t);
		return;
	}
	if (!tie_chain(t, index_kin_first(vocabulary, stem)) ||
		!tie_beginning(t, stem.len > 0 ? stem.ptr[0] : 0, 'y') ||
		!tie_chain(t, index_kin_first(vocabulary, tms_str_slice(stem, 0, 1))))
		return;
	if (stem.len > 0 && stem.ptr[0] == 'e' &&
		(!tie_beginning(t, 'o', 'e') || !tie_beginning(t, 'a', 'e')))
		return;
	if (stem.len > 1 && stem.ptr[1] == 'e' && tie_beginning(t, stem.ptr[0], 'a'))
		(void)tie_beginning(t, stem.ptr[0], 'o');
}

/* The terms that are there already, for one atom or one of its parts. */
static void collect(struct tying *t, enum index_atom_kind kind, struct tms_str key)
{
	const struct index_vocabulary *vocabulary = t->atoms->vocabulary;
	size_t line = tms_str_find_byte(key, '\n', 0);
	struct tms_word_base whole = { .keep = key.len };
	uint32_t base;

	switch (kind) {
	case ATOM_BASE:
		base = index_base_hash(vocabulary, TERM_WORD, key, whole);
		if (tie_bucket(t, base))
			(void)tie_versions(t, base);
		break;
	case ATOM_WORD: /* its own base is one of those */
		tie_form(t, tms_str_slice(key, 1, key.len));
		if (t->status == TMS_OK && (key.ptr[0] & INDEX_WORD_VERSIONS))
			(void)tie_versions(t, word_hash(vocabulary, key));
		break;
	case ATOM_FORM:
		tie_form(t, key);
		break;
	case ATOM_FORMS:
	case ATOM_LISTED:
		tie_forms(t, key);
		break;
	case ATOM_PREFIX:
		if (key.len < 2)
			tie_all_words(t);
		else
			(void)tie_chain(t, index_kin_first(vocabulary, key));
		break;
	case ATOM_STEM:
		tie_form(t, tms_str_slice(key, 1, line));
		tie_stem(t, tms_str_slice(key, line + 1, key.len));
		break;
	case ATOM_LITERALS:
		tie_all_words(t);
		(void)tie_chain(t, vocabulary->values[TERM_RAW]);
		(void)tie_chain(t, vocabulary->values[TERM_HAS]);
		break;
	case ATOM_VALUE:
	case ATOM_OPEN:
		(void)tie_chain(t, vocabulary->values[(int)key.ptr[0]]);
		break;
	case ATOM_HAS:
		(void)tie_chain(t, vocabulary->values[TERM_HAS]);
		break;
	case ATOM_HOST:
	case ATOM_DOMAIN:
		(void)tie_chain(t, vocabulary->values[TERM_HOST]);
		break;
	case ATOM_SOME:
	case ATOM_SUBJECT:
	case ATOM_ID:
		break;
	}
}

static enum tms_status collect_all(struct index_atoms *atoms, uint32_t number)
{
	struct index_meaning meaning = index_atom_meaning(index_atom_at(atoms, number)), part;
	struct tying t = { .atoms = atoms, .atom = number };

	if (meaning.kind != ATOM_SOME)
		collect(&t, meaning.kind, meaning.key);
	while (meaning.kind == ATOM_SOME && t.status == TMS_OK &&
		index_some_next(&meaning.key, &part))
		collect(&t, part.kind, part.key);
	return t.status;
}

/* Aliases are named one by one: those made so far go again when one fails. */
struct naming {
	struct index_atoms *atoms;
	uint32_t atom;
	enum tms_status status;
};

static bool add_alias(void *context, enum index_name name, uint32_t hash)
{
	struct naming *n = context;
	struct index_atoms *atoms = n->atoms;
	uint32_t number;

	n->status = record_pool_take(&atoms->aliases, &number);
	if (n->status != TMS_OK)
		return false;
	struct index_alias *alias = record_pool_at(&atoms->aliases, number);
	alias->link.hash = hash;
	alias->atom = n->atom;
	n->status = record_table_add(&atoms->by_name, number);
	if (n->status == TMS_OK)
		atoms->names[name]++;
	else
		record_pool_give_back(&atoms->aliases, number);
	return n->status == TMS_OK;
}

static bool drop_alias(void *context, enum index_name name, uint32_t hash)
{
	struct naming *n = context;
	struct index_atoms *atoms = n->atoms;
	uint32_t number = record_table_first(&atoms->by_name, hash);

	for (; number != RECORD_NONE; number = record_table_next(&atoms->by_name, number)) {
		const struct index_alias *alias = record_pool_at(&atoms->aliases, number);
		if (alias->atom != n->atom)
			continue;
		record_table_remove(&atoms->by_name, number);
		record_pool_give_back(&atoms->aliases, number);
		atoms->names[name]--;
		return true;
	}
	return false; /* this one was never made */
}

static enum tms_status set_key(
	struct index_atoms *atoms, struct index_atom *atom, struct tms_str key)
{
	char *to = atom->key.near;

	if (key.len > INDEX_KEY_NEAR) {
		to = malloc(key.len);
		if (!to)
			return TMS_ENOMEM;
		atom->key.far = to;
		atoms->heap_bytes += key.len;
	}
	if (key.len > 0)
		memcpy(to, key.ptr, key.len);
	atom->length = (uint32_t)key.len & ((1u << 28) - 1);
	return TMS_OK;
}

static void drop_key(struct index_atoms *atoms, struct index_atom *atom)
{
	if (atom->length > INDEX_KEY_NEAR) {
		free(atom->key.far);
		atoms->heap_bytes -= atom->length;
	}
	atom->length = 0;
}

static void drop_atom(struct index_atoms *atoms, uint32_t number)
{
	struct index_atom *atom = index_atom_at(atoms, number);
	struct naming naming = { .atoms = atoms, .atom = number };

	while (atom->count > 0) {
		uint32_t term = index_atom_members(atom)[atom->count - 1];
		const struct small_vector members = members_of(atoms, atom);
		small_vector_remove(&members, atom->count - 1);
		index_term_remove_atom(
			atoms->vocabulary, index_term_at(atoms->vocabulary, term), number);
	}
	enum tms_status st = index_atom_names(atoms, index_atom_meaning(atom), drop_alias, &naming);
	record_table_remove(&atoms->by_key, number);
	atoms->ids -= atom->kind == ATOM_ID;
	drop_key(atoms, atom);
	atom->kind = ATOM_ID; /* wants no term */
	if (st == TMS_OK)     /* else, for want of memory, a name still leads here: it stays */
		record_pool_give_back(&atoms->atoms, number);
}

static enum tms_status make_atom(struct index_atoms *atoms, enum index_atom_kind kind,
	struct tms_str key, uint32_t hash, uint32_t *number)
{
	if (record_pool_take(&atoms->atoms, number) != TMS_OK)
		return TMS_ENOMEM;
	struct index_atom *atom = index_atom_at(atoms, *number);
	atom->kind = kind;
	atom->refs = 1;
	atom->link.hash = hash;
	if (set_key(atoms, atom, key) != TMS_OK ||
		record_table_add(&atoms->by_key, *number) != TMS_OK) {
		drop_key(atoms, atom);
		record_pool_give_back(&atoms->atoms, *number);
		return TMS_ENOMEM;
	}
	atoms->ids += kind == ATOM_ID;
	struct naming naming = { .atoms = atoms, .atom = *number };
	enum tms_status st = index_atom_names(atoms, index_atom_meaning(atom), add_alias, &naming);
	st = st == TMS_OK ? naming.status : st;
	if ((kind == ATOM_PREFIX || kind == ATOM_OPEN) && key.len > atoms->longest_prefix)
		atoms->longest_prefix = (uint32_t)key.len;
	if (st == TMS_OK)
		st = collect_all(atoms, *number);
	if (st != TMS_OK)
		drop_atom(atoms, *number);
	return st;
}

enum tms_status index_atom_ref(
	struct index_atoms *atoms, enum index_atom_kind kind, struct tms_str key, uint32_t *number)
{
	uint32_t hash = key_hash(atoms, kind, key), found = find(atoms, kind, key, hash);

	if (found == RECORD_NONE)
		return make_atom(atoms, kind, key, hash, number);
	index_atom_at(atoms, found)->refs++;
	*number = found;
	return TMS_OK;
}

void index_atom_unref(struct index_atoms *atoms, uint32_t number)
{
	if (--index_atom_at(atoms, number)->refs == 0)
		drop_atom(atoms, number);
}

bool index_forms_have(struct tms_str key, struct tms_str form)
{
	size_t low = 0, high = key.len; /* where a part begins, with its line break; or the end */

	while (low < high) {
		size_t at = low + (high - low) / 2;
		while (key.ptr[at] != '\n')
			at--;
		size_t end = tms_str_find_byte(key, '\n', at + 1);
		end = end == SIZE_MAX ? key.len : end;
		int order = tms_str_compare(tms_str_slice(key, at + 1, end), form);
		if (order == 0)
			return true;
		if (order < 0)
			low = end;
		else
			high = at;
	}
	return false;
}

static bool join(void *context, enum index_name name, uint32_t hash)
{
	struct tying *t = context;
	const struct index_atoms *atoms = t->atoms;
	const struct index_term *term = index_term_at(atoms->vocabulary, t->term);
	uint32_t number = record_table_first(&atoms->by_name, hash);
	(void)name;

	for (; number != RECORD_NONE && t->status == TMS_OK;
		number = record_table_next(&atoms->by_name, number)) {
		const struct index_alias *alias = record_pool_at(&atoms->aliases, number);
		if (!is_tied(atoms, alias->atom, t->term) &&
			index_atom_wants(t->atoms,
				index_atom_meaning(index_atom_at(atoms, alias->atom)), term))
			t->status = tie(t->atoms, alias->atom, t->term);
	}
	return t->status == TMS_OK;
}

size_t index_atom_weight(const struct index_atoms *atoms, uint32_t number)
{
	const struct index_atom *atom = index_atom_at(atoms, number);
	const uint32_t *members = index_atom_members(atom);
	size_t weight = 0;

	for (uint32_t i = 0; i < atom->count; i++)
		weight += index_term_at(atoms->vocabulary, members[i])->entries.count;
	return weight;
}

enum tms_status index_term_join(struct index_atoms *atoms, uint32_t term)
{
	struct tying t = { .atoms = atoms, .term = term };
	enum tms_status st =
		index_term_names(atoms, index_term_at(atoms->vocabulary, term), join, &t);

	st = st == TMS_OK ? t.status : st;
	if (st != TMS_OK)
		index_term_leave(atoms, term);
	return st;
}

void index_term_leave(struct index_atoms *atoms, uint32_t number)
{
	struct index_term *term = index_term_at(atoms->vocabulary, number);

	while (term->atoms_count > 0) {
		uint32_t atom = index_term_atoms(term)[term->atoms_count - 1];
		untie_member(atoms, atom, number);
		index_term_remove_atom(atoms->vocabulary, term, atom);
	}
}
