/* Changes of definitions on their way to the store, a few dozen at once so that no transaction is
 * long. */
#ifndef TAMIS_SERVICE_DEFINITION_WRITER_H
#define TAMIS_SERVICE_DEFINITION_WRITER_H

#include "service/definition.h"

struct tms_service;

/** Of a record whose write has failed: what the store has is read again. */
#define TMS_REVISION_UNKNOWN ((INT64_C(1) << 48) - 1)

/** Note a change; it is sent with others, at the latest by writing_send. Everything is copied.
 * False: no memory. */
TMS_MUST_CHECK bool writing_put(struct tms_service *service, struct tms_str key,
	const struct tms_definition *definition, int64_t expected);
TMS_MUST_CHECK bool writing_remove(
	struct tms_service *service, struct tms_str key, int64_t expected);
/** The name of the instance, under that key. */
TMS_MUST_CHECK bool writing_instance(struct tms_service *service, struct tms_str key);
/** The next `count` changes are made together or not at all. */
void writing_make_room(struct tms_service *service, size_t count);
void writing_send(struct tms_service *service);
/** Forgets what was not sent, and all that is under way: the store has been freed. */
void writing_drop(struct tms_service *service);

#endif
