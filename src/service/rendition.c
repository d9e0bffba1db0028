#include "service/rendition.h"

#include <stdlib.h>

#include <tamis/gzip.h>
#include <tamis/response.h>

#include "service/shelf.h"

/* ---- its place on the shelf ---- */

static void shelve(struct tms_rendition *rendition, struct tms_shelf *shelf)
{
	rendition->shelf = shelf;
	rendition->older = shelf->renditions;
	if (shelf->renditions)
		shelf->renditions->newer = rendition;
	shelf->renditions = rendition;
}

void tms_rendition_unshelve(struct tms_rendition *rendition)
{
	struct tms_shelf *shelf = rendition->shelf;

	if (!shelf)
		return;
	if (shelf->to_mark == rendition)
		shelf->to_mark = rendition->older;
	*(rendition->newer ? &rendition->newer->older : &shelf->renditions) = rendition->older;
	if (rendition->older)
		rendition->older->newer = rendition->newer;
	rendition->newer = rendition->older = NULL;
	rendition->shelf = NULL;
	tms_rendition_set_stale(rendition, true);
}

/* Nothing is read by another thread in the order in which this is written, so the flag is enough. */
void tms_rendition_set_stale(struct tms_rendition *rendition, bool is_stale)
{
	atomic_store_explicit(&rendition->is_stale, is_stale, memory_order_relaxed);
}

/* ---- making one ---- */

static struct tms_str take_text(struct tms_arena *arena, struct tms_buf *buf)
{
	struct tms_str text = tms_arena_copy(arena, tms_buf_str(buf));

	if (buf->status != TMS_OK)
		arena->status = buf->status;
	tms_buf_free(buf);
	return text;
}

static struct tms_str etag_of(
	struct tms_arena *arena, const struct tms_result *result, struct tms_str coding)
{
	struct tms_buf buf = { 0 };

	tms_result_etag(result, coding, &buf);
	return take_text(arena, &buf);
}

static struct tms_str head_of(
	struct tms_arena *arena, const struct tms_response *response, size_t bytes)
{
	struct tms_buf buf = { 0 };

	if (tms_response_write_head(&buf, response, bytes) == TMS_EINVAL)
		arena->status = TMS_EINVAL;
	return take_text(arena, &buf);
}

static void write_heads(struct tms_rendition *made, const struct tms_rendition_order *order,
	struct tms_str coding, struct tms_rendition_form *form)
{
	struct tms_arena *arena = &made->arena;
	struct tms_response response = {
		.status = 200,
		.content_type = TMS_STR("application/atom+xml; charset=utf-8"),
		.content_encoding = coding,
		.cache_control = tms_arena_format(arena, "%s, max-age=%lld",
			order->is_public ? "public" : "private", (long long)order->max_age_s),
		.has_last_modified = true,
		.last_modified = made->modified,
		.varies_by_coding = true,
	};

	form->etag = etag_of(arena, &made->result, coding);
	response.etag = form->etag;
	form->head = head_of(arena, &response, form->bytes);
	response.status = 304;
	form->head_unchanged = head_of(arena, &response, 0);
}

static uint64_t choice(const struct tms_view_item *item, tms_time entered)
{
	const uint64_t facts[] = { item->version, (uint64_t)entered };

	return tms_hash((struct tms_hash_seed){ 0 },
		(struct tms_str){ (const char *)facts, sizeof(facts) });
}

static enum tms_status choose(struct tms_rendition *made, const struct tms_rendition_order *order)
{
	struct tms_result *result = &made->result;

	enum tms_status st = tms_result_select(
		order->feed, order->shelf->index, order->rule, order->now, result);
	if (st != TMS_OK)
		return st;
	made->expires = result->expires;
	made->entries_max =
		order->feed->entries_max ? order->feed->entries_max : TMS_FEED_ENTRIES_DEFAULT;
	made->chosen = TMS_ARENA_ARRAY(&made->arena, uint64_t, result->entries_count + 1);
	for (; made->chosen && made->chosen_count < result->entries_count; made->chosen_count++) {
		const struct tms_result_entry *entry = &result->entries[made->chosen_count];
		made->chosen[made->chosen_count] = choice(entry->item, entry->entered);
	}
	return made->arena.status;
}

static enum tms_status write_forms(
	struct tms_rendition *made, const struct tms_rendition_order *order)
{
	struct tms_str *pieces = NULL, *packed = TMS_ARENA_NEW(&made->arena, struct tms_str);

	enum tms_status st = tms_result_dress(order->feed, order->fragments, &made->result);
	made->modified = made->result.modified;
	if (st == TMS_OK)
		st = tms_atom_pieces(&made->arena, order->feed, &made->result, &pieces,
			&made->plain.pieces_count);
	if (st == TMS_OK && packed)
		st = tms_gzip(&made->gzip_bytes, pieces, made->plain.pieces_count,
			TMS_GZIP_LEVEL_DEFAULT);
	if (st != TMS_OK || !packed)
		return st != TMS_OK ? st : TMS_ENOMEM;
	*packed = tms_buf_str(&made->gzip_bytes);
	made->gzip.pieces = packed;
	made->gzip.pieces_count = 1;
	made->gzip.bytes = packed->len;
	made->plain.pieces = pieces;
	for (size_t i = 0; i < made->plain.pieces_count; i++)
		made->plain.bytes += pieces[i].len;
	write_heads(made, order, TMS_STR_NONE, &made->plain);
	write_heads(made, order, TMS_STR("gzip"), &made->gzip);
	return made->arena.status;
}

enum tms_status tms_rendition_new(
	const struct tms_rendition_order *order, struct tms_rendition **out)
{
	struct tms_rendition *made = calloc(1, sizeof(*made));

	if (!made)
		return TMS_ENOMEM;
	made->refs = 1;
	enum tms_status st = choose(made, order);
	if (st == TMS_OK)
		st = write_forms(made, order);
	if (st != TMS_OK) {
		tms_rendition_unref(made);
		return st;
	}
	shelve(made, order->shelf);
	*out = made;
	return TMS_OK;
}

struct tms_rendition *tms_rendition_ref(struct tms_rendition *rendition)
{
	rendition->refs++;
	return rendition;
}

void tms_rendition_unref(struct tms_rendition *rendition)
{
	if (!rendition || --rendition->refs > 0)
		return;
	tms_rendition_unshelve(rendition);
	tms_result_fini(&rendition->result);
	tms_buf_free(&rendition->gzip_bytes);
	tms_arena_free(&rendition->arena);
	free(rendition);
}

/* Does the rule still choose what it chose? */
static bool holds(const struct tms_rendition *rendition, uint32_t rule, tms_time now)
{
	struct tms_arena scratch = { 0 };
	struct tms_selection chosen = { 0 };
	size_t same = 0;

	bool may_hold = tms_index_select(rendition->shelf->index, rule, now, rendition->entries_max,
				&scratch, &chosen) == TMS_OK &&
			chosen.count == rendition->chosen_count &&
			chosen.expires >= rendition->expires;
	while (may_hold && same < chosen.count &&
		rendition->chosen[same] ==
			choice(chosen.list[same].item, chosen.list[same].entered))
		same++;
	may_hold = may_hold && same == chosen.count;
	tms_arena_free(&scratch);
	return may_hold;
}

bool tms_rendition_is_current(struct tms_rendition *rendition, uint32_t rule, tms_time now)
{
	if (now >= rendition->expires || !rendition->shelf)
		return false;
	if (!atomic_load_explicit(&rendition->is_stale, memory_order_relaxed))
		return true;
	if (!holds(rendition, rule, now))
		return false;
	tms_rendition_set_stale(rendition, false);
	return true;
}

size_t tms_rendition_footprint(const struct tms_rendition *rendition)
{
	return sizeof(*rendition) + rendition->arena.used_bytes + rendition->gzip_bytes.capacity +
	       rendition->result.entries_count * sizeof(*rendition->result.entries);
}
