/* Names with their version as one word, and all that the corpus has of them. */
#include "../test.h"

#include <tamis/buf.h>

#include "corpus_words.h"

static void letters_before_a_version_are_its_name(void **state)
{
	static const struct {
		const char *form, *longer, *shorter;
	} rows[] = {
		{ "qwen2.5", "qwen", "" },
		{ "gpt4", "gpt", "" },
		{ "gpt4o", "gpt", "" },
		{ "llama3.1", "llama", "" },
		{ "llamav2", "llamav", "llama" },
		{ "yolov8", "yolov", "yolo" },
		{ "aime24", "aime", "" },
		{ "gb200", "gb", "" },
		{ "imagenet1k", "imagenet", "" },
		{ "αβγ3", "αβγ", "" },
		{ "csv2", "csv", "" },
		{ "conv2d", "conv", "" },
		{ "sdv2", "sdv", "sd" },
		{ "r1", "", "" },
		{ "o3", "", "" },
		{ "7b", "", "" },
		{ "h100", "", "" },
		{ "2.5", "", "" },
		{ "qwen", "", "" },
		{ "word2vec", "", "" },
		{ "gpt2xl", "", "" },
		{ "a1b2", "", "" },
		{ "neo4j", "", "" },
		{ "streamv2v", "", "" },
		{ "dust3r", "", "" },
		{ "base64", "", "" },
		{ "", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < TMS_COUNT(rows); i++) {
		struct tms_str stems[TMS_WORD_STEMS_MAX] = { { 0 } };
		size_t count = tms_word_stems(tms_str_from(rows[i].form), stems);
		size_t want = (rows[i].longer[0] != '\0') + (rows[i].shorter[0] != '\0');
		if (count != want || !tms_str_equal(stems[0], tms_str_from(rows[i].longer)) ||
			!tms_str_equal(stems[1], tms_str_from(rows[i].shorter)))
			fail_msg("%s: %zu stems, \"%.*s\" and \"%.*s\"", rows[i].form, count,
				TMS_STR_ARGS(stems[0]), TMS_STR_ARGS(stems[1]));
	}
}

static void a_version_alone_is_known(void **state)
{
	static const char *const versions[] = { "2", "2.5", "4o", "v3", "v1.5", "2024", "7b" };
	static const char *const others[] = { "", "v", "o3", "4ox", "vv2", "a", "c++", "xl" };
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(versions); i++)
		if (!tms_word_is_version(tms_str_from(versions[i])))
			fail_msg("%s is a version", versions[i]);
	for (size_t i = 0; i < TMS_COUNT(others); i++)
		if (tms_word_is_version(tms_str_from(others[i])))
			fail_msg("%s is no version", others[i]);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The keys of an object in byte order, NULL behind them; to be freed. */
static const char **sorted_keys(json_t *object)
{
	const char **keys = calloc(json_object_size(object) + 1, sizeof(*keys)), *key;
	json_t *value;
	size_t count = 0;

	assert_non_null(keys);
	json_object_foreach(object, key, value) keys[count++] = key;
	qsort(keys, count, sizeof(*keys), by_text);
	return keys;
}

/* "qwen": ["qwen2", "qwen2.5"], where the corpus has the name alone as well. */
static json_t *group(json_t *forms)
{
	json_t *groups = json_object(), *value;
	const char *key;

	json_object_foreach(forms, key, value)
	{
		struct tms_str stems[TMS_WORD_STEMS_MAX];
		size_t count = tms_word_stems(tms_str_from(key), stems);
		for (size_t i = 0; i < count; i++) {
			if (!json_object_getn(forms, stems[i].ptr, stems[i].len))
				continue;
			json_t *list = json_object_getn(groups, stems[i].ptr, stems[i].len);
			if (!list) {
				list = json_object();
				(void)json_object_setn_new(
					groups, stems[i].ptr, stems[i].len, list);
			}
			(void)json_object_set_new(list, key, json_null());
		}
	}
	return groups;
}

static void every_version_that_the_corpus_joins_was_looked_at(void **state)
{
	json_t *forms = corpus_words();
	struct tms_buf out = { 0 };

	(void)state;
	if (!forms) {
		skip();
		return;
	}
	json_t *groups = group(forms);
	const char **names = sorted_keys(groups);
	for (size_t i = 0; names[i]; i++) {
		const char **list = sorted_keys(json_object_get(groups, names[i]));
		tms_buf_format(&out, "%s:", names[i]);
		for (size_t k = 0; list[k]; k++)
			tms_buf_format(&out, " %s", list[k]);
		tms_buf_add_char(&out, '\n');
		free(list);
	}
	corpus_words_kept("version_pairs.txt", tms_buf_str(&out));
	free(names);
	tms_buf_free(&out);
	json_decref(groups);
	json_decref(forms);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(letters_before_a_version_are_its_name),
		cmocka_unit_test(a_version_alone_is_known),
		cmocka_unit_test(every_version_that_the_corpus_joins_was_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
