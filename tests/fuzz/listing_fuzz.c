/* Any bytes as a listing: read and written whole, or refused with a reason, in steps and memory that its size allows;
 * every Atom id is an IRI. */
#include <stdlib.h>

#include <tamis/identity.h>
#include <tamis/listing.h>

#include "bounds.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	const struct tms_listing_hints hints = { .url = TMS_STR(
							 "https://e.example/f?date=2026-01-02") };
	struct tms_arena arena = { .max_bytes = 64u << 20 };
	struct tms_buf json = { 0 };
	struct tms_listing listing;
	struct tms_diag diag = { 0 };

	enum tms_status st = tms_listing_parse(
		&arena, (struct tms_str){ (const char *)bytes, len }, &hints, &listing, &diag);
	if (st != TMS_OK && diag.text[0] == '\0')
		abort();
	require_bounded(&arena, len);
	if (st == TMS_OK)
		require_few_steps(listing.steps, len);
	for (size_t i = 0; st == TMS_OK && i < listing.items_count; i++) {
		struct tms_str id = tms_item_atom_id(&arena, listing.items[i].id);
		if (arena.status == TMS_OK && !tms_is_iri(id))
			abort();
	}
	if (st == TMS_OK)
		tms_listing_write_json(&json, &listing);
	tms_buf_free(&json);
	tms_arena_free(&arena);
	return 0;
}
