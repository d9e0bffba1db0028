/* What the files of the parser share: the cursor, its errors, and who reads what. */
#ifndef TAMIS_QUERY_PARSE_PRIVATE_H
#define TAMIS_QUERY_PARSE_PRIVATE_H

#include <tamis/advice.h>
#include <tamis/utf8.h>

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
	struct tms_arena *arena; /* what it lives in */
	const struct tms_query_options *options;
	struct tms_query_limits limits; /* defaults filled in */
	const struct query_rule_stack *rules;
	const struct query_field *field;     /* of the group that is being read, or NULL */
	bool exact;                          /* "=" stands before that group */
	struct query_small_operators *small; /* NULL: none yet */
	struct query_factor *factors; /* of the groups that are open, where somebody is told */
	size_t factors_count, factors_capacity;
	size_t operator_at;       /* where the last operator stands */
	size_t group_at, term_at; /* where the innermost group and term begin */
	size_t last_at;           /* and the term before it in its list; SIZE_MAX: none */
	struct {
		size_t at, end; /* asked of several times at one place; end 0: not yet */
		bool begun;
		int kind; /* enum query_operator */
	} seen_operator;
	size_t words_until; /* operators before this place are words */
	bool is_again;      /* what is read now was read before, and is noted */
	size_t depth;
	size_t *terms; /* counts through rules */
	enum tms_status status;
	struct tms_diag *diag;
	struct tms_advice *advice; /* NULL: nobody is told */
	/* the newest, until the next; NULL when there was no room for it */
	struct tms_advice_note *note;
};

/** One of the terms that a group joins, with what stands before it. */
struct query_factor {
	size_t start, end;
	enum { JOINED_FIRST, JOINED_BY_SPACE, JOINED_BY_AND, JOINED_BY_OR } joined;
};

/** How a word, phrase or value was written. */
struct query_written {
	size_t at;           /* where the term begins */
	size_t from;         /* where its value does, behind names and signs */
	struct tms_str text; /* between the quotes, or the bare word */
	bool quoted, exact, stem;
	bool is_letters;       /* of ASCII, and digits, alone */
	bool is_plain;         /* words of ASCII without TeX, which are printed as they stand */
	bool has_behind;       /* "@" stands behind the quotes of a topic … */
	struct tms_str behind; /* … and this behind it */
};

/* ---- cursor.c ---- */

/** query_peek_at for what is no ASCII. */
int32_t query_peek_wide(const struct query_parser *p, size_t at, size_t *next);
/** The punctuation-folded character at `at`, control characters as spaces, or -1 at the end; *next
 * is behind it. */
static inline int32_t query_peek_at(const struct query_parser *p, size_t at, size_t *next)
{
	*next = at;
	if (at >= p->text.len)
		return -1;
	unsigned char byte = (unsigned char)p->text.ptr[at];
	if (byte >= 0x80)
		return query_peek_wide(p, at, next);
	*next = at + 1;
	return byte < 0x20 || byte == 0x7F ? ' ' : byte;
}
/** The same at the cursor. */
static inline int32_t query_peek(const struct query_parser *p)
{
	size_t next;

	return query_peek_at(p, p->at, &next);
}
/** Past the character at the cursor; past spaces. */
static inline void query_skip(struct query_parser *p)
{
	(void)query_peek_at(p, p->at, &p->at);
}
static inline void query_skip_spaces(struct query_parser *p)
{
	while (query_peek(p) == ' ')
		query_skip(p);
}
/** True for what ends a bare word. */
static inline bool query_is_delimiter(int32_t c)
{
	return c < 0 || c == ' ' || c == '(' || c == ')' || c == '"' || c == '|';
}
/** What stands at `at`, for "found …": `")"`, `"word"`, "the end of the query". */
struct tms_str query_found(const struct query_parser *p, size_t at);

/** True for dashes that join no words, and ¬. */
bool query_is_long_sign(int32_t c);
/** Does "-", "!" or, directly before a word, one of those stand before this term? Then *behind is
 * the place after it. */
bool query_excludes(struct tms_str text, size_t *behind);

/** Note the first error, with its place, as TMS_EINVAL, TMS_ELIMIT or TMS_ENOMEM; always NULL. */
void *query_fail(struct query_parser *p, size_t at, const char *format, ...) TMS_PRINTF(3, 4);
void *query_fail_limit(struct query_parser *p, size_t at, const char *format, ...) TMS_PRINTF(3, 4);
void *query_fail_memory(struct query_parser *p);

/** Note what is worth saying of these bytes, where somebody listens. */
void query_note(struct query_parser *p, size_t start, size_t end, const char *format, ...)
	TMS_PRINTF(4, 5);
/** What to write instead of these bytes, beside the newest note or error (query_fail notes it). */
void query_cure(struct query_parser *p, struct tms_str label, size_t start, size_t end,
	struct tms_str instead);
/** The same with what a buffer holds, which is freed. */
void query_cure_with(struct query_parser *p, struct tms_str label, size_t start, size_t end,
	struct tms_buf *instead);

/** Letters and digits before the "*" of a prefix. */
#define QUERY_PREFIX_MIN 3
/** To read these bytes as a regular expression, or as the prefix that it is ("agent*?"); nothing
 * where it would find everything. */
void query_cure_as_regex(struct query_parser *p, size_t start, size_t end);

/* ---- operator.c ---- */

enum query_operator { OPERATOR_NONE, OPERATOR_AND, OPERATOR_OR, OPERATOR_NOT };
/** False where no operator can stand: a look at three bytes, which most words do not pass. */
static inline bool query_may_be_operator(const struct query_parser *p)
{
	size_t left = p->text.len - p->at;
	const unsigned char *at = (const unsigned char *)p->text.ptr + p->at;

	if (left == 0)
		return false;
	switch (at[0] < 0x80 ? at[0] | 0x20 : 0) {
	case 'a':
		return left >= 3 && (at[1] | 0x20) == 'n' && (at[2] | 0x20) == 'd';
	case 'o':
		return left >= 2 && (at[1] | 0x20) == 'r';
	case 'n':
		return left >= 3 && (at[1] | 0x20) == 'o' && (at[2] | 0x20) == 't';
	case '|':
	case '&':
	case 0:
		return true;
	default:
		return false;
	}
}
/** query_find_operator where there may be one. */
enum query_operator query_read_operator(struct query_parser *p, bool begun, size_t *end);
/**
 * The operator at the cursor, where it is none of words; *end is behind it.
 * begun  a term of the group stands before it
 */
static inline enum query_operator query_find_operator(
	struct query_parser *p, bool begun, size_t *end)
{
	return query_may_be_operator(p) ? query_read_operator(p, begun, end) : OPERATOR_NONE;
}
/** True for what is written as an operator where quotes do not make it a word. */
bool query_is_operator(struct tms_str word);

/* ---- quote.c ---- */

/** True at a quote that opens a phrase: " or, where it is closed, '. */
bool query_at_quote(const struct query_parser *p);
/** The text between the quotes that open at the cursor; false after an error. */
bool query_read_quoted(struct query_parser *p, struct query_written *written);

/* ---- note.c: what is read as meant and worth a look; nothing where nobody listens ---- */

/** An operator in small letters. */
void query_note_operator(struct query_parser *p, size_t start, size_t end);
/** At the end: those operators, all in one note. */
void query_note_operators(struct query_parser *p);
/** Operators in a row, and one at an end, that are words. */
void query_note_run(struct query_parser *p, size_t start, size_t end);
void query_note_lone(struct query_parser *p, size_t start, size_t end);
/** What a group of these factors, from that one on, is read as; and names of fields that stand
 * before the first of several words. */
void query_note_group(struct query_parser *p, size_t first_factor, const struct query_node *node);
/** Signs of these words that are not searched. */
void query_note_signs(
	struct query_parser *p, const struct query_written *written, const struct tms_words *words);
/** "@strict" behind a space, where the cursor is behind a subject. */
void query_note_apart(struct query_parser *p);
/** A category that looks like one of arXiv's, and is none. */
void query_note_category(struct query_parser *p, const struct query_written *written);
/** "field: word", of which the name stands there; the cursor is on the word. */
void query_note_space(struct query_parser *p, size_t start, size_t end);

/** spoken.c: terms of the group of these factors, from that one on, that say in words what has
 * signs: numbers, nearness, parentheses in a word. */
void query_note_spoken(struct query_parser *p, size_t first_factor);

/* ---- name.c ---- */

/** The name of a field before ":" or a comparison. */
struct query_name {
	size_t end, behind; /* of the name; behind the sign */
	char op;            /* ':' '<' '>' '=', or 'l' 'g' for the two with "=" */
	bool has_space;     /* before the sign */
};
/** True with the name at the cursor, which may be none that is known. */
bool query_find_name(const struct query_parser *p, struct query_name *name);
/** The sign at `at`: 0 when there is none; *behind is the place after it. */
char query_read_op(const struct query_parser *p, size_t at, size_t *behind);
/** True for numbers, ages and dates. */
bool query_is_ordered(const struct query_field *field);
/** Refuse the name at the cursor, of the term at `at`. Always NULL. */
void *query_fail_unknown_field(struct query_parser *p, size_t at, const struct query_name *written);

/* ---- alternatives.c ---- */

/** True at a comma or semicolon that divides a list, and no number. */
bool query_is_separator(const struct query_parser *p, size_t at);
/** Refuse a list for the separator at `place`; end 0: up to the end of the group. Always NULL. */
void *query_refuse_list(struct query_parser *p, size_t place, size_t start, size_t end);
/** "about:(AI safety)": a field of one value, with the "(" at the cursor; the term begins at
 * `start`. Always NULL. */
void *query_refuse_group(struct query_parser *p, const struct query_field *field, size_t start);

/* ---- refuse.c ---- */

/** True when the bare word before the cursor would mean something else than it says; the error is
 * told. */
bool query_refuse(struct query_parser *p, const struct query_field *field,
	const struct query_written *written);
/** "a b"~3, of which the "~" stands at the cursor. Always NULL. */
void *query_refuse_slop(struct query_parser *p, size_t start, struct query_written written);
/** "(?i)herons", of which the parenthesis stands at the cursor. Always NULL. */
void *query_refuse_inline(struct query_parser *p);

/** To write a regular expression instead that finds this text. */
void query_cure_regex(struct query_parser *p, struct tms_str label, size_t start, size_t end,
	struct tms_str text);

/* ---- arxiv_category.c ---- */

/** As arXiv writes it, or empty when it is none; caseless. */
struct tms_str query_arxiv_category(struct tms_str text);
/** Does a category begin so? Caseless. */
bool query_arxiv_begins(struct tms_str text);
/** The one that is meant or looks most like it; empty when none does. */
struct tms_str query_arxiv_nearest(struct tms_str text);
/** True when the bare word from there to the cursor is one; the error is told. */
bool query_refuse_category(struct query_parser *p, size_t start);

/* ---- advice.c ---- */

/** tms_advice_add for functions that were given `args` by theirs. An error always has room. */
struct tms_advice_note *advice_vadd(struct tms_advice *advice, struct tms_str text, size_t start,
	size_t end, bool is_error, const char *format, va_list args) TMS_PRINTF(6, 0);

/* ---- the grammar; each gives NULL after an error ---- */

/** parse.c: "( … )" at the cursor. */
struct query_node *query_parse_group(struct query_parser *p);
/** parse.c: tms_query_parse_advised with cures that nobody has tried. */
TMS_MUST_CHECK enum tms_status query_parse_raw(struct tms_str text,
	const struct tms_query_options *options, struct tms_query **out, struct tms_advice *advice);
/** parse.c: the whole text of a query or a rule; *root stays NULL for one that asks for nothing. */
bool query_parse_text(struct query_parser *p, struct query_node **root);
/** parse.c: count a level of depth; false after an error. */
bool query_go_deeper(struct query_parser *p, size_t at);
/** parse.c: NULL after an error. */
struct query_node *query_new_node(struct query_parser *p, enum query_node_kind kind);
/** named_rule.c: the rule of that name, written out. */
struct query_node *query_parse_rule(struct query_parser *p, struct query_written written);
/** term.c: past the bare run at the cursor, up to a space, a parenthesis, a quote or an operator. */
struct tms_str query_read_bare(struct query_parser *p);
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
/** The name that a field is printed by: empty for the default. */
struct tms_str query_printed_name(const struct query_field *field);

/* ---- open_leaf.c: words that are cut later, or never where the index knows them ---- */

/** Make an open leaf of the words in front of the cursor; false where they have to be cut. */
bool query_leave_open(
	const struct query_parser *p, const struct query_written *written, struct query_leaf *leaf);
/** An open leaf costs no more than this. */
size_t query_open_cost(const struct query_leaf *leaf);
/** Close all leaves and this one, which comes next, leave no more open, and count again. */
void query_close_leaves(struct query_parser *p, struct query_leaf *last);

/* ---- day.c: dates as they are written ---- */

/** The first and last moment that a date stands for, or what they are counted from. */
struct query_span_of_time {
	tms_time first, last;
	struct query_day first_day, last_day;
};
/** "2026", "2026-03", "2026-W09", "2026-03-01", "today", "yesterday", "monday" …, as clocks show it
 * there. False when it is none. */
bool query_read_date(struct tms_str s, const struct tms_zone *zone, struct query_span_of_time *out);
/**
 * Take "@Europe/Berlin" off the end of a date. *zone: that one, else that of the options. False
 * after an error.
 */
bool query_take_zone(
	struct query_parser *p, struct query_written *written, const struct tms_zone **zone);

/** meant_value.c: to write instead of an age or a date that cannot be read. op: how it is compared;
 * '.' at an end of a range. */
void query_cure_time(struct query_parser *p, const struct query_field *field,
	const struct query_written *written, char op);

/* ---- the other leaves; NULL after an error ---- */

/** about.c: topic:ID@THRESHOLD, about:"…"@THRESHOLD. */
struct query_node *query_make_topic(
	struct query_parser *p, const struct query_field *field, struct query_written written);

/** about.c: a threshold, or what can be written as one: "strict", "0.5", "60%". */
bool query_is_threshold(struct tms_str s);

/** listed.c: author:@NAME; the text begins with "@". */
struct query_node *query_make_listed(
	struct query_parser *p, const struct query_field *field, struct query_written written);

/** value.c: everything that is not words: "title" never comes here. */
struct query_node *query_make_value(
	struct query_parser *p, const struct query_field *field, struct query_written written);
/** whole_value.c: of the kinds of fields that are compared whole. The leaf as it is written, in
 * quotes where it has to be. */
struct query_node *query_add_value(
	struct query_parser *p, struct query_written written, struct query_leaf *leaf);
struct query_node *query_make_exact(
	struct query_parser *p, struct query_written written, struct query_leaf *leaf);
/** language.c: the same of lang:. */
struct query_node *query_make_language(
	struct query_parser *p, struct query_written written, struct query_leaf *leaf);
struct query_node *query_make_id(
	struct query_parser *p, struct query_written written, struct query_leaf *leaf);
/** path.c: the same of path:. */
struct query_node *query_make_path(
	struct query_parser *p, struct query_written written, struct query_leaf *leaf);
/** path.c: with "/" at the cursor, the value of that field: is it a path, and no regular expression
 * between slashes? */
bool query_at_path(const struct query_parser *p, const struct query_field *field);
/** path.c: one that would be read as something else. */
bool query_path_needs_quotes(struct tms_str path);
struct query_node *query_make_url(
	struct query_parser *p, struct query_written written, struct query_leaf *leaf);
struct query_node *query_make_has(
	struct query_parser *p, struct query_written written, struct query_leaf *leaf);
/** value.c: a comparison; `op` is one of < > = and "<=" as 'l', ">=" as 'g'. */
struct query_node *query_make_comparison(struct query_parser *p, const struct query_field *field,
	struct query_written written, char op);

#endif
