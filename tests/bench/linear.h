/*
 * The peer of the index: every rule asked of every item, one after another, as a filter in a reader
 * or in a script does it. Not a straw man: words are interned once, an item is a hash set of word
 * numbers with their places, a rule is a tree whose AND and OR stop at the first operand that
 * decides. Reads what shared/bench/rules.py writes: words, "phrases", OR, -, parentheses.
 */
#ifndef TAMIS_BENCH_LINEAR_H
#define TAMIS_BENCH_LINEAR_H

#include <tamis/doc.h>
#include <tamis/hash.h>

struct linear;

/** Ends the program when memory is out, like all of the bench. */
struct linear *linear_new(void);
void linear_free(struct linear *linear);
/** False: it holds something that this evaluator does not read. */
bool linear_add_rule(struct linear *linear, struct tms_str text);
/** Title and abstract count. */
void linear_add_item(struct linear *linear, const struct tms_doc *doc);
/** Rules that keep item i; *matched_rules (may be NULL) gets a bit each. */
size_t linear_ask(const struct linear *linear, size_t item, unsigned char *matched_rules);
/**
 * From now on look each word up by its text, as a filter whose items are sets of strings does: the
 * form that ../shared/research/performance.md measured.
 */
void linear_use_texts(struct linear *linear);

#endif
