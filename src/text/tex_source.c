/* From the plain text back to what it was written with. */
#include "tex.h"

/* The piece that has this plain byte. */
static size_t piece_of(const struct tex_plain *plain, size_t at)
{
	size_t low = 0, high = plain->count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (plain->pieces[middle].plain <= at)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* How many braces are open behind these bytes, and whether a formula is. */
static void weigh(struct tms_str s, int *braces, bool *formula)
{
	*braces = 0;
	*formula = false;
	for (size_t i = 0; i < s.len; i++) {
		*braces += s.ptr[i] == '{' ? 1 : s.ptr[i] == '}' ? -1 : 0;
		*formula ^= s.ptr[i] == '$';
	}
}

struct tms_str tex_source_of(
	const struct tex_plain *plain, struct tms_str source, size_t start, size_t end)
{
	const struct tms_words_piece *first = &plain->pieces[piece_of(plain, start)];
	const struct tms_words_piece *last = &plain->pieces[piece_of(plain, end - 1)];
	const struct tms_words_piece *all_end = plain->pieces + plain->count;
	size_t from = first->source, to = last->source_end;
	int braces;
	bool formula;

	from += first->is_same ? start - first->plain : 0;
	to = last->is_same ? last->source + (end - last->plain) : to;
	weigh(tms_str_slice(source, from, to), &braces, &formula);
	if ((braces > 0 || formula) && to == last->source_end)
		to = last + 1 < all_end ? last[1].source : source.len;
	weigh(tms_str_slice(source, from, to), &braces, &formula);
	if ((braces < 0 || formula) && from == first->source)
		from = first > plain->pieces ? first[-1].source_end : 0;
	return tms_str_slice(source, from, to);
}
