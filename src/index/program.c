/* Rules normalised to programs: negations at the leaves, groups flat, sorted, without doubles. */
#include "program.h"

#include <stdlib.h>

/* Makes one program; parts are programs themselves. */
struct maker {
	struct tms_arena *arena;
	const uint32_t *leaves;
};

static const uint32_t constants[] = { INDEX_PROGRAM_FALSE, INDEX_PROGRAM_TRUE };

static struct index_program constant(bool holds)
{
	return (struct index_program){ &constants[holds], 1 };
}

static bool is_constant(const struct index_program *part, bool holds)
{
	return part->words[0] == constants[holds];
}

static struct index_program make(struct maker *m, const struct query_node *node, bool negated);

/* Parts that could spare the others come first: what holds for few, then groups, then what holds
 * for most. Of leaves the ones that were met last are likely the rarest. */
static int rank(uint32_t word)
{
	if (word & INDEX_WORD_GROUP)
		return 1;
	return word & INDEX_WORD_NOT ? 2 : 0;
}

static int compare_numbers(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int compare_parts(const void *a, const void *b)
{
	const struct index_program *x = a, *y = b;
	int order = rank(x->words[0]) - rank(y->words[0]);

	for (size_t i = 0; order == 0 && i < x->count && i < y->count; i++)
		order = compare_numbers(y->words[i], x->words[i]);
	return order; /* a part's first word says its length */
}

#define FEW_PARTS 12

static void sort(struct index_program *parts, size_t count)
{
	if (count > FEW_PARTS) {
		qsort(parts, count, sizeof(*parts), compare_parts);
		return;
	}
	for (size_t i = 1; i < count; i++) {
		struct index_program part = parts[i];
		size_t at = i;
		for (; at > 0 && compare_parts(&parts[at - 1], &part) > 0; at--)
			parts[at] = parts[at - 1];
		parts[at] = part;
	}
}

static size_t without_doubles(struct index_program *parts, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (kept == 0 || compare_parts(&parts[kept - 1], &parts[i]) != 0)
			parts[kept++] = parts[i];
	return kept;
}

/* True when a leaf and its negation are both among them: sorted, so one pass over both ends. */
static bool has_opposites(const struct index_program *parts, size_t count)
{
	size_t no = 0;

	while (no < count && rank(parts[no].words[0]) != 2)
		no++;
	for (size_t i = 0; i < count && no < count && rank(parts[i].words[0]) == 0; i++) {
		while (no < count && (parts[no].words[0] & INDEX_WORD_BELOW) > parts[i].words[0])
			no++;
		if (no < count && (parts[no].words[0] & INDEX_WORD_BELOW) == parts[i].words[0])
			return true;
	}
	return false;
}

/* Parts of a part of the same kind become parts themselves. */
static size_t add_part(
	struct index_program *parts, size_t count, struct index_program part, uint32_t group)
{
	bool same = (part.words[0] & ~INDEX_WORD_BELOW) == group;

	if (!same) {
		parts[count++] = part;
		return count;
	}
	for (size_t at = 1; at < part.count;) {
		size_t extent = index_word_extent(part.words[at]);
		parts[count++] = (struct index_program){ part.words + at, extent };
		at += extent;
	}
	return count;
}

static struct index_program join(
	struct maker *m, const struct index_program *parts, size_t count, uint32_t group)
{
	size_t words = 0;

	for (size_t i = 0; i < count; i++)
		words += parts[i].count;
	uint32_t *list = TMS_ARENA_ARRAY(m->arena, uint32_t, words + 1);
	if (!list)
		return constant(true); /* the arena says why */
	list[0] = group | (uint32_t)words;
	words = 1;
	for (size_t i = 0; i < count; i++) {
		memcpy(list + words, parts[i].words, parts[i].count * sizeof(*list));
		words += parts[i].count;
	}
	return (struct index_program){ list, words };
}

/* How many parts the group has, and how many more it can get from parts of its own kind. */
static struct index_program *make_parts(
	struct maker *m, const struct query_node *node, bool negated, uint32_t group, size_t *count)
{
	size_t children = 0, n = 0, words = 0;

	for (const struct query_node *c = node->children; c; c = c->next)
		children++;
	struct index_program *own = TMS_ARENA_ARRAY(m->arena, struct index_program, children);
	for (const struct query_node *c = node->children; own && c; c = c->next, n++) {
		own[n] = make(m, c, negated);
		words += own[n].count;
	}
	struct index_program *parts = TMS_ARENA_ARRAY(m->arena, struct index_program, words);
	if (!own || !parts)
		return NULL;
	*count = 0;
	for (size_t i = 0; i < n; i++)
		*count = add_part(parts, *count, own[i], group);
	return parts;
}

static struct index_program make_group(struct maker *m, const struct query_node *node, bool negated)
{
	bool any = (node->kind == NODE_ANY) != negated;
	uint32_t group = any ? INDEX_PROGRAM_FALSE : INDEX_PROGRAM_TRUE;
	size_t count = 0, kept = 0;
	struct index_program *parts = make_parts(m, node, negated, group, &count);

	for (size_t i = 0; i < count; i++) {
		if (is_constant(&parts[i], any))
			return constant(any); /* decides alone */
		if (!is_constant(&parts[i], !any))
			parts[kept++] = parts[i];
	}
	if (kept == 0)
		return constant(!any);
	sort(parts, kept);
	kept = without_doubles(parts, kept);
	if (has_opposites(parts, kept))
		return constant(any);
	return kept == 1 ? parts[0] : join(m, parts, kept, group);
}

static struct index_program make_leaf(struct maker *m, size_t leaf, bool negated)
{
	uint32_t *word = TMS_ARENA_NEW(m->arena, uint32_t);

	if (!word)
		return constant(true);
	*word = m->leaves[leaf] | (negated ? INDEX_WORD_NOT : 0);
	return (struct index_program){ word, 1 };
}

static struct index_program make(struct maker *m, const struct query_node *node, bool negated)
{
	if (!node)
		return constant(!negated);
	switch (node->kind) {
	case NODE_ALL:
	case NODE_ANY:
		break;
	case NODE_NOT:
		return make(m, node->children, !negated);
	case NODE_RULE:
		return make(m, node->children, negated);
	case NODE_LEAF:
		return make_leaf(m, node->leaf, negated);
	}
	return make_group(m, node, negated);
}

enum tms_status index_program_make(struct tms_arena *arena, const struct query_node *root,
	const uint32_t *leaves, struct index_program *out)
{
	struct maker m = { arena, leaves };
	struct index_program made = make(&m, root, false);

	if (arena->status != TMS_OK)
		return arena->status;
	*out = made;
	return TMS_OK;
}

struct printer {
	const struct query_leaf *asked;
	const uint32_t *leaves;
	struct tms_buf *buf;
};

static void print(const struct printer *p, const uint32_t *words);

static void print_leaf(const struct printer *p, uint32_t word)
{
	size_t i = 0;

	while (p->leaves[i] != (word & INDEX_WORD_BELOW))
		i++;
	if (word & INDEX_WORD_NOT)
		tms_buf_add_char(p->buf, '-');
	tms_buf_add(p->buf, p->asked[i].print);
}

static void print_group(const struct printer *p, const uint32_t *words)
{
	size_t end = index_word_extent(words[0]);

	for (size_t at = 1; at < end; at += index_word_extent(words[at])) {
		bool group = words[at] & INDEX_WORD_GROUP;
		if (at > 1)
			tms_buf_add_cstr(p->buf, words[0] & INDEX_WORD_ANY ? " OR " : " ");
		if (group)
			tms_buf_add_char(p->buf, '(');
		print(p, words + at);
		if (group)
			tms_buf_add_char(p->buf, ')');
	}
}

static void print(const struct printer *p, const uint32_t *words)
{
	if (words[0] & INDEX_WORD_GROUP)
		print_group(p, words);
	else
		print_leaf(p, words[0]);
}

void index_program_print(struct index_program program, const struct query_leaf *asked,
	const uint32_t *leaves, struct tms_buf *buf)
{
	const struct printer p = { asked, leaves, buf };

	if (program.words[0] == INDEX_PROGRAM_FALSE)
		tms_buf_add_cstr(buf, "x -x"); /* there is no shorter word for it */
	else
		print(&p, program.words);
}
