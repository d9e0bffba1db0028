/* The packed model: a header that is checked, tables that are looked at where they lie. */
#include "model.h"

#include <stdlib.h>

#include <libstemmer.h>

#define MAGIC TMS_STR("TMSTOPIC")
#define FORMAT 1
#define BYTE_ORDER_MARK 0x01020304
#define FNV_START UINT32_C(0x811c9dc5)
#define FNV_PRIME UINT32_C(0x01000193)

enum {
	TEXT,
	WORD_AT,
	FLAGS,
	IDF,
	VECTOR,
	PAIRS,
	WORD_TABLE,
	PAIR_TABLE,
	VECTOR_TERM,
	SCALE,
	INVERSE,
	KEY,
	VECTORS,
	SHORT,
	LONG_AT,
	LONG,
	SECTIONS,
};

struct header {
	char magic[8];
	uint32_t byte_order, format, version, words, pairs, vectors, dimensions, acronyms;
	uint32_t mean_words, rarest_idf;
	struct {
		uint32_t at, len;
	} sections[SECTIONS];
};

static uint32_t fnv(struct tms_str s)
{
	uint32_t hash = FNV_START;

	for (size_t i = 0; i < s.len; i++)
		hash = (hash ^ (unsigned char)s.ptr[i]) * FNV_PRIME;
	return hash;
}

static uint32_t pair_hash(uint32_t a, uint32_t b)
{
	uint32_t hash = a * UINT32_C(0x9e3779b1) ^ b * UINT32_C(0x85ebca77);

	return hash ^ hash >> 15;
}

struct tms_str topic_word_text(const struct tms_topic_model *model, uint32_t token)
{
	return (struct tms_str){ model->text + model->word_at[token],
		model->word_at[token + 1] - model->word_at[token] };
}

static bool is_stop_by_form(struct tms_str word)
{
	bool is_number = true;

	for (size_t i = 0; i < word.len; i++)
		is_number &= tms_is_digit(word.ptr[i]);
	return word.len == 1 || is_number;
}

uint32_t topic_token_of(const struct tms_topic_model *model, struct tms_str stem)
{
	uint32_t hash = fnv(stem);

	for (uint32_t at = hash & model->word_mask; model->word_table[at] != TOPIC_NONE;
		at = (at + 1) & model->word_mask)
		if (tms_str_equal(stem, topic_word_text(model, model->word_table[at])))
			return model->word_table[at];
	/* never TOPIC_TOKEN_BREAK, whose bits are all set */
	uint32_t made = (hash & (TOPIC_TOKEN_OTHER_STOP - 2)) | TOPIC_TOKEN_OTHER;
	return is_stop_by_form(stem) ? made | TOPIC_TOKEN_OTHER_STOP : made;
}

uint32_t topic_pair_of(const struct tms_topic_model *model, uint32_t a, uint32_t b)
{
	if (!topic_is_known(model, a) || !topic_is_known(model, b))
		return TOPIC_NONE;
	for (uint32_t at = pair_hash(a, b) & model->pair_mask; model->pair_table[at] != TOPIC_NONE;
		at = (at + 1) & model->pair_mask) {
		const uint32_t *pair = &model->pairs[2 * (size_t)model->pair_table[at]];
		if (pair[0] == a && pair[1] == b)
			return model->words_count + model->pair_table[at];
	}
	return TOPIC_NONE;
}

unsigned topic_term_tokens(const struct tms_topic_model *model, uint32_t term, uint32_t out[2])
{
	if (term < model->words_count) {
		out[0] = term;
		return 1;
	}
	memcpy(out, &model->pairs[2 * (size_t)(term - model->words_count)], 2 * sizeof(*out));
	return 2;
}

struct tms_str topic_stem(const struct tms_topic_model *model, struct tms_str word)
{
	for (size_t i = 0; i < word.len; i++)
		if (tms_is_digit(word.ptr[i]))
			return word;
	const sb_symbol *stem =
		sb_stemmer_stem(model->stemmer, (const sb_symbol *)word.ptr, (int)word.len);
	if (!stem)
		return word; /* out of memory: the word is its own stem */
	return (struct tms_str){ (const char *)stem, (size_t)sb_stemmer_length(model->stemmer) };
}

uint32_t topic_token_of_word(const struct tms_topic_model *model, struct tms_str word)
{
	struct topic_cached *cached = &model->cache[fnv(word) % TOPIC_CACHED_WORDS];
	bool fits = word.len > 0 && word.len <= TOPIC_CACHED_BYTES;

	if (fits && cached->len == word.len && memcmp(cached->word, word.ptr, word.len) == 0)
		return cached->token;
	uint32_t token = topic_token_of(model, topic_stem(model, word));
	if (fits) {
		*cached = (struct topic_cached){ .token = token, .len = (uint8_t)word.len };
		memcpy(cached->word, word.ptr, word.len);
	}
	return token;
}

/* ---- opening ---- */

/* What each section has to be long, from the counts in the header. Tables: a power of two. */
static bool has_sizes(const struct header *h)
{
	uint64_t terms = (uint64_t)h->words + h->pairs;
	const uint64_t want[SECTIONS] = { [WORD_AT] = 4 * ((uint64_t)h->words + 1),
		[FLAGS] = h->words,
		[IDF] = 4 * terms,
		[VECTOR] = 4 * terms,
		[PAIRS] = 8 * (uint64_t)h->pairs,
		[VECTOR_TERM] = 4 * (uint64_t)h->vectors,
		[SCALE] = 4 * (uint64_t)h->vectors,
		[INVERSE] = 4 * (uint64_t)h->vectors,
		[KEY] = 4 * (uint64_t)h->vectors,
		[VECTORS] = TOPIC_DIMENSIONS * (uint64_t)h->vectors,
		[SHORT] = 4 * (uint64_t)h->acronyms,
		[LONG_AT] = 4 * ((uint64_t)h->acronyms + 1) };

	for (size_t i = 0; i < SECTIONS; i++)
		if (want[i] && h->sections[i].len != want[i])
			return false;
	for (size_t i = WORD_TABLE; i <= PAIR_TABLE; i++) {
		uint32_t places = h->sections[i].len / 4;
		uint32_t used = i == WORD_TABLE ? h->words : h->pairs;
		if (places <= used || (places & (places - 1)) != 0 || h->sections[i].len % 4 != 0)
			return false;
	}
	return true;
}

static bool lie_inside(const struct header *h, size_t bytes)
{
	for (size_t i = 0; i < SECTIONS; i++)
		if (h->sections[i].at % 8 != 0 || h->sections[i].at > bytes ||
			h->sections[i].len > bytes - h->sections[i].at)
			return false;
	return true;
}

/* Every number below `end`; TOPIC_NONE may be among them. */
static bool are_below(const uint32_t *numbers, size_t count, uint32_t end)
{
	for (size_t i = 0; i < count; i++)
		if (numbers[i] >= end && numbers[i] != TOPIC_NONE)
			return false;
	return true;
}

/* Offsets that rise from 0 to `end`. */
static bool are_rising(const uint32_t *at, size_t count, uint32_t end)
{
	for (size_t i = 0; i < count; i++)
		if (at[i] > at[i + 1])
			return false;
	return at[0] == 0 && at[count] == end;
}

static bool holds_together(const struct tms_topic_model *m, const struct header *h)
{
	size_t terms = (size_t)m->words_count + m->pairs_count;
	size_t longs = h->sections[LONG].len / 4;

	return are_rising(m->word_at, m->words_count, h->sections[TEXT].len) &&
	       are_rising(m->acronym_long_at, m->acronyms_count, (uint32_t)longs) &&
	       are_below(m->vector, terms, m->vectors_count) &&
	       are_below(m->pairs, 2 * (size_t)m->pairs_count, m->words_count) &&
	       are_below(m->word_table, m->word_mask + (size_t)1, m->words_count) &&
	       are_below(m->pair_table, m->pair_mask + (size_t)1, m->pairs_count) &&
	       are_below(m->vector_term, m->vectors_count, (uint32_t)terms) &&
	       are_below(m->acronym_short, m->acronyms_count, m->words_count) &&
	       are_below(m->acronym_long, longs, m->words_count);
}

static const void *section(const struct header *h, size_t i)
{
	return (const char *)h + h->sections[i].at;
}

static void place(struct tms_topic_model *m, const struct header *h)
{
	*m = (struct tms_topic_model){
		.words_count = h->words,
		.pairs_count = h->pairs,
		.vectors_count = h->vectors,
		.acronyms_count = h->acronyms,
		.mean_words = h->mean_words,
		.rarest_idf = h->rarest_idf,
		.text = section(h, TEXT),
		.word_at = section(h, WORD_AT),
		.flags = section(h, FLAGS),
		.idf = section(h, IDF),
		.vector = section(h, VECTOR),
		.pairs = section(h, PAIRS),
		.word_table = section(h, WORD_TABLE),
		.pair_table = section(h, PAIR_TABLE),
		.word_mask = h->sections[WORD_TABLE].len / 4 - 1,
		.pair_mask = h->sections[PAIR_TABLE].len / 4 - 1,
		.vector_term = section(h, VECTOR_TERM),
		.scale = section(h, SCALE),
		.inverse = section(h, INVERSE),
		.key = section(h, KEY),
		.vectors = section(h, VECTORS),
		.acronym_short = section(h, SHORT),
		.acronym_long_at = section(h, LONG_AT),
		.acronym_long = section(h, LONG),
	};
}

static const char *fault_of(struct tms_str bytes, struct tms_topic_model *model)
{
	const struct header *h = (const void *)bytes.ptr;

	if (bytes.len < sizeof(*h) || !tms_str_starts(bytes, MAGIC))
		return "this is no topic model";
	if (h->byte_order != BYTE_ORDER_MARK)
		return "the topic model was packed for machines with the other order of bytes";
	if (h->mean_words == 0 || h->format != FORMAT || h->dimensions != TOPIC_DIMENSIONS)
		return "the topic model has a form that this version does not read";
	if (!lie_inside(h, bytes.len) || !has_sizes(h))
		return "the topic model is cut short";
	place(model, h);
	return holds_together(model, h) ? NULL
					: "the tables of the topic model contradict each other";
}

enum tms_status tms_topic_model_open(
	struct tms_str bytes, struct tms_topic_model **out, struct tms_diag *diag)
{
	struct tms_topic_model *model = calloc(1, sizeof(*model));

	if (!model)
		return TMS_ENOMEM;
	const char *fault = fault_of(bytes, model);
	if (fault) {
		tms_diag_set(diag, 0, 0, "%s", fault);
		free(model);
		return TMS_EMALFORMED;
	}
	model->stemmer = sb_stemmer_new("english", "UTF_8");
	model->cache = calloc(TOPIC_CACHED_WORDS, sizeof(*model->cache));
	if (!model->stemmer || !model->cache) {
		tms_topic_model_free(model);
		return TMS_ENOMEM;
	}
	*out = model;
	return TMS_OK;
}

void tms_topic_model_free(struct tms_topic_model *model)
{
	if (!model)
		return;
	sb_stemmer_delete(model->stemmer);
	free(model->cache);
	free(model);
}
