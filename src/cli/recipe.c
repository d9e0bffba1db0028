/* tamis recipe: what comes with Tamis, whether a recipe is right, and what it finds in a page. */
#include "cli/cli.h"

#include <getopt.h>
#include <stdio.h>

#include <tamis/listing.h>

#include "cli/recipe_file.h"

enum { KEY_URL = 256, KEY_TYPE };

static const struct tms_cli_option options[] = {
	{ KEY_URL, "url", "URL",
		"test: where the page came from; links are read against\n"
		"it, else against the recipe's own url" },
	{ KEY_TYPE, "content-type", "TYPE", "test: the Content-Type that it came with" },
	{ 'o', "output", "FORM", "test: text (the default) or json" },
};

struct request {
	struct tms_listing_hints hints;
	bool json;
};

static int list(void)
{
	size_t count = 0;
	const struct tms_recipe_shipped *shipped = tms_recipes_shipped(&count);
	struct tms_arena arena = { 0 };
	struct tms_buf out = { 0 };
	int status = TMS_EXIT_DONE;

	for (size_t i = 0; i < count && status == TMS_EXIT_DONE; i++) {
		const struct tms_recipe *recipe = NULL;
		char name[TMS_CONF_NAME_BYTES + 1] = "";
		memcpy(name, shipped[i].name.ptr,
			shipped[i].name.len < sizeof(name) ? shipped[i].name.len
							   : sizeof(name) - 1);
		if (recipe_file_open(&arena, name, &recipe, &status))
			tms_buf_format(&out, "%-20s %.*s\n", name, TMS_STR_ARGS(recipe->about));
	}
	if (!cli_write(tms_buf_str(&out)))
		status = TMS_EXIT_TROUBLE;
	tms_buf_free(&out);
	tms_arena_free(&arena);
	return status;
}

static int show(const char *name)
{
	const struct tms_recipe_shipped *shipped = tms_recipe_shipped_find(tms_str_from(name));

	if (!shipped) {
		tms_cli_error(
			"no recipe %s comes with Tamis; `tamis recipe list` shows those that do",
			name);
		return TMS_EXIT_INPUT;
	}
	return cli_write(shipped->yaml) ? TMS_EXIT_DONE : TMS_EXIT_TROUBLE;
}

static int check(const char *name)
{
	struct tms_arena arena = { 0 };
	const struct tms_recipe *recipe = NULL;
	int status = TMS_EXIT_DONE;

	if (recipe_file_open(&arena, name, &recipe, &status))
		(void)printf("%s: right; %zu layout%s\n", name, recipe->layouts_count,
			recipe->layouts_count == 1 ? "" : "s");
	tms_arena_free(&arena);
	return status;
}

/* A recipe that finds nothing, or leaves everything out, has failed; what it found is shown all the
 * same. */
static int test(const char *name, const char *path, struct request *r)
{
	struct tms_arena arena = { 0 };
	struct tms_recipe_report report = { 0 };
	struct tms_listing listing;
	struct tms_diag diag = { 0 };
	struct tms_buf out = { 0 };
	struct tms_str body = { 0 };
	int status = TMS_EXIT_DONE;

	r->hints.report = &report;
	if (!recipe_file_open(&arena, name, &r->hints.recipe, &status))
		goto out;
	if (r->hints.url.len == 0)
		r->hints.url = r->hints.recipe->url;
	enum tms_status st = cli_read(&arena, path, TMS_LISTING_BYTES_MAX, &body, &diag);
	bool is_read = st == TMS_OK;
	if (is_read)
		st = tms_recipe_read(&arena, body, &r->hints, &listing, &diag);
	if (st != TMS_OK) {
		cli_complain(path, &diag);
		status = TMS_EXIT_INPUT;
	}
	if (is_read && r->json)
		tms_recipe_report_write_json(&out, &report, st == TMS_OK ? &listing : NULL);
	else if (is_read)
		tms_recipe_report_write(&out, &report, st == TMS_OK ? &listing : NULL);
	if (!cli_write(tms_buf_str(&out)))
		status = TMS_EXIT_TROUBLE;
out:
	tms_buf_free(&out);
	tms_arena_free(&arena);
	return status;
}

static int run(const struct tms_command *self, int argc, char **argv)
{
	struct request r = { 0 };
	int key;

	while ((key = cli_next(self, argc, argv)) > 0) {
		if (key == KEY_URL)
			r.hints.url = tms_str_from(optarg);
		else if (key == KEY_TYPE)
			r.hints.content_type = tms_str_from(optarg);
		else if (strcmp(optarg, "json") == 0 || strcmp(optarg, "text") == 0)
			r.json = optarg[0] == 'j';
		else
			return cli_usage(self, "--output is text or json, not \"%s\"", optarg);
	}
	if (key < 0)
		return cli_exit(key);
	const char *verb = optind < argc ? argv[optind] : "";
	int operands = argc - optind - 1;
	if (strcmp(verb, "list") == 0 && operands == 0)
		return list();
	if (strcmp(verb, "show") == 0 && operands == 1)
		return show(argv[optind + 1]);
	if (strcmp(verb, "check") == 0 && operands == 1)
		return check(argv[optind + 1]);
	if (strcmp(verb, "test") == 0 && operands == 2)
		return test(argv[optind + 1], argv[optind + 2], &r);
	return cli_usage(self, "expected list, show NAME, check RECIPE or test RECIPE FILE");
}

const struct tms_command tms_command_recipe = {
	.name = "recipe",
	.summary = "read pages that have no feed: list, check and test recipes",
	.operands = "list | show NAME | check RECIPE | test RECIPE FILE",
	.details =
		"list   the recipes that come with Tamis\n"
		"show   one of them, to begin your own with\n"
		"check  says where a recipe is wrong\n"
		"test   reads FILE (- is standard input) by RECIPE and shows for each field in how many\n"
		"       items it was found, examples, and what was missed; the exit status is 1 when there\n"
		"       are no items\n"
		"RECIPE is a name that list shows, or a file. How one is written: tamis-recipe(5).",
	.options = options,
	.options_count = TMS_COUNT(options),
	.run = run,
};
