/* One item with its verdict and the reasons for it. */
#ifndef TAMIS_FEED_EXPLAIN_ROW_H
#define TAMIS_FEED_EXPLAIN_ROW_H

#include <tamis/explain.h>
#include <tamis/snippet.h>

/** Room for what is said of one item at a time. {0} is empty. */
struct explain_texts {
	struct tms_buf why, details, missing, snippet;
};
void explain_texts_fini(struct explain_texts *texts);

struct explain_row {
	const struct tms_item *item;
	const struct tms_query_explanation *why;
	const struct tms_snippet *snippet;
	struct explain_texts *texts;
};

/** Append its line. TMS_OK, TMS_ENOMEM, TMS_ELIMIT (the buffer's). */
TMS_MUST_CHECK enum tms_status explain_row_write(
	const struct explain_row *row, enum tms_explain_form form, struct tms_buf *out);

#endif
