/*
 * The query language: text → checked program → verdicts, the moment of entering, explanations.
 * The grammar is one for addresses, the configuration, the API, the page and the command line.
 */
#ifndef TAMIS_QUERY_H
#define TAMIS_QUERY_H

#include <tamis/doc.h>
#include <tamis/topic.h>
#include <tamis/zone.h>

/** A query that others can ask for by rule:NAME. Borrowed while a query is parsed. */
struct tms_query_rule {
	struct tms_str name;
	struct tms_str text;
};

/** A list of people that others can ask for by author:@NAME. Borrowed in the same way. */
struct tms_query_authors {
	struct tms_str name;
	struct tms_str text; /* as tms_author_list_text has it */
	uint64_t hash;       /* tms_query_authors_hash of the text */
};
uint64_t tms_query_authors_hash(struct tms_str text);

/** 0 means the default. Reaching one is TMS_ELIMIT; the diag names it as the configuration does. */
struct tms_query_limits {
	size_t bytes;      /* of the text of a query or of a rule that it asks for; default 4,096 */
	size_t terms;      /* words, phrases and tests, rules written out; default 256 */
	size_t depth;      /* groups and rules inside each other; default 32, never above 200 */
	size_t regex_size; /* instructions of one compiled regular expression; default 4,000 */
	size_t cost;       /* of all its terms, each counted once; default 1,000. See below */
	/** Of all scans of an index, see tms_query_scans; default 4,000. No matter of parsing. The
	 * service counts them by source instead. */
	size_t scan_cost;
};
#define TMS_QUERY_BYTES_DEFAULT 4096
#define TMS_QUERY_TERMS_DEFAULT 256
#define TMS_QUERY_DEPTH_DEFAULT 32
#define TMS_QUERY_REGEX_SIZE_DEFAULT 4000
#define TMS_QUERY_COST_DEFAULT 1000
#define TMS_QUERY_SCAN_COST_DEFAULT 4000
#define TMS_QUERY_DEPTH_MAX 200
/*
 * What a term costs: about so many microseconds for one look at a paper, where text and term are
 * the worst for each other. A word, a value or a number 1; ~word 2; a phrase as many as its words,
 * and one more for each way to join them at hyphens; near() twice that; a regular expression 2 and
 * half of its instructions; a topic 10; a list of authors 20.
 */
/** Words in one phrase or near(). */
#define TMS_QUERY_PHRASE_WORDS_MAX 50

/** The topics that a query can ask for. Borrowed as long as a query or an index lives that was
 * parsed with it. */
struct tms_query_topics {
	struct tms_topic_model *model;
	const struct tms_topic_scorer *scorer;
	const struct tms_topic_list *lists; /* of equal identifiers that in the last list counts */
	size_t lists_count;
};

struct tms_query_options {
	struct tms_query_limits limits;
	const struct tms_query_rule *rules; /* names are unique */
	size_t rules_count;
	const struct tms_query_authors *authors; /* of equal names the last counts */
	size_t authors_count;
	const struct tms_query_topics *topics; /* NULL: topic: and about: are refused */
	/* which day it is, where a date does not say it itself (@Europe/Berlin); NULL: UTC. As long as
	 * a query or an index lives that was parsed with it. */
	const struct tms_zone *zone;
	const struct tms_zones
		*zones; /* of dates that say it themselves; NULL: UTC alone is known */
};

/** A checked program. Matching changes nothing that can be seen, but is not for two threads at
 * once. */
struct tms_query;

/**
 * Read and check a query. The empty text (white space too) is the query that keeps everything.
 * text     borrowed; anything: bytes that are not UTF-8 are an error with their place
 * options  borrowed; NULL for the defaults without rules
 * *out     given: tms_query_free; on the heap, owns all that it needs
 * diag     may be NULL; line and column in `text`, and what was found and expected in one sentence
 * TMS_OK, TMS_EINVAL (the query is wrong), TMS_ELIMIT, TMS_ENOMEM; on failure *out is left alone.
 */
TMS_MUST_CHECK enum tms_status tms_query_parse(struct tms_str text,
	const struct tms_query_options *options, struct tms_query **out, struct tms_diag *diag);
/** NULL is accepted. */
void tms_query_free(struct tms_query *query);

/** A term for which every item has to be read, as it is printed, and what it costs an item. */
typedef void (*tms_query_scan_fn)(void *context, struct tms_str print, size_t cost);
/**
 * Tell of the query's scans: regular expressions of which no match must hold three ASCII letters or
 * digits in a row, so that no index says which items they need to be asked of, and paths that ask
 * for no whole segment ("/20*"). Those of all rules together are bounded, see limits.scan_cost. TMS_OK, TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status tms_query_scans(
	const struct tms_query *query, tms_query_scan_fn tell, void *context);

/** True when the item is kept at `now`. doc is what tms_doc_make made of the item. */
bool tms_query_matches(const struct tms_query *query, const struct tms_merged *item,
	const struct tms_doc *doc, tms_time now);

/**
 * The first moment, from first_seen on, at which the query held for this item, by the history of
 * its numbers and by the clock; *entered is never behind `now`. False (and *entered alone) when it
 * does not hold now.
 */
bool tms_query_entered(const struct tms_query *query, const struct tms_merged *item,
	const struct tms_doc *doc, tms_time now, tms_time *entered);

/** The first moment behind `now` at which the clock alone turns the verdict, or TMS_TIME_MAX. */
tms_time tms_query_next_change(const struct tms_query *query, const struct tms_merged *item,
	const struct tms_doc *doc, tms_time now);

/** True when a test looks at the clock (age). Without one, next_change is always TMS_TIME_MAX. */
bool tms_query_has_clock(const struct tms_query *query);
/** True for the query that keeps everything because it asks for nothing. */
bool tms_query_is_empty(const struct tms_query *query);

/** A topic that a query asks for. */
struct tms_query_topic {
	struct tms_str print; /* as tms_query_print writes it; the query's */
	uint32_t threshold;   /* a part of TMS_TOPIC_ONE */
};
/** Topic i of the query, from 0, each once; false behind the last. */
bool tms_query_topic_at(const struct tms_query *query, size_t i, struct tms_query_topic *out);
/** How much an item is about topic i, a part of TMS_TOPIC_ONE. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status tms_query_topic_score(
	const struct tms_query *query, size_t i, const struct tms_merged *item, uint32_t *score);

/** Append topic i alone with another threshold, as a query. */
void tms_query_topic_print(
	const struct tms_query *query, size_t i, uint32_t hundredths, struct tms_buf *buf);
/**
 * Append the text of a query that was parsed by tms_query_parse_advised, with that threshold behind
 * topic i wherever it stands. False, and nothing appended, when only rules ask for it.
 */
bool tms_query_topic_put(const struct tms_query *query, struct tms_str text, size_t i,
	uint32_t hundredths, struct tms_buf *buf);

/**
 * Write the query back: every group in parentheses, rules by their names. Reading it again with the
 * same rules gives the same query, and writing that gives the same bytes. The empty query is the
 * empty text.
 */
void tms_query_print(const struct tms_query *query, struct tms_buf *buf);
/** The same with the rules written out, a list of authors with a hash of who is in it, and a rule that
 * asks for nothing as (): two queries with these
 * bytes equal give equal verdicts. */
void tms_query_print_expanded(const struct tms_query *query, struct tms_buf *buf);
/** Hash of tms_query_print_expanded under a fixed key: the same in every process. For cache keys,
 * not for trust. */
uint64_t tms_query_hash(const struct tms_query *query);

/** One place in an item where a part of the query was found. */
struct tms_query_hit {
	const char *field;    /* "title", "abstract", … static */
	struct tms_str words; /* as they stand in the item */
	size_t start;         /* byte offset of them in that field's text */
	size_t value;         /* which author, keyword, …, from 0 */
};
/** So many places are kept of one part; `hits_total` counts on, up to the second. */
#define TMS_QUERY_HITS_MAX 8
#define TMS_QUERY_HITS_COUNTED_MAX 100

/** One part of the query that decided. */
struct tms_query_reason {
	/** As tms_query_print writes it, without negation: "title:diffusion", "upvotes>=20". */
	struct tms_str part;
	struct tms_str words; /* of a part about text: the same without its field; else empty */
	struct tms_str rule;  /* the rule that it stands in, or empty */
	bool is_topic;        /* its value is long: shares of facets */
	uint32_t score, threshold; /* of a topic: parts of TMS_TOPIC_ONE */
	struct tms_str telling;    /* of a topic: the strongest phrase of each facet, by commas */
	struct tms_str value;      /* of tests: "12, highest 15", "3d", "missing"; else empty */
	/** Of the part itself. Kept: always true; dropped: false = required and absent, true =
	 * excluded. */
	bool holds;
	struct tms_query_hit *hits; /* places, when it holds and is about text */
	size_t hits_count, hits_total;
	bool is_other; /* of what is missing: it would do instead of the one before it */
};

/**
 * How near an item that is dropped is to being kept: the least that would have to change. Of a
 * topic whose score is closer than half of its threshold only that part of a term counts, of
 * anything else a whole one. {0}: nothing has to change, it is kept; TMS_QUERY_NEVER: nothing would
 * do (`a -a`).
 */
struct tms_query_nearness {
	uint32_t terms; /* thousandths of a term */
	uint32_t
		rest; /* tells those apart that need as many: how far numbers, dates and scores are off */
};
#define TMS_QUERY_NEARNESS_ONE 1000
#define TMS_QUERY_NEARNESS_NEARLY 360 /* of the rest: no more than that is "nearly" */
#define TMS_QUERY_NEVER UINT32_MAX    /* in both */

/** A place in a text of the document that has what a part of the query asks for. */
struct tms_query_place {
	size_t text;       /* of tms_doc.texts */
	size_t start, end; /* bytes of it as it stands */
	size_t part;       /* the query's own number of the part */
};

struct tms_query_explanation {
	bool kept;
	/** May be empty when kept: nothing was asked for, or nothing excluded it. */
	struct tms_query_reason *reasons;
	size_t reasons_count;
	/** Of a dropped item: what it has that the query asks for. */
	struct tms_query_reason *met;
	size_t met_count;
	/** Of a dropped item: what would have to change, the least there is. What holds takes it out,
	 * what does not is missing. Empty when nothing would do. */
	struct tms_query_reason *missing;
	size_t missing_count;
	struct tms_query_nearness nearness;
	/** All that the parts above found in texts, up to TMS_QUERY_HITS_COUNTED_MAX of each; and what
	 * topics found most telling. In no order. */
	struct tms_query_place *places;
	size_t places_count;
};

/**
 * Say why, by walking the program that matches. Lives in the arena; borrows the item's texts and
 * the query. TMS_OK, TMS_ENOMEM, TMS_ELIMIT (the arena's).
 */
TMS_MUST_CHECK enum tms_status tms_query_explain(const struct tms_query *query,
	const struct tms_merged *item, const struct tms_doc *doc, tms_time now,
	struct tms_arena *arena, struct tms_query_explanation *out);

/**
 * The nearness alone, in about the time of a verdict to which every term contributes; scratch is
 * rewound. TMS_OK, TMS_ENOMEM, TMS_ELIMIT (the arena's).
 */
TMS_MUST_CHECK enum tms_status tms_query_nearness(const struct tms_query *query,
	const struct tms_merged *item, const struct tms_doc *doc, tms_time now,
	struct tms_arena *scratch, struct tms_query_nearness *out);
/** Below 0: `a` is nearer. */
int tms_query_nearness_compare(
	const struct tms_query_nearness *a, const struct tms_query_nearness *b);

/** How a sentence marks what was asked for, and writes texts of items and queries. */
struct tms_query_marks {
	const char *before, *behind;
	void (*text)(struct tms_buf *buf, struct tms_str text);
};
/**
 * The same for people, as a sentence without offsets and shares: `*agents* in the title and abstract;
 * taken out by *survey* in the title`. marks: NULL for asterisks, and no line breaks.
 */
void tms_query_explanation_say(const struct tms_query_explanation *why,
	const struct tms_query_marks *marks, struct tms_buf *buf);

/** The first half alone, of a dropped item: what it has of what is asked for. */
void tms_query_met_say(const struct tms_query_explanation *why, const struct tms_query_marks *marks,
	struct tms_buf *buf);
/**
 * How much a dropped item is short of, and of what: `one term short: *vision* is missing`, `2 terms
 * short: *vision* or *audio* is missing; taken out by *survey* in the title`, `nearly: *topic:agents*
 * scores .41, asked for .45`. Nothing for one that is kept.
 */
void tms_query_missing_say(const struct tms_query_explanation *why,
	const struct tms_query_marks *marks, struct tms_buf *buf);

/**
 * One line without tabs or line breaks: `agents: title "Agents"@12; upvotes>=20: 31` ·
 * `no "chain of thought"` · `excluded by survey: title "Survey"@2 (rule no-noise)`.
 */
void tms_query_explanation_print(const struct tms_query_explanation *why, struct tms_buf *buf);

#endif
