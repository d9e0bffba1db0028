/* Steps: the catalogue follows the windows, and what is known of categories, by their changes. */
#include "catalog_private.h"

/* ---- a source ---- */

static enum tms_status take_changes(struct catalog_step *step, uint32_t source)
{
	struct catalog_source *at = &step->catalog->sources[source];
	const struct tms_record *record;

	if (!window_follow_is_behind(&at->follow))
		return TMS_OK;
	while ((record = window_follow_next(&at->follow))) {
		if (step->done >= step->work)
			return TMS_OK;
		enum tms_status st = own_slot_show(step, source, record->id);
		if (st != TMS_OK)
			return st;
		window_follow_seen(&at->follow, record);
	}
	if (window_follow_end(&at->follow)) {
		at->is_sweeping = true;
		at->swept = 0;
	}
	return TMS_OK;
}

/* What has left the window goes; what is still there has been seen. */
static void sweep(struct catalog_step *step, uint32_t source)
{
	struct tms_catalog *catalog = step->catalog;
	struct catalog_source *at = &catalog->sources[source];

	while (at->is_sweeping && step->done < step->work) {
		uint32_t slot = index_owner_next(catalog->index, at->owner, at->swept);
		if (slot == TMS_INDEX_NONE) {
			at->is_sweeping = false;
			break;
		}
		const struct tms_view_item *item = tms_index_at(catalog->index, slot);
		step->done += CATALOG_LOOK;
		if (!window_shown(at->follow.window, item->merged.item.id))
			own_slot_drop(step, source, slot);
		at->swept = slot + 1;
	}
}

enum tms_status tms_catalog_step(struct tms_catalog *catalog, uint32_t source, size_t work,
	tms_catalog_change_fn change, void *context, bool *more)
{
	struct catalog_step step = { catalog, change, context, 0, work ? work : 1 };
	const struct catalog_source *at = &catalog->sources[source];

	enum tms_status st = take_changes(&step, source);
	if (st != TMS_OK)
		return st;
	sweep(&step, source);
	*more = at->is_sweeping || window_follow_is_behind(&at->follow);
	return TMS_OK;
}

/* ---- what is known ---- */

static enum tms_status join_all_of(struct catalog_step *step, struct tms_str id)
{
	const struct tms_index *index = step->catalog->index;
	uint32_t slot = index_chain_first(index, id), next;
	enum tms_status st = TMS_OK;

	step->done += CATALOG_LOOK;
	for (; slot != TMS_INDEX_NONE && st == TMS_OK; slot = next) {
		next = index_chain_next(index, slot);
		st = own_slot_join(step, slot);
	}
	return st;
}

static enum tms_status take_known(struct catalog_step *step)
{
	struct tms_catalog *catalog = step->catalog;
	const struct tms_record *record;

	if (!window_follow_is_behind(&catalog->known))
		return TMS_OK;
	while ((record = window_follow_next(&catalog->known))) {
		if (step->done >= step->work)
			return TMS_OK;
		enum tms_status st = join_all_of(step, record->id);
		if (st != TMS_OK)
			return st;
		window_follow_seen(&catalog->known, record);
	}
	if (window_follow_end(&catalog->known)) {
		catalog->is_sweeping = true;
		catalog->swept = 0;
	}
	return TMS_OK;
}

static enum tms_status sweep_all(struct catalog_step *step)
{
	struct tms_catalog *catalog = step->catalog;

	while (catalog->is_sweeping && step->done < step->work) {
		if (catalog->swept >= tms_index_slots(catalog->index)) {
			catalog->is_sweeping = false;
			break;
		}
		step->done += CATALOG_LOOK;
		if (tms_index_at(catalog->index, catalog->swept)) {
			enum tms_status st = own_slot_join(step, catalog->swept);
			if (st != TMS_OK)
				return st;
		}
		catalog->swept++;
	}
	return TMS_OK;
}

enum tms_status tms_catalog_step_known(struct tms_catalog *catalog, size_t work,
	tms_catalog_change_fn change, void *context, bool *more)
{
	struct catalog_step step = { catalog, change, context, 0, work ? work : 1 };

	enum tms_status st = take_known(&step);
	if (st == TMS_OK)
		st = sweep_all(&step);
	if (st == TMS_OK)
		*more = catalog->is_sweeping || window_follow_is_behind(&catalog->known);
	return st;
}
