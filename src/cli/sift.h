/* What the files of a command line hold: each a listing of its own source, together one view. */
#ifndef TAMIS_CLI_SIFT_H
#define TAMIS_CLI_SIFT_H

#include <tamis/query.h>
#include <tamis/view.h>

/** {0} is empty; tms_sift_fini. */
struct tms_sift {
	struct tms_window **windows;
	size_t windows_count;
	struct tms_view *view;
	bool has_hf;             /* a listing of Hugging Face is among them */
	struct tms_str site_url; /* the page that the only listing lists; empty for several */
	struct tms_arena arena;  /* of site_url */
};

/**
 * Read the listings (no path: standard input) and apply each at `now`. A path that is given twice
 * counts once; the order of the paths changes nothing. What was skipped or repaired is said on
 * standard error.
 * Returns an enum tms_exit; what is wrong with which file is said. When one fails, none is used.
 */
int tms_sift_load(struct tms_sift *sift, char *const *paths, size_t count, tms_time now);
void tms_sift_fini(struct tms_sift *sift);

/** Parse a query; an error is said with a caret. Returns an enum tms_exit; *query is given. */
int tms_sift_query(struct tms_str text, struct tms_query **query);

#endif
