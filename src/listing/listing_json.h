/* Parts of a listing as JSON that several writers share. */
#ifndef TAMIS_LISTING_LISTING_JSON_H
#define TAMIS_LISTING_LISTING_JSON_H

#include <tamis/json.h>
#include <tamis/listing.h>

/** "notes": [{"line": …, "text": …}, …] in the object that is being written. */
void listing_json_notes(struct tms_json_writer *w, const struct tms_listing *listing);

#endif
