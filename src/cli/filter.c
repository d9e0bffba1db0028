/* tamis filter: the items of listings that a query selects, as a feed or as JSON lines. */
#include <tamis/document.h>
#include <tamis/jsonl.h>
#include <tamis/opml.h>

#include <stdlib.h>
#include <unistd.h>

#include <tamis/url.h>

#include "cli.h"
#include "recipe_file.h"
#include "sift.h"

#define LIMIT_MAX 1000000

enum { KEY_SELF = 256, KEY_NOW, KEY_TITLE, KEY_RECIPE };

static const struct tms_cli_option options[] = {
	{ 'm', "match", "QUERY", "keep what this query asks for; without it, everything" },
	{ 'o', "output", "FORM",
		"atom (the default), rss or json (JSON Feed): a feed of what is kept\n"
		"jsonl: one JSON object per kept item\n"
		"opml: a list for readers that holds this feed's address, --self" },
	{ 'n', "limit", "LIMIT", "at most so many entries; default 100 for a feed, all for jsonl" },
	{ KEY_TITLE, "title", "TITLE", "title of the feed; default: the query" },
	{ KEY_SELF, "self", "URL", "public address of the feed, for its self link" },
	{ KEY_RECIPE, "recipe", "RECIPE", TMS_RECIPE_OPTION_HELP },
	{ KEY_NOW, "now", "TIME", "work as if it were this moment (RFC 3339); default: the clock" },
};

struct request {
	const char *match, *title, *self, *now, *limit, *recipe;
	bool jsonl, opml;
	enum tms_form form;
};

static bool take_form(const struct tms_command *self, const char *name, struct request *r)
{
	r->jsonl = strcmp(name, "jsonl") == 0;
	r->opml = strcmp(name, "opml") == 0;
	if (r->jsonl || r->opml || tms_form_find(tms_str_from(name), &r->form))
		return true;
	(void)cli_usage(self, "--output is atom, rss, json, jsonl or opml, not \"%s\"", name);
	return false;
}

/* Returns a TMS_CLI_ value. */
static int parse(const struct tms_command *self, int argc, char **argv, struct request *r)
{
	int key;

	while ((key = cli_next(self, argc, argv)) > 0) {
		switch (key) {
		case 'm':
			r->match = optarg;
			break;
		case 'n':
			r->limit = optarg;
			break;
		case 'o':
			if (!take_form(self, optarg, r))
				return TMS_CLI_BAD;
			break;
		case KEY_SELF:
			r->self = optarg;
			break;
		case KEY_NOW:
			r->now = optarg;
			break;
		case KEY_TITLE:
			r->title = optarg;
			break;
		case KEY_RECIPE:
			r->recipe = optarg;
			break;
		default:
			return TMS_CLI_BAD;
		}
	}
	if (key == TMS_CLI_END && r->self && !tms_url_is_http(tms_str_from(r->self))) {
		(void)cli_usage(self, "--self takes an absolute http or https address");
		return TMS_CLI_BAD;
	}
	if (key == TMS_CLI_END && r->opml && !r->self) {
		(void)cli_usage(self, "--output opml needs --self, the address that is listed");
		return TMS_CLI_BAD;
	}
	return key;
}

/* A file has no memory of when its items entered: `updated` comes from the items' own dates. */
static int write_feed(const struct tms_feed_definition *feed, struct tms_result *result)
{
	struct tms_fragments *fragments = NULL;
	struct tms_buf out = { 0 };
	size_t chosen = result->entries_count;
	int status = TMS_EXIT_DONE;

	tms_result_forget_entering(result);
	enum tms_status st = tms_fragments_new(SIZE_MAX, false, &fragments);
	if (st == TMS_OK)
		st = tms_result_dress(feed, fragments, result);
	if (st == TMS_OK) {
		tms_document_write(&out, result);
		st = out.status;
	}
	if (st != TMS_OK) {
		tms_cli_error("the feed cannot be written: %s", tms_status_name(st));
		status = TMS_EXIT_TROUBLE;
	} else if (!cli_write(tms_buf_str(&out))) {
		status = TMS_EXIT_TROUBLE;
	}
	if (status == TMS_EXIT_DONE && result->entries_count < chosen)
		tms_cli_error(
			"%zu of %zu entries left out: the feed would be larger than %d bytes; "
			"--limit sets a number instead",
			chosen - result->entries_count, chosen, TMS_FEED_BYTES_DEFAULT);
	tms_buf_free(&out);
	tms_fragments_free(fragments);
	return status;
}

static int write_jsonl(const struct tms_feed_definition *feed, const struct tms_result *result)
{
	struct tms_buf out = { 0 };
	bool good = true;

	for (size_t i = 0; good && i < result->entries_count; i++) {
		tms_buf_clear(&out);
		tms_jsonl_write(&out, &result->entries[i].item->merged, feed->link);
		if (out.status != TMS_OK)
			tms_cli_error("a line cannot be written: %s", tms_status_name(out.status));
		good = out.status == TMS_OK && cli_write(tms_buf_str(&out));
	}
	tms_buf_free(&out);
	return good ? TMS_EXIT_DONE : TMS_EXIT_TROUBLE;
}

static int write_opml(const struct tms_feed_definition *feed)
{
	struct tms_buf out = { 0 };
	struct tms_opml_writer w = { .buf = &out };

	tms_opml_begin(&w, tms_feed_title(feed));
	tms_opml_add(&w, tms_feed_title(feed), feed->self_url, feed->site_url);
	tms_opml_end(&w);
	bool is_written = out.status == TMS_OK && cli_write(tms_buf_str(&out));
	tms_buf_free(&out);
	return is_written ? TMS_EXIT_DONE : TMS_EXIT_TROUBLE;
}

static int filter(const struct request *r, const struct sift *sift, const struct tms_query *query,
	size_t limit, tms_time now)
{
	struct tms_feed_definition feed = {
		.title = tms_str_from(r->title),
		.query = tms_str_from(r->match),
		.self_url = tms_str_from(r->self),
		.site_url = sift->site_url,
		.entries_max = limit > 0  ? limit
			       : r->jsonl ? SIZE_MAX
					  : 0,
		.bytes_max = limit > 0 ? SIZE_MAX : 0,
		.link = sift->has_hf ? TMS_FEED_LINK_HF : TMS_FEED_LINK_ARXIV,
		.form = r->form,
	};
	struct tms_result result = { 0 };

	if (feed.site_url.len == 0 && sift->has_hf)
		feed.site_url = TMS_STR("https://huggingface.co/papers");
	if (r->opml)
		return write_opml(&feed);
	enum tms_status st = tms_result_sift(&feed, query, sift->view, now, &result);
	if (st != TMS_OK) {
		tms_cli_error("the items cannot be sifted: %s", tms_status_name(st));
		return TMS_EXIT_TROUBLE;
	}
	int status = r->jsonl ? write_jsonl(&feed, &result) : write_feed(&feed, &result);
	tms_result_fini(&result);
	return status;
}

static int run(const struct tms_command *self, int argc, char **argv)
{
	struct request r = { 0 };
	struct sift sift = { 0 };
	struct tms_query *query = NULL;
	int64_t limit = 0;
	tms_time now = 0;

	int key = parse(self, argc, argv, &r);
	if (key < 0)
		return cli_exit(key);
	if (!cli_now(self, r.now, &now) ||
		(r.limit && !cli_number(self, "--limit", r.limit, 1, LIMIT_MAX, &limit)))
		return TMS_EXIT_USAGE;
	int status = sift_query(&sift, tms_str_from(r.match), &query);
	if (status == TMS_EXIT_DONE) {
		sift.recipe = r.recipe;
		status = sift_load(&sift, argv + optind, (size_t)(argc - optind), now);
		if (sift_is_usable(&sift, status))
			sift_look_around(&sift, query, now);
		sift_tell_notes(&sift);
		if (sift_is_usable(&sift, status)) {
			int written = filter(&r, &sift, query, (size_t)limit, now);
			status = written > status ? written : status;
		}
	}
	sift_fini(&sift);
	tms_query_free(query);
	return status;
}

const struct tms_command tms_command_filter = {
	.name = "filter",
	.summary = "read listings and write one feed of what a query keeps",
	.operands = "[FILE|-]…",
	.details =
		"Each FILE is one listing: Hugging Face Daily Papers (page or API), Atom, RSS or "
		"JSON Feed.\nA paper that several list is one entry. The order of the files "
		"changes nothing; the same files\nand --now give the same bytes. A file that cannot "
		"be read is named on standard\nerror, the others count, and the exit status is 1.",
	.options = options,
	.options_count = TMS_COUNT(options),
	.run = run,
};
