/*
 * What the files of the reader share: the state of one reading, and its parts. Settings are read by
 * the table, group by group; what is more than one value has a section with checks of its own.
 */
#ifndef TAMIS_CONF_CONF_PRIVATE_H
#define TAMIS_CONF_CONF_PRIVATE_H

#include <tamis/conf.h>
#include <tamis/hash.h>
#include <tamis/settings.h>

#include "message.h"
#include "node.h"
#include "raw.h"
#include "suggest.h"

struct conf_reader {
	struct tms_arena *arena; /* what is made: nothing in it points into the tree */
	/** The tree, and what else is needed only while it is read: freed when all is made. */
	struct tms_arena scratch;
	struct messages errors, warnings, notes; /* all in the arena */
	struct conf_node *root;                  /* a map */
	struct tms_str folder; /* of the file, with a slash at its end; empty: the working one */
	struct conf_raw raw;   /* what is made */
	const struct tms_conf_recipe_file *recipe_files;
	size_t recipe_files_count;
	const struct tms_conf_file *files;
	size_t files_count;
	struct tms_map scans; /* source → its struct; source and a scan → the same; scratch */
	struct tms_str user;  /* whose rules and feeds are being read; empty: everybody's */
};

/* reader.c: false, and an error at the place of the node, when it is not what it should be */

/** `name` was to hold what the setting may hold, and this node is something else: an error. */
void reader_expect(struct conf_reader *reader, const struct conf_node *node, struct tms_str name,
	const struct tms_setting *setting);
/** A map? NULL and a NULL node are maps without keys. `what` is expected otherwise, in words. */
bool reader_is_map(struct conf_reader *reader, const struct conf_node *node, const char *what);
/** No more things in it than `limit`, which limits.SETTING is? */
bool reader_check_count(struct conf_reader *reader, const struct conf_node *node, int64_t limit,
	const char *setting);

/* name.c */

/** A key of a map of names: [a-z0-9-]{1,64}, else an error. `what`: "a source". */
bool name_check(struct conf_reader *reader, const struct conf_node *key, const char *what);

/* setting_map.c */

/**
 * Read a map of settings into a structure by the table: what the file says, else the default;
 * unknown keys are errors.
 * node    NULL (absent) and a NULL node are a map without keys
 * prefix  "limits", "sources.NAME"; empty for the top
 * target  the structure that the offsets of these settings are of, see raw.h
 * LISTEN, STORE, SOURCES, QUERY, RECIPE, TOPICS and AUTHORS are left to the sections.
 */
void setting_map_read(
	struct conf_reader *reader, const struct conf_node *node, const char *prefix, void *target);

/* value.c */

/** Settings of this kind are one value; others are left to the sections. */
bool value_is_one(enum tms_setting_kind kind);
/** Read the text of one value into its field of target. False when it is wrong; then an error was
 * added. */
bool value_read(struct conf_reader *reader, const struct tms_setting *setting,
	const struct conf_node *node, void *target);
/** The texts of a list, or of a text with commas; each as a node with its place, in the scratch.
 * False when it is neither (error added). */
bool value_list(struct conf_reader *reader, const struct tms_setting *setting,
	const struct conf_node *node, struct conf_node *out);
/** A text of the tree that is kept: as a copy in the arena. */
struct tms_str value_keep(struct conf_reader *reader, struct tms_str text);
/** A path as the file means it: relative to its folder; kept. */
struct tms_str value_path(
	struct conf_reader *reader, const struct conf_node *node, struct tms_str path);

/* find.c */

struct tms_query_limits conf_query_limits(const struct tms_conf *conf);

/* The sections, in this order: limits first, recipes before sources, sources before groups, and
 * these before feeds. */
void listen_section(struct conf_reader *reader);
void store_section(struct conf_reader *reader);
void recipes_section(struct conf_reader *reader);
void sources_section(struct conf_reader *reader);
void groups_section(struct conf_reader *reader);
void users_section(struct conf_reader *reader);

/** What a list of names of sources and groups stands for, in byte order and each once; what is
 * wrong with a name is said at its place. Groups have been read. */
void sources_listed(struct conf_reader *reader, const struct conf_node *list,
	const struct tms_conf_source *const **out, size_t *out_count);

/** The recipe of that name: of the file, of the folder, or of those that come with Tamis. NULL when
 * there is none (told at the node), or it is wrong (told already). */
const struct tms_recipe *recipe_lookup(
	struct conf_reader *reader, const struct conf_node *node, struct tms_str name);

/** A query of the file. */
struct rules_query {
	const struct conf_node *node;
	const char *kind; /* "rule" or "feed" */
	struct tms_str name;
	const struct tms_query_options *options;
	/* of a feed: its sources, to tell what their items never have */
	const struct tms_conf_source *const *sources;
	size_t sources_count;
};
/**
 * Check a query; what is wrong, or worth a look, is said at its place in the file.
 * *out (may be NULL) is given: tms_query_free. False when it is wrong.
 */
bool rules_check_query(
	struct conf_reader *reader, const struct rules_query *query, struct tms_query **out);
/** The topics of a text behind those of `base`; base where there are none. */
const struct tms_query_topics *topics_read(struct conf_reader *reader, const struct conf_node *node,
	const struct tms_query_topics *base);
/** zones.c: the time zone of that name, which stands at the node (NULL: in no file); NULL is UTC,
 * also where there is none of that name (told there). */
const struct tms_zone *zone_named(
	struct conf_reader *reader, const struct conf_node *node, struct tms_str name);
/** Bound what the scans of all feeds that take one source cost, see tms_query_scans: an error where
 * the first stands that is too much. */
void scan_cost_check(struct conf_reader *reader, const struct conf_node *node,
	const struct tms_conf_feed *feed, const struct tms_query *query);
/**
 * Read a map of named rules behind those of the options, and check every one of them by these. A rule
 * that is wrong keeps its name and loses its text, so that it is not complained of again.
 */
void rules_read(struct conf_reader *reader, const struct conf_node *node,
	struct tms_query_options *options);

/** authors.c: the lists of a map behind those of the options. One that is wrong keeps its name. */
void authors_read(struct conf_reader *reader, const struct conf_node *node,
	struct tms_query_options *options);
/** conf.c: of a file, with a slash at its end; empty: the working one. */
struct tms_str conf_folder_of(struct tms_arena *arena, struct tms_str file);

/** Put the variables that name settings over the tree. */
void variables_apply(struct conf_reader *reader, const struct tms_conf_env *env, size_t count);

#endif
