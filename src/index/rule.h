/*
 * Rules: programs that are kept, each once, with a text that says the same. Programs lie together,
 * those of one length side by side, so that a batch reads nothing else; texts lie apart.
 */
#ifndef TAMIS_INDEX_RULE_H
#define TAMIS_INDEX_RULE_H

#include "memory/size_class.h"
#include "leaf.h"
#include "program.h"

struct index_rule {
	uint32_t program; /* a run: the rule's number, then the program's words */
	uint32_t text;    /* a run: two bytes of length (all ones: four more), then the bytes */
	uint32_t refs;
};

/** index_rules_init, index_rules_free. */
struct index_rules {
	struct slab records;
	struct size_classes programs, texts;
	struct id_table by_program;
	struct tms_hash_seed seed;
	size_t references;
};

/** Without rules. */
void index_rules_init(struct index_rules *rules, struct tms_hash_seed seed);
/** Leaves keep the references that programs hold to them: free them too. */
void index_rules_free(struct index_rules *rules);
/** Heap that it holds, leaves not counted. */
size_t index_rules_bytes(const struct index_rules *rules);

static inline struct index_rule *index_rule_at(const struct index_rules *rules, uint32_t rule)
{
	return slab_at(&rules->records, rule);
}

/** Borrowed until the rule goes. */
struct index_program index_rule_program(const struct index_rules *rules, uint32_t rule);
struct tms_str index_rule_text(const struct index_rules *rules, uint32_t rule);

/** This program's rule will be asked for soon. */
void index_rule_prefetch(const struct index_rules *rules, struct index_program program);
/**
 * One more reference to the rule of this program. A new one keeps a copy of both, and a reference
 * to each leaf.
 * TMS_OK; TMS_ENOMEM: nothing has changed.
 */
TMS_MUST_CHECK enum tms_status index_rule_intern(struct index_rules *rules,
	struct index_leaves *leaves, struct index_program program, struct tms_str text,
	uint32_t *rule, bool *is_new);
/** The last reference takes the rule and its references to leaves away. */
void index_rule_unref(struct index_rules *rules, struct index_leaves *leaves, uint32_t rule);

#endif
