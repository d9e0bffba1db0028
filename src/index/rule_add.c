/*
 * Rules coming in. What a rule needs lies anywhere in memory: its words among those remembered,
 * their leaves, the place of its program among all others. Several rules are added by turns, so
 * that one's memory is on its way while another is read. A leaf that was met lately is remembered
 * by its text: plain words are neither cut nor compiled again.
 */
#include "index_private.h"

#define BY_TURNS 16

/* Of a term that an error shows. */
#define PRINTED_BYTES 80

/* A rule on its way; it lives in the index's arena. */
struct adding {
	struct tms_index_addition *asked;
	struct tms_query query;
	uint32_t *hashes; /* of what each leaf is remembered by */
	uint32_t *leaves; /* of each that nodes name; a reference is held to each */
	size_t leaves_count;
	struct index_program program;
};

/* How a step went; the other rules go on. */
static void note(struct tms_index *index, const struct adding *adding, enum tms_status st)
{
	if (st == TMS_ENOMEM)
		tms_diag_set(
			adding->asked->diag, 0, 0, "there is no memory left to keep this query");
	index->scratch.status = TMS_OK;
	adding->asked->status = st;
}

/* What a leaf is remembered by: what it is printed as, or, where that is another thing by other
 * options, that written out. */
static struct tms_str said(const struct query_leaf *leaf)
{
	return leaf->expanded.len > 0 ? leaf->expanded : leaf->print;
}

/* ---- read: the words, and ask for what is remembered of them ---- */

static enum tms_status read_text(struct tms_index *index, struct adding *adding)
{
	const struct tms_index_addition *asked = adding->asked;
	const struct index_term_memo *memo = &index->leaves.term_memo;

	enum tms_status st = query_read(
		asked->text, asked->options, &index->scratch, &adding->query, asked->diag);
	if (st != TMS_OK)
		return st;
	size_t count = adding->query.leaves_count;
	adding->hashes = TMS_ARENA_ARRAY(&index->scratch, uint32_t, 2 * count);
	if (!adding->hashes) {
		query_done(&adding->query);
		return TMS_ENOMEM;
	}
	adding->leaves = adding->hashes + count;
	for (size_t i = 0; i < count; i++) {
		uint32_t hash = (uint32_t)tms_hash(memo->seed, said(&adding->query.leaves[i]));
		adding->hashes[i] = hash;
		index_term_memo_prefetch(memo, hash);
	}
	return TMS_OK;
}

static void prefetch(const struct index_leaves *leaves, const struct adding *adding)
{
	for (size_t i = 0; i < adding->query.leaves_count; i++) {
		uint32_t leaf = index_term_memo_guess(&leaves->term_memo, adding->hashes[i]);
		if (leaf != UINT32_MAX)
			__builtin_prefetch(index_leaf_at(leaves, leaf), 1);
	}
}

/* ---- find: the leaves, and what they are joined to ---- */

void tms_index_tell_scan_refused(
	struct tms_diag *diag, const struct tms_index_refused_scan *refused)
{
	bool is_of_source = refused->source.len > 0;

	tms_diag_set(diag, 1, 1,
		"there is no place for %.*s: a match of it needs no three letters or digits in a row, so "
		"that every item has to be read, and all such regular expressions over %s%.*s "
		"would cost %zu, more than %zu (limits.scan_cost)",
		TMS_STR_ARGS(tms_str_slice(refused->print, 0, PRINTED_BYTES)),
		is_of_source ? "the source " : "these sources", TMS_STR_ARGS(refused->source),
		refused->cost, refused->most);
}

/* All scans together are bounded: what every item has to be read for delays all that is new. One
 * that is there already costs nothing more. */
static enum tms_status check_scans(const struct index_leaves *leaves, size_t before,
	const struct query_leaf *leaf, const struct tms_index_addition *asked)
{
	size_t cost = index_scan_cost(leaves->items);

	if (cost == before)
		return TMS_OK;
	size_t most = query_limits_of(asked->options).scan_cost;
	if (cost <= most)
		return TMS_OK;
	const struct tms_index_refused_scan refused = {
		.print = leaf->print, .cost = cost, .most = most
	};
	tms_index_tell_scan_refused(asked->diag, &refused);
	return TMS_ELIMIT;
}

/* One that is not remembered. */
static enum tms_status make_leaf(struct tms_index *index, const struct tms_index_addition *asked,
	struct query_leaf *leaf, uint32_t *number)
{
	size_t before = index_scan_cost(index->items);
	enum tms_status st = TMS_OK;

	if (query_leaf_is_open(leaf))
		st = query_leaf_close(&index->scratch, leaf);
	if (st == TMS_OK)
		st = index_leaf_intern(&index->leaves, leaf, number);
	if (st != TMS_OK)
		return st;
	st = check_scans(&index->leaves, before, leaf, asked);
	if (st != TMS_OK)
		index_leaf_unref(&index->leaves, *number);
	return st;
}

static void remember(
	struct index_leaves *leaves, const struct query_leaf *leaf, uint32_t hash, uint32_t number)
{
	struct index_leaf *it = index_leaf_at(leaves, number);
	uint32_t place, forgotten;

	if (it->memo != INDEX_TERM_MEMO_NONE || leaf->kind == LEAF_TOPIC)
		return; /* by another spelling; or a topic, whose text is long */
	index_term_memo_put(&leaves->term_memo, said(leaf), hash, number, &place, &forgotten);
	if (forgotten != UINT32_MAX)
		index_leaf_at(leaves, forgotten)->memo = INDEX_TERM_MEMO_NONE;
	it->memo = place & INDEX_TERM_MEMO_NONE;
}

static enum tms_status find_leaves(struct tms_index *index, struct adding *adding)
{
	struct index_leaves *leaves = &index->leaves;

	for (size_t i = 0; i < adding->query.leaves_count; i++) {
		struct query_leaf *leaf = &adding->query.leaves[i];
		uint32_t hash = adding->hashes[i];
		uint32_t number = index_term_memo_find(&leaves->term_memo, said(leaf), hash);
		enum tms_status st = TMS_OK;
		if (number != UINT32_MAX)
			index_leaf_ref(leaves, number);
		else
			st = make_leaf(index, adding->asked, leaf, &number);
		if (st != TMS_OK)
			return st;
		adding->leaves[adding->leaves_count++] = number;
		remember(leaves, leaf, hash, number);
	}
	return TMS_OK;
}

/* Drops the references, and what was read. */
static void done(struct tms_index *index, struct adding *adding)
{
	for (size_t i = 0; i < adding->leaves_count; i++)
		index_leaf_unref(&index->leaves, adding->leaves[i]);
	query_done(&adding->query);
}

static enum tms_status find(struct tms_index *index, struct adding *adding)
{
	enum tms_status st = find_leaves(index, adding);

	if (st == TMS_OK)
		st = index_program_make(
			&index->scratch, adding->query.root, adding->leaves, &adding->program);
	if (st == TMS_OK)
		index_rule_prefetch(&index->rules, adding->program);
	else
		done(index, adding);
	return st;
}

/* ---- keep: the program, and the text ---- */

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

/* The text that says the rule without others that it asks for. */
static enum tms_status make_text(
	struct tms_index *index, const struct adding *adding, struct tms_str *text)
{
	const struct tms_query *query = &adding->query;
	struct tms_buf buf = { 0 };

	*text = tms_str_trim(adding->asked->text);
	if (query->root && !query->needs_names)
		return TMS_OK;
	if (has_nothing(query->root))
		index_program_print(adding->program, query->leaves, adding->leaves, &buf);
	else
		tms_query_print_expanded(query, &buf);
	*text = tms_arena_take(&index->scratch, &buf);
	return index->scratch.status;
}

static enum tms_status keep(struct tms_index *index, const struct adding *adding)
{
	uint32_t *rule = &adding->asked->rule;
	struct tms_str text;
	bool is_new = false;

	enum tms_status st = make_text(index, adding, &text);
	if (st == TMS_OK)
		st = index_rule_intern(
			&index->rules, &index->leaves, adding->program, text, rule, &is_new);
	if (st == TMS_OK && is_new) {
		st = index_batches_note(index, *rule);
		if (st != TMS_OK)
			index_rule_unref(&index->rules, &index->leaves, *rule);
	}
	return st;
}

static void add_some(struct tms_index *index, struct tms_index_addition *list, size_t count)
{
	size_t mark = tms_arena_mark(&index->scratch);
	struct adding adding[BY_TURNS];

	for (size_t i = 0; i < count; i++) {
		adding[i] = (struct adding){ .asked = &list[i] };
		note(index, &adding[i], read_text(index, &adding[i]));
	}
	for (size_t i = 0; i < count; i++)
		if (list[i].status == TMS_OK)
			prefetch(&index->leaves, &adding[i]);
	for (size_t i = 0; i < count; i++)
		if (list[i].status == TMS_OK)
			note(index, &adding[i], find(index, &adding[i]));
	for (size_t i = 0; i < count; i++) {
		if (list[i].status != TMS_OK)
			continue;
		note(index, &adding[i], keep(index, &adding[i]));
		done(index, &adding[i]);
	}
	tms_arena_rewind(&index->scratch, mark);
}

void tms_index_add_rules(struct tms_index *index, struct tms_index_addition *list, size_t count)
{
	for (size_t at = 0; at < count; at += BY_TURNS)
		add_some(index, list + at, count - at < BY_TURNS ? count - at : BY_TURNS);
}

enum tms_status tms_index_add_rule(struct tms_index *index, struct tms_str text,
	const struct tms_query_options *options, uint32_t *rule, struct tms_diag *diag)
{
	struct tms_index_addition addition = { .text = text, .options = options, .diag = diag };

	add_some(index, &addition, 1);
	if (addition.status == TMS_OK)
		*rule = addition.rule;
	return addition.status;
}
