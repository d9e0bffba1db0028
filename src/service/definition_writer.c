#include "service/definition_writer.h"

#include <stdlib.h>

#include "service/service.h"

#define CHANGES_MAX 64
#define PATIENCE_MAX 120 /* looks at the store, of which there are two a second */

/* One operation: being filled, or under way. */
struct tms_writing {
	struct tms_service *service;
	struct tms_arena arena;
	struct tms_store_change changes[CHANGES_MAX];
	size_t count;
	struct tms_writing *next, **prev; /* of those under way */
};

static void writing_free(struct tms_writing *writing)
{
	if (!writing)
		return;
	tms_arena_free(&writing->arena);
	free(writing);
}

/* Room for one more change; NULL: no memory. */
static struct tms_store_change *next_change(struct tms_service *service)
{
	struct reconciler *s = &service->reconciler;

	writing_make_room(service, 1);
	if (!s->writing) {
		s->writing = calloc(1, sizeof(*s->writing));
		if (!s->writing)
			return NULL;
		s->writing->service = service;
	}
	return &s->writing->changes[s->writing->count];
}

static bool add(struct tms_service *service, struct tms_store_change change)
{
	struct tms_store_change *slot = next_change(service);

	if (!slot)
		return false;
	struct tms_writing *writing = service->reconciler.writing;
	*slot = change;
	slot->key = tms_arena_copy(&writing->arena, change.key);
	slot->bytes = tms_arena_copy(&writing->arena, change.bytes);
	if (writing->arena.status != TMS_OK)
		return false;
	writing->count++;
	return true;
}

bool writing_put(struct tms_service *service, struct tms_str key,
	const struct tms_definition *definition, int64_t expected)
{
	struct tms_buf bytes = { 0 };

	tms_definition_write(&bytes, definition);
	bool is_added =
		bytes.status == TMS_OK && add(service, (struct tms_store_change){ .key = key,
							       .bytes = tms_buf_str(&bytes),
							       .expected = expected });
	tms_buf_free(&bytes);
	return is_added;
}

bool writing_remove(struct tms_service *service, struct tms_str key, int64_t expected)
{
	return add(service,
		(struct tms_store_change){ .key = key, .expected = expected, .remove = true });
}

bool writing_instance(struct tms_service *service, struct tms_str key)
{
	return add(service, (struct tms_store_change){
				    .key = key, .bytes = tms_str_from(service->instance.text) });
}

void writing_make_room(struct tms_service *service, size_t count)
{
	struct tms_writing *writing = service->reconciler.writing;

	if (writing && writing->count + count > CHANGES_MAX)
		writing_send(service);
}

static void set_revisions(const struct tms_writing *writing, int64_t revision)
{
	struct tms_registry *registry = &writing->service->feeds.registry;

	for (size_t i = 0; i < writing->count; i++) {
		uint32_t number = registry_find(registry, writing->changes[i].key);
		if (number != DIGEST_TABLE_NONE)
			registry_set_revision(registry, number, revision);
	}
}

/* What could not be written is reconciled again when the store has been listed; at once after a
 * conflict, else with growing patience. */
static void note_failure(struct tms_service *service, const struct tms_store_reply *reply)
{
	struct reconciler *s = &service->reconciler;

	TMS_LOG(service->log, TMS_LOG_WARNING,
		reply->is_uncertain
			? "it is not known whether feed definitions were stored; they are settled again"
			: "feed definitions were not stored; they are settled again",
		{ "why", tms_str_from(reply->diag->text) });
	s->has_failed = true;
	if (reply->status == TMS_ECONFLICT) {
		service->is_registered = false;
		s->patience = 0;
	} else {
		s->patience_next = s->patience_next < PATIENCE_MAX / 2 ? s->patience_next * 2 + 1
								       : PATIENCE_MAX;
		s->patience = s->patience_next;
	}
	reconciler_note_failure(service);
}

static void on_written(void *context, const struct tms_store_reply *reply)
{
	struct tms_writing *writing = context;
	struct reconciler *s = &writing->service->reconciler;

	if (writing->next)
		writing->next->prev = writing->prev;
	*writing->prev = writing->next;
	if (reply->status == TMS_OK) {
		set_revisions(writing, reply->revision);
		s->patience_next = 0;
		if (reply->revision == s->revision + 1) /* nobody else was between */
			s->revision = reply->revision;
	} else {
		set_revisions(writing, TMS_REVISION_UNKNOWN);
		note_failure(writing->service, reply);
	}
	writing_free(writing);
}

void writing_send(struct tms_service *service)
{
	struct reconciler *s = &service->reconciler;
	struct tms_writing *writing = s->writing;

	s->writing = NULL;
	if (!writing || writing->count == 0) {
		writing_free(writing);
		return;
	}
	writing->next = s->sent;
	writing->prev = &s->sent;
	if (s->sent)
		s->sent->prev = &writing->next;
	s->sent = writing;
	if (tms_store_definitions_change(service->store, writing->changes, writing->count,
		    (struct tms_store_call){ .done = on_written, .context = writing }))
		return;
	s->sent = writing->next;
	if (s->sent)
		s->sent->prev = &s->sent;
	s->has_failed = true;
	set_revisions(writing, TMS_REVISION_UNKNOWN);
	writing_free(writing);
}

void writing_drop(struct tms_service *service)
{
	struct reconciler *s = &service->reconciler;

	writing_free(s->writing);
	s->writing = NULL;
	while (s->sent) {
		struct tms_writing *writing = s->sent;
		s->sent = writing->next;
		writing_free(writing);
	}
}
