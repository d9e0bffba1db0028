/* llhttp's own vectors: we may be stricter, for a reason, and are never laxer. */
#include "steps.h"
#include "vectors.h"

static bool read_file(const char *path, struct tms_buf *out)
{
	FILE *file = fopen(path, "rb");
	size_t got = 0;

	if (!file)
		return false;
	do {
		assert_true(tms_buf_reserve(out, 65536));
		got = fread(out->ptr + out->len, 1, 65536, file);
		out->len += got;
	} while (got);
	fclose(file);
	return true;
}

/* Text behind "```NAME" up to the closing fence; *at moves behind it. False when there is none
 * before `limit`. */
static bool take_fenced(
	struct tms_str page, struct tms_str fence, size_t limit, size_t *at, struct tms_str *text)
{
	size_t start = tms_str_find(page, fence, *at);

	if (start == SIZE_MAX || start >= limit)
		return false;
	start += fence.len;
	size_t end = tms_str_find(page, TMS_STR("\n```"), start);
	assert_true(end != SIZE_MAX);
	*text = tms_str_slice(page, start, end);
	*at = end + 4;
	return true;
}

/*
 * The notation of these pages: the last line end does not count, a backslash before one removes it,
 * others are CRLF, \r \n \t \f are themselves. A Host is put in, because these vectors are older
 * than its necessity.
 */
static void unfold_vector(struct tms_str text, struct tms_buf *out)
{
	static const char escapes[] = "r\rn\nt\tf\f";
	bool has_host = tms_str_find_caseless(text, TMS_STR("\nHost:"), 0) != SIZE_MAX;

	for (size_t i = 0; i < text.len; i++) {
		const char *escape = NULL;
		if (text.ptr[i] == '\\' && i + 1 < text.len && text.ptr[i + 1] == '\n') {
			i++;
			continue;
		}
		if (text.ptr[i] == '\\' && i + 1 < text.len)
			escape = strchr(escapes, text.ptr[i + 1]);
		if (escape && (escape - escapes) % 2 == 0) {
			tms_buf_add_char(out, escape[1]);
			i++;
		} else if (text.ptr[i] == '\n') {
			tms_buf_add(out, TMS_STR("\r\n"));
		} else {
			tms_buf_add_char(out, text.ptr[i]);
		}
		/* behind the request line */
		if (!has_host && i > 0 && text.ptr[i] == '\n' && out->len > 2) {
			tms_buf_add(out, TMS_STR("Host: a\r\n"));
			has_host = true;
		}
	}
}

struct tally {
	size_t wrong;
	size_t refused; /* that llhttp refuses, and so do we */
	size_t taken;   /* that llhttp takes, and so do we */
	size_t stricter;
};

static void judge_page(struct tms_str page, const char *name, struct tally *tally)
{
	size_t at = 0;

	for (;;) {
		struct tms_str meta = { 0 }, http = { 0 }, log = { 0 };
		size_t next = 0;
		size_t start = tms_str_find(page, TMS_STR("<!-- meta="), at);
		if (start == SIZE_MAX)
			return;
		meta = tms_str_slice(page, start, tms_str_find(page, TMS_STR("-->"), start));
		at = start + 1;
		next = tms_str_find(page, TMS_STR("<!-- meta="), at);
		if (!take_fenced(page, TMS_STR("```http\n"), next, &at, &http) ||
			!take_fenced(page, TMS_STR("```log\n"), next, &at, &log))
			continue;
		/* lenient kinds are switches of llhttp that make it take what it should not */
		if (tms_str_find(meta, TMS_STR("\"request\""), 0) == SIZE_MAX)
			continue;
		struct tms_buf in = { 0 };
		unfold_vector(http, &in);
		struct outcome seen = read_in_steps(tms_buf_str(&in), in.len);
		/* an upgrade is handed to the caller there and ignored here */
		bool they_refuse =
			tms_str_find(log, TMS_STR(" error code="), 0) != SIZE_MAX &&
			tms_str_find(log, TMS_STR("Pause on CONNECT/Upgrade"), 0) == SIZE_MAX;
		if (!seen.refused[0] && (!seen.count || !seen.statuses[seen.count - 1])) {
			/* some vectors stop where llhttp stops: it refuses before the head's end */
			tms_buf_add(&in, TMS_STR("\r\n\r\n"));
			seen = read_in_steps(tms_buf_str(&in), in.len);
		}
		bool we_refuse = seen.refused[0] != 0;
		tally->refused += they_refuse && we_refuse;
		tally->taken += !they_refuse && !we_refuse;
		tally->stricter += !they_refuse && we_refuse;
		if (they_refuse && !we_refuse) {
			print_message("%s: taken, but refused by llhttp: %.*s\n", name,
				TMS_STR_ARGS(http));
			tally->wrong++;
		}
		tms_buf_free(&in);
	}
}

static void what_llhttp_refuses_is_refused_here(void **state)
{
	static const char *const pages[] = { "connection", "content-length", "finish", "invalid",
		"lenient-header-value-relaxed", "lenient-headers", "lenient-version", "method",
		"pipelining", "sample", "transfer-encoding", "uri" };
	struct tms_arena arena = { 0 };
	struct tally tally = { 0 };
	(void)state;

	for (size_t i = 0; i < TMS_COUNT(pages); i++) {
		const char *name =
			tms_arena_format(&arena, "security/http/llhttp/request/%s.md", pages[i])
				.ptr;
		struct tms_buf page = { 0 };
		if (!read_file(corpus_path(&arena, name), &page)) {
			print_message("skipped: llhttp's vectors, %s is not there\n", name);
			tms_arena_free(&arena);
			skip();
		}
		judge_page(tms_buf_str(&page), pages[i], &tally);
		tms_buf_free(&page);
	}
	tms_arena_free(&arena);
	print_message("llhttp: %zu refused by both, %zu taken by both, %zu only there\n",
		tally.refused, tally.taken, tally.stricter);
	assert_int_equal(tally.wrong, 0);
	assert_true(tally.refused > 50);
	assert_true(tally.taken > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_llhttp_refuses_is_refused_here),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
