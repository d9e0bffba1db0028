/* A recipe compiled for one document, and how it is run. */
#ifndef TAMIS_RECIPE_RECIPE_PRIVATE_H
#define TAMIS_RECIPE_RECIPE_PRIVATE_H

#include <tamis/json_path.h>
#include <tamis/recipe.h>
#include <tamis/xpath.h>

#include "listing/build.h"
#include "text/regex.h"

/** A selector of either kind; both NULL: there is none. */
struct recipe_selector {
	struct tms_xpath *xpath;
	struct tms_json_path *path;
};

struct recipe_way {
	const struct tms_recipe_way *spec;
	struct recipe_selector select;
	struct regex *regex;
	bool refers; /* its template names other rules */
};

struct recipe_value {
	struct recipe_way *ways;
	size_t count;
	bool refers;
};

struct recipe_layout {
	const struct tms_recipe_layout *spec;
	struct recipe_value json, next;
	struct recipe_selector items, empty;
	struct recipe_value *rules; /* as spec->rules */
	bool is_json;
};

/** Compiled in an arena; regular expressions are the heap's: recipe_program_fini. */
struct recipe_program {
	const struct tms_recipe *recipe;
	struct recipe_layout *layouts;
};

/** fault may be NULL. TMS_OK, TMS_EINVAL (told), TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status recipe_program_init(struct tms_arena *arena,
	const struct tms_recipe *recipe, tms_recipe_fault_fn fault, void *context,
	struct recipe_program *out);
/** Frees what is not the arena's: regular expressions. */
void recipe_program_fini(struct recipe_program *program);

/** Where a value is looked for. */
struct recipe_place {
	/* the item; in JSON the document, if there is markup round it */
	struct tms_xpath_node node;
	const struct tms_xml_node *document; /* NULL: there is no markup */
	const struct json_t *value, *root;   /* NULL: there is no JSON */
};

/** One value that was found. */
struct recipe_found {
	struct tms_str text;
	bool is_html;
};

/** What a rule found in one item. */
struct recipe_result {
	struct recipe_found *values;
	size_t count;
	size_t way;            /* that won */
	struct tms_str unread; /* found, but not what the regular expression wants; or empty */
};

/** One document being read. */
struct recipe_run {
	struct build *b;
	struct recipe_program program;
	struct tms_arena scratch; /* of one item */
	struct tms_steps steps;
	struct tms_recipe_report *report; /* never NULL */
	enum tms_status status;           /* of steps and scratch; sticky */
	const struct recipe_layout *layout;
	struct recipe_place place;
	struct recipe_result *results; /* of one item, by rule */
	size_t page;
	size_t json_bytes_max;
};

/** False once steps or memory are out. */
bool recipe_note_status(struct recipe_run *run, enum tms_status st);
/**
 * Evaluate a value. `rule` says what becomes of it; results of other rules are there for templates.
 */
void recipe_evaluate(struct recipe_run *run, const struct recipe_value *value,
	enum tms_recipe_field field, struct recipe_result *out);
/** Nodes or values of a selector; counts are 0 when nothing is found. */
struct tms_xpath_value recipe_find_nodes(
	struct recipe_run *run, const struct tms_xpath *xpath, struct tms_xpath_node at);
struct tms_json_values recipe_find_values(
	struct recipe_run *run, const struct tms_json_path *path, const struct json_t *at);
/** Fill b->item from run->results, and count what was found. */
void recipe_fill_item(struct recipe_run *run);
/** Set the listing's next_url, when there are further pages to ask for. */
void recipe_find_next(struct recipe_run *run);

#endif
