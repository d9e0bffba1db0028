/* Methods by their names. Source: RFC 9110 section 9. */
#include <tamis/request.h>

const char *tms_method_name(enum tms_method method)
{
	switch (method) {
	case TMS_METHOD_GET:
		return "GET";
	case TMS_METHOD_HEAD:
		return "HEAD";
	case TMS_METHOD_POST:
		return "POST";
	case TMS_METHOD_PUT:
		return "PUT";
	case TMS_METHOD_PATCH:
		return "PATCH";
	case TMS_METHOD_DELETE:
		return "DELETE";
	case TMS_METHOD_OPTIONS:
		return "OPTIONS";
	}
	return "?";
}
