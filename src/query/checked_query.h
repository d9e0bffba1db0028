/*
 * What a query is: a list of leaves, each a test of one item, and a tree that joins their verdicts.
 * A leaf stands once however often the query repeats it, so that its verdict is made once. parse.c,
 * term.c, leaf.c, open_leaf.c, value.c, about.c and listed.c build it; verdict.c, explain.c and
 * print.c walk it; match.c, name_match.c and leaf_holds.c look at items. The index compiles it (index/plan.c).
 */
#ifndef TAMIS_QUERY_CHECKED_QUERY_H
#define TAMIS_QUERY_CHECKED_QUERY_H

#include <tamis/query.h>

struct sb_stemmer;
struct regex;

/** What a name before ':' or a comparison stands for. */
enum query_field_kind {
	FIELD_TEXT,  /* words, phrases, regular expressions in `fields` */
	FIELD_EXACT, /* category, primary, announce, source, lang: the whole value, caseless */
	FIELD_ID,
	FIELD_URL, /* `which` is an enum query_address */
	FIELD_HAS,
	FIELD_NUMBER, /* upvotes, comments, stars: `which` is an enum tms_number */
	FIELD_WORDS,  /* how many words the item has */
	FIELD_AGE,
	FIELD_DATE,  /* `which` is an enum query_date */
	FIELD_SINCE, /* published, from then on */
	FIELD_RULE,
	FIELD_TOPIC, /* `which` is an enum query_topic_by */
	FIELD_TAG,   /* a category or a keyword: read as both, never a leaf's */
};

enum query_date { DATE_PUBLISHED, DATE_SUBMITTED, DATE_UPDATED, DATE_SEEN };

/** The values of EXACT fields that are not texts of the document. */
enum query_exact {
	EXACT_CATEGORY,
	EXACT_PRIMARY, /* the first category */
	EXACT_ANNOUNCE,
	EXACT_SOURCE,
	EXACT_LANGUAGE, /* a range of tags, see text/language.h */
};

/** url:HOST/PATH, and path:PATH. */
enum query_address { ADDRESS_WHOLE, ADDRESS_PATH };

/** topic:ID, and about:"…". */
enum query_topic_by { TOPIC_BY_NAME, TOPIC_BY_TEXT };

struct query_field {
	const char *name;
	enum query_field_kind kind;
	unsigned fields; /* FIELD_TEXT: bits of enum tms_field */
	int which;
};

/** By one of its names; NULL when there is no such name; caseless. */
const struct query_field *query_field_find(struct tms_str name);
/** That of words without one. */
const struct query_field *query_field_default(void);
/** The field that other programs call so, or NULL. */
const struct query_field *query_field_meant(struct tms_str name);
/** The known name that means the same or looks most like this one, or NULL when none is near. */
const char *query_field_nearest(struct tms_str name);
/** Edit distance (insert, delete, replace, swap of neighbours), or limit + 1 when it is larger. */
size_t query_distance(struct tms_str a, struct tms_str b, size_t limit);

enum query_word_mode {
	WORD_PLAIN,  /* singular or plural, in British or American spelling */
	WORD_EXACT,  /* as it stands */
	WORD_STEM,   /* any inflection */
	WORD_PREFIX, /* the last word is the beginning of one */
	WORD_NAME,   /* words and initials of one person */
};

/** Words that stand next to each other. */
struct query_pattern {
	enum query_word_mode mode;
	bool caseless;       /* WORD_EXACT without a capital */
	struct tms_str text; /* as it was asked for */
	struct tms_words words;
	/* WORD_STEM: one for each word, then for each joined one; of its American spelling, and, for
	 * names, as it is spelled */
	const struct tms_str *stems, *name_stems;
};

enum query_leaf_kind {
	LEAF_WORDS,
	LEAF_NEAR,
	LEAF_REGEX,
	LEAF_VALUE_REGEX, /* of values: field is an EXACT, ID or URL one */
	LEAF_EXACT,
	LEAF_ID,
	LEAF_URL,
	LEAF_HAS,
	LEAF_NUMBER,
	LEAF_WORD_COUNT,
	LEAF_AGE,
	LEAF_DATE,
	LEAF_DAY, /* a date, by days that are counted from today */
	LEAF_TOPIC,
	LEAF_LISTED, /* authors of a list */
};

/** What an end of a span of days is counted from. */
enum query_day_from {
	DAY_NONE, /* nothing: it is a moment, or open */
	DAY_TODAY,
	DAY_WEEKDAY, /* the last such day, which may be today */
};
struct query_day {
	uint8_t from;    /* enum query_day_from */
	uint8_t back;    /* DAY_TODAY: so many days before; DAY_WEEKDAY: 0 Sunday to 6 Saturday */
	uint8_t is_last; /* the last second of that day, not the first */
	int8_t shift_s;
};
/** Dates between two ends, both inclusive, as clocks somewhere show them. */
struct query_dates {
	tms_time least, most; /* where the day says nothing */
	const struct tms_zone *zone;
	struct query_day least_day, most_day;
};

enum query_has { HAS_CODE, HAS_PROJECT, HAS_VIDEO, HAS_WITHDRAWN };

/** A subject that is asked for. */
struct query_topic {
	struct tms_topic_definition definition; /* in the query's arena */
	uint32_t threshold;                     /* a part of TMS_TOPIC_ONE */
	struct tms_topic_model *model;
	const struct tms_topic_scorer *scorer;
	struct tms_topic *compiled; /* NULL until an item is looked at; the query's */
};

/** A list of people that is asked for by its name. */
struct query_listed {
	struct tms_str text; /* as tms_author_list_text has it */
	struct tms_arena arena;
	const struct tms_author_list *read; /* NULL until an item is looked at; the arena's */
};

struct query_leaf {
	enum query_leaf_kind kind;
	const struct query_field *field; /* never NULL: the default is "text" */
	struct tms_str print;            /* canonical, without negation */
	/* TOPIC, LISTED, and dates in a zone: as `print`, without what has to be looked up; else
	 * empty */
	struct tms_str expanded;
	union {
		struct {                              /* WORDS, NEAR */
			struct query_pattern pattern; /* WORDS */
			struct query_pattern *near;   /* what has to be near each other */
			size_t near_count;
			size_t near_gap; /* other words at most */
		};
		struct regex *regex;          /* REGEX, VALUE_REGEX */
		struct {                      /* EXACT, ID, URL, HAS */
			struct tms_str value; /* EXACT (without its *), ID, host of URL */
			struct tms_str path;  /* URL; of path: it begins with "/" */
			bool open_end;        /* EXACT, path of URL: it ended in * */
			bool subdomains;      /* URL: the host began with "*." */
			bool anywhere;        /* path: at any segment, not at the first alone */
			enum query_has has;
		};
		struct {                     /* NUMBER, WORD_COUNT, AGE (seconds) */
			int64_t least, most; /* both inclusive */
			int64_t within_s;    /* with @: so soon after `published`; else -1 */
		};
		struct query_dates dates;    /* DATE, DAY */
		struct query_topic *topic;   /* TOPIC */
		struct query_listed *listed; /* LISTED */
	};
};

enum query_node_kind {
	NODE_ALL,  /* every child holds; without children: true */
	NODE_ANY,  /* a child holds */
	NODE_NOT,  /* its child does not */
	NODE_RULE, /* its child, which a rule asked for */
	NODE_LEAF,
};

struct query_node {
	enum query_node_kind kind;
	size_t leaf;         /* NODE_LEAF: index */
	struct tms_str rule; /* NODE_RULE: its name */
	/* NODE_LEAF and NODE_RULE of a text that is advised of: bytes of it; else 0 */
	uint32_t start, end;
	bool is_grouped; /* the same: it stands in a field's group */
	struct query_node *children, *next;
};

struct tms_query {
	/* of tms_query_parse: owns all but the query itself, the regexes and the stemmer */
	struct tms_arena arena;
	struct query_leaf *leaves;
	size_t leaves_count, leaves_capacity;
	struct query_node *root;    /* NULL: keeps everything */
	struct sb_stemmer *stemmer; /* NULL until a word asks for it */
	uint64_t hash;
	size_t cost; /* of all leaves */
	bool has_clock, has_numbers;
	bool needs_names;    /* of rules, topics or lists, to be read again */
	bool may_leave_open; /* plain words, while it is read */
	bool is_borrowing;   /* of query_read: what the options have, too */
};

/** The limits with their defaults filled in. options: NULL for the defaults. */
struct tms_query_limits query_limits_of(const struct tms_query_options *options);

/**
 * As tms_query_parse, for the index: into the caller's memory, and with plain words left open, of
 * which others may have asked before. *out lives in the arena and borrows the text and the texts of
 * rules and lists; query_done lets go of what is not in there. No hash is made, and the cost of
 * open leaves is a bound.
 */
TMS_MUST_CHECK enum tms_status query_read(struct tms_str text,
	const struct tms_query_options *options, struct tms_arena *arena, struct tms_query *out,
	struct tms_diag *diag);
void query_done(struct tms_query *query);

/** True for words that are not cut yet: they are written as they are printed, and no limit but that
 * of the cost can refuse them. */
static inline bool query_leaf_is_open(const struct query_leaf *leaf)
{
	return leaf->kind == LEAF_WORDS && leaf->pattern.words.count == 0;
}
/** Cut them. TMS_OK, TMS_ENOMEM, TMS_ELIMIT (the arena's). */
TMS_MUST_CHECK enum tms_status query_leaf_close(struct tms_arena *arena, struct query_leaf *leaf);

/** An item as a query looks at it, at one moment. */
struct query_subject {
	const struct tms_query *query;
	const struct tms_merged *item;
	const struct tms_doc *doc;
	tms_time now;
	tms_time numbers_at; /* numbers as they were known then; TMS_TIME_MAX: all that is known */
};

/** Verdicts of the first leaves, made when they are first asked for; later ones are made each time.
 * {0} knows none. */
#define QUERY_LEAVES_KNOWN 256
struct query_verdicts {
	unsigned char known[QUERY_LEAVES_KNOWN]; /* 0 not yet, 1 does not hold, 2 holds */
};

/** A part of the query as tms_query_print writes it. */
void query_print_node(
	const struct tms_query *query, const struct query_node *node, struct tms_buf *buf);
/** What one look at an item costs, see struct tms_query_limits. Never 0. */
size_t query_leaf_cost(const struct query_leaf *leaf);
/** Does the leaf hold? */
bool query_leaf_holds(const struct query_subject *subject, const struct query_leaf *leaf);
/** True for leaves whose verdict moves with time: numbers, age, days counted from today. */
bool query_leaf_moves(const struct query_leaf *leaf);
/** The tree's verdict; NULL is true. Verdicts that do not move are kept in `known`. */
bool query_node_holds(const struct query_subject *subject, const struct query_node *node,
	struct query_verdicts *known);

/** The highest value of a number known at numbers_at (within_s >= 0: within so long of published),
 * or TMS_NUMBER_NONE. */
int64_t query_number_highest(
	const struct query_subject *subject, enum tms_number number, int64_t within_s);
/** The item's time of that kind, or TMS_TIME_NONE. */
tms_time query_date_of(const struct tms_merged *item, enum query_date date);

/** The first moment behind `after` at which the clock may turn the leaf's verdict on the item, or
 * `best` when that is earlier. */
tms_time query_leaf_turn(const struct query_leaf *leaf, const struct tms_merged *item,
	tms_time after, tms_time best);
/** day.c: is the date between the ends, at `now`? A date that is midnight in UTC is a day without a
 * time: that day, whatever the zone. */
bool query_dates_hold(const struct query_dates *dates, tms_time date, tms_time now);
/** The two ends, at `now`. */
void query_dates_ends(
	const struct query_dates *dates, tms_time now, tms_time *least, tms_time *most);
/** The date as it is compared with them; of a day without a time the first moment of that day
 * there. */
tms_time query_dates_there(const struct query_dates *dates, tms_time date);
/** Seconds to add to the date for what clocks show there. */
int32_t query_dates_offset(const struct query_dates *dates, tms_time date);
/** The first moment behind `after` at which the verdict on days counted from today may turn, for
 * that date; or `best` when that is earlier. */
tms_time query_dates_turn(
	const struct query_dates *dates, tms_time date, tms_time after, tms_time best);
/** The first moment behind `after` at which a number of the item changed, or `best`. */
tms_time query_number_step(const struct tms_merged *item, tms_time after, tms_time best);

/** Words [first, end) of a text. */
struct query_span {
	size_t first, end;
	bool ends_lone; /* of the last word its first character alone: tms_words_span_lone */
};
/**
 * The first place at or behind word `from` where the pattern stands; false when there is none.
 * WORD_NAME patterns are found once, as the whole text.
 */
bool query_pattern_find(const struct tms_query *query, const struct query_pattern *pattern,
	const struct tms_doc_text *text, size_t from, struct query_span *span);
/** As query_pattern_find, for near(): the next window that ends behind word `from`. */
bool query_near_find(const struct tms_query *query, const struct query_leaf *leaf,
	const struct tms_doc_text *text, size_t from, struct query_span *span);
/** Two letters, both capitals: these find "GB200" by its letters alone. */
static inline bool query_is_in_capitals(struct tms_str as_stands)
{
	return as_stands.len == 2 && tms_is_upper(as_stands.ptr[0]) &&
	       tms_is_upper(as_stands.ptr[1]);
}
/**
 * Cut the words that a leaf asks for. In texts a name is hyphenated to the version behind it,
 * however it is written: "Qwen2.5" and "Qwen 2.5" are cut as "Qwen-2.5" is. *out lives in the arena
 * and borrows the text. TMS_OK, TMS_ENOMEM, TMS_ELIMIT (the arena's).
 */
TMS_MUST_CHECK enum tms_status query_cut(struct tms_arena *arena, const struct query_field *field,
	enum query_word_mode mode, struct tms_str text, struct tms_words *out);
/** True when the name (cut into words) is the person that the pattern means. */
bool query_name_matches(const struct query_pattern *pattern, const struct tms_words *words);

/** The next place of an EXACT, URL, ID or HAS leaf: value `from` and later.
 * *found  the text that matched */
bool query_value_find(const struct query_subject *subject, const struct query_leaf *leaf,
	size_t *from, struct tms_str *found);
/** Address i of the item (some are empty); false behind the last. */
bool query_address_at(const struct tms_item *item, size_t i, struct tms_str *out);
/** Is the item about it, as much as was asked? */
bool query_topic_holds(const struct query_subject *subject, const struct query_leaf *leaf);
/** The leaf of topic i, or NULL. */
const struct query_leaf *query_topic_leaf(const struct tms_query *query, size_t i);
/** How much it is, a part of TMS_TOPIC_ONE; 0 when there is no memory. */
uint32_t query_topic_score(const struct query_subject *subject, const struct query_leaf *leaf);
/** What was found of the subject, in the arena. TMS_OK, TMS_ENOMEM, TMS_ELIMIT (the arena's). */
TMS_MUST_CHECK enum tms_status query_topic_explain(const struct query_subject *subject,
	const struct query_leaf *leaf, struct tms_arena *arena, struct tms_topic_reason *out);
/** The same in one line. */
struct tms_str query_topic_value(const struct query_leaf *leaf,
	const struct tms_topic_reason *reason, struct tms_arena *arena);
/** A leaf that would have to change for an item to be kept. */
struct query_change {
	size_t leaf;
	struct tms_str rule; /* that it stands in, or empty */
	bool changes;        /* false: it has to stay as it is */
	bool goes;           /* it must not hold; else it must */
	bool is_other;       /* it would do instead of the one before it, of leaf `first` */
	size_t first;
};
/** nearness.c: how near the item is, and what would have to change, in the arena. As
 * tms_query_nearness. */
TMS_MUST_CHECK enum tms_status query_nearness(const struct query_subject *subject,
	struct tms_arena *arena, struct tms_query_nearness *out, struct query_change **changes,
	size_t *count);
/** listed.c: is one of the item's authors in the list? */
bool query_listed_holds(const struct query_subject *subject, const struct query_leaf *leaf);
/** The list, or NULL when memory is out. The leaf's. */
const struct tms_author_list *query_listed_of(const struct query_leaf *leaf);
/** leaf_holds.c: regex_literals of what the leaf looks at, where an index has it by its words: texts, and
 * of values the categories. TMS_OK, TMS_ENOMEM. */
TMS_MUST_CHECK enum tms_status query_leaf_literals(
	const struct query_leaf *leaf, struct tms_buf *out);
/** True for leaves that have a compiled regular expression. */
static inline bool query_leaf_has_regex(const struct query_leaf *leaf)
{
	return leaf->kind == LEAF_REGEX || leaf->kind == LEAF_VALUE_REGEX;
}

/* ---- address.c ---- */

/** Host (without "www.") and path of an address, as far as a query compares them. */
void query_split_address(struct tms_str address, struct tms_str *host, struct tms_str *path);
/** Is it the host that is wanted, or one below it? Caseless. */
bool query_host_is(struct tms_str host, struct tms_str wanted, bool subdomains);
/**
 * Does the path begin with the wanted one, segment by segment? Caseless, and percent-encoded
 * characters equal those that they stand for.
 * open_end  the last segment may go on
 */
bool query_path_is(struct tms_str path, struct tms_str wanted, bool open_end);
/** Up to the query or fragment that a path of query_split_address may have behind it. */
struct tms_str query_path_alone(struct tms_str path);
/** path: does the address have the path of the leaf? */
bool query_path_holds(const struct query_leaf *leaf, struct tms_str address);
/** The next segment of a path, as it is compared: empty ones are left out. False at the end. */
struct query_segment {
	uint32_t hash;
	bool is_last; /* nothing stands behind it, no "/" either */
};
bool query_segment_next(struct tms_str path, size_t *at, struct query_segment *out);
/** True for a path without a whole segment that an index has it by: "/20*". */
bool query_path_scans(const struct query_leaf *leaf);

#endif
