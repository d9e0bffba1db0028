/*
 * Writes a feed of each listing, in each form: what `tamis filter` would, without starting a program for each.
 * Paths come on standard input, one a line. Of each that is a listing, and of each form, standard output gets the line
 * "FORM BYTES PATH" and the document.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tamis/document.h>
#include <tamis/listing.h>

#define NOW INT64_C(1793491200) /* 2026-11-01T00:00:00Z */

static void fail(const char *what, const char *path)
{
	(void)fprintf(stderr, "write_feeds: %s: %s\n", path, what);
	exit(2);
}

static struct tms_str read_file(struct tms_arena *arena, const char *path)
{
	struct tms_buf body = { 0 };
	FILE *file = fopen(path, "rb");
	size_t got = 0;

	if (!file)
		fail("cannot be opened", path);
	do {
		if (!tms_buf_reserve(&body, 65536))
			fail("no memory", path);
		got = fread(body.ptr + body.len, 1, 65536, file);
		body.len += got;
	} while (got > 0);
	(void)fclose(file);
	struct tms_str copy = tms_arena_copy(arena, tms_buf_str(&body));
	tms_buf_free(&body);
	return copy;
}

/* The items of a listing that is used; NULL when it is not. */
static struct tms_view *view_of(const struct tms_listing *listing, const char *path)
{
	struct tms_apply how = { .now = NOW, .poll = tms_str_from(path) };
	struct tms_apply_report done;
	struct tms_window *window = NULL;
	struct tms_view *view = NULL;

	if (tms_window_new(tms_str_from(path), (struct tms_hash_seed){ 0 }, &window) != TMS_OK ||
		tms_window_apply(window, listing, &how, &done) != TMS_OK)
		fail("cannot be applied", path);
	if (done.outcome != TMS_HEALTH_MISSHAPEN &&
		(tms_view_new(&view) != TMS_OK || tms_view_refresh(view, &window, 1) != TMS_OK))
		fail("no memory", path);
	tms_window_free(window);
	return view;
}

static void write_form(
	const struct tms_feed_definition *feed, const struct tms_view *view, const char *path)
{
	struct tms_result result = { 0 };
	struct tms_fragments *fragments = NULL;
	struct tms_buf out = { 0 };
	struct tms_str form = tms_form_name(feed->form);

	if (tms_result_sift(feed, NULL, view, NOW, &result) != TMS_OK)
		fail("cannot be sifted", path);
	tms_result_forget_entering(&result);
	if (tms_fragments_new(SIZE_MAX, false, &fragments) != TMS_OK ||
		tms_result_dress(feed, fragments, &result) != TMS_OK)
		fail("cannot be dressed", path);
	tms_document_write(&out, &result);
	if (out.status != TMS_OK)
		fail("cannot be written", path);
	(void)printf("%.*s %zu %s\n", TMS_STR_ARGS(form), out.len, path);
	(void)fwrite(out.ptr, 1, out.len, stdout);
	tms_buf_free(&out);
	tms_result_fini(&result);
	tms_fragments_free(fragments);
}

static void write_all(const char *path)
{
	struct tms_arena arena = { 0 };
	struct tms_listing listing;

	struct tms_str body = read_file(&arena, path);
	if (tms_listing_parse(&arena, body, NULL, &listing, NULL) == TMS_OK) {
		struct tms_view *view = view_of(&listing, path);
		for (int form = 0; view && form < TMS_FORMS; form++) {
			struct tms_feed_definition feed = {
				.title = listing.title,
				.subtitle = listing.subtitle,
				.language = listing.language,
				.icon_url = listing.image,
				.site_url = listing.link,
				.link = TMS_FEED_LINK_ARXIV,
				.form = (enum tms_form)form,
			};
			feed.self_url = tms_arena_format(&arena, "https://feeds.example.org/f.%.*s",
				TMS_STR_ARGS(tms_form_name(feed.form)));
			write_form(&feed, view, path);
		}
		tms_view_free(view);
	}
	tms_arena_free(&arena);
}

int main(void)
{
	char path[4096];

	while (fgets(path, sizeof(path), stdin)) {
		path[strcspn(path, "\n")] = '\0';
		write_all(path);
	}
	return fflush(stdout) == 0 ? 0 : 2;
}
