/*
 * One entry. Everything that a reader takes for the entry itself comes first and is hashed; the
 * numbers that move all day come last, and are not.
 */
#include <tamis/fragment.h>

#include <stdlib.h>

#include "form_writer.h"

/* A fixed key: the values are the same in every process. */
static const struct tms_hash_seed content_seed = { UINT64_C(0x74616d697320656e),
	UINT64_C(0x74727920636f6e74) };

/* How long it is in Atom, without keeping it: written twice, but once for all feeds. */
static size_t measure(const struct feed_entry *entry, enum tms_form form, struct tms_buf *text)
{
	struct tms_buf atom = { 0 };
	size_t numbers = 0;

	if (form == TMS_FORM_ATOM)
		return text->len;
	atom_writer.entry(&atom, entry, &numbers);
	size_t bytes = atom.len;
	if (text->status == TMS_OK)
		text->status = atom.status;
	tms_buf_free(&atom);
	return bytes;
}

enum tms_status tms_fragment_new(
	const struct tms_merged *item, struct tms_fragment_style style, struct tms_fragment **out)
{
	const struct form_writer *writer = form_writer_of(style.form);
	struct tms_arena scratch = { 0 };
	struct tms_buf text = { 0 };
	struct tms_fragment *made = NULL;
	struct feed_entry entry;
	size_t numbers = 0, atom_bytes = 0;

	enum tms_status st = entry_make(&scratch, item, style, &entry);
	if (st == TMS_OK) {
		writer->entry(&text, &entry, &numbers);
		atom_bytes = measure(&entry, style.form, &text);
		st = text.status;
	}
	if (st != TMS_OK)
		goto out;
	made = malloc(sizeof(*made) + text.len);
	if (!made) {
		st = TMS_ENOMEM;
		goto out;
	}
	memcpy(made + 1, text.ptr, text.len);
	*made = (struct tms_fragment){ .bytes = { (const char *)(made + 1), text.len },
		.content = tms_hash(content_seed, tms_str_slice(tms_buf_str(&text), 0, numbers)),
		.updated_us = entry.updated_us,
		.atom_bytes = atom_bytes,
		.divider_bytes = (uint32_t)writer->divider.len,
		.refs = 1 };
	*out = made;
out:
	tms_buf_free(&text);
	tms_arena_free(&scratch);
	return st;
}
