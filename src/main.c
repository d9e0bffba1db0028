/* The program: finds the subcommand and hands over. */
#include <stdio.h>
#include <string.h>

#include <sys/prctl.h>
#include <sys/resource.h>

#include "cli/cli.h"

/* One line for each subcommand, in the order of the help. */
static const struct tms_command *const commands[] = {
	&tms_command_serve,
	&tms_command_check,
	&tms_command_describe,
	&tms_command_feeds,
	&tms_command_import,
	&tms_command_address,
	&tms_command_health,
	&tms_command_reload,
	&tms_command_refresh,
	&tms_command_release,
	&tms_command_discover,
	&tms_command_recipe,
	&tms_command_read,
	&tms_command_filter,
	&tms_command_explain,
	&tms_command_topics,
	NULL,
};

static const struct tms_command *find(const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

/* How many single letters stand between two words, as far as 3: enough to propose a name. */
static size_t distance(const char *a, const char *b, size_t allowed)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	if (!*a || !*b)
		return strlen(a) + strlen(b);
	if (allowed == 0)
		return 1;
	size_t replaced = 1 + distance(a + 1, b + 1, allowed - 1);
	size_t missing = 1 + distance(a, b + 1, allowed - 1);
	size_t extra = 1 + distance(a + 1, b, allowed - 1);
	size_t best = replaced < missing ? replaced : missing;
	return best < extra ? best : extra;
}

static int unknown(const char *name)
{
	const struct tms_command *nearest = NULL;
	size_t best = 3; /* farther words are no misspelling */

	for (size_t i = 0; commands[i]; i++) {
		size_t d = distance(name, commands[i]->name, 2);
		if (d < best) {
			best = d;
			nearest = commands[i];
		}
	}
	if (nearest)
		tms_cli_error(
			"there is no command \"%s\"; did you mean \"%s\"?", name, nearest->name);
	else
		tms_cli_error("there is no command \"%s\"; `tamis --help` lists them", name);
	return TMS_EXIT_USAGE;
}

static void list_commands(FILE *to)
{
	(void)fputs(
		"Usage: tamis COMMAND [OPTION]…\n"
		"Keeps the items of feeds and listings that a rule asks for, and serves them as "
		"a feed.\n\nCommands:\n",
		to);
	for (size_t i = 0; commands[i]; i++)
		(void)fprintf(to, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
	(void)fputs(
		"  help       explain a command: tamis help COMMAND\n\n"
		"Exit status: 0 done, 1 bad input, 2 usage, 3 upstream, store or system trouble.\n",
		to);
}

static int help(int argc, char **argv)
{
	const struct tms_command *command = argc > 2 ? find(argv[2]) : NULL;

	if (argc > 2 && !command)
		return unknown(argv[2]);
	if (command)
		tms_cli_help(command);
	else
		list_commands(stdout);
	return TMS_EXIT_DONE;
}

/* Memory holds keys and addresses that are secrets: no file of it is left behind, and nothing that
 * runs from here gains rights. A system that refuses either is no worse than before. */
static void confine(void)
{
	const struct rlimit none = { 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

int main(int argc, char **argv)
{
	int status = TMS_EXIT_USAGE;

	confine();
	if (argc < 2) {
		list_commands(stderr);
		return TMS_EXIT_USAGE;
	}
	const struct tms_command *command = find(argv[1]);
	if (command)
		status = command->run(command, argc - 1, argv + 1);
	else if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 ||
		 strcmp(argv[1], "-h") == 0)
		status = help(argc, argv);
	else if (strcmp(argv[1], "--version") == 0)
		status = printf("tamis %s\n", TAMIS_VERSION) > 0 ? TMS_EXIT_DONE : TMS_EXIT_TROUBLE;
	else
		return unknown(argv[1]);
	/* what help printed may still be waiting; a full disk must not look like success */
	if (fflush(stdout) != 0 && status == TMS_EXIT_DONE) {
		tms_cli_error("standard output cannot be written");
		status = TMS_EXIT_TROUBLE;
	}
	return status;
}
