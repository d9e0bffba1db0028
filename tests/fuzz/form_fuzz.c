/*
 * Any bytes as a listing, and a feed of it in every form: each document is well-formed, holds the same entries, and its
 * pieces are the whole.
 */
#include <stdlib.h>

#include <tamis/document.h>
#include <tamis/json.h>
#include <tamis/listing.h>
#include <tamis/xml.h>

#include "promise.h"

#define NOW INT64_C(1793491200) /* 2026-11-01T00:00:00Z */
static size_t count_named(const struct tms_xml_node *parent, const char *name)
{
	size_t count = 0;

	for (const struct tms_xml_node *node = parent->first_child; node; node = node->next)
		count += tms_str_equal(node->name, tms_str_from(name));
	return count;
}

/* Entries of a document that must be read without mending. */
static size_t count_entries(struct tms_str document, enum tms_form form)
{
	struct tms_arena arena = { 0 };
	struct tms_xml_node *root = NULL;
	struct json_t *json = NULL;
	size_t count = 0;

	if (form == TMS_FORM_JSON) {
		PROMISE(tms_json_parse(document, NULL, &json, NULL) == TMS_OK);
		count = tms_json_count(tms_json_array(json, "items"));
		tms_json_free(json);
		return count;
	}
	PROMISE(tms_xml_parse(&arena, document, tms_form_content_type(form), false, NULL, &root,
			NULL, NULL) == TMS_OK);
	count = form == TMS_FORM_ATOM ? count_named(root, "entry")
				      : count_named(root->first_child->next, "item");
	tms_arena_free(&arena);
	return count;
}

static void check_form(const struct tms_feed_definition *feed, const struct tms_view *view)
{
	struct tms_result result = { 0 };
	struct tms_fragments *fragments = NULL;
	struct tms_arena arena = { 0 };
	struct tms_buf whole = { 0 };
	struct tms_str *pieces = NULL;
	size_t count = 0, at = 0;

	PROMISE(tms_result_sift(feed, NULL, view, NOW, &result) == TMS_OK);
	PROMISE(tms_fragments_new(SIZE_MAX, true, &fragments) == TMS_OK);
	PROMISE(tms_result_dress(feed, fragments, &result) == TMS_OK);
	tms_document_write(&whole, &result);
	PROMISE(whole.status == TMS_OK);
	PROMISE(count_entries(tms_buf_str(&whole), feed->form) == result.entries_count);
	PROMISE(tms_document_pieces(&arena, &result, &pieces, &count) == TMS_OK);
	for (size_t i = 0; i < count; i++) {
		PROMISE(tms_str_equal(
			pieces[i], tms_str_slice(tms_buf_str(&whole), at, at + pieces[i].len)));
		at += pieces[i].len;
	}
	PROMISE(at == whole.len);
	PROMISE(tms_document_gzip_pieces(&arena, &result, &pieces, &count) == TMS_OK);
	tms_buf_free(&whole);
	tms_arena_free(&arena);
	tms_result_fini(&result);
	tms_fragments_free(fragments);
}

static void check_listing(const struct tms_listing *listing)
{
	struct tms_apply how = { .now = NOW, .poll = TMS_STR("f") };
	struct tms_apply_report done;
	struct tms_window *window = NULL;
	struct tms_view *view = NULL;

	PROMISE(tms_window_new(TMS_STR("f"), (struct tms_hash_seed){ 0 }, &window) == TMS_OK);
	PROMISE(tms_window_apply(window, listing, &how, &done) == TMS_OK);
	PROMISE(tms_view_new(&view) == TMS_OK && tms_view_refresh(view, &window, 1) == TMS_OK);
	for (int form = 0; form < TMS_FORMS; form++) {
		const struct tms_feed_definition feed = { .title = listing->title,
			.subtitle = listing->subtitle,
			.language = listing->language,
			.icon_url = listing->image,
			.site_url = listing->link,
			.self_url = listing->self_url,
			.form = (enum tms_form)form };
		check_form(&feed, view);
	}
	tms_view_free(view);
	tms_window_free(window);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tms_arena arena = { .max_bytes = (size_t)64 << 20 };
	struct tms_str bytes = { (const char *)data, size };
	struct tms_listing listing;

	if (tms_listing_parse(&arena, bytes, NULL, &listing, NULL) == TMS_OK)
		check_listing(&listing);
	tms_arena_free(&arena);
	return 0;
}
