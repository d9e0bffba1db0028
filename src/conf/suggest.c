/* "Did you mean …?": the nearest known name by edit distance (optimal string alignment). */
#include "suggest.h"

#include <stdio.h>

#define WORD_BYTES 64

/* Letters to change, add, drop or swap with their neighbour (optimal string alignment). */
static size_t distance(struct tms_str a, struct tms_str b)
{
	size_t rows[3][WORD_BYTES + 1];

	for (size_t k = 0; k <= b.len; k++)
		rows[0][k] = k;
	for (size_t i = 1; i <= a.len; i++) {
		size_t *row = rows[i % 3];
		const size_t *above = rows[(i - 1) % 3];
		const size_t *above_that = rows[(i + 1) % 3];
		row[0] = i;
		for (size_t k = 1; k <= b.len; k++) {
			bool is_same = a.ptr[i - 1] == b.ptr[k - 1];
			size_t best = above[k - 1] + (is_same ? 0 : 1);
			if (above[k] + 1 < best)
				best = above[k] + 1;
			if (row[k - 1] + 1 < best)
				best = row[k - 1] + 1;
			if (i > 1 && k > 1 && a.ptr[i - 1] == b.ptr[k - 2] &&
				a.ptr[i - 2] == b.ptr[k - 1] && above_that[k - 2] + 1 < best)
				best = above_that[k - 2] + 1;
			row[k] = best;
		}
	}
	return rows[a.len % 3][b.len];
}

void suggest_offer(struct suggest *suggest, struct tms_str known)
{
	if (suggest->word.len > WORD_BYTES || known.len > WORD_BYTES || suggest->word.len == 0)
		return;
	size_t far = distance(suggest->word, known);
	/* one letter, and one more of every four: beyond that it is another word */
	if (far > 1 + suggest->word.len / 4 || far >= known.len)
		return;
	if (suggest->best.len == 0 || far < suggest->distance) {
		suggest->best = known;
		suggest->distance = far;
	}
}

const char *suggest_text(const struct suggest *suggest, char text[SUGGEST_BYTES])
{
	text[0] = '\0';
	if (suggest->best.len > 0)
		(void)snprintf(text, SUGGEST_BYTES, "; did you mean \"%.*s\"?",
			TMS_STR_ARGS(suggest->best));
	return text;
}
