/*
 * Any bytes as an OPML document: no crash, a sentence for every refusal, memory that its size allows, groups that lead upwards only, and feeds that
 * are the same when they are written and read again.
 */
#include <stdlib.h>

#include <tamis/opml.h>
#include <tamis/url.h>

#include "bounds.h"
#include "promise.h"

static void check(const struct tms_opml *opml)
{
	PROMISE(opml->feeds_count <= TMS_OPML_FEEDS_MAX);
	PROMISE(opml->groups_count <= TMS_OPML_GROUPS_MAX);
	PROMISE(opml->notes_count <= opml->notes_total && opml->notes_count <= TMS_OPML_NOTES_MAX);
	for (size_t i = 0; i < opml->groups_count; i++) {
		PROMISE(opml->groups[i].title.len > 0);
		PROMISE(opml->groups[i].parent == TMS_OPML_NONE || opml->groups[i].parent < i);
	}
	for (size_t i = 0; i < opml->feeds_count; i++) {
		const struct tms_opml_feed *feed = &opml->feeds[i];
		PROMISE(feed->title.len > 0 && tms_url_is_http(feed->xml_url));
		PROMISE(feed->groups_count <= TMS_OPML_FEED_GROUPS_MAX);
		for (size_t k = 0; k < feed->groups_count; k++)
			PROMISE(feed->groups[k] < opml->groups_count);
	}
}

static void check_written(struct tms_arena *arena, const struct tms_opml *opml)
{
	struct tms_buf text = { 0 };
	struct tms_opml_writer w = { .buf = &text };
	struct tms_opml again = { 0 };

	tms_opml_begin(&w, opml->title);
	for (size_t i = 0; i < opml->feeds_count; i++)
		tms_opml_add(
			&w, opml->feeds[i].title, opml->feeds[i].xml_url, opml->feeds[i].html_url);
	tms_opml_end(&w);
	PROMISE(text.status == TMS_OK);
	enum tms_status status = tms_opml_parse(arena, tms_buf_str(&text), &again, NULL);
	PROMISE(status == TMS_OK || status == TMS_ELIMIT);
	if (status == TMS_OK)
		PROMISE(again.feeds_count <= opml->feeds_count &&
			(again.feeds_count > 0) == (opml->feeds_count > 0) &&
			again.groups_count == 0);
	tms_buf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tms_arena arena = { .max_bytes = (size_t)64 << 20 };
	struct tms_str bytes = { (const char *)data, size };
	struct tms_opml opml = { 0 };
	struct tms_diag diag = { 0 };

	enum tms_status status = tms_opml_parse(&arena, bytes, &opml, &diag);
	PROMISE(status == TMS_OK || diag.text[0] != '\0');
	require_bounded(&arena, size);
	if (status == TMS_OK) {
		check(&opml);
		check_written(&arena, &opml);
	}
	tms_arena_free(&arena);
	return 0;
}
