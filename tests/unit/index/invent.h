/*
 * Items and rules made by dice: every run with the same seed sees the same ones. Rules are made as
 * trees and written as text; their words are those of the items, near misses of them, and others.
 */
#ifndef TAMIS_TESTS_INDEX_INVENT_H
#define TAMIS_TESTS_INDEX_INVENT_H

#include "reference.h"

#include <tamis/query.h>

struct dice {
	uint64_t state;
};

/** A number below `below`, which is not 0. */
uint32_t roll(struct dice *dice, uint32_t below);
/** True one time in `times`. */
bool chance(struct dice *dice, uint32_t times);
#define ROLL_FROM(dice, list) ((list)[roll((dice), TMS_COUNT(list))])
/** What the environment says under that name, a number above 0, or else. */
uint64_t number_from(const char *name, uint64_t fallback);

/** Real items to take texts from; none when the corpus is not there. */
struct real_items {
	struct tms_arena arena;
	struct tms_item *list;
	size_t count, capacity;
};
/** Up to `most` papers and a listing of the corpus; prints what it skips. */
void real_items_load(struct real_items *items, size_t most);
void real_items_free(struct real_items *items);

/** An item of everything that an item can have, without its id. Text lives in the arena, or is
 * static, or is borrowed from the real ones. */
void invent_item(struct dice *dice, struct tms_arena *arena, const struct real_items *real,
	struct tms_item *out);
/** A text of so many words at most, as invented items have them. */
struct tms_str invent_text(struct dice *dice, struct tms_arena *arena, uint32_t words);

/** A rule that others can ask for by its name. */
struct named_rule {
	struct tms_query_rule rule;
	struct ask *ask;
};

enum rule_kind {
	RULE_ANY,    /* a tree of anything */
	RULE_WIDE,   /* so many parts about numbers and times that moments of it are kept */
	RULE_SOURCE, /* who lists it, or its category: one leaf, or none of it */
};

struct rule_maker {
	struct dice *dice;
	struct tms_arena *arena;
	const struct subject *const *subjects; /* whose words are taken */
	size_t subjects_count;
	const struct named_rule *named;
	size_t named_count;
	tms_time now;
	unsigned group_fields; /* inside "name:(": its fields, else 0 */
	bool group_exact;
	enum rule_kind kind;
};

/** The tree, in the arena, NULL for one that asks for nothing; its text is appended. */
struct ask *invent_rule(struct rule_maker *maker, struct tms_buf *text);
/** What the arena does not hold. */
void ask_free(struct ask *ask);

/** invent_leaf.c: one term. */
struct ask *invent_leaf(struct rule_maker *maker);
/** invent_topic.c: how much an item is about something; and the topics that such terms name. */
struct ask *invent_topic_leaf(struct rule_maker *maker);
const struct tms_query_topics *invented_topics(void);
/** invent_listed.c: the authors of a list; and the lists that such terms name. */
struct ask *invent_listed_leaf(struct rule_maker *maker);
const struct tms_query_authors *invented_authors(size_t *count);
/** invent_value.c: one that is not about text. */
/** What was written, and the first and last value that it stands for. */
struct written {
	struct tms_str text;
	int64_t first, last;
};
/** Give the ask its ends by a sign or a range, and its print. */
void invent_comparison(struct rule_maker *maker, struct ask *ask, const char *name,
	struct written a, struct written b);
/** invent_date.c */
struct ask *invent_date_leaf(struct rule_maker *maker);
/** The time zones that invented rules name. */
const struct tms_zones *invented_zones(void);
struct ask *invent_value_leaf(struct rule_maker *maker);
/** A term of no content yet: its fields, those of the group that it stands in, and what is written
 * before it for them. */
struct ask *invent_plain_leaf(struct rule_maker *maker, enum ask_kind kind, const char **prefix);
/** "name:" for these fields of text, any spelling that means them. */
const char *field_prefix(struct dice *dice, unsigned fields);
unsigned roll_fields(struct dice *dice);

#endif
