/*
 * What a feed is: a person's query over sources, and how its entries are shown. The query itself
 * travels beside it, compiled (<tamis/query.h>); the items come in a view of the feed's sources
 * (<tamis/view.h>).
 */
#ifndef TAMIS_FEED_H
#define TAMIS_FEED_H

#include <tamis/form.h>
#include <tamis/merged.h>

#define TMS_FEED_ENTRIES_DEFAULT 100
/** Hosted readers fail on large feeds: stay below 500 kB. */
#define TMS_FEED_BYTES_DEFAULT 500000
/** `updated` of a feed that has never had an entry and does not know when it was defined:
 * 2000-01-01T00:00:00Z. */
#define TMS_FEED_EPOCH INT64_C(946684800)

/** Where the alternate link of a paper leads. Items that are no papers of arXiv always link to
 * their own page. */
enum tms_feed_link { TMS_FEED_LINK_HF, TMS_FEED_LINK_ARXIV, TMS_FEED_LINK_PDF };
/** Which moment is an entry's `published`: the listing's date, or when the query first held. */
enum tms_feed_date { TMS_FEED_DATE_LISTED, TMS_FEED_DATE_ENTERED };

/** Everything borrowed. {0} is a feed in Atom of up to 100 entries that link to Hugging Face. */
struct tms_feed_definition {
	/** Names the installation (its key's fingerprint, its host); part of the feed's id. */
	struct tms_str instance;
	struct tms_str user; /* empty: a feed without account */
	/** Empty: a feed straight from an address; then query and sources stand for it. */
	struct tms_str name;
	struct tms_str title;    /* plain text; empty: the name, else the query, else "Tamis" */
	struct tms_str subtitle; /* plain text; may be empty */
	struct tms_str language; /* BCP 47; empty: unknown */
	struct tms_str self_url; /* the public address of the document; empty: no self link */
	struct tms_str site_url; /* a page for people; empty: none */
	struct tms_str icon_url; /* empty: none */
	struct tms_str query;    /* as written, or as tms_query_print writes it */
	const struct tms_str *sources; /* names, in any order */
	size_t sources_count;
	size_t entries_max; /* 0: TMS_FEED_ENTRIES_DEFAULT; SIZE_MAX: all */
	size_t bytes_max;   /* uncompressed, in Atom; 0: TMS_FEED_BYTES_DEFAULT; SIZE_MAX: any */
	enum tms_feed_link link;
	enum tms_feed_date date;
	enum tms_form form;
	tms_time revised; /* when the definition last changed; 0: unknown */
};

/**
 * The Atom id of the feed: urn:uuid, version 5, of instance, user and name; without a name, of
 * instance, sources (sorted) and query. The token is no part of it, so rotating an address keeps
 * the id. Empty on failure, see arena->status.
 */
struct tms_str tms_feed_id(struct tms_arena *arena, const struct tms_feed_definition *feed);

/** The title to show: never empty, one line; borrowed from the definition. */
struct tms_str tms_feed_title(const struct tms_feed_definition *feed);

/** The page that an item's entry leads to, by the feed's choice; empty when it has none. See
 * arena->status. */
struct tms_str tms_feed_entry_url(
	struct tms_arena *arena, enum tms_feed_link link, const struct tms_item *item);

#endif
