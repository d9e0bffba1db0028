/*
 * Recipes: what a person writes to read a page that has no feed. One form for HTML, XML and JSON:
 * what the items are, and where in each its title, link, date and so on stand. A recipe is only
 * texts; it is compiled for each document, so it can be copied and sent to another thread.
 *
 * How one is written stands in tamis-recipe(5); <tamis/recipe_file.h> reads it. A document is read
 * by a recipe through tms_recipe_read.
 */
#ifndef TAMIS_RECIPE_H
#define TAMIS_RECIPE_H

#include <tamis/arena.h>
#include <tamis/diag.h>

#define TMS_RECIPE_LAYOUTS_MAX 8u
#define TMS_RECIPE_RULES_MAX 64u
#define TMS_RECIPE_WAYS_MAX 16u
#define TMS_RECIPE_PAIRS_MAX 200u
#define TMS_RECIPE_PAGES_MAX 20
/** Steps (see <tamis/steps.h>) that reading one document may take: at most about a second. */
#define TMS_RECIPE_STEPS UINT64_C(20000000)
/** Instructions of one compiled regular expression of a recipe. */
#define TMS_RECIPE_REGEX_SIZE 2000u
/** The same of all of them together: they are compiled for each document. */
#define TMS_RECIPE_REGEX_TOTAL 20000u

/** What a value is read into. */
enum tms_recipe_field {
	TMS_RECIPE_PART, /* nothing: a value that templates name */
	TMS_RECIPE_ID,
	TMS_RECIPE_TITLE,
	TMS_RECIPE_LINK,
	TMS_RECIPE_SUMMARY,
	TMS_RECIPE_CONTENT,
	TMS_RECIPE_DATE,
	TMS_RECIPE_UPDATED,
	TMS_RECIPE_SUBMITTED,
	TMS_RECIPE_AUTHORS,
	TMS_RECIPE_CATEGORIES,
	TMS_RECIPE_KEYWORDS,
	TMS_RECIPE_UPVOTES,
	TMS_RECIPE_COMMENTS,
	TMS_RECIPE_STARS,
	TMS_RECIPE_MEDIA,
	TMS_RECIPE_ENCLOSURES,
	TMS_RECIPE_PDF,
	TMS_RECIPE_RELATED,
	TMS_RECIPE_LINE, /* a plain run of the item: language, comment, doi, … */
	TMS_RECIPE_URL,  /* an address of the item: image, code, … */
};

/** How markup that is found becomes a value. */
enum tms_recipe_form { TMS_RECIPE_AUTO, TMS_RECIPE_TEXT, TMS_RECIPE_HTML };

/** A text of the recipe, and where it stands; `place` means something to who made the recipe. */
struct tms_recipe_text {
	struct tms_str text;
	const void *place;
};

struct tms_recipe_pair {
	struct tms_str from, to;
};

/** One way to get a value: what is found, the part of it, what is made of that. */
struct tms_recipe_way {
	struct tms_recipe_text select;   /* CSS, XPath, or a JSON path, which begins with "$" */
	struct tms_recipe_text regex;    /* empty: the whole */
	struct tms_recipe_text template_text; /* empty: the first group, or the whole */
	struct tms_recipe_text split;    /* cuts one text into several values */
	struct tms_recipe_text format; /* of a date, see <tamis/date_format.h>; empty: any known */
	const struct tms_recipe_pair *map; /* a value that is `from` becomes `to` */
	size_t map_count;
	int zone_minutes;    /* of dates without a zone */
	bool is_of_document; /* looked for in the whole document, not in the item */
	enum tms_recipe_form form;
};

/** A value: the first way that finds something. */
struct tms_recipe_value {
	const struct tms_recipe_way *ways;
	size_t count;
};

struct tms_recipe_rule {
	struct tms_str name; /* "title", "upvotes"; of a part: as the recipe calls it */
	enum tms_recipe_field field;
	size_t offset; /* LINE and URL: of the run in struct tms_item */
	struct tms_recipe_value value;
	bool is_optional; /* that no item has it is nothing to speak of */
	bool is_required; /* an item without it is left out */
};

/** One form of a document. */
struct tms_recipe_layout {
	/* where in HTML or XML the JSON stands; none: is not needed */
	struct tms_recipe_value json;
	struct tms_recipe_text items;
	struct tms_recipe_text empty; /* where this finds something, there may be no items */
	const struct tms_recipe_rule *rules;
	size_t rules_count;
	/* address of the next page; none: there is one page, or a pattern */
	struct tms_recipe_value next;
};

struct tms_recipe {
	struct tms_str name, title, about;
	/* what it is for, and where a document without an address is from; or empty */
	struct tms_str url;
	bool is_xml;        /* HTML and XML are told apart by their beginning unless this is set */
	const struct tms_recipe_layout *layouts; /* the first that finds items is taken */
	size_t layouts_count;
	struct tms_recipe_text page_url; /* "{page}" is the number; relative to the page before */
	int64_t page_first; /* the number of the first page, */
	int64_t page_step;  /* and what is added for the next */
	int64_t pages;      /* at most; at least 1 */
};

/** Looks a field up by its name in recipes; fills name, field and offset. */
bool tms_recipe_field_find(struct tms_str name, struct tms_recipe_rule *out);
/** Names of all fields, one after the other; NULL at the end. */
const char *tms_recipe_field_name(size_t i);

/** Told of everything that is wrong in a recipe: in which text, where in it (line 0: the whole). */
typedef void (*tms_recipe_fault_fn)(
	void *context, const struct tms_recipe_text *where, const struct tms_diag *diag);
/**
 * Compile everything once and tell what is wrong. scratch is used up to some 100 KB.
 * TMS_OK; TMS_EINVAL: something was told; TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status tms_recipe_check(struct tms_arena *scratch,
	const struct tms_recipe *recipe, tms_recipe_fault_fn fault, void *context);

/** A deep copy, without places. NULL: see arena->status. */
const struct tms_recipe *tms_recipe_copy(struct tms_arena *arena, const struct tms_recipe *recipe);
/** The same for equal recipes in every process. */
uint64_t tms_recipe_hash(const struct tms_recipe *recipe);

/* ---- what became of it ---- */

#define TMS_RECIPE_SAMPLES 3
#define TMS_RECIPE_MISSES 5

/** What one rule found in the items. */
struct tms_recipe_finding {
	struct tms_str name;
	bool is_optional;
	size_t found;  /* items in which there is a usable value */
	size_t missed; /* items in which nothing was found */
	size_t unread; /* items in which something was found that is of no use */
	struct tms_str samples[TMS_RECIPE_SAMPLES]; /* the first different ones */
	size_t samples_count;
	size_t misses[TMS_RECIPE_MISSES]; /* the first items without one, from 1 */
	size_t misses_count;
	size_t unread_item; /* the first */
	struct tms_str unread_sample, unread_why;
	size_t ways[TMS_RECIPE_WAYS_MAX]; /* how often each won */
	size_t ways_count;
};

/** What the selectors of a recipe found in one document. */
struct tms_recipe_report {
	struct tms_str passed[TMS_RECIPE_LAYOUTS_MAX]; /* why each layout before was passed over */
	size_t layout; /* that was taken, from 0; layouts_count: none */
	size_t layouts_count;
	size_t items; /* that its selector found */
	struct tms_recipe_finding *findings;
	size_t findings_count;
	struct tms_str next_url;
	uint64_t steps; /* that it took */
};

struct tms_listing;
struct tms_listing_hints;

/**
 * Read a listing by hints->recipe, and without one as tms_listing_parse does (<tamis/listing.h>,
 * which says what the arguments and statuses are). TMS_ENOTFEED also when no layout of the recipe
 * finds items; hints->report says what its selectors found, on failure too.
 */
TMS_MUST_CHECK enum tms_status tms_recipe_read(struct tms_arena *arena, struct tms_str body,
	const struct tms_listing_hints *hints, struct tms_listing *out, struct tms_diag *diag);

/** As lines for people; `listing` is NULL when reading failed. */
void tms_recipe_report_write(struct tms_buf *out, const struct tms_recipe_report *report,
	const struct tms_listing *listing);
/** As one JSON object with a newline behind it. */
void tms_recipe_report_write_json(struct tms_buf *out, const struct tms_recipe_report *report,
	const struct tms_listing *listing);

#endif
