/*
 * Topics: subjects that a query can ask for. A definition is compiled once into facets (each has to
 * be there) of weighted phrases (one is enough, more are better) and a text to compare with; an
 * item's score says how much it is about the subject. Everything is counted in whole numbers: the
 * same bytes give the same score on every machine.
 */
#ifndef TAMIS_TOPIC_H
#define TAMIS_TOPIC_H

#include <tamis/arena.h>
#include <tamis/diag.h>

/* ---- the model: words, acronyms and term vectors of a large body of papers ---- */

struct tms_topic_model;

/**
 * Open a packed model (deploy/topics/pack_model.py wrote it). bytes are borrowed as long as the
 * model lives, and only looked at; their beginning has to be aligned for 8 bytes. Vectors are
 * touched only when topics are compiled.
 * *out is given. TMS_OK, TMS_EMALFORMED (diag says why; it may be NULL), TMS_ENOMEM.
 * Not for two threads at once: it holds a stemmer.
 */
TMS_MUST_CHECK enum tms_status tms_topic_model_open(
	struct tms_str bytes, struct tms_topic_model **out, struct tms_diag *diag);
/** NULL is accepted. */
void tms_topic_model_free(struct tms_topic_model *model);

/* ---- scorers: how much what counts ---- */

/** One as a whole number, for weights, scores and thresholds. */
#define TMS_TOPIC_ONE 65536

/** Weights are parts of TMS_TOPIC_ONE but where it says otherwise. */
struct tms_topic_scorer {
	unsigned version;
	/* what an item's words count */
	/** A word of the title, of the upstream's keywords; an abstract's is 1. */
	uint32_t title_times, keyword_times;
	uint32_t saturation; /* n times found gives n / (n + saturation); a whole number */
	uint32_t evidence_max;
	/* the scales on which evidence and text similarity become a score */
	uint32_t name_scale, lexicon_scale; /* facets made of the name, facets written out */
	uint32_t similarity_scale, similarity_max;
	/** How often a term has to stand in a text; of BM25: k1, b. */
	uint32_t frequency, length_part;
	/** What an empty facet counts; 0: without one of them all are nothing. */
	uint32_t missing;
	uint32_t rarity_power; /* facets weigh by their rarity to this power */
	/** Evidence that a rare facet needs for the texts to count; 0: none. */
	uint32_t gate;
	/* names: of a subject that is one phrase, and the methods in them; 0: as other phrases */
	/** What a subject is called, found n times, gives n² / (n² + name_saturation). */
	uint32_t name_saturation;
	/** One word of a name says alone at most so many times the share of its papers that say the
	 * name. */
	uint32_t name_implied;
	uint32_t compound_expansion; /* nearest terms of a name of two words and more */
	/** Two words of a name, at most so many words apart, in any order; and what they say then. */
	uint32_t near_words, near_pair;
	/**
	 * A method in a name ("AI", "LLM") is a facet of its own kind: its evidence to this power is
	 * what the others are times, at least method_least and at most method_most. method_power 0: it
	 * is as the others.
	 */
	uint32_t method_power, method_least, method_most;
	/* compiling */
	/** In the text to compare with: pairs, phrases written out. */
	uint32_t pair_similarity, lexicon_similarity;
	unsigned similarity_expansions; /* nearest terms that join that text */
	uint32_t similarity_expansion;
	unsigned shortlist;  /* nearest terms of which each word's support is asked; 0: not asked */
	unsigned expansions; /* nearest terms that join each facet */
	uint32_t weight_least; /* what has joined with less is left out */
	uint32_t name_expansion, lexicon_expansion;
	uint32_t acronym, pair, single, about, keyword;
	uint32_t name_pair, name_single, name_word_least;
	uint32_t near_low, near_high, near_floor, near_least; /* similarity to the facet it joins */
	uint32_t damp_least, damp_from, damp_range;           /* of words that many papers have */
};

/** Scorer 1 is the specification, 2 finds more with less noise, 3 reads names as people mean them.
 * NULL: there is no such version. */
const struct tms_topic_scorer *tms_topic_scorer_find(unsigned version);
#define TMS_TOPIC_SCORER_DEFAULT 3

/* ---- definitions ---- */

#define TMS_TOPIC_ID_BYTES_MAX 64
#define TMS_TOPIC_NAME_BYTES_MAX 300
#define TMS_TOPIC_ABOUT_BYTES_MAX 1000
#define TMS_TOPIC_KEYWORDS_BYTES_MAX 600
#define TMS_TOPIC_ALL_BYTES_MAX 8000
#define TMS_TOPIC_FACETS_MAX 12
#define TMS_TOPIC_PHRASES_MAX 200 /* written out, in all facets */
#define TMS_TOPIC_PHRASE_WORDS_MAX 8
#define TMS_TOPIC_FILE_BYTES_MAX ((size_t)1 << 20)
#define TMS_TOPIC_FILE_TOPICS_MAX 2000

/** A topic as it is written. Empty runs are not said. */
struct tms_topic_definition {
	struct tms_str id;       /* letters, digits, "-" and "_" */
	struct tms_str name;     /* never empty */
	struct tms_str about;    /* a sentence */
	struct tms_str keywords; /* divided by ";" */
	struct tms_str all;      /* facets divided by " && ", phrases by ", ", each WEIGHT:PHRASE */
	struct tms_str group;    /* what it is shown under */
	uint32_t line;           /* where it begins, from 1; 0: not in a file */
};

struct tms_topic_list {
	struct tms_topic_definition *items;
	size_t count;
};

/**
 * Read a topic file: "[topic ID]", then lines "name = …", "about = …", "keywords = …", "all = …",
 * "group = …"; "#" begins a comment line; a line that begins with white space goes on with the
 * one before. "group = …" before the first topic is true of all; a form feed stands between files.
 * The list borrows `text`, or lives in the arena. Each topic is checked, see tms_topic_check.
 * TMS_OK, TMS_EMALFORMED, TMS_ELIMIT, TMS_ENOMEM; diag may be NULL.
 */
TMS_MUST_CHECK enum tms_status tms_topic_file_parse(struct tms_arena *arena, struct tms_str text,
	struct tms_topic_list *out, struct tms_diag *diag);

/**
 * Is it one that can be compiled? Checks the form and all limits that are told without the model.
 * where  the part of the definition that is wrong; may be NULL
 * TMS_OK; TMS_EINVAL, TMS_ELIMIT: diag holds one sentence, without a place.
 */
TMS_MUST_CHECK enum tms_status tms_topic_check(const struct tms_topic_definition *definition,
	struct tms_str *where, struct tms_diag *diag);

/** The thresholds that have names: .35, .45 and .55. */
#define TMS_TOPIC_LOOSE 22938
#define TMS_TOPIC_NORMAL 29491
#define TMS_TOPIC_STRICT 36045

/* ---- compiled topics ---- */

enum tms_topic_how {
	TMS_TOPIC_AS_WRITTEN, /* facets written out where there are some, else made of the name */
	TMS_TOPIC_BY_NAME,    /* as if `all` were not there */
	/** As written, all on the scale of facets written out: the specification's "curated". */
	TMS_TOPIC_CURATED,
};

struct tms_topic;

/**
 * Compile a definition. It borrows nothing of it, only the model.
 * out  NULL: only check it, in a fraction of the time
 * *out is given: tms_topic_free. TMS_OK; TMS_EINVAL (no word is in it), TMS_ELIMIT (facets,
 * phrases, words); diag (may be NULL) names the limit. TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status tms_topic_compile(struct tms_topic_model *model,
	const struct tms_topic_scorer *scorer, const struct tms_topic_definition *definition,
	enum tms_topic_how how, struct tms_topic **out, struct tms_diag *diag);
/** NULL is accepted. */
void tms_topic_free(struct tms_topic *topic);

/** Phrase i of `all`, from 0, in the order in which it is written; false behind the last. */
bool tms_topic_written_phrase(
	const struct tms_topic_definition *definition, size_t i, struct tms_str *out);

/* ---- items ---- */

/** The texts of an item that count. */
struct tms_topic_item {
	struct tms_str title, abstract;
	const struct tms_str *keywords;
	size_t keywords_count;
};

/** An item's words as topics look at them. */
struct tms_topic_text;

/** Words of one item behind this many are not looked at. */
#define TMS_TOPIC_TEXT_WORDS_MAX 20000

/** *out lives in the arena and borrows nothing. TMS_OK, TMS_ENOMEM, TMS_ELIMIT (the arena's). */
TMS_MUST_CHECK enum tms_status tms_topic_text_make(struct tms_arena *arena,
	struct tms_topic_model *model, const struct tms_topic_scorer *scorer,
	const struct tms_topic_item *item, const struct tms_topic_text **out);

/** A copy of it in one block, given: free(). NULL when memory is out. */
struct tms_topic_text *tms_topic_text_keep(const struct tms_topic_text *text);
/** Bytes of that block. */
size_t tms_topic_text_bytes(const struct tms_topic_text *text);

/**
 * What the text says of a topic that was compiled with phrases written out: phrases[i] is raised by
 * one when phrase i stands in it, facets[i] when anything of that facet does. Either may be NULL.
 */
void tms_topic_count_found(const struct tms_topic *topic, const struct tms_topic_text *text,
	uint32_t *phrases, uint32_t *facets);
/** From 0 to TMS_TOPIC_ONE. */
uint32_t tms_topic_score(const struct tms_topic *topic, const struct tms_topic_text *text);

/* ---- why ---- */

/** Findings that are kept of one facet, strongest first. */
#define TMS_TOPIC_FINDINGS_MAX 3

/** A phrase of a topic that stands in an item. */
struct tms_topic_finding {
	struct tms_str words; /* as they first stand in the item; borrowed from it */
	const char *field;    /* "title", "abstract", "keyword"; static */
	size_t start;         /* byte offset of them in that field's text */
	size_t value;         /* which keyword, from 0 */
	uint32_t times;       /* how often it was found, weighed by field */
	uint32_t evidence;    /* what that says, a part of TMS_TOPIC_ONE; may be more than one */
};

struct tms_topic_facet_reason {
	struct tms_str asked; /* what the facet is about, as the definition says it; the topic's */
	uint32_t evidence;    /* of all that was found; 0: nothing */
	bool weighs_little;   /* a method in the name, as "AI" of "AI safety" */
	struct tms_topic_finding findings[TMS_TOPIC_FINDINGS_MAX];
	size_t findings_count;
};

/** Parts of TMS_TOPIC_ONE. */
struct tms_topic_reason {
	uint32_t score;      /* what tms_topic_score says */
	uint32_t facets;     /* the part of the facets alone */
	uint32_t similarity; /* of the texts, from 0 to 1 */
	struct tms_topic_facet_reason *list;
	size_t count;
};

/** Lives in the arena; borrows item and topic. TMS_OK, TMS_ENOMEM, TMS_ELIMIT (the arena's). */
TMS_MUST_CHECK enum tms_status tms_topic_explain(struct tms_arena *arena,
	struct tms_topic_model *model, const struct tms_topic *topic,
	const struct tms_topic_item *item, struct tms_topic_reason *out);
/**
 * One line: `"RL" (title) 1.09, "GRPO" .29 + nothing of "language model"; text .16; score .53`.
 * A " + " stands between facets.
 */
void tms_topic_reason_print(const struct tms_topic_reason *reason, struct tms_buf *buf);
/** Facets of a topic, and what one is about. */
size_t tms_topic_facets_count(const struct tms_topic *topic);
struct tms_str tms_topic_facet_name(const struct tms_topic *topic, size_t facet);
/** ".53": two digits behind the point, rounded down so that no score looks as if it passed. */
void tms_topic_part_print(uint32_t part, struct tms_buf *buf);

#endif
