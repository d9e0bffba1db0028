/* The distinct words of the texts of the corpus: of what the rules about words join there, lists
 * are kept beside these tests (corpus_words_kept), so that each pair has been looked at. */
#ifndef TAMIS_TESTS_CORPUS_WORDS_H
#define TAMIS_TESTS_CORPUS_WORDS_H

#include "../corpus_files.h"

#include <jansson.h>

#include <tamis/words.h>

/* Folded forms, each once. */
static json_t *corpus_forms;

static inline void corpus_words_add(struct tms_str text)
{
	struct tms_arena arena = { 0 };
	struct tms_words words;

	assert_int_equal(tms_words_cut(&arena, text, &words), TMS_OK);
	for (size_t i = 0; i < words.count + words.joined_count; i++) {
		struct tms_str form = i < words.count
					      ? tms_words_form(&words, i)
					      : tms_words_joined_form(&words, i - words.count);
		assert_int_equal(
			json_object_setn_new(corpus_forms, form.ptr, form.len, json_null()), 0);
	}
	tms_arena_free(&arena);
}

static inline void corpus_words_of_file(const char *path, struct tms_str text)
{
	(void)path;
	corpus_words_add(text);
}

static inline void corpus_words_of_papers(struct tms_str lines)
{
	struct tms_str line;

	while (tms_str_split(&lines, '\n', &line)) {
		json_t *paper = json_loadb(line.ptr, line.len, 0, NULL);
		const char *title = json_string_value(json_object_get(paper, "title"));
		const char *abstract = json_string_value(json_object_get(paper, "abstract"));
		corpus_words_add(tms_str_from(title ? title : ""));
		corpus_words_add(tms_str_from(abstract ? abstract : ""));
		json_decref(paper);
	}
}

/* All forms, to be freed; NULL where there is no corpus. */
static inline json_t *corpus_words(void)
{
	static const char *const papers[] = { "labelled/hf-papers.jsonl",
		"labelled/arxiv-sample.jsonl" };
	struct tms_arena arena = { 0 };
	char path[512];
	bool whole = true;

	corpus_forms = json_object();
	for (size_t i = 0; i < TMS_COUNT(papers) && whole; i++) {
		whole = corpus_path(papers[i], path, sizeof(path));
		if (whole)
			corpus_words_of_papers(file_read(&arena, path));
	}
	whole = whole && corpus_path("hf/daily-papers-search-page-08-29.txt", path, sizeof(path));
	if (whole) {
		corpus_words_add(file_read(&arena, path));
		whole = corpus_each("articles/expected", corpus_words_of_file) > 0;
	}
	tms_arena_free(&arena);
	if (!whole) {
		json_decref(corpus_forms);
		corpus_forms = NULL;
	}
	return corpus_forms;
}

/* Compare what was found with the list that is kept; UPDATE=1 writes it. */
static inline void corpus_words_kept(const char *name, struct tms_str found)
{
	const char *tests = getenv("TAMIS_TESTS");
	struct tms_arena arena = { 0 };
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/unit/text/%s", tests ? tests : "tests", name);
	if (getenv("UPDATE")) {
		FILE *f = fopen(path, "we");
		assert_non_null(f);
		assert_int_equal(fwrite(found.ptr, 1, found.len, f), found.len);
		(void)fclose(f);
	}
	struct tms_str kept = file_read(&arena, path);
	if (!tms_str_equal(kept, found))
		fail_msg("the corpus joins other words than %s has: UPDATE=1 writes it, and the "
			 "difference is to be read",
			path);
	tms_arena_free(&arena);
}

#endif
