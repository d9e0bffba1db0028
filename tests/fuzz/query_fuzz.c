/*
 * Any bytes as a query: read or refused with a place; what is accepted is matched, explained and
 * written back, and reads back to the same bytes and the same verdict. What it is advised of changes
 * nothing, has its place in the text, and can be read itself.
 */
#include <stdlib.h>

#include <tamis/advice.h>
#include <tamis/snippet.h>

#define NOW INT64_C(1772370000)

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* What is missing, and the text that is shown, whatever was asked. */
static void look_closer(const struct tms_query *query, const struct tms_merged *item,
	const struct tms_doc *doc, const struct tms_query_explanation *why, struct tms_arena *arena)
{
	struct tms_query_nearness nearness;
	struct tms_snippet snippet;
	struct tms_buf line = { 0 };
	size_t end = 0;

	require(tms_query_nearness(query, item, doc, NOW, arena, &nearness) == TMS_OK);
	require((nearness.terms == 0) == why->kept);
	require(tms_query_nearness_compare(&nearness, &why->nearness) == 0);
	require((why->missing_count > 0) == (!why->kept && nearness.terms != TMS_QUERY_NEVER));
	require(tms_snippet_make(why, doc, arena, &snippet) == TMS_OK);
	for (size_t i = 0; i < snippet.marks_count; i++) {
		require(snippet.marks[i].start >= end &&
			snippet.marks[i].end > snippet.marks[i].start);
		end = snippet.marks[i].end;
	}
	require(end <= snippet.text.len);
	tms_query_missing_say(why, NULL, &line);
	tms_snippet_write(&snippet, NULL, &line);
	tms_buf_free(&line);
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

static void check_note(const struct tms_advice_note *note, struct tms_str text,
	const struct tms_query_options *options)
{
	require(note->start <= note->end && note->end <= text.len);
	require(note->end > note->start || note->end == text.len);
	require(note->diag.text[0] && note->diag.line > 0 && note->diag.column > 0);
	for (size_t i = 0; i < note->cures_count; i++) {
		struct tms_query *query = NULL;
		require(tms_query_parse(note->cures[i].text, options, &query, NULL) == TMS_OK);
		tms_query_free(query);
	}
}

/* What is told is the same query, or the same error. */
static void advise(struct tms_str text, const struct tms_query_options *options,
	const struct tms_query *query, const struct tms_diag *diag)
{
	static const struct tms_advice_source sources[] = { { TMS_STR_INIT("a"), TMS_TRAITS_ALL } };
	static const struct tms_advice_context context = { sources, 1, true };
	struct tms_advice advice = { 0 };
	struct tms_query *advised = NULL;
	struct tms_query_term term;
	struct tms_buf lines = { 0 };

	enum tms_status st = tms_query_parse_advised(text, options, &advised, &advice);
	require(advice.status == TMS_OK && advice.count <= TMS_ADVICE_NOTES_MAX);
	require((st == TMS_OK) == (query != NULL) && (st == TMS_OK) == (advised != NULL));
	for (size_t i = 0; i < advice.count; i++) {
		bool is_last = i + 1 == advice.count;
		check_note(&advice.notes[i], text, options);
		require(advice.notes[i].is_error == (st != TMS_OK && is_last));
		tms_advice_write(&lines, &advice.notes[i], text);
	}
	if (st == TMS_OK) {
		require(tms_query_hash(advised) == tms_query_hash(query));
		tms_query_advise(advised, text, &context, &advice);
		for (size_t i = 0; tms_query_term_at(advised, i, &term); i++)
			require(term.start < term.end && term.end <= text.len);
	} else {
		require(advice.count > 0);
		require(!strcmp(advice.notes[advice.count - 1].diag.text, diag->text));
	}
	tms_buf_free(&lines);
	tms_advice_free(&advice);
	tms_query_free(advised);
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
		advise(text, &options, NULL, &diag);
		return 0;
	}
	advise(text, &options, query, NULL);
	require(tms_doc_make(&arena, &item, &doc) == TMS_OK);
	bool kept = tms_query_matches(query, &item, &doc, NOW);
	require(kept == tms_query_entered(query, &item, &doc, NOW, &entered));
	require(entered <= NOW);
	require(tms_query_next_change(query, &item, &doc, NOW) > NOW);
	require(tms_query_explain(query, &item, &doc, NOW, &arena, &why) == TMS_OK);
	require(why.kept == kept);
	tms_query_explanation_print(&why, &line);
	look_closer(query, &item, &doc, &why, &arena);
	write_back(query, &item, &doc, &options);
	tms_buf_free(&line);
	tms_arena_free(&arena);
	tms_query_free(query);
	return 0;
}
