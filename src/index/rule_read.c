/* A fast parser for plain rules; the rest goes to tms_query_parse (rule_read.h). */
#include "rule_read.h"

#include <tamis/fold.h>

#include "program.h"
#include "query/checked_query.h"

/* No byte of words adds more to what a query costs: "a-b-c-d", where a word of two bytes is a unit
 * and begins four. */
#define COST_OF_BYTE 3

/* Of a term that an error shows. */
#define PRINTED_BYTES 80

/* A term as it is written, and what stands in it. */
struct index_rule_term {
	struct tms_str whole, words;
	const struct query_field *field;
	uint32_t hash;
};

static struct query_node *read_any(struct index_rule_reader *r);

/* The byte at the cursor, or 0 at the end. */
static char peek(const struct index_rule_reader *r)
{
	return r->at < r->text.len ? r->text.ptr[r->at] : '\0';
}

static void skip_spaces(struct index_rule_reader *r)
{
	while (peek(r) == ' ')
		r->at++;
}

/* What may stand in a bare word that nobody reads as anything else. */
static bool is_bare(char byte)
{
	return tms_is_alnum(byte) || byte == '-' || byte == '_' || byte == '.' || byte == '+' ||
	       byte == '#';
}

static struct query_node *new_node(struct index_rule_reader *r, enum query_node_kind kind)
{
	struct query_node *node = TMS_ARENA_NEW(r->arena, struct query_node);

	if (node)
		node->kind = kind;
	return node;
}

static struct query_node *new_term(struct index_rule_reader *r, struct index_rule_term term)
{
	struct query_node *node = new_node(r, NODE_LEAF);

	if (!node || r->terms_count >= r->limits.terms ||
		!tms_arena_grow(r->arena, (void *)&r->terms, r->terms_count, &r->terms_capacity,
			sizeof(*r->terms)))
		return NULL;
	term.hash = (uint32_t)tms_hash(r->leaves->term_memo.seed, term.whole);
	index_term_memo_prefetch(&r->leaves->term_memo, term.hash);
	node->leaf = r->terms_count;
	r->terms[r->terms_count++] = term;
	return node;
}

/* True when a term may end here. */
static bool is_end(const struct index_rule_reader *r)
{
	return r->at == r->text.len || peek(r) == ' ' || peek(r) == ')';
}

/* Words in quotes, with one space between two: the cursor is on the first quote. */
static bool read_quoted(struct index_rule_reader *r, struct tms_str *words)
{
	size_t start = ++r->at;

	for (; peek(r) != '"'; r->at++) {
		char byte = peek(r);
		if (byte == ' ' && (r->at == start || r->text.ptr[r->at - 1] == ' '))
			return false;
		if (byte < ' ' || byte > '~')
			return false; /* the end, too */
	}
	if (r->at == start || r->text.ptr[r->at - 1] == ' ')
		return false;
	*words = tms_str_slice(r->text, start, r->at++);
	return is_end(r);
}

static bool read_bare(struct index_rule_reader *r, struct tms_str *words)
{
	size_t start = r->at;

	if (!tms_is_alnum(peek(r)))
		return false;
	while (is_bare(peek(r)))
		r->at++;
	*words = tms_str_slice(r->text, start, r->at);
	return is_end(r) || peek(r) == ':';
}

/* A field of text in which words are plain words, under the name that it is printed by. */
static const struct query_field *find_field(struct tms_str name)
{
	const struct query_field *field = query_field_find(name);

	if (!field || field->kind != FIELD_TEXT || field->fields == TMS_FIELD_AUTHOR ||
		field->same_as || !tms_str_equal(name, tms_str_from(field->name)))
		return NULL;
	return field;
}

static struct query_node *read_term(struct index_rule_reader *r)
{
	struct index_rule_term term = { 0 };
	size_t start = r->at;

	term.field = query_field_find(TMS_STR("text"));
	if (peek(r) != '"') {
		if (!read_bare(r, &term.words))
			return NULL;
		if (peek(r) == ':') {
			r->at++;
			term.field = find_field(term.words);
			if (!term.field || (peek(r) != '"' && !read_bare(r, &term.words)) ||
				peek(r) == ':')
				return NULL;
		} else if (query_is_operator(term.words)) {
			return NULL;
		}
	}
	if (peek(r) == '"' && !read_quoted(r, &term.words))
		return NULL;
	term.whole = tms_str_slice(r->text, start, r->at);
	return new_term(r, term);
}

static struct query_node *read_group(struct index_rule_reader *r)
{
	r->at++;
	skip_spaces(r);
	if (++r->depth > r->limits.depth)
		return NULL;
	struct query_node *node = read_any(r);
	r->depth--;
	if (!node || peek(r) != ')')
		return NULL;
	r->at++;
	return is_end(r) ? node : NULL;
}

static struct query_node *read_one(struct index_rule_reader *r)
{
	if (peek(r) == '(')
		return read_group(r);
	if (peek(r) != '-')
		return read_term(r);
	r->at++;
	struct query_node *node = new_node(r, NODE_NOT);
	if (!node || ++r->depth > r->limits.depth || peek(r) == '-')
		return NULL;
	node->children = read_one(r);
	r->depth--;
	return node->children ? node : NULL;
}

/* The operator as a word of its own at the cursor; behind it and its spaces then. */
static bool take_operator(struct index_rule_reader *r, struct tms_str name)
{
	struct tms_str rest = tms_str_slice(r->text, r->at, r->text.len);

	if (!tms_str_starts(rest, name) || rest.len == name.len || rest.ptr[name.len] != ' ')
		return false;
	r->at += name.len;
	skip_spaces(r);
	return true;
}

/* True when `behind` is OR: then the list has ended with it. */
static struct query_node *read_all(struct index_rule_reader *r, bool *goes_on)
{
	struct query_node *all = new_node(r, NODE_ALL);
	struct query_node **end = all ? &all->children : NULL;

	*goes_on = false;
	while (end) {
		*end = read_one(r);
		if (!*end)
			return NULL;
		end = &(*end)->next;
		skip_spaces(r);
		if (r->at == r->text.len || peek(r) == ')')
			break;
		*goes_on = take_operator(r, TMS_STR("OR"));
		if (*goes_on)
			break;
		(void)take_operator(r, TMS_STR("AND"));
	}
	return all;
}

static struct query_node *read_any(struct index_rule_reader *r)
{
	struct query_node *any = new_node(r, NODE_ANY);
	struct query_node **end = any ? &any->children : NULL;
	bool goes_on = true;

	while (end && goes_on) {
		*end = read_all(r, &goes_on);
		if (!*end)
			return NULL;
		end = &(*end)->next;
	}
	return any;
}

/* TMS_EINVAL: no plain words, or too many. */
static enum tms_status make_leaf(
	const struct index_rule_reader *r, const struct index_rule_term *term, uint32_t *leaf)
{
	struct query_leaf asked = { .kind = LEAF_WORDS,
		.field = term->field,
		.print = term->whole,
		.pattern = { .mode = WORD_PLAIN, .text = term->words } };

	enum tms_status st = tms_words_cut(r->arena, term->words, &asked.pattern.words);
	if (st != TMS_OK)
		return st;
	if (asked.pattern.words.count == 0 ||
		asked.pattern.words.count > TMS_QUERY_PHRASE_WORDS_MAX)
		return TMS_EINVAL;
	asked.pattern.caseless = !tms_has_capital(term->words);
	return index_leaf_intern(r->leaves, &asked, leaf);
}

static void remember(
	const struct index_rule_reader *r, const struct index_rule_term *term, uint32_t leaf)
{
	struct index_leaf *it = index_leaf_at(r->leaves, leaf);
	uint32_t place, forgotten;

	if (it->memo != INDEX_TERM_MEMO_NONE)
		return; /* by another spelling */
	index_term_memo_put(
		&r->leaves->term_memo, term->whole, term->hash, leaf, &place, &forgotten);
	if (forgotten != UINT32_MAX)
		index_leaf_at(r->leaves, forgotten)->memo = INDEX_TERM_MEMO_NONE;
	it->memo = place & INDEX_TERM_MEMO_NONE;
}

/* The leaves of all terms. */
static enum tms_status find_leaves(const struct index_rule_reader *r, struct index_rule_read *out)
{
	out->leaves = TMS_ARENA_ARRAY(r->arena, uint32_t, r->terms_count);
	if (!out->leaves)
		return r->arena->status;
	for (size_t i = 0; i < r->terms_count; i++) {
		const struct index_rule_term *term = &r->terms[i];
		uint32_t leaf =
			index_term_memo_find(&r->leaves->term_memo, term->whole, term->hash);
		enum tms_status st = TMS_OK;
		if (leaf != UINT32_MAX)
			index_leaf_ref(r->leaves, leaf);
		else
			st = make_leaf(r, term, &leaf);
		if (st != TMS_OK)
			return st;
		out->leaves[out->leaves_count++] = leaf;
		remember(r, term, leaf);
	}
	return TMS_OK;
}

void index_rule_read_done(struct index_leaves *leaves, struct index_rule_read *read)
{
	for (size_t i = 0; i < read->leaves_count; i++)
		index_leaf_unref(leaves, read->leaves[i]);
	read->leaves_count = 0;
}

bool index_rule_read_begin(struct index_rule_reader *r)
{
	size_t bytes = r->text.len;

	r->text = tms_str_trim(r->text);
	if (bytes > r->limits.bytes || bytes > r->limits.cost / COST_OF_BYTE)
		return false;
	r->root = read_any(r);
	return r->root && r->at == r->text.len;
}

void index_rule_read_prefetch(const struct index_rule_reader *r)
{
	for (size_t i = 0; i < r->terms_count; i++) {
		uint32_t leaf = index_term_memo_guess(&r->leaves->term_memo, r->terms[i].hash);
		if (leaf != UINT32_MAX)
			__builtin_prefetch(index_leaf_at(r->leaves, leaf), 1);
	}
}

enum tms_status index_rule_read_leaves(struct index_rule_reader *r, struct index_rule_read *out)
{
	struct index_rule_read read = { .text = r->text, .root = r->root };

	enum tms_status st = find_leaves(r, &read);
	if (st == TMS_OK)
		*out = read;
	else
		index_rule_read_done(r->leaves, &read);
	return st;
}

/* True when a rule that asks for nothing stands in it: the query language has no sign for that. */
static bool has_nothing(const struct query_node *node)
{
	if (!node)
		return false;
	if (node->kind == NODE_RULE && !node->children)
		return true;
	for (const struct query_node *child = node->children; child; child = child->next)
		if (has_nothing(child))
			return true;
	return false;
}

/* The text that says the rule without asking for other rules. */
static enum tms_status write_text(
	struct tms_arena *arena, const struct tms_query *query, struct index_rule_read *read)
{
	struct index_program program;
	struct tms_buf buf = { 0 };

	if (!has_nothing(query->root)) {
		tms_query_print_expanded(query, &buf);
	} else if (index_program_make(arena, query->root, read->leaves, &program) == TMS_OK) {
		index_program_print(program, query->leaves, read->leaves, &buf);
	}
	read->text = tms_arena_take(arena, &buf);
	return arena->status;
}

/* All scans together are bounded: what every item has to be read for delays all that is new. One
 * that is there already costs nothing more. */
static enum tms_status check_scans(const struct index_leaves *leaves, size_t before, size_t most,
	const struct query_leaf *asked, struct tms_diag *diag)
{
	size_t cost = index_scan_cost(leaves->items);

	if (cost == before || cost <= most)
		return TMS_OK;
	tms_diag_set(diag, 1, 1,
		"there is no place for %.*s: a match of it needs no three letters or digits in a row, so "
		"that every item has to be read, and all such regular expressions over these sources "
		"would cost %zu, more than %zu (limits.scan_cost)",
		TMS_STR_ARGS(tms_str_slice(asked->print, 0, PRINTED_BYTES)), cost, most);
	return TMS_ELIMIT;
}

static enum tms_status intern_leaves(struct index_leaves *leaves, const struct tms_query *query,
	size_t scan_cost_max, struct index_rule_read *out, struct tms_diag *diag)
{
	for (size_t i = 0; i < query->leaves_count; i++) {
		const struct query_leaf *leaf = &query->leaves[i];
		size_t before = index_scan_cost(leaves->items);
		enum tms_status st = index_leaf_intern(leaves, leaf, &out->leaves[i]);
		if (st != TMS_OK)
			return st;
		out->leaves_count++;
		st = check_scans(leaves, before, scan_cost_max, leaf, diag);
		if (st != TMS_OK)
			return st;
	}
	return TMS_OK;
}

enum tms_status index_rule_read_any(struct index_leaves *leaves, struct tms_arena *arena,
	struct tms_str text, const struct tms_query_options *options, struct index_rule_read *out,
	struct tms_query **query, struct tms_diag *diag)
{
	struct index_rule_read read = { 0 };
	struct tms_query *parsed = NULL;

	enum tms_status st = tms_query_parse(text, options, &parsed, diag);
	if (st != TMS_OK)
		return st;
	read.leaves = TMS_ARENA_ARRAY(arena, uint32_t, parsed->leaves_count);
	read.root = parsed->root;
	st = arena->status;
	if (st == TMS_OK)
		st = intern_leaves(leaves, parsed, query_limits_of(options).scan_cost, &read, diag);
	if (st == TMS_OK)
		st = write_text(arena, parsed, &read);
	if (st != TMS_OK) {
		if (st == TMS_ENOMEM)
			tms_diag_set(diag, 0, 0, "there is no memory left to keep this query");
		index_rule_read_done(leaves, &read);
		tms_query_free(parsed);
		return st;
	}
	*out = read;
	*query = parsed;
	return TMS_OK;
}
