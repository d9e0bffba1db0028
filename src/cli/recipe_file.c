/* A recipe that an argument names: a file, standard input, or one that comes with Tamis. */
#include "cli/recipe_file.h"

#include "cli/cli.h"
#include "cli/config_file.h"

static bool is_file(struct tms_str given)
{
	return tms_str_equal(given, TMS_STR("-")) || tms_str_ends(given, TMS_STR(".yaml")) ||
	       tms_str_ends(given, TMS_STR(".yml")) || tms_str_find_byte(given, '/', 0) != SIZE_MAX;
}

static bool parse(struct tms_arena *arena, struct tms_str yaml, struct tms_str file,
	const struct tms_recipe **out, int *status)
{
	struct tms_conf_messages errors = { 0 };
	enum tms_status st = tms_recipe_parse(arena, yaml, file, TMS_STR_NONE, out, &errors);

	if (st == TMS_OK)
		return true;
	config_messages_print(&errors);
	if (errors.count == 0)
		tms_cli_error("the recipe cannot be read: %s", tms_status_name(st));
	*status = st == TMS_ENOMEM ? TMS_EXIT_TROUBLE : TMS_EXIT_INPUT;
	return false;
}

bool recipe_file_open(
	struct tms_arena *arena, const char *given, const struct tms_recipe **out, int *status)
{
	struct tms_str name = tms_str_from(given), yaml = { 0 };
	const struct tms_recipe_shipped *shipped = tms_recipe_shipped_find(name);
	struct tms_diag diag = { 0 };

	if (shipped)
		return parse(arena, shipped->yaml, name, out, status);
	if (!is_file(name)) {
		tms_cli_error(
			"no recipe %s comes with Tamis (`tamis recipe list`); a file is named with its "
			"folder or .yaml",
			given);
		*status = TMS_EXIT_INPUT;
		return false;
	}
	if (cli_read(arena, given, TMS_RECIPE_FILE_BYTES_MAX, &yaml, &diag) != TMS_OK) {
		cli_complain(given, &diag);
		*status = TMS_EXIT_INPUT;
		return false;
	}
	return parse(arena, yaml, strcmp(given, "-") == 0 ? TMS_STR("standard input") : name, out,
		status);
}
