/* tamis address: the address of a filter feed, with everything escaped. */
#include <tamis/form.h>
#include <tamis/query.h>
#include <tamis/url.h>

#include <unistd.h>

#include "cli.h"
#include "sift.h"

#define LIMIT_MAX 1000000
#define SOURCES_MAX 50
#define BASE_DEFAULT "http://127.0.0.1:8080"

enum { KEY_SOURCE = 256, KEY_LIMIT, KEY_FORM, KEY_BASE };

static const struct tms_cli_option options[] = {
	{ 'm', "match", "QUERY", "what the feed is to keep" },
	{ KEY_SOURCE, "source", "NAME", "only this source; may be given several times" },
	{ KEY_LIMIT, "limit", "N", "at most so many entries" },
	{ KEY_FORM, "form", "FORM", "atom (the default), rss or json (JSON Feed)" },
	{ KEY_BASE, "base", "URL", "public address of the service; default " BASE_DEFAULT },
};

struct request {
	struct tms_str match, base;
	const char *limit;
	enum tms_form form;
	struct tms_str sources[SOURCES_MAX];
	size_t sources_count;
};

/* Returns a TMS_CLI_ value. */
static int parse(const struct tms_command *self, int argc, char **argv, struct request *r)
{
	int key;

	while ((key = cli_next(self, argc, argv)) > 0) {
		switch (key) {
		case 'm':
			r->match = tms_str_from(optarg);
			break;
		case KEY_LIMIT:
			r->limit = optarg;
			break;
		case KEY_FORM:
			if (!cli_form(self, optarg, &r->form))
				return TMS_CLI_BAD;
			break;
		case KEY_BASE:
			r->base = tms_str_from(optarg);
			break;
		case KEY_SOURCE:
			if (r->sources_count == SOURCES_MAX) {
				(void)cli_usage(self, "at most %d sources", SOURCES_MAX);
				return TMS_CLI_BAD;
			}
			r->sources[r->sources_count++] = tms_str_from(optarg);
			break;
		default:
			return TMS_CLI_BAD;
		}
	}
	return key;
}

static void add_parameter(
	struct tms_buf *out, char *divider, const char *name, struct tms_str value)
{
	tms_buf_add_char(out, *divider);
	*divider = '&';
	tms_buf_format(out, "%s=", name);
	tms_url_write_encoded(out, value);
}

static int write_address(const struct request *r)
{
	struct tms_buf out = { 0 };
	struct tms_str base = r->base;
	char divider = '?';

	while (tms_str_ends(base, TMS_STR("/")))
		base.len--;
	tms_buf_add(&out, base);
	tms_buf_add_cstr(&out, "/filter.");
	tms_buf_add(&out, tms_form_name(r->form));
	for (size_t i = 0; i < r->sources_count; i++)
		add_parameter(&out, &divider, "source", r->sources[i]);
	if (r->match.len > 0)
		add_parameter(&out, &divider, "match", r->match);
	if (r->limit)
		add_parameter(&out, &divider, "limit", tms_str_from(r->limit));
	tms_buf_add_char(&out, '\n');
	bool good = out.status == TMS_OK && cli_write(tms_buf_str(&out));
	tms_buf_free(&out);
	return good ? TMS_EXIT_DONE : TMS_EXIT_TROUBLE;
}

static int run(const struct tms_command *self, int argc, char **argv)
{
	struct request r = { .base = TMS_STR_INIT(BASE_DEFAULT) };
	struct tms_query *query = NULL;
	int64_t limit = 0;

	int key = parse(self, argc, argv, &r);
	if (key < 0)
		return cli_exit(key);
	if (optind < argc)
		return cli_usage(self, "it takes no operand (\"%s\"); a query follows -m in quotes",
			argv[optind]);
	if (!tms_url_is_http(r.base))
		return cli_usage(self, "--base takes an absolute http or https address");
	if (r.limit && !cli_number(self, "--limit", r.limit, 1, LIMIT_MAX, &limit))
		return TMS_EXIT_USAGE;
	/* what rule:NAME stands for is known only to the service */
	if (tms_str_find(r.match, TMS_STR("rule:"), 0) == SIZE_MAX) {
		struct sift sift = { 0 };
		int status = sift_query(&sift, r.match, &query);
		if (status == TMS_EXIT_DONE)
			sift_tell_notes(&sift);
		tms_query_free(query);
		sift_fini(&sift);
		if (status != TMS_EXIT_DONE)
			return status;
	}
	return write_address(&r);
}

const struct tms_command tms_command_address = {
	.name = "address",
	.summary = "print the address of a feed straight from a query",
	.details =
		"The service answers it while it has no users, or where its configuration allows "
		"it.",
	.options = options,
	.options_count = TMS_COUNT(options),
	.run = run,
};
