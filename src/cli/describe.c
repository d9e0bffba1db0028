/* tamis describe: every setting there is. */
#include <getopt.h>

#include <tamis/settings.h>

#include "cli/cli.h"

enum { KEY_EXAMPLE = 256 };

static const struct tms_cli_option options[] = {
	{ KEY_EXAMPLE, "example", NULL, "a configuration file to begin with" },
};

static int run(const struct tms_command *self, int argc, char **argv)
{
	struct tms_buf text = { 0 };
	bool is_example = false;
	int key, status = TMS_EXIT_DONE;

	while ((key = cli_next(self, argc, argv)) > 0)
		if (key == KEY_EXAMPLE)
			is_example = true;
	if (key < 0)
		return cli_exit(key);
	if (optind < argc)
		return cli_usage(self, "what is \"%s\"? describe takes no operand", argv[optind]);
	if (is_example)
		tms_settings_example(&text);
	else
		tms_settings_describe(&text);
	if (text.status != TMS_OK || !cli_write(tms_buf_str(&text)))
		status = TMS_EXIT_TROUBLE;
	tms_buf_free(&text);
	return status;
}

const struct tms_command tms_command_describe = {
	.name = "describe",
	.summary = "list every setting, with its default and its variable",
	.details =
		"Each setting of the configuration with what it may hold, its default, what it is for, and\n"
		"the environment variable that overrides it.",
	.options = options,
	.options_count = TMS_COUNT(options),
	.run = run,
};
