#include "linear.h"

#include <stdlib.h>
#include <string.h>

#include "bench.h"

enum query_node_kind { NODE_WORD, NODE_PHRASE, NODE_AND, NODE_OR, NODE_NOT };

struct node {
	enum query_node_kind kind;
	uint32_t count; /* of words, or of children */
	uint32_t *words;
	struct node **children;
};

struct text {
	uint32_t *words; /* by place */
	size_t count;
	struct tms_word_joined *joined; /* parts joined by hyphens; form_hash holds the number */
	size_t joined_count;
};

/* Word number → where it stands first; `next` leads to its other places. */
struct place {
	uint32_t word, text, at, next; /* word 0: free */
};

struct item {
	struct text texts[2];
	size_t texts_count;
	struct place *table; /* a power of two, then the further places */
	uint32_t mask, used;
	struct tms_map by_text; /* text → its first place */
};

struct linear {
	struct tms_arena arena;
	struct tms_map words;  /* base → number from 1 on */
	struct tms_str *texts; /* by number */
	size_t words_count, texts_capacity;
	bool uses_texts;
	struct node **rules;
	size_t rules_count, rules_capacity;
	struct item *items;
	size_t items_count, items_capacity;
};

struct linear *linear_new(void)
{
	return bench_alloc(sizeof(struct linear));
}

void linear_free(struct linear *linear)
{
	for (size_t i = 0; i < linear->items_count; i++)
		tms_map_free(&linear->items[i].by_text);
	tms_map_free(&linear->words);
	tms_arena_free(&linear->arena);
	free(linear->texts);
	free(linear->rules);
	free(linear->items);
	free(linear);
}

static void *take(struct linear *linear, size_t count, size_t size)
{
	void *bytes = tms_arena_calloc(&linear->arena, count ? count : 1, size);

	if (!bytes)
		bench_fail("no memory");
	return bytes;
}

/* ---- words ---- */

static uint32_t number_of(struct linear *linear, struct tms_str form, struct tms_str as_stands)
{
	char bytes[TMS_WORD_MAX_BYTES + 16];
	struct tms_word_base base = tms_word_base(form, as_stands);

	memcpy(bytes, form.ptr, base.keep);
	memcpy(bytes + base.keep, base.tail.ptr, base.tail.len);
	struct tms_str key = { bytes, base.keep + base.tail.len };
	uintptr_t number = (uintptr_t)tms_map_find(&linear->words, key);
	if (number == 0) {
		struct tms_str text = tms_arena_copy(&linear->arena, key);
		number = ++linear->words_count;
		if (tms_map_put(&linear->words, text, (void *)number) != TMS_OK)
			bench_fail("no memory");
		bench_grow(&linear->texts, number, &linear->texts_capacity, sizeof(text));
		linear->texts[number] = text;
	}
	return (uint32_t)number;
}

/* ---- rules ---- */

struct reader {
	struct linear *linear;
	struct tms_str rest;
	bool failed;
};

static struct node *node_new(struct reader *r, enum query_node_kind kind, uint32_t count)
{
	struct node *node = take(r->linear, 1, sizeof(*node));

	node->kind = kind;
	node->count = count;
	return node;
}

static struct node *read_words(struct reader *r, struct tms_str text)
{
	struct tms_arena scratch = { 0 };
	struct tms_words words;

	if (tms_words_cut(&scratch, text, &words) != TMS_OK || words.count == 0 ||
		words.joined_count > 0) {
		r->failed = true;
		tms_arena_free(&scratch);
		return NULL;
	}
	struct node *node =
		node_new(r, words.count == 1 ? NODE_WORD : NODE_PHRASE, (uint32_t)words.count);
	node->words = take(r->linear, words.count, sizeof(*node->words));
	for (size_t i = 0; i < words.count; i++)
		node->words[i] = number_of(
			r->linear, tms_words_form(&words, i), tms_words_span(&words, i, i + 1));
	tms_arena_free(&scratch);
	return node;
}

static bool eat(struct reader *r, const char *token)
{
	r->rest = tms_str_trim(r->rest);
	if (!tms_str_starts(r->rest, tms_str_from(token)))
		return false;
	r->rest = tms_str_slice(r->rest, strlen(token), r->rest.len);
	return true;
}

static struct node *read_any(struct reader *r);

static struct node *read_term(struct reader *r)
{
	if (eat(r, "-")) {
		struct node *node = node_new(r, NODE_NOT, 1);
		node->children = take(r->linear, 1, sizeof(struct node *));
		node->children[0] = read_term(r);
		return node;
	}
	if (eat(r, "(")) {
		struct node *node = read_any(r);
		r->failed |= !eat(r, ")");
		return node;
	}
	bool quoted = eat(r, "\"");
	size_t len = 0;
	while (len < r->rest.len && (quoted ? r->rest.ptr[len] != '"'
					    : r->rest.ptr[len] != ' ' && r->rest.ptr[len] != ')'))
		len++;
	struct tms_str text = tms_str_slice(r->rest, 0, len);
	r->rest = tms_str_slice(r->rest, len + quoted, r->rest.len);
	return read_words(r, text);
}

static struct node *group(
	struct reader *r, enum query_node_kind kind, struct node **list, uint32_t count)
{
	if (count == 1)
		return list[0];
	struct node *node = node_new(r, kind, count);
	node->children = take(r->linear, count, sizeof(*list));
	memcpy(node->children, list, count * sizeof(*list));
	return node;
}

#define OPERANDS_MAX 32

static struct node *read_all(struct reader *r)
{
	struct node *list[OPERANDS_MAX];
	uint32_t count = 0;

	do {
		if (count == OPERANDS_MAX)
			r->failed = true;
		else
			list[count++] = read_term(r);
		r->rest = tms_str_trim(r->rest);
	} while (!r->failed && r->rest.len > 0 && r->rest.ptr[0] != ')' &&
		 !tms_str_starts(r->rest, TMS_STR("OR ")));
	return group(r, NODE_AND, list, count);
}

static struct node *read_any(struct reader *r)
{
	struct node *list[OPERANDS_MAX];
	uint32_t count = 0;

	do {
		if (count == OPERANDS_MAX)
			r->failed = true;
		else
			list[count++] = read_all(r);
	} while (!r->failed && eat(r, "OR "));
	return group(r, NODE_OR, list, count);
}

bool linear_add_rule(struct linear *linear, struct tms_str text)
{
	struct reader r = { .linear = linear, .rest = text };
	struct node *rule = read_any(&r);

	if (r.failed || tms_str_trim(r.rest).len > 0)
		return false;
	bench_grow(&linear->rules, linear->rules_count, &linear->rules_capacity,
		sizeof(*linear->rules));
	linear->rules[linear->rules_count++] = rule;
	return true;
}

/* ---- items ---- */

static uint32_t slot_of(const struct item *item, uint32_t word)
{
	uint32_t at = (word * UINT32_C(2654435769)) & item->mask;

	while (item->table[at].word && item->table[at].word != word)
		at = (at + 1) & item->mask;
	return at;
}

static void put_place(struct item *item, uint32_t word, uint32_t text, uint32_t at)
{
	struct place *first = &item->table[slot_of(item, word)];

	if (!first->word) {
		*first = (struct place){ word, text, at, 0 };
		return;
	}
	uint32_t further = item->mask + 1 + item->used++;
	item->table[further] = (struct place){ word, text, at, first->next };
	first->next = further;
}

/* The letters before a version, as a run that covers the same words. */
static void number_stems(
	struct linear *linear, struct tms_str form, struct tms_word_joined run, struct text *out)
{
	struct tms_str stems[TMS_WORD_STEMS_MAX];
	size_t count = tms_word_stems(form, stems);

	for (size_t i = 0; i < count; i++)
		if (tms_word_letters(stems[i]) >= TMS_WORD_STEM_LETTERS) {
			run.key.form_hash = number_of(linear, stems[i], TMS_STR_NONE);
			out->joined[out->joined_count++] = run;
		}
}

static void number_text(struct linear *linear, const struct tms_words *words, struct text *out)
{
	size_t most = (1 + TMS_WORD_STEMS_MAX) * (words->count + words->joined_count);

	out->count = words->count;
	out->words = take(linear, words->count, sizeof(*out->words));
	out->joined_count = 0;
	out->joined = take(linear, most, sizeof(*out->joined));
	for (size_t i = 0, k = 0; i < words->count; i++) {
		struct tms_str form = tms_words_form(words, i);
		struct tms_word_joined run = { words->list[i].key, (uint32_t)i };
		out->words[i] = number_of(linear, form, tms_words_span(words, i, i + 1));
		number_stems(linear, form, run, out);
		for (; k < words->joined_count && words->joined[k].first == i; k++) {
			run = words->joined[k];
			form = tms_words_joined_form(words, k);
			run.key.form_hash =
				number_of(linear, form, tms_words_span(words, i, i + run.key.span));
			out->joined[out->joined_count++] = run;
			number_stems(linear, form, run, out);
		}
	}
}

void linear_add_item(struct linear *linear, const struct tms_doc *doc)
{
	size_t places = 0, slots = 64;

	bench_grow(&linear->items, linear->items_count, &linear->items_capacity,
		sizeof(*linear->items));
	struct item *item = &linear->items[linear->items_count++];
	*item = (struct item){ 0 };
	for (size_t i = 0; i < doc->texts_count && item->texts_count < 2; i++) {
		if (!(doc->texts[i].fields & TMS_FIELDS_TEXT))
			continue;
		struct text *text = &item->texts[item->texts_count++];
		number_text(linear, &doc->texts[i].words, text);
		places += text->count + text->joined_count;
	}
	while (slots < places * 2)
		slots *= 2;
	item->mask = (uint32_t)slots - 1;
	item->table = take(linear, slots + places, sizeof(*item->table));
	for (uint32_t t = 0; t < item->texts_count; t++) { /* places move no more */
		const struct text *text = &item->texts[t];
		for (uint32_t i = 0; i < text->count; i++)
			put_place(item, text->words[i], t, i);
		for (uint32_t i = 0; i < text->joined_count; i++)
			put_place(item, text->joined[i].key.form_hash, t, text->joined[i].first);
	}
	for (uint32_t i = 0; i <= item->mask; i++)
		if (item->table[i].word &&
			tms_map_put(&item->by_text, linear->texts[item->table[i].word],
				&item->table[i]) != TMS_OK)
			bench_fail("no memory");
}

void linear_use_texts(struct linear *linear)
{
	linear->uses_texts = true;
}

/* ---- asking ---- */

/* Do the words from `next` on stand at place `at`? One word of the rule may be several joined ones. */
static bool follows(const struct text *text, const struct node *phrase, uint32_t next, uint32_t at)
{
	if (next == phrase->count)
		return true;
	if (at >= text->count)
		return false;
	if (text->words[at] == phrase->words[next] && follows(text, phrase, next + 1, at + 1))
		return true;
	for (size_t i = 0; i < text->joined_count && text->joined[i].first <= at; i++) {
		const struct tms_word_joined *j = &text->joined[i];
		if (j->first == at && j->key.form_hash == phrase->words[next] &&
			follows(text, phrase, next + 1, at + j->key.span))
			return true;
	}
	return false;
}

/* Where the word stands first, or NULL. */
static const struct place *find(const struct linear *linear, const struct item *item, uint32_t word)
{
	if (linear->uses_texts)
		return tms_map_find(&item->by_text, linear->texts[word]);
	const struct place *place = &item->table[slot_of(item, word)];
	return place->word ? place : NULL;
}

static bool has_phrase(
	const struct linear *linear, const struct item *item, const struct node *phrase)
{
	const struct place *place = find(linear, item, phrase->words[0]);

	while (place) {
		if (follows(&item->texts[place->text], phrase, 0, place->at))
			return true;
		place = place->next ? &item->table[place->next] : NULL;
	}
	return false;
}

static bool holds(const struct linear *linear, const struct item *item, const struct node *node)
{
	switch (node->kind) {
	case NODE_WORD:
		return find(linear, item, node->words[0]) != NULL;
	case NODE_PHRASE:
		return has_phrase(linear, item, node);
	case NODE_AND:
		for (uint32_t i = 0; i < node->count; i++)
			if (!holds(linear, item, node->children[i]))
				return false;
		return true;
	case NODE_OR:
		for (uint32_t i = 0; i < node->count; i++)
			if (holds(linear, item, node->children[i]))
				return true;
		return false;
	case NODE_NOT:
		return !holds(linear, item, node->children[0]);
	}
	return false;
}

size_t linear_ask(const struct linear *linear, size_t item, unsigned char *matched_rules)
{
	size_t matched = 0;

	for (size_t i = 0; i < linear->rules_count; i++) {
		bool kept = holds(linear, &linear->items[item], linear->rules[i]);
		matched += kept;
		if (kept && matched_rules)
			matched_rules[i / 8] |= (unsigned char)(1u << i % 8);
	}
	return matched;
}
