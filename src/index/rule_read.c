/* Rules read, their leaves found or made (rule_read.h). */
#include "rule_read.h"

/* Of a term that an error shows. */
#define PRINTED_BYTES 80

enum tms_status index_rule_read(struct index_rule_read *read, struct tms_diag *diag)
{
	const struct index_term_memo *memo = &read->into->term_memo;

	enum tms_status st = query_read(read->text, read->options, read->arena, &read->query, diag);
	if (st != TMS_OK)
		return st;
	size_t count = read->query.leaves_count;
	read->hashes = TMS_ARENA_ARRAY(read->arena, uint32_t, 2 * count);
	if (!read->hashes) {
		query_done(&read->query);
		return TMS_ENOMEM;
	}
	read->leaves = read->hashes + count;
	for (size_t i = 0; i < count; i++) {
		read->hashes[i] = (uint32_t)tms_hash(memo->seed, read->query.leaves[i].print);
		index_term_memo_prefetch(memo, read->hashes[i]);
	}
	return TMS_OK;
}

void index_rule_read_prefetch(const struct index_rule_read *read)
{
	for (size_t i = 0; i < read->query.leaves_count; i++) {
		uint32_t leaf = index_term_memo_guess(&read->into->term_memo, read->hashes[i]);
		if (leaf != UINT32_MAX)
			__builtin_prefetch(index_leaf_at(read->into, leaf), 1);
	}
}

/* All scans together are bounded: what every item has to be read for delays all that is new. One
 * that is there already costs nothing more. */
static enum tms_status check_scans(const struct index_rule_read *read, size_t before,
	const struct query_leaf *asked, struct tms_diag *diag)
{
	size_t cost = index_scan_cost(read->into->items);

	if (cost == before)
		return TMS_OK;
	size_t most = query_limits_of(read->options).scan_cost;
	if (cost <= most)
		return TMS_OK;
	tms_diag_set(diag, 1, 1,
		"there is no place for %.*s: a match of it needs no three letters or digits in a row, so "
		"that every item has to be read, and all such regular expressions over these sources "
		"would cost %zu, more than %zu (limits.scan_cost)",
		TMS_STR_ARGS(tms_str_slice(asked->print, 0, PRINTED_BYTES)), cost, most);
	return TMS_ELIMIT;
}

static void remember(
	struct index_leaves *leaves, const struct query_leaf *asked, uint32_t hash, uint32_t leaf)
{
	struct index_leaf *it = index_leaf_at(leaves, leaf);
	uint32_t place, forgotten;

	if (it->memo != INDEX_TERM_MEMO_NONE || asked->kind == LEAF_TOPIC)
		return; /* by another spelling; what a topic is, only the options say */
	index_term_memo_put(&leaves->term_memo, asked->print, hash, leaf, &place, &forgotten);
	if (forgotten != UINT32_MAX)
		index_leaf_at(leaves, forgotten)->memo = INDEX_TERM_MEMO_NONE;
	it->memo = place & INDEX_TERM_MEMO_NONE;
}

/* One that is not remembered. */
static enum tms_status make_leaf(struct index_rule_read *read, struct query_leaf *asked,
	uint32_t *leaf, struct tms_diag *diag)
{
	size_t before = index_scan_cost(read->into->items);
	enum tms_status st = TMS_OK;

	if (query_leaf_is_open(asked))
		st = query_leaf_close(read->arena, asked);
	if (st == TMS_OK)
		st = index_leaf_intern(read->into, asked, leaf);
	if (st != TMS_OK)
		return st;
	st = check_scans(read, before, asked, diag);
	if (st != TMS_OK)
		index_leaf_unref(read->into, *leaf);
	return st;
}

enum tms_status index_rule_read_leaves(struct index_rule_read *read, struct tms_diag *diag)
{
	struct index_leaves *into = read->into;

	for (size_t i = 0; i < read->query.leaves_count; i++) {
		struct query_leaf *asked = &read->query.leaves[i];
		enum tms_status st = TMS_OK;
		uint32_t leaf =
			index_term_memo_find(&into->term_memo, asked->print, read->hashes[i]);
		if (leaf != UINT32_MAX)
			index_leaf_ref(into, leaf);
		else
			st = make_leaf(read, asked, &leaf, diag);
		if (st != TMS_OK)
			return st;
		read->leaves[read->leaves_count++] = leaf;
		remember(into, asked, read->hashes[i], leaf);
	}
	return TMS_OK;
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

enum tms_status index_rule_read_text(
	const struct index_rule_read *read, struct index_program program, struct tms_str *text)
{
	const struct tms_query *query = &read->query;
	struct tms_buf buf = { 0 };

	*text = tms_str_trim(read->text);
	if (query->root && !query->needs_names)
		return TMS_OK;
	if (has_nothing(query->root))
		index_program_print(program, query->leaves, read->leaves, &buf);
	else
		tms_query_print_expanded(query, &buf);
	*text = tms_arena_take(read->arena, &buf);
	return read->arena->status;
}

void index_rule_read_done(struct index_rule_read *read)
{
	for (size_t i = 0; i < read->leaves_count; i++)
		index_leaf_unref(read->into, read->leaves[i]);
	read->leaves_count = 0;
	query_done(&read->query);
}
