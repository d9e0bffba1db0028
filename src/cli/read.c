/* tamis read: the whole model of a listing as JSON. */
#include "cli/cli.h"

#include <getopt.h>
#include <stdio.h>

#include <tamis/listing.h>

#include "cli/recipe_file.h"

enum { KEY_URL = 256, KEY_TYPE, KEY_LANGUAGE, KEY_RECIPE };

static const struct tms_cli_option options[] = {
	{ KEY_URL, "url", "URL",
		"where the listing came from: relative links and\n"
		"items without a host are read against it" },
	{ KEY_TYPE, "content-type", "TYPE",
		"the Content-Type that it came with: its charset counts" },
	{ KEY_LANGUAGE, "content-language", "TAG",
		"the Content-Language that it came with: counts where\n"
		"the listing says no language" },
	{ KEY_RECIPE, "recipe", "RECIPE", TMS_RECIPE_OPTION_HELP },
	{ 'o', "output", "FORM",
		"json (the default), or jsonl: a line for each file, with\n"
		"its name; what could not be read has the reason instead" },
};

struct request {
	struct tms_listing_hints hints;
	bool jsonl;
};

static int read_one(const char *path, const struct request *r)
{
	struct tms_arena arena = { 0 };
	struct tms_buf json = { 0 };
	struct tms_str body = { 0 };
	struct tms_listing listing;
	struct tms_diag diag = { 0 };
	int status = TMS_EXIT_DONE;

	enum tms_status st = cli_read(&arena, path, TMS_LISTING_BYTES_MAX, &body, &diag);
	if (st == TMS_OK)
		st = tms_recipe_read(&arena, body, &r->hints, &listing, &diag);
	if (st != TMS_OK) {
		status = TMS_EXIT_INPUT;
		if (!r->jsonl) {
			cli_complain(path, &diag);
			goto out;
		}
		tms_listing_write_error_line(&json, tms_str_from(path), &diag);
	} else if (r->jsonl) {
		tms_listing_write_line(&json, tms_str_from(path), &listing);
	} else {
		tms_listing_write_json(&json, &listing);
	}
	if (json.status != TMS_OK) {
		tms_cli_error("%s: %s", path, tms_status_name(json.status));
		status = TMS_EXIT_TROUBLE;
	} else if (!cli_write(tms_buf_str(&json))) {
		status = TMS_EXIT_TROUBLE;
	}
out:
	tms_buf_free(&json);
	tms_arena_free(&arena);
	return status;
}

static bool take_form(const struct tms_command *self, const char *form, bool *jsonl)
{
	*jsonl = strcmp(form, "jsonl") == 0;
	if (*jsonl || strcmp(form, "json") == 0)
		return true;
	(void)cli_usage(self, "--output is json or jsonl, not \"%s\"", form);
	return false;
}

static int read_all(struct request *r, char *const *paths, int count)
{
	int status = TMS_EXIT_DONE;

	/* one bad file does not keep the others from being read; the worst status is told */
	for (int i = 0; i < count; i++) {
		int one = read_one(paths[i], r);
		status = one > status ? one : status;
	}
	return count == 0 ? read_one("-", r) : status;
}

static int run(const struct tms_command *self, int argc, char **argv)
{
	struct request r = { 0 };
	struct tms_arena arena = { 0 };
	const char *recipe = NULL;
	int status = TMS_EXIT_DONE;
	int key;

	while ((key = cli_next(self, argc, argv)) > 0) {
		if (key == KEY_URL)
			r.hints.url = tms_str_from(optarg);
		else if (key == KEY_TYPE)
			r.hints.content_type = tms_str_from(optarg);
		else if (key == KEY_LANGUAGE)
			r.hints.content_language = tms_str_from(optarg);
		else if (key == KEY_RECIPE)
			recipe = optarg;
		else if (key == 'o' && !take_form(self, optarg, &r.jsonl))
			return TMS_EXIT_USAGE;
	}
	if (key < 0)
		return cli_exit(key);
	if (!recipe || recipe_file_open(&arena, recipe, &r.hints.recipe, &status))
		status = read_all(&r, argv + optind, argc - optind);
	tms_arena_free(&arena);
	return status;
}

const struct tms_command tms_command_read = {
	.name = "read",
	.summary = "show all that Tamis reads in a listing, as JSON",
	.operands = "[FILE|-]…",
	.details =
		"Reads each FILE (standard input without one) and prints one JSON object for it: the\n"
		"listing and its items, each field as the model has it; absent fields are left out.\n"
		"Listings: Hugging Face Daily Papers (API or page), Atom, RSS, JSON Feed; by a recipe any\n"
		"page or JSON.",
	.options = options,
	.options_count = TMS_COUNT(options),
	.run = run,
};
