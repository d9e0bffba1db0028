/*
 * Any bytes as the address of a feed that is made by its parameters. What is named is bounded by
 * limits.address_sources, and what reading costs by the bytes of the address, counted; what is wrong
 * is said in one line that can be read; what is taken is printed, and reads back as itself.
 */
#include <stdlib.h>

#include <tamis/utf8.h>

#include "http/target.h"
#include "web/filter.h"
#include "promise.h"

#define ADDRESS_SOURCES 6
/* Twenty names of 64 bytes, the one that there is not, and the sentence. */
#define ERROR_BYTES_MAX 2000
/* Decoded, in pieces of sixteen bytes at least; the lists, and a sentence. */
#define BYTES_FOR_ANY ((size_t)16 << 10)
#define BYTES_FOR_EACH 40

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const char yaml[] = "limits: {address_sources: 6}\n"
			   "sources:\n"
			   "  hf: {preset: hf-daily-papers}\n"
			   "  cl: {preset: arxiv, category: cs.CL}\n"
			   "  lg: {preset: arxiv, category: cs.LG}\n"
			   "  a: {url: 'https://a.example/feed'}\n"
			   "  b: {url: 'https://b.example/feed'}\n"
			   "  blog-of-somebody: {url: 'https://blog.example/feed'}\n"
			   "  last: {url: 'https://last.example/feed'}\n"
			   "groups:\n"
			   "  papers: [hf, cl, lg]\n"
			   "  blogs: [a, b, blog-of-somebody]\n"
			   "  everything: [hf, cl, lg, a, b, blog-of-somebody, last]\n"
			   "rules: {quiet: '-title:survey'}\n"
			   "users:\n"
			   "  ana: {feeds: {one: {sources: [papers], match: 'agent rule:quiet'}}}\n"
			   "  bo: {feeds: {two: {sources: [blogs, hf]}}}\n";
static const char yaml_of_one[] = "sources: {alone: {url: 'https://a.example/feed'}}\n";

/* Read once, for all inputs. */
static const struct tms_conf *configured(struct tms_arena *arena, const char *text)
{
	const struct tms_conf_input in = { .yaml = tms_str_from(text), .file = TMS_STR("f") };
	struct tms_conf_messages errors;
	const struct tms_conf *conf = NULL;

	PROMISE(tms_conf_parse(arena, &in, &conf, &errors) == TMS_OK);
	return conf;
}

/* So many lines that a terminal can show, without controls. A tab of a rule stays one. */
static void is_told(struct tms_str error, size_t lines, size_t bytes_max)
{
	struct tms_str line = { 0 };

	PROMISE(error.len > 1 && error.len <= bytes_max && tms_utf8_is_valid(error));
	PROMISE(tms_str_ends(error, TMS_STR("\n")));
	error.len--;
	for (; tms_str_split(&error, '\n', &line); lines--) {
		PROMISE(lines > 0);
		for (size_t i = 0; i < line.len; i++)
			PROMISE((uint8_t)line.ptr[i] >= ' ' || line.ptr[i] == '\t');
	}
}

static void each_is_named_once(const struct tms_conf *conf, const struct web_filter *filter)
{
	PROMISE(filter->sources_count > 0);
	PROMISE(filter->sources_count <= (size_t)conf->limits.address_sources);
	for (size_t i = 0; i < filter->sources_count; i++) {
		PROMISE(tms_conf_find_source(conf, filter->sources[i]->name) == filter->sources[i]);
		for (size_t k = 0; k < i; k++)
			PROMISE(filter->sources[k] != filter->sources[i]);
	}
}

static void reads_back(const struct tms_conf *conf, const struct web_filter *filter)
{
	struct tms_arena arena = { 0 };
	struct tms_request request = { .method = TMS_METHOD_GET };
	struct tms_refusal refusal;
	struct web_filter again;
	enum tms_form form;

	struct tms_str target = web_filter_target(&arena, filter);
	PROMISE(http_target_parse(&arena, target, &request, &refusal));
	PROMISE(tms_str_starts(request.path, TMS_STR("/filter.")));
	PROMISE(tms_form_find(tms_str_slice(request.path, 8, SIZE_MAX), &form));
	PROMISE(form == filter->form);
	struct tms_str printed = web_filter_parameters(&arena, filter);
	PROMISE(tms_str_equal(request.query, tms_str_slice(printed, 1, SIZE_MAX)));

	web_filter_read(conf, &arena, request.query, &again);
	PROMISE(again.status == 0 && again.sources_count == filter->sources_count);
	for (size_t i = 0; i < again.sources_count; i++)
		PROMISE(again.sources[i] == filter->sources[i]);
	PROMISE(tms_str_equal(again.match, filter->match) && again.limit == filter->limit);
	PROMISE(tms_str_equal(web_filter_parameters(&arena, &again), printed));
	PROMISE(arena.status == TMS_OK);
	tms_arena_free(&arena);
}

/* The rule that the address asks for, or why it cannot be read: its line and a caret below, and what to
 * write instead. */
static void rule(const struct tms_conf *conf, struct tms_str match)
{
	struct tms_arena arena = { 0 };
	struct tms_query_options options = { 0 };
	struct tms_query *query = NULL;
	struct tms_advice advice = { 0 };

	tms_conf_query_options(conf, NULL, &options);
	if (tms_query_parse_advised(match, &options, &query, &advice) != TMS_OK)
		is_told(web_filter_query_error(&arena, match, &advice), 3 + TMS_ADVICE_CURES_MAX,
			ERROR_BYTES_MAX + TMS_ADVICE_CURES_MAX * 2 * TMS_QUERY_BYTES_DEFAULT);
	tms_advice_free(&advice);
	PROMISE(arena.status == TMS_OK);
	tms_query_free(query);
	tms_arena_free(&arena);
}

static void check(const struct tms_conf *conf, struct tms_str query)
{
	struct tms_arena arena = { 0 };
	struct web_filter filter;

	web_filter_read(conf, &arena, query, &filter);
	PROMISE(filter.status == 0 || filter.status == 400);
	PROMISE((filter.status == 0) == (filter.error.len == 0));
	PROMISE(filter.steps <= query.len + 2 * (size_t)conf->limits.address_sources + 2);
	PROMISE(arena.used_bytes <= BYTES_FOR_ANY + BYTES_FOR_EACH * query.len);
	PROMISE(filter.status != 0 || (filter.limit >= 0 && filter.limit <= 1000));
	PROMISE(tms_utf8_is_valid(filter.match) && tms_utf8_is_valid(filter.format));
	if (filter.status == 0) {
		each_is_named_once(conf, &filter);
		reads_back(conf, &filter);
		rule(conf, filter.match);
	} else {
		is_told(filter.error, 1, ERROR_BYTES_MAX);
	}
	tms_arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct tms_arena kept;
	static const struct tms_conf *several, *one;
	struct tms_str input = { (const char *)bytes, size };
	struct tms_request request = { .method = TMS_METHOD_GET };
	struct tms_refusal refusal = { 0 };
	struct tms_arena arena = { 0 };

	if (!several) {
		several = configured(&kept, yaml);
		one = configured(&kept, yaml_of_one);
		PROMISE(several->limits.address_sources == ADDRESS_SOURCES);
	}
	if (http_target_parse(&arena, input, &request, &refusal)) {
		check(several, request.query);
		check(one, request.query);
	}
	/* no promise of the reader needs the one before */
	check(several, input);
	tms_arena_free(&arena);
	return 0;
}
