/* Filter addresses: /filter.atom?source=NAME&match=QUERY&limit=N, or .rss, .json; several sources
 * repeat source= or join by commas. */
#include <tamis/url.h>
#include <tamis/utf8.h>

#include "web/web_private.h"

#define LIMIT_MAX 1000

/* Of the names that there are, so many are told. */
#define NAMES_TOLD 20
/* Of what the address says, so many bytes are. */
#define TOLD_BYTES 64

/* What is read so far: which sources and groups were named, so that each is joined once. */
struct filter_reading {
	const struct tms_conf *conf;
	struct tms_arena *arena;
	struct web_filter *out;
	size_t names; /* read from all source= */
	/* By their place in the configuration; NULL before the first. */
	bool *has_source, *has_group;
};

/* The first thing that is wrong is said, and no other is put into words. */
static bool is_right(const struct web_filter *out)
{
	return out->status == 0;
}

static void fail(struct web_filter *out, struct tms_str error)
{
	out->status = 400;
	out->error = error;
}

/* What an address says, as a sentence can repeat it: whole characters, none that a terminal
 * obeys. */
static const char *repeat(struct tms_str said, struct tms_diag *room)
{
	said = tms_utf8_cut(said, TOLD_BYTES);
	tms_diag_set(room, 0, 0, "%.*s", TMS_STR_ARGS(said));
	return room->text;
}

static struct tms_str names_of(const struct tms_conf *conf, struct tms_arena *arena)
{
	struct tms_buf buf = { 0 };

	for (size_t i = 0; i < conf->sources_count && i < NAMES_TOLD; i++) {
		tms_buf_add_cstr(&buf, i ? ", " : "");
		tms_buf_add(&buf, conf->sources[i].name);
	}
	if (conf->sources_count > NAMES_TOLD)
		tms_buf_format(&buf, " and %zu more", conf->sources_count - NAMES_TOLD);
	return tms_arena_take(arena, &buf);
}

/* That there is none of this name, and what there is instead. */
static void fail_unknown(struct filter_reading *r, struct tms_str name)
{
	struct tms_str nearest = tms_conf_nearest_source(r->conf, name);
	struct tms_diag room = { 0 };
	struct tms_buf buf = { 0 };

	tms_buf_format(&buf, "There is no source \"%s\" here", repeat(name, &room));
	if (nearest.len > 0)
		tms_buf_format(&buf, "; did you mean \"%.*s\"?", TMS_STR_ARGS(nearest));
	else
		tms_buf_add_char(&buf, '.');
	tms_buf_format(&buf, " There are: %.*s.\n", TMS_STR_ARGS(names_of(r->conf, r->arena)));
	fail(r->out, tms_arena_take(r->arena, &buf));
}

static void too_many(struct filter_reading *r)
{
	fail(r->out, tms_arena_format(r->arena,
			     "An address names %lld sources at most (limits.address_sources).\n",
			     (long long)r->conf->limits.address_sources));
}

static bool make_room(struct filter_reading *r)
{
	if (r->has_group)
		return true;
	r->out->sources = TMS_ARENA_ARRAY(
		r->arena, const struct tms_conf_source *, (size_t)r->conf->limits.address_sources);
	r->has_source = TMS_ARENA_ARRAY(r->arena, bool, r->conf->sources_count + 1);
	r->has_group = TMS_ARENA_ARRAY(r->arena, bool, r->conf->groups_count + 1);
	if (r->out->sources && r->has_source && r->has_group)
		return true;
	r->has_group = NULL;
	r->out->status = 503;
	r->out->error = TMS_STR("There is no memory for this request now.\n");
	return false;
}

static void add_source(struct filter_reading *r, const struct tms_conf_source *source)
{
	bool *has = &r->has_source[source - r->conf->sources];

	r->out->steps++;
	if (*has)
		return;
	if (r->out->sources_count == (size_t)r->conf->limits.address_sources) {
		too_many(r);
		return;
	}
	*has = true;
	r->out->sources[r->out->sources_count++] = source;
}

static void add_group(struct filter_reading *r, const struct tms_conf_group *group)
{
	bool *has = &r->has_group[group - r->conf->groups];

	if (*has)
		return;
	*has = true;
	for (size_t i = 0; i < group->sources_count && is_right(r->out); i++)
		add_source(r, group->sources[i]);
}

/* A source, or all of a group. */
static void add_named(struct filter_reading *r, struct tms_str name)
{
	r->out->steps++;
	if (r->names++ == (size_t)r->conf->limits.address_sources) {
		too_many(r);
		return;
	}
	if (!make_room(r))
		return;
	const struct tms_conf_source *source = tms_conf_find_source(r->conf, name);
	const struct tms_conf_group *group = source ? NULL : tms_conf_find_group(r->conf, name);

	if (source)
		add_source(r, source);
	else if (group)
		add_group(r, group);
	else
		fail_unknown(r, name);
}

static void read_sources(struct filter_reading *r, struct tms_str value)
{
	struct tms_str part;

	while (is_right(r->out) && tms_str_split(&value, ',', &part))
		if (tms_str_trim(part).len > 0)
			add_named(r, tms_str_trim(part));
}

static void read_limit(struct web_filter *out, struct tms_str value)
{
	if (value.len == 0 || !is_right(out))
		return;
	if (!tms_str_int64(value, &out->limit) || out->limit < 1 || out->limit > LIMIT_MAX)
		fail(out, TMS_STR("limit is a number from 1 to 1000.\n"));
}

/* Other words for `match` and `source`, and other spellings: to pass them over would keep
 * everything. */
static const char means_match[] = "the rule is written match=, such as match=agents";
static const char means_source[] = "a source or group is written source=, such as source=NAME";

static const struct other_name {
	struct tms_str name;
	const char *instead;
} other_names[] = {
	{ TMS_STR_INIT("q"), means_match },
	{ TMS_STR_INIT("query"), means_match },
	{ TMS_STR_INIT("filter"), means_match },
	{ TMS_STR_INIT("search"), means_match },
	{ TMS_STR_INIT("keyword"), means_match },
	{ TMS_STR_INIT("keywords"), means_match },
	{ TMS_STR_INIT("match"), means_match },
	{ TMS_STR_INIT("source"), means_source },
	{ TMS_STR_INIT("sources"), means_source },
	{ TMS_STR_INIT("src"), means_source },
	{ TMS_STR_INIT("feed"), means_source },
	{ TMS_STR_INIT("feeds"), means_source },
	{ TMS_STR_INIT("group"), means_source },
	{ TMS_STR_INIT("groups"), means_source },
};

/* NULL: a parameter that means nothing here. */
static const struct other_name *find_other_name(struct tms_str name)
{
	name = tms_str_trim(name);
	if (tms_str_ends(name, TMS_STR("[]")))
		name.len -= 2;
	for (size_t i = 0; i < TMS_COUNT(other_names); i++)
		if (tms_str_equal_caseless(name, other_names[i].name))
			return &other_names[i];
	return NULL;
}

static void refuse_other_name(
	struct filter_reading *r, struct tms_str name, const struct other_name *other)
{
	struct tms_diag room = { 0 };

	if (is_right(r->out))
		fail(r->out, tms_arena_format(r->arena, "There is no parameter \"%s\" here: %s.\n",
				     repeat(name, &room), other->instead));
}

static void read_parameter(struct filter_reading *r, struct tms_str name, struct tms_str value)
{
	struct web_filter *out = r->out;
	const struct other_name *other = NULL;

	if (tms_str_equal(name, TMS_STR("source"))) {
		read_sources(r, value);
	} else if (tms_str_equal(name, TMS_STR("match"))) {
		out->match = value;
	} else if (tms_str_equal(name, TMS_STR("format"))) {
		out->format = value;
	} else if (tms_str_equal(name, TMS_STR("form"))) {
		(void)tms_form_find(value, &out->form);
		return;
	} else if (tms_str_equal(name, TMS_STR("limit")) && value.len > 0) {
		read_limit(out, value);
	} else {
		other = find_other_name(name);
		if (!other)
			return;
		refuse_other_name(r, name, other);
	}
	out->was_asked = true;
}

void web_filter_read(const struct tms_conf *conf, struct tms_arena *arena, struct tms_str query,
	struct web_filter *out)
{
	struct filter_reading r = { .conf = conf, .arena = arena, .out = out };
	struct tms_str name, value;
	struct tms_diag room = { 0 };

	*out = (struct web_filter){ 0 };
	while (tms_url_next_parameter(&query, &name, &value)) {
		out->steps++;
		value = tms_url_form_decode(arena, value);
		if (tms_utf8_is_valid(value))
			read_parameter(&r, tms_url_form_decode(arena, name), value);
		else if (is_right(out))
			fail(out, tms_arena_format(arena, "The parameter %s is not UTF-8.\n",
					  repeat(name, &room)));
	}
	if (out->sources_count > 0 || !is_right(out))
		return;
	if (conf->sources_count == 1 && make_room(&r))
		add_source(&r, &conf->sources[0]);
	else if (is_right(out))
		fail(out,
			tms_arena_format(arena, "Which source? Add source=NAME. There are: %.*s.\n",
				TMS_STR_ARGS(names_of(conf, arena))));
}

struct tms_str web_filter_target(struct tms_arena *arena, const struct web_filter *filter)
{
	return tms_arena_format(arena, "/filter.%.*s%.*s",
		TMS_STR_ARGS(tms_form_name(filter->form)),
		TMS_STR_ARGS(web_filter_parameters(arena, filter)));
}

struct tms_str web_filter_parameters(struct tms_arena *arena, const struct web_filter *filter)
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
	return tms_arena_take(arena, &buf);
}

/* What refuses a query may be more than its text, such as all scans together: then diag has it. */
void web_filter_advise(const struct tms_conf *conf, struct tms_str match,
	const struct tms_diag *diag, struct tms_advice *advice)
{
	struct tms_query_options options = { 0 };
	struct tms_query *query = NULL;

	tms_conf_query_options(conf, NULL, &options);
	if (tms_query_parse_advised(match, &options, &query, advice) == TMS_OK)
		tms_advice_refuse(advice, match, diag);
	tms_query_free(query);
}

struct tms_str web_filter_query_error(
	struct tms_arena *arena, struct tms_str match, const struct tms_advice *advice)
{
	struct tms_buf buf = { 0 };

	for (size_t i = 0; i < advice->count; i++)
		if (advice->notes[i].is_error)
			tms_advice_write(&buf, &advice->notes[i], match);
	return tms_arena_take(arena, &buf);
}
