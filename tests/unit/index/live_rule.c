#include "live_rule.h"

#include "test.h"

#include <stdio.h>

#include <tamis/index.h>

static bool has_age(const struct ask *ask)
{
	for (; ask; ask = ask->next)
		if (ask->kind == ASK_AGE || ask->counts_from_today || has_age(ask->children))
			return true;
	return false;
}

void live_rule_make(struct live_rule *rule, struct rule_maker *maker)
{
	struct tms_buf text = { 0 };

	*rule = (struct live_rule){ .is_alive = true };
	maker->arena = &rule->arena;
	rule->ask = invent_rule(maker, &text);
	rule->has_age = has_age(rule->ask);
	rule->text = tms_arena_copy(&rule->arena, tms_buf_str(&text));
	tms_buf_free(&text);
}

void live_rule_drop(struct live_rule *rule)
{
	ask_free(rule->ask);
	tms_arena_free(&rule->arena);
	*rule = (struct live_rule){ 0 };
}

void named_rules_make(struct named_rules *named, struct rule_maker *maker)
{
	static const char *const names[NAMED] = { "no-noise", "b", "third", "Über" };

	maker->named = named->named;
	for (size_t i = 0; i < NAMED; i++) {
		struct live_rule *rule = &named->rules[i];
		maker->named_count = i;
		live_rule_make(rule, maker);
		named->query_rules[i] =
			(struct tms_query_rule){ tms_str_from(names[i]), rule->text };
		named->named[i] = (struct named_rule){ named->query_rules[i], rule->ask };
	}
}

void named_rules_drop(struct named_rules *named)
{
	for (size_t i = 0; i < NAMED; i++)
		live_rule_drop(&named->rules[i]);
}

struct tms_query_options live_rule_options(const struct named_rules *named)
{
	size_t count = 0;
	const struct tms_query_authors *authors = invented_authors(&count);

	return (struct tms_query_options){ .limits = { .bytes = 100000,
						   .terms = 100000,
						   .depth = 200,
						   .cost = 100000000,
						   .scan_cost = 100000000 },
		.rules = named->query_rules,
		.rules_count = NAMED,
		.authors = authors,
		.authors_count = count,
		.topics = invented_topics(),
		.zones = invented_zones() };
}

bool query_holds(const struct tms_query *query, const struct tms_view_item *item, tms_time now)
{
	struct tms_arena arena = { 0 };
	struct tms_doc doc;

	assert_int_equal(tms_doc_make(&arena, &item->merged, &doc), TMS_OK);
	bool holds = tms_query_matches(query, &item->merged, &doc, now);
	tms_arena_free(&arena);
	return holds;
}

/* ---- telling ---- */

/* What is asked about. */
struct case_of {
	struct tms_query_options options;
	struct tms_view_item *item;
	const struct subject *subject;
	tms_time now;
};

/* What the compiled query and an index of one rule and one item say. */
static void tell_verdicts(const struct case_of *of, const char *what, struct tms_str text)
{
	struct tms_query *query = NULL;
	struct tms_index *index = NULL;
	struct tms_arena arena = { 0 };
	struct tms_selection selection;
	struct tms_diag diag = { 0 };
	uint32_t rule;

	if (tms_query_parse(text, &of->options, &query, &diag) != TMS_OK) {
		printf("  %s %.*s: %s\n", what, TMS_STR_ARGS(text), diag.text);
		return;
	}
	assert_int_equal(tms_index_new((struct tms_hash_seed){ 0 }, &index), TMS_OK);
	assert_int_equal(tms_index_put(index, of->item, NULL), TMS_OK);
	assert_int_equal(tms_index_add_rule(index, text, &of->options, &rule, &diag), TMS_OK);
	assert_int_equal(tms_index_select(index, rule, of->now, 1, &arena, &selection), TMS_OK);
	printf("  %s %.*s: query %d, fresh index %d", what, TMS_STR_ARGS(text),
		query_holds(query, of->item, of->now), (int)selection.kept_count);
	tms_index_free(index);
	tms_query_free(query);
	tms_arena_free(&arena);
}

static void tell_leaves(const struct case_of *of, const struct ask *ask)
{
	for (; ask; ask = ask->next) {
		if (ask->kind > ASK_RULE) {
			tell_verdicts(of, "leaf", ask->print);
			printf(", reference %d\n", reference_holds(ask, of->subject, of->now));
		}
		tell_leaves(of, ask->children);
	}
}

void tell_rule(const struct live_rule *rule, const struct named_rules *named,
	struct tms_view_item *item, const struct subject *subject, tms_time now)
{
	const struct case_of of = { live_rule_options(named), item, subject, now };

	tell_verdicts(&of, "rule", rule->text);
	printf(", reference %d\n", reference_holds(rule->ask, subject, now));
	tell_leaves(&of, rule->ask);
}

void tell_item(const struct subject *subject)
{
	const struct tms_merged *merged = subject->merged;

	printf("item %.*s, first seen %lld, published %lld\n", TMS_STR_ARGS(merged->item.id),
		(long long)merged->first_seen, (long long)merged->item.published);
	for (size_t i = 0; i < subject->texts_count; i++)
		printf("  %s \"%.*s\"\n", tms_field_name(subject->texts[i].field),
			TMS_STR_ARGS(subject->texts[i].cut.text));
	for (size_t n = 0; n < TMS_NUMBERS; n++) {
		const struct tms_history *history = &merged->numbers[n];
		for (size_t i = 0; i < history->count; i++)
			printf("  %s %lld at %lld\n", tms_number_name((enum tms_number)n),
				(long long)history->steps[i].value,
				(long long)history->steps[i].at);
	}
}

void tell_named(const struct named_rules *named)
{
	for (size_t i = 0; i < NAMED; i++)
		printf("rule:%.*s is %.*s\n", TMS_STR_ARGS(named->named[i].rule.name),
			TMS_STR_ARGS(named->named[i].rule.text));
}
