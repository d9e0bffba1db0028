/*
 * What a person is told of a query beside its verdicts: notes, where it is read as meant but worth a
 * look, and the error that kept it from being read; with what to write instead. A note never changes
 * a verdict.
 */
#ifndef TAMIS_ADVICE_H
#define TAMIS_ADVICE_H

#include <tamis/json.h>
#include <tamis/query.h>

/** What to write instead. */
struct tms_advice_cure {
	struct tms_str
		label; /* in a few words, where there is a choice: "any of these"; else empty */
	struct tms_str text; /* instead of the whole query; it can be read itself */
};
#define TMS_ADVICE_CURES_MAX 3

struct tms_advice_note {
	struct tms_diag diag; /* the place in the text, one sentence */
	size_t start, end;    /* bytes of the text that it speaks of; end > start but at its end */
	bool is_error;        /* the query was not read */
	struct tms_advice_cure cures[TMS_ADVICE_CURES_MAX]; /* best first */
	size_t cures_count;
};
/** Of more notes than that the later ones are counted alone. */
#define TMS_ADVICE_NOTES_MAX 16

/** {0} is a valid empty one. Owns all that it holds; of one query. */
struct tms_advice {
	struct tms_arena arena;
	struct tms_advice_note notes[TMS_ADVICE_NOTES_MAX]; /* by place; an error comes last */
	size_t count, left_out;
	enum tms_status status; /* TMS_OK, or TMS_ENOMEM: something could not be said */
};

/** Empty again. NULL is accepted. */
void tms_advice_free(struct tms_advice *advice);

/**
 * As tms_query_parse, telling all that is worth saying of this text (not of the rules that it asks
 * for: each has its own).
 * advice  empty; notes on success, notes and the error on failure. Its status says whether all could
 *         be said, which is no failure of the query.
 */
TMS_MUST_CHECK enum tms_status tms_query_parse_advised(struct tms_str text,
	const struct tms_query_options *options, struct tms_query **out, struct tms_advice *advice);

/**
 * One more note of the text, at its place among the others. NULL when there is no room (it is
 * counted) or no memory (advice->status).
 * text        the query's
 * start, end  bytes of it that the note speaks of
 */
struct tms_advice_note *tms_advice_add(struct tms_advice *advice, struct tms_str text, size_t start,
	size_t end, const char *format, ...) TMS_PRINTF(5, 6);
/** The error of a text that can be read and was refused by somebody else, such as an index. */
void tms_advice_refuse(struct tms_advice *advice, struct tms_str text, const struct tms_diag *diag);
/** One more thing to write instead; copied. A NULL note is accepted, and what is one too many is
 * not kept. label: static, may be empty. */
void tms_advice_cure(struct tms_advice *advice, struct tms_advice_note *note, struct tms_str label,
	struct tms_str text);

/** The text of a cure on one line: white space around it is left out, and control characters are
 * spaces. */
void tms_advice_write_cure(struct tms_buf *buf, struct tms_str text);

/**
 * Append a note as people read it: the sentence with its place ("note: 1:4: …"; an error without
 * "note: "), the line of the text with a caret, and a line for each cure ("instead: …", with its
 * label in front where there is one).
 */
void tms_advice_write(struct tms_buf *buf, const struct tms_advice_note *note, struct tms_str text);

/**
 * Add the notes, and the error, as an array of objects: {"line","column","start","end","error",
 * "text","cures"}, a cure {"label","text"}.
 */
void tms_advice_write_json(struct tms_json_writer *w, const struct tms_advice *advice);

#endif
