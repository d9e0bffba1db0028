/* Compiled XPath, which CSS selectors become too. */
#ifndef TAMIS_SELECT_XPATH_PRIVATE_H
#define TAMIS_SELECT_XPATH_PRIVATE_H

#include <tamis/xpath.h>

#include "select_parser.h"

/* Expressions and steps of one XPath, and groups and predicates inside each other. */
#define XPATH_PARTS_MAX 500
#define XPATH_DEPTH_MAX 24

enum xpath_kind {
	XPATH_LITERAL,
	XPATH_NUMBER,
	XPATH_CALL,
	XPATH_OR,
	XPATH_AND,
	XPATH_EQ,
	XPATH_NE,
	XPATH_LT,
	XPATH_LE,
	XPATH_GT,
	XPATH_GE,
	XPATH_ADD,
	XPATH_SUB,
	XPATH_MUL,
	XPATH_DIV,
	XPATH_MOD,
	XPATH_NEG,
	XPATH_UNION,
	XPATH_PATH,
};

enum xpath_axis {
	XPATH_CHILD,
	XPATH_DESCENDANT,
	XPATH_DESCENDANT_OR_SELF,
	XPATH_SELF,
	XPATH_PARENT,
	XPATH_ANCESTOR,
	XPATH_ANCESTOR_OR_SELF,
	XPATH_FOLLOWING_SIBLING,
	XPATH_PRECEDING_SIBLING,
	XPATH_FOLLOWING,
	XPATH_PRECEDING,
	XPATH_ATTRIBUTE,
};

enum xpath_test { XPATH_ANY, XPATH_NAMED, XPATH_TEXTS, XPATH_NODES };

struct xpath_expr;
struct xpath_function;

struct xpath_step {
	enum xpath_axis axis;
	enum xpath_test test;
	struct tms_str name;           /* with its prefix */
	struct tms_str local;          /* without */
	struct xpath_expr *predicates; /* joined by next */
	struct xpath_step *next;
};

struct xpath_expr {
	enum xpath_kind kind;
	struct tms_str text; /* LITERAL */
	double number;       /* NUMBER */
	const struct xpath_function *function;
	struct xpath_expr *left, *right; /* operators; left: first argument of a CALL */
	struct xpath_expr *next;         /* the next argument or predicate */
	/* PATH: from the document, from what `left` gives, or from the context */
	bool is_absolute;
	struct xpath_expr *predicates; /* of what `left` gives */
	struct xpath_step *steps;
};

struct tms_xpath {
	struct xpath_expr *root;
};

/** What parsers share. {.arena, .text} begins; the first failure stays. */
/** Begin; false when the text is too long or empty. */
bool xpath_parser_begin(struct select_parser *p, const char *what);
/** The end: what follows the root is `sentence`; status of the parser, *out is set on TMS_OK. */
enum tms_status xpath_parser_end(struct select_parser *p, struct xpath_expr *root,
	const char *sentence, struct tms_xpath **out);
/** Fails at the present place. Returns NULL. */
void *xpath_fail(struct select_parser *p, const char *sentence);
/** The same at byte `at` of the text. */
void *xpath_fail_at(struct select_parser *p, size_t at, const char *sentence);
/**
 * Parts of an expression: NULL when there are too many or memory is out, and when one that is given
 * is NULL.
 */
struct xpath_expr *xpath_new(struct select_parser *p, enum xpath_kind kind);
struct xpath_step *xpath_step_new(
	struct select_parser *p, enum xpath_axis axis, enum xpath_test test, struct tms_str name);
struct xpath_expr *xpath_new_pair(struct select_parser *p, enum xpath_kind kind,
	struct xpath_expr *left, struct xpath_expr *right);
struct xpath_expr *xpath_new_text(struct select_parser *p, struct tms_str text);
struct xpath_expr *xpath_new_number(struct select_parser *p, double number);
/** A call of the function of that name with these arguments, the second may be NULL. */
struct xpath_expr *xpath_new_call(struct select_parser *p, const char *name,
	struct xpath_expr *first, struct xpath_expr *second);
/** One step as a path. */
struct xpath_expr *xpath_new_path(struct select_parser *p, struct xpath_step *steps);
/** Behind those that the step has; NULL adds nothing. */
void xpath_add_predicate(struct xpath_step *step, struct xpath_expr *predicate);
/** Bytes of names, a little wider than XML has them. */
static inline bool xpath_is_name_start(char byte)
{
	return tms_is_alpha(byte) || byte == '_' || (unsigned char)byte >= 0x80;
}
static inline bool xpath_is_name(char byte)
{
	return xpath_is_name_start(byte) || tms_is_digit(byte) || byte == '-';
}

/* ---- evaluation ---- */

struct xpath_run {
	struct tms_arena *arena;
	struct tms_steps *steps;
	const struct tms_xml_node *top; /* the document */
	enum tms_status status;
};

struct xpath_context {
	struct tms_xpath_node at;
	size_t position, size;
};

typedef struct tms_xpath_value (*xpath_function_fn)(
	struct xpath_run *run, const struct xpath_context *context, const struct xpath_expr *call);
struct xpath_function {
	const char *name;
	xpath_function_fn run;
	size_t least, most; /* arguments */
	enum tms_xpath_type type;
	bool is_positional; /* asks for the place in the set */
	bool is_internal;   /* CSS only */
};
/** NULL when there is none of that name. Static. */
const struct xpath_function *xpath_function_find(struct tms_str name);

/** False when steps are out; run->status says so. */
bool xpath_spend(struct xpath_run *run, size_t count);
/** The value of an expression at a place. Empty when run->status is not TMS_OK. */
struct tms_xpath_value xpath_eval(
	struct xpath_run *run, const struct xpath_context *context, const struct xpath_expr *expr);
/** A value as another type (XPath 1.0 section 4: string, number, boolean). */
struct tms_str xpath_text_of(struct xpath_run *run, const struct tms_xpath_value *value);
double xpath_number_of(struct xpath_run *run, const struct tms_xpath_value *value);
bool xpath_fact_of(const struct tms_xpath_value *value);
/** The string-value of a node (section 5). */
struct tms_str xpath_node_text(struct xpath_run *run, struct tms_xpath_node node);
/** A value of that type. */
struct tms_xpath_value xpath_of_text(struct tms_str text);
struct tms_xpath_value xpath_of_number(double number);
struct tms_xpath_value xpath_of_fact(bool fact);
/** Operators on two values. */
struct tms_xpath_value xpath_compare(struct xpath_run *run, enum xpath_kind kind,
	const struct tms_xpath_value *a, const struct tms_xpath_value *b);

#endif
