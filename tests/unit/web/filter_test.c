/* Reading the parameters of an address: what it may cost, counted, and what is said when it is too
 * much. */
#include "conf/parse.h"

#include "web/filter.h"

#define SOURCES 300
#define QUERY_BYTES ((size_t)16 * 1024)
/* What an address of that size may take: itself decoded in pieces of 16 bytes at least, the lists,
 * one sentence. */
#define ARENA_BYTES_MAX (16 * QUERY_BYTES)

static struct parsed many_sources(const char *more)
{
	struct tms_buf yaml = { 0 };

	tms_buf_format(&yaml, "%s\nsources:\n", more);
	for (int i = 0; i < SOURCES; i++)
		tms_buf_format(&yaml, "  s%03d: {url: 'https://example.org/%d'}\n", i, i);
	tms_buf_add_cstr(&yaml, "groups:\n  whole: [");
	for (int i = 0; i < SOURCES; i++)
		tms_buf_format(&yaml, "%ss%03d", i ? ", " : "", i);
	tms_buf_add_cstr(&yaml, "]\n  few: [s000, s001, s002]\n");
	tms_buf_add_char(&yaml, '\0');
	assert_int_equal(yaml.status, TMS_OK);
	struct parsed parsed = parse(yaml.ptr);
	assert_right(&parsed);
	tms_buf_free(&yaml);
	return parsed;
}

/* A head's worth of `part`, again and again. */
static struct tms_buf repeated(const char *first, const char *part)
{
	struct tms_buf query = { 0 };

	tms_buf_add_cstr(&query, first);
	while (query.len < QUERY_BYTES)
		tms_buf_add_cstr(&query, part);
	assert_int_equal(query.status, TMS_OK);
	return query;
}

static void the_dearest_address_costs_its_bytes_and_not_what_is_configured(void **state)
{
	static const struct {
		const char *first, *part;
		bool is_right;
		const char *says;
	} rows[] = {
		{ "source=", "a,", false, "There is no source \"a\" here. There are: s000," },
		{ "", "source=a&", false, "There is no source \"a\" here." },
		{ "source=", "s001,", false, "limits.address_sources" },
		{ "", "source=s001&", false, "limits.address_sources" },
		{ "source=", "few,", false, "limits.address_sources" },
		{ "source=", "whole,", false, "limits.address_sources" },
		{ "source=s001,\xff&source=", "s001,", false,
			"The parameter source is not UTF-8." },
		{ "source=s001&", "x=%ff&", false, "The parameter x is not UTF-8." },
		{ "source=s001&", "limit=0&", false, "limit is a number" },
		{ "source=s001&", "x=%41&", true, "" },
		{ "source=s001&", "&", true, "" },
		{ "source=s001&", "match=a&", true, "" },
		{ "source=s001&match=", "%41", true, "" },
	};
	struct parsed parsed = many_sources("");

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_buf query = repeated(rows[i].first, rows[i].part);
		struct tms_arena arena = { 0 };
		struct web_filter filter;
		web_filter_read(parsed.conf, &arena, tms_buf_str(&query), &filter);
		if (rows[i].is_right != (filter.status == 0) ||
			tms_str_find(filter.error, tms_str_from(rows[i].says), 0) == SIZE_MAX)
			fail_msg("%s%s…: %d %.*s", rows[i].first, rows[i].part, filter.status,
				TMS_STR_ARGS(filter.error));
		/* at most two bytes a parameter, and the names and sources that are allowed */
		if (filter.steps > QUERY_BYTES / 2 + 2 * 64 + 2)
			fail_msg("%s%s… took %zu steps", rows[i].first, rows[i].part, filter.steps);
		if (arena.used_bytes > ARENA_BYTES_MAX)
			fail_msg("%s%s… took %zu bytes", rows[i].first, rows[i].part,
				arena.used_bytes);
		tms_arena_free(&arena);
		tms_buf_free(&query);
	}
	tms_arena_free(&parsed.arena);
}

static struct tms_str error_of(
	struct tms_arena *arena, struct tms_str match, const struct tms_diag *diag)
{
	struct tms_advice advice = { 0 };

	tms_advice_refuse(&advice, match, diag);
	struct tms_str text = web_filter_query_error(arena, match, &advice);
	tms_advice_free(&advice);
	return text;
}

static void the_caret_of_a_late_mistake_costs_a_line(void **state)
{
	struct tms_buf match = repeated("", "a ");
	struct tms_arena arena = { 0 };
	const struct tms_diag diag = { .line = 1, .column = (uint32_t)match.len, .text = "no" };

	(void)state;
	struct tms_str text = error_of(&arena, tms_buf_str(&match), &diag);
	assert_int_equal(text.ptr[text.len - 2], '^');
	assert_true(arena.used_bytes < ARENA_BYTES_MAX);
	tms_arena_free(&arena);
	tms_buf_free(&match);
}

static void what_an_address_says_is_repeated_as_text_that_can_be_shown(void **state)
{
	static const struct {
		const char *why, *query, *says;
	} rows[] = {
		{ "a character at the cut",
			"source=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa%C3%A9",
			"\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\" here" },
		{ "controls, and what turns the text", "source=a%0D%0A%1B[31m%E2%80%AEb",
			"\"a   [31m b\" here" },
		{ "one letter off", "source=s01",
			"\"s01\" here; did you mean \"s001\"? There are: s000" },
		{ "a group", "source=fw", "\"fw\" here; did you mean \"few\"? There are: s000" },
		{ "none is near", "source=reindeer", "\"reindeer\" here. There are: s000" },
		{ "the name of a parameter", "a\x1b\xc3=%ff", "The parameter a ? is not UTF-8." },
	};
	struct parsed parsed = many_sources("");

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_arena arena = { 0 };
		struct web_filter filter;
		web_filter_read(parsed.conf, &arena, tms_str_from(rows[i].query), &filter);
		if (tms_str_find(filter.error, tms_str_from(rows[i].says), 0) == SIZE_MAX)
			fail_msg("%s: %.*s", rows[i].why, TMS_STR_ARGS(filter.error));
		tms_arena_free(&arena);
	}
	tms_arena_free(&parsed.arena);
}

static void a_mistake_in_a_rule_is_shown_around_its_place_without_controls(void **state)
{
	struct tms_buf match = repeated("\x1b[31m ", "a ");
	struct tms_arena arena = { 0 };
	struct tms_diag diag = { .line = 1, .column = 3, .text = "no" };

	(void)state;
	struct tms_str text = error_of(&arena, tms_buf_str(&match), &diag);
	assert_true(tms_str_starts(text, TMS_STR("1:3: no\n [31m a a")));
	assert_true(text.len < 200);
	diag.line = 0;
	assert_str(error_of(&arena, tms_buf_str(&match), &diag), "no\n");
	tms_arena_free(&arena);
	tms_buf_free(&match);
}

static size_t count_of(const struct tms_conf *conf, const char *query)
{
	struct tms_arena arena = { 0 };
	struct web_filter filter;

	web_filter_read(conf, &arena, tms_str_from(query), &filter);
	if (filter.status != 0)
		fail_msg("%s: %.*s", query, TMS_STR_ARGS(filter.error));
	tms_arena_free(&arena);
	return filter.sources_count;
}

static void sources_and_groups_that_are_named_twice_are_joined_once(void **state)
{
	struct parsed parsed = many_sources("limits: {address_sources: 300}");

	(void)state;
	assert_int_equal(count_of(parsed.conf, "source=s007,s007&source=s007"), 1);
	assert_int_equal(count_of(parsed.conf, "source=few,few,s001"), 3);
	assert_int_equal(count_of(parsed.conf, "source=whole,few,s001,whole"), SOURCES);
	tms_arena_free(&parsed.arena);
}

static void the_limit_counts_sources_of_groups_too(void **state)
{
	struct parsed parsed = many_sources("limits: {address_sources: 2}");
	struct tms_arena arena = { 0 };
	struct web_filter filter;

	(void)state;
	assert_int_equal(count_of(parsed.conf, "source=s001,s002"), 2);
	web_filter_read(parsed.conf, &arena, TMS_STR("source=few"), &filter);
	assert_int_equal(filter.status, 400);
	assert_str(filter.error, "An address names 2 sources at most (limits.address_sources).\n");
	tms_arena_free(&arena);
	tms_arena_free(&parsed.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_dearest_address_costs_its_bytes_and_not_what_is_configured),
		cmocka_unit_test(what_an_address_says_is_repeated_as_text_that_can_be_shown),
		cmocka_unit_test(a_mistake_in_a_rule_is_shown_around_its_place_without_controls),
		cmocka_unit_test(the_caret_of_a_late_mistake_costs_a_line),
		cmocka_unit_test(sources_and_groups_that_are_named_twice_are_joined_once),
		cmocka_unit_test(the_limit_counts_sources_of_groups_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
