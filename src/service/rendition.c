/* Renditions: a feed's bytes, heads and validators made for each form, counted, and marked stale. */
#include "service/rendition.h"

#include <stdlib.h>

#include <tamis/document.h>
#include <tamis/response.h>

#include "service/shelf.h"

/* Entries that one piece of a request writes: below a millisecond's worth. */
#define UNWRITTEN_MAX 12
/* What its arena comes to hold: heads, validators, the packed header; and for each entry. */
#define ARENA_BYTES 2560
#define ARENA_ENTRY_BYTES 48

/* ---- the renditions of a shelf ---- */

/* Nothing is read by another thread in the order in which this is written, so the flag is enough. */
static void set_stale(struct tms_rendition *rendition, bool is_stale)
{
	atomic_store_explicit(&rendition->is_stale, is_stale, memory_order_relaxed);
}

void rendition_shelve(struct tms_rendition *rendition, struct tms_shelf *shelf)
{
	rendition->shelf = shelf;
	rendition->older = shelf->renditions;
	if (shelf->renditions)
		shelf->renditions->newer = rendition;
	shelf->renditions = rendition;
}

void rendition_retire(struct tms_rendition *rendition)
{
	struct tms_shelf *shelf = rendition->shelf;

	set_stale(rendition, true);
	if (!shelf)
		return;
	if (shelf->to_mark == rendition)
		shelf->to_mark = rendition->older;
	if (shelf->to_confirm == rendition)
		shelf->to_confirm = rendition->older;
	*(rendition->newer ? &rendition->newer->older : &shelf->renditions) = rendition->older;
	if (rendition->older)
		rendition->older->newer = rendition->newer;
	rendition->newer = rendition->older = NULL;
	rendition->shelf = NULL;
	shelf_update(shelf);
}

void rendition_mark_from(struct tms_shelf *shelf)
{
	shelf->to_mark = shelf->to_confirm = shelf->renditions;
}

size_t rendition_mark_some(struct tms_shelf *shelf, size_t count)
{
	for (; count > 0 && shelf->to_mark; count--) {
		set_stale(shelf->to_mark, true);
		shelf->to_mark = shelf->to_mark->older;
	}
	return count;
}

/* ---- does it still hold? ---- */

/* The odd number spreads seconds over all bits. */
uint64_t rendition_chosen(const struct tms_view_item *item, tms_time entered)
{
	return item->version ^ (uint64_t)entered * UINT64_C(0x9e3779b97f4a7c15);
}

/* Does the rule still choose what it chose? */
static bool chooses_the_same(const struct tms_rendition *rendition, tms_time now)
{
	struct tms_arena scratch = { 0 };
	struct tms_selection chosen = { 0 };
	size_t same = 0;

	bool may_hold = shelf_select(rendition->shelf, rendition->rule, now, rendition->entries_max,
				&scratch, &chosen) == TMS_OK &&
			chosen.count == rendition->chosen_count &&
			chosen.expires >= rendition->expires;
	while (may_hold && same < chosen.count &&
		rendition->chosen[same] ==
			rendition_chosen(chosen.list[same].item, chosen.list[same].entered))
		same++;
	may_hold = may_hold && same == chosen.count;
	tms_arena_free(&scratch);
	return may_hold;
}

bool rendition_holds(const struct tms_rendition *rendition, tms_time now)
{
	return now < rendition->expires && rendition->shelf &&
	       !atomic_load_explicit(&rendition->is_stale, memory_order_relaxed);
}

bool rendition_is_current(struct tms_rendition *rendition, tms_time now)
{
	if (rendition_holds(rendition, now))
		return true;
	if (now >= rendition->expires || !rendition->shelf || rendition->is_still ||
		!chooses_the_same(rendition, now))
		return false;
	set_stale(rendition, false);
	return true;
}

/* ---- making one ---- */

static struct tms_str etag_of(
	struct tms_arena *arena, const struct tms_result *result, struct tms_str coding)
{
	struct tms_buf buf = { 0 };

	tms_result_etag(result, coding, &buf);
	return tms_arena_take(arena, &buf);
}

static struct tms_str head_of(
	struct tms_arena *arena, const struct tms_response *response, size_t bytes)
{
	struct tms_buf buf = { 0 };

	if (tms_response_write_head(&buf, response, bytes) == TMS_EINVAL)
		arena->status = TMS_EINVAL;
	return tms_arena_take(arena, &buf);
}

static void write_heads(struct tms_rendition *made, const struct rendition_order *order,
	struct tms_str coding, struct tms_rendition_form *form)
{
	struct tms_arena *arena = &made->arena;
	struct tms_response response = {
		.status = 200,
		.content_type = tms_form_content_type(made->result.form),
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

/*
 * Would writing its entries hold up other readers? Then only some are written, so that who asks
 * again and again waits for his own entries alone and not for those of everybody.
 */
static enum tms_status write_some(
	const struct rendition_order *order, const struct tms_result *result)
{
	if (!order->unwritten)
		return TMS_OK;
	size_t unwritten = tms_result_unwritten(order->feed, order->fragments, result);
	bool becomes_less = unwritten < *order->unwritten;
	*order->unwritten = unwritten;
	if (unwritten <= UNWRITTEN_MAX || !becomes_less)
		return TMS_OK;
	enum tms_status st =
		tms_result_write_some(order->feed, order->fragments, result, UNWRITTEN_MAX);
	return st == TMS_OK ? TMS_EUNAVAIL : st;
}

static enum tms_status choose(struct tms_rendition *made, const struct rendition_order *order)
{
	struct tms_result *result = &made->result;

	enum tms_status st = order->shown ? shelf_choose_shown(order->shelf, order->shown, result)
					  : tms_shelf_choose(order->shelf, order->feed, order->rule,
						    order->now, result);
	if (st == TMS_OK)
		st = write_some(order, result);
	if (st != TMS_OK)
		return st;
	made->is_still = order->shown != NULL;
	made->expires = result->expires;
	made->entries_max =
		order->feed->entries_max ? order->feed->entries_max : TMS_FEED_ENTRIES_DEFAULT;
	tms_arena_expect(&made->arena, ARENA_BYTES + result->entries_count * ARENA_ENTRY_BYTES);
	made->chosen = TMS_ARENA_ARRAY(&made->arena, uint64_t, result->entries_count + 1);
	for (; made->chosen && made->chosen_count < result->entries_count; made->chosen_count++) {
		const struct tms_result_entry *entry = &result->entries[made->chosen_count];
		made->chosen[made->chosen_count] = rendition_chosen(entry->item, entry->entered);
	}
	return made->arena.status;
}

static size_t bytes_of(const struct tms_str *pieces, size_t count)
{
	size_t bytes = 0;

	for (size_t i = 0; i < count; i++)
		bytes += pieces[i].len;
	return bytes;
}

static enum tms_status write_forms(struct tms_rendition *made, const struct rendition_order *order)
{
	struct tms_rendition_form *plain = &made->plain, *gzip = &made->gzip;
	struct tms_str *pieces = NULL, *parts = NULL;

	enum tms_status st = tms_result_dress(order->feed, order->fragments, &made->result);
	made->modified = made->result.modified;
	if (st == TMS_OK)
		st = tms_document_pieces(
			&made->arena, &made->result, &pieces, &plain->pieces_count);
	if (st == TMS_OK)
		st = tms_document_gzip_pieces(
			&made->arena, &made->result, &parts, &gzip->pieces_count);
	if (st != TMS_OK)
		return st;
	plain->pieces = pieces;
	plain->bytes = bytes_of(pieces, plain->pieces_count);
	gzip->pieces = parts;
	gzip->bytes = bytes_of(parts, gzip->pieces_count);
	made->fragments = TMS_ARENA_ARRAY(
		&made->arena, struct tms_fragment *, made->result.entries_count + 1);
	write_heads(made, order, TMS_STR_NONE, plain);
	write_heads(made, order, TMS_STR("gzip"), gzip);
	return made->arena.status;
}

enum tms_status rendition_new(const struct rendition_order *order, struct tms_rendition **out)
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
	rendition_shelve(made, order->shelf);
	made->rule = order->rule;
	shelf_note_style(order->shelf, order->fragments, order->feed->form, order->feed->link);
	*out = made;
	return TMS_OK;
}

struct tms_rendition *rendition_ref(struct tms_rendition *rendition)
{
	rendition->refs++;
	return rendition;
}

void tms_rendition_unref(struct tms_rendition *rendition)
{
	if (!rendition || --rendition->refs > 0)
		return;
	rendition_retire(rendition);
	for (size_t i = 0; i < rendition->fragments_count; i++)
		tms_fragment_unref(rendition->fragments[i]);
	tms_result_fini(&rendition->result);
	tms_arena_free(&rendition->arena);
	free(rendition);
}

void rendition_drop_items(struct tms_rendition *rendition)
{
	struct tms_result *result = &rendition->result;

	for (size_t i = 0; i < result->entries_count; i++) {
		rendition->fragments[rendition->fragments_count++] = result->entries[i].fragment;
		tms_view_item_unref(result->entries[i].item);
	}
	free(result->entries);
	result->entries = NULL;
	result->entries_count = 0;
}

/* Written once between two questions, so that threads do not take its place in their caches from
 * each other. */
void tms_rendition_use(struct tms_rendition *rendition)
{
	if (!atomic_load_explicit(&rendition->is_used, memory_order_relaxed))
		atomic_store_explicit(&rendition->is_used, true, memory_order_relaxed);
}

bool rendition_was_used(struct tms_rendition *rendition)
{
	if (!atomic_load_explicit(&rendition->is_used, memory_order_relaxed))
		return false;
	atomic_store_explicit(&rendition->is_used, false, memory_order_relaxed);
	return true;
}

size_t rendition_footprint(const struct tms_rendition *rendition)
{
	return sizeof(*rendition) + tms_arena_bytes(&rendition->arena) +
	       rendition->result.header.capacity;
}
