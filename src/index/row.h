/*
 * Rows: compressed bitmaps, sets of slots. Most have none to four slots and lie in place; more are
 * a sorted list, many are bits. {0} is the empty row.
 */
#ifndef TAMIS_INDEX_ROW_H
#define TAMIS_INDEX_ROW_H

#include <tamis/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INDEX_ROW_FEW 4

struct index_row {
	uint32_t count; /* slots in it */
	uint32_t room;  /* 0: in `few`; INDEX_ROW_BITS | words of `bits`; else elements of `list` */
	union {
		uint32_t few[INDEX_ROW_FEW]; /* ascending */
		uint32_t *list;              /* ascending */
		uint64_t *bits;
	} in;
};
#define INDEX_ROW_BITS UINT32_C(0x80000000)

/** Empty again. */
void index_row_free(struct index_row *row);
/** TMS_OK, TMS_ENOMEM (the row is as it was). A slot that is there is fine. */
TMS_MUST_CHECK enum tms_status index_row_add(struct index_row *row, uint32_t slot);
/** A slot that is not there is fine. */
void index_row_remove(struct index_row *row, uint32_t slot);
/** Is the slot in it? */
bool index_row_has(const struct index_row *row, uint32_t slot);
/** Heap behind the row. */
size_t index_row_bytes(const struct index_row *row);

/** Make *out, which is empty, of bits. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status index_row_from_bits(
	const uint64_t *bits, size_t words, struct index_row *out);
/** bits |= row, bits &= row, bits &= ~row; slots at or above 64 * words are left out. */
void index_row_or(const struct index_row *row, uint64_t *bits, size_t words);
void index_row_and(const struct index_row *row, uint64_t *bits, size_t words);
void index_row_subtract(const struct index_row *row, uint64_t *bits, size_t words);

#endif
