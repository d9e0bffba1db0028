/* tamis reload: the running service reads its configuration again, and says what became of it. */
#include <getopt.h>

#include "cli/cli.h"
#include "cli/config_file.h"
#include "cli/running.h"

static const struct tms_cli_option options[] = {
	{ 'c', "config", "FILE", TMS_CONFIG_FILE_HELP },
};

static int run(const struct tms_command *self, int argc, char **argv)
{
	const struct tms_control_request request = { .verb = TMS_CONTROL_RELOAD };
	const char *given = NULL;
	int key;

	while ((key = cli_next(self, argc, argv)) > 0)
		given = optarg;
	if (key < 0)
		return cli_exit(key);
	if (optind < argc)
		return cli_usage(self, "it takes no operands; \"%s\" is one", argv[optind]);
	return running_do(given, &request);
}

const struct tms_command tms_command_reload = {
	.name = "reload",
	.summary = "have the running service read its configuration again",
	.details =
		"Prints what differs: sources, rules and feeds that came, went or changed, how many items an\n"
		"edited feed keeps still, keeps no more and keeps now, and what waits for the next start. When\n"
		"the file is wrong, its errors with their places; then nothing changes and the exit status\n"
		"is 1. It is the file that the service was started with that is read: -c only says where the\n"
		"service is. The same as SIGHUP, which says all this in the log.\n",
	.options = options,
	.options_count = TMS_COUNT(options),
	.run = run,
};
