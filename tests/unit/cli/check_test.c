#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* The program in a folder of its own; what it says on both outputs, and how it ends. */
struct ran {
	char text[65536];
	int status;
};

static char folder[] = "/tmp/tamis-check-XXXXXX";

static void write_file(const char *name, const char *text)
{
	char path[200];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	assert_int_equal(fclose(file), 0);
}

static struct ran run(const char *before, const char *arguments)
{
	const char *program = getenv("TAMIS_PROGRAM");
	struct ran ran = { .status = -1 };
	char command[1000];

	if (!program)
		fail_msg("TAMIS_PROGRAM is not set");
	(void)snprintf(command, sizeof(command), "cd %s && unset TAMIS_CONFIG && %s '%s' %s 2>&1",
		folder, before, program, arguments);
	FILE *pipe = popen(command, "r"); /* NOLINT(cert-env33-c): our own words */
	assert_non_null(pipe);
	size_t len = fread(ran.text, 1, sizeof(ran.text) - 1, pipe);
	ran.text[len] = '\0';
	int status = pclose(pipe);
	ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	return ran;
}

static void assert_ran(const struct ran *ran, int status, const char *holds)
{
	if (ran->status != status || !strstr(ran->text, holds))
		fail_msg("expected %d and \"%s\", got %d and:\n%s", status, holds, ran->status,
			ran->text);
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	static const char *const names[] = { "tamis.yaml", "other.yaml", "wrong.yaml" };
	char path[200];
	(void)state;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		(void)unlink(path);
	}
	return rmdir(folder);
}

static void a_right_file_is_summed_up_and_surprising_queries_are_shown_as_read(void **state)
{
	(void)state;
	write_file("other.yaml",
		"sources: {p: {preset: hf-weekly}, q: {preset: hf-trending}}\n"
		"rules: {mixed: 'a b OR c', plain: 'a b'}\n"
		"users: {ana: {feeds: {f: {sources: [p], match: 'x OR y z'}, g: {sources: [q]}}}}\n");
	struct ran ran = run("", "check -c other.yaml");
	assert_ran(&ran, 0, "other.yaml is right.\n2 sources: p, q\n2 rules, 1 user, 2 feeds\n");
	assert_ran(&ran, 0, "\nnote: other.yaml:2:17: rule mixed: ");
	assert_ran(&ran, 0, "\nnote: other.yaml:3:49: feed ana/f: ");
	assert_ran(&ran, 0, "read as: x OR (y z), that is");
	assert_null(strstr(ran.text, "rule plain"));
}

static void quotes_that_yaml_took_are_noted_with_what_to_write(void **state)
{
	(void)state;
	write_file("other.yaml",
		"users:\n ana:\n  feeds:\n   a:\n    match: \"reward hacking\"\n   b:\n    match: 'reward "
		"hacking'\n   c:\n    match: \"reward upvotes>=5\"\n");
	struct ran ran = run("", "check -c other.yaml");
	assert_ran(&ran, 0, "\nnote: other.yaml:5:13: feed ana/a: these quotes are YAML's");
	assert_ran(&ran, 0, "\n  instead: '\"reward hacking\"'\n");
	assert_null(strstr(ran.text, "feed ana/b"));
	assert_null(strstr(ran.text, "feed ana/c"));
}

static void tests_of_what_a_source_never_has_are_noted(void **state)
{
	(void)state;
	write_file("other.yaml",
		"sources: {cl: {preset: arxiv, category: cs.CL}, hf: {preset: hf-daily-papers}}\n"
		"users:\n ana:\n  feeds:\n   a: {sources: [cl, hf], match: 'x upvotes>=20'}\n"
		"   b: {sources: [hf], match: 'upvotes>=20 category:cs.CL'}\n");
	struct ran ran = run("", "check -c other.yaml");
	assert_ran(&ran, 0, "\nnote: other.yaml:5:37: feed ana/a: no item of cl has upvotes: ");
	assert_ran(&ran, 0, "\n  instead: 'x (upvotes>=20 OR source:cl)'\n");
	assert_null(strstr(ran.text, "feed ana/b"));
	write_file("other.yaml",
		"sources: {hf: {preset: hf-daily-papers}}\n"
		"users: {ana: {feeds: {b: {match: 'upvotes>=20 category:cs.CL'}}}}\n");
	ran = run("", "check -c other.yaml");
	assert_ran(&ran, 0, "feed ana/b: no item of hf has a category: nothing is kept\n");
}

static void every_error_is_one_line_with_its_place(void **state)
{
	(void)state;
	write_file("wrong.yaml", "lisen: x\nrules: {r: 'colour:red'}\n");
	struct ran ran = run("", "check -c wrong.yaml");
	assert_ran(&ran, 1,
		"wrong.yaml:1:1: there is no setting \"lisen\" here; did you mean \"listen\"?\n");
	assert_ran(&ran, 1, "\nwrong.yaml:2:13: ");
	assert_null(strstr(ran.text, "is right"));
}

static void the_file_is_looked_for_in_the_promised_order(void **state)
{
	(void)state;
	write_file("tamis.yaml", "contact: here\n");
	write_file("other.yaml", "contact: there\n");
	struct ran ran = run("", "check");
	assert_ran(&ran, 0, "tamis.yaml is right.");
	ran = run("TAMIS_CONFIG=other.yaml", "check");
	assert_ran(&ran, 0, "other.yaml is right.");
	ran = run("TAMIS_CONFIG=wrong.yaml", "check -c tamis.yaml");
	assert_ran(&ran, 0, "tamis.yaml is right.");
}

static void a_file_that_is_named_and_not_there_is_an_error(void **state)
{
	(void)state;
	struct ran ran = run("", "check -c absent.yaml");
	assert_ran(&ran, 1, "absent.yaml: cannot be opened: ");
	ran = run("TAMIS_CONFIG=absent.yaml", "check");
	assert_ran(&ran, 1, "absent.yaml: cannot be opened: ");
}

static void the_environment_is_part_of_what_is_checked(void **state)
{
	(void)state;
	struct ran ran = run("TAMIS_LIMITS__ITEMS=none", "check -c other.yaml");
	assert_ran(&ran, 1, "TAMIS_LIMITS__ITEMS: limits.items: found \"none\"");
	ran = run("TAMIS_LISTN=:1", "check -c other.yaml");
	assert_ran(&ran, 0,
		"note: TAMIS_LISTN: this variable names no setting; did you mean \"TAMIS_LISTEN\"?");
}

static void what_describe_prints_as_an_example_is_right(void **state)
{
	(void)state;
	struct ran ran = run("", "describe --example >tamis.yaml");
	assert_ran(&ran, 0, "");
	ran = run("", "check -c tamis.yaml");
	assert_ran(&ran, 0, "tamis.yaml is right.\n1 source: daily-papers\n");
	ran = run("", "describe");
	assert_ran(&ran, 0, "TAMIS_USERS__USER__FEEDS__FEED__MATCH");
	ran = run("", "describe everything");
	assert_ran(&ran, 2, "describe takes no operand");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_right_file_is_summed_up_and_surprising_queries_are_shown_as_read),
		cmocka_unit_test(quotes_that_yaml_took_are_noted_with_what_to_write),
		cmocka_unit_test(tests_of_what_a_source_never_has_are_noted),
		cmocka_unit_test(every_error_is_one_line_with_its_place),
		cmocka_unit_test(the_file_is_looked_for_in_the_promised_order),
		cmocka_unit_test(a_file_that_is_named_and_not_there_is_an_error),
		cmocka_unit_test(the_environment_is_part_of_what_is_checked),
		cmocka_unit_test(what_describe_prints_as_an_example_is_right),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
