/* tamis check: is the configuration right, and what does it say? */
#include <getopt.h>
#include <stdio.h>

#include "cli/cli.h"
#include "cli/config_file.h"

static const struct tms_cli_option options[] = {
	{ 'c', "config", "FILE", TMS_CONFIG_FILE_HELP },
};

static void write_notes(struct tms_buf *buf, const struct tms_conf_messages *notes)
{
	for (size_t i = 0; i < notes->count; i++) {
		tms_buf_add_cstr(buf, "note: ");
		tms_conf_message_write(buf, &notes->items[i]);
	}
	if (notes->left_out > 0)
		tms_buf_format(buf, "and %zu more notes\n", notes->left_out);
}

static void write_summary(struct tms_buf *buf, const struct tms_conf *conf)
{
	size_t feeds = 0;

	for (size_t i = 0; i < conf->users_count; i++)
		feeds += conf->users[i].feeds_count;
	if (conf->file.len > 0)
		tms_buf_format(buf, "%.*s is right.\n", TMS_STR_ARGS(conf->file));
	else
		tms_buf_add_cstr(buf,
			"There is no configuration file; the defaults and the environment are right.\n");
	tms_buf_format(
		buf, "%zu source%s:", conf->sources_count, conf->sources_count == 1 ? "" : "s");
	for (size_t i = 0; i < conf->sources_count && i < 20; i++)
		tms_buf_format(
			buf, "%s %.*s", i == 0 ? "" : ",", TMS_STR_ARGS(conf->sources[i].name));
	if (conf->sources_count > 20)
		tms_buf_format(buf, " and %zu more", conf->sources_count - 20);
	tms_buf_format(buf, "\n%zu rule%s, %zu user%s, %zu feed%s\n", conf->rules_count,
		conf->rules_count == 1 ? "" : "s", conf->users_count,
		conf->users_count == 1 ? "" : "s", feeds, feeds == 1 ? "" : "s");
	tms_buf_format(buf, "Feeds straight from an address (/filter.atom): %s\n",
		conf->filter_addresses_on ? "on" : "off");
	write_notes(buf, &conf->warnings);
	write_notes(buf, &conf->notes);
}

static int check(const char *given)
{
	struct tms_arena arena = { 0 };
	struct tms_buf text = { 0 };
	const struct tms_conf *conf = NULL;
	int status = TMS_EXIT_DONE;

	if (!config_file_open(&arena, given, &conf, &status))
		goto out;
	write_summary(&text, conf);
	if (text.status != TMS_OK || arena.status != TMS_OK || !cli_write(tms_buf_str(&text)))
		status = TMS_EXIT_TROUBLE;
out:
	tms_buf_free(&text);
	tms_arena_free(&arena);
	return status;
}

static int run(const struct tms_command *self, int argc, char **argv)
{
	const char *given = NULL;
	int key;

	while ((key = cli_next(self, argc, argv)) > 0)
		if (key == 'c')
			given = optarg;
	if (key < 0)
		return cli_exit(key);
	if (optind < argc)
		return cli_usage(self, "what is \"%s\"? A file is named with -c", argv[optind]);
	return check(given);
}

const struct tms_command tms_command_check = {
	.name = "check",
	.summary = "tell what is wrong with a configuration",
	.details =
		"Exit status 1 and one line for each error, FILE:LINE:COLUMN: what is wrong and what is\n"
		"expected; below it, where that is known, what to write instead. Else what the configuration\n"
		"holds, and notes with their places: what is read as meant but worth a look, as a query that\n"
		"mixes AND and OR without parentheses.",
	.options = options,
	.options_count = TMS_COUNT(options),
	.run = run,
};
