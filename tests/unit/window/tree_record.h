/* The stored form of a record, read as plainly as can be: JSON as a tree, its members by name. */
#ifndef TAMIS_TEST_TREE_RECORD_H
#define TAMIS_TEST_TREE_RECORD_H

#include "window/record_json.h"

/** As struct record_stored. */
struct tree_record {
	struct tms_str id;
	tms_time retired;
	const struct json_t *whole;
	tms_time first_seen, last_listed;
	const struct json_t *lists;
	struct tms_sighting sightings[TMS_ORIGIN_MAX];
	size_t sightings_count;
};

/** As record_read; `out` borrows from `value`, whose version is not looked at. */
TMS_MUST_CHECK enum tms_status tree_record_read(
	const struct json_t *value, struct tree_record *out, struct tms_diag *diag);

#endif
