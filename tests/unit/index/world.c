#include "world.h"

#include "test.h"

#include <stdio.h>

struct tms_query_options world_options(const struct world *world)
{
	return (struct tms_query_options){ .limits = { .bytes = 100000,
						   .terms = 100000,
						   .depth = 200,
						   .cost = 100000000,
						   .scan_cost = 100000000 },
		.rules = world->query_rules,
		.rules_count = NAMED,
		.topics = invented_topics() };
}

bool world_matches(
	const struct world *world, const struct tms_query *query, const struct paper *paper)
{
	struct tms_arena arena = { 0 };
	struct tms_doc doc;

	assert_int_equal(tms_doc_make(&arena, &paper->item->merged, &doc), TMS_OK);
	bool holds = tms_query_matches(query, &paper->item->merged, &doc, world->now);
	tms_arena_free(&arena);
	return holds;
}

/* What the compiled query and an index of one rule and one item say. */
static void tell_verdicts(
	const struct world *world, const char *what, struct tms_str text, struct paper *paper)
{
	const struct tms_query_options options = world_options(world);
	struct tms_query *query = NULL;
	struct tms_index *index = NULL;
	struct tms_arena arena = { 0 };
	struct tms_selection selection;
	struct tms_diag diag = { 0 };
	uint32_t rule;

	if (tms_query_parse(text, &options, &query, &diag) != TMS_OK) {
		printf("  %s %.*s: %s\n", what, TMS_STR_ARGS(text), diag.text);
		return;
	}
	assert_int_equal(tms_index_new((struct tms_hash_seed){ 0 }, &index), TMS_OK);
	assert_int_equal(tms_index_put(index, paper->item, NULL), TMS_OK);
	assert_int_equal(tms_index_add_rule(index, text, &options, &rule, &diag), TMS_OK);
	assert_int_equal(tms_index_select(index, rule, world->now, 1, &arena, &selection), TMS_OK);
	printf("  %s %.*s: query %d, fresh index %d", what, TMS_STR_ARGS(text),
		world_matches(world, query, paper), (int)selection.kept_count);
	tms_index_free(index);
	tms_query_free(query);
	tms_arena_free(&arena);
}

static void tell_leaves(const struct world *world, const struct ask *ask, struct paper *paper)
{
	for (; ask; ask = ask->next) {
		if (ask->kind > ASK_RULE) {
			tell_verdicts(world, "leaf", ask->print, paper);
			printf(", reference %d\n",
				reference_holds(ask, &paper->subject, world->now));
		}
		tell_leaves(world, ask->children, paper);
	}
}

static void tell_item(const struct paper *paper)
{
	printf("item %s, first seen %lld, published %lld\n", paper->id,
		(long long)paper->item->merged.first_seen,
		(long long)paper->item->merged.item.published);
	for (size_t i = 0; i < paper->subject.texts_count; i++)
		printf("  %s \"%.*s\"\n", tms_field_name(paper->subject.texts[i].field),
			TMS_STR_ARGS(paper->subject.texts[i].cut.text));
	for (size_t n = 0; n < TMS_NUMBERS; n++) {
		const struct tms_history *history = &paper->item->merged.numbers[n];
		for (size_t i = 0; i < history->count; i++)
			printf("  %s %lld at %lld\n", tms_number_name((enum tms_number)n),
				(long long)history->steps[i].value,
				(long long)history->steps[i].at);
	}
}

void world_differ(const struct world *world, const struct live_rule *rule, struct paper *paper,
	const char *what, int64_t index, int64_t reference)
{
	printf("\n%s: index %lld, reference %lld\nseed %llu, epoch %zu, step %llu, now %lld, "
	       "%zu papers\nrule %u: %.*s\n",
		what, (long long)index, (long long)reference, (unsigned long long)world->seed,
		world->epoch, (unsigned long long)world->steps, (long long)world->now,
		world->papers_count, rule ? rule->number : TMS_INDEX_NONE,
		TMS_STR_ARGS(rule ? rule->text : TMS_STR_NONE));
	if (paper)
		tell_item(paper);
	if (paper && rule) {
		tell_verdicts(world, "rule", rule->text, paper);
		printf(", reference %d\n", reference_holds(rule->ask, &paper->subject, world->now));
		tell_leaves(world, rule->ask, paper);
	}
	for (size_t i = 0; i < NAMED; i++)
		printf("rule:%.*s is %.*s\n", TMS_STR_ARGS(world->named[i].rule.name),
			TMS_STR_ARGS(world->named[i].rule.text));
	(void)fflush(stdout);
	fail_msg("%s", what);
}
