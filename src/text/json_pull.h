/*
 * JSON pulled value after value from where it lies, without a tree of it: for what we wrote ourselves
 * and read by the hundred thousand at a start. Accepts what tms_json_parse accepts, within its limits.
 */
#ifndef TAMIS_TEXT_JSON_PULL_H
#define TAMIS_TEXT_JSON_PULL_H

#include <tamis/arena.h>
#include <tamis/diag.h>

/**
 * Whoever reads takes exactly one value after each json_pull_member or json_pull_element, of whatever
 * kind it is; these say "nothing" when it is of another kind, and step over it:
 *   struct json_pull pull;
 *   json_pull_begin(&pull, &arena, text);
 *   if (json_pull_enter(&pull, '{'))
 *   	while (json_pull_member(&pull, &key))
 *   		if (tms_str_equal(key, TMS_STR("id"))) id = json_pull_str(&pull);
 *   		else json_pull_skip(&pull);
 *   st = json_pull_end(&pull, diag);
 * The first failure stays, ends all loops and makes all later values nothing; json_pull_end tells.
 * Of two equal keys both are given. An escaped lone surrogate becomes U+FFFD.
 */
struct json_pull {
	struct tms_arena *arena;
	struct tms_str text;
	size_t at;
	size_t depth, values;
	bool is_first; /* nothing of the innermost object or array was read yet */
	enum tms_status status;
	const char *fault; /* what is wrong at `at` */
};

/**
 * text: borrowed; strings without escapes are runs of it. arena: gets those that have them; when it
 * fails, here or for the caller, json_pull_end says so.
 */
void json_pull_begin(struct json_pull *pull, struct tms_arena *arena, struct tms_str text);
/** Into an object ('{') or array ('['), up to the false of json_pull_member or json_pull_element.
 * False: it is none. */
bool json_pull_enter(struct json_pull *pull, char open);
/** The next member's key; false: the object has ended. */
bool json_pull_member(struct json_pull *pull, struct tms_str *key);
/** Is there a next element? False: the array has ended. */
bool json_pull_element(struct json_pull *pull);
/** A string; empty for anything else. May hold NUL and other control characters. */
struct tms_str json_pull_str(struct json_pull *pull);
/** A whole number within 64 bits ("3.0" counts); false, and *out alone, for anything else. */
bool json_pull_int(struct json_pull *pull, int64_t *out);
/** A boolean, or `otherwise`. */
bool json_pull_bool(struct json_pull *pull, bool otherwise);
/** Step over a value, checked like any other: its text. */
struct tms_str json_pull_skip(struct json_pull *pull);
/** Nothing but white space is to follow. TMS_OK, TMS_EMALFORMED, TMS_ELIMIT, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status json_pull_end(struct json_pull *pull, struct tms_diag *diag);

#endif
