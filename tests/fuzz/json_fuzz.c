/*
 * Any bytes as JSON: a first line that may be a path, then a document, which is searched by the path
 * and read as a listing. Both end, within the steps and memory that its size allows, and say why when
 * they fail. It can be pulled exactly when it can be parsed.
 */
#include <stdlib.h>

#include <tamis/json_path.h>
#include <tamis/listing.h>
#include <tamis/utf8.h>

#include "bounds.h"
#include "text/json_pull.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void search(struct tms_str path_text, struct tms_str document)
{
	struct tms_arena arena = { .max_bytes = (size_t)64 << 20 };
	struct tms_steps steps = { 200000 };
	struct tms_json_values values = { 0 };
	struct tms_json_path *path = NULL;
	struct json_t *root = NULL;
	struct tms_diag diag = { 0 };

	enum tms_status st = tms_json_path_parse(&arena, path_text, &path, &diag);
	require(st == TMS_OK || diag.text[0] != '\0');
	if (st == TMS_OK && tms_json_parse(document, NULL, &root, NULL) == TMS_OK) {
		st = tms_json_path_find(&arena, path, root, &steps, &values);
		require(st != TMS_OK || values.count <= 200000);
		for (size_t i = 0; st == TMS_OK && i < values.count && i < 1000; i++)
			require(tms_utf8_is_valid(tms_json_value_line(&arena, values.items[i])));
		if (tms_json_path_find_lists(&arena, path, root, &steps, &values) == TMS_ENOMEM)
			abort();
	}
	tms_json_free(root);
	tms_arena_free(&arena);
}

static void pull_whole(struct tms_str document)
{
	struct tms_arena arena = { .max_bytes = (size_t)64 << 20 };
	struct tms_diag diag = { 0 };
	struct json_t *root = NULL;
	struct json_pull pull;

	json_pull_begin(&pull, &arena, document);
	struct tms_str value = json_pull_skip(&pull);
	enum tms_status st = json_pull_end(&pull, &diag);
	require(st == TMS_OK || diag.text[0] != '\0');
	require((st == TMS_OK) == (tms_json_parse(document, NULL, &root, NULL) == TMS_OK));
	require(st != TMS_OK || tms_str_equal(value, tms_str_trim(value)));
	tms_json_free(root);
	tms_arena_free(&arena);
}

static void read_listing(struct tms_str document)
{
	struct tms_arena arena = { .max_bytes = (size_t)64 << 20 };
	struct tms_listing listing;
	struct tms_diag diag = { 0 };
	struct tms_buf out = { 0 };

	enum tms_status st = tms_listing_parse(&arena, document, NULL, &listing, &diag);
	require(st == TMS_OK || diag.text[0] != '\0');
	require_bounded(&arena, document.len);
	if (st == TMS_OK)
		require_few_steps(listing.steps, document.len);
	if (st == TMS_OK)
		tms_listing_write_json(&out, &listing);
	for (size_t i = 0; st == TMS_OK && i < listing.items_count; i++)
		require(listing.items[i].id.len > 0);
	tms_buf_free(&out);
	tms_arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct tms_str rest = { (const char *)bytes, size }, path = { 0 };

	if (size > 0 && bytes[0] == '$')
		(void)tms_str_split(&rest, '\n', &path);
	if (path.len > 0)
		search(path, rest);
	pull_whole(rest);
	read_listing(rest);
	return 0;
}
