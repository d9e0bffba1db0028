/* The configuration as every command finds and loads it. */
#ifndef TAMIS_CLI_CONFIG_FILE_H
#define TAMIS_CLI_CONFIG_FILE_H

#include <tamis/conf.h>

/** The words of every command that takes -c. */
#define TMS_CONFIG_FILE_HELP                                                                       \
	"the configuration; else TAMIS_CONFIG, ./tamis.yaml,\n/etc/tamis/tamis.yaml, whichever "   \
	"is there first, else\nthe defaults"

/**
 * Which file it is: the one given (-c), the one that TAMIS_CONFIG names, ./tamis.yaml,
 * /etc/tamis/tamis.yaml.
 * given  may be NULL
 * NULL when none is named and none is there: defaults and environment stand alone. A file that is
 * named is returned even if it is not there, so that loading it fails aloud. Borrowed from given,
 * the environment, or static.
 */
const char *config_file_find(const char *given);

/**
 * The first half of loading: the file ("-" is standard input; NULL: none), the recipes beside it
 * and the environment. Everything is the arena's, or borrowed from path. *in is set in every case,
 * to what could be read. TMS_OK; TMS_EIO, TMS_ELIMIT: errors says why; TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status config_file_read(struct tms_arena *arena, const char *path,
	struct tms_conf_input *in, struct tms_conf_messages *errors);
/**
 * The second half: a configuration of what was read, with the topics that come along. Everything is
 * the arena's, so a reload loads into a new one and keeps the old whole when this fails.
 * TMS_OK sets *out; TMS_EINVAL, TMS_ELIMIT, TMS_EIO (there is no catalogue): errors says why;
 * TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status config_file_parse(struct tms_arena *arena,
	const struct tms_conf_input *in, const struct tms_conf **out,
	struct tms_conf_messages *errors);

/**
 * Find and load, and say on standard error what is wrong: one line "FILE:LINE:COLUMN: sentence" for
 * each error. Warnings are not printed: see out->warnings. False when there is no configuration;
 * *status is then how to exit.
 */
bool config_file_open(
	struct tms_arena *arena, const char *given, const struct tms_conf **out, int *status);

/** What is wrong, on standard error, of a load that failed with st. Returns an enum tms_exit. */
int config_file_complain(const struct tms_conf_messages *errors, enum tms_status st);
/** All of them on standard error, a line for each: "FILE:LINE:COLUMN: sentence". */
void config_messages_print(const struct tms_conf_messages *messages);

#endif
