/* The write-behind queue of one source: ids that changed, written in batches until acknowledged. */
#include "service/saver.h"

#include <stdlib.h>

#include "log/log.h"
#include "service/source.h"
#include "service/source_state.h"

/* Records of one batch at most: a transaction stays short, and the loop free. */
#define BATCH_RECORDS 500

struct pending {
	struct tms_str id; /* behind the struct */
	bool removes;
};

static enum tms_status note(struct tms_map *map, struct tms_str id, bool removes)
{
	struct pending *pending = tms_map_find(map, id);

	if (pending) {
		pending->removes = removes;
		return TMS_OK;
	}
	pending = malloc(sizeof(*pending) + id.len);
	if (!pending)
		return TMS_ENOMEM;
	if (id.len > 0)
		memcpy(pending + 1, id.ptr, id.len);
	*pending = (struct pending){ .id = { (char *)(pending + 1), id.len }, .removes = removes };
	enum tms_status st = tms_map_put(map, pending->id, pending);
	if (st != TMS_OK)
		free(pending);
	return st;
}

static void empty(struct tms_map *map)
{
	size_t cursor = 0;
	void *pending = NULL;

	while (tms_map_next(map, &cursor, NULL, &pending))
		free(pending);
	tms_map_free(map);
}

enum tms_status saver_note(struct saver *saver, const struct tms_apply_report *report)
{
	enum tms_status st = TMS_OK;

	for (size_t i = 0; st == TMS_OK && i < report->touched_count; i++)
		st = note(&saver->waiting, report->touched[i], false);
	for (size_t i = 0; st == TMS_OK && i < report->forgotten_count; i++)
		st = note(&saver->waiting, report->forgotten[i], true);
	saver->state_waits = true;
	return st;
}

enum tms_status saver_note_all(struct saver *saver, const struct tms_window *window)
{
	enum tms_status st = TMS_OK;

	for (size_t i = 0; st == TMS_OK && i < tms_window_count(window); i++)
		st = note(&saver->waiting, tms_window_at(window, i)->id, false);
	saver->state_waits = true;
	return st;
}

/* A batch that was not taken waits again; what was noted meanwhile is newer and stays. */
static void take_back(struct saver *saver)
{
	size_t cursor = 0;
	void *value = NULL;

	while (tms_map_next(&saver->sent, &cursor, NULL, &value)) {
		struct pending *pending = value;
		if (tms_map_find(&saver->waiting, pending->id) ||
			tms_map_put(&saver->waiting, pending->id, pending) != TMS_OK)
			free(pending);
	}
	tms_map_free(&saver->sent);
	saver->state_waits = true;
}

/* Once, and again when the reason is another: a full disk is tried every second, for days. */
static void tell_waiting(struct tms_source *source, struct tms_str why)
{
	uint64_t hash = tms_hash((struct tms_hash_seed){ 0 }, why) | 1;

	if (hash == source->saver.told)
		return;
	source->saver.told = hash;
	TMS_LOG(source->world->log, TMS_LOG_WARNING, "items wait to be stored",
		{ "source", source->name }, { "why", why });
}

static void tell_stored(struct tms_source *source)
{
	if (source->saver.told == 0)
		return;
	source->saver.told = 0;
	TMS_LOG(source->world->log, TMS_LOG_INFO, "what waited is stored",
		{ "source", source->name });
}

static void on_saved(void *context, const struct tms_store_reply *reply)
{
	struct tms_source *source = context;
	struct saver *saver = &source->saver;

	saver->op = NULL;
	if (reply->status == TMS_OK) {
		empty(&saver->sent);
		if (saver->waiting.count > 0 || saver->state_waits)
			saver_flush(source);
		else
			tell_stored(source);
		return;
	}
	take_back(saver);
	tell_waiting(source, tms_str_from(reply->diag->text));
}

/* Moves up to a batch from waiting to sent, and lists it. False when memory is out; nothing has
 * moved then. */
static bool list_batch(
	struct tms_source *source, struct tms_arena *arena, struct tms_store_batch *batch)
{
	struct saver *saver = &source->saver;
	struct tms_store_item *puts = TMS_ARENA_ARRAY(arena, struct tms_store_item, BATCH_RECORDS);
	struct tms_str *removals = TMS_ARENA_ARRAY(arena, struct tms_str, BATCH_RECORDS);
	size_t cursor = 0;
	void *value = NULL;

	if (!puts || !removals)
		return false;
	while (batch->put_count + batch->removal_count < BATCH_RECORDS &&
		tms_map_next(&saver->waiting, &cursor, NULL, &value)) {
		struct pending *pending = value;
		struct tms_buf bytes = { 0 };
		if (pending->removes ||
			tms_window_write_record(source->window, pending->id, &bytes) == TMS_EINVAL)
			removals[batch->removal_count++] = pending->id;
		else if (bytes.status == TMS_OK)
			puts[batch->put_count++] = (struct tms_store_item){ pending->id,
				tms_arena_take(arena, &bytes) };
		tms_buf_free(&bytes);
	}
	batch->puts = puts;
	batch->removals = removals;
	return arena->status == TMS_OK;
}

static void move_to_sent(struct saver *saver, const struct tms_store_batch *batch)
{
	for (size_t i = 0; i < batch->put_count + batch->removal_count; i++) {
		struct tms_str id = i < batch->put_count ? batch->puts[i].id
							 : batch->removals[i - batch->put_count];
		struct pending *pending = tms_map_remove(&saver->waiting, id);
		if (pending && tms_map_put(&saver->sent, pending->id, pending) != TMS_OK)
			free(pending);
	}
}

void saver_flush(struct tms_source *source)
{
	struct saver *saver = &source->saver;
	struct tms_store_batch batch = { 0 };
	struct tms_arena arena = { 0 };
	struct tms_buf state = { 0 };
	const struct tms_store_call call = { .done = on_saved, .context = source };

	if (saver->op || !source->world->store || !source->is_loaded ||
		(saver->waiting.count == 0 && !saver->state_waits))
		return;
	source_write_state(source, &state);
	struct tms_str state_bytes = tms_buf_str(&state);
	if (state.status != TMS_OK || !list_batch(source, &arena, &batch))
		goto out; /* no memory now: what waits goes on waiting for the next flush */
	/* with the last of the records: it says which listing was the last that named them */
	if (batch.put_count + batch.removal_count == saver->waiting.count)
		batch.fetch_state = &state_bytes;
	saver->op = tms_store_items_apply(source->world->store, source->name, &batch, call);
	if (saver->op) {
		move_to_sent(saver, &batch);
		saver->state_waits = saver->state_waits && !batch.fetch_state;
	}
out:
	tms_buf_free(&state);
	tms_arena_free(&arena);
}

void saver_fini(struct saver *saver)
{
	tms_store_cancel(saver->op);
	empty(&saver->waiting);
	empty(&saver->sent);
	*saver = (struct saver){ 0 };
}

size_t tms_saver_waiting(const struct saver *saver)
{
	return saver->waiting.count + saver->sent.count;
}
