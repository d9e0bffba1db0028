/* tamis check: is the configuration right, and what does it say? */
#include <getopt.h>
#include <stdio.h>

#include <tamis/advice.h>

#include "cli/cli.h"
#include "cli/config_file.h"

static const struct tms_cli_option options[] = {
	{ 'c', "config", "FILE", TMS_CONFIG_FILE_HELP },
};

/* What is worth saying of a query that can be read. */
static void write_notes(struct tms_buf *buf, struct tms_str name, struct tms_str match,
	const struct tms_query_options *how)
{
	struct tms_advice advice = { 0 };
	struct tms_query *query = NULL;

	if (tms_query_parse_advised(match, how, &query, &advice) == TMS_OK)
		for (size_t i = 0; i < advice.count; i++) {
			tms_buf_format(buf, "%.*s: ", TMS_STR_ARGS(name));
			tms_advice_write(buf, &advice.notes[i], match);
		}
	tms_query_free(query);
	tms_advice_free(&advice);
}

static void write_all_notes(
	struct tms_buf *buf, struct tms_arena *arena, const struct tms_conf *conf)
{
	struct tms_query_options how;

	tms_conf_query_options(conf, NULL, &how);
	for (size_t i = 0; i < conf->rules_count; i++)
		write_notes(buf,
			tms_arena_format(arena, "rule %.*s", TMS_STR_ARGS(conf->rules[i].name)),
			conf->rules[i].text, &how);
	for (size_t i = 0; i < conf->users_count; i++) {
		const struct tms_conf_user *user = &conf->users[i];
		tms_conf_query_options(conf, user, &how);
		/* a user's rules begin with everybody's */
		for (size_t k = conf->rules_count; k < user->rules_count; k++)
			write_notes(buf,
				tms_arena_format(arena, "rule %.*s of %.*s",
					TMS_STR_ARGS(user->rules[k].name),
					TMS_STR_ARGS(user->name)),
				user->rules[k].text, &how);
		for (size_t k = 0; k < user->feeds_count; k++)
			write_notes(buf,
				tms_arena_format(arena, "feed %.*s/%.*s", TMS_STR_ARGS(user->name),
					TMS_STR_ARGS(user->feeds[k].name)),
				user->feeds[k].match, &how);
	}
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
	for (size_t i = 0; i < conf->warnings.count; i++) {
		tms_buf_add_cstr(buf, "note: ");
		tms_conf_message_write(buf, &conf->warnings.items[i]);
	}
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
	write_all_notes(&text, &arena, conf);
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
		"expected. Else what the configuration holds, and notes: what is read as meant but worth a\n"
		"look, as a query that mixes AND and OR without parentheses.",
	.options = options,
	.options_count = TMS_COUNT(options),
	.run = run,
};
