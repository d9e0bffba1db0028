/* What every subcommand shares: its description, options, input, diagnostics, exit status. */
#ifndef TAMIS_CLI_CLI_H
#define TAMIS_CLI_CLI_H

#include <tamis/arena.h>
#include <tamis/buf.h>
#include <tamis/diag.h>
#include <tamis/form.h>
#include <tamis/time.h>

/** Exit status of the program. */
enum tms_exit {
	TMS_EXIT_DONE = 0,
	TMS_EXIT_INPUT = 1,   /* an input could not be used; a message is on standard error */
	TMS_EXIT_USAGE = 2,   /* the command line has no meaning */
	TMS_EXIT_TROUBLE = 3, /* an upstream, a store or the system fails us */
};

struct tms_cli_option {
	int key;           /* its letter, or a number above 255 when it has none; 'h' is taken */
	const char *name;  /* long form, without dashes */
	const char *value; /* what it takes ("QUERY"); NULL: nothing */
	const char *help;  /* lines for --help */
};

/** One subcommand. */
struct tms_command {
	const char *name;
	const char *summary;  /* one line */
	const char *operands; /* behind the options ("[FILE|-]…"); NULL: none */
	const char *details;  /* paragraphs below the options; NULL: none */
	const struct tms_cli_option *options;
	size_t options_count;
	/* argv[0] is the command's name. Returns an enum tms_exit. */
	int (*run)(const struct tms_command *self, int argc, char **argv);
};

/* The subcommands; main.c lists them. */
extern const struct tms_command tms_command_address, tms_command_check, tms_command_describe,
	tms_command_discover, tms_command_explain, tms_command_feeds, tms_command_filter,
	tms_command_health, tms_command_import, tms_command_read, tms_command_recipe,
	tms_command_refresh, tms_command_release, tms_command_reload, tms_command_serve,
	tms_command_topics;

#define TMS_CLI_END 0     /* no more options: operands start at argv[optind] */
#define TMS_CLI_HELP (-1) /* --help was asked and is written: return TMS_EXIT_DONE */
#define TMS_CLI_BAD (-2)  /* what is wrong was said: return TMS_EXIT_USAGE */

/**
 * The key of the next option, its value in `optarg`; else one of the three above. getopt_long
 * underneath, so options and operands may be mixed and `--` ends them.
 *
 *	while ((key = cli_next(self, argc, argv)) > 0)
 *		switch (key) { … }
 *	if (key < 0)
 *		return cli_exit(key);
 */
int cli_next(const struct tms_command *self, int argc, char **argv);
/** TMS_CLI_HELP → TMS_EXIT_DONE, TMS_CLI_BAD → TMS_EXIT_USAGE. */
int cli_exit(int key);
/** The help of one subcommand, on standard output. */
void tms_cli_help(const struct tms_command *self);

/**
 * Read a file, or standard input for "-", whole.
 * max_bytes  a longer one is TMS_ELIMIT; 0: no limit
 * *body lives in the arena. TMS_OK, TMS_EIO, TMS_ELIMIT, TMS_ENOMEM; diag says why.
 */
TMS_MUST_CHECK enum tms_status cli_read(struct tms_arena *arena, const char *path, size_t max_bytes,
	struct tms_str *body, struct tms_diag *diag);
/** Write all of it to standard output and flush. False (and said on standard error) when that
 * fails. */
bool cli_write(struct tms_str text);

/** "tamis: FILE:LINE:COLUMN: sentence" on standard error; numbers that are 0 are left out, "-"
 * reads "standard input". */
void cli_complain(const char *path, const struct tms_diag *diag);
/** "tamis: sentence" on standard error. */
void tms_cli_error(const char *format, ...) TMS_PRINTF(1, 2);
/** "tamis NAME: sentence", then where help is, on standard error. Returns TMS_EXIT_USAGE. */
int cli_usage(const struct tms_command *self, const char *format, ...) TMS_PRINTF(2, 3);

/** RFC 3339 text, or NULL for the clock of the system. False (and said) when it cannot be read. */
bool cli_now(const struct tms_command *self, const char *text, tms_time *now);
/** "atom", "rss" or "json", of the option --form. False (and said) when it is none of them. */
bool cli_form(const struct tms_command *self, const char *text, enum tms_form *out);
/** A whole number between min and max. False (and said, naming the option) otherwise. */
bool cli_number(const struct tms_command *self, const char *option, const char *text, int64_t min,
	int64_t max, int64_t *out);

#endif
