/*
 * Rules coming in. What a rule needs lies anywhere in memory: its words among those remembered,
 * their leaves, the place of its program among all others. Several rules are added by turns, so
 * that one's memory is on its way while another is read.
 */
#include "index_private.h"
#include "rule_read.h"

#define BY_TURNS 16

/* A rule on its way. */
struct adding {
	struct index_rule_read read;
	struct index_program program;
	struct tms_str text;
};

static enum tms_status keep(
	struct tms_index *index, struct index_program program, struct tms_str text, uint32_t *rule)
{
	bool is_new = false;

	enum tms_status st =
		index_rule_intern(&index->rules, &index->leaves, program, text, rule, &is_new);
	if (st == TMS_OK && is_new) {
		st = index_batches_note(index, *rule);
		if (st != TMS_OK)
			index_rule_unref(&index->rules, &index->leaves, *rule);
	}
	return st;
}

/* How a step went; the others go on. */
static void note(struct tms_index *index, struct tms_index_addition *addition, enum tms_status st)
{
	if (st == TMS_ENOMEM)
		tms_diag_set(addition->diag, 0, 0, "there is no memory left to keep this query");
	index->scratch.status = TMS_OK;
	addition->status = st;
}

static void begin(
	struct tms_index *index, struct tms_index_addition *addition, struct adding *adding)
{
	*adding = (struct adding){ .read = { .into = &index->leaves,
					   .arena = &index->scratch,
					   .text = addition->text,
					   .options = addition->options } };
	note(index, addition, index_rule_read(&adding->read, addition->diag));
}

static void find(
	struct tms_index *index, struct tms_index_addition *addition, struct adding *adding)
{
	struct index_rule_read *read = &adding->read;

	enum tms_status st = index_rule_read_leaves(read, addition->diag);
	if (st == TMS_OK)
		st = index_program_make(
			&index->scratch, read->query.root, read->leaves, &adding->program);
	if (st == TMS_OK)
		st = index_rule_read_text(read, adding->program, &adding->text);
	if (st == TMS_OK)
		index_rule_prefetch(&index->rules, adding->program);
	else
		index_rule_read_done(read);
	note(index, addition, st);
}

static void end(struct tms_index *index, struct tms_index_addition *addition, struct adding *adding)
{
	note(index, addition, keep(index, adding->program, adding->text, &addition->rule));
	index_rule_read_done(&adding->read);
}

static void add_some(struct tms_index *index, struct tms_index_addition *list, size_t count)
{
	size_t mark = tms_arena_mark(&index->scratch);
	struct adding adding[BY_TURNS];

	for (size_t i = 0; i < count; i++)
		begin(index, &list[i], &adding[i]);
	for (size_t i = 0; i < count; i++)
		if (list[i].status == TMS_OK)
			index_rule_read_prefetch(&adding[i].read);
	for (size_t i = 0; i < count; i++)
		if (list[i].status == TMS_OK)
			find(index, &list[i], &adding[i]);
	for (size_t i = 0; i < count; i++)
		if (list[i].status == TMS_OK)
			end(index, &list[i], &adding[i]);
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
