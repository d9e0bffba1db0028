/* The tree under construction, with its limits. Knows nothing of libxml2. */
#ifndef TAMIS_MARKUP_XML_TREE_H
#define TAMIS_MARKUP_XML_TREE_H

#include <tamis/buf.h>
#include <tamis/xml.h>

#define XML_TREE_INTERNED 256 /* slots for the names at hand */

/** A name that the parser hands out by the same pointer again and again, and our one copy of it. */
struct xml_tree_interned {
	const char *theirs;
	struct tms_str ours;
};

struct xml_tree {
	struct tms_arena *arena;
	struct tms_xml_limits limits;
	struct tms_diag *diag;
	struct tms_xml_node *root, *current;
	size_t nodes, depth, faults;
	struct tms_buf text; /* the text run that is being collected */
	uint32_t text_line;
	enum tms_status status; /* first failure; sticky, diag is set with it */
	struct xml_tree_interned interned[XML_TREE_INTERNED];
	struct xml_tree_interned *names; /* all, a hash table at most half full; malloc'ed */
	size_t names_count, names_capacity;
};

/** limits: as xml_tree_limits fills them in. */
void xml_tree_init(struct xml_tree *tree, struct tms_arena *arena,
	const struct tms_xml_limits *limits, struct tms_diag *diag);
/** Frees what is not the arena's; the nodes stay. */
void xml_tree_fini(struct xml_tree *tree);
/** The same with the defaults filled in. own is used where the caller counts no steps. */
struct tms_xml_limits xml_tree_limits(
	const struct tms_xml_limits *limits, size_t body_bytes, struct tms_steps *own);

/** The tree fails, if it has not before; diag says why, or which limit it is. They return false. */
bool xml_tree_fail(struct xml_tree *tree, enum tms_status st, uint32_t line, const char *why);
bool xml_tree_fail_limit(struct xml_tree *tree, uint32_t line, const char *what, size_t limit);
/** Take steps; false where none are left: then reading ends with the name of that limit. */
static inline bool xml_tree_spend(struct xml_tree *tree, size_t steps, uint32_t line)
{
	return tms_steps_take(tree->limits.steps, steps) ||
	       xml_tree_fail_limit(tree, line, "steps to read the document for each of its bytes",
		       TMS_XML_STEPS_PER_BYTE);
}
/* The document in its order. Each returns false, or NULL, once the tree has failed. */

/** More of the text run that is open; one begins where none is. */
bool xml_tree_add_text(struct xml_tree *tree, struct tms_str text, uint32_t line);
/** Opens an element with room for attributes_count attributes, to be filled in by the caller; NULL
 * on failure. */
struct tms_xml_node *xml_tree_open(struct xml_tree *tree, size_t attributes_count, uint32_t line);
/** The innermost element ends. */
bool xml_tree_close(struct xml_tree *tree, uint32_t line);
/**
 * One more fault of markup; each costs libxml2 a formatted message, so they are limited too
 * (100,000).
 */
bool xml_tree_count_fault(struct xml_tree *tree, uint32_t line);
/** Finish the text run that is open, if any. */
bool xml_tree_flush(struct xml_tree *tree);

/**
 * Our copy of a name. theirs is NUL-terminated and interned: while the parser lives, the pointer
 * means these bytes. NULL gives the empty run.
 */
struct tms_str xml_tree_intern(struct xml_tree *tree, const char *theirs);

#endif
