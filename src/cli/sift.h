/* What the files of a command line hold: each a listing of its own source, together one view. */
#ifndef TAMIS_CLI_SIFT_H
#define TAMIS_CLI_SIFT_H

#include <tamis/advice.h>
#include <tamis/listing.h>
#include <tamis/query.h>
#include <tamis/view.h>

#include "shipped/shipped.h"

/** {0} is empty; sift_fini. */
struct sift {
	struct tms_window **windows;
	size_t windows_count;
	struct tms_view *view;
	bool has_hf;             /* a listing of Hugging Face is among them */
	struct tms_str site_url; /* the page that the only listing lists; empty for several */
	struct tms_arena arena;  /* of site_url, and of the recipe */
	const char *recipe;      /* set before loading: the name or file of a recipe; NULL: none */
	struct tms_listing_hints hints;
	struct tms_shipped shipped; /* opened when a query asks for topics */
	struct tms_query_options
		options;          /* how its query is parsed; zones and topics come with it */
	struct tms_str text;      /* of its query; borrowed */
	struct tms_advice advice; /* of it */
};

/**
 * Read the listings (no path: standard input) and apply each at `now`. A path that is given twice
 * counts once; the order of the paths changes nothing. What was skipped or repaired is said on
 * standard error.
 * A file that cannot be used is said and left out; the others are used.
 * Returns an enum tms_exit, TMS_EXIT_INPUT when a file was left out.
 */
int sift_load(struct sift *sift, char *const *paths, size_t count, tms_time now);
/** Is there something to write, when sift_load returned `status`? */
bool sift_is_usable(const struct sift *sift, int status);
void sift_fini(struct sift *sift);

/**
 * Parse a query; an error is said with a caret, and with what to write instead; notes are said by
 * sift_tell_notes. Returns an enum tms_exit; *query is given, and goes
 * before the sift does.
 */
int sift_query(struct sift *sift, struct tms_str text, struct tms_query **query);
/** Of a query over what was loaded: note what none of it has. */
void sift_look_around(struct sift *sift, const struct tms_query *query, tms_time now);
/** The notes of the query, on standard error. */
void sift_tell_notes(const struct sift *sift);

#endif
