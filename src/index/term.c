/* The vocabulary: terms by hash, each with its postings and the atoms that it is tied to. */
#include "term.h"

#include <stdlib.h>

/* Longer singulars are told apart by comparing them. */
#define HASHED_BYTES_MAX 256

void index_vocabulary_init(struct index_vocabulary *vocabulary, struct tms_hash_seed seed)
{
	*vocabulary = (struct index_vocabulary){ .seed = seed,
		.terms = { .size = sizeof(struct index_term) } };
	vocabulary->by_base.pool = &vocabulary->terms;
	memset(vocabulary->kin, 0xFF, sizeof(vocabulary->kin));
	memset(vocabulary->values, 0xFF, sizeof(vocabulary->values));
}

static uint32_t kin_of(struct tms_str text)
{
	unsigned first = text.len > 0 ? (unsigned char)text.ptr[0] : 0;
	unsigned second = text.len > 1 ? (unsigned char)text.ptr[1] : 0;

	return (first * 41 + second) % INDEX_KIN;
}

uint32_t index_kin_first(const struct index_vocabulary *vocabulary, struct tms_str text)
{
	return vocabulary->kin[kin_of(text)];
}

static void drop_heap(struct index_vocabulary *vocabulary, struct index_term *term)
{
	size_t listed = index_small_vector_bytes(term->count, INDEX_ENTRIES_FEW);
	size_t linked = index_small_vector_bytes(term->atoms_count, 1);

	if (term->length > sizeof(term->text.near)) {
		free(term->text.far);
		vocabulary->heap_bytes -= term->length;
	}
	if (listed > 0)
		free(term->entries.list);
	if (linked > 0)
		free(term->atoms.many);
	vocabulary->heap_bytes -= listed + linked;
}

static void drop_all(struct index_vocabulary *vocabulary, uint32_t first)
{
	while (first != RECORD_NONE) {
		struct index_term *term = index_term_at(vocabulary, first);
		first = term->kin;
		drop_heap(vocabulary, term);
	}
}

void index_vocabulary_fini(struct index_vocabulary *vocabulary)
{
	for (size_t i = 0; i < INDEX_KIN; i++)
		drop_all(vocabulary, vocabulary->kin[i]);
	for (size_t i = 0; i < TERM_KINDS; i++)
		drop_all(vocabulary, vocabulary->values[i]);
	record_table_free(&vocabulary->by_base);
	record_pool_free(&vocabulary->terms);
}

size_t index_vocabulary_bytes(const struct index_vocabulary *vocabulary)
{
	return record_pool_bytes(&vocabulary->terms) + record_table_bytes(&vocabulary->by_base) +
	       vocabulary->heap_bytes;
}

struct tms_str index_term_text(const struct index_term *term)
{
	const char *text =
		term->length > sizeof(term->text.near) ? term->text.far : term->text.near;

	return (struct tms_str){ text, term->length };
}

struct tms_word_base index_base_of(struct tms_str form, enum index_variant variant)
{
	/* how a word can stand in a text, as far as its singular depends on it */
	static const struct tms_str as_stands[] = {
		[VARIANT_PLAIN] = { 0 },
		[VARIANT_PLURAL] = TMS_STR_INIT("AAs"),
		[VARIANT_NAME] = TMS_STR_INIT("AAA"),
	};

	return tms_word_base(form, as_stands[variant]);
}

static bool is_base(struct tms_str form, enum index_variant variant, struct tms_word_base base)
{
	return tms_word_base_equal(form, index_base_of(form, variant), form, base);
}

bool index_form_is_ambiguous(struct tms_str form)
{
	struct tms_word_base plain = index_base_of(form, VARIANT_PLAIN);

	return !is_base(form, VARIANT_PLURAL, plain) || !is_base(form, VARIANT_NAME, plain);
}

enum index_variant index_variant_of(struct tms_str form, struct tms_str as_stands)
{
	struct tms_word_base base = tms_word_base(form, as_stands);

	if (is_base(form, VARIANT_PLAIN, base))
		return VARIANT_PLAIN;
	return is_base(form, VARIANT_PLURAL, base) ? VARIANT_PLURAL : VARIANT_NAME;
}

uint32_t index_base_hash(const struct index_vocabulary *vocabulary, enum index_term_kind kind,
	struct tms_str form, struct tms_word_base base)
{
	char whole[HASHED_BYTES_MAX];
	struct tms_str hashed = tms_str_slice(form, 0, base.keep);
	struct tms_hash_seed seed = vocabulary->seed;

	seed.k1 += kind;
	hashed = tms_str_slice(hashed, 0, sizeof(whole));
	if (base.tail.len > 0 && hashed.len < sizeof(whole)) {
		size_t more = sizeof(whole) - hashed.len;
		more = base.tail.len < more ? base.tail.len : more;
		if (hashed.len > 0) /* an irregular plural keeps nothing */
			memcpy(whole, hashed.ptr, hashed.len);
		memcpy(whole + hashed.len, base.tail.ptr, more);
		hashed = (struct tms_str){ whole, hashed.len + more };
	}
	return (uint32_t)tms_hash(seed, hashed);
}

uint32_t index_term_hash(
	const struct index_vocabulary *vocabulary, const struct index_wanted *wanted)
{
	struct tms_word_base base = { .keep = wanted->text.len };

	if (wanted->kind == TERM_WORD)
		base = index_base_of(wanted->text, wanted->variant);
	return index_base_hash(vocabulary, wanted->kind, wanted->text, base);
}

uint32_t index_term_find(
	const struct index_vocabulary *vocabulary, const struct index_wanted *wanted, uint32_t hash)
{
	uint32_t number = record_table_first(&vocabulary->by_base, hash);

	for (; number != RECORD_NONE; number = record_table_next(&vocabulary->by_base, number)) {
		const struct index_term *term = index_term_at(vocabulary, number);
		if (term->kind == wanted->kind && term->variant == wanted->variant &&
			tms_str_equal(index_term_text(term), wanted->text))
			break;
	}
	return number;
}

static uint32_t *kin_head(struct index_vocabulary *vocabulary, const struct index_term *term)
{
	if (term->kind != TERM_WORD)
		return &vocabulary->values[term->kind];
	return &vocabulary->kin[kin_of(index_term_text(term))];
}

static enum tms_status set_text(
	struct index_vocabulary *vocabulary, struct index_term *term, struct tms_str text)
{
	char *to = term->text.near;

	if (text.len > sizeof(term->text.near)) {
		to = malloc(text.len);
		if (!to)
			return TMS_ENOMEM;
		term->text.far = to;
		vocabulary->heap_bytes += text.len;
	}
	if (text.len > 0)
		memcpy(to, text.ptr, text.len);
	term->length = (uint32_t)text.len & ((1u << 26) - 1);
	return TMS_OK;
}

enum tms_status index_term_new(struct index_vocabulary *vocabulary,
	const struct index_wanted *wanted, uint32_t hash, uint32_t *number)
{
	if (record_pool_take(&vocabulary->terms, number) != TMS_OK)
		return TMS_ENOMEM;
	struct index_term *term = index_term_at(vocabulary, *number);
	term->kind = wanted->kind;
	term->variant = wanted->variant;
	term->link.hash = hash;
	enum tms_status st = set_text(vocabulary, term, wanted->text);
	if (st == TMS_OK)
		st = record_table_add(&vocabulary->by_base, *number);
	if (st != TMS_OK) {
		drop_heap(vocabulary, term);
		record_pool_give_back(&vocabulary->terms, *number);
		return st;
	}
	uint32_t *head = kin_head(vocabulary, term);
	term->kin = *head;
	*head = *number;
	return TMS_OK;
}

void index_term_drop(struct index_vocabulary *vocabulary, uint32_t number)
{
	struct index_term *term = index_term_at(vocabulary, number);
	uint32_t *at = kin_head(vocabulary, term);

	while (*at != number)
		at = &index_term_at(vocabulary, *at)->kin;
	*at = term->kin;
	record_table_remove(&vocabulary->by_base, number);
	drop_heap(vocabulary, term);
	record_pool_give_back(&vocabulary->terms, number);
}

static struct index_small_vector entries_of(
	struct index_vocabulary *vocabulary, struct index_term *term)
{
	return (struct index_small_vector){ term->entries.few, INDEX_ENTRIES_FEW,
		&term->entries.list, &term->count, &vocabulary->heap_bytes };
}

/* Where the slot's entry is, or belongs. */
static uint32_t entry_place(const struct index_term *term, uint32_t slot)
{
	const uint32_t *entries = index_term_entries(term);
	uint32_t low = 0, high = term->count;

	if (high > 0 && entries[high - 1] >> INDEX_FIELD_BITS < slot)
		return high; /* of a new item, nearly always */
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (entries[middle] >> INDEX_FIELD_BITS < slot)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

enum tms_status index_term_add_entry(struct index_vocabulary *vocabulary, struct index_term *term,
	uint32_t slot, unsigned fields)
{
	const struct index_small_vector entries = entries_of(vocabulary, term);

	return index_small_vector_insert(
		&entries, entry_place(term, slot), slot << INDEX_FIELD_BITS | fields);
}

void index_term_remove_entry(
	struct index_vocabulary *vocabulary, struct index_term *term, uint32_t slot)
{
	const struct index_small_vector entries = entries_of(vocabulary, term);

	index_small_vector_remove(&entries, entry_place(term, slot));
}

void index_term_set_fields(struct index_term *term, uint32_t slot, unsigned fields)
{
	uint32_t *entries =
		term->count <= INDEX_ENTRIES_FEW ? term->entries.few : term->entries.list;

	entries[entry_place(term, slot)] = slot << INDEX_FIELD_BITS | fields;
}

unsigned index_term_fields(const struct index_term *term, uint32_t slot)
{
	uint32_t at = entry_place(term, slot);
	uint32_t entry = at < term->count ? index_term_entries(term)[at] : 0;

	return at < term->count && entry >> INDEX_FIELD_BITS == slot ? entry & INDEX_FIELDS_ALL : 0;
}

static struct index_small_vector atoms_of(
	struct index_vocabulary *vocabulary, struct index_term *term)
{
	return (struct index_small_vector){ &term->atoms.one, 1, &term->atoms.many,
		&term->atoms_count, &vocabulary->heap_bytes };
}

enum tms_status index_term_add_atom(
	struct index_vocabulary *vocabulary, struct index_term *term, uint32_t atom)
{
	const struct index_small_vector atoms = atoms_of(vocabulary, term);

	return index_small_vector_insert(&atoms, term->atoms_count, atom);
}

void index_term_remove_atom(
	struct index_vocabulary *vocabulary, struct index_term *term, uint32_t atom)
{
	const struct index_small_vector atoms = atoms_of(vocabulary, term);
	const uint32_t *list = index_term_atoms(term);
	uint32_t at = term->atoms_count - 1;

	while (list[at] != atom)
		at--;
	index_small_vector_remove(&atoms, at);
}
