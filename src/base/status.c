/* The names of statuses. */
#include <tamis/status.h>

const char *tms_status_name(enum tms_status status)
{
	switch (status) {
	case TMS_OK:
		return "ok";
	case TMS_ENOMEM:
		return "out of memory";
	case TMS_ELIMIT:
		return "limit reached";
	case TMS_EINVAL:
		return "invalid argument";
	case TMS_EMALFORMED:
		return "malformed";
	case TMS_ENOTFEED:
		return "not a listing";
	case TMS_EDENIED:
		return "denied";
	case TMS_ECONFLICT:
		return "conflict";
	case TMS_EUNAVAIL:
		return "unavailable";
	case TMS_EIO:
		return "input/output error";
	}
	return "unknown";
}
