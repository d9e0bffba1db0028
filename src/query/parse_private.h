/* What the files of the parser share: the cursor, its errors, and who reads what. */
#ifndef TAMIS_QUERY_PARSE_PRIVATE_H
#define TAMIS_QUERY_PARSE_PRIVATE_H

#include "checked_query.h"

/** Rules that are being written out, from the innermost outwards. */
struct query_rule_stack {
	struct tms_str name;
	const struct query_rule_stack *outer;
};

struct query_parser {
	struct tms_str text;
	size_t at;
	struct tms_query *query; /* being built */
	const struct tms_query_options *options;
	struct tms_query_limits limits; /* defaults filled in */
	const struct query_rule_stack *rules;
	const struct query_field *field; /* of the group that is being read, or NULL */
	bool exact;                      /* "=" stands before that group */
	size_t depth;
	size_t *terms; /* counts through rules */
	enum tms_status status;
	struct tms_diag *diag;
};

/** How a word, phrase or value was written. */
struct query_written {
	size_t at;           /* where the term begins, for errors */
	struct tms_str text; /* between the quotes, or the bare word */
	bool quoted, exact, stem;
	bool has_behind;       /* "@" stands behind the quotes of a topic … */
	struct tms_str behind; /* … and this behind it */
};

/* ---- cursor.c ---- */

/** The punctuation-folded character at the cursor, control characters as spaces; -1 at the end. */
int32_t query_peek(const struct query_parser *p);
/** The same at `at`; *next is behind it. */
int32_t query_peek_at(const struct query_parser *p, size_t at, size_t *next);
/** Past the character at the cursor; past spaces. */
void query_skip(struct query_parser *p);
void query_skip_spaces(struct query_parser *p);
/** What stands at `at`, for "found …": `")"`, `"word"`, "the end of the query". */
struct tms_str query_found(const struct query_parser *p, size_t at);

/** Note the first error, with its place, as TMS_EINVAL, TMS_ELIMIT or TMS_ENOMEM; always NULL. */
void *query_fail(struct query_parser *p, size_t at, const char *format, ...) TMS_PRINTF(3, 4);
void *query_fail_limit(struct query_parser *p, size_t at, const char *format, ...) TMS_PRINTF(3, 4);
void *query_fail_memory(struct query_parser *p);

/* ---- the grammar; each gives NULL after an error ---- */

/** parse.c: "( … )" at the cursor. */
struct query_node *query_parse_group(struct query_parser *p);
/** parse.c: the rule of that name, written out. */
struct query_node *query_parse_rule(struct query_parser *p, struct query_written written);
/** term.c: one term, without "-" and NOT before it. */
struct query_node *query_parse_term(struct query_parser *p);

/* ---- leaf.c: checked leaves of what was written; NULL after an error ---- */

/** The text as it is kept: control characters and runs of spaces are one space; none at an end. */
struct tms_str query_one_line(struct query_parser *p, struct tms_str text);
/** Words, a phrase or a prefix. */
struct query_node *query_make_words(
	struct query_parser *p, const struct query_field *field, struct query_written written);
/** A regular expression: the text between the slashes. */
struct query_node *query_make_regex(
	struct query_parser *p, const struct query_field *field, struct query_written written);
/** near(): the words in quotes, with at most `gap` others between them. */
struct query_node *query_make_near(struct query_parser *p, const struct query_field *field,
	struct query_written written, size_t gap);
/** The leaf as a node, counted and shared with an equal one that is there already. */
struct query_node *query_add_leaf(struct query_parser *p, size_t at, struct query_leaf *leaf);

/* ---- the other leaves; NULL after an error ---- */

/** about.c: topic:ID@THRESHOLD, about:"…"@THRESHOLD. */
struct query_node *query_make_topic(
	struct query_parser *p, const struct query_field *field, struct query_written written);

/** value.c: everything that is not words: "title" never comes here. */
struct query_node *query_make_value(
	struct query_parser *p, const struct query_field *field, struct query_written written);
/** value.c: a comparison; `op` is one of < > = and "<=" as 'l', ">=" as 'g'. */
struct query_node *query_make_comparison(struct query_parser *p, const struct query_field *field,
	struct query_written written, char op);

#endif
