/*
 * Fragments: one entry in one form, written once and shared by all documents that show the item.
 *
 * Atom. What real readers break on decides the form:
 * - the default namespace, no prefix on Atom elements: NetNewsWire skips prefixed ones;
 * - no CDATA and everything escaped, so that "<rss", "<channel>" and "<rdf:RDF" cannot occur: it
 *   takes a document for RSS when these bytes are anywhere in it;
 * - titles are plain text on one line, content is escaped HTML of simple elements, links are
 *   absolute;
 * - an entry always has id, title, updated and published, and no two entries of a feed the same
 *   `updated`: items that share a second are told apart by microseconds made from their identity.
 *   Readers that sort by it need an order, and W3C's validator warns of equal ones;
 * - what moves all day (votes, comments, stars) stands in one extension element, nowhere else:
 *   FreshRSS shows an entry as unread again when its title, content, author, category or link
 *   moves. The element is rdf:Description with the attributes upvotes, comments and stars, the one
 *   general element that W3C's validator knows; of a namespace of our own it would warn.
 *
 * RSS 2.0, by the profile of rssboard.org and what the same validator warns of:
 * - the whole text is <description>; there is no shorter one beside it, so no content:encoded;
 * - the id is <guid isPermaLink="false">, <author> would have to be an address of mail and is
 *   dc:creator, `updated` is atom:updated, further links are atom:link;
 * - one <enclosure>, with a length (0: unknown); further ones, and those whose address RSS does not
 *   take, are atom:link rel=enclosure;
 * - of plain text & and < are written as &#x26; and &#x3C;. RSS does not say whether a title is
 *   HTML, and readers guess: one that looks like HTML, though it is text, is escaped as HTML too.
 *
 * JSON Feed 1.1: content_html, date_modified with the same microseconds; the page at the paper's
 * other site is external_url; numbers are the object _tamis, last.
 *
 * Characters that XML cannot hold, and U+FFFD, are written as "?" in all forms.
 */
#ifndef TAMIS_FRAGMENT_H
#define TAMIS_FRAGMENT_H

#include <tamis/feed.h>
#include <tamis/gzip_part.h>
#include <tamis/view.h>

/** So many authors are named; one more then says "and N others". */
#define TMS_ENTRY_AUTHORS_MAX 50
#define TMS_ENTRY_CATEGORIES_MAX 50
#define TMS_ENTRY_KEYWORDS_MAX 50
#define TMS_ENTRY_ENCLOSURES_MAX 20
/** Of an entry's text before escaping: longer HTML gives way to the summary, and that is cut. */
#define TMS_ENTRY_CONTENT_BYTES_MAX (32u << 10)

struct tms_fragment_ledger;

/** Immutable, shared by every feed that shows the item in the same way. */
struct tms_fragment {
	/** With what divides it from the entry before it, where its form has such a thing. */
	struct tms_str bytes;      /* lives as long as the fragment */
	struct tms_gzip_part gzip; /* the same compressed, where the cache makes that; else empty */
	uint64_t content;          /* hash of the bytes, numbers apart */
	int64_t updated_us;        /* what it says as updated */
	size_t atom_bytes;         /* its size in Atom: by that documents are cut */
	uint32_t divider_bytes;    /* at its front; not sent with the first entry */
	uint32_t refs;             /* one thread only */
	struct tms_fragment_ledger *ledger; /* of the cache that counts it, or NULL */
};

/** What a fragment depends on beside the item. */
struct tms_fragment_style {
	enum tms_feed_link link;
	tms_time published; /* what the entry shows as published */
	enum tms_form form;
};

/** Give a reference back. NULL is accepted. */
void tms_fragment_unref(struct tms_fragment *fragment);
/** Write one. *out is given with one reference. TMS_OK, TMS_ENOMEM, TMS_ELIMIT. */
TMS_MUST_CHECK enum tms_status tms_fragment_new(
	const struct tms_merged *item, struct tms_fragment_style style, struct tms_fragment **out);

/** A bounded cache of fragments, which hang on the items that they show. One thread only. */
struct tms_fragments;
/**
 * An empty cache, given: tms_fragments_free.
 * bytes_max  of the fragments in it; 0: 64 MiB
 * with_gzip  fragments are compressed as well, for tms_document_gzip_pieces
 * TMS_OK, TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status tms_fragments_new(
	size_t bytes_max, bool with_gzip, struct tms_fragments **out);
/** NULL is accepted. Fragments that are still held live on. */
void tms_fragments_free(struct tms_fragments *fragments);
/** Bytes of all fragments that it made and that live, for metrics: those that it has let go of and
 * that are still held count too. */
size_t tms_fragments_bytes(const struct tms_fragments *fragments);
/** Is it there? Does not count as asking for it. */
bool tms_fragments_has(const struct tms_fragments *fragments, const struct tms_view_item *item,
	struct tms_fragment_style style);
/**
 * The fragment of an item, written now when it is not there.
 * *out  one reference, given. TMS_OK, TMS_ENOMEM, TMS_ELIMIT.
 */
TMS_MUST_CHECK enum tms_status tms_fragments_get(struct tms_fragments *fragments,
	struct tms_view_item *item, struct tms_fragment_style style, struct tms_fragment **out);

#endif
