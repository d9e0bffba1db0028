/* Eight bytes at a time must say what one at a time says: random texts against slow, obvious forms. */
#include "test.h"

#include <tamis/buf.h>
#include <tamis/html_text.h>
#include <tamis/utf8.h>

#define ROUNDS 100000

static uint64_t random_state = 88172645463325252u;

static size_t random_below(size_t limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state % limit;
}

/* Mostly words and single spaces, so that long plain runs come up, and a few of all that is not. */
static void make_text(struct tms_buf *buf, bool broken)
{
	static const char *const odd[] = { "\n", "\n\n", "  ", "\t", "\r\n", "\x7f", "\x01", "é",
		"\xc2\xa0", "\xe2\x80\xa9", "漢字", "\xf0\x9f\x98\x80", "\xef\xbb\xbf",
		"\xef\xbf\xbd", "\xed\x9f\xbf", "\xc2\x85", "\xe0\xa4\x85" };
	static const char *const bad[] = { "\xff", "\xc3", "\xe2\x80", "\xed\xa0\x80",
		"\xef\xbf\xbe", "\xc0\x80", "\xf4\x90\x80\x80", "\x80", "\xe0\x80\x80" };
	size_t parts = random_below(12);

	tms_buf_clear(buf);
	for (size_t i = 0; i < parts; i++) {
		for (size_t k = random_below(20); k > 0; k--)
			tms_buf_add_char(buf, (char)('!' + random_below('~' - '!' + 1)));
		if (random_below(3) > 0)
			tms_buf_add_char(buf, ' ');
		else
			tms_buf_add_cstr(buf, odd[random_below(TMS_COUNT(odd))]);
		if (broken && random_below(6) == 0)
			tms_buf_add_cstr(buf, bad[random_below(TMS_COUNT(bad))]);
	}
}

static bool is_space(uint32_t c)
{
	return c == ' ' || (c >= 9 && c <= 13) || c == 0x85 || c == 0xa0 || c == 0x2029;
}

static bool is_unseen(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xfeff || c == 0xfffe || c == 0xffff;
}

/* One line, character by character. */
static void one_line(struct tms_buf *out, struct tms_str s)
{
	bool space = false;

	tms_buf_clear(out);
	for (size_t at = 0; at < s.len;) {
		uint32_t c = tms_utf8_next(s, &at);
		if (is_space(c)) {
			space = true;
		} else if (!is_unseen(c)) {
			if (space && out->len > 0)
				tms_buf_add_char(out, ' ');
			space = false;
			tms_utf8_write(out, c);
		}
	}
}

static void a_line_is_the_same_however_many_bytes_are_looked_at_at_once(void **state)
{
	struct tms_buf text = { 0 }, wanted = { 0 };
	(void)state;

	for (size_t round = 0; round < ROUNDS; round++) {
		struct tms_arena arena = { 0 };
		make_text(&text, round % 2 == 0);
		one_line(&wanted, tms_buf_str(&text));
		struct tms_str got = tms_text_one_line(&arena, tms_buf_str(&text));
		if (!tms_str_equal(got, tms_buf_str(&wanted)))
			fail_msg("\"%.*s\" became \"%.*s\"", TMS_STR_ARGS(tms_buf_str(&text)),
				TMS_STR_ARGS(got));
		tms_arena_free(&arena);
	}
	tms_buf_free(&text);
	tms_buf_free(&wanted);
}

/* Valid, and every character allowed in XML, character by character. */
static bool is_clean(struct tms_str s)
{
	struct tms_buf written = { 0 };

	for (size_t at = 0; at < s.len;) {
		uint32_t c = tms_utf8_next(s, &at);
		if (!tms_utf8_is_xml_char(c))
			break;
		tms_utf8_write(&written, c);
	}
	bool is_same = tms_str_equal(tms_buf_str(&written), s);
	tms_buf_free(&written);
	return is_same;
}

static void clean_text_is_passed_on_and_nothing_else_is(void **state)
{
	struct tms_buf text = { 0 };
	size_t clean = 0;
	(void)state;

	for (size_t round = 0; round < ROUNDS; round++) {
		struct tms_arena arena = { 0 };
		make_text(&text, round % 2 == 0);
		struct tms_str s = tms_buf_str(&text);
		bool wanted = is_clean(s);
		struct tms_str got = tms_utf8_sanitise(&arena, s, NULL);
		assert_int_equal(got.ptr == s.ptr, wanted);
		assert_true(is_clean(got));
		if (wanted)
			assert_true(tms_utf8_is_valid(s));
		assert_true(tms_utf8_is_valid(got));
		clean += wanted;
		tms_arena_free(&arena);
	}
	assert_true(clean > ROUNDS / 10 && clean < ROUNDS - ROUNDS / 10);
	tms_buf_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_the_same_however_many_bytes_are_looked_at_at_once),
		cmocka_unit_test(clean_text_is_passed_on_and_nothing_else_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
