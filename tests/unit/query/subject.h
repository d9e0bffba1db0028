/* What tests of the query language share: an item to look at, and one call for a verdict. */
#ifndef TAMIS_TEST_QUERY_SUBJECT_H
#define TAMIS_TEST_QUERY_SUBJECT_H

#include <tamis/query.h>

#include "test.h"

#define DAY TMS_DAY_S
#define PUBLISHED INT64_C(1772370000) /* 2026-03-01T13:00:00Z */

static inline struct tms_merged plain_item(void)
{
	struct tms_merged item = { .first_seen = PUBLISHED, .updated = PUBLISHED };

	tms_item_init(&item.item);
	item.item.id = TMS_STR("arxiv:2508.12345");
	item.item.published = PUBLISHED;
	return item;
}

static inline struct tms_query *parsed_with(
	const char *text, const struct tms_query_options *options)
{
	struct tms_query *query = NULL;
	struct tms_diag diag = { 0 };

	if (tms_query_parse(tms_str_from(text), options, &query, &diag) != TMS_OK)
		fail_msg("%s: %u:%u: %s", text, diag.line, diag.column, diag.text);
	return query;
}

static inline struct tms_query *parsed(const char *text)
{
	return parsed_with(text, NULL);
}

static inline bool keeps_at(const char *text, const struct tms_merged *item, tms_time now)
{
	struct tms_query *query = parsed(text);
	struct tms_arena arena = { 0 };
	struct tms_doc doc;

	assert_int_equal(tms_doc_make(&arena, item, &doc), TMS_OK);
	bool kept = tms_query_matches(query, item, &doc, now);
	tms_arena_free(&arena);
	tms_query_free(query);
	return kept;
}

static inline bool keeps(const char *text, const struct tms_merged *item)
{
	return keeps_at(text, item, PUBLISHED + DAY);
}

/** The verdict on an item with this title alone. */
static inline bool title_keeps(const char *text, const char *title)
{
	struct tms_merged item = plain_item();

	item.item.title = tms_str_from(title);
	return keeps(text, &item);
}

#endif
