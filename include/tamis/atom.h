/*
 * Atom documents (RFC 4287) for readers as they are. What real readers break on decides the form:
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
 * Characters that XML cannot hold, and U+FFFD, are written as "?".
 */
#ifndef TAMIS_ATOM_H
#define TAMIS_ATOM_H

#include <tamis/feed.h>
#include <tamis/gzip_part.h>
#include <tamis/view.h>

/** So many authors are named; one more <author> then says "and N others". */
#define TMS_ATOM_AUTHORS_MAX 50
#define TMS_ATOM_CATEGORIES_MAX 50
#define TMS_ATOM_KEYWORDS_MAX 50
#define TMS_ATOM_ENCLOSURES_MAX 20
/** Of an entry's text before escaping: longer HTML gives way to the summary, and that is cut. */
#define TMS_ATOM_CONTENT_BYTES_MAX (32u << 10)

struct tms_result; /* <tamis/result.h> */

struct tms_fragment_ledger;

/** One <entry>. Immutable, shared by every feed that shows the item in the same way. */
struct tms_fragment {
	struct tms_str bytes;      /* lives as long as the fragment */
	struct tms_gzip_part gzip; /* the same compressed, where the cache makes that; else empty */
	uint64_t content;          /* hash of the bytes, numbers apart */
	int64_t updated_us;        /* what it says as updated */
	uint32_t refs;             /* one thread only */
	struct tms_fragment_ledger *ledger; /* of the cache that counts it, or NULL */
};

/** What a fragment depends on beside the item. */
struct tms_fragment_style {
	enum tms_feed_link link;
	tms_time published; /* what the entry shows as published */
};

struct tms_fragment *tms_fragment_ref(struct tms_fragment *fragment);
/** NULL is accepted. */
void tms_fragment_unref(struct tms_fragment *fragment);
/** Write one. *out is given with one reference. TMS_OK, TMS_ENOMEM, TMS_ELIMIT. */
TMS_MUST_CHECK enum tms_status tms_fragment_new(
	const struct tms_merged *item, struct tms_fragment_style style, struct tms_fragment **out);

/** The `updated` of an item's entry in microseconds since 1970. */
int64_t tms_atom_updated_us(const struct tms_merged *item, tms_time published);

/** A bounded cache of fragments, which hang on the items that they show. One thread only. */
struct tms_fragments;
/**
 * An empty cache, given: tms_fragments_free.
 * bytes_max  of the fragments in it; 0: 64 MiB
 * with_gzip  fragments are compressed as well, for tms_atom_gzip_pieces
 * TMS_OK, TMS_ENOMEM.
 */
TMS_MUST_CHECK enum tms_status tms_fragments_new(
	size_t bytes_max, bool with_gzip, struct tms_fragments **out);
/** NULL is accepted. Fragments that are still held live on. */
void tms_fragments_free(struct tms_fragments *fragments);
/** Bytes of all fragments that it made and that live, for metrics: those that it has let go of and
 * that are still held count too. */
size_t tms_fragments_bytes(const struct tms_fragments *fragments);
/**
 * The fragment of an item, written now when it is not there.
 * *out  one reference, given. TMS_OK, TMS_ENOMEM, TMS_ELIMIT.
 */
TMS_MUST_CHECK enum tms_status tms_fragments_get(struct tms_fragments *fragments,
	struct tms_view_item *item, struct tms_fragment_style style, struct tms_fragment **out);

/**
 * Append everything before the first entry, but for the moment in <updated>, which is not known
 * before the entries are: *cut is where it belongs. Failure stays in buf->status.
 */
void tms_atom_write_header(
	struct tms_buf *buf, const struct tms_feed_definition *feed, size_t *cut);
/** Everything behind the last entry. */
struct tms_str tms_atom_footer(void);

/**
 * The document of a dressed result as runs to be sent one after the other: header, fragments by
 * reference, footer. *pieces live in the arena, what they point at as long as the result.
 * TMS_OK, TMS_ENOMEM, TMS_ELIMIT.
 */
TMS_MUST_CHECK enum tms_status tms_atom_pieces(struct tms_arena *arena,
	const struct tms_result *result, struct tms_str **pieces, size_t *count);
/**
 * The same as one gzip member, joined from the fragments' compressed forms. Start and end live in
 * the arena too. TMS_OK, TMS_ENOMEM, TMS_ELIMIT; TMS_EINVAL: a fragment has no compressed form.
 */
TMS_MUST_CHECK enum tms_status tms_atom_gzip_pieces(struct tms_arena *arena,
	const struct tms_result *result, struct tms_str **pieces, size_t *count);
/** The same in one run. Failure stays in buf->status. */
void tms_atom_write(struct tms_buf *buf, const struct tms_result *result);

#endif
