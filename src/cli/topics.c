/* tamis topics: the catalogue, and what is done with topic files. */
#include "topics_private.h"

#include <getopt.h>
#include <stdio.h>

enum { KEY_RULES = 256, KEY_ITEMS, KEY_MODE, KEY_MODEL, KEY_SCORER, KEY_WHY };

static const struct tms_cli_option options[] = {
	{ KEY_RULES, "rules", "FILE", "a topic file in place of the catalogue" },
	{ KEY_ITEMS, "items", "FILE",
		"items, one JSON object a line: id, title, abstract,\n"
		"keywords; \"-\" is standard input" },
	{ KEY_MODE, "mode", "MODE",
		"free: facets made of the name for all topics; curated: all on\n"
		"the scale of facets written out; without it each as it is" },
	{ KEY_MODEL, "model", "FILE", "a packed model in place of the program's own" },
	{ KEY_SCORER, "scorer", "N", "the version of the scorer; without it the newest" },
	{ KEY_WHY, "why", NULL, "score: a fourth column, what was found" },
};

/* False after saying what is wrong. */
static bool read_mode(const struct tms_command *self, struct topics_options *how)
{
	if (strcmp(optarg, "free") == 0)
		how->how = TMS_TOPIC_BY_NAME;
	else if (strcmp(optarg, "curated") == 0)
		how->how = TMS_TOPIC_CURATED;
	else {
		(void)cli_usage(self, "--mode is free or curated; found \"%s\"", optarg);
		return false;
	}
	return true;
}

static bool read_scorer(const struct tms_command *self, struct topics_options *how)
{
	int64_t version = 0;

	if (tms_str_int64(tms_str_from(optarg), &version) && version > 0 && version < 100)
		how->scorer = tms_topic_scorer_find((unsigned)version);
	if (how->scorer && version > 0)
		return true;
	(void)cli_usage(self, "there is no scorer \"%s\"", optarg);
	return false;
}

static bool read_option(const struct tms_command *self, int key, struct topics_options *how)
{
	switch (key) {
	case KEY_RULES:
		how->rules = optarg;
		return true;
	case KEY_ITEMS:
		how->items = optarg;
		return true;
	case KEY_MODEL:
		how->model = optarg;
		return true;
	case KEY_WHY:
		how->with_why = true;
		return true;
	case KEY_MODE:
		return read_mode(self, how);
	default:
		return read_scorer(self, how);
	}
}

/* Two files, or one that is compared with the catalogue. */
static int diff(const struct tms_command *self, const struct topics_options *how, int count,
	char **operands)
{
	if ((count != 2 && count != 3) || !how->items || how->rules)
		return cli_usage(self,
			"diff takes two topic files, or one for the catalogue and it, and papers by "
			"--items FILE");
	return topics_diff(how, count == 3 ? operands[1] : NULL, operands[count - 1]);
}

static int command(const struct tms_command *self, const struct topics_options *how, int count,
	char **operands)
{
	const char *name = count > 0 ? operands[0] : "list";

	if (strcmp(name, "list") == 0 && count <= 1)
		return topics_list(how);
	if (strcmp(name, "show") == 0 && count == 2)
		return topics_show(how, operands[1]);
	if (strcmp(name, "show") == 0)
		return cli_usage(self, "show takes the identifier of one topic");
	if (strcmp(name, "score") == 0 && count == 1 && how->items)
		return topics_score(how);
	if (strcmp(name, "score") == 0)
		return cli_usage(self, "score takes --items FILE, and topics by --rules FILE");
	if (strcmp(name, "lint") == 0 && count <= 2 && how->items) {
		struct topics_options named = *how;
		named.rules = count == 2 ? operands[1] : how->rules;
		return topics_lint(&named);
	}
	if (strcmp(name, "lint") == 0)
		return cli_usage(self, "lint takes a topic file, and papers by --items FILE");
	if (strcmp(name, "diff") == 0)
		return diff(self, how, count, operands);
	return cli_usage(self, "there is no \"topics %s\"", name);
}

static int run(const struct tms_command *self, int argc, char **argv)
{
	struct topics_options how = { .scorer = tms_topic_scorer_find(TMS_TOPIC_SCORER_DEFAULT) };
	int key;

	while ((key = cli_next(self, argc, argv)) > 0)
		if (!read_option(self, key, &how))
			return TMS_EXIT_USAGE;
	if (key < 0)
		return cli_exit(key);
	return command(self, &how, argc - optind, argv + optind);
}

const struct tms_command tms_command_topics = {
	.name = "topics",
	.summary = "list, show, score, check and compare topics",
	.operands = "[list | show ID | score | lint FILE | diff [OLD] NEW]",
	.details =
		"list   the topics that a query can ask for by topic:ID, by group (the default)\n"
		"show   the definition of one\n"
		"score  topic, item and score, divided by tabs, where the score is above .02\n"
		"lint   how many of the items each topic of a file finds, titles next to the normal\n"
		"       threshold, topics that find the same, and what was never found\n"
		"diff   for each topic that differs between two files how many of the items that it kept\n"
		"       leave and how many come, and which; without OLD, the catalogue",
	.options = options,
	.options_count = TMS_COUNT(options),
	.run = run,
};
