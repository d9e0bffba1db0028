/*
 * What all readers of listings share: collecting items under limits, and saying what was left out.
 */
#ifndef TAMIS_LISTING_BUILD_H
#define TAMIS_LISTING_BUILD_H

#include <tamis/hash.h>
#include <tamis/listing.h>
#include <tamis/steps.h>

#define BUILD_NAMESPACES 8
#define BUILD_INHERITED 64

/** Values of one list, to be found by what they say: places in it + 1, 0 is free. A table of twice
 * TMS_ITEM_VALUES_MAX, in the arena; NULL: not needed so far. */
struct build_seen {
	uint16_t *places;
	size_t count; /* so many of the list are in it; 0: it holds those of an earlier entry */
};

/** What an element of a document has from its ancestors and itself; see element.c. */
struct build_inherited {
	const void *node, *owner, *language;
	const char *outer;
	struct tms_str base;
};

/*
 * A listing in the making. Memory failures stay in arena->status, so that readers only collect and
 * the end of each item reports. `item` is the entry that is being read.
 */
struct build {
	struct tms_arena *arena;
	struct tms_listing *listing;
	struct tms_str url;      /* where the document came from; may be empty */
	struct tms_str base;     /* what relative references are resolved against; may be empty */
	struct tms_str language; /* of what says none itself; may be empty */
	struct tms_str own_ns; /* the document element's namespace, when it is none that we know */
	struct tms_item item;
	uint32_t line; /* of the entry; 0: the format has no lines */
	size_t authors_capacity, categories_capacity, keywords_capacity, links_capacity,
		media_capacity;
	size_t items_capacity;
	size_t items_max;
	size_t entries;      /* begun so far */
	struct tms_map seen; /* identity → its item, 1 + index as a pointer */
	struct tms_diag *diag;
	/* what namespace_of said last of these runs; a document's names are interned */
	struct {
		const char *uri;
		int ns;
	} namespaces[BUILD_NAMESPACES];
	struct build_seen seen_authors, seen_categories, seen_keywords, seen_links, seen_media;
	struct build_inherited inherited[BUILD_INHERITED]; /* as with namespaces */
	/* Work whose amount is not evidently that of the document; see build_spend */
	struct tms_steps steps;
	size_t document_bytes;
	/* no step is left: the document is refused, arena->status is TMS_ELIMIT */
	bool is_exhausted;
	bool is_fleeting; /* texts come from what is freed before the listing is: keep copies */
};

/** An empty listing, in *listing and the arena. */
void build_init(struct build *b, struct tms_arena *arena, struct tms_listing *listing);
/** Frees what is not the arena's; the listing stays, and has its steps. */
void build_fini(struct build *b);

/** The steps that reading a document of so many bytes may take. */
void build_allow(struct build *b, size_t document_bytes);
/**
 * Count work that a document can ask for again and again: a byte that is cleaned or made part of an
 * address is a step, and so is an element that is looked at for another's sake. False when there
 * are not so many left: then the document is refused, and nothing more of it need be read.
 */
bool build_spend(struct build *b, size_t steps);
/** So many were taken. */
uint64_t build_steps(const struct build *b);

/** A fresh entry at that line (0: none). */
void build_begin(struct build *b, uint32_t line);
/** No entry: what is collected next is said of the listing itself. */
void build_begin_listing(struct build *b);
/** Authors, categories and links that were collected since become those of the listing. */
void build_end_listing(struct build *b);
/**
 * The entry is read: identify it and put it into the listing, or skip it with a note. One that says
 * nothing is kept only if it has an identity already.
 * TMS_OK; TMS_ELIMIT when there are too many; TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status build_end(struct build *b);
/** Has the entry said anything so far? */
bool build_is_empty(struct build *b);
/** The entry cannot be used, and why ("has no id"); do not call build_end for it. */
void build_skip(struct build *b, const char *format, ...) TMS_PRINTF(2, 3);
/** Something of the entry was changed or left out. */
void build_note(struct build *b, const char *format, ...) TMS_PRINTF(2, 3);

/*
 * Text on its way into the model: cleaned, and shortened with a note where it is longer than
 * allowed.
 */
struct tms_str build_line(struct build *b, const char *what, struct tms_str plain);
struct tms_str build_paragraphs(struct build *b, const char *what, struct tms_str plain);
/**
 * The language of a Content-Language header; empty when it names several, or what is no language
 * tag.
 */
struct tms_str build_only_language(struct build *b, struct tms_str header);
/** A title that may hold markup. */
struct tms_str build_title(struct build *b, struct tms_str text);
/** A title that is said to be HTML. */
struct tms_str build_html_title(struct build *b, struct tms_str html);

/** Plain text as HTML. */
void build_add_escaped(struct tms_buf *out, struct tms_str text);

/**
 * An absolute http(s) address (or another scheme, when it is absolute) free of tracking; empty when
 * there is none.
 */
struct tms_str build_url(struct build *b, struct tms_str base, struct tms_str reference);
/** TMS_TIME_NONE when the text is no date (a note says so); day_only may be NULL. */
tms_time build_date(struct build *b, struct tms_str text, bool *day_only);

/* Each leaves out what is empty, and what is there already. */
void build_author(struct build *b, struct tms_str name, struct tms_str uri, struct tms_str email);
/** Put the category of that term, if there is one, before the others. */
void build_category_first(struct build *b, struct tms_str term);
void build_category(
	struct build *b, struct tms_str term, struct tms_str scheme, struct tms_str label);
void build_keyword(struct build *b, struct tms_str keyword);
/** link->href is resolved and cleaned here; the rest is taken as it is. */
void build_link(struct build *b, struct tms_str base, const struct tms_link *link);
void build_media(struct build *b, struct tms_str base, struct tms_str url);
/** A count as the upstream writes it; negative ones say nothing. */
void build_number(struct build *b, enum tms_number number, int64_t value);

/**
 * What an entry says at length: its summary and its content, either of them plain text, HTML or
 * unsure.
 */
enum build_body_type { BUILD_BODY_NONE, BUILD_BODY_PLAIN, BUILD_BODY_HTML, BUILD_BODY_LOOSE };
struct build_body {
	struct tms_str summary, content;
	enum build_body_type summary_type, content_type;
	struct tms_str base;
};
/** summary and content_html of the item from what the entry has; nothing is said twice. */
void build_body(struct build *b, const struct build_body *body);
/** Neither summary nor content says anything: white space, and comments of HTML. */
bool build_body_is_empty(const struct build_body *body);

/**
 * Reads a document into b->listing; limits.bytes of the hints is set, and the body is not longer.
 */
typedef enum tms_status (*build_reader_fn)(
	struct build *b, struct tms_str body, const struct tms_listing_hints *hints);
/** tms_listing_parse, with that reader. hints may be NULL. */
TMS_MUST_CHECK enum tms_status build_listing(struct tms_arena *arena, struct tms_str body,
	const struct tms_listing_hints *hints, build_reader_fn read, struct tms_listing *out,
	struct tms_diag *diag);

/** Nothing of this document could be used: say what was wrong with its entries. */
enum tms_status build_unusable(struct build *b, const char *what);
/** No step was left for it: say which limit that is. TMS_ELIMIT. */
enum tms_status build_exhausted(struct build *b);

#endif
