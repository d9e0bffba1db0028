/*
 * Lists of people. An entry is compared as author: compares a name, but not one by one: every entry
 * stands under its whole words, in order of their hashes, and only those are tried that share a word
 * with a name, and of which every word has one in the name that begins alike.
 */
#include "author_list.h"

#include <stdlib.h>

#include <tamis/hash.h>
#include <tamis/utf8.h>

#define WORD_BYTES_SHOWN 60

struct reading {
	struct tms_arena *arena;
	struct tms_diag *diag;
	uint32_t line;
	struct tms_str whole; /* the line */
	struct author_entry *entries;
	size_t count, capacity;
	struct author_word *words;
	size_t words_count, words_capacity;
	struct tms_buf text;
	enum tms_status status;
};

static const struct query_field author_field = { "author", FIELD_TEXT, TMS_FIELD_AUTHOR, 0 };
static const struct query_field org_field = { "org", FIELD_TEXT, TMS_FIELD_ORG, 0 };

/* An error at a part of the line. */
static bool fail(struct reading *r, struct tms_str at, const char *format, ...) TMS_PRINTF(3, 4);
static bool fail(struct reading *r, struct tms_str at, const char *format, ...)
{
	va_list args;
	uint32_t line = 1, column = 1;

	tms_diag_locate(r->whole, (size_t)(at.ptr - r->whole.ptr), &line, &column);
	va_start(args, format);
	tms_diag_vset(r->diag, r->line, column, format, args);
	va_end(args);
	r->status = TMS_EINVAL;
	return false;
}

static bool fail_memory(struct reading *r)
{
	r->status = r->arena->status == TMS_OK ? TMS_ENOMEM : r->arena->status;
	return false;
}

/* ---- words ---- */

/* Runs without spaces are compared with a gap and without. */
static uint64_t hash_of(struct tms_str form)
{
	char tight[2 * TMS_WORD_MAX_BYTES];
	size_t len = 0;

	if (tms_str_find_byte(form, ' ', 0) == SIZE_MAX)
		return tms_hash((struct tms_hash_seed){ 0 }, form);
	for (size_t i = 0; i < form.len && len < sizeof(tight); i++)
		if (form.ptr[i] != ' ')
			tight[len++] = form.ptr[i];
	return tms_hash((struct tms_hash_seed){ 0 }, (struct tms_str){ tight, len });
}

static bool is_initial(const struct tms_words *words, size_t i)
{
	struct tms_str form = tms_words_form(words, i);
	size_t at = 0;

	if (words->list[i].key.kind != TMS_WORD_PLAIN)
		return words->list[i].key.kind == TMS_WORD_LONE;
	(void)tms_utf8_next(form, &at);
	return at >= form.len;
}

/* What a word begins with, as one bit of 64. */
static uint64_t letter_of(struct tms_str form)
{
	size_t at = 0;

	return UINT64_C(1) << ((uint32_t)tms_utf8_next(form, &at) % 64);
}

/* Words joined to the one before them may stand in the name as a part of that. */
static bool is_joined_on(const struct tms_words *words, size_t i)
{
	for (size_t k = 0; k < words->joined_count; k++)
		if (words->joined[k].first < i &&
			i < words->joined[k].first + words->joined[k].key.span)
			return true;
	return false;
}

static uint64_t letters_asked(const struct tms_words *words)
{
	uint64_t letters = 0;

	for (size_t i = 0; i < words->count; i++)
		if (!is_joined_on(words, i))
			letters |= letter_of(tms_words_form(words, i));
	return letters;
}

static bool add_word(struct reading *r, struct tms_str form)
{
	if (!tms_arena_grow(
		    r->arena, &r->words, r->words_count, &r->words_capacity, sizeof(*r->words)))
		return fail_memory(r);
	r->words[r->words_count++] = (struct author_word){ hash_of(form), (uint32_t)r->count };
	return true;
}

/* One of these stands in every name that the entry means: a word in full, or some as one; where it
 * is written without spaces, that. False: there is none. */
static bool add_words(struct reading *r, const struct tms_words *words)
{
	size_t before = r->words_count;

	for (size_t i = 0; i < words->count; i++)
		if (words->list[i].key.kind != TMS_WORD_PLAIN &&
			words->list[i].key.kind != TMS_WORD_LONE)
			return add_word(r, tms_words_form(words, i));
	for (size_t i = 0; i < words->count; i++)
		if (!is_initial(words, i) && !add_word(r, tms_words_form(words, i)))
			return false;
	if (r->words_count == before)
		return false;
	for (size_t i = 0; i < words->joined_count; i++)
		if (!add_word(r, tms_words_joined_form(words, i)))
			return false;
	return true;
}

/* ---- entries ---- */

static struct tms_str without_quotes(struct tms_str s)
{
	s = tms_str_trim(s);
	if (s.len >= 2 && (s.ptr[0] == '"' || s.ptr[0] == '\'') && s.ptr[s.len - 1] == s.ptr[0])
		s = tms_str_trim(tms_str_slice(s, 1, s.len - 1));
	return s;
}

static bool cut(struct reading *r, const struct query_field *field, struct tms_str text,
	enum query_word_mode mode, struct query_pattern *out)
{
	*out = (struct query_pattern){ .mode = mode, .text = tms_arena_copy(r->arena, text) };
	if (r->arena->status != TMS_OK ||
		query_cut(r->arena, field, mode, out->text, &out->words) != TMS_OK)
		return fail_memory(r);
	if (out->words.count == 0)
		return fail(r, text, "found \"%.*s\", expected a word with a letter or a digit",
			TMS_STR_ARGS(tms_str_slice(text, 0, WORD_BYTES_SHOWN)));
	if (out->words.count > TMS_QUERY_PHRASE_WORDS_MAX)
		return fail(r, text, "this name has %zu words, more than %d", out->words.count,
			TMS_QUERY_PHRASE_WORDS_MAX);
	return true;
}

/* What no name has: signs of queries, and what stands beside names elsewhere. */
static bool check_signs(struct reading *r, struct tms_str name)
{
	for (size_t i = 0; i < name.len; i++)
		if (memchr("()[]{}<>*@|/=:\"", name.ptr[i], 15))
			return fail(r, tms_str_slice(name, i, name.len),
				"found \"%c\", expected a name alone, or \"NAME; org: ORGANISATION\"",
				name.ptr[i]);
	return true;
}

/* "; org: ORGANISATION" */
static bool read_org(struct reading *r, struct tms_str part, struct author_entry *entry)
{
	struct tms_str value = tms_str_trim(part), key = { 0 };

	bool has_key = tms_str_split(&value, ':', &key) &&
		       tms_str_equal_caseless(tms_str_trim(key), TMS_STR("org"));
	if (!has_key || entry->org.words.count > 0)
		return fail(r, tms_str_trim(part),
			"found \"%.*s\" behind \";\", expected \"org: ORGANISATION\"%s",
			TMS_STR_ARGS(tms_str_slice(tms_str_trim(part), 0, WORD_BYTES_SHOWN)),
			has_key ? " once" : "");
	value = without_quotes(value);
	if (value.len == 0)
		return fail(r, tms_str_trim(part), "found nothing behind \"org:\"");
	return cut(r, &org_field, value, WORD_PLAIN, &entry->org);
}

static bool read_entry(struct reading *r, struct tms_str line)
{
	struct author_entry entry = { 0 };
	struct tms_str rest = line, part = { 0 };
	size_t from = r->text.len;

	(void)tms_str_split(&rest, ';', &part);
	struct tms_str name = without_quotes(part);
	if (name.len == 0)
		return fail(r, line, "found no name before \";\"");
	if (!check_signs(r, name) || !cut(r, &author_field, name, WORD_NAME, &entry.pattern))
		return false;
	while (tms_str_split(&rest, ';', &part))
		if (tms_str_trim(part).len > 0 && !read_org(r, part, &entry))
			return false;
	entry.letters = letters_asked(&entry.pattern.words);
	if (!add_words(r, &entry.pattern.words))
		return r->status != TMS_OK
			       ? false
			       : fail(r, name,
					 "found \"%.*s\", expected a whole name: initials "
					 "alone, or one character, are nobody in particular",
					 TMS_STR_ARGS(name));
	tms_buf_add(&r->text, name);
	if (entry.org.words.count > 0)
		tms_buf_format(&r->text, "; org: %.*s", TMS_STR_ARGS(entry.org.text));
	entry.text =
		tms_arena_copy(r->arena, tms_str_slice(tms_buf_str(&r->text), from, r->text.len));
	tms_buf_add_char(&r->text, '\n');
	if (r->text.status != TMS_OK ||
		!tms_arena_grow(r->arena, &r->entries, r->count, &r->capacity, sizeof(*r->entries)))
		return fail_memory(r);
	r->entries[r->count++] = entry;
	return true;
}

static struct tms_str without_comment(struct tms_str line)
{
	for (size_t i = 0; i < line.len; i++)
		if (line.ptr[i] == '#' && (i == 0 || tms_is_space(line.ptr[i - 1])))
			return tms_str_slice(line, 0, i);
	return line;
}

static void read_lines(struct reading *r, struct tms_str text)
{
	while (r->status == TMS_OK && tms_str_split(&text, '\n', &r->whole)) {
		struct tms_str line = tms_str_trim(without_comment(r->whole));
		r->line++;
		if (line.len == 0)
			continue;
		if (r->count == TMS_AUTHOR_LIST_ENTRIES_MAX) {
			tms_diag_set(r->diag, r->line, 1, "more than %d names; no more are allowed",
				TMS_AUTHOR_LIST_ENTRIES_MAX);
			r->status = TMS_ELIMIT;
		} else {
			(void)read_entry(r, line);
		}
	}
}

static int by_hash(const void *a, const void *b)
{
	const struct author_word *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->entry < y->entry ? -1 : x->entry > y->entry;
}

enum tms_status tms_author_list_read(struct tms_arena *arena, struct tms_str text,
	const struct tms_author_list **out, struct tms_diag *diag)
{
	struct reading r = { .arena = arena, .diag = diag };
	uint32_t line = 1, column = 1;

	if (tms_str_starts(text, TMS_STR("\xEF\xBB\xBF")))
		text = tms_str_slice(text, 3, text.len);
	if (text.len > TMS_AUTHOR_LIST_BYTES_MAX) {
		tms_diag_set(diag, 0, 0, "%zu bytes; a list of authors has at most %zu", text.len,
			TMS_AUTHOR_LIST_BYTES_MAX);
		return TMS_ELIMIT;
	}
	if (!tms_utf8_is_valid(text)) {
		tms_diag_locate(text, tms_utf8_fault(text), &line, &column);
		tms_diag_set(diag, line, column, "this is no UTF-8");
		return TMS_EINVAL;
	}
	read_lines(&r, text);
	if (r.status == TMS_OK && r.count == 0) {
		tms_diag_set(diag, 1, 1, "found no name; a list of authors has one a line");
		r.status = TMS_EINVAL;
	}
	struct tms_str kept = tms_arena_take(arena, &r.text);
	struct tms_author_list *list = TMS_ARENA_NEW(arena, struct tms_author_list);
	if (r.status == TMS_OK && arena->status != TMS_OK)
		r.status = arena->status;
	if (r.status != TMS_OK)
		return r.status;
	qsort(r.words, r.words_count, sizeof(*r.words), by_hash);
	*list = (struct tms_author_list){ kept, r.entries, r.count, r.words, r.words_count };
	*out = list;
	return TMS_OK;
}

size_t tms_author_list_count(const struct tms_author_list *list)
{
	return list->count;
}

struct tms_str tms_author_list_text(const struct tms_author_list *list)
{
	return list->text;
}

/* ---- looking ---- */

/* The first word of that hash, or behind it. */
static size_t find_hash(const struct tms_author_list *list, uint64_t hash)
{
	size_t low = 0, high = list->words_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (list->words[middle].hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool author_list_has_word(const struct tms_author_list *list, struct tms_str form)
{
	uint64_t hash = hash_of(form);
	size_t at = find_hash(list, hash);

	return at < list->words_count && list->words[at].hash == hash;
}

/* A name that is looked for among the entries. */
struct looking {
	const struct tms_author_list *list;
	const struct tms_doc *doc;
	const struct tms_words *name;
	uint64_t letters;
	size_t best; /* the first entry that means it; SIZE_MAX: none yet */
};

static bool has_org(const struct looking *l, const struct query_pattern *org)
{
	struct query_span span;

	for (size_t i = 0; i < l->doc->texts_count; i++)
		if (l->doc->texts[i].fields == TMS_FIELD_ORG &&
			query_pattern_find(NULL, org, &l->doc->texts[i], 0, &span))
			return true;
	return false;
}

static void try_word(struct looking *l, struct tms_str form)
{
	const struct tms_author_list *list = l->list;
	uint64_t hash = hash_of(form);

	for (size_t i = find_hash(list, hash);
		i < list->words_count && list->words[i].hash == hash &&
		list->words[i].entry < l->best;
		i++) {
		const struct author_entry *entry = &list->entries[list->words[i].entry];
		if ((entry->letters & ~l->letters) == 0 &&
			query_name_matches(&entry->pattern, l->name) &&
			(entry->org.words.count == 0 || has_org(l, &entry->org)))
			l->best = list->words[i].entry;
	}
}

static size_t find_entry(
	const struct tms_author_list *list, const struct tms_doc *doc, const struct tms_words *name)
{
	struct looking l = { .list = list, .doc = doc, .name = name, .best = SIZE_MAX };

	for (size_t i = 0; i < name->count; i++)
		l.letters |= letter_of(tms_words_form(name, i));
	for (size_t i = 0; i < name->count; i++)
		try_word(&l, tms_words_form(name, i));
	for (size_t i = 0; i < name->joined_count; i++)
		try_word(&l, tms_words_joined_form(name, i));
	return l.best;
}

bool author_list_find(const struct tms_author_list *list, const struct tms_doc *doc, size_t from,
	size_t *text, const struct author_entry **entry)
{
	for (size_t i = from; i < doc->texts_count; i++) {
		if (doc->texts[i].fields != TMS_FIELD_AUTHOR)
			continue;
		size_t found = find_entry(list, doc, &doc->texts[i].words);
		if (found == SIZE_MAX)
			continue;
		*text = i;
		*entry = &list->entries[found];
		return true;
	}
	return false;
}
