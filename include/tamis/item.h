/* The model: what one listing says of one paper or article, and the numbers that move. */
#ifndef TAMIS_ITEM_H
#define TAMIS_ITEM_H

#include <tamis/arena.h>
#include <tamis/diag.h>
#include <tamis/time.h>

#define TMS_NUMBER_NONE INT64_C(-1)

/**
 * Who said it, best first: a lower rank fills gaps of a better one and changes nothing else.
 * The values are stored; never renumber them.
 */
enum tms_origin {
	TMS_ORIGIN_ARXIV_API = 1,
	TMS_ORIGIN_ARXIV_FEED = 2,
	TMS_ORIGIN_HF_API = 3,
	TMS_ORIGIN_HF_PAGE = 4,
	TMS_ORIGIN_OTHER = 5,
};
#define TMS_ORIGIN_MAX 5

/** The counts that move all day. Tested by queries; never part of what a reader hashes. */
enum tms_number { TMS_NUMBER_UPVOTES, TMS_NUMBER_COMMENTS, TMS_NUMBER_STARS };
#define TMS_NUMBERS 3

struct tms_person {
	struct tms_str name; /* one line, never empty */
	struct tms_str uri;
	struct tms_str email;
};

struct tms_category {
	struct tms_str term; /* never empty */
	struct tms_str scheme;
	struct tms_str label;
};

struct tms_link {
	struct tms_str rel;  /* "alternate" when the listing names none */
	struct tms_str href; /* absolute */
	struct tms_str type;
	struct tms_str title;
	struct tms_str hreflang;
	int64_t length; /* TMS_NUMBER_NONE: unknown */
};

/**
 * One item as one listing shows it. Everything is borrowed from the arena that made it; an empty
 * run means that the listing does not say it. Text is valid UTF-8 without control characters other
 * than \n.
 */
struct tms_item {
	/* The identity, see tms_item_identify: "arxiv:2508.12345", "id:…", "hash:…". */
	struct tms_str id;
	struct tms_str upstream_id; /* as the listing spells it */
	struct tms_str title;       /* plain text, one line, white space collapsed */
	struct tms_str link;        /* its page; absolute, cleaned of tracking parameters */
	struct tms_str summary;     /* plain text; paragraphs divided by "\n\n" */
	/* Sanitised HTML where the listing carries more than the summary; else empty. */
	struct tms_str content_html;
	struct tms_str language; /* BCP 47 */
	struct tms_str rights;
	struct tms_str comment; /* arXiv: the authors' comment ("accepted at …") */
	struct tms_str journal_ref;
	struct tms_str doi;
	struct tms_str announce;          /* arXiv: new, cross, replace, replace-cross */
	struct tms_str organization;      /* display name */
	struct tms_str organization_name; /* its account name */
	struct tms_str submitter;         /* display name */
	struct tms_str submitter_name;    /* account name */
	struct tms_str ai_summary;
	struct tms_str code_url; /* repository of the paper's code */
	struct tms_str project_url;
	struct tms_str discussion_url; /* where comments are */
	struct tms_str thumbnail;      /* image URL */

	struct tms_person *authors;
	struct tms_category *categories; /* as published: "cs.CL", "News" */
	struct tms_str *keywords; /* the upstream's own (HF ai_keywords, itunes:keywords, …) */
	struct tms_link *links;   /* all further links, enclosures among them; not `link` again */
	struct tms_str *media;    /* image and video URLs */
	size_t authors_count, categories_count, keywords_count, links_count, media_count;

	/* The listing's date (HF: submittedOnDailyAt), else that of a change; TMS_TIME_NONE when
	 * absent. */
	tms_time published;
	tms_time submitted; /* arXiv v1, or HF's paper.publishedAt */
	/* What the listing says of a change; shown by `tamis read`, never trusted. */
	tms_time upstream_updated;
	/* `published` has only a day: 00:00:00Z stands for any time of it. */
	bool published_day_only;
	bool withdrawn;

	int64_t numbers[TMS_NUMBERS]; /* TMS_NUMBER_NONE: not said */
	enum tms_origin origin;
};

/** The item that says nothing. All-zero is not: dates and numbers have their own words for it. */
void tms_item_init(struct tms_item *item);

/**
 * The fields of an item as data, for whoever must treat all of them alike (packing, comparing,
 * merging, storing). Plain runs:
 */
struct tms_item_run {
	const char *name; /* as in the struct */
	size_t offset;    /* of the struct tms_str */
};
/** All runs of an item; static. */
const struct tms_item_run *tms_item_runs(size_t *count);

#define TMS_ITEM_LIST_RUNS 5
/** Arrays, whose elements are structs that begin with nothing but runs. */
struct tms_item_list {
	const char *name;
	size_t offset;       /* of the pointer */
	size_t count_offset; /* of the size_t */
	size_t size;         /* of one element */
	size_t runs;         /* runs at the front of one element */
	const char *run_names[TMS_ITEM_LIST_RUNS];
};
/** All arrays of an item; static. */
const struct tms_item_list *tms_item_lists(size_t *count);

/**
 * The language that an item is asked for by: what it or its listing says (what a listing says of all
 * its items, each has), as a tag; a name in its place ("English") is read as it. Else what the letters
 * of title and summary tell, see src/text/script.h; *is_by_letters, which may be NULL, is true then.
 * Borrowed of the item, or static; empty: none is known.
 */
struct tms_str tms_item_language(const struct tms_item *item, bool *is_by_letters);

/** "arxiv api", "arxiv feed", "hf api", "hf page", "other". */
const char *tms_origin_name(enum tms_origin origin);
/** "upvotes", "comments", "stars". */
const char *tms_number_name(enum tms_number number);

#endif
