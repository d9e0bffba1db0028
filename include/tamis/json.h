/* JSON in (jansson, behind limits) and out (into a tms_buf, the same bytes for the same calls).
 * Source: RFC 8259. */
#ifndef TAMIS_JSON_H
#define TAMIS_JSON_H

#include <tamis/buf.h>
#include <tamis/diag.h>

struct json_t; /* jansson's value; callers need only the functions below */

/** {0} means the defaults. */
struct tms_json_limits {
	size_t bytes;  /* default 20 MiB */
	size_t depth;  /* default 200; at most 2,000 */
	size_t values; /* of every kind, counted together; default 250,000 (some 250 bytes each at
			  worst) */
};

enum tms_json_kind {
	TMS_JSON_NONE, /* absent */
	TMS_JSON_NULL,
	TMS_JSON_BOOL,
	TMS_JSON_NUMBER,
	TMS_JSON_STRING,
	TMS_JSON_ARRAY,
	TMS_JSON_OBJECT,
};

/**
 * Parse one JSON text (any value at the top). A UTF-8 BOM is passed over; of two equal keys the
 * last wins; an integer beyond 64 bits becomes a double; an escaped lone surrogate becomes U+FFFD,
 * in its document also an escaped NUL. Invalid UTF-8, NaN, comments and trailing commas are refused
 * with their place. *out is given: tms_json_free. It borrows nothing from text. TMS_OK,
 * TMS_EMALFORMED, TMS_ELIMIT, TMS_ENOMEM; diag may be NULL.
 */
TMS_MUST_CHECK enum tms_status tms_json_parse(struct tms_str text,
	const struct tms_json_limits *limits, struct json_t **out, struct tms_diag *diag);
/** NULL is accepted. */
void tms_json_free(struct json_t *value);

/*
 * Accessors. Each accepts NULL and a value of another kind, and then says "nothing": upstream
 * fields vanish and change their type, and that is never an error here. What they return is
 * borrowed from the parsed value.
 */
enum tms_json_kind tms_json_kind_of(const struct json_t *value);
/** Member of an object, or NULL. */
const struct json_t *tms_json_get(const struct json_t *object, const char *key);
/** Element of an array, or NULL. */
const struct json_t *tms_json_at(const struct json_t *array, size_t i);
/** Elements of an array or members of an object; 0 for anything else. */
size_t tms_json_count(const struct json_t *value);
/** The characters of a string value; empty for anything else. May hold NUL and other control
 * characters. */
struct tms_str tms_json_text(const struct json_t *value);
/** A whole number within 64 bits ("3.0" counts); false, and *out alone, for anything else. */
bool tms_json_value_int(const struct json_t *value, int64_t *out);
/** Any number as a double; 0 for anything else. */
double tms_json_value_double(const struct json_t *value);
/** The value `true` itself. */
bool tms_json_is_true(const struct json_t *value);
/** tms_json_text of a member: empty when there is none, or no text. */
struct tms_str tms_json_str(const struct json_t *object, const char *key);
/** A number of a member; false, and *out alone, when there is none. As tms_json_value_int, or any. */
bool tms_json_int(const struct json_t *object, const char *key, int64_t *out);
bool tms_json_double(const struct json_t *object, const char *key, double *out);
/** A boolean member, or `otherwise`. */
bool tms_json_bool(const struct json_t *object, const char *key, bool otherwise);
/** The array or object of that key, or NULL when it is of another kind. */
const struct json_t *tms_json_array(const struct json_t *object, const char *key);
const struct json_t *tms_json_object(const struct json_t *object, const char *key);
/** Step through the members in the order of the text: *cursor starts NULL; false at the end. */
bool tms_json_next(const struct json_t *object, void **cursor, struct tms_str *key,
	const struct json_t **value);

/** A quoted string: ", \ and controls escaped, the rest as it is; broken UTF-8 becomes U+FFFD. */
void tms_json_write_str(struct tms_buf *buf, struct tms_str s);

/**
 * Writes commas and brackets so that callers write only what they mean:
 *   struct tms_json_writer w = { .buf = &buf };
 *   tms_json_begin(&w, '{'); tms_json_key(&w, "id"); tms_json_add_str(&w, id); tms_json_end(&w);
 * Failures stay in buf->status; nesting beyond 63 sets TMS_ELIMIT there.
 */
struct tms_json_writer {
	struct tms_buf *buf;
	uint64_t objects; /* bit n: level n is an object */
	uint64_t started; /* bit n: level n has an element */
	uint32_t depth;
	bool after_key;
};

/** An object ('{') or an array ('[') begins: the value of the key before it, or the next element. */
void tms_json_begin(struct tms_json_writer *w, char open);
/** The innermost of them ends. */
void tms_json_end(struct tms_json_writer *w);
/** A member of the object: its value is what is added next. */
void tms_json_key(struct tms_json_writer *w, const char *key);
/** One value each. */
void tms_json_add_str(struct tms_json_writer *w, struct tms_str s);
void tms_json_add_int(struct tms_json_writer *w, int64_t number);
void tms_json_add_null(struct tms_json_writer *w);
/** A value that is JSON already. */
void tms_json_add_raw(struct tms_json_writer *w, struct tms_str json);
/** A parsed value again, members in their order. */
void tms_json_add_value(struct tms_json_writer *w, const struct json_t *value);

/** Members by name, as most callers want them: the key, then the value. */
void tms_json_member_str(struct tms_json_writer *w, const char *key, struct tms_str s);
void tms_json_member_int(struct tms_json_writer *w, const char *key, int64_t number);
void tms_json_member_bool(struct tms_json_writer *w, const char *key, bool fact);

#endif
