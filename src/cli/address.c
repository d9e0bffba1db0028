/* tamis address: the address of a filter feed, with everything escaped. */
#include <tamis/conf.h>
#include <tamis/form.h>
#include <tamis/query.h>
#include <tamis/url.h>

#include <unistd.h>

#include "cli.h"
#include "config_file.h"
#include "sift.h"

#define LIMIT_MAX 1000000
#define SOURCES_MAX 50
/* Of the names that there are, so many are told. */
#define NAMES_TOLD 20
#define BASE_DEFAULT "http://127.0.0.1:8080"

enum { KEY_SOURCE = 256, KEY_LIMIT, KEY_FORM, KEY_BASE };

static const struct tms_cli_option options[] = {
	{ 'm', "match", "QUERY", "what the feed is to keep" },
	{ 'c', "config", "FILE",
		"the configuration of the service: its rules, sources\nand limits are known then" },
	{ KEY_SOURCE, "source", "NAME", "only this source; may be given several times" },
	{ KEY_LIMIT, "limit", "N", "at most so many entries" },
	{ KEY_FORM, "form", "FORM", "atom (the default), rss or json (JSON Feed)" },
	{ KEY_BASE, "base", "URL",
		"public address of the service; default that of FILE, else\n" BASE_DEFAULT },
};

struct request {
	struct tms_str match, base;
	bool has_base;
	const char *limit, *config;
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
		case 'c':
			r->config = optarg;
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
			r->has_base = true;
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

/* What rule:NAME and author:@NAME stand for is known only to the service: every word of the text may
 * be one. */
static enum tms_status suppose_names(
	struct tms_arena *arena, struct tms_str match, struct tms_query_options *reading)
{
	size_t count = 0, capacity = 0, authors_capacity = 0, end = 0;
	struct tms_query_rule *rules = NULL;
	struct tms_query_authors *authors = NULL;

	if (tms_str_find_caseless(match, TMS_STR("rule"), 0) == SIZE_MAX &&
		tms_str_find_byte(match, '@', 0) == SIZE_MAX)
		return TMS_OK;
	for (size_t at = 0; at < match.len; at = end + 1) {
		end = at;
		while (end < match.len && tms_conf_is_name(tms_str_slice(match, end, end + 1)))
			end++;
		if (end == at)
			continue;
		if (!tms_arena_grow(arena, &rules, count, &capacity, sizeof(*rules)) ||
			!tms_arena_grow(
				arena, &authors, count, &authors_capacity, sizeof(*authors)))
			return arena->status;
		struct tms_str name = tms_str_slice(match, at, end);
		authors[count] = (struct tms_query_authors){ .name = name };
		rules[count++] = (struct tms_query_rule){ .name = name };
	}
	reading->rules = rules;
	reading->authors = authors;
	reading->rules_count = reading->authors_count = count;
	return TMS_OK;
}

/* Returns an enum tms_exit. */
static int look_for_sources(const struct request *r, const struct tms_conf *conf)
{
	for (size_t i = 0; i < r->sources_count; i++) {
		struct tms_str name = r->sources[i];
		if (tms_conf_find_source(conf, name) || tms_conf_find_group(conf, name))
			continue;
		struct tms_str nearest = tms_conf_nearest_source(conf, name);
		if (nearest.len > 0)
			tms_cli_error(
				"there is no source and no group \"%.*s\" in %s; did you mean \"%.*s\"?",
				TMS_STR_ARGS(name), r->config, TMS_STR_ARGS(nearest));
		else
			tms_cli_error("there is no source and no group \"%.*s\" in %s",
				TMS_STR_ARGS(name), r->config);
		return TMS_EXIT_INPUT;
	}
	return TMS_EXIT_DONE;
}

static bool is_asked(const struct request *r, const struct tms_conf *conf, size_t source)
{
	const struct tms_conf_group *group = NULL;

	for (size_t i = 0; i < r->sources_count; i++) {
		if (tms_str_equal(r->sources[i], conf->sources[source].name))
			return true;
		group = tms_conf_find_group(conf, r->sources[i]);
		for (size_t k = 0; group && k < group->sources_count; k++)
			if (group->sources[k] == &conf->sources[source])
				return true;
	}
	return r->sources_count == 0;
}

/* Note what the sources never have. */
static void look_around(const struct request *r, const struct tms_conf *conf,
	const struct tms_query *query, struct sift *sift)
{
	struct tms_advice_source *sources =
		TMS_ARENA_ARRAY(&sift->arena, struct tms_advice_source, conf->sources_count + 1);
	struct tms_advice_context context = { .sources = sources, .can_name_sources = true };

	for (size_t i = 0; sources && i < conf->sources_count; i++)
		if (is_asked(r, conf, i))
			sources[context.count++] =
				(struct tms_advice_source){ conf->sources[i].name,
					tms_conf_source_lacks(conf, &conf->sources[i]) };
	tms_query_advise(query, r->match, &context, &sift->advice);
}

/* Where there are several, an address names its own. Returns an enum tms_exit. */
static int need_sources(const struct request *r, const struct tms_conf *conf)
{
	struct tms_buf names = { 0 };

	if (r->sources_count > 0 || conf->sources_count == 1)
		return TMS_EXIT_DONE;
	for (size_t i = 0; i < conf->sources_count && i < NAMES_TOLD; i++)
		tms_buf_format(
			&names, "%s%.*s", i ? ", " : "", TMS_STR_ARGS(conf->sources[i].name));
	if (conf->sources_count > NAMES_TOLD)
		tms_buf_format(&names, " and %zu more", conf->sources_count - NAMES_TOLD);
	tms_cli_error("the service asks for a source: --source NAME; there are: %.*s",
		TMS_STR_ARGS(tms_buf_str(&names)));
	tms_buf_free(&names);
	return TMS_EXIT_INPUT;
}

/* As the service will read it, as far as that is known; the base is completed, its bytes are the
 * arena's. Returns an enum tms_exit. */
static int check(struct request *r, struct tms_arena *arena)
{
	const struct tms_conf *conf = NULL;
	struct tms_query *query = NULL;
	struct sift sift = { 0 };
	int status = TMS_EXIT_DONE;

	if (r->config && !config_file_open(&sift.arena, r->config, &conf, &status))
		goto out;
	if (conf) {
		tms_conf_query_options(conf, NULL, &sift.options);
		status = look_for_sources(r, conf);
		if (!conf->filter_addresses_on)
			tms_cli_error(
				"this address is not answered: filter addresses are off in %s",
				r->config);
	} else if (suppose_names(&sift.arena, r->match, &sift.options) != TMS_OK) {
		status = TMS_EXIT_TROUBLE;
	}
	if (status == TMS_EXIT_DONE)
		status = sift_query(&sift, r->match, &query);
	if (status == TMS_EXIT_DONE && conf)
		look_around(r, conf, query, &sift);
	if (status == TMS_EXIT_DONE)
		sift_tell_notes(&sift);
	if (status == TMS_EXIT_DONE && conf)
		status = need_sources(r, conf);
	if (conf && !r->has_base)
		r->base = tms_arena_copy(arena, conf->public_url);
	if (arena->status != TMS_OK)
		status = TMS_EXIT_TROUBLE;
out:
	tms_query_free(query);
	sift_fini(&sift);
	return status;
}

static int run(const struct tms_command *self, int argc, char **argv)
{
	struct request r = { 0 };
	struct tms_arena arena = { 0 };
	int64_t limit = 0;

	int key = parse(self, argc, argv, &r);
	if (key < 0)
		return cli_exit(key);
	if (optind < argc)
		return cli_usage(self, "it takes no operand (\"%s\"); a query follows -m in quotes",
			argv[optind]);
	if (r.has_base && !tms_url_is_http(r.base))
		return cli_usage(self, "--base takes an absolute http or https address");
	if (r.limit && !cli_number(self, "--limit", r.limit, 1, LIMIT_MAX, &limit))
		return TMS_EXIT_USAGE;
	if (!r.has_base)
		r.base = TMS_STR(BASE_DEFAULT);
	int status = check(&r, &arena);
	if (status == TMS_EXIT_DONE)
		status = write_address(&r);
	tms_arena_free(&arena);
	return status;
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
