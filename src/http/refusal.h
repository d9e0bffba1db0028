/* Why a request is not taken. */
#ifndef TAMIS_HTTP_REFUSAL_H
#define TAMIS_HTTP_REFUSAL_H

#include <tamis/request.h>

/**
 * Fill *refusal: the status, and one sentence for a person. Always false, to be returned. What does
 * not fit is cut.
 */
bool http_refuse(struct tms_refusal *refusal, int status, const char *format, ...) TMS_PRINTF(3, 4);

#endif
