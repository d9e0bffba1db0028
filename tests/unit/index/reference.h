/*
 * The query language once more, slow and obvious: what the searchable index and the compiled
 * queries are compared with. A query is the tree that was asked for, never what a parser made of
 * its text; an item is its texts, cut into words, and its values. Nothing is shared with src/query
 * or src/index: only the cutting and folding of text, the singulars and spellings, and the regular expressions.
 */
#ifndef TAMIS_TESTS_INDEX_REFERENCE_H
#define TAMIS_TESTS_INDEX_REFERENCE_H

#include <tamis/doc.h>
#include <tamis/view.h>

struct regex;

/** A word of a text, or hyphenated words as one. */
struct unit {
	struct tms_str form, base, stem;
	struct tms_str name_base, name_stem; /* as it is spelled */
	/* of the letters before a version, with a v at their end and without; empty: none */
	struct tms_str letters[2], letters_base[2], letters_stem[2];
	size_t first, span;
	struct tms_str
		tight; /* of a pair of characters: without the gap between them; else empty */
	bool is_lone;  /* a character that has no pair */
	bool is_loose; /* asked for: its gap does not count */
};

/** A text cut; units are in order of `first`, those of one word begin at units_from[word]. */
struct cut {
	struct tms_str text;
	struct tms_words words;
	struct unit *units;
	size_t *units_from; /* words.count + 1 of them */
	bool is_name;
};

/** Cut a text into the arena, and one that is asked for. */
void cut_text(struct tms_arena *arena, struct tms_str text, struct cut *out);
void cut_asked(struct tms_arena *arena, struct tms_str text, struct cut *out);
/** reference_version.c: cut what is asked of texts again, with a hyphen between every name and the
 * version behind it. `text` stays as it was. */
void cut_versions(struct tms_arena *arena, struct cut *cut);
/** The letters before the version of a form, with a v at their end or without; empty: none. */
struct tms_str reference_letters(struct tms_str form, bool with_v);
/** Is the word there the one that is asked for, with a version behind it? */
bool is_version_of(const struct cut *asked_text, const struct unit *asked, const struct unit *there,
	bool by_stem);

enum ask_kind {
	ASK_ALL,   /* every child */
	ASK_ANY,   /* some child */
	ASK_NOT,   /* not its child */
	ASK_GROUP, /* its child, written behind the name of a field */
	ASK_RULE,  /* its child, written elsewhere; without one: everything */
	ASK_WORDS,
	ASK_NEAR,
	ASK_REGEX,
	ASK_CATEGORY,
	ASK_ANNOUNCE,
	ASK_SOURCE,
	ASK_ID,
	ASK_URL,
	ASK_PATH,
	ASK_CODE,
	ASK_PROJECT,
	ASK_VIDEO,
	ASK_WITHDRAWN,
	ASK_PRIMARY,
	ASK_LANGUAGE,
	ASK_NUMBER,
	ASK_WORD_COUNT,
	ASK_AGE,
	ASK_PUBLISHED,
	ASK_SUBMITTED,
	ASK_UPDATED,
	ASK_SEEN,
	ASK_TOPIC,
	ASK_TAG, /* a category or a keyword */
	ASK_LISTED,
};

enum ask_how { HOW_PLAIN, HOW_EXACT, HOW_STEM, HOW_PREFIX, HOW_NAME };

struct ask {
	enum ask_kind kind;
	struct tms_str
		print; /* of a leaf: as text; of ASK_GROUP and ASK_RULE: what stands before */
	struct ask *children, *next;

	unsigned fields; /* texts: bits of enum tms_field */
	enum ask_how how;
	struct cut cut;    /* ASK_WORDS */
	struct cut *parts; /* ASK_NEAR */
	size_t parts_count, gap;
	struct regex *regex; /* ASK_REGEX, or instead of a value */

	struct tms_str value, path; /* values; ASK_URL: host and path; ASK_PATH: path */
	bool open_end;              /* the value is how it begins; of a path: the last segment is */
	bool subdomains;            /* ASK_URL: too */
	bool anywhere;              /* ASK_PATH: not at the beginning alone */
	size_t topic;               /* ASK_TOPIC */
	uint32_t threshold;
	size_t listed; /* ASK_LISTED */
	enum tms_number number;
	int64_t least, most, within; /* both inclusive; within < 0: at any time */
	/* Dates: where the day is, and by which days it is said, when these are counted from today */
	const char *zone; /* NULL: UTC */
	int64_t ahead_s;
	bool counts_from_today;
	int day; /* -1 today, -2 yesterday, 0 the last Sunday … 6 the last Saturday */
	enum {
		ASK_OPEN,
		ASK_BEGINNING,
		ASK_BEHIND
	} day_least,
		day_most; /* before, from, behind it */
};

/** An item as the reference looks at it. */
struct subject {
	struct tms_arena arena;
	const struct tms_merged *merged; /* borrowed */
	struct subject_text {
		unsigned field; /* one, or TMS_FIELDS_BODY */
		struct cut cut;
	} * texts;
	size_t texts_count;
};

void subject_init(struct subject *subject, const struct tms_merged *merged);
void subject_fini(struct subject *subject);

/** Does it hold at `now`, by all that is known of the numbers? NULL holds. */
bool reference_holds(const struct ask *ask, const struct subject *subject, tms_time now);
/** When it first held, for one that holds at `now`. */
tms_time reference_entered(const struct ask *ask, const struct subject *subject, tms_time now);
/** When the clock alone changes the verdict; TMS_TIME_MAX: never. */
tms_time reference_next_change(const struct ask *ask, const struct subject *subject, tms_time now);

/** reference_text.c: is there a text of the item that has the words, the near() or the match? */
bool reference_text_holds(const struct ask *ask, const struct subject *subject);
/** reference_text.c: is the name the person, do the words stand in the text? */
bool reference_is_person(const struct cut *asked, const struct cut *name);
bool reference_words_hold(const struct cut *asked, const struct cut *there);
/** invent_listed.c: is one of the list among the authors? */
bool reference_listed_holds(const struct ask *ask, const struct subject *subject);
/** invent_topic.c: is its score the threshold, or above? */
bool reference_topic_holds(const struct ask *ask, const struct subject *subject);

#endif
