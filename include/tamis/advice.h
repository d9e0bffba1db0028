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
	size_t cost; /* of the query, as far as it was read: see struct tms_query_limits */
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

/** A source of the feed that a query is of. */
struct tms_advice_source {
	struct tms_str name;
	unsigned lacks; /* what its items never have, as far as is known: bits of enum tms_trait */
};
struct tms_advice_context {
	const struct tms_advice_source *sources;
	size_t count;
	bool can_name_sources; /* source:NAME finds their items */
};
/**
 * Note the tests of what the items of a source never have, which drop them all: "no item of arxiv-cl
 * has upvotes", with the cure that keeps them. Not where the query names that source itself. What a
 * rule cannot do without is noted where the text names the rule.
 * query, text  as they came out of and went into tms_query_parse_advised
 */
void tms_query_advise(const struct tms_query *query, struct tms_str text,
	const struct tms_advice_context *context, struct tms_advice *advice);

/** A term of a query's text: a word, phrase, value or number that it does not exclude. */
struct tms_query_term {
	struct tms_str print; /* as tms_query_print writes it; the query's */
	size_t start, end;    /* bytes of the text */
	size_t leaf;          /* the query's own number of it */
};
/** Term i of a query that was parsed by tms_query_parse_advised, from 0; false behind the last. Those
 * of rules that it asks for are not its own; ages, dates and topics are no terms here. */
bool tms_query_term_at(const struct tms_query *query, size_t i, struct tms_query_term *out);
/** Has the item what the term asks for? */
bool tms_query_term_holds(const struct tms_query *query, const struct tms_query_term *term,
	const struct tms_merged *item, const struct tms_doc *doc, tms_time now);
/** Note that none of so many items has the term; not where something is noted of it already. */
void tms_advice_add_missing(struct tms_advice *advice, struct tms_str text,
	const struct tms_query_term *term, size_t items);
/** Of fewer items than that it says nothing that one of them lacks something. */
#define TMS_ADVICE_ITEMS_MIN 20
/** So many terms of a query are worth looking for. */
#define TMS_ADVICE_TERMS_MAX 32

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
