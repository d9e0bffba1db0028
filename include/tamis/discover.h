/*
 * An HTML page → the feeds that it leads to: a ranked choice. What the page names comes first, what
 * is only guessed (well-known addresses) behind it, feeds of comments last.
 * Source: HTML, section 4.6.7.1 (link type "alternate"); the addresses that common software uses.
 */
#ifndef TAMIS_DISCOVER_H
#define TAMIS_DISCOVER_H

#include <tamis/listing.h>

struct tms_xml_node;

/** So many feeds that a page names are taken; what is beyond is counted. */
#define TMS_DISCOVER_NAMED_MAX 20u
/** So many well-known addresses are worth asking. */
#define TMS_DISCOVER_GUESSES_MAX 16u
/** Of a page that is too large or too deep, its head is searched, or so much of its beginning. */
#define TMS_DISCOVER_BEGINNING_BYTES (256u << 10)

/**
 * Bytes of addresses, as they stand and of the base that each is made whole with, that are looked
 * at; a page that names more is searched so far.
 */
#define TMS_DISCOVER_STEPS UINT64_C(10000000)

/** Why an address is thought to be a feed. The values are stored; never renumber them. */
enum tms_candidate_why {
	TMS_CANDIDATE_LINK = 1,   /* <link rel="alternate"> with the type of a feed */
	TMS_CANDIDATE_ANCHOR = 2, /* a link in its text whose address is that of a feed */
	TMS_CANDIDATE_GUESS = 3, /* an address where feeds usually are; the page does not name it */
};

struct tms_candidate {
	struct tms_str url; /* http or https; as written where the page's own address is unknown */
	struct tms_str title; /* plain text, one line; may be empty */
	struct tms_str type;  /* media type in lower case, without parameters; empty: not said */
	enum tms_candidate_why why;
	bool is_comments; /* of comments, not of what they are about */
};

/** The choice, best first. */
struct tms_discovery {
	struct tms_str title; /* of the page */
	struct tms_candidate *candidates;
	size_t count;
	uint64_t steps;     /* that the search took, of those that are counted */
	size_t named_total; /* feeds that the page names, also the ones beyond the limit */
	/* the page reaches a limit; only its head, or its beginning, was searched */
	bool is_beginning;
};

/**
 * Find the feeds of a page.
 * arena  owns everything reachable from *out
 * body   borrowed for the call
 * hints  content type and address; may be NULL
 * TMS_OK (the choice may be empty when the address is unknown); TMS_ENOTFEED: this is no HTML page;
 * TMS_ENOMEM. *out is written only on TMS_OK.
 */
TMS_MUST_CHECK enum tms_status tms_discover(struct tms_arena *arena, struct tms_str body,
	const struct tms_listing_hints *hints, struct tms_discovery *out, struct tms_diag *diag);

/**
 * The same from a tree that is at hand; without guesses.
 * url  of the page; may be empty. Failure is in arena->status.
 */
void tms_discover_named(struct tms_arena *arena, const struct tms_xml_node *html,
	struct tms_str url, struct tms_discovery *out);

/**
 * The addresses where a feed of this page may be: under the page, then under its host.
 * At most TMS_DISCOVER_GUESSES_MAX, given as an array of the arena; none for what is not http.
 */
size_t tms_discover_guesses(
	struct tms_arena *arena, struct tms_str page_url, struct tms_candidate **out);

/** True for an address that looks like a feed's ("/feed", "news.rss", "?format=atom"). */
bool tms_discover_is_feedlike(struct tms_str url);

/** "link", "anchor", "guess". */
const char *tms_candidate_why_name(enum tms_candidate_why why);

#endif
