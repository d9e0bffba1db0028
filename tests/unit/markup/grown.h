/*
 * Documents of any size, made of a kind: what is hard for a reader, and grows. The test reads one at n
 * and one at 4n bytes, and compares the counted steps.
 */
#ifndef TAMIS_MARKUP_GROWN_H
#define TAMIS_MARKUP_GROWN_H

#include "../test.h"

#include <tamis/buf.h>

#define GROWN_PIECES 6

/** Pieces one after another. times: so often; 0: as often as its share of the size allows. A "#" is a number. */
struct grown_kind {
	const char *why;
	struct {
		const char *text;
		unsigned times;
	} pieces[GROWN_PIECES];
};

static inline size_t grown_sharers(const struct grown_kind *kind)
{
	size_t sharers = 0;

	for (size_t i = 0; i < GROWN_PIECES && kind->pieces[i].text; i++)
		sharers += kind->pieces[i].times == 0;
	return sharers;
}

static inline void grown_add(struct tms_buf *out, const char *text, unsigned number)
{
	for (; *text; text++) {
		if (*text == '#')
			tms_buf_format(out, "%05x", number);
		else
			tms_buf_add_char(out, *text);
	}
}

/** About so many bytes of that kind. */
static inline void grow(struct tms_buf *out, const struct grown_kind *kind, size_t bytes)
{
	size_t share = bytes / grown_sharers(kind);

	tms_buf_clear(out);
	for (size_t i = 0; i < GROWN_PIECES && kind->pieces[i].text; i++) {
		size_t from = out->len;
		unsigned times = kind->pieces[i].times;
		for (unsigned number = 0; times > 0 ? number < times : out->len - from < share;
			number++)
			grown_add(out, kind->pieces[i].text, number);
	}
	assert_int_equal(out->status, TMS_OK);
}

#endif
