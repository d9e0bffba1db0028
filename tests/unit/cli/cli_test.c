/* The program as a shell sees it: what it prints, where, and its exit status. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <tamis/status.h>

struct ran {
	int status;
	char text[8192]; /* standard output and error together */
};

static struct ran run(const char *arguments)
{
	struct ran ran = { .status = -1 };
	char command[2048];

	(void)snprintf(command, sizeof(command),
		"cd \"$TAMIS_TESTS/fixtures/listing\" && "
		"\"$TAMIS_PROGRAM\" %s 2>&1",
		arguments);
	FILE *pipe = popen(command, "r"); /* NOLINT(cert-env33-c): a shell is what is tested */
	assert_non_null(pipe);
	size_t len = fread(ran.text, 1, sizeof(ran.text) - 1, pipe);
	ran.text[len] = '\0';
	while (fgetc(pipe) != EOF)
		; /* the rest of a long answer, so that the program is not stopped by a full pipe */
	int status = pclose(pipe);
	ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	return ran;
}

static void each_way_to_call_it_has_its_status_and_its_words(void **state)
{
	static const struct {
		const char *why, *arguments;
		int status;
		const char *words;
	} rows[] = {
		{ "help is an answer", "--help", 0, "Commands:" },
		{ "the version too", "--version", 0, "tamis " },
		{ "no command is a mistake", "", 2, "Commands:" },
		{ "help of a command", "help read", 0, "Usage: tamis read" },
		{ "help of a command, asked of it", "read --help", 0, "--content-type TYPE" },
		{ "help of a command that there is not", "help raed", 2, "did you mean \"read\"?" },
		{ "a misspelt command", "reed", 2, "did you mean \"read\"?" },
		{ "another word", "frobnicate", 2, "`tamis --help` lists them" },
		{ "an unknown option", "read --frob", 2, "there is no option --frob" },
		{ "an unknown letter", "read -q", 2, "there is no option -q" },
		{ "an option without its value", "read --url", 2, "--url needs a value" },
		{ "a value that is not wanted", "read --help=yes", 2, "takes no value" },
		{ "no such file", "read no-such-file", 1,
			"tamis: no-such-file: cannot be opened: No such file" },
		{ "a directory", "read .", 1, "tamis: .: cannot be read" },
		{ "no listing", "read text.txt", 1, "tamis: text.txt:1:1: this is neither" },
		{ "nothing on standard input", "read < empty.txt", 1,
			"tamis: standard input: the document is empty" },
		{ "a form that there is not", "read -o xml text.txt", 2, "json or jsonl" },
		{ "no listing, in a line", "read -o jsonl text.txt", 1,
			"{\"file\":\"text.txt\",\"line\":1,\"column\":1,\"error\":\"this is " },
		{ "a listing in a line", "read -o jsonl text.txt hf-paper.json", 1,
			"\n{\"file\":\"hf-paper.json\",\"listing\":{\"kind\":\"hf-paper\"" },
		{ "standard input by name", "read - < hf-api-past-the-end.json", 0, "hf-api" },
		{ "a file named like an option", "read -- -x", 1, "tamis: -x:" },
		{ "a full disk", "read hf-paper.json > /dev/full", 3, "" },
	};
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct ran ran = run(rows[i].arguments);
		if (ran.status != rows[i].status)
			fail_msg("%s: `tamis %s` ends with %d: %s", rows[i].why, rows[i].arguments,
				ran.status, ran.text);
		if (!strstr(ran.text, rows[i].words))
			fail_msg("%s: `tamis %s` says: %s", rows[i].why, rows[i].arguments,
				ran.text);
	}
}

static void one_bad_file_does_not_hide_the_good_ones(void **state)
{
	struct ran ran = run("read text.txt hf-paper.json opml.xml");
	(void)state;

	assert_int_equal(ran.status, 1);
	assert_non_null(strstr(ran.text, "arxiv:2601.00001"));
	assert_non_null(strstr(ran.text, "tamis: opml.xml:1: this is XML, but no feed"));
}

static void what_is_known_of_a_listing_can_be_told(void **state)
{
	/* one byte beyond ASCII: only the declared type says that it is a Polish letter */
	struct ran ran = run("read --content-type 'text/xml; charset=iso-8859-2' "
			     "--url https://u.example/dir/feed --content-language pl - <<'end'\n"
			     "<feed xmlns='http://www.w3.org/2005/Atom'><title>t</title><entry>"
			     "<title>\263</title><link href='a'/></entry></feed>\nend");
	(void)state;

	assert_int_equal(ran.status, 0);
	assert_non_null(strstr(ran.text, "https://u.example/dir/a"));
	assert_non_null(strstr(ran.text, "\"title\": \"ł\""));
	assert_non_null(strstr(ran.text, "\"language\": \"pl\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_way_to_call_it_has_its_status_and_its_words),
		cmocka_unit_test(one_bad_file_does_not_hide_the_good_ones),
		cmocka_unit_test(what_is_known_of_a_listing_can_be_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
