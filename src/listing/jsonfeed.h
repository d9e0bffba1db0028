/* JSON Feed 1 and 1.1 (jsonfeed.org/version/1.1). */
#ifndef TAMIS_LISTING_JSONFEED_H
#define TAMIS_LISTING_JSONFEED_H

#include <tamis/json.h>

#include "build.h"

/** An object that says it is one, or that has items and a feed's members. */
bool jsonfeed_is(const struct json_t *value);
/** TMS_OK, TMS_EMALFORMED, TMS_ELIMIT, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status jsonfeed_read(struct build *b, const struct json_t *feed);

#endif
