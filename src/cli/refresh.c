/* tamis refresh, tamis release: what the running service is to do about its sources. */
#include <getopt.h>

#include "cli/cli.h"
#include "cli/config_file.h"
#include "cli/running.h"

#define SOURCES_MAX 500

static const struct tms_cli_option options[] = {
	{ 'c', "config", "FILE", TMS_CONFIG_FILE_HELP },
};

/* Reads options and names, and asks. */
static int ask_about(
	const struct tms_command *self, int argc, char **argv, enum tms_control_verb verb)
{
	struct tms_str names[SOURCES_MAX];
	struct tms_control_request request = { .verb = verb, .sources = names };
	const char *given = NULL;
	int key;

	while ((key = cli_next(self, argc, argv)) > 0)
		given = optarg;
	if (key < 0)
		return cli_exit(key);
	if (argc - optind > SOURCES_MAX)
		return cli_usage(self, "at most %d sources at once", SOURCES_MAX);
	if (request.verb == TMS_CONTROL_RELEASE && argc - optind != 1)
		return cli_usage(self, "it takes the name of one source");
	for (int i = optind; i < argc; i++) {
		names[request.sources_count] = tms_str_from(argv[i]);
		if (!tms_conf_is_name(names[request.sources_count++])) {
			tms_cli_error(
				"\"%s\" is no name of a source; expected 1 to 64 characters of "
				"a-z, 0-9 and \"-\"",
				argv[i]);
			return TMS_EXIT_INPUT;
		}
	}
	return running_do(given, &request);
}

static int refresh(const struct tms_command *self, int argc, char **argv)
{
	return ask_about(self, argc, argv, TMS_CONTROL_REFRESH);
}

static int release(const struct tms_command *self, int argc, char **argv)
{
	return ask_about(self, argc, argv, TMS_CONTROL_RELEASE);
}

const struct tms_command tms_command_refresh = {
	.name = "refresh",
	.summary = "have the running service ask sources again now",
	.operands = "[SOURCE]…",
	.details =
		"Asks these sources again; without a name, all that are ill. A line for each says when: at\n"
		"once, or when the pause is over that its host asked for. `tamis health` says what came.\n"
		"Exit status 1 when there is no such source, and then none is asked; 3 when no service runs.\n",
	.options = options,
	.options_count = TMS_COUNT(options),
	.run = refresh,
};

const struct tms_command tms_command_release = {
	.name = "release",
	.summary = "let items in that a source holds back",
	.operands = "SOURCE",
	.details =
		"A listing that shrinks to a few unknown items looks wrong: they are held, and `tamis health`\n"
		"says so. This says that they are real: they are shown from now on.\n",
	.options = options,
	.options_count = TMS_COUNT(options),
	.run = release,
};
