/*
 * The language against a slow and obvious reading of it: random queries are built as trees, written
 * as text, and judged twice.
 */
#include <tamis/advice.h>

#include "query/checked_query.h"
#include "subject.h"

#include <stdlib.h>

#define ROUNDS 3000
#define TEXT_WORDS_MAX 9

static const char *const vocabulary[] = { "kilo", "lima", "mike", "nova", "papa", "lim",
	"kilometer" };

/* A small generator with a fixed beginning: every run sees the same queries. */
static uint32_t roll_state = 20260301;

static uint32_t roll(uint32_t below)
{
	roll_state = roll_state * 1664525 + 1013904223;
	return (roll_state >> 8) % below;
}

static const char *roll_word(void)
{
	return vocabulary[roll(TMS_COUNT(vocabulary))];
}

/* A text as the obvious reading sees it: its words. */
struct words {
	const char *list[TEXT_WORDS_MAX];
	size_t count;
};

static struct words roll_words(struct tms_buf *buf)
{
	static const char *const between[] = { " ", ", ", " - ", "\n", "; (", "… “" };
	struct words words = { .count = roll(TEXT_WORDS_MAX) };

	for (size_t i = 0; i < words.count; i++) {
		words.list[i] = roll_word();
		tms_buf_add_cstr(buf, i > 0 ? between[roll(TMS_COUNT(between))] : "");
		const char *c = words.list[i];
		tms_buf_add_char(buf, roll(3) == 0 ? (char)(*c - 'a' + 'A') : *c);
		tms_buf_add_cstr(buf, c + 1);
	}
	return words;
}

enum kind { WORD, PHRASE, PREFIX, NEAR, NOT, AND, OR, KINDS };

struct tree {
	enum kind kind;
	const char *a, *b; /* words */
	size_t gap;
	int field; /* 0 both, 1 title, 2 abstract */
	struct tree *left, *right;
};

static struct tree *roll_tree(struct tms_arena *arena, int depth)
{
	struct tree *tree = TMS_ARENA_NEW(arena, struct tree);

	assert_non_null(tree);
	tree->kind = (enum kind)roll(depth > 0 ? KINDS : NOT);
	tree->a = roll_word();
	do {
		tree->b = roll_word();
	} while (tree->b == tree->a);
	tree->gap = roll(4);
	tree->field = (int)roll(3);
	if (tree->kind >= NOT)
		tree->left = roll_tree(arena, depth - 1);
	if (tree->kind >= AND)
		tree->right = roll_tree(arena, depth - 1);
	return tree;
}

static void write_tree(const struct tree *tree, struct tms_buf *buf)
{
	static const char *const fields[] = { "", "title:", "abstract:" };

	if (tree->kind < NOT)
		tms_buf_add_cstr(buf, fields[tree->field]);
	switch (tree->kind) {
	case WORD:
		tms_buf_format(buf, roll(2) ? "%s" : "\"%s\"", tree->a);
		break;
	case PHRASE:
		tms_buf_format(buf, roll(2) ? "\"%s %s\"" : "%s/%s", tree->a, tree->b);
		break;
	case PREFIX:
		tms_buf_format(buf, "%.3s*", tree->a);
		break;
	case NEAR:
		tms_buf_format(buf, "near(\"%s %s\", %zu)", tree->a, tree->b, tree->gap);
		break;
	case NOT:
		tms_buf_add_cstr(buf, roll(2) ? "NOT (" : "-(");
		write_tree(tree->left, buf);
		tms_buf_add_char(buf, ')');
		break;
	case AND:
	case OR:
		tms_buf_add_char(buf, '(');
		write_tree(tree->left, buf);
		tms_buf_add_cstr(buf, tree->kind == OR ? ") OR (" : roll(2) ? ") AND (" : ") (");
		write_tree(tree->right, buf);
		tms_buf_add_char(buf, ')');
		break;
	case KINDS:
		break;
	}
}

static bool leaf_holds(const struct tree *tree, const struct words *words)
{
	for (size_t i = 0; i < words->count; i++) {
		if (tree->kind == PREFIX && strncmp(words->list[i], tree->a, 3) == 0)
			return true;
		if (strcmp(words->list[i], tree->a) != 0)
			continue;
		if (tree->kind == WORD)
			return true;
		for (size_t j = 0; j < words->count; j++) {
			size_t apart = i > j ? i - j : j - i;
			if (strcmp(words->list[j], tree->b) != 0)
				continue;
			if (tree->kind == PHRASE ? j == i + 1
						 : tree->kind == NEAR && apart <= tree->gap + 1)
				return true;
		}
	}
	return false;
}

static bool tree_holds(
	const struct tree *tree, const struct words *title, const struct words *abstract)
{
	switch (tree->kind) {
	case NOT:
		return !tree_holds(tree->left, title, abstract);
	case AND:
		return tree_holds(tree->left, title, abstract) &&
		       tree_holds(tree->right, title, abstract);
	case OR:
		return tree_holds(tree->left, title, abstract) ||
		       tree_holds(tree->right, title, abstract);
	case WORD:
	case PHRASE:
	case PREFIX:
	case NEAR:
	case KINDS:
		break;
	}
	return (tree->field != 2 && leaf_holds(tree, title)) ||
	       (tree->field != 1 && leaf_holds(tree, abstract));
}

/* Written back, read again and written back: the same bytes, the same hash, the same verdict. */
static void assert_survives_printing(const struct tms_query *query, const struct tms_merged *item,
	const struct tms_doc *doc, bool kept)
{
	struct tms_buf first = { 0 }, second = { 0 };
	struct tms_query *again = NULL;
	struct tms_diag diag = { 0 };

	tms_query_print(query, &first);
	if (tms_query_parse(tms_buf_str(&first), NULL, &again, &diag) != TMS_OK)
		fail_msg("%.*s: %s", TMS_STR_ARGS(tms_buf_str(&first)), diag.text);
	tms_query_print(again, &second);
	if (!tms_str_equal(tms_buf_str(&first), tms_buf_str(&second)))
		fail_msg("%.*s became %.*s", TMS_STR_ARGS(tms_buf_str(&first)),
			TMS_STR_ARGS(tms_buf_str(&second)));
	assert_true(tms_query_hash(query) == tms_query_hash(again));
	assert_int_equal(tms_query_matches(again, item, doc, PUBLISHED), kept);
	tms_query_free(again);
	tms_buf_free(&first);
	tms_buf_free(&second);
}

static void random_queries_mean_what_the_obvious_reading_says(void **state)
{
	size_t kept_count = 0;

	(void)state;
	for (size_t round = 0; round < ROUNDS; round++) {
		struct tms_arena arena = { 0 };
		struct tms_buf title_text = { 0 }, abstract_text = { 0 }, text = { 0 };
		struct words title = roll_words(&title_text), abstract = roll_words(&abstract_text);
		struct tree *tree = roll_tree(&arena, 4);
		struct tms_merged item = plain_item();
		struct tms_query_explanation why;
		struct tms_doc doc;

		write_tree(tree, &text);
		tms_buf_add_char(&text, '\0');
		item.item.title = tms_buf_str(&title_text);
		item.item.summary = tms_buf_str(&abstract_text);
		assert_int_equal(tms_doc_make(&arena, &item, &doc), TMS_OK);
		struct tms_query *query = parsed(text.ptr);
		bool kept = tms_query_matches(query, &item, &doc, PUBLISHED);
		if (kept != tree_holds(tree, &title, &abstract))
			fail_msg("%s on \"%.*s\" and \"%.*s\"", text.ptr,
				TMS_STR_ARGS(item.item.title), TMS_STR_ARGS(item.item.summary));
		assert_survives_printing(query, &item, &doc, kept);
		assert_int_equal(
			tms_query_explain(query, &item, &doc, PUBLISHED, &arena, &why), TMS_OK);
		assert_int_equal(why.kept, kept);
		assert_true(kept || why.reasons_count > 0);
		kept_count += kept;
		tms_query_free(query);
		tms_buf_free(&title_text);
		tms_buf_free(&abstract_text);
		tms_buf_free(&text);
		tms_arena_free(&arena);
	}
	assert_in_range(kept_count, ROUNDS / 5, ROUNDS * 4 / 5); /* both verdicts were seen */
}

enum boundary { APART, HYPHEN, JOINED };

/*
 * Two spellings of one compound fit when at every boundary they are written alike, or one of them
 * has a hyphen.
 */
static void spellings_of_a_compound_fit_by_their_boundaries(void **state)
{
	static const char *const parts[] = { "ka", "lo", "mi", "nu", "pe" };
	static const char *const between[] = { [APART] = " ", [HYPHEN] = "-", [JOINED] = "" };

	(void)state;
	for (size_t round = 0; round < ROUNDS; round++) {
		struct tms_buf asked = { 0 }, there = { 0 };
		size_t count = 2 + roll(TMS_COUNT(parts) - 1);
		bool fits = true;
		tms_buf_add_cstr(&asked, "\"");
		tms_buf_add_cstr(&there, roll(2) ? "zu " : "zu-");
		for (size_t i = 0; i < count; i++) {
			enum boundary a = (enum boundary)roll(3), t = (enum boundary)roll(3);
			tms_buf_format(&asked, "%s%s", i > 0 ? between[a] : "", parts[i]);
			tms_buf_format(&there, "%s%s", i > 0 ? between[t] : "", parts[i]);
			fits &= i == 0 || a == t || a == HYPHEN || t == HYPHEN;
		}
		tms_buf_add(&asked, (struct tms_str){ "\"", 2 }); /* with the NUL */
		tms_buf_add(&there, (struct tms_str){ "", 1 });
		if (title_keeps(asked.ptr, there.ptr) != fits)
			fail_msg("%s on %s", asked.ptr, there.ptr);
		tms_buf_free(&asked);
		tms_buf_free(&there);
	}
}

/* The index reads it in its own way: what it accepts and what it makes of it are the same. */
static void assert_index_reads_alike(struct tms_str text, const struct tms_query *query)
{
	struct tms_arena arena = { 0 };
	struct tms_query read = { 0 };
	struct tms_buf one = { 0 }, other = { 0 };

	enum tms_status st = query_read(text, NULL, &arena, &read, NULL);
	if ((st == TMS_OK) != (query != NULL))
		fail_msg("%.*s: the index says %s", TMS_STR_ARGS(text), tms_status_name(st));
	if (st == TMS_OK) {
		tms_query_print(query, &one);
		tms_query_print(&read, &other);
		if (!tms_str_equal(tms_buf_str(&one), tms_buf_str(&other)))
			fail_msg("%.*s is %.*s to the index", TMS_STR_ARGS(tms_buf_str(&one)),
				TMS_STR_ARGS(tms_buf_str(&other)));
		query_done(&read);
	}
	tms_buf_free(&one);
	tms_buf_free(&other);
	tms_arena_free(&arena);
}

/* Notes change nothing, and all that is proposed can be read. */
static void assert_advised_alike(struct tms_str text, enum tms_status st)
{
	struct tms_advice advice = { 0 };
	struct tms_query *query = NULL;

	if (tms_query_parse_advised(text, NULL, &query, &advice) != st)
		fail_msg("%.*s: advice changes it", TMS_STR_ARGS(text));
	tms_query_free(query);
	for (size_t i = 0; i < advice.count; i++)
		for (size_t k = 0; k < advice.notes[i].cures_count; k++) {
			struct tms_str cure = advice.notes[i].cures[k].text;
			if (tms_query_parse(cure, NULL, &query, NULL) != TMS_OK)
				fail_msg("%.*s: instead %.*s", TMS_STR_ARGS(text),
					TMS_STR_ARGS(cure));
			tms_query_free(query);
		}
	assert_int_equal(advice.status, TMS_OK);
	tms_advice_free(&advice);
}

/* Whatever bytes come, the parser answers, and what it accepts survives printing. */
static void random_bytes_are_read_or_refused(void **state)
{
	static const char *const pieces[] = { "a", "bc ", "(", ")", "\"", "-", "=", "~", "*", "/",
		":", "title:", "near(", "\"a b\", 3)", " OR ", " AND ", "NOT ", "upvotes>=3", "@3d",
		"age<", "7d", "cat:", "cs.*", "published:", "2026-03-01", "..", "–", "“", "”", "é",
		"机器", "\xff", "\\", " ", "C++", "2.5", "'s", "id:", "url:", "x.org/y", "has:code",
		"'", "：", "author:", "[", "{2}", " or ", " and ", "not ", "|", "&&", "!",
		"tag:", "‘x’ ", "title: ", "upvotes ", " >= 3", "=20", "url:/a/", "path:/a/",
		"path:", "lang:", "category:/s/", "?", ",", ", ", "10,000", "%22", "(?i)",
		"NEAR/3 ", "50+", "cs.CL ", "<", "ti:", "or" };
	size_t accepted = 0;
	struct tms_merged item = plain_item();
	struct tms_arena arena = { 0 };
	struct tms_doc doc;

	(void)state;
	item.item.title = TMS_STR("a bc 机器 C++ é 2.5");
	assert_int_equal(tms_doc_make(&arena, &item, &doc), TMS_OK);
	for (size_t round = 0; round < ROUNDS * 5; round++) {
		struct tms_buf text = { 0 };
		struct tms_query *query = NULL;
		struct tms_diag diag = { 0 };
		for (uint32_t n = roll(8) + 1; n > 0; n--)
			tms_buf_add_cstr(&text, pieces[roll(TMS_COUNT(pieces))]);
		enum tms_status st = tms_query_parse(tms_buf_str(&text), NULL, &query, &diag);
		assert_index_reads_alike(tms_buf_str(&text), query);
		assert_advised_alike(tms_buf_str(&text), st);
		if (st == TMS_OK) {
			accepted++;
			assert_survives_printing(query, &item, &doc,
				tms_query_matches(query, &item, &doc, PUBLISHED));
		} else if (!diag.text[0] || !diag.line || !diag.column) {
			fail_msg("%.*s was refused without a reason",
				TMS_STR_ARGS(tms_buf_str(&text)));
		}
		tms_query_free(query);
		tms_buf_free(&text);
	}
	assert_in_range(accepted, ROUNDS / 10, ROUNDS * 4);
	tms_arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_queries_mean_what_the_obvious_reading_says),
		cmocka_unit_test(spellings_of_a_compound_fit_by_their_boundaries),
		cmocka_unit_test(random_bytes_are_read_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
