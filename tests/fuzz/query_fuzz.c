/*
 * Any bytes as a query: read or refused with a place; what is accepted is matched, explained and
 * written back, and reads back to the same bytes and the same verdict.
 */
#include <stdlib.h>

#include <tamis/query.h>

#define NOW INT64_C(1772370000)

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void write_back(const struct tms_query *query, const struct tms_merged *item,
	const struct tms_doc *doc, const struct tms_query_options *options)
{
	struct tms_buf first = { 0 }, second = { 0 };
	struct tms_query *again = NULL;

	tms_query_print(query, &first);
	enum tms_status st = tms_query_parse(tms_buf_str(&first), options, &again, NULL);
	if (st != TMS_ELIMIT) { /* parentheses written out may be more bytes than are allowed */
		require(st == TMS_OK);
		tms_query_print(again, &second);
		require(tms_str_equal(tms_buf_str(&first), tms_buf_str(&second)));
		require(tms_query_matches(query, item, doc, NOW) ==
			tms_query_matches(again, item, doc, NOW));
	}
	tms_query_free(again);
	tms_buf_free(&first);
	tms_buf_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const struct tms_query_rule rules[] = {
		{ TMS_STR_INIT("a"), TMS_STR_INIT("x OR -y") },
		{ TMS_STR_INIT("b"), TMS_STR_INIT("rule:a rule:b") },
	};
	static const struct tms_query_options options = {
		.limits.regex_size = 500, .rules = rules, .rules_count = TMS_COUNT(rules)
	};
	size_t half = size / 2;
	struct tms_str text = { (const char *)bytes, half };
	struct tms_merged item = { .first_seen = NOW - 60, .updated = NOW };
	struct tms_query_explanation why;
	struct tms_query *query = NULL;
	struct tms_arena arena = { 0 };
	struct tms_buf line = { 0 };
	struct tms_diag diag = { 0 };
	struct tms_doc doc;
	tms_time entered = NOW;

	tms_item_init(&item.item);
	item.item.published = NOW - TMS_DAY_S;
	item.item.title = (struct tms_str){ (const char *)bytes + half, size - half };
	item.item.summary = text;
	if (tms_query_parse(text, &options, &query, &diag) != TMS_OK) {
		require(diag.text[0] && diag.line > 0 && diag.column > 0);
		tms_diag_write(&line, &diag, text);
		tms_buf_free(&line);
		return 0;
	}
	require(tms_doc_make(&arena, &item, &doc) == TMS_OK);
	bool kept = tms_query_matches(query, &item, &doc, NOW);
	require(kept == tms_query_entered(query, &item, &doc, NOW, &entered));
	require(entered <= NOW);
	require(tms_query_next_change(query, &item, &doc, NOW) > NOW);
	require(tms_query_explain(query, &item, &doc, NOW, &arena, &why) == TMS_OK);
	require(why.kept == kept);
	tms_query_explanation_print(&why, &line);
	write_back(query, &item, &doc, &options);
	tms_buf_free(&line);
	tms_arena_free(&arena);
	tms_query_free(query);
	return 0;
}
