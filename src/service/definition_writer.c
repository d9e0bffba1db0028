/* Batched writes of definitions to the store. */
#include "service/definition_writer.h"

#include <stdlib.h>

#define CHANGES_MAX 64

/* One operation: being filled, or under way. */
struct definition_write {
	struct definition_writer *writer;
	struct tms_arena arena;
	struct tms_store_change changes[CHANGES_MAX];
	size_t count;
	struct definition_write *next, **prev; /* of those under way */
};

static void write_free(struct definition_write *write)
{
	if (!write)
		return;
	tms_arena_free(&write->arena);
	free(write);
}

/* Room for one more change; NULL: no memory. */
static struct tms_store_change *next_change(struct definition_writer *writer)
{
	definition_writer_make_room(writer, 1);
	if (!writer->filling) {
		writer->filling = calloc(1, sizeof(*writer->filling));
		if (!writer->filling)
			return NULL;
		writer->filling->writer = writer;
	}
	return &writer->filling->changes[writer->filling->count];
}

static bool add(struct definition_writer *writer, struct tms_store_change change)
{
	struct tms_store_change *slot = next_change(writer);

	if (!slot)
		return false;
	struct definition_write *write = writer->filling;
	*slot = change;
	slot->key = tms_arena_copy(&write->arena, change.key);
	slot->bytes = tms_arena_copy(&write->arena, change.bytes);
	if (write->arena.status != TMS_OK)
		return false;
	write->count++;
	return true;
}

bool definition_writer_put(struct definition_writer *writer, struct tms_str key,
	const struct tms_definition *definition, int64_t expected)
{
	struct tms_buf bytes = { 0 };

	tms_definition_write(&bytes, definition);
	bool is_added = bytes.status == TMS_OK && add(writer, (struct tms_store_change){ .key = key,
								      .bytes = tms_buf_str(&bytes),
								      .expected = expected });
	tms_buf_free(&bytes);
	return is_added;
}

bool definition_writer_remove(
	struct definition_writer *writer, struct tms_str key, int64_t expected)
{
	return add(writer,
		(struct tms_store_change){ .key = key, .expected = expected, .remove = true });
}

bool definition_writer_put_instance(
	struct definition_writer *writer, struct tms_str key, const struct tms_uuid *instance)
{
	return add(writer,
		(struct tms_store_change){ .key = key, .bytes = tms_str_from(instance->text) });
}

void definition_writer_make_room(struct definition_writer *writer, size_t count)
{
	struct definition_write *write = writer->filling;

	if (write && write->count + count > CHANGES_MAX)
		definition_writer_send(writer);
}

static void set_revisions(const struct definition_write *write, int64_t revision)
{
	struct registry *registry = write->writer->registry;

	for (size_t i = 0; i < write->count; i++) {
		uint32_t number = registry_find(registry, write->changes[i].key);
		if (number != DIGEST_TABLE_NONE)
			registry_set_revision(registry, number, revision);
	}
}

static void on_written(void *context, const struct tms_store_reply *reply)
{
	struct definition_write *write = context;
	struct definition_writer *writer = write->writer;

	if (write->next)
		write->next->prev = write->prev;
	*write->prev = write->next;
	set_revisions(
		write, reply->status == TMS_OK ? reply->revision : DEFINITION_REVISION_UNKNOWN);
	writer->ended(writer->context, reply);
	write_free(write);
}

void definition_writer_send(struct definition_writer *writer)
{
	struct definition_write *write = writer->filling;

	writer->filling = NULL;
	if (!write || write->count == 0) {
		write_free(write);
		return;
	}
	write->next = writer->sent;
	write->prev = &writer->sent;
	if (writer->sent)
		writer->sent->prev = &write->next;
	writer->sent = write;
	if (tms_store_definitions_change(writer->world->store, write->changes, write->count,
		    (struct tms_store_call){ .done = on_written, .context = write }))
		return;
	writer->sent = write->next;
	if (writer->sent)
		writer->sent->prev = &writer->sent;
	writer->ended(writer->context, NULL);
	set_revisions(write, DEFINITION_REVISION_UNKNOWN);
	write_free(write);
}

void definition_writer_fini(struct definition_writer *writer)
{
	write_free(writer->filling);
	while (writer->sent) {
		struct definition_write *write = writer->sent;
		writer->sent = write->next;
		write_free(write);
	}
	*writer = (struct definition_writer){ 0 };
}
