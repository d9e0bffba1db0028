/* What is told of an edited configuration. */
#include "parse.h"

#include <tamis/conf_change.h>

#define SOURCES "sources: {a: {file: /a}, b: {file: /b}}\n"
#define FEEDS(feeds) SOURCES "users: {ana: {feeds: {" feeds "}}}\n"

static void what_was_edited_is_told_once_and_by_name(void **state)
{
	static const struct {
		const char *why, *before, *after, *want;
	} rows[] = {
		{ "nothing", SOURCES, "# a comment\n" SOURCES, "" },
		{ "sources come, go and change",
			"sources: {a: {file: /a}, b: {file: /b}, d: {file: /d}}\n",
			"sources: {a: {file: /a}, c: {file: /c}, d: {file: /e, every: 6h}}\n",
			"source b: removed\nsource c: added\nsource d: changed\n" },
		{ "a title is one too", "sources: {a: {file: /a}}\n",
			"sources: {a: {file: /a, title: A}}\n", "source a: changed\n" },
		{ "settings, and what waits for a start", "limits: {items: 10}\n" SOURCES,
			"limits: {items: 20, connections: 5}\nlisten: ':1'\npublic_url: http://x\n" SOURCES,
			"listen: changed; takes effect at the next start\n"
			"public_url: changed\nlimits.items: changed\n"
			"limits.connections: changed; takes effect at the next start\n" },
		{ "no value is shown", "redis: {password: one}\n" SOURCES,
			"redis: {password: two}\n" SOURCES,
			"redis.password: changed; takes effect at the next start\n" },
		{ "networks", "allow_networks: [10.0.0.0/8]\n" SOURCES,
			"allow_networks: [10.0.0.0/9]\n" SOURCES, "allow_networks: changed\n" },
		{ "groups", SOURCES "groups: {g: [a]}\n", SOURCES "groups: {g: [a, b], h: [b]}\n",
			"group g: changed\ngroup h: added\n" },
		{ "rules of everybody and of one",
			SOURCES "rules: {r: x, s: y}\nusers: {ana: {rules: {t: z}}}\n",
			SOURCES
			"rules: {r: xx}\nusers: {ana: {rules: {t: zz, u: v}}, bo: {rules: {t: z}}}\n",
			"rule r: changed\nrule s: removed\nrule t of ana: changed\n"
			"rule u of ana: added\nrule t of bo: added\n" },
		{ "feeds", FEEDS("f: {sources: [a], match: x}, g: {sources: [a]}"),
			FEEDS("f: {sources: [a], match: y}, h: {sources: [b]}"),
			"feed ana/f: changed\nfeed ana/g: removed\nfeed ana/h: added\n" },
		{ "a rule's edit is its feeds' too",
			"rules: {r: x}\n" FEEDS("f: {sources: [a], match: 'rule:r'}"),
			"rules: {r: y}\n" FEEDS("f: {sources: [a], match: 'rule:r'}"),
			"rule r: changed\nfeed ana/f: changed\n" },
		{ "lists of authors, and the feeds that ask for them",
			"authors: {a: Ada, b: Emmy}\n" FEEDS(
				"f: {sources: [a], match: 'author:@a'}, g: {sources: [a], match: 'author:@b'}"),
			"authors: {a: \"Ada\\nAlan\", b: \"# x\\nEmmy\", c: Alan}\n" FEEDS(
				"f: {sources: [a], match: 'author:@a'}, g: {sources: [a], match: 'author:@b'}"),
			"authors a: changed\nauthors c: added\nfeed ana/f: changed\n" },
		{ "and those of one person", "authors: {a: Ada}\n" SOURCES,
			"authors: {a: Ada}\n" SOURCES "users: {ana: {authors: {a: Emmy}}}\n",
			"authors a of ana: added\n" },
		{ "a rename is one change", FEEDS("f: {sources: [a]}, g: {sources: [a]}"),
			FEEDS("e: {was: g, sources: [a]}, f: {sources: [a]}"),
			"feed ana/e: renamed; it was g, and keeps its address\n" },
		{ "a rename that is told later", FEEDS("f: {sources: [a]}"),
			FEEDS("f: {was: g, sources: [a]}"), "feed ana/f: changed\n" },
		{ "`was` may go", FEEDS("f: {was: g, sources: [a]}"), FEEDS("f: {sources: [a]}"),
			"" },
		{ "a user who is gone", FEEDS("f: {sources: [a]}"), SOURCES,
			"feed ana/f: removed\n" },
	};
	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct parsed before = parse(rows[i].before), after = parse(rows[i].after);
		struct tms_arena arena = { 0 };
		struct tms_conf_changes changes;
		struct tms_buf text = { 0 };
		assert_right(&before);
		assert_right(&after);
		assert_int_equal(
			tms_conf_compare(&arena, before.conf, after.conf, &changes), TMS_OK);
		tms_arena_free(&before.arena); /* the changes are their own */
		tms_arena_free(&after.arena);
		for (size_t k = 0; k < changes.count; k++) {
			tms_conf_change_write(&text, &changes.items[k]);
			tms_buf_add_char(&text, '\n');
		}
		if (!tms_str_equal(tms_buf_str(&text), tms_str_from(rows[i].want)))
			fail_msg("%s: got\n%.*s", rows[i].why, TMS_STR_ARGS(tms_buf_str(&text)));
		tms_buf_free(&text);
		tms_arena_free(&arena);
	}
}

static void of_very_many_changes_the_rest_is_counted(void **state)
{
	struct tms_buf yaml = { 0 };
	struct tms_arena arena = { 0 };
	struct tms_conf_changes changes;
	(void)state;

	tms_buf_add_cstr(&yaml, "limits: {rules: 2000}\nrules:\n");
	for (int i = 0; i < 1500; i++)
		tms_buf_format(&yaml, "  r%04d: x\n", i);
	tms_buf_add_char(&yaml, '\0');
	struct parsed before = parse("limits: {rules: 2000}\n"), after = parse(yaml.ptr);
	assert_right(&after);
	assert_int_equal(tms_conf_compare(&arena, before.conf, after.conf, &changes), TMS_OK);
	assert_int_equal(changes.count, TMS_CONF_CHANGES_MAX);
	assert_int_equal(changes.left_out, 1500 - TMS_CONF_CHANGES_MAX);
	tms_buf_free(&yaml);
	tms_arena_free(&before.arena);
	tms_arena_free(&after.arena);
	tms_arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_edited_is_told_once_and_by_name),
		cmocka_unit_test(of_very_many_changes_the_rest_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
