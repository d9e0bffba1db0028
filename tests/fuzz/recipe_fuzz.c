/*
 * Any text as a recipe on any document: a text of YAML, a line "====", then HTML, XML or JSON. A
 * recipe is right or every mistake has words; reading ends within its steps; what it finds is valid.
 */
#include <stdlib.h>

#include <tamis/listing.h>
#include <tamis/recipe_file.h>
#include <tamis/utf8.h>

#include "bounds.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_findings(const struct tms_recipe_report *report)
{
	for (size_t i = 0; i < report->findings_count; i++) {
		const struct tms_recipe_finding *f = &report->findings[i];
		require(f->found + f->missed + f->unread <= report->items);
		for (size_t k = 0; k < f->samples_count; k++)
			require(tms_utf8_is_valid(f->samples[k]));
	}
}

static void read_by(const struct tms_recipe *recipe, struct tms_str document)
{
	struct tms_recipe_report report = { 0 };
	const struct tms_listing_hints hints = {
		.recipe = recipe, .report = &report, .url = TMS_STR("https://a.example/list")
	};
	struct tms_arena arena = { .max_bytes = (size_t)64 << 20 };
	struct tms_listing listing;
	struct tms_diag diag = { 0 };
	struct tms_buf out = { 0 };

	enum tms_status st = tms_recipe_read(&arena, document, &hints, &listing, &diag);
	require(st == TMS_OK || diag.text[0] != '\0');
	require(report.steps <= TMS_RECIPE_STEPS);
	if (st == TMS_OK)
		require_few_steps(listing.steps, document.len);
	check_findings(&report);
	for (size_t i = 0; st == TMS_OK && i < listing.items_count; i++)
		require(listing.items[i].id.len > 0 && tms_utf8_is_valid(listing.items[i].title) &&
			tms_utf8_is_valid(listing.items[i].summary));
	tms_recipe_report_write(&out, &report, st == TMS_OK ? &listing : NULL);
	tms_recipe_report_write_json(&out, &report, st == TMS_OK ? &listing : NULL);
	tms_buf_free(&out);
	tms_arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct tms_str all = { (const char *)bytes, size };
	struct tms_arena arena = { .max_bytes = (size_t)64 << 20 }, copies = { 0 };
	struct tms_conf_messages errors = { 0 };
	const struct tms_recipe *recipe = NULL;
	size_t cut = tms_str_find(all, TMS_STR("\n====\n"), 0);

	enum tms_status st = tms_recipe_parse(&arena, tms_str_slice(all, 0, cut), TMS_STR("fuzz"),
		TMS_STR_NONE, &recipe, &errors);
	require(st != TMS_EINVAL || errors.count > 0);
	if (st == TMS_OK && cut != SIZE_MAX) {
		const struct tms_recipe *copy = tms_recipe_copy(&copies, recipe);
		require(copy && tms_recipe_hash(copy) == tms_recipe_hash(recipe));
		tms_arena_free(&arena);
		read_by(copy, tms_str_slice(all, cut + 6, size));
	}
	tms_arena_free(&arena);
	tms_arena_free(&copies);
	return 0;
}
