/* A refused request: its status and sentence filled in. */
#include "refusal.h"

#include <stdarg.h>
#include <stdio.h>

bool http_refuse(struct tms_refusal *refusal, int status, const char *format, ...)
{
	va_list args;

	refusal->status = status;
	va_start(args, format);
	vsnprintf(refusal->text, sizeof(refusal->text), format, args);
	va_end(args);
	return false;
}
