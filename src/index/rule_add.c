/*
 * Rules coming in. What a rule needs lies anywhere in memory: its words among those remembered,
 * their leaves, the place of its program among all others. Several rules are added by turns, so
 * that one's memory is on its way while another is read. Whatever is unusual or fails on the way is
 * done again alone, and there it is said what is wrong.
 */
#include "index_private.h"
#include "query/checked_query.h"
#include "rule_read.h"

#define BY_TURNS 16

/* A rule on its way. */
struct adding {
	struct index_rule_reader reader;
	struct index_rule_read read;
	struct index_program program;
	bool is_usual;
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

static void begin(
	struct tms_index *index, const struct tms_index_addition *addition, struct adding *adding)
{
	*adding = (struct adding){ .reader = { .leaves = &index->leaves,
					   .arena = &index->scratch,
					   .limits = query_limits_of(addition->options),
					   .text = addition->text } };
	adding->is_usual = index_rule_read_begin(&adding->reader);
	index->scratch.status = TMS_OK;
}

static void find(struct tms_index *index, struct adding *adding)
{
	enum tms_status st = index_rule_read_leaves(&adding->reader, &adding->read);

	if (st == TMS_OK)
		st = index_program_make(
			&index->scratch, adding->read.root, adding->read.leaves, &adding->program);
	adding->is_usual = st == TMS_OK;
	if (adding->is_usual)
		index_rule_prefetch(&index->rules, adding->program);
	else
		index_rule_read_done(&index->leaves, &adding->read);
	index->scratch.status = TMS_OK;
}

/* Read by the parser, which says what is wrong. */
static enum tms_status add_alone(struct tms_index *index, struct tms_index_addition *addition)
{
	struct index_rule_read read = { 0 };
	struct index_program program;
	struct tms_query *query = NULL;

	enum tms_status st = index_rule_read_any(&index->leaves, &index->scratch, addition->text,
		addition->options, &read, &query, addition->diag);
	if (st != TMS_OK)
		return st;
	st = index_program_make(&index->scratch, read.root, read.leaves, &program);
	if (st == TMS_OK)
		st = keep(index, program, read.text, &addition->rule);
	index_rule_read_done(&index->leaves, &read);
	tms_query_free(query);
	return st;
}

static void end(struct tms_index *index, struct tms_index_addition *addition, struct adding *adding)
{
	enum tms_status st;

	if (adding->is_usual) {
		st = keep(index, adding->program, adding->read.text, &addition->rule);
		index_rule_read_done(&index->leaves, &adding->read);
	} else {
		st = add_alone(index, addition);
		index->scratch.status = TMS_OK;
	}
	if (st == TMS_ENOMEM)
		tms_diag_set(addition->diag, 0, 0, "there is no memory left to keep this query");
	addition->status = st;
}

static void add_some(struct tms_index *index, struct tms_index_addition *list, size_t count)
{
	size_t mark = tms_arena_mark(&index->scratch);
	struct adding adding[BY_TURNS];

	for (size_t i = 0; i < count; i++)
		begin(index, &list[i], &adding[i]);
	for (size_t i = 0; i < count; i++)
		if (adding[i].is_usual)
			index_rule_read_prefetch(&adding[i].reader);
	for (size_t i = 0; i < count; i++)
		if (adding[i].is_usual)
			find(index, &adding[i]);
	for (size_t i = 0; i < count; i++)
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
