/* How near dropped items are, and what is said to be missing. */
#include "subject.h"

/* ---- against all ways to change an item ---- */

#define WORDS 6
#define DEPTH 3
#define NODES 64

/* A query as a tree of its own, asked about a set of words. */
struct tree {
	char kind; /* '&', '|', '-', 'w' */
	int word;
	int children[3], count;
};
struct forest {
	struct tree nodes[NODES];
	int count;
	uint32_t random;
	int words_left; /* below 0: words may come again */
};

static uint32_t draw(struct forest *f, uint32_t below)
{
	f->random = f->random * 1664525 + 1013904223;
	return (f->random >> 16) % below;
}

static int grow(struct forest *f, int depth)
{
	int at = f->count++;
	struct tree *node = &f->nodes[at];
	uint32_t kind = depth == 0 ? 3 : draw(f, 4);

	*node = (struct tree){ .kind = "&|-w"[kind] };
	if (kind == 3) {
		node->word = f->words_left >= 0 ? --f->words_left : (int)draw(f, WORDS);
		return at;
	}
	node->count = kind == 2 ? 1 : 2 + (int)draw(f, 2);
	for (int i = 0; i < node->count; i++) {
		if (f->words_left == 0) {
			node->count = i;
			break;
		}
		int child = grow(f, depth - 1);
		f->nodes[at].children[i] = child;
	}
	return at;
}

static bool holds(const struct forest *f, int at, unsigned words)
{
	const struct tree *node = &f->nodes[at];

	if (node->kind == 'w')
		return words >> node->word & 1;
	if (node->kind == '-')
		return !holds(f, node->children[0], words);
	for (int i = 0; i < node->count; i++)
		if (holds(f, node->children[i], words) == (node->kind == '|'))
			return node->kind == '|';
	return node->kind == '&';
}

static void write_tree(const struct forest *f, int at, struct tms_buf *buf)
{
	const struct tree *node = &f->nodes[at];

	if (node->kind == 'w') {
		tms_buf_format(buf, "w%d", node->word);
		return;
	}
	tms_buf_add_cstr(buf, node->kind == '-' ? "-(" : "(");
	for (int i = 0; i < node->count; i++) {
		tms_buf_add_cstr(buf, i == 0 ? "" : node->kind == '|' ? " OR " : " ");
		write_tree(f, node->children[i], buf);
	}
	tms_buf_add_char(buf, ')');
}

static uint32_t least_changes(const struct forest *f, unsigned words)
{
	uint32_t least = UINT32_MAX;

	for (unsigned flips = 0; flips < 1u << WORDS; flips++) {
		uint32_t count = (uint32_t)__builtin_popcount(flips);
		if (count < least && holds(f, 0, words ^ flips))
			least = count;
	}
	return least;
}

static unsigned bit_of(const struct tms_query_reason *missing)
{
	assert_int_equal(missing->part.len, 2);
	return 1u << (missing->part.ptr[1] - '0');
}

/* What is said to be missing keeps the item once it is there, and so does each part that is said to
 * do instead of another. */
static void expect_enough(
	const struct forest *f, unsigned words, const struct tms_query_explanation *why)
{
	unsigned flips = 0;
	size_t count = 0;

	for (size_t i = 0; i < why->missing_count; i++)
		if (!why->missing[i].is_other) {
			assert_int_equal(
				why->missing[i].holds, (words & bit_of(&why->missing[i])) != 0);
			flips |= bit_of(&why->missing[i]);
			count++;
		}
	assert_int_equal(why->nearness.terms, count * TMS_QUERY_NEARNESS_ONE);
	assert_true(holds(f, 0, words ^ flips));
	for (size_t i = 0, first = 0; i < why->missing_count; i++) {
		first = why->missing[i].is_other ? first : i;
		unsigned instead =
			(flips & ~bit_of(&why->missing[first])) | bit_of(&why->missing[i]);
		assert_true(holds(f, 0, words ^ instead));
	}
}

/* Returns whether it is the least there is. */
static bool expect_nearness(const struct forest *f, unsigned words)
{
	struct tms_merged item = plain_item();
	struct tms_query_explanation why;
	struct tms_query_nearness alone;
	struct tms_arena arena = { 0 };
	struct tms_buf text = { 0 }, title = { 0 };
	struct tms_query *query = NULL;
	struct tms_doc doc;

	for (int i = 0; i < WORDS; i++)
		if (words >> i & 1)
			tms_buf_format(&title, "w%d ", i);
	item.item.title = tms_buf_str(&title);
	write_tree(f, 0, &text);
	assert_int_equal(tms_query_parse(tms_buf_str(&text), NULL, &query, NULL), TMS_OK);
	assert_int_equal(tms_doc_make(&arena, &item, &doc), TMS_OK);
	assert_int_equal(tms_query_explain(query, &item, &doc, PUBLISHED, &arena, &why), TMS_OK);
	assert_int_equal(tms_query_nearness(query, &item, &doc, PUBLISHED, &arena, &alone), TMS_OK);
	uint32_t least = least_changes(f, words);
	assert_int_equal(why.kept, holds(f, 0, words));
	assert_int_equal(alone.terms == 0, why.kept);
	assert_int_equal(tms_query_nearness_compare(&alone, &why.nearness), 0);
	if (why.nearness.terms != TMS_QUERY_NEVER && !why.kept)
		expect_enough(f, words, &why);
	if (least == UINT32_MAX)
		assert_int_equal(why.nearness.terms, TMS_QUERY_NEVER);
	bool is_least = least == UINT32_MAX || why.nearness.terms == least * TMS_QUERY_NEARNESS_ONE;
	if (least != UINT32_MAX && why.nearness.terms < least * TMS_QUERY_NEARNESS_ONE)
		fail_msg("%.*s", TMS_STR_ARGS(tms_buf_str(&text)));
	tms_query_free(query);
	tms_arena_free(&arena);
	tms_buf_free(&text);
	tms_buf_free(&title);
	return is_least;
}

static void nearness_is_the_least_number_of_terms_that_have_to_change(void **state)
{
	static struct forest f;

	(void)state;
	f.random = 1;
	for (int i = 0; i < 3000; i++) {
		f.count = 0;
		f.words_left = WORDS;
		(void)grow(&f, DEPTH);
		if (!expect_nearness(&f, draw(&f, 1 << WORDS)))
			fail_msg("query %d is not the least", i);
	}
}

/* The least of all choices is a hitting set; here what is named does, and nearly always it is the
 * least. */
static void terms_that_come_again_count_once(void **state)
{
	static struct forest f;
	int exact = 0, all = 3000;

	(void)state;
	f.random = 2;
	for (int i = 0; i < all; i++) {
		f.count = 0;
		f.words_left = -1;
		(void)grow(&f, DEPTH);
		exact += expect_nearness(&f, draw(&f, 1 << WORDS));
	}
	if (exact < all * 95 / 100)
		fail_msg("%d of %d are the least", exact, all);
}

/* ---- in words ---- */

static void paper(struct tms_merged *item)
{
	static const struct tms_step votes[] = { { PUBLISHED, 4 } };

	*item = plain_item();
	item->item.title = TMS_STR("An agent survey");
	item->item.summary = TMS_STR("On agents and other things");
	item->item.numbers[TMS_NUMBER_UPVOTES] = 4;
	item->numbers[TMS_NUMBER_UPVOTES] = (struct tms_history){ votes, TMS_COUNT(votes) };
}

static void what_is_missing_is_said_in_words(void **state)
{
	static const struct tms_query_rule rules[] = { { TMS_STR_INIT("no-noise"),
		TMS_STR_INIT("-survey") } };
	static const struct tms_query_options options = { .rules = rules, .rules_count = 1 };
	static const struct {
		const char *query, *missing;
	} rows[] = {
		{ "agents", "" },
		{ "vision", "one term short: *vision* is missing" },
		{ "agents -survey", "one term short: taken out by *survey* in the title" },
		{ "vision -survey",
			"2 terms short: *vision* is missing; taken out by *survey* in the title" },
		{ "vision OR audio", "one term short: *vision* or *audio* is missing" },
		{ "(vision OR audio OR touch) agents",
			"one term short: *vision*, *audio* or *touch* is missing" },
		{ "vision OR audio OR touch OR taste OR smell",
			"one term short: *vision*, *audio*, *touch* or one of 2 more is missing" },
		{ "(vision audio) OR has:code", "one term short: *has:code* is missing" },
		{ "vision OR -survey",
			"one term short: *vision* is missing or taken out by *survey* in the title" },
		{ "-(agents survey)",
			"one term short: taken out by *agents* (agent) in the title and abstract "
			"together with *survey* in the title" },
		{ "vision vision agents", "one term short: *vision* is missing" },
		{ "upvotes>=5", "nearly: *upvotes>=5* is not met (4)" },
		{ "upvotes>=5 OR vision", "nearly: *upvotes>=5* is not met (4)" },
		{ "upvotes>=50", "one term short: *upvotes>=50* is not met (4)" },
		{ "upvotes>=50 OR vision",
			"one term short: *vision* is missing or *upvotes>=50* is not met (4)" },
		{ "upvotes>=5 vision",
			"2 terms short: *upvotes>=5* is not met (4); *vision* is missing" },
		{ "title:things", "one term short: *title:things* is missing" },
		{ "rule:no-noise agents",
			"one term short: taken out by *survey* in the title (rule no-noise)" },
		{ "vision -vision", "the rule excludes what it asks for" },
		{ "(-vision OR audio) vision",
			"2 terms short: *vision* is missing; *audio* is missing" },
	};
	struct tms_arena arena = { 0 };
	struct tms_query_explanation why;
	struct tms_buf buf = { 0 };
	struct tms_merged item;
	struct tms_doc doc;

	(void)state;
	paper(&item);
	assert_int_equal(tms_doc_make(&arena, &item, &doc), TMS_OK);
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_query *query = parsed_with(rows[i].query, &options);
		assert_int_equal(
			tms_query_explain(query, &item, &doc, PUBLISHED, &arena, &why), TMS_OK);
		tms_buf_clear(&buf);
		tms_query_missing_say(&why, NULL, &buf);
		if (!tms_str_equal(tms_buf_str(&buf), tms_str_from(rows[i].missing)))
			fail_msg("%s: got %.*s", rows[i].query, TMS_STR_ARGS(tms_buf_str(&buf)));
		tms_query_free(query);
	}
	tms_buf_free(&buf);
	tms_arena_free(&arena);
}

static struct tms_query_nearness nearness_at(const char *text, tms_time now)
{
	struct tms_query *query = parsed(text);
	struct tms_query_nearness nearness;
	struct tms_arena arena = { 0 };
	struct tms_merged item;
	struct tms_doc doc;

	paper(&item);
	assert_int_equal(tms_doc_make(&arena, &item, &doc), TMS_OK);
	assert_int_equal(tms_query_nearness(query, &item, &doc, now, &arena, &nearness), TMS_OK);
	tms_arena_free(&arena);
	tms_query_free(query);
	return nearness;
}

/* Each is nearer than the one behind it. */
static void of_as_many_terms_the_closer_numbers_and_dates_are_nearer(void **state)
{
	static const char *const rows[][4] = {
		{ "upvotes>=5", "upvotes>=7", "vision", "upvotes>=500" },
		{ "upvotes<4", "upvotes<2", NULL, NULL },
		{ "age<2d", "age<1d", NULL, NULL },
		{ "published>=2026-03-03", "published>=2026-03-10", "vision", "published>=2027" },
		{ "published:2026-02", "published:yesterday", "vision", NULL },
		{ "words<8", "words<7", "words>100", NULL },
		{ "-agents", "-agents -survey", "-agents -survey vision", NULL },
		{ "upvotes>=5 vision", "vision audio", NULL, NULL },
		{ "upvotes>=1000000000", "comments>=1 vision", NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++)
		for (size_t k = 0; k + 1 < TMS_COUNT(rows[i]) && rows[i][k + 1]; k++) {
			struct tms_query_nearness a = nearness_at(rows[i][k], PUBLISHED + 3 * DAY);
			struct tms_query_nearness b =
				nearness_at(rows[i][k + 1], PUBLISHED + 3 * DAY);
			if (tms_query_nearness_compare(&a, &b) >= 0)
				fail_msg("%s (%u, %u) is not nearer than %s (%u, %u)", rows[i][k],
					a.terms, a.rest, rows[i][k + 1], b.terms, b.rest);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nearness_is_the_least_number_of_terms_that_have_to_change),
		cmocka_unit_test(terms_that_come_again_count_once),
		cmocka_unit_test(what_is_missing_is_said_in_words),
		cmocka_unit_test(of_as_many_terms_the_closer_numbers_and_dates_are_nearer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
