/* Loading the files of a command line: each a source with a window, together one view. */
#include "sift.h"

#include <stdio.h>
#include <stdlib.h>

#include <tamis/explain.h>
#include <tamis/identity.h>

#include "cli.h"
#include "recipe_file.h"
#include "zone_files.h"

static int compare_paths(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int no_memory(void)
{
	tms_cli_error("there is not enough memory");
	return TMS_EXIT_TROUBLE;
}

static int exit_of(enum tms_status st)
{
	switch (st) {
	case TMS_OK:
		return TMS_EXIT_DONE;
	case TMS_ENOMEM:
	case TMS_EUNAVAIL:
	case TMS_ECONFLICT:
		return TMS_EXIT_TROUBLE;
	case TMS_EIO: /* a file that is not there */
	case TMS_ELIMIT:
	case TMS_EINVAL:
	case TMS_EMALFORMED:
	case TMS_ENOTFEED:
	case TMS_EDENIED:
		return TMS_EXIT_INPUT;
	}
	return TMS_EXIT_INPUT;
}

/* What a person should know of a listing that was read. */
static void report(const char *path, const struct tms_listing *listing)
{
	struct tms_diag more = { 0 };

	for (size_t i = 0; i < listing->notes_count; i++)
		cli_complain(path, &listing->notes[i]);
	if (listing->notes_total > listing->notes_count) {
		tms_diag_set(&more, 0, 0, "%zu more notes of this kind",
			listing->notes_total - listing->notes_count);
		cli_complain(path, &more);
	}
}

static enum tms_status apply(struct sift *sift, const char *path, const struct tms_listing *listing,
	tms_time now, struct tms_diag *diag)
{
	struct tms_window *window = NULL;
	struct tms_apply how = { .now = now, .poll = tms_str_from(path) };
	struct tms_apply_report done;

	enum tms_status st =
		tms_window_new(tms_str_from(path), (struct tms_hash_seed){ 0 }, &window);
	if (st == TMS_OK)
		st = tms_window_apply(window, listing, &how, &done);
	if (st == TMS_OK && done.outcome == TMS_HEALTH_MISSHAPEN) {
		tms_diag_set(diag, 0, 0,
			"the listing ends in the middle: none of its %zu items is used",
			listing->items_count);
		st = TMS_EMALFORMED;
	} else if (st != TMS_OK) {
		tms_diag_set(diag, 0, 0, "the listing cannot be applied: %s", tms_status_name(st));
	}
	if (st != TMS_OK) {
		tms_window_free(window);
		return st;
	}
	sift->windows[sift->windows_count++] = window;
	return TMS_OK;
}

static enum tms_status load_one(struct sift *sift, const char *path, tms_time now)
{
	struct tms_arena arena = { 0 };
	struct tms_diag diag = { 0 };
	struct tms_listing listing;
	struct tms_str body = { 0 };

	enum tms_status st = cli_read(&arena, path, TMS_LISTING_BYTES_MAX, &body, &diag);
	if (st == TMS_OK)
		st = tms_recipe_read(&arena, body, &sift->hints, &listing, &diag);
	if (st == TMS_OK) {
		report(path, &listing);
		st = apply(sift, path, &listing, now, &diag);
	}
	if (st == TMS_OK) {
		sift->has_hf |= listing.kind == TMS_LISTING_HF_API ||
				listing.kind == TMS_LISTING_HF_PAGE ||
				listing.kind == TMS_LISTING_HF_PAPER ||
				(sift->hints.recipe && tms_is_hf_url(sift->hints.recipe->url));
		sift->site_url = tms_arena_copy(&sift->arena, listing.link);
		st = sift->arena.status;
	}
	if (st != TMS_OK)
		cli_complain(path, &diag);
	tms_arena_free(&arena);
	return st;
}

int sift_load(struct sift *sift, char *const *paths, size_t count, tms_time now)
{
	static char standard_input[] = "-";
	static char *const only_input[] = { standard_input };

	int status = TMS_EXIT_DONE;

	if (count == 0) {
		paths = only_input;
		count = 1;
	}
	if (sift->recipe &&
		!recipe_file_open(&sift->arena, sift->recipe, &sift->hints.recipe, &status))
		return status;
	if (sift->recipe)
		sift->hints.url = sift->hints.recipe->url;
	char **sorted = malloc(count * sizeof(*sorted));
	sift->windows = calloc(count, sizeof(struct tms_window *));
	if (!sorted || !sift->windows || tms_view_new(&sift->view) != TMS_OK) {
		free(sorted);
		return no_memory();
	}
	memcpy(sorted, paths, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), compare_paths);
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && strcmp(sorted[i], sorted[i - 1]) == 0)
			continue;
		int one = exit_of(load_one(sift, sorted[i], now));
		if (one > status)
			status = one;
	}
	free(sorted);
	if (sift->windows_count > 1)
		sift->site_url = (struct tms_str){ 0 };
	if (status != TMS_EXIT_TROUBLE &&
		tms_view_refresh(sift->view, sift->windows, sift->windows_count) != TMS_OK)
		status = no_memory();
	return status;
}

bool sift_is_usable(const struct sift *sift, int status)
{
	return status == TMS_EXIT_DONE || (status == TMS_EXIT_INPUT && sift->windows_count > 0);
}

void sift_fini(struct sift *sift)
{
	tms_view_free(sift->view);
	for (size_t i = 0; i < sift->windows_count; i++)
		tms_window_free(sift->windows[i]);
	free(sift->windows);
	tms_arena_free(&sift->arena);
	tms_advice_free(&sift->advice);
	tms_shipped_close(&sift->shipped);
	*sift = (struct sift){ 0 };
}

/* The model is opened only where it is wanted. */
static bool may_ask_for_topics(struct tms_str text)
{
	return tms_str_find_caseless(text, TMS_STR("topic:"), 0) != SIZE_MAX ||
	       tms_str_find_caseless(text, TMS_STR("about:"), 0) != SIZE_MAX;
}

static void tell(struct tms_str text)
{
	(void)fprintf(stderr, "%.*s", TMS_STR_ARGS(text));
}

void sift_look_around(struct sift *sift, const struct tms_query *query, tms_time now)
{
	size_t count = sift->view ? tms_view_count(sift->view) : 0;
	struct tms_advice_source all = { .name = TMS_STR_INIT("these listings"),
		.lacks = TMS_TRAITS_ALL };
	const struct tms_advice_context context = { .sources = &all, .count = 1 };

	if (count < TMS_ADVICE_ITEMS_MIN)
		return;
	for (size_t i = 0; i < count; i++)
		all.lacks &= ~tms_merged_traits(&tms_view_at(sift->view, i)->merged);
	tms_query_advise(query, sift->text, &context, &sift->advice);
	if (tms_explain_missing(query, sift->text, sift->view, now, &sift->advice) != TMS_OK)
		sift->advice.status = TMS_ENOMEM;
}

void sift_tell_notes(const struct sift *sift)
{
	const struct tms_advice *advice = &sift->advice;
	struct tms_buf shown = { 0 };

	for (size_t i = 0; i < advice->count; i++) {
		tms_buf_add_cstr(
			&shown, advice->notes[i].is_error ? "tamis: query:" : "tamis: query: ");
		tms_advice_write(&shown, &advice->notes[i], sift->text);
	}
	if (advice->left_out > 0)
		tms_buf_format(&shown, "tamis: query: and %zu more notes\n", advice->left_out);
	tell(tms_buf_str(&shown));
	tms_buf_free(&shown);
}

int sift_query(struct sift *sift, struct tms_str text, struct tms_query **query)
{
	struct tms_diag diag = { 0 };
	enum tms_status st = TMS_OK;

	sift->text = text;
	if (!sift->options.zones)
		sift->options.zones = zone_files();
	if (!sift->options.topics && may_ask_for_topics(text)) {
		st = tms_shipped_open(&sift->shipped, &diag);
		sift->options.topics = &sift->shipped.topics;
	}
	if (st != TMS_OK) {
		tms_cli_error("query: %s", diag.text);
		return exit_of(st);
	}
	st = tms_query_parse_advised(text, &sift->options, query, &sift->advice);
	if (st == TMS_ENOMEM)
		return no_memory();
	if (st != TMS_OK)
		sift_tell_notes(sift);
	return exit_of(st);
}
