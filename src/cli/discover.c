/* tamis discover: the feeds that a page leads to. */
#include "cli/cli.h"

#include <getopt.h>
#include <stdio.h>

#include <tamis/discover.h>
#include <tamis/json.h>
#include <tamis/url.h>

#include "cli/ask.h"
#include "cli/config_file.h"

enum { KEY_URL = 256, KEY_TYPE };

static const struct tms_cli_option options[] = {
	{ 'o', "output", "FORM",
		"tsv (the default): address, why, type, what came of\n"
		"asking it, title; or json: one object a page" },
	{ KEY_URL, "url", "URL", "where a FILE came from: relative links are read against it" },
	{ KEY_TYPE, "content-type", "TYPE", "the Content-Type that a FILE came with" },
	{ 'c', "config", "FILE", TMS_CONFIG_FILE_HELP },
};

struct discover {
	struct ask ask;
	bool json;
	const char *config_path;
	struct tms_arena conf_arena;
	const struct tms_conf *conf; /* read when the first address is asked */
	struct tms_listing_hints hints;
};

/* One page or file at work. */
struct opened_page {
	struct discover *d;
	struct tms_arena arena;
	const char *operand;
	bool was_asked; /* an address: its feeds are asked too */
	struct tms_listing_hints hints;
	struct tms_discovery found;
	struct tms_buf out;
	struct tms_json_writer json;
	size_t feeds; /* that answered; of a file: that it names */
};

/* ---- lines ---- */

static const char *why_of(const struct tms_candidate *c)
{
	return c->why ? tms_candidate_why_name(c->why) : "itself";
}

/* What came of asking a candidate, in words: "12 items", or why it is none. */
static void write_candidate(struct opened_page *page, const struct tms_candidate *c,
	const struct tms_listing *listing, struct tms_str error)
{
	struct tms_json_writer *w = &page->json;
	struct tms_str title = c->title.len > 0 || !listing ? c->title : listing->title;
	struct tms_str type = c->type;

	if (listing && type.len == 0)
		type = tms_str_from(tms_listing_kind_name(listing->kind));
	if (!page->d->json) {
		tms_buf_format(&page->out, "%.*s\t%s%s\t%.*s\t", TMS_STR_ARGS(c->url), why_of(c),
			c->is_comments ? ", comments" : "", TMS_STR_ARGS(type));
		if (listing)
			tms_buf_format(&page->out, "%zu item%s", listing->items_count,
				listing->items_count == 1 ? "" : "s");
		else
			tms_buf_format(&page->out, "%.*s",
				TMS_STR_ARGS(page->was_asked ? error : TMS_STR("not asked")));
		tms_buf_format(&page->out, "\t%.*s\n", TMS_STR_ARGS(title));
		return;
	}
	tms_json_begin(w, '{');
	tms_json_member_str(w, "url", c->url);
	tms_json_member_str(w, "why", tms_str_from(why_of(c)));
	if (type.len > 0)
		tms_json_member_str(w, "type", type);
	if (title.len > 0)
		tms_json_member_str(w, "title", title);
	if (c->is_comments)
		tms_json_member_bool(w, "comments", true);
	if (listing)
		tms_json_member_int(w, "items", (int64_t)listing->items_count);
	else if (page->was_asked)
		tms_json_member_str(w, "error", error);
	tms_json_end(w);
}

static void begin_lines(struct opened_page *page)
{
	page->json.buf = &page->out;
	if (!page->d->json)
		return;
	tms_json_begin(&page->json, '{');
	tms_json_member_str(&page->json, "page",
		page->hints.url.len > 0 ? page->hints.url : tms_str_from(page->operand));
	if (page->found.title.len > 0)
		tms_json_member_str(&page->json, "title", page->found.title);
	tms_json_member_int(&page->json, "named", (int64_t)page->found.named_total);
	tms_json_key(&page->json, "feeds");
	tms_json_begin(&page->json, '[');
}

static int end_lines(struct opened_page *page)
{
	if (page->d->json) {
		tms_json_end(&page->json);
		tms_json_end(&page->json);
		tms_buf_add_char(&page->out, '\n');
	}
	if (page->out.status != TMS_OK) {
		tms_cli_error("%s: out of memory", page->operand);
		return TMS_EXIT_TROUBLE;
	}
	return cli_write(tms_buf_str(&page->out)) ? TMS_EXIT_DONE : TMS_EXIT_TROUBLE;
}

/* What is said on standard error beside the lines. */
static void say_limits(const struct opened_page *page)
{
	if (page->found.named_total > TMS_DISCOVER_NAMED_MAX)
		tms_cli_error("%s: the page names %zu feeds; at most %u are listed", page->operand,
			page->found.named_total, TMS_DISCOVER_NAMED_MAX);
	if (page->found.is_beginning)
		tms_cli_error("%s: the page is too large or too deep; only its head was searched",
			page->operand);
}

/* ---- asking ---- */

static bool is_feed(const struct tms_listing *listing)
{
	return listing->kind == TMS_LISTING_ATOM || listing->kind == TMS_LISTING_RSS ||
	       listing->kind == TMS_LISTING_JSONFEED;
}

/* Asks one candidate and writes its line. False when no more is to be asked. */
static bool ask_candidate(struct opened_page *page, const struct tms_candidate *c)
{
	struct tms_arena arena = { 0 };
	struct asked got = { 0 };
	struct tms_listing listing;
	struct tms_diag diag = { 0 };
	bool goes_on = true, is_found = false;

	if (ask_get(&page->d->ask, &arena, c->url, &got) != TMS_OK) {
		tms_cli_error("%s: out of memory", page->operand);
		tms_arena_free(&arena);
		return false;
	}
	if (got.outcome == TMS_OUTCOME_LISTED) {
		got.hints.limits.bytes = (size_t)page->d->conf->limits.body_bytes;
		is_found = tms_listing_parse(&arena, got.body, &got.hints, &listing, &diag) ==
				   TMS_OK &&
			   is_feed(&listing);
		got.error = tms_str_from(diag.text[0] ? diag.text : "no feed");
	}
	page->feeds += is_found;
	write_candidate(page, c, is_found ? &listing : NULL, got.error);
	if (c->why == TMS_CANDIDATE_GUESS) /* one is enough, and a host that says stop is obeyed */
		goes_on = !is_found && got.http_status != 429 && got.http_status != 503 &&
			  got.outcome != TMS_OUTCOME_UNREACHABLE;
	tms_arena_free(&arena);
	return goes_on;
}

static int show(struct opened_page *page)
{
	bool goes_on = true;

	begin_lines(page);
	for (size_t i = 0; i < page->found.count; i++) {
		const struct tms_candidate *c = &page->found.candidates[i];
		bool is_guess = c->why == TMS_CANDIDATE_GUESS;
		if (is_guess && !goes_on)
			continue;
		if (page->was_asked)
			goes_on = ask_candidate(page, c) || !is_guess;
		else
			write_candidate(page, c, NULL, TMS_STR_NONE);
	}
	if (!page->was_asked)
		page->feeds = page->found.named_total;
	int status = end_lines(page);
	say_limits(page);
	if (page->feeds > 0 || status != TMS_EXIT_DONE)
		return status;
	struct tms_diag diag = { 0 };
	tms_diag_set(&diag, 0, 0,
		"this is an HTML page without a feed%s; a recipe can read the page itself",
		page->was_asked ? " that could be read"
				: " in it (well-known addresses were not asked)");
	cli_complain(page->operand, &diag);
	return TMS_EXIT_INPUT;
}

/* The address is a listing itself: that is the whole choice. */
static int show_itself(struct opened_page *page, const struct tms_listing *listing)
{
	const struct tms_candidate self = {
		.url = page->hints.url.len > 0 ? page->hints.url : tms_str_from(page->operand),
		.title = listing->title
	};

	begin_lines(page);
	write_candidate(page, &self, listing, TMS_STR_NONE);
	return end_lines(page);
}

static int discover(struct opened_page *page, struct tms_str body)
{
	struct tms_listing listing;
	struct tms_diag diag = { 0 };

	enum tms_status st = tms_listing_parse(&page->arena, body, &page->hints, &listing, &diag);
	if (st == TMS_OK)
		return show_itself(page, &listing);
	struct tms_diag why = diag;
	st = tms_discover(&page->arena, body, &page->hints, &page->found, &diag);
	if (st == TMS_OK)
		return show(page);
	cli_complain(page->operand, st == TMS_ENOTFEED ? &why : &diag);
	return st == TMS_ENOMEM ? TMS_EXIT_TROUBLE : TMS_EXIT_INPUT;
}

/* ---- where pages come from ---- */

static bool open_ask(struct discover *d, int *status)
{
	if (d->conf)
		return true;
	if (!config_file_open(&d->conf_arena, d->config_path, &d->conf, status))
		return false;
	if (ask_open(&d->ask, d->conf))
		return true;
	tms_cli_error("there is no memory to ask an address");
	*status = TMS_EXIT_TROUBLE;
	return false;
}

static int discover_address(struct opened_page *page)
{
	struct asked got = { 0 };
	int status = TMS_EXIT_DONE;

	if (!open_ask(page->d, &status))
		return status;
	if (ask_get(&page->d->ask, &page->arena, tms_str_from(page->operand), &got) != TMS_OK) {
		tms_cli_error("%s: out of memory", page->operand);
		return TMS_EXIT_TROUBLE;
	}
	if (got.outcome != TMS_OUTCOME_LISTED) {
		tms_cli_error("%s: %.*s", page->operand, TMS_STR_ARGS(got.error));
		return TMS_EXIT_TROUBLE;
	}
	page->was_asked = true;
	page->hints = got.hints;
	page->hints.limits.bytes = (size_t)page->d->conf->limits.body_bytes;
	return discover(page, got.body);
}

static int discover_file(struct opened_page *page)
{
	struct tms_str body = { 0 };
	struct tms_diag diag = { 0 };

	page->hints = page->d->hints;
	if (cli_read(&page->arena, page->operand, TMS_LISTING_BYTES_MAX, &body, &diag) != TMS_OK) {
		cli_complain(page->operand, &diag);
		return TMS_EXIT_INPUT;
	}
	return discover(page, body);
}

static int discover_operand(struct discover *d, const char *operand)
{
	struct opened_page page = { .d = d, .operand = operand };
	int status = tms_url_is_http(tms_str_from(operand)) ? discover_address(&page)
							    : discover_file(&page);

	tms_buf_free(&page.out);
	tms_arena_free(&page.arena);
	return status;
}

static int run(const struct tms_command *self, int argc, char **argv)
{
	struct discover d = { 0 };
	int key, status = TMS_EXIT_DONE;

	while ((key = cli_next(self, argc, argv)) > 0) {
		if (key == 'c')
			d.config_path = optarg;
		else if (key == KEY_URL)
			d.hints.url = tms_str_from(optarg);
		else if (key == KEY_TYPE)
			d.hints.content_type = tms_str_from(optarg);
		else if (strcmp(optarg, "json") == 0 || strcmp(optarg, "tsv") == 0)
			d.json = optarg[0] == 'j';
		else
			return cli_usage(self, "--output is tsv or json, not \"%s\"", optarg);
	}
	if (key < 0)
		return cli_exit(key);
	if (optind == argc)
		status = discover_operand(&d, "-");
	for (int i = optind; i < argc; i++) {
		int one = discover_operand(&d, argv[i]);
		status = one > status ? one : status;
	}
	ask_close(&d.ask);
	tms_arena_free(&d.conf_arena);
	return status;
}

const struct tms_command tms_command_discover = {
	.name = "discover",
	.summary = "show the feeds that a page leads to",
	.operands = "[URL|FILE|-]…",
	.details =
		"An address is asked as the service would ask it, and so is each feed that the page names;\n"
		"where it names none, well-known addresses are asked until one is a feed. The best comes\n"
		"first: the service reads the first that answers. Of a FILE only what it names is told.\n"
		"Exits 1 when there is no feed.",
	.options = options,
	.options_count = TMS_COUNT(options),
	.run = run,
};
