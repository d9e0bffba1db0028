/* What the parts of `tamis topics` share. */
#ifndef TAMIS_CLI_TOPICS_PRIVATE_H
#define TAMIS_CLI_TOPICS_PRIVATE_H

#include <tamis/topic.h>

#include "cli.h"

#define TMS_TOPICS_ITEMS_BYTES_MAX ((size_t)1 << 30)
#define TMS_TOPICS_MODEL_BYTES_MAX ((size_t)1 << 28)

struct topics_options {
	const char *rules, *items, *model; /* paths or NULL */
	enum tms_topic_how how;
	const struct tms_topic_scorer *scorer;
	bool with_why;
};

/** An item of a JSONL file: {"id", "title", "abstract", "keywords"}. */
struct topics_item {
	struct tms_str id;
	struct tms_topic_item texts;
};

/** Topics compiled, and the items that they are asked of. {0} is empty. */
struct topics_work {
	struct tms_arena arena; /* owns definitions and items */
	struct tms_topic_list topics;
	struct topics_item *items;
	size_t items_count, items_capacity;
	struct tms_topic_model *model;
	struct tms_topic **compiled; /* one for each topic */
};

/** Each returns an enum tms_exit, and has said what is wrong. Without a file: the catalogue. */
int topics_load(struct tms_arena *arena, const char *path, struct tms_topic_list *out);
/** Topics, items and the compiled topics; close it also when it failed. */
int topics_open(struct topics_work *work, const struct topics_options *how);
void topics_close(struct topics_work *work);
/** "ID  TITLE" and the end of the line; long titles are cut. */
void topics_write_title(const struct topics_item *item, struct tms_buf *buf);

/** The commands below `tamis topics`, with their operands; each returns an enum tms_exit. */
int topics_list(const struct topics_options *how);
int topics_show(const struct topics_options *how, const char *id);
int topics_score(const struct topics_options *how);
int topics_lint(const struct topics_options *how);
/** Paths of topic files; old is NULL for the catalogue. */
int topics_diff(const struct topics_options *how, const char *old, const char *new);

#endif
