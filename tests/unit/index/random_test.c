/*
 * Random rules over items that come, change, and go, against the query language asked of each item
 * alone. SEED in the environment gives another run; a failure says which.
 */
#include "search.h"

#include <tamis/query.h>

#define ITEMS 90
#define RULES 60
#define ROUNDS 40

struct run {
	struct world w;
	uint64_t seed, random;
	tms_time now;
	struct tms_arena arena; /* of one round */
	uint32_t rules[RULES];
	bool has_rule[RULES];
	size_t compared;
};

static uint32_t below(struct run *r, uint32_t limit)
{
	return next_number(&r->random) % limit;
}

static const char *const words[] = { "agent", "agents", "Memory", "fine-tuning", "finetuning",
	"tuning", "the", "of", "GPUs", "gpu", "AIs", "models", "model", "r\xc3\xa9seau", "reseau",
	"\xe6\xb7\xb1\xe5\xba\xa6\xe5\xad\xa6\xe4\xb9\xa0", "state-of-the-art", "RAG", "rag", "3d",
	"learning", "learned", "deep", "policies" };

static const char *word(struct run *r)
{
	return words[below(r, TMS_COUNT(words))];
}

static struct tms_str random_text(struct run *r, size_t count)
{
	struct tms_str text = { 0 };

	for (size_t i = 0; i < count; i++)
		text = tms_arena_format(
			&r->arena, "%.*s%s%s", TMS_STR_ARGS(text), i ? " " : "", word(r));
	return text;
}

/* A leaf: something before a word or a number, and something behind it. */
struct form {
	const char *before, *behind;
};

static struct tms_str random_leaf(struct run *r)
{
	static const struct form tests[] = { { "upvotes>=", "" }, { "upvotes<", "" },
		{ "upvotes>=", "@2d" }, { "comments>=", "" }, { "age<", "h" }, { "age>", "h" },
		{ "age<", "d" }, { "words>", "" }, { "stars>", "" } };
	static const struct form texts[] = { { "", "" }, { "", "" }, { "", "" }, { "title:", "" },
		{ "abstract:", "" }, { "=", "" }, { "~", "" }, { "/", "/" }, { "any:", "" },
		{ "category:", "*" } };
	const struct form *form = &texts[below(r, TMS_COUNT(texts))];

	switch (below(r, 10)) {
	case 0:
		return tms_arena_format(&r->arena, "\"%s %s\"", word(r), word(r));
	case 1:
		return tms_arena_format(
			&r->arena, "near(\"%s %s\", %u)", word(r), word(r), below(r, 4));
	case 2:
	case 3:
		form = &tests[below(r, TMS_COUNT(tests))];
		return tms_arena_format(
			&r->arena, "%s%u%s", form->before, below(r, 30), form->behind);
	case 4:
		return TMS_STR("mod*");
	default:
		break;
	}
	return tms_arena_format(&r->arena, "%s%s%s", form->before, word(r), form->behind);
}

static struct tms_str random_rule(struct run *r, size_t depth)
{
	size_t count = 1 + below(r, 3);
	const char *between = below(r, 2) ? " OR " : " ";
	struct tms_str text = { 0 };

	if (depth == 0 || below(r, 3) == 0)
		return random_leaf(r);
	for (size_t i = 0; i < count; i++) {
		struct tms_str part = random_rule(r, depth - 1);
		text = tms_arena_format(&r->arena, "%.*s%s%s(%.*s)", TMS_STR_ARGS(text),
			i ? between : "", below(r, 4) == 0 ? "-" : "", TMS_STR_ARGS(part));
	}
	return text;
}

/* Some items are listed, new or with higher numbers, now and then with another text. */
static void change_items(struct run *r)
{
	size_t count = 1 + below(r, 12);

	for (size_t i = 0; i < count; i++) {
		struct tms_str id = tms_arena_format(&r->arena, "%u", below(r, ITEMS));
		struct tms_item item = make_item("", "", TMS_ORIGIN_HF_API);
		item.id = item.upstream_id = id;
		item.title = random_text(r, 1 + below(r, 5));
		item.summary = random_text(r, below(r, 9));
		item.published = r->now - below(r, 3 * (uint32_t)DAY);
		item.numbers[TMS_NUMBER_UPVOTES] = below(r, 30);
		if (below(r, 2))
			item.numbers[TMS_NUMBER_COMMENTS] = below(r, 30);
		list_items(&r->w, &item, 1, r->now);
	}
	if (below(r, 3) == 0)
		tms_index_remove(r->w.index, tms_arena_format(&r->arena, "%u", below(r, ITEMS)));
}

static void change_rules(struct run *r)
{
	for (size_t i = 0; i < RULES / 4; i++) {
		size_t at = below(r, RULES);
		if (r->has_rule[at])
			tms_index_remove_rule(r->w.index, r->rules[at]);
		struct tms_str text = random_rule(r, 3);
		struct tms_diag diag = { 0 };
		if (tms_index_add_rule(r->w.index, text, NULL, &r->rules[at], &diag) != TMS_OK)
			fail_msg("seed %llu: \"%.*s\": %s", (unsigned long long)r->seed,
				TMS_STR_ARGS(text), diag.text);
		r->has_rule[at] = true;
	}
}

static int newest_first(tms_time a, tms_time b)
{
	return (a < b) - (a > b);
}

static int compare(const void *a, const void *b)
{
	const struct tms_selected *x = a, *y = b;
	const struct tms_item *p = &x->item->merged.item, *q = &y->item->merged.item;
	int order = newest_first(x->entered, y->entered);

	if (order == 0)
		order = newest_first(p->published, q->published);
	return order != 0 ? order : tms_str_compare(p->id, q->id);
}

static struct tms_selection select_slowly(struct run *r, const struct tms_query *query)
{
	struct tms_selection made = { .expires = TMS_TIME_MAX };

	made.list = TMS_ARENA_ARRAY(&r->arena, struct tms_selected, ITEMS + 1);
	for (uint32_t slot = 0; slot < tms_index_slots(r->w.index); slot++) {
		struct tms_view_item *item = tms_index_at(r->w.index, slot);
		tms_time entered, change;
		struct tms_doc doc;
		if (!item)
			continue;
		assert_int_equal(tms_doc_make(&r->arena, &item->merged, &doc), TMS_OK);
		change = tms_query_next_change(query, &item->merged, &doc, r->now);
		made.expires = change < made.expires ? change : made.expires;
		if (tms_query_entered(query, &item->merged, &doc, r->now, &entered))
			made.list[made.kept_count++] = (struct tms_selected){ item, entered };
	}
	qsort(made.list, made.kept_count, sizeof(*made.list), compare);
	return made;
}

static void compare_rule(struct run *r, uint32_t rule)
{
	struct tms_str text = tms_index_rule_text(r->w.index, rule);
	struct tms_query *query = NULL;
	struct tms_selection fast = { 0 };

	assert_int_equal(tms_query_parse(text, NULL, &query, NULL), TMS_OK);
	struct tms_selection slow = select_slowly(r, query);
	assert_int_equal(
		tms_index_select(r->w.index, rule, r->now, SIZE_MAX, &r->arena, &fast), TMS_OK);
	bool same = fast.count == slow.kept_count && fast.kept_count == slow.kept_count &&
		    fast.expires == slow.expires;
	for (size_t i = 0; same && i < fast.count; i++)
		same = fast.list[i].item == slow.list[i].item &&
		       fast.list[i].entered == slow.list[i].entered;
	if (!same)
		fail_msg(
			"seed %llu: \"%.*s\" keeps %zu items until %lld, should keep %zu until %lld",
			(unsigned long long)r->seed, TMS_STR_ARGS(text), fast.count,
			(long long)fast.expires, slow.kept_count, (long long)slow.expires);
	tms_query_free(query);
	r->compared += tms_index_count(r->w.index);
}

struct mask {
	struct run *run;
	uint32_t slots[TMS_BATCH_ITEMS_MAX];
	size_t count;
	size_t told;
};

static uint64_t mask_slowly(struct run *r, struct tms_str text, const struct mask *mask)
{
	struct tms_query *query = NULL;
	uint64_t bits = 0;

	assert_int_equal(tms_query_parse(text, NULL, &query, NULL), TMS_OK);
	for (size_t i = 0; i < mask->count; i++) {
		struct tms_view_item *item = tms_index_at(r->w.index, mask->slots[i]);
		struct tms_doc doc;
		assert_int_equal(tms_doc_make(&r->arena, &item->merged, &doc), TMS_OK);
		if (tms_query_matches(query, &item->merged, &doc, r->now))
			bits |= UINT64_C(1) << i;
	}
	tms_query_free(query);
	return bits;
}

static void check_mask(void *context, uint32_t rule, uint64_t items)
{
	struct mask *mask = context;
	struct tms_str text = tms_index_rule_text(mask->run->w.index, rule);
	uint64_t wanted = mask_slowly(mask->run, text, mask);

	if (items != wanted)
		fail_msg("seed %llu: a batch says %llx of \"%.*s\", should say %llx",
			(unsigned long long)mask->run->seed, (unsigned long long)items,
			TMS_STR_ARGS(text), (unsigned long long)wanted);
	mask->told++;
}

static void compare_batch(struct run *r)
{
	struct mask mask = { .run = r };
	struct tms_batch *batch = NULL;
	size_t wanted = 0;

	for (uint32_t slot = 0; slot < tms_index_slots(r->w.index); slot++)
		if (tms_index_at(r->w.index, slot) && mask.count < TMS_BATCH_ITEMS_MAX &&
			below(r, 2))
			mask.slots[mask.count++] = slot;
	if (mask.count == 0)
		return;
	assert_int_equal(tms_batch_new(r->w.index, mask.slots, mask.count, r->now, &batch), TMS_OK);
	assert_false(tms_batch_step(batch, TMS_BATCH_ALL, check_mask, &mask));
	tms_batch_free(batch);
	for (size_t i = 0; i < RULES; i++) {
		bool first = r->has_rule[i];
		for (size_t k = 0; first && k < i; k++)
			first = !r->has_rule[k] || r->rules[k] != r->rules[i];
		if (first && mask_slowly(r, tms_index_rule_text(r->w.index, r->rules[i]), &mask))
			wanted++;
	}
	assert_int_equal(mask.told, wanted);
}

static void what_a_rule_keeps_is_what_the_query_language_says(void **state)
{
	const char *seed = getenv("SEED");
	struct run r = { .w = make_world(), .now = NOON };
	int64_t number = 1;
	(void)state;

	if (seed)
		assert_true(tms_str_int64(tms_str_from(seed), &number));
	r.seed = r.random = (uint64_t)number;
	for (size_t round = 0; round < ROUNDS; round++) {
		change_items(&r);
		change_rules(&r);
		r.now += below(&r, 4) == 0 ? DAY : below(&r, 2 * (uint32_t)HOUR);
		for (size_t i = 0; i < RULES; i++)
			if (r.has_rule[i])
				compare_rule(&r, r.rules[i]);
		compare_batch(&r);
		tms_arena_free(&r.arena);
	}
	assert_true(r.compared > 50000);
	for (size_t i = 0; i < RULES; i++)
		if (r.has_rule[i])
			tms_index_remove_rule(r.w.index, r.rules[i]);
	assert_int_equal(stats_of(&r.w).leaves, 0);
	free_world(&r.w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_rule_keeps_is_what_the_query_language_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
