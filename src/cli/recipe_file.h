/* Recipes as the command line names them. */
#ifndef TAMIS_CLI_RECIPE_FILE_H
#define TAMIS_CLI_RECIPE_FILE_H

#include <tamis/recipe_file.h>

/** The words of every command that takes --recipe. */
#define TMS_RECIPE_OPTION_HELP                                                                     \
	"read them by a recipe: one that comes with Tamis\n(`tamis recipe list`), or a file"

/**
 * The recipe of that name, or in that file ("-": standard input): what holds a "/" or ends in
 * ".yaml" is a file. Everything is the arena's. False (and all mistakes said on standard error)
 * when there is none; *status is then how to exit.
 */
bool recipe_file_open(
	struct tms_arena *arena, const char *given, const struct tms_recipe **out, int *status);

#endif
