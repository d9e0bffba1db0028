/*
 * OPML 2.0: lists of feeds, as readers export and import them.
 *
 * What is read is what occurs: any version or none, RSS and Atom and no type, xmlUrl in any case,
 * names in text or title, with or without <head>; ill-formed documents as far as they go. Source:
 * opml.org/spec2.opml.
 */
#ifndef TAMIS_OPML_H
#define TAMIS_OPML_H

#include <tamis/arena.h>
#include <tamis/buf.h>
#include <tamis/diag.h>

#define TMS_OPML_BYTES_MAX ((size_t)10 << 20)
#define TMS_OPML_FEEDS_MAX 20000
#define TMS_OPML_GROUPS_MAX 2000
#define TMS_OPML_FEED_GROUPS_MAX 50 /* of one feed; further ones are passed over */
#define TMS_OPML_NOTES_MAX 20
#define TMS_OPML_NONE SIZE_MAX

/** An outline with further ones in it, or a category that feeds name. */
struct tms_opml_group {
	struct tms_str title; /* plain text on one line, never empty */
	size_t parent;        /* of the groups, always before it; TMS_OPML_NONE: none */
};

/** A feed. Each address occurs once: further outlines with it only add groups. */
struct tms_opml_feed {
	struct tms_str title;    /* plain text on one line, never empty */
	struct tms_str xml_url;  /* http or https */
	struct tms_str html_url; /* http or https, or empty */
	size_t *groups;          /* each once, in the order in which they were met */
	size_t groups_count;
};

struct tms_opml {
	struct tms_str title; /* of the document; may be empty */
	struct tms_opml_group *groups;
	struct tms_opml_feed *feeds;
	size_t groups_count, feeds_count;
	/** What was left out or mended, the first of it with its line. */
	struct tms_diag *notes;
	size_t notes_count, notes_total;
};

/**
 * Read a document. Outlines without a feed's address that hold no further ones are left out and
 * noted; outlines of other OPML documents (type include, or a link to one) are not followed.
 * arena  owns all that is reachable from *out
 * TMS_OK; TMS_ENOTFEED: no OPML; TMS_EMALFORMED, TMS_ELIMIT, TMS_ENOMEM. diag may be NULL.
 */
TMS_MUST_CHECK enum tms_status tms_opml_parse(
	struct tms_arena *arena, struct tms_str body, struct tms_opml *out, struct tms_diag *diag);

/*
 * Writing: begin, then groups and feeds, each group ended, then end. A document without a feed says
 * so in an outline, since a body must hold one. Failure stays in buf->status.
 */
struct tms_opml_writer {
	struct tms_buf *buf;
	size_t feeds_count;
};

/** The document begins; title may be empty. */
void tms_opml_begin(struct tms_opml_writer *w, struct tms_str title);
/** What is added up to tms_opml_end_group is in this group; groups may stand in groups. */
void tms_opml_begin_group(struct tms_opml_writer *w, struct tms_str title);
void tms_opml_end_group(struct tms_opml_writer *w);
/** A feed, and the page that it belongs to; html_url may be empty. */
void tms_opml_add(struct tms_opml_writer *w, struct tms_str title, struct tms_str xml_url,
	struct tms_str html_url);
/** The document is whole. */
void tms_opml_end(struct tms_opml_writer *w);

#endif
