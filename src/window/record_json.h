/* The stored form of a record, in JSON (see <tamis/record.h>), and what the other stored forms of a
 * window share with it. */
#ifndef TAMIS_WINDOW_RECORD_JSON_H
#define TAMIS_WINDOW_RECORD_JSON_H

#include <tamis/json.h>
#include <tamis/record.h>

#include "text/json_pull.h"

/** The form written; anything up to it is read. */
#define RECORD_JSON_VERSION 1

/** Append an item as one JSON object, without id, origin and numbers. */
void record_write_item(struct tms_json_writer *w, const struct tms_item *item);

/**
 * An item as record_write_item wrote it: the value at hand. Runs and arrays are borrowed from what
 * is pulled and its arena; id, origin and numbers stay as tms_item_init leaves them. *fault, when it
 * is NULL, gets what is wrong with it: half a sentence for record_malformed.
 */
void record_read_item(struct json_pull *pull, struct tms_item *out, const char **fault);

/** "stored record: what"; TMS_EMALFORMED. */
enum tms_status record_malformed(struct tms_diag *diag, const char *what);
/** Does this program read that "v"? 0: there was none. TMS_OK, TMS_EMALFORMED. */
TMS_MUST_CHECK enum tms_status record_check_version(int64_t version, struct tms_diag *diag);
/** Parses the bytes as an object with a "v" that this program reads; given: tms_json_free. */
TMS_MUST_CHECK enum tms_status record_open(
	struct tms_str bytes, struct json_t **out, struct tms_diag *diag);

/** Append a time to an object; nothing when it is TMS_TIME_NONE. */
void record_write_time(struct tms_json_writer *w, const char *key, tms_time t);
/** A time within what RFC 3339 can write; absent: TMS_TIME_NONE. False when it is anything else. */
bool record_read_time(const struct json_t *object, const char *key, tms_time *out);

/** A stored record, or a retired id. */
struct record_stored {
	struct tms_str id;
	tms_time retired; /* TMS_TIME_NONE: a record */
	/* Of a retired item: its record as it was; empty: none. */
	struct tms_str whole;
	tms_time first_seen, last_listed;
	struct tms_str *lists; /* the keys of the lists that named it */
	size_t lists_count;
	struct tms_sighting sightings[TMS_ORIGIN_MAX];
	size_t sightings_count;
};

/** Append a record's stored form. lists: keys of those that named it. Failure stays in
 * buf->status. */
void record_write(struct tms_buf *buf, const struct tms_record *record, const struct tms_str *lists,
	size_t lists_count);

/**
 * Text is borrowed from `bytes` and the arena, whose limit is set; on TMS_OK the sightings are given
 * (tms_sighting_fini each), best origin first, without a source. Members come in any order; of two
 * equal keys the later counts, and neither may be wrong. TMS_OK, TMS_EMALFORMED, TMS_ENOMEM,
 * TMS_ELIMIT.
 */
TMS_MUST_CHECK enum tms_status record_read(struct tms_arena *arena, struct tms_str bytes,
	struct record_stored *out, struct tms_diag *diag);

#endif
