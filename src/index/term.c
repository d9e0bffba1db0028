/* The vocabulary: terms by hash, each with its postings and the atoms that it is tied to. */
#include "term.h"

#include <stdlib.h>

#include "memory/sorted.h"

/* Longer singulars are told apart by comparing them. */
#define HASHED_BYTES_MAX 256

#define PAGE_BITS 6
#define PAGE_SHIFT (PAGE_BITS + INDEX_FIELD_BITS) /* of an entry */
/* So many entries ask the filter sooner than one page finds its entries in a list. */
#define FILTERED_A_PAGE 16

void index_vocabulary_init(struct index_vocabulary *vocabulary, struct tms_hash_seed seed)
{
	*vocabulary = (struct index_vocabulary){ .seed = seed,
		.terms = { .size = sizeof(struct index_term) } };
	vocabulary->by_base.pool = &vocabulary->terms;
	vocabulary->versions.size = sizeof(struct index_version);
	vocabulary->by_version.pool = &vocabulary->versions;
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
	size_t linked = small_vector_bytes(term->atoms_count, 1);

	if (term->length > sizeof(term->text.near)) {
		free(term->text.far);
		vocabulary->heap_bytes -= term->length;
	}
	entry_list_clear(&term->entries, &vocabulary->heap_bytes);
	if (linked > 0)
		free(term->atoms.many);
	vocabulary->heap_bytes -= linked;
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
	record_table_free(&vocabulary->by_version);
	record_pool_free(&vocabulary->versions);
	record_pool_free(&vocabulary->terms);
}

size_t index_vocabulary_bytes(const struct index_vocabulary *vocabulary)
{
	return record_pool_bytes(&vocabulary->terms) + record_table_bytes(&vocabulary->by_base) +
	       record_pool_bytes(&vocabulary->versions) +
	       record_table_bytes(&vocabulary->by_version) + vocabulary->heap_bytes;
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
		base = index_base_of(wanted->text, wanted->variant, wanted->is_name);
	return index_base_hash(vocabulary, wanted->kind, wanted->text, base);
}

uint32_t index_term_find(
	const struct index_vocabulary *vocabulary, const struct index_wanted *wanted, uint32_t hash)
{
	uint32_t number = record_table_first(&vocabulary->by_base, hash);

	for (; number != RECORD_NONE; number = record_table_next(&vocabulary->by_base, number)) {
		const struct index_term *term = index_term_at(vocabulary, number);
		if (term->kind == wanted->kind && term->variant == wanted->variant &&
			term->is_name == wanted->is_name &&
			tms_str_equal(index_term_text(term), wanted->text))
			break;
	}
	return number;
}

/* The record of a term under that hash; false: there is none. */
static bool drop_version(struct index_vocabulary *vocabulary, uint32_t hash, uint32_t term)
{
	uint32_t number = record_table_first(&vocabulary->by_version, hash);

	for (; number != RECORD_NONE; number = record_table_next(&vocabulary->by_version, number)) {
		const struct index_version *version = record_pool_at(&vocabulary->versions, number);
		if (version->term != term)
			continue;
		record_table_remove(&vocabulary->by_version, number);
		record_pool_give_back(&vocabulary->versions, number);
		return true;
	}
	return false;
}

static void drop_versions(struct index_vocabulary *vocabulary, uint32_t term)
{
	struct tms_str stems[TMS_WORD_STEMS_MAX];
	size_t count = index_term_stems(index_term_at(vocabulary, term), stems);

	for (size_t i = 0; i < count; i++)
		if (!drop_version(vocabulary, index_stem_hash(vocabulary, stems[i]), term))
			return; /* this one was never made */
}

static enum tms_status add_version(
	struct index_vocabulary *vocabulary, uint32_t hash, uint32_t term)
{
	uint32_t number;

	if (record_pool_take(&vocabulary->versions, &number) != TMS_OK)
		return TMS_ENOMEM;
	struct index_version *version = record_pool_at(&vocabulary->versions, number);
	version->link.hash = hash;
	version->term = term;
	enum tms_status st = record_table_add(&vocabulary->by_version, number);
	if (st != TMS_OK)
		record_pool_give_back(&vocabulary->versions, number);
	return st;
}

static enum tms_status add_versions(struct index_vocabulary *vocabulary, uint32_t term)
{
	struct tms_str stems[TMS_WORD_STEMS_MAX];
	struct index_term *added = index_term_at(vocabulary, term);
	size_t count = 0;
	enum tms_status st = TMS_OK;

	if (added->kind == TERM_WORD && !added->is_name)
		count = tms_word_stems(index_term_text(added), stems);
	added->has_stems = count > 0;
	for (size_t i = 0; i < count && st == TMS_OK; i++)
		st = add_version(vocabulary, index_stem_hash(vocabulary, stems[i]), term);
	if (st != TMS_OK)
		drop_versions(vocabulary, term);
	return st;
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
	term->length = (uint32_t)text.len & ((1u << 24) - 1);
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
	term->is_name = wanted->is_name;
	term->link.hash = hash;
	enum tms_status st = set_text(vocabulary, term, wanted->text);
	if (st == TMS_OK)
		st = add_versions(vocabulary, *number);
	if (st == TMS_OK) {
		st = record_table_add(&vocabulary->by_base, *number);
		if (st != TMS_OK)
			drop_versions(vocabulary, *number);
	}
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
	drop_versions(vocabulary, number);
	record_table_remove(&vocabulary->by_base, number);
	drop_heap(vocabulary, term);
	record_pool_give_back(&vocabulary->terms, number);
}

enum tms_status index_term_add_entry(struct index_vocabulary *vocabulary, struct index_term *term,
	uint32_t slot, unsigned fields)
{
	return entry_list_add(&term->entries, slot, fields, &vocabulary->heap_bytes);
}

void index_term_remove_entry(
	struct index_vocabulary *vocabulary, struct index_term *term, uint32_t slot)
{
	entry_list_remove(&term->entries, slot, &vocabulary->heap_bytes);
}

void index_term_set_fields(struct index_term *term, uint32_t slot, unsigned fields)
{
	entry_list_set(&term->entries, slot, fields);
}

unsigned index_term_fields(const struct index_term *term, uint32_t slot)
{
	return entry_list_fields(&term->entries, slot);
}

/* As sorted_place_from, among chunks: the last one that begins no later than that slot. */
static size_t gallop_chunks(
	const struct entry_chunk *chunks, size_t at, size_t count, uint32_t slot)
{
	size_t high = at + 1;

	for (size_t step = 1; high < count && chunks[high].first <= slot; step *= 2) {
		at = high;
		high += step;
	}
	high = high < count ? high : count;
	while (high - at > 1) {
		size_t middle = at + (high - at) / 2;
		if (chunks[middle].first <= slot)
			at = middle;
		else
			high = middle;
	}
	return at;
}

static uint64_t bit_of(uint32_t entry, unsigned fields)
{
	return (uint64_t)((entry & fields) != 0) << (entry >> INDEX_FIELD_BITS) % 64;
}

static uint32_t page_of(uint32_t entry)
{
	return entry >> (INDEX_FIELD_BITS + PAGE_BITS);
}

struct marking {
	const struct entry_chunk *chunks;
	size_t chunks_count;
	unsigned fields;
	const struct index_pages *pages;
	const uint64_t *wanted;
	uint64_t *out;
	bool is_rare; /* no more entries than pages */
};

static bool is_stretch(const struct index_pages *pages)
{
	return pages->count > 0 &&
	       pages->list[pages->count - 1] - pages->list[0] == pages->count - 1;
}

/* Past entries of a page that is not wanted: to the next page that is, where pages are fewer than
 * entries. */
static const uint32_t *next_wanted(
	const struct marking *m, const uint32_t *at, const uint32_t *behind)
{
	const uint32_t first = m->pages->list[0];
	size_t i = page_of(*at) - first;

	if (m->is_rare)
		return at + 1;
	while (i < m->pages->count && m->wanted[i] == 0)
		i++;
	if (i == m->pages->count)
		return behind;
	return at +
	       sorted_place_from(at, 0, (size_t)(behind - at), (first + (uint32_t)i) << PAGE_SHIFT);
}

/* Pages without a gap: all entries between the first and the last one are theirs. */
static void mark_stretch(const struct marking *m)
{
	const struct entry_chunk *chunks = m->chunks;
	const uint32_t first = m->pages->list[0], end = first + (uint32_t)m->pages->count;
	const unsigned fields = m->fields;

	for (size_t c = gallop_chunks(chunks, 0, m->chunks_count, first << PAGE_BITS);
		c < m->chunks_count && page_of(chunks[c].entries[0]) < end; c++) {
		const uint32_t *at = chunks[c].entries, *behind = at + chunks[c].count;
		if (page_of(behind[-1]) >= end)
			behind = at + sorted_place_from(at, 0, chunks[c].count, end << PAGE_SHIFT);
		if (page_of(*at) < first)
			at += sorted_place_from(at, 0, (size_t)(behind - at), first << PAGE_SHIFT);
		while (at < behind) {
			uint32_t page = page_of(*at);
			uint64_t bits = 0, wanted = m->wanted[page - first];
			if (wanted == 0) {
				at = next_wanted(m, at, behind);
				continue;
			}
			uint32_t last = page << PAGE_SHIFT | ((UINT32_C(1) << PAGE_SHIFT) - 1);
			for (; at < behind && *at <= last; at++)
				bits |= bit_of(*at, fields);
			m->out[page - first] |= bits & wanted;
		}
	}
}

/* Every entry looks for its page, from the one before on. */
static void mark_by_entry(const struct marking *m)
{
	const struct index_pages *pages = m->pages;
	size_t i = 0;

	for (size_t c = 0; c < m->chunks_count; c++)
		for (uint32_t k = 0; k < m->chunks[c].count; k++) {
			uint32_t entry = m->chunks[c].entries[k], page = page_of(entry);
			i = sorted_place_from(pages->list, i, pages->count, page);
			if (i >= pages->count)
				return;
			if (pages->list[i] == page)
				m->out[i] |= bit_of(entry, m->fields) & m->wanted[i];
		}
}

/* The first number that is not below `wanted`, without a branch that depends on them: whether an
 * entry's page is here is as good as random. */
static size_t place_of(const uint32_t *numbers, size_t count, uint32_t wanted)
{
	const uint32_t *from = numbers;

	for (size_t half; count > 1; count -= half) {
		half = count / 2;
		from += (from[half - 1] < wanted) * half;
	}
	return (size_t)(from - numbers) + (count == 1 && *from < wanted);
}

/* Every entry asks the filter first, which most do not pass. */
static void mark_by_filter(const struct marking *m)
{
	const struct index_pages *pages = m->pages;
	const uint64_t *filter = pages->filter->bits;

	for (size_t c = 0; c < m->chunks_count; c++)
		for (uint32_t k = 0; k < m->chunks[c].count; k++) {
			uint32_t entry = m->chunks[c].entries[k], page = page_of(entry);
			uint32_t bit = page % INDEX_PAGE_FILTER_BITS;
			if (!(filter[bit / 64] >> bit % 64 & 1))
				continue;
			size_t i = place_of(pages->list, pages->count, page);
			if (i < pages->count && pages->list[i] == page)
				m->out[i] |= bit_of(entry, m->fields) & m->wanted[i];
		}
}

/* The page's slots; chunk *c and entry *k go on to what is behind them. */
static uint64_t take_page(const struct marking *m, uint32_t page, size_t *c, size_t *k)
{
	size_t from = gallop_chunks(m->chunks, *c, m->chunks_count, page << PAGE_BITS);
	const struct entry_chunk *chunk = &m->chunks[from];
	uint64_t bits = 0;

	*k = sorted_place_from(
		chunk->entries, from == *c ? *k : 0, chunk->count, page << PAGE_SHIFT);
	for (*c = from;; ++*c, *k = 0) {
		chunk = &m->chunks[*c];
		for (; *k < chunk->count && page_of(chunk->entries[*k]) == page; ++*k)
			bits |= bit_of(chunk->entries[*k], m->fields);
		if (*k < chunk->count || *c + 1 == m->chunks_count)
			return bits;
	}
}

/* Every page looks for its entries. */
static void mark_by_page(const struct marking *m)
{
	const struct index_pages *pages = m->pages;
	size_t c = 0, k = 0;

	for (size_t i = 0; i < pages->count; i++)
		if (m->wanted[i] != 0)
			m->out[i] |= take_page(m, pages->list[i], &c, &k) & m->wanted[i];
}

void index_page_filter_set(struct index_page_filter *filter, const uint32_t *pages, size_t count)
{
	memset(filter->bits, 0, sizeof(filter->bits));
	for (size_t i = 0; i < count; i++) {
		uint32_t bit = pages[i] % INDEX_PAGE_FILTER_BITS;
		filter->bits[bit / 64] |= UINT64_C(1) << bit % 64;
	}
}

void index_term_mark(const struct index_term *term, unsigned fields,
	const struct index_pages *pages, const uint64_t *wanted, uint64_t *out)
{
	struct marking m = { .fields = fields, .pages = pages, .wanted = wanted, .out = out };
	struct entry_chunk one;

	m.chunks = entry_list_chunks(&term->entries, &one, &m.chunks_count);
	m.is_rare = term->entries.count <= pages->count;
	if (is_stretch(pages))
		mark_stretch(&m);
	else if (pages->filter && term->entries.count <= pages->count * FILTERED_A_PAGE)
		mark_by_filter(&m);
	else if (m.is_rare)
		mark_by_entry(&m);
	else
		mark_by_page(&m);
}

static struct small_vector atoms_of(struct index_vocabulary *vocabulary, struct index_term *term)
{
	return (struct small_vector){ &term->atoms.one, 1, &term->atoms.many, &term->atoms_count,
		&vocabulary->heap_bytes };
}

enum tms_status index_term_add_atom(
	struct index_vocabulary *vocabulary, struct index_term *term, uint32_t atom)
{
	const struct small_vector atoms = atoms_of(vocabulary, term);

	return small_vector_insert(&atoms, term->atoms_count, atom);
}

void index_term_remove_atom(
	struct index_vocabulary *vocabulary, struct index_term *term, uint32_t atom)
{
	const struct small_vector atoms = atoms_of(vocabulary, term);
	const uint32_t *list = index_term_atoms(term);
	uint32_t at = term->atoms_count - 1;

	while (list[at] != atom)
		at--;
	small_vector_remove(&atoms, at);
}
