/* tamis explain: which items of a listing a query selects, and why. */
#include <tamis/explain.h>
#include <tamis/preview.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli.h"
#include "recipe_file.h"
#include "sift.h"

enum { KEY_NOW = 256, KEY_RECIPE, KEY_DETAILS };

static const struct tms_cli_option options[] = {
	{ 'm', "match", "QUERY", "the query to explain; without it, everything is kept" },
	{ 'o', "output", "FORM",
		"tsv (the default) or jsonl: one JSON object per item, and\n"
		"before them one with the notes of the query, where it has some" },
	{ KEY_DETAILS, "details", NULL,
		"every place, and the shares of topics, instead of a sentence" },
	{ KEY_RECIPE, "recipe", "RECIPE", TMS_RECIPE_OPTION_HELP },
	{ KEY_NOW, "now", "TIME", "work as if it were this moment (RFC 3339); default: the clock" },
};

struct request {
	const char *match, *now, *recipe;
	enum tms_explain_form form;
	bool has_details;
};

/* Returns a TMS_CLI_ value. */
static int parse(const struct tms_command *self, int argc, char **argv, struct request *r)
{
	int key;

	while ((key = cli_next(self, argc, argv)) > 0) {
		switch (key) {
		case 'm':
			r->match = optarg;
			break;
		case 'o':
			r->form =
				strcmp(optarg, "jsonl") == 0 ? TMS_EXPLAIN_JSONL : TMS_EXPLAIN_TSV;
			if (r->form == TMS_EXPLAIN_TSV && strcmp(optarg, "tsv") != 0) {
				(void)cli_usage(
					self, "--output is tsv or jsonl, not \"%s\"", optarg);
				return TMS_CLI_BAD;
			}
			break;
		case KEY_NOW:
			r->now = optarg;
			break;
		case KEY_RECIPE:
			r->recipe = optarg;
			break;
		case KEY_DETAILS:
			r->has_details = true;
			break;
		default:
			return TMS_CLI_BAD;
		}
	}
	if (r->has_details && r->form == TMS_EXPLAIN_TSV)
		r->form = TMS_EXPLAIN_DETAILS;
	return key;
}

/* Bold is for people who look at it; see no-color.org. */
static enum tms_explain_form form_here(enum tms_explain_form form)
{
	const char *terminal = getenv("TERM"), *plain = getenv("NO_COLOR");
	bool is_bold = isatty(STDOUT_FILENO) && terminal && strcmp(terminal, "dumb") != 0 &&
		       (!plain || !plain[0]);

	return form == TMS_EXPLAIN_TSV && is_bold ? TMS_EXPLAIN_TERMINAL : form;
}

/* What each topic's threshold does, on standard error. */
static void preview(const struct tms_query *query, const struct sift *sift)
{
	struct tms_buf text = { 0 };
	struct tms_preview one;
	bool found = true;

	for (size_t i = 0; found; i++) {
		if (tms_preview_make(query, i, sift->view, &found, &one) != TMS_OK)
			break;
		if (found)
			tms_preview_print(&one, &text);
	}
	if (text.status == TMS_OK && text.len > 0)
		(void)fprintf(stderr, "%.*s", TMS_STR_ARGS(tms_buf_str(&text)));
	tms_buf_free(&text);
}

/* On standard error, so that the rows stay a table. */
static void summarise(const struct tms_query *query, const struct sift *sift, tms_time now,
	const struct tms_explain_counts *counts)
{
	struct tms_arena arena = { 0 };
	const struct tms_emptied_query asked = {
		.query = query, .options = &sift->options, .view = sift->view, .now = now
	};
	struct tms_emptied emptied = { 0 };
	struct tms_buf text = { 0 };

	tms_buf_format(&text, "%zu kept, %zu dropped", counts->kept, counts->dropped);
	if (counts->kept == 0 && tms_explain_emptied(&arena, &asked, &emptied) == TMS_OK &&
		emptied.part.len > 0) {
		tms_buf_add_cstr(&text, ": ");
		tms_emptied_print(&emptied, &text);
	}
	tms_cli_error("%.*s", TMS_STR_ARGS(tms_buf_str(&text)));
	tms_buf_free(&text);
	tms_arena_free(&arena);
}

static int explain(const struct request *r, const struct tms_query *query, const struct sift *sift,
	tms_time now)
{
	struct tms_explain_counts counts = { 0 };
	struct tms_buf out = { 0 };
	int status = TMS_EXIT_DONE;

	if (r->form == TMS_EXPLAIN_JSONL)
		tms_explain_notes_write(&sift->advice, &out);
	enum tms_status st =
		tms_explain_write(query, sift->view, now, form_here(r->form), &out, &counts);
	if (st != TMS_OK) {
		tms_cli_error("the items cannot be explained: %s", tms_status_name(st));
		status = TMS_EXIT_TROUBLE;
	} else if (!cli_write(tms_buf_str(&out))) {
		status = TMS_EXIT_TROUBLE;
	} else {
		preview(query, sift);
		summarise(query, sift, now, &counts);
	}
	tms_buf_free(&out);
	return status;
}

static int run(const struct tms_command *self, int argc, char **argv)
{
	struct request r = { 0 };
	struct sift sift = { 0 };
	struct tms_query *query = NULL;
	tms_time now = 0;

	int key = parse(self, argc, argv, &r);
	if (key < 0)
		return cli_exit(key);
	if (!cli_now(self, r.now, &now))
		return TMS_EXIT_USAGE;
	int status = sift_query(&sift, tms_str_from(r.match), &query);
	if (status == TMS_EXIT_DONE) {
		sift.recipe = r.recipe;
		status = sift_load(&sift, argv + optind, (size_t)(argc - optind), now);
		if (sift_is_usable(&sift, status))
			sift_look_around(&sift, query, now);
		sift_tell_notes(&sift);
		if (sift_is_usable(&sift, status)) {
			int written = explain(&r, query, &sift, now);
			status = written > status ? written : status;
		}
	}
	sift_fini(&sift);
	tms_query_free(query);
	return status;
}

const struct tms_command tms_command_explain = {
	.name = "explain",
	.summary = "say for every item of listings whether a query keeps it, and why",
	.operands = "[FILE|-]…",
	.details =
		"One line per item: keep or drop, its id, its title, why in a sentence, what a dropped "
		"one\nis short of, and a snippet with the words marked; divided by Tab. What is kept comes first, then what is "
		"dropped, the nearest first.\nThe last line, on standard error, counts them, and says "
		"which part of the query leaves\nnothing when nothing is kept.",
	.options = options,
	.options_count = TMS_COUNT(options),
	.run = run,
};
