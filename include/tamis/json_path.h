/*
 * Finding values in JSON: RFC 9535 without functions. $.a.b[*].c, ['x'], [0], [-1], [1:3], ..name,
 * several in one pair of brackets, and filters: [?@.type == 'story' && !@.dead].
 */
#ifndef TAMIS_JSON_PATH_H
#define TAMIS_JSON_PATH_H

#include <tamis/arena.h>
#include <tamis/json.h>
#include <tamis/steps.h>

#define TMS_JSON_PATH_BYTES_MAX ((size_t)4096)

struct tms_json_path; /* the arena's; immutable */

/** Values in the order in which they were found; they live as long as the document. */
struct tms_json_values {
	const struct json_t **items;
	size_t count;
};

/**
 * Compile a path. TMS_OK; TMS_EINVAL, diag holds line, column and one sentence; TMS_ELIMIT (longer
 * or deeper than allowed); TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status tms_json_path_parse(struct tms_arena *arena, struct tms_str text,
	struct tms_json_path **out, struct tms_diag *diag);

/**
 * All values that the path finds below `root`. TMS_OK; TMS_ELIMIT: no steps are left, or the arena
 * is full; TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status tms_json_path_find(struct tms_arena *arena,
	const struct tms_json_path *path, const struct json_t *root, struct tms_steps *steps,
	struct tms_json_values *out);
/** The same without the last part, when that is [*]: the lists whose elements the path finds. Else
 * nothing is found. */
TMS_MUST_CHECK enum tms_status tms_json_path_find_lists(struct tms_arena *arena,
	const struct tms_json_path *path, const struct json_t *root, struct tms_steps *steps,
	struct tms_json_values *out);

/** A string, a number or a truth value as text; empty for all else. Borrowed from the value, or the
 * arena's. */
struct tms_str tms_json_value_line(struct tms_arena *arena, const struct json_t *value);

#endif
