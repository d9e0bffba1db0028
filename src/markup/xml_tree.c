/* Building the XML tree under limits, names interned, and walking it when it is done. */
#include "xml_tree.h"

#include <stdlib.h>

#include "xml_text.h"

#define DEFAULT_BYTES ((size_t)10 << 20)
#define DEFAULT_NODES 250000
#define DEFAULT_DEPTH 250
#define DEFAULT_ATTRIBUTES 1024
#define DEFAULT_NAMESPACES 1024
#define DEFAULT_NAMES 16384
#define MAX_FAULTS 100000
#define FAULT_STEPS 4 /* libxml2 writes a sentence for each */
#define NAMES_LEAST 64

struct tms_xml_limits xml_tree_limits(
	const struct tms_xml_limits *limits, size_t body_bytes, struct tms_steps *own)
{
	struct tms_xml_limits l = { 0 };

	if (limits)
		l = *limits;
	l.bytes = l.bytes ? l.bytes : DEFAULT_BYTES;
	l.nodes = l.nodes ? l.nodes : DEFAULT_NODES;
	l.depth = l.depth ? l.depth : DEFAULT_DEPTH;
	l.attributes = l.attributes ? l.attributes : DEFAULT_ATTRIBUTES;
	l.namespaces = l.namespaces ? l.namespaces : DEFAULT_NAMESPACES;
	l.names = l.names ? l.names : DEFAULT_NAMES;
	own->left = (uint64_t)body_bytes * TMS_XML_STEPS_PER_BYTE + TMS_XML_STEPS_LEAST;
	l.steps = l.steps ? l.steps : own;
	return l;
}

void xml_tree_init(struct xml_tree *tree, struct tms_arena *arena,
	const struct tms_xml_limits *limits, struct tms_diag *diag)
{
	*tree = (struct xml_tree){ .arena = arena, .limits = *limits, .diag = diag };
}

void xml_tree_fini(struct xml_tree *tree)
{
	tms_buf_free(&tree->text);
	free(tree->names);
	tree->names = NULL;
	tree->names_count = tree->names_capacity = 0;
}

bool xml_tree_fail(struct xml_tree *tree, enum tms_status st, uint32_t line, const char *why)
{
	if (tree->status == TMS_OK) {
		tree->status = st;
		tms_diag_set(tree->diag, line, 0, "%s", why);
	}
	return false;
}

bool xml_tree_fail_limit(struct xml_tree *tree, uint32_t line, const char *what, size_t limit)
{
	if (tree->status == TMS_OK)
		tms_diag_set(tree->diag, line, 0, "more than the limit of %zu %s", limit, what);
	tree->status = TMS_ELIMIT;
	return false;
}

static bool fail_arena(struct xml_tree *tree)
{
	return xml_tree_fail(tree, tree->arena->status ? tree->arena->status : TMS_ENOMEM, 0,
		tree->arena->status == TMS_ELIMIT ? "the document needs more memory than allowed"
						  : "no memory for the document");
}

static void append(struct tms_xml_node *parent, struct tms_xml_node *node)
{
	node->parent = parent;
	if (parent->last_child)
		parent->last_child->next = node;
	else
		parent->first_child = node;
	parent->last_child = node;
}

bool xml_tree_flush(struct xml_tree *tree)
{
	if (tree->status != TMS_OK)
		return false;
	if (tree->text.len == 0)
		return true;
	if (!xml_tree_spend(tree, 1 + tree->text.len / 16, tree->text_line))
		return false;
	xml_text_tidy(&tree->text);
	struct tms_str text = tms_buf_str(&tree->text);
	if (++tree->nodes > tree->limits.nodes)
		return xml_tree_fail_limit(tree, tree->text_line,
			"elements, attributes and text runs", tree->limits.nodes);
	struct tms_xml_node *node = TMS_ARENA_NEW(tree->arena, struct tms_xml_node);
	if (!node)
		return fail_arena(tree);
	node->text = tms_arena_copy(tree->arena, text);
	node->line = tree->text_line;
	if (!node->text.ptr)
		return fail_arena(tree);
	append(tree->current, node);
	tms_buf_clear(&tree->text);
	return true;
}

bool xml_tree_add_text(struct xml_tree *tree, struct tms_str text, uint32_t line)
{
	if (tree->status != TMS_OK)
		return false;
	if (!tree->current)
		return true; /* beside the root element: white space, or nothing that belongs to it
			      */
	if (tree->text.len == 0)
		tree->text_line = line;
	tms_buf_add(&tree->text, text);
	if (tree->text.status != TMS_OK)
		return xml_tree_fail(tree, tree->text.status, line, "no memory for the document");
	return true;
}

struct tms_xml_node *xml_tree_open(struct xml_tree *tree, size_t attributes_count, uint32_t line)
{
	const struct tms_xml_limits *l = &tree->limits;

	if (!xml_tree_flush(tree))
		return NULL;
	if (attributes_count > l->attributes) {
		xml_tree_fail_limit(tree, line, "attributes on one element", l->attributes);
		return NULL;
	}
	/* attributes count too: libxml2 compares each with each of its element */
	tree->nodes += 1 + attributes_count;
	if (tree->nodes > l->nodes) {
		xml_tree_fail_limit(tree, line, "elements, attributes and text runs", l->nodes);
		return NULL;
	}
	/* libxml2 has compared them with each other */
	if (!xml_tree_spend(
		    tree, 1 + attributes_count + attributes_count * attributes_count / 64, line))
		return NULL;
	if (++tree->depth > l->depth) {
		xml_tree_fail_limit(tree, line, "elements inside each other", l->depth);
		return NULL;
	}
	struct tms_xml_node *node = TMS_ARENA_NEW(tree->arena, struct tms_xml_node);
	if (node && attributes_count > 0)
		node->attributes =
			TMS_ARENA_ARRAY(tree->arena, struct tms_xml_attribute, attributes_count);
	if (!node || (attributes_count > 0 && !node->attributes)) {
		fail_arena(tree);
		return NULL;
	}
	node->line = line;
	if (tree->current)
		append(tree->current, node);
	else if (!tree->root)
		tree->root = node;
	tree->current = node;
	return node;
}

bool xml_tree_close(struct xml_tree *tree, uint32_t line)
{
	if (!xml_tree_flush(tree) || !xml_tree_spend(tree, 1, line))
		return false;
	if (tree->current) {
		tree->current = tree->current->parent;
		tree->depth--;
	}
	return true;
}

bool xml_tree_count_fault(struct xml_tree *tree, uint32_t line)
{
	if (!xml_tree_spend(tree, FAULT_STEPS, line))
		return false;
	if (++tree->faults > MAX_FAULTS)
		return xml_tree_fail_limit(tree, line, "faults of markup", MAX_FAULTS);
	return true;
}

static struct xml_tree_interned *name_slot(
	struct xml_tree_interned *table, size_t capacity, const char *theirs)
{
	size_t i = (size_t)(((uintptr_t)theirs >> 3) * UINT64_C(0x9e3779b97f4a7c15) >> 32);

	while (table[i & (capacity - 1)].theirs && table[i & (capacity - 1)].theirs != theirs)
		i++;
	return &table[i & (capacity - 1)];
}

static bool grow_names(struct xml_tree *tree)
{
	size_t capacity = tree->names_capacity ? tree->names_capacity * 2 : NAMES_LEAST;
	struct xml_tree_interned *grown = calloc(capacity, sizeof(*grown));

	if (!grown)
		return xml_tree_fail(tree, TMS_ENOMEM, 0, "no memory for the document");
	for (size_t i = 0; i < tree->names_capacity; i++)
		if (tree->names[i].theirs)
			*name_slot(grown, capacity, tree->names[i].theirs) = tree->names[i];
	free(tree->names);
	tree->names = grown;
	tree->names_capacity = capacity;
	return true;
}

/* A namespace may be as long as a document and be that of all its elements: it is copied once. The
 * table in which libxml2 keeps the names ends at some thousands: more, and each lies behind
 * others. */
static bool add_name(struct xml_tree *tree, struct xml_tree_interned *slot, const char *theirs)
{
	if (++tree->names_count > tree->limits.names)
		return xml_tree_fail_limit(tree, tree->current ? tree->current->line : 0,
			"different names", tree->limits.names);
	struct tms_str ours = tms_arena_copy(tree->arena, tms_str_from(theirs));
	if (!ours.ptr)
		return fail_arena(tree);
	*slot = (struct xml_tree_interned){ theirs, ours };
	return true;
}

struct tms_str xml_tree_intern(struct xml_tree *tree, const char *theirs)
{
	struct xml_tree_interned *near =
		&tree->interned[((uintptr_t)theirs >> 3) % XML_TREE_INTERNED];

	if (!theirs)
		return TMS_STR_NONE;
	if (near->theirs == theirs)
		return near->ours;
	if (tree->names_count * 2 >= tree->names_capacity && !grow_names(tree))
		return TMS_STR_NONE;
	struct xml_tree_interned *slot = name_slot(tree->names, tree->names_capacity, theirs);
	if (!slot->theirs && !add_name(tree, slot, theirs))
		return TMS_STR_NONE;
	*near = *slot;
	return near->ours;
}

const struct tms_xml_node *tms_xml_next_node(
	const struct tms_xml_node *top, const struct tms_xml_node *node)
{
	if (node->first_child)
		return node->first_child;
	while (node != top && !node->next)
		node = node->parent;
	return node == top ? NULL : node->next;
}

const struct tms_xml_node *tms_xml_next_element(
	const struct tms_xml_node *top, const struct tms_xml_node *node)
{
	if (!top || !node)
		return NULL;
	do
		node = tms_xml_next_node(top, node);
	while (node && node->name.len == 0);
	return node;
}

struct tms_str tms_xml_attribute_find(
	const struct tms_xml_node *node, struct tms_str ns, struct tms_str name)
{
	for (size_t i = 0; node && i < node->attributes_count; i++)
		if (tms_str_equal(node->attributes[i].name, name) &&
			tms_str_equal(node->attributes[i].ns, ns))
			return node->attributes[i].value;
	return (struct tms_str){ 0 };
}

struct tms_str tms_xml_text(struct tms_arena *arena, const struct tms_xml_node *node)
{
	size_t runs = 0, bytes = 0;
	struct tms_str first = { 0 };

	if (!node)
		return first;
	for (const struct tms_xml_node *n = node; n; n = tms_xml_next_node(node, n)) {
		if (n->text.len > 0 && runs++ == 0)
			first = n->text;
		bytes += n->text.len;
	}
	if (runs <= 1)
		return first;
	char *joined = tms_arena_alloc(arena, bytes + 1);
	if (!joined)
		return (struct tms_str){ 0 };
	bytes = 0;
	for (const struct tms_xml_node *n = node; n; n = tms_xml_next_node(node, n)) {
		if (n->text.len > 0)
			memcpy(joined + bytes, n->text.ptr, n->text.len);
		bytes += n->text.len;
	}
	return (struct tms_str){ joined, bytes };
}
