/*
 * What a listing says of its own reading: notes of what was left out, and the steps that it may
 * take.
 */
#include "build.h"

#include <stdarg.h>

/* ---- steps ---- */

static uint64_t allowed(const struct build *b)
{
	return TMS_LISTING_STEPS + (uint64_t)TMS_LISTING_STEPS_PER_BYTE * b->document_bytes;
}

void build_allow(struct build *b, size_t document_bytes)
{
	b->document_bytes = document_bytes;
	b->steps.left = allowed(b);
}

bool build_spend(struct build *b, size_t steps)
{
	if (!b->is_exhausted && tms_steps_take(&b->steps, steps))
		return true;
	b->is_exhausted = true;
	if (b->arena->status == TMS_OK)
		b->arena->status = TMS_ELIMIT;
	return false;
}

uint64_t build_steps(const struct build *b)
{
	return allowed(b) - b->steps.left;
}

/* ---- notes ---- */

TMS_PRINTF(2, 0)
static void add_note(struct build *b, const char *format, va_list args)
{
	struct tms_listing *listing = b->listing;

	listing->notes_total++;
	if (listing->notes_count == TMS_LISTING_NOTES_MAX)
		return;
	struct tms_diag *note = &listing->notes[listing->notes_count++];
	tms_diag_vset(note, b->line, 0, format, args);
	if (b->entries > 0)
		tms_diag_prefix(note, "entry %zu: ", b->entries);
}

void build_note(struct build *b, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_note(b, format, args);
	va_end(args);
}

void build_skip(struct build *b, const char *format, ...)
{
	va_list args;

	b->listing->skipped_count++;
	va_start(args, format);
	add_note(b, format, args);
	va_end(args);
}

enum tms_status build_unusable(struct build *b, const char *what)
{
	const struct tms_listing *listing = b->listing;
	/* what was mended is not why */
	const struct tms_diag *first = listing->notes + listing->mended_count;
	bool has_first = listing->notes_count > listing->mended_count;

	tms_diag_set(b->diag, has_first ? first->line : 0, 0,
		"none of the %zu entries of this %s can be used; %s", listing->skipped_count, what,
		has_first ? first->text : "none has an id, a link or a title");
	return TMS_EMALFORMED;
}

enum tms_status build_exhausted(struct build *b)
{
	tms_diag_set(b->diag, b->line, 0,
		"to read it up to entry %zu takes more than %u steps for each of its bytes (the limit of a "
		"listing)",
		b->entries, TMS_LISTING_STEPS_PER_BYTE);
	return TMS_ELIMIT;
}
