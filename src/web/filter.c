/* Filter addresses: /filter.atom?source=NAME&match=QUERY&limit=N, or .rss, .json; several sources
 * repeat source= or join by commas. */
#include <tamis/url.h>
#include <tamis/utf8.h>

#include "web/parts.h"

#define LIMIT_MAX 1000

static void fail(struct tms_web_filter *out, struct tms_str error)
{
	if (out->status != 0)
		return;
	out->status = 400;
	out->error = error;
}

static struct tms_str names_of(const struct tms_conf *conf, struct tms_arena *arena)
{
	struct tms_str names = TMS_STR("");

	for (size_t i = 0; i < conf->sources_count && i < 20; i++)
		names = tms_arena_format(arena, "%.*s%s%.*s", TMS_STR_ARGS(names), i ? ", " : "",
			TMS_STR_ARGS(conf->sources[i].name));
	return names;
}

static void add_source(const struct tms_conf_source *source, struct tms_web_filter *out)
{
	for (size_t i = 0; i < out->sources_count; i++)
		if (out->sources[i] == source)
			return;
	if (out->sources_count == TMS_WEB_SOURCES_MAX) {
		fail(out, TMS_STR("A filter address names 64 sources at most.\n"));
		return;
	}
	out->sources[out->sources_count++] = source;
}

/* A source, or all of a group. */
static void add_named(const struct tms_conf *conf, struct tms_arena *arena, struct tms_str name,
	struct tms_web_filter *out)
{
	const struct tms_conf_source *source = tms_conf_find_source(conf, name);
	const struct tms_conf_group *group = tms_conf_find_group(conf, name);

	if (!source && !group)
		fail(out, tms_arena_format(arena,
				  "There is no source \"%.*s\" here. There are: %.*s.\n",
				  (int)(name.len > 64 ? 64 : name.len), name.ptr,
				  TMS_STR_ARGS(names_of(conf, arena))));
	if (source)
		add_source(source, out);
	for (size_t i = 0; group && i < group->sources_count; i++)
		add_source(group->sources[i], out);
}

static void read_parameter(const struct tms_conf *conf, struct tms_arena *arena,
	struct tms_str name, struct tms_str value, struct tms_web_filter *out)
{
	struct tms_str part;

	if (tms_str_equal(name, TMS_STR("source"))) {
		while (tms_str_split(&value, ',', &part))
			if (tms_str_trim(part).len > 0)
				add_named(conf, arena, tms_str_trim(part), out);
	} else if (tms_str_equal(name, TMS_STR("match"))) {
		out->match = value;
	} else if (tms_str_equal(name, TMS_STR("format"))) {
		out->format = value;
	} else if (tms_str_equal(name, TMS_STR("form"))) {
		(void)tms_form_find(value, &out->form);
		return;
	} else if (tms_str_equal(name, TMS_STR("limit")) && value.len > 0) {
		if (!tms_str_int64(value, &out->limit) || out->limit < 1 || out->limit > LIMIT_MAX)
			fail(out, TMS_STR("limit is a number from 1 to 1000.\n"));
	} else {
		return;
	}
	out->was_asked = true;
}

void tms_web_read_filter(const struct tms_conf *conf, struct tms_arena *arena, struct tms_str query,
	struct tms_web_filter *out)
{
	struct tms_str name, value;

	*out = (struct tms_web_filter){ 0 };
	while (tms_url_next_parameter(&query, &name, &value)) {
		value = tms_url_form_decode(arena, value);
		if (!tms_utf8_is_valid(value))
			fail(out, tms_arena_format(arena, "The parameter %.*s is not UTF-8.\n",
					  (int)(name.len > 64 ? 64 : name.len), name.ptr));
		else
			read_parameter(conf, arena, tms_url_form_decode(arena, name), value, out);
	}
	if (out->sources_count == 0 && conf->sources_count == 1)
		out->sources[out->sources_count++] = &conf->sources[0];
	if (out->sources_count == 0 && out->status == 0)
		fail(out,
			tms_arena_format(arena, "Which source? Add source=NAME. There are: %.*s.\n",
				TMS_STR_ARGS(names_of(conf, arena))));
}

struct tms_str tms_web_filter_target(struct tms_arena *arena, const struct tms_web_filter *filter)
{
	return tms_arena_format(arena, "/filter.%.*s%.*s",
		TMS_STR_ARGS(tms_form_name(filter->form)),
		TMS_STR_ARGS(tms_web_filter_parameters(arena, filter)));
}

struct tms_str tms_web_filter_parameters(
	struct tms_arena *arena, const struct tms_web_filter *filter)
{
	struct tms_buf buf = { 0 };

	for (size_t i = 0; i < filter->sources_count; i++)
		tms_buf_format(&buf, "%csource=%.*s", i ? '&' : '?',
			TMS_STR_ARGS(filter->sources[i]->name));
	if (filter->match.len > 0) {
		tms_buf_add_cstr(&buf, "&match=");
		tms_url_write_encoded(&buf, filter->match);
	}
	if (filter->limit > 0)
		tms_buf_format(&buf, "&limit=%lld", (long long)filter->limit);
	struct tms_str parameters = tms_arena_copy(arena, tms_buf_str(&buf));
	if (buf.status != TMS_OK)
		arena->status = buf.status;
	tms_buf_free(&buf);
	return parameters;
}

struct tms_str tms_web_query_error(
	struct tms_arena *arena, struct tms_str match, const struct tms_diag *diag)
{
	struct tms_str line = { 0 }, spaces = { 0 };
	uint32_t number = 0;

	while (number < diag->line && tms_str_split(&match, '\n', &line))
		number++;
	if (diag->line == 0 || number != diag->line)
		return tms_arena_format(arena, "%s\n", diag->text);
	for (uint32_t i = 1; i < diag->column; i++)
		spaces = tms_arena_format(arena, "%.*s ", TMS_STR_ARGS(spaces));
	return tms_arena_format(arena, "%u:%u: %s\n%.*s\n%.*s^\n", diag->line, diag->column,
		diag->text, TMS_STR_ARGS(line), TMS_STR_ARGS(spaces));
}
