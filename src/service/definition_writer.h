/* Changes of definitions on their way to the store, a few dozen at once so that no transaction is
 * long. */
#ifndef TAMIS_SERVICE_DEFINITION_WRITER_H
#define TAMIS_SERVICE_DEFINITION_WRITER_H

#include "service/registry.h"
#include "service/world.h"

/** Of a record whose write has failed: what the store has is read again. */
#define DEFINITION_REVISION_UNKNOWN ((INT64_C(1) << 48) - 1)

struct definition_writer {
	const struct service_world *world; /* these two borrowed */
	struct registry *registry;         /* is told the revisions */
	/** Some changes are written, or not, as the reply says; NULL: they could not be sent. */
	void (*ended)(void *context, const struct tms_store_reply *reply);
	void *context;
	struct definition_write *filling; /* changes that are not sent yet */
	struct definition_write *sent;    /* those under way */
};

/** Note a change; it is sent with others, at the latest by definition_writer_send. Everything is
 * copied. False: no memory. */
TMS_MUST_CHECK bool definition_writer_put(struct definition_writer *writer, struct tms_str key,
	const struct tms_definition *definition, int64_t expected);
/** The same: the key goes. */
TMS_MUST_CHECK bool definition_writer_remove(
	struct definition_writer *writer, struct tms_str key, int64_t expected);
/** The name of the instance, under that key. */
TMS_MUST_CHECK bool definition_writer_put_instance(
	struct definition_writer *writer, struct tms_str key, const struct tms_uuid *instance);
/** The next `count` changes are made together or not at all. */
void definition_writer_make_room(struct definition_writer *writer, size_t count);
/** Send what was noted. */
void definition_writer_send(struct definition_writer *writer);
/** Forgets what was not sent, and all that is under way: the store has been freed. */
void definition_writer_fini(struct definition_writer *writer);

#endif
