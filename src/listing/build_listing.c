/* A listing from its first byte to its last, whichever reader takes what is between. */
#include "build.h"

enum tms_status build_listing(struct tms_arena *arena, struct tms_str body,
	const struct tms_listing_hints *hints, build_reader_fn read, struct tms_listing *out,
	struct tms_diag *diag)
{
	struct tms_listing_hints h = hints ? *hints : (struct tms_listing_hints){ 0 };
	enum tms_status st = TMS_ELIMIT;
	struct tms_listing listing;
	struct build b;

	if (h.limits.bytes == 0)
		h.limits.bytes = TMS_LISTING_BYTES_MAX;
	tms_arena_expect(arena, 4 * body.len); /* a tree has twice to four times its document */
	build_init(&b, arena, &listing);
	build_allow(&b, body.len);
	b.items_max = h.limits.items ? h.limits.items : TMS_LISTING_ITEMS_MAX;
	b.url = b.base = h.url;
	listing.language = b.language = build_only_language(&b, h.content_language);
	b.diag = diag;
	if (body.len > h.limits.bytes)
		tms_diag_set(diag, 0, 0, "%zu bytes are more than the %zu of a listing", body.len,
			h.limits.bytes);
	else
		st = read(&b, body, &h);
	if (st == TMS_OK && listing.items_count == 0 && listing.skipped_count > 0)
		st = build_unusable(&b, tms_listing_kind_name(listing.kind));
	if (st != TMS_OK && arena->status != TMS_OK && st != arena->status)
		st = arena->status;
	if (b.is_exhausted)
		st = build_exhausted(&b);
	else if (st == TMS_ENOMEM || (st == TMS_ELIMIT && arena->status == TMS_ELIMIT))
		tms_diag_set(diag, 0, 0, "no memory left for this listing");
	build_fini(&b);
	if (st == TMS_OK)
		*out = listing;
	return st;
}
