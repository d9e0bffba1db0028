/* tamis import: the feeds of an OPML file as sources and groups of a configuration. */
#include <stdio.h>
#include <unistd.h>

#include <tamis/conf.h>
#include <tamis/fold.h>
#include <tamis/hash.h>
#include <tamis/json.h>
#include <tamis/link.h>
#include <tamis/opml.h>

#include "cli/cli.h"

#define TITLE_CHARACTERS 200 /* as the setting sources.NAME.title takes */

struct import {
	struct tms_arena arena;
	struct tms_opml opml;
	struct tms_map taken;    /* names that are given away → number to try next behind them */
	struct tms_str *sources; /* name of each feed */
	struct tms_str *groups;  /* name of each group */
	struct tms_buf yaml;
};

/* ---- names ---- */

/* "Ana's Blog: été" → "ana-s-blog-ete"; empty when it has no letter or digit of ASCII. */
static struct tms_str slug(struct tms_arena *arena, struct tms_str title)
{
	struct tms_buf folded = { 0 }, made = { 0 };

	tms_fold(&folded, title);
	for (size_t i = 0; i < folded.len && made.len < TMS_CONF_NAME_BYTES; i++) {
		if (tms_is_alnum(folded.ptr[i]))
			tms_buf_add_char(&made, tms_lower(folded.ptr[i]));
		else if (made.len > 0 && made.ptr[made.len - 1] != '-')
			tms_buf_add_char(&made, '-');
	}
	struct tms_str name = tms_buf_str(&made);
	while (tms_str_ends(name, TMS_STR("-")))
		name.len--;
	name = tms_arena_copy(arena, name);
	if (arena->status == TMS_OK)
		arena->status = folded.status != TMS_OK ? folded.status : made.status;
	tms_buf_free(&folded);
	tms_buf_free(&made);
	return name;
}

/* The first of "name", "name-2", "name-3" … that nobody has. */
static struct tms_str unique(struct import *import, struct tms_str wanted)
{
	struct tms_str name = wanted;
	uintptr_t known = (uintptr_t)tms_map_find(&import->taken, wanted), i = known;

	for (; known && import->arena.status == TMS_OK && tms_map_find(&import->taken, name); i++) {
		struct tms_str end = tms_arena_format(&import->arena, "-%zu", (size_t)i);
		struct tms_str front = tms_str_slice(wanted, 0, TMS_CONF_NAME_BYTES - end.len);
		name = tms_arena_format(
			&import->arena, "%.*s%.*s", TMS_STR_ARGS(front), TMS_STR_ARGS(end));
	}
	if (tms_map_put(&import->taken, name, (void *)2) != TMS_OK ||
		(known && tms_map_put(&import->taken, wanted, (void *)i) != TMS_OK))
		import->arena.status = TMS_ENOMEM;
	return name;
}

static struct tms_str name_of_feed(struct import *import, const struct tms_opml_feed *feed)
{
	struct tms_str name = slug(&import->arena, feed->title);

	if (name.len == 0)
		name = slug(&import->arena, tms_link_host(&import->arena, feed->xml_url));
	return unique(import, name.len > 0 ? name : TMS_STR("feed"));
}

static bool name_all(struct import *import)
{
	struct tms_arena *arena = &import->arena;
	const struct tms_opml *opml = &import->opml;

	import->sources = TMS_ARENA_ARRAY(arena, struct tms_str, opml->feeds_count + 1);
	import->groups = TMS_ARENA_ARRAY(arena, struct tms_str, opml->groups_count + 1);
	if (!import->sources || !import->groups)
		return false;
	for (size_t i = 0; i < opml->groups_count; i++) {
		struct tms_str name = slug(arena, opml->groups[i].title);
		import->groups[i] = unique(import, name.len > 0 ? name : TMS_STR("group"));
	}
	for (size_t i = 0; i < opml->feeds_count; i++)
		import->sources[i] = name_of_feed(import, &opml->feeds[i]);
	return arena->status == TMS_OK;
}

/* ---- YAML ---- */

/* A JSON string is one of YAML, too. */
static void write_source(struct import *import, size_t i)
{
	const struct tms_opml_feed *feed = &import->opml.feeds[i];
	struct tms_buf *yaml = &import->yaml;

	tms_buf_format(yaml, "  %.*s: {url: ", TMS_STR_ARGS(import->sources[i]));
	tms_json_write_str(yaml, feed->xml_url);
	tms_buf_add_cstr(yaml, ", title: ");
	tms_json_write_str(yaml, tms_utf8_cut(feed->title, TITLE_CHARACTERS));
	tms_buf_add_cstr(yaml, "}\n");
}

static void write_member(struct tms_buf *list, struct tms_str name)
{
	tms_buf_format(list, "%s%.*s", list->len > 0 ? ", " : "", TMS_STR_ARGS(name));
}

static bool is_in(const struct tms_opml_feed *feed, size_t group)
{
	for (size_t i = 0; i < feed->groups_count; i++)
		if (feed->groups[i] == group)
			return true;
	return false;
}

/* The names of what is in each group: groups first, then feeds. A group without any is left out. */
static void write_groups(struct import *import)
{
	const struct tms_opml *opml = &import->opml;
	bool *has_feeds = TMS_ARENA_ARRAY(&import->arena, bool, opml->groups_count + 1);
	bool is_first = true;

	if (!has_feeds)
		return;
	for (size_t i = 0; i < opml->feeds_count; i++)
		for (size_t k = 0; k < opml->feeds[i].groups_count; k++)
			has_feeds[opml->feeds[i].groups[k]] = true;
	for (size_t g = opml->groups_count; g-- > 0;) /* parents stand before their groups */
		if (has_feeds[g] && opml->groups[g].parent != TMS_OPML_NONE)
			has_feeds[opml->groups[g].parent] = true;
	for (size_t g = 0; g < opml->groups_count; g++) {
		struct tms_buf list = { 0 };
		if (!has_feeds[g])
			continue;
		for (size_t i = 0; i < opml->groups_count; i++)
			if (opml->groups[i].parent == g && has_feeds[i])
				write_member(&list, import->groups[i]);
		for (size_t i = 0; i < opml->feeds_count; i++)
			if (is_in(&opml->feeds[i], g))
				write_member(&list, import->sources[i]);
		tms_buf_format(&import->yaml, "%s  %.*s: [%.*s]\n", is_first ? "groups:\n" : "",
			TMS_STR_ARGS(import->groups[g]), TMS_STR_ARGS(tms_buf_str(&list)));
		if (import->yaml.status == TMS_OK)
			import->yaml.status = list.status;
		tms_buf_free(&list);
		is_first = false;
	}
}

static int write_all(struct import *import)
{
	const struct tms_opml *opml = &import->opml;

	tms_buf_add_cstr(&import->yaml, "sources:\n");
	for (size_t i = 0; i < opml->feeds_count; i++)
		write_source(import, i);
	write_groups(import);
	if (import->yaml.status != TMS_OK || import->arena.status != TMS_OK) {
		tms_cli_error("there is not enough memory");
		return TMS_EXIT_TROUBLE;
	}
	return cli_write(tms_buf_str(&import->yaml)) ? TMS_EXIT_DONE : TMS_EXIT_TROUBLE;
}

static void report(const char *path, const struct tms_opml *opml)
{
	struct tms_diag more = { 0 };

	for (size_t i = 0; i < opml->notes_count; i++)
		cli_complain(path, &opml->notes[i]);
	if (opml->notes_total > opml->notes_count) {
		tms_diag_set(&more, 0, 0, "%zu more notes of this kind",
			opml->notes_total - opml->notes_count);
		cli_complain(path, &more);
	}
}

static int import_file(struct import *import, const char *path)
{
	struct tms_diag diag = { 0 };
	struct tms_str body = { 0 };

	enum tms_status st = cli_read(&import->arena, path, TMS_OPML_BYTES_MAX, &body, &diag);
	if (st == TMS_OK)
		st = tms_opml_parse(&import->arena, body, &import->opml, &diag);
	if (st != TMS_OK) {
		cli_complain(path, &diag);
		return st == TMS_ENOMEM ? TMS_EXIT_TROUBLE : TMS_EXIT_INPUT;
	}
	report(path, &import->opml);
	if (import->opml.feeds_count == 0) {
		tms_diag_set(&diag, 0, 0, "it names no feed");
		cli_complain(path, &diag);
		return TMS_EXIT_INPUT;
	}
	if (!name_all(import)) {
		tms_cli_error("there is not enough memory");
		return TMS_EXIT_TROUBLE;
	}
	return write_all(import);
}

static int run(const struct tms_command *self, int argc, char **argv)
{
	struct import import = { 0 };

	int key = cli_next(self, argc, argv);
	if (key < 0)
		return cli_exit(key);
	if (argc - optind > 1)
		return cli_usage(self, "it takes one file");
	int status = import_file(&import, optind < argc ? argv[optind] : "-");
	tms_map_free(&import.taken);
	tms_buf_free(&import.yaml);
	tms_arena_free(&import.arena);
	return status;
}

const struct tms_command tms_command_import = {
	.name = "import",
	.summary = "print the feeds of an OPML file as sources and groups of a configuration",
	.operands = "[FILE|-]",
	.details =
		"Prints `sources:` and, where outlines hold others or feeds have categories, `groups:`\n"
		"to put into a configuration. Names are made from titles. What is left out is named on\n"
		"standard error: outlines without a feed's address, and lists that others hold.",
	.run = run,
};
