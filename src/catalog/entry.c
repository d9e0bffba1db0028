/* An item made of records and put into the index, in place of the one that was there. */
#include "catalog_private.h"

#include "window/view_item.h"

const struct tms_record *entry_known(const struct tms_catalog *catalog, struct tms_str id)
{
	return catalog->known.window ? tms_window_find(catalog->known.window, id) : NULL;
}

size_t entry_work(const struct tms_view_item *item)
{
	const struct tms_item *text = &item->merged.item;

	return CATALOG_PUT +
	       (text->title.len + text->summary.len + text->comment.len) / CATALOG_TEXT_BYTES;
}

/* What one window alone says is made once, for views too. */
static enum tms_status make(const struct tms_record *const *records, size_t count,
	const struct tms_record *known, struct tms_view_item **out)
{
	if (count == 1)
		return view_item_solo(records[0], known, out);
	return view_item_make(records, count, known, out);
}

enum tms_status entry_put(struct tms_catalog *catalog, uint32_t owner,
	const struct tms_record *const *records, size_t count, uint32_t *slot, size_t *work,
	struct tms_view_item **before, struct tms_view_item **after)
{
	const struct tms_record *known = entry_known(catalog, records[0]->id);
	struct tms_view_item *old = NULL, *fresh = NULL;

	*before = *after = NULL;
	if (*slot != TMS_INDEX_NONE)
		old = tms_index_at(catalog->index, *slot);
	if (old && old->version == view_item_version(records, count, known))
		return TMS_OK;
	enum tms_status st = make(records, count, known, &fresh);
	if (st != TMS_OK)
		return st;
	*work += CATALOG_MERGE +
		 (old && tms_view_item_says_same(old, fresh) ? CATALOG_PUT : entry_work(fresh));
	if (old)
		tms_view_item_ref(old);
	st = index_put(catalog->index, owner, fresh, slot);
	if (st != TMS_OK) {
		tms_view_item_unref(old);
		tms_view_item_unref(fresh);
		return st;
	}
	catalog->puts++;
	*before = old;
	*after = fresh;
	return TMS_OK;
}
