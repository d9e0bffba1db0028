/* The one error channel of functions that can fail: what happened, without a message for people. */
#ifndef TAMIS_STATUS_H
#define TAMIS_STATUS_H

#define TMS_MUST_CHECK __attribute__((warn_unused_result))
#define TMS_PRINTF(format_at, first_at) __attribute__((format(printf, format_at, first_at)))
#define TMS_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/** What became of a call. A function's header lists the statuses that it can return. */
enum tms_status {
	TMS_OK = 0,
	TMS_ENOMEM,     /* memory could not be had */
	TMS_ELIMIT,     /* a limit was reached; the diag names it */
	TMS_EINVAL,     /* an argument or a setting has no meaning */
	TMS_EMALFORMED, /* the bytes break the rules of their own format */
	TMS_ENOTFEED,   /* well-formed perhaps, but no listing that Tamis knows */
	TMS_EDENIED,    /* a policy forbids it */
	TMS_ECONFLICT,  /* somebody else changed it first */
	TMS_EUNAVAIL,   /* a store or an upstream does not answer now; later it may */
	TMS_EIO,        /* the system refused a read or a write */
};

/** The status as one lower-case phrase, for logs. Static, never NULL. */
const char *tms_status_name(enum tms_status status);

#endif
