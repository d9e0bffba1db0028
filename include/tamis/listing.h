/*
 * Listings: one fetched document, bytes → items. Its kind is found from the bytes; the declared
 * content type only settles the charset.
 */
#ifndef TAMIS_LISTING_H
#define TAMIS_LISTING_H

#include <tamis/item.h>
#include <tamis/skip.h>

struct tms_recipe;        /* <tamis/recipe.h> */
struct tms_recipe_report; /* likewise */

/* What a listing may hold by default. A document beyond these is refused, and the error names the
 * limit. */
#define TMS_LISTING_BYTES_MAX (16u << 20)
#define TMS_LISTING_ITEMS_MAX 5000u
/*
 * Reading takes so many steps at most, and so many for each byte: what an entry says of another, or
 * asks for again and again, is counted (see <tamis/steps.h>). Of real documents none takes more
 * than a tenth of it.
 */
#define TMS_LISTING_STEPS 2000000u
#define TMS_LISTING_STEPS_PER_BYTE 8u
/* What one item may hold. Longer text is shortened at a word, ends in "…", and a note says so. */
#define TMS_ITEM_TITLE_BYTES_MAX 1000u
#define TMS_ITEM_SUMMARY_BYTES_MAX (64u << 10)
#define TMS_ITEM_CONTENT_BYTES_MAX (512u << 10) /* of longer content the text alone is kept */
#define TMS_ITEM_CONTENT_TEXT_BYTES_MAX (256u << 10)
#define TMS_ITEM_URL_BYTES_MAX 2000u /* longer addresses are left out */
#define TMS_ITEM_VALUES_MAX 2000u    /* authors, categories, keywords, links, media, each */
/** So many notes are kept; notes_total counts on. */
#define TMS_LISTING_NOTES_MAX 20u

enum tms_listing_kind {
	/* https://huggingface.co/api/daily_papers, also /api/papers/search */
	TMS_LISTING_HF_API = 1,
	TMS_LISTING_HF_PAPER, /* https://huggingface.co/api/papers/ID: one paper */
	TMS_LISTING_HF_PAGE,  /* https://huggingface.co/papers…, HTML */
	TMS_LISTING_ATOM,     /* RFC 4287 */
	TMS_LISTING_RSS,      /* RSS 2.0 and its elders; RDF Site Summary 1.0 */
	TMS_LISTING_JSONFEED, /* jsonfeed.org, version 1 and 1.1 */
	TMS_LISTING_RECIPE,   /* whatever a recipe reads */
};

/** What stretch of time a Hugging Face listing says it covers. */
enum tms_listing_period {
	TMS_PERIOD_NONE = 0,
	TMS_PERIOD_DAY,
	TMS_PERIOD_WEEK,
	TMS_PERIOD_MONTH,
	TMS_PERIOD_TRENDING,
};

struct tms_listing_limits {
	size_t bytes; /* 0: TMS_LISTING_BYTES_MAX */
	size_t items; /* 0: TMS_LISTING_ITEMS_MAX */
};

/** What is known of a document beside its bytes; all of it may be empty. */
struct tms_listing_hints {
	struct tms_str content_type;     /* as the server or file system declares it */
	struct tms_str content_language; /* likewise; counts where the document says none */
	struct tms_str url; /* where it came from: base of relative links, host of identities */
	struct tms_listing_limits limits;
	/* for tms_recipe_read: read it by this; NULL: find out what it is */
	const struct tms_recipe *recipe;
	/* with a recipe: what its selectors found; NULL: nobody asks */
	struct tms_recipe_report *report;
	size_t page; /* with a recipe: which page of the list it is, from 0 */
};

/** A listing and its items. Runs are empty where the document does not say it. */
struct tms_listing {
	enum tms_listing_kind kind;
	enum tms_origin origin; /* of its items, unless they say otherwise */
	struct tms_str version; /* "1.0", "2.0", "1.1": the format's own */
	struct tms_str title;   /* plain text, one line */
	struct tms_str subtitle;
	struct tms_str link; /* the page it lists, absolute */
	struct tms_str id;
	struct tms_str language;
	struct tms_str rights;
	struct tms_str image;
	struct tms_str generator;
	struct tms_str self_url;
	struct tms_str next_url; /* the next page of the same listing, absolute */
	struct tms_str query;    /* what a search page was asked */
	tms_time updated;        /* TMS_TIME_NONE: not said */
	struct tms_skip skip;    /* when it says that nothing new comes */
	struct tms_person *authors;
	struct tms_category *categories;
	struct tms_link *links; /* all but `link` */
	size_t authors_count, categories_count, links_count;

	enum tms_listing_period period;
	struct tms_str period_date; /* "2026-06-09", "2026-W24", "2026-06" */
	int64_t total; /* how many there are over all pages; TMS_NUMBER_NONE: not said */

	/* in the order of the document, each identified, each identity once */
	struct tms_item *items;
	size_t items_count;
	size_t skipped_count;    /* entries that could not be used; notes say why */
	/* entries with more words than are searched, and which of the notes says so of the first */
	size_t unsearched_count, unsearched_note;
	size_t duplicates_count; /* entries of an identity that an earlier one already has */

	/* what was skipped, shortened or left out, and why */
	struct tms_diag notes[TMS_LISTING_NOTES_MAX];
	size_t notes_count;
	size_t mended_count; /* the first so many notes say what was put right in the document */
	size_t notes_total;
	bool recovered; /* the document is broken, and what could be read was read */
	bool truncated; /* it ends in the middle */
	uint64_t steps; /* that reading it took, of those that are counted */
};

/**
 * Read a listing.
 * arena  owns everything reachable from *out
 * body   borrowed for the life of *out
 * hints  may be NULL; without a recipe (tms_recipe_read of <tamis/recipe.h> takes those too)
 * diag   may be NULL; on failure one sentence with its place
 * TMS_OK (an empty listing is one); TMS_ENOTFEED: no listing that Tamis knows, diag says what was
 * found; TMS_EMALFORMED: broken, or none of its entries can be used; TMS_ELIMIT: too large, diag
 * names the limit; TMS_ENOMEM; TMS_EINVAL: there is a recipe. *out is written only on TMS_OK.
 */
TMS_MUST_CHECK enum tms_status tms_listing_parse(struct tms_arena *arena, struct tms_str body,
	const struct tms_listing_hints *hints, struct tms_listing *out, struct tms_diag *diag);

/** The whole model as one pretty-printed JSON object with a newline behind it; absent fields are
 * left out. */
void tms_listing_write_json(struct tms_buf *out, const struct tms_listing *listing);
/** The same in one line, and whose it is: {"file":NAME,"listing":{…}}. */
void tms_listing_write_line(
	struct tms_buf *out, struct tms_str name, const struct tms_listing *listing);
/**
 * Why there is no listing: {"file":NAME,"line":L,"column":C,"error":SENTENCE}; a place that is not
 * known is left out.
 */
void tms_listing_write_error_line(
	struct tms_buf *out, struct tms_str name, const struct tms_diag *diag);

/** "hf-api", "hf-paper", "hf-page", "atom", "rss", "jsonfeed", "recipe". */
const char *tms_listing_kind_name(enum tms_listing_kind kind);
/** "day", "week", "month", "trending"; "none". */
const char *tms_listing_period_name(enum tms_listing_period period);

#endif
