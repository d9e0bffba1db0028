/* A Bloom filter of bigrams, bit-sliced by item: narrows a phrase's candidates. */
#include "bigram_filter.h"

#include "walk.h"

/* Bases of an atom: most have one, "AIs" two. An atom of more is not looked at. */
#define BASES_MAX 4

/* Where a bigram has its bits. */
struct spots {
	uint32_t first, second;
};

/* The terms' hashes are seeded, and the same for words of one base. */
static struct spots spots_of(uint32_t before, uint32_t after)
{
	uint64_t mixed = ((uint64_t)before << 32 | after) * UINT64_C(0x9E3779B97F4A7C15);

	mixed = (mixed ^ mixed >> 32) * UINT64_C(0xD6E8FEB86659FD93);
	mixed ^= mixed >> 32;
	return (struct spots){ (uint32_t)((mixed >> 32) * INDEX_BIGRAM_FILTER_BITS >> 32),
		(uint32_t)((mixed & UINT32_MAX) * INDEX_BIGRAM_FILTER_BITS >> 32) };
}

/* The hashes of a unit: its own, and those of the letters before its version. */
struct hashes {
	uint32_t list[1 + TMS_WORD_STEMS_MAX];
	size_t count;
};

static struct hashes hashes_of(
	const struct index_items *items, const struct index_forward *forward, uint32_t place)
{
	const struct index_term *term =
		index_term_at(&items->vocabulary, index_forward_term(forward, place));
	struct tms_str stems[TMS_WORD_STEMS_MAX];
	struct hashes hashes; /* few have more than one */

	hashes.list[0] = term->link.hash;
	hashes.count = 1;
	for (size_t i = 0, count = index_term_stems(term, stems); i < count; i++)
		hashes.list[hashes.count++] = index_stem_hash(&items->vocabulary, stems[i]);
	return hashes;
}

static void set_bigram(struct index_bigram_filter *block, uint64_t bit, const struct hashes *before,
	const struct hashes *after)
{
	for (size_t i = 0; i < before->count; i++)
		for (size_t k = 0; k < after->count; k++) {
			struct spots spots = spots_of(before->list[i], after->list[k]);
			block->words[spots.first] |= bit;
			block->words[spots.second] |= bit;
		}
}

/* What begins at word `at`, behind a unit of that hash: the word, and hyphenated runs. */
static void set_behind(const struct index_items *items, const struct index_forward *forward,
	size_t at, const struct hashes *before, struct index_bigram_filter *block, uint64_t bit)
{
	const struct index_joined *joined = index_forward_joined(forward);

	if (at >= forward->length)
		return;
	struct hashes after = hashes_of(items, forward, index_forward_at(forward, at));
	set_bigram(block, bit, before, &after);
	for (uint32_t i = index_joined_from(forward, at);
		i < forward->joined_count && joined[i].at == at; i++) {
		after = hashes_of(items, forward, joined[i].term);
		set_bigram(block, bit, before, &after);
	}
}

/* Every word with what begins behind it: as set_behind, but nothing has to be looked for. */
static void set_words(const struct index_items *items, const struct index_forward *forward,
	struct index_bigram_filter *block, uint64_t bit)
{
	const struct index_joined *joined = index_forward_joined(forward);
	struct hashes before = { .count = 0 };
	uint32_t run = 0;

	for (size_t at = 0; at < forward->length; at++) {
		struct hashes after = hashes_of(items, forward, index_forward_at(forward, at));
		set_bigram(block, bit, &before, &after);
		while (run < forward->joined_count && joined[run].at < at)
			run++;
		for (uint32_t i = run; i < forward->joined_count && joined[i].at == at; i++) {
			struct hashes behind = hashes_of(items, forward, joined[i].term);
			set_bigram(block, bit, &before, &behind);
		}
		before = after;
	}
}

void index_bigram_filter_set(
	const struct index_items *items, uint32_t slot, const struct index_forward *forward)
{
	const struct index_joined *joined = index_forward_joined(forward);
	struct index_bigram_filter *block = &index_page_of(items, slot)->bigrams;
	uint64_t bit = UINT64_C(1) << slot % INDEX_PAGE;

	for (size_t i = 0; i < INDEX_BIGRAM_FILTER_BITS; i++)
		block->words[i] &= ~bit;
	set_words(items, forward, block, bit);
	for (uint32_t i = 0; i < forward->joined_count; i++) {
		struct hashes before = hashes_of(items, forward, joined[i].term);
		set_behind(
			items, forward, (size_t)joined[i].at + joined[i].span, &before, block, bit);
	}
}

/* The different hashes of an atom's terms; BASES_MAX + 1: too many. */
static size_t bases_of(const struct index_items *items, uint32_t number, uint32_t *bases)
{
	const struct index_atom *atom = index_atom_at(&items->atoms, number);
	const uint32_t *members = index_atom_members(atom);
	struct tms_str key = index_atom_key(atom);
	size_t count = 0;

	if (atom->kind == ATOM_BASE) { /* of words, and of letters before versions */
		bases[0] = index_base_hash(&items->vocabulary, TERM_WORD, key,
			(struct tms_word_base){ .keep = key.len });
		return 1;
	}
	for (uint32_t i = 0; i < atom->count && count <= BASES_MAX; i++) {
		uint32_t hash = index_term_at(&items->vocabulary, members[i])->link.hash;
		size_t k = 0;
		while (k < count && bases[k] != hash)
			k++;
		if (k == count)
			bases[count++] = hash;
	}
	return count;
}

static void narrow(const struct index_items *items, const struct spots *spots, size_t count,
	const struct index_pages *pages, uint64_t *bits)
{
	for (size_t w = 0; w < pages->count; w++) {
		if (bits[w] == 0)
			continue;
		const uint64_t *block = items->pages.list[pages->list[w]]->bigrams.words;
		uint64_t found = 0;
		for (size_t i = 0; i < count; i++)
			found |= block[spots[i].first] & block[spots[i].second];
		bits[w] &= found;
	}
}

void index_bigram_filter_narrow(const struct index_items *items, const struct index_plan *plan,
	const struct index_pages *pages, uint64_t *bits)
{
	uint32_t bases[2][BASES_MAX + 1];
	struct spots spots[BASES_MAX * BASES_MAX];
	size_t before = 0;

	if (!(plan->flags & INDEX_PLAN_WALK) || plan->covers > 0)
		return;
	for (size_t k = 0; k < plan->places; k++) {
		const uint32_t *left = bases[(k + 1) % 2];
		uint32_t *right = bases[k % 2];
		size_t after = bases_of(items, index_plan_atoms(plan)[k], right), count = 0;
		if (k > 0 && before <= BASES_MAX && after <= BASES_MAX) {
			for (size_t i = 0; i < before * after; i++)
				spots[count++] = spots_of(left[i / after], right[i % after]);
			narrow(items, spots, count, pages, bits);
		}
		before = after;
	}
}
