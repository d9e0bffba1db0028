/*
 * Definitions of the store, some at a time: what the registry and the index have to look at for one
 * lies anywhere in memory, and is on its way while others are read. Nobody else defines feeds
 * meanwhile: what is reconciled waits until a listing has ended.
 */
#include "service/person_feeds.h"
#include "service/reconcile_private.h"

struct reconcile_rows {
	struct tms_store_row list[DEFINED_FEEDS_MAX];
	size_t count;
};

/* What is known here was lost by the store: it is written again in the place of what it has. */
static void keep_newer(struct reconciler *r, uint32_t number, const struct tms_store_row *row)
{
	struct registered_feed record;
	struct tms_arena arena = { 0 };

	if (person_feeds_definition(r->feeds, number, &arena, &record)) {
		struct tms_definition d = tms_definition_copy(&arena, &record.definition);
		if (arena.status != TMS_OK ||
			!definition_writer_put(&r->writer, row->key, &d, row->number))
			r->has_failed = true;
	}
	registry_set_revision(&r->feeds->registry, number, row->number);
	registry_set_stamp(&r->feeds->registry, number, r->feeds->stamp);
	tms_arena_free(&arena);
}

/* False: it is known already, or cannot be read. */
static bool read_row(
	struct reconciler *r, const struct tms_store_row *row, struct defined_feed *out)
{
	struct registry *registry = &r->feeds->registry;
	struct registered_feed record = { 0 };
	struct tms_diag diag = { 0 };
	uint32_t number = registry_find(registry, row->key);

	if (registry_get(registry, number, &record) && record.revision == row->number) {
		registry_set_stamp(registry, number, r->feeds->stamp);
		return false;
	}
	if (r->is_mended && record.revision > row->number &&
		(record.has_rule || record.definition.is_deleted)) {
		keep_newer(r, number, row);
		return false;
	}
	enum tms_status st =
		tms_definition_parse(&r->rows_arena, row->key, row->bytes, &out->definition, &diag);
	if (st == TMS_EMALFORMED)
		TMS_LOG(r->world->log, TMS_LOG_ERROR,
			"a stored feed definition cannot be read and is left alone",
			{ "key", row->key }, { "why", tms_str_from(diag.text) });
	else if (st != TMS_OK)
		r->has_failed = true;
	out->key = row->key;
	out->revision = row->number;
	r->of_other_key += st == TMS_OK && number == DIGEST_TABLE_NONE &&
			   out->definition.has_digest &&
			   out->definition.key_tag != r->feeds->key_tag;
	return st == TMS_OK;
}

/* A key that stands there twice is the later one's: as the store gives them. */
static void take_over(struct reconciler *r, const struct tms_store_row *list, size_t rows_count)
{
	struct defined_feed defining[DEFINED_FEEDS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < rows_count; i++)
		count += read_row(r, &list[i], &defining[count]);
	person_feeds_define_all(r->feeds, defining, count);
	for (size_t i = 0; i < count; i++)
		if (defining[i].status != TMS_OK)
			r->has_failed = true;
}

void reconcile_rows_end(struct reconciler *r)
{
	if (r->waiting)
		take_over(r, r->waiting->list, r->waiting->count);
	r->waiting = NULL;
	tms_arena_free(&r->rows_arena);
}

static void wait(struct reconciler *r, const struct tms_store_row *row)
{
	if (!r->waiting)
		r->waiting = TMS_ARENA_NEW(&r->rows_arena, struct reconcile_rows);
	if (!r->waiting)
		return;
	struct tms_store_row *kept = &r->waiting->list[r->waiting->count];
	*kept = *row;
	kept->key = tms_arena_copy(&r->rows_arena, row->key);
	kept->bytes = tms_arena_copy(&r->rows_arena, row->bytes);
	r->waiting->count += r->rows_arena.status == TMS_OK;
}

void reconcile_row(struct reconciler *r, const struct tms_store_row *row)
{
	registry_fetch(&r->feeds->registry, row->key);
	wait(r, row);
	if (r->rows_arena.status != TMS_OK)
		r->has_failed = true;
	if (!r->waiting || r->rows_arena.status != TMS_OK || r->waiting->count == DEFINED_FEEDS_MAX)
		reconcile_rows_end(r);
}
