/*
 * Terms: the distinct words and values that items have, each with the slots that have it. A term
 * lives as long as an item has it. A word is kept as its folded form; two words of one form are two
 * terms when capitals gave them different singulars ("GPs" and "gps"), and when one stands in a text
 * and one in a name: names are compared as they are spelled.
 */
#ifndef TAMIS_INDEX_TERM_H
#define TAMIS_INDEX_TERM_H

#include <tamis/doc.h>
#include <tamis/hash.h>

#include "entry_list.h"
#include "memory/record_table.h"
#include "memory/small_vector.h"

enum index_term_kind {
	TERM_WORD,
	TERM_CATEGORY, /* as it stands; so the next three */
	TERM_PRIMARY,
	TERM_ANNOUNCE,
	TERM_SOURCE,
	TERM_HAS, /* "code", "project", "video", "withdrawn"; "long": has a word that was cut at its limit */
	TERM_SEGMENT,  /* of the path of an address: which of INDEX_SEGMENTS, as three digits */
	TERM_LANGUAGE, /* a tag, in lower case */
	TERM_HOST,     /* of an address, in lower case */
	TERM_RAW, /* letters and digits that stand in a text but in no word of it, as in "\mathcal" */
	TERM_KINDS,
};
_Static_assert(TERM_KINDS <= 1 << 4, "a kind has four bits in struct index_term");

/** What its capitals make of a form. */
enum index_variant {
	VARIANT_PLAIN,
	VARIANT_PLURAL, /* capitals and an s: "GPs" */
	VARIANT_NAME,   /* three capitals: "LMS" */
};

struct index_term {
	struct record_link link; /* by its base */
	union {
		uint32_t one, *many;
	} atoms; /* that it is in */
	struct entry_list entries;
	uint32_t kin; /* next word with the same first two bytes, next value of the kind */
	uint32_t atoms_count;
	uint32_t length : 24, kind : 4, variant : 2, is_name : 1, has_stems : 1;
	union {
		char near[16], *far;
	} text;
};
_Static_assert(sizeof(struct index_term) == 64, "a term is a line of the cache");

/** A term whose word is a name with its version, by the letters before it ("qwen" of "qwen2.5"). */
struct index_version {
	struct record_link link; /* by the base of the letters */
	uint32_t term;
};

#define INDEX_KIN 1024

struct index_vocabulary {
	struct tms_hash_seed seed;
	struct record_pool terms;
	struct record_table by_base;
	struct record_pool versions;
	struct record_table by_version;
	uint32_t kin[INDEX_KIN], values[TERM_KINDS];
	size_t heap_bytes; /* lists and long texts of terms */
};

/** Without terms. */
void index_vocabulary_init(struct index_vocabulary *vocabulary, struct tms_hash_seed seed);
void index_vocabulary_fini(struct index_vocabulary *vocabulary);
/** Heap that it holds. */
size_t index_vocabulary_bytes(const struct index_vocabulary *vocabulary);

static inline struct index_term *index_term_at(
	const struct index_vocabulary *vocabulary, uint32_t number)
{
	return record_pool_at(&vocabulary->terms, number);
}
/** The folded form of a word; a value as it stands. Borrowed while the term lives. */
static inline struct tms_str index_term_text(const struct index_term *term)
{
	bool is_near = term->length <= sizeof(term->text.near);

	return (struct tms_str){ is_near ? term->text.near : term->text.far, term->length };
}

/** What a form in that variant is compared by: of a text tms_word_base, of a name
 * tms_word_singular. */
struct tms_word_base index_base_of(struct tms_str form, enum index_variant variant, bool is_name);
/** Such a word as it could stand in a text. */
struct tms_str index_variant_stands(enum index_variant variant);
/** The variant that a word is, by how it stands in the text. */
enum index_variant index_variant_of(struct tms_str form, struct tms_str as_stands);
/** True when capitals could give the form another singular. */
bool index_form_is_ambiguous(struct tms_str form);
/** The hash that terms of a kind and base are kept under. */
uint32_t index_base_hash(const struct index_vocabulary *vocabulary, enum index_term_kind kind,
	struct tms_str form, struct tms_word_base base);

/** The letters before the version of a term, borrowed of it: how many stems; only words of texts have
 * any. As tms_word_stems. */
static inline size_t index_term_stems(
	const struct index_term *term, struct tms_str stems[TMS_WORD_STEMS_MAX])
{
	return term->has_stems ? tms_word_stems(index_term_text(term), stems) : 0;
}
/** The hash of the base of letters before a version. */
static inline uint32_t index_stem_hash(
	const struct index_vocabulary *vocabulary, struct tms_str stem)
{
	return index_base_hash(
		vocabulary, TERM_WORD, stem, index_base_of(stem, VARIANT_PLAIN, false));
}

/** What is looked for. */
struct index_wanted {
	enum index_term_kind kind;
	enum index_variant variant;
	bool is_name;
	struct tms_str text;
};
/** What it is kept under: both functions below take it, so that it is worked out once. */
uint32_t index_term_hash(
	const struct index_vocabulary *vocabulary, const struct index_wanted *wanted);
/** RECORD_NONE when there is none. */
uint32_t index_term_find(const struct index_vocabulary *vocabulary,
	const struct index_wanted *wanted, uint32_t hash);
/** A term without entries. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status index_term_new(struct index_vocabulary *vocabulary,
	const struct index_wanted *wanted, uint32_t hash, uint32_t *number);
/** Its entries and atoms must be gone. */
void index_term_drop(struct index_vocabulary *vocabulary, uint32_t number);
/** The first of the words that begin with the same two bytes as the text; of all, by `kin`. */
uint32_t index_kin_first(const struct index_vocabulary *vocabulary, struct tms_str text);

static inline const uint32_t *index_term_atoms(const struct index_term *term)
{
	return term->atoms_count <= 1 ? &term->atoms.one : term->atoms.many;
}
/** The slot has the term in these fields. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status index_term_add_entry(struct index_vocabulary *vocabulary,
	struct index_term *term, uint32_t slot, unsigned fields);
/** The slot, which has the term, has it no more. */
void index_term_remove_entry(
	struct index_vocabulary *vocabulary, struct index_term *term, uint32_t slot);
/** It has the term already, now in these fields. */
void index_term_set_fields(struct index_term *term, uint32_t slot, unsigned fields);
/** The fields in which the slot has the term; 0: it does not. */
unsigned index_term_fields(const struct index_term *term, uint32_t slot);

/** Which pages may be there, by their number modulo so many bits: of 47 pages among thousands one
 * in ninety others passes. */
#define INDEX_PAGE_FILTER_BITS 4096
struct index_page_filter {
	uint64_t bits[INDEX_PAGE_FILTER_BITS / 64];
};
/** These pages, and no others, have to pass. */
void index_page_filter_set(struct index_page_filter *filter, const uint32_t *pages, size_t count);

/** Pages of 64 slots each: page p has the slots 64 p to 64 p + 63. Ascending, each once. */
struct index_pages {
	const uint32_t *list;
	size_t count;
	const struct index_page_filter *filter; /* they all pass it; NULL: none is known */
};
/**
 * For each page i: out[i] |= those of the slots wanted[i] of page pages->list[i] (bit b: slot
 * 64 * page + b) that have the term in one of these fields.
 */
void index_term_mark(const struct index_term *term, unsigned fields,
	const struct index_pages *pages, const uint64_t *wanted, uint64_t *out);

/** TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status index_term_add_atom(
	struct index_vocabulary *vocabulary, struct index_term *term, uint32_t atom);
/** The term, which is in that atom, is in it no more. */
void index_term_remove_atom(
	struct index_vocabulary *vocabulary, struct index_term *term, uint32_t atom);

#endif
