/*
 * Who decides that a feed is stale: its shelf marks it when it publishes; its rule, asked before it
 * is served next, confirms or clears that. Time does too, and the end of the feed or shelf.
 */
#include "service/rendition_stale.h"

#include "service/shelf.h"

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
	shelf_queue_update(shelf);
}

void rendition_mark_from(struct tms_shelf *shelf)
{
	shelf->to_mark = shelf->to_confirm = shelf->renditions;
}

void rendition_mark_some(struct tms_shelf *shelf, size_t count)
{
	for (; count > 0 && shelf->to_mark; count--) {
		set_stale(shelf->to_mark, true);
		shelf->to_mark = shelf->to_mark->older;
	}
}

/* ---- does it still hold? ---- */

/* The odd number spreads seconds over all bits. */
uint64_t rendition_chosen(const struct tms_view_item *item, tms_time entered)
{
	return item->version ^ (uint64_t)entered * UINT64_C(0x9e3779b97f4a7c15);
}

/* Does the rule still choose what it chose? */
static bool holds(const struct tms_rendition *rendition, tms_time now)
{
	struct tms_arena scratch = { 0 };
	struct tms_selection chosen = { 0 };
	size_t same = 0;

	bool may_hold = tms_index_select(rendition->shelf->index, rendition->rule, now,
				rendition->entries_max, &scratch, &chosen) == TMS_OK &&
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

bool rendition_is_current(struct tms_rendition *rendition, tms_time now)
{
	if (now >= rendition->expires || !rendition->shelf)
		return false;
	if (!atomic_load_explicit(&rendition->is_stale, memory_order_relaxed))
		return true;
	if (!holds(rendition, now))
		return false;
	set_stale(rendition, false);
	return true;
}
