/* Tokenising an item for the index: its distinct words and values, with their places. */
#include "item_words.h"

#include "query/checked_query.h"
#include "text/language.h"

/* A word of nearly the greatest length may be one piece of a longer run, whose letters a regular
 * expression sees as one. */
#define LONG_BYTES (TMS_WORD_MAX_BYTES - 8)
/* As regex_literals has them. */
#define RAW_BYTES_MIN 3

static bool is_same(
	const struct index_distinct *a, const struct index_wanted *wanted, uint32_t hash)
{
	return a->hash == hash && a->wanted.kind == wanted->kind &&
	       a->wanted.variant == wanted->variant && a->wanted.is_name == wanted->is_name &&
	       tms_str_equal(a->wanted.text, wanted->text);
}

/* Where a term stands in the table, or would. */
static size_t place_of(
	const struct index_item_words *r, const struct index_wanted *wanted, uint32_t hash)
{
	size_t at = hash & (r->table_room - 1);

	while (r->table[at] != 0 && !is_same(&r->list[r->table[at] - 1], wanted, hash))
		at = (at + 1) & (r->table_room - 1);
	return at;
}

/* The number of a term in the list, where it is put when it is new. */
static uint32_t number_of(
	struct index_item_words *r, const struct index_wanted *wanted, unsigned fields)
{
	uint32_t hash = (uint32_t)tms_hash(r->seed, wanted->text);
	size_t at = place_of(r, wanted, hash);

	if (r->table[at] != 0) {
		r->list[r->table[at] - 1].fields |= fields;
		return r->table[at] - 1;
	}
	r->list[r->count] =
		(struct index_distinct){ .wanted = *wanted, .hash = hash, .fields = fields };
	r->table[at] = (uint32_t)++r->count;
	return (uint32_t)r->count - 1;
}

static uint32_t word_number(
	struct index_item_words *r, struct tms_str form, struct tms_str as_stands, unsigned fields)
{
	struct index_wanted wanted = {
		.kind = TERM_WORD, .is_name = (fields & TMS_FIELDS_NAMES) != 0, .text = form
	};

	if (form.ptr != as_stands.ptr) /* a word without capitals is its own form */
		wanted.variant = index_variant_of(form, as_stands);
	return number_of(r, &wanted, fields);
}

static void add_value(struct index_item_words *r, enum index_term_kind kind, struct tms_str text)
{
	struct index_wanted wanted = { .kind = kind, .text = text };

	if (text.len > 0)
		(void)number_of(r, &wanted, INDEX_FIELDS_ALL);
}

static struct tms_str lower(struct tms_arena *arena, struct tms_str s)
{
	char *copy = tms_arena_alloc(arena, s.len + 1);

	for (size_t i = 0; copy && i < s.len; i++)
		copy[i] = tms_lower(s.ptr[i]);
	return (struct tms_str){ copy, copy ? s.len : 0 };
}

/* The next run of ASCII letters and digits that is long enough for a regular expression to be looked
 * for by it. */
static bool next_run(struct tms_str text, size_t *at, struct tms_str *out)
{
	while (*at < text.len) {
		size_t from = *at;
		while (*at < text.len && tms_is_alnum(text.ptr[*at]))
			++*at;
		*out = tms_str_slice(text, from, *at);
		if (out->len >= RAW_BYTES_MIN)
			return true;
		*at += out->len == 0;
	}
	return false;
}

/* A regular expression looks at a text as it stands, where words are what its TeX prints. */
static void add_raw(
	struct index_item_words *r, struct tms_arena *arena, const struct tms_doc_text *text)
{
	size_t at = 0;

	if (text->words.pieces_count == 0)
		return;
	for (struct tms_str run; next_run(text->words.text, &at, &run);) {
		struct index_wanted wanted = { .kind = TERM_WORD, .text = lower(arena, run) };
		if (wanted.text.len == 0)
			return;
		uint32_t hash = (uint32_t)tms_hash(r->seed, wanted.text);
		size_t place = place_of(r, &wanted, hash);
		bool is_word = r->table[place] != 0 &&
			       (r->list[r->table[place] - 1].fields & text->fields) != 0;
		wanted.kind = TERM_RAW;
		if (!is_word)
			(void)number_of(r, &wanted, text->fields);
	}
}

static void read_words(struct index_item_words *r, struct tms_arena *arena)
{
	size_t at = 0, run = 0;
	bool is_long = false;

	for (size_t i = 0; i < r->doc.texts_count; i++) {
		const struct tms_words *words = &r->doc.texts[i].words;
		unsigned fields = r->doc.texts[i].fields;
		for (size_t k = 0; k < words->count; k++) {
			struct tms_str word = tms_words_span(words, k, k + 1);
			is_long |= word.len >= LONG_BYTES;
			r->of_word[at++] = word_number(r, tms_words_form(words, k), word, fields);
		}
		for (size_t k = 0; k < words->joined_count; k++) {
			const struct tms_word_joined *joined = &words->joined[k];
			size_t last = joined->first + joined->key.span - 1;
			r->of_joined[run++] = word_number(r, tms_words_joined_form(words, k),
				tms_words_span(words, last, last + 1), fields);
		}
		add_raw(r, arena, &r->doc.texts[i]);
	}
	if (is_long)
		add_value(r, TERM_HAS, TMS_STR("long"));
}

struct tms_str index_segment_text(uint32_t hash, char room[INDEX_SEGMENT_DIGITS])
{
	uint32_t which = (hash ^ hash >> 16) % INDEX_SEGMENTS;

	for (size_t i = 0; i < INDEX_SEGMENT_DIGITS; i++)
		room[i] = "0123456789abcdef"[which >> 4 * i & 15];
	return (struct tms_str){ room, INDEX_SEGMENT_DIGITS };
}

static void read_address(
	struct index_item_words *r, struct tms_arena *arena, struct tms_str address)
{
	char room[INDEX_SEGMENT_DIGITS];
	struct query_segment segment;
	struct tms_str host, path;
	size_t at = 0;

	query_split_address(address, &host, &path);
	add_value(r, TERM_HOST, lower(arena, host));
	path = query_path_alone(path);
	while (query_segment_next(path, &at, &segment))
		add_value(r, TERM_SEGMENT,
			tms_arena_copy(arena, index_segment_text(segment.hash, room)));
}

static void read_values(
	struct index_item_words *r, struct tms_arena *arena, const struct tms_merged *merged)
{
	static const struct tms_str names[] = { [HAS_CODE] = TMS_STR_INIT("code"),
		[HAS_PROJECT] = TMS_STR_INIT("project"),
		[HAS_VIDEO] = TMS_STR_INIT("video"),
		[HAS_WITHDRAWN] = TMS_STR_INIT("withdrawn") };
	const struct query_subject subject = { .item = merged };
	const struct tms_item *item = &merged->item;
	struct tms_str address;

	for (size_t i = 0; i < tms_merged_categories_count(merged); i++) {
		add_value(r, TERM_CATEGORY, tms_merged_category(merged, i)->term);
		add_value(r, TERM_CATEGORY, tms_merged_category(merged, i)->label);
		if (i == 0) {
			add_value(r, TERM_PRIMARY, tms_merged_category(merged, i)->term);
			add_value(r, TERM_PRIMARY, tms_merged_category(merged, i)->label);
		}
	}
	add_value(r, TERM_ANNOUNCE, item->announce);
	for (size_t i = 0; i < merged->sources_count; i++)
		add_value(r, TERM_SOURCE, merged->sources[i]);
	add_value(r, TERM_LANGUAGE,
		lower(arena, language_in_case(arena, tms_item_language(item, NULL))));
	for (size_t i = 0; i < TMS_COUNT(names); i++) {
		struct query_leaf leaf = { .kind = LEAF_HAS, .has = (enum query_has)i };
		if (query_leaf_holds(&subject, &leaf))
			add_value(r, TERM_HAS, names[i]);
	}
	for (size_t i = 0; query_address_at(item, i, &address); i++)
		read_address(r, arena, address);
}

static size_t raw_most(const struct tms_doc_text *text)
{
	return text->words.pieces_count > 0 ? text->words.text.len / (RAW_BYTES_MIN + 1) + 1 : 0;
}

static size_t values_most(const struct tms_merged *merged)
{
	const struct tms_item *item = &merged->item;
	size_t segments = 0;
	struct tms_str address;

	for (size_t i = 0; query_address_at(item, i, &address); i++)
		for (size_t at = 0; at < address.len; at++)
			segments += address.ptr[at] == '/';
	segments = segments < INDEX_SEGMENTS ? segments : INDEX_SEGMENTS;
	return segments + 2 * tms_merged_categories_count(merged) + merged->sources_count +
	       item->links_count + item->media_count +
	       20; /* primary, announced, language, has:, long, its own addresses */
}

enum tms_status index_item_words_make(struct tms_arena *arena, struct tms_hash_seed seed,
	const struct tms_merged *item, struct index_item_words *out)
{
	struct index_item_words r = { .table_room = 64, .seed = seed };

	enum tms_status st = tms_doc_make(arena, item, &r.doc);
	if (st != TMS_OK)
		return st;
	size_t raw = 0;
	for (size_t i = 0; i < r.doc.texts_count; i++) {
		r.length += r.doc.texts[i].words.count;
		r.joined_count += r.doc.texts[i].words.joined_count;
		raw += raw_most(&r.doc.texts[i]);
	}
	size_t most = r.length + r.joined_count + raw + values_most(item);
	while (r.table_room < 2 * most)
		r.table_room *= 2;
	r.list = TMS_ARENA_ARRAY(arena, struct index_distinct, most);
	r.table = TMS_ARENA_ARRAY(arena, uint32_t, r.table_room);
	r.of_word = TMS_ARENA_ARRAY(arena, uint32_t, r.length + 1);
	r.of_joined = TMS_ARENA_ARRAY(arena, uint32_t, r.joined_count + 1);
	if (arena->status != TMS_OK)
		return arena->status;
	read_words(&r, arena);
	read_values(&r, arena, item);
	if (arena->status == TMS_OK)
		*out = r;
	return arena->status;
}
