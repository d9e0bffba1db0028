/* The table of settings for people: as a reference, and as a file to begin with. */
#include <tamis/preset.h>
#include <tamis/settings.h>

#define REFERENCE_COLUMNS 100
#define EXAMPLE_COLUMNS 90

/* Text in lines, each behind the same prefix. */
static void wrap(struct tms_buf *buf, const char *prefix, struct tms_str text, size_t columns)
{
	size_t indent = strlen(prefix), at = 0;
	struct tms_str rest = text, word;

	while (tms_str_split(&rest, ' ', &word)) {
		if (at > 0 && at + 1 + word.len > columns) {
			tms_buf_add_char(buf, '\n');
			at = 0;
		}
		tms_buf_add_cstr(buf, at == 0 ? prefix : " ");
		at += (at == 0 ? indent : 1) + word.len;
		tms_buf_add(buf, word);
	}
	tms_buf_add_char(buf, '\n');
}

/* "a, b or c" */
static void write_preset_names(struct tms_buf *buf)
{
	size_t count = 0;
	const struct tms_preset *presets = tms_presets(&count);

	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			tms_buf_add_cstr(buf, i + 1 < count ? ", " : " or ");
		tms_buf_add(buf, presets[i].name);
	}
}

static void wrap_help(
	struct tms_buf *buf, const char *prefix, const struct tms_setting *setting, size_t columns)
{
	struct tms_str help = tms_str_from(setting->help), presets = TMS_STR("PRESETS");
	size_t at = tms_str_find(help, presets, 0);
	struct tms_buf whole = { 0 };

	tms_buf_add(&whole, tms_str_slice(help, 0, at));
	if (at != SIZE_MAX) {
		write_preset_names(&whole);
		tms_buf_add(&whole, tms_str_slice(help, at + presets.len, SIZE_MAX));
	}
	wrap(buf, prefix, tms_buf_str(&whole), columns);
	if (whole.status != TMS_OK && buf->status == TMS_OK)
		buf->status = whole.status;
	tms_buf_free(&whole);
}

static struct tms_str group_of(const struct tms_setting *setting)
{
	struct tms_str path = tms_str_from(setting->path);
	size_t dot = tms_str_find_byte(path, '.', 0);

	return dot == SIZE_MAX ? TMS_STR_NONE : tms_str_slice(path, 0, dot);
}

static const struct {
	struct tms_str group;
	const char *text;
} headings[] = {
	{ TMS_STR_INIT(""), "The instance" },
	{ TMS_STR_INIT("log"), "Log lines, on standard error" },
	{ TMS_STR_INIT("redis"), "Redis, where `store` names one" },
	{ TMS_STR_INIT("limits"), "Limits; an error that one causes names it" },
	{ TMS_STR_INIT("sources"),
		"Sources: what is asked for. Without this section there is one: daily-papers" },
	{ TMS_STR_INIT("recipes"), "Recipes: how pages without a feed are read" },
	{ TMS_STR_INIT("groups"), "Groups: sources under one name" },
	{ TMS_STR_INIT("authors"), "Lists of authors, for queries" },
	{ TMS_STR_INIT("rules"), "Rules: queries with a name, for everybody" },
	{ TMS_STR_INIT("users"), "Users, their rules and their feeds" },
};

static const char *heading_of(struct tms_str group)
{
	for (size_t i = 0; i < TMS_COUNT(headings); i++)
		if (tms_str_equal(headings[i].group, group))
			return headings[i].text;
	return "";
}

static void describe_one(struct tms_buf *buf, const struct tms_setting *setting)
{
	struct tms_buf line = { .max = 2000 };

	tms_buf_format(buf, "%s", setting->path);
	if (setting->standard)
		tms_buf_format(buf, " = %s", setting->standard);
	tms_buf_add_char(buf, '\n');
	wrap_help(buf, "    ", setting, REFERENCE_COLUMNS);
	tms_buf_add_cstr(&line, "Takes ");
	tms_setting_write_expected(&line, setting);
	tms_buf_add_cstr(&line, ". ");
	tms_setting_write_variable(&line, setting);
	wrap(buf, "    ", tms_buf_str(&line), REFERENCE_COLUMNS);
	if (line.status != TMS_OK && buf->status == TMS_OK)
		buf->status = line.status;
	tms_buf_free(&line);
}

void tms_settings_describe(struct tms_buf *buf)
{
	size_t count = 0;
	const struct tms_setting *settings = tms_settings(&count);

	wrap(buf, "",
		TMS_STR("Every setting, as PATH = DEFAULT. A path is written as YAML maps inside each other, or as an "
			"environment variable, which wins over the file: TAMIS_ and the path in capitals, \"__\" between "
			"its parts. NAME, USER and FEED stand for names (a-z, 0-9 and \"-\", at most 64 characters), in "
			"variables in capitals and with \"_\" for \"-\": the rhythm of the source daily-papers is "
			"TAMIS_SOURCES__DAILY_PAPERS__EVERY. Lists are written with commas there. A relative path in the "
			"file starts at the file's folder. Spans are written 90s, 30m, 6h, 7d, 2w; sizes 500kB, 10MB, "
			"64KiB."),
		REFERENCE_COLUMNS);
	for (size_t i = 0; i < count; i++) {
		struct tms_str group = group_of(&settings[i]);
		tms_buf_add_char(buf, '\n');
		if (i == 0 || !tms_str_equal(group, group_of(&settings[i - 1])))
			tms_buf_format(buf, "== %s ==\n\n", heading_of(group));
		describe_one(buf, &settings[i]);
	}
}

/* ---- the example ---- */

/* Names that stand for the capitals of a path, and a value to show where there is no default. */
static const struct {
	const char *path, *value;
} samples[] = {
	{ "public_url", "https://feeds.example.org" },
	{ "instance_key_file", "/var/lib/tamis/instance.key" },
	{ "contact", "admin@example.org" },
	{ "user_agent", "Example/1.0 (+https://example.org/bot)" },
	{ "allow_networks", "[192.168.7.0/24]" },
	{ "redis.password", "'…'" },
	{ "redis.password_file", "/run/secrets/redis" },
};

static const char *sample_of(const struct tms_setting *setting)
{
	for (size_t i = 0; i < TMS_COUNT(samples); i++)
		if (tms_str_equal(tms_str_from(samples[i].path), tms_str_from(setting->path)))
			return samples[i].value;
	return "";
}

static void write_list(struct tms_buf *buf, const char *standard)
{
	struct tms_str rest = tms_str_from(standard), item;
	bool is_first = true;

	tms_buf_add_char(buf, '[');
	while (tms_str_split(&rest, ',', &item)) {
		tms_buf_format(buf, "%s'%.*s'", is_first ? "" : ", ", TMS_STR_ARGS(item));
		is_first = false;
	}
	tms_buf_add_char(buf, ']');
}

static void write_standard(struct tms_buf *buf, const struct tms_setting *setting)
{
	if (setting->kind == TMS_SETTING_NETWORKS || setting->kind == TMS_SETTING_LISTEN)
		write_list(buf, setting->standard);
	else if (strchr(setting->standard, ':'))
		tms_buf_format(buf, "'%s'", setting->standard);
	else
		tms_buf_add_cstr(buf, setting->standard);
}

static void example_one(
	struct tms_buf *buf, const struct tms_setting *setting, struct tms_str group)
{
	const char *indent = group.len > 0 ? "  " : "";
	const char *key = setting->path + (group.len > 0 ? group.len + 1 : 0);

	wrap_help(buf, group.len > 0 ? "  # " : "# ", setting, EXAMPLE_COLUMNS);
	/* "#name:" holds a default and may be taken out of its comment as it is; "# name:" is only
	 * a sample */
	tms_buf_format(buf, setting->standard ? "#%s%s: " : "# %s%s: ", indent, key);
	if (setting->standard)
		write_standard(buf, setting);
	else
		tms_buf_add_cstr(buf, sample_of(setting));
	tms_buf_add_char(buf, '\n');
}

static const char *const people[] = {
	"# What is asked for. A source has a preset, or a url, or a file; see `tamis describe` for the rest.",
	"sources:",
	"  daily-papers: {preset: hf-daily-papers}",
	"  # trending: {preset: hf-trending}",
	"  # arxiv-cl: {preset: arxiv, category: cs.CL}",
	"  # blog: {url: 'https://example.org/feed.xml', every: 6h, title: A blog}",
	"  # shelf: {url: 'https://example.org/new', recipe: shelf}",
	"",
	"# How a page without a feed is read; see tamis-recipe(5), and `tamis recipe list` for what comes along.",
	"# recipes:",
	"#   shelf: {items: article, fields: {title: h2, link: h2 a@href, date: time@datetime}}",
	"",
	"# Sources under one name; `tamis import FILE.opml` makes them of a reader's folders.",
	"# groups:",
	"#   papers: [daily-papers, arxiv-cl]",
	"",
	"# People that queries ask for with author:@NAME; or friends: {file: friends.txt}.",
	"# authors:",
	"#   friends: |",
	"#     Emmy Noether",
	"#     Alan Turing; org: University of Manchester",
	"",
	"# Queries with a name: others ask for them with rule:NAME. Keep queries in single quotes.",
	"# rules:",
	"#   no-noise: '-title:survey -\"technical report\"'",
	"",
	"# People and their feeds; `tamis feeds` prints the addresses. Without users, anybody can have a feed",
	"# straight from an address: `tamis address -m QUERY` prints it.",
	"# users:",
	"#   ana:",
	"#     feeds:",
	"#       agents: {sources: [daily-papers], match: 'agent \"tool use\" rule:no-noise'}",
	"#       loved: {sources: [daily-papers], match: 'upvotes>=50', limit: 30, date: entered}",
	"#   bo:",
	"#     feeds:",
	"#       rl:",
	"#         title: RL for reasoning",
	"#         sources: [daily-papers]",
	"#         match: |",
	"#           (grpo OR \"reward model\")",
	"#           -vision",
};

static bool is_for_people(struct tms_str group)
{
	return tms_str_equal(group, TMS_STR("sources")) ||
	       tms_str_equal(group, TMS_STR("recipes")) ||
	       tms_str_equal(group, TMS_STR("groups")) ||
	       tms_str_equal(group, TMS_STR("authors")) || tms_str_equal(group, TMS_STR("rules")) ||
	       tms_str_equal(group, TMS_STR("users"));
}

void tms_settings_example(struct tms_buf *buf)
{
	struct tms_str before = { 0 };
	size_t count = 0;
	const struct tms_setting *settings = tms_settings(&count);

	tms_buf_add_cstr(buf,
		"# Configuration of Tamis, made by `tamis describe --example`. Lines that begin with #name show the\n"
		"# defaults. Every setting can come from the environment too: `tamis describe` says how.\n"
		"# `tamis check -c FILE` tells what is wrong with a file.\n\n");
	for (size_t i = 0; i < TMS_COUNT(people); i++)
		tms_buf_format(buf, "%s\n", people[i]);
	for (size_t i = 0; i < count; i++) {
		struct tms_str group = group_of(&settings[i]);
		if (is_for_people(group))
			continue;
		tms_buf_add_char(buf, '\n');
		if (i > 0 && !tms_str_equal(group, before))
			tms_buf_format(
				buf, "# %s.\n#%.*s:\n", heading_of(group), TMS_STR_ARGS(group));
		before = group;
		example_one(buf, &settings[i], group);
	}
}
