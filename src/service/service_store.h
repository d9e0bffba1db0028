/*
 * The driver's part that watches the store: when it goes away and comes back, what was not read or
 * written meanwhile is; when it has lost what it had, everything known here is written again; what
 * other processes change in it is followed.
 */
#ifndef TAMIS_SERVICE_SERVICE_STORE_H
#define TAMIS_SERVICE_SERVICE_STORE_H

#include "service/service.h"

/** Open it as the configuration says. TMS_OK, TMS_ENOMEM, TMS_EINVAL (its address; diag). */
TMS_MUST_CHECK enum tms_status service_open_store(struct tms_service *service,
	const struct tms_service_options *options, struct tms_diag *diag);
/** Ask it for changes from now on. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status service_follow_store(struct tms_service *service);
/** Whatever was not read or written while the store was away is read and written now. */
void service_catch_up(struct tms_service *service);

#endif
