/* Rules interned and counted, each with its program and a text that says the same. */
#include "rule.h"

#define SHORT_TEXT_MAX 0xFFFE

/* A program as it is kept. */
struct kept_program {
	uint32_t rule;
	uint32_t words[];
};

static struct kept_program *kept_of(const struct index_rules *rules, uint32_t rule)
{
	return size_class_at(&rules->programs, index_rule_at(rules, rule)->program);
}

struct index_program index_rule_program(const struct index_rules *rules, uint32_t rule)
{
	const struct kept_program *kept = kept_of(rules, rule);

	return (struct index_program){ kept->words, index_word_extent(kept->words[0]) };
}

static uint32_t hash_program(const struct index_rules *rules, struct index_program program)
{
	struct tms_str bytes = { (const char *)program.words,
		program.count * sizeof(program.words[0]) };

	return (uint32_t)tms_hash(rules->seed, bytes);
}

void index_rules_init(struct index_rules *rules, struct tms_hash_seed seed)
{
	*rules = (struct index_rules){ .seed = seed };
	slab_init(&rules->records, sizeof(struct index_rule));
	size_class_init(&rules->programs);
	size_class_init(&rules->texts);
}

void index_rules_free(struct index_rules *rules)
{
	slab_free(&rules->records);
	size_class_free(&rules->programs);
	size_class_free(&rules->texts);
	id_table_free(&rules->by_program);
}

size_t index_rules_bytes(const struct index_rules *rules)
{
	return slab_bytes(&rules->records) + size_class_bytes(&rules->programs) +
	       size_class_bytes(&rules->texts) + id_table_bytes(&rules->by_program);
}

struct tms_str index_rule_text(const struct index_rules *rules, uint32_t rule)
{
	const char *at = size_class_at(&rules->texts, index_rule_at(rules, rule)->text);
	uint16_t len;
	uint32_t long_len;

	memcpy(&len, at, sizeof(len));
	if (len <= SHORT_TEXT_MAX)
		return (struct tms_str){ at + sizeof(len), len };
	memcpy(&long_len, at + sizeof(len), sizeof(long_len));
	return (struct tms_str){ at + sizeof(len) + sizeof(long_len), long_len };
}

static enum tms_status keep_text(struct index_rules *rules, struct tms_str text, uint32_t *run)
{
	uint16_t len = (uint16_t)(text.len <= SHORT_TEXT_MAX ? text.len : SHORT_TEXT_MAX + 1);
	size_t head = sizeof(len) + (text.len <= SHORT_TEXT_MAX ? 0 : sizeof(uint32_t));
	uint32_t long_len = (uint32_t)text.len;
	void *at = NULL;

	if (text.len > UINT32_MAX / 2)
		return TMS_ENOMEM;
	enum tms_status st = size_class_take(&rules->texts, head + text.len, run, &at);
	if (st != TMS_OK)
		return st;
	memcpy(at, &len, sizeof(len));
	if (head > sizeof(len))
		memcpy((char *)at + sizeof(len), &long_len, sizeof(long_len));
	if (text.len > 0)
		memcpy((char *)at + head, text.ptr, text.len);
	return TMS_OK;
}

static enum tms_status keep_program(
	struct index_rules *rules, uint32_t rule, struct index_program program, uint32_t *run)
{
	size_t bytes = program.count * sizeof(program.words[0]);
	void *at = NULL;

	enum tms_status st = size_class_take(&rules->programs, sizeof(uint32_t) + bytes, run, &at);
	if (st != TMS_OK)
		return st;
	struct kept_program *kept = at;
	kept->rule = rule;
	memcpy(kept->words, program.words, bytes);
	return TMS_OK;
}

/* Fill in the record: what it keeps, and its place in the table. */
static enum tms_status keep(struct index_rules *rules, uint32_t id, struct index_program program,
	struct tms_str text, uint32_t hash)
{
	struct index_rule *rule = index_rule_at(rules, id);

	*rule = (struct index_rule){ .refs = 1 };
	enum tms_status st = keep_text(rules, text, &rule->text);
	if (st != TMS_OK)
		return st;
	st = keep_program(rules, id, program, &rule->program);
	if (st == TMS_OK) {
		st = id_table_add(&rules->by_program, hash, id);
		if (st != TMS_OK)
			size_class_give_back(&rules->programs, rule->program);
	}
	if (st != TMS_OK)
		size_class_give_back(&rules->texts, rule->text);
	return st;
}

static uint32_t find(const struct index_rules *rules, struct index_program program, uint32_t hash)
{
	uint32_t at = 0, id;

	while ((id = id_table_find(&rules->by_program, hash, &at)) != ID_TABLE_NONE) {
		struct index_program other = index_rule_program(rules, id);
		if (other.count == program.count &&
			memcmp(other.words, program.words,
				program.count * sizeof(program.words[0])) == 0)
			break;
	}
	return id;
}

void index_rule_prefetch(const struct index_rules *rules, struct index_program program)
{
	id_table_prefetch(&rules->by_program, hash_program(rules, program));
}

static void each_leaf(struct index_leaves *leaves, struct index_program program,
	void (*visit)(struct index_leaves *leaves, uint32_t leaf))
{
	for (size_t i = 0; i < program.count; i++)
		if (!(program.words[i] & INDEX_WORD_GROUP))
			visit(leaves, program.words[i] & INDEX_WORD_BELOW);
}

enum tms_status index_rule_intern(struct index_rules *rules, struct index_leaves *leaves,
	struct index_program program, struct tms_str text, uint32_t *rule, bool *is_new)
{
	uint32_t hash = hash_program(rules, program), id = find(rules, program, hash);

	*is_new = id == ID_TABLE_NONE;
	if (*is_new) {
		enum tms_status st = slab_take(&rules->records, &id);
		if (st != TMS_OK)
			return st;
		st = keep(rules, id, program, text, hash);
		if (st != TMS_OK) {
			slab_give_back(&rules->records, id);
			return st;
		}
		each_leaf(leaves, program, index_leaf_ref);
	} else {
		index_rule_at(rules, id)->refs++;
	}
	rules->references++;
	*rule = id;
	return TMS_OK;
}

void index_rule_unref(struct index_rules *rules, struct index_leaves *leaves, uint32_t id)
{
	struct index_rule *rule = index_rule_at(rules, id);
	struct index_program program = index_rule_program(rules, id);

	rules->references--;
	if (--rule->refs > 0)
		return;
	id_table_remove(&rules->by_program, hash_program(rules, program), id);
	each_leaf(leaves, program, index_leaf_unref);
	size_class_give_back(&rules->texts, rule->text);
	size_class_give_back(&rules->programs, rule->program);
	slab_give_back(&rules->records, id);
}
