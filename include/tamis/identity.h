/*
 * Who an item is: one identity wherever, whenever and in whatever version it is seen, and the Atom
 * id made of it. A paper is its arXiv id without version; everything else is what its publisher
 * calls it, within its host.
 */
#ifndef TAMIS_IDENTITY_H
#define TAMIS_IDENTITY_H

#include <tamis/item.h>
#include <tamis/link.h>

/**
 * The arXiv id that the text is, without version and subject class: "2508.12345v2" → "2508.12345",
 * "math.GT/0309136" → "math/0309136", "arXiv:2508.12345", "oai:arXiv.org:2508.12345v1",
 * "10.48550/arXiv.2508.12345". Empty when it is none. Only the two published forms are taken:
 * NNNN.NNNN(N) and archive/NNNNNNN. Source: info.arxiv.org/help/arxiv_identifier.html.
 */
struct tms_str tms_arxiv_id(struct tms_arena *arena, struct tms_str text);

/**
 * The arXiv id of the paper that the address shows, or empty:
 * arxiv.org/{abs,pdf,html,format,e-print,…}/ID, huggingface.co/papers/ID, hf.co/papers/ID,
 * doi.org/10.48550/arXiv.ID. The whole address must be that page.
 */
struct tms_str tms_arxiv_id_of_url(struct tms_arena *arena, struct tms_str url);

/** Pages of a paper; `arxiv_id` as tms_arxiv_id gives it. Empty on failure, see arena->status. */
struct tms_str tms_arxiv_abs_url(struct tms_arena *arena, struct tms_str arxiv_id);
struct tms_str tms_arxiv_pdf_url(struct tms_arena *arena, struct tms_str arxiv_id);
struct tms_str tms_hf_paper_url(struct tms_arena *arena, struct tms_str arxiv_id);
/** Is it an address at Hugging Face (huggingface.co, hf.co)? */
bool tms_is_hf_url(struct tms_str url);

/** "arxiv:2508.12345" → "2508.12345" (borrowed from `identity`); empty for every other identity. */
struct tms_str tms_identity_arxiv(struct tms_str identity);

/**
 * Set item->id from upstream_id, link, doi, title and published:
 *   "arxiv:ID"            a paper of arXiv, wherever it was seen
 *   "id:LINK"             the link, cleaned by tms_link_clean: where the upstream says no id, and
 *                         where its id is that link (so one article is one item in a feed with
 *                         ids and in one without)
 *   "id:IRI"              the upstream's id, where it is an IRI (https:, urn:, tag:, oai:, …)
 *   "id:HOST/UPSTREAM-ID" the upstream's id within the host of the item's link, else of
 *                         listing_host
 *   "hash:HEX"            128 bits of title (else summary, else all that it says) and date, where
 *                         there is nothing else
 * listing_host  host of the listing ("example.org"); may be empty
 * TMS_OK; TMS_EINVAL when the item says nothing at all (item->id stays);
 * TMS_ENOMEM, TMS_ELIMIT.
 */
TMS_MUST_CHECK enum tms_status tms_item_identify(
	struct tms_arena *arena, struct tms_item *item, struct tms_str listing_host);

/** Set item->id to "hash:…" of these words and the date. TMS_OK, TMS_ENOMEM, TMS_ELIMIT. */
TMS_MUST_CHECK enum tms_status tms_item_identify_by_words(
	struct tms_arena *arena, struct tms_item *item, struct tms_str words);

/**
 * Set item->id to "hash:…" of title (else summary, else all that it says) and date: for listings
 * whose items all have one link. TMS_OK; TMS_EINVAL when the item says nothing at all; TMS_ENOMEM,
 * TMS_ELIMIT.
 */
TMS_MUST_CHECK enum tms_status tms_item_identify_by_text(
	struct tms_arena *arena, struct tms_item *item);

/**
 * The Atom id of an identified item: an IRI (RFC 4287 section 4.2.6) that never changes and does
 * not name this host:
 *   https://arxiv.org/abs/ID   papers
 *   the upstream's own id      where it is an IRI; what an IRI cannot hold is percent-encoded
 *   the cleaned link           where there is no other id
 *   tag:HOST,2000:UPSTREAM-ID  other upstream ids (RFC 4151)
 *   urn:uuid:…                 version 5, name space URL, of the identity; of the link, where an
 *                              older version made "url:LINK" of it
 * It is computed from the identity alone, so two items share one only if they are the same item.
 * Empty on failure, see arena->status.
 */
struct tms_str tms_item_atom_id(struct tms_arena *arena, struct tms_str identity);

#endif
