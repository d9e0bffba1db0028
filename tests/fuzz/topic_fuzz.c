/*
 * Any bytes as a topic file, and as the text of about:. What is read is compiled, scored and
 * explained, and an about: is written back to the same bytes.
 */
#include <stdlib.h>

#include <tamis/query.h>

#include "shipped/shipped.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define TOPICS_COMPILED 3

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void score(struct tms_arena *arena, const struct tms_query_topics *topics,
	const struct tms_topic_definition *definition, struct tms_str text)
{
	const struct tms_topic_item item = { tms_str_slice(text, 0, 200), text, NULL, 0 };
	const struct tms_topic_text *made = NULL;
	struct tms_topic_reason reason;
	struct tms_topic *topic = NULL;
	struct tms_buf line = { 0 };
	struct tms_diag diag = { 0 };

	enum tms_status checked = tms_topic_compile(
		topics->model, topics->scorer, definition, TMS_TOPIC_AS_WRITTEN, NULL, &diag);
	enum tms_status st = tms_topic_compile(
		topics->model, topics->scorer, definition, TMS_TOPIC_AS_WRITTEN, &topic, &diag);
	require(st == checked);
	if (st != TMS_OK) {
		require(diag.text[0] != '\0');
		return;
	}
	require(tms_topic_text_make(arena, topics->model, topics->scorer, &item, &made) == TMS_OK);
	require(tms_topic_explain(arena, topics->model, topic, &item, &reason) == TMS_OK);
	require(reason.score == tms_topic_score(topic, made) && reason.score <= TMS_TOPIC_ONE);
	tms_topic_reason_print(&reason, &line);
	require(line.status == TMS_OK);
	tms_buf_free(&line);
	tms_topic_free(topic);
}

static void read_file(const struct tms_query_topics *topics, struct tms_str text)
{
	struct tms_topic_list list = { 0 };
	struct tms_arena arena = { 0 };
	struct tms_diag diag = { 0 };

	enum tms_status st = tms_topic_file_parse(&arena, text, &list, &diag);
	require(st == TMS_OK || diag.text[0] != '\0');
	for (size_t i = 0; st == TMS_OK && i < list.count && i < TOPICS_COMPILED; i++) {
		require(tms_topic_check(&list.items[i], NULL, NULL) == TMS_OK);
		score(&arena, topics, &list.items[i], text);
	}
	tms_arena_free(&arena);
}

static void read_about(const struct tms_query_topics *topics, struct tms_str text)
{
	const struct tms_query_options options = { .topics = topics };
	struct tms_buf query = { 0 }, print = { 0 }, again = { 0 };
	struct tms_query *first = NULL, *second = NULL;
	struct tms_diag diag = { 0 };

	tms_buf_add_cstr(&query, "about:\"");
	tms_buf_add(&query, text);
	tms_buf_add_cstr(&query, tms_str_find_byte(text, '"', 0) == SIZE_MAX ? "\"" : "");
	if (tms_query_parse(tms_buf_str(&query), &options, &first, &diag) == TMS_OK) {
		tms_query_print_expanded(first, &print);
		enum tms_status st = tms_query_parse(tms_buf_str(&print), &options, &second, &diag);
		require(st == TMS_OK || st == TMS_ELIMIT); /* written out it may be longer */
		if (st == TMS_OK) {
			tms_query_print_expanded(second, &again);
			require(tms_str_equal(tms_buf_str(&print), tms_buf_str(&again)));
		}
	} else {
		require(diag.text[0] != '\0');
	}
	tms_query_free(first);
	tms_query_free(second);
	tms_buf_free(&query);
	tms_buf_free(&print);
	tms_buf_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct tms_shipped shipped; /* for as long as the program runs */
	struct tms_str text = { (const char *)bytes, size };

	if (!shipped.topics.model)
		require(tms_shipped_open(&shipped, NULL) == TMS_OK);
	read_file(&shipped.topics, text);
	read_about(&shipped.topics, text);
	return 0;
}
