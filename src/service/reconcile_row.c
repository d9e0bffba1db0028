/*
 * Definitions of the store, some at a time: what the registry and the index have to look at for one
 * lies anywhere in memory, and is on its way while others are read. Nobody else defines feeds
 * meanwhile: what is reconciled waits until a listing has ended.
 */
#include "service/service.h"
#include "service/definition_writer.h"

struct reconcile_rows {
	struct tms_store_row list[TMS_DEFINING_MAX];
	size_t count;
};

/* Records that this listing has given carry it. */
static unsigned stamp_of(const struct tms_service *service)
{
	return service->reconciler.listings % TMS_STAMPS;
}

/* What is known here was lost by the store: it is written again in the place of what it has. */
static void keep_newer(
	struct tms_service *service, uint32_t number, const struct tms_store_row *row)
{
	struct tms_registered record;
	struct tms_arena arena = { 0 };

	if (feeds_definition(service, number, &record)) {
		struct tms_definition d = tms_definition_copy(&arena, &record.definition);
		if (arena.status != TMS_OK || !writing_put(service, row->key, &d, row->number))
			service->reconciler.has_failed = true;
	}
	registry_set_revision(&service->feeds.registry, number, row->number);
	registry_set_stamp(&service->feeds.registry, number, stamp_of(service));
	tms_arena_free(&arena);
}

/* False: it is known already, or cannot be read. */
static bool read_row(
	struct tms_service *service, const struct tms_store_row *row, struct tms_defining *out)
{
	struct reconciler *s = &service->reconciler;
	struct tms_registry *registry = &service->feeds.registry;
	struct tms_registered record = { 0 };
	struct tms_diag diag = { 0 };
	uint32_t number = registry_find(registry, row->key);

	if (registry_get(registry, number, &record) && record.revision == row->number) {
		registry_set_stamp(registry, number, stamp_of(service));
		return false;
	}
	if (s->is_mended && record.revision > row->number &&
		(record.has_rule || record.definition.is_deleted)) {
		keep_newer(service, number, row);
		return false;
	}
	enum tms_status st =
		tms_definition_parse(&s->rows_arena, row->key, row->bytes, &out->definition, &diag);
	if (st == TMS_EMALFORMED)
		TMS_LOG(service->log, TMS_LOG_ERROR,
			"a stored feed definition cannot be read and is left alone",
			{ "key", row->key }, { "why", tms_str_from(diag.text) });
	else if (st != TMS_OK)
		s->has_failed = true;
	out->key = row->key;
	out->revision = row->number;
	s->of_other_key += st == TMS_OK && number == DIGEST_TABLE_NONE &&
			   out->definition.has_digest &&
			   out->definition.key_tag != service->feeds.key_tag;
	return st == TMS_OK;
}

/* A key that stands there twice is the later one's: as the store gives them. */
static void take_over(
	struct tms_service *service, const struct tms_store_row *list, size_t rows_count)
{
	struct tms_defining defining[TMS_DEFINING_MAX];
	size_t count = 0;

	for (size_t i = 0; i < rows_count; i++)
		count += read_row(service, &list[i], &defining[count]);
	feeds_define_all(service, defining, count);
	for (size_t i = 0; i < count; i++)
		if (defining[i].status != TMS_OK)
			service->reconciler.has_failed = true;
}

void reconcile_rows_end(struct tms_service *service)
{
	struct reconciler *s = &service->reconciler;

	if (s->waiting)
		take_over(service, s->waiting->list, s->waiting->count);
	s->waiting = NULL;
	tms_arena_free(&s->rows_arena);
}

static void wait(struct reconciler *s, const struct tms_store_row *row)
{
	if (!s->waiting)
		s->waiting = TMS_ARENA_NEW(&s->rows_arena, struct reconcile_rows);
	if (!s->waiting)
		return;
	struct tms_store_row *kept = &s->waiting->list[s->waiting->count];
	*kept = *row;
	kept->key = tms_arena_copy(&s->rows_arena, row->key);
	kept->bytes = tms_arena_copy(&s->rows_arena, row->bytes);
	s->waiting->count += s->rows_arena.status == TMS_OK;
}

void reconcile_row(struct tms_service *service, const struct tms_store_row *row)
{
	struct reconciler *s = &service->reconciler;

	registry_fetch(&service->feeds.registry, row->key);
	wait(s, row);
	if (s->rows_arena.status != TMS_OK)
		s->has_failed = true;
	if (!s->waiting || s->rows_arena.status != TMS_OK || s->waiting->count == TMS_DEFINING_MAX)
		reconcile_rows_end(service);
}
