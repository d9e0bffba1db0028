/*
 * Atoms: posting unions. An atom is a set of terms that leaves ask for, so the items that have it
 * are the union of their postings; interned and counted. A new atom collects its terms from the
 * vocabulary; a new term is put into the atoms that want it, which it finds by its singular, its
 * form, its beginnings and so on ("names", kept for those kinds that have atoms).
 */
#ifndef TAMIS_INDEX_ATOM_H
#define TAMIS_INDEX_ATOM_H

#include "term.h"

struct sb_stemmer;

enum index_atom_kind {
	ATOM_BASE,     /* key: a base; its words in texts, and those with a version behind */
	ATOM_WORD,     /* a byte of INDEX_WORD, a form: words of its base, and of the form */
	ATOM_FORM,     /* a form: words of it */
	ATOM_PREFIX,   /* the beginning of words */
	ATOM_STEM,     /* a byte of INDEX_WORD, a form, a line break, its stem: words of either */
	ATOM_FORMS,    /* forms, each behind a line break: words of any */
	ATOM_LITERALS, /* three bytes and more, each behind a line break: words (and what stands in a
	                  text without being in a word) with any inside */
	ATOM_VALUE,    /* a kind as one byte, a value: values that are the same, caseless */
	ATOM_OPEN,     /* a kind as one byte, the beginning of values */
	ATOM_HAS,      /* "code", … */
	ATOM_HOST,     /* a host, in lower case */
	ATOM_DOMAIN,   /* a host, in lower case: it, and hosts below it */
	ATOM_SOME,     /* kinds as one byte and keys, each behind INDEX_SOME: terms of any */
	ATOM_SUBJECT,  /* the number of a subject: no terms, items are scored */
	ATOM_ID,       /* an id or an address, in lower case: no terms, items are asked */
	ATOM_LISTED,   /* as ATOM_FORMS, in byte order, none twice: words of names */
};

_Static_assert(ATOM_LISTED < 1 << 4, "a kind has four bits in struct index_atom");

/** Where the words of an ATOM_WORD or ATOM_STEM stand: one of the two is always set, so that the
 * byte is no INDEX_SOME; with them the variant of an ATOM_WORD, and whether words of texts with a
 * version behind the letters are meant, and behind two letters. */
#define INDEX_WORD_VARIANT 0x03
#define INDEX_WORD_SHORT 0x04
#define INDEX_WORD_VERSIONS 0x10
#define INDEX_WORD_IN_TEXTS 0x20
#define INDEX_WORD_IN_NAMES 0x40

/** Divides the parts of an ATOM_SOME; no word holds it. */
#define INDEX_SOME '\x1E'

enum index_name {
	NAME_BASE,
	NAME_FORM,
	NAME_PREFIX,
	NAME_STEM,
	NAME_TRIGRAM,
	NAME_LONG,
	NAME_VALUE,
	NAME_OPEN,
	NAME_HAS,
	NAME_HOST,
	NAMES,
};

#define INDEX_MEMBERS_FEW 2
#define INDEX_KEY_NEAR 16

struct index_atom {
	struct record_link link; /* by kind and key */
	uint32_t refs;
	uint32_t length : 28, kind : 4;
	uint32_t count; /* terms */
	union {
		uint32_t few[INDEX_MEMBERS_FEW], *list;
	} members;
	union {
		char near[INDEX_KEY_NEAR], *far;
	} key;
};

/** One name of an atom; its record is found by the hash alone. */
struct index_alias {
	struct record_link link;
	uint32_t atom;
};

struct index_atoms {
	struct index_vocabulary *vocabulary; /* borrowed */
	struct record_pool atoms, aliases;
	struct record_table by_key, by_name;
	uint32_t names[NAMES]; /* aliases of each kind */
	uint32_t longest_prefix;
	uint32_t ids;               /* atoms of ATOM_ID */
	struct sb_stemmer *stemmer; /* NULL until it is wanted */
	size_t heap_bytes;
};

/** Without atoms; all must be unreferenced before index_atoms_fini. */
void index_atoms_init(struct index_atoms *atoms, struct index_vocabulary *vocabulary);
void index_atoms_fini(struct index_atoms *atoms);

static inline struct index_atom *index_atom_at(const struct index_atoms *atoms, uint32_t number)
{
	return record_pool_at(&atoms->atoms, number);
}
static inline const uint32_t *index_atom_members(const struct index_atom *atom)
{
	return atom->count <= INDEX_MEMBERS_FEW ? atom->members.few : atom->members.list;
}

static inline struct tms_str index_atom_key(const struct index_atom *atom)
{
	return (struct tms_str){ atom->length > INDEX_KEY_NEAR ? atom->key.far : atom->key.near,
		atom->length };
}

/** The atom of that kind and key with one more reference. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status index_atom_ref(
	struct index_atoms *atoms, enum index_atom_kind kind, struct tms_str key, uint32_t *number);
/** The last reference takes the atom out of its terms. */
void index_atom_unref(struct index_atoms *atoms, uint32_t number);
/** RECORD_NONE when there is none. */
uint32_t index_atom_find(
	const struct index_atoms *atoms, enum index_atom_kind kind, struct tms_str key);

/** Postings of all its terms: at least as many as items have the atom. */
size_t index_atom_weight(const struct index_atoms *atoms, uint32_t number);

/** Put a new term into the atoms that want it. TMS_OK; TMS_ENOMEM: it is in none. */
TMS_MUST_CHECK enum tms_status index_term_join(struct index_atoms *atoms, uint32_t term);
/** Take a term out of all its atoms. */
void index_term_leave(struct index_atoms *atoms, uint32_t term);

/** The stem of a word, borrowed until the next call; empty when memory is out. */
struct tms_str index_stem_of(struct index_atoms *atoms, const struct index_term *term);
/** The same of letters before a version. */
struct tms_str index_stem_of_letters(struct index_atoms *atoms, struct tms_str letters);
/** It is made again when a stem is wanted. */
void index_stemmer_free(struct index_atoms *atoms);

/** What an atom is by: ATOM_SOME has several. */
struct index_meaning {
	enum index_atom_kind kind;
	struct tms_str key;
};
static inline struct index_meaning index_atom_meaning(const struct index_atom *atom)
{
	return (struct index_meaning){ (enum index_atom_kind)atom->kind, index_atom_key(atom) };
}
/** The next part of the key of an ATOM_SOME. */
bool index_some_next(struct tms_str *rest, struct index_meaning *part);
/** Called with each name that an atom or a term is found by; false stops. */
typedef bool (*index_name_fn)(void *context, enum index_name name, uint32_t hash);
/** index/atom_name.c: the names of an atom of that meaning, and of a term: where one is the same
 * as another's, the term may belong to the atom. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status index_atom_names(
	struct index_atoms *atoms, struct index_meaning atom, index_name_fn tell, void *context);
TMS_MUST_CHECK enum tms_status index_term_names(struct index_atoms *atoms,
	const struct index_term *term, index_name_fn tell, void *context);
/** Is the form one of the key of an ATOM_LISTED? */
bool index_forms_have(struct tms_str key, struct tms_str form);
/** True when the term is one that the atom means. */
bool index_atom_wants(
	struct index_atoms *atoms, struct index_meaning atom, const struct index_term *term);

#endif
